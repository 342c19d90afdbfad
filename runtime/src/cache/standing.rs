//! How the bot stands with Discord: its shards, and whether its commands are as they should be.

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use super::Cache;

/// How a shard does.
#[derive(Default, Clone, Copy)]
pub(super) struct Shard {
    pub(super) connected: bool,
    latency: Option<Duration>,
}

/// Whether Discord has the commands as they should be.
#[derive(Default)]
pub(super) enum Commands {
    #[default]
    Unknown,
    /// It doesn't, and why.
    Refused(String),
    /// It does, but for these.
    Synced(Vec<Held>),
}

/// New commands of a cog that wait for another day: Discord takes so many a day and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Whose.
    pub cog: String,
    /// Their names.
    pub commands: Vec<String>,
    /// When they are sent.
    pub until: SystemTime,
    /// Why they wait, as a sentence without a full stop.
    pub why: String,
}

impl Cache {
    /// Sets which shards this process runs, of how many. None of them is connected yet.
    pub fn set_shards(&self, own: RangeInclusive<u32>, total: u32) {
        let mut inner = self.write();
        inner.shards = own.map(|number| (number, Shard::default())).collect();
        inner.total = total;
    }

    /// Returns how many shards the bot has, those of other processes too; 0 until it is known.
    pub fn shards(&self) -> u32 {
        self.read().total
    }

    /// Returns the numbers of the shards that this process runs.
    pub fn own_shards(&self) -> Vec<u32> {
        self.read().shards.keys().copied().collect()
    }

    /// Notes how a shard does.
    pub fn set_shard(&self, shard: u32, connected: bool, latency: Option<Duration>) {
        if let Some(known) = self.write().shards.get_mut(&shard) {
            known.connected = connected;
            known.latency = latency.or(known.latency);
        }
    }

    /// Notes that Discord has the commands as they should be, but for some that wait; or why it does
    /// not have them.
    pub fn set_synced(&self, synced: Result<Vec<Held>, String>) {
        self.write().commands = match synced {
            Ok(held) => Commands::Synced(held),
            Err(why) => Commands::Refused(why),
        };
    }

    /// Returns why Discord does not have the commands as they should be, once it was tried.
    pub fn commands_refused(&self) -> Option<String> {
        match &self.read().commands {
            Commands::Refused(why) => Some(why.clone()),
            Commands::Unknown | Commands::Synced(_) => None,
        }
    }

    /// Returns the commands that Discord does not have yet, because they wait for another day.
    pub fn commands_held(&self) -> Vec<Held> {
        match &self.read().commands {
            Commands::Synced(held) => held.clone(),
            Commands::Unknown | Commands::Refused(_) => Vec::new(),
        }
    }

    /// Whether every shard has a session and the commands are synced.
    pub fn ready(&self) -> bool {
        let inner = self.read();
        matches!(inner.commands, Commands::Synced(_))
            && !inner.shards.is_empty()
            && inner.shards.values().all(|shard| shard.connected)
    }

    /// Whether a shard has a session.
    pub fn connected(&self, shard: u32) -> bool {
        self.read()
            .shards
            .get(&shard)
            .is_some_and(|shard| shard.connected)
    }

    /// Returns the round trip of a shard's last heartbeat.
    pub fn latency(&self, shard: u32) -> Option<Duration> {
        self.read()
            .shards
            .get(&shard)
            .and_then(|shard| shard.latency)
    }
}
