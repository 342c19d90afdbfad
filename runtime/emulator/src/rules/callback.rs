//! What makes a valid first answer to an interaction.
//! Rules: Discord's documentation, "Receiving and Responding to Interactions".

use serde_json::{Value, json};

use super::command_option::judge_choice;
use super::form::{BAD_CHOICE, BAD_TYPE, Faults, Form};
use crate::model::{Interaction, InteractionKind, OptionKind, flags};

/// The callback types that a gateway bot can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callback {
    Message,
    Defer,
    DeferUpdate,
    Update,
    Choices,
    Modal,
}

/// The flags a bot may set on its answer: embeds hidden, ephemeral, silent, voice, components v2.
pub const ANSWER_FLAGS: u64 = flags::SUPPRESS_EMBEDS
    | flags::EPHEMERAL
    | flags::SUPPRESS_NOTIFICATIONS
    | flags::IS_VOICE_MESSAGE
    | flags::IS_COMPONENTS_V2;

/// Reads the type of a callback and checks that it answers this kind of interaction.
pub fn read_type(
    form: &Form<'_>,
    interaction: &Interaction,
    faults: &mut Faults,
) -> Option<Callback> {
    form.require("type", faults);
    let callback = match form.get("type")?.as_u64() {
        Some(4) => Callback::Message,
        Some(5) => Callback::Defer,
        Some(6) => Callback::DeferUpdate,
        Some(7) => Callback::Update,
        Some(8) => Callback::Choices,
        Some(9) => Callback::Modal,
        _ => {
            let message = "Value must be one of {4, 5, 6, 7, 8, 9}.";
            form.fault(faults, "type", BAD_CHOICE, message);
            return None;
        }
    };
    let kind = interaction.kind;
    let on_component = interaction.message.is_some()
        && matches!(
            kind,
            InteractionKind::Component | InteractionKind::ModalSubmit
        );
    let fits = match callback {
        Callback::DeferUpdate | Callback::Update => on_component,
        Callback::Choices => kind == InteractionKind::Autocomplete,
        Callback::Modal => {
            matches!(kind, InteractionKind::Command | InteractionKind::Component)
        }
        Callback::Message | Callback::Defer => kind != InteractionKind::Autocomplete,
    };
    if !fits {
        let message = "This callback type cannot answer this kind of interaction.";
        form.fault(faults, "type", "INTERACTION_CALLBACK_TYPE_INVALID", message);
        return None;
    }
    Some(callback)
}

/// Reads the choices of an autocomplete answer, for an option of the given type.
pub fn read_choices(form: &Form<'_>, kind: OptionKind, faults: &mut Faults) -> Value {
    form.require("choices", faults);
    let choices = form.forms("choices", 0..=25, faults).unwrap_or_default();
    for choice in &choices {
        judge_choice(choice, kind, faults);
    }
    let choice =
        |form: &Form<'_>| json!({"name": form.value["name"], "value": form.value["value"]});
    choices.iter().map(choice).collect()
}

/// Reads the `data` of a deferred answer: nothing but the ephemeral flag. Returns whether it is
/// set.
pub fn read_defer(form: &Form<'_>, faults: &mut Faults) -> bool {
    let flags = form
        .number("flags", 0..=u64::from(u32::MAX), faults)
        .unwrap_or(0);
    if flags & !flags::EPHEMERAL != 0 {
        let message = "Only the ephemeral flag can be set on a deferred answer.";
        form.fault(faults, "flags", BAD_TYPE, message);
    }
    flags & flags::EPHEMERAL != 0
}
