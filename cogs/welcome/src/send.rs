//! Sending what is to be said.

use crate::rules::{Kind, Place, Rules};
use crate::{greeting, trouble};
use cogbox_sdk::discord::{direct_messages, guilds, messages};
use cogbox_sdk::prelude::*;

/// Says something about somebody, where that is wanted. What can't be sent is kept for the admins.
pub fn quietly(guild: &str, kind: Kind, user: &User) -> Answer {
    let rules = Rules::of(guild);
    let Some(place) = rules.place(kind)? else {
        return Ok(());
    };
    if !rules.tells_of(user)? {
        return Ok(());
    }
    let before = trouble::at(guild, kind, &place)?;
    if before.as_ref().is_some_and(trouble::Trouble::rests) {
        return Ok(());
    }
    let sent = guilds::get(guild)
        .map_err(Error::from)
        .and_then(|guild| greeting::message(&guild, kind, user))
        .and_then(|message| to(&place, &user.id, &message));
    let error = match sent {
        Ok(()) if before.is_some() => return trouble::over(guild, kind),
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    let Some(of) = error.kind() else {
        return Err(error);
    };
    match trouble::why(&place, of, error.sentence()) {
        Some(why) => trouble::note(guild, kind, &place, why),
        None => {
            debug!("a {} was not sent: {error}", kind.name());
            Ok(())
        }
    }
}

/// Sends a message to a place.
pub fn to(place: &Place, user: &str, message: &OutgoingMessage) -> Answer {
    match place {
        Place::Channel(id) => messages::send(id, message)?,
        Place::Direct => direct_messages::send(user, message)?,
    };
    Ok(())
}
