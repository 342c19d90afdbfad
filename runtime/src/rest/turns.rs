//! Whose request goes to Discord next. Pure: it is told the time, and never talks to anybody.
//!
//! Discord limits requests per bucket (a group of routes, counted apart for each channel, guild or
//! webhook) and per bot. Which routes share a bucket, and how much is left, only its replies tell.
//! Within what is left callers take turns, so that a cog with 500 messages to send delays another
//! cog's message by one.

mod limits;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use limits::{Limited, Limits, RouteLimit};

/// Requests that one caller may have waiting.
pub(super) const WAITING_MAX: usize = 1_000;
/// Discord's limit for a bot, over all routes that count.
const PER_SECOND: usize = 50;
/// Buckets that are kept although nothing runs in them and nothing is known any more.
const IDLE_BUCKETS: usize = 1_000;

/// Where a request goes, as far as limits are concerned.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// The route without ids.
    pub template: &'static str,
    /// The channel, guild or webhook it counts for; empty for none.
    pub resource: String,
    /// Whether it counts against the limit of the whole bot.
    pub counted: bool,
}

/// What a reply says about limits.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Told {
    /// The bucket's name.
    pub bucket: Option<String>,
    /// Requests in a window, how many of them are left, and when the next window begins.
    pub window: Option<(u32, u32, Duration)>,
    /// For a 429, how long to wait, and whether the whole bot has to.
    pub wait: Option<(Duration, bool)>,
}

/// All requests that wait, and what is known of Discord's limits. `W` is who waits.
pub(super) struct Turns<W> {
    /// Everyone who ever asked, the one whose turn was longest ago first.
    callers: VecDeque<Caller<W>>,
    buckets: HashMap<Key, Bucket>,
    /// The bucket that a route turned out to belong to.
    names: HashMap<&'static str, Arc<str>>,
    /// The starts of the last second.
    started: VecDeque<Instant>,
    /// Nothing that counts starts before.
    paused: Option<Instant>,
}

struct Caller<W> {
    name: Arc<str>,
    waiting: usize,
    /// One queue for each place, the one served longest ago first.
    places: VecDeque<(Place, VecDeque<W>)>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    bucket: Arc<str>,
    resource: String,
}

/// A bucket. Until its first reply it is not known how much it holds, and one request goes at a
/// time.
#[derive(Default)]
struct Bucket {
    limit: Option<u32>,
    left: u32,
    /// When `left` becomes `limit` again.
    renews: Option<Instant>,
    /// After a 429, nothing starts before.
    paused: Option<Instant>,
    running: u32,
}

impl<W> Turns<W> {
    pub(super) fn new() -> Self {
        Self {
            callers: VecDeque::new(),
            buckets: HashMap::new(),
            names: HashMap::new(),
            started: VecDeque::new(),
            paused: None,
        }
    }

    /// Puts a request at the end of its caller's queue, or at its head when it had its turn before
    /// and failed; gives it back when too many wait.
    pub(super) fn join(
        &mut self,
        name: &Arc<str>,
        place: Place,
        who: W,
        again: bool,
    ) -> Result<(), W> {
        let at = self.callers.iter().position(|caller| caller.name == *name);
        let at = at.unwrap_or_else(|| {
            // A newcomer was never served: it is first. Who was served keeps its place in the order
            // also while nothing of it waits, or one request at a time would always be first.
            self.callers.push_front(Caller {
                name: Arc::clone(name),
                waiting: 0,
                places: VecDeque::new(),
            });
            0
        });
        let caller = &mut self.callers[at];
        if caller.waiting >= WAITING_MAX {
            return Err(who);
        }
        caller.waiting += 1;
        match caller.places.iter_mut().find(|(known, _)| *known == place) {
            Some((_, queue)) if again => queue.push_front(who),
            Some((_, queue)) => queue.push_back(who),
            None => caller.places.push_back((place, VecDeque::from([who]))),
        }
        Ok(())
    }

