//! Channels and the messages kept in them.

use std::collections::VecDeque;

use super::{Forum, Message, Thread};
use crate::clock::Time;
use crate::snowflake::Id;

pub const TEXT_CHANNEL: u8 = 0;
pub const DM_CHANNEL: u8 = 1;
pub const VOICE_CHANNEL: u8 = 2;
pub const GROUP_DM: u8 = 3;
pub const CATEGORY: u8 = 4;
pub const ANNOUNCEMENT_CHANNEL: u8 = 5;
pub const ANNOUNCEMENT_THREAD: u8 = 10;
pub const PUBLIC_THREAD: u8 = 11;
pub const PRIVATE_THREAD: u8 = 12;
pub const STAGE_CHANNEL: u8 = 13;
pub const FORUM_CHANNEL: u8 = 15;
pub const MEDIA_CHANNEL: u8 = 16;

/// The newest messages a channel keeps; older ones are gone for good, so that a long session or a
/// load test does not grow without end.
pub const KEPT_MESSAGES: usize = 1_000;

/// A channel of a guild, a thread in one, or the direct messages between a person and the bot.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    pub id: Id,
    pub guild: Option<Id>,
    /// Discord's number for the type of channel.
    pub kind: u8,
    /// The category of a channel, or the channel that a thread hangs on.
    pub parent: Option<Id>,
    pub name: String,
    pub topic: Option<String>,
    pub position: u64,
    pub nsfw: bool,
    /// The seconds a person waits between two messages; 0 for no slow mode.
    pub slow_mode: u64,
    /// In bits a second, for voice and stage channels.
    pub bitrate: u64,
    /// How many may be in a voice channel; 0 for any number.
    pub user_limit: u64,
    /// The minutes after which new threads are archived, unless they say otherwise.
    pub auto_archive: Option<u64>,
    pub overwrites: Vec<Overwrite>,
    /// The person at the other end of a direct message.
    pub recipient: Option<Id>,
    /// Those in a group direct message, where the bot is not.
    pub people: Vec<Id>,
    /// What makes it a thread, if it is one.
    pub thread: Option<Box<Thread>>,
    /// What a forum or media channel has besides.
    pub forum: Forum,
    /// When a message was pinned here last.
    pub last_pin: Option<Time>,
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
    /// Tells whether only threads can be made here, and no messages.
    pub fn threads_only(&self) -> bool {
        matches!(self.kind, FORUM_CHANNEL | MEDIA_CHANNEL)
    }

    /// Tells whether it is a voice or stage channel, whose text belongs to those who may connect.
    pub fn is_voice(&self) -> bool {
        matches!(self.kind, VOICE_CHANNEL | STAGE_CHANNEL)
    }

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
