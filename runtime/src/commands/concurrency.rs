//! How often a command is in use at this moment: a declared concurrency is kept here, before the cog
//! runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::cooldowns::{Bucket, Use};
use crate::config::Concurrency;

/// The uses under way. One for the process.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    running: Arc<Mutex<HashMap<Bucket, u16>>>,
}

/// A use under way; dropping it ends it.
#[derive(Debug)]
pub struct Running {
    uses: Uses,
    bucket: Bucket,
}

impl Uses {
    /// Begins a use, unless there are as many under way as there may be.
    pub fn begin(&self, one: &Use<'_>, most: &Concurrency) -> Option<Running> {
        let bucket = one.bucket(most.per);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(bucket.clone()).or_default();
        if *count >= most.uses.max(1) {
            return None;
        }
        *count += 1;
        let uses = self.clone();
        Some(Running { uses, bucket })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let running = &self.uses.running;
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(&self.bucket) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.bucket);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Per;

    #[test]
    fn what_ends_makes_room() {
        let uses = Uses::default();
        let most = Concurrency {
            per: Per::Member,
            uses: 2,
        };
        let begin = |user: u64| {
            let one = Use {
                cog: "fun",
                command: "roll",
                user: user.into(),
                guild: Some(7.into()),
                channel: 9.into(),
            };
            uses.begin(&one, &most)
        };
        let (first, second) = (begin(1), begin(1));
        assert!(first.is_some() && second.is_some());
        assert!(begin(1).is_none());
        assert!(begin(2).is_some(), "another member");
        drop(first);
        assert!(begin(1).is_some());
        drop(second);
        assert!(uses.running.lock().unwrap().is_empty());
    }
}
