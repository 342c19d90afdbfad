//! How many requests run, and how many a cog may begin: its neighbours need the network as well.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Error;

/// Requests of one cog that run at the same time.
const AT_ONCE: usize = 8;
/// Requests of all cogs that run at the same time. Each may hold a body in memory.
const AT_ONCE_ALL: usize = 64;
/// Requests that a cog may begin in a minute, all at once if it likes.
const PER_MINUTE: u32 = 120;
/// What to wait when too many run: they end soon, in one way or another.
const PAUSE: Duration = Duration::from_secs(1);

/// Who may send now.
pub(super) struct Turns {
    all: Arc<Semaphore>,
    cogs: Mutex<HashMap<String, Cog>>,
}

struct Cog {
    running: Arc<Semaphore>,
    /// Requests left, and as of when.
    left: (f64, Instant),
    /// The denial that was logged last.
    told: String,
}

/// Leave to send one request. Dropping it gives its place back.
pub(super) struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE_ALL)),
            cogs: Mutex::default(),
        }
    }
}

impl Turns {
    /// Takes a turn for a cog, or says why there is none. Nobody waits: the cog decides what to do
    /// meanwhile.
    pub(super) fn take(&self, cog: &str, now: Instant) -> Result<Turn, Error> {
        let mut cogs = self.cogs();
        let cog = entry(&mut cogs, cog, now);
        let since = now.saturating_duration_since(cog.left.1).as_secs_f64();
        let a_second = f64::from(PER_MINUTE) / 60.0;
        let left = (cog.left.0 + since * a_second).min(PER_MINUTE.into());
        if left < 1.0 {
            let wait = Duration::from_secs_f64((1.0 - left) / a_second);
            let what = format!("this cog sent {PER_MINUTE} requests in the last minute");
            return Err(Error::limited(what, wait));
        }
        let running = |at_once: usize, whose: &str| {
            let what = format!("{at_once} requests of {whose} run already");
            Error::limited(what, PAUSE)
        };
        let own = Arc::clone(&cog.running).try_acquire_owned();
        let own = own.map_err(|_| running(AT_ONCE, "this cog"))?;
        let all = Arc::clone(&self.all).try_acquire_owned();
        let all = all.map_err(|_| running(AT_ONCE_ALL, "all cogs"))?;
        cog.left = (left - 1.0, now);
        Ok(Turn {
            _own: own,
            _all: all,
        })
    }

    /// Whether a denial is another than the cog's last one: a log that repeats itself hides the
    /// rest.
    pub(super) fn news(&self, cog: &str, denial: &str) -> bool {
        let mut cogs = self.cogs();
        let cog = entry(&mut cogs, cog, Instant::now());
        let new = cog.told != denial;
        if new {
            denial.clone_into(&mut cog.told);
        }
        new
    }

    fn cogs(&self) -> MutexGuard<'_, HashMap<String, Cog>> {
        // Nothing in here is left half done by a panic.
        let cogs = self.cogs.lock();
        cogs.unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn entry<'a>(cogs: &'a mut HashMap<String, Cog>, name: &str, now: Instant) -> &'a mut Cog {
    cogs.entry(name.to_owned()).or_insert_with(|| Cog {
        running: Arc::new(Semaphore::new(AT_ONCE)),
        left: (PER_MINUTE.into(), now),
        told: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_run_at_once() {
        let (turns, now) = (Turns::default(), Instant::now());
        let mut held = Vec::new();
        for cog in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            held.extend((0..AT_ONCE).map(|_| turns.take(cog, now).ok().unwrap()));
            let told = turns.take(cog, now).err().unwrap();
            assert_eq!(told.message, "8 requests of this cog run already");
        }
        let told = turns.take("i", now).err().unwrap();
        assert_eq!(told.message, "64 requests of all cogs run already");
        assert_eq!(told.retry_after, Some(PAUSE));
        held.pop();
        assert!(turns.take("i", now).is_ok());
    }

    #[test]
    fn so_many_begin_in_a_minute() {
        let (turns, now) = (Turns::default(), Instant::now());
        for _ in 0..PER_MINUTE {
            assert!(turns.take("a", now).is_ok());
        }
        let told = turns.take("a", now).err().unwrap();
        assert_eq!(
            told.message,
            "this cog sent 120 requests in the last minute"
        );
        assert_eq!(told.retry_after, Some(Duration::from_millis(500)));
        assert!(turns.take("b", now).is_ok());
        let later = now + Duration::from_millis(500);
        assert!(turns.take("a", later).is_ok());
        assert!(turns.take("a", later).is_err());
        // An hour saves no more than a minute's worth.
        let later = now + Duration::from_secs(3_600);
        for _ in 0..PER_MINUTE {
            assert!(turns.take("a", later).is_ok());
        }
        assert!(turns.take("a", later).is_err());
    }

    #[test]
    fn a_denial_is_told_once() {
        let turns = Turns::default();
        assert!(turns.news("a", "x") && !turns.news("a", "x"));
        assert!(turns.news("b", "x") && turns.news("a", "y"));
    }
}
