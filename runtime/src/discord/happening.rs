//! Something that cogs are told, and what of it those are told that may not read messages.

use cogbox_world::cogbox::discord::model::Message;
use serenity::model::id::UserId;

use crate::cog::events::Event;
use crate::host::Origin;

/// Something to tell.
pub(super) struct Happening {
    /// Where it comes from.
    pub(super) origin: Origin,
    /// What happened, for cogs that may read messages.
    pub(super) event: Event,
    /// The same for those that may not, where it differs.
    without_content: Option<Event>,
}

impl Happening {
    pub(super) fn of(origin: Origin, event: Event) -> Self {
        Self {
            origin,
            event,
            without_content: None,
        }
    }

    /// Returns what a cog is told, which may read messages or not.
    pub(super) fn told(&self, content: bool) -> Event {
        let without = self.without_content.as_ref().filter(|_| !content);
        without.unwrap_or(&self.event).clone()
    }

    pub(super) fn with_messages(origin: Origin, event: Event, me: Option<UserId>) -> Self {
        let mut blanked = event.clone();
        let messages: Vec<&mut Message> = match &mut blanked {
            Event::MessageCreated(message) => vec![message],
            Event::MessageEdited(before, after) => before.iter_mut().chain([after]).collect(),
            Event::MessageDeleted(_, _, _, known) => known.iter_mut().collect(),
            _ => Vec::new(),
        };
        for message in messages
            .into_iter()
            .filter(|message| !readable(message, me))
        {
            message.content.clear();
            message.embeds.clear();
            message.attachments.clear();
        }
        let without_content = (blanked != event).then_some(blanked);
        Self {
            origin,
            event,
            without_content,
        }
    }
}

/// What the bot may read without the privileged intent.
fn readable(message: &Message, me: Option<UserId>) -> bool {
    message.guild.is_none()
        || is(&message.author.id, me)
        || message.mentioned_users.iter().any(|user| is(user, me))
}

/// Whether an id, as the contract writes it, is a user's.
pub(super) fn is(id: &str, user: Option<UserId>) -> bool {
    user.is_some_and(|user| user.to_string() == id)
}
