//! What people do to the thread of a ticket without this cog: lock it, unlock it, delete it.
//!
//! The bot's own doing is told of as well. It notes first what it does then, so that there is nothing left
//! to note here.

use crate::keep::{self, Closed};
use crate::{close, log};
use cogbox_sdk::prelude::*;

/// A thread that is locked is a closed ticket, and one that is unlocked an open one. One that is archived,
/// as silence does it, opens with the next message.
pub fn changed(before: Option<&Channel>, after: &Channel) -> Answer {
    let locked = |channel: &Channel| channel.thread.as_ref().is_some_and(|thread| thread.locked);
    let (was, is) = (before.map(locked), locked(after));
    if was == Some(is) {
        return Ok(());
    }
    let Some(guild) = &after.guild else {
        return Ok(());
    };
    let Some(mut kept) = keep::find(guild, &after.id)? else {
        return Ok(());
    };
    let closed = Closed {
        by: None,
        reason: String::new(),
        at: clock::now(),
    };
    match is {
        true if close::note(guild, &mut kept, &closed)? => close::finish(guild, &kept),
        false
            if was.is_some() && kept.change(guild, |ticket| ticket.closed.take().is_some())? =>
        {
            log::changed(&kept);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A thread that is deleted takes its ticket along.
pub fn deleted(thread: &Channel) -> Answer {
    let Some(guild) = &thread.guild else {
        return Ok(());
    };
    if let Some(kept) = keep::find(guild, &thread.id)? {
        kept.forget(guild)?;
        log::deleted(&kept);
    }
    Ok(())
}
