//! The end of a giveaway: winners are drawn, noted, and then told. What breaks off in between goes on
//! with the next try.

use crate::keep::{self, Giveaway, Kept, Stage};
use crate::view;
use cogbox_sdk::discord::{members, messages};
use cogbox_sdk::prelude::*;
use cogbox_sdk::schedule::Plan;

/// What the timer's name begins with; the giveaway's id follows.
pub const TIMER: &str = "end";
/// The same of the one that forgets a giveaway, and how long it can be drawn again.
const FORGET: &str = "forget";
const KEPT_SECONDS: u32 = 14 * 86_400;
/// After how many seconds it is tried again when Discord can't do it now.
const AGAIN: u32 = 60;
/// How many people are looked up in one draw at most: of those who joined, many may have left.
const LOOKUPS: usize = 1_000;

/// Has a giveaway end at a time.
pub fn plan(guild: &str, id: &str, when: Plan) -> Answer {
    schedule::guild(guild).set(&format!("{TIMER}:{id}"), when)
}

/// Has it end at no time.
pub fn cancel(guild: &str, id: &str) -> Answer {
    schedule::guild(guild)
        .cancel(&format!("{TIMER}:{id}"))
        .map(drop)
}

/// Forgets a giveaway, who joined it and who won.
pub fn forget(guild: &str, id: &str) -> Answer {
    if let Some(kept) = Kept::find(guild, id)? {
        kept.delete(guild)?;
    }
    match keep::sweep(guild, id)? {
        true => Ok(()),
        false => forget_in(guild, id, 1),
    }
}

fn forget_in(guild: &str, id: &str, seconds: u32) -> Answer {
    let plan = schedule::after_seconds(seconds);
    schedule::guild(guild).set(&format!("{FORGET}:{id}"), plan)
}

/// Ends a giveaway, or draws again.
pub fn due(guild: &str, id: &str) -> Answer {
    let Some(mut kept) = Kept::find(guild, id)? else {
        // Its host had their data deleted; who joined did not.
        return forget(guild, id);
    };
    if matches!(kept.giveaway.stage, Stage::Running | Stage::Drawing) {
        let winners = match drawn(guild, &kept) {
            Ok(winners) => winners,
            Err(refused) if refused.may_pass() => return again(guild, id, &refused),
            Err(fault) => return Err(fault),
        };
        for user in winners {
            keep::win(guild, &user, id, kept.giveaway.round)?;
        }
        kept.change(guild, |giveaway| giveaway.stage = Stage::Telling)?;
    }
    if kept.giveaway.stage == Stage::Telling {
        if let Err(refused) = tell(guild, &kept)? {
            return again(guild, id, &refused);
        }
        kept.change(guild, |giveaway| giveaway.stage = Stage::Over)?;
        forget_in(guild, id, KEPT_SECONDS)?;
    }
    Ok(())
}

/// Draws the winners of this round: each who joined, is still there, has the role and has not won yet is
/// as likely as the others.
fn drawn(guild: &str, kept: &Kept) -> Result<Vec<String>, Error> {
    let (giveaway, id) = (&kept.giveaway, &kept.id);
    let before = keep::winners(guild, id)?;
    // Drawn by a try that broke off before it told them.
    let own = before
        .iter()
        .filter(|(_, round)| *round == giveaway.round)
        .count();
    let mut hat = keep::entrants(guild, id)?;
    hat.retain(|user| !before.iter().any(|(winner, _)| winner == user));
    random::shuffle(&mut hat);
    let mut winners = Vec::new();
    for user in hat.into_iter().take(LOOKUPS) {
        if winners.len() + own >= giveaway.winners {
            break;
        }
        if may_win(guild, giveaway, &user)? {
            winners.push(user);
        }
    }
    Ok(winners)
}

fn may_win(guild: &str, giveaway: &Giveaway, user: &str) -> Answer<bool> {
    match members::get(guild, user) {
        Ok(member) => {
            let role = giveaway.role.as_ref();
            Ok(role.is_none_or(|role| member.roles.contains(role)))
        }
        Err(gone) if gone.kind == ErrorKind::NotFound => Ok(false),
        Err(refused) => Err(refused.into()),
    }
}

/// Shows and announces who won; the inner error is one that may pass.
fn tell(guild: &str, kept: &Kept) -> Answer<Result<(), Error>> {
    let (giveaway, count) = (&kept.giveaway, keep::entrants(guild, &kept.id)?.len());
    let mut winners = keep::winners(guild, &kept.id)?;
    winners.sort_by_key(|(_, round)| *round);
    let all: Vec<String> = winners.iter().map(|(user, _)| user.clone()).collect();
    winners.retain(|(_, round)| *round == giveaway.round);
    let now: Vec<String> = winners.into_iter().map(|(user, _)| user).collect();
    let over = view::over(&kept.host, giveaway, count, &all);
    let mut told = view::announcement(giveaway, &now);
    match messages::edit(&giveaway.channel, &giveaway.message, &over.into()) {
        Ok(_) => told = told.reply_to(&giveaway.message),
        Err(refused) if refused.may_pass() => return Ok(Err(refused.into())),
        // Winners are announced all the same.
        Err(refused) => info!("a giveaway can't be shown: {}", refused.message),
    }
    match messages::send(&giveaway.channel, &told) {
        Err(refused) if refused.may_pass() => Ok(Err(refused.into())),
        Err(refused) => {
            info!("winners can't be announced: {}", refused.message);
            Ok(Ok(()))
        }
        Ok(_) => Ok(Ok(())),
    }
}

fn again(guild: &str, id: &str, refused: &Error) -> Answer {
    info!("the giveaway {id} can't end now: {refused}");
    plan(guild, id, schedule::after_seconds(AGAIN))
}
