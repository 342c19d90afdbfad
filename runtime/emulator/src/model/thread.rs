//! Threads: what a channel has more when it hangs on another one, and what forums ask of their posts.

use std::collections::BTreeMap;

use super::{
    ANNOUNCEMENT_CHANNEL, ANNOUNCEMENT_THREAD, Channel, FORUM_CHANNEL, MEDIA_CHANNEL, Message,
    PRIVATE_THREAD, PUBLIC_THREAD, TEXT_CHANNEL, kinds,
};
use crate::clock::Time;
use crate::snowflake::Id;

/// Threads of one guild that are not archived.
pub const MOST_ACTIVE_THREADS: usize = 1_000;

/// The minutes after which a thread is archived, where neither it nor its channel says: a day.
pub const USUAL_ARCHIVE_MINUTES: u64 = 1_440;

/// The flag of a forum post that is pinned.
pub const PINNED: u64 = 1 << 1;

/// What a thread is besides a channel.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Who started it.
    pub owner: Id,
    /// Who has joined, and when.
    pub members: BTreeMap<Id, Time>,
    pub archived: bool,
    pub locked: bool,
    /// For private threads: whether members that are no moderators may add others.
    pub invitable: bool,
    /// Minutes without activity after which it is archived.
    pub archive_after: u64,
    /// When it was made, archived or un-archived last, or its `archive_after` changed.
    pub archive_changed: Time,
    pub created: Time,
    /// Messages without the first one, deleted ones not counted.
    pub messages: u64,
    /// Messages without the first one, deleted ones too.
    pub sent: u64,
    /// The tags of a forum post.
    pub tags: Vec<Id>,
    /// Whether a forum post is pinned; such a post is not archived by time.
    pub pinned: bool,
}

impl Thread {
    /// Returns Discord's flags of the thread as a channel.
    pub fn flags(&self) -> u64 {
        u64::from(self.pinned) * PINNED
    }
}

impl Channel {
    /// Returns the type of the threads that hang on it, private or not; None where there are none.
    pub fn thread_kind(&self, private: bool) -> Option<u8> {
        match self.kind {
            TEXT_CHANNEL if private => Some(PRIVATE_THREAD),
            TEXT_CHANNEL => Some(PUBLIC_THREAD),
            ANNOUNCEMENT_CHANNEL if !private => Some(ANNOUNCEMENT_THREAD),
            FORUM_CHANNEL | MEDIA_CHANNEL if !private => Some(PUBLIC_THREAD),
            _ => None,
        }
    }

    /// Counts a message of a thread no longer; the first one was never counted.
    pub fn uncount(&mut self, gone: &Message) {
        let first = gone.id == self.id || gone.kind == kinds::THREAD_STARTER;
        if let Some(thread) = self
            .thread
            .as_mut()
            .filter(|_| !first && gone.only_for.is_none())
        {
            thread.messages = thread.messages.saturating_sub(1);
        }
    }

    /// Tells whether it is a thread that is archived.
    pub fn is_archived(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| thread.archived)
    }
}

/// What a forum or media channel asks of its posts. Empty for other channels.
#[derive(Clone, Debug, Default)]
pub struct Forum {
    pub tags: Vec<ForumTag>,
    /// Whether a post needs a tag.
    pub tag_required: bool,
    /// The slow mode that new threads begin with, in seconds; of other channels too.
    pub thread_slow_mode: u64,
    /// The emoji that clients offer for a quick reaction.
    pub reaction: Option<DefaultReaction>,
    /// Discord's number: 0 by the newest message, 1 by age.
    pub sort_order: Option<u64>,
    /// Discord's number: 0 for none chosen, 1 a list, 2 tiles.
    pub layout: u64,
    /// Whether a search finds posts with all of the tags or with some: `match_all`, `match_some`.
    pub tag_setting: Option<String>,
}

impl Forum {
    /// Returns Discord's flags of the forum as a channel.
    pub fn flags(&self) -> u64 {
        u64::from(self.tag_required) * REQUIRE_TAG
    }
}

/// A custom emoji by id, or another one by name.
#[derive(Clone, Debug, Default)]
pub struct DefaultReaction {
    pub emoji_id: Option<Id>,
    pub emoji_name: Option<String>,
}

/// The flag of a forum whose posts need a tag.
pub const REQUIRE_TAG: u64 = 1 << 4;

/// A tag that posts of a forum can bear.
#[derive(Clone, Debug, Default)]
pub struct ForumTag {
    pub id: Id,
    pub name: String,
    /// Whether only those who manage threads may set it.
    pub moderated: bool,
    pub emoji_id: Option<Id>,
    pub emoji_name: Option<String>,
}
