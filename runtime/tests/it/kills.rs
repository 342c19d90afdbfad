//! A bot that is killed at any moment, again and again, while people write as fast as it answers.
//!
//! Whatever was acknowledged must be there afterwards. Ten kills in each run; `KILLS=100`, as `make
//! soak` does it, are more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cogbox::store::copy;
use cogbox_emulator::{Emulator, Here};

use crate::chaos::Dice;
use crate::events::echoes;
use crate::lifecycle::{Place, discord};
use crate::process::Process;

/// How often it is killed, unless `KILLS` says otherwise.
const KILLS: u64 = 10;
/// Every so many kills one comes while the bot starts.
const AT_START: u64 = 3;
/// Who counts, and where.
const PEOPLE: [(&str, &str); 6] = [
    ("ann", "general"),
    ("ben", "general"),
    ("cleo", "general"),
    ("ann", "bots"),
    ("ben", "bots"),
    ("cleo", "bots"),
];
/// Where timers are set and fire.
const TIMERS: &str = "alarms";
/// How long a bot may take to start, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many timers may be in their calls at one kill.
const IN_CALLS: u64 = 5;

/// What people asked for, and what of it they were told is done.
#[derive(Default)]
struct Told {
    over: AtomicBool,
    /// The numbers that were told: each of them was written.
    numbers: Mutex<BTreeSet<u64>>,
    unanswered: AtomicU64,
    /// The timers that were set, by number.
    timers: Mutex<BTreeSet<u64>>,
}

impl Told {
    fn counted(&self) -> usize {
        self.numbers.lock().unwrap().len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_every_kill() {
    let kills = std::env::var("KILLS").ok();
    let kills = kills.map_or(KILLS, |text| text.parse().expect("KILLS is a number"));
    let options = cogbox_emulator::Options {
        max_concurrency: 0,
        identifies: 100_000,
        kept_requests: 10,
        patience: PATIENCE,
        ..discord()
    };
    let place = Place::with(&["counter", "clockwork"], options).await;
    let lab = place.discord.guild("Cogbox Lab");
    lab.add_channel(TIMERS);
    // So that there are commands which people can use.
    let program = place.run("info");
    place.discord.commands_registered().await;
    let told = Arc::new(Told::default());
    let mut people: Vec<_> = PEOPLE
        .iter()
        .map(|(person, channel)| here(&place.discord, person, channel))
        .map(|here| tokio::spawn(counts(here, Arc::clone(&told))))
        .collect();
    let dee = here(&place.discord, "ann", TIMERS);
    people.push(tokio::spawn(sets_timers(dee, Arc::clone(&told))));

    let (mut dice, mut fired) = (Dice(kills), BTreeMap::new());
    let mut program = Some(program);
    for kill in 0..kills {
        let running = program.take().unwrap_or_else(|| place.run("info"));
        if kill % AT_START == AT_START - 1 {
            tokio::time::sleep(Duration::from_millis(dice.below(800))).await;
        } else {
            goes_on(&running, &told).await;
            tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
        }
        running.kill();
        let ended = running.ended().await;
        assert_eq!(ended.code, None, "it ended by itself: {}", ended.err);
        read(&place.discord, &mut fired);
    }
    let program = place.run("info");
    goes_on(&program, &told).await;
    told.over.store(true, SeqCst);
    for person in people {
        person.await.unwrap();
    }
    // The last timers were set for a second later.
    tokio::time::sleep(Duration::from_secs(3)).await;
    read(&place.discord, &mut fired);
    let shown = here(&place.discord, "ann", "general")
        .runs("/count-show")
        .await;
    let number = number(shown.text()).expect("it shows a number");
    program.terminate();
    let ended = program.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);

    let (counted, unanswered) = (told.counted() as u64, told.unanswered.load(SeqCst));
    let timers = told.timers.lock().unwrap().clone();
    let missing: Vec<_> = timers
        .iter()
        .filter(|timer| !fired.contains_key(timer))
        .collect();
    let timers = timers.len();
    println!(
        "{kills} kills: {counted} acknowledged, {unanswered} not; {timers} timers, {} in the calls \
         of which it was killed",
        missing.len()
    );
    assert!(
        (counted..=counted + unanswered).contains(&number),
        "{number} counted, of {counted} that were acknowledged and {unanswered} that were not"
    );
    let twice: Vec<_> = fired.iter().filter(|(_, times)| **times > 1).collect();
    assert_eq!(twice, [], "timers that fired twice");
    // A timer leaves the database when its call begins: a kill in its call may lose it.
    assert!(missing.len() as u64 <= kills * IN_CALLS, "{missing:?}");
    assert!(missing.len() * 2 < timers, "{missing:?} of {timers}");
    let database = place.folder.file("data/cogbox.db");
    assert_eq!(copy::check(&database).await.unwrap(), copy::schema());
}

/// Waits until people are answered.
async fn goes_on(program: &Process, told: &Told) {
    let (before, began) = (told.counted(), Instant::now());
    while told.counted() < before + 5 {
        let id = program.id();
        assert!(began.elapsed() < PATIENCE, "{id} answers nobody");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn here(discord: &Emulator, person: &str, channel: &str) -> Here {
    let channel = discord.guild("Cogbox Lab").channel(channel);
    discord.person(person).in_channel(&channel)
}

/// Counts without a pause.
async fn counts(here: Here, told: Arc<Told>) {
    while !told.over.load(SeqCst) {
        match answered(&here, "/count").await.as_deref().and_then(number) {
            // What was told twice was lost in between.
            Some(number) => assert!(
                told.numbers.lock().unwrap().insert(number),
                "{number} was acknowledged before, and lost"
            ),
            None => {
                told.unanswered.fetch_add(1, SeqCst);
            }
        }
    }
}

async fn sets_timers(here: Here, told: Arc<Told>) {
    for number in 0.. {
        if told.over.load(SeqCst) {
            return;
        }
        let typed = format!("/after name:t{number} seconds:1");
        if answered(&here, &typed).await.is_some() {
            told.timers.lock().unwrap().insert(number);
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Returns the final answer, if the bot lived to give it.
async fn answered(here: &Here, typed: &str) -> Option<String> {
    let pending = here.starts(typed).await;
    // A deferred answer stays open when the bot is killed.
    let answer = tokio::time::timeout(Duration::from_secs(4), pending.answered()).await;
    let answer = answer.ok()?;
    answer.failed().is_none().then(|| answer.text().to_owned())
}

/// Returns the number in the counter's answer.
fn number(text: &str) -> Option<u64> {
    let text = text.strip_prefix("This server has counted to **")?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Reads which timers fired, and how often.
fn read(discord: &Emulator, fired: &mut BTreeMap<u64, usize>) {
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    for line in echoes(&here(discord, "ann", TIMERS)) {
        let timer = line
            .strip_prefix('t')
            .and_then(|line| line.strip_suffix(" fired"));
        if let Some(timer) = timer.and_then(|timer| timer.parse().ok()) {
            *times.entry(timer).or_default() += 1;
        }
    }
    for (timer, times) in times {
        let most = fired.entry(timer).or_default();
        *most = times.max(*most);
    }
}
