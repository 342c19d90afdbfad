//! Voting in polls.

use crate::clock::Time;
use crate::model::permissions::{READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use crate::snowflake::Id;
use crate::world::{Change, World};

/// Makes the change of voting for these answers, numbered from 1, and for no others.
pub fn vote(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    answers: &[u64],
    now: Time,
) -> Result<Change, String> {
    let sees = world.may(person, channel, VIEW_CHANNEL | READ_MESSAGE_HISTORY, now);
    let shown = world.message(channel, message).filter(|_| sees);
    let poll = shown.filter(|m| m.seen_by(person));
    let poll = poll.and_then(|message| message.poll.as_ref());
    let poll = poll.ok_or("This poll is not here any more.")?;
    if poll.finalized || poll.expires <= now {
        return Err("This poll is over.".to_owned());
    }
    if answers.len() > 1 && !poll.multiselect {
        return Err("This poll takes one answer.".to_owned());
    }
    if answers.iter().any(|answer| poll.answer(*answer).is_none()) {
        return Err("The poll has no such answer.".to_owned());
    }
    Ok(Change::Vote {
        channel,
        message,
        user: person,
        answers: answers.to_vec(),
    })
}
