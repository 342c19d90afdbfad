//! The audit log: what an act changed, as Discord's change objects, and the entries kept.
//! Numbers of actions and keys of changes: Discord's documentation, resource "Audit Log".

use serde_json::{Value, json};

use super::{Event, World};
use crate::clock::Time;
use crate::model::{
    Actor, AuditEntry, Channel, Emoji, Guild, Invite, KEPT_ENTRIES, Member, Overwrite,
    OverwriteKind, Role, Webhook,
};
use crate::snowflake::Id;
use crate::wire;

pub const GUILD_UPDATE: u64 = 1;
pub const CHANNEL_CREATE: u64 = 10;
pub const CHANNEL_UPDATE: u64 = 11;
pub const CHANNEL_DELETE: u64 = 12;
pub const OVERWRITE_CREATE: u64 = 13;
pub const OVERWRITE_UPDATE: u64 = 14;
pub const OVERWRITE_DELETE: u64 = 15;
pub const MEMBER_KICK: u64 = 20;
pub const MEMBER_PRUNE: u64 = 21;
pub const MEMBER_BAN_ADD: u64 = 22;
pub const MEMBER_BAN_REMOVE: u64 = 23;
pub const MEMBER_UPDATE: u64 = 24;
pub const MEMBER_ROLE_UPDATE: u64 = 25;
pub const ROLE_CREATE: u64 = 30;
pub const ROLE_UPDATE: u64 = 31;
pub const ROLE_DELETE: u64 = 32;
pub const INVITE_CREATE: u64 = 40;
pub const INVITE_DELETE: u64 = 42;
pub const WEBHOOK_CREATE: u64 = 50;
pub const WEBHOOK_UPDATE: u64 = 51;
pub const WEBHOOK_DELETE: u64 = 52;
pub const EMOJI_CREATE: u64 = 60;
pub const EMOJI_UPDATE: u64 = 61;
pub const EMOJI_DELETE: u64 = 62;
pub const MESSAGE_DELETE: u64 = 72;
pub const MESSAGE_BULK_DELETE: u64 = 73;
pub const MESSAGE_PIN: u64 = 74;
pub const MESSAGE_UNPIN: u64 = 75;
pub const THREAD_CREATE: u64 = 110;
pub const THREAD_UPDATE: u64 = 111;
pub const THREAD_DELETE: u64 = 112;

/// What an act leaves in the log, besides who did it and why.
#[derive(Debug, Default)]
pub struct Note {
    pub action: u64,
    pub target: Option<Id>,
    pub changes: Vec<Value>,
    pub options: Value,
}

impl Note {
    /// Returns the note of an act on something, without changes.
    pub fn of(action: u64, target: Id) -> Self {
        Note {
            action,
            target: Some(target),
            ..Note::default()
        }
    }

    /// Adds what changed between two states of a thing; an empty one stands for its not being.
    pub fn changing(mut self, old: Traits, new: Traits) -> Self {
        self.changes = changes(old, new);
        self
    }
}

