//! What clients did at the gateway, and what they could do better. It reports and refuses nothing.

use std::collections::{BTreeSet, VecDeque};

use crate::clock::Time;
use crate::snowflake::Id;

/// What is kept, the newest.
const KEPT: usize = 1_000;

/// The first heartbeats of one kind after which it is no accident any more.
const ENOUGH_BEATS: usize = 3;

/// One thing a client did.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Identified {
        shard: (u64, u64),
        /// False when it came too soon for its concurrency key and was answered with op 9.
        accepted: bool,
        at: Time,
    },
    Resumed {
        session: String,
        /// True when it came over READY's `resume_gateway_url`, false for the usual address.
        by_resume_url: bool,
        accepted: bool,
        at: Time,
    },
    /// The bot asked by op 4 to be in a voice channel of a guild, or to leave.
    VoiceAsked {
        shard: (u64, u64),
        guild: Id,
        channel: Option<Id>,
        at: Time,
    },
    /// The first heartbeat of a connection, `share` heartbeat intervals after Hello. It is due
    /// after a random share between 0 and 1.
    FirstBeat { share: f64, at: Time },
}

/// The newest things that clients did.
#[derive(Default)]
pub struct Log(VecDeque<Seen>);

impl Log {
    pub fn add(&mut self, seen: Seen) {
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back(seen);
    }

    pub fn all(&self) -> Vec<Seen> {
        self.0.iter().cloned().collect()
    }

    /// Returns sentences on what Discord asks of clients and does not enforce.
    pub fn advice(&self, max_concurrency: u64) -> Vec<String> {
        let order = self.order(max_concurrency.max(1));
        self.beats().into_iter().chain(order).collect()
    }

    fn beats(&self) -> Option<String> {
        let share = |seen: &Seen| match seen {
            Seen::FirstBeat { share, .. } => Some(*share),
            _ => None,
        };
        let shares: Vec<f64> = self.0.iter().filter_map(share).collect();
        let when = match &shares[..] {
            few if few.len() < ENOUGH_BEATS => return None,
            all if all.iter().all(|share| *share < 0.01) => "at once after Hello",
            all if all.iter().all(|share| *share > 0.99) => "a whole interval after Hello",
            _ => return None,
        };
        Some(format!(
            "Every connection sent its first heartbeat {when}; it should come after a random \
             share of the interval, so that not all bots beat at the same time."
        ))
    }

    /// Shards start in groups of `max_concurrency`, a group after the one before it.
    fn order(&self, max_concurrency: u64) -> Vec<String> {
        let mut started = BTreeSet::new();
        let mut early = BTreeSet::new();
        for seen in &self.0 {
            let Seen::Identified {
                shard: (shard, count),
                accepted: true,
                ..
            } = seen
            else {
                continue;
            };
            let group = shard / max_concurrency;
            let first = (0..group * max_concurrency).find(|s| !started.contains(&(*s, *count)));
            if let Some(first) = first {
                early.insert(format!(
                    "Shard {shard} of {count} identified before shard {first}; groups of \
                     {max_concurrency} have to start in order."
                ));
            }
            started.insert((*shard, *count));
        }
        early.into_iter().collect()
    }
}
