//! How often commands are used, minute by minute, for the dashboard's charts: counted in memory,
//! written every few seconds, kept for 30 days.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::clock::Clock;
use crate::store::Store;
use crate::store::minutes::Uses;

/// How often is written. A crash loses what was counted since.
const EVERY: Duration = Duration::from_secs(5);
/// How long it is kept, in minutes.
pub const KEPT: u64 = 30 * 24 * 60;
/// Minutes of cogs that wait in memory while the database can't be written; more are not counted.
const WAITING_MAX: usize = 10_000;

/// What is not written yet.
#[derive(Default)]
pub struct Minutes(Mutex<BTreeMap<(u64, String), Uses>>);

/// Returns the minute of a moment, counted since 1970.
pub fn minute(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs() / 60
}

impl Minutes {
    /// Counts one use of a cog's command that is over.
    pub fn note(&self, cog: &str, failed: bool, took: Duration, now: SystemTime) {
        let mut waiting = self.lock();
        let key = (minute(now), cog.to_owned());
        if waiting.len() < WAITING_MAX || waiting.contains_key(&key) {
            *waiting.entry(key).or_default() += Uses {
                uses: 1,
                failed: failed.into(),
                took: took.as_millis() as u64,
            };
        }
    }

    /// Writes every few seconds, until the bot stops, and then once more.
    pub async fn run(self: Arc<Self>, store: Store, clock: Clock, mut stop: watch::Receiver<bool>) {
        let mut complained = false;
        let mut forgotten = 0;
        loop {
            let stopped = tokio::select! {
                _ = stop.wait_for(|&stop| stop) => true,
                () = tokio::time::sleep(EVERY) => false,
            };
            let waiting = std::mem::take(&mut *self.lock());
            if !waiting.is_empty() {
                match store.add_minutes(&waiting).await {
                    Ok(()) => complained = false,
                    Err(error) => {
                        if !complained {
                            tracing::warn!(%error, "how often commands are used can't be written; it is tried again");
                        }
                        complained = true;
                        let mut newer = self.lock();
                        for (key, uses) in waiting {
                            *newer.entry(key).or_default() += uses;
                        }
                    }
                }
            }
            let now = minute(clock.now());
            // Once an hour is often enough.
            if now / 60 != forgotten {
                forgotten = now / 60;
                let before = now.saturating_sub(KEPT);
                if let Err(error) = store.forget_minutes(before).await {
                    tracing::warn!(%error, "old uses of commands can't be deleted");
                }
            }
            if stopped {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(u64, String), Uses>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
