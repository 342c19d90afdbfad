//! What came back to a person.

use std::sync::Arc;

use serde_json::Value;

use crate::hub::Hub;
use crate::model::{Interaction, flags};
use crate::snowflake::Id;
use crate::wire;

/// The answer to something a person did, as it stood when the wait for it ended.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) interaction: Id,
    name: String,
    message: Option<Value>,
    modal: Option<Value>,
    choices: Option<Value>,
    error: Option<&'static str>,
    deferred: bool,
}

impl Answer {
    pub(super) fn read(hub: &Arc<Hub>, id: Id) -> Answer {
        hub.with_quietly(|state| {
            let interaction: Option<&Interaction> = state.world.interactions.get(&id);
            let message = interaction.and_then(|interaction| {
                // A press that was only acknowledged shows its followup, if one came.
                let followup = state
                    .world
                    .channels
                    .get(&interaction.channel)?
                    .messages
                    .iter();
                let mine = |m: &&crate::model::Message| {
                    m.interaction.as_ref().is_some_and(|note| note.id == id)
                };
                let followup = followup.rev().find(mine).map(|message| message.id);
                let shown = match interaction.callback {
                    Some(6) => followup.or(interaction.original),
                    _ => interaction.original.or(followup),
                };
                let message = state.world.message(interaction.channel, shown?)?;
                let viewer = interaction.user;
                Some(wire::message::full(
                    &state.world,
                    message,
                    &state.base,
                    viewer,
                ))
            });
            Answer {
                interaction: id,
                name: interaction.map(|i| i.name.clone()).unwrap_or_default(),
                message,
                modal: interaction.and_then(|i| i.modal.clone()),
                choices: interaction.and_then(|i| i.choices.clone()),
                error: interaction.and_then(|i| i.error),
                deferred: interaction.is_some_and(|i| matches!(i.callback, Some(5 | 6))),
            }
        })
    }

    /// Returns the text of the message.
    #[track_caller]
    pub fn text(&self) -> &str {
        self.message()["content"].as_str().unwrap_or_default()
    }

    /// Returns the message as Discord shows it.
    #[track_caller]
    pub fn message(&self) -> &Value {
        let Some(message) = &self.message else {
            match (self.error, &self.modal) {
                (Some(error), _) => panic!("{} has no message: {error}", self.name),
                (None, Some(_)) => panic!("{} opened a modal, not a message", self.name),
                (None, None) => panic!("{} has no message, or not any more", self.name),
            }
        };
        message
    }

    /// Tells whether only the person sees the message.
    #[track_caller]
    pub fn is_private(&self) -> bool {
        self.message()["flags"].as_u64().unwrap_or(0) & flags::EPHEMERAL != 0
    }

    /// Tells whether the bot said that it is working before it answered.
    pub fn was_deferred(&self) -> bool {
        self.deferred
    }

    /// Returns what the person reads instead of an answer.
    pub fn failed(&self) -> Option<&str> {
        self.error
    }

    /// Returns what the inputs of the modal are filled with, in order; empty for an empty one.
    ///
    /// # Panics
    ///
    /// When it is no modal.
    pub fn filled_in(&self) -> Vec<&str> {
        let rows = self.modal()["components"].as_array();
        let inputs = rows.into_iter().flatten();
        let values = inputs.map(|row| row["components"][0]["value"].as_str());
        values.map(Option::unwrap_or_default).collect()
    }

    /// Returns what catches the eye first, cut to a line: the text, an embed's title or words, a
    /// component's label, or a modal's title. None when nothing can be seen.
    pub fn glance(&self) -> Option<String> {
        const KEYS: [&str; 4] = ["content", "title", "description", "label"];
        fn first(shown: &Value) -> Option<&str> {
            let own = KEYS.iter().filter_map(|key| shown[*key].as_str());
            let own = own.map(str::trim).find(|text| !text.is_empty());
            let below = || {
                let parts = ["embeds", "components"].iter();
                let parts = parts.filter_map(|key| shown[*key].as_array()).flatten();
                parts.into_iter().find_map(first)
            };
            own.or_else(below)
        }
        let shown = self.message.as_ref().or(self.modal.as_ref())?;
        first(shown).map(|text| text.lines().next().unwrap_or_default().to_owned())
    }

    /// Returns the modal that was opened.
    #[track_caller]
    pub fn modal(&self) -> &Value {
        match &self.modal {
            Some(modal) => modal,
            None => panic!("{} opened no modal", self.name),
        }
    }

    /// Returns the names of the choices that were offered.
    pub fn choices(&self) -> Vec<String> {
        let choices = self
            .choices
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let names = choices.filter_map(|choice| choice["name"].as_str());
        names.map(str::to_owned).collect()
    }

    #[track_caller]
    pub(super) fn message_id(&self) -> Id {
        let id = Id::from_json(&self.message()["id"]);
        // Every message has an id.
        id.unwrap_or_default()
    }
}
