//! A bot under mixed load for a long time: nothing is lost, and nothing grows.
//!
//! `make soak` runs it, for `SOAK_MINUTES`; no other run does. The bot is a process of its own, so
//! that what the local Discord remembers does not count. It is this binary again, since `cogbox run`
//! follows no files and the load exchanges a cog every two seconds.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use cogbox::config::CogConfig;
use cogbox_emulator::{Emulator, Fault, Here};

use crate::harness::{Place, Setup};
use crate::reloading::version;

/// How long it takes unless it is told.
const MINUTES: f64 = 30.0;
/// By how many MiB the bot may be larger at the end, after the first third.
const MEMORY_MIB: f64 = 24.0;
/// What is typed at the cog that misbehaves. The good command between two bad ones keeps it from
/// resting.
const HARM: &[&str] = &[
    "/trap", "/ok", "/bomb", "/ok", "/spin", "/ok", "/deep", "/ok", "/fails", "/ok",
];

/// The bot's own process.
struct Bot {
    child: Child,
    web: String,
}

/// What the bot takes at one moment.
#[derive(Debug, Clone, Copy)]
struct Sample {
    seconds: f64,
    mib: f64,
    files: f64,
    tasks: f64,
}

/// The load: when it ends, and what of it must have arrived.
struct Load {
    discord: Emulator,
    over: AtomicBool,
    counted: AtomicU64,
    said: AtomicU64,
    timers: AtomicU64,
    harmed: AtomicU64,
    exchanged: AtomicU64,
    broken: AtomicU64,
    joined: AtomicU64,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes half an hour: `make soak`"]
async fn nothing_is_lost_and_nothing_grows() {
    let minutes = std::env::var("SOAK_MINUTES").ok();
    let minutes = minutes.map_or(MINUTES, |text| {
        text.parse().expect("SOAK_MINUTES is a number")
    });
    let folder = tempfile::tempdir().unwrap();
    let mut options = Setup::with(&[]).discord;
    (
        options.max_concurrency,
        options.identifies,
        options.kept_requests,
    ) = (0, 100_000, 10);
    let discord = Emulator::start(options).await.unwrap();
    exchange(folder.path(), 0);
    let bot = Bot::start(&discord, folder.path()).await;
    let load = Arc::new(Load::new(discord));

    let mut tasks = tokio::task::JoinSet::new();
    let mut counting = Vec::new();
    for channel in ["general", "bots"] {
        counting.push(tokio::spawn(counts(Arc::clone(&load), channel)));
    }
    tasks.spawn(says(Arc::clone(&load)));
    tasks.spawn(harms(Arc::clone(&load)));
    tasks.spawn(sets_timers(Arc::clone(&load)));
    tasks.spawn(breaks(Arc::clone(&load)));
    tasks.spawn(comes_and_goes(Arc::clone(&load)));
    tasks.spawn(exchanges(Arc::clone(&load), folder.path().to_owned()));

    let (began, mut samples) = (Instant::now(), Vec::new());
    let length = Duration::from_secs_f64(minutes * 60.0);
    while began.elapsed() < length {
        tokio::time::sleep(length.div_f64(180.0)).await;
        samples.push(bot.sample(began).await);
    }
    load.over.store(true, Relaxed);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    let mut times = Vec::new();
    for counting in counting {
        times.extend(counting.await.unwrap());
    }

    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let [counted, said, timers, harmed, exchanged, broken, joined] = [
        &load.counted,
        &load.said,
        &load.timers,
        &load.harmed,
        &load.exchanged,
        &load.broken,
        &load.joined,
    ]
    .map(|number| number.load(Relaxed));
    println!(
        "{minutes} minutes: {counted} commands, {said} messages, {timers} timers, {harmed} faults,"
    );
    println!(
        "  {exchanged} exchanged cogs, {broken} broken connections, {joined} joined and left servers"
    );
    println!(
        "answered in p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    // The first third warms up.
    let settled = &samples[samples.len() / 3..];
    let memory = grown("memory, MiB", settled, |sample| sample.mib);
    let files = grown("open files", settled, |sample| sample.files);
    let alive = grown("tasks", settled, |sample| sample.tasks);

    // Nothing is lost: what was asked for was done, once.
    let person = here(&load.discord, "ann", "general");
    let shown = person.runs("/count-show").await;
    // The cog writes numbers as people do.
    let number = shown.text().replace(',', "");
    assert_eq!(number, format!("This server has counted to **{counted}**."));
    bot.reaches("rogue", "message-created.created", said).await;
    bot.reaches("clockwork", "timers.fired", timers).await;
    // Nothing grows, but for what the pool and the allocator keep for later.
    assert!(memory < MEMORY_MIB, "memory grows by {memory:.1} MiB");
    assert!(files < 4.0, "open files grow");
    assert!(alive < 16.0, "tasks grow");
}

/// The bot itself, in the process that the test above starts.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is started by the soak"]
async fn the_bot() {
    let Ok(folder) = std::env::var("SOAK_FOLDER").map(PathBuf::from) else {
        return;
    };
    let told = |name: &str| std::env::var(name).unwrap();
    let place = Place {
        api: told("SOAK_API"),
        gateway: told("SOAK_GATEWAY"),
        page: String::new(),
        token: told("SOAK_TOKEN"),
    };
    let mut setup = Setup::with(&["rogue", "clockwork"]);
    let counter = CogConfig::dev(folder.join("counter.wasm"));
    setup.cogs.insert("counter".to_owned(), counter);
    let mut setup = setup.cog("rogue", |rogue| {
        rogue.limits.cpu = Duration::from_millis(100);
        rogue.limits.cpu_share = 64.0;
        // The pool keeps up to 8 MiB of each memory of late resident, for 64 of them. That is no
        // leak and takes long to fill; with so little there is less to fill.
        rogue.limits.memory = 3 << 20;
    });
    setup.deadlines.follow = Duration::from_millis(200);
    setup.deadlines.defer = Duration::from_secs(2);
    let (_app, web) = setup.app_at(place, &folder).await;
    std::fs::write(folder.join("web.part"), web.to_string()).unwrap();
    std::fs::rename(folder.join("web.part"), folder.join("web")).unwrap();
    std::future::pending::<()>().await;
}

impl Bot {
    async fn start(discord: &Emulator, folder: &Path) -> Self {
        let place = Place::of(discord);
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["soak::the_bot", "--exact", "--ignored"])
            .env("SOAK_FOLDER", folder)
            .env("SOAK_API", place.api)
            .env("SOAK_GATEWAY", place.gateway)
            .env("SOAK_TOKEN", place.token)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        discord.bot_ready().await;
        discord.commands_registered().await;
        let web = std::fs::read_to_string(folder.join("web")).unwrap();
        Self { child, web }
    }

    async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.web);
        reqwest::get(url).await.unwrap().text().await.unwrap()
    }

    async fn metric(&self, series: &str) -> f64 {
        let text = self.metrics().await;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().unwrap())
    }

    /// Waits until a cog's calls of an export that ended well are so many.
    async fn reaches(&self, cog: &str, export: &str, value: u64) {
        let calls = format!("cogbox_cog_calls_total{{cog=\"{cog}\",export=\"{export}\"");
        let series = format!("{calls},outcome=\"ok\"}}");
        for _ in 0..100 {
            if self.metric(&series).await == value as f64 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let text = self.metrics().await;
        let told = |line: &&str| {
            line.starts_with(&calls) || line.contains("dropped") || line.contains("quarantines")
        };
        let told: Vec<_> = text.lines().filter(told).collect();
        panic!("not {value} of {series}:\n{}", told.join("\n"));
    }

    async fn sample(&self, began: Instant) -> Sample {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let status = std::fs::read_to_string(process.join("status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.unwrap().trim().trim_end_matches(" kB");
        Sample {
            seconds: began.elapsed().as_secs_f64(),
            mib: kib.parse::<f64>().unwrap() / 1024.0,
            files: std::fs::read_dir(process.join("fd")).unwrap().count() as f64,
            tasks: self.metric("cogbox_tasks").await,
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It never ends by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fits a line through the samples, prints it, and returns by how much it rises from end to end.
fn grown(what: &str, samples: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    let count = samples.len() as f64;
    let mean = |value: &dyn Fn(&Sample) -> f64| samples.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(&|sample| sample.seconds), mean(&of));
    let covariance = mean(&|sample| (sample.seconds - x) * (of(sample) - y));
    let slope = covariance / mean(&|sample| (sample.seconds - x).powi(2));
    let (first, last) = (&samples[0], &samples[samples.len() - 1]);
    let rise = slope * (last.seconds - first.seconds);
    println!(
        "{what}: mean {y:.1}, from {:.1} to {:.1}, slope {:+.2} an hour",
        of(first),
        of(last),
        slope * 3_600.0
    );
    rise
}

impl Load {
    fn new(discord: Emulator) -> Self {
        let none = AtomicU64::default;
        Self {
            discord,
            over: AtomicBool::default(),
            counted: none(),
            said: none(),
            timers: none(),
            harmed: none(),
            exchanged: none(),
            broken: none(),
            joined: none(),
        }
    }

    /// Waits, and tells whether the load goes on.
    async fn goes_on(&self, millis: u64) -> bool {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        !self.over.load(Relaxed)
    }
}

fn here(discord: &Emulator, person: &str, channel: &str) -> Here {
    let channel = discord.guild("Cogbox Lab").channel(channel);
    discord.person(person).in_channel(&channel)
}

/// Counts, and returns how long each answer took.
async fn counts(load: Arc<Load>, channel: &'static str) -> Vec<Duration> {
    let ben = here(&load.discord, "ben", channel);
    let count = ben.prepares("/count");
    let mut times = Vec::new();
    while load.goes_on(20).await {
        times.push(ben.invokes(&count).await);
        load.counted.fetch_add(1, Relaxed);
    }
    times
}

async fn says(load: Arc<Load>) {
    let ann = here(&load.discord, "ann", "general");
    while load.goes_on(50).await {
        ann.says("rogue: again").await;
        load.said.fetch_add(1, Relaxed);
    }
}

async fn harms(load: Arc<Load>) {
    let cleo = here(&load.discord, "cleo", "bots");
    for harm in HARM.iter().cycle() {
        if !load.goes_on(50).await {
            return;
        }
        assert_eq!(cleo.runs(harm).await.failed(), None, "{harm}");
        load.harmed.fetch_add(u64::from(*harm != "/ok"), Relaxed);
    }
}

async fn sets_timers(load: Arc<Load>) {
    let ann = here(&load.discord, "ann", "bots");
    while load.goes_on(500).await {
        let number = load.timers.load(Relaxed);
        let set = ann.runs(&format!("/after name:t{number} seconds:1")).await;
        assert_eq!(set.failed(), None);
        load.timers.fetch_add(1, Relaxed);
    }
}

async fn breaks(load: Arc<Load>) {
    let faults = [
        Fault::Reconnect { shard: None },
        Fault::Drop { shard: None },
        Fault::InvalidSession {
            resumable: true,
            shard: None,
        },
        Fault::Close {
            code: Some(4000),
            shard: None,
        },
    ];
    for fault in faults.iter().cycle() {
        if !load.goes_on(3_000).await {
            return;
        }
        load.discord.cause(fault.clone());
        load.broken.fetch_add(1, Relaxed);
    }
}

async fn comes_and_goes(load: Arc<Load>) {
    while load.goes_on(1_000).await {
        let number = load.joined.fetch_add(1, Relaxed);
        let guild = load
            .discord
            .add_guild(&format!("Guest {number}"), &["lobby"], &["ann"]);
        tokio::time::sleep(Duration::from_millis(500)).await;
        guild.remove_bot();
    }
}

async fn exchanges(load: Arc<Load>, folder: PathBuf) {
    while load.goes_on(2_000).await {
        exchange(&folder, load.exchanged.fetch_add(1, Relaxed) + 1);
    }
}

/// Puts another version of the counter in place of the one before.
fn exchange(folder: &Path, number: u64) {
    std::fs::write(
        folder.join("part"),
        version("counter", &format!("1.0.{number}")),
    )
    .unwrap();
    std::fs::rename(folder.join("part"), folder.join("counter.wasm")).unwrap();
}
