//! Somebody joins: they get the roles for it, and those for a time that they had when they left.
//!
//! Who has to agree to the server's rules first gets them then: a role would let them in before.

use crate::at_joining::{self, AtJoining};
use crate::hands::moderates;
use crate::temporary;
use cogbox_sdk::discord::{guilds, member_roles, members, roles};
use cogbox_sdk::prelude::*;
use cogbox_sdk::trouble::Why;

/// What the timer's name begins with; the member's id follows.
pub const TIMER: &str = "join";
/// Under a member who has not agreed to the rules yet.
const WAITS: &str = "waits";
/// After how many seconds it is tried again when Discord can't do it now, and how often.
const AGAIN: u32 = 60;
const TRIES: u32 = 30;

pub fn joined(member: &Member) -> Answer {
    if member.pending {
        return match due(member)?.is_empty() {
            true => Ok(()),
            false => store::member(&member.guild, &member.user.id).set(WAITS, "1"),
        };
    }
    give(member, 0)
}

/// A member changed: it may be that they agreed to the rules.
pub fn updated(member: &Member) -> Answer {
    if member.pending {
        return Ok(());
    }
    let kept = store::member(&member.guild, &member.user.id);
    // Of two changes at once one gives the roles.
    if kept.get(WAITS)?.is_none() || !kept.swap(WAITS, Some(b"1"), None)? {
        return Ok(());
    }
    give(member, 0)
}

/// Tries it again for somebody who is still there.
pub fn again(guild: &str, user: &str, timer: &Timer) -> Answer {
    let tried = timer.text()?.parse().unwrap_or(TRIES);
    match members::get(guild, user) {
        Ok(member) => give(&member, tried),
        Err(refused) if refused.may_pass() => later(guild, user, tried),
        Err(refused) => {
            debug!("a member's roles wait no longer: {}", refused.message);
            Ok(())
        }
    }
}

fn due(member: &Member) -> Answer<Vec<String>> {
    let at_joining = AtJoining::of(&member.guild)?;
    let mut due = match member.user.bot {
        true => at_joining.bots,
        false => at_joining.people,
    };
    due.extend(temporary::running(&member.guild, &member.user.id)?);
    due.retain(|role| !member.roles.contains(role));
    Ok(due)
}

fn give(member: &Member, tried: u32) -> Answer {
    let (guild, user) = (&member.guild, &member.user.id);
    let due = due(member)?;
    if due.is_empty() {
        return Ok(());
    }
    let at_joining = AtJoining::of(guild)?;
    let known = roles::all(guild).unwrap_or_default();
    let locale = guilds::get(guild).map(|guild| guild.locale).ok();
    let before = at_joining::troubles(guild)?;
    let (mut now, mut waits) = (before.clone(), false);
    for role in due {
        let is_auto = at_joining.people.contains(&role) || at_joining.bots.contains(&role);
        // It may have become one that moderates since.
        let dangerous = known.iter().find(|one| one.id == role && is_auto);
        let dangerous = dangerous.and_then(|role| moderates(&locale, role));
        let why = match dangerous {
            Some(why) => Some(Why::Other(why)),
            None => match member_roles::add(guild, user, &role, Some("joined")) {
                Ok(()) => None,
                Err(refused) => {
                    debug!("somebody who joined lacks a role: {}", refused.message);
                    waits |= refused.may_pass();
                    Why::of_role(&refused)
                }
            },
        };
        match why {
            Some(why) => drop(now.insert(role, why.now())),
            None => drop(now.remove(&role)),
        }
    }
    if now != before {
        at_joining::keep_troubles(guild, &now)?;
    }
    match waits {
        true => later(guild, user, tried),
        false => Ok(()),
    }
}

fn later(guild: &str, user: &str, tried: u32) -> Answer {
    if tried >= TRIES {
        warn!("somebody who joined lacks roles, and Discord can't be reached");
        return Ok(());
    }
    let plan = schedule::after_seconds(AGAIN).payload((tried + 1).to_string());
    schedule::guild(guild).set(&format!("{TIMER}:{user}"), plan)
}
