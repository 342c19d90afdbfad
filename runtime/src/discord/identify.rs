//! Whose turn it is to identify. Discord takes one shard per concurrency key every five seconds,
//! and so many a day over all shards; who goes past that loses its token. Rules: Discord's
//! documentation, "Gateway", rate limiting and session start limit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use twilight_gateway::queue::Queue;

/// Between two identifies of one key: Discord's five seconds, and a little for the way there.
const INTERVAL: Duration = Duration::from_millis(5_250);
const DAY: Duration = Duration::from_secs(86_400);

/// The turns of all shards. Clones share them.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// When each concurrency key may identify next.
    next: Vec<Instant>,
    remaining: u32,
    total: u32,
    /// When there are `total` again.
    renewed: Instant,
}

impl Turns {
    /// Makes the turns from what Discord said: how many keys there are, how many identifies are
    /// left of how many, and when they are whole again. Without a key nobody waits, which only a
    /// local Discord says.
    pub fn new(max_concurrency: u16, remaining: u32, total: u32, reset_after: Duration) -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(State {
            next: vec![now; max_concurrency.into()],
            remaining,
            total,
            renewed: now + reset_after,
        })))
    }

    /// Returns how long after the first shards this one begins to connect, so that no group of
    /// shards comes before the one in front of it.
    pub fn starts_after(&self, shard: u32) -> Duration {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = u32::try_from(state.next.len()).unwrap_or(u32::MAX);
        INTERVAL * shard.checked_div(keys).unwrap_or(0)
    }
}

impl State {
    /// Takes a turn, and returns when it is.
    fn take(&mut self, shard: u32, now: Instant) -> Instant {
        if self.next.is_empty() {
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
        let at = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.take(shard, now)
        };
        let wait = at - now;
        if wait > 2 * INTERVAL {
            let seconds = wait.as_secs();
            tracing::warn!(shard, seconds, "a new session has to wait for its turn");
        }
        tokio::spawn(async move {
            tokio::time::sleep_until(at.into()).await;
            // A shard that was given up needs no turn.
            let _ = turn.send(());
        });
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(keys: u16, remaining: u32) -> (State, Instant) {
        let turns = Turns::new(keys, remaining, 10, Duration::from_secs(60));
        let state = Arc::into_inner(turns.0).unwrap().into_inner().unwrap();
        let now = state.renewed - Duration::from_secs(60);
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
    fn groups_begin_one_after_the_other() {
        let turns = Turns::new(2, 10, 10, DAY);
        let starts = [0, 1, 2, 5].map(|shard| turns.starts_after(shard));
        assert_eq!(
            starts,
            [Duration::ZERO, Duration::ZERO, INTERVAL, 2 * INTERVAL]
        );
        assert_eq!(Turns::new(0, 0, 0, DAY).starts_after(9), Duration::ZERO);
    }
}
