//! Cases for what moderators do with Discord's own menus, which the audit log tells of.

use cogbox_sdk::discord::{guilds, members};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::AuditEntry;
use cogbox_sdk::temporary_bans;

use crate::archive::Case;
use crate::kind::Kind;
use crate::{journal, rules};

/// Discord's numbers of entries: "Audit Log Events" in its documentation.
const KICKED: u16 = 20;
const BANNED: u16 = 22;
const UNBANNED: u16 = 23;

/// Files a case for an entry. What the bot itself does is not told.
pub fn written(entry: &AuditEntry) -> Answer {
    let kind = match entry.action {
        KICKED => Kind::Kick,
        BANNED => Kind::Ban,
        UNBANNED => Kind::Unban,
        _ => return Ok(()),
    };
    let (guild, Some(user)) = (&entry.guild, &entry.target) else {
        return Ok(());
    };
    if kind != Kind::Kick {
        // What a moderator did last is what holds.
        temporary_bans::forget(guild, user)?;
    }
    if !rules::by_hand(guild)? {
        return Ok(());
    }
    let name = members::get_user(user).map_or_else(|_| user.clone(), |user| user.name);
    let case = Case {
        kind,
        name,
        by: entry.actor.clone(),
        reason: entry.reason.clone(),
        at: clock::now(),
        until: None,
        written: None,
    };
    let everybody = guilds::get(guild).map(|guild| guild.locale).ok();
    if let (_, Some(wrong)) = journal::file(&everybody, guild, user, case) {
        warn!("{wrong}");
    }
    Ok(())
}
