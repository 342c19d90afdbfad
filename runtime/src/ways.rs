//! The ways out to the main gateway: whatever is said to Discord by a shard's connection and not by a
//! request. And the bot's status, which each new session has to be told anew.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use serenity::model::id::GuildId;

use crate::cache::shard_of;

/// How often a status may be set, so that Discord's 120 sends a minute are never in sight.
const CHANGES: usize = 5;
const CHANGES_IN: Duration = Duration::from_secs(60);

/// A shard by its number and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardId {
    /// Its number.
    pub number: u32,
    /// How many there are.
    pub total: u32,
}

impl ShardId {
    /// Tells whether the shard serves a guild.
    pub fn serves(self, guild: GuildId) -> bool {
        shard_of(guild, self.total) == self.number
    }
}

/// Sends a text by a shard. False when the shard's connection is no more.
type SendText = Box<dyn Fn(String) -> bool + Send + Sync>;

/// The ways to the shards that are connected or come back, the newest last. While one set of shards
/// takes over from another, there are two to a guild, and the newer one stays. One for the process.
#[derive(Default)]
pub struct Ways {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    open: Vec<(ShardId, SendText)>,
    status: Option<String>,
    /// When it was set of late.
    set: VecDeque<Instant>,
}

impl Ways {
    /// Notes that a shard is connected. `anew` says that its session is a new one, which knows nothing
    /// of the bot's status.
    pub fn open(
        &self,
        shard: ShardId,
        anew: bool,
        send: impl Fn(String) -> bool + Send + Sync + 'static,
    ) {
        let mut inner = self.lock();
        if anew && let Some(status) = &inner.status {
            // A connection that is no more is opened again.
            send(presence(Some(status)).to_string());
        }
        match inner.open.iter_mut().find(|(other, _)| *other == shard) {
            Some((_, known)) => *known = Box::new(send),
            None => inner.open.push((shard, Box::new(send))),
        }
    }

    /// Notes that a shard has left for good.
    pub fn close(&self, shard: ShardId) {
        self.lock().open.retain(|(other, _)| *other != shard);
    }

    /// Sends something by the shard of a guild; false when none is connected. One that has lost its
    /// connection sends when it is back.
    pub fn send(&self, guild: GuildId, text: &str) -> bool {
        let inner = self.lock();
        let mut ways = inner.open.iter().rev();
        ways.any(|(shard, send)| shard.serves(guild) && send(text.to_owned()))
    }

    /// Sets the bot's status in every guild, or takes it away; false when it was set too often.
    pub fn set_status(&self, text: Option<String>, now: Instant) -> bool {
        let mut inner = self.lock();
        while inner
            .set
            .front()
            .is_some_and(|at| now.duration_since(*at) >= CHANGES_IN)
        {
            inner.set.pop_front();
        }
        if inner.set.len() >= CHANGES {
            return false;
        }
        inner.set.push_back(now);
        let said = presence(text.as_deref()).to_string();
        for (_, send) in &inner.open {
            send(said.clone());
        }
        inner.status = text;
        true
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Discord's op 3: online, with a text as a custom status.
fn presence(text: Option<&str>) -> Value {
    let activity = text.map(|text| json!({ "name": "Custom Status", "type": 4, "state": text }));
    let activities: Vec<Value> = activity.into_iter().collect();
    json!({
        "op": 3,
        "d": { "since": null, "activities": activities, "status": "online", "afk": false },
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn shard(number: u32) -> ShardId {
        ShardId { number, total: 2 }
    }

    #[test]
    fn a_status_reaches_every_shard_and_each_new_session_and_not_too_often() {
        let ways = Ways::default();
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = |number: u32| {
            let told = Arc::clone(&told);
            move |text: String| {
                told.lock().unwrap().push((number, text.contains("hello")));
                true
            }
        };
        ways.open(shard(0), true, teller(0));
        let now = Instant::now();
        assert!(ways.set_status(Some("hello".into()), now));
        ways.open(shard(1), true, teller(1));
        // A session that goes on knows it.
        ways.open(shard(1), false, teller(1));
        assert_eq!(*told.lock().unwrap(), [(0, true), (1, true)]);
        ways.close(shard(0));
        assert!(ways.set_status(None, now));
        assert_eq!(told.lock().unwrap().last(), Some(&(1, false)));
        for _ in 2..CHANGES {
            assert!(ways.set_status(None, now));
        }
        assert!(!ways.set_status(None, now));
        assert!(ways.set_status(None, now + CHANGES_IN));
    }

    #[test]
    fn what_is_for_a_guild_goes_by_its_shard() {
        let ways = Ways::default();
        ways.open(shard(0), false, |_| true);
        assert!(ways.send(GuildId::new(1 << 23), "x"));
        assert!(!ways.send(GuildId::new(1 << 22), "x"));
    }
}
