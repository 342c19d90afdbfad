//! A bot under mixed load for a long time: nothing is lost, and nothing grows.
//!
//! `make soak` runs it, for `SOAK_MINUTES`; no other run does. First it finds out how many commands a
//! second the bot answers at most, and then asks for half as many. The bot is a process of its own, so
//! that it can be killed, and that what the local Discord remembers does not count. It is this binary
//! again, since `cogbox run` follows no files and the load exchanges a cog every two seconds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use cogbox::config::CogConfig;
use cogbox_emulator::{Emulator, Fault, Here};
use futures_util::future::join_all;

use crate::events::echoes;
use crate::harness::{Place, Setup};
use crate::reloading::version;

/// Where people count, speak, and have timers fire.
const COUNTING: [&str; 2] = ["general", "bots"];
const ECHOES: &str = "echoes";
const TIMERS: &str = "alarms";
/// When the bot is killed, in parts of the whole: early, so that it can settle afterwards.
const KILLS: [f64; 3] = [0.05, 0.12, 0.2];
/// How long the most is asked for.
const SATURATING: Duration = Duration::from_secs(10);
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
    /// Whether the bot runs, as far as people can know.
    up: AtomicBool,
    /// Whether nobody speaks for a moment.
    hush: AtomicBool,
    counted: AtomicU64,
    unanswered: AtomicU64,
    said: AtomicU64,
    timers: AtomicU64,
    harmed: AtomicU64,
    exchanged: AtomicU64,
    broken: AtomicU64,
    killed: AtomicU64,
    joined: AtomicU64,
}

/// What the bot wrote into a channel, by its number, and how often it was there at once.
type Written = BTreeMap<u64, usize>;

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
    for channel in [ECHOES, TIMERS] {
        discord.guild("Cogbox Lab").add_channel(channel);
    }
    exchange(folder.path(), 0);
    let mut bot = Bot::start(&discord, folder.path()).await;
    let load = Arc::new(Load::new(discord));
    let most = saturation(&load).await;

    let mut tasks = tokio::task::JoinSet::new();
    let mut counting = Vec::new();
    for channel in COUNTING {
        let pause = Duration::from_secs_f64(COUNTING.len() as f64 / (most / 2.0));
        counting.push(tokio::spawn(counts(Arc::clone(&load), channel, pause)));
    }
    tasks.spawn(says(Arc::clone(&load)));
    tasks.spawn(harms(Arc::clone(&load)));
    tasks.spawn(sets_timers(Arc::clone(&load)));
    tasks.spawn(breaks(Arc::clone(&load)));
    tasks.spawn(comes_and_goes(Arc::clone(&load)));
    tasks.spawn(exchanges(Arc::clone(&load), folder.path().to_owned()));

    let (began, mut samples) = (Instant::now(), Vec::new());
    let length = Duration::from_secs_f64(minutes * 60.0);
    let (mut echoes, mut fired) = (Written::new(), Written::new());
    let mut killings = KILLS.iter().map(|part| length.mul_f64(*part)).peekable();
    while began.elapsed() < length {
        tokio::time::sleep(Duration::from_secs(1)).await;
        load.read(ECHOES, &mut echoes);
        load.read(TIMERS, &mut fired);
        if killings.next_if(|at| began.elapsed() > *at).is_some() {
            load.falls_silent(&mut echoes).await;
            load.up.store(false, SeqCst);
            load.killed.fetch_add(1, SeqCst);
            bot.child.kill().unwrap();
            bot.child.wait().unwrap();
            load.hush.store(false, SeqCst);
            // Meanwhile people go on, and timers fall due.
            tokio::time::sleep(Duration::from_secs(5)).await;
            bot = Bot::start(&load.discord, folder.path()).await;
            load.up.store(true, SeqCst);
        }
        // The first third warms up.
        if began.elapsed() > length / 3 {
            samples.push(bot.sample(began).await);
        }
    }
    load.over.store(true, SeqCst);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    let mut times = Vec::new();
    for counting in counting {
        times.extend(counting.await.unwrap());
    }
    load.falls_silent(&mut echoes).await;
    // The last timers were set for a second later.
    tokio::time::sleep(Duration::from_secs(3)).await;
    load.read(TIMERS, &mut fired);

    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let of = |number: &AtomicU64| number.load(SeqCst);
    let (counted, unanswered) = (of(&load.counted), of(&load.unanswered));
    let (said, timers, killed) = (of(&load.said), of(&load.timers), of(&load.killed));
    println!(
        "{minutes} minutes: {counted} commands ({:.0} a second; at most {most:.0}), {said} messages,",
        counted as f64 / began.elapsed().as_secs_f64()
    );
    println!(
        "  {timers} timers, {} faults, {} exchanged cogs, {} broken connections, {killed} kills,",
        of(&load.harmed),
        of(&load.exchanged),
        of(&load.broken)
    );
    println!(
        "  {} joined and left servers; {unanswered} commands met no bot",
        of(&load.joined)
    );
    println!(
        "answered in p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    let memory = grown("memory, MiB", &samples, |sample| sample.mib);
    let files = grown("open files", &samples, |sample| sample.files);
    let alive = grown("tasks", &samples, |sample| sample.tasks);

    // Nothing is lost: what was asked for was done, once.
    let person = here(&load.discord, "ann", "general");
    let shown = person.runs("/count-show").await;
    // The cog writes numbers as people do.
    let number: String = shown.text().chars().filter(char::is_ascii_digit).collect();
    let number: u64 = number.parse().expect("it shows a number");
    assert!(
        (counted..=counted + unanswered).contains(&number),
        "{number} counted, of {counted} that were answered and {unanswered} that were not"
    );
    assert_eq!(amiss(&echoes, said), Vec::<String>::new(), "messages");
    // A timer leaves the database when its call begins: a kill in its call may lose it.
    let amiss = amiss(&fired, timers);
    let twice = amiss.iter().filter(|told| told.contains("times")).count();
    assert!(
        twice == 0 && amiss.len() as u64 <= killed,
        "timers: {amiss:?}"
    );
    // Nothing grows, but for what the pool and the allocator keep for later.
    assert!(memory < MEMORY_MIB, "memory grows by {memory:.1} MiB");
    assert!(files < 4.0, "open files grow");
    assert!(alive < 16.0, "tasks grow");
}

