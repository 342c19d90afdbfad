//! Events about a guild and what happens in it to members, roles, channels and invites.
//! Which rights some of them need: Discord's documentation, "Gateway Events".

use serde_json::json;

use super::dispatch::{Dispatch, in_guild};
use crate::clock::Time;
use crate::model::intents::*;
use crate::model::{hierarchy, permissions};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Event, World};

/// Turns an event of these kinds into its dispatch; others give none.
pub fn render(world: &World, event: &Event, now: Time) -> Option<Dispatch> {
    let (name, guild, need, data) = match event {
        Event::GuildChanged(guild) => {
            let data = wire::guild::settings(world.guilds.get(guild)?);
            ("GUILD_UPDATE", *guild, GUILDS, data)
        }
        Event::WebhooksChanged { guild, channel } => {
            let data = json!({"guild_id": guild, "channel_id": channel});
            ("WEBHOOKS_UPDATE", *guild, GUILD_WEBHOOKS, data)
        }
        Event::EmojisChanged(guild) => {
            let emojis = wire::emoji::all(world.guilds.get(guild)?);
            let data = json!({"guild_id": guild, "emojis": emojis});
            ("GUILD_EMOJIS_UPDATE", *guild, GUILD_EXPRESSIONS, data)
        }
        Event::MemberRemoved { guild, user } => {
            let user = wire::user::full(world.user(*user)?);
            let data = json!({"guild_id": guild, "user": user});
            ("GUILD_MEMBER_REMOVE", *guild, GUILD_MEMBERS, data)
        }
        Event::RoleDeleted { guild, role } => {
            let data = json!({"guild_id": guild, "role_id": role});
            ("GUILD_ROLE_DELETE", *guild, GUILDS, data)
        }
        Event::ChannelDeleted(channel) => {
            let data = wire::channel::full(world, channel);
            ("CHANNEL_DELETE", channel.guild?, GUILDS, data)
        }
        Event::BanAdded { guild, user } | Event::BanRemoved { guild, user } => {
            let rights = permissions::BAN_MEMBERS | permissions::VIEW_AUDIT_LOG;
            if bot_may(world, *guild, now) & rights == 0 {
                return None;
            }
            let name = match event {
                Event::BanAdded { .. } => "GUILD_BAN_ADD",
                _ => "GUILD_BAN_REMOVE",
            };
            let user = wire::user::full(world.user(*user)?);
            let data = json!({"guild_id": guild, "user": user});
            (name, *guild, GUILD_MODERATION, data)
        }
        Event::InviteCreated { guild, invite } | Event::InviteDeleted { guild, invite } => {
            let bot = world.application.bot;
            if !world.may(bot, invite.channel, permissions::MANAGE_CHANNELS, now) {
                return None;
            }
            let (name, data) = match event {
                Event::InviteCreated { .. } => {
                    let data = wire::invite::created(world, *guild, invite);
                    ("INVITE_CREATE", data)
                }
                _ => {
                    let data = json!({
                        "channel_id": invite.channel,
                        "guild_id": guild,
                        "code": invite.code,
                    });
                    ("INVITE_DELETE", data)
                }
            };
            (name, *guild, GUILD_INVITES, data)
        }
        Event::AuditEntryCreated { guild, entry } => {
            if bot_may(world, *guild, now) & permissions::VIEW_AUDIT_LOG == 0 {
                return None;
            }
            let mut data = wire::audit::entry(entry);
            data["guild_id"] = json!(guild);
            let name = "GUILD_AUDIT_LOG_ENTRY_CREATE";
            (name, *guild, GUILD_MODERATION, data)
        }
        _ => return None,
    };
    in_guild(world, name, guild, need, data, false)
}

/// Returns what the bot may do in the guild; nothing when it is not there.
fn bot_may(world: &World, guild: Id, now: Time) -> u64 {
    let member = world.member(guild, world.application.bot);
    let place = world.guilds.get(&guild);
    let both = place.zip(member);
    both.map_or(0, |(guild, member)| hierarchy::allowed(guild, member, now))
}
