//! What happened to messages: their stars are counted soon.

use crate::keep::{self, Kept};
use crate::rules::{self, Rules};
use crate::{count, view};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::Reaction;

/// Somebody gave or took a reaction.
pub fn reacted(reaction: &Reaction) -> Answer {
    let Some(guild) = &reaction.guild else {
        return Ok(());
    };
    let rules = Rules::of(guild);
    let Some(board) = rules.board()? else {
        return Ok(());
    };
    if !rules::is_same(&rules.emoji()?.0, &reaction.emoji) {
        return Ok(());
    }
    let (channel, message) = match reaction.channel == board {
        // A star for what is on the starboard is one for the message.
        true => match Kept::of_post(guild, &reaction.message)? {
            Some(place) => place,
            None => return Ok(()),
        },
        false => (reaction.channel.clone(), reaction.message.clone()),
    };
    count::soon(guild, &channel, &message)
}

/// Somebody changed a message: what is shown of it changes too.
pub fn edited(message: &Message) -> Answer {
    let Some(guild) = &message.guild else {
        return Ok(());
    };
    match Kept::find(guild, &message.id)? {
        Some(kept) => count::soon(guild, &kept.starred.channel, &kept.message),
        None => Ok(()),
    }
}

/// Messages were deleted: they are not shown any more.
pub fn deleted(guild: &str, ids: &[String]) -> Answer {
    for kept in keep::all(guild)? {
        if ids.contains(&kept.message) {
            view::take_down(guild, &kept)?;
        }
    }
    Ok(())
}
