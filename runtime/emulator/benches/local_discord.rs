//! What the local Discord itself can carry: interactions a second with a bot that costs next to
//! nothing, and the memory of many guilds. `README.md` of the host's benches says how to read it.

use std::time::{Duration, Instant};

use cogbox_emulator::{Emulator, Fault, Options};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// Guilds that are used side by side, each with one command in flight.
const GUILDS: usize = 32;
/// Commands in one measurement, and how often it is taken.
const COMMANDS: usize = 20_000;
const ROUNDS: usize = 5;
/// The guilds whose memory is measured.
const MANY: usize = 10_000;
/// The shards that serve them; one serves 2,500 guilds at most.
const SHARDS: u64 = 5;
/// Connections over which the bot answers.
const LINES: usize = 8;

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    runtime.block_on(async {
        remembers().await;
        carries(1, "with the intent for guilds alone").await;
        carries(
            1 | 1 << 9,
            "with that for messages, which tells the bot of each answer",
        )
        .await;
    });
}

fn options() -> Options {
    Options {
        global_limit: None,
        route_limits: false,
        identify_interval: Duration::ZERO,
        kept_requests: 10,
        ..Options::default()
    }
}

async fn carries(intents: u64, how: &str) {
    let discord = Emulator::start(options()).await.expect("a local Discord");
    for number in 0..GUILDS {
        discord.add_guild(&format!("Guild {number}"), &["general"], &["ann"]);
    }
    tokio::spawn(answer_all(
        discord.gateway_url(),
        address(&discord),
        intents,
    ));
    discord.bot_ready().await;
    register(&discord).await;
    let people: Vec<_> = (0..GUILDS)
        .map(|number| {
            let channel = discord.guild(&format!("Guild {number}")).channel("general");
            let ann = discord.person("ann").in_channel(&channel);
            let call = ann.prepares("/ping");
            (ann, call)
        })
        .collect();
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let began = Instant::now();
        let each = COMMANDS / GUILDS;
        let guilds = people.iter().map(|(ann, call)| async move {
            for _ in 0..each {
                ann.invokes(call).await;
            }
        });
        futures_util::future::join_all(guilds).await;
        // The first one warms up.
        if round > 0 {
            rounds.push((each * GUILDS) as f64 / began.elapsed().as_secs_f64());
        }
    }
    rounds.sort_by(f64::total_cmp);
    println!(
        "{:.0} interactions/s {how} ({:.0} to {:.0})",
        rounds[rounds.len() / 2],
        rounds[0],
        rounds[rounds.len() - 1]
    );
}

async fn remembers() {
    let before = resident();
    let discord = Emulator::start(options()).await.expect("a local Discord");
    let began = Instant::now();
    discord.cause(Fault::Guilds { count: MANY });
    let made = began.elapsed();
    let grown = resident() - before;
    println!(
        "{MANY} guilds: {:.1} MiB, {:.1} kB each, made in {:.0} ms",
        grown as f64 / f64::from(1 << 20),
        grown as f64 / MANY as f64 / 1e3,
        made.as_secs_f64() * 1e3,
    );
    let began = Instant::now();
    let mut guilds = 0;
    let mut shards = Vec::new();
    for shard in 0..SHARDS {
        let mut bot = connect(&discord.gateway_url(), (shard, SHARDS), 1).await;
        let ready = loop {
            let text = next(&mut bot).await.expect("a gateway that stays");
            if text.contains("\"t\":\"READY\"") {
                break text;
            }
        };
        for _ in 0..ready.matches("\"unavailable\":true").count() {
            let text = next(&mut bot).await.expect("a gateway that stays");
            guilds += usize::from(text.contains("\"t\":\"GUILD_CREATE\""));
        }
        shards.push(bot);
    }
    // Those that were made, and the one that is there from the start.
    assert_eq!(guilds, MANY + 1);
    println!(
        "{SHARDS} shards identify one after the other and have all of them after {:.0} ms",
        began.elapsed().as_secs_f64() * 1e3
    );
}

fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse::<i64>().ok()).unwrap_or(0) * 1024
}

fn address(discord: &Emulator) -> String {
    let url = discord.page_url();
    url.trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned()
}

async fn register(discord: &Emulator) {
    let http = reqwest::Client::builder().user_agent("bench").build();
    let http = http.expect("an HTTP client");
    let token = format!("Bot {}", discord.token());
    let me = http.get(format!("{}/applications/@me", discord.api_url()));
    let me = me
        .header("authorization", &token)
        .send()
        .await
        .expect("an answer");
    let me: serde_json::Value = me.json().await.expect("an application");
    let id = me["id"].as_str().expect("an id");
    let path = format!("{}/applications/{id}/commands", discord.api_url());
    let commands = json!([{"name": "ping", "description": "Answers"}]);
    let put = http
        .put(path)
        .header("authorization", &token)
        .json(&commands);
    let status = put.send().await.expect("an answer").status();
    assert_eq!(status, 200);
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;

async fn connect(gateway: &str, shard: (u64, u64), intents: u64) -> Socket {
    let (mut socket, _) = connect_async(format!("{gateway}/?v=10"))
        .await
        .expect("a gateway");
    let properties = json!({"os": "linux", "browser": "bench", "device": "bench"});
    let identify = json!({"op": 2, "d": {
        "token": "local.dev.token", "intents": intents, "properties": properties,
        "shard": [shard.0, shard.1],
    }});
    let identify = Message::Text(identify.to_string().into());
    socket.send(identify).await.expect("an open gateway");
    socket
}

/// The next payload, or None at the end of the connection.
async fn next(socket: &mut Socket) -> Option<String> {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => Some(text.to_string()),
        _ => None,
    }
}

/// A bot that answers every interaction over lines of its own, and parses nothing.
async fn answer_all(gateway: String, address: String, intents: u64) {
    let mut lines = Vec::new();
    for _ in 0..LINES {
        let (to, from) = mpsc::unbounded_channel();
        tokio::spawn(line(address.clone(), from));
        lines.push(to);
    }
    let mut socket = connect(&gateway, (0, 1), intents).await;
    let mut turn = 0;
    while let Some(text) = next(&mut socket).await {
        turn += 1;
        if text.contains("\"t\":\"INTERACTION_CREATE\"") {
            // Tokens here hold the interaction's id: local, the id, 32 digits.
            let token = text.split("\"token\":\"").nth(1).expect("a token");
            let token = token.split('"').next().unwrap_or_default();
            let id = &token["local".len()..token.len() - 32];
            let path = format!("/api/v10/interactions/{id}/{token}/callback");
            let _ = lines[turn % LINES].send(path);
        }
    }
}

async fn line(address: String, mut paths: mpsc::UnboundedReceiver<String>) {
    let body = r#"{"type":4,"data":{"content":"pong"}}"#;
    let mut stream = TcpStream::connect(&address).await.expect("a server");
    stream.set_nodelay(true).expect("a socket");
    let mut buffer = vec![0; 4_096];
    while let Some(path) = paths.recv().await {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nuser-agent: bench\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("a line");
        let mut got = 0;
        while !buffer[..got].ends_with(b"\r\n\r\n") {
            let more = stream.read(&mut buffer[got..]).await.expect("an answer");
            assert!(more > 0, "the line ended");
            got += more;
        }
        assert!(buffer.starts_with(b"HTTP/1.1 204"), "not answered");
    }
}
