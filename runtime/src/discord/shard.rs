//! The gateway connection, one task per shard. It reads frames, feeds the cache and passes
//! envelopes on; it never waits for a cog.
//!
//! `twilight-gateway` carries the connection: it hands out raw text, resumes by itself, and tells
//! close codes as values. Nothing of it is visible above this file.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;
use serenity::model::gateway::GatewayIntents;
use serenity::model::id::GuildId;
use tokio::sync::watch;
use twilight_gateway::error::ReceiveMessageErrorType;
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Shard, ShardId, ShardState};

use super::Envelope;
use super::dispatch::Inbox;
use super::identify::Turns;
use crate::cache::Cache;
use crate::config::Token;
use crate::rest::{Rest, RestError, RestErrorKind, Route};
use crate::telemetry::Metrics;

/// How long a closing handshake may take at shutdown.
const GOODBYE: Duration = Duration::from_secs(2);
/// A connection that ends sooner after its Hello makes the next one wait.
const LASTING: Duration = Duration::from_secs(30);
/// How many times the first wait the longest one is.
const GROWTH: u32 = 60;

/// Why the connection ended for good, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Final {
    /// 4004, or 401 before the connection.
    #[error(
        "Discord refused the bot token\n  fix: reset it at discord.com/developers under Bot, and set DISCORD_TOKEN to the new one"
    )]
    Token,
    /// 4013 and 4014.
    #[error(
        "Discord refused the intents the cogs need ({0})\n  fix: switch on the privileged intents at discord.com/developers under Bot, or remove the cogs that need them (`cogbox inspect` tells which)"
    )]
    Intents(String),
    /// 4010, 4011 and 4012.
    #[error(
        "Discord refused the shards or the gateway's version (close code {0})\n  fix: update Cogbox; a bot in more than 2,500 guilds needs more shards, which Discord recommends by itself"
    )]
    Sharding(u16),
}

/// What a shard works with. One for all shards.
pub struct Connection {
    /// The bot's token.
    pub token: Token,
    /// What is asked for.
    pub intents: GatewayIntents,
    /// Where to connect, when it is not Discord's own gateway.
    pub gateway: Option<String>,
    /// The state that events keep up to date.
    pub cache: Arc<Cache>,
    /// Every number.
    pub metrics: Arc<Metrics>,
    /// Where envelopes go.
    pub inbox: Inbox,
    /// The wait after the first connection that does not last; it grows to sixty times this.
    pub reconnect: Duration,
    /// How long a new connection may stay silent; twice this at most.
    pub hello: Duration,
}

#[derive(Deserialize)]
struct GatewayBot {
    shards: u32,
    session_start_limit: StartLimit,
}

#[derive(Deserialize)]
struct StartLimit {
    total: u32,
    remaining: u32,
    reset_after: u64,
    max_concurrency: u16,
}

#[derive(Deserialize)]
struct Frame<'a> {
    op: u8,
    s: Option<u64>,
    #[serde(borrow)]
    t: Option<Cow<'a, str>>,
    #[serde(borrow)]
    d: Option<&'a RawValue>,
}

/// Asks Discord how many shards there should be, and runs them until `stop` or a final refusal.
pub async fn run(
    connection: Connection,
    rest: &Rest,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Final> {
    let plan = tokio::select! {
        plan = plan(rest, connection.reconnect) => plan?,
        _ = stop.wait_for(|&stop| stop) => return Ok(()),
    };
    let limit = plan.session_start_limit;
    let turns = Turns::new(
        limit.max_concurrency,
        limit.remaining.min(limit.total),
        limit.total,
        Duration::from_millis(limit.reset_after),
    );
    let total = plan.shards.clamp(1, 10_000);
    connection.cache.set_shards(total);
    let connection = Arc::new(connection);
    let mut shards = tokio::task::JoinSet::new();
    for number in 0..total {
        let intents = Intents::from_bits_truncate(connection.intents.bits());
        let mut config =
            ConfigBuilder::new(connection.token.secret().to_owned(), intents).queue(turns.clone());
        if let Some(url) = &connection.gateway {
            config = config.proxy_url(url.clone());
        }
        let shard = Shard::with_config(ShardId::new(number, total), config.build());
        let after = turns.starts_after(number);
        shards.spawn(one(shard, after, Arc::clone(&connection), stop.clone()));
    }
    // The first final refusal ends them all: what one shard is refused, all are.
    while let Some(ended) = shards.join_next().await {
        match ended {
            Ok(ended) => ended?,
            Err(error) => tracing::error!(%error, "a shard's task failed"),
        }
    }
    Ok(())
}

/// Asks until Discord says where to connect: it may be down when the bot starts.
async fn plan(rest: &Rest, first: Duration) -> Result<GatewayBot, Final> {
    for failures in 1.. {
        let error: RestError = match rest.ask(Route::GatewayBot).await {
            Ok(plan) => return Ok(plan),
            Err(error) => error,
        };
        if error.kind == RestErrorKind::Unauthorized {
            return Err(Final::Token);
        }
        let wait = pause(failures, first, jitter()).max(error.retry_after.unwrap_or_default());
        tracing::warn!(
            error = error.message,
            seconds = wait.as_secs(),
            "Discord does not say where to connect, and is asked again; see discordstatus.com"
        );
        tokio::time::sleep(wait).await;
    }
    unreachable!("the loop ends by returning")
}

/// A number between 0 and 1.
fn jitter() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness the wait is only the shortest.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)
}

