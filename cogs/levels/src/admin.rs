//! `/levels`: points, rewards and channels, for those who manage the server.

use crate::{curve, points, rewards, rules};
use cogbox_sdk::cog::SelectedValue;
use cogbox_sdk::component::ChannelKind;
use cogbox_sdk::markdown::{mention_channel, mention_role, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::ranks::Ranks;

const BLURPLE: u32 = 0x58_65_f2;
/// The id of the menu of channels.
pub const IGNORED: &str = "ignored";
const RESET: &str = "reset:all";
/// Channels that a menu takes.
const CHANNELS_MAX: u8 = 25;

/// Points, rewards and channels of this server.
#[command(
    subcommands(show, reward, unreward, ignore, set, reset, reset_all),
    needs(MANAGE_GUILD)
)]
pub struct Levels;

/// Shows rewards, channels without points, and what went wrong.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let troubles = rewards::troubles(&guild)?;
    let rewards = rewards::all(&guild)?;
    let lines = rewards.iter().map(|(level, role)| {
        let line = t!(ctx, reward_line, level = *level, role = mention_role(role));
        match troubles.get(role) {
            None => line,
            Some(trouble) => format!("{line}\n{}", trouble.told(ctx)),
        }
    });
    let lines: Vec<String> = lines.collect();
    let ignored = rules::ignored(&guild)?;
    let ignored: Vec<String> = ignored.iter().map(|id| mention_channel(id)).collect();
    let or_none = |text: String| match text.is_empty() {
        true => t!(ctx, none),
        false => text,
    };
    ctx.reply_privately(
        Embed::titled(t!(ctx, title))
            .color(BLURPLE)
            .description(format!(
                "{}\n\n**{}**\n{}",
                t!(ctx, how_to_change),
                t!(ctx, rewards),
                or_none(lines.join("\n"))
            ))
            .field(t!(ctx, without_points), or_none(ignored.join(" "))),
    )
}

/// Gives a role to everyone who reaches a level.
#[command]
fn reward(
    ctx: &Context,
    /// The level.
    #[option(min = 1, max = 1000)]
    level: u32,
    /// The role.
    role: Role,
) -> Answer {
    let guild = ctx.in_guild()?;
    let mentioned = mention_role(&role.id);
    let ranks = Ranks::of(&guild)?;
    if !ranks.is_given(&role) {
        tell!(ctx, role_not_given, role = mentioned);
    }
    // The cog gives it later without being asked.
    if !ranks.lets_give(ctx, &role) {
        tell!(ctx, role_too_high, role = mentioned);
    }
    let mut full = false;
    rewards::change(&guild, |rewards| {
        full = rewards.len() >= rewards::MOST && !rewards.contains_key(&level);
        if !full {
            rewards.insert(level, role.id.clone());
        }
    })?;
    if full {
        tell!(ctx, too_many_rewards, most = rewards::MOST);
    }
    ctx.reply_privately(t!(ctx, rewarded, level = level, role = mentioned))
}

/// Ends a reward; who has the role keeps it.
#[command]
fn unreward(
    ctx: &Context,
    /// The level.
    #[option(min = 1, max = 1000)]
    level: u32,
) -> Answer {
    let guild = ctx.in_guild()?;
    let mut gone = None;
    rewards::change(&guild, |rewards| gone = rewards.remove(&level))?;
    match gone {
        Some(role) => {
            let role = mention_role(&role);
            ctx.reply_privately(t!(ctx, unrewarded, level = level, role = role))
        }
        None => tell!(ctx, no_reward, level = level),
    }
}

/// Chooses channels in which nothing is earned.
#[command]
fn ignore(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let kinds = [
        ChannelKind::Text,
        ChannelKind::Voice,
        ChannelKind::Announcement,
        ChannelKind::Stage,
        ChannelKind::PublicThread,
    ];
    let menu = SelectMenu::channels(IGNORED, kinds)
        .picks(0, CHANNELS_MAX)
        .placeholder(t!(ctx, without_points))
        .picked(rules::ignored(&guild)?);
    ctx.reply_privately(OutgoingMessage::text(t!(ctx, choose_channels)).menu(menu))
}

/// Keeps what was chosen from the menu.
pub fn ignored(ctx: &Context, values: Vec<SelectedValue>) -> Answer {
    let guild = managed(ctx)?;
    let ids = SelectedValue::ids(values);
    rules::ignore(&guild, &ids)?;
    let shown: Vec<String> = ids.iter().map(|id| mention_channel(id)).collect();
    ctx.reply_privately(match shown.is_empty() {
        true => t!(ctx, all_channels),
        false => t!(ctx, ignored, channels = shown.join(" ")),
    })
}

/// Sets somebody's points.
#[command]
fn set(
    ctx: &Context,
    /// Whose.
    member: Member,
    /// How many.
    #[option(min = 0, max = 2000000000)]
    points: i64,
) -> Answer {
    if member.user.bot {
        tell!(ctx, bots_earn_nothing);
    }
    let guild = ctx.in_guild()?;
    points::set(&guild, &member.user.id, points)?;
    let (level, _) = curve::level(points);
    let user = mention_user(&member.user.id);
    ctx.reply_privately(t!(
        ctx,
        was_set,
        user = user,
        points = points,
        level = level
    ))
}

/// Takes somebody's points away.
#[command]
fn reset(
    ctx: &Context,
    /// Whose.
    user: User,
) -> Answer {
    let guild = ctx.in_guild()?;
    let mentioned = mention_user(&user.id);
    if points::of(&guild, &user.id)?.points == 0 {
        tell!(ctx, nothing_to_reset, user = mentioned);
    }
    points::forget(&guild, &user.id)?;
    ctx.reply_privately(t!(ctx, was_reset, user = mentioned))
}

/// Takes everybody's points away, after a question.
#[command]
fn reset_all(ctx: &Context) -> Answer {
    let count = points::all(&ctx.in_guild()?)?.len();
    let question = OutgoingMessage::text(t!(ctx, reset_question, count = count));
    ctx.reply_privately(question.row([Button::danger(RESET, t!(ctx, reset_everybody))]))
}

/// Does so.
pub fn reset_confirmed(ctx: &Context) -> Answer {
    points::next_season(&managed(ctx)?)?;
    ctx.update(MessageEdit::from(t!(ctx, all_reset)).without_components())
}

/// Returns the server of somebody who manages it, also after they were shown a button.
fn managed(ctx: &Context) -> Answer<String> {
    ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))
}
