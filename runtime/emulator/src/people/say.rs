//! Writing a message.

use crate::clock::Time;
use crate::model::permissions::{MENTION_EVERYONE, SEND_MESSAGES, VIEW_CHANNEL};
use crate::rules::allowed_mentions::Allowed;
use crate::snowflake::Id;
use crate::world::{Draft, World};

const LONGEST: usize = 2_000;

/// Checks a message by a person and makes its draft.
pub fn say(
    world: &World,
    person: Id,
    channel: Id,
    content: &str,
    now: Time,
) -> Result<Draft, String> {
    let place = world
        .channels
        .get(&channel)
        .ok_or("This channel is not there any more.")?;
    let who = world
        .user(person)
        .ok_or("There is no such person.")?
        .shown();
    if !world.may(person, channel, VIEW_CHANNEL | SEND_MESSAGES, now) {
        return Err(format!("{who} may not write here."));
    }
    let content = content.trim();
    if content.is_empty() {
        return Err("There is nothing to send.".to_owned());
    }
    if content.chars().count() > LONGEST {
        return Err(format!("A message takes at most {LONGEST} characters."));
    }
    let guild = place.guild.and_then(|id| world.guilds.get(&id));
    let everyone = guild.is_some() && world.may(person, channel, MENTION_EVERYONE, now);
    let mut mentions = Allowed::unsaid(false).mentions(content, guild, everyone);
    mentions.users.retain(|user| world.user(*user).is_some());
    Ok(Draft {
        channel,
        author: person,
        content: content.to_owned(),
        mentions,
        ..Draft::default()
    })
}
