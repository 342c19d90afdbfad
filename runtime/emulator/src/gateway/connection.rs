//! One WebSocket connection: frames in, frames out, heartbeats between.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde_json::{Value, json};

use super::close::{Close, ends_session};
use super::handshake::{self, Outcome};
use super::members;
use super::session::Order;
use crate::clock::Time;
use crate::hub::{Hub, State};
use crate::world::Change;

/// The largest frame a client may send, in bytes.
const LARGEST_FRAME: usize = 4_096;

/// The frames a client may send in a minute, heartbeats among them.
const SENDS_A_MINUTE: usize = 120;

const MINUTE: Duration = Duration::from_secs(60);

const DISPATCHES_AT_ONCE: usize = 256;

/// How long the other side has to finish a close.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What is known about the connection besides its session.
struct Connection {
    line: u64,
    session: Option<String>,
    /// The number of the last dispatch that went out.
    sent: u64,
    sends: VecDeque<Time>,
    beat: Time,
}

/// How a connection ended.
enum End {
    /// The client closed, with a code or without.
    Client(Option<u16>),
    /// The socket broke.
    Broken,
    /// This side closes, with a code or without.
    Server(Option<u16>, &'static str),
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        let (code, reason) = close.frame();
        End::Server(Some(code), reason)
    }
}

/// Serves one connection until it ends. `version` is the `v` of its address.
pub async fn serve(hub: Arc<Hub>, mut socket: WebSocket, version: Option<String>) {
    if version.as_deref().is_some_and(|version| version != "10") {
        close(&mut socket, Close::InvalidVersion.into()).await;
        return;
    }
    let (line, wake, reconnect) = hub.with(|state| {
        let reconnect = state.sessions.reconnect_at_hello > 0;
        state.sessions.reconnect_at_hello -= u32::from(reconnect);
        let (line, wake) = state.sessions.open_line();
        (line, wake, reconnect)
    });
    let mut connection = Connection {
        line,
        session: None,
        sent: 0,
        sends: VecDeque::new(),
        beat: hub.clock().now(),
    };
    let end = if reconnect {
        let asked = socket.send(Message::Text(RECONNECT.into())).await;
        match asked {
            Ok(()) => End::Server(None, ""),
            Err(_) => End::Broken,
        }
    } else {
        run(&hub, &mut socket, &mut connection, &wake).await
    };
    let ended = match end {
        End::Client(code) => matches!(code, Some(1000 | 1001)),
        End::Server(code, _) => code.is_some_and(ends_session),
        End::Broken => false,
    };
    hub.with(|state| {
        let (now, options) = (state.now, state.options.clone());
        state.sessions.close_line(line, ended, now, &options);
        let connected = state.sessions.connected();
        state.apply(Change::SetConnected(connected));
    });
    close(&mut socket, end).await;
}

const RECONNECT: &str = r#"{"op":7,"d":null,"s":null,"t":null}"#;
const ACKNOWLEDGED: &str = r#"{"op":11,"d":null,"s":null,"t":null}"#;

