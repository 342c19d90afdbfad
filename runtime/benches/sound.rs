//! What it costs to play: how soon a sound is ready, and what its decoder takes.

#[allow(dead_code)]
#[path = "../tests/it/encoded.rs"]
mod encoded;

use std::time::{Duration, Instant};

use cogbox::net::Net;
use cogbox::voice::decoder::Decoders;
use cogbox::voice::sound::{Opened, Sound, Tools};
use cogbox::voice::web::Client;
use rustix::time::{ClockId, clock_gettime};
use songbird::input::{Input, LiveInput};

/// How often a sound is opened.
const TIMES: usize = 20;
/// How long it plays.
const LENGTH: Duration = Duration::from_secs(10);
/// How long a packet sounds.
const PACKET: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() {
    let tools = Tools {
        web: Client::new(Net::public()).unwrap(),
        decoders: Decoders::new(env!("CARGO_BIN_EXE_cogbox").into()),
    };
    for (name, file) in [
        ("mp3", encoded::MP3.repeat(10)),
        ("flac", encoded::flac(440.0, 12)),
        ("opus", encoded::ogg(&encoded::opus(440.0, 15), "")),
    ] {
        let sound = Sound::Bytes(file.into());
        let mut ready: Vec<_> = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            drop(sound.open(&tools).await.unwrap());
            ready.push(began.elapsed());
        }
        ready.sort_unstable();
        let opened = sound.open(&tools).await.unwrap();
        let process = decoder();
        let before = (cpu(), cpu_of(process));
        let plays = tokio::task::spawn_blocking(move || play(opened)).await;
        let opened = plays.unwrap();
        let share =
            |from: Duration, to: Duration| 100.0 * (to - from).as_secs_f64() / LENGTH.as_secs_f64();
        let [rss, pss, own] = ["Rss:", "Pss:", "Private_Dirty:"].map(|what| memory(process, what));
        println!(
            "{name}: ready in {:.1} ms, {:.1} at most; decoder {:.2} % of a core, host {:.2} %; \
             resident {rss:.1} MiB, with its share of what is shared {pss:.1}, its own {own:.1}",
            ready[TIMES / 2].as_secs_f64() * 1e3,
            ready[TIMES - 1].as_secs_f64() * 1e3,
            share(before.1, cpu_of(process)),
            share(before.0, cpu()),
        );
        drop(opened);
    }
}

/// Takes packets as a call does.
fn play(mut opened: Opened) -> Opened {
    let Input::Live(LiveInput::Parsed(parsed), _) = &mut opened.input else {
        unreachable!("it is open");
    };
    let began = Instant::now();
    for at in 0.. {
        let due = PACKET * at;
        if due >= LENGTH {
            break;
        }
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        parsed.format.next_packet().unwrap();
    }
    opened
}

/// CPU time of this process.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// CPU time of one with a single thread.
fn cpu_of(process: u32) -> Duration {
    let told = std::fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

/// The one decoder that runs.
fn decoder() -> u32 {
    let own = format!("PPid:\t{}", std::process::id());
    let mut all = std::fs::read_dir("/proc").unwrap().flatten();
    let found = all.find_map(|entry| {
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let is_own = status.lines().any(|line| line == own);
        is_own.then(|| entry.file_name().to_str()?.parse().ok())?
    });
    found.unwrap()
}

/// Memory of a process, in MiB.
fn memory(process: u32, what: &str) -> f64 {
    let told = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix(what));
    let number = line.unwrap().split_whitespace().next().unwrap();
    number.parse::<f64>().unwrap() / 1024.0
}
