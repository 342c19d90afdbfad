//! Roles that belong to levels.

use crate::rules::Rules;
use cogbox_sdk::discord::member_roles;
use cogbox_sdk::prelude::*;
use cogbox_sdk::trouble::{Trouble, Why};
use std::collections::BTreeMap;

/// Under a guild: roles by level, and why one could not be given.
const REWARDS: &str = "rewards";
const TROUBLES: &str = "troubles";
/// Rewards of one server.
pub const MOST: usize = 25;
/// How long a role that could not be given is not tried again, in seconds.
const REST: f64 = 3_600.0;

/// Roles by level.
pub type Rewards = BTreeMap<u32, String>;

/// Roles that could not be given.
pub type Troubles = BTreeMap<String, Trouble>;

pub fn all(guild: &str) -> Answer<Rewards> {
    Ok(store::guild(guild).json(REWARDS)?.unwrap_or_default())
}

/// Changes the rewards, and forgets what went wrong before.
pub fn change(guild: &str, mut change: impl FnMut(&mut Rewards)) -> Answer {
    let kept = store::guild(guild);
    let mut rewards = all(guild)?;
    change(&mut rewards);
    kept.set_json(REWARDS, &rewards)?;
    kept.delete(TROUBLES)
}

pub fn troubles(guild: &str) -> Answer<Troubles> {
    Ok(store::guild(guild).json(TROUBLES)?.unwrap_or_default())
}

/// Gives a member the roles of their level, and takes those that do not stay.
pub fn give(guild: &str, user: &str, has: &[String], level: u32) -> Answer {
    let rewards = all(guild)?;
    if rewards.is_empty() {
        return Ok(());
    }
    let change = due(&rewards, has, level, Rules::of(guild).keeps_rewards()?);
    if change == Change::default() {
        return Ok(());
    }
    let before = troubles(guild)?;
    let mut now = before.clone();
    let rests = |role: &String| before.get(role).is_some_and(|trouble| trouble.rests(REST));
    let reason = Some("levels");
    let given = change.give.iter().map(|role| (role, true));
    let taken = change.take.iter().map(|role| (role, false));
    for (role, gives) in given.chain(taken).filter(|(role, _)| !rests(role)) {
        let done = match gives {
            true => member_roles::add(guild, user, role, reason),
            false => member_roles::remove(guild, user, role, reason),
        };
        match done {
            Ok(()) => drop(now.remove(role)),
            Err(error) => match Why::of_role(&error) {
                Some(why) => drop(now.insert(role.clone(), why.now())),
                None => debug!("a reward waits: {}", error.message),
            },
        }
    }
    if now != before {
        store::guild(guild).set_json(TROUBLES, &now)?;
    }
    Ok(())
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Change {
    give: Vec<String>,
    take: Vec<String>,
}

/// Returns what a member of a level lacks, and what of an earlier level goes.
fn due(rewards: &Rewards, has: &[String], level: u32, keeps: bool) -> Change {
    let reached: Vec<&String> = rewards.range(..=level).map(|(_, role)| role).collect();
    let (earlier, highest) = match (keeps, reached.split_last()) {
        (false, Some((highest, earlier))) => (earlier, vec![*highest]),
        _ => (&[][..], reached.clone()),
    };
    let give = highest.iter().filter(|role| !has.contains(role));
    let take = earlier
        .iter()
        .filter(|role| has.contains(role) && !highest.contains(role));
    Change {
        give: give.map(|role| role.to_string()).collect(),
        take: take.map(|role| role.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewards_are_given_by_level_and_earlier_ones_stay_or_go() {
        let rewards: Rewards = [(5, "a"), (10, "b"), (20, "c")]
            .map(|(level, role)| (level, role.to_string()))
            .into();
        let due = |has: &[&str], level, keeps| {
            let has: Vec<String> = has.iter().map(|role| role.to_string()).collect();
            let change = due(&rewards, &has, level, keeps);
            (change.give.concat(), change.take.concat())
        };
        let texts = |give: &str, take: &str| (give.to_string(), take.to_string());
        assert_eq!(due(&[], 4, true), texts("", ""));
        assert_eq!(due(&["a"], 12, true), texts("b", ""));
        assert_eq!(due(&[], 99, true), texts("abc", ""));
        assert_eq!(due(&["a", "x"], 12, false), texts("b", "a"));
        assert_eq!(due(&["b"], 12, false), texts("", ""));
        assert_eq!(due(&["a", "b"], 20, false), texts("c", "ab"));
        // Who falls back keeps what they have.
        assert_eq!(due(&["c"], 5, true), texts("a", ""));
    }
}
