//! Threads: what a channel has more when it hangs on another one, and what forums ask of their posts.

use std::collections::BTreeMap;

use crate::clock::Time;
use crate::snowflake::Id;

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

/// What a forum or media channel asks of its posts. Empty for other channels.
#[derive(Clone, Debug, Default)]
pub struct Forum {
    pub tags: Vec<ForumTag>,
    /// Whether a post needs a tag.
    pub tag_required: bool,
    /// The slow mode that new posts begin with, in seconds.
    pub thread_slow_mode: u64,
}

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
