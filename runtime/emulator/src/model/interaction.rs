//! Interactions: what a person did, and how far the bot has got in answering it.

use serde_json::Value;

use super::Installs;
use super::InteractionNote;
use crate::clock::Time;
use crate::snowflake::Id;

/// An interaction from the moment it is sent to the bot.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: Id,
    /// What the bot answers with in place of its own token.
    pub token: String,
    pub kind: InteractionKind,
    pub user: Id,
    pub channel: Id,
    pub guild: Option<Id>,
    pub installs: Installs,
    /// Discord's `data` object, complete.
    pub data: Value,
    /// The full name of the command, for instance `role self add`; the custom id otherwise.
    pub name: String,
    /// The message whose component was used, or whose component opened the modal.
    pub message: Option<Id>,
    pub created: Time,
    /// When the token dies unless there has been a first answer.
    pub deadline: Time,
    /// When the token dies in any case.
    pub expires: Time,
    pub stage: Stage,
    /// The callback type of the first answer.
    pub callback: Option<u64>,
    /// The message that `@original` stands for.
    pub original: Option<Id>,
    pub ephemeral: bool,
    /// The modal that was opened as the answer.
    pub modal: Option<Value>,
    /// The choices that were offered as the answer.
    pub choices: Option<Value>,
    /// What the member reads after a failure.
    pub error: Option<&'static str>,
    pub answered_at: Option<Time>,
    /// The followups so far.
    pub followups: u32,
    /// For a modal: the interaction that opened it.
    pub opener: Option<Box<InteractionNote>>,
}

impl Interaction {
    /// Returns what a message tells of the interaction that it answers.
    pub fn note(&self) -> InteractionNote {
        let of = |kind: InteractionKind| self.kind == kind;
        InteractionNote {
            id: self.id,
            kind: self.kind,
            user: self.user,
            installs: self.installs,
            name: match of(InteractionKind::Command) {
                true => self.name.clone(),
                false => String::new(),
            },
            message: self.message.filter(|_| of(InteractionKind::Component)),
            opener: self.opener.clone(),
            original: self.callback.and(self.original),
        }
    }
}

/// Discord's interaction types, without the ping that only HTTP bots see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionKind {
    Command,
    Component,
    Autocomplete,
    ModalSubmit,
}

impl InteractionKind {
    /// Returns Discord's number for the type.
    pub fn number(self) -> u64 {
        match self {
            InteractionKind::Command => 2,
            InteractionKind::Component => 3,
            InteractionKind::Autocomplete => 4,
            InteractionKind::ModalSubmit => 5,
        }
    }

    /// Returns what a client shows to the member when no answer came in time.
    pub fn failure(self) -> &'static str {
        match self {
            InteractionKind::Command => "The application did not respond",
            InteractionKind::Component => "This interaction failed",
            InteractionKind::Autocomplete => "Loading options failed",
            InteractionKind::ModalSubmit => "Something went wrong. Try again.",
        }
    }
}

/// How far the answer to an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has come from the bot yet.
    Sent,
    /// The bot said that it is working; the member sees "thinking".
    Deferred,
    /// The bot took notice of a component (callback type 6); the member sees no change.
    Acknowledged,
    /// The member has the answer.
    Answered,
    /// The answer did not come in time.
    Failed,
}
