//! What a client's payload leads to: an answer, a change of its session, or the end of the
//! connection. It never touches the socket.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use serde_json::Value;

use super::Arrival;
use super::close::Close;
use super::encoding::Encoder;
use super::handshake::{self, Outcome};
use super::log::Seen;
use super::members;
use super::session::Order;
use super::voice;
use crate::clock::Time;
use crate::hub::State;
use crate::world::Change;

/// The largest frame a client may send, in bytes.
const LARGEST_FRAME: usize = 4_096;

/// The frames a client may send in a minute, heartbeats among them.
const SENDS: (usize, Duration) = (120, Duration::from_secs(60));

/// The presences a bot may set in 20 s; more are dropped.
const PRESENCES: (usize, Duration) = (5, Duration::from_secs(20));

const STATUSES: [&str; 5] = ["online", "dnd", "idle", "invisible", "offline"];

const DISPATCHES_AT_ONCE: usize = 256;

const ACKNOWLEDGED: &str = r#"{"op":11,"d":null,"s":null,"t":null}"#;

/// What is known about a connection besides its session.
pub struct Connection {
    pub line: u64,
    pub encoder: Encoder,
    /// When it beat last; at first, when Hello was sent.
    pub beat: Time,
    /// When it is closed because the client was asked to reconnect and did not.
    pub closes: Option<Time>,
    by_resume_url: bool,
    session: Option<String>,
    /// The number of the last dispatch that went out.
    sent: u64,
    has_beaten: bool,
    sends: Window,
    presences: Window,
}

/// What happened within some time.
#[derive(Default)]
struct Window(VecDeque<Time>);

impl Window {
    /// Counts one more. False when it is one too many.
    fn count(&mut self, (most, within): (usize, Duration), now: Time) -> bool {
        while self.0.front().is_some_and(|at| now.since(*at) >= within) {
            self.0.pop_front();
        }
        let fits = self.0.len() < most;
        if fits {
            self.0.push_back(now);
        }
        fits
    }
}

impl Connection {
    pub fn new(line: u64, arrival: &Arrival, now: Time) -> Self {
        Connection {
            line,
            encoder: Encoder::new(arrival.compress.as_deref()),
            beat: now,
            closes: None,
            by_resume_url: arrival.by_resume_url,
            session: None,
            sent: 0,
            has_beaten: false,
            sends: Window::default(),
            presences: Window::default(),
        }
    }

    /// Takes one frame from the client. Returns what to send at once.
    pub fn receive(&mut self, state: &mut State, text: &str) -> Result<Option<Utf8Bytes>, Close> {
        if !self.sends.count(SENDS, state.now) {
            return Err(Close::RateLimited);
        }
        if text.len() > LARGEST_FRAME {
            return Err(Close::DecodeError);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| Close::DecodeError)?;
        let op = payload["op"].as_u64().ok_or(Close::DecodeError)?;
        let data = &payload["d"];
        // A session that was declared invalid leaves the connection free for another.
        let gone = |id: &String| !state.sessions.sessions.contains_key(id);
        if self.session.as_ref().is_some_and(gone) {
            self.session = None;
        }
        match (op, &self.session) {
            (1, _) => Ok(self.beat(state)),
            (2 | 6, Some(_)) => Err(Close::AlreadyAuthenticated),
            (2 | 6, None) if !data.is_object() => Err(Close::DecodeError),
            (2, None) => {
                state.sessions.forget_lost(state.now);
                let outcome = handshake::identify(state, self.line, data)?;
                if data["compress"] == true {
                    self.encoder.compress_payloads();
                }
                Ok(self.take(state, outcome))
            }
            (6, None) => {
                state.sessions.forget_lost(state.now);
                let outcome = handshake::resume(state, self.line, self.by_resume_url, data)?;
                Ok(self.take(state, outcome))
            }
            (_, None) => Err(Close::NotAuthenticated),
            (3, Some(session)) if is_presence(data) => {
                if self.presences.count(PRESENCES, state.now)
                    && let Some(session) = state.sessions.sessions.get_mut(session)
                {
                    session.presence = data.clone();
                    state.touch();
                }
                Ok(None)
            }
            (4, Some(session)) if data.is_object() => {
                voice::update(state, session, data)?;
                Ok(None)
            }
            (8, Some(session)) if data.is_object() => {
                members::request(state, session, data)?;
                Ok(None)
            }
            _ => Err(Close::UnknownOpcode),
        }
    }

    fn beat(&mut self, state: &mut State) -> Option<Utf8Bytes> {
        if !self.has_beaten {
            self.has_beaten = true;
            let interval = state.options.heartbeat_interval.as_secs_f64();
            let waited = state.now.since(self.beat).as_secs_f64();
            let share = waited / interval.max(f64::EPSILON);
            let at = state.now;
            state.sessions.log.add(Seen::FirstBeat { share, at });
        }
        self.beat = state.now;
        let line = state.sessions.lines.get(&self.line);
        let acks = line.is_none_or(|line| line.acks);
        acks.then(|| ACKNOWLEDGED.into())
    }

    fn take(&mut self, state: &mut State, outcome: Outcome) -> Option<Utf8Bytes> {
        match outcome {
            Outcome::Refused(text) => Some(text),
            Outcome::Session { id, sent } => {
                self.session = Some(id);
                self.sent = sent;
                state.apply(Change::SetConnected(true));
                None
            }
        }
    }

    /// Takes the orders and the next dispatches for this connection.
    pub fn due(&mut self, state: &mut State) -> Result<(Vec<Order>, Vec<Utf8Bytes>), Close> {
        let Some(line) = state.sessions.lines.get_mut(&self.line) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let orders = line.orders.drain(..).collect();
        let mine = line
            .session
            .as_ref()
            .filter(|id| self.session.as_ref() == Some(*id));
        let session = mine.and_then(|id| state.sessions.sessions.get(id));
        let Some(session) = session else {
            return Ok((orders, Vec::new()));
        };
        // A connection that fell behind what is kept has lost events, and so its session.
        let after = session.after(self.sent).ok_or(Close::InvalidSequence)?;
        let mut dispatches = Vec::new();
        for (number, text) in after.take(DISPATCHES_AT_ONCE) {
            self.sent = number;
            dispatches.push(text);
        }
        Ok((orders, dispatches))
    }
}

/// Judges the shape of a presence. `since` is left alone: clients send a number, null or an object.
fn is_presence(data: &Value) -> bool {
    let status = data["status"].as_str();
    let activities = &data["activities"];
    status.is_some_and(|status| STATUSES.contains(&status))
        && (activities.is_array() || activities.is_null())
}
