//! Channels.

use serde_json::{Value, json};

use super::{thread, user};
use crate::clock::Time;
use crate::model::{Channel, DM_CHANNEL, ForumTag, GROUP_DM, OverwriteKind};
use crate::snowflake::Id;
use crate::world::World;

/// Returns the channel as the bot sees it.
pub fn full(world: &World, channel: &Channel) -> Value {
    if channel.kind == DM_CHANNEL {
        return direct(world, channel, channel.recipient);
    }
    if channel.kind == GROUP_DM {
        return group(world, channel);
    }
    if channel.thread.is_some() {
        return thread::full(world, channel);
    }
    let mut value = in_guild_create(channel);
    value["guild_id"] = json!(channel.guild);
    value
}

/// Returns a direct message channel with the given user at the other end.
pub fn direct(world: &World, channel: &Channel, other: Option<Id>) -> Value {
    let other = other.and_then(|id| world.user(id)).map(user::full);
    json!({
        "id": channel.id,
        "type": channel.kind,
        "last_message_id": channel.last_message(),
        "flags": 0,
        "recipients": other.into_iter().collect::<Vec<_>>(),
    })
}

fn group(world: &World, channel: &Channel) -> Value {
    let people = channel.people.iter().filter_map(|id| world.user(*id));
    json!({
        "id": channel.id,
        "type": channel.kind,
        "last_message_id": channel.last_message(),
        "flags": 0,
        "name": null,
        "icon": null,
        "owner_id": channel.people.first(),
        "recipients": people.map(user::full).collect::<Vec<_>>(),
    })
}

/// Returns a guild's channel without `guild_id`, as GUILD_CREATE holds them.
pub fn in_guild_create(channel: &Channel) -> Value {
    let overwrites: Vec<Value> = channel.overwrites.iter().map(|overwrite| {
        json!({
            "id": overwrite.target,
            "type": match overwrite.kind { OverwriteKind::Role => 0, OverwriteKind::Member => 1 },
            "allow": overwrite.allow.to_string(),
            "deny": overwrite.deny.to_string(),
        })
    }).collect();
    let mut value = json!({
        "id": channel.id,
        "type": channel.kind,
        "name": channel.name,
        "topic": channel.topic,
        "position": channel.position,
        "permission_overwrites": overwrites,
        "nsfw": channel.nsfw,
        "parent_id": channel.parent,
        "last_message_id": channel.last_message(),
        "last_pin_timestamp": channel.last_pin.map(Time::iso),
        "rate_limit_per_user": channel.slow_mode,
        "flags": channel.forum.flags(),
    });
    if channel.threads_only() {
        value["available_tags"] = tags(channel);
        value["default_reaction_emoji"] = reaction(channel);
        value["default_sort_order"] = json!(channel.forum.sort_order);
        value["default_forum_layout"] = json!(channel.forum.layout);
        value["default_tag_setting"] = json!(channel.forum.tag_setting);
    }
    if channel.forum.thread_slow_mode > 0 {
        value["default_thread_rate_limit_per_user"] = json!(channel.forum.thread_slow_mode);
    }
    if let Some(minutes) = channel.auto_archive {
        value["default_auto_archive_duration"] = json!(minutes);
    }
    if channel.is_voice() {
        value["bitrate"] = json!(channel.bitrate);
        value["user_limit"] = json!(channel.user_limit);
        value["rtc_region"] = Value::Null;
    }
    value
}

/// Returns the tags of a forum.
pub fn tags(channel: &Channel) -> Value {
    let tag = |tag: &ForumTag| {
        json!({
            "id": tag.id,
            "name": tag.name,
            "moderated": tag.moderated,
            "emoji_id": tag.emoji_id,
            "emoji_name": tag.emoji_name,
        })
    };
    channel.forum.tags.iter().map(tag).collect()
}

/// Returns the emoji that a forum offers for a quick reaction.
pub fn reaction(channel: &Channel) -> Value {
    let reaction = channel.forum.reaction.as_ref();
    let shown = reaction.map(|r| json!({"emoji_id": r.emoji_id, "emoji_name": r.emoji_name}));
    shown.into()
}

/// The fields of a partial channel in an interaction's `resolved`, besides permissions.
const RESOLVED: [&str; 13] = [
    "id",
    "type",
    "name",
    "topic",
    "position",
    "nsfw",
    "parent_id",
    "guild_id",
    "last_message_id",
    "last_pin_timestamp",
    "rate_limit_per_user",
    "flags",
    "thread_metadata",
];

/// Returns the partial channel of an interaction's `resolved`, with what the invoker and the
/// application may do there.
pub fn resolved(world: &World, channel: &Channel, invoker: u64, application: u64) -> Value {
    let mut value = full(world, channel);
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|key, _| RESOLVED.contains(&key.as_str()));
    }
    value["permissions"] = json!(invoker.to_string());
    value["app_permissions"] = json!(application.to_string());
    value
}
