//! From an envelope to what cogs are told: which event it is, of which guild, by whom, and what was
//! there before.
//!
//! Events are taken one after the other, in the order in which they are told, so that `before` is
//! what the last one left. A cog is not told of the bot's own doing, as far as Discord says whose
//! doing it was.

use cogbox_world::cogbox::discord::model::Message;
use serde::Deserialize;
use serenity::model::id::{ChannelId, GuildId, UserId};

use super::Envelope;
use super::happening::{Happening, is};
use super::repeats::{Repeats, key};
use crate::cache::history::History;
use crate::cache::{Cache, Membership, shard_of};
use crate::cog::events::Event;
use crate::cog::registry::Snapshot;
use crate::cog::subscriptions::Subscription;
use crate::host::convert::event::{self as read, Told};
use crate::host::{Origin, Trigger};

use Subscription::{
    AuditLogEntries, Bans, ChannelEvents, GuildJoined, GuildLeft, GuildUpdated, InviteEvents,
    MemberJoined, MemberLeft, MemberUpdated, MessageCreated, MessageDeleted, MessageEdited,
    ReactionAdded, ReactionRemoved, RoleEvents, ThreadEvents, VoiceChanged,
};

/// Those that are told what was before.
const WITH_BEFORE: &[Subscription] = &[
    MessageEdited,
    MessageDeleted,
    MemberUpdated,
    GuildUpdated,
    ChannelEvents,
    ThreadEvents,
    RoleEvents,
    VoiceChanged,
];

/// Which events are needed for what: to be told, or to know what was before.
const NEEDED: &[(&str, &[Subscription])] = &[
    ("GUILD_CREATE", WITH_BEFORE),
    ("GUILD_CREATE", &[GuildJoined]),
    ("GUILD_DELETE", WITH_BEFORE),
    ("GUILD_DELETE", &[GuildLeft]),
    ("GUILD_UPDATE", &[GuildUpdated]),
    (
        "MESSAGE_CREATE",
        &[MessageCreated, MessageEdited, MessageDeleted],
    ),
    ("MESSAGE_UPDATE", &[MessageEdited, MessageDeleted]),
    ("MESSAGE_DELETE", &[MessageEdited, MessageDeleted]),
    ("MESSAGE_DELETE_BULK", &[MessageEdited, MessageDeleted]),
    ("MESSAGE_REACTION_ADD", &[ReactionAdded]),
    ("MESSAGE_REACTION_REMOVE", &[ReactionRemoved]),
    ("GUILD_MEMBER_ADD", &[MemberJoined, MemberUpdated]),
    ("GUILD_MEMBER_UPDATE", &[MemberUpdated]),
    ("GUILD_MEMBER_REMOVE", &[MemberLeft, MemberUpdated]),
    ("GUILD_BAN_ADD", &[Bans]),
    ("GUILD_BAN_REMOVE", &[Bans]),
    ("CHANNEL_CREATE", &[ChannelEvents]),
    ("CHANNEL_UPDATE", &[ChannelEvents]),
    ("CHANNEL_DELETE", &[ChannelEvents]),
    ("THREAD_CREATE", &[ThreadEvents]),
    ("THREAD_UPDATE", &[ThreadEvents]),
    ("THREAD_DELETE", &[ThreadEvents]),
    ("THREAD_LIST_SYNC", &[ThreadEvents]),
    ("GUILD_ROLE_CREATE", &[RoleEvents]),
    ("GUILD_ROLE_UPDATE", &[RoleEvents]),
    ("GUILD_ROLE_DELETE", &[RoleEvents]),
    ("INVITE_CREATE", &[InviteEvents]),
    ("INVITE_DELETE", &[InviteEvents]),
    ("GUILD_AUDIT_LOG_ENTRY_CREATE", &[AuditLogEntries]),
    ("VOICE_STATE_UPDATE", &[VoiceChanged]),
];

/// Whether some loaded cog needs events of a name.
pub(super) fn needed(kind: &str, cogs: &Snapshot) -> bool {
    let mut rows = NEEDED.iter().filter(|(name, _)| *name == kind);
    rows.any(|(_, subscriptions)| subscriptions.iter().any(|s| cogs.listens(*s)))
}

/// What events are read with: who the bot is, and what was before.
#[derive(Default)]
pub(super) struct Events {
    history: History,
}

type Read<T> = Result<T, serde_json::Error>;

