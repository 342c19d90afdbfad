//! A thread to be, and what an edit of one replaces.

use super::Draft;
use crate::clock::Time;
use crate::model::Channel;
use crate::snowflake::Id;

/// A thread to be.
#[derive(Clone, Debug, Default)]
pub struct NewThread {
    pub parent: Id,
    /// The message it is about, whose id it then has.
    pub from: Option<Id>,
    pub kind: u8,
    pub name: String,
    /// In minutes; None for what its channel says.
    pub archive_after: Option<u64>,
    pub slow_mode: Option<u64>,
    pub invitable: bool,
    pub tags: Vec<Id>,
    /// The first message of a forum post.
    pub post: Option<Box<Draft>>,
}

/// What an edit of a thread replaces; None leaves a thing as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThreadEdit {
    pub name: Option<String>,
    pub archived: Option<bool>,
    pub locked: Option<bool>,
    pub invitable: Option<bool>,
    pub archive_after: Option<u64>,
    pub slow_mode: Option<u64>,
    pub tags: Option<Vec<Id>>,
    pub pinned: Option<bool>,
}

impl ThreadEdit {
    /// Returns the edit that archives a thread, or opens it again, and does nothing else.
    pub fn archive(archived: bool) -> Self {
        ThreadEdit {
            archived: Some(archived),
            ..ThreadEdit::default()
        }
    }

    pub(super) fn apply(self, channel: &mut Channel, now: Time) {
        channel.name = self.name.unwrap_or_else(|| channel.name.clone());
        channel.slow_mode = self.slow_mode.unwrap_or(channel.slow_mode);
        let Some(thread) = &mut channel.thread else {
            return;
        };
        let before = (thread.archived, thread.archive_after);
        thread.archived = self.archived.unwrap_or(thread.archived);
        thread.archive_after = self.archive_after.unwrap_or(thread.archive_after);
        if before != (thread.archived, thread.archive_after) {
            thread.archive_changed = now;
        }
        thread.locked = self.locked.unwrap_or(thread.locked);
        thread.invitable = self.invitable.unwrap_or(thread.invitable);
        thread.pinned = self.pinned.unwrap_or(thread.pinned);
        thread.tags = self
            .tags
            .unwrap_or_else(|| std::mem::take(&mut thread.tags));
    }
}