/// Returns how many commands a second are answered when nobody waits before the next.
async fn saturation(load: &Arc<Load>) -> f64 {
    let (began, before) = (Instant::now(), load.counted.load(SeqCst));
    let people = COUNTING.iter().cycle().take(16).map(|channel| {
        let load = Arc::clone(load);
        async move {
            let ben = here(&load.discord, "ben", channel);
            let count = ben.prepares("/count");
            while began.elapsed() < SATURATING {
                ben.invokes(&count).await;
                load.counted.fetch_add(1, SeqCst);
            }
        }
    });
    join_all(people).await;
    let after = load.counted.load(SeqCst);
    (after - before) as f64 / began.elapsed().as_secs_f64()
}

/// Tells which of the numbers below `count` were not written once.
fn amiss(written: &Written, count: u64) -> Vec<String> {
    let times = |number| written.get(&number).copied().unwrap_or(0);
    (0..count)
        .filter(|number| times(*number) != 1)
        .map(|number| match times(number) {
            0 => format!("{number} is lost"),
            more => format!("{number} came {more} times"),
        })
        .collect()
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
        // The pool keeps a part of each memory that was used of late. That is no leak, but takes long
        // to fill; with so little there is less to fill.
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
            up: AtomicBool::new(true),
            hush: AtomicBool::default(),
            counted: none(),
            unanswered: none(),
            said: none(),
            timers: none(),
            harmed: none(),
            exchanged: none(),
            broken: none(),
            killed: none(),
            joined: none(),
        }
    }

    /// Returns whether the bot runs, and how often it was killed before.
    fn moment(&self) -> (bool, u64) {
        (self.up.load(SeqCst), self.killed.load(SeqCst))
    }

    /// Accepts that what began at a moment was not answered, when the bot was gone meanwhile.
    #[track_caller]
    fn excuses(&self, (up, killed): &(bool, u64), what: &str) {
        let gone = !up || self.killed.load(SeqCst) != *killed;
        assert!(gone, "{what} was not answered, and the bot was there");
    }

    /// Reads the numbers that the bot wrote into a channel.
    fn read(&self, channel: &str, into: &mut Written) {
        let mut times = Written::new();
        for line in echoes(&here(&self.discord, "ann", channel)) {
            let number = line.trim_start_matches('t').trim_end_matches(" fired");
            if let Ok(number) = number.parse() {
                *times.entry(number).or_default() += 1;
            }
        }
        for (number, times) in times {
            let most = into.entry(number).or_default();
            *most = times.max(*most);
        }
    }

    /// Has nobody speak until every word is echoed: what is under way when the bot is killed may be
    /// lost.
    async fn falls_silent(&self, written: &mut Written) {
        self.hush.store(true, SeqCst);
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.read(ECHOES, written);
            if written.len() as u64 == self.said.load(SeqCst) {
                return;
            }
        }
    }

    /// Waits, and tells whether the load goes on.
    async fn goes_on(&self, millis: u64) -> bool {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        !self.over.load(SeqCst)
    }
}

