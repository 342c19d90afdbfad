//! What is known of Discord's limits at one moment, for whoever looks.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant, SystemTime};

use super::{Bucket, PER_SECOND, Turns};

/// Discord's limits, as far as its replies told them, and who waits for them.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Requests of the last second that count against the limit of the whole bot.
    pub started: usize,
    /// How many may start in a second.
    pub per_second: usize,
    /// How long nothing that counts starts, after Discord said so to the whole bot.
    pub paused: Option<Duration>,
    /// How long nothing at all is sent, because Discord's network refuses this machine's address.
    pub banned: Option<Duration>,
    /// Who is held back after too many refusals, and how long; `None` for everybody.
    pub held_back: Vec<(Option<String>, Duration)>,
    /// By the routes' templates: those that were told a limit, or have requests waiting.
    pub routes: BTreeMap<&'static str, RouteLimit>,
}

/// The limit of one route. Where it counts for each channel, server or webhook by itself, the one with
/// the fewest requests left.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RouteLimit {
    /// What Discord calls it.
    pub bucket: Option<String>,
    /// Requests in a window, and how many are left of it.
    pub window: Option<(u32, u32)>,
    /// When the next window begins; none while all of it is left.
    pub resets: Option<Duration>,
    /// How long nothing starts there after a 429.
    pub paused: Option<Duration>,
    /// Requests that wait for their turn, for whatever reason.
    pub waiting: usize,
    /// The last 429, if there was one.
    pub limited: Option<Limited>,
}

/// A 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// When it came.
    pub at: SystemTime,
    /// How long was to be waited.
    pub wait: Duration,
    /// Whether it was the whole bot that had to.
    pub all: bool,
}

impl<W> Turns<W> {
    /// Returns what is known now.
    pub(in crate::rest) fn limits(&self, now: Instant) -> Limits {
        let mut routes = BTreeMap::<_, RouteLimit>::new();
        for (&template, name) in &self.names {
            routes.entry(template).or_default().bucket = Some(name.to_string());
        }
        for (place, queue) in self.callers.iter().flat_map(|caller| &caller.places) {
            routes.entry(place.template).or_default().waiting += queue.len();
        }
        let mut buckets = HashMap::<&str, RouteLimit>::new();
        for (key, bucket) in &self.buckets {
            buckets.entry(&key.bucket).or_default().narrow(bucket, now);
        }
        for route in routes.values_mut() {
            let known = route.bucket.as_deref().and_then(|name| buckets.get(name));
            if let Some(known) = known {
                route.window = known.window;
                route.resets = known.resets;
                route.paused = known.paused;
            }
        }
        let second = Duration::from_secs(1);
        let recent = self.started.iter().filter(|&&at| at + second > now);
        Limits {
            started: recent.count(),
            per_second: PER_SECOND,
            paused: self.paused.and_then(|until| left(until, now)),
            routes,
            ..Limits::default()
        }
    }
}

impl RouteLimit {
    /// Takes in another bucket of the same name: the one with less left counts.
    fn narrow(&mut self, bucket: &Bucket, now: Instant) {
        let paused = bucket.paused.and_then(|until| left(until, now));
        self.paused = self.paused.max(paused);
        let Some(limit) = bucket.limit else { return };
        let resets = bucket.renews.and_then(|renews| left(renews, now));
        let window = (limit, resets.map_or(limit, |_| bucket.left));
        if self.window.is_none_or(|(_, fewest)| window.1 < fewest) {
            (self.window, self.resets) = (Some(window), resets);
        }
    }
}

fn left(until: Instant, now: Instant) -> Option<Duration> {
    until
        .checked_duration_since(now)
        .filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::super::{Place, Told};
    use super::*;

    #[test]
    fn the_channel_with_the_fewest_left_is_told_until_its_window_is_over() {
        let mut turns = Turns::new();
        let now = Instant::now();
        let place = |channel: &str| Place {
            template: "POST /channels/{channel}/messages",
            resource: channel.to_owned(),
            counted: true,
        };
        for (channel, left, wait) in [("1", 3, None), ("2", 0, Some(4)), ("3", 4, None)] {
            turns.join(&"a".into(), place(channel), (), false).unwrap();
            turns.next(now).unwrap();
            let told = Told {
                bucket: Some("b1".into()),
                window: Some((5, left, Duration::from_secs(2))),
                wait: wait.map(|wait| (Duration::from_secs(wait), false)),
            };
            turns.done(&place(channel), told, now);
        }
        turns.join(&"a".into(), place("2"), (), false).unwrap();
        let limits = turns.limits(now);
        assert_eq!((limits.started, limits.per_second), (3, 50));
        let told = RouteLimit {
            bucket: Some("b1".into()),
            window: Some((5, 0)),
            resets: Some(Duration::from_secs(2)),
            paused: Some(Duration::from_secs(4)),
            waiting: 1,
            limited: None,
        };
        assert_eq!(limits.routes["POST /channels/{channel}/messages"], told);
        let limits = turns.limits(now + Duration::from_secs(5));
        assert_eq!(limits.started, 0);
        let told = RouteLimit {
            window: Some((5, 5)),
            resets: None,
            paused: None,
            ..told
        };
        assert_eq!(limits.routes["POST /channels/{channel}/messages"], told);
    }
}
