//! Sessions: what was dispatched to a shard, so that it can be resumed; and the lines to the
//! connections that serve them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;

use super::close::Close;
use super::dispatch::Dispatch;
use crate::clock::Time;
use crate::options::Options;

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
    /// Identifies since the beginning.
    pub identifies: u64,
    /// New connections get op 7 in place of Hello, that many times.
    pub reconnect_at_hello: u32,
}

/// What a client identified as.
pub(super) struct Session {
    pub shard: (u64, u64),
    pub intents: u64,
    /// The number of the newest dispatch.
    pub seq: u64,
    /// Dispatches with rising numbers, the newest last.
    pub kept: VecDeque<Utf8Bytes>,
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
}

impl Session {
    /// Keeps a dispatch under the next number.
    pub fn push(&mut self, name: &str, data: &str) {
        self.seq += 1;
        let seq = self.seq;
        let text = format!(r#"{{"op":0,"t":"{name}","s":{seq},"d":{data}}}"#);
        if self.kept.len() >= KEPT_DISPATCHES {
            self.kept.pop_front();
        }
        self.kept.push_back(text.into());
    }

    /// Returns the dispatches after number `seq`; None when some of them are gone.
    pub fn after(&self, seq: u64) -> Option<impl Iterator<Item = Utf8Bytes>> {
        let missed = usize::try_from(self.seq.checked_sub(seq)?).ok()?;
        let from = self.kept.len().checked_sub(missed)?;
        Some(self.kept.range(from..).cloned())
    }
}

impl Sessions {
    /// Tells whether a bot is connected and identified.
    pub fn connected(&self) -> bool {
        self.sessions.values().any(|session| session.line.is_some())
    }

    /// Tells whether there is no session at all, not even one that waits for a resume.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Returns all sessions that can be used or resumed.
    pub fn views(&self) -> Vec<SessionView> {
        let view = |(id, session): (&String, &Session)| SessionView {
            id: id.clone(),
            shard: session.shard,
            intents: session.intents,
            seq: session.seq,
            connected: session.line.is_some(),
        };
        self.sessions.iter().map(view).collect()
    }

    /// Gives an order to every connection that has identified.
    pub fn order(&mut self, order: &Order) {
        for line in self
            .lines
            .values_mut()
            .filter(|line| line.session.is_some())
        {
            line.orders.push_back(order.clone());
            line.wake.notify_one();
        }
    }

    /// Ends all sessions for good, because their token is not good any more.
    pub fn revoke(&mut self) {
        self.order(&Order::Close(Some(Close::AuthenticationFailed.frame().0)));
        self.sessions.clear();
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
                session.push(dispatch.name, data);
                wake(&self.lines, session.line);
            }
        }
    }

    /// Sends a raw dispatch to every session, whatever its intents.
    pub fn dispatch_raw(&mut self, name: &str, data: &str) {
        for session in self.sessions.values_mut() {
            session.push(name, data);
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