fn here(discord: &Emulator, person: &str, channel: &str) -> Here {
    let channel = discord.guild("Cogbox Lab").channel(channel);
    discord.person(person).in_channel(&channel)
}

/// Counts, and returns how long each answer took.
async fn counts(load: Arc<Load>, channel: &'static str, pause: Duration) -> Vec<Duration> {
    let ben = here(&load.discord, "ben", channel);
    let count = ben.prepares("/count");
    let mut times = Vec::new();
    let mut turn = tokio::time::interval(pause);
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !load.over.load(SeqCst) {
        turn.tick().await;
        let moment = load.moment();
        match ben.tries(&count).await {
            Some(taken) => {
                times.push(taken);
                load.counted.fetch_add(1, SeqCst);
            }
            None => {
                load.excuses(&moment, "/count");
                load.unanswered.fetch_add(1, SeqCst);
            }
        }
    }
    times
}

async fn says(load: Arc<Load>) {
    let ann = here(&load.discord, "ann", ECHOES);
    while load.goes_on(50).await {
        if !load.hush.load(SeqCst) {
            let number = load.said.fetch_add(1, SeqCst);
            ann.says(&format!("rogue: {number}")).await;
        }
    }
}

async fn harms(load: Arc<Load>) {
    let cleo = here(&load.discord, "cleo", "bots");
    for harm in HARM.iter().cycle() {
        if !load.goes_on(50).await {
            return;
        }
        let moment = load.moment();
        match cleo.tries(&cleo.prepares(harm)).await {
            None => load.excuses(&moment, harm),
            Some(_) => {
                load.harmed.fetch_add(u64::from(*harm != "/ok"), SeqCst);
            }
        }
    }
}

async fn sets_timers(load: Arc<Load>) {
    let ann = here(&load.discord, "ann", TIMERS);
    while load.goes_on(500).await {
        let number = load.timers.load(SeqCst);
        let moment = load.moment();
        let after = ann.prepares(&format!("/after name:t{number} seconds:1"));
        match ann.tries(&after).await {
            // It may be set all the same, and is set again.
            None => load.excuses(&moment, "/after"),
            Some(_) => {
                load.timers.fetch_add(1, SeqCst);
            }
        }
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
        if load.up.load(SeqCst) {
            load.discord.cause(fault.clone());
            load.broken.fetch_add(1, SeqCst);
        }
    }
}

async fn comes_and_goes(load: Arc<Load>) {
    while load.goes_on(1_000).await {
        let number = load.joined.fetch_add(1, SeqCst);
        let guild = load
            .discord
            .add_guild(&format!("Guest {number}"), &["lobby"], &["ann"]);
        tokio::time::sleep(Duration::from_millis(500)).await;
        guild.remove_bot();
    }
}

async fn exchanges(load: Arc<Load>, folder: PathBuf) {
    while load.goes_on(2_000).await {
        exchange(&folder, load.exchanged.fetch_add(1, SeqCst) + 1);
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
