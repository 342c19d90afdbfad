//! The stock cog `music`, as members use it: what they type and press, read, and hear.

mod asking;
mod controlling;
mod lasting;
mod showing;

use std::path::PathBuf;
use std::time::Duration;

use cogbox_emulator::{Answer, Channel, Guild, Here, Person};

use crate::harness::{Bot, Setup, eventually};
use crate::sound::wav;

/// What the bot must be allowed to do.
const VIEW: u64 = 1 << 10;
const CONNECT: u64 = 1 << 20;
const SPEAK: u64 = 1 << 21;

/// A bot with the cog, a media folder, and Ann, Ben and Cleo in its server. Ann owns it.
struct Party {
    bot: Bot,
    lab: Guild,
    music: Channel,
    ann: Here,
    ben: Here,
    cleo: Here,
    media: tempfile::TempDir,
}

impl Party {
    /// Starts it without announcements, so that only answers are read.
    async fn quiet() -> Self {
        let party = Self::start(|_| {}).await;
        party.chooses("announce", "off").await;
        party
    }

    async fn start(change: impl FnOnce(&mut Setup)) -> Self {
        let media = tempfile::tempdir().unwrap();
        std::fs::create_dir(media.path().join("songs")).unwrap();
        for (name, hertz, millis) in [
            ("a.wav", 440.0, 4_000),
            ("b.wav", 660.0, 500),
            ("long.wav", 880.0, 60_000),
            ("songs/Two Moons.wav", 550.0, 20_000),
        ] {
            let tone = wav(hertz, Duration::from_millis(millis));
            std::fs::write(media.path().join(name), tone).unwrap();
        }
        std::fs::write(media.path().join("broken.ogg"), b"no sound at all").unwrap();
        let mut setup = Self::setup(media.path().to_owned());
        setup.share_code = true;
        change(&mut setup);
        Self::of(setup.start().await, media).await
    }

    fn setup(media: PathBuf) -> Setup {
        let mut setup = Setup::with(&["music"]);
        setup.voice.media = Some(media);
        // A reply that others don't see looks different after a defer.
        setup.deadlines.defer = Duration::from_secs(20);
        setup
    }

    async fn of(bot: Bot, media: tempfile::TempDir) -> Self {
        bot.counts("cogbox_ready", 1.0).await;
        let lab = bot.discord.guild("Cogbox Lab");
        Self {
            music: lab.add_voice_channel("Music", 0),
            ann: bot.here("ann"),
            ben: bot.here("ben"),
            cleo: bot.here("cleo"),
            lab,
            bot,
            media,
        }
    }

    /// Stops the bot and starts it again, with the same data, Discord and media.
    async fn restarts(self) -> Self {
        let (discord, data) = self.bot.stop().await;
        if self.lab.bot_voice().is_some() {
            // On a busy machine its farewell did not get out; Discord takes it out some time.
            self.lab.move_bot(None);
        }
        let setup = Self::setup(self.media.path().to_owned());
        let bot = setup.start_on(discord, data).await;
        bot.counts("cogbox_ready", 1.0).await;
        Self { bot, ..self }
    }

    fn person(&self, name: &str) -> Person {
        self.bot.discord.person(name)
    }

    /// These go into the voice channel.
    fn gather(&self, names: &[&str]) {
        for name in names {
            self.person(name).joins_voice(&self.music);
        }
    }

    /// Ann chooses a value of a setting.
    async fn chooses(&self, key: &str, value: &str) {
        let menu = self.ann.runs("/cogs settings cog:music").await;
        let one = self.ann.selects(&menu, "~m:music", &[key]).await;
        match key {
            "vote" | "others-play" => drop(self.ann.clicks(&one, value).await),
            "longest" | "loudest" | "idle" => {
                let form = self.ann.clicks(&one, "Change").await;
                self.ann.submits(&form, &[("value", value)]).await;
            }
            _ => {
                let id = format!("~v:music:{key}");
                self.ann.selects(&one, &id, &[value]).await;
            }
        }
    }

    /// What each of these is answered, without ids and waits.
    async fn all(&self, here: &Here, typed: &[&str]) -> String {
        let mut lines = Vec::new();
        for typed in typed {
            let answer = self.reads(&here.runs(typed).await);
            lines.push(format!("{typed}\n  {}", untimed(&answer)));
        }
        lines.join("\n")
    }

    /// An answer as its reader sees it, without ids.
    fn reads(&self, answer: &Answer) -> String {
        let private = if answer.is_private() { " (alone)" } else { "" };
        self.named(&format!("{}{private}", answer.text()))
    }

    /// The same text with names in the place of ids.
    fn named(&self, text: &str) -> String {
        let mut text = text.replace(&self.music.id.to_string(), "MUSIC");
        for name in ["ann", "ben", "cleo"] {
            text = text.replace(&self.person(name).id.to_string(), name);
        }
        text.replace(&self.lab.role("Helpers").to_string(), "HELPERS")
    }

    /// What Ben reads in the channel, without ids, waits and bars.
    fn transcript(&self) -> String {
        let all = self.named(&self.ben.channel().transcript_for(&self.ben));
        let lines = all.lines().filter(|line| !line.contains('🔘'));
        lines.map(|line| untimed(line) + "\n").collect()
    }

    /// Waits until the channel reads so.
    async fn shows(&self, text: &str) {
        let so = eventually(|| self.transcript().contains(text)).await;
        assert!(so, "no `{text}` in:\n{}", self.transcript());
    }
}

/// Leaves out how long it takes until a track plays, which depends on the machine.
fn untimed(text: &str) -> String {
    let Some((before, after)) = text.split_once(" in about ") else {
        return text.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{before} in about …{rest}")
}
