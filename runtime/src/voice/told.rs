//! What a player plays, what it says of itself, and why it does not do something.

use std::sync::Arc;
use std::time::Duration;

use serenity::model::id::{ChannelId, UserId};
use songbird::error::JoinError;

use super::queue::{End, Full, Repeat, Track};
use super::sound::{Sound, Unheard};

/// What is played.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is called; empty for what its sound says of itself.
    pub title: String,
    /// What it is called when the sound says nothing.
    pub name: String,
    /// Where it is on the web.
    pub url: Option<String>,
    /// How long it is, as far as it says.
    pub duration: Option<Duration>,
    /// Who asked for it.
    pub requested_by: Option<UserId>,
    /// Its sound.
    pub sound: Sound,
}

/// A track of a player.
pub type Song = Track<Arc<Item>>;

/// What a player does at one moment.
#[derive(Debug, Clone)]
pub struct Playback {
    /// Where the bot is.
    pub channel: ChannelId,
    /// What plays.
    pub playing: Option<Song>,
    /// How far it is.
    pub position: Duration,
    /// Whether it waits.
    pub paused: bool,
    /// How loud it is, in percent.
    pub volume: u8,
    /// What is played again.
    pub repeat: Repeat,
    /// How many tracks wait.
    pub waiting: usize,
    /// The last track that could not be played to its end, and why.
    pub broke: Option<String>,
}

/// What cogs are told of a player.
#[derive(Debug, Clone)]
pub enum Told {
    /// A track began.
    Started(Song),
    /// A track ended.
    Ended(Song, End),
    /// Nothing is left to play.
    Idle,
    /// The bot is in no channel any more.
    Left(Departure),
}

/// Why the bot left a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// A cog wanted it.
    Asked,
    /// Nobody was there for a while.
    Alone,
    /// A moderator took it out, or the channel is gone.
    Removed,
    /// The voice server was lost and did not come back.
    Lost,
}

impl Departure {
    /// Returns it as metrics name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Alone => "alone",
            Self::Removed => "removed",
            Self::Lost => "lost",
        }
    }
}

/// Why a player does not do it, as a sentence without a full stop.
#[derive(Debug, thiserror::Error)]
pub enum PlayerError {
    /// It is in no channel.
    #[error("the bot is in no voice channel of this server")]
    NoChannel,
    /// Nothing plays.
    #[error("nothing is playing")]
    Silent,
    /// No such track waits.
    #[error("no track {0} waits in the queue")]
    NoTrack(u32),
    /// Another track plays, or none.
    #[error("track {0} does not play any more")]
    Over(u32),
    /// There is no room.
    #[error(transparent)]
    Full(#[from] Full),
    /// The sound can't be heard.
    #[error(transparent)]
    Unheard(#[from] Unheard),
    /// It can't be moved to there.
    #[error("{0}")]
    Seek(String),
    /// The channel can't be joined.
    #[error("{0}")]
    Join(String),
}

impl PlayerError {
    /// Says why the bot is not in a channel.
    pub(super) fn unjoined(error: JoinError) -> Self {
        let sentence = match error {
            JoinError::TimedOut => {
                "Discord did not let the bot into that channel: it may be full, or closed to the bot"
            }
            JoinError::Dropped => "the bot was sent elsewhere meanwhile",
            JoinError::NoSender => "the bot is not connected to Discord at the moment",
            _ => "the voice server could not be reached",
        };
        tracing::info!(%error, "a voice channel can't be joined");
        Self::Join(sentence.to_owned())
    }
}
