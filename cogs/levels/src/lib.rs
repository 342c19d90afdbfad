//! Points for those who write, levels, a leaderboard, and roles as rewards.
//!
//! Owns the list of commands and hooks. What messages say is not needed, only that there are some.

mod admin;
mod announce;
mod board;
mod curve;
mod earn;
mod points;
mod rewards;
mod rules;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Leveling;

#[cog]
impl Cog for Leveling {
    fn commands() -> Commands {
        commands![board::rank, board::leaderboard, admin::Levels]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn message_created(message: Message) -> Answer {
        earn::written(&message)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        match id.split_once(':') {
            Some(("top", page)) => board::turn(ctx, page),
            Some(("reset", _)) => admin::reset_confirmed(ctx),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        match id {
            admin::IGNORED => admin::ignored(ctx, values),
            _ => fail!("the menu `{id}` is none of ours"),
        }
    }
}