    /// Takes out the request whose turn it is. It runs until [`done`](Self::done) or
    /// [`undone`](Self::undone).
    pub(super) fn next(&mut self, now: Instant) -> Option<(W, Place)> {
        let full = self.full(now).is_some();
        let (mut found, mut at) = (None, 0);
        while found.is_none() && at < self.callers.len() {
            let places = self.callers[at].places.iter();
            let mut free = places
                .map(|(place, _)| !(place.counted && full) && self.held(place, now).is_none());
            found = free.position(|free| free).map(|place| (at, place));
            at += 1;
        }
        let (caller, place) = found?;
        let mut caller = self.callers.remove(caller)?;
        let (place, mut queue) = caller.places.remove(place)?;
        let who = queue.pop_front()?;
        caller.waiting -= 1;
        if !queue.is_empty() {
            caller.places.push_back((place.clone(), queue));
        }
        self.callers.push_back(caller);
        if place.counted {
            self.started.push_back(now);
        }
        let key = self.key(&place);
        self.buckets.entry(key).or_default().running += 1;
        Some((who, place))
    }

    /// Returns when to ask for the next turn again, if nothing else happens before.
    pub(super) fn wake(&self, now: Instant) -> Option<Instant> {
        let full = self.full(now);
        let places = self.callers.iter().flat_map(|caller| &caller.places);
        let waits = places.filter_map(|(place, _)| match self.held(place, now) {
            Some(until) => until,
            None => full.filter(|_| place.counted),
        });
        waits.min()
    }

    /// Returns how long a request would wait for Discord's limits alone.
    pub(super) fn closed(&self, place: &Place, now: Instant) -> Option<Duration> {
        let bucket = self.held(place, now).flatten();
        let bot = self.paused.filter(|_| place.counted);
        let until = bucket.max(bot)?;
        (until > now).then(|| until - now)
    }

    /// Takes in what the reply to a request said, or that there was none.
    pub(super) fn done(&mut self, place: &Place, told: Told, now: Instant) {
        let old = self.key(place);
        if let Some(name) = told.bucket {
            self.names.insert(place.template, name.into());
        }
        let key = self.key(place);
        if key != old
            && let Some(bucket) = self.buckets.remove(&old)
        {
            let known = self.buckets.entry(self.key(place)).or_default();
            known.running += bucket.running;
        }
        let bucket = self.buckets.entry(key).or_default();
        bucket.running = bucket.running.saturating_sub(1);
        if let Some((limit, left, after)) = told.window {
            let renews = now + after;
            // Replies overtake each other: within a window the smaller number is the newer one.
            let same = bucket.renews.is_some_and(|known| {
                known > now && known.max(renews) - known.min(renews) < Duration::from_millis(250)
            });
            bucket.left = if same { bucket.left.min(left) } else { left };
            bucket.limit = Some(limit.max(1));
            bucket.renews = Some(renews);
        }
        match told.wait {
            Some((wait, true)) => self.paused = self.paused.max(Some(now + wait)),
            Some((wait, false)) => bucket.paused = bucket.paused.max(Some(now + wait)),
            None => {}
        }
        if self.buckets.len() > IDLE_BUCKETS {
            self.buckets.retain(|_, bucket| {
                let known = bucket.renews.max(bucket.paused);
                bucket.running > 0 || known.is_some_and(|until| until > now)
            });
        }
    }

