//! Threads: found by name, started by people, entered, archived and locked.

use super::places::names;
use super::{Channel, Guild, Here, Person};
use crate::people::{self, Start};
use crate::snowflake::Id;
use crate::world::ThreadEdit;

impl Guild {
    /// Returns the thread with this name, archived or not.
    #[track_caller]
    pub fn thread(&self, name: &str) -> Channel {
        let found = self.hub.with_quietly(|state| {
            let ids = state.world.guilds.get(&self.id).map(|guild| &guild.threads);
            let threads = ids.into_iter().flatten();
            let threads = threads.filter_map(|id| state.world.channels.get(id));
            let found = threads.clone().find(|thread| thread.name == name);
            let found = found.map(|thread| thread.id);
            found.ok_or_else(|| names(threads.map(|thread| thread.name.as_str())))
        });
        let id = found.unwrap_or_else(|names| panic!("no thread {name}; there are {names}"));
        Channel {
            hub: self.hub.clone(),
            id,
        }
    }
}

impl Here {
    /// Puts the person into a thread.
    pub fn in_thread(&self, thread: &Channel) -> Here {
        Here {
            channel: thread.id,
            ..self.clone()
        }
    }

    /// Starts a public thread that is about no message.
    #[track_caller]
    pub fn starts_thread(&self, name: &str) -> Channel {
        self.begins_thread(name, None, false)
    }

    /// Starts a thread about a message.
    #[track_caller]
    pub fn starts_thread_on(&self, message: Id, name: &str) -> Channel {
        self.begins_thread(name, Some(message), false)
    }

    #[track_caller]
    pub fn starts_private_thread(&self, name: &str) -> Channel {
        self.begins_thread(name, None, true)
    }

    /// Tries to start a public thread, and returns the sentence with which the client refuses.
    #[track_caller]
    pub fn cannot_start_thread(&self, name: &str) -> String {
        let start = Start {
            name,
            ..Start::default()
        };
        let refused = self.hub.with_quietly(|state| {
            people::start_thread(&state.world, self.id, self.channel, start, state.now)
        });
        match refused {
            Err(sentence) => sentence,
            Ok(_) => panic!("the thread can be started, but the test says that it cannot"),
        }
    }

    /// Goes into the thread the person is in front of.
    #[track_caller]
    pub fn joins_thread(&self) {
        self.does(|state| people::join_thread(&state.world, self.id, self.channel, state.now));
    }

    #[track_caller]
    pub fn leaves_thread(&self) {
        self.does(|state| people::leave_thread(&state.world, self.id, self.channel, state.now));
    }

    /// Brings somebody into the thread.
    #[track_caller]
    pub fn adds_to_thread(&self, person: &Person) {
        let user = person.id;
        self.does(|state| {
            people::add_to_thread(&state.world, self.id, self.channel, user, state.now)
        });
    }

    /// Brings the bot into the thread.
    #[track_caller]
    pub fn adds_bot_to_thread(&self) {
        self.does(|state| {
            let bot = state.world.application.bot;
            people::add_to_thread(&state.world, self.id, self.channel, bot, state.now)
        });
    }

    /// Archives the thread, or opens it again.
    #[track_caller]
    pub fn archives_thread(&self, archived: bool) {
        self.edits_thread(ThreadEdit::archive(archived));
    }

    /// Locks the thread, or unlocks it.
    #[track_caller]
    pub fn locks_thread(&self, locked: bool) {
        self.edits_thread(ThreadEdit {
            locked: Some(locked),
            ..ThreadEdit::default()
        });
    }

    #[track_caller]
    fn edits_thread(&self, edit: ThreadEdit) {
        self.does(|state| {
            people::edit_thread(&state.world, self.id, self.channel, edit, state.now)
        });
    }

    #[track_caller]
    fn begins_thread(&self, name: &str, from: Option<Id>, private: bool) -> Channel {
        self.starts_as(Start {
            name,
            from,
            private,
            ..Start::default()
        })
    }

    /// Writes a post into a forum, with a title, a text and tags.
    #[track_caller]
    pub fn posts(&self, name: &str, content: &str, tags: &[Id]) -> Channel {
        self.starts_as(Start {
            name,
            content: Some(content),
            tags,
            ..Start::default()
        })
    }

    #[track_caller]
    fn starts_as(&self, start: Start<'_>) -> Channel {
        let begun = self.hub.with(|state| {
            let (world, now) = (&state.world, state.now);
            let change = people::start_thread(world, self.id, self.channel, start, now)?;
            Ok::<_, String>(state.apply(change))
        });
        match begun {
            Ok(id) => Channel {
                hub: self.hub.clone(),
                id: id.unwrap_or_default(),
            },
            Err(sentence) => panic!("{sentence}"),
        }
    }
}
