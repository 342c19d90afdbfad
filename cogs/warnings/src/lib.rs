//! Warnings with points that expire, and what happens when somebody has too many.
//!
//! Owns the list of commands and hooks.

mod actions;
mod clear;
mod form;
mod journal;
mod kept;
mod list;
mod reasons;
mod rules;
mod setup;
mod unwarn;
mod warn;

use cogbox_sdk::prelude::*;
use cogbox_sdk::temporary_bans;

locales!("en-US", "de");

pub struct Warnings;

#[cog]
impl Cog for Warnings {
    fn commands() -> Commands {
        commands![
            warn::warn,
            form::warn_by_form,
            list::warnings,
            list::warnings_of,
            list::mywarnings,
            unwarn::unwarn,
            clear::clearwarnings,
            setup::Warnrules,
        ]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        match request.guild.clone() {
            None => Ok(Vec::new()),
            Some(guild) if request.focused == "number" => unwarn::offer(&request, &guild),
            Some(guild) if request.focused == "points" => setup::offer(&request, &guild),
            Some(guild) => reasons::offer(&request, &guild),
        }
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        if let Some(form) = draft::form(id) {
            return form::reopen(ctx, form);
        }
        match id.split_once(':') {
            Some((clear::BUTTON, user)) => clear::confirmed(ctx, user),
            Some((list::MINE, page)) => list::mine_turned(ctx, page),
            Some((list::BUTTON, rest)) => list::turned(ctx, rest),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        draft::keep(ctx, id, &inputs, || form::sent(ctx, id, &inputs))
    }

    fn timer(timer: Timer) -> Answer {
        actions::over(&timer)
    }

    fn unbanned(guild: String, user: User) -> Answer {
        // Lifted by hand: a later ban is somebody else's, and has no end here.
        temporary_bans::forget(&guild, &user.id).map(drop)
    }
}
