//! A voice client in the raw: one WebSocket over TLS, one UDP socket, and the keys.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aes_gcm::aead::{AeadInPlace, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use cogbox_emulator::{Channel, Emulator, Guild, Id, Options, voice_authority};
use futures_util::{SinkExt, StreamExt};
use opus2::{Application, Channels, Encoder};
use serde_json::{Value, json};
use tokio::net::{TcpStream, UdpSocket};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::{Bot, options};

pub const AES: &str = "aead_aes256_gcm_rtpsize";
pub const XCHACHA: &str = "aead_xchacha20_poly1305_rtpsize";

/// The frame of silence.
pub const SILENCE: &[u8] = &[0xf8, 0xff, 0xfe];

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came over a voice connection.
#[derive(Debug, PartialEq)]
pub enum Got {
    Json(Value),
    Binary(Vec<u8>),
    Closed(Option<u16>),
}

/// A connection to the voice gateway.
pub struct Voice(WebSocketStream<TlsStream<TcpStream>>);

/// Opens a WebSocket at an endpoint, trusting the local authority alone.
pub async fn connect(endpoint: &str, query: &str) -> Result<Voice, Error> {
    let mut roots = RootCertStore::empty();
    let pem = voice_authority().unwrap();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let (host, _) = endpoint.split_once(':').unwrap();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let tcp = TcpStream::connect(endpoint).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let tls = connector.connect(name, tcp).await.unwrap();
    let url = format!("wss://{endpoint}/{query}");
    let (socket, _) = tokio_tungstenite::client_async(url, tls).await?;
    Ok(Voice(socket))
}

impl Voice {
    pub async fn open(endpoint: &str, version: u8) -> Voice {
        connect(endpoint, &format!("?v={version}")).await.unwrap()
    }

    pub async fn send(&mut self, op: u8, data: Value) {
        self.send_text(json!({"op": op, "d": data}).to_string())
            .await;
    }

    pub async fn send_text(&mut self, text: String) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// Sends an opcode and its bytes.
    pub async fn send_bytes(&mut self, op: u8, body: &[u8]) {
        let bytes = [&[op], body].concat();
        self.0.send(Message::binary(bytes)).await.unwrap();
    }

    /// Closes with a code and waits until the other side has closed too.
    pub async fn close(mut self, code: u16) {
        let (code, reason) = (code.into(), "".into());
        let frame = CloseFrame { code, reason };
        self.0.send(Message::Close(Some(frame))).await.unwrap();
        while let Some(Ok(_)) = self.0.next().await {}
    }

    /// Returns the next thing that comes.
    pub async fn got(&mut self) -> Got {
        let frame = tokio::time::timeout(PATIENCE, self.0.next());
        match frame.await.expect("nothing came from the voice gateway") {
            Some(Ok(Message::Text(text))) => Got::Json(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Binary(bytes))) => Got::Binary(bytes.to_vec()),
            Some(Ok(Message::Close(frame))) => Got::Closed(frame.map(|frame| frame.code.into())),
            Some(Ok(other)) => panic!("unexpected frame {other:?}"),
            Some(Err(_)) | None => Got::Closed(None),
        }
    }

    /// Returns the next message with this opcode, skipping others.
    pub async fn opcode(&mut self, op: u64) -> Value {
        loop {
            match self.got().await {
                Got::Json(payload) if payload["op"] == op => return payload,
                Got::Closed(code) => panic!("closed with {code:?} before op {op}"),
                _ => {}
            }
        }
    }

    /// Returns the next binary message, skipping others; from version 8 on its number comes first.
    pub async fn binary(&mut self) -> Vec<u8> {
        loop {
            match self.got().await {
                Got::Binary(bytes) => return bytes,
                Got::Closed(code) => panic!("closed with {code:?} before a binary message"),
                Got::Json(_) => {}
            }
        }
    }

    /// Returns the code with which the connection closes, skipping what comes before.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Got::Closed(code) = self.got().await {
                return code;
            }
        }
    }

    /// Returns everything that came before the answer to a heartbeat of version 8.
    pub async fn so_far(&mut self) -> Vec<Got> {
        self.send(3, json!({"t": 77, "seq_ack": -1})).await;
        let mut all = Vec::new();
        loop {
            match self.got().await {
                Got::Json(payload) if payload["op"] == 6 => return all,
                Got::Closed(code) => panic!("closed with {code:?}"),
                other => all.push(other),
            }
        }
    }
}

