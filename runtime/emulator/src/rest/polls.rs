//! `/channels/{channel}/polls/{message}`: who voted for what, and ending a poll. Bots do not vote.

use serde_json::{Value, json};

use super::channels::visible;
use super::messages::{public, shown};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::Message;
use crate::rules::form::OUT_OF_RANGE;
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

/// Lists who voted for an answer, by user id.
pub fn voters(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let message = message(state, request)?;
    let (limit, after) = (request.limit(25, 100)?, request.query_id("after")?);
    let poll = message.poll.as_ref().ok_or_else(Refusal::unknown_message)?;
    let number = request.text("answer").parse().ok();
    let Some(answer) = number.and_then(|number| poll.answer(number)) else {
        let mut faults = Faults::default();
        faults.add("answer_id", OUT_OF_RANGE, "The poll has no such answer.");
        return faults.check().map(|()| Reply::empty());
    };
    let mut voters = answer.voters.clone();
    voters.sort_unstable();
    let page = voters.into_iter().filter(|id: &Id| Some(*id) > after);
    let users = page.take(limit).filter_map(|id| state.world.user(id));
    let users: Vec<Value> = users.map(wire::user::full).collect();
    Ok(Reply::ok(json!({"users": users})))
}

/// Ends the bot's own poll before its time.
pub fn expire(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let found = message(state, request)?;
    let (channel, message) = (found.channel, found.id);
    let Some(poll) = &found.poll else {
        return Err(Refusal::new(
            400,
            520_006,
            "Cannot expire a non-poll message",
        ));
    };
    if found.author != state.world.application.bot {
        return Err(Refusal::not_the_author());
    }
    if poll.finalized {
        return Err(Refusal::new(400, 520_001, "Poll expired"));
    }
    state.apply(Change::EndPoll { channel, message });
    shown(state, channel, message)
}

fn message<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Message, Refusal> {
    let channel = visible(state, request)?;
    public(state, channel, request.id("message")?)
}
