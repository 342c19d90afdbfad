//! What was there already: Discord may send a thing again, and while one set of shards takes over
//! from another everything comes from both.
//!
//! Two rules, because two kinds of events need them. What happens once (a message is posted, a role
//! goes) has an id, and the ids of late are remembered, over restarts too. What may happen again
//! (a reaction is given, taken and given) has none: there, an event is a repeat only where the other
//! set of shards brought the same one, and each of those answers for one alone. Within one set a
//! shard's numbers drop what comes twice.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use serenity::model::id::GuildId;

use super::Envelope;

/// Ids that are remembered.
const SEEN: usize = 8_192;
/// How far one set of shards may be behind the other.
const LAG: Duration = Duration::from_secs(30);
/// Events that wait for their twin before those that are too old are looked for.
const WAITING: usize = 8_192;

/// The memory of what came.
#[derive(Default)]
pub(super) struct Repeats {
    ids: HashSet<u64>,
    order: VecDeque<u64>,
    /// Events that one set of shards brought and the other has not yet.
    waiting: HashMap<u64, Brought>,
    /// When the last of them came.
    newest: Option<Instant>,
}

/// An event that waits for its twin.
struct Brought {
    /// The set that brought it.
    set: u64,
    guild: Option<GuildId>,
    /// When, as often as it happened.
    at: VecDeque<Instant>,
}

impl Brought {
    fn expire(&mut self, now: Instant) {
        self.at.retain(|at| now.duration_since(*at) <= LAG);
    }
}

impl Repeats {
    /// Returns a memory of the ids that an earlier process handled.
    pub(super) fn of(ids: Vec<u64>) -> Self {
        let mut repeats = Self::default();
        for id in ids {
            repeats.first(id);
        }
        repeats
    }

    /// Whether an id is new; from now on it is not.
    pub(super) fn first(&mut self, id: u64) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > SEEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    /// Whether an event that may happen again is another one than the other set of shards brought.
    pub(super) fn another(&mut self, envelope: &Envelope) -> bool {
        if !envelope.beside && self.waiting.is_empty() {
            return true;
        }
        // Parsed, so that the order of fields does not matter.
        let Ok(content) = serde_json::from_str::<serde_json::Value>(&envelope.raw) else {
            return true;
        };
        let event = key(&envelope.kind, content.to_string());
        self.expire(envelope.received);
        let brought = self.waiting.entry(event).or_insert_with(|| Brought {
            set: envelope.set,
            guild: envelope.guild,
            at: VecDeque::new(),
        });
        brought.expire(envelope.received);
        if brought.at.is_empty() {
            brought.set = envelope.set;
        }
        let another = brought.set == envelope.set;
        if !another {
            brought.at.pop_front();
        } else if envelope.beside {
            brought.at.push_back(envelope.received);
            self.newest = Some(envelope.received);
        }
        if brought.at.is_empty() {
            self.waiting.remove(&event);
        }
        another
    }

    /// Notes that a set of shards begins to hear of some guilds: it does not bring what the other
    /// set has brought before that.
    pub(super) fn begins(&mut self, set: u64, of: impl Fn(Option<GuildId>) -> bool) {
        let stays = |brought: &Brought| brought.set == set || !of(brought.guild);
        self.waiting.retain(|_, brought| stays(brought));
    }

    /// Returns the ids, for the next process.
    pub(super) fn ids(self) -> impl Iterator<Item = u64> {
        self.order.into_iter()
    }

    /// Forgets what waited too long: its twin is not to come any more.
    fn expire(&mut self, now: Instant) {
        let newest = self.newest;
        if newest.is_some_and(|newest| now.duration_since(newest) > LAG) {
            self.waiting.clear();
        } else if self.waiting.len() > WAITING {
            self.waiting.retain(|_, brought| {
                brought.expire(now);
                !brought.at.is_empty()
            });
        }
    }
}

/// Returns one number for an event that has no id of its own. Another version of Rust may return
/// another; then an event that comes again just after such an update is told again.
pub(super) fn key(kind: &str, of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, of).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut repeats = Repeats::of(vec![1]);
        assert!(!repeats.first(1));
        for id in 2..=(SEEN as u64 + 1) {
            assert!(repeats.first(id));
        }
        assert!(repeats.first(1), "memory is bounded");
    }

    #[test]
    fn of_two_sets_each_event_counts_once_however_often_it_happens() {
        let start = Instant::now();
        let came = |repeats: &mut Repeats, set, beside, raw: &str, seconds| {
            repeats.another(&Envelope {
                shard: 0,
                seq: 0,
                guild: None,
                kind: "MESSAGE_REACTION_ADD".into(),
                raw: raw.into(),
                received: start + Duration::from_secs(seconds),
                set,
                beside,
                membership: Default::default(),
            })
        };
        let (ann, same, ben) = (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, r#"{"a":2}"#);
        let mut one = Repeats::default();
        // Alone, a set is never doubted.
        assert!((0..3).all(|_| came(&mut one, 1, false, ann, 0)));
        // Ann reacts twice, and the second set lags behind both times.
        assert!(came(&mut one, 1, true, ann, 1));
        assert!(came(&mut one, 1, true, ann, 1));
        assert!(came(&mut one, 1, true, ben, 1));
        assert!(!came(&mut one, 2, true, same, 2));
        assert!(!came(&mut one, 2, true, same, 2));
        // A third time the second set is ahead; the first has left before it could tell of ben.
        assert!(came(&mut one, 2, true, same, 3));
        assert!(!came(&mut one, 1, true, ann, 3));
        assert!(!came(&mut one, 2, false, ben, 4));
        assert!(came(&mut one, 2, false, ben, 4));
        assert!(one.waiting.is_empty());
        // What never found its twin does not swallow a later one: neither when a third set begins
        assert!(came(&mut one, 2, true, ben, 5));
        one.begins(3, |guild| guild.is_none());
        assert!(came(&mut one, 3, true, ben, 5));
        one.begins(4, |_| true);
        // nor when it is long ago.
        assert!(came(&mut one, 2, true, ann, 5));
        assert!(came(&mut one, 3, false, ann, 40));
        assert!(one.waiting.is_empty());
    }
}