/// Returns how long to wait before the next connection, given how many before it did not last.
/// `jitter` is between 0 and 1, so that shards which were cut off together do not come back so.
fn pause(failures: u32, first: Duration, jitter: f64) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else {
        return Duration::ZERO;
    };
    let factor = 2u32.saturating_pow(doublings).min(GROWTH);
    (first * factor).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

async fn one(
    mut shard: Shard<Turns>,
    after: Duration,
    connection: Arc<Connection>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Final> {
    let number = shard.id().number();
    let mut last_close = None;
    let mut sessions = 0;
    // Since when the connection has been heard of, and how often it was waited for in vain.
    let (mut up, mut silences) = (None::<Instant>, 0);
    let mut failures = 0;
    tokio::select! {
        () = tokio::time::sleep(after) => {}
        _ = stop.wait_for(|&stop| stop) => return Ok(()),
    }
    loop {
        let disconnected = matches!(shard.state(), ShardState::Disconnected { .. });
        if let Some(since) = up.take_if(|_| disconnected) {
            connection.state(number, false, None);
            failures = match since.elapsed() {
                lasted if lasted >= LASTING => 0,
                _ => failures + 1,
            };
            tokio::select! {
                () = tokio::time::sleep(pause(failures, connection.reconnect, jitter())) => {}
                _ = stop.wait_for(|&stop| stop) => break,
            }
        }
        let item = tokio::select! {
            item = shard.next() => item,
            () = tokio::time::sleep(connection.hello), if up.is_none() => {
                // The connection's own time-out covers the time before the handshake.
                silences += i32::from(matches!(shard.state(), ShardState::Identifying));
                if silences >= 2 {
                    tracing::warn!(shard = number, "the connection is silent, and given up");
                    shard = anew(&shard);
                    silences = 0;
                }
                continue;
            }
            _ = stop.wait_for(|&stop| stop) => break,
        };
        silences = 0;
        match item {
            Some(Ok(Message::Text(text))) => {
                up.get_or_insert_with(Instant::now);
                connection.received(number, &text, &mut sessions);
                let latency = shard.latency().recent().first().copied();
                let latency = latency.filter(|latency| !latency.is_zero());
                connection.state(number, shard.state().is_identified(), latency);
            }
            Some(Ok(Message::Close(frame))) => {
                last_close = frame.map(|frame| frame.code);
                connection.state(number, false, None);
                tracing::info!(
                    shard = number,
                    code = last_close,
                    "the connection was closed"
                );
            }
            Some(Err(error)) => {
                // A frame that can't be read is an error too, and the connection outlives it.
                connection.state(number, shard.state().is_identified(), None);
                if let ReceiveMessageErrorType::Deserializing { event } = error.kind() {
                    connection.unreadable(number, event, &chain(&error));
                } else {
                    tracing::warn!(
                        shard = number,
                        error = chain(&error),
                        "the connection failed"
                    );
                }
            }
            None => {
                connection.state(number, false, None);
                return Err(match last_close {
                    Some(4004) => Final::Token,
                    Some(code @ (4013 | 4014)) => {
                        let names = connection.intents.iter_names().map(|(name, _)| name);
                        let names = names.collect::<Vec<_>>().join(", ");
                        Final::Intents(format!("close code {code}: {names}"))
                    }
                    code => Final::Sharding(code.unwrap_or(0)),
                });
            }
        }
    }
    shard.close(CloseFrame::NORMAL);
    let goodbye = async { while let Some(Ok(Message::Text(_)) | Err(_)) = shard.next().await {} };
    // A peer that does not answer the close frame is left to notice by itself.
    let _ = tokio::time::timeout(GOODBYE, goodbye).await;
    connection.state(number, false, None);
    Ok(())
}

/// Returns a shard with another connection and the same session.
fn anew(shard: &Shard<Turns>) -> Shard<Turns> {
    let mut config = ConfigBuilder::from(shard.config().clone());
    if let (Some(session), Some(url)) = (shard.session(), shard.resume_url()) {
        config = config.session(session.clone()).resume_url(url.to_owned());
    }
    Shard::with_config(shard.id(), config.build())
}

impl Connection {
    fn received(&self, shard: u32, text: &str, sessions: &mut u32) {
        let frame: Frame<'_> = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(error) => return self.unreadable(shard, text, &error.to_string()),
        };
        let (0, Some(kind)) = (frame.op, frame.t) else {
            return;
        };
        let (kind, raw) = (kind.into_owned(), frame.d.map_or("null", RawValue::get));
        let label = label(&kind);
        let number = shard.to_string();
        self.metrics
            .gateway_events_total
            .with_label_values(&[number.as_str(), label])
            .inc();
        if matches!(label, "READY" | "RESUMED") {
            *sessions += 1;
            if *sessions > 1 {
                let kind = if label == "READY" {
                    "identify"
                } else {
                    "resume"
                };
                self.metrics
                    .gateway_reconnects_total
                    .with_label_values(&[&number, kind])
                    .inc();
            }
            tracing::info!(shard, event = label, "connected");
        }
        if let Err(error) = self.cache.apply(&kind, raw) {
            tracing::warn!(shard, event = kind, %error, "an event can't be read");
            let unreadable = &self.metrics.gateway_unreadable_events_total;
            unreadable.with_label_values(&[label]).inc();
        }
        if matches!(label, "READY" | "GUILD_CREATE" | "GUILD_DELETE") {
            let all = self.cache.guild_count() as i64;
            self.metrics.discord_stat_total_guilds.set(all);
            let own = self.cache.guilds_of(shard) as i64;
            self.metrics.guilds.with_label_values(&[&number]).set(own);
        }
        if !Inbox::takes(&kind) {
            return;
        }
        let envelope = Envelope {
            shard,
            seq: frame.s.unwrap_or(0),
            guild: guild_of(&kind, raw),
            kind,
            raw: raw.to_owned(),
            received: Instant::now(),
        };
        self.inbox.deliver(envelope, &self.metrics);
    }

    /// Notes a frame that the connection itself could not make sense of.
    fn unreadable(&self, shard: u32, text: &str, error: &str) {
        let frame = serde_json::from_str::<Frame<'_>>(text).ok();
        let label = label(&frame.and_then(|frame| frame.t).unwrap_or_default());
        self.metrics
            .gateway_events_total
            .with_label_values(&[shard.to_string().as_str(), label])
            .inc();
        self.metrics
            .gateway_unreadable_events_total
            .with_label_values(&[label])
            .inc();
        tracing::warn!(shard, event = label, error, "a frame can't be read");
    }

    fn state(&self, shard: u32, connected: bool, latency: Option<Duration>) {
        self.cache.set_shard(shard, connected, latency);
        self.metrics.ready.set(i64::from(self.cache.ready()));
        let number = shard.to_string();
        let labels = &[number.as_str()];
        let connected = i64::from(connected);
        self.metrics
            .gateway_shard_connected
            .with_label_values(labels)
            .set(connected);
        self.metrics
            .discord_connected
            .with_label_values(labels)
            .set(connected);
        if let Some(latency) = latency {
            let seconds = latency.as_secs_f64();
            self.metrics
                .gateway_heartbeat_seconds
                .with_label_values(labels)
                .set(seconds);
            self.metrics
                .discord_latency_seconds
                .with_label_values(labels)
                .set(seconds);
        }
    }
}

