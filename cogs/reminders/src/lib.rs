//! Reminders in plain words, once or again and again, in one's own time zone.
//!
//! Owns the list of commands and hooks. Which time a text means is read by [`when`], without the host.

mod deliver;
mod keep;
mod list;
mod rules;
mod set;
mod told;
mod when;
mod words;
mod zones;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Reminders;

#[cog]
impl Cog for Reminders {
    fn commands() -> Commands {
        commands![Remind, set::remind_of_this, zones::timezone]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        match request.focused.as_str() {
            "zone" => Ok(zones::offer(&request)),
            _ => set::offer(&request),
        }
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        if let Some(form) = draft::form(id) {
            return set::reopen(ctx, form);
        }
        match id.split_once(':') {
            Some(("list", page)) => list::turned(ctx, page),
            Some(("drop", id)) => set::dropped(ctx, id),
            Some((what, about)) => told::pressed(ctx, what, about),
            None => fail!("the button `{id}` is none of ours"),
        }
    }

    fn selected(ctx: &Context, id: &str, values: Vec<SelectedValue>) -> Answer {
        let page = id.strip_prefix("remove:").unwrap_or_default();
        list::removed(ctx, page, values)
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        draft::keep(ctx, id, &inputs, || set::submitted(ctx, id, &inputs))
    }

    fn timer(timer: Timer) -> Answer {
        deliver::due(&keep::Place::of_timer(&timer)?)
    }
}

/// Reminders: set one, or see yours.
#[command(subcommands(set::me, list::list))]
struct Remind;
