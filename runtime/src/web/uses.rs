//! How often commands were used of late: the dashboard's chart, and `/api/uses`.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Web;
use super::status::Timestamp;
use crate::minutes::minute;
use crate::store::StoreError;
use crate::store::minutes::Uses as Counted;

/// How far back is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// An hour, by minutes.
    Hour,
    /// A day, by quarters of an hour.
    #[default]
    Day,
    /// 30 days, by quarters of a day.
    Month,
}

impl Range {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// Returns its name, as it stands in a URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// Returns the range of a name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.name() == name)
    }

    /// The minutes of one stretch, and the number of stretches.
    fn shape(self) -> (u64, u64) {
        match self {
            Self::Hour => (1, 60),
            Self::Day => (15, 96),
            Self::Month => (360, 120),
        }
    }
}

/// How often commands were used, stretch by stretch, the oldest first. The last one is not over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Uses {
    /// How far back it goes.
    pub range: Range,
    /// When the first stretch begins.
    pub from: Timestamp,
    /// How long each is, in seconds.
    pub stretch_seconds: u64,
    /// All uses of each stretch.
    pub stretches: Vec<Stretch>,
    /// The same by cog, of the whole range, who was used most first.
    pub cogs: Vec<Share>,
}

/// The uses within some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Stretch {
    /// How often commands, buttons, menus and forms were used.
    pub uses: u64,
    /// How many of these failed: the member got no good answer.
    pub failed: u64,
    /// How long they took on average, in seconds; none without uses.
    pub average_seconds: Option<f64>,
}

/// What one cog was used for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Share {
    /// The cog.
    pub cog: String,
    /// Its uses in the whole range.
    #[serde(flatten)]
    pub whole: Stretch,
}

impl From<Counted> for Stretch {
    fn from(of: Counted) -> Self {
        let seconds = of.took as f64 / 1_000.0;
        Self {
            uses: of.uses,
            failed: of.failed,
            average_seconds: (of.uses > 0).then(|| seconds / of.uses as f64),
        }
    }
}

impl Uses {
    /// Reads them.
    pub async fn of(web: &Web, range: Range) -> Result<Self, StoreError> {
        let (length, count) = range.shape();
        let now = minute(web.services.clock.now());
        let first = (now / length + 1).saturating_sub(count) * length;
        let kept = web.store().minutes_since(first, length).await?;
        Ok(Self::made(range, first, &kept))
    }

    fn made(range: Range, first: u64, kept: &BTreeMap<(u64, String), Counted>) -> Self {
        let (length, count) = range.shape();
        let mut stretches = vec![Counted::default(); count as usize];
        let mut cogs = BTreeMap::<&str, Counted>::new();
        for ((minute, cog), uses) in kept {
            let place = minute.saturating_sub(first) / length;
            // A clock that was set back leaves some in the future.
            if let Some(stretch) = stretches.get_mut(place as usize) {
                *stretch += *uses;
                *cogs.entry(cog).or_default() += *uses;
            }
        }
        let mut cogs: Vec<_> = cogs
            .into_iter()
            .map(|(cog, whole)| Share {
                cog: cog.to_owned(),
                whole: whole.into(),
            })
            .collect();
        cogs.sort_by_key(|share| std::cmp::Reverse(share.whole.uses));
        Self {
            range,
            from: Timestamp(SystemTime::UNIX_EPOCH + Duration::from_secs(first * 60)),
            stretch_seconds: length * 60,
            stretches: stretches.into_iter().map(Stretch::from).collect(),
            cogs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_in_their_places_and_cogs_in_their_order() {
        let of = |minute, cog: &str, uses, failed| {
            let took = uses * 10;
            ((minute, cog.to_owned()), Counted { uses, failed, took })
        };
        let kept = BTreeMap::from([
            of(600, "fun", 1, 0),
            of(615, "fun", 1, 1),
            of(615, "music", 5, 0),
            of(9_000_000, "fun", 99, 0),
        ]);
        let uses = Uses::made(Range::Day, 600, &kept);
        assert_eq!(uses.stretches.len(), 96);
        let told: Vec<_> = uses.stretches.iter().map(|s| (s.uses, s.failed)).collect();
        assert_eq!(told[..3], [(1, 0), (6, 1), (0, 0)]);
        assert_eq!(uses.stretches[1].average_seconds, Some(0.01));
        assert_eq!(uses.stretches[2].average_seconds, None);
        let cogs: Vec<_> = uses.cogs.iter().map(|s| (&*s.cog, s.whole.uses)).collect();
        assert_eq!(cogs, [("music", 5), ("fun", 2)]);
    }
}
