//! Voice: songbird's calls, one for each guild in which the bot is in a voice channel or was.
//!
//! A call asks the main gateway to be in a channel and is told by two events where its voice server
//! is; `gateway` carries both. The sound goes over a connection of songbird's own.

mod gateway;

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serenity::model::id::GuildId;
use songbird::driver::{DisposalThread, Scheduler};
use songbird::error::{JoinError, JoinResult};
use songbird::shards::Shard;
use songbird::{Call, Config};
use tokio::sync::mpsc;

use crate::cache::Cache;
use crate::ways::{ShardId, Ways};
use gateway::Heard;

/// A call, which whoever plays something shares with the gateway: locked for moments only, and
/// never while a join is waited for.
pub type SharedCall = Arc<tokio::sync::Mutex<Call>>;

/// All calls. One for the process, when a loaded cog plays something.
pub struct Voice {
    cache: Arc<Cache>,
    ways: Arc<Ways>,
    calls: Mutex<HashMap<GuildId, SharedCall>>,
    config: Config,
    heard: mpsc::UnboundedSender<Heard>,
}

impl Voice {
    /// Starts listening to what the shards hear. It ends when nobody holds the calls any more.
    pub fn start(cache: Arc<Cache>, ways: Arc<Ways>) -> Arc<Self> {
        let (heard, hears) = mpsc::unbounded_channel();
        // One of each for all calls: by itself every call would start a thread, and all of them would
        // share what ends with the runtime that had it first.
        let config = Config::default()
            .disposer(DisposalThread::run())
            .scheduler(Scheduler::default());
        let voice = Arc::new(Self {
            cache,
            ways,
            calls: Mutex::default(),
            config,
            heard,
        });
        tokio::spawn(listen(Arc::downgrade(&voice), hears));
        voice
    }

    /// Notes that a shard is connected. `anew` says that its session is a new one, in which the bot is
    /// in no channel yet.
    pub fn connected(&self, shard: ShardId, anew: bool) {
        self.hear(Heard::Connected { shard, anew });
    }

    /// Takes in one dispatch, after the cache did. It never waits, and keeps what calls need.
    pub fn dispatched(&self, kind: &str, raw: &str) {
        let me = self.cache.me().map(|me| me.id);
        match Heard::read(kind, raw, me) {
            Ok(Some(heard)) if self.knows(&heard) => self.hear(heard),
            Ok(_) => {}
            Err(error) => tracing::warn!(event = kind, %error, "an event of voice can't be read"),
        }
    }

    /// Returns the call of a guild, which is made if there is none. It fails before the bot knows
    /// who it is.
    pub fn call(&self, guild: GuildId) -> JoinResult<SharedCall> {
        let me = self.cache.me().ok_or(JoinError::NoSender)?.id;
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let call = calls.entry(guild).or_insert_with(|| {
            let shard = Shard::Generic(Arc::clone(&self.ways) as _);
            let (guild, me) = (NonZeroU64::from(guild), NonZeroU64::from(me));
            let call = Call::from_config(guild, shard, me, self.config.clone());
            Arc::new(tokio::sync::Mutex::new(call))
        });
        Ok(Arc::clone(call))
    }

    /// Returns the call of a guild, if there is one.
    fn known(&self, guild: GuildId) -> Option<SharedCall> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&guild).map(Arc::clone)
    }

    fn forget(&self, guild: GuildId) -> Option<SharedCall> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.remove(&guild)
    }

    fn knows(&self, heard: &Heard) -> bool {
        heard
            .guild()
            .is_none_or(|guild| self.known(guild).is_some())
    }

    fn hear(&self, heard: Heard) {
        // The listener lives as long as this does, and what it hears is about our own calls alone.
        let _ = self.heard.send(heard);
    }

    /// Tells the calls what was heard.
    async fn take(&self, heard: Heard) {
        match heard {
            Heard::State {
                guild,
                session,
                channel,
            } => {
                if let Some(call) = self.known(guild) {
                    call.lock().await.update_state(session, channel);
                }
            }
            Heard::Server {
                guild,
                endpoint,
                token,
            } => {
                if let Some(call) = self.known(guild) {
                    call.lock().await.update_server(endpoint, token);
                }
            }
            Heard::Removed(guild) => {
                if let Some(call) = self.forget(guild) {
                    let nowhere = None::<songbird::id::ChannelId>;
                    call.lock().await.update_state(String::new(), nowhere);
                }
            }
            Heard::Connected { shard, anew } => self.ask_again(shard, anew).await,
        }
    }

    /// Asks again what may be lost. A new session is asked for the channels that calls are in, since
    /// Discord takes the bot out of those that it went into by a session which is over. An old one is
    /// asked what it has not fulfilled: it may have gone out just when the connection broke.
    async fn ask_again(&self, shard: ShardId, anew: bool) {
        let calls: Vec<_> = {
            let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            let here = calls.iter().filter(|(guild, _)| shard.serves(**guild));
            here.map(|(_, call)| Arc::clone(call)).collect()
        };
        for call in calls {
            let mut call = call.lock().await;
            let lost = match anew {
                true => call.current_channel().is_some(),
                false => call.current_connection().is_none(),
            };
            if lost {
                // Nothing is changed by it, but all of it is sent.
                let deaf = call.is_deaf();
                if let Err(error) = call.deafen(deaf).await {
                    tracing::warn!(%error, "a voice channel can't be asked for again");
                }
            }
        }
    }
}

/// Passes on what the shards heard, in its order.
async fn listen(voice: Weak<Voice>, mut hears: mpsc::UnboundedReceiver<Heard>) {
    while let Some(heard) = hears.recv().await {
        let Some(voice) = voice.upgrade() else { return };
        voice.take(heard).await;
    }
}
