//! Tickets in private threads: a button, questions, and a transcript at the end.
//!
//! A ticket lies under the member who opened it, by its thread: there is one list of them, and it goes with
//! the people in it.

mod by_hand;
mod close;
mod keep;
mod kinds;
mod list;
mod log;
mod open;
mod panel;
mod rules;
mod staff;
mod transcript;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Tickets;

// A transcript is made of what people wrote.
#[cog(message_content)]
impl Cog for Tickets {
    fn commands() -> Commands {
        commands![panel::Manage, staff::Here]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        if let Some(form) = draft::form(id) {
            return match form.split_once(':') {
                Some(("panel", _)) => panel::reopen_form(ctx),
                Some(("kind", role)) => kinds::reopen_form(ctx, role),
                Some(("answers", kind)) => open::reopen_form(ctx, kind),
                _ => fail!("the form `{form}` is none of ours"),
            };
        }
        match id.split_once(':') {
            Some(("open", kind)) => open::pressed(ctx, kind),
            Some(("claim", thread)) => staff::claimed(ctx, thread),
            Some(("join", thread)) => staff::joined(ctx, thread),
            Some(("close", thread)) => close::asked(ctx, thread),
            Some(("reopen", thread)) => close::reopened(ctx, thread),
            Some(("page", page)) => list::turn(ctx, page),
            _ => fail!("the button `{id}` is none of ours"),
        }
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        if let Some(thread) = id.strip_prefix("close:") {
            // What can be wrong there is not what was typed.
            return close::confirmed(ctx, thread, inputs.text("reason"));
        }
        draft::keep(ctx, id, &inputs, || match id.split_once(':') {
            Some(("panel", _)) => panel::post(ctx, &inputs),
            Some(("kind", role)) => kinds::save(ctx, role, &inputs),
            Some(("answers", kind)) => open::answered(ctx, kind, &inputs),
            _ => fail!("the form `{id}` is none of ours"),
        })
    }

    fn thread_updated(before: Option<Channel>, after: Channel) -> Answer {
        by_hand::changed(before.as_ref(), &after)
    }

    fn thread_deleted(thread: Channel) -> Answer {
        by_hand::deleted(&thread)
    }

    fn timer(timer: Timer) -> Answer {
        close::lock_again(&timer)
    }
}
