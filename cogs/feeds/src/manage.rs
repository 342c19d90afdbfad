//! `/feeds`: what is followed, and where it is posted.

use crate::document::Document;
use crate::keep::{self, Feed, Marks, Seen};
use crate::list::{list, named, test};
use crate::rules::Rules;
use crate::trouble::Why;
use crate::wording::text;
use crate::{address, fetch, look, place};
use cogbox_sdk::claim::Claim;
use cogbox_sdk::markdown::{escape, mention_channel, mention_role, shorten};
use cogbox_sdk::prelude::*;

/// Marks that somebody follows a site at this moment.
const ADDING: &str = "adding";
/// Words that a feed is narrowed to.
const WORDS: usize = 20;
/// What stands for none of them.
const NO_WORDS: &str = "-";

/// Posts news of websites.
#[command(
    subcommands(add, list, test, text, edit, resume, remove),
    needs(MANAGE_GUILD),
    defer_as(invoker)
)]
pub struct Feeds;

/// Follows a website.
#[command]
fn add(
    ctx: &Context,
    /// The address of its feed, or of a page of it.
    #[option(max_length = 1000)]
    url: String,
    /// Where its news are posted; here when left out.
    #[option(channels(text, announcement))]
    channel: Option<Channel>,
    /// A role that is pinged each time.
    role: Option<Role>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let channel = channel.map_or(ctx.channel(), |channel| channel.id);
    place::require(ctx, &guild, &channel, true)?;
    let role = match &role {
        Some(role) => place::pinged(ctx, &guild, role)?,
        None => None,
    };
    // Of two who follow the same site at once, one does.
    let claim = Claim::on(store::guild(&guild), ADDING)?.or_tell(t!(ctx, being_added))?;
    let (all, rules) = (keep::all(&guild)?, Rules::of(&guild));
    let most = rules.most()?;
    if all.len() >= most {
        tell!(ctx, too_many, most = most);
    }
    let url =
        address::typed(&url).or_tell(t!(ctx, no_address, url = escape(&shorten(&url, 100))))?;
    let (url, document) = fetch::find(&url).map_err(|failed| Error::tell(failed.told(ctx)))?;
    let twice = |feed: &Feed| feed.url == url && feed.channel == channel;
    if let Some((_, feed)) = all.iter().find(|(_, feed)| twice(feed)) {
        tell!(
            ctx,
            there_already,
            feed = escape(&feed.name),
            channel = mention_channel(&channel)
        );
    }
    let minutes = rules.minutes()?;
    let feed = Feed {
        name: document.title.clone(),
        site: document.site.clone(),
        url,
        channel,
        role,
        text: String::new(),
        card: true,
        only: Vec::new(),
        locale: ctx.guild_locale().unwrap_or_default(),
        since: clock::now(),
        minutes,
        // With none, the next look sees everything: what came while this was being kept is not lost.
        marks: Marks::default(),
        posted: None,
        trouble: None,
    };
    let id = random::id();
    begin(&guild, &id, &document)?;
    keep::keep(&guild, &id, &feed)?;
    look::plan(&guild, &id, minutes)?;
    drop(claim);
    ctx.reply_privately(followed(ctx, &feed, &document))
}

/// Notes all that a feed lists as seen: only what comes later is news.
fn begin(guild: &str, id: &str, document: &Document) -> Answer {
    let mut seen = Seen::default();
    seen.note_all(&document.items);
    keep::keep_seen(guild, id, &seen)
}

fn followed(ctx: &Context, feed: &Feed, document: &Document) -> String {
    let minutes = feed.minutes;
    let (name, channel) = (escape(&feed.name), mention_channel(&feed.channel));
    let mut lines = vec![t!(
        ctx,
        followed,
        feed = name,
        channel = channel,
        minutes = minutes
    )];
    lines.push(match document.newest() {
        Some(item) if !item.title.is_empty() => t!(ctx, newest_is, title = escape(&item.title)),
        Some(_) => t!(ctx, there_are, count = document.items.len()),
        None => t!(ctx, nothing_yet),
    });
    lines.join("\n")
}

