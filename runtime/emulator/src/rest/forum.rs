//! Posts of forum and media channels.

use serde_json::json;

use super::channels::writable;
use super::message_checks;
use super::messages::{NEW_FLAGS, draft, need_for};
use super::rights::act;
use super::threads::has_room;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::PUBLIC_THREAD;
use crate::rules::{self, Faults, Form, Refusal, message};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, Draft, NewThread, TagFault};

/// Starts a thread with the message it begins with.
pub fn post(
    state: &mut State,
    request: &Request<'_>,
    forum: Id,
    guild: Id,
) -> Result<Reply, Refusal> {
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let (new, _) = rules::thread::create(&form, &mut faults);
    form.require("message", &mut faults);
    let nothing = json!({});
    let inner = form.get("message").unwrap_or(&nothing);
    let inner = Form::new(inner, "message", &mut faults);
    let body = message::read(&inner, &request.body.files, None, &mut faults)?;
    faults.check()?;
    writable(state, forum)?;
    if body.is_empty() {
        return Err(Refusal::empty_message());
    }
    need_for(state, forum, &body)?;
    message_checks::new(state, forum, &body)?;
    let bot = state.world.application.bot;
    state
        .world
        .judge_tags(bot, forum, &new.tags, &[], state.now)
        .map_err(refusal)?;
    has_room(state, guild)?;
    let draft = draft(state, forum, body, false);
    let new = NewThread {
        parent: forum,
        kind: PUBLIC_THREAD,
        post: Some(Box::new(Draft {
            flags: draft.flags & NEW_FLAGS,
            ..draft
        })),
        ..new
    };
    let made = act(state, request, guild, Action::StartThread(Box::new(new)))?;
    let made = made.and_then(|id| state.world.channels.get(&id));
    let made = made.ok_or_else(Refusal::unknown_channel)?;
    let mut shown = wire::channel::full(&state.world, made);
    let first = made.message(made.id);
    shown["message"] = first
        .map(|first| wire::message::full(&state.world, first, &state.base, bot))
        .into();
    Ok(Reply::created(shown))
}

/// Judges the tags that a user wants a post to have from now on.
pub fn judge_tags(state: &State, user: Id, post: Id, tags: &[Id]) -> Result<(), Refusal> {
    let channel = state.world.channels.get(&post);
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    let thread = channel.thread.as_deref();
    let before = thread
        .map(|thread| thread.tags.as_slice())
        .unwrap_or_default();
    let forum = channel.parent.ok_or_else(Refusal::unknown_channel)?;
    let judged = state.world.judge_tags(user, forum, tags, before, state.now);
    judged.map_err(refusal)
}

/// Says why a post cannot have its tags.
pub fn refusal(fault: TagFault) -> Refusal {
    match fault {
        TagFault::Unknown => Refusal::new(404, 10087, "Unknown tag"),
        TagFault::Moderated => Refusal::missing_permissions(),
        TagFault::Missing => {
            let text = "A tag is required to create a forum post in this channel";
            Refusal::new(400, 40067, text)
        }
    }
}
