//! What a server's admins choose by form; the rules themselves are made with `/automod`.

use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;

const LOG: &str = "log";
const JOINS: &str = "raid-joins";
const SECONDS: &str = "raid-seconds";
const MINUTES: &str = "raid-minutes";
const ACTION: &str = "raid-action";
const SPARED: &str = "raid-spared";

const ACTIONS: [(&str, Option<Sanction>); 4] = [
    ("nothing", None),
    ("time out for a day", Some(Sanction::Timeout(24 * 3_600))),
    ("kick", Some(Sanction::Kick)),
    ("ban", Some(Sanction::Ban(None))),
];
const DAY: f64 = 24.0 * 3_600.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::channel(LOG, "Log channel").help("Where it is written what was done, and why"),
        Setting::number_in(0.0..=100.0, JOINS, "Joins that make a raid")
            .help("0: raids are not noticed")
            .default(0.0),
        Setting::number_in(5.0..=600.0, SECONDS, "Within seconds").default(30.0),
        Setting::choice(ACTION, "Who joins in a raid", ACTIONS.map(|(name, _)| name))
            .help("What happens to them")
            .default(ACTIONS[0].0),
        Setting::number_in(1.0..=1_440.0, MINUTES, "Minutes until a raid is over")
            .help("Since the last who joined")
            .default(10.0),
        Setting::number_in(0.0..=3_650.0, SPARED, "Days that make an account old")
            .help("Older accounts are spared in a raid; 0: none is")
            .default(0.0),
    ]
}

/// Where it is written what was done.
pub fn log(guild: &str) -> Answer<Option<String>> {
    settings::guild(guild).channel(LOG)
}

/// What a raid is, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Raids {
    /// So many joins; none where raids are not noticed.
    pub joins: Option<usize>,
    pub seconds: f64,
    pub minutes: f64,
    pub action: Option<Sanction>,
    spared: f64,
}

impl Raids {
    pub fn of(guild: &str) -> Answer<Self> {
        let chosen = settings::guild(guild);
        let number = |key| Ok::<f64, Error>(chosen.number(key)?.unwrap_or_default());
        let joins = number(JOINS)? as usize;
        let action = chosen.text(ACTION)?.unwrap_or_default();
        let action = ACTIONS.iter().find(|(name, _)| *name == action);
        Ok(Raids {
            joins: (joins > 0).then_some(joins),
            seconds: number(SECONDS)?,
            minutes: number(MINUTES)?,
            action: action.and_then(|(_, action)| *action),
            spared: number(SPARED)?,
        })
    }

    /// Whether an account is too old to belong to a raid.
    pub fn spares(&self, user: &str, now: f64) -> bool {
        let made = markdown::created(user);
        self.spared > 0.0 && made.is_some_and(|made| now - made > self.spared * DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_accounts_are_spared_where_a_server_says_what_is_old() {
        let raids = |spared| Raids {
            joins: None,
            seconds: 0.0,
            minutes: 0.0,
            action: None,
            spared,
        };
        // Made on 30 April 2016.
        let (user, then) = ("175928847299117063", 1_462_015_105.0);
        assert!(raids(7.0).spares(user, then + 8.0 * DAY));
        assert!(!raids(7.0).spares(user, then + 6.0 * DAY));
        assert!(!raids(0.0).spares(user, then + 8.0 * DAY));
        assert!(!raids(7.0).spares("nobody", then));
    }
}
