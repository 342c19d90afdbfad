//! Sessions: what was dispatched to a shard, so that it can be resumed; and the lines to the
//! connections that serve them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use serde_json::Value;
use tokio::sync::Notify;

use super::budget::Budget;
use super::close::Close;
use super::dispatch::{self, Dispatch};
use super::log::Log;
use super::tamper::Tamper;
use crate::clock::Time;
use crate::options::Options;
use crate::snowflake::Id;
use crate::world::World;

/// The dispatches a session keeps for a resume, and for a connection that reads slowly. One that
/// falls further behind loses the session and has to identify again.
const KEPT_DISPATCHES: usize = 8_192;

/// All sessions and connections of the gateway.
#[derive(Default)]
pub struct Sessions {
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) lines: BTreeMap<u64, Line>,
    next: u64,
    /// When each concurrency key identified last.
    pub(super) identified: HashMap<u64, Time>,
    /// When all members of a guild were asked for last.
    pub(super) chunked: HashMap<Id, Time>,
    /// Identifies since the beginning.
    pub identifies: u64,
    pub budget: Budget,
    pub log: Log,
    pub tamper: Tamper,
    /// New connections get op 7 in place of Hello, that many times.
    pub reconnect_at_hello: u32,
    /// The next Resume replays that many dispatches that the client has had already.
    pub replay_again: u64,
}

/// What a client identified as.
pub(super) struct Session {
    pub shard: (u64, u64),
    pub intents: u64,
    /// Guilds with more members come without their offline ones.
    pub large_threshold: u64,
    /// What the bot shows of itself.
    pub presence: Value,
    /// The number of the newest dispatch.
    pub seq: u64,
    /// Dispatches with their rising numbers, the newest last.
    kept: VecDeque<(u64, Utf8Bytes)>,
    /// The highest number that is not kept any more.
    forgotten: u64,
    /// Dispatches held back, by name and data.
    pub held: Vec<(String, String)>,
    /// The connection that serves it now.
    pub line: Option<u64>,
    /// Until when it can be resumed, while no connection serves it.
    pub resumable_until: Option<Time>,
}

/// The way to one connection.
pub(super) struct Line {
    pub wake: Arc<Notify>,
    pub orders: VecDeque<Order>,
    pub session: Option<String>,
    pub acks: bool,
}

/// Something a test wants a connection to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Sends a payload as it is.
    Send(String),
    /// Asks the client to reconnect, and closes when it has not done so within seconds.
    Reconnect,
    /// Closes with a code, or without one.
    Close(Option<u16>),
    /// Drops the TCP connection without a word.
    Drop,
}

/// A session, as tests see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    pub id: String,
    pub shard: (u64, u64),
    pub intents: u64,
    pub seq: u64,
    pub connected: bool,
    /// What the bot shows of itself: the last presence it sent, or null.
    pub presence: Value,
}

impl Session {
    pub fn new(shard: (u64, u64), intents: u64, large_threshold: u64, presence: Value) -> Self {
        Session {
            shard,
            intents,
            large_threshold,
            presence,
            seq: 0,
            kept: VecDeque::new(),
            forgotten: 0,
            held: Vec::new(),
            line: None,
            resumable_until: None,
        }
    }

    /// Keeps a dispatch under the next number.
    pub fn push(&mut self, name: &str, data: &str) {
        self.seq += 1;
        let seq = self.seq;
        let text = format!(r#"{{"op":0,"t":"{name}","s":{seq},"d":{data}}}"#);
        if self.kept.len() >= KEPT_DISPATCHES
            && let Some((gone, _)) = self.kept.pop_front()
        {
            self.forgotten = gone;
        }
        self.kept.push_back((seq, text.into()));
    }

    /// Returns the dispatches after number `seq`; None when some of them are gone.
    pub fn after(&self, seq: u64) -> Option<impl Iterator<Item = (u64, Utf8Bytes)>> {
        if seq > self.seq || seq < self.forgotten {
            return None;
        }
        let from = self.kept.partition_point(|(kept, _)| *kept <= seq);
        Some(self.kept.range(from..).cloned())
    }

    /// Returns the number from which a replay repeats `again` dispatches before `seq`.
    pub fn before(&self, seq: u64, again: u64) -> u64 {
        seq.saturating_sub(again).max(self.forgotten)
    }
}

impl Sessions {
    /// No sessions yet; whether optional fields that say nothing are left out of dispatches.
    pub fn sparse(sparse: bool) -> Self {
        let mut sessions = Self::default();
        sessions.tamper.sparse = sparse;
        sessions
    }

    /// Tells whether a bot is connected and identified.
    pub fn connected(&self) -> bool {
        self.sessions.values().any(|session| session.line.is_some())
    }

    /// Tells whether there is no session at all, not even one that waits for a resume.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Returns the intents of all sessions together.
    pub fn wanted(&self) -> u64 {
        let intents = self.sessions.values().map(|session| session.intents);
        intents.fold(0, |all, intents| all | intents)
    }

