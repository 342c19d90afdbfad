//! How fast a cog may set timers: without a limit, one that is due at once and sets itself again
//! would keep the database busy for ever.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Most timers that a cog sets in one guild in a minute.
pub const MAX: u32 = 300;
const MINUTE: Duration = Duration::from_secs(60);
/// Counts kept before those of past minutes are thrown away.
const KEPT: usize = 4_096;

/// How many timers were set of late, by cog and guild.
#[derive(Default)]
pub struct Pace {
    counts: HashMap<(String, u64), (Instant, u32)>,
}

impl Pace {
    /// Counts one more; the error is how long to wait for the next minute.
    pub fn set(&mut self, cog: &str, guild: u64, now: Instant) -> Result<(), Duration> {
        if self.counts.len() >= KEPT {
            self.counts
                .retain(|_, (began, _)| now.duration_since(*began) < MINUTE);
        }
        let (began, count) = self
            .counts
            .entry((cog.to_owned(), guild))
            .or_insert((now, 0));
        if now.duration_since(*began) >= MINUTE {
            (*began, *count) = (now, 0);
        }
        if *count >= MAX {
            return Err(MINUTE - now.duration_since(*began));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_room_for_so_many() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        for _ in 0..MAX {
            pace.set("a", 7, after(0)).unwrap();
        }
        assert_eq!(pace.set("a", 7, after(20)), Err(Duration::from_secs(40)));
        pace.set("a", 8, after(20)).unwrap();
        pace.set("b", 7, after(20)).unwrap();
        pace.set("a", 7, after(60)).unwrap();
    }

    #[test]
    fn past_minutes_are_forgotten() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        for guild in 0..KEPT as u64 {
            pace.set("a", guild, start).unwrap();
        }
        pace.set("a", 0, start + MINUTE).unwrap();
        assert_eq!(pace.counts.len(), 1);
    }
}
