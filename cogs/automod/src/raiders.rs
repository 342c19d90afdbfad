//! Who joins: how many of late, and what is done to them in a raid.

use cogbox_sdk::discord::guilds;
use cogbox_sdk::prelude::*;

use crate::raid::Raid;
use crate::rules::Raids;
use crate::{enforce, journal};

/// The key under a member of when they joined, while that may be part of a raid.
const KEY: &str = "joined";
/// For how long a call goes on with who is left, in seconds: the host gives it 60.
const LONGEST: f64 = 45.0;

/// Notes somebody who joined, and returns those who make a raid, if they are enough.
pub fn note(guild: &str, raids: &Raids, user: &str) -> Answer<Option<Vec<String>>> {
    let Some(joins) = raids.joins else {
        return Ok(None);
    };
    let now = clock::now();
    store::member(guild, user).set(KEY, now.to_string())?;
    let mut present = Vec::new();
    for entry in store::members(guild, KEY) {
        let entry = entry?;
        let at = std::str::from_utf8(&entry.value).ok();
        let at: f64 = at.and_then(|at| at.parse().ok()).unwrap_or_default();
        match (now - at).abs() <= raids.seconds {
            true => present.push(entry.user),
            false => store::member(guild, entry.user).delete(KEY)?,
        }
    }
    if present.len() < joins {
        return Ok(None);
    }
    for user in &present {
        store::member(guild, user).delete(KEY)?;
    }
    Ok(Some(present))
}

/// Does to those who joined what the server chose.
pub fn meet(guild: &str, raids: &Raids, raid: &mut Raid, users: &[String]) -> Answer {
    raid.joined += users.len() as u32;
    let Some(action) = raids.action else {
        return Ok(());
    };
    let everybody = &guilds::get(guild).map(|guild| guild.locale).ok();
    let (began, reason) = (clock::now(), t!(everybody, raid_reason));
    for user in users {
        if raids.spares(user, began) {
            raid.spared += 1;
            continue;
        }
        let met = match clock::now() - began > LONGEST {
            true => Err(t!(everybody, raid_too_many)),
            false => enforce::punish(everybody, guild, user, action, Some(&reason)),
        };
        match met {
            Ok(()) => raid.done += 1,
            Err(why) => {
                journal::trouble(guild, &why)?;
                raid.failed = Some(why);
            }
        }
    }
    Ok(())
}
