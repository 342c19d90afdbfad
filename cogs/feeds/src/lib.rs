//! News of websites in channels: RSS, Atom and JSON feeds.
//!
//! Owns the list of commands and hooks. `fetch` and `document` read what sites say, `look` posts what is
//! new of it.

mod address;
mod charset;
mod dates;
mod document;
mod fetch;
mod html;
mod keep;
mod list;
mod look;
mod manage;
mod place;
mod post;
mod rules;
mod trouble;
mod wording;

use cogbox_sdk::prelude::*;

locales!("en-US", "de");

pub struct Reader;

#[cog]
impl Cog for Reader {
    fn commands() -> Commands {
        commands![manage::Feeds]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        list::offer(&request)
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        if let Some(feed) = draft::form(id).and_then(|form| form.strip_prefix(wording::FORM)) {
            return wording::reopen(ctx, feed);
        }
        match id.strip_prefix("page:") {
            Some(page) => list::turn(ctx, page),
            None => fail!("the button `{id}` is none of ours"),
        }
    }

    fn submitted(ctx: &Context, id: &str, inputs: Inputs) -> Answer {
        match id.strip_prefix(wording::FORM) {
            Some(feed) => {
                let text = inputs.text("text");
                draft::keep(ctx, id, &inputs, || wording::save(ctx, feed, text))
            }
            None => fail!("the form `{id}` is none of ours"),
        }
    }

    fn timer(timer: Timer) -> Answer {
        look::due(&timer)
    }
}