/// What the main gateway tells of a call.
#[derive(Clone, Debug)]
pub struct Ticket {
    pub guild: Id,
    pub user: Value,
    pub session: Value,
    pub token: Value,
    pub endpoint: String,
}

impl Ticket {
    /// Returns Identify's data, of a client that knows DAVE.
    pub fn identify(&self) -> Value {
        json!({
            "server_id": self.guild,
            "user_id": self.user,
            "session_id": self.session,
            "token": self.token,
            "max_dave_protocol_version": 1,
        })
    }

    /// Returns Resume's data.
    pub fn resume(&self, seq_ack: i64) -> Value {
        json!({
            "server_id": self.guild,
            "session_id": self.session,
            "token": self.token,
            "seq_ack": seq_ack,
        })
    }
}

/// A Discord with a voice channel, and a bot that is told where its voice server is.
pub struct Lab {
    pub discord: Emulator,
    pub bot: Bot,
    pub guild: Guild,
    pub channel: Channel,
    pub ticket: Ticket,
}

impl Lab {
    pub async fn start() -> Lab {
        Lab::start_with(options()).await
    }

    pub async fn start_with(options: Options) -> Lab {
        let discord = Emulator::start(options).await.unwrap();
        let guild = discord.guild("Cogbox Lab");
        let channel = guild.add_voice_channel("Music", 0);
        Lab::enter(discord, guild, channel).await
    }

    /// Goes into a channel with a new bot.
    pub async fn enter(discord: Emulator, guild: Guild, channel: Channel) -> Lab {
        let mut bot = Bot::connect(&discord).await;
        let ticket = join(&mut bot, &guild, &channel).await;
        Lab {
            discord,
            bot,
            guild,
            channel,
            ticket,
        }
    }

    /// Opens a connection and identifies; returns it with the data of op 2.
    pub async fn identified(&self, version: u8) -> (Voice, Value) {
        let mut voice = Voice::open(&self.ticket.endpoint, version).await;
        voice.send(0, self.ticket.identify()).await;
        let ready = voice.opcode(2).await["d"].take();
        (voice, ready)
    }

    /// Does all up to the description of the session (op 4).
    pub async fn described(&self, version: u8, mode: &str) -> (Voice, Media) {
        let (mut voice, ready) = self.identified(version).await;
        let mut media = Media::open(&ready).await;
        let port = media.socket.local_addr().unwrap().port();
        voice.send(1, select(mode, port)).await;
        let description = voice.opcode(4).await["d"].take();
        media.takes(&description);
        (voice, media)
    }

    /// Does all up to speaking.
    pub async fn speaking(&self, version: u8, mode: &str) -> (Voice, Media) {
        let (mut voice, media) = self.described(version, mode).await;
        voice
            .send(5, json!({"speaking": 1, "delay": 0, "ssrc": media.ssrc}))
            .await;
        (voice, media)
    }
}

/// Returns the data of op 1.
pub fn select(mode: &str, port: u16) -> Value {
    let data = json!({"address": "127.0.0.1", "port": port, "mode": mode});
    json!({"protocol": "udp", "data": data})
}

/// Joins a channel by op 4 of the main gateway.
pub async fn join(bot: &mut Bot, guild: &Guild, channel: &Channel) -> Ticket {
    let asked = json!({"guild_id": guild.id, "channel_id": channel.id, "self_mute": false, "self_deaf": false});
    bot.socket.send(json!({"op": 4, "d": asked})).await;
    told(bot, guild).await
}

/// Reads where the voice server is.
pub async fn told(bot: &mut Bot, guild: &Guild) -> Ticket {
    let mut state = bot.socket.dispatch("VOICE_STATE_UPDATE").await["d"].take();
    let mut server = bot.socket.dispatch("VOICE_SERVER_UPDATE").await["d"].take();
    Ticket {
        guild: guild.id,
        user: state["user_id"].take(),
        session: state["session_id"].take(),
        token: server["token"].take(),
        endpoint: server["endpoint"].as_str().unwrap().to_owned(),
    }
}

