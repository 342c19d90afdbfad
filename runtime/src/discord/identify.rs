//! Whose turn it is to identify. Discord takes one shard per concurrency key every five seconds,
//! and so many a day over all shards; who goes past that loses its token. Rules: Discord's
//! documentation, "Gateway", rate limiting and session start limit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use tokio::sync::oneshot;
use twilight_gateway::queue::Queue;

use crate::store::{Identified, Store, StoreError};
use crate::telemetry::Metrics;

/// Between two identifies of one key: Discord's five seconds, and a little for the way there.
const INTERVAL: Duration = Duration::from_millis(5_250);
const DAY: Duration = Duration::from_secs(86_400);

/// Discord's word on how often the bot may identify.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct StartLimit {
    /// Identifies in 24 hours.
    pub total: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// Milliseconds until there are `total` again.
    pub reset_after: u64,
    /// How many keys there are; a shard's key is its number modulo this.
    pub max_concurrency: u16,
}

/// The turns of all shards. Clones share them.
#[derive(Debug, Clone)]
pub struct Turns {
    state: Arc<Mutex<State>>,
    ledger: Option<Ledger>,
}

/// Where each identify is written down before it is made.
#[derive(Clone)]
struct Ledger {
    store: Store,
    metrics: Arc<Metrics>,
    bot: String,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ledger(…)")
    }
}

#[derive(Debug)]
struct State {
    /// When each concurrency key may identify next.
    next: Vec<Instant>,
    remaining: u32,
    total: u32,
    /// When there are `total` again.
    renewed: Instant,
    /// The identifies of the last day that an earlier process made.
    earlier: Vec<Identified>,
}

impl Turns {
    /// Makes the turns of a bot, with what was written down of the last day.
    pub async fn of(bot: &str, store: Store, metrics: Arc<Metrics>) -> Result<Self, StoreError> {
        let since = now_millis().saturating_sub(DAY.as_millis() as u64);
        let earlier = store.identified_since(bot, since).await?;
        let ledger = Ledger {
            store,
            metrics,
            bot: bot.to_owned(),
        };
        Ok(Self {
            state: Arc::new(Mutex::new(State::new(earlier))),
            ledger: Some(ledger),
        })
    }

    /// Takes in what Discord says. Without a key nobody waits, which only a local Discord says.
    pub(super) fn told(&self, limit: &StartLimit) {
        let mut state = self.state();
        state.told(limit, Instant::now(), now_millis());
        let remaining = state.remaining;
        drop(state);
        self.tell(remaining);
    }

    /// Returns how long after the first shards this one begins to connect, so that no group of
    /// shards comes before the one in front of it.
    pub(super) fn starts_after(&self, shard: u32) -> Duration {
        let keys = u32::try_from(self.state().next.len()).unwrap_or(u32::MAX);
        INTERVAL * shard.checked_div(keys).unwrap_or(0)
    }

