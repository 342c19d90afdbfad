//! Changes to the reactions under messages.

use super::{Event, World};
use crate::model::Reaction;
use crate::snowflake::Id;

impl World {
    /// Adds a user's reaction. A repeated one changes nothing and tells nobody.
    pub(super) fn react(
        &mut self,
        channel: Id,
        message: Id,
        user: Id,
        name: String,
        custom: Option<Id>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let reactions = &mut self
            .channels
            .get_mut(&channel)?
            .message_mut(message)?
            .reactions;
        let at = find(reactions, &name, custom);
        match at.map(|at| &mut reactions[at].users) {
            Some(users) if users.contains(&user) => return Some(message),
            Some(users) => users.push(user),
            None => reactions.push(Reaction {
                name: name.clone(),
                custom,
                users: vec![user],
            }),
        }
        events.push(Event::ReactionAdded {
            channel,
            message,
            user,
            name,
            custom,
        });
        Some(message)
    }

    pub(super) fn unreact(
        &mut self,
        channel: Id,
        message: Id,
        user: Id,
        name: &str,
        custom: Option<Id>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let reactions = &mut self
            .channels
            .get_mut(&channel)?
            .message_mut(message)?
            .reactions;
        let at = find(reactions, name, custom)?;
        let by = reactions[at]
            .users
            .iter()
            .position(|other| *other == user)?;
        reactions[at].users.remove(by);
        if reactions[at].users.is_empty() {
            reactions.remove(at);
        }
        events.push(Event::ReactionRemoved {
            channel,
            message,
            user,
            name: name.to_owned(),
            custom,
        });
        Some(message)
    }

    /// Removes all reactions from a message, or all with one emoji.
    pub(super) fn clear_reactions(
        &mut self,
        channel: Id,
        message: Id,
        emoji: Option<(String, Option<Id>)>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let reactions = &mut self
            .channels
            .get_mut(&channel)?
            .message_mut(message)?
            .reactions;
        match &emoji {
            Some((name, custom)) => {
                let at = find(reactions, name, *custom)?;
                reactions.remove(at);
            }
            None => reactions.clear(),
        }
        events.push(Event::ReactionsCleared {
            channel,
            message,
            emoji,
        });
        Some(message)
    }
}

/// Finds the reaction with this emoji: custom emoji are told apart by id, others by name.
fn find(reactions: &[Reaction], name: &str, custom: Option<Id>) -> Option<usize> {
    reactions
        .iter()
        .position(|reaction| reaction.is(name, custom))
}
