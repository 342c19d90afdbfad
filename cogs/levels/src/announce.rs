//! Telling of new levels.

use crate::rules::{Announce, Rules};
use cogbox_sdk::discord::{direct_messages, guilds, messages};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::prelude::*;

/// Tells of a level that somebody reached with a message. Where that can't be said, it is not: nobody
/// waits for it.
pub fn reached(guild: &str, message: &Message, level: u32) -> Answer {
    let announce = Rules::of(guild).announce()?;
    if announce == Announce::Off {
        return Ok(());
    }
    let guild = match guilds::get(guild) {
        Ok(guild) => guild,
        Err(refused) => {
            debug!("level {level} was not told of: {}", refused.message);
            return Ok(());
        }
    };
    let user = &message.author.id;
    let text = |whom: String| t!(guild, reached, whom = whom, level = level);
    let sent = match announce {
        Announce::Off => return Ok(()),
        Announce::Direct => {
            let server = escape(&guild.name);
            let text = t!(guild, reached_directly, server = server, level = level);
            direct_messages::send(user, &text.into())
        }
        Announce::Here => {
            let to = OutgoingMessage::text(text(mention_user(user))).ping_user(user);
            messages::send(&message.channel, &to)
        }
        Announce::In(channel) => {
            let to = OutgoingMessage::text(text(mention_user(user))).ping_user(user);
            messages::send(&channel, &to)
        }
    };
    if let Err(error) = sent {
        debug!("level {level} was not told of: {}", error.message);
    }
    Ok(())
}
