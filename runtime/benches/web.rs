//! What the dashboard costs a large bot, and what a flood of it costs members: 1,000 guilds, 50 cogs,
//! as many event streams as there may be, and wrk. Prints tables; `README.md` beside this file says how
//! to read them.

#[expect(dead_code, reason = "other measurements of a bot's are not taken here")]
mod bot;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bot::Bot;
use bot::load::{load, median};
use cogbox_emulator::Here;
use tokio::net::TcpSocket;

const GUILDS: usize = 1_000;
/// Cogs beside `fun`, which is used: all of one component that has no commands.
const OTHERS: usize = 49;
/// Event streams, eight from each address. There may be 128.
const STREAMS: usize = 100;
const STREAMS_EACH: usize = 8;
/// Readings of one page.
const READINGS: usize = 50;
/// How long streams are looked at: ten updates.
const LOOKED_AT: Duration = Duration::from_secs(20);
const UPDATES: f64 = 10.0;
/// Guilds in which commands are used, commands in one measurement, and measurements of each kind.
const USED: usize = 8;
const COMMANDS: usize = 2_000;
const ROUNDS: usize = 5;
/// wrk's connections.
const CONNECTIONS: usize = 200;

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    runtime.block_on(bench());
}

async fn bench() {
    let names: Vec<_> = (0..OTHERS).map(|n| format!("teller-{n}")).collect();
    let mut cogs: Vec<_> = names.iter().map(|name| (name.as_str(), "call")).collect();
    cogs.push(("fun", "call"));
    let bot = Bot::in_guilds(GUILDS, &cogs, "", &[]).await;
    let people: Vec<Here> = bot.people().take(USED).collect();
    load(&people, Duration::ZERO, COMMANDS / 10).await;

    println!("{:<22} {:>10} {:>12}", "", "KiB", "ms, median");
    for path in ["/", "/api/status", "/metrics"] {
        let (bytes, times): (Vec<_>, Vec<_>) = (0..READINGS).map(|_| read(bot.web, path)).unzip();
        let (kib, ms) = (median(bytes) / 1024.0, median(times));
        println!("{path:<22} {kib:>10.1} {ms:>12.2}");
    }

    println!(
        "\n{:<22} {:>10} {:>12} {:>14}",
        "streams", "CPU %", "ms an update", "KiB an update"
    );
    let idle = cpu_while(&bot, LOOKED_AT).await;
    for streams in [1, STREAMS] {
        let read = Arc::new(AtomicU64::new(0));
        let mut open = Vec::new();
        for number in 0..streams {
            open.push(follow(bot.web, number, &read).await);
        }
        // The first piece is the whole page.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let before = read.load(Relaxed);
        let took = cpu_while(&bot, LOOKED_AT).await - idle;
        let kib = (read.load(Relaxed) - before) as f64 / 1024.0 / UPDATES / streams as f64;
        let percent = took.as_secs_f64() / LOOKED_AT.as_secs_f64() * 100.0;
        let each = took.as_secs_f64() * 1e3 / UPDATES;
        println!("{streams:<22} {percent:>10.2} {each:>12.2} {kib:>14.1}");
        for stream in open {
            // It may have ended by itself, as connections do after two minutes.
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }

    println!(
        "\n{:<22} {:>10} {:>12} {:>12} {:>9} {:>12}",
        "p99 ms", "alone", "other's", "flooded", "ratio", "requests/s"
    );
    let other = Bot::start(&[]).await;
    for path in ["/healthz", "/nowhere", "/"] {
        let (mut alone, mut beside, mut flooded) = (Vec::new(), Vec::new(), Vec::new());
        let mut asked = Vec::new();
        for _ in 0..ROUNDS {
            alone.push(load(&people, Duration::from_millis(5), COMMANDS).await);
            let flood = Flood::of(other.web, path);
            beside.push(load(&people, Duration::from_millis(5), COMMANDS).await);
            flood.end();
            let flood = Flood::of(bot.web, path);
            flooded.push(load(&people, Duration::from_millis(5), COMMANDS).await);
            asked.push(flood.end());
        }
        let (alone, beside, flooded) = (median(alone), median(beside), median(flooded));
        let (ratio, asked) = (flooded / beside, median(asked));
        println!(
            "wrk on {path:<15} {alone:>10.2} {beside:>12.2} {flooded:>12.2} {ratio:>9.2} {asked:>12.0}"
        );
    }
    let lost: f64 = [
        "cogbox_gateway_dropped_events_total",
        "cogbox_gateway_missed_events_total",
    ]
    .iter()
    .map(|name| sum(&bot::page(bot.web, "/metrics"), name))
    .sum();
    println!("events lost: {lost:.0}");
}

/// Reads a path once, connecting included, and returns its bytes and how many milliseconds it took.
fn read(web: SocketAddr, path: &str) -> (f64, f64) {
    let began = Instant::now();
    let bytes = bot::page(web, path).len() as f64;
    (bytes, began.elapsed().as_secs_f64() * 1e3)
}

/// Adds up a metric over its series.
fn sum(text: &str, name: &str) -> f64 {
    let lines = text.lines().filter_map(|line| line.strip_prefix(name));
    let values = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    values.sum()
}

/// Follows the overview from one of this machine's addresses, and counts what comes.
async fn follow(web: SocketAddr, number: usize, counted: &Arc<AtomicU64>) -> TcpStream {
    let last = 2 + (number / STREAMS_EACH) as u8;
    let from = SocketAddr::from(([127, 0, 0, last], 0));
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(from).expect("an address of this machine's");
    let stream = socket.connect(web).await.expect("the dashboard listens");
    let mut stream = stream.into_std().expect("a stream");
    stream.set_nonblocking(false).expect("a stream that waits");
    let request = b"GET /live?page=/ HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(request).expect("it reads");
    let mut reading = stream.try_clone().expect("a second handle");
    let counted = Arc::clone(counted);
    std::thread::spawn(move || {
        let mut bytes = [0; 16 << 10];
        while let Ok(read @ 1..) = reading.read(&mut bytes) {
            counted.fetch_add(read as u64, Relaxed);
        }
    });
    stream
}

/// Returns how much CPU time the bot's process takes meanwhile.
async fn cpu_while(bot: &Bot, time: Duration) -> Duration {
    let before = cpu(bot.id());
    tokio::time::sleep(time).await;
    cpu(bot.id()) - before
}

/// The kernel's unit of processes' times, on every architecture that Cogbox is built for.
const TICKS_PER_SECOND: u64 = 100;

fn cpu(process: u32) -> Duration {
    let told = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the bot runs");
    // The name before it may have spaces; user and system time are the 14th and 15th field.
    let (_, fields) = told.rsplit_once(')').expect("a name in brackets");
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND)
}

/// wrk at work.
struct Flood(Child);

impl Flood {
    fn of(web: SocketAddr, path: &str) -> Self {
        let connections = CONNECTIONS.to_string();
        let wrk = Command::new("wrk")
            .args(["-t", "1", "-c", &connections, "-d", "600s"])
            .arg(format!("http://{web}{path}"))
            .stdout(Stdio::piped())
            .spawn();
        let flood = Self(wrk.expect("wrk runs; runtime/prerequisites.sh wrk installs it"));
        // By then all of them are connected.
        std::thread::sleep(Duration::from_millis(200));
        flood
    }

    /// Ends it, and returns how many requests a second were answered.
    fn end(mut self) -> f64 {
        // Interrupted, it tells what it did.
        let id = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(id, rustix::process::Signal::INT).expect("wrk runs");
        let mut told = String::new();
        let mut out = self.0.stdout.take().expect("its output");
        out.read_to_string(&mut told).expect("what it did");
        self.0.wait().expect("wrk ends");
        let line = told
            .lines()
            .find_map(|line| line.strip_prefix("Requests/sec:"));
        line.and_then(|line| line.trim().parse().ok())
            .unwrap_or_else(|| panic!("wrk told nothing:\n{told}"))
    }
}
