//! `POST /interactions/{interaction}/{token}/callback`: the first answer.

use serde_json::{Value, json};

use super::message_checks;
use super::messages::{draft, edit_of};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::USE_EXTERNAL_APPS;
use crate::model::{Interaction, OptionKind, Stage, flags};
use crate::rules::callback::{self, ANSWER_FLAGS, Callback};
use crate::rules::{Faults, Form, Refusal, message, modal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

pub fn callback(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let interaction = open(state, request)?.clone();
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let kind = callback::read_type(&form, &interaction, &mut faults);
    let nothing = json!({});
    let data = form.get("data").unwrap_or(&nothing);
    let data = Form::new(data, "data", &mut faults);
    let Some(kind) = kind else {
        faults.check()?;
        return Err(Refusal::not_json());
    };
    if !state.world.channels.contains_key(&interaction.channel) {
        return Err(Refusal::unknown_channel());
    }
    let change = read(state, request, &interaction, kind, &data, faults)?;
    let message = state.apply(change);
    match request.switch("with_response") {
        true => Ok(Reply::ok(response(state, interaction.id, kind, message))),
        false => Ok(Reply::empty()),
    }
}

/// Finds the interaction and refuses where there is nothing to answer any more.
fn open<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Interaction, Refusal> {
    let id = request.id("interaction")?;
    let interaction = state.world.interactions.get(&id);
    let interaction = interaction.filter(|interaction| interaction.token == request.text("token"));
    let interaction = interaction.ok_or_else(Refusal::unknown_interaction)?;
    match interaction.stage {
        Stage::Sent if state.now < interaction.deadline => Ok(interaction),
        Stage::Sent => Err(Refusal::unknown_interaction()),
        Stage::Failed if interaction.callback.is_none() => Err(Refusal::unknown_interaction()),
        _ => Err(Refusal::already_acknowledged()),
    }
}

/// Judges the data of a callback and makes the change it asks for.
fn read(
    state: &State,
    request: &Request<'_>,
    interaction: &Interaction,
    kind: Callback,
    data: &Form<'_>,
    mut faults: Faults,
) -> Result<Change, Refusal> {
    let id = interaction.id;
    match kind {
        Callback::Message => {
            let body = message::read(data, &request.body.files, None, &mut faults)?;
            faults.check()?;
            if body.is_empty() {
                return Err(Refusal::empty_message());
            }
            message_checks::new(state, interaction.channel, &body)?;
            let mut draft = draft(state, interaction.channel, body, true);
            draft.flags &= ANSWER_FLAGS;
            draft.flags |= forced_flags(state, interaction);
            Ok(Change::Answer {
                interaction: id,
                draft: Box::new(draft),
            })
        }
        Callback::Defer => {
            let forced = forced_flags(state, interaction) != 0;
            let ephemeral = callback::read_defer(data, &mut faults) || forced;
            faults.check()?;
            Ok(Change::Defer {
                interaction: id,
                ephemeral,
            })
        }
        Callback::DeferUpdate => {
            faults.check()?;
            Ok(Change::Acknowledge { interaction: id })
        }
        Callback::Update => {
            let target = interaction
                .message
                .and_then(|m| state.world.message(interaction.channel, m));
            let target = target.ok_or_else(Refusal::unknown_message)?;
            message_checks::editable(target)?;
            let body = message::read(data, &request.body.files, Some(target), &mut faults)?;
            faults.check()?;
            if body.empties(target) {
                return Err(Refusal::empty_message());
            }
            Ok(Change::UpdateMessage {
                interaction: id,
                edit: Box::new(edit_of(state, target, body, true)),
            })
        }
        Callback::Choices => {
            let choices = callback::read_choices(data, focused(&interaction.data), &mut faults);
            faults.check()?;
            Ok(Change::OfferChoices {
                interaction: id,
                choices,
            })
        }
        Callback::Modal => {
            let modal = modal::read(data, &mut faults);
            faults.check()?;
            Ok(Change::OpenModal {
                interaction: id,
                modal,
            })
        }
    }
}

/// Returns the flags that an answer has whatever the bot says: those of users' own applications are
/// ephemeral where their user may not show them to others.
pub fn forced_flags(state: &State, interaction: &Interaction) -> u64 {
    let (user, channel) = (interaction.user, interaction.channel);
    let shows = state.world.may(user, channel, USE_EXTERNAL_APPS, state.now);
    match interaction.installs.only_user() && interaction.guild.is_some() && !shows {
        true => flags::EPHEMERAL,
        false => 0,
    }
}

/// Returns the type of the option that is being typed.
fn focused(data: &Value) -> OptionKind {
    let options = data["options"].as_array().into_iter().flatten();
    for option in options {
        if option["focused"] == true {
            let number = option["type"].as_u64().unwrap_or(0);
            return OptionKind::from_number(number).unwrap_or(OptionKind::String);
        }
        if option["options"].is_array() {
            return focused(option);
        }
    }
    OptionKind::String
}

/// The body that `with_response` asks for.
fn response(state: &State, id: Id, kind: Callback, message: Option<Id>) -> Value {
    let Some(interaction) = state.world.interactions.get(&id) else {
        return Value::Null;
    };
    let mut told = json!({"id": id, "type": interaction.kind.number()});
    let mut resource = json!({"type": interaction.callback});
    let shows = matches!(kind, Callback::Message | Callback::Defer | Callback::Update);
    let shown = message.filter(|_| shows);
    let shown = shown.and_then(|message| state.world.message(interaction.channel, message));
    if let Some(shown) = shown {
        told["response_message_id"] = json!(shown.id);
        told["response_message_loading"] = json!(shown.loading());
        told["response_message_ephemeral"] = json!(shown.flags & flags::EPHEMERAL != 0);
        let bot = state.world.application.bot;
        resource["message"] = wire::message::full(&state.world, shown, &state.base, bot);
    }
    json!({"interaction": told, "resource": resource})
}
