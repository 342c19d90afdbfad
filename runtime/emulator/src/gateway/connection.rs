//! One WebSocket connection: frames in, frames out, heartbeats between.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde_json::json;
use tokio::sync::Notify;

use super::close::{Close, ends_session};
use super::receive::Connection;
use super::session::Order;
use crate::hub::Hub;
use crate::world::Change;

/// How long the other side has to finish a close.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long a client that was asked to reconnect has until the server closes.
const RECONNECT_WITHIN: Duration = Duration::from_secs(5);

const RECONNECT: &str = r#"{"op":7,"d":null,"s":null,"t":null}"#;

/// How a client came: what its address says.
#[derive(Debug, Default)]
pub struct Arrival {
    /// The API version, `v`.
    pub version: Option<String>,
    /// The transport compression, `compress`.
    pub compress: Option<String>,
    /// Whether it is the address that READY names for a resume.
    pub by_resume_url: bool,
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

/// Serves one connection until it ends.
pub async fn serve(hub: Arc<Hub>, mut socket: WebSocket, arrival: Arrival) {
    if arrival.version.as_deref().is_some_and(|v| v != "10") {
        close(&mut socket, Close::InvalidVersion.into()).await;
        return;
    }
    let (line, wake, reconnect) = hub.with(|state| {
        let reconnect = state.sessions.reconnect_at_hello > 0;
        state.sessions.reconnect_at_hello -= u32::from(reconnect);
        let (line, wake) = state.sessions.open_line();
        (line, wake, reconnect)
    });
    let mut connection = Connection::new(line, &arrival, hub.clock().now());
    let end = if reconnect {
        match send(&mut socket, &mut connection, RECONNECT.into()).await {
            Ok(()) => End::Server(None, ""),
            Err(end) => end,
        }
    } else {
        let ended = run(&hub, &mut socket, &mut connection, &wake).await;
        ended.err().unwrap_or(End::Broken)
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

/// Serves until something ends the connection, and returns what.
async fn run(
    hub: &Hub,
    socket: &mut WebSocket,
    connection: &mut Connection,
    wake: &Notify,
) -> Result<(), End> {
    let interval = hub.options().heartbeat_interval;
    let patience = interval + hub.options().heartbeat_tolerance;
    let hello = json!({
        "op": 10,
        "d": {"heartbeat_interval": interval.as_millis() as u64, "_trace": ["local"]},
        "s": null,
        "t": null,
    });
    send(socket, connection, hello.to_string().into()).await?;
    loop {
        let overdue = connection.beat.plus(patience);
        let closes = connection.closes;
        let answer = tokio::select! {
            frame = socket.recv() => match frame {
                None | Some(Err(_)) => return Err(End::Broken),
                Some(Ok(Message::Close(frame))) => {
                    return Err(End::Client(frame.map(|frame| frame.code)));
                }
                Some(Ok(Message::Text(text))) => {
                    hub.with(|state| connection.receive(state, &text))?
                }
                Some(Ok(Message::Binary(_))) => return Err(Close::DecodeError.into()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
            },
            () = wake.notified() => None,
            () = hub.stopped() => {
                return Err(End::Server(Some(1001), "The local Discord stops."));
            }
            () = hub.clock().sleep_until(overdue) => return Err(Close::UnknownError.into()),
            () = hub.clock().sleep_until(closes.unwrap_or(overdue)), if closes.is_some() => {
                return Err(End::Server(None, ""));
            }
        };
        if let Some(text) = answer {
            send(socket, connection, text).await?;
        }
        flush(hub, socket, connection).await?;
    }
}

/// Sends everything that is due, until nothing is.
async fn flush(hub: &Hub, socket: &mut WebSocket, connection: &mut Connection) -> Result<(), End> {
    loop {
        let (orders, dispatches) = hub.with_quietly(|state| connection.due(state))?;
        if orders.is_empty() && dispatches.is_empty() {
            return Ok(());
        }
        for text in dispatches {
            send(socket, connection, text).await?;
        }
        for order in orders {
            match order {
                Order::Send(text) => send(socket, connection, text.into()).await?,
                Order::Reconnect => {
                    send(socket, connection, RECONNECT.into()).await?;
                    connection.closes = Some(hub.clock().now().plus(RECONNECT_WITHIN));
                }
                Order::Close(code) => return Err(End::Server(code, "Asked to close.")),
                Order::Drop => return Err(End::Broken),
            }
        }
    }
}

async fn send(
    socket: &mut WebSocket,
    connection: &mut Connection,
    payload: Utf8Bytes,
) -> Result<(), End> {
    let frame = connection.encoder.frame(payload);
    socket.send(frame).await.map_err(|_| End::Broken)
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
