//! Leaving when nothing plays for a while.

use crate::rules::Rules;
use cogbox_sdk::host::player;
use cogbox_sdk::prelude::*;

const TIMER: &str = "idle";

/// Begins to wait for something to play.
pub fn begin(guild: &str) -> Answer {
    match Rules::of(guild).idle_seconds()? {
        Some(seconds) => schedule::guild(guild).set(TIMER, schedule::after_seconds(seconds)),
        None => Ok(()),
    }
}

/// Waits no longer: something plays, or the bot is gone.
pub fn end(guild: &str) -> Answer {
    schedule::guild(guild).cancel(TIMER).map(drop)
}

/// Leaves, when the wait is over and nothing plays still.
pub fn over(guild: &str) -> Answer {
    if player::status(guild)?.is_some_and(|now| now.playing.is_none()) {
        player::leave(guild)?;
    }
    Ok(())
}