/// The packets of a client, and what makes them.
pub struct Media {
    pub socket: UdpSocket,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    pub counter: u32,
    mode: String,
    key: Vec<u8>,
    encoder: Encoder,
    played: u32,
}

impl Media {
    /// Connects to where op 2 says.
    pub async fn open(ready: &Value) -> Media {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = ready["port"].as_u64().unwrap() as u16;
        let ip = ready["ip"].as_str().unwrap().parse().unwrap();
        socket.connect(SocketAddr::new(ip, port)).await.unwrap();
        Media {
            socket,
            ssrc: ready["ssrc"].as_u64().unwrap() as u32,
            sequence: 0,
            timestamp: 0,
            counter: 0,
            mode: String::new(),
            key: Vec::new(),
            encoder: Encoder::new(48_000, Channels::Stereo, Application::Audio).unwrap(),
            played: 0,
        }
    }

    /// Takes the mode and the key out of op 4.
    pub fn takes(&mut self, description: &Value) {
        self.mode = description["mode"].as_str().unwrap().to_owned();
        let key = description["secret_key"].as_array().unwrap();
        self.key = key
            .iter()
            .map(|byte| byte.as_u64().unwrap() as u8)
            .collect();
    }

    /// Returns the header of the next packet.
    pub fn header(&self) -> Vec<u8> {
        let mut header = vec![0x80, 0x78];
        header.extend(self.sequence.to_be_bytes());
        header.extend(self.timestamp.to_be_bytes());
        header.extend(self.ssrc.to_be_bytes());
        header
    }

    /// Encrypts a content after a header that goes in the clear.
    pub fn seal(&self, header: &[u8], content: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 24];
        nonce[..4].copy_from_slice(&self.counter.to_be_bytes());
        let mut content = content.to_vec();
        let tag = if self.mode == AES {
            let cipher = Aes256Gcm::new_from_slice(&self.key).unwrap();
            let nonce = Nonce::from_slice(&nonce[..12]);
            cipher.encrypt_in_place_detached(nonce, header, &mut content)
        } else {
            let cipher = XChaCha20Poly1305::new_from_slice(&self.key).unwrap();
            cipher.encrypt_in_place_detached(XNonce::from_slice(&nonce), header, &mut content)
        };
        [header, &content, &tag.unwrap(), &nonce[..4]].concat()
    }

    /// Goes on to the next packet.
    pub fn advance(&mut self) {
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(960);
        self.counter += 1;
    }

    /// Sends a content as the next packet.
    pub async fn plays(&mut self, content: &[u8]) {
        let packet = self.seal(&self.header(), content);
        self.sends(&packet).await;
        self.advance();
    }

    pub async fn sends(&self, packet: &[u8]) {
        self.socket.send(packet).await.unwrap();
    }

    /// Returns the next 20 ms of a tone as an Opus frame.
    pub fn tone(&mut self, hertz: f32) -> Vec<u8> {
        let first = self.played * 960;
        let step = std::f32::consts::TAU * hertz / 48_000.0;
        let wave = (first..first + 960).map(|at| 0.5 * (step * at as f32).sin());
        let both: Vec<f32> = wave.flat_map(|sample| [sample, sample]).collect();
        self.played += 1;
        self.encoder.encode_vec_float(&both, 4_000).unwrap()
    }

    /// Plays so many frames of a tone, one after the other without a wait.
    pub async fn plays_tone(&mut self, hertz: f32, frames: usize) {
        for _ in 0..frames {
            let frame = self.tone(hertz);
            self.plays(&frame).await;
            // The receiver's buffer is bounded.
            tokio::task::yield_now().await;
        }
    }

    /// Asks for the own address and returns what comes.
    pub async fn discovers(&self, ssrc: u32) -> Option<Vec<u8>> {
        let mut request = [0; 74];
        request[..4].copy_from_slice(&[0, 1, 0, 70]);
        request[4..8].copy_from_slice(&ssrc.to_be_bytes());
        self.sends(&request).await;
        let mut answer = [0; 200];
        let read = tokio::time::timeout(Duration::from_millis(500), self.socket.recv(&mut answer));
        let length = read.await.ok()?.unwrap();
        Some(answer[..length].to_vec())
    }
}
