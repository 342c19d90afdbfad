//! `/queue` and what changes it: pages, and tracks that go, move or are mixed.

use crate::play::wait;
use crate::rules::Rules;
use crate::session::{Session, told};
use crate::{encore, panel, words};
use cogbox_sdk::host::player::{self, Playback};
use cogbox_sdk::markdown::mention_user;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

/// Tracks on one page.
const PAGE: usize = 10;
/// What the ids of the pages' buttons begin with.
const BUTTON: &str = "queue:";
/// What stands before a track's number in a choice of autocomplete: places change meanwhile.
const MARK: &str = "track:";
const CHOICES: usize = 25;

/// Shows what plays and what waits.
#[command(contexts(guild))]
pub fn queue(ctx: &Context) -> Answer {
    let guild = ctx.in_guild()?;
    ctx.reply(page(ctx, &guild, 0)?)
}

/// Returns the page that a button asks for; `None` when it is another button.
pub fn turned(ctx: &Context, id: &str) -> Answer<Option<OutgoingMessage>> {
    let Some(number) = id.strip_prefix(BUTTON) else {
        return Ok(None);
    };
    let guild = ctx.in_guild()?;
    page(ctx, &guild, number.parse().unwrap_or_default()).map(Some)
}

fn page(ctx: &Context, guild: &str, number: usize) -> Answer<OutgoingMessage> {
    let Some(now) = player::status(guild)? else {
        return Ok(Embed::text(t!(ctx, nowhere)).into());
    };
    let tracks = told(ctx, player::queue(guild))?;
    Ok(view(ctx, &now, &tracks, number))
}

/// Returns a page, the last one where there are not so many.
fn view(to: &dyn Audience, now: &Playback, tracks: &[Track], number: usize) -> OutgoingMessage {
    let pages = tracks.len().div_ceil(PAGE).max(1);
    let number = number.min(pages - 1);
    let mut lines = Vec::new();
    match &now.playing {
        Some(track) => lines.push(format!("▶️ {}\n", line(to, track))),
        None => lines.push(t!(to, nothing_plays)),
    }
    let shown = tracks.iter().enumerate().skip(number * PAGE).take(PAGE);
    lines.extend(shown.map(|(at, track)| format!("`{}.` {}", at + 1, line(to, track))));
    let count = tracks.len();
    let foot = match wait(now, tracks) {
        Some(left) => t!(to, queue_foot, count = count, left = words::time(left)),
        None => t!(to, queue_foot_endless, count = count),
    };
    let embed = Embed::titled(t!(to, queue_title))
        .description(lines.join("\n"))
        .footer(match pages {
            1 => foot,
            _ => format!(
                "{foot} · {}",
                t!(to, page, page = number + 1, pages = pages)
            ),
        });
    if pages == 1 {
        return embed.into();
    }
    let turn = |to: usize, label: String, there: bool| {
        let button = Button::secondary(format!("{BUTTON}{to}"), label);
        if there { button } else { button.disabled() }
    };
    let (back, on) = (t!(to, page_back), t!(to, page_on));
    OutgoingMessage::from(embed).row([
        turn(number.saturating_sub(1), back, number > 0),
        turn(number + 1, on, number + 1 < pages),
    ])
}

fn line(to: &dyn Audience, track: &Track) -> String {
    let length = match track.duration {
        Some(duration) => words::time(duration.into()),
        None => t!(to, endless),
    };
    let title = words::title(track);
    match &track.requested_by {
        Some(user) => format!("{title} `{length}` · {}", mention_user(user)),
        None => format!("{title} `{length}`"),
    }
}

/// Takes a track out of the queue; your own, or any if you control the music.
#[command(contexts(guild))]
pub fn remove(
    ctx: &Context,
    /// Its place in the queue.
    #[option(max_length = 100, autocomplete)]
    place: String,
) -> Answer {
    let session = Session::of(ctx)?;
    let track = waiting(ctx, &session.guild, &place)?;
    if track.requested_by != Some(ctx.user().id) {
        Rules::of(&session.guild).require_control(ctx)?;
    }
    told(ctx, player::remove(&session.guild, track.id))?;
    encore::forget(&session.guild, &track)?;
    ctx.reply(t!(ctx, removed, title = words::title(&track)))?;
    panel::refresh(&session.guild)
}

/// Moves a track to another place in the queue.
#[command(name = "move", key = "move", contexts(guild))]
pub fn move_track(
    ctx: &Context,
    /// Its place in the queue.
    #[option(max_length = 100, autocomplete)]
    place: String,
    /// The place that it gets; the first one when left out.
    #[option(min = 1, max = 500)]
    to: Option<u16>,
) -> Answer {
    let session = Session::controlled(ctx)?;
    let track = waiting(ctx, &session.guild, &place)?;
    let to = u32::from(to.unwrap_or(1));
    told(ctx, player::put(&session.guild, track.id, to))?;
    let queue = told(ctx, player::queue(&session.guild))?;
    let place = queue.iter().position(|one| one.id == track.id);
    let place = place.map_or(to as usize, |at| at + 1);
    ctx.reply(t!(ctx, moved, title = words::title(&track), place = place))
}

