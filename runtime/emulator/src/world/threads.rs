//! Threads: started, changed, archived by hand and by time, deleted, and what a message does to one.

use std::time::Duration;

use super::audit::{self, Note};
use super::guilds::new_channel;
use super::messages::Standing;
use super::moderation::Done;
use super::{Draft, Event, World};
use crate::clock::Time;
use crate::model::permissions::MANAGE_THREADS;
use crate::model::{
    Channel, PRIVATE_THREAD, Reference, ReferenceKind, Thread, USUAL_ARCHIVE_MINUTES, flags, kinds,
};
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

    fn apply(self, channel: &mut Channel, now: Time) {
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

impl World {
    pub(super) fn start_thread(
        &mut self,
        by: Id,
        new: NewThread,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let parent = self.channels.get(&new.parent)?;
        let guild = parent.guild?;
        let archive_after = new.archive_after.or(parent.auto_archive);
        let slow_mode = new.slow_mode.unwrap_or(parent.forum.thread_slow_mode);
        let id = new.from.unwrap_or_else(|| self.ids.next(now));
        // A webhook starts posts without being in them.
        let joins = self.member(guild, by).is_some();
        let thread = Thread {
            owner: by,
            members: joins.then_some((by, now)).into_iter().collect(),
            archived: false,
            locked: false,
            invitable: new.invitable,
            archive_after: archive_after.unwrap_or(USUAL_ARCHIVE_MINUTES),
            archive_changed: now,
            created: now,
            messages: 0,
            sent: 0,
            tags: new.tags,
            pinned: false,
        };
        let channel = Channel {
            guild: Some(guild),
            parent: Some(new.parent),
            slow_mode,
            thread: Some(Box::new(thread)),
            ..new_channel(id, new.kind, new.name.clone())
        };
        let note = Note::of(audit::THREAD_CREATE, id);
        let note = note.changing(Vec::new(), audit::thread(&channel));
        self.guilds.get_mut(&guild)?.threads.push(id);
        self.channels.insert(id, channel);
        self.await_silence(id, now);
        events.push(Event::ThreadCreated {
            thread: id,
            new: true,
        });
        if joins {
            events.push(Event::ThreadMembersChanged {
                thread: id,
                added: vec![by],
                removed: Vec::new(),
            });
        }
        match (new.from, new.post) {
            (Some(message), _) => self.mark_starter(new.parent, message, by, now, events),
            (None, Some(post)) => {
                let standing = Standing {
                    id: Some(id),
                    ..Standing::default()
                };
                let post = Draft {
                    channel: id,
                    ..*post
                };
                self.place(post, standing, now, events);
            }
            (None, None) if new.kind != PRIVATE_THREAD => {
                let reference = Reference {
                    kind: ReferenceKind::Default,
                    channel: id,
                    message: None,
                };
                let note = Draft {
                    channel: new.parent,
                    author: by,
                    content: new.name,
                    reference: Some(reference),
                    ..Draft::default()
                };
                self.place(note, Standing::of(kinds::THREAD_CREATED), now, events);
            }
            (None, None) => {}
        }
        Some((id, vec![note]))
    }

    /// Shows a message as the beginning of a thread, and begins the thread with it.
    fn mark_starter(
        &mut self,
        parent: Id,
        message: Id,
        by: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) {
        let place = self.channels.get_mut(&parent);
        if let Some(starter) = place.and_then(|place| place.message_mut(message)) {
            starter.flags |= flags::HAS_THREAD;
            events.push(Event::MessageChanged(Box::new(starter.clone())));
        }
        let first = Draft {
            channel: message,
            author: by,
            reference: Some(Reference::to(parent, message)),
            ..Draft::default()
        };
        self.place(first, Standing::of(kinds::THREAD_STARTER), now, events);
    }

    pub(super) fn edit_thread(
        &mut self,
        id: Id,
        edit: ThreadEdit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let channel = self.channels.get_mut(&id)?;
        let (was_archived, old) = (channel.is_archived(), audit::thread(channel));
        edit.apply(channel, now);
        let opened = was_archived && !channel.is_archived();
        let note = Note::of(audit::THREAD_UPDATE, id).changing(old, audit::thread(channel));
        if note.changes.is_empty() {
            return Some((id, Vec::new()));
        }
        self.await_silence(id, now);
        events.push(Event::ThreadChanged(id));
        if opened {
            events.push(Event::ThreadMemberTold(id));
        }
        Some((id, vec![note]))
    }

    /// Deletes a thread. The message it was about stays, and may begin another one.
    pub(super) fn delete_thread(&mut self, id: Id, events: &mut Vec<Event>) -> Done {
        let channel = self
            .channels
            .get(&id)
            .filter(|c| c.thread.is_some())?
            .clone();
        self.channels.remove(&id);
        if let Some(place) = channel.guild.and_then(|id| self.guilds.get_mut(&id)) {
            place.threads.retain(|other| *other != id);
        }
        let parent = channel.parent.and_then(|id| self.channels.get_mut(&id));
        if let Some(starter) = parent.and_then(|parent| parent.message_mut(id)) {
            starter.flags &= !flags::HAS_THREAD;
        }
        let note = Note::of(audit::THREAD_DELETE, id);
        let note = note.changing(audit::thread(&channel), Vec::new());
        events.push(Event::ThreadDeleted(Box::new(channel)));
        Some((id, vec![note]))
    }

    /// Counts a message that is about to be written into a thread. One that somebody writes opens
    /// an archived thread again, and makes its writer a member.
    pub(super) fn enter_thread(
        &mut self,
        id: Id,
        writer: Option<Id>,
        now: Time,
        events: &mut Vec<Event>,
    ) {
        let channel = self.channels.get_mut(&id);
        let Some(thread) = channel.and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        thread.messages += 1;
        thread.sent += 1;
        let Some(writer) = writer else { return };
        if std::mem::take(&mut thread.archived) {
            thread.archive_changed = now;
            self.await_silence(id, now);
            events.push(Event::ThreadChanged(id));
            events.push(Event::ThreadMemberTold(id));
        }
        self.join_thread(id, writer, now, events);
    }

    /// Archives a thread that was silent for long enough, or looks again when it may have been.
    pub(super) fn archive_if_idle(&mut self, id: Id, now: Time, events: &mut Vec<Event>) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        let last = channel.messages.back().map(|message| message.created);
        let Some(thread) = channel.thread.as_mut().filter(|t| !t.archived && !t.pinned) else {
            return;
        };
        let last = last.map_or(thread.archive_changed, |last| {
            last.max(thread.archive_changed)
        });
        let due = last.plus(minutes(thread.archive_after));
        if due > now {
            self.due.insert((due, id));
            return;
        }
        thread.archived = true;
        thread.archive_changed = now;
        events.push(Event::ThreadChanged(id));
    }

    /// Looks at a thread again when it may have been silent for long enough.
    fn await_silence(&mut self, id: Id, now: Time) {
        let thread = self.channels.get(&id).and_then(|c| c.thread.as_ref());
        if let Some(thread) = thread {
            let due = now.plus(minutes(thread.archive_after));
            self.due.insert((due, id));
        }
    }

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

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}
