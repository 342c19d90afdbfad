//! How many new commands may be registered: Discord takes 200 a day for each scope (rule C23).
//!
//! They are shared out, so that a cog which renames its commands again and again doesn't use up
//! those of the others: each may make [`SHARE`] of them a day, as many as it may have commands at
//! all. Changes and deletes cost nothing. What is counted are the last 24 hours and not the
//! calendar's day, since Discord doesn't say when its day begins: whenever that is, there are never
//! more than 200 in it.

use std::time::{Duration, SystemTime};

use crate::store::Made;

/// How long a new command counts.
pub const DAY: Duration = Duration::from_secs(86_400);
/// New commands that Discord takes in a day, of one scope.
pub const ALL: usize = 200;
/// Those of one cog: a full set of commands, once.
pub const SHARE: usize = super::CHAT_SHARE + 2 * super::MENU_SHARE;

/// What was made in the last 24 hours, in one scope.
pub struct Budget {
    made: Vec<Made>,
    now: SystemTime,
}

/// How many new commands a cog may make now.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    /// So many.
    pub count: usize,
    /// When there are more, and what there is too much of until then; `None` when all are granted.
    pub rest: Option<(SystemTime, String)>,
}

impl Budget {
    /// Returns the budget at a moment, given what was made in the day before it.
    pub fn new(made: Vec<Made>, now: SystemTime) -> Self {
        Self { made, now }
    }

    /// Returns how many commands a cog has made.
    pub fn used(&self, cog: &str) -> usize {
        let own = self.made.iter().filter(|made| made.cog == cog);
        own.map(|made| made.count).sum()
    }

    /// Returns how many there are for all cogs together.
    pub fn remaining(&self) -> usize {
        let all: usize = self.made.iter().map(|made| made.count).sum();
        ALL.saturating_sub(all)
    }

    /// Grants a cog as many new commands as it wants, as its share has left, and as there are.
    pub fn grant(&mut self, cog: &str, wanted: usize) -> Granted {
        // The host's own never change; no cog may keep them out.
        let share = if cog == super::HOST { ALL } else { SHARE };
        let of_share = share.saturating_sub(self.used(cog));
        let count = wanted.min(of_share).min(self.remaining());
        let rest = (count < wanted).then(|| match count == of_share {
            true => (
                self.frees(|made| made.cog == cog),
                format!("it has made {SHARE} new ones within a day, which is its share"),
            ),
            false => (
                self.frees(|_| true),
                format!("the bot has made {ALL} new ones within a day, and Discord takes no more"),
            ),
        });
        self.made.push(Made {
            cog: cog.to_owned(),
            at: self.now,
            count,
        });
        Granted { count, rest }
    }

    /// Returns when the first of some commands no longer counts.
    fn frees(&self, some: impl Fn(&Made) -> bool) -> SystemTime {
        let counting = self.made.iter().filter(|made| made.count > 0 && some(made));
        counting.map(|made| made.at).min().unwrap_or(self.now) + DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + hours * 3_600)
    }

    fn made(cog: &str, hours: u64, count: usize) -> Made {
        let cog = cog.to_owned();
        let at = at(hours);
        Made { cog, at, count }
    }

    #[test]
    fn a_cog_uses_its_own_share_and_not_the_others() {
        let made = vec![made("churn", 3, SHARE - 1), made("calm", 2, 5)];
        let mut budget = Budget::new(made, at(10));
        let granted = budget.grant("churn", 4);
        assert_eq!(granted.count, 1);
        let (again, why) = granted.rest.unwrap();
        assert_eq!(again, at(3 + 24));
        assert_eq!(
            why,
            "it has made 60 new ones within a day, which is its share"
        );
        assert_eq!(budget.grant("churn", 1).count, 0);
        let granted = budget.grant("calm", SHARE - 5);
        assert_eq!((granted.count, granted.rest), (SHARE - 5, None));
        assert_eq!(budget.grant("new", SHARE).count, SHARE);
    }

    #[test]
    fn all_together_make_no_more_than_discord_takes() {
        let many = ["a", "b", "c"].map(|cog| made(cog, 5, SHARE));
        let mut budget = Budget::new(many.to_vec(), at(10));
        let granted = budget.grant("d", 30);
        assert_eq!(granted.count, 20);
        let (again, why) = granted.rest.unwrap();
        assert_eq!(again, at(5 + 24));
        assert!(why.starts_with("the bot has made 200 new ones"), "{why}");
        assert_eq!(budget.grant("e", 1).count, 0);
        assert_eq!(budget.grant("e", 0).rest, None);
    }
}
