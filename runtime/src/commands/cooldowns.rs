//! How often a command was used of late: a declared cooldown is kept here, before the cog runs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serenity::model::id::{ChannelId, GuildId, UserId};

use crate::config::{Cooldown, Per};

/// Buckets that are remembered; past them, those that are over are forgotten, then all.
const BUCKETS_MAX: usize = 100_000;

/// The uses of late. One for the process.
#[derive(Default)]
pub struct Cooldowns {
    buckets: Mutex<HashMap<Bucket, VecDeque<Instant>>>,
}

/// One use of a command.
#[derive(Debug, Clone)]
pub struct Use<'a> {
    /// Whose command.
    pub cog: &'a str,
    /// Its name.
    pub command: &'a str,
    /// Who used it.
    pub user: UserId,
    /// In which guild.
    pub guild: Option<GuildId>,
    /// In which channel.
    pub channel: ChannelId,
}

/// What shares the uses of a command.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Bucket {
    cog: String,
    command: String,
    per: Per,
    of: (u64, u64),
}

impl Cooldowns {
    /// Counts a use, or returns how long it has to wait.
    pub fn count(&self, one: &Use<'_>, cooldown: &Cooldown, now: Instant) -> Result<(), Duration> {
        let window = Duration::from_secs(cooldown.seconds.into());
        let bucket = one.bucket(cooldown.per);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(&bucket) {
            // The longest cooldown that anybody remembers is an hour.
            let hour = Duration::from_secs(3_600);
            let fresh =
                |used: &VecDeque<Instant>| used.back().is_some_and(|last| now - *last < hour);
            buckets.retain(|_, used| fresh(used));
            if buckets.len() >= BUCKETS_MAX {
                buckets.clear();
            }
        }
        let used = buckets.entry(bucket).or_default();
        while used
            .front()
            .is_some_and(|first| now.duration_since(*first) >= window)
        {
            used.pop_front();
        }
        match used.front() {
            Some(first) if used.len() >= usize::from(cooldown.uses.max(1)) => {
                Err(window.saturating_sub(now.duration_since(*first)))
            }
            _ => {
                used.push_back(now);
                Ok(())
            }
        }
    }
}

impl Use<'_> {
    /// Returns what this use counts for.
    pub(super) fn bucket(&self, per: Per) -> Bucket {
        Bucket {
            cog: self.cog.to_owned(),
            command: self.command.to_owned(),
            per,
            of: self.of(per),
        }
    }

    fn of(&self, per: Per) -> (u64, u64) {
        let guild = self.guild.map_or(0, GuildId::get);
        match per {
            Per::User => (self.user.get(), 0),
            Per::Member => (self.user.get(), guild),
            Per::Channel => (self.channel.get(), 0),
            // Where there is no guild, the conversation stands for it.
            Per::Guild if guild == 0 => (self.channel.get(), 0),
            Per::Guild => (guild, 0),
            Per::Global => (0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(user: u64, guild: u64) -> Use<'static> {
        Use {
            cog: "fun",
            command: "roll",
            user: user.into(),
            guild: (guild > 0).then(|| guild.into()),
            channel: 9.into(),
        }
    }

    #[test]
    fn so_many_uses_fit_into_so_many_seconds() {
        let cooldowns = Cooldowns::default();
        let rule = Cooldown {
            per: Per::Member,
            uses: 2,
            seconds: 10,
        };
        let start = Instant::now();
        let at = |user, guild, second| {
            cooldowns.count(
                &used(user, guild),
                &rule,
                start + Duration::from_secs(second),
            )
        };
        assert_eq!(at(1, 7, 0), Ok(()));
        assert_eq!(at(1, 7, 4), Ok(()));
        assert_eq!(at(1, 7, 6), Err(Duration::from_secs(4)));
        assert_eq!(at(2, 7, 6), Ok(()), "another member");
        assert_eq!(at(1, 8, 6), Ok(()), "another guild");
        assert_eq!(
            at(1, 7, 10),
            Ok(()),
            "the first is over, and what was refused costs nothing"
        );
        assert_eq!(at(1, 7, 11), Err(Duration::from_secs(3)));
    }

    #[test]
    fn everyone_shares_what_is_not_per_person() {
        let cooldowns = Cooldowns::default();
        let now = Instant::now();
        for per in [Per::Channel, Per::Guild, Per::Global] {
            let rule = Cooldown {
                per,
                uses: 1,
                seconds: 10,
            };
            assert!(cooldowns.count(&used(1, 7), &rule, now).is_ok());
            assert!(cooldowns.count(&used(2, 7), &rule, now).is_err(), "{per:?}");
        }
    }
}
