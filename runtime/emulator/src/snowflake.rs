//! Discord's ids: 64-bit numbers whose upper 42 bits tell when a thing was made.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::clock::Time;

/// The first millisecond of 2015, where Discord's count begins.
const EPOCH_MILLIS: u64 = 1_420_070_400_000;

/// A snowflake. On the wire it is always a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

/// Reads an id from a text of digits or a number.
impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(reader)?;
        let refusal = || serde::de::Error::custom("an id is a text of digits");
        Id::from_json(&value).ok_or_else(refusal)
    }
}

impl Id {
    /// Returns the smallest id of the given moment.
    pub fn at(moment: Time) -> Self {
        Id(moment.millis().saturating_sub(EPOCH_MILLIS) << 22)
    }

    /// Reads an id from a JSON string or number, since requests may send either.
    pub fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_u64().map(Id),
            _ => None,
        }
    }

    /// Returns the shard that serves a guild with this id, of `count` shards.
    pub fn shard(self, count: u64) -> u64 {
        (self.0 >> 22) % count.max(1)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A sign is no part of an id.
        let digits = if text.starts_with('+') { "" } else { text };
        digits.parse().map(Id)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Hands out ids that rise strictly, whatever the clock does.
#[derive(Clone, Debug, Default)]
pub struct Snowflakes {
    last: u64,
    last_guild: u64,
}

/// Guilds are spread over the milliseconds of the day before, because shards are counted by the
/// millisecond of a guild's id: guilds made at once would otherwise all fall on one shard.
const GUILD_AGE_MILLIS: u64 = 86_400_000;

impl Snowflakes {
    /// Returns the next id at `now`.
    pub fn next(&mut self, now: Time) -> Id {
        self.last = Id::at(now).0.max(self.last + 1);
        Id(self.last)
    }

    /// Returns the next id for a guild, one millisecond after the guild before it.
    pub fn next_guild(&mut self, now: Time) -> Id {
        let millis = now.millis().saturating_sub(EPOCH_MILLIS + GUILD_AGE_MILLIS);
        self.last_guild = match self.last_guild {
            0 => millis,
            last => last + 1,
        };
        Id(self.last_guild << 22)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b25_ids_are_strings_on_the_wire_and_rise_even_when_time_stands() {
        let now = Time::from_micros(1_767_225_600_000_000);
        let mut ids = Snowflakes::default();
        let (first, second) = (ids.next(now), ids.next(now));
        assert!(second > first);
        assert_eq!(first.0 >> 22, now.millis() - EPOCH_MILLIS);
        assert_eq!(serde_json::to_value(first).unwrap(), first.to_string());
        assert_eq!(Id::from_json(&serde_json::json!(7)), Some(Id(7)));
        assert_eq!(Id::from_json(&serde_json::json!("7")), Some(Id(7)));
        assert_eq!(Id::from_json(&serde_json::json!("x7")), None);
    }

    #[test]
    fn a31_guilds_fall_on_one_shard_after_the_other() {
        let now = Time::from_micros(1_767_225_600_000_000);
        let mut ids = Snowflakes::default();
        let first = ids.next_guild(now);
        for later in [0, 1, 2, 3] {
            let now = now.plus(std::time::Duration::from_millis(later));
            let (one, two) = (ids.next_guild(now), ids.next_guild(now));
            assert_ne!(one.shard(2), two.shard(2));
            assert_eq!(one.shard(2), first.shard(2) ^ 1);
        }
    }
}
