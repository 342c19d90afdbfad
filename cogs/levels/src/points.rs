//! What a member has: points, and the minute in which they earned some last.
//!
//! It lies under the member, and goes with them. A reset of everybody is a new season: what is of an
//! earlier one counts as nothing, and nobody's entry has to be touched.

use cogbox_sdk::prelude::*;
use cogbox_sdk::store::Scope;

const POINTS: &str = "points";
const SEASON: &str = "season";
/// How often a change is tried when somebody else changes the same.
const TRIES: usize = 10;
/// Most points of a member, so that sums stay far from the end of what is counted.
pub const MOST: i64 = 2_000_000_000;

/// What is kept of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    pub points: i64,
    minute: i64,
    season: i64,
}

impl Entry {
    fn read(bytes: &[u8], season: i64) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut numbers = text
            .split(' ')
            .map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        let entry = Entry {
            points: next(),
            minute: next(),
            season: next(),
        };
        match entry.season == season {
            true => entry,
            false => Entry {
                season,
                ..Entry::default()
            },
        }
    }

    fn written(self) -> String {
        format!("{} {} {}", self.points, self.minute, self.season)
    }
}

/// Returns what a member has.
pub fn of(guild: &str, user: &str) -> Answer<Entry> {
    let season = season(guild)?;
    let kept = store::member(guild, user).get(POINTS)?;
    Ok(Entry::read(&kept.unwrap_or_default(), season))
}

/// Adds points for a message, unless some were earned in this minute. Returns the points before and
/// after; `None` when there were none to earn.
pub fn earn(guild: &str, user: &str, amount: i64) -> Answer<Option<(i64, i64)>> {
    let (season, minute) = (season(guild)?, (clock::now() / 60.0).floor() as i64);
    let scope = store::member(guild, user);
    for _ in 0..TRIES {
        let old = scope.get(POINTS)?;
        let before = Entry::read(old.as_deref().unwrap_or_default(), season);
        if before.minute == minute {
            return Ok(None);
        }
        let after = Entry {
            points: (before.points + amount).min(MOST),
            minute,
            season,
        };
        if put(&scope, old.as_deref(), after)? {
            return Ok(Some((before.points, after.points)));
        }
    }
    Ok(None)
}

/// Sets a member's points.
pub fn set(guild: &str, user: &str, points: i64) -> Answer {
    let season = season(guild)?;
    store::member(guild, user).update(POINTS, |old| {
        let before = Entry::read(old.unwrap_or_default(), season);
        let after = Entry { points, ..before };
        Ok(Some(after.written().into_bytes()))
    })?;
    Ok(())
}

/// Takes everything away from a member.
pub fn forget(guild: &str, user: &str) -> Answer {
    store::member(guild, user).delete(POINTS)
}

/// Lets everybody begin anew.
pub fn next_season(guild: &str) -> Answer {
    store::guild(guild).add(SEASON, 1).map(drop)
}

/// Returns everybody with points, the first one first; of those with as many, the older account.
pub fn all(guild: &str) -> Answer<Vec<(String, i64)>> {
    let season = season(guild)?;
    let mut all = Vec::new();
    for entry in store::members(guild, POINTS) {
        let entry = entry?;
        let points = Entry::read(&entry.value, season).points;
        if entry.key == POINTS && points > 0 {
            all.push((entry.user, points));
        }
    }
    // They came by their ids, and this keeps that order.
    all.sort_by_key(|(_, points)| -points);
    Ok(all)
}

fn season(guild: &str) -> Answer<i64> {
    store::guild(guild).number(SEASON)
}

fn put(scope: &Scope, old: Option<&[u8]>, new: Entry) -> Answer<bool> {
    scope.swap(POINTS, old, Some(new.written().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_an_earlier_season_counts_as_nothing() {
        let entry = Entry {
            points: 120,
            minute: 29_000_000,
            season: 2,
        };
        assert_eq!(Entry::read(entry.written().as_bytes(), 2), entry);
        let anew = Entry::read(entry.written().as_bytes(), 3);
        assert_eq!((anew.points, anew.minute, anew.season), (0, 0, 3));
        assert_eq!(Entry::read(b"", 0), Entry::default());
        assert_eq!(Entry::read(b"x y", 0), Entry::default());
    }
}
