//! A cog that does with the player what it is told: `/radio what:play tone.wav`. It notes what the
//! player tells it, and `/heard` shows that.
//!
//! It is there for the host's tests. Nobody should run it on a real server.

use cogbox_sdk::cog::{Departure, End};
use cogbox_sdk::host::player::{self, Repeat, Source};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

pub struct Radio;

#[cog]
impl Cog for Radio {
    fn commands() -> Commands {
        commands![radio, heard]
    }

    fn track_started(guild: String, track: Track) -> Answer {
        note(&guild, &format!("started {}", track.title))
    }

    fn track_ended(guild: String, track: Track, why: End) -> Answer {
        note(&guild, &format!("{} {}", spoken(why), track.title))
    }

    fn player_idle(guild: String) -> Answer {
        note(&guild, "idle")
    }

    fn player_left(guild: String, why: Departure) -> Answer {
        let why = format!("{why:?}").replace("Departure::", "");
        note(&guild, &format!("left: {why}"))
    }
}

/// Does what it is told with the player of this server.
#[command(contexts(guild))]
fn radio(
    ctx: &Context,
    /// A verb and what it needs.
    what: String,
) -> Answer {
    let guild = ctx.in_guild()?;
    let (verb, rest) = what.split_once(' ').unwrap_or((&what, ""));
    let asker = ctx.user().id.clone();
    let said = match done(&guild, &asker, verb, rest) {
        Ok(said) => said,
        Err(refused) => {
            format!("{:?}: {}", refused.kind, refused.message).replace("ErrorKind::", "")
        }
    };
    ctx.reply(said)
}

/// Tells what the player told, oldest first.
#[command(contexts(guild))]
fn heard(ctx: &Context) -> Answer {
    let noted = store::guild(ctx.in_guild()?).text("heard")?;
    ctx.reply(noted.as_deref().unwrap_or("nothing"))
}

fn done(guild: &str, asker: &str, verb: &str, rest: &str) -> Result<String, Refused> {
    let number = rest.parse::<u32>().unwrap_or_default();
    let fine = "ok".to_owned();
    match verb {
        "join" => player::join(guild, rest).map(|()| fine),
        "leave" => player::leave(guild).map(|()| fine),
        "play" => put(guild, Source::Media(rest.to_owned()), None, Some(asker)),
        "tone" => put(guild, Source::Bytes(tone(number)), Some("a tone"), None),
        "url" => put(guild, Source::Url(rest.to_owned()), None, None),
        "search" => put(guild, Source::Search(rest.to_owned()), None, Some(asker)),
        "look" => looked(Source::Search(rest.to_owned())),
        "list" => looked(Source::Url(rest.to_owned())),
        "noise" => put(guild, Source::Bytes(vec![7; 4_000]), None, None),
        "find" => {
            let found = player::find(&Source::Media(rest.to_owned()), 10)?;
            let titles: Vec<_> = found.into_iter().map(|found| found.title).collect();
            Ok(titles.join(", "))
        }
        "queue" => Ok(listed(&player::queue(guild)?)),
        "remove" => player::remove(guild, number).map(|()| fine),
        "shuffle" => player::shuffle(guild).map(|()| fine),
        "skip" => {
            Ok(player::skip(guild)?.map_or("nothing follows".to_owned(), |next| shown(&next)))
        }
        "stop" => player::stop(guild).map(|()| fine),
        "pause" => player::set_paused(guild, true).map(|()| fine),
        "resume" => player::set_paused(guild, false).map(|()| fine),
        "seek" => player::seek(guild, number).map(|()| fine),
        "volume" => player::set_volume(guild, number.min(255) as u8).map(|()| fine),
        "repeat" => {
            let repeat = match rest {
                "track" => Repeat::Track,
                "queue" => Repeat::Queue,
                _ => Repeat::Off,
            };
            player::set_repeat(guild, repeat).map(|()| fine)
        }
        _ => Ok(match player::status(guild)? {
            None => "in no channel".to_owned(),
            Some(now) => format!(
                "{} at {:.1} s, {} wait{}{}, volume {}, {:?}",
                now.playing.as_ref().map_or("nothing".to_owned(), shown),
                f64::from(now.position) / 1_000.0,
                now.waiting,
                if now.paused { ", paused" } else { "" },
                if now.suppressed { ", unheard" } else { "" },
                now.volume,
                now.repeat,
            )
            .replace("Repeat::", "repeat "),
        }),
    }
}

fn put(
    guild: &str,
    source: Source,
    title: Option<&str>,
    asker: Option<&str>,
) -> Result<String, Refused> {
    let tracks = player::enqueue(guild, &source, title, asker)?;
    Ok(listed(&tracks))
}

fn looked(source: Source) -> Result<String, Refused> {
    let found = player::find(&source, 3)?;
    let found = found.into_iter().map(|found| {
        let length = found.duration.map_or(0.0, |ms| f64::from(ms) / 1_000.0);
        let Source::Url(url) = found.source else {
            return found.title;
        };
        format!("{} ({length:.1} s) at {url}", found.title)
    });
    Ok(found.collect::<Vec<_>>().join(", "))
}

fn listed(tracks: &[Track]) -> String {
    match tracks {
        [] => "empty".to_owned(),
        _ => tracks.iter().map(shown).collect::<Vec<_>>().join(", "),
    }
}

fn shown(track: &Track) -> String {
    let length = track
        .duration
        .map(|ms| format!(" ({:.1} s)", f64::from(ms) / 1_000.0));
    format!(
        "{}. {}{}",
        track.id,
        track.title,
        length.unwrap_or_default()
    )
}

fn spoken(why: End) -> String {
    format!("{why:?}").replace("End::", "").to_lowercase()
}

fn note(guild: &str, line: &str) -> Answer {
    let store = store::guild(guild);
    let before = store.text("heard")?;
    let lines = before.map_or(line.to_owned(), |before| format!("{before}\n{line}"));
    store.set("heard", lines)?;
    Ok(())
}

/// A WAV file with half a second of a tone: 8 kHz, 16 bits, one channel.
fn tone(hertz: u32) -> Vec<u8> {
    let samples = 4_000u32;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + samples * 2).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend([1, 0, 1, 0]);
    file.extend(8_000u32.to_le_bytes());
    file.extend(16_000u32.to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend((samples * 2).to_le_bytes());
    for at in 0..samples {
        let phase = f64::from(at) * f64::from(hertz) * std::f64::consts::TAU / 8_000.0;
        file.extend(((phase.sin() * 16_384.0) as i16).to_le_bytes());
    }
    file
}
