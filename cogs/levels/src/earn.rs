//! Points for messages.

use crate::rules::Rules;
use crate::{announce, curve, points, rewards, rules};
use cogbox_sdk::prelude::*;

/// Discord's numbers of what people write: messages, and answers to one.
const WRITTEN: [u16; 2] = [0, 19];

/// Gives points for a message, and what comes with a level.
pub fn written(message: &Message) -> Answer {
    let Some(guild) = &message.guild else {
        return Ok(());
    };
    if message.author.bot || message.webhook || !WRITTEN.contains(&message.kind) {
        return Ok(());
    }
    if rules::ignored(guild)?.contains(&message.channel) {
        return Ok(());
    }
    let amount = Rules::of(guild).amount()?;
    let earned = match points::earn(guild, &message.author.id, amount) {
        Err(full) if full.kind() == Some(ErrorKind::Quota) => {
            warn!("the room of this server is full; new members earn nothing");
            None
        }
        earned => earned?,
    };
    let Some((before, after)) = earned else {
        return Ok(());
    };
    let (level, _) = curve::level(after);
    if level > curve::level(before).0 {
        announce::reached(guild, message, level)?;
    }
    // At each message that counts: who came back, or got there by an admin, has theirs soon.
    rewards::give(guild, &message.author.id, &message.author_roles, level)
}
