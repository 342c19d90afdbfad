//! `/webhooks/{application}/{token}`, asked for as a webhook would be: followups, and changes to the first answer (`@original`).

use super::interactions::forced_flags;
use super::message_checks;
use super::messages::{draft, edit_of, shown};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::{Interaction, Message, Stage};
use crate::rules::callback::ANSWER_FLAGS;
use crate::rules::{Faults, Refusal, message};
use crate::snowflake::Id;
use crate::world::{Change, Draft, Edit};

/// The followups to one interaction where the application is not installed but for its user.
const FOLLOWUPS_OF_USER_APPS: u32 = 5;

pub fn follow_up(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let interaction = answered(state, request)?;
    let (id, channel) = (interaction.id, interaction.channel);
    if interaction.installs.only_user() && interaction.followups >= FOLLOWUPS_OF_USER_APPS {
        let text = "This interaction has hit the maximum number of follow up messages";
        return Err(Refusal::new(400, 40094, text));
    }
    let forced = forced_flags(state, interaction);
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let body = message::read(&form, &request.body.files, None, &mut faults)?;
    faults.check()?;
    if body.is_empty() {
        return Err(Refusal::empty_message());
    }
    message_checks::new(state, channel, &body)?;
    let draft = draft(state, channel, body, true);
    let draft = Box::new(Draft {
        flags: draft.flags & ANSWER_FLAGS | forced,
        ..draft
    });
    let message = state.apply(Change::FollowUp {
        interaction: id,
        draft,
    });
    shown(
        state,
        channel,
        message.ok_or_else(Refusal::unknown_message)?,
    )
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (interaction, message) = target(state, request)?;
    shown(state, interaction.channel, message.id)
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (interaction, before) = target(state, request)?;
    let (id, channel, before) = (interaction.id, interaction.channel, before.clone());
    message_checks::editable(&before)?;
    let original = interaction.original == Some(before.id);
    let edit = read_edit(state, request, &before)?;
    state.apply(match original {
        true => Change::EditOriginal {
            interaction: id,
            edit,
        },
        false => Change::EditMessage {
            channel,
            message: before.id,
            edit,
        },
    });
    shown(state, channel, before.id)
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let (interaction, message) = target(state, request)?;
    let change = match interaction.original == Some(message.id) {
        true => Change::DeleteOriginal {
            interaction: interaction.id,
        },
        false => Change::DeleteMessage {
            channel: interaction.channel,
            message: message.id,
        },
    };
    state.apply(change);
    Ok(Reply::empty())
}

/// Finds the interaction of the token; there must have been a first answer, and the token must
/// still be good.
fn answered<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Interaction, Refusal> {
    let found = state.world.interaction_of(request.text("token"));
    let interaction = found.ok_or_else(Refusal::unknown_webhook)?;
    if state.now >= interaction.expires {
        return Err(Refusal::expired_token());
    }
    let first = interaction.callback.is_some() && interaction.stage != Stage::Sent;
    match first {
        true => Ok(interaction),
        false => Err(Refusal::unknown_webhook()),
    }
}

/// Finds the message of the path: `@original`, or one by id that answers this interaction.
fn target<'a>(
    state: &'a State,
    request: &Request<'_>,
) -> Result<(&'a Interaction, &'a Message), Refusal> {
    let interaction = answered(state, request)?;
    let id = match request.text("message") {
        "@original" => interaction.original.ok_or_else(Refusal::unknown_message)?,
        _ => request.id("message")?,
    };
    let message = state.world.message(interaction.channel, id);
    let message = message.ok_or_else(Refusal::unknown_message)?;
    let note: Option<Id> = message.interaction.as_ref().map(|note| note.id);
    match interaction.original == Some(id) || note == Some(interaction.id) {
        true => Ok((interaction, message)),
        false => Err(Refusal::unknown_message()),
    }
}

/// Reads what a request changes in a message of a webhook, that of an interaction or another.
pub fn read_edit(
    state: &State,
    request: &Request<'_>,
    before: &Message,
) -> Result<Box<Edit>, Refusal> {
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let body = message::read(&form, &request.body.files, Some(before), &mut faults)?;
    faults.check()?;
    message_checks::unblocked(state, before.channel, &body)?;
    if body.empties(before) {
        return Err(Refusal::empty_message());
    }
    Ok(Box::new(edit_of(state, before, body, true)))
}
