//! Writing a message.

use std::time::Duration;

use crate::clock::Time;
use crate::model::permissions::{
    ATTACH_FILES, BYPASS_SLOWMODE, MENTION_EVERYONE, READ_MESSAGE_HISTORY,
};
use crate::model::{CATEGORY, Reference, kinds};
use crate::rules::allowed_mentions::Allowed;
use crate::snowflake::Id;
use crate::world::{Draft, World};

pub(super) const LONGEST: usize = 2_000;
const MOST_FILES: usize = 10;

/// Checks a message by a person and makes its draft.
pub fn say(
    world: &World,
    person: Id,
    channel: Id,
    content: &str,
    now: Time,
) -> Result<Draft, String> {
    say_with(world, person, channel, content, &[], now)
}

/// Checks a message by a person with files they have picked, and makes its draft.
pub fn say_with(
    world: &World,
    person: Id,
    channel: Id,
    content: &str,
    files: &[Id],
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
    if !world.may_write(person, channel, now) {
        return Err(format!("{who} may not write here."));
    }
    if world.is_locked_to(person, channel, now) {
        return Err("This thread is locked.".to_owned());
    }
    if place.threads_only() || place.kind == CATEGORY {
        return Err("This channel takes no messages.".to_owned());
    }
    let mut messages = place.messages.iter().rev();
    let last = messages.find(|message| message.author == person);
    let waits = place.slow_mode > 0 && !world.may(person, channel, BYPASS_SLOWMODE, now);
    let until = last.map(|last| last.created.plus(Duration::from_secs(place.slow_mode)));
    if let Some(left) = until.filter(|until| waits && *until > now) {
        let left = left.since(now).as_secs_f64().ceil();
        return Err(format!(
            "Slow mode is on: {who} may write again in {left} s."
        ));
    }
    let content = content.trim();
    if files.len() > MOST_FILES {
        return Err(format!("A message takes at most {MOST_FILES} files."));
    }
    if !files.is_empty() && !world.may(person, channel, ATTACH_FILES, now) {
        return Err(format!("{who} may not send files here."));
    }
    let files = world.picked(files);
    let files = files.ok_or("That file is not here any more; pick it again.")?;
    if content.is_empty() && files.is_empty() {
        return Err("There is nothing to send.".to_owned());
    }
    if content.chars().count() > LONGEST {
        return Err(format!("A message takes at most {LONGEST} characters."));
    }
    if world.blocks(channel, content).is_some() {
        return Err("Automatic moderation blocks this message.".to_owned());
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
        files,
        ..Draft::default()
    })
}

/// Makes a draft the reply to a message of the same channel, whose author is then mentioned.
pub fn reply_to(world: &World, draft: &mut Draft, target: &str, now: Time) -> Result<(), String> {
    if !world.may(draft.author, draft.channel, READ_MESSAGE_HISTORY, now) {
        return Err("Who cannot read what was written here cannot reply to it.".to_owned());
    }
    let target = target.parse().ok();
    let target = target.and_then(|id| world.message(draft.channel, id));
    let target =
        target.filter(|message| message.only_for.is_none() && kinds::written(message.kind));
    let target = target.ok_or("This message cannot be replied to.")?;
    draft.reference = Some(Reference::to(draft.channel, target.id));
    if target.author != draft.author && !draft.mentions.users.contains(&target.author) {
        draft.mentions.users.push(target.author);
    }
    Ok(())
}