/// A thing as the log sees it: each of its traits with its value, null for none.
pub type Traits = Vec<(&'static str, Value)>;

pub fn guild(guild: &Guild) -> Traits {
    vec![
        ("name", json!(guild.name)),
        ("description", json!(guild.description)),
        ("preferred_locale", json!(guild.locale)),
        ("verification_level", json!(guild.verification_level)),
        ("default_message_notifications", json!(guild.notifications)),
        ("explicit_content_filter", json!(guild.explicit_filter)),
        ("afk_timeout", json!(guild.afk_timeout)),
        ("afk_channel_id", json!(guild.afk_channel)),
        ("system_channel_id", json!(guild.system_channel)),
    ]
}

pub fn channel(channel: &Channel) -> Traits {
    vec![
        ("name", json!(channel.name)),
        ("type", json!(channel.kind)),
        ("topic", json!(channel.topic)),
        ("position", json!(channel.position)),
        ("nsfw", json!(channel.nsfw)),
        ("rate_limit_per_user", json!(channel.slow_mode)),
        ("parent_id", json!(channel.parent)),
        ("bitrate", json!(channel.bitrate)),
        ("user_limit", json!(channel.user_limit)),
        ("default_auto_archive_duration", json!(channel.auto_archive)),
        (
            "default_thread_rate_limit_per_user",
            json!(channel.forum.thread_slow_mode),
        ),
        ("available_tags", wire::channel::tags(channel)),
        ("default_reaction_emoji", wire::channel::reaction(channel)),
        ("default_sort_order", json!(channel.forum.sort_order)),
        ("default_forum_layout", json!(channel.forum.layout)),
        ("default_tag_setting", json!(channel.forum.tag_setting)),
        ("flags", json!(channel.forum.flags())),
    ]
}

pub fn thread(channel: &Channel) -> Traits {
    let thread = channel.thread.as_deref();
    vec![
        ("name", json!(channel.name)),
        ("type", json!(channel.kind)),
        ("rate_limit_per_user", json!(channel.slow_mode)),
        ("archived", json!(thread.map(|thread| thread.archived))),
        ("locked", json!(thread.map(|thread| thread.locked))),
        ("invitable", json!(thread.map(|thread| thread.invitable))),
        (
            "auto_archive_duration",
            json!(thread.map(|thread| thread.archive_after)),
        ),
        ("applied_tags", json!(thread.map(|thread| &thread.tags))),
        ("flags", json!(thread.map(|thread| thread.flags()))),
    ]
}

pub fn overwrite(overwrite: &Overwrite) -> Traits {
    vec![
        ("id", json!(overwrite.target)),
        ("type", json!(overwrite_type(overwrite.kind))),
        ("allow", json!(overwrite.allow.to_string())),
        ("deny", json!(overwrite.deny.to_string())),
    ]
}

pub fn role(role: &Role) -> Traits {
    vec![
        ("name", json!(role.name)),
        ("permissions", json!(role.permissions.to_string())),
        ("position", json!(role.position)),
        ("color", json!(role.color)),
        ("hoist", json!(role.hoist)),
        ("mentionable", json!(role.mentionable)),
    ]
}

pub fn member(member: &Member) -> Traits {
    let until = member.timed_out_until.map(Time::iso);
    vec![
        ("nick", json!(member.nick)),
        ("communication_disabled_until", json!(until)),
        ("flags", json!(member.flags)),
        ("mute", json!(member.mute)),
        ("deaf", json!(member.deaf)),
    ]
}

pub fn invite(invite: &Invite) -> Traits {
    vec![
        ("code", json!(invite.code)),
        ("channel_id", json!(invite.channel)),
        ("inviter_id", json!(invite.inviter)),
        ("max_age", json!(invite.max_age)),
        ("max_uses", json!(invite.max_uses)),
        ("uses", json!(invite.uses)),
        ("temporary", json!(invite.temporary)),
    ]
}

pub fn webhook(webhook: &Webhook) -> Traits {
    vec![
        ("type", json!(1)),
        ("name", json!(webhook.name)),
        ("channel_id", json!(webhook.channel)),
        ("avatar_hash", json!(webhook.avatar)),
    ]
}

pub fn emoji(emoji: &Emoji) -> Traits {
    vec![("name", json!(emoji.name)), ("roles", json!(emoji.roles))]
}

/// Discord's number for the kind of an overwrite.
pub fn overwrite_type(kind: OverwriteKind) -> u64 {
    match kind {
        OverwriteKind::Role => 0,
        OverwriteKind::Member => 1,
    }
}

fn changes(old: Traits, new: Traits) -> Vec<Value> {
    let value = |traits: &Traits, key: &str| {
        let found = traits.iter().find(|(other, _)| *other == key);
        found.map_or(Value::Null, |(_, value)| value.clone())
    };
    let keys = if new.is_empty() { &old } else { &new };
    let change = |key: &'static str| {
        let (old, new) = (value(&old, key), value(&new, key));
        if old == new {
            return None;
        }
        let mut change = json!({"key": key});
        for (side, value) in [("old_value", old), ("new_value", new)] {
            if !value.is_null() {
                change[side] = value;
            }
        }
        Some(change)
    };
    keys.iter().filter_map(|(key, _)| change(key)).collect()
}

impl World {
    /// Writes an entry, and lets the oldest one go when there are too many.
    pub(super) fn log(
        &mut self,
        guild: Id,
        actor: &Actor,
        note: Note,
        now: Time,
        events: &mut Vec<Event>,
    ) {
        let entry = AuditEntry {
            id: self.ids.next(now),
            action: note.action,
            actor: actor.clone(),
            target: note.target,
            changes: note.changes,
            options: note.options,
        };
        let Some(place) = self.guilds.get_mut(&guild) else {
            return;
        };
        while place.audit_log.len() >= KEPT_ENTRIES {
            place.audit_log.pop_front();
        }
        place.audit_log.push_back(entry.clone());
        let entry = Box::new(entry);
        events.push(Event::AuditEntryCreated { guild, entry });
    }
}
