//! One shard's connection to the gateway, as a task. It reads frames, feeds the cache and passes
//! envelopes on; it never waits for a cog.
//!
//! `twilight-gateway` carries the connection: it hands out raw text, resumes by itself, and tells
//! close codes as values. serenity's own client can do none of the three, and its shard can't be
//! driven from outside. Nothing of twilight is visible above `shard` and `identify`.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;
use serenity::model::id::GuildId;
use tokio::sync::watch;
use twilight_gateway::error::ReceiveMessageErrorType;
use twilight_gateway::{
    CloseFrame, ConfigBuilder, Intents, Message, Session, Shard, ShardId, ShardState,
};

use super::Envelope;
use super::identify::Turns;
use super::inbox::Inbox;
use super::sessions::SessionFile;
use super::shards::{Board, Connection, Final, Leave};
use crate::cache::Membership;
use crate::ways;

/// How long a closing handshake may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// A connection that ends sooner after its Hello makes the next one wait.
const LASTING: Duration = Duration::from_secs(30);
/// How many times the first wait the longest one is.
const GROWTH: u32 = 60;

#[derive(Deserialize)]
struct Frame<'a> {
    op: u8,
    s: Option<u64>,
    #[serde(borrow)]
    t: Option<Cow<'a, str>>,
    #[serde(borrow)]
    d: Option<&'a RawValue>,
}

/// A shard, and all it works with.
pub(super) struct One {
    shard: Shard<Turns>,
    number: u32,
    connection: Arc<Connection>,
    board: Arc<Board>,
    /// Where the session is kept, and the number of the last dispatch that was taken in.
    file: SessionFile,
    seq: u64,
    /// Sessions and resumes so far, those of an earlier process left out.
    connected: u32,
    /// How long it waits before it connects at all.
    after: Duration,
}

/// A number between 0 and 1.
pub(super) fn jitter() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness the wait is only the shortest.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)
}

/// Returns how long to wait before the next connection, given how many before it did not last.
/// `jitter` is between 0 and 1, so that shards which were cut off together do not come back so.
pub(super) fn pause(failures: u32, first: Duration, jitter: f64) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else {
        return Duration::ZERO;
    };
    let factor = 2u32.saturating_pow(doublings).min(GROWTH);
    (first * factor).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

impl One {
    /// Returns a shard that resumes the session of an earlier process, or begins one in its turn.
    pub(super) fn new(
        number: u32,
        connection: Arc<Connection>,
        board: Arc<Board>,
        turns: &Turns,
    ) -> Self {
        let total = board.total();
        let (file, saved) = connection.sessions.open(number, total);
        let intents = Intents::from_bits_truncate(connection.intents.bits());
        let token = connection.token.secret().to_owned();
        let mut config = ConfigBuilder::new(token, intents).queue(turns.clone());
        if let Some(url) = &connection.gateway {
            config = config.proxy_url(url.clone());
        }
        let (mut seq, mut after) = (0, turns.starts_after(number));
        if let Some((saved, reached)) = saved {
            connection.cache.restore(&saved.identity, saved.guilds);
            if let Some(voice) = &connection.voice {
                let me = saved.identity.user.id;
                voice.restore(saved.people, &saved.voice, me);
            }
            let session = Session::new(reached, saved.id);
            config = config.session(session).resume_url(saved.url);
            (seq, after) = (reached, Duration::ZERO);
            tracing::debug!(shard = number, seq, "the last session is to be resumed");
        }
        Self {
            shard: Shard::with_config(ShardId::new(number, total), config.build()),
            number,
            connection,
            board,
            file,
            seq,
            connected: 0,
            after,
        }
    }