/// Changes where and how a feed is posted.
#[command]
fn edit(
    ctx: &Context,
    /// Which feed.
    #[option(max_length = 100, autocomplete)]
    feed: String,
    /// Where its news are posted.
    #[option(channels(text, announcement))]
    channel: Option<Channel>,
    /// The role that is pinged; @everyone for none.
    role: Option<Role>,
    /// Whether posts come as a card with summary and picture.
    card: Option<bool>,
    /// Only posts with one of these words, with commas between; - for all.
    #[option(max_length = 300)]
    only: Option<String>,
    /// What it is called here.
    #[option(max_length = 100)]
    name: Option<String>,
) -> Answer {
    let (guild, id, old) = named(ctx, &feed)?;
    let role = match &role {
        Some(role) => Some(place::pinged(ctx, &guild, role)?),
        None => None,
    };
    let name = name
        .map(|name| name.trim().to_string())
        .filter(|name| !name.is_empty());
    let only = only.map(|only| words(ctx, &only)).transpose()?;
    let moved = channel.is_some();
    let mut new = old.clone();
    new.channel = channel.map_or(new.channel, |channel| channel.id);
    new.card = card.unwrap_or(new.card);
    if moved || new.card && !old.card {
        place::require(ctx, &guild, &new.channel, new.card)?;
    }
    new.role = role.unwrap_or(new.role);
    new.only = only.unwrap_or(new.only);
    new.name = name.unwrap_or(new.name);
    if new == old {
        tell!(ctx, nothing_to_change);
    }
    // A look may be under way: what it notes meanwhile stays.
    keep::change(&guild, &id, |feed| {
        (feed.channel, feed.role) = (new.channel.clone(), new.role.clone());
        (feed.card, feed.only) = (new.card, new.only.clone());
        feed.name = new.name.clone();
    })?;
    let waits = |why: &Why| matches!(why, Why::ChannelGone | Why::ChannelClosed | Why::NotSent(_));
    if moved
        && old
            .trouble
            .as_ref()
            .is_some_and(|trouble| waits(&trouble.why))
    {
        look::plan(&guild, &id, new.minutes)?;
        keep::change(&guild, &id, |feed| feed.trouble = None)?;
    }
    ctx.reply_privately(t!(ctx, changed, state = state(ctx, &new)))
}

/// Returns how a feed is posted.
pub fn state(to: &dyn Audience, feed: &Feed) -> String {
    let mut parts = vec![
        format!("**{}**", escape(&feed.name)),
        mention_channel(&feed.channel),
    ];
    if let Some(role) = &feed.role {
        parts.push(t!(to, pings, role = mention_role(role)));
    }
    parts.push(match (feed.card, feed.text.is_empty()) {
        (true, true) => t!(to, as_card),
        (true, false) => t!(to, as_card_and_text),
        (false, _) => t!(to, as_text),
    });
    if !feed.only.is_empty() {
        let words = feed.only.iter().map(|word| format!("“{}”", escape(word)));
        parts.push(t!(
            to,
            narrowed,
            words = words.collect::<Vec<_>>().join(", ")
        ));
    }
    parts.join(" · ")
}

fn words(ctx: &Context, typed: &str) -> Answer<Vec<String>> {
    let words = typed.split(',').map(|word| word.trim().to_lowercase());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty() && word != NO_WORDS)
        .collect();
    match words.len() > WORDS {
        true => tell!(ctx, too_many_words, most = WORDS),
        false => Ok(words),
    }
}

/// Takes up a feed again that was given up.
#[command]
fn resume(
    ctx: &Context,
    /// Which feed.
    #[option(max_length = 100, autocomplete)]
    feed: String,
) -> Answer {
    let (guild, id, feed) = named(ctx, &feed)?;
    if feed.trouble.is_none() {
        tell!(ctx, runs_well, feed = escape(&feed.name));
    }
    place::require(ctx, &guild, &feed.channel, feed.card)?;
    let (_, document) = fetch::find(&feed.url).map_err(|failed| Error::tell(failed.told(ctx)))?;
    begin(&guild, &id, &document)?;
    let minutes = Rules::of(&guild).minutes()?;
    let now = clock::now();
    keep::change(&guild, &id, |feed| {
        (feed.trouble, feed.marks) = (None, Marks::default());
        (feed.since, feed.minutes) = (now, minutes);
    })?;
    look::plan(&guild, &id, minutes)?;
    ctx.reply_privately(followed(ctx, &feed, &document))
}

/// Follows a feed no more.
#[command]
fn remove(
    ctx: &Context,
    /// Which feed.
    #[option(max_length = 100, autocomplete)]
    feed: String,
) -> Answer {
    let (guild, id, feed) = named(ctx, &feed)?;
    look::cancel(&guild, &id)?;
    keep::forget(&guild, &id)?;
    ctx.reply_privately(t!(ctx, removed, feed = escape(&feed.name)))
}
