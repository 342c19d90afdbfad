//! Bans that end: a timer for each, which outlives restarts. The cog needs `schedule` and `moderation`,
//! and `act-alone`, since nobody asks when a ban ends.

use crate::discord::moderation;
use crate::error::{Answer, ErrorKind};
use crate::raw::cogbox::host::basics::Timer;
use crate::schedule;

const NAME: &str = "unban:";
/// How long is waited when Discord could not lift a ban just then, and how often it is tried.
const AGAIN_SECONDS: u32 = 600;
const TRIES: u32 = 100;
/// The shortest and the longest, in seconds: timers look five years ahead.
pub const SHORTEST: u64 = 60;
/// See [`SHORTEST`].
pub const LONGEST: u64 = 5 * 365 * 24 * 3_600;

/// What became of a ban whose time was over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// It was lifted.
    Lifted,
    /// Somebody had lifted it already.
    Gone,
    /// Discord can't do it now; it is tried again later.
    Later,
    /// It can't be lifted, with the reason.
    Stays(String),
}

fn name(user: &str) -> String {
    format!("{NAME}{user}")
}

/// Has a ban end at a time. Set it before the ban: one that never ends would be worse than a timer for
/// nothing.
pub fn set(guild: &str, user: &str, until: f64) -> Answer {
    schedule::guild(guild).set(&name(user), schedule::at(until).payload("0"))
}

/// Forgets that a ban ends, because it has ended or is for good now. Returns whether it did end.
pub fn forget(guild: &str, user: &str) -> Answer<bool> {
    schedule::guild(guild).cancel(&name(user))
}

/// Returns whose ban a timer ends, with their guild; `None` where the timer is another one.
pub fn is_about(timer: &Timer) -> Option<(&str, &str)> {
    Some((timer.guild.as_deref()?, timer.name.strip_prefix(NAME)?))
}

/// Lifts a ban whose time is over.
pub fn lift(timer: &Timer, guild: &str, user: &str, reason: &str) -> Answer<Over> {
    let refused = match moderation::unban(guild, user, Some(reason)) {
        Ok(()) => return Ok(Over::Lifted),
        Err(refused) if refused.kind == ErrorKind::NotFound => return Ok(Over::Gone),
        Err(refused) => refused,
    };
    let tried: u32 = timer.text()?.parse().unwrap_or(TRIES);
    let lasts = matches!(refused.kind, ErrorKind::Denied | ErrorKind::Forbidden);
    if lasts || tried >= TRIES {
        let why = refused.message.trim_end_matches('.');
        return Ok(Over::Stays(why.to_owned()));
    }
    let again = schedule::after_seconds(AGAIN_SECONDS).payload((tried + 1).to_string());
    schedule::guild(guild).set(&timer.name, again)?;
    Ok(Over::Later)
}