async fn run(
    hub: &Hub,
    socket: &mut WebSocket,
    connection: &mut Connection,
    wake: &tokio::sync::Notify,
) -> End {
    let interval = hub.options().heartbeat_interval;
    let patience = interval + hub.options().heartbeat_tolerance;
    let hello = json!({
        "op": 10,
        "d": {"heartbeat_interval": interval.as_millis() as u64, "_trace": ["local"]},
        "s": null,
        "t": null,
    });
    if socket
        .send(Message::Text(hello.to_string().into()))
        .await
        .is_err()
    {
        return End::Broken;
    }
    loop {
        let overdue = connection.beat.plus(patience);
        let outgoing = tokio::select! {
            frame = socket.recv() => match frame {
                None | Some(Err(_)) => return End::Broken,
                Some(Ok(Message::Close(frame))) => {
                    return End::Client(frame.map(|frame| frame.code));
                }
                Some(Ok(Message::Text(text))) => {
                    match hub.with(|state| connection.receive(state, &text)) {
                        Ok(answer) => answer.into_iter().collect(),
                        Err(close) => return close.into(),
                    }
                }
                Some(Ok(Message::Binary(_))) => return Close::DecodeError.into(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Vec::new(),
            },
            () = wake.notified() => Vec::new(),
            () = hub.stopped() => return End::Server(Some(1001), "The local Discord stops."),
            () = hub.clock().sleep_until(overdue) => return Close::UnknownError.into(),
        };
        for text in outgoing {
            if socket.send(Message::Text(text)).await.is_err() {
                return End::Broken;
            }
        }
        loop {
            let (orders, dispatches) = match hub.with_quietly(|state| connection.due(state)) {
                Ok(due) => due,
                Err(close) => return close.into(),
            };
            if orders.is_empty() && dispatches.is_empty() {
                break;
            }
            for text in dispatches {
                if socket.send(Message::Text(text)).await.is_err() {
                    return End::Broken;
                }
            }
            for order in orders {
                match order {
                    Order::Send(text) => {
                        if socket.send(Message::Text(text.into())).await.is_err() {
                            return End::Broken;
                        }
                    }
                    Order::Close(code) => return End::Server(code, "Asked to close."),
                    Order::Drop => return End::Broken,
                }
            }
        }
    }
}

async fn close(socket: &mut WebSocket, end: End) {
    let frame = match end {
        End::Server(code, reason) => code.map(|code| CloseFrame {
            code,
            reason: reason.into(),
        }),
        // The library answers the client's close while the socket is read on.
        End::Client(_) => {
            let _ = tokio::time::timeout(LAST_WORDS, socket.recv()).await;
            return;
        }
        End::Broken => return,
    };
    if socket.send(Message::Close(frame)).await.is_err() {
        return;
    }
    // The client has a moment to read the code and to close its side.
    let drained = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = tokio::time::timeout(LAST_WORDS, drained).await;
}

impl Connection {
    /// Takes one frame from the client. Returns what to send at once.
    fn receive(&mut self, state: &mut State, text: &str) -> Result<Option<Utf8Bytes>, Close> {
        self.count_send(state.now)?;
        if text.len() > LARGEST_FRAME {
            return Err(Close::DecodeError);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| Close::DecodeError)?;
        let op = payload["op"].as_u64().ok_or(Close::DecodeError)?;
        let data = &payload["d"];
        match (op, &self.session) {
            (1, _) => {
                self.beat = state.now;
                let acks = state
                    .sessions
                    .lines
                    .get(&self.line)
                    .is_none_or(|line| line.acks);
                Ok(acks.then(|| ACKNOWLEDGED.into()))
            }
            (2 | 6, Some(_)) => Err(Close::AlreadyAuthenticated),
            (2 | 6, None) if !data.is_object() => Err(Close::DecodeError),
            (2, None) => {
                state.sessions.forget_lost(state.now);
                let outcome = handshake::identify(state, self.line, data)?;
                Ok(self.take(state, outcome))
            }
            (6, None) => {
                state.sessions.forget_lost(state.now);
                let outcome = handshake::resume(state, self.line, data)?;
                Ok(self.take(state, outcome))
            }
            (_, None) => Err(Close::NotAuthenticated),
            (3 | 4, Some(_)) if data.is_object() => Ok(None),
            (8, Some(session)) if data.is_object() => {
                members::request(state, session, data)?;
                Ok(None)
            }
            _ => Err(Close::UnknownOpcode),
        }
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

    fn count_send(&mut self, now: Time) -> Result<(), Close> {
        while self
            .sends
            .front()
            .is_some_and(|sent| now.since(*sent) >= MINUTE)
        {
            self.sends.pop_front();
        }
        self.sends.push_back(now);
        if self.sends.len() > SENDS_A_MINUTE {
            return Err(Close::RateLimited);
        }
        Ok(())
    }

    /// Takes the orders and the next dispatches for this connection.
    fn due(&mut self, state: &mut State) -> Result<(Vec<Order>, Vec<Utf8Bytes>), Close> {
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
        let dispatches: Vec<_> = after.take(DISPATCHES_AT_ONCE).collect();
        self.sent += dispatches.len() as u64;
        Ok((orders, dispatches))
    }
}