    /// Returns all sessions that can be used or resumed.
    pub fn views(&self) -> Vec<SessionView> {
        let view = |(id, session): (&String, &Session)| SessionView {
            id: id.clone(),
            shard: session.shard,
            intents: session.intents,
            seq: session.seq,
            connected: session.line.is_some(),
            presence: session.presence.clone(),
        };
        self.sessions.iter().map(view).collect()
    }

    /// Returns the shard of a session, unless it is over.
    pub(super) fn shard_of(&self, session: &str) -> Option<(u64, u64)> {
        self.sessions.get(session).map(|session| session.shard)
    }

    /// Gives an order to every connection that has identified, or to those of one shard.
    pub fn order(&mut self, order: &Order, shard: Option<u64>) {
        for line in self.lines.values_mut() {
            let Some(id) = &line.session else { continue };
            let session = self.sessions.get(id);
            let place = session.map(|session| session.shard.0);
            if shard.is_none() || place == shard {
                line.orders.push_back(order.clone());
                line.wake.notify_one();
            }
        }
    }

    /// Ends all sessions for good, because their token is not good any more.
    pub fn revoke(&mut self) {
        self.order(
            &Order::Close(Some(Close::AuthenticationFailed.frame().0)),
            None,
        );
        self.sessions.clear();
    }

    /// Forgets the sessions of all shards, or of one. Their connections stay, and may identify.
    pub fn invalidate(&mut self, shard: Option<u64>) {
        self.sessions
            .retain(|_, session| shard.is_some_and(|shard| session.shard.0 != shard));
    }

    /// Withholds heartbeat acknowledgements from all present connections, or stops doing so.
    pub fn set_acks(&mut self, acks: bool) {
        for line in self.lines.values_mut() {
            line.acks = acks;
        }
    }

    /// Sends a dispatch to every session that wants it.
    pub fn dispatch(&mut self, dispatch: &Dispatch) {
        for session in self.sessions.values_mut() {
            if let Some(data) = dispatch.data_for(session.intents, session.shard) {
                self.tamper.push(session, dispatch.name, data);
                wake(&self.lines, session.line);
            }
        }
    }

    /// Sends a guild to every session of its shard, as that session wants to see it.
    pub fn show_guild(&mut self, world: &World, guild: Id, now: Time) {
        for session in self.sessions.values_mut() {
            let here = guild.shard(session.shard.1) == session.shard.0;
            let (intents, threshold) = (session.intents, session.large_threshold);
            let data = dispatch::guild_create(world, guild, intents, threshold, now);
            if let Some(data) = data.filter(|_| here) {
                self.tamper.push(session, "GUILD_CREATE", &data);
                wake(&self.lines, session.line);
            }
        }
    }

    /// Sends a dispatch to one session.
    pub(super) fn dispatch_to(&mut self, id: &str, name: &str, data: &str) {
        if let Some(session) = self.sessions.get_mut(id) {
            self.tamper.push(session, name, data);
            wake(&self.lines, session.line);
        }
    }

    /// Sends a raw dispatch to every session, whatever its intents.
    pub fn dispatch_raw(&mut self, name: &str, data: &str) {
        for session in self.sessions.values_mut() {
            self.tamper.push(session, name, data);
            wake(&self.lines, session.line);
        }
    }

    pub(super) fn open_line(&mut self) -> (u64, Arc<Notify>) {
        self.next += 1;
        let wake = Arc::new(Notify::new());
        let line = Line {
            wake: wake.clone(),
            orders: VecDeque::new(),
            session: None,
            acks: true,
        };
        self.lines.insert(self.next, line);
        (self.next, wake)
    }

    /// Forgets a connection. Its session is kept for a resume unless it ended with the connection.
    pub(super) fn close_line(&mut self, line: u64, ended: bool, now: Time, options: &Options) {
        let session = self.lines.remove(&line).and_then(|line| line.session);
        let Some(id) = session else { return };
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        // Another connection may have taken the session over.
        if session.line != Some(line) {
            return;
        }
        session.line = None;
        session.resumable_until = Some(now.plus(options.session_life));
        if ended {
            self.sessions.remove(&id);
        }
    }

    /// Drops the sessions that nobody came back for.
    pub(super) fn forget_lost(&mut self, now: Time) {
        self.sessions.retain(|_, session| {
            session.line.is_some() || session.resumable_until.is_some_and(|until| until > now)
        });
    }

    /// Connects a line with a session, taking it away from the connection that had it.
    pub(super) fn attach(&mut self, line: u64, id: &str) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let before = session.line.replace(line);
        session.resumable_until = None;
        if let Some(old) = before.and_then(|old| self.lines.get_mut(&old)) {
            old.session = None;
            old.orders
                .push_back(Order::Close(Some(Close::UnknownError.frame().0)));
            old.wake.notify_one();
        }
        if let Some(line) = self.lines.get_mut(&line) {
            line.session = Some(id.to_owned());
            line.wake.notify_one();
        }
    }
}

fn wake(lines: &BTreeMap<u64, Line>, line: Option<u64>) {
    if let Some(line) = line.and_then(|line| lines.get(&line)) {
        line.wake.notify_one();
    }
}
