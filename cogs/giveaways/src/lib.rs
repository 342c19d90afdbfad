//! Giveaways with a button to join, drawn fairly from who is still there.
//!
//! A giveaway lies under the member who hosts it; that somebody joined, or won, lies under them.

mod end;
mod host;
mod join;
mod keep;
mod list;
mod rules;
mod show;
mod view;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Giveaways;

#[cog]
impl Cog for Giveaways {
    fn commands() -> Commands {
        commands![Giveaway]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        list::offer(&request)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        let guild = ctx.in_guild()?;
        match id.split_once(':') {
            Some(("join", id)) => join::join(ctx, &guild, id),
            Some(("leave", id)) => join::leave(ctx, &guild, id),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn timer(timer: Timer) -> Answer {
        let (Some(guild), Some((what, id))) = (&timer.guild, timer.name.split_once(':')) else {
            fail!("the timer `{}` is none of ours", timer.name);
        };
        match what {
            show::TIMER => show::draw(guild, id),
            end::TIMER => end::due(guild, id),
            _ => end::forget(guild, id),
        }
    }
}

/// Giveaways: start one, end it, draw again.
#[command(
    contexts(guild),
    subcommands(host::start, host::end, host::reroll, host::cancel, list::list)
)]
struct Giveaway;
