//! `/serverlog`: what goes where, what is left out, and what is in the way.

use crate::ignored::{self, Ignored};
use crate::kinds::{Kind, What};
use crate::post::titles;
use crate::routes::Routes;
use cogbox_sdk::discord::{bot, members};
use cogbox_sdk::hierarchy::told;
use cogbox_sdk::markdown::{mention_channel, mention_role, mention_user};
use cogbox_sdk::prelude::*;

const BLURPLE: u32 = 0x58_65_f2;
/// The ids of the menus, and how many they take.
pub const CHANNELS: &str = "channels";
pub const PEOPLE: &str = "people";
const MOST: u8 = 25;

/// The log of this server.
#[command(subcommands(show, set, off, Ignore), needs(MANAGE_GUILD))]
pub struct Serverlog;

/// Shows what is written down where, what is left out, and what is in the way.
#[command]
fn show(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    let routes = Routes::of(&guild)?;
    let mut lines = Vec::new();
    for channel in routes.channels() {
        let kinds = routes.kinds_of(channel);
        let place = mention_channel(channel);
        lines.push(format!("{place}: {}", titles(ctx, &kinds)));
        if let Some(trouble) = routes.trouble(channel) {
            lines.push(trouble.told(ctx));
        }
    }
    let off: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| routes.channel(*kind).is_none())
        .collect();
    match (lines.is_empty(), off.is_empty()) {
        (true, _) => lines.push(t!(ctx, all_off)),
        (_, false) => lines.push(t!(ctx, these_off, what = titles(ctx, &off))),
        (_, true) => {}
    }
    for (channel, kinds) in routes.gone() {
        let what = titles(ctx, kinds);
        let told = t!(ctx, log_gone_what, name = &**channel, what = what);
        lines.push(format!("⚠️ {told}"));
    }
    lines.extend(lacking(ctx, &guild, &routes)?);
    lines.push(t!(ctx, how_to_change));
    let embed = Embed::titled(t!(ctx, title))
        .color(BLURPLE)
        .description(lines.join("\n"));
    // Together they would not fit into one field.
    let channels = Ignored::of(&guild)?.channels;
    let channels: Vec<String> = channels.iter().map(|id| mention_channel(id)).collect();
    let left_out = [channels, people_and_roles(&guild)?];
    let left_out = left_out.iter().filter(|some| !some.is_empty());
    ctx.reply_privately(left_out.fold(embed, |embed, some| {
        embed.field(t!(ctx, left_out), some.join(" "))
    }))
}

/// Chooses the channel in which something is written down.
#[command]
fn set(
    ctx: &Context,
    /// What to write down.
    what: What,
    /// Where.
    #[option(channels(text, announcement))]
    channel: Channel,
) -> Answer {
    let guild = ctx.in_guild()?;
    let missing = missing(ctx, &guild, &channel.id)?;
    if !missing.is_empty() {
        let channel = mention_channel(&channel.id);
        tell!(ctx, i_need_there, channel = channel, permissions = missing);
    }
    let kinds = what.kinds();
    let routes = Routes::change(&guild, |routes| {
        routes.set(kinds, &channel.id);
        routes.clone()
    })?;
    let mut lines = vec![t!(
        ctx,
        goes_there,
        what = titles(ctx, kinds),
        channel = mention_channel(&channel.id)
    )];
    lines.extend(lacking(ctx, &guild, &routes)?);
    ctx.reply_privately(lines.join("\n"))
}

/// Writes something down no more.
#[command]
fn off(
    ctx: &Context,
    /// What.
    what: What,
) -> Answer {
    let guild = ctx.in_guild()?;
    let were_on = Routes::change(&guild, |routes| routes.unset(what.kinds()))?;
    ctx.reply_privately(match were_on.is_empty() {
        true => t!(ctx, was_off),
        false => t!(ctx, is_off_now, what = titles(ctx, &were_on)),
    })
}

/// What is left out.
#[command(subcommands(without_channels, without_people))]
struct Ignore;

/// Chooses channels, with what is in them, of which nothing is written down.
#[command(name = "channels")]
fn without_channels(ctx: &Context) -> Answer {
    let ignored = Ignored::of(&ctx.in_guild()?)?;
    let menu = SelectMenu::public_channels(CHANNELS)
        .picks(0, MOST)
        .placeholder(t!(ctx, left_out))
        .picked(ignored.channels);
    ctx.reply_privately(OutgoingMessage::text(t!(ctx, choose_channels)).menu(menu))
}

