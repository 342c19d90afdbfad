//! Threads and who is in them.

use serde_json::{Value, json};

use super::guild;
use crate::clock::Time;
use crate::model::{Channel, PRIVATE_THREAD};
use crate::snowflake::Id;
use crate::world::World;

/// The count of members that is told goes up to this.
const MOST_COUNTED: usize = 50;

/// Returns a thread as the bot sees it, with its own membership; null for other channels.
pub fn full(world: &World, channel: &Channel) -> Value {
    let Some(thread) = &channel.thread else {
        return Value::Null;
    };
    let mut value = json!({
        "id": channel.id,
        "type": channel.kind,
        "guild_id": channel.guild,
        "name": channel.name,
        "parent_id": channel.parent,
        "owner_id": thread.owner,
        "last_message_id": channel.last_message(),
        "last_pin_timestamp": channel.last_pin.map(Time::iso),
        "rate_limit_per_user": channel.slow_mode,
        "flags": thread.flags(),
        "message_count": thread.messages,
        "member_count": thread.members.len().min(MOST_COUNTED),
        "total_message_sent": thread.sent,
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": thread.archive_changed.iso(),
            "auto_archive_duration": thread.archive_after,
            "locked": thread.locked,
            "create_timestamp": thread.created.iso(),
        },
    });
    if channel.kind == PRIVATE_THREAD {
        value["thread_metadata"]["invitable"] = json!(thread.invitable);
    }
    let parent = world.thread_parent(channel);
    if let Some(parent) = parent.filter(|parent| parent.threads_only()) {
        // Tags may have been taken away from the forum since.
        let known = |tag: &&Id| parent.forum.tags.iter().any(|known| known.id == **tag);
        value["applied_tags"] = json!(thread.tags.iter().filter(known).collect::<Vec<_>>());
    }
    if let Some(own) = member(channel, world.application.bot) {
        value["member"] = own;
    }
    value
}

/// Returns somebody's membership of a thread, if they are in it.
pub fn member(channel: &Channel, user: Id) -> Option<Value> {
    let since = channel.thread.as_ref()?.members.get(&user)?;
    Some(json!({
        "id": channel.id,
        "user_id": user,
        "join_timestamp": since.iso(),
        "flags": 0,
    }))
}

/// Returns somebody's membership with that of the guild.
pub fn whole_member(world: &World, channel: &Channel, user: Id) -> Option<Value> {
    let mut value = member(channel, user)?;
    let in_guild = channel.guild.and_then(|guild| world.member(guild, user));
    value["member"] = guild::member(world, in_guild?);
    Some(value)
}

/// Returns threads with the bot's memberships of them.
pub fn list(world: &World, threads: &[&Channel]) -> Value {
    let bot = world.application.bot;
    let shown = threads.iter().map(|thread| full(world, thread));
    let members = threads.iter().filter_map(|thread| member(thread, bot));
    json!({
        "threads": shown.collect::<Vec<Value>>(),
        "members": members.collect::<Vec<Value>>(),
    })
}
