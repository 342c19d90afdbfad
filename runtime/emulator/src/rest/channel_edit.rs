//! `PATCH` and `DELETE /channels/{channel}`.

use super::channels::{need, visible};
use super::guild_channels::judge_parent;
use super::overwrites::may_overwrite;
use super::rights::act;
use super::thread_edit;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::Channel;
use crate::model::permissions::{MANAGE_CHANNELS, MANAGE_ROLES};
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Action;

/// What kind of place a channel is, since each has rules of its own.
enum Place {
    Direct,
    Thread,
    InGuild { guild: Id, kind: u8 },
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = visible(state, request)?;
    let (guild, kind) = match place(state, id)? {
        Place::Direct => return Err(Refusal::in_direct_message()),
        Place::Thread => return thread_edit::edit(state, request, id),
        Place::InGuild { guild, kind } => (guild, kind),
    };
    need(state, id, MANAGE_CHANNELS)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::channel::edit(&form, kind, &mut faults);
    judge_parent(state, guild, Some(id), &edit, &form, &mut faults);
    faults.check()?;
    if let Some(overwrites) = &edit.overwrites {
        need(state, id, MANAGE_ROLES)?;
        may_overwrite(state, guild, Some(id), None, overwrites)?;
    }
    act(
        state,
        request,
        guild,
        Action::EditChannel(id, Box::new(edit)),
    )?;
    let channel = state.world.channels.get(&id);
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::ok(wire::channel::full(&state.world, channel)))
}

/// Deletes a channel for good. Direct messages are only closed: they are there again when they are
/// opened again.
pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let id = visible(state, request)?;
    let channel = state.world.channels.get(&id);
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    let shown = wire::channel::full(&state.world, channel);
    match place(state, id)? {
        Place::Direct => {}
        Place::Thread => thread_edit::delete(state, request, id)?,
        Place::InGuild { guild, .. } => {
            need(state, id, MANAGE_CHANNELS)?;
            act(state, request, guild, Action::DeleteChannel(id))?;
        }
    }
    Ok(Reply::ok(shown))
}

fn place(state: &State, id: Id) -> Result<Place, Refusal> {
    let channel = state.world.channels.get(&id);
    let channel: &Channel = channel.ok_or_else(Refusal::unknown_channel)?;
    Ok(match channel.guild {
        None => Place::Direct,
        Some(_) if channel.thread.is_some() => Place::Thread,
        Some(guild) => Place::InGuild {
            guild,
            kind: channel.kind,
        },
    })
}
