//! The wall clock, as timers and cogs read it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

/// The machine's wall clock, which a test may move. Clones move together.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// How far it is ahead of the machine's, in milliseconds.
    ahead: Arc<AtomicI64>,
    /// Since when it is slow, and how many times.
    slow: Arc<OnceLock<(SystemTime, u32)>>,
}

impl Clock {
    /// Returns the time now.
    pub fn now(&self) -> SystemTime {
        let ahead = self.ahead.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        let mut now = SystemTime::now();
        if let Some((since, times)) = self.slow.get() {
            now = *since + now.duration_since(*since).unwrap_or_default() / *times;
        }
        let moved = match ahead {
            0.. => now.checked_add(by),
            _ => now.checked_sub(by),
        };
        moved.unwrap_or(now)
    }

    /// Returns the time now in milliseconds since 1970, as the database keeps it.
    pub fn millis(&self) -> i64 {
        let since = self.now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| since.as_millis() as i64)
    }

    /// Moves it by so many seconds, forward or back, as an administrator or a time server does.
    pub fn jump(&self, seconds: i64) {
        self.ahead.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    /// Has a second take so many times as long from now on, so that a test that takes its time on a busy
    /// machine is in time all the same. It is slow once: a second call changes nothing.
    ///
    /// # Panics
    ///
    /// When it is asked to stand still: zero times.
    pub fn slow(&self, times: u32) {
        assert!(times > 0, "a clock that stands still fires nothing");
        let _ = self.slow.set((SystemTime::now(), times));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_jumps_both_ways() {
        let clock = Clock::default();
        let same = clock.clone();
        clock.jump(3_600);
        assert!(same.now() > SystemTime::now() + Duration::from_secs(3_590));
        clock.jump(-7_200);
        assert!(same.now() < SystemTime::now() - Duration::from_secs(3_590));
    }

    #[test]
    fn a_slow_one_jumps_as_far() {
        let clock = Clock::default();
        clock.slow(1_000_000);
        let before = clock.millis();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(clock.millis(), before);
        clock.jump(5);
        assert_eq!(clock.millis(), before + 5_000);
    }
}
