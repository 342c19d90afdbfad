//! `/feeds text`: what is written beside the card or in its place.

use crate::keep;
use crate::list::named;
use crate::post::KNOWN;
use cogbox_sdk::markdown::escape;
use cogbox_sdk::prelude::*;
use cogbox_sdk::template::Template;

/// Longest text, in characters.
const TEXT: u16 = 1_500;
/// What the form's id begins with; the feed's follows.
pub const FORM: &str = "text:";

/// Changes what is written with each post of a feed.
#[command]
pub fn text(
    ctx: &Context,
    /// Which feed.
    #[option(max_length = 100, autocomplete)]
    feed: String,
) -> Answer {
    let (_, id, feed) = named(ctx, &feed)?;
    ctx.show_modal(form(ctx, &id, &feed.text))
}

/// Opens the form again with what was typed into it.
pub fn reopen(ctx: &Context, id: &str) -> Answer {
    managed(ctx)?;
    draft::reopen(ctx, form(ctx, id, ""))
}

fn form(ctx: &Context, id: &str, text: &str) -> Modal {
    let input = TextInput::paragraph("text", t!(ctx, text_label))
        .length(0, TEXT)
        .optional()
        .placeholder(t!(
            ctx,
            text_placeholder,
            title = "{title}",
            link = "{link}"
        ))
        .filled(text);
    Modal::new(format!("{FORM}{id}"), t!(ctx, text_title)).input(input)
}

/// Saves what was typed.
pub fn save(ctx: &Context, id: &str, typed: &str) -> Answer {
    let guild = managed(ctx)?;
    let typed = typed.trim();
    Template::read(ctx, typed, KNOWN)?;
    let changed = keep::change(&guild, id, |feed| feed.text = typed.to_string())?;
    let feed = changed.or_tell(t!(ctx, feed_gone))?;
    let name = escape(&feed.name);
    ctx.reply_privately(match (typed.is_empty(), feed.card) {
        (false, _) => t!(ctx, text_saved, feed = name),
        (true, true) => t!(ctx, text_off, feed = name),
        (true, false) => t!(ctx, text_plain, feed = name),
    })
}

/// Returns the server of somebody who manages it, also after they opened a form.
fn managed(ctx: &Context) -> Answer<String> {
    ctx.in_guild_with(Permissions::MANAGE_GUILD, || t!(ctx, only_managers))
}
