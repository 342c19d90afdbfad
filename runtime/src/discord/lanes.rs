//! Order: what happens in one guild reaches one cog in the order in which it happened, and never
//! two at a time. Guilds and cogs do not wait for each other.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// Most jobs that wait in one lane; more are refused.
const LANE_MAX: usize = 256;

/// Lanes by key. A lane exists while something is in it.
pub struct Lanes<K, J> {
    waiting: Mutex<HashMap<K, VecDeque<J>>>,
}

/// One lane's jobs, handed out one after the other.
pub struct Lane<K: Eq + Hash + Clone, J> {
    lanes: Arc<Lanes<K, J>>,
    key: K,
}

impl<K: Eq + Hash + Clone, J> Lanes<K, J> {
    /// Returns no lanes yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            waiting: Mutex::default(),
        })
    }

    /// Puts a job at the end of a lane. When the lane was empty, the caller gets it and must drive
    /// it. A full lane gives the job back.
    pub fn push(self: &Arc<Self>, key: K, job: J) -> Result<Option<Lane<K, J>>, J> {
        let mut waiting = lock(&self.waiting);
        match waiting.get_mut(&key) {
            Some(lane) if lane.len() >= LANE_MAX => Err(job),
            Some(lane) => {
                lane.push_back(job);
                Ok(None)
            }
            None => {
                waiting.insert(key.clone(), VecDeque::from([job]));
                Ok(Some(Lane {
                    lanes: Arc::clone(self),
                    key,
                }))
            }
        }
    }
}

impl<K: Eq + Hash + Clone, J> Lane<K, J> {
    /// Returns the next job; `None` ends the lane.
    pub fn next(&mut self) -> Option<J> {
        let mut waiting = lock(&self.lanes.waiting);
        let job = waiting.get_mut(&self.key).and_then(VecDeque::pop_front);
        if job.is_none() {
            waiting.remove(&self.key);
        }
        job
    }
}

impl<K: Eq + Hash + Clone, J> Drop for Lane<K, J> {
    fn drop(&mut self) {
        // A driver that was cancelled must not leave a lane that nobody drives.
        lock(&self.lanes.waiting).remove(&self.key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_keeps_its_order_and_has_one_driver() {
        let lanes = Lanes::new();
        let mut lane = lanes
            .push("a", 1)
            .unwrap()
            .expect("the first job starts the lane");
        assert!(lanes.push("a", 2).unwrap().is_none());
        assert!(lanes.push("b", 9).unwrap().is_some());
        assert_eq!(
            (lane.next(), lane.next(), lane.next()),
            (Some(1), Some(2), None)
        );
        drop(lane);
        assert!(
            lanes.push("a", 3).unwrap().is_some(),
            "an ended lane starts anew"
        );
    }

    #[test]
    fn a_full_lane_refuses() {
        let lanes = Lanes::new();
        let _lane = lanes.push((), 0).unwrap();
        let refused = (1..1_000).filter(|&n| lanes.push((), n).is_err()).count();
        assert_eq!(refused, 999 - (LANE_MAX - 1));
    }
}
