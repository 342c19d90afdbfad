//! Threads: started, changed, archived by hand and by time, deleted, and what a message does to one.

use std::time::Duration;

use super::audit::{self, Note};
use super::guilds::new_channel;
use super::messages::Standing;
use super::moderation::Done;
use super::{Draft, Event, NewThread, ThreadEdit, World};
use crate::clock::Time;
use crate::model::{
    Channel, PRIVATE_THREAD, Reference, ReferenceKind, Thread, USUAL_ARCHIVE_MINUTES, flags, kinds,
};
use crate::snowflake::Id;

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

    /// Changes a thread, which is told of a new name.
    pub(super) fn edit_thread(
        &mut self,
        id: Id,
        by: Id,
        edit: ThreadEdit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let channel = self.channels.get_mut(&id)?;
        let named = edit.name.clone().filter(|name| *name != channel.name);
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
        if let Some(content) = named {
            let told = Draft {
                channel: id,
                author: by,
                content,
                ..Draft::default()
            };
            self.place(told, Standing::of(kinds::NAME_CHANGE), now, events);
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
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}
