//! What a new message refers to: the message it answers, or the one it shows again.

use super::channels::need;
use super::messages::public;
use crate::hub::State;
use crate::model::intents::MESSAGE_CONTENT;
use crate::model::permissions::{READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use crate::model::{Message, Reference, ReferenceKind, kinds};
use crate::rules::message::WantedReference;
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;

/// What a reference led to.
pub struct Found {
    pub reference: Reference,
    /// Whose message it answers.
    pub answers: Option<Id>,
    /// The message that it forwards.
    pub snapshot: Option<Box<Message>>,
}

/// Judges a reference of a message in a channel.
pub fn find(
    state: &State,
    channel: Id,
    wanted: Option<WantedReference>,
) -> Result<Option<Found>, Refusal> {
    match wanted {
        None => Ok(None),
        Some(wanted) if wanted.forward => forward(state, wanted).map(Some),
        Some(wanted) => reply(state, channel, wanted),
    }
}

fn reply(state: &State, channel: Id, wanted: WantedReference) -> Result<Option<Found>, Refusal> {
    need(state, channel, READ_MESSAGE_HISTORY)?;
    let elsewhere = wanted.channel.is_some_and(|other| other != channel);
    let target = public(state, channel, wanted.message)
        .ok()
        .filter(|_| !elsewhere);
    match target {
        Some(target) if !kinds::written(target.kind) => Err(fault(
            "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
            "Cannot reply to a system message",
        )),
        Some(target) => Ok(Some(Found {
            reference: Reference::to(channel, target.id),
            answers: Some(target.author),
            snapshot: None,
        })),
        None if !wanted.must_exist => Ok(None),
        None => Err(fault("REPLIES_UNKNOWN_MESSAGE", "Unknown message")),
    }
}

/// Forwards a message whose content the bot can read: where it sees the channel, and has the
/// message content intent or the message is its own, direct, or mentions it.
fn forward(state: &State, wanted: WantedReference) -> Result<Found, Refusal> {
    // A forward without its channel was refused as a fault of the form.
    let channel = wanted.channel.unwrap_or_default();
    let world = &state.world;
    let place = world.channels.get(&channel);
    let place = place.ok_or_else(Refusal::unknown_channel)?;
    let bot = world.application.bot;
    let unreadable = || Refusal::new(403, 160_014, "You cannot forward a message you cannot read");
    if !world.may(bot, channel, VIEW_CHANNEL | READ_MESSAGE_HISTORY, state.now) {
        return Err(unreadable());
    }
    let target = public(state, channel, wanted.message)?;
    if !kinds::written(target.kind) {
        let text = "Cannot forward a system message";
        return Err(fault("MESSAGE_REFERENCE_CANNOT_FORWARD", text));
    }
    let reads = world.application.privileged & MESSAGE_CONTENT != 0
        || place.guild.is_none()
        || target.author == bot
        || target.mentions.users.contains(&bot);
    if !reads {
        return Err(unreadable());
    }
    // A forward of a forward shows the first message.
    let shown = target.snapshot.as_deref().unwrap_or(target);
    Ok(Found {
        reference: Reference {
            kind: ReferenceKind::Forward,
            channel,
            message: Some(target.id),
        },
        answers: None,
        snapshot: Some(Box::new(shown.clone())),
    })
}

fn fault(code: &str, message: &str) -> Refusal {
    let mut faults = Faults::default();
    faults.add("message_reference", code, message);
    // A fault has just been added, so there is a refusal.
    faults.check().err().unwrap_or_else(Refusal::not_json)
}
