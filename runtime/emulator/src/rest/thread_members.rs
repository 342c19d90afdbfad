//! `/channels/{channel}/thread-members`.

use serde_json::Value;

use super::channels::{need, unarchived, visible, writable};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::intents::GUILD_MEMBERS;
use crate::model::permissions::MANAGE_THREADS;
use crate::model::{Channel, PRIVATE_THREAD, Thread};
use crate::rules::Refusal;
use crate::wire;
use crate::world::Change;

const PAGE: usize = 100;

/// Lists who is in a thread, for applications with the members intent. With the members of the
/// guild it goes by pages, by user id.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, thread) = here(state, request)?;
    if state.world.application.privileged & GUILD_MEMBERS == 0 {
        return Err(Refusal::missing_access());
    }
    let (after, limit) = (request.query_id("after")?, request.limit(PAGE, PAGE)?);
    let whole = request.switch("with_member");
    let users = thread.members.keys().copied();
    let shown: Vec<Value> = match whole {
        true => users
            .filter(|user| after.is_none_or(|after| *user > after))
            .take(limit)
            .filter_map(|user| wire::thread::whole_member(&state.world, channel, user))
            .collect(),
        false => users
            .filter_map(|user| wire::thread::member(channel, user))
            .collect(),
    };
    Ok(Reply::ok(shown))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, _) = here(state, request)?;
    let user = match request.text("user") {
        "@me" => state.world.application.bot,
        _ => request.id("user")?,
    };
    let shown = match request.switch("with_member") {
        true => wire::thread::whole_member(&state.world, channel, user),
        false => wire::thread::member(channel, user),
    };
    Ok(Reply::ok(shown.ok_or_else(Refusal::unknown_member)?))
}

pub fn join(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let thread = here(state, request)?.0.id;
    unarchived(state, thread)?;
    let user = state.world.application.bot;
    let by = user;
    state.apply(Change::JoinThread { thread, user, by });
    Ok(Reply::empty())
}

pub fn leave(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let thread = here(state, request)?.0.id;
    unarchived(state, thread)?;
    let user = state.world.application.bot;
    let by = user;
    state.apply(Change::LeaveThread { thread, user, by });
    Ok(Reply::empty())
}

/// Puts a member of the guild into a thread, as everybody who writes in it may do; into a private
/// one that is not open to that only its owner and moderators.
pub fn add(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, thread) = here(state, request)?;
    let (id, guild) = (channel.id, channel.guild);
    let bot = state.world.application.bot;
    writable(state, id)?;
    unarchived(state, id)?;
    if channel.kind == PRIVATE_THREAD && !thread.invitable && thread.owner != bot {
        need(state, id, MANAGE_THREADS)?;
    }
    let user = request.id("user")?;
    state.world.user(user).ok_or_else(Refusal::unknown_user)?;
    let member = guild.and_then(|guild| state.world.member(guild, user));
    member.ok_or_else(Refusal::unknown_member)?;
    let (thread, by) = (id, bot);
    state.apply(Change::JoinThread { thread, user, by });
    Ok(Reply::empty())
}

/// Takes somebody out of a thread: moderators anybody, the owner of a private one its members.
pub fn remove(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (channel, thread) = here(state, request)?;
    let id = channel.id;
    let owns = thread.owner == state.world.application.bot;
    if !(channel.kind == PRIVATE_THREAD && owns) {
        need(state, id, MANAGE_THREADS)?;
    }
    unarchived(state, id)?;
    let user = request.id("user")?;
    if !thread.members.contains_key(&user) {
        return Err(Refusal::unknown_member());
    }
    let (thread, by) = (id, state.world.application.bot);
    state.apply(Change::LeaveThread { thread, user, by });
    Ok(Reply::empty())
}

/// Returns the thread of the path, if the bot sees it.
fn here<'a>(state: &'a State, request: &Request<'_>) -> Result<(&'a Channel, &'a Thread), Refusal> {
    let id = visible(state, request)?;
    let channel = state.world.channels.get(&id);
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    let thread = channel.thread.as_deref();
    Ok((channel, thread.ok_or_else(Refusal::wrong_channel_type)?))
}
