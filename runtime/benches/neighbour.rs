//! What members notice of another cog that keeps every core busy: how long a good cog's answers take
//! with it and without it, in turns on one bot. Prints a table; `README.md` beside this file says how
//! to read it.

#[expect(dead_code, reason = "other measurements of a bot's are not taken here")]
mod bot;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use bot::load::{load, median};
use bot::{Bot, GUILDS};
use cogbox_emulator::Here;
use futures_util::future::join_all;

/// Guilds in which the good cog is used.
const GOOD: usize = 8;
/// Commands in one measurement.
const COMMANDS: usize = 4_000;
/// Measurements of each kind, taken in turns.
const ROUNDS: usize = 5;
/// Works for as long as one call may by default, and is no fault, after which the cog would rest.
const SPIN: &str = "/slow ms:950";

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("threads to run on");
    runtime.block_on(bench());
}

async fn bench() {
    let bot = Bot::start(&[("fun", "call"), ("rogue", "call")]).await;
    let people: Vec<Here> = bot.people().collect();
    let (good, others) = people.split_at(GOOD);
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let spinning = &others[..(2 * cores).min(GUILDS - GOOD)];
    // The first commands fill pools and caches.
    load(good, Duration::ZERO, COMMANDS / 10).await;
    println!(
        "{:<22} {:>12} {:>12} {:>9}",
        "p99 ms", "alone", "beside", "ratio"
    );
    for (name, pause) in [
        ("one after the other", Duration::ZERO),
        ("every 20 ms", Duration::from_millis(20)),
    ] {
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            alone.push(load(good, pause, COMMANDS).await);
            beside.push(while_spinning(spinning, load(good, pause, COMMANDS)).await);
        }
        let (alone, beside) = (median(alone), median(beside));
        println!(
            "{name:<22} {alone:>12.2} {beside:>12.2} {:>9.2}",
            beside / alone
        );
    }
}

/// Takes a measurement while these people keep the other cog busy, one call in flight for each.
async fn while_spinning<T>(people: &[Here], measured: impl Future<Output = T>) -> T {
    let over = AtomicBool::new(false);
    let spinning = people.iter().map(async |person| {
        let spin = person.prepares(SPIN);
        while !over.load(Relaxed) {
            person.invokes(&spin).await;
        }
    });
    let measured = async {
        // By then all of them run.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let measured = measured.await;
        over.store(true, Relaxed);
        measured
    };
    let (measured, _) = tokio::join!(measured, join_all(spinning));
    measured
}
