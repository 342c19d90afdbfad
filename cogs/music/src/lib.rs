//! Music in voice channels: a queue, a player with buttons, votes to skip.
//!
//! Owns the list of commands and hooks. The host has the player and its queue; this cog keeps where
//! it shows them, what was played of late, and who voted.

mod control;
mod encore;
mod home;
mod idle;
mod panel;
mod play;
mod queue;
mod recent;
mod rules;
mod session;
mod votes;
mod words;

use cogbox_sdk::cog::{Departure, End};
use cogbox_sdk::host::player::{self, Repeat};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::voice::tracks::Track;

locales!("en-US", "de");

pub struct Music;

#[cog]
impl Cog for Music {
    fn commands() -> Commands {
        commands![
            play::play,
            control::nowplaying,
            queue::queue,
            control::skip,
            control::pause,
            control::resume,
            control::stop,
            control::seek,
            control::volume,
            control::loop_mode,
            queue::shuffle,
            queue::remove,
            queue::move_track,
            queue::clear,
            control::join,
            control::leave,
        ]
    }

    fn settings() -> Vec<Setting> {
        rules::form()
    }

    fn autocomplete(request: Request) -> Answer<Vec<Choice>> {
        match request.focused.as_str() {
            "what" => play::offer(&request),
            _ => queue::offer(&request),
        }
    }

    fn pressed(ctx: &Context, id: &str) -> Answer {
        match queue::turned(ctx, id)? {
            Some(page) => ctx.update(page),
            None => control::pressed(ctx, id),
        }
    }

    fn timer(timer: Timer) -> Answer {
        let Some(guild) = &timer.guild else {
            return Ok(());
        };
        match panel::is_own(&timer) {
            true => panel::refresh(guild),
            false => idle::over(guild),
        }
    }

    fn track_started(guild: String, _track: Track) -> Answer {
        idle::end(&guild)?;
        panel::announce(&guild)
    }

    fn track_ended(guild: String, track: Track, why: End) -> Answer {
        votes::forget(&guild)?;
        let repeat = player::status(&guild)?.map(|now| now.repeat);
        let again = match why {
            End::Finished => matches!(repeat, Some(Repeat::Track | Repeat::Queue)),
            End::Skipped => repeat == Some(Repeat::Queue),
            // A bot that goes down stops what plays, and brings it back later.
            End::Stopped => true,
            End::Failed => false,
        };
        if !again {
            encore::forget(&guild, &track)?;
        }
        match why {
            End::Failed => panel::announce_failure(&guild, &track),
            _ => Ok(()),
        }
    }

    fn player_idle(guild: String) -> Answer {
        idle::begin(&guild)?;
        encore::forget_all(&guild, false)?;
        panel::close(&guild)
    }

    fn player_left(guild: String, why: Departure) -> Answer {
        idle::end(&guild)?;
        // Asked to leave it was by /leave, which forgets by itself, or because the bot goes down.
        if why != Departure::Asked {
            encore::forget_all(&guild, false)?;
        }
        panel::close(&guild)
    }
}
