//! Who is in a thread.

use super::messages::Standing;
use super::{Draft, Event, World};
use crate::clock::Time;
use crate::model::{Mentions, kinds};
use crate::snowflake::Id;

impl World {
    /// Puts somebody into a thread, which the thread is told of when somebody else does it.
    pub(super) fn bring_into_thread(
        &mut self,
        thread: Id,
        user: Id,
        by: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = self.channels.get(&thread)?.thread.as_ref()?;
        let new = !state.members.contains_key(&user);
        self.join_thread(thread, user, now, events)?;
        if new && by != user {
            self.write_of_member(thread, user, by, kinds::RECIPIENT_ADD, now, events);
        }
        Some(user)
    }

    /// Takes somebody out of a thread, which the thread is told of when somebody else does it.
    pub(super) fn take_out_of_thread(
        &mut self,
        thread: Id,
        user: Id,
        by: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.leave_thread(thread, user, events)?;
        if by != user {
            self.write_of_member(thread, user, by, kinds::RECIPIENT_REMOVE, now, events);
        }
        Some(user)
    }

    fn write_of_member(
        &mut self,
        thread: Id,
        user: Id,
        by: Id,
        kind: u8,
        now: Time,
        events: &mut Vec<Event>,
    ) {
        let note = Draft {
            channel: thread,
            author: by,
            mentions: Mentions {
                users: vec![user],
                ..Mentions::default()
            },
            ..Draft::default()
        };
        self.place(note, Standing::of(kind), now, events);
    }

    /// Puts somebody into a thread. Who is in it already stays as they are.
    pub(super) fn join_thread(
        &mut self,
        thread: Id,
        user: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let bot = self.application.bot;
        let channel = self.channels.get_mut(&thread)?;
        self.guilds.get(&channel.guild?)?.members.get(&user)?;
        let members = &mut channel.thread.as_mut()?.members;
        if members.contains_key(&user) {
            return Some(user);
        }
        members.insert(user, now);
        // The bot may not know the thread yet.
        if user == bot {
            events.push(Event::ThreadCreated { thread, new: false });
        }
        events.push(Event::ThreadMembersChanged {
            thread,
            added: vec![user],
            removed: Vec::new(),
        });
        Some(user)
    }

    pub(super) fn leave_thread(
        &mut self,
        thread: Id,
        user: Id,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let state = self.channels.get_mut(&thread)?.thread.as_mut()?;
        state.members.remove(&user)?;
        events.push(Event::ThreadMembersChanged {
            thread,
            added: Vec::new(),
            removed: vec![user],
        });
        Some(user)
    }

    /// Takes somebody out of all threads of a guild that they have left.
    pub(super) fn leave_threads(&mut self, guild: Id, user: Id, events: &mut Vec<Event>) {
        let place = self.guilds.get(&guild);
        let threads = place.map(|place| place.threads.clone());
        for thread in threads.unwrap_or_default() {
            self.leave_thread(thread, user, events);
        }
    }
}
