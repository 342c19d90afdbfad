//! `/feeds list` and `/feeds test`, and finding a feed by what somebody typed.

use crate::fetch::{self, Fetched};
use crate::keep::{self, Feed, Marks};
use crate::{manage, post};
use cogbox_sdk::markdown::{TimeStyle, escape, shorten, time};
use cogbox_sdk::pages::Page;
use cogbox_sdk::prelude::*;

const ON_A_PAGE: usize = 5;
const CHOICES: usize = 25;
/// Characters of a choice of autocomplete.
const CHOICE: usize = 100;
const ORANGE: u32 = 0xee_80_2f;

/// Shows the feeds that this server follows, and what trouble they are in.
#[command]
pub fn list(ctx: &Context) -> Answer {
    ctx.reply_privately(page(ctx, 0)?)
}

/// Turns to another page.
pub fn turn(ctx: &Context, number: &str) -> Answer {
    ctx.update(page(ctx, number.parse().unwrap_or(0))?)
}

fn page(ctx: &Context, number: usize) -> Answer<OutgoingMessage> {
    let all = keep::all(&ctx.in_guild()?)?;
    if all.is_empty() {
        tell!(ctx, none_there);
    }
    let page = Page::new(number, ON_A_PAGE, all.len());
    let parts = all[page.items()].iter().map(|(_, feed)| told(ctx, feed));
    let mut embed = Embed::titled(t!(ctx, list_title))
        .color(ORANGE)
        .description(shorten(&parts.collect::<Vec<_>>().join("\n\n"), 4_000));
    if let Some(label) = page.label(ctx) {
        embed = embed.footer(label);
    }
    let message = OutgoingMessage::from(embed);
    Ok(match page.buttons(ctx, "page:") {
        Some(buttons) => message.row(buttons),
        None => message,
    })
}

fn told(ctx: &Context, feed: &Feed) -> String {
    let mut lines = vec![
        manage::state(ctx, feed),
        format!("<{}>", shorten(&feed.url, 200)),
    ];
    match (&feed.trouble, feed.posted) {
        (Some(trouble), _) => lines.push(trouble.told(ctx)),
        (None, Some(posted)) => {
            lines.push(t!(
                ctx,
                posted_last,
                when = time(posted, TimeStyle::Relative)
            ));
        }
        (None, None) => {
            lines.push(t!(
                ctx,
                nothing_since,
                when = time(feed.since, TimeStyle::Relative)
            ));
        }
    }
    lines.join("\n")
}

/// Shows the latest post of a feed to you alone, as it would be posted.
#[command]
pub fn test(
    ctx: &Context,
    /// Which feed.
    #[option(max_length = 100, autocomplete)]
    feed: String,
) -> Answer {
    let (_, _, feed) = named(ctx, &feed)?;
    let fetched = fetch::feed(&feed.url, &Marks::default());
    let Fetched::Feed(document, _) = fetched.map_err(|failed| Error::tell(failed.told(ctx)))?
    else {
        fail!("{} did not change, which nobody asked", feed.url);
    };
    let Some(item) = document.newest() else {
        tell!(ctx, nothing_there, feed = escape(&feed.name));
    };
    let shown = OutgoingMessage {
        mentions: Mentions::default(),
        ..post::message(&feed, item)
    };
    ctx.reply_privately(shown)?;
    match post::is_wanted(&feed.only, item) {
        true => Ok(()),
        false => ctx.followup_privately(t!(ctx, not_wanted)).map(drop),
    }
}

/// Offers the feeds of a server.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let typed = request.typed.trim().to_lowercase();
    let mut all = keep::all(guild)?;
    all.retain(|(_, feed)| {
        let fits = |text: &str| text.to_lowercase().contains(&typed);
        fits(&feed.name) || fits(&feed.url)
    });
    let choice = |(id, feed): (String, Feed)| {
        let name = format!("{} · {}", shorten(&feed.name, CHOICE / 2), feed.url);
        Choice::new(shorten(&name, CHOICE), id)
    };
    Ok(all.into_iter().take(CHOICES).map(choice).collect())
}

/// Returns the feed of a choice, or the only one that is called so or has this address.
pub fn named(ctx: &Context, name: &str) -> Answer<(String, String, Feed)> {
    let guild = ctx.in_guild()?;
    let name = name.trim();
    let all = keep::all(&guild)?;
    let by_id = all.iter().position(|(id, _)| id == name);
    let fits = |feed: &Feed| feed.url == name || feed.name.to_lowercase() == name.to_lowercase();
    let mut fitting = all.iter().enumerate().filter(|(_, (_, feed))| fits(feed));
    let only = match (fitting.next(), fitting.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    };
    let found = by_id.or(only).and_then(|at| all.into_iter().nth(at));
    let (id, feed) = found.or_tell(t!(ctx, no_such, feed = escape(&shorten(name, 100))))?;
    Ok((guild, id, feed))
}
