//! Interactions through a real `cogbox run` in a process of its own, against the local Discord in
//! this one. Prints a table; `README.md` beside this file says how to read it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cogbox_emulator::{CommandCall, Emulator, Here, Options};

/// Guilds that are used side by side, each with one command in flight.
const GUILDS: usize = 32;
/// Commands in one measurement.
const COMMANDS: usize = 6_000;
/// Measurements of each kind, taken in turns.
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    runtime.block_on(bench());
}

async fn bench() {
    let mut built_in = Vec::new();
    let mut kinds: [(&str, Vec<Run>, Vec<f64>); 2] = [
        ("call", Vec::new(), Vec::new()),
        ("guild", Vec::new(), Vec::new()),
    ];
    for round in 0..ROUNDS {
        for (isolation, runs, ratios) in &mut kinds {
            let bot = Bot::start(&[("rogue", isolation)]).await;
            let people = bot.people().await;
            // The first commands fill pools and caches.
            load(&people, "/ok", COMMANDS / 10).await;
            load(&people, "/cogs list", COMMANDS / 10).await;
            // Whichever comes second profits from what the first warmed, so they take turns.
            let (native, cog) = if round % 2 == 0 {
                let native = load(&people, "/cogs list", COMMANDS).await;
                (native, load(&people, "/ok", COMMANDS).await)
            } else {
                let cog = load(&people, "/ok", COMMANDS).await;
                (load(&people, "/cogs list", COMMANDS).await, cog)
            };
            ratios.push(cog.per_second / native.per_second);
            built_in.push(native);
            runs.push(cog);
        }
    }
    println!(
        "{:<22} {:>12} {:>9} {:>9} {:>9}",
        "", "commands/s", "p50 ms", "p99 ms", "ratio"
    );
    print("built-in, no wasm", &built_in, None);
    for (isolation, runs, ratios) in &kinds {
        print(
            &format!("isolation {isolation}"),
            runs,
            Some(median(ratios.clone())),
        );
    }

    println!();
    let stock = [("utility", "call"), ("fun", "call"), ("counter", "call")];
    let none = Bot::start(&[]).await;
    let all = Bot::start(&stock).await;
    let more = Bot::start(&[stock[0], stock[1], stock[2], ("rogue", "call")]).await;
    let mib = |bytes: i64| bytes as f64 / f64::from(1 << 20);
    println!(
        "start to ready, warm cache: {:.0} ms with the stock cogs",
        millis(all.ready)
    );
    println!(
        "resident memory: {:.1} MiB without cogs, {:.1} MiB with the stock cogs",
        mib(none.resident()),
        mib(all.resident())
    );
    println!(
        "one more cog (rogue): {:.2} MiB, {:.0} ms of the start",
        mib(more.resident() - all.resident()),
        millis(more.ready) - millis(all.ready),
    );
}

/// One measurement.
struct Run {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

/// Runs `count` commands, one in flight in each guild.
async fn load(
    people: &[(Here, Vec<(&'static str, CommandCall)>)],
    command: &str,
    count: usize,
) -> Run {
    let each = count / people.len();
    let began = Instant::now();
    let guilds = people.iter().map(|(person, calls)| async move {
        let call = calls
            .iter()
            .find(|(name, _)| *name == command)
            .map(|(_, call)| call);
        let call = call.expect("the command was prepared");
        let mut times = Vec::with_capacity(each);
        for _ in 0..each {
            times.push(person.invokes(call).await);
        }
        times
    });
    let mut times = futures_util::future::join_all(guilds).await.concat();
    let spent = began.elapsed();
    times.sort_unstable();
    let at = |quantile: f64| times[((times.len() - 1) as f64 * quantile) as usize];
    Run {
        per_second: times.len() as f64 / spent.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
    }
}

fn print(name: &str, runs: &[Run], ratio: Option<f64>) {
    let of = |value: fn(&Run) -> f64| median(runs.iter().map(value).collect());
    let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    println!(
        "{name:<22} {:>12.0} {:>9.2} {:>9.2} {ratio:>9}",
        of(|run| run.per_second),
        of(|run| millis(run.p50)),
        of(|run| millis(run.p99)),
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A bot in a process of its own.
struct Bot {
    discord: Emulator,
    process: Child,
    ready: Duration,
    _folder: tempfile::TempDir,
}

impl Bot {
    /// Starts a bot twice: the first start compiles the cogs, the second one is measured.
    async fn start(cogs: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bot");
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
        let mut config = "[web]\nbind = \"127.0.0.1:0\"\n".to_owned();
        for (name, isolation) in cogs {
            let found =
                ["cogs", "test-cogs"].map(|kind| target.join(kind).join(format!("{name}.wasm")));
            let source = found.into_iter().find(|file| file.is_file());
            let source =
                source.unwrap_or_else(|| panic!("`{name}` is not built; run `make bench`"));
            // The share of a core is lifted: what is measured is the price of a call, not the brake.
            config += &format!(
                "[cogs.{name}]\nsource = {source:?}\nisolation = \"{isolation}\"\n\
                 grant = [\"guilds\", \"members\", \"roles\", \"messages\"]\n\
                 limits = {{ cpu-share = 64.0, calls = 500, calls-per-guild = 500 }}\n"
            );
        }
        std::fs::write(folder.path().join("cogbox.toml"), config).expect("the configuration");
        let lock = command(folder.path())
            .arg("lock")
            .status()
            .expect("cogbox lock");
        assert!(lock.success(), "cogbox lock failed");
        let mut first = Self::once(folder).await;
        first.process.kill().expect("the first bot ends");
        first.process.wait().expect("the first bot ended");
        let folder = std::mem::replace(&mut first._folder, tempfile::tempdir().expect("a folder"));
        Self::once(folder).await
    }

    async fn once(folder: tempfile::TempDir) -> Self {
        let options = Options {
            global_limit: None,
            route_limits: false,
            // The second start does not wait for the first one's turn to be over.
            max_concurrency: 0,
            kept_requests: 10,
            ..Default::default()
        };
        let discord = Emulator::start(options).await.expect("a local Discord");
        for number in 0..GUILDS {
            discord.add_guild(&format!("Guild {number}"), &["general"], &["ann"]);
        }
        let began = Instant::now();
        let process = command(folder.path())
            .args([
                "run",
                "--api",
                &discord.api_url(),
                "--gateway",
                &discord.gateway_url(),
            ])
            .env("DISCORD_TOKEN", discord.token())
            .spawn()
            .expect("the bot's process");
        discord.bot_ready().await;
        discord.commands_registered().await;
        Self {
            discord,
            process,
            ready: began.elapsed(),
            _folder: folder,
        }
    }

    async fn people(&self) -> Vec<(Here, Vec<(&'static str, CommandCall)>)> {
        let ann = self.discord.person("ann");
        let places = (0..GUILDS).map(|number| {
            let guild = self.discord.guild(&format!("Guild {number}"));
            let here = ann.in_channel(&guild.channel("general"));
            let calls = ["/ok", "/cogs list"].map(|command| (command, here.prepares(command)));
            (here, calls.into())
        });
        places.collect()
    }

    /// Bytes of memory that are the bot's own, shared libraries left out.
    fn resident(&self) -> i64 {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).expect("the bot's process runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<i64>().ok());
        kib.expect("Linux tells the resident size") << 10
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_cogbox")));
    command
        .current_dir(folder)
        .env("COGBOX_LOG", "error")
        .stdout(Stdio::null());
    command
}
