//! Players, as the contract tells of them.

use std::time::Duration;

use cogbox_world::cogbox::voice::{player as wit, tracks};
use cogbox_world::exports::cogbox::cog::player_events;
use serenity::model::id::GuildId;

use crate::cog::events::Event;
use crate::voice::people::Listener;
use crate::voice::player::{Departure, Playback, Song, Told};
use crate::voice::queue::{End, Repeat};

/// Returns a track.
pub fn track(song: &Song) -> tracks::Track {
    let item = &song.what;
    tracks::Track {
        id: song.id,
        title: item.title.clone(),
        url: item.url.clone(),
        duration: item.duration.map(millis),
        requested_by: item.requested_by.map(|user| user.to_string()),
    }
}

/// Returns what a player does.
pub fn playback(playback: &Playback, suppressed: bool) -> wit::Playback {
    wit::Playback {
        channel: playback.channel.to_string(),
        playing: playback.playing.as_ref().map(track),
        position: millis(playback.position),
        paused: playback.paused,
        volume: playback.volume,
        repeat: match playback.repeat {
            Repeat::Off => wit::Repeat::Off,
            Repeat::Track => wit::Repeat::Track,
            Repeat::Queue => wit::Repeat::Queue,
        },
        waiting: playback.waiting.min(u32::MAX as usize) as u32,
        suppressed,
    }
}

/// Returns somebody in the bot's channel.
pub fn listener(listener: &Listener) -> wit::Listener {
    wit::Listener {
        user: listener.user.to_string(),
        deafened: listener.deafened,
    }
}

/// Returns what is played again.
pub fn repeat(repeat: wit::Repeat) -> Repeat {
    match repeat {
        wit::Repeat::Off => Repeat::Off,
        wit::Repeat::Track => Repeat::Track,
        wit::Repeat::Queue => Repeat::Queue,
    }
}

/// Returns what a player tells, as an event.
pub fn played(guild: GuildId, told: &Told) -> Event {
    let guild = guild.to_string();
    match told {
        Told::Started(song) => Event::TrackStarted(guild, track(song)),
        Told::Ended(song, why) => {
            let why = match why {
                End::Finished => player_events::End::Finished,
                End::Skipped => player_events::End::Skipped,
                End::Stopped => player_events::End::Stopped,
                End::Failed => player_events::End::Failed,
            };
            Event::TrackEnded(guild, track(song), why)
        }
        Told::Idle => Event::PlayerIdle(guild),
        Told::Left(why) => {
            let why = match why {
                Departure::Asked => player_events::Departure::Asked,
                Departure::Alone => player_events::Departure::Alone,
                Departure::Removed => player_events::Departure::Removed,
                Departure::Lost => player_events::Departure::Lost,
            };
            Event::PlayerLeft(guild, why)
        }
    }
}

/// Returns a time as the contract has it.
pub fn millis(time: Duration) -> u32 {
    time.as_millis().min(u32::MAX.into()) as u32
}
