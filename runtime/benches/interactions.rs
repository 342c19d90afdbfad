//! Interactions through a real `cogbox run` in a process of its own, against the local Discord in
//! this one. Prints a table; `README.md` beside this file says how to read it.

#[expect(dead_code, reason = "other measurements of a bot's are not taken here")]
mod bot;

use std::time::{Duration, Instant};

use bot::Bot;
use cogbox_emulator::{CommandCall, Here};

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
            let prepared = |here: Here| {
                let calls = ["/ok", "/cogs list"].map(|command| (command, here.prepares(command)));
                (here, calls.into())
            };
            let people: Vec<_> = bot.people().map(prepared).collect();
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