    /// Reads until it is to leave, or a final refusal. The inbox is let go of as soon as no event
    /// is taken in any more, so that whoever reads it knows the last one.
    pub(super) async fn run(
        mut self,
        inbox: Inbox,
        mut leave: watch::Receiver<Leave>,
    ) -> Result<(), Final> {
        let mut last_close = None;
        // Since when the connection has been heard of, and how often it was waited for in vain.
        let (mut up, mut silences) = (None::<Instant>, 0);
        let mut failures = 0;
        tokio::select! {
            () = tokio::time::sleep(self.after) => {}
            _ = leave.wait_for(|leave| *leave != Leave::Not) => return Ok(()),
        }
        loop {
            let disconnected = matches!(self.shard.state(), ShardState::Disconnected { .. });
            if let Some(since) = up.take_if(|_| disconnected) {
                self.state(false, None);
                failures = match since.elapsed() {
                    lasted if lasted >= LASTING => 0,
                    _ => failures + 1,
                };
                let wait = pause(failures, self.connection.reconnect, jitter());
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = leave.wait_for(|leave| *leave != Leave::Not) => break,
                }
            }
            let item = tokio::select! {
                item = self.shard.next() => item,
                () = tokio::time::sleep(self.connection.hello), if up.is_none() => {
                    // The connection's own time-out covers the time before the handshake.
                    silences += i32::from(matches!(self.shard.state(), ShardState::Identifying));
                    if silences >= 2 {
                        tracing::warn!(
                            shard = self.number,
                            "the connection is silent, and given up"
                        );
                        self.shard = anew(&self.shard);
                        silences = 0;
                    }
                    continue;
                }
                _ = leave.wait_for(|leave| *leave != Leave::Not) => break,
            };
            silences = 0;
            match item {
                Some(Ok(Message::Text(text))) => {
                    up.get_or_insert_with(Instant::now);
                    self.received(&text, &inbox);
                    let latency = self.shard.latency().recent().first().copied();
                    let latency = latency.filter(|latency| !latency.is_zero());
                    self.state(self.shard.state().is_identified(), latency);
                }
                Some(Ok(Message::Close(frame))) => {
                    last_close = frame.map(|frame| frame.code);
                    self.state(false, None);
                    tracing::info!(
                        shard = self.number,
                        code = last_close,
                        "the connection was closed"
                    );
                }
                Some(Err(error)) => {
                    // A frame that can't be read is an error too, and the connection outlives it.
                    self.state(self.shard.state().is_identified(), None);
                    if let ReceiveMessageErrorType::Deserializing { event } = error.kind() {
                        self.unreadable(event, &chain(&error));
                    } else {
                        tracing::warn!(
                            shard = self.number,
                            error = chain(&error),
                            "the connection failed"
                        );
                    }
                }
                None => {
                    self.state(false, None);
                    self.file.forget();
                    return Err(Final::of_close(last_close, self.connection.intents));
                }
            }
            if self.shard.session().is_none() {
                self.file.forget();
            }
        }
        drop(inbox);
        let frame = match *leave.borrow() {
            Leave::ForGood => {
                self.file.forget();
                CloseFrame::NORMAL
            }
            // Discord keeps a session that was not closed with 1000 or 1001.
            _ => {
                if let Some(voice) = &self.connection.voice {
                    self.file.leave(voice.roll(self.id()), self.seq);
                }
                CloseFrame::RESUME
            }
        };
        self.shard.close(frame);
        // What still comes is not taken in, and comes again after a resume.
        let goodbye =
            async { while let Some(Ok(Message::Text(_)) | Err(_)) = self.shard.next().await {} };
        // A peer that does not answer the close frame is left to notice by itself.
        let _ = tokio::time::timeout(GOODBYE, goodbye).await;
        self.state(false, None);
        Ok(())
    }

    fn id(&self) -> ways::ShardId {
        ways::ShardId {
            number: self.number,
            total: self.board.total(),
        }
    }

    fn state(&self, connected: bool, latency: Option<Duration>) {
        let connection = &self.connection;
        self.board.set(connection, self.number, connected, latency);
    }

    fn received(&mut self, text: &str, inbox: &Inbox) {
        let frame: Frame<'_> = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(error) => return self.unreadable(text, &error.to_string()),
        };
        let (0, Some(kind)) = (frame.op, frame.t) else {
            return;
        };
        let (kind, raw) = (kind.into_owned(), frame.d.map_or("null", RawValue::get));
        let (label, seq) = (label(&kind), frame.s.unwrap_or(0));
        let (metrics, cache) = (&self.connection.metrics, &self.connection.cache);
        let number = self.number.to_string();
        metrics
            .gateway_events_total
            .with_label_values(&[number.as_str(), label])
            .inc();
        if kind != "READY" && seq <= self.seq {
            // Discord may send again what it is not sure of after a resume.
            return;
        }
        if kind != "READY" && seq > self.seq + 1 {
            let (lost, from) = (seq - self.seq - 1, self.seq);
            tracing::warn!(shard = self.number, lost, from, "Discord left events out");
            let missed = &metrics.gateway_missed_events_total;
            missed.with_label_values(&[&number]).inc_by(lost);
        }
        if matches!(label, "READY" | "RESUMED") {
            self.connected += 1;
            // The first of a process is a start; one that resumes an earlier process's session is
            // the resume it is.
            if self.connected > 1 || label == "RESUMED" {
                let kind = match label {
                    "READY" => "identify",
                    _ => "resume",
                };
                metrics
                    .gateway_reconnects_total
                    .with_label_values(&[&number, kind])
                    .inc();
            }
            tracing::info!(shard = self.number, event = label, "connected");
        }
        // Of two sets of shards one counts members.
        let mut membership = Membership::AsBefore;
        if self.board.shown() || !label.starts_with("GUILD_MEMBER") {
            match cache.apply(&kind, raw) {
                Ok(changed) => membership = changed,
                Err(error) => {
                    tracing::warn!(shard = self.number, event = kind, %error, "an event can't be read");
                    let unreadable = &metrics.gateway_unreadable_events_total;
                    unreadable.with_label_values(&[label]).inc();
                }
            }
        }
        if matches!(label, "READY" | "RESUMED") {
            let (shard, anew) = (self.id(), label == "READY");
            let sender = self.shard.sender();
            let send = move |text| sender.send(text).is_ok();
            self.connection.ways.open(shard, anew, send);
            if let Some(voice) = &self.connection.voice {
                voice.connected(shard, anew);
            }
        }
        if let Some(voice) = &self.connection.voice {
            voice.dispatched(&kind, raw);
        }
        if matches!(label, "READY" | "RESUMED" | "GUILD_CREATE" | "GUILD_DELETE") {
            let all = cache.guild_count() as i64;
            metrics.discord_stat_total_guilds.set(all);
            let own = cache.guilds_of(self.number) as i64;
            metrics.guilds.with_label_values(&[&number]).set(own);
        }
        let guild = guild_of(&kind, raw);
        self.keep(&kind, guild, seq);
        if !inbox.takes(&kind) {
            return;
        }
        let envelope = Envelope {
            shard: self.number,
            seq,
            guild,
            kind,
            raw: raw.to_owned(),
            received: Instant::now(),
            set: inbox.set(),
            beside: inbox.beside(),
            membership,
        };
        inbox.deliver(envelope, &self.connection.metrics);
    }

    /// Writes down that a dispatch was taken in, before it goes on.
    fn keep(&mut self, kind: &str, guild: Option<GuildId>, seq: u64) {
        self.seq = seq;
        let cache = &self.connection.cache;
        match (kind, guild) {
            ("READY", _) => {
                let session = self.shard.session().zip(self.shard.resume_url());
                let Some(((session, url), identity)) = session.zip(cache.identity()) else {
                    return self.file.forget();
                };
                let guilds = cache.all_of(self.number, self.board.total());
                let sessions = &self.connection.sessions;
                let saved = sessions.begun(session.id(), url, identity, guilds);
                self.file.begin(saved, seq);
            }
            ("GUILD_CREATE" | "GUILD_DELETE", Some(guild)) => {
                self.file.member_of(guild, cache.is_in(guild), seq);
                self.in_voice(guild, seq);
                self.file.reached(seq);
            }
            ("VOICE_STATE_UPDATE", Some(guild)) => {
                self.in_voice(guild, seq);
                self.file.reached(seq);
            }
            _ => self.file.reached(seq),
        }
    }

    /// Writes down where the bot is in voice.
    fn in_voice(&mut self, guild: GuildId, seq: u64) {
        if let Some(voice) = &self.connection.voice {
            self.file.in_voice(guild, voice.place(guild), seq);
        }
    }

    /// Notes a frame that the connection itself could not make sense of.
    fn unreadable(&self, text: &str, error: &str) {
        let frame = serde_json::from_str::<Frame<'_>>(text).ok();
        let label = label(&frame.and_then(|frame| frame.t).unwrap_or_default());
        let metrics = &self.connection.metrics;
        metrics
            .gateway_events_total
            .with_label_values(&[self.number.to_string().as_str(), label])
            .inc();
        metrics
            .gateway_unreadable_events_total
            .with_label_values(&[label])
            .inc();
        tracing::warn!(
            shard = self.number,
            event = label,
            error,
            "a frame can't be read"
        );
    }
}

/// Returns a shard with another connection and the same session.
fn anew(shard: &Shard<Turns>) -> Shard<Turns> {
    let mut config = ConfigBuilder::from(shard.config().clone());
    if let Some(session) = shard.session() {
        config = config.session(session.clone());
    }
    // Without one it is asked for at the gateway itself.
    if let Some(url) = shard.resume_url() {
        config = config.resume_url(url.to_owned());
    }
    Shard::with_config(shard.id(), config.build())
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
    "THREAD_LIST_SYNC",
    "INVITE_CREATE",
    "INVITE_DELETE",
    "GUILD_AUDIT_LOG_ENTRY_CREATE",
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
