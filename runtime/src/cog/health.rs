//! Whether a cog may be called: one that fails again and again rests for a while, longer each time.
//! When all the failures are one guild's, it rests in that guild alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serenity::model::id::GuildId;

/// Faults in a row, of one guild, after which the cog rests there.
pub const IN_A_ROW: u32 = 10;
/// Guilds in which a cog rests at the same time before it rests everywhere.
const GUILDS: usize = 3;
/// Faults that lie further apart do not count together.
const WINDOW: Duration = Duration::from_secs(60);
/// The first rest, and the longest.
const REST: Duration = Duration::from_secs(60);
const REST_MAX: Duration = Duration::from_secs(3_600);
/// Guilds whose faults are remembered.
const REMEMBERED: usize = 10_000;

/// Where a cog rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Where {
    /// Everywhere.
    Everywhere,
    /// In one guild, or with `None` in direct messages.
    In(Option<GuildId>),
}

/// A rest that a cog takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Where.
    pub place: Where,
    /// When it ends.
    pub until: Instant,
    /// Whether the bot's owner wanted it.
    pub by_hand: bool,
}

/// The health of one loaded version of a cog.
#[derive(Default)]
pub struct Health {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    places: HashMap<Where, Place>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Faults since the last call that ended well.
    faults: u32,
    last: Option<Instant>,
    /// How often it rested since it was last well for long.
    rests: u32,
    until: Option<Instant>,
    by_hand: bool,
}

impl Health {
    /// Returns until when a cog rests, for a call from somewhere; `None` when it does not.
    pub fn rests(&self, guild: Option<GuildId>, now: Instant) -> Option<Instant> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let places = [Where::Everywhere, Where::In(guild)];
        let untils = places
            .iter()
            .filter_map(|place| inner.places.get(place)?.until);
        untils.filter(|until| *until > now).max()
    }

    /// Returns where a cog rests, the longest rest first.
    pub fn resting(&self, now: Instant) -> Vec<Rest> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let resting = inner.places.iter().filter_map(|(&place, of)| {
            Some(Rest {
                place,
                until: of.until.filter(|until| *until > now)?,
                by_hand: of.by_hand,
            })
        });
        let mut resting: Vec<_> = resting.collect();
        resting.sort_by_key(|rest| std::cmp::Reverse(rest.until));
        resting
    }

    /// Notes how a call ended, and returns where the cog has to rest from now on, if it has to.
    pub fn ended(&self, guild: Option<GuildId>, fault: bool, now: Instant) -> Option<Where> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let here = Where::In(guild);
        if !fault {
            // One good call makes up for faults, and forgets rests that are long over.
            if let Some(place) = inner.places.get_mut(&here) {
                place.faults = 0;
                if place.until.is_none_or(|until| now > until + REST_MAX) {
                    inner.places.remove(&here);
                }
            }
            return None;
        }
        if inner.places.len() >= REMEMBERED {
            inner
                .places
                .retain(|_, place| place.until.is_some_and(|until| until > now));
        }
        let place = inner.places.entry(here).or_default();
        if place
            .last
            .is_none_or(|last| now.duration_since(last) > WINDOW)
        {
            place.faults = 0;
        }
        place.last = Some(now);
        place.faults += 1;
        if place.faults < IN_A_ROW {
            return None;
        }
        place.rest(now);
        let guilds = inner.places.iter().filter(|(place, of)| {
            **place != Where::Everywhere && of.until.is_some_and(|until| until > now)
        });
        if guilds.count() < GUILDS {
            return Some(here);
        }
        inner.places.entry(Where::Everywhere).or_default().rest(now);
        Some(Where::Everywhere)
    }

    /// Makes a cog rest everywhere, because somebody wants it.
    pub fn rest(&self, now: Instant) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let place = inner.places.entry(Where::Everywhere).or_default();
        place.rest(now);
        place.by_hand = true;
    }

    /// Ends every rest; tells whether there was one.
    pub fn release(&self, now: Instant) -> bool {
        let some = !self.resting(now).is_empty();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.places.clear();
        some
    }
}

impl Place {
    fn rest(&mut self, now: Instant) {
        let length = REST
            .saturating_mul(2u32.saturating_pow(self.rests))
            .min(REST_MAX);
        self.rests += 1;
        self.faults = 0;
        self.by_hand = false;
        self.until = Some(now + length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(health: &Health, guild: u64, times: u32, now: Instant) -> Option<Where> {
        let fails = (0..times).map(|_| health.ended(Some(guild.into()), true, now));
        fails.last().flatten()
    }

    #[test]
    fn ten_faults_in_a_row_are_a_rest_in_their_guild_and_each_is_longer() {
        let (health, start) = (Health::default(), Instant::now());
        let in_seven = Where::In(Some(7.into()));
        assert_eq!(fail(&health, 7, 9, start), None);
        assert_eq!(health.ended(Some(7.into()), false, start), None);
        assert_eq!(
            fail(&health, 7, 9, start),
            None,
            "a good call made up for them"
        );
        assert_eq!(fail(&health, 7, 1, start), Some(in_seven));
        let rests = |guild: u64, second| {
            let now = start + Duration::from_secs(second);
            health.rests(Some(guild.into()), now).is_some()
        };
        assert!(rests(7, 59) && !rests(7, 60) && !rests(8, 0));
        let later = start + Duration::from_secs(60);
        assert_eq!(fail(&health, 7, 10, later), Some(in_seven));
        assert!(rests(7, 60 + 119) && !rests(7, 60 + 120));
        let rest = |place, by_hand, seconds| Rest {
            place,
            until: later + Duration::from_secs(seconds),
            by_hand,
        };
        assert_eq!(health.resting(later), [rest(in_seven, false, 120)]);
        health.rest(later + Duration::from_secs(90));
        let both = [
            rest(Where::Everywhere, true, 90 + 60),
            rest(in_seven, false, 120),
        ];
        assert_eq!(health.resting(later), both);
        assert!(health.release(later) && !rests(7, 61));
    }

    #[test]
    fn faults_of_three_guilds_are_the_cogs() {
        let (health, now) = (Health::default(), Instant::now());
        fail(&health, 7, 10, now);
        fail(&health, 8, 10, now);
        assert_eq!(health.rests(Some(9.into()), now), None);
        assert_eq!(fail(&health, 9, 10, now), Some(Where::Everywhere));
        assert!(health.rests(Some(10.into()), now).is_some());
        assert!(health.rests(None, now).is_some());
    }

    #[test]
    fn what_lies_far_apart_does_not_count_together() {
        let (health, start) = (Health::default(), Instant::now());
        for minute in 0..30 {
            let now = start + Duration::from_secs(minute * 61);
            assert_eq!(fail(&health, 7, 1, now), None);
        }
    }
}
