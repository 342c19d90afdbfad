//! Listens for bots that come for voice: the gateway by TLS, and the packets.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Sent;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};

use super::close::{Close, may_resume};
use super::connection::{Connection, hello};
use super::message::{Frame, VERSIONS, Writer};
use super::tls;
use crate::hub::Hub;

/// How long the other side has for a handshake, and to finish a close.
const HANDSHAKE: Duration = Duration::from_secs(10);
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The largest message that is taken, and the largest datagram.
const LARGEST: usize = 1 << 20;
const DATAGRAM: usize = 4_096;

/// The sockets of a voice server, before anybody listens.
pub struct Sockets {
    listener: TcpListener,
    socket: UdpSocket,
    pub gateway: u16,
    pub packets: u16,
}

impl Sockets {
    /// Takes free ports. Only this machine reaches them, whatever the rest listens at.
    pub async fn bind() -> io::Result<Self> {
        let here = (IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        let (listener, socket) = (TcpListener::bind(here).await?, UdpSocket::bind(here).await?);
        Ok(Sockets {
            gateway: listener.local_addr()?.port(),
            packets: socket.local_addr()?.port(),
            listener,
            socket,
        })
    }
}

/// Serves until everything ends.
pub async fn serve(hub: Arc<Hub>, sockets: Sockets) {
    let Sockets {
        listener, socket, ..
    } = sockets;
    tokio::select! {
        () = accept(&hub, &listener) => {}
        () = receive(&hub, &socket) => {}
        () = hub.voice().end_speech(hub.clock()) => {}
        () = hub.stopped() => {}
    }
    hub.voice().stop();
}

/// Takes packets in.
async fn receive(hub: &Hub, socket: &UdpSocket) {
    let mut buffer = [0; DATAGRAM];
    loop {
        // What one datagram fails with says nothing about the next.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        let answer = hub
            .voice()
            .datagram(&buffer[..length], from, hub.clock().now());
        if let Some(answer) = answer {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

/// Takes connections in.
async fn accept(hub: &Arc<Hub>, listener: &TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let acceptor = match tls::acceptor() {
            Ok(acceptor) => acceptor,
            Err(error) => {
                tracing::error!(%error, "the local voice server has no certificate");
                continue;
            }
        };
        let hub = hub.clone();
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE, shake_hands(acceptor, stream));
            match shaken.await {
                Ok(Ok((mut socket, version))) => connected(&hub, &mut socket, version).await,
                Ok(Err(error)) => tracing::warn!(%error, "a voice connection failed to open"),
                Err(_) => {}
            }
        });
    }
}

type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// Opens a WebSocket, and returns it with the version of the gateway that is asked for.
async fn shake_hands(
    acceptor: TlsAcceptor,
    stream: TcpStream,
) -> Result<(Socket, u8), Box<dyn std::error::Error + Send + Sync>> {
    // Small frames should leave at once; where that can't be had, they leave later.
    let _ = stream.set_nodelay(true);
    let stream = acceptor.accept(stream).await?;
    let mut version = 0;
    let config = WebSocketConfig::default()
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST));
    #[expect(clippy::result_large_err, reason = "the library asks for this type")]
    let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let query = request.uri().query().unwrap_or_default();
        let asked = query.split('&').find_map(|part| part.strip_prefix("v="));
        let asked = asked.and_then(|v| v.parse().ok());
        match asked.filter(|asked| VERSIONS.contains(asked)) {
            Some(asked) => version = asked,
            None => return Err(refusal()),
        }
        Ok(response)
    };
    let socket =
        tokio_tungstenite::accept_hdr_async_with_config(stream, check, Some(config)).await?;
    Ok((socket, version))
}

fn refusal() -> ErrorResponse {
    let sentence = "The voice gateway's versions are 4 to 8: name one, as in /?v=8.";
    let mut response = ErrorResponse::new(Some(sentence.to_owned()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// How a connection ended.
enum End {
    /// The client closed, with a code or without.
    Client(Option<u16>),
    Broken,
    Server(Close),
}

/// Serves one connection until it ends.
async fn connected(hub: &Hub, socket: &mut Socket, version: u8) {
    let (link, mut frames) = mpsc::unbounded_channel();
    let mut connection = Connection::new(hub.voice(), version, link, hub.clock().now());
    let end = match run(hub, socket, version, &mut connection, &mut frames).await {
        Err(end) => end,
        Ok(never) => match never {},
    };
    let (ended, close) = match end {
        End::Client(code) => (matches!(code, Some(1000 | 1001)), None),
        End::Broken => (false, None),
        End::Server(close) => (!may_resume(close.frame().0), Some(close)),
    };
    connection.close(hub, ended);
    let Some((code, reason)) = close.map(Close::frame) else {
        return;
    };
    let frame = CloseFrame {
        code: code.into(),
        reason: reason.into(),
    };
    if socket.send(Sent::Close(Some(frame))).await.is_ok() {
        // The client has a moment to read the code and to close its side.
        let drained = async { while let Some(Ok(_)) = socket.next().await {} };
        let _ = tokio::time::timeout(LAST_WORDS, drained).await;
    }
}

async fn run(
    hub: &Hub,
    socket: &mut Socket,
    version: u8,
    connection: &mut Connection,
    frames: &mut mpsc::UnboundedReceiver<Frame>,
) -> Result<std::convert::Infallible, End> {
    let interval = hub.options().voice_heartbeat_interval;
    let patience = interval + hub.options().heartbeat_tolerance;
    send(socket, Writer::new(version).write(hello(interval, version))).await?;
    loop {
        let overdue = connection.beat.plus(patience);
        let due = connection.due(hub).unwrap_or(overdue).min(overdue);
        tokio::select! {
            // What was to be sent goes out before anything else is done, a close among it.
            biased;
            Some(frame) = frames.recv() => send(socket, frame).await?,
            read = socket.next() => match read {
                None | Some(Err(_)) => return Err(End::Broken),
                Some(Ok(Sent::Text(text))) => connection.text(hub, &text)?,
                Some(Ok(Sent::Binary(bytes))) => connection.binary(hub, &bytes)?,
                Some(Ok(Sent::Close(frame))) => {
                    return Err(End::Client(frame.map(|frame| frame.code.into())));
                }
                Some(Ok(_)) => {}
            },
            () = hub.stopped() => return Err(Close::Stopping.into()),
            () = hub.clock().sleep_until(due) => match due == overdue {
                true => return Err(Close::SessionTimeout.into()),
                false => connection.tick(hub),
            },
        }
    }
}

async fn send(socket: &mut Socket, frame: Frame) -> Result<(), End> {
    let sent = match frame {
        Frame::Text(text) => Sent::text(text),
        Frame::Binary(bytes) => Sent::binary(bytes),
        Frame::Close(close) => return Err(close.into()),
    };
    socket.send(sent).await.map_err(|_| End::Broken)
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        End::Server(close)
    }
}
