//! The number of those who joined: shown at most every few seconds, by one call at a time.

use crate::keep::{self, Kept, Stage};
use crate::{end, view};
use cogbox_sdk::discord::messages;
use cogbox_sdk::prelude::*;

/// What the timer's name begins with; the giveaway's id follows.
pub const TIMER: &str = "count";
/// How long changes are gathered, and how long it takes until what failed is tried again.
const SECONDS: u32 = 3;
const AGAIN: u32 = 30;

/// Has the number be shown soon.
pub fn soon(guild: &str, id: &str) -> Answer {
    gather::soon(guild, &timer(id), SECONDS)
}

/// Shows the number.
pub fn draw(guild: &str, id: &str) -> Answer {
    gather::begin(guild, &timer(id))?;
    let running = |kept: &Kept| kept.giveaway.stage == Stage::Running;
    let Some(kept) = Kept::find(guild, id)?.filter(running) else {
        return Ok(());
    };
    let (giveaway, count) = (&kept.giveaway, keep::entrants(guild, id)?.len());
    let view = view::running(id, &kept.host, giveaway, count);
    match messages::edit(&giveaway.channel, &giveaway.message, &view.into()) {
        Ok(_) => Ok(()),
        // Somebody deleted the message, and with it the giveaway.
        Err(gone) if gone.kind == ErrorKind::NotFound => {
            end::cancel(guild, id)?;
            end::forget(guild, id)
        }
        Err(refused) => {
            debug!("the giveaway {id} can't be shown now: {}", refused.message);
            gather::soon(guild, &timer(id), AGAIN)
        }
    }
}

fn timer(id: &str) -> String {
    format!("{TIMER}:{id}")
}
