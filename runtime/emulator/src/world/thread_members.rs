//! Who is in a thread.

use super::messages::Standing;
use super::{Draft, Event, World};
use crate::clock::Time;
use crate::model::permissions::{MANAGE_THREADS, VIEW_CHANNEL};
use crate::model::{Mentions, PRIVATE_THREAD, kinds};
use crate::snowflake::Id;

/// Members with whom a role is too large to be brought into a thread by a ping.
const LARGE_ROLE: usize = 100;

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

    /// Puts those into a thread whom a message in it pings: people, and the members of roles that are
    /// not too large. Into a private one that is not open to that only its owner and moderators bring
    /// others so. Who does not see the channel stays outside.
    pub(super) fn bring_pinged_into_thread(
        &mut self,
        thread: Id,
        by: Id,
        mentions: &Mentions,
        now: Time,
        events: &mut Vec<Event>,
    ) {
        let Some(channel) = self.channels.get(&thread) else {
            return;
        };
        let Some(state) = &channel.thread else { return };
        let open = channel.kind != PRIVATE_THREAD || state.invitable || state.owner == by;
        if !open && !self.may(by, thread, MANAGE_THREADS, now) {
            return;
        }
        let Some(guild) = channel.guild.and_then(|id| self.guilds.get(&id)) else {
            return;
        };
        let mut pinged = mentions.users.clone();
        for role in &mentions.roles {
            let having = guild.members.iter();
            let having = having.filter(|(_, member)| member.roles.contains(role));
            let having: Vec<Id> = having.map(|(user, _)| *user).collect();
            if having.len() < LARGE_ROLE {
                pinged.extend(having);
            }
        }
        let parent = channel.parent.unwrap_or(thread);
        pinged.retain(|user| self.may(*user, parent, VIEW_CHANNEL, now));
        for user in pinged {
            self.join_thread(thread, user, now, events);
        }
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