    fn tell(&self, remaining: u32) {
        if let Some(Ledger { metrics, .. }) = &self.ledger {
            metrics.gateway_identify_remaining.set(i64::from(remaining));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since 1970; a clock before that is at 0.
fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

impl State {
    fn new(earlier: Vec<Identified>) -> Self {
        Self {
            next: Vec::new(),
            remaining: 0,
            total: 0,
            renewed: Instant::now(),
            earlier,
        }
    }

    /// Takes in what Discord says, at two readings of the same moment. Where that and what was
    /// written down differ, the smaller number holds: one identify too many costs the token.
    fn told(&mut self, limit: &StartLimit, now: Instant, now_millis: u64) {
        let made = u32::try_from(self.earlier.len()).unwrap_or(u32::MAX);
        let left = limit.total.saturating_sub(made);
        self.total = limit.total;
        self.remaining = limit.remaining.min(left);
        self.renewed = now + Duration::from_millis(limit.reset_after).min(DAY);
        self.next.resize(limit.max_concurrency.into(), now);
        for Identified { shard, at } in &self.earlier {
            let keys = self.next.len().max(1);
            // A clock that was set back makes nobody wait longer than the interval.
            let ago = Duration::from_millis(now_millis.saturating_sub(*at));
            if let Some(next) = self.next.get_mut(*shard as usize % keys) {
                *next = (*next).max(now + INTERVAL.saturating_sub(ago));
            }
        }
        if self.remaining < self.total / 10 {
            let (left, total) = (self.remaining, self.total);
            tracing::warn!(
                left,
                total,
                "most of the day's new sessions are used up; look for what makes the bot start again and again"
            );
        }
    }

    /// Takes a turn, and returns when it is.
    fn take(&mut self, shard: u32, now: Instant) -> Instant {
        if self.next.is_empty() {
            self.remaining = self.remaining.saturating_sub(1);
            return now;
        }
        if now >= self.renewed {
            self.remaining = self.total;
            self.renewed = now + DAY;
        }
        let key = shard as usize % self.next.len();
        let mut at = self.next[key].max(now);
        if self.remaining == 0 {
            at = at.max(self.renewed);
            self.remaining = self.total;
            self.renewed += DAY;
        }
        self.remaining = self.remaining.saturating_sub(1);
        self.next[key] = at + INTERVAL;
        at
    }
}

impl Queue for Turns {
    fn enqueue(&self, shard: u32) -> oneshot::Receiver<()> {
        let (turn, turns) = oneshot::channel();
        let now = Instant::now();
        let (at, remaining) = {
            let mut state = self.state();
            (state.take(shard, now), state.remaining)
        };
        let wait = at - now;
        if wait > 2 * INTERVAL {
            let seconds = wait.as_secs();
            tracing::warn!(shard, seconds, "a new session has to wait for its turn");
        }
        let turns_of_all = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep_until(at.into()).await;
            // A shard that was given up needs no turn.
            if turn.is_closed() {
                return;
            }
            turns_of_all.tell(remaining);
            if let Some(Ledger { store, bot, .. }) = &turns_of_all.ledger {
                let made = Identified {
                    shard,
                    at: now_millis(),
                };
                if let Err(error) = store.identified(bot, made).await {
                    tracing::warn!(%error, "a new session can't be written down; after a restart it is not counted");
                }
            }
            let _ = turn.send(());
        });
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(keys: u16, remaining: u32) -> StartLimit {
        StartLimit {
            total: 10,
            remaining,
            reset_after: 60_000,
            max_concurrency: keys,
        }
    }

    fn state(keys: u16, remaining: u32) -> (State, Instant) {
        let (mut state, now) = (State::new(Vec::new()), Instant::now());
        state.told(&limit(keys, remaining), now, 0);
        (state, now)
    }

    #[test]
    fn each_key_has_turns_of_its_own() {
        let (mut turns, now) = state(2, 10);
        assert_eq!(turns.take(1, now), now);
        let later = now + Duration::from_secs(1);
        assert_eq!(turns.take(0, later), later, "another key waits for nobody");
        assert_eq!(turns.take(2, later), later + INTERVAL);
        assert_eq!(turns.take(3, later), now + INTERVAL);
        assert_eq!(turns.take(5, later), now + 2 * INTERVAL);
    }

    #[test]
    fn without_keys_nobody_waits() {
        let (mut turns, now) = state(0, 0);
        assert_eq!([turns.take(0, now), turns.take(0, now)], [now, now]);
    }

    #[test]
    fn when_the_days_are_used_up_the_next_day_is_waited_for() {
        let (mut turns, now) = state(1, 1);
        assert_eq!(turns.take(0, now), now);
        let renewed = now + Duration::from_secs(60);
        assert_eq!(turns.take(0, now), renewed);
        assert_eq!(turns.take(0, now), renewed + INTERVAL);
        assert_eq!(turns.remaining, 8);
        let (mut turns, now) = state(1, 0);
        let later = now + Duration::from_secs(61);
        assert_eq!(turns.take(0, later), later, "they are whole again");
    }

    #[test]
    fn what_an_earlier_process_did_counts() {
        let made = |shard, at| Identified { shard, at };
        let earlier = vec![
            made(0, 1_000),
            made(2, 58_000),
            made(1, 59_900),
            made(3, 70_000),
        ];
        let (mut state, now) = (State::new(earlier), Instant::now());
        state.told(&limit(4, 10), now, 60_000);
        assert_eq!(state.remaining, 6, "Discord has not counted them yet");
        assert_eq!(state.take(0, now), now, "a minute ago");
        let in_millis = |millis| now + Duration::from_millis(millis);
        assert_eq!(state.take(2, now), in_millis(3_250));
        assert_eq!(state.take(1, now), in_millis(5_150));
        assert_eq!(
            state.take(3, now),
            in_millis(5_250),
            "the clock was set back"
        );
        state.told(&limit(4, 1), now, 60_000);
        assert_eq!(state.remaining, 1, "another computer runs the bot too");
    }

    #[test]
    fn groups_begin_one_after_the_other() {
        let turns = |keys| {
            let turns = Turns {
                state: Arc::new(Mutex::new(State::new(Vec::new()))),
                ledger: None,
            };
            turns.told(&limit(keys, 10));
            turns
        };
        let starts = [0, 1, 2, 5].map(|shard| turns(2).starts_after(shard));
        assert_eq!(
            starts,
            [Duration::ZERO, Duration::ZERO, INTERVAL, 2 * INTERVAL]
        );
        assert_eq!(turns(0).starts_after(9), Duration::ZERO);
    }
}