/// The events whose names are labels; whatever else Discord invents is `other`.
const KNOWN: &[&str] = &[
    "READY",
    "RESUMED",
    "GUILD_CREATE",
    "GUILD_UPDATE",
    "GUILD_DELETE",
    "CHANNEL_CREATE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "GUILD_ROLE_CREATE",
    "GUILD_ROLE_UPDATE",
    "GUILD_ROLE_DELETE",
    "GUILD_MEMBER_ADD",
    "GUILD_MEMBER_UPDATE",
    "GUILD_MEMBER_REMOVE",
    "GUILD_BAN_ADD",
    "GUILD_BAN_REMOVE",
    "INTERACTION_CREATE",
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE",
    "MESSAGE_DELETE_BULK",
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "TYPING_START",
    "VOICE_STATE_UPDATE",
    "VOICE_SERVER_UPDATE",
    "USER_UPDATE",
];

/// The label of an event.
fn label(kind: &str) -> &'static str {
    let known = KNOWN.iter().find(|known| **known == kind);
    known.unwrap_or(&"other")
}

fn guild_of(kind: &str, raw: &str) -> Option<GuildId> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: Option<GuildId>,
        id: Option<GuildId>,
    }
    let of: Of = serde_json::from_str(raw).ok()?;
    match kind {
        "GUILD_CREATE" | "GUILD_UPDATE" | "GUILD_DELETE" => of.id,
        _ => of.guild_id,
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_nothing_to_a_minute_and_differ() {
        let first = Duration::from_secs(1);
        let whole = [0, 1, 2, 3, 6, 7, 8, u32::MAX].map(|n| pause(n, first, 1.0).as_secs());
        assert_eq!(whole, [0, 1, 2, 4, 32, 60, 60, 60]);
        assert_eq!(pause(7, first, 0.0), Duration::from_secs(30));
    }
}
