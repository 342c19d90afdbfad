//! Changes to the pins of a channel.

use super::messages::Standing;
use super::{Draft, Event, World};
use crate::clock::Time;
use crate::model::{Reference, kinds};
use crate::snowflake::Id;

impl World {
    /// Pins a message and says so in the channel. A message that is pinned already stays as it is.
    pub(super) fn pin(
        &mut self,
        channel: Id,
        message: Id,
        by: Id,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.channels.get_mut(&channel)?;
        let target = place.message_mut(message)?;
        if target.pinned.is_some() {
            return Some(message);
        }
        target.pinned = Some(now);
        let pinned = target.clone();
        place.last_pin = Some(now);
        events.push(Event::PinsChanged(channel));
        events.push(Event::MessageChanged(Box::new(pinned)));
        let note = Draft {
            channel,
            author: by,
            reference: Some(Reference::to(channel, message)),
            ..Draft::default()
        };
        self.place(note, Standing::of(kinds::PINNED), now, events);
        Some(message)
    }

    pub(super) fn unpin(
        &mut self,
        channel: Id,
        message: Id,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.channels.get_mut(&channel)?;
        let target = place.message_mut(message)?;
        if target.pinned.take().is_some() {
            let unpinned = target.clone();
            let newest = place.messages.iter().filter_map(|message| message.pinned);
            place.last_pin = newest.max();
            events.push(Event::PinsChanged(channel));
            events.push(Event::MessageChanged(Box::new(unpinned)));
        }
        Some(message)
    }
}
