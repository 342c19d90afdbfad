//! So many for each, and so many in all: open event streams by viewer, connections by address.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};

/// What is taken at this moment, by who took it.
#[derive(Debug)]
pub struct Shares<K>(Arc<Inner<K>>);

#[derive(Debug)]
struct Inner<K> {
    all: usize,
    each: usize,
    taken: Mutex<HashMap<K, usize>>,
}

/// One that is taken. Dropping it makes room for another.
#[derive(Debug)]
pub struct Share<K: Eq + Hash> {
    inner: Arc<Inner<K>>,
    of: K,
}

impl<K: Eq + Hash + Clone> Shares<K> {
    /// Nothing is taken yet; `all` can be, and `each` by the same.
    pub fn new(all: usize, each: usize) -> Self {
        let taken = Mutex::default();
        Self(Arc::new(Inner { all, each, taken }))
    }

    /// Takes one for somebody, unless there are too many, of theirs or in all.
    pub fn take(&self, of: K) -> Option<Share<K>> {
        let inner = &self.0;
        let mut taken = inner.counted();
        let all: usize = taken.values().sum();
        let own = taken.get(&of).copied().unwrap_or_default();
        if all >= inner.all || own >= inner.each {
            return None;
        }
        taken.insert(of.clone(), own + 1);
        let inner = Arc::clone(inner);
        Some(Share { inner, of })
    }
}

impl<K> Inner<K> {
    fn counted(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        // Nothing in here can be left half done.
        self.taken
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }
}

impl<K: Eq + Hash> Drop for Share<K> {
    fn drop(&mut self) {
        let mut taken = self.inner.counted();
        if let Some(own) = taken.get_mut(&self.of) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_for_each_and_so_many_in_all() {
        let (all, each) = (64, 8);
        let shares = Shares::new(all, each);
        let take = |name: &str| shares.take(name.to_owned());
        let mut ann: Vec<_> = (0..each).map(|_| take("ann").unwrap()).collect();
        assert!(take("ann").is_none());
        let others: Vec<_> = (each..all).map(|n| take(&n.to_string()).unwrap()).collect();
        assert!(take("ben").is_none());
        ann.pop();
        drop(take("ben").unwrap());
        ann.push(take("ann").unwrap());
        drop((ann, others));
        assert!(shares.0.counted().is_empty());
    }
}
