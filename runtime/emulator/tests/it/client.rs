//! A bot in the raw: one WebSocket, one HTTP client, no library between.

use std::time::Duration;

use cogbox_emulator::{Emulator, LOCAL_TOKEN, Options};
use cogbox_judge::Judge;
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Every intent, and those that are not privileged.
pub const ALL_INTENTS: u64 = 0x1_ffff | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
pub const PLAIN_INTENTS: u64 = ALL_INTENTS & !(1 << 1 | 1 << 8 | 1 << 15);

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The options of most tests: no limits that a test would have to wait for.
pub fn options() -> Options {
    Options {
        global_limit: None,
        route_limits: false,
        identify_interval: Duration::ZERO,
        witness: Some(Judge::of_all()),
        ..Options::default()
    }
}

/// The same for tests that send what no sensible client sends, and see it taken.
pub fn oddly() -> Options {
    Options {
        witness: Some(Judge::of_replies()),
        ..options()
    }
}

/// An HTTP client that says who it is, as Discord asks.
pub fn http() -> reqwest::Client {
    let agent = "DiscordBot (https://cogbox.invalid, 0.1)";
    reqwest::Client::builder()
        .user_agent(agent)
        .build()
        .unwrap()
}

/// One gateway connection.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What came over a gateway connection.
#[derive(Debug, PartialEq)]
pub enum Got {
    Payload(Value),
    Closed(Option<u16>),
}

impl Socket {
    pub async fn open(discord: &Emulator) -> Socket {
        Socket::open_at(&format!("{}/?v=10&encoding=json", discord.gateway_url())).await
    }

    pub async fn open_at(url: &str) -> Socket {
        Socket(connect_async(url).await.unwrap().0)
    }

    pub async fn send(&mut self, payload: Value) {
        self.send_text(payload.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        self.0.send(Message::Text(text.into())).await.unwrap();
    }

    pub async fn send_bytes(&mut self, bytes: &'static [u8]) {
        self.0.send(Message::Binary(bytes.into())).await.unwrap();
    }

    /// Closes with a code and waits until the other side has closed too.
    pub async fn close(mut self, code: u16) {
        use tokio_tungstenite::tungstenite::protocol::CloseFrame;
        let reason = "".into();
        let code = code.into();
        self.0
            .send(Message::Close(Some(CloseFrame { code, reason })))
            .await
            .unwrap();
        while let Some(Ok(_)) = self.0.next().await {}
    }

    /// Returns the next thing that comes.
    pub async fn got(&mut self) -> Got {
        let frame = tokio::time::timeout(PATIENCE, self.0.next());
        match frame.await.expect("nothing came from the gateway") {
            Some(Ok(Message::Text(text))) => Got::Payload(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(frame))) => Got::Closed(frame.map(|frame| frame.code.into())),
            Some(Ok(other)) => panic!("unexpected frame {other:?}"),
            Some(Err(_)) | None => Got::Closed(None),
        }
    }

    /// Returns the next payload.
    pub async fn payload(&mut self) -> Value {
        match self.got().await {
            Got::Payload(payload) => payload,
            Got::Closed(code) => panic!("closed with {code:?} instead of a payload"),
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

    /// Returns the next dispatch with this name, skipping others.
    pub async fn dispatch(&mut self, name: &str) -> Value {
        loop {
            let payload = self.payload().await;
            if payload["t"] == name {
                return payload;
            }
        }
    }

    /// Returns the names of the dispatches that come before the one with this name.
    pub async fn names_before(&mut self, name: &str) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            match self.payload().await["t"].as_str() {
                Some(other) if other == name => return names,
                Some(other) => names.push(other.to_owned()),
                None => {}
            }
        }
    }

    /// Returns the next payload with this opcode, skipping others.
    pub async fn opcode(&mut self, op: u64) -> Value {
        loop {
            let payload = self.payload().await;
            if payload["op"] == op {
                return payload;
            }
        }
    }

    /// Opens a connection and resumes a session after its dispatch number `seq`.
    pub async fn resume(discord: &Emulator, session: &Value, seq: u64) -> Socket {
        let mut socket = Socket::open(discord).await;
        socket.opcode(10).await;
        let token = discord.token();
        let resume = json!({"token": token, "session_id": session, "seq": seq});
        socket.send(json!({"op": 6, "d": resume})).await;
        socket
    }

    /// Opens a connection as one of several shards; returns it with READY's data.
    pub async fn shard(discord: &Emulator, shard: u64, of: u64) -> (Socket, Value) {
        let mut socket = Socket::open(discord).await;
        socket.opcode(10).await;
        let mut payload = identify(discord, ALL_INTENTS);
        payload["d"]["shard"] = json!([shard, of]);
        socket.send(payload).await;
        let ready = socket.dispatch("READY").await["d"].clone();
        (socket, ready)
    }

    /// Reads the Hello, identifies, and returns READY's data.
    pub async fn identify(&mut self, discord: &Emulator, intents: u64) -> Value {
        assert_eq!(self.payload().await["op"], 10);
        self.send(identify(discord, intents)).await;
        self.dispatch("READY").await["d"].clone()
    }
}

