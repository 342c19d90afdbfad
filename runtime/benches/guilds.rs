//! What a bot in 10,000 guilds costs, beside one of serenity's client with its default cache: a
//! real `cogbox run` and the bot of `serenity/`, in processes of their own, one after the other on
//! the same local Discord. `README.md` says how to read it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogbox_emulator::{Emulator, Options};

/// Sizes of bots, in guilds.
const SIZES: [usize; 2] = [100, 10_000];
/// The channels of each guild.
const CHANNELS: usize = 20;
/// Starts of each kind; the median counts.
const ROUNDS: usize = 3;

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    runtime.block_on(bench());
}

async fn bench() {
    println!(
        "{:<28} {:>8} {:>12} {:>14} {:>14}",
        "", "guilds", "start s", "resident MiB", "KiB a guild"
    );
    let mut small = Vec::new();
    for guilds in SIZES {
        let discord = discord(guilds).await;
        for (index, (name, start)) in KINDS.iter().enumerate() {
            let mut seconds = Vec::new();
            let mut resident = Vec::new();
            for _ in 0..ROUNDS {
                let folder = tempfile::tempdir().expect("a folder");
                let began = Instant::now();
                let mut bot = start(&discord, folder.path(), guilds);
                seconds.push(began.elapsed().as_secs_f64());
                // What is freed late is not counted as kept.
                std::thread::sleep(Duration::from_secs(2));
                resident.push(bot.resident());
                bot.end();
                discord.bot_gone().await;
            }
            let (seconds, resident) = (median(seconds), median(resident));
            let per_guild = match small.get(index) {
                None => String::new(),
                Some(few) => {
                    let more = (guilds - SIZES[0]) as f64;
                    format!("{:.2}", (resident - few) / more / 1024.0)
                }
            };
            if small.len() < KINDS.len() {
                small.push(resident);
            }
            let mib = resident / f64::from(1 << 20);
            println!("{name:<28} {guilds:>8} {seconds:>12.2} {mib:>14.1} {per_guild:>14}");
        }
    }
}

/// Starts a bot, and returns once it knows its guilds.
type Start = fn(&Emulator, &Path, usize) -> Bot;

const KINDS: [(&str, Start); 3] = [
    ("cogbox, no cogs", |discord, folder, guilds| {
        cogbox(discord, folder, guilds, "")
    }),
    ("cogbox, all kept", |discord, folder, guilds| {
        // It asks for everything, so that everything is kept.
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-cogs");
        let rogue = target.join("rogue.wasm");
        let config = format!(
            "[cogs.rogue]\nsource = {rogue:?}\n\
             grant = [\"guilds\", \"members\", \"roles\", \"messages\"]\n"
        );
        cogbox(discord, folder, guilds, &config)
    }),
    ("serenity, default cache", serenity),
];

async fn discord(guilds: usize) -> Emulator {
    let options = Options {
        global_limit: None,
        route_limits: false,
        // All shards may identify at once: the wait would be Discord's, and the same for both.
        max_concurrency: 16,
        identify_interval: Duration::ZERO,
        identifies: 1_000_000,
        kept_requests: 10,
        ..Default::default()
    };
    let discord = Emulator::start(options).await.expect("a local Discord");
    let channels: Vec<_> = (0..CHANNELS).map(|n| format!("channel-{n}")).collect();
    let channels: Vec<_> = channels.iter().map(String::as_str).collect();
    // The first guild is there already.
    for number in 1..guilds {
        discord.add_guild(&format!("Guild {number}"), &channels, &["ann"]);
    }
    discord
}

fn cogbox(discord: &Emulator, folder: &Path, guilds: usize, config: &str) -> Bot {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let web = port.local_addr().expect("a port");
    drop(port);
    std::fs::write(folder.join("cogbox.toml"), config).expect("the configuration");
    let program = || {
        let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_cogbox")));
        command
            .current_dir(folder)
            .env("COGBOX_LOG", "error")
            .env("COGBOX_WEB_BIND", web.to_string())
            .env("DISCORD_TOKEN", discord.token());
        command
    };
    let locked = program().arg("lock").stdout(Stdio::null()).status();
    assert!(locked.expect("cogbox lock").success());
    let (api, gateway) = (discord.api_url(), discord.gateway_url());
    let process = program()
        .args(["run", "--api", &api, "--gateway", &gateway])
        .stdout(Stdio::null())
        .spawn();
    let bot = Bot(process.expect("the bot's process"));
    let shown = || {
        let metrics = get(&web.to_string(), "/metrics")?;
        let known = metrics
            .lines()
            .filter(|line| line.starts_with("cogbox_guilds{"))
            .filter_map(|line| line.rsplit_once(' ')?.1.parse::<usize>().ok())
            .sum::<usize>();
        (known >= guilds).then_some(())
    };
    while shown().is_none() {
        std::thread::sleep(Duration::from_millis(20));
    }
    bot
}

/// Asks the dashboard, which answers once it is there.
fn get(address: &str, path: &str) -> Option<String> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

fn serenity(discord: &Emulator, _: &Path, guilds: usize) -> Bot {
    let program =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/serenity/target/release/serenity-bot");
    let mut process = Command::new(program)
        .env("DISCORD_TOKEN", discord.token())
        .env(
            "DISCORD_BASE",
            discord.api_url().trim_end_matches("/api/v10"),
        )
        .env("GUILDS", guilds.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("serenity's bot; `make bench` builds it");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    let line = lines.next().expect("a line").expect("a line");
    assert_eq!(line, "ready");
    Bot(process)
}

/// A bot's process.
struct Bot(Child);

impl Bot {
    /// Bytes of memory that are its own.
    fn resident(&self) -> f64 {
        let status = format!("/proc/{}/status", self.0.id());
        let status = std::fs::read_to_string(status).expect("the bot's process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        kib.expect("Linux tells the resident size") * 1024.0
    }

    fn end(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.end();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
