//! Warnings as they are kept: each under whom it is about, so that it goes with that person's data.

use cogbox_sdk::numbered::{Numbered, Series};
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

const WARNINGS: Series = Series::new("warnings", "warning:");

/// A warning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// How the person was called then.
    pub name: String,
    /// The moderator.
    pub by: String,
    pub reason: String,
    pub points: u32,
    pub at: f64,
    /// When its points count no more.
    pub until: Option<f64>,
}

impl Warning {
    /// Whether its points count.
    pub fn counts(&self, now: f64) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A warning with its number and whom it is about.
pub type Filed = Numbered<Warning>;

/// Files a warning, or tells that there is no room.
pub fn file(ctx: &Context, guild: &str, user: &str, warning: Warning) -> Answer<Filed> {
    match WARNINGS.file(guild, user, warning) {
        Err(full) if full.kind() == Some(ErrorKind::Quota) => tell!(ctx, store_full),
        filed => filed,
    }
}

/// Finds a warning by its number, or tells that there is none.
pub fn find(ctx: &Context, guild: &str, number: u32) -> Answer<Filed> {
    let found = WARNINGS.find(guild, i64::from(number))?;
    found.or_tell(t!(ctx, no_warning, number = number.to_string()))
}

/// Takes a warning back; false when somebody else has just done it.
pub fn remove(guild: &str, filed: &Filed) -> Answer<bool> {
    WARNINGS.remove(guild, filed)
}

/// Returns the warnings of one person or of all, newest first.
pub fn all(guild: &str, user: Option<&str>) -> Answer<Vec<Filed>> {
    WARNINGS.all(guild, user)
}

/// Returns how many points of these count now.
pub fn points<'a>(warnings: impl IntoIterator<Item = &'a Filed>) -> u32 {
    let now = clock::now();
    sum(warnings.into_iter().map(|filed| &filed.value), now)
}

fn sum<'a>(warnings: impl Iterator<Item = &'a Warning>, now: f64) -> u32 {
    let counting = warnings.filter(|warning| warning.counts(now));
    counting.fold(0, |sum, warning| sum.saturating_add(warning.points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_count_until_they_expire() {
        let warning = |points, until| Warning {
            name: "cleo".into(),
            by: "1".into(),
            reason: "spam".into(),
            points,
            at: 0.0,
            until,
        };
        let all = [warning(2, None), warning(3, Some(10.0))];
        assert_eq!(sum(all.iter(), 9.9), 5);
        assert_eq!(sum(all.iter(), 10.0), 2);
        assert_eq!(sum([].iter(), 0.0), 0);
    }
}
