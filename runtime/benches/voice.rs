//! What playing costs, and whether it is in time: beside cogs that keep every core busy, and beside a
//! bot of songbird's alone. `README.md` says how to read it.

#[expect(dead_code, reason = "other measurements of a bot's are not taken here")]
mod bot;
#[expect(dead_code, reason = "made for tests of every codec")]
#[path = "../tests/it/encoded.rs"]
mod encoded;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bot::{Bot, GUILDS};
use cogbox_emulator::{Channel, Emulator, Guild, Heard, Here, Options, voice_authority};

/// How long is listened for one figure.
const LISTENED: Duration = Duration::from_secs(12);
/// How long is listened while it is found out how many streams there can be.
const TRIED: Duration = Duration::from_secs(5);
/// A wait between two packets that people may hear: clients keep about three of them.
const GAP: Duration = Duration::from_millis(60);
/// How many seconds of sound a file has: more than any measurement takes.
const SECONDS: usize = 360;
/// Numbers of streams that are tried.
const STREAMS: [usize; 5] = [8, 16, 32, 64, 128];
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
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("authority.pem");
    let trusted = voice_authority().expect("the voice server's authority");
    std::fs::write(&authority, trusted).expect("the authority is written");
    let media = folder.path().join("media");
    write_media(&media).expect("sound to play");
    let environment = [("SSL_CERT_FILE", authority)];
    let cogbox = Cogbox::start(&media, &environment).await;
    cogbox.first_sound().await;
    cogbox.pacing().await;
    for (file, what) in [
        ("passed.opus", "passed through"),
        ("anew.aac", "encoded anew"),
    ] {
        cogbox.cost(file, what).await;
    }
    for file in ["passed.opus", "anew.aac"] {
        cogbox.most(file).await;
    }
    drop(cogbox);
    let bare = Bare::start(&environment).await;
    for file in ["passed.opus", "anew.aac"] {
        bare.most(&media.join(file)).await;
    }
}

/// Between two rooms that are entered: Discord takes 120 requests a minute from one shard, and a bot
/// that enters a room for the first time makes two.
const SLOWLY: Duration = Duration::from_millis(1_050);

/// The same tone as Opus and as AAC.
fn write_media(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir(folder)?;
    let opus = encoded::opus(440.0, SECONDS);
    std::fs::write(folder.join("passed.opus"), encoded::ogg(&opus, "tone"))?;
    // Each lasts two seconds, and frames of AAC may follow each other as they are.
    std::fs::write(folder.join("anew.aac"), encoded::AAC.repeat(SECONDS / 2))
}

/// A guild's voice channel, and somebody who is in it and in a text channel.
struct Room {
    guild: Guild,
    music: Channel,
    member: Here,
}

impl Room {
    /// Opens one in each guild, of which there are as many as streams are tried.
    fn all(discord: &Emulator) -> Vec<Room> {
        let most = STREAMS[STREAMS.len() - 1];
        let rooms = (0..most).map(|number| {
            let name = format!("Guild {number}");
            if number >= GUILDS {
                discord.add_guild(&name, &["general"], &["ann"]);
            }
            let guild = discord.guild(&name);
            let music = guild.add_voice_channel("Music", 0);
            // Nobody is in two channels at once.
            let member = discord.add_person(&format!("member {number}"));
            guild.add_member(&member);
            member.joins_voice(&music);
            let member = member.in_channel(&guild.channel("general"));
            Room {
                guild,
                music,
                member,
            }
        });
        rooms.collect()
    }

    async fn says(&self, what: &str) {
        let answer = self.member.runs(&format!("/radio what:{what}")).await;
        assert!(answer.failed().is_none(), "{what}: {}", answer.text());
    }

    async fn plays(&self, file: &str) {
        self.says(&format!("join {}", self.music.id)).await;
        self.guild.encrypts_among(2).await;
        self.says(&format!("play {file}")).await;
    }

    async fn sounds(&self) {
        self.guild.hears(|heard| heard.packets > heard.silent).await;
    }
}

/// Cogbox, with a cog that plays and one that keeps cores busy.
struct Cogbox {
    bot: Bot,
    rooms: Vec<Room>,
}

