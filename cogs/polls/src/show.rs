//! The bars move: at most every few seconds, by one call at a time.

use crate::keep::Kept;
use crate::{end, view};
use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;

/// What the timer's name begins with; the poll's id follows.
pub const TIMER: &str = "draw";
/// How long votes are gathered, and how long it takes until what failed is tried again.
const SECONDS: u32 = 3;
const AGAIN: u32 = 30;

/// Has the bars move soon.
pub fn soon(guild: &str, id: &str) -> Answer {
    gather::soon(guild, &timer(id), SECONDS)
}

/// Moves the bars.
pub fn draw(guild: &str, id: &str) -> Answer {
    gather::begin(guild, &timer(id))?;
    let Some(kept) = Kept::find(guild, id)?.filter(|kept| !kept.poll.closed) else {
        return Ok(());
    };
    let (poll, votes) = (&kept.poll, kept.votes(guild)?);
    let view = view::running(id, &kept.author, poll, &votes);
    match messages::edit(&poll.channel, &poll.message, &view.into()) {
        Ok(_) => Ok(()),
        // Somebody deleted the message, and with it the poll.
        Err(gone) if gone.kind == ErrorKind::NotFound => {
            end::cancel(guild, id)?;
            kept.forget(guild)
        }
        Err(refused) => {
            debug!("the poll {id} can't be shown now: {}", refused.message);
            gather::soon(guild, &timer(id), AGAIN)
        }
    }
}

/// Returns the name of a poll's timer.
pub fn timer(id: &str) -> String {
    format!("{TIMER}:{id}")
}
