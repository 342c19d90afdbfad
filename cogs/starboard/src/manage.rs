//! `/starboard`: what is set, and channels that are left out.

use crate::count;
use crate::rules::{self, Rules};
use cogbox_sdk::component::ChannelKind;
use cogbox_sdk::markdown::mention_channel;
use cogbox_sdk::prelude::*;

const GOLD: u32 = 0xff_ac_33;
/// The id of the menu of channels, and how many it takes.
pub const IGNORED: &str = "ignored";
const CHANNELS_MAX: u8 = 25;

/// The starboard of this server.
#[command(name = "starboard", subcommands(show, ignore), needs(MANAGE_GUILD))]
pub struct Board;

/// Shows what is set, and what went wrong.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let rules = Rules::of(&guild);
    let (emoji, is_typed) = rules.emoji()?;
    let mut lines = vec![match rules.board()? {
        Some(board) => t!(
            ctx,
            is_on,
            channel = mention_channel(&board),
            count = rules.threshold()?,
            emoji = emoji.written()
        ),
        None => t!(ctx, is_off),
    }];
    if !is_typed {
        lines.push(format!("⚠️ {}", t!(ctx, no_emoji, emoji = emoji.written())));
    }
    lines.extend(count::trouble(&guild)?.map(|trouble| trouble.told(ctx)));
    lines.push(t!(ctx, how_to_change));
    let ignored = rules::ignored(&guild)?;
    let ignored: Vec<String> = ignored.iter().map(|id| mention_channel(id)).collect();
    let embed = Embed::titled(t!(ctx, title))
        .color(GOLD)
        .description(lines.join("\n"));
    ctx.reply_privately(match ignored.is_empty() {
        true => embed,
        false => embed.field(t!(ctx, left_out), ignored.join(" ")),
    })
}

/// Chooses channels whose messages are not shown.
#[command]
fn ignore(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let kinds = [
        ChannelKind::Text,
        ChannelKind::Voice,
        ChannelKind::Announcement,
        ChannelKind::Stage,
        ChannelKind::Forum,
        ChannelKind::PublicThread,
    ];
    let menu = SelectMenu::channels(IGNORED, kinds)
        .picks(0, CHANNELS_MAX)
        .placeholder(t!(ctx, left_out))
        .picked(rules::ignored(&guild)?);
    ctx.reply_privately(OutgoingMessage::text(t!(ctx, choose_channels)).menu(menu))
}

/// Keeps what was chosen from the menu.
pub fn ignored(ctx: &Context, values: Vec<SelectedValue>) -> Answer {
    let guild = ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))?;
    let ids = SelectedValue::ids(values);
    rules::ignore(&guild, &ids)?;
    let shown: Vec<String> = ids.iter().map(|id| mention_channel(id)).collect();
    let text = match shown.is_empty() {
        true => t!(ctx, all_channels),
        false => t!(ctx, leaves_out, channels = shown.join(" ")),
    };
    ctx.update(MessageEdit::from(text).without_components())
}