impl Cogbox {
    async fn start(media: &Path, environment: &[(&'static str, PathBuf)]) -> Self {
        let config = format!("[voice]\nmedia = {media:?}\n");
        let cogs = [("radio", "call"), ("rogue", "call"), ("music", "call")];
        let bot = Bot::with(&cogs, &config, environment).await;
        let rooms = Room::all(&bot.discord);
        // By then it has heard who is where.
        tokio::time::sleep(Duration::from_secs(2)).await;
        Self { bot, rooms }
    }

    async fn stops(&self, count: usize) {
        for room in &self.rooms[..count] {
            room.says("leave").await;
            room.guild.forget_heard();
        }
    }

    /// How long it takes from `/play` to the first sound, with the way into the channel.
    async fn first_sound(&self) {
        let mut times = Vec::new();
        let rooms = &self.rooms[..GUILDS];
        for room in rooms {
            let began = Instant::now();
            let sounds = async {
                room.sounds().await;
                times.push(began.elapsed());
            };
            tokio::join!(room.member.runs("/play what:passed"), sounds);
        }
        self.stops(rooms.len()).await;
        times.sort_unstable();
        let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
        let (half, last) = (&times[times.len() / 2], &times[times.len() - 1]);
        println!(
            "/play to first sound, joining included: median {:.0} ms, longest {:.0} ms",
            milliseconds(half),
            milliseconds(last)
        );
    }

    /// How regularly packets come, with and without another cog that keeps every core busy.
    async fn pacing(&self) {
        let room = &self.rooms[0];
        room.plays("anew.aac").await;
        room.sounds().await;
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            alone.push(listened(room, LISTENED / 2).await);
            beside.push(self.while_spinning(listened(room, LISTENED / 2)).await);
        }
        self.stops(1).await;
        let usual = |all: &[Heard]| {
            let mut waits: Vec<_> = all.iter().map(|heard| heard.usual_wait).collect();
            waits.sort_unstable();
            waits[waits.len() / 2].as_secs_f64() * 1e3
        };
        for (name, all) in [("alone", &alone), ("beside", &beside)] {
            let packets: u64 = all.iter().map(|heard| heard.packets).sum();
            let longest = all.iter().map(|heard| heard.longest_wait).max();
            println!(
                "{name:<8} {:>6.2} packets/s, p99 of waits {:>6.2} ms, longest {:>6.1} ms, lost {}",
                packets as f64 / (LISTENED.as_secs_f64() * 1.5),
                usual(all),
                longest.unwrap_or_default().as_secs_f64() * 1e3,
                all.iter().map(|heard| heard.lost).sum::<u64>(),
            );
        }
        println!("ratio of p99: {:.2}", usual(&beside) / usual(&alone));
    }

    /// Takes a measurement while other guilds keep the other cog busy, two calls for each core.
    async fn while_spinning<T>(&self, measured: impl Future<Output = T>) -> T {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let spinning = self.rooms[1..=2 * cores].iter().map(async |room| {
            let spin = room.member.prepares(SPIN);
            loop {
                room.member.invokes(&spin).await;
            }
        });
        let spinning = futures_util::future::join_all::<_>(spinning);
        tokio::select! {
            measured = measured => measured,
            _ = spinning => unreachable!("they go on"),
        }
    }

    /// What each stream takes of a core.
    async fn cost(&self, file: &str, what: &str) {
        let streams = 4;
        // What was stopped before has ended by then.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let idle = self.load(LISTENED / 2).await;
        for room in &self.rooms[..streams] {
            room.plays(file).await;
            room.sounds().await;
        }
        let busy = self.load(LISTENED).await;
        self.stops(streams).await;
        let each = (busy - idle) / streams as f64 * 100.0;
        println!("{file}, {what}: {each:.2} % of a core for each stream");
    }

    /// Returns how many cores the bot keeps busy.
    async fn load(&self, length: Duration) -> f64 {
        let (before, began) = (used(self.bot.id()), Instant::now());
        tokio::time::sleep(length).await;
        (used(self.bot.id()) - before) / began.elapsed().as_secs_f64()
    }

    async fn most(&self, file: &str) {
        let mut playing = 0;
        for streams in STREAMS {
            for room in &self.rooms[playing..streams] {
                room.plays(file).await;
                room.sounds().await;
                tokio::time::sleep(SLOWLY).await;
            }
            playing = streams;
            if !steady("cogbox", file, &self.rooms[..streams]).await {
                break;
            }
        }
        self.stops(playing).await;
    }
}

/// A bot of songbird's alone, as `songbird/` has it.
struct Bare {
    process: Child,
    rooms: Vec<Room>,
    _discord: Emulator,
}

impl Bare {
    async fn start(environment: &[(&'static str, PathBuf)]) -> Self {
        let options = Options {
            global_limit: None,
            route_limits: false,
            ..Default::default()
        };
        let discord = Emulator::start(options).await.expect("a local Discord");
        for number in 0..GUILDS {
            discord.add_guild(&format!("Guild {number}"), &["general"], &["ann"]);
        }
        let rooms = Room::all(&discord);
        let url = discord.api_url();
        let base = url.trim_end_matches("/api/v10");
        let program = Path::new(env!("CARGO_MANIFEST_DIR"));
        let process = Command::new(program.join("benches/songbird/target/release/songbird-bot"))
            .env("DISCORD_TOKEN", discord.token())
            .env("DISCORD_BASE", base)
            .envs(environment.iter().cloned())
            .stdin(Stdio::piped())
            .spawn()
            .expect("songbird's bot; run `make bench`");
        discord.bot_ready().await;
        Self {
            process,
            rooms,
            _discord: discord,
        }
    }

    async fn most(&self, file: &Path) {
        let mut playing = 0;
        for streams in STREAMS {
            for room in &self.rooms[playing..streams] {
                let mut tells = self.process.stdin.as_ref().expect("it listens");
                let (guild, music) = (room.guild.id, room.music.id);
                writeln!(tells, "{guild} {music} {}", file.display()).expect("it listens");
                room.sounds().await;
                tokio::time::sleep(SLOWLY).await;
            }
            playing = streams;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if !steady("songbird", &name, &self.rooms[..streams]).await {
                break;
            }
        }
        for room in &self.rooms[..playing] {
            room.guild.forget_heard();
        }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Listens to all of these, and tells whether none of them has gaps.
async fn steady(bot: &str, file: &str, rooms: &[Room]) -> bool {
    for room in rooms {
        room.guild.forget_heard();
    }
    let began = Instant::now();
    tokio::time::sleep(TRIED).await;
    let length = began.elapsed().as_secs_f64();
    let heard: Vec<_> = rooms.iter().map(|room| room.guild.heard()).collect();
    let usual = heard.iter().map(|heard| heard.usual_wait).max();
    let longest = heard.iter().map(|heard| heard.longest_wait).max();
    let packets: u64 = heard.iter().map(|heard| heard.packets).sum();
    let each = packets as f64 / length / rooms.len() as f64;
    let [usual, longest] = [usual, longest].map(Option::unwrap_or_default);
    println!(
        "{bot:<10} {file:<10} {:>3} streams: {:>6.2} packets/s each, worst p99 of waits {:>6.1} ms, \
         longest {:>6.1} ms",
        rooms.len(),
        each,
        usual.as_secs_f64() * 1e3,
        longest.as_secs_f64() * 1e3,
    );
    // Of 50 a second; one that plays nothing has no gaps.
    usual < GAP && each > 49.0
}

async fn listened(room: &Room, length: Duration) -> Heard {
    room.guild.forget_heard();
    tokio::time::sleep(length).await;
    room.guild.heard()
}

/// Returns the seconds of CPU that a process and what it started have used.
fn used(process: u32) -> f64 {
    /// What Linux counts in.
    const TICKS: f64 = 100.0;
    let processes = std::fs::read_dir("/proc").expect("Linux's processes");
    let all: Vec<_> = processes
        .filter_map(|folder| times(&folder.ok()?.path()))
        .collect();
    let mut family = vec![process];
    let mut ticks = 0;
    while let Some(process) = family.pop() {
        let own = all.iter().filter(|one| one.id == process);
        ticks += own.map(|one| one.ticks).sum::<u64>();
        let children = all.iter().filter(|one| one.parent == process);
        family.extend(children.map(|one| one.id));
    }
    ticks as f64 / TICKS
}

/// A process, and the time that it and its ended children took.
struct Times {
    id: u32,
    parent: u32,
    ticks: u64,
}

fn times(folder: &Path) -> Option<Times> {
    let id = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name, in parentheses, may hold anything; the numbers after it may not.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<_> = fields.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Times {
        id,
        parent: u32::try_from(number(1)?).ok()?,
        ticks: (11..15).filter_map(number).sum(),
    })
}
