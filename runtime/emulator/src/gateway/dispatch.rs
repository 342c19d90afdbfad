//! Events as the gateway dispatches them: name, payload, and who gets it.

use serde_json::{Value, json};

use super::{guild_events, message_events, thread_events, voice};
use crate::clock::Time;
use crate::model::intents::{self, *};
use crate::model::{Message, flags, permissions};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Event, World};

/// One dispatch, before it is known who is there to get it.
pub struct Dispatch {
    pub name: &'static str,
    /// The guild it belongs to; events without one go to shard 0.
    guild: Option<Id>,
    /// A session needs one of these intents; 0 lets it through to all.
    need: u64,
    data: String,
    /// What sessions without this intent get in place of the data.
    lesser: Option<(u64, String)>,
}

impl Dispatch {
    /// Returns the payload for a session, if it wants the event.
    pub fn data_for(&self, intents: u64, shard: (u64, u64)) -> Option<&str> {
        let place = self.guild.map_or(0, |guild| guild.shard(shard.1));
        if place != shard.0 || (self.need != 0 && intents & self.need == 0) {
            return None;
        }
        match &self.lesser {
            Some((intent, data)) if intents & intent == 0 => Some(data),
            _ => Some(&self.data),
        }
    }
}

/// Turns an event into the dispatch that bots get, if they get one at all. `wanted` holds the
/// intents of all sessions: messages that none of them reads are not written.
pub fn render(
    world: &World,
    event: &Event,
    base: &str,
    wanted: u64,
    now: Time,
) -> Option<Dispatch> {
    let bot = world.application.bot;
    match event {
        Event::GuildGone { guild, unavailable } => {
            let mut data = json!({"id": guild});
            if *unavailable {
                data["unavailable"] = json!(true);
            }
            in_guild(world, "GUILD_DELETE", *guild, GUILDS, data, true)
        }
        Event::MemberAdded { guild, user } => {
            let mut data = wire::guild::member(world, world.member(*guild, *user)?);
            data["guild_id"] = json!(guild);
            in_guild(
                world,
                "GUILD_MEMBER_ADD",
                *guild,
                GUILD_MEMBERS,
                data,
                false,
            )
        }
        Event::MemberChanged { guild, user } => {
            let mut data = wire::guild::member(world, world.member(*guild, *user)?);
            data["guild_id"] = json!(guild);
            let need = if *user == bot { 0 } else { GUILD_MEMBERS };
            in_guild(world, "GUILD_MEMBER_UPDATE", *guild, need, data, false)
        }
        Event::RoleCreated { guild, role } | Event::RoleChanged { guild, role } => {
            let role = wire::guild::role(world.guilds.get(guild)?.roles.get(role)?);
            let data = json!({"guild_id": guild, "role": role});
            let name = match event {
                Event::RoleCreated { .. } => "GUILD_ROLE_CREATE",
                _ => "GUILD_ROLE_UPDATE",
            };
            in_guild(world, name, *guild, GUILDS, data, false)
        }
        Event::ChannelCreated(id) | Event::ChannelChanged(id) => {
            let channel = world.channels.get(id)?;
            let data = wire::channel::full(world, channel);
            let name = match event {
                Event::ChannelCreated(_) => "CHANNEL_CREATE",
                _ => "CHANNEL_UPDATE",
            };
            // Bots are not told of direct message channels.
            in_guild(world, name, channel.guild?, GUILDS, data, false)
        }
        Event::MessageCreated(message) => {
            message_event(world, "MESSAGE_CREATE", message, base, wanted, now)
        }
        Event::MessageChanged(message) => {
            message_event(world, "MESSAGE_UPDATE", message, base, wanted, now)
        }
        Event::MessageDeleted {
            guild,
            channel,
            message,
            only_for,
        } => {
            let guild = guild.filter(|_| only_for.is_none());
            let mut data = json!({"id": message, "channel_id": channel});
            if let Some(guild) = guild {
                data["guild_id"] = json!(guild);
            }
            let need = either(guild, GUILD_MESSAGES, DIRECT_MESSAGES);
            in_channel(world, "MESSAGE_DELETE", guild, *channel, need, data, now)
        }
        Event::ReactionAdded {
            channel,
            message,
            user,
            name,
            custom,
        }
        | Event::ReactionRemoved {
            channel,
            message,
            user,
            name,
            custom,
        } => {
            let added = matches!(event, Event::ReactionAdded { .. });
            let guild = world.channels.get(channel)?.guild;
            let mut data = json!({
                "user_id": user,
                "channel_id": channel,
                "message_id": message,
                "emoji": wire::message::emoji(name, *custom),
                "burst": false,
                "type": 0,
            });
            if let Some(guild) = guild {
                data["guild_id"] = json!(guild);
            }
            if added {
                let author = world
                    .message(*channel, *message)
                    .map(|message| message.author);
                data["message_author_id"] = json!(author);
                let member = guild.and_then(|guild| world.member(guild, *user));
                if let Some(member) = member {
                    data["member"] = wire::guild::member(world, member);
                }
            }
            let name = match added {
                true => "MESSAGE_REACTION_ADD",
                false => "MESSAGE_REACTION_REMOVE",
            };
            let need = either(guild, GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS);
            in_channel(world, name, guild, *channel, need, data, now)
        }
        Event::ReactionsCleared { .. }
        | Event::MessagesDeleted { .. }
        | Event::PollVoted { .. }
        | Event::PinsChanged(_) => message_events::render(world, event, now),
        Event::Typing { channel, user, at } => {
            let guild = world.channels.get(channel)?.guild;
            let mut data = json!({
                "channel_id": channel,
                "user_id": user,
                "timestamp": at.millis() / 1_000,
            });
            if let Some(guild) = guild {
                data["guild_id"] = json!(guild);
                let member = world.member(guild, *user);
                data["member"] = member.map(|m| wire::guild::member(world, m)).into();
            }
            let need = either(guild, GUILD_MESSAGE_TYPING, DIRECT_MESSAGE_TYPING);
            in_channel(world, "TYPING_START", guild, *channel, need, data, now)
        }
        Event::PresenceChanged { guild, user } => {
            let mut data = wire::user::presence_of(world.user(*user)?);
            data["guild_id"] = json!(guild);
            let need = GUILD_PRESENCES;
            in_guild(world, "PRESENCE_UPDATE", *guild, need, data, false)
        }
        Event::InteractionSent(id) => {
            // An application with an address of its own gets its interactions there.
            if world.application.interactions_endpoint_url.is_some() {
                return None;
            }
            let interaction = world.interactions.get(id)?;
            let data = wire::interaction::full(world, interaction, base, now);
            Some(Dispatch {
                name: "INTERACTION_CREATE",
                guild: interaction.guild,
                need: 0,
                data: data.to_string(),
                lesser: None,
            })
        }
        Event::CommandPermissionsChanged { guild, target } => {
            let data = wire::command_permission::full(world, *guild, *target);
            let name = "APPLICATION_COMMAND_PERMISSIONS_UPDATE";
            in_guild(world, name, *guild, 0, data, false)
        }
        Event::GuildChanged(_)
        | Event::EmojisChanged(_)
        | Event::WebhooksChanged { .. }
        | Event::MemberRemoved { .. }
        | Event::RoleDeleted { .. }
        | Event::ChannelDeleted(_)
        | Event::BanAdded { .. }
        | Event::BanRemoved { .. }
        | Event::InviteCreated { .. }
        | Event::InviteDeleted { .. }
        | Event::AuditEntryCreated { .. } => guild_events::render(world, event, now),
        Event::ThreadCreated { .. }
        | Event::ThreadChanged(_)
        | Event::ThreadDeleted(_)
        | Event::ThreadMemberTold(_)
        | Event::ThreadMembersChanged { .. }
        | Event::ThreadsShown { .. } => thread_events::render(world, event, now),
        Event::VoiceChanged {
            guild,
            user,
            was,
            state,
        } => voice::state_update(world, *guild, *user, *was, state, now),
        // One session is told: `voice::tell_server`.
        Event::VoiceServerChosen(_) => None,
        // Every session sees a guild in its own way: `Sessions::show_guild`.
        Event::GuildCreated(_) => None,
        // Who speaks only the voice server tells, and only the page shows.
        Event::SpeakingChanged { .. } => None,
        Event::CommandsChanged | Event::InteractionMoved(_) | Event::BotConnected(_) => None,
    }
}

