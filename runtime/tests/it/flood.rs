//! A flood of the dashboard, and a bot that does not notice: all of it is counted, nothing is timed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::events::echoes;
use crate::harness::{Bot, Setup, eventually};

/// More than are let in at the same time, of every kind together.
const ASKING: usize = 100;
const SILENT: usize = 60;
const DRIPPING: usize = 60;
const UNREAD: usize = 60;
/// Commands and messages meanwhile, at least.
const USED: usize = 40;
/// Between two of them: who says more than the bot answers meanwhile measures the machine.
const PACE: Duration = Duration::from_millis(100);
/// A bot that is silent for longer than this and a beat is disconnected.
const TOLERANCE: Duration = Duration::from_secs(5);

const PATHS: [&str; 5] = ["/", "/api/status", "/api/log", "/metrics", "/nowhere"];

/// The flood, until it is over.
struct Flood {
    over: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    clients: JoinSet<()>,
}

impl Flood {
    fn begin(bot: &Bot) -> Self {
        let mut flood = Self {
            over: Arc::default(),
            answered: Arc::default(),
            clients: JoinSet::new(),
        };
        let web = bot.web;
        for client in 0..ASKING {
            let path = PATHS[client % PATHS.len()];
            let answered = Arc::clone(&flood.answered);
            flood.repeat(move || asks(web, path, Arc::clone(&answered)));
        }
        for _ in 0..SILENT {
            flood.repeat(move || async move { drop(exchange(web, "").await) });
        }
        for client in 0..DRIPPING {
            // A head that does not end, or a body.
            let begun = match client % 2 {
                0 => "GET / HTTP/1.1\r\nhost: localhost\r\nx: ",
                _ => {
                    "POST /login HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
                     content-length: 4000\r\n\r\n"
                }
            };
            flood.repeat(move || async move { drop(drip(web, begun).await) });
        }
        for _ in 0..UNREAD {
            flood.repeat(move || async move { drop(unread(web).await) });
        }
        flood
    }

    /// Does something again and again.
    fn repeat<F>(&mut self, once: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let over = Arc::clone(&self.over);
        self.clients.spawn(async move {
            while !over.load(SeqCst) {
                once().await;
            }
        });
    }
}

/// Asks for a page, and counts the answer.
async fn asks(web: SocketAddr, path: &str, answered: Arc<AtomicU64>) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let answer = exchange(web, &request).await.unwrap_or_default();
    answered.fetch_add(u64::from(answer.starts_with(b"HTTP/1.1 ")), SeqCst);
}

/// Sends something, and returns what comes until the connection ends.
async fn exchange(web: SocketAddr, request: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(web).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// Begins a request, and writes on byte by byte for as long as it is let.
async fn drip(web: SocketAddr, begun: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(web).await?;
    stream.write_all(begun.as_bytes()).await?;
    loop {
        stream.write_all(b"x").await?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Follows a page, and reads nothing.
async fn unread(web: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(web).await?;
    let request = b"GET /live?page=/ HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(request).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_events_and_heartbeats_go_on() {
    let mut setup = Setup::with(&["counter", "rogue"]);
    setup.discord.heartbeat_interval = Duration::from_secs(1);
    setup.discord.heartbeat_tolerance = TOLERANCE;
    let bot = setup.start().await;
    let (ann, ben) = (bot.here("ann"), bot.elsewhere("ben"));
    let mut flood = Flood::begin(&bot);
    let begun = Instant::now();
    let (mut counted, mut said) = (0, 0);
    // Long enough that a bot without heartbeats would be disconnected.
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while counted < USED || begun.elapsed() < 2 * TOLERANCE {
        pace.tick().await;
        let answer = ann.runs("/count").await;
        assert_eq!(answer.failed(), None);
        counted += 1;
        ben.says(&format!("rogue: word {said}")).await;
        said += 1;
    }
    flood.over.store(true, SeqCst);
    flood.clients.abort_all();

    // There was a flood.
    let answered = flood.answered.load(SeqCst);
    assert!(answered > 100, "{answered} were answered");
    // Every use was answered once, and every message was heard once, in its order.
    let shown = ann.runs("/count-show").await;
    // It is written as people write it, with commas.
    let last: String = shown.text().chars().filter(char::is_ascii_digit).collect();
    assert_eq!(last, counted.to_string(), "{}", shown.text());
    // Of a machine that is busy with more than this, a call may be refused or fail; it counts too.
    let calls = || {
        let text = bot.app.services.metrics.text();
        let of_rogue = text.lines().filter(|line| {
            line.starts_with("cogbox_cog_calls_total{cog=\"rogue\",export=\"message-created")
        });
        let counts = of_rogue.filter_map(|line| {
            let (series, count) = line.rsplit_once(' ')?;
            Some((series.contains("outcome=\"ok\""), count.parse().ok()?))
        });
        counts.fold((0, 0), |(fine, all), (ok, count): (bool, usize)| {
            (fine + if ok { count } else { 0 }, all + count)
        })
    };
    assert!(
        eventually(|| calls().1 == said).await,
        "{:?} of {said}",
        calls()
    );
    let (fine, _) = calls();
    assert!(fine * 10 > said * 9, "{fine} of {said}");
    assert!(
        eventually(|| echoes(&ben).len() >= fine).await,
        "{:?}",
        echoes(&ben)
    );
    let mut words = (0..said).map(|n| format!("word {n}"));
    let echoes = echoes(&ben);
    assert!(
        echoes.iter().all(|echo| words.any(|word| word == *echo)),
        "{echoes:?}"
    );
    // The connection is the first one, so no heartbeat was late.
    for kind in ["resume", "identify"] {
        let series = format!("cogbox_gateway_reconnects_total{{kind=\"{kind}\",shard=\"0\"}}");
        assert_eq!(bot.metric(&series), 0.0);
    }
    assert_eq!(bot.discord.identifies(), 1);
    for kind in ["interaction", "event"] {
        let series = format!("cogbox_gateway_dropped_events_total{{kind=\"{kind}\"}}");
        assert_eq!(bot.metric(&series), 0.0);
    }
    let missed = r#"cogbox_gateway_missed_events_total{shard="0"}"#;
    assert_eq!(bot.metric(missed), 0.0);
    // And the dashboard is there again at once.
    assert_eq!(bot.metric("cogbox_web_restarts_total"), 0.0);
    let health = reqwest::get(format!("http://{}/healthz", bot.web)).await;
    assert_eq!(health.unwrap().text().await.unwrap(), "ok\n");
}
