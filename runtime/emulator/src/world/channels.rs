//! Channels of a guild, made, changed and deleted by moderators.

use serde_json::{Value, json};

use super::audit::{self, Note, overwrite_type};
use super::guilds::new_channel;
use super::moderation::Done;
use super::{ChannelEdit, Event, World};
use crate::clock::Time;
use crate::model::{Channel, ForumTag, Overwrite, OverwriteKind, TEXT_CHANNEL};
use crate::snowflake::Id;

/// In bits a second, as Discord gives it to new voice channels.
const USUAL_BITRATE: u64 = 64_000;

impl World {
    pub(super) fn create_channel(
        &mut self,
        guild: Id,
        edit: ChannelEdit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let id = self.ids.next(now);
        let channels = &mut self.guilds.get_mut(&guild)?.channels;
        let mut channel = Channel {
            guild: Some(guild),
            position: channels.len() as u64,
            ..new_channel(id, edit.kind.unwrap_or(TEXT_CHANNEL), String::new())
        };
        if channel.is_voice() {
            channel.bitrate = USUAL_BITRATE;
        }
        let edit = number_tags(edit, &[], || self.ids.next(now));
        edit.apply(&mut channel);
        let note = Note::of(audit::CHANNEL_CREATE, id);
        let note = note.changing(Vec::new(), audit::channel(&channel));
        channels.push(id);
        self.channels.insert(id, channel);
        events.push(Event::ChannelCreated(id));
        Some((id, vec![note]))
    }

    /// Overwrites are noted one by one, apart from the rest.
    pub(super) fn edit_channel(
        &mut self,
        id: Id,
        edit: ChannelEdit,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Done {
        let channel = self.channels.get_mut(&id)?;
        let edit = number_tags(edit, &channel.forum.tags, || self.ids.next(now));
        let (old, old_overwrites) = (audit::channel(channel), channel.overwrites.clone());
        edit.apply(channel);
        let note = Note::of(audit::CHANNEL_UPDATE, id).changing(old, audit::channel(channel));
        let overwrites = channel.overwrites.clone();
        let mut notes = vec![note];
        for new in &overwrites {
            let old = find(&old_overwrites, new.target, new.kind);
            notes.push(self.overwrite_note(id, old, Some(new)));
        }
        let gone = |old: &&Overwrite| find(&overwrites, old.target, old.kind).is_none();
        for old in old_overwrites.iter().filter(gone) {
            notes.push(self.overwrite_note(id, Some(old), None));
        }
        notes.retain(|note| !note.changes.is_empty());
        if !notes.is_empty() {
            events.push(Event::ChannelChanged(id));
            events.push(Event::CommandsChanged);
        }
        Some((id, notes))
    }

    pub(super) fn delete_channel(&mut self, id: Id, now: Time, events: &mut Vec<Event>) -> Done {
        let guild = self.channels.get(&id)?.guild?;
        let place = self.guilds.get_mut(&guild)?;
        place.channels.retain(|other| *other != id);
        for channel in [&mut place.afk_channel, &mut place.system_channel] {
            *channel = channel.filter(|other| *other != id);
        }
        let invites = place.invites.values();
        let codes = invites.filter(|invite| invite.channel == id && invite.is_good(now));
        let codes: Vec<String> = codes.map(|invite| invite.code.clone()).collect();
        let below: Vec<Id> = place
            .channels
            .iter()
            .chain(&place.threads)
            .copied()
            .collect();
        self.webhooks.retain(|_, webhook| webhook.channel != id);
        for code in codes {
            self.remove_invite(guild, &code, events);
        }
        self.clear_voice(guild, id, events);
        let channel = self.channels.remove(&id)?;
        for other in below {
            let Some(below) = self.channels.get_mut(&other) else {
                continue;
            };
            if below.parent != Some(id) {
                continue;
            }
            if below.thread.is_some() {
                self.channels.remove(&other);
                if let Some(place) = self.guilds.get_mut(&guild) {
                    place.threads.retain(|thread| *thread != other);
                }
            } else {
                below.parent = None;
                events.push(Event::ChannelChanged(other));
            }
        }
        let note = Note::of(audit::CHANNEL_DELETE, id);
        let note = note.changing(audit::channel(&channel), Vec::new());
        events.push(Event::ChannelDeleted(Box::new(channel)));
        events.push(Event::CommandsChanged);
        Some((id, vec![note]))
    }

    pub(super) fn write_overwrite(
        &mut self,
        channel: Id,
        overwrite: Overwrite,
        events: &mut Vec<Event>,
    ) -> Done {
        let overwrites = &self.channels.get(&channel)?.overwrites;
        let old = find(overwrites, overwrite.target, overwrite.kind);
        let note = self.overwrite_note(channel, old, Some(&overwrite));
        if note.changes.is_empty() {
            return Some((channel, Vec::new()));
        }
        self.set_overwrite(channel, overwrite, events)?;
        Some((channel, vec![note]))
    }

    pub(super) fn drop_overwrite(
        &mut self,
        id: Id,
        target: Id,
        kind: OverwriteKind,
        events: &mut Vec<Event>,
    ) -> Done {
        let old = find(&self.channels.get(&id)?.overwrites, target, kind)?;
        let note = self.overwrite_note(id, Some(old), None);
        let overwrites = &mut self.channels.get_mut(&id)?.overwrites;
        overwrites.retain(|other| (other.target, other.kind) != (target, kind));
        events.push(Event::ChannelChanged(id));
        events.push(Event::CommandsChanged);
        Some((id, vec![note]))
    }

    /// Returns the note of an overwrite made, changed or dropped; without changes if it is none of
    /// these.
    fn overwrite_note(
        &self,
        channel: Id,
        old: Option<&Overwrite>,
        new: Option<&Overwrite>,
    ) -> Note {
        let action = match (old, new) {
            (None, _) => audit::OVERWRITE_CREATE,
            (Some(_), Some(_)) => audit::OVERWRITE_UPDATE,
            (Some(_), None) => audit::OVERWRITE_DELETE,
        };
        let traits = |side: Option<&Overwrite>| side.map(audit::overwrite).unwrap_or_default();
        let mut note = Note::of(action, channel).changing(traits(old), traits(new));
        if let Some(overwrite) = new.or(old) {
            note.options = self.overwrite_options(channel, overwrite);
        }
        note
    }

    fn overwrite_options(&self, channel: Id, overwrite: &Overwrite) -> Value {
        let mut options = json!({
            "id": overwrite.target,
            "type": overwrite_type(overwrite.kind).to_string(),
        });
        let guild = self
            .channels
            .get(&channel)
            .and_then(|channel| channel.guild);
        let guild = guild.and_then(|id| self.guilds.get(&id));
        if let Some(role) = guild.and_then(|guild| guild.roles.get(&overwrite.target)) {
            options["role_name"] = json!(role.name);
        }
        options
    }
}

/// Gives new tags their ids.
fn number_tags(
    mut edit: ChannelEdit,
    known: &[ForumTag],
    mut next: impl FnMut() -> Id,
) -> ChannelEdit {
    for tag in edit.forum.tags.iter_mut().flatten() {
        if !known.iter().any(|known| known.id == tag.id) {
            tag.id = next();
        }
    }
    edit
}

fn find(overwrites: &[Overwrite], target: Id, kind: OverwriteKind) -> Option<&Overwrite> {
    let mut overwrites = overwrites.iter();
    overwrites.find(|other| (other.target, other.kind) == (target, kind))
}
