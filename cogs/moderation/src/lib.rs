//! Bans, kicks and timeouts, with numbered cases and their reasons.
//!
//! Owns the list of commands and hooks. What a moderator may do is Discord's and the host's to say;
//! this cog asks first, so that a moderator reads why something can't be done.

mod archive;
mod bans;
mod by_hand;
mod deed;
mod journal;
mod kind;
mod list;
mod members;
mod people;
mod rules;
mod slowmode;
mod temporary;

use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::discord::model::AuditEntry;

locales!("en-US", "de");

pub struct Moderation;

#[cog]
impl Cog for Moderation {
    fn commands() -> Commands {
        commands![
            bans::ban,
            bans::tempban,
            bans::softban,
            bans::unban,
            bans::massban,
            members::kick,
            members::timeout,
            members::untimeout,
            members::nick,
            members::voicekick,
            slowmode::slowmode,
            list::case,
            list::cases,
            list::cases_of,
            list::reason,
        ]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        bans::offer(&request)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        list::turned(ctx, id)
    }

    fn timer(timer: Timer) -> Answer {
        temporary::over(&timer)
    }

    fn audit_log_written(entry: AuditEntry) -> Answer {
        by_hand::written(&entry)
    }
}
