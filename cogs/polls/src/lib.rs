//! Polls with buttons and bars that move, anonymous or not, which end by themselves.
//!
//! A vote lies under the member who gave it, and the poll under whoever made it. Votes are counted when
//! they are shown: nothing is lost when many vote at once, and nothing is kept twice.

mod end;
mod keep;
mod make;
mod rules;
mod show;
mod view;
mod vote;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Polls;

#[cog]
impl Cog for Polls {
    fn commands() -> Commands {
        commands![make::poll]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        let guild = ctx.in_guild()?;
        if let Some(form) = draft::form(id) {
            return make::reopen(ctx, form);
        }
        let mut parts = id.split(':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("vote"), Some(poll), Some(option)) => {
                vote::give(ctx, &guild, poll, option.parse().unwrap_or(usize::MAX))
            }
            (Some("who"), Some(poll), _) => vote::who(ctx, &guild, poll),
            (Some("end"), Some(poll), _) => end::asked(ctx, &guild, poll),
            (Some("close"), Some(poll), _) => end::confirmed(ctx, &guild, poll),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        draft::keep(ctx, id, &inputs, || make::submitted(ctx, id, &inputs))
    }

    fn timer(timer: Timer) -> Answer {
        let (Some(guild), Some((what, poll))) = (&timer.guild, timer.name.split_once(':')) else {
            fail!("the timer `{}` is none of ours", timer.name);
        };
        match what {
            show::TIMER => show::draw(guild, poll),
            end::TIMER => end::due(guild, poll),
            _ => keep::sweep(guild, poll),
        }
    }
}
