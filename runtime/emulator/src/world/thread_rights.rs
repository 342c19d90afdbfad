//! Which threads somebody sees, and what they may do to one.

use super::{ThreadEdit, World};
use crate::clock::Time;
use crate::model::Channel;
use crate::model::permissions::MANAGE_THREADS;
use crate::snowflake::Id;

impl World {
    /// Returns the threads of a guild that are not archived and that a user sees, newest first.
    pub fn active_threads(&self, guild: Id, user: Id, now: Time) -> Vec<&Channel> {
        let place = self.guilds.get(&guild);
        let ids = place.into_iter().flat_map(|place| &place.threads);
        let threads = ids.filter_map(|id| self.channels.get(id));
        let seen = |thread: &&Channel| {
            !thread.is_archived() && self.permissions_in(user, thread, now) != 0
        };
        let mut threads: Vec<&Channel> = threads.filter(seen).collect();
        threads.sort_by_key(|thread| std::cmp::Reverse(thread.id));
        threads
    }

    /// Tells whether only those who manage threads may write in a thread, and this user does not.
    pub fn is_locked_to(&self, user: Id, thread: Id, now: Time) -> bool {
        let thread = self.channels.get(&thread);
        let thread = thread.filter(|c| c.thread.as_ref().is_some_and(|thread| thread.locked));
        thread.is_some_and(|thread| !self.may(user, thread.id, MANAGE_THREADS, now))
    }

    /// Tells whether a user may make an edit of a thread: who writes in it opens it again, its owner
    /// does all but what is for moderators.
    pub fn may_edit_thread(&self, user: Id, thread: Id, edit: &ThreadEdit, now: Time) -> bool {
        if self.may(user, thread, MANAGE_THREADS, now) {
            return true;
        }
        if self.is_locked_to(user, thread, now) || !self.may_write(user, thread, now) {
            return false;
        }
        let channel = self.channels.get(&thread);
        let thread = channel.and_then(|channel| channel.thread.as_deref());
        let owns = thread.is_some_and(|thread| thread.owner == user);
        let moderates = edit.locked.is_some() || edit.slow_mode.is_some() || edit.pinned.is_some();
        *edit == ThreadEdit::archive(false) || (owns && !moderates)
    }
}
