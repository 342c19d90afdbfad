//! What people do to messages besides writing them.

use super::Here;
use crate::hub::State;
use crate::people;
use crate::snowflake::Id;
use crate::world::{Change, NewFile};

impl Here {
    /// Writes a message with files, of which each has a name and a content type, and returns its id.
    #[track_caller]
    pub fn sends(&self, content: &str, files: &[(&str, &str)]) -> Id {
        let sent = self.hub.with(|state| {
            let upload = |state: &mut State, (name, kind): &(&str, &str)| {
                state.apply(Change::Upload(NewFile {
                    filename: (*name).to_owned(),
                    description: None,
                    content_type: Some((*kind).to_owned()),
                    bytes: vec![0; 4].into(),
                    voice: None,
                }))
            };
            let files = files.iter().filter_map(|file| upload(state, file));
            let files: Vec<Id> = files.collect();
            let (world, now) = (&state.world, state.now);
            let draft = people::say_with(world, self.id, self.channel, content, &files, now)?;
            Ok::<_, String>(state.apply(Change::Post(Box::new(draft))))
        });
        match sent {
            Ok(id) => id.unwrap_or_default(),
            Err(sentence) => panic!("{sentence}"),
        }
    }

    /// Reacts to a message, with a Unicode emoji or `name:id`.
    #[track_caller]
    pub fn reacts(&self, message: Id, emoji: &str) {
        self.does(|state| {
            people::react(
                &state.world,
                self.id,
                self.channel,
                message,
                emoji,
                state.now,
            )
        });
    }

    /// Takes a reaction back.
    #[track_caller]
    pub fn unreacts(&self, message: Id, emoji: &str) {
        self.does(|state| {
            people::unreact(
                &state.world,
                self.id,
                self.channel,
                message,
                emoji,
                state.now,
            )
        });
    }

    /// Changes the text of an own message.
    #[track_caller]
    pub fn edits(&self, message: Id, content: &str) {
        self.does(|state| {
            let (world, now) = (&state.world, state.now);
            people::edit(world, self.id, self.channel, message, content, now)
        });
    }

    /// Deletes an own message, or another's where the person may manage messages.
    #[track_caller]
    pub fn deletes(&self, message: Id) {
        self.does(|state| {
            let (world, now) = (&state.world, state.now);
            people::delete(world, self.id, self.channel, message, now)
        });
    }

    /// Votes in a poll for these answers, by number from 1, and for no others.
    #[track_caller]
    pub fn votes(&self, message: Id, answers: &[u64]) {
        self.does(|state| {
            let (world, now) = (&state.world, state.now);
            people::vote(world, self.id, self.channel, message, answers, now)
        });
    }

    /// Tries to vote in a poll, and returns the sentence with which the client refuses.
    #[track_caller]
    pub fn cannot_vote(&self, message: Id, answers: &[u64]) -> String {
        let refused = self.hub.with_quietly(|state| {
            let (world, now) = (&state.world, state.now);
            people::vote(world, self.id, self.channel, message, answers, now)
        });
        match refused {
            Err(sentence) => sentence,
            Ok(_) => panic!("the vote counts, but the test says that it cannot"),
        }
    }

    /// Pins a message.
    #[track_caller]
    pub fn pins(&self, message: Id) {
        self.does(|state| people::pin(&state.world, self.id, self.channel, message, state.now));
    }

    /// Tries to write, and returns the sentence with which the client refuses.
    #[track_caller]
    pub fn cannot_say(&self, content: &str) -> String {
        let refused = self.hub.with_quietly(|state| {
            people::say(&state.world, self.id, self.channel, content, state.now)
        });
        match refused {
            Err(sentence) => sentence,
            Ok(_) => panic!("\"{content}\" can be said, but the test says that it cannot"),
        }
    }

    #[track_caller]
    pub(super) fn does(&self, make: impl FnOnce(&State) -> Result<Change, String>) {
        let done = self
            .hub
            .with(|state| make(state).map(|change| state.apply(change)));
        if let Err(sentence) = done {
            panic!("{sentence}");
        }
    }
}