    /// Takes back a turn that nobody used.
    pub(super) fn undone(&mut self, place: &Place) {
        if place.counted {
            self.started.pop_back();
        }
        let key = self.key(place);
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.running = bucket.running.saturating_sub(1);
        }
    }

    fn key(&self, place: &Place) -> Key {
        let name = self.names.get(place.template);
        Key {
            bucket: name.map_or_else(|| place.template.into(), Arc::clone),
            resource: place.resource.clone(),
        }
    }

    /// Whether the bucket has room (`None`), or until when it has none, if that is known.
    fn held(&self, place: &Place, now: Instant) -> Option<Option<Instant>> {
        let bucket = self.buckets.get(&self.key(place))?;
        if let Some(until) = bucket.paused.filter(|&until| until > now) {
            return Some(Some(until));
        }
        let Some(limit) = bucket.limit else {
            return (bucket.running > 0).then_some(None);
        };
        let renews = bucket.renews.filter(|&renews| renews > now);
        let left = renews.map_or(limit, |_| bucket.left);
        (bucket.running >= left).then_some(renews)
    }

    /// Until when the limit of the whole bot lets nothing start.
    fn full(&self, now: Instant) -> Option<Instant> {
        if let Some(until) = self.paused.filter(|&until| until > now) {
            return Some(until);
        }
        let second = Duration::from_secs(1);
        let nth = self.started.len().checked_sub(PER_SECOND)?;
        let free = self.started[nth] + second;
        (free > now).then_some(free)
    }

    /// Forgets the starts that no longer count.
    pub(super) fn tidy(&mut self, now: Instant) {
        while self.started.len() > PER_SECOND
            || self
                .started
                .front()
                .is_some_and(|&at| at + Duration::from_secs(1) <= now)
        {
            self.started.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn place(channel: u32) -> Place {
        Place {
            template: "POST /channels/{id}/messages",
            resource: channel.to_string(),
            counted: true,
        }
    }

    fn window(limit: u32, left: u32, after: Duration) -> Told {
        Told {
            bucket: Some("b1".into()),
            window: Some((limit, left, after)),
            wait: None,
        }
    }

    struct Bot {
        turns: Turns<&'static str>,
        now: Instant,
    }

    impl Bot {
        fn new() -> Self {
            Self {
                turns: Turns::new(),
                now: Instant::now(),
            }
        }

        fn wants(&mut self, who: &'static str, channel: u32, times: usize) {
            for _ in 0..times {
                self.turns
                    .join(&who.into(), place(channel), who, false)
                    .unwrap();
            }
        }

        fn starts(&mut self) -> Option<&'static str> {
            self.turns.tidy(self.now);
            self.turns.next(self.now).map(|(who, _)| who)
        }

        fn told(&mut self, channel: u32, told: Told) {
            self.turns.done(&place(channel), told, self.now);
        }
    }

    #[test]
    fn an_unknown_bucket_takes_one_request_and_then_as_many_as_it_says() {
        let mut bot = Bot::new();
        bot.wants("a", 1, 10);
        assert_eq!(bot.starts(), Some("a"));
        assert_eq!(bot.starts(), None);
        assert_eq!(bot.turns.wake(bot.now), None);
        bot.told(1, window(5, 4, 5 * SECOND));
        let started = std::iter::from_fn(|| bot.starts()).count();
        assert_eq!(started, 4);
        assert_eq!(bot.turns.wake(bot.now), Some(bot.now + 5 * SECOND));
        for left in [3, 0, 1, 2] {
            bot.told(1, window(5, left, 5 * SECOND));
        }
        assert_eq!(bot.starts(), None, "what overtook is no news");
        bot.now += 5 * SECOND;
        assert_eq!(std::iter::from_fn(|| bot.starts()).count(), 5);
    }

    #[test]
    fn five_hundred_of_one_cog_delay_anothers_first_by_one() {
        let mut bot = Bot::new();
        bot.wants("a", 1, 1);
        bot.starts();
        bot.told(1, window(5, 5, 5 * SECOND));
        bot.wants("a", 1, 500);
        assert_eq!(bot.starts(), Some("a"));
        bot.wants("b", 1, 2);
        let order: Vec<_> = std::iter::from_fn(|| bot.starts()).collect();
        assert_eq!(order, ["b", "a", "b", "a"]);
    }

    #[test]
    fn one_request_at_a_time_is_no_way_to_be_always_first() {
        let mut bot = Bot::new();
        bot.wants("a", 1, 1);
        bot.starts();
        bot.told(1, window(10, 10, 5 * SECOND));
        bot.wants("b", 1, 9);
        let mut order = Vec::new();
        for _ in 0..6 {
            bot.wants("a", 1, 1);
            order.extend(bot.starts());
        }
        assert_eq!(order, ["b", "a", "b", "a", "b", "a"]);
    }

    #[test]
    fn channels_have_limits_of_their_own_and_routes_may_share_one() {
        let mut bot = Bot::new();
        bot.wants("a", 1, 1);
        bot.starts();
        bot.told(1, window(5, 0, 5 * SECOND));
        bot.wants("a", 1, 1);
        bot.wants("a", 2, 1);
        assert_eq!(bot.turns.next(bot.now).unwrap().1, place(2));
        assert_eq!(bot.starts(), None);
        let other = Place {
            template: "PATCH /channels/{id}/messages/{id}",
            ..place(1)
        };
        bot.turns
            .join(&"a".into(), other.clone(), "a", false)
            .unwrap();
        assert_eq!(
            bot.turns.next(bot.now).unwrap().1,
            other,
            "nobody knows yet that they share"
        );
        bot.turns.done(&other, window(5, 0, 5 * SECOND), bot.now);
        bot.turns
            .join(&"a".into(), other.clone(), "a", false)
            .unwrap();
        assert_eq!(bot.starts(), None, "now it is known");
        assert_eq!(bot.turns.closed(&other, bot.now), Some(5 * SECOND));
    }

    #[test]
    fn fifty_start_in_a_second_and_answers_to_interactions_are_not_counted() {
        let mut bot = Bot::new();
        for channel in 0..60 {
            bot.wants("a", channel, 1);
        }
        assert_eq!(std::iter::from_fn(|| bot.starts()).count(), 50);
        assert_eq!(bot.turns.wake(bot.now), Some(bot.now + SECOND));
        let free = Place {
            counted: false,
            ..place(99)
        };
        bot.turns.join(&"a".into(), free, "a", false).unwrap();
        assert_eq!(bot.starts(), Some("a"));
        bot.now += SECOND;
        assert_eq!(std::iter::from_fn(|| bot.starts()).count(), 10);
    }

    #[test]
    fn a_429_pauses_its_bucket_or_the_whole_bot() {
        let mut bot = Bot::new();
        bot.wants("a", 1, 2);
        bot.starts();
        bot.told(
            1,
            Told {
                wait: Some((3 * SECOND, false)),
                ..Told::default()
            },
        );
        assert_eq!(bot.starts(), None);
        bot.wants("a", 2, 2);
        assert_eq!(bot.starts(), Some("a"));
        bot.told(
            2,
            Told {
                wait: Some((9 * SECOND, true)),
                ..Told::default()
            },
        );
        assert_eq!(bot.starts(), None);
        assert_eq!(bot.turns.closed(&place(7), bot.now), Some(9 * SECOND));
        bot.now += 9 * SECOND;
        assert_eq!(bot.starts(), Some("a"));
    }

    #[test]
    fn a_caller_has_so_many_waiting_and_no_more() {
        let mut bot = Bot::new();
        bot.wants("a", 1, WAITING_MAX);
        assert_eq!(
            bot.turns.join(&"a".into(), place(2), "late", false),
            Err("late")
        );
        bot.wants("b", 1, 1);
    }

    #[test]
    fn a_turn_that_nobody_used_is_taken_back() {
        let mut bot = Bot::new();
        bot.wants("a", 1, 2);
        bot.starts();
        bot.turns.undone(&place(1));
        assert_eq!(bot.starts(), Some("a"));
    }

    proptest::proptest! {
        /// Whatever replies come in whatever order: no window is overrun, nobody is forgotten.
        #[test]
        fn no_bucket_is_overrun(limit in 1u32..6, callers in 1usize..5, each in 1usize..20, order in proptest::collection::vec(0usize..6, 200)) {
            let names = ["a", "b", "c", "d"];
            let mut bot = Bot::new();
            for name in &names[..callers] {
                bot.wants(name, 1, each);
            }
            let (mut used, mut running, mut served) = (0, Vec::new(), 0);
            let mut order = order.into_iter().cycle();
            let mut renews = None;
            for _ in 0..10_000 {
                while bot.starts().is_some() {
                    served += 1;
                    // Discord counts when a request arrives, and begins a window with the first.
                    if renews.is_none_or(|at| at <= bot.now) {
                        (renews, used) = (Some(bot.now + SECOND), 0);
                    }
                    used += 1;
                    proptest::prop_assert!(used <= limit, "{used} of {limit}");
                    running.push(window(limit, limit - used, SECOND));
                }
                if running.is_empty() {
                    if served == callers * each {
                        break;
                    }
                    let wake = bot.turns.wake(bot.now);
                    proptest::prop_assert!(wake.is_some(), "nothing runs, and nothing ever will");
                    bot.now = wake.unwrap();
                } else {
                    let at = order.next().unwrap() % running.len();
                    let told = running.swap_remove(at);
                    bot.told(1, told);
                }
            }
            proptest::prop_assert_eq!(served, callers * each);
        }
    }
}
