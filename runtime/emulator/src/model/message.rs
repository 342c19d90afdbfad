//! Messages: what stands in a channel.

use std::sync::Arc;

use serde_json::Value;

use crate::clock::Time;
use crate::snowflake::Id;

/// The message flags this crate sets or reads.
pub mod flags {
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub const EPHEMERAL: u64 = 1 << 6;
    pub const LOADING: u64 = 1 << 7;
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub const IS_VOICE_MESSAGE: u64 = 1 << 13;
    pub const IS_COMPONENTS_V2: u64 = 1 << 15;
}

/// A message. Embeds and components are kept as the JSON that the rules have already judged.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub guild: Option<Id>,
    pub author: Id,
    /// Discord's number for the type of message: 0 default, 19 reply, 20 slash command answer ...
    pub kind: u8,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Attachment>,
    pub poll: Option<Value>,
    pub mentions: Mentions,
    pub flags: u64,
    pub tts: bool,
    pub nonce: Option<Value>,
    pub created: Time,
    pub edited: Option<Time>,
    pub reactions: Vec<Reaction>,
    pub reference: Option<Reference>,
    /// The interaction that this message answers.
    pub interaction: Option<InteractionNote>,
    /// The only person who sees it, for ephemeral answers.
    pub only_for: Option<Id>,
}

impl Message {
    /// Tells whether a person sees the message, given that they see the channel.
    pub fn seen_by(&self, person: Id) -> bool {
        self.only_for.is_none_or(|only| only == person)
    }

    /// Tells whether the message is the "thinking" of a deferred answer.
    pub fn loading(&self) -> bool {
        self.flags & flags::LOADING != 0
    }
}

/// Who is notified by a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    pub users: Vec<Id>,
    pub roles: Vec<Id>,
    pub everyone: bool,
}

/// A file of a message, held in memory as long as the message is.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: Id,
    pub filename: String,
    pub description: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Arc<[u8]>,
}

/// One emoji under a message and who chose it. `custom` is the id of a custom emoji.
#[derive(Clone, Debug)]
pub struct Reaction {
    pub name: String,
    pub custom: Option<Id>,
    pub users: Vec<Id>,
}

/// The message that a reply answers.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    pub channel: Id,
    pub message: Id,
}

/// What a message tells about the interaction it answers.
#[derive(Clone, Debug)]
pub struct InteractionNote {
    pub id: Id,
    pub kind: super::InteractionKind,
    pub user: Id,
    /// The full name of the command, for instance `role self add`; empty for other interactions.
    pub name: String,
    /// For a followup: the first answer.
    pub original: Option<Id>,
}