/// Chooses members and roles of whom messages, names, roles and voice are not written down.
#[command(name = "people")]
fn without_people(ctx: &Context) -> Answer {
    let menu = SelectMenu::mentionables(PEOPLE)
        .picks(0, MOST)
        .placeholder(t!(ctx, left_out));
    let now = people_and_roles(&ctx.in_guild()?)?;
    let text = match now.is_empty() {
        true => t!(ctx, choose_people),
        false => t!(ctx, choose_people_anew, who = now.join(" ")),
    };
    ctx.reply_privately(OutgoingMessage::text(text).menu(menu))
}

/// Keeps what was chosen from a menu.
pub fn chosen(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
    let guild = ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))?;
    let mut ignored = Ignored::of(&guild)?;
    let shown = match id {
        CHANNELS => {
            ignored.channels = SelectedValue::ids(values);
            ignored.save(&guild)?;
            let shown = ignored.channels.iter().map(|id| mention_channel(id));
            shown.collect::<Vec<_>>()
        }
        PEOPLE => {
            let (mut people, mut roles) = (Vec::new(), Vec::new());
            for value in values {
                match value {
                    SelectedValue::User(user) => people.push(user.id),
                    SelectedValue::Role(role) => roles.push(role.id),
                    _ => {}
                }
            }
            ignored.roles = roles;
            ignored.save(&guild)?;
            ignored::set_people(&guild, &people)?;
            people_and_roles(&guild)?
        }
        _ => fail!("the menu `{id}` is none of ours"),
    };
    let text = match shown.is_empty() {
        true => t!(ctx, nothing_left_out),
        false => t!(ctx, leaves_out, what = shown.join(" ")),
    };
    ctx.update(MessageEdit::from(text).without_components())
}

fn people_and_roles(guild: &str) -> Answer<Vec<String>> {
    let roles = Ignored::of(guild)?.roles;
    let mut shown: Vec<String> = roles.iter().map(|id| mention_role(id)).collect();
    shown.extend(ignored::people(guild)?.iter().map(|id| mention_user(id)));
    Ok(shown)
}

/// Names the permissions that the bot lacks in a log channel.
fn missing(ctx: &Context, guild: &str, channel: &str) -> Answer<String> {
    let has = own(ctx, guild, Some(channel))?;
    let all = [
        (Permissions::VIEW_CHANNEL, t!(ctx, permission_view)),
        (Permissions::SEND_MESSAGES, t!(ctx, permission_send)),
        (Permissions::EMBED_LINKS, t!(ctx, permission_embed)),
        (Permissions::ATTACH_FILES, t!(ctx, permission_attach)),
    ];
    let missing = all.into_iter().filter(|(one, _)| !has.allow(*one));
    let names: Vec<String> = missing.map(|(_, name)| format!("**{name}**")).collect();
    Ok(names.join(", "))
}

/// Says what the bot lacks for what is written down.
fn lacking(ctx: &Context, guild: &str, routes: &Routes) -> Answer<Vec<String>> {
    let mut lines = Vec::new();
    let channels = routes.channels();
    if channels.is_empty() {
        return Ok(lines);
    }
    for channel in channels
        .into_iter()
        .filter(|it| routes.trouble(it).is_none())
    {
        let missing = missing(ctx, guild, channel)?;
        if !missing.is_empty() {
            let channel = mention_channel(channel);
            let told = t!(ctx, i_need_there, channel = channel, permissions = missing);
            lines.push(format!("⚠️ {told}"));
        }
    }
    let has = own(ctx, guild, None)?;
    if !has.allow(Permissions::VIEW_AUDIT_LOG) {
        let on = Kind::ALL
            .into_iter()
            .filter(|kind| routes.channel(*kind).is_some());
        let only: Vec<Kind> = on.filter(|kind| kind.needs_audit_log()).collect();
        let told = match only.is_empty() {
            true => t!(ctx, no_audit_log),
            false => t!(ctx, no_audit_log_at_all, what = titles(ctx, &only)),
        };
        lines.push(format!("⚠️ {told}"));
    }
    if routes.channel(Kind::Invites).is_some() && !has.allow(Permissions::MANAGE_CHANNELS) {
        lines.push(format!("⚠️ {}", t!(ctx, no_invites)));
    }
    Ok(lines)
}

/// What the bot may do. What an admin withholds is told.
fn own(ctx: &Context, guild: &str, channel: Option<&str>) -> Answer<Permissions> {
    let me = told(ctx, bot::me())?;
    match members::permissions_of(guild, &me.id, channel) {
        // It does not see the channel.
        Err(refused) if matches!(refused.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {
            Ok(Permissions::NONE)
        }
        rights => Ok(Permissions::read(&told(ctx, rights)?)),
    }
}
