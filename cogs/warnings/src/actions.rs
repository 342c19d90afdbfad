//! What is done to somebody whose points reach a number.

use std::collections::BTreeMap;

use cogbox_sdk::discord::guilds;
use cogbox_sdk::markdown::mention_user;
use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;
use cogbox_sdk::temporary_bans::{self, Over};

use crate::journal;

const KEY: &str = "actions";
/// Actions of one server.
pub const MOST: usize = 20;

/// Actions by points.
pub type Actions = BTreeMap<u32, Sanction>;

/// Returns a server's actions.
pub fn all(guild: &str) -> Answer<Actions> {
    Ok(store::guild(guild).json(KEY)?.unwrap_or_default())
}

/// Changes them, also when two do it at once.
pub fn change(guild: &str, mut change: impl FnMut(&mut Actions) -> Answer) -> Answer {
    let changed = store::guild(guild).update(KEY, |old| {
        let mut actions = match old {
            Some(old) => serde_json::from_slice(old)?,
            None => Actions::new(),
        };
        change(&mut actions)?;
        Ok(Some(serde_json::to_vec(&actions)?))
    });
    changed.map(drop)
}

/// Returns what is due when points grow: of the numbers that they reach, the highest one's.
pub fn due(actions: &Actions, before: u32, after: u32) -> Option<Sanction> {
    let reached = actions.range(before.saturating_add(1)..=after.max(before.saturating_add(1)));
    let mut reached = reached.filter(|(points, _)| **points <= after);
    reached.next_back().map(|(_, action)| *action)
}

/// Returns what comes next, and at how many points.
pub fn next(actions: &Actions, points: u32) -> Option<(u32, Sanction)> {
    let mut above = actions.range(points.saturating_add(1)..);
    above.next().map(|(points, action)| (*points, *action))
}

/// Lifts a ban whose time is over.
pub fn over(timer: &Timer) -> Answer {
    let Some((guild, user)) = temporary_bans::is_about(timer) else {
        fail!("the timer `{}` is none of ours", timer.name);
    };
    let everybody = guilds::get(guild).map(|guild| guild.locale).ok();
    let who = mention_user(user);
    match temporary_bans::lift(timer, guild, user, &t!(&everybody, time_is_over))? {
        Over::Gone | Over::Later => {}
        Over::Lifted => journal::say(guild, t!(&everybody, ban_over, who = who))?,
        Over::Stays(why) => journal::say(guild, t!(&everybody, ban_stays, who = who, why = why))?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_due_once_when_its_points_are_reached() {
        let actions: Actions = [(3, Sanction::Timeout(60)), (5, Sanction::Kick)].into();
        assert_eq!(due(&actions, 0, 2), None);
        assert_eq!(due(&actions, 2, 3), Some(Sanction::Timeout(60)));
        assert_eq!(due(&actions, 3, 4), None);
        assert_eq!(due(&actions, 0, 9), Some(Sanction::Kick));
        assert_eq!(due(&actions, 5, 5), None);
        assert_eq!(due(&actions, u32::MAX, u32::MAX), None);
        assert_eq!(next(&actions, 3), Some((5, Sanction::Kick)));
        assert_eq!(next(&actions, 5), None);
    }

    #[test]
    fn actions_are_kept_as_they_are_read() {
        let actions: Actions = [(3, Sanction::Timeout(60)), (9, Sanction::Ban(None))].into();
        let written = serde_json::to_string(&actions).unwrap();
        assert_eq!(written, r#"{"3":{"timeout":60},"9":{"ban":null}}"#);
        assert_eq!(serde_json::from_str::<Actions>(&written).unwrap(), actions);
    }
}
