//! Bans whose time is over: lifted, with a case.

use cogbox_sdk::discord::guilds;
use cogbox_sdk::prelude::*;
use cogbox_sdk::temporary_bans::{self, Over};

use crate::archive::{self, Case};
use crate::journal;
use crate::kind::Kind;

/// Lifts a ban whose time is over.
pub fn over(timer: &Timer) -> Answer {
    let Some((guild, user)) = temporary_bans::is_about(timer) else {
        fail!("the timer `{}` is none of ours", timer.name);
    };
    let everybody = guilds::get(guild).map(|guild| guild.locale).ok();
    let reason = t!(&everybody, time_is_over);
    match temporary_bans::lift(timer, guild, user, &reason)? {
        Over::Gone | Over::Later => Ok(()),
        Over::Stays(why) => {
            let who = markdown::mention_user(user);
            journal::say(guild, t!(&everybody, ban_stays, who = who, why = why))
        }
        Over::Lifted => {
            let last = archive::all(guild, Some(user))?.into_iter().next();
            let case = Case {
                kind: Kind::Unban,
                name: last.map_or_else(|| user.to_owned(), |last| last.value.name),
                by: None,
                reason: Some(reason),
                at: clock::now(),
                until: None,
                written: None,
            };
            if let (_, Some(wrong)) = journal::file(&everybody, guild, user, case) {
                warn!("{wrong}");
            }
            Ok(())
        }
    }
}
