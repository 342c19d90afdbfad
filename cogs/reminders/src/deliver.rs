//! Telling what is due: in the channel or by direct message, and by the other where one fails.

use crate::keep::{self, Kept, Place, Reminder};
use crate::told;
use crate::zones;
use cogbox_sdk::discord::{direct_messages, messages};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// How many are told in one call; the rest follows at once.
const AT_ONCE: usize = 20;
/// After how many seconds what could not be told is tried again, for each try so far, and how often.
const AGAIN: i64 = 60;
const TRIES: u8 = 5;
/// When the timer fires again, should this call break off.
const WATCH: u32 = 120;
/// From how many seconds on it is said that a reminder is late.
const LATE: i64 = 300;

/// Tells what is due in a place.
pub fn due(place: &Place) -> Answer {
    let now = clock::now() as i64;
    let due = place.due(now)?;
    if !due.is_empty() {
        place.watch(WATCH)?;
    }
    for kept in due.into_iter().take(AT_ONCE) {
        let reminder = &kept.reminder;
        let next = reminder.repeat.as_ref().and_then(|repeat| {
            let zone = zones::named(&reminder.zone);
            repeat.next(reminder.due, now, &zone)
        });
        if place.take(&kept, next)? {
            tell(place, &kept, now)?;
        }
    }
    place.arm()
}

/// Tells one reminder. What Discord can't do now is tried again; what it refuses for good is left.
fn tell(place: &Place, kept: &Kept, now: i64) -> Answer {
    let reminder = &kept.reminder;
    keep::note_told(&kept.user, &kept.id, reminder)?;
    let late = (now - reminder.due > LATE && reminder.tries == 0).then_some(reminder.due);
    let sent = match (&reminder.channel, reminder.direct) {
        (Some(channel), false) => in_channel(channel, kept, late)
            .or_else(|refused| other_way(refused, || directly(kept, late))),
        (Some(channel), true) => directly(kept, late).or_else(|refused| match refused.kind {
            // They are no member any more.
            ErrorKind::Denied => Err(refused),
            _ => other_way(refused, || notice(channel, kept)),
        }),
        (None, _) => directly(kept, late),
    };
    let Err(refused) = sent else {
        return Ok(());
    };
    if !refused.may_pass() || reminder.tries >= TRIES {
        info!("a reminder can't be told: {}", refused.message);
        return Ok(());
    }
    let tries = reminder.tries + 1;
    let again = Reminder {
        due: now + AGAIN * i64::from(tries),
        repeat: None,
        tries,
        ..reminder.clone()
    };
    place.add(&kept.user, &again).map(drop)
}

fn in_channel(channel: &str, kept: &Kept, late: Option<i64>) -> Result<(), Refused> {
    let message = told::message(kept, true, late).ping_user(&kept.user);
    messages::send(channel, &message).map(drop)
}

fn directly(kept: &Kept, late: Option<i64>) -> Result<(), Refused> {
    direct_messages::send(&kept.user, &told::message(kept, false, late)).map(drop)
}

/// Says in the channel that something is due, and not what: it was meant to be private.
fn notice(channel: &str, kept: &Kept) -> Result<(), Refused> {
    messages::send(channel, &told::notice(kept).ping_user(&kept.user)).map(drop)
}

/// Tries another way, unless the first one may work later.
fn other_way(refused: Refused, way: impl FnOnce() -> Result<(), Refused>) -> Result<(), Refused> {
    match refused.may_pass() {
        true => Err(refused),
        false => way(),
    }
}
