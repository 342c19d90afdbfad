//! Reacting to a message, and pinning one.

use crate::clock::Time;
use crate::model::permissions::{ADD_REACTIONS, PIN_MESSAGES, READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use crate::model::{MOST_EMOJI, Message, kinds};
use crate::rules::emoji;
use crate::snowflake::Id;
use crate::world::{Change, World};

/// Makes the change of adding a reaction.
pub fn react(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    emoji: &str,
    now: Time,
) -> Result<Change, String> {
    let shown = shown(world, person, channel, message, now)?;
    let (name, custom) = read(emoji)?;
    if !shown.reactions.iter().any(|other| other.is(&name, custom)) {
        if !world.may(person, channel, ADD_REACTIONS, now) {
            return Err("This person may not add a new reaction here.".to_owned());
        }
        if shown.reactions.len() >= MOST_EMOJI {
            return Err(format!(
                "A message bears at most {MOST_EMOJI} different reactions."
            ));
        }
    }
    Ok(Change::React {
        channel,
        message,
        user: person,
        name,
        custom,
    })
}

/// Makes the change of taking the person's own reaction back.
pub fn unreact(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    emoji: &str,
    now: Time,
) -> Result<Change, String> {
    let shown = shown(world, person, channel, message, now)?;
    let (name, custom) = read(emoji)?;
    let mut reactions = shown.reactions.iter();
    if !reactions.any(|r| r.is(&name, custom) && r.users.contains(&person)) {
        return Err(format!("This person has not reacted with {emoji}."));
    }
    Ok(Change::Unreact {
        channel,
        message,
        user: person,
        name,
        custom,
    })
}

/// Makes the change of pinning a message.
pub fn pin(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    now: Time,
) -> Result<Change, String> {
    let shown = shown(world, person, channel, message, now)?;
    if !kinds::written(shown.kind) {
        return Err("Only what somebody wrote can be pinned.".to_owned());
    }
    if !world.may(person, channel, PIN_MESSAGES, now) {
        return Err("This person may not pin messages here.".to_owned());
    }
    Ok(Change::Pin {
        channel,
        message,
        by: person,
    })
}

/// Makes the change of taking a pin out.
pub fn unpin(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    now: Time,
) -> Result<Change, String> {
    shown(world, person, channel, message, now)?;
    if !world.may(person, channel, PIN_MESSAGES, now) {
        return Err("This person may not take pins out here.".to_owned());
    }
    Ok(Change::Unpin { channel, message })
}

/// Returns a message that a person reads together with others, where things still happen.
pub(super) fn shown(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    now: Time,
) -> Result<&Message, String> {
    let sees = world.may(person, channel, VIEW_CHANNEL | READ_MESSAGE_HISTORY, now);
    let found = world.message(channel, message).filter(|_| sees);
    let found = found.filter(|message| message.only_for.is_none());
    let place = world.channels.get(&channel);
    if place.is_some_and(|place| place.is_archived()) {
        return Err("This thread is archived.".to_owned());
    }
    found.ok_or_else(|| "This message is not here any more.".to_owned())
}

fn read(emoji: &str) -> Result<(String, Option<Id>), String> {
    emoji::read(emoji).ok_or_else(|| format!("\"{emoji}\" is no emoji."))
}
