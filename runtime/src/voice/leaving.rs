//! Leaving: at the end of the process, and where an earlier process has left the bot behind.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serenity::model::id::GuildId;

use super::{Voice, people};
use crate::ways::ShardId;

/// How long leaving every channel may take.
const FAREWELL: Duration = Duration::from_secs(2);

impl Voice {
    /// Takes the bot out of every channel, as at the end of the process, and waits until Discord says
    /// that it is out: what is only sent may be lost with the connection.
    pub async fn leave_all(&self) {
        let players = {
            let mut players = self.players.lock().await;
            self.ends.store(true, Ordering::Relaxed);
            std::mem::take(&mut *players)
        };
        let farewell = async {
            // Those in no channel have nothing to leave.
            let all = players.values().map(|player| player.leave());
            futures_util::future::join_all(all).await;
            let mut moves = self.moves.subscribe();
            // The sender is part of this.
            let _ = moves.wait_for(|()| self.whereabouts().is_empty()).await;
        };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            let guilds = self.whereabouts().len();
            tracing::warn!(
                guilds,
                "the bot could not leave every voice channel in time"
            );
        }
    }

    /// Returns the guilds in which the bot is in voice.
    fn whereabouts(&self) -> Vec<GuildId> {
        let me = self.about.cache.me().map(|me| me.id);
        let guilds = me.map(|me| people::lock(&self.people).guilds_of(me));
        guilds.unwrap_or_default()
    }

    /// Leaves the channels of a shard's guilds in which nothing is played.
    pub(super) async fn leave_all_astray(&self, shard: ShardId) {
        for guild in self.whereabouts() {
            if shard.serves(guild) {
                self.leave_astray(guild).await;
            }
        }
    }

    /// Leaves the channel that the bot is in, if nothing of this process has led it there: an earlier
    /// one did, and what it played is gone. Members bring back what waited by asking for it.
    pub(super) async fn leave_astray(&self, guild: GuildId) {
        let (Some(channel), Ok(call)) = (self.place(guild), self.call(guild)) else {
            return;
        };
        let mut call = call.lock().await;
        if call.current_channel().is_some() {
            return;
        }
        let (guild, channel) = (guild.get(), channel.get());
        match call.leave().await {
            Ok(()) => tracing::info!(guild, channel, "left a voice channel of an earlier process"),
            Err(error) => tracing::warn!(guild, channel, %error, "a voice channel can't be left"),
        }
    }
}
