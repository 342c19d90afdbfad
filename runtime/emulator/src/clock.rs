//! Time, as a value and as a source. Nothing else in this crate asks the machine for the time,
//! so a test can hold it still and move it on by hand.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::watch;

/// A moment, in microseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// Makes a moment from microseconds since the Unix epoch.
    pub const fn from_micros(micros: u64) -> Self {
        Time(micros)
    }

    /// Returns whole milliseconds since the Unix epoch.
    pub const fn millis(self) -> u64 {
        self.0 / 1_000
    }

    /// Returns seconds since the Unix epoch, with decimals.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Returns the moment `wait` later, or the last one that can be told.
    pub fn plus(self, wait: Duration) -> Self {
        Time(self.0.saturating_add(micros(wait)))
    }

    /// Returns the moment `wait` earlier, or the epoch.
    pub fn minus(self, wait: Duration) -> Self {
        Time(self.0.saturating_sub(micros(wait)))
    }

    /// Returns how long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// Reads an ISO 8601 text with offset, as Discord takes it; None when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        u64::try_from(moment.unix_timestamp_nanos() / 1_000)
            .ok()
            .map(Time)
    }

    /// Writes the moment as Discord does: ISO 8601, microseconds, offset `+00:00`.
    pub fn iso(self) -> String {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}+00:00",
            moment.year(),
            u8::from(moment.month()),
            moment.day(),
            moment.hour(),
            moment.minute(),
            moment.second(),
            moment.microsecond()
        )
    }
}

fn micros(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)
}

/// Where the time comes from. Clones share one source.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    Real {
        started: Instant,
        at: Time,
        /// How far it was moved on by hand.
        ahead: watch::Sender<Duration>,
    },
    Manual {
        now: watch::Sender<Time>,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Clock::real()
    }
}

impl Clock {
    /// Returns the machine's clock. It never steps back: it is read once and then counted on.
    pub fn real() -> Self {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Clock(Arc::new(Source::Real {
            started: Instant::now(),
            at: Time(micros(since)),
            ahead: watch::Sender::new(Duration::ZERO),
        }))
    }

    /// Returns a clock that stands at 2026-01-01T00:00:00Z until [`Clock::advance`] moves it.
    pub fn manual() -> Self {
        let start = Time(1_767_225_600_000_000);
        Clock(Arc::new(Source::Manual {
            now: watch::Sender::new(start),
        }))
    }

    /// Returns the current moment.
    pub fn now(&self) -> Time {
        match &*self.0 {
            Source::Real { started, at, ahead } => {
                at.plus(started.elapsed().saturating_add(*ahead.borrow()))
            }
            Source::Manual { now } => *now.borrow(),
        }
    }

    /// Moves the clock on. A real one goes on from there.
    pub fn advance(&self, by: Duration) {
        match &*self.0 {
            Source::Real { ahead, .. } => {
                ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by));
            }
            Source::Manual { now } => now.send_modify(|now| *now = now.plus(by)),
        }
    }

    /// Waits until `moment` has come.
    pub async fn sleep_until(&self, moment: Time) {
        match &*self.0 {
            Source::Real { ahead, .. } => {
                let mut moved = ahead.subscribe();
                loop {
                    let left = moment.since(self.now());
                    tokio::select! {
                        () = tokio::time::sleep(left) => return,
                        // The sender lives in `self`, so this ends only by a move.
                        _ = moved.changed() => {}
                    }
                }
            }
            Source::Manual { now } => {
                let mut now = now.subscribe();
                // The sender lives in `self`, so waiting ends only by the time having come.
                let _ = now.wait_for(|now| *now >= moment).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b27_times_are_iso_8601_with_microseconds_and_offset() {
        let moment = Time::from_micros(1_767_225_600_000_007);
        assert_eq!(moment.iso(), "2026-01-01T00:00:00.000007+00:00");
        assert_eq!(Time::parse(&moment.iso()), Some(moment));
        assert_eq!(Time::parse("yesterday"), None);
    }

    #[tokio::test]
    async fn a_real_clock_can_be_moved_on_too() {
        let clock = Clock::real();
        let before = clock.now();
        let hour = Duration::from_secs(3_600);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(before.plus(hour)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(hour);
        waiting.await.unwrap();
        assert!(clock.now().since(before) >= hour);
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_those_whose_time_has_come() {
        let clock = Clock::manual();
        let due = clock.now().plus(Duration::from_secs(3));
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(due).await }
        });
        clock.advance(Duration::from_secs(2));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(Duration::from_secs(1));
        waiting.await.unwrap();
    }
}
