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
use twilight_gateway::{CloseFrame, ConfigBuilder, Intents, Message, Shard, ShardId};

use super::Envelope;
use super::dispatch::Inbox;
use super::identify::Turns;
use crate::cache::Cache;
use crate::config::Token;
use crate::rest::{Rest, RestError, RestErrorKind, Route};
use crate::telemetry::Metrics;

/// How long a closing handshake may take at shutdown.
const GOODBYE: Duration = Duration::from_secs(2);

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
    /// Discord could not be asked where to connect.
    #[error(
        "Discord can't be reached: {0}\n  fix: check the network and discordstatus.com, and start again"
    )]
    Unreachable(String),
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
    let asked: Result<GatewayBot, RestError> = tokio::select! {
        asked = rest.ask(Route::GatewayBot) => asked,
        _ = stop.wait_for(|&stop| stop) => return Ok(()),
    };
    let plan = asked.map_err(|error| match error.kind {
        RestErrorKind::Unauthorized => Final::Token,
        _ => Final::Unreachable(error.message),
    })?;
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

async fn one(
    mut shard: Shard<Turns>,
    after: Duration,
    connection: Arc<Connection>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Final> {
    let number = shard.id().number();
    let mut last_close = None;
    let mut sessions = 0;
    tokio::select! {
        () = tokio::time::sleep(after) => {}
        _ = stop.wait_for(|&stop| stop) => return Ok(()),
    }
    loop {
        let item = tokio::select! {
            item = shard.next() => item,
            _ = stop.wait_for(|&stop| stop) => break,
        };
        match item {
            Some(Ok(Message::Text(text))) => {
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
