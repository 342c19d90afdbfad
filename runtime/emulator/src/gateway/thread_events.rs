//! Events about threads and who is in them. Who gets which: Discord's documentation, topic
//! "Threads".

use serde_json::{Value, json};

use super::dispatch::{Dispatch, in_channel, in_guild};
use crate::clock::Time;
use crate::model::Channel;
use crate::model::intents::{GUILD_MEMBERS, GUILDS};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Event, World};

/// Turns an event of these kinds into its dispatch; others give none.
pub fn render(world: &World, event: &Event, now: Time) -> Option<Dispatch> {
    let bot = world.application.bot;
    let (name, thread, data) = match event {
        Event::ThreadCreated { thread, new } => {
            let mut data = wire::channel::full(world, world.channels.get(thread)?);
            if *new {
                data["newly_created"] = json!(true);
            }
            ("THREAD_CREATE", thread, data)
        }
        Event::ThreadChanged(thread) => {
            let data = wire::channel::full(world, world.channels.get(thread)?);
            ("THREAD_UPDATE", thread, data)
        }
        Event::ThreadMemberTold(thread) => {
            let channel = world.channels.get(thread)?;
            let mut data = wire::thread::member(channel, bot)?;
            data["guild_id"] = json!(channel.guild);
            ("THREAD_MEMBER_UPDATE", thread, data)
        }
        Event::ThreadDeleted(thread) => return deleted(world, thread, now),
        Event::ThreadMembersChanged {
            thread,
            added,
            removed,
        } => return members_changed(world, *thread, added, removed, now),
        Event::ThreadsShown { guild, channels } => return shown(world, *guild, channels, now),
        _ => return None,
    };
    let guild = world.channels.get(thread)?.guild;
    in_channel(world, name, guild, *thread, GUILDS, data, now)
}

fn deleted(world: &World, thread: &Channel, now: Time) -> Option<Dispatch> {
    if world.permissions_in(world.application.bot, thread, now) == 0 {
        return None;
    }
    let guild = thread.guild?;
    let data = json!({
        "id": thread.id,
        "guild_id": guild,
        "parent_id": thread.parent,
        "type": thread.kind,
    });
    in_guild(world, "THREAD_DELETE", guild, GUILDS, data, false)
}

/// Of its own coming and going a bot is told in any case, of that of others with an intent.
fn members_changed(
    world: &World,
    thread: Id,
    added: &[Id],
    removed: &[Id],
    now: Time,
) -> Option<Dispatch> {
    let channel = world.channels.get(&thread)?;
    let guild = channel.guild?;
    let bot = world.application.bot;
    let members = channel.thread.as_ref().map(|thread| thread.members.len());
    let mut data = json!({"id": thread, "guild_id": guild, "member_count": members});
    let added_member = |user: &Id| {
        let mut member = wire::thread::whole_member(world, channel, *user)?;
        member["presence"] = Value::Null;
        Some(member)
    };
    let shown: Vec<Value> = added.iter().filter_map(added_member).collect();
    if !shown.is_empty() {
        data["added_members"] = json!(shown);
    }
    if !removed.is_empty() {
        data["removed_member_ids"] = json!(removed);
    }
    let name = "THREAD_MEMBERS_UPDATE";
    match added.contains(&bot) || removed.contains(&bot) {
        true => in_guild(world, name, guild, GUILDS | GUILD_MEMBERS, data, false),
        false => in_channel(world, name, Some(guild), thread, GUILD_MEMBERS, data, now),
    }
}

fn shown(world: &World, guild: Id, channels: &[Id], now: Time) -> Option<Dispatch> {
    let mut threads = world.active_threads(guild, world.application.bot, now);
    threads.retain(|thread| {
        thread
            .parent
            .is_some_and(|parent| channels.contains(&parent))
    });
    let mut data = wire::thread::list(world, &threads);
    data["guild_id"] = json!(guild);
    data["channel_ids"] = json!(channels);
    in_guild(world, "THREAD_LIST_SYNC", guild, GUILDS, data, false)
}
