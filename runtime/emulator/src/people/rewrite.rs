//! What a person does to what they wrote, or to what others wrote: changing it, and deleting it.

use super::react::shown;
use super::say::LONGEST;
use crate::clock::Time;
use crate::model::Actor;
use crate::model::permissions::{MANAGE_MESSAGES, MENTION_EVERYONE};
use crate::rules::allowed_mentions::Allowed;
use crate::snowflake::Id;
use crate::world::{Action, Change, Edit, MessageAct, World};

/// Changes the text of a person's own message.
pub fn edit(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    content: &str,
    now: Time,
) -> Result<Change, String> {
    let found = shown(world, person, channel, message, now)?;
    if found.author != person {
        return Err("A message can be edited by who wrote it, and by nobody else.".to_owned());
    }
    let place = world.channels.get(&channel);
    if place.is_some_and(|place| place.is_archived()) {
        return Err("This thread is archived.".to_owned());
    }
    if found.poll.is_some() {
        return Err("Polls cannot be edited.".to_owned());
    }
    let content = content.trim();
    if content.is_empty() && found.attachments.is_empty() {
        return Err("There is nothing left of this message; delete it instead.".to_owned());
    }
    if content.chars().count() > LONGEST {
        return Err(format!("A message takes at most {LONGEST} characters."));
    }
    let guild = found.guild.and_then(|id| world.guilds.get(&id));
    let everyone = guild.is_some() && world.may(person, channel, MENTION_EVERYONE, now);
    let mut mentions = Allowed::unsaid(false).mentions(content, guild, everyone);
    mentions.users.retain(|user| world.user(*user).is_some());
    Ok(Change::EditMessage {
        channel,
        message,
        edit: Box::new(Edit {
            content: Some(content.to_owned()),
            mentions: Some(mentions),
            ..Edit::default()
        }),
    })
}

/// Deletes a person's own message, or another's when they may manage messages, which stands in the
/// audit log.
pub fn delete(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    now: Time,
) -> Result<Change, String> {
    let found = shown(world, person, channel, message, now)?;
    let in_guild = found.guild.is_some();
    if found.author != person && !(in_guild && world.may(person, channel, MANAGE_MESSAGES, now)) {
        let who = world.user(person).map_or("Somebody", |user| user.shown());
        return Err(format!("{who} may not delete what others wrote here."));
    }
    let guild = found.guild.filter(|_| found.author != person);
    Ok(match guild {
        None => Change::DeleteMessage { channel, message },
        Some(guild) => Change::Audited {
            guild,
            by: Actor {
                user: person,
                reason: None,
            },
            action: Box::new(Action::OnMessage {
                channel,
                message,
                act: MessageAct::Delete,
            }),
        },
    })
}
