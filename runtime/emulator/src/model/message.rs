//! Messages: what stands in a channel.

use std::sync::Arc;

use serde_json::Value;

use super::{Poll, WebhookAuthor};
use crate::clock::Time;
use crate::snowflake::Id;

/// The message flags this crate sets or reads.
pub mod flags {
    pub const CROSSPOSTED: u64 = 1 << 0;
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub const HAS_THREAD: u64 = 1 << 5;
    pub const EPHEMERAL: u64 = 1 << 6;
    pub const LOADING: u64 = 1 << 7;
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    pub const IS_VOICE_MESSAGE: u64 = 1 << 13;
    pub const HAS_SNAPSHOT: u64 = 1 << 14;
    pub const IS_COMPONENTS_V2: u64 = 1 << 15;
}

/// The types of message this crate makes, as Discord's numbers.
pub mod kinds {
    pub const DEFAULT: u8 = 0;
    pub const RECIPIENT_ADD: u8 = 1;
    pub const RECIPIENT_REMOVE: u8 = 2;
    pub const NAME_CHANGE: u8 = 4;
    pub const PINNED: u8 = 6;
    pub const THREAD_CREATED: u8 = 18;
    pub const REPLY: u8 = 19;
    pub const CHAT_INPUT_COMMAND: u8 = 20;
    pub const THREAD_STARTER: u8 = 21;
    pub const CONTEXT_MENU_COMMAND: u8 = 23;
    pub const POLL_RESULT: u8 = 46;

    /// Tells whether people or bots wrote a message of this type, and not Discord itself.
    pub fn written(kind: u8) -> bool {
        matches!(
            kind,
            DEFAULT | REPLY | CHAT_INPUT_COMMAND | CONTEXT_MENU_COMMAND
        )
    }
}

/// A message. Embeds and components are kept as the JSON that the rules have already judged.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub guild: Option<Id>,
    /// A user, or a webhook.
    pub author: Id,
    /// How the author shows, if it is a webhook.
    pub webhook: Option<Box<WebhookAuthor>>,
    /// Discord's number for the type of message: 0 default, 19 reply, 20 slash command answer ...
    pub kind: u8,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Attachment>,
    pub poll: Option<Poll>,
    pub mentions: Mentions,
    pub flags: u64,
    pub tts: bool,
    pub nonce: Option<Value>,
    pub created: Time,
    pub edited: Option<Time>,
    pub reactions: Vec<Reaction>,
    /// When it was pinned, if it is.
    pub pinned: Option<Time>,
    pub reference: Option<Reference>,
    /// For a forward: the message as it was then.
    pub snapshot: Option<Box<Message>>,
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
    /// What it tells as the recording of a voice message.
    pub voice: Option<Voice>,
}

/// What clients show of a recording before they play it.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    pub seconds: f64,
    /// Samples of the loudness, in base64.
    pub waveform: String,
}

/// Different emoji under one message.
pub const MOST_EMOJI: usize = 20;

/// One emoji under a message and who chose it. `custom` is the id of a custom emoji.
#[derive(Clone, Debug)]
pub struct Reaction {
    pub name: String,
    pub custom: Option<Id>,
    pub users: Vec<Id>,
}

impl Reaction {
    /// Tells whether it is of this emoji: custom ones are told apart by id, others by name.
    pub fn is(&self, name: &str, custom: Option<Id>) -> bool {
        match custom {
            Some(_) => self.custom == custom,
            None => self.custom.is_none() && self.name == name,
        }
    }
}

/// What another message stands in relation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    pub kind: ReferenceKind,
    pub channel: Id,
    /// None where a whole channel is meant, as in the note that a thread was made.
    pub message: Option<Id>,
}

/// Discord's two kinds of reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// Replies, and the notes that Discord writes about another message.
    Default,
    Forward,
}

impl Reference {
    /// Returns the reference of a reply, or of a note about a message.
    pub fn to(channel: Id, message: Id) -> Self {
        Reference {
            kind: ReferenceKind::Default,
            channel,
            message: Some(message),
        }
    }
}

/// What a message tells about the interaction it answers.
#[derive(Clone, Debug)]
pub struct InteractionNote {
    pub id: Id,
    pub kind: super::InteractionKind,
    pub user: Id,
    pub installs: super::Installs,
    /// The full name of the command, for instance `role self add`; empty for other interactions.
    pub name: String,
    /// For a component: the message that it hangs on.
    pub message: Option<Id>,
    /// For a modal: the interaction that opened it.
    pub opener: Option<Box<InteractionNote>>,
    /// For a followup: the first answer.
    pub original: Option<Id>,
}
