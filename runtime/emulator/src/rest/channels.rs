//! `/channels/{channel}`, its typing, and what the bot may do in a channel.

use super::rights::two_factor;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::VIEW_CHANNEL;
use crate::rules::Refusal;
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = visible(state, request)?;
    let channel = state
        .world
        .channels
        .get(&id)
        .ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::ok(wire::channel::full(&state.world, channel)))
}

pub fn typing(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let channel = visible(state, request)?;
    writable(state, channel)?;
    let user = state.world.application.bot;
    state.apply(Change::Typing { channel, user });
    Ok(Reply::empty())
}

/// Returns the channel of the path if the bot sees it.
pub fn visible(state: &State, request: &Request<'_>) -> Result<Id, Refusal> {
    let id = request.id("channel")?;
    state
        .world
        .channels
        .get(&id)
        .ok_or_else(Refusal::unknown_channel)?;
    let bot = state.world.application.bot;
    match state.world.may(bot, id, VIEW_CHANNEL, state.now) {
        true => Ok(id),
        false => Err(Refusal::missing_access()),
    }
}

/// Refuses unless the bot may write in the channel. Writing opens an archived thread again, unless
/// it is locked.
pub fn writable(state: &State, channel: Id) -> Result<(), Refusal> {
    let bot = state.world.application.bot;
    if !state.world.may_write(bot, channel, state.now) {
        return Err(Refusal::missing_permissions());
    }
    match state.world.is_locked_to(bot, channel, state.now) {
        true => {
            unarchived(state, channel)?;
            Err(Refusal::new(400, 160_005, "Thread is locked"))
        }
        false => Ok(()),
    }
}

/// Refuses what cannot be done in an archived thread.
pub fn unarchived(state: &State, channel: Id) -> Result<(), Refusal> {
    let channel = state.world.channels.get(&channel);
    match channel.is_some_and(|channel| channel.is_archived()) {
        true => Err(Refusal::archived_thread()),
        false => Ok(()),
    }
}

/// Refuses unless the bot has the permission in the channel.
pub fn need(state: &State, channel: Id, permission: u64) -> Result<(), Refusal> {
    let bot = state.world.application.bot;
    if !state.world.may(bot, channel, permission, state.now) {
        return Err(Refusal::missing_permissions());
    }
    match state.world.channels.get(&channel).and_then(|c| c.guild) {
        Some(guild) => two_factor(state, guild, permission),
        None => Ok(()),
    }
}
