//! `/play`: finds what somebody means, and puts it into the queue.

use crate::rules::Rules;
use crate::session::{self, Call, come};
use crate::{encore, home, panel, recent, words};
use cogbox_sdk::host::player::{self, Source};
use cogbox_sdk::markdown::{escape, shorten};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// Most choices that Discord shows, and the longest name or value of one.
const CHOICES: usize = 25;
const CHOICE: usize = 100;

/// Plays a track in your voice channel, or puts it at the end of the queue.
#[command(contexts(guild))]
pub fn play(
    ctx: &Context,
    /// A file's name, an address on the web, or words to search for.
    #[option(min_length = 1, max_length = 1000, autocomplete)]
    what: String,
    /// Whether it comes next, before those who wait.
    next: Option<bool>,
) -> Answer {
    let guild = ctx.in_guild()?;
    let rules = Rules::of(&guild);
    rules.require_adding(ctx)?;
    if next == Some(true) {
        rules.require_control(ctx)?;
    }
    if player::status(&guild)?.is_none() {
        // Who begins anew does not want back what was there before a restart.
        encore::forget_all(&guild, true)?;
    }
    come(ctx, &guild, Call::Play)?;
    home::note(ctx, &guild)?;
    let room = room(ctx, &guild, &rules)?;
    let source = source(&guild, what.trim())?;
    let user = ctx.user().id;
    let mut tracks = match player::enqueue(&guild, &source, None, Some(&user)) {
        Err(refused) if matches!(source, Source::Search(_)) => {
            let what = escape(&shorten(&what, CHOICE));
            tell!(ctx, not_found, what = what, why = refused.message);
        }
        done => session::told(ctx, done)?,
    };
    // A list of tracks may be longer than what one person may add.
    let extra = tracks.split_off(room.min(tracks.len()));
    for track in &extra {
        // It plays already where nothing else did.
        let _ = player::remove(&guild, track.id);
    }
    let Some(first) = tracks.first() else {
        tell!(ctx, nothing_there);
    };
    let title = match tracks.len() {
        1 => first.title.clone(),
        _ => what.clone(),
    };
    recent::add(&guild, &source, &title)?;
    encore::keep(&guild, &user, &source, &tracks)?;
    if next == Some(true) {
        for track in tracks.iter().rev() {
            // The first may play already.
            let _ = player::put(&guild, track.id, 1);
        }
    }
    ctx.reply(added(ctx, &guild, &tracks, extra.len())?)?;
    panel::refresh(&guild)
}

/// Offers what was played of late and what is in the media folder.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let typed = request.typed.to_lowercase();
    let fits = |text: &str| {
        let text = text.to_lowercase();
        typed.split_whitespace().all(|word| text.contains(word))
    };
    let mut known = Vec::new();
    let mut choices = Vec::new();
    for one in recent::all(guild)?
        .into_iter()
        .filter(|one| fits(&one.title))
    {
        choices.push(choice(&format!("🕘 {}", one.title), &one.value()));
        known.push(one.source);
    }
    // Half of them, so that there is room for what was not played yet.
    choices.truncate(CHOICES / 2);
    for found in player::find(&Source::Media(request.typed.clone()), CHOICES as u8)? {
        if let Source::Media(name) = &found.source
            && !known.contains(&found.source)
        {
            choices.push(choice(&format!("🎵 {}", found.title), name));
        }
    }
    choices.truncate(CHOICES);
    Ok(choices)
}

/// A name that is cut off is found again by its beginning.
fn choice(name: &str, value: &str) -> Choice {
    let value: String = value.chars().take(CHOICE).collect();
    Choice::new(shorten(name, CHOICE), value)
}

/// Returns what a text means: something of late, an address, a file, else words to search for.
fn source(guild: &str, what: &str) -> Answer<Source> {
    if let Some(recent) = recent::chosen(guild, what)? {
        return Ok(recent.source);
    }
    if what.starts_with("https://") || what.starts_with("http://") {
        return Ok(Source::Url(what.to_string()));
    }
    let named = Source::Media(what.to_string());
    let found = player::find(&named, CHOICES as u8)?;
    let exact = found.iter().find(|one| one.source == named);
    let titled = || {
        found
            .iter()
            .find(|one| one.title.to_lowercase() == what.to_lowercase())
    };
    let best = exact.or_else(titled).or(found.first());
    let search = || Source::Search(what.to_string());
    Ok(best.map_or_else(search, |one| one.source.clone()))
}

/// Returns how many tracks somebody may add, or tells them that it is none.
fn room(ctx: &Context, guild: &str, rules: &Rules) -> Answer<usize> {
    let Some(longest) = rules.longest()? else {
        return Ok(usize::MAX);
    };
    if rules.is_dj(ctx)? {
        return Ok(usize::MAX);
    }
    let user = ctx.user().id;
    let queue = session::told(ctx, player::queue(guild))?;
    let own = queue
        .iter()
        .filter(|track| track.requested_by.as_ref() == Some(&user));
    match longest.saturating_sub(own.count()) {
        0 => tell!(ctx, too_many, most = longest),
        room => Ok(room),
    }
}

/// Says what was added, and when it plays.
fn added(ctx: &Context, guild: &str, tracks: &[Track], extra: usize) -> Answer<String> {
    let first = &tracks[0];
    let title = words::title(first);
    let now = player::status(guild)?;
    let playing = now.as_ref().and_then(|now| now.playing.as_ref());
    let mut text = if tracks.len() > 1 {
        t!(ctx, added_many, count = tracks.len(), title = title)
    } else if playing.is_none_or(|playing| playing.id == first.id) {
        t!(ctx, plays, title = title)
    } else {
        let queue = session::told(ctx, player::queue(guild))?;
        let place = queue.iter().position(|track| track.id == first.id);
        let place = place.unwrap_or_default();
        let before = now.as_ref().and_then(|now| wait(now, &queue[..place]));
        match before {
            Some(wait) => t!(
                ctx,
                added_wait,
                title = title,
                place = place + 1,
                wait = words::time(wait)
            ),
            None => t!(ctx, added, title = title, place = place + 1),
        }
    };
    if extra > 0 {
        text = format!("{text}\n{}", t!(ctx, left_out, count = extra));
    }
    Ok(text)
}

/// Returns how long it takes until what plays and these are over; `None` when one has no end.
pub fn wait(now: &player::Playback, before: &[Track]) -> Option<u64> {
    let playing = match &now.playing {
        Some(playing) => playing.duration?.saturating_sub(now.position),
        None => 0,
    };
    let mut sum = u64::from(playing);
    for track in before {
        sum += u64::from(track.duration?);
    }
    Some(sum)
}
