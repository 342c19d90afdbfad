//! Who is in a voice channel, and how.

use crate::clock::Time;
use crate::snowflake::Id;

/// A member's place in voice; a user has one in a guild at most.
#[derive(Clone, Debug, Default)]
pub struct VoiceState {
    /// The channel; None tells of somebody who has left.
    pub channel: Option<Id>,
    /// The session the place belongs to: for the bot that of its gateway connection, and with the
    /// one the other ends.
    pub session: String,
    /// What the member's own client has switched off.
    pub self_mute: bool,
    pub self_deaf: bool,
    /// Whether it is only the audience, as everyone is at first in a stage channel.
    pub suppress: bool,
    /// Since when it asks to speak there.
    pub asks_to_speak: Option<Time>,
    /// What opens the voice server, for the bot.
    pub token: String,
}

/// Where somebody wants to be in voice.
#[derive(Clone, Debug)]
pub struct VoiceWish {
    pub channel: Id,
    pub session: String,
    pub self_mute: bool,
    pub self_deaf: bool,
}
