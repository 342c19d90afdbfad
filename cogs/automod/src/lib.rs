//! Rules for messages, with what happens to those that break them, and an end to raids.
//!
//! Owns the list of commands and hooks. Messages are heard in `watch`, judged in `judge` and `pace`, and
//! what follows is done in `enforce`. Nobody asks for any of it, so all of it takes `act-alone`.

mod add;
mod addresses;
mod admin;
mod enforce;
mod exempt;
mod journal;
mod judge;
mod kept;
mod pace;
mod phrases;
mod raid;
mod raiders;
mod rule;
mod rules;
mod shape;
mod trial;
mod watch;

use cogbox_sdk::prelude::*;
use cogbox_sdk::temporary_bans;

locales!("en-US", "de");

pub struct Automod;

#[cog(message_content)]
impl Cog for Automod {
    fn commands() -> Commands {
        commands![admin::Automod]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        admin::offer(&request)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        match id {
            raid::END => raid::ended_by(ctx),
            _ => match draft::form(id) {
                Some(form) => add::reopen(ctx, form),
                None => fail!("the button `{id}` is none of ours"),
            },
        }
    }

    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        exempt::chosen(ctx, id, values)
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        draft::keep(ctx, id, &inputs, || add::sent(ctx, id, &inputs))
    }

    fn message_created(message: Message) -> Answer {
        watch::written(&message)
    }

    fn message_edited(before: Option<Message>, after: Message) -> Answer {
        watch::edited(before.as_ref(), &after)
    }

    fn member_joined(member: Member) -> Answer {
        raid::joined(&member)
    }

    fn unbanned(guild: String, user: User) -> Answer {
        // Lifted by hand: a later ban is somebody else's, and has no end here.
        temporary_bans::forget(&guild, &user.id).map(drop)
    }

    fn timer(timer: Timer) -> Answer {
        match timer.name.as_str() {
            raid::TIMER => raid::over(&timer),
            pace::TIMER => pace::over(&timer),
            name if name.starts_with(enforce::NOTICE) => enforce::notice_over(&timer),
            _ => journal::ban_over(&timer),
        }
    }
}