impl Events {
    /// Takes in an event, and returns what is to be told of it, if anything is.
    pub(super) fn take(
        &mut self,
        envelope: &Envelope,
        repeats: &mut Repeats,
        cogs: &Snapshot,
        cache: &Cache,
    ) -> Read<Option<Happening>> {
        let (kind, raw) = (envelope.kind.as_str(), envelope.raw.as_str());
        let history = &mut self.history;
        let me = cache.me().map(|me| me.id);
        let wants = |subscription| cogs.listens(subscription);
        let mine = |who: Option<UserId>| who.is_some() && who == me;
        // What happens to a thing once in its life is told once.
        let mut first = |id: u64| repeats.first(key(kind, id));
        let happening = match kind {
            "READY" => {
                self.begins_anew(envelope, repeats)?;
                None
            }
            "GUILD_CREATE" => {
                if WITH_BEFORE.iter().any(|it| wants(*it)) {
                    self.fill(raw, cogs)?;
                }
                match envelope.membership {
                    Membership::Joined if wants(GuildJoined) => {
                        let told = read::guild(raw)?;
                        let origin = told.origin(None);
                        Some(Happening::of(origin, Event::GuildJoined(told.value)))
                    }
                    _ => None,
                }
            }
            "GUILD_DELETE" => match envelope.membership {
                Membership::Left => {
                    let guild = read::guild_id(raw)?;
                    history.forget(|of| of == Some(guild));
                    let event = Event::GuildLeft(guild.to_string());
                    Some(Happening::of(origin(Some(guild), None, None), event))
                }
                _ => None,
            },
            "GUILD_UPDATE" => {
                let mut told = read::guild(raw)?;
                if !repeats.another(envelope) {
                    return Ok(None);
                }
                // An update leaves the count out.
                if let Some(members) = told.guild.and_then(|guild| cache.members_of(guild)) {
                    told.value.member_count = members;
                }
                let before = history.guilds.put(told.guild, told.id, told.value.clone());
                let origin = told.origin(None);
                let event = Event::GuildUpdated(before, told.value);
                Some(Happening::of(origin, event))
            }
            "MESSAGE_CREATE" => {
                let told = read::message(raw)?;
                if !repeats.first(told.id) {
                    return Ok(None);
                }
                if wants(MessageEdited) || wants(MessageDeleted) {
                    history.keep_message(&told);
                }
                let origin = told.origin(told.who);
                (!mine(told.who)).then(|| {
                    let event = Event::MessageCreated(told.value);
                    Happening::with_messages(origin, event, me)
                })
            }
            "MESSAGE_UPDATE" => {
                let told = match read::message(raw) {
                    Ok(told) => told,
                    Err(error) => {
                        // What is known of it is not what it is any more.
                        if let Ok(of) = read::deleted(raw) {
                            history.messages.take(of.guild, of.id);
                        }
                        return Err(error);
                    }
                };
                if !repeats.another(envelope) {
                    return Ok(None);
                }
                let before = history.keep_message(&told);
                let origin = told.origin(None);
                (!mine(told.who)).then(|| {
                    let event = Event::MessageEdited(before, told.value);
                    Happening::with_messages(origin, event, me)
                })
            }
            "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => {
                let told = read::deleted(raw)?;
                if !repeats.first(key(kind, &told.value)) {
                    return Ok(None);
                }
                let ids = told.value.iter();
                let known: Vec<_> = ids
                    .filter_map(|id| history.messages.take(told.guild, *id))
                    .collect();
                // Who deleted it Discord does not say; the bot's own messages are its own affair.
                let own = |message: &Message| is(&message.author.id, me);
                let origin = told.origin(None);
                (known.is_empty() || !known.iter().all(own)).then(|| {
                    let event = Event::MessageDeleted(
                        told.guild.map(|guild| guild.to_string()),
                        told.channel
                            .map(|channel| channel.to_string())
                            .unwrap_or_default(),
                        told.value.iter().map(ToString::to_string).collect(),
                        known,
                    );
                    Happening::with_messages(origin, event, me)
                })
            }
            "MESSAGE_REACTION_ADD" | "MESSAGE_REACTION_REMOVE" => {
                let told = read::reaction(raw)?;
                if !repeats.another(envelope) || mine(told.who) {
                    return Ok(None);
                }
                let origin = told.origin(told.who);
                let event = match kind {
                    "MESSAGE_REACTION_ADD" => Event::ReactionAdded(told.value),
                    _ => Event::ReactionRemoved(told.value),
                };
                Some(Happening::of(origin, event))
            }
            "GUILD_MEMBER_ADD" => {
                let told = read::member(raw)?;
                // Discord may add a member who is there already.
                let joined = told.value.joined.unwrap_or_default().to_bits();
                let guild = told.guild.map(GuildId::get);
                if !repeats.first(key(kind, (guild, told.id, joined))) {
                    return Ok(None);
                }
                if wants(MemberUpdated) {
                    history.members.put(told.guild, told.id, told.value.clone());
                }
                let origin = told.origin(told.who);
                (!mine(told.who)).then(|| Happening::of(origin, Event::MemberJoined(told.value)))
            }
            "GUILD_MEMBER_UPDATE" => {
                let told = read::member(raw)?;
                if !repeats.another(envelope) {
                    return Ok(None);
                }
                let before = history.members.put(told.guild, told.id, told.value.clone());
                let origin = told.origin(None);
                Some(Happening::of(
                    origin,
                    Event::MemberUpdated(before, told.value),
                ))
            }
            "GUILD_MEMBER_REMOVE" | "GUILD_BAN_ADD" | "GUILD_BAN_REMOVE" => {
                let told = read::user(raw)?;
                if !repeats.another(envelope) {
                    return Ok(None);
                }
                let (origin, of) = (told.origin(None), told.guild_text());
                let event = match kind {
                    "GUILD_BAN_ADD" => Event::Banned(of, told.value),
                    "GUILD_BAN_REMOVE" => Event::Unbanned(of, told.value),
                    _ => {
                        history.members.take(told.guild, told.id);
                        Event::MemberLeft(of, told.value)
                    }
                };
                // That the bot itself is gone `guild-left` tells.
                (!mine(told.who)).then(|| Happening::of(origin, event))
            }
            "CHANNEL_CREATE" => {
                let told = read::channel(raw)?;
                first(told.id).then(|| {
                    history
                        .channels
                        .put(told.guild, told.id, told.value.clone());
                    Happening::of(told.origin(None), Event::ChannelCreated(told.value))
                })
            }
            "CHANNEL_UPDATE" => {
                let told = read::channel(raw)?;
                repeats.another(envelope).then(|| {
                    let before = history
                        .channels
                        .put(told.guild, told.id, told.value.clone());
                    let origin = told.origin(None);
                    Happening::of(origin, Event::ChannelUpdated(before, told.value))
                })
            }
            "CHANNEL_DELETE" => {
                let told = read::channel(raw)?;
                first(told.id).then(|| {
                    history.channels.take(told.guild, told.id);
                    let origin = origin(told.guild, None, None);
                    Happening::of(origin, Event::ChannelDeleted(told.value))
                })
            }
            "THREAD_CREATE" => {
                let (told, new) = read::thread(raw)?;
                let new = new && first(told.id);
                history.threads.put(told.guild, told.id, told.value.clone());
                let origin = told.origin(told.who);
                (new && !mine(told.who))
                    .then(|| Happening::of(origin, Event::ThreadCreated(told.value)))
            }
            "THREAD_UPDATE" => {
                let (told, _) = read::thread(raw)?;
                repeats.another(envelope).then(|| {
                    let before = history.threads.put(told.guild, told.id, told.value.clone());
                    let origin = told.origin(None);
                    Happening::of(origin, Event::ThreadUpdated(before, told.value))
                })
            }
            "THREAD_DELETE" => {
                let (told, _) = read::thread(raw)?;
                first(told.id).then(|| {
                    // Discord only says which one it was.
                    let known = history.threads.take(told.guild, told.id);
                    let origin = origin(told.guild, None, None);
                    Happening::of(origin, Event::ThreadDeleted(known.unwrap_or(told.value)))
                })
            }
            "THREAD_LIST_SYNC" => {
                for told in read::threads(raw)? {
                    history.threads.put(told.guild, told.id, told.value);
                }
                None
            }
            "GUILD_ROLE_CREATE" => {
                let told = read::role(raw)?;
                first(told.id).then(|| {
                    history.roles.put(told.guild, told.id, told.value.clone());
                    Happening::of(told.origin(None), Event::RoleCreated(told.value))
                })
            }
            "GUILD_ROLE_UPDATE" => {
                let told = read::role(raw)?;
                repeats.another(envelope).then(|| {
                    let before = history.roles.put(told.guild, told.id, told.value.clone());
                    let origin = told.origin(None);
                    Happening::of(origin, Event::RoleUpdated(before, told.value))
                })
            }
            "GUILD_ROLE_DELETE" => {
                let told = read::role_deleted(raw)?;
                first(told.id).then(|| {
                    history.roles.take(told.guild, told.id);
                    let event = Event::RoleDeleted(told.guild_text(), told.id.to_string());
                    Happening::of(told.origin(None), event)
                })
            }
            "INVITE_CREATE" | "INVITE_DELETE" => {
                let told = read::invite(raw)?;
                if !repeats.first(key(kind, &told.value)) || mine(told.who) {
                    return Ok(None);
                }
                let (origin, guild) = (told.origin(told.who), told.guild_text());
                let channel = told
                    .channel
                    .map(|channel| channel.to_string())
                    .unwrap_or_default();
                let inviter = told.who.map(|who| who.to_string());
                let event = match kind {
                    "INVITE_CREATE" => Event::InviteCreated(guild, channel, told.value, inviter),
                    _ => Event::InviteDeleted(guild, channel, told.value),
                };
                Some(Happening::of(origin, event))
            }
            "GUILD_AUDIT_LOG_ENTRY_CREATE" => {
                let told = read::audit_entry(raw)?;
                let origin = told.origin(told.who);
                (first(told.id) && !mine(told.who))
                    .then(|| Happening::of(origin, Event::AuditLogWritten(told.value)))
            }
            "VOICE_STATE_UPDATE" => {
                let told = read::voice(raw)?;
                if !repeats.another(envelope) {
                    return Ok(None);
                }
                let before = match told.value.channel {
                    Some(_) => history.voice.put(told.guild, told.id, told.value.clone()),
                    None => history.voice.take(told.guild, told.id),
                };
                let origin = told.origin(told.who);
                (!mine(told.who))
                    .then(|| Happening::of(origin, Event::VoiceChanged(before, told.value)))
            }
            _ => None,
        };
        Ok(happening)
    }

    /// A session that begins anew missed what changed before it. That of a second set of shards
    /// does not: the first is still there.
    fn begins_anew(&mut self, envelope: &Envelope, repeats: &mut Repeats) -> Read<()> {
        #[derive(Deserialize)]
        struct Ready {
            shard: Option<(u32, u32)>,
        }
        let ready: Ready = serde_json::from_str(&envelope.raw)?;
        let (shard, total) = ready.shard.unwrap_or((0, 1));
        let own = |of: Option<GuildId>| match of {
            Some(guild) => shard_of(guild, total) == shard,
            None => shard == 0,
        };
        repeats.begins(envelope.set, own);
        if !envelope.beside {
            self.history.forget(own);
        }
        Ok(())
    }

    /// Keeps what comes with a guild.
    fn fill(&mut self, raw: &str, cogs: &Snapshot) -> Read<()> {
        let parts = read::parts(raw)?;
        let history = &mut self.history;
        // During an outage there is nothing to keep of it.
        if cogs.listens(GuildUpdated)
            && let Ok(told) = read::guild(raw)
        {
            history.guilds.put(told.guild, told.id, told.value);
        }
        if cogs.listens(ChannelEvents) {
            for told in parts.channels {
                history.channels.put(told.guild, told.id, told.value);
            }
        }
        if cogs.listens(ThreadEvents) {
            for told in parts.threads {
                history.threads.put(told.guild, told.id, told.value);
            }
        }
        if cogs.listens(RoleEvents) {
            for told in parts.roles {
                history.roles.put(told.guild, told.id, told.value);
            }
        }
        if cogs.listens(MemberUpdated) {
            for told in parts.members {
                history.members.put(told.guild, told.id, told.value);
            }
        }
        if cogs.listens(VoiceChanged) {
            // Whoever is not among them has left.
            history.voice.forget(|of| of == Some(parts.guild));
            for told in parts.voice {
                history.voice.put(told.guild, told.id, told.value);
            }
        }
        Ok(())
    }
}

impl History {
    fn keep_message(&mut self, told: &Told<Message>) -> Option<Message> {
        let channel = told.channel?;
        self.messages
            .put(told.guild, channel, told.id, told.value.clone())
    }
}

impl<T> Told<T> {
    fn origin(&self, by: Option<UserId>) -> Origin {
        origin(self.guild, self.channel, by)
    }

    fn guild_text(&self) -> String {
        self.guild
            .map(|guild| guild.to_string())
            .unwrap_or_default()
    }
}

fn origin(guild: Option<GuildId>, channel: Option<ChannelId>, invoker: Option<UserId>) -> Origin {
    Origin {
        trigger: Trigger::Event,
        guild,
        channel,
        invoker,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_of_the_contract_is_needed_for_itself() {
        let told = |it: &&Subscription| {
            let name = it.name();
            !["commands", "autocomplete", "components", "message-content"].contains(&name)
                && !["settings-form", "timers", "player-events"].contains(&name)
        };
        for subscription in Subscription::ALL.iter().filter(told) {
            let mut rows = NEEDED.iter();
            assert!(
                rows.any(|(_, of)| of.contains(subscription)),
                "{subscription:?}"
            );
        }
    }
}
