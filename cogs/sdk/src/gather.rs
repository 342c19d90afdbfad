//! Doing something once for many who ask: bars that move, a count that is shown, at most every few
//! seconds.
//!
//! Whoever asks first sets a timer, and who asks before it fires needs none. The timers of a server
//! fire one after the other, so what they do is under way once at a time.

use crate::error::Answer;
use crate::{clock, schedule, store};

/// After how many seconds a note of a timer counts no more: a crash came between the two.
const STALE: i64 = 60;

/// Has a timer of a guild fire in some seconds, unless it is set already.
pub fn soon(guild: &str, timer: &str, seconds: u32) -> Answer {
    let (notes, now) = (store::guild(guild), clock::now() as i64);
    let old = notes.get(&note(timer))?;
    if old.as_deref().is_some_and(|old| is_fresh(old, now)) {
        return Ok(());
    }
    let set = now.to_string();
    match notes.swap(&note(timer), old.as_deref(), Some(set.as_bytes()))? {
        true => schedule::guild(guild).set(timer, schedule::after_seconds(seconds)),
        // Somebody else has just set it.
        false => Ok(()),
    }
}

/// Notes that the timer has fired. Call it before looking at what there is to do: who asks from here
/// on sets the timer again.
pub fn begin(guild: &str, timer: &str) -> Answer {
    store::guild(guild).delete(&note(timer))
}

fn note(timer: &str) -> String {
    format!("soon:{timer}")
}

fn is_fresh(note: &[u8], now: i64) -> bool {
    let set = std::str::from_utf8(note)
        .ok()
        .and_then(|set| set.parse::<i64>().ok());
    set.is_some_and(|set| (now - set).abs() < STALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_counts_for_a_minute() {
        assert!(is_fresh(b"100", 100) && is_fresh(b"100", 159) && is_fresh(b"100", 90));
        assert!(!is_fresh(b"100", 160) && !is_fresh(b"x", 100) && !is_fresh(b"", 0));
    }
}
