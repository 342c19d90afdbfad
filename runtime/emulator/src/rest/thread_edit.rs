//! `PATCH` and `DELETE /channels/{channel}` of a thread.

use super::channels::{need, unarchived};
use super::forum;
use super::rights::{act, two_factor};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::MANAGE_THREADS;
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Action;

/// Changes a thread. Nothing of an archived one can be changed but that it is.
pub fn edit(state: &mut State, request: &Request<'_>, id: Id) -> Result<Reply, Refusal> {
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let mut edit = rules::thread::edit(&form, &mut faults);
    faults.check()?;
    let parent = state.world.channels.get(&id);
    let parent = parent.and_then(|thread| state.world.thread_parent(thread));
    if !parent.is_some_and(|parent| parent.threads_only()) {
        // Only posts of forums have tags and can be pinned.
        (edit.tags, edit.pinned) = (None, None);
    }
    let (bot, now) = (state.world.application.bot, state.now);
    if edit.archived != Some(false) {
        unarchived(state, id)?;
    }
    if !state.world.may_edit_thread(bot, id, &edit, now) {
        return Err(Refusal::missing_permissions());
    }
    if let Some(tags) = &edit.tags {
        forum::judge_tags(state, bot, id, tags)?;
    }
    let guild = guild_of(state, id)?;
    // Whoever needs no right to moderate for it, does it as the thread's owner or as a writer.
    if edit.locked.is_some() || edit.slow_mode.is_some() || edit.pinned.is_some() {
        two_factor(state, guild, MANAGE_THREADS)?;
    }
    act(state, request, guild, Action::EditThread(id, edit))?;
    let thread = state.world.channels.get(&id);
    let thread = thread.ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::ok(wire::channel::full(&state.world, thread)))
}

pub fn delete(state: &mut State, request: &Request<'_>, id: Id) -> Result<(), Refusal> {
    need(state, id, MANAGE_THREADS)?;
    let guild = guild_of(state, id)?;
    act(state, request, guild, Action::DeleteThread(id))?;
    Ok(())
}

fn guild_of(state: &State, thread: Id) -> Result<Id, Refusal> {
    let thread = state.world.channels.get(&thread);
    let guild = thread.and_then(|thread| thread.guild);
    guild.ok_or_else(Refusal::unknown_channel)
}