/// Empties the queue; what plays goes on.
#[command(contexts(guild))]
pub fn clear(ctx: &Context) -> Answer {
    let session = Session::controlled(ctx)?;
    if session.now.waiting == 0 {
        tell!(ctx, queue_empty);
    }
    let tracks = told(ctx, player::queue(&session.guild))?;
    told(ctx, player::clear(&session.guild))?;
    for track in &tracks {
        encore::forget(&session.guild, track)?;
    }
    ctx.reply(t!(ctx, cleared, count = session.now.waiting))?;
    panel::refresh(&session.guild)
}

/// Puts the queue into a random order.
#[command(contexts(guild))]
pub fn shuffle(ctx: &Context) -> Answer {
    let session = Session::controlled(ctx)?;
    if session.now.waiting == 0 {
        tell!(ctx, queue_empty);
    }
    told(ctx, player::shuffle(&session.guild))?;
    ctx.reply(t!(ctx, shuffled, count = session.now.waiting))
}

/// Offers the tracks that wait.
pub fn offer(request: &Request) -> Answer<Vec<Choice>> {
    let Some(guild) = &request.guild else {
        return Ok(Vec::new());
    };
    let tracks = match player::queue(guild) {
        Err(nowhere) if nowhere.kind == ErrorKind::NotFound => Vec::new(),
        tracks => tracks?,
    };
    let typed = request.typed.to_lowercase();
    let named = tracks.iter().enumerate().map(|(at, track)| {
        let name = format!("{}. {}", at + 1, track.title);
        (name, format!("{MARK}{}", track.id))
    });
    let fits = named.filter(|(name, _)| name.to_lowercase().contains(&typed));
    let choices = fits.map(|(name, value)| Choice::new(markdown::shorten(&name, 100), value));
    Ok(choices.take(CHOICES).collect())
}

/// Returns the track that somebody names by its place, or by a choice.
fn waiting(ctx: &Context, guild: &str, place: &str) -> Answer<Track> {
    let tracks = told(ctx, player::queue(guild))?;
    let found = find(&tracks, place.trim()).cloned();
    match (found, tracks.is_empty()) {
        (Some(track), _) => Ok(track),
        (None, true) => tell!(ctx, queue_empty),
        (None, false) => tell!(ctx, no_such_place, count = tracks.len()),
    }
}

fn find<'a>(tracks: &'a [Track], place: &str) -> Option<&'a Track> {
    match place.strip_prefix(MARK) {
        Some(id) => {
            let id: u32 = id.parse().ok()?;
            tracks.iter().find(|track| track.id == id)
        }
        None => tracks.get(place.parse::<usize>().ok()?.checked_sub(1)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cogbox_sdk::host::player::Repeat;

    fn tracks(count: u32) -> Vec<Track> {
        let track = |id| Track {
            id,
            title: format!("Track {id}"),
            url: None,
            duration: Some(60_000),
            requested_by: Some("1".into()),
        };
        (1..=count).map(track).collect()
    }

    fn now(playing: Option<Track>) -> Playback {
        Playback {
            channel: "70".into(),
            playing,
            position: 15_000,
            paused: false,
            volume: 100,
            repeat: Repeat::Off,
            waiting: 0,
            suppressed: false,
        }
    }

    #[test]
    fn a_page_that_is_not_there_is_the_last_one() {
        let all = tracks(21);
        let shown = view(&"en-US", &now(all.first().cloned()), &all[1..], 9);
        let text = shown.embeds[0].description.as_deref().unwrap();
        assert!(text.contains("`20.` Track 21 `1:00` · <@1>"), "{text}");
        let foot = &shown.embeds[0].footer.as_ref().unwrap().text;
        assert_eq!(foot, "20 tracks wait · 20:45 left · Page 2 of 2");
    }

    #[test]
    fn a_stream_has_no_end_to_wait_for() {
        let mut all = tracks(2);
        assert_eq!(wait(&now(None), &all), Some(120_000));
        all[0].duration = None;
        let shown = view(&"en-US", &now(None), &all, 0);
        assert_eq!(
            shown.embeds[0].footer.as_ref().unwrap().text,
            "2 tracks wait"
        );
        assert!(shown.rows.is_empty());
    }

    #[test]
    fn tracks_are_found_by_place_and_by_choice() {
        let all = tracks(3);
        let id = |place| find(&all[1..], place).map(|track| track.id);
        assert_eq!(id("1"), Some(2));
        assert_eq!(id("track:3"), Some(3));
        for odd in ["0", "3", "-1", "track:1", "track:x", "x", ""] {
            assert_eq!(id(odd), None, "{odd}");
        }
    }
}
