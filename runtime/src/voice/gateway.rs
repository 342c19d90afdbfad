//! Between calls and the main gateway: op 4 goes out by the shard of the guild, and of what comes in
//! calls are told what they need.

use std::num::NonZeroU64;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use serenity::model::id::{ChannelId, GuildId, UserId};
use songbird::error::{JoinError, JoinResult};
use songbird::shards::VoiceUpdate;

use crate::ways::{ShardId, Ways};

#[async_trait]
impl VoiceUpdate for Ways {
    /// A shard that has lost its connection sends when it is back.
    async fn update_voice_state(
        &self,
        guild: songbird::id::GuildId,
        channel: Option<songbird::id::ChannelId>,
        self_deaf: bool,
        self_mute: bool,
    ) -> JoinResult<()> {
        let asked = json!({
            "op": 4,
            "d": {
                "guild_id": guild.0.to_string(),
                "channel_id": channel.map(|channel| channel.0.to_string()),
                "self_mute": self_mute,
                "self_deaf": self_deaf,
            },
        });
        let guild = GuildId::from(guild.0);
        match self.send(guild, &asked.to_string()) {
            true => Ok(()),
            false => Err(JoinError::NoSender),
        }
    }
}

/// What a shard heard that calls have to know.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Where the bot is in voice now.
    State {
        guild: GuildId,
        session: String,
        channel: Option<NonZeroU64>,
    },
    /// Where the voice server is.
    Server {
        guild: GuildId,
        endpoint: String,
        token: String,
    },
    /// The bot was removed from a guild.
    Removed(GuildId),
    /// Who is in the voice channels of a guild changed.
    People(GuildId),
    /// The bot is in a channel, as a guild says that is told anew.
    Found(GuildId),
    /// A shard is connected, with a new session or the one it had.
    Connected { shard: ShardId, anew: bool },
}

impl Heard {
    /// Reads a dispatch; `me` is the bot, since the places of others are nothing to calls.
    pub(super) fn read(
        kind: &str,
        raw: &str,
        me: Option<UserId>,
    ) -> Result<Option<Self>, serde_json::Error> {
        #[derive(Deserialize)]
        struct State {
            guild_id: Option<GuildId>,
            user_id: UserId,
            session_id: String,
            channel_id: Option<ChannelId>,
        }
        #[derive(Deserialize)]
        struct Server {
            guild_id: GuildId,
            endpoint: Option<String>,
            token: String,
        }
        #[derive(Deserialize)]
        struct Gone {
            id: GuildId,
            #[serde(default)]
            unavailable: bool,
        }
        Ok(match kind {
            "VOICE_STATE_UPDATE" => {
                let state: State = serde_json::from_str(raw)?;
                let guild = state.guild_id.filter(|_| me == Some(state.user_id));
                guild.map(|guild| Self::State {
                    guild,
                    session: state.session_id,
                    channel: state.channel_id.map(NonZeroU64::from),
                })
            }
            "VOICE_SERVER_UPDATE" => {
                let server: Server = serde_json::from_str(raw)?;
                // Without one the server is gone, and another event tells of the next.
                server.endpoint.map(|endpoint| Self::Server {
                    guild: server.guild_id,
                    endpoint,
                    token: server.token,
                })
            }
            "GUILD_DELETE" => {
                let gone: Gone = serde_json::from_str(raw)?;
                (!gone.unavailable).then_some(Self::Removed(gone.id))
            }
            _ => None,
        })
    }

    /// Returns the guild it is about, if it is about one.
    pub(super) fn guild(&self) -> Option<GuildId> {
        match self {
            Self::State { guild, .. }
            | Self::Server { guild, .. }
            | Self::Removed(guild)
            | Self::People(guild)
            | Self::Found(guild) => Some(*guild),
            Self::Connected { .. } => None,
        }
    }
}
