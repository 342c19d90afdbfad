//! What each stock cog costs: its size, and one of its commands as a member uses it most, again and
//! again. Prints a table in Markdown; `README.md` beside this file says how to read it.

#[expect(dead_code, reason = "other measurements of a bot's are not taken here")]
mod bot;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bot::Bot;
use bot::load::median;

/// Uses of each command.
const USES: usize = 100;

/// What is used of each cog, and what has to be done before, so that there is something to tell.
const USED: &[(&str, &[&str], &str)] = &[
    ("automod", &[], "/automod show"),
    ("cleanup", &[], "/cleanup messages count:1"),
    ("counter", &[], "/count"),
    ("feeds", &[], "/feeds list"),
    ("fun", &[], "/coin"),
    (
        "giveaways",
        &["/giveaway start prize:A mug length:1h"],
        "/giveaway list",
    ),
    ("levels", &[], "/rank"),
    (
        "moderation",
        &["/timeout who:@ben length:1h reason:Spam"],
        "/cases",
    ),
    ("music", &[], "/queue"),
    (
        "polls",
        &[],
        "/poll question:Tea or coffee? answers:Tea|Coffee",
    ),
    ("quotes", &[], "/quote random"),
    (
        "reminders",
        &["/remind me when:1h what:Tea"],
        "/remind list",
    ),
    ("roles", &[], "/roles timed"),
    ("serverlog", &[], "/serverlog show"),
    ("starboard", &[], "/starboard show"),
    ("tags", &[], "/tags list"),
    ("tickets", &[], "/tickets list"),
    ("trivia", &[], "/trivia top"),
    ("utility", &[], "/serverinfo"),
    (
        "warnings",
        &["/warn who:@ben reason:spam"],
        "/warnings who:@ben",
    ),
    ("welcome", &[], "/welcome show"),
];

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    runtime.block_on(bench());
}

async fn bench() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let component = |cog: &str| root.join("target/cogs").join(format!("{cog}.wasm"));
    let all: Vec<PathBuf> = USED.iter().map(|(cog, ..)| component(cog)).collect();
    let bot = Bot::added(&all).await;
    let guild = bot.discord.guild("Guild 0");
    guild.add_member(&bot.discord.person("ben"));
    let ann = bot
        .discord
        .person("ann")
        .in_channel(&guild.channel("general"));

    println!(
        "| cog | lines | component, KiB | memory, KiB | CPU, ms | call, ms | answer, ms | used |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (cog, before, used) in USED {
        for typed in *before {
            ann.runs(typed).await;
        }
        let call = ann.prepares(used);
        // The first one may make what the later ones find.
        ann.invokes(&call).await;
        let begun = Told::of(bot.web, cog);
        let mut answers = Vec::with_capacity(USES);
        for _ in 0..USES {
            answers.push(ann.invokes(&call).await.as_secs_f64() * 1e3);
        }
        let ended = Told::of(bot.web, cog);
        let calls = ended.calls - begun.calls;
        let cpu = (ended.cpu - begun.cpu) / calls * 1e3;
        let taken = (ended.seconds - begun.seconds) / calls * 1e3;
        let bytes = std::fs::metadata(component(cog))
            .expect("the component")
            .len();
        println!(
            "| {cog} | {} | {:.0} | {:.0} | {cpu:.2} | {taken:.2} | {:.2} | `{used}` |",
            lines(&root.join("cogs").join(cog)),
            bytes as f64 / 1024.0,
            ended.memory / 1024.0,
            median(answers),
        );
    }
}

/// What the host tells of a cog's calls so far.
struct Told {
    calls: f64,
    seconds: f64,
    cpu: f64,
    memory: f64,
}

impl Told {
    fn of(web: SocketAddr, cog: &str) -> Self {
        let text = bot::page(web, "/metrics");
        let series: BTreeMap<_, _> = text
            .lines()
            .filter_map(|line| line.rsplit_once(' '))
            .collect();
        let read = |name: &str| {
            let value = series.get(&*format!("{name}{{cog=\"{cog}\"}}"));
            let value = value.and_then(|value| value.parse().ok());
            value.unwrap_or_else(|| panic!("{name} of {cog} is not told"))
        };
        Self {
            calls: read("cogbox_cog_call_seconds_count"),
            seconds: read("cogbox_cog_call_seconds_sum"),
            cpu: read("cogbox_cog_cpu_seconds_total"),
            memory: read("cogbox_cog_memory_bytes"),
        }
    }
}

/// Counts the lines of code of a cog's own: no empty ones, no comments, no tests.
fn lines(folder: &Path) -> usize {
    let mut all = 0;
    let entries = std::fs::read_dir(folder).expect("the cog's folder");
    for entry in entries.map(|entry| entry.expect("the cog's folder")) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if name == "src" || folder.ends_with("src") {
                all += lines(&path);
            }
            continue;
        }
        let comment = match path.extension().and_then(|kind| kind.to_str()) {
            Some("rs" | "js") if name != "tests.rs" => "//",
            Some("py") => "#",
            _ => continue,
        };
        let text = std::fs::read_to_string(&path).expect("the cog's source");
        let own = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let own = own.lines().map(str::trim);
        all += own
            .filter(|line| !line.is_empty() && !line.starts_with(comment))
            .count();
    }
    all
}
