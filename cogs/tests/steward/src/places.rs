//! Servers, channels, threads and invites.

use crate::{Done, Order, lines, quiet};
use cogbox_sdk::discord::{channel_admin, channels, guild_commands, guilds, invites, threads};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::channel_admin::ChannelEdit;
use cogbox_sdk::raw::cogbox::discord::command_types::{Command, Contexts, Target, Visibility};
use cogbox_sdk::raw::cogbox::discord::model::{ChannelKind, Overwrite, OverwriteTarget};

pub fn done(order: &Order) -> Option<Done> {
    let (guild, channel) = (order.guild.as_str(), order.channel.as_str());
    let (first, second) = (order.word(0), order.word(1));
    Some(match order.verb.as_str() {
        "guilds" => guilds::all(None, 10).map(|all| all.len().to_string()),
        "guild" => guilds::get(guild).map(|guild| guild.name),
        "channel" => channels::get(channel).map(|channel| shown(&channel)),
        "channels" => channels::all(guild).map(|all| lines(all, |channel| shown(&channel))),
        "overwrites" => channels::overwrites(channel).map(|all| {
            lines(all, |overwrite| {
                let target = match overwrite.target {
                    OverwriteTarget::Member(_) => "member",
                    OverwriteTarget::Role(_) => "role",
                };
                format!("{target} +{} -{}", overwrite.allow, overwrite.deny)
            })
        }),
        "make-channel" => {
            let kind = match first {
                "voice" => ChannelKind::Voice,
                "category" => ChannelKind::Category,
                "direct" => ChannelKind::Direct,
                _ => ChannelKind::Text,
            };
            let open: Vec<_> = order
                .or_none(2)
                .map(|bits| everyone(guild, bits))
                .into_iter()
                .collect();
            channel_admin::create(guild, kind, &named(second), &open, Some("because"))
                .map(|channel| shown(&channel))
        }
        "change-channel" => {
            channel_admin::edit(channel, &named(first), None).map(|channel| shown(&channel))
        }
        "drop-channel" => channel_admin::delete(channel, None).map(quiet),
        "open" => {
            channel_admin::set_overwrite(channel, &everyone(guild, first.into()), None).map(quiet)
        }
        "clear" => {
            let target = OverwriteTarget::Role(guild.to_owned());
            channel_admin::clear_overwrite(channel, &target, None).map(quiet)
        }
        "thread" => threads::create(channel, None, first, false).map(|thread| shown(&thread)),
        "secret" => threads::create(channel, None, first, true).map(|thread| shown(&thread)),
        "thread-on" => {
            threads::create(channel, Some(first), second, false).map(|thread| shown(&thread))
        }
        "join" => threads::add_member(channel, first).map(quiet),
        "part" => threads::remove_member(channel, first).map(quiet),
        "close" => threads::set_archived(channel, true, true).map(|thread| shown(&thread)),
        "offer" => {
            let offered: Vec<_> = order.words.iter().map(|name| command(name)).collect();
            guild_commands::set(guild, &offered).map(quiet)
        }
        "invite" => invites::create(channel, 600, 5)
            .map(|invite| format!("{} of {} uses", invite.uses, invite.max_uses)),
        "invites" => invites::all(guild).map(|all| all.len().to_string()),
        "uninvite" => invites::delete(first).map(quiet),
        _ => return None,
    })
}

/// A command of one server, without options.
fn command(name: &str) -> Command {
    Command {
        name: name.to_owned(),
        description: format!("Made up as {name}"),
        target: Target::Chat,
        options: Vec::new(),
        subcommands: Vec::new(),
        needs: None,
        contexts: Contexts::GUILD,
        nsfw: false,
        cooldown: None,
        concurrency: None,
        defer_as: Visibility::Everyone,
        names: Vec::new(),
        descriptions: Vec::new(),
    }
}

fn shown(channel: &Channel) -> String {
    let closed = match &channel.thread {
        Some(thread) if thread.archived && thread.locked => ", closed",
        _ => "",
    };
    format!("{} ({:?}{closed})", channel.name, channel.kind).replace("ChannelKind::", "")
}

fn named(name: &str) -> ChannelEdit {
    ChannelEdit {
        name: Some(name.to_owned()),
        topic: Some("made by the steward".to_owned()),
        parent: None,
        position: None,
        slowmode_seconds: None,
        nsfw: None,
    }
}

/// What everyone in a guild may do; the role of everyone has the guild's id.
fn everyone(guild: &str, allow: String) -> Overwrite {
    Overwrite {
        target: OverwriteTarget::Role(guild.to_owned()),
        allow,
        deny: "0".to_owned(),
    }
}