pub fn identify(discord: &Emulator, intents: u64) -> Value {
    json!({"op": 2, "d": {
        "token": discord.token(),
        "intents": intents,
        "properties": {"os": "linux", "browser": "raw", "device": "raw"},
    }})
}

/// A bot that is connected, and its REST client.
pub struct Bot {
    pub socket: Socket,
    pub application: String,
    pub guild: String,
    pub ready: Value,
    http: reqwest::Client,
    api: String,
    token: String,
}

/// A reply of the REST API.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns status and code, which is what a refusal is told by.
    pub fn refusal(&self) -> (u16, u64) {
        (self.status, self.body["code"].as_u64().unwrap_or(u64::MAX))
    }

    /// Tells whether the form was refused at this field, given as `options.0.name`.
    #[track_caller]
    pub fn faults_at(&self, path: &str) -> String {
        assert_eq!(self.refusal(), (400, 50035), "{:?}", self.body);
        let steps = path.split('.').filter(|step| !step.is_empty());
        let place = steps.fold(&self.body["errors"], |place, step| &place[step]);
        let code = place["_errors"][0]["code"].as_str();
        code.unwrap_or_else(|| panic!("no fault at {path}: {}", self.body))
            .to_owned()
    }
}

impl Bot {
    /// Connects a bot with every intent.
    pub async fn connect(discord: &Emulator) -> Bot {
        Bot::connect_with(discord, ALL_INTENTS).await
    }

    pub async fn connect_with(discord: &Emulator, intents: u64) -> Bot {
        let mut socket = Socket::open(discord).await;
        let ready = socket.identify(discord, intents).await;
        let application = ready["application"]["id"].as_str().unwrap().to_owned();
        Bot {
            socket,
            application,
            guild: ready["guilds"][0]["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            ready,
            http: http(),
            api: discord.api_url(),
            token: discord.token().to_owned(),
        }
    }

    /// Makes a request with the bot's token. A null body is no body.
    pub async fn request(&self, method: Method, path: &str, body: Value) -> Reply {
        let request = self.http.request(method, format!("{}{path}", self.api));
        let request = request.header("authorization", format!("Bot {}", self.token));
        let request = match body {
            Value::Null => request,
            body => request.json(&body),
        };
        read(request).await
    }

    /// Makes a request that gives a reason for the audit log, written as it goes into the header.
    pub async fn because(&self, reason: &str, method: Method, path: &str, body: Value) -> Reply {
        let request = self.http.request(method, format!("{}{path}", self.api));
        let request = request.header("authorization", format!("Bot {}", self.token));
        let request = request.header("x-audit-log-reason", reason);
        read(request.json(&body)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.request(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.request(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.request(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.request(Method::PATCH, path, body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.request(Method::DELETE, path, Value::Null).await
    }

    /// Sends a form with `payload_json` and files.
    pub async fn form(
        &self,
        method: Method,
        path: &str,
        json: Value,
        files: &[(&str, &str, &[u8])],
    ) -> Reply {
        let mut form = reqwest::multipart::Form::new().text("payload_json", json.to_string());
        for (part, filename, bytes) in files {
            let file = reqwest::multipart::Part::bytes(bytes.to_vec());
            let file = file.file_name(filename.to_string());
            form = form.part(part.to_string(), file.mime_str("text/plain").unwrap());
        }
        let request = self.http.request(method, format!("{}{path}", self.api));
        let request = request.header("authorization", format!("Bot {}", self.token));
        read(request.multipart(form)).await
    }

    /// Replaces the global commands.
    pub async fn registers(&self, commands: Value) -> Value {
        let path = format!("/applications/{}/commands", self.application);
        let reply = self.put(&path, commands).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Returns the next interaction's data.
    pub async fn interaction(&mut self) -> Value {
        self.socket.dispatch("INTERACTION_CREATE").await["d"].clone()
    }

    /// Answers an interaction for the first time.
    pub async fn answers(&self, interaction: &Value, body: Value) -> Reply {
        self.post(&callback(interaction), body).await
    }

    /// The path below the interaction's webhook.
    pub fn hook(&self, interaction: &Value, rest: &str) -> String {
        let token = interaction["token"].as_str().unwrap();
        format!("/webhooks/{}/{token}{rest}", self.application)
    }
}

/// Starts a Discord whose bot has these permissions besides everyone's.
pub async fn start_with(permissions: u64) -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    discord
        .guild("Cogbox Lab")
        .set_role("Cogbox", permissions, false);
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

/// Makes a change through the control API.
pub async fn control(url: &str, body: &Value) -> Reply {
    let token = format!("Local {LOCAL_TOKEN}");
    read(http().post(url).header("authorization", token).json(body)).await
}

/// The id of an object in a reply or an event.
pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// The path of an interaction's callback.
pub fn callback(interaction: &Value) -> String {
    let text = |key: &str| interaction[key].as_str().unwrap().to_owned();
    format!("/interactions/{}/{}/callback", text("id"), text("token"))
}

/// Sends a request and reads the reply, whatever it is.
pub async fn read(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Reply {
        status,
        headers,
        body,
    }
}

/// A slash command without options.
pub fn slash(name: &str) -> Value {
    json!({"name": name, "description": "A command"})
}

/// A callback with a text.
pub fn says(text: &str) -> Value {
    json!({"type": 4, "data": {"content": text}})
}
