//! `/remind list`: what waits, on pages, with a menu that removes.

use crate::keep::{Kept, Place};
use crate::words;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, shorten, time};
use cogbox_sdk::prelude::*;

const PAGE: usize = 10;
/// What is shown of a text, in a line and in the menu.
const LINE: usize = 100;
const LABEL: usize = 80;

/// Shows your reminders here, and removes them.
#[command]
pub fn list(ctx: &Context) -> Answer {
    let kept = Place::of(ctx).of_user(&ctx.user().id)?;
    ctx.reply_privately(view(ctx, &kept, 0))
}

/// Shows another page.
pub fn turned(ctx: &Context, page: &str) -> Answer {
    let kept = Place::of(ctx).of_user(&ctx.user().id)?;
    ctx.update(view(ctx, &kept, page.parse().unwrap_or_default()))
}

/// Removes what was picked, and shows what is left.
pub fn removed(ctx: &Context, page: &str, values: Vec<SelectedValue>) -> Answer {
    let (place, user) = (Place::of(ctx), ctx.user().id);
    for value in values {
        if let SelectedValue::Text(id) = value {
            place.remove(&user, &id)?;
        }
    }
    let kept = place.of_user(&user)?;
    ctx.update(view(ctx, &kept, page.parse().unwrap_or_default()))
}

/// Returns a page, the last one where there are not so many.
fn view(to: &dyn Audience, kept: &[Kept], number: usize) -> OutgoingMessage {
    if kept.is_empty() {
        return Embed::text(t!(to, none_wait)).into();
    }
    let pages = kept.len().div_ceil(PAGE);
    let number = number.min(pages - 1);
    let shown: Vec<&Kept> = kept.iter().skip(number * PAGE).take(PAGE).collect();
    let lines: Vec<String> = shown.iter().map(|one| line(to, one)).collect();
    let count = t!(to, waiting, count = kept.len());
    let embed = Embed::titled(t!(to, list_title))
        .description(lines.join("\n"))
        .footer(match pages {
            1 => count,
            _ => format!(
                "{count} · {}",
                t!(to, page, page = number + 1, pages = pages)
            ),
        });
    let choices = shown
        .iter()
        .map(|one| SelectChoice::new(label(to, one), &one.id));
    let menu = SelectMenu::choices(format!("remove:{number}"), choices)
        .picks(1, shown.len() as u8)
        .placeholder(t!(to, remove_some));
    let view = OutgoingMessage::from(embed).menu(menu);
    if pages == 1 {
        return view;
    }
    let turn = |id: usize, label: String, there: bool| {
        let button = Button::secondary(format!("list:{id}"), label);
        if there { button } else { button.disabled() }
    };
    view.row([
        turn(number.saturating_sub(1), t!(to, page_back), number > 0),
        turn(number + 1, t!(to, page_on), number + 1 < pages),
    ])
}

fn line(to: &dyn Audience, kept: &Kept) -> String {
    let reminder = &kept.reminder;
    let at = time(reminder.due as f64, TimeStyle::DateTime);
    let place = match &reminder.channel {
        Some(channel) if !reminder.direct => mention_channel(channel),
        _ => t!(to, direct),
    };
    let text = match (reminder.text.as_str(), &reminder.link) {
        ("", Some(link)) => link.clone(),
        (text, _) => escape(&shorten(&text.replace('\n', " "), LINE)),
    };
    match &reminder.repeat {
        Some(repeat) => format!("{at} · {text} · {place} · 🔁 {}", words::repeat(to, repeat)),
        None => format!("{at} · {text} · {place}"),
    }
}

fn label(to: &dyn Audience, kept: &Kept) -> String {
    match kept.reminder.text.trim() {
        "" => t!(to, this_message),
        text => shorten(&text.replace('\n', " "), LABEL),
    }
}
