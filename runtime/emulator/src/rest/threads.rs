//! `/channels/{channel}/threads` and `/channels/{channel}/messages/{message}/threads`: starting
//! threads.

use super::channels::{need, visible};
use super::forum;
use super::messages::public;
use super::rights::act;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::{MOST_ACTIVE_THREADS, PRIVATE_THREAD, kinds, permissions};
use crate::rules::form::BAD_CHOICE;
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, NewThread};

/// Starts a thread about a message, which it shares its id with.
pub fn create_from_message(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (parent, guild) = here(state, request)?;
    let channel = state.world.channels.get(&parent);
    let kind = channel
        .filter(|channel| !channel.threads_only())
        .and_then(|channel| channel.thread_kind(false))
        .ok_or_else(Refusal::wrong_channel_type)?;
    need(state, parent, permissions::starting(kind))?;
    let message = public(state, parent, request.id("message")?)?;
    if !kinds::written(message.kind) {
        return Err(Refusal::system_message());
    }
    let message = message.id;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let (new, _) = rules::thread::create(&form, &mut faults);
    faults.check()?;
    if state.world.channels.contains_key(&message) {
        let text = "A thread has already been created for this message";
        return Err(Refusal::new(400, 160_004, text));
    }
    let new = NewThread {
        parent,
        from: Some(message),
        kind,
        ..new
    };
    start(state, request, guild, new)
}

/// Starts a thread that is about no message; a private one unless the body says otherwise.
pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (parent, guild) = here(state, request)?;
    let channel = state.world.channels.get(&parent);
    if channel.is_some_and(|channel| channel.threads_only()) {
        return forum::post(state, request, parent, guild);
    }
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let (new, kind) = rules::thread::create(&form, &mut faults);
    let kind = kind.unwrap_or(PRIVATE_THREAD);
    let channel = state.world.channels.get(&parent);
    let fits = |private| channel.and_then(|channel| channel.thread_kind(private));
    if fits(false).is_none() {
        return Err(Refusal::wrong_channel_type());
    }
    if fits(kind == PRIVATE_THREAD) != Some(kind) {
        let message = "Threads of this type do not hang on channels of this type.";
        form.fault(&mut faults, "type", BAD_CHOICE, message);
    }
    faults.check()?;
    need(state, parent, permissions::starting(kind))?;
    start(
        state,
        request,
        guild,
        NewThread {
            parent,
            kind,
            ..new
        },
    )
}

/// Returns the channel of the path and its guild, if the bot sees it and threads can hang on it.
fn here(state: &State, request: &Request<'_>) -> Result<(Id, Id), Refusal> {
    let id = visible(state, request)?;
    let channel = state.world.channels.get(&id);
    let guild = channel.and_then(|channel| channel.guild);
    Ok((id, guild.ok_or_else(Refusal::in_direct_message)?))
}

fn start(
    state: &mut State,
    request: &Request<'_>,
    guild: Id,
    new: NewThread,
) -> Result<Reply, Refusal> {
    has_room(state, guild)?;
    let made = act(state, request, guild, Action::StartThread(Box::new(new)))?;
    let made = made.and_then(|id| state.world.channels.get(&id));
    let made = made.ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::created(wire::channel::full(&state.world, made)))
}

/// Refuses one more open thread where there are too many.
pub fn has_room(state: &State, guild: Id) -> Result<(), Refusal> {
    let threads = state.world.guilds.get(&guild).map(|guild| &guild.threads);
    let threads = threads.into_iter().flatten();
    let open = |id: &&Id| {
        let thread = state.world.channels.get(id);
        thread.is_some_and(|thread| !thread.is_archived())
    };
    if threads.filter(open).count() >= MOST_ACTIVE_THREADS {
        let text = "Maximum number of active threads reached";
        return Err(Refusal::new(400, 160_006, text));
    }
    Ok(())
}
