//! What moderators do to messages, and how it is noted.

use serde_json::{Value, json};

use super::audit::{self, Note};
use super::moderation::Done;
use super::{Event, MessageAct, World};
use crate::clock::Time;
use crate::snowflake::Id;

impl World {
    pub(super) fn act_on_message(
        &mut self,
        channel: Id,
        message: Id,
        act: MessageAct,
        by: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let old = self.message(channel, message)?;
        let (author, pinned) = (old.author, old.pinned.is_some());
        let on_message = json!({"channel_id": channel, "message_id": message});
        let (action, options, changed): (u64, Value, bool) = match act {
            MessageAct::Delete => {
                self.delete_message(channel, message, events)?;
                let options = json!({"channel_id": channel, "count": "1"});
                (audit::MESSAGE_DELETE, options, true)
            }
            MessageAct::Pin => {
                self.pin(channel, message, by, now, events)?;
                (audit::MESSAGE_PIN, on_message, !pinned)
            }
            MessageAct::Unpin => {
                self.unpin(channel, message, events)?;
                (audit::MESSAGE_UNPIN, on_message, pinned)
            }
        };
        let note = Note {
            options,
            ..Note::of(action, author)
        };
        Some((message, if changed { vec![note] } else { Vec::new() }))
    }

    pub(super) fn delete_many(
        &mut self,
        channel: Id,
        messages: &[Id],
        events: &mut Vec<Event>,
    ) -> Done {
        let is_there = |message: &&Id| self.message(channel, **message).is_some();
        let count = messages.iter().filter(is_there).count();
        self.delete_messages(channel, messages, events)?;
        let note = Note {
            options: json!({"count": count.to_string()}),
            ..Note::of(audit::MESSAGE_BULK_DELETE, channel)
        };
        Some((channel, if count > 0 { vec![note] } else { Vec::new() }))
    }
}

impl World {
    /// Returns the word or the beginning of a link for which automatic moderation of the guild
    /// blocks a text.
    pub fn blocks(&self, channel: Id, text: &str) -> Option<&str> {
        let guild = self.guilds.get(&self.channels.get(&channel)?.guild?)?;
        let text = text.to_lowercase();
        let found = guild.blocked.iter().find(|word| text.contains(*word));
        found.map(String::as_str)
    }
}
