//! Channels and the messages kept in them.

use std::collections::VecDeque;

use super::Message;
use crate::snowflake::Id;

pub const TEXT_CHANNEL: u8 = 0;
pub const DM_CHANNEL: u8 = 1;

/// The newest messages a channel keeps; older ones are gone for good, so that a long session or a
/// load test does not grow without end.
pub const KEPT_MESSAGES: usize = 1_000;

/// A text channel of a guild, or the direct messages between a person and the bot.
#[derive(Clone, Debug)]
pub struct Channel {
    pub id: Id,
    pub guild: Option<Id>,
    /// Discord's number for the type of channel.
    pub kind: u8,
    pub name: String,
    pub topic: Option<String>,
    pub position: u64,
    pub nsfw: bool,
    pub overwrites: Vec<Overwrite>,
    /// The person at the other end of a direct message.
    pub recipient: Option<Id>,
    /// Oldest first, ids rising; at most [`KEPT_MESSAGES`].
    pub messages: VecDeque<Message>,
}

/// What one role or member may or may not do here, against the guild's roles.
#[derive(Clone, Debug)]
pub struct Overwrite {
    pub target: Id,
    pub kind: OverwriteKind,
    pub allow: u64,
    pub deny: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverwriteKind {
    Role,
    Member,
}

impl Channel {
    /// Returns the message with this id, if it is still kept.
    pub fn message(&self, id: Id) -> Option<&Message> {
        let at = self
            .messages
            .binary_search_by_key(&id, |message| message.id);
        at.ok().map(|at| &self.messages[at])
    }

    /// Returns the message with this id for a change.
    pub fn message_mut(&mut self, id: Id) -> Option<&mut Message> {
        let at = self
            .messages
            .binary_search_by_key(&id, |message| message.id);
        at.ok().map(|at| &mut self.messages[at])
    }

    /// Returns the id of the newest message that everybody can see.
    pub fn last_message(&self) -> Option<Id> {
        let newest = self
            .messages
            .iter()
            .rev()
            .find(|message| message.only_for.is_none());
        newest.map(|message| message.id)
    }
}