/// Returns the GUILD_CREATE of a guild the bot is in, as a session with these intents and this
/// threshold for large guilds gets it; None during an outage.
pub fn guild_create(
    world: &World,
    id: Id,
    intents: u64,
    large_threshold: u64,
    now: Time,
) -> Option<String> {
    let guild = world.guilds.get(&id).filter(|guild| guild.available)?;
    if intents & GUILDS == 0 || !world.bot_is_in(id) {
        return None;
    }
    let presences = intents & GUILD_PRESENCES != 0;
    Some(wire::guild::create(world, guild, presences, large_threshold, now).to_string())
}

pub(super) fn either(guild: Option<Id>, in_guild: u64, direct: u64) -> u64 {
    if guild.is_some() { in_guild } else { direct }
}

/// An event of a guild, told only while the bot is in it, unless it tells of leaving.
pub(super) fn in_guild(
    world: &World,
    name: &'static str,
    guild: Id,
    need: u64,
    data: Value,
    leaving: bool,
) -> Option<Dispatch> {
    let available = world.guilds.get(&guild).is_some_and(|g| g.available);
    if !(leaving || available && world.bot_is_in(guild)) {
        return None;
    }
    Some(Dispatch {
        name,
        guild: Some(guild),
        need,
        data: data.to_string(),
        lesser: None,
    })
}

/// An event of a channel, told only where the bot sees it.
pub(super) fn in_channel(
    world: &World,
    name: &'static str,
    guild: Option<Id>,
    channel: Id,
    need: u64,
    data: Value,
    now: Time,
) -> Option<Dispatch> {
    let bot = world.application.bot;
    world
        .may(bot, channel, permissions::VIEW_CHANNEL, now)
        .then(|| Dispatch {
            name,
            guild,
            need,
            data: data.to_string(),
            lesser: None,
        })
}

fn message_event(
    world: &World,
    name: &'static str,
    message: &Message,
    base: &str,
    wanted: u64,
    now: Time,
) -> Option<Dispatch> {
    let bot = world.application.bot;
    let ephemeral = message.flags & flags::EPHEMERAL != 0;
    let guild = message.guild.filter(|_| !ephemeral);
    let need = either(guild, GUILD_MESSAGES, DIRECT_MESSAGES);
    if need & wanted == 0 || !world.may(bot, message.channel, permissions::VIEW_CHANNEL, now) {
        return None;
    }
    let mut data = wire::message::dispatched(world, message, base);
    let whole = data.to_string();
    let always_whole =
        guild.is_none() || message.author == bot || message.mentions.users.contains(&bot);
    let lesser = (!always_whole).then(|| {
        wire::message::redact(&mut data);
        (intents::MESSAGE_CONTENT, data.to_string())
    });
    Some(Dispatch {
        name,
        guild,
        need,
        data: whole,
        lesser,
    })
}
