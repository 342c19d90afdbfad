//! Emojis of a guild.

use super::audit::{self, Note};
use super::moderation::Done;
use super::{EmojiEdit, Event, World};
use crate::clock::Time;
use crate::model::Emoji;
use crate::snowflake::Id;

impl World {
    pub(super) fn create_emoji(
        &mut self,
        guild: Id,
        creator: Id,
        edit: EmojiEdit,
        animated: bool,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let id = self.ids.next(now);
        let mut emoji = Emoji {
            id,
            name: String::new(),
            animated,
            roles: Vec::new(),
            creator,
        };
        edit.apply(&mut emoji);
        let note = Note::of(audit::EMOJI_CREATE, id);
        let note = note.changing(Vec::new(), audit::emoji(&emoji));
        self.guilds.get_mut(&guild)?.emojis.insert(id, emoji);
        events.push(Event::EmojisChanged(guild));
        Some((id, vec![note]))
    }

    pub(super) fn edit_emoji(
        &mut self,
        guild: Id,
        id: Id,
        edit: EmojiEdit,
        events: &mut Vec<Event>,
    ) -> Done {
        let emoji = self.guilds.get_mut(&guild)?.emojis.get_mut(&id)?;
        let old = audit::emoji(emoji);
        edit.apply(emoji);
        let note = Note::of(audit::EMOJI_UPDATE, id).changing(old, audit::emoji(emoji));
        if note.changes.is_empty() {
            return Some((id, Vec::new()));
        }
        events.push(Event::EmojisChanged(guild));
        Some((id, vec![note]))
    }

    pub(super) fn delete_emoji(&mut self, guild: Id, id: Id, events: &mut Vec<Event>) -> Done {
        let emoji = self.guilds.get_mut(&guild)?.emojis.remove(&id)?;
        let note = Note::of(audit::EMOJI_DELETE, id);
        let note = note.changing(audit::emoji(&emoji), Vec::new());
        events.push(Event::EmojisChanged(guild));
        Some((id, vec![note]))
    }
}
