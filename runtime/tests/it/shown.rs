//! What people read, without what differs from run to run: names in the place of ids, and moments
//! without their time. And the clock of a bot, set.

use std::sync::OnceLock;
use std::time::Duration;

use cogbox::store::subjects::Subject;
use cogbox_emulator::{Answer, Here};
use regex::Regex;

use crate::harness::{Bot, eventually};

impl Bot {
    /// Returns a text with names in the place of ids, and `<t:…:R>` for each moment.
    pub fn named(&self, text: &str) -> String {
        static TIMES: OnceLock<Regex> = OnceLock::new();
        static IDS: OnceLock<Regex> = OnceLock::new();
        let pattern = |text| Regex::new(text).expect("it is a pattern");
        let times = TIMES.get_or_init(|| pattern(r"<t:[0-9]+:([A-Za-z])>"));
        let ids = IDS.get_or_init(|| pattern("[0-9]{17,20}"));
        let mut text = times.replace_all(text, "<t:…:$1>").into_owned();
        let lab = self.discord.guild("Cogbox Lab");
        text = text.replace(&lab.id.to_string(), "LAB");
        for channel in ["general", "bots"] {
            text = text.replace(&lab.channel(channel).id.to_string(), channel);
        }
        for name in ["ann", "ben", "cleo"] {
            text = text.replace(&self.discord.person(name).id.to_string(), name);
        }
        text = text.replace(&lab.role("Helpers").to_string(), "HELPERS");
        ids.replace_all(&text, "ID").into_owned()
    }

    /// Returns an answer as its reader sees it, and whether they alone do.
    pub fn reads(&self, answer: &Answer) -> String {
        let private = if answer.is_private() { " (alone)" } else { "" };
        let embed = &answer.message()["embeds"][0]["description"];
        let embed = embed.as_str().unwrap_or_default();
        self.named(&format!("{}{embed}{private}", answer.text()))
    }

    /// Runs commands one after the other, and returns what is answered to each.
    pub async fn all(&self, here: &Here, typed: &[&str]) -> String {
        let mut lines = Vec::new();
        for typed in typed {
            let answer = self.reads(&here.runs(typed).await);
            lines.push(format!("{typed}\n  {}", answer.replace('\n', "\n  ")));
        }
        lines.join("\n")
    }

    /// Returns what somebody reads where they are.
    pub fn transcript(&self, here: &Here) -> String {
        self.named(&here.channel().transcript_for(here))
    }

    /// Waits until somebody reads a text where they are.
    pub async fn shows(&self, here: &Here, text: &str) {
        let shown = patiently(|| self.transcript(here).contains(text)).await;
        assert!(shown, "no `{text}` in:\n{}", self.transcript(here));
    }

    /// Waits until nothing is left of what a cog kept, but for what admins chose.
    pub async fn keeps_nothing(&self, cog: &str) {
        let subject = Subject {
            cog: Some(cog.to_owned()),
            ..Subject::default()
        };
        let mut kept = Vec::new();
        for _ in 0..2_000 {
            kept = self.app.services.store.count_of(&subject).await.unwrap();
            // Beside what admins chose stands who did.
            kept.retain(|rows| !["settings", "actions"].contains(&rows.table) && rows.count > 0);
            if kept.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{kept:?}");
    }

    /// Counts what is kept about somebody.
    pub async fn keeps_of(&self, person: &str) -> u64 {
        let of = self.subject(person);
        let rows = self.app.services.store.count_of(&of).await.unwrap();
        rows.iter().map(|rows| rows.count).sum()
    }

    /// Deletes what is kept about somebody, as `cogbox data delete` does.
    pub async fn deletes_data_of(&self, person: &str) {
        let (of, now) = (self.subject(person), self.app.services.clock.now());
        self.app.services.store.delete_of(&of, now).await.unwrap();
    }

    fn subject(&self, person: &str) -> Subject {
        Subject {
            user: Some(self.discord.person(person).id.0),
            ..Subject::default()
        }
    }

    /// Sets the bot's clock, in seconds since 1970.
    pub fn clock_shows(&self, seconds: i64) {
        let clock = &self.app.services.clock;
        clock.jump(seconds - clock.millis() / 1_000);
    }

    /// Chooses a value of a cog's setting, as an admin does with `/cogs settings`. A toggle is `On`
    /// or `Off`; what is typed into a form says so by `typed`.
    pub async fn chooses(&self, here: &Here, cog: &str, key: &str, value: &str, typed: bool) {
        let menu = here.runs(&format!("/cogs settings cog:{cog}")).await;
        let one = here.selects(&menu, &format!("~m:{cog}"), &[key]).await;
        match value {
            _ if typed => {
                let form = here.clicks(&one, "Change").await;
                here.submits(&form, &[("value", value)]).await;
            }
            "On" | "Off" => drop(here.clicks(&one, value).await),
            _ => drop(
                here.selects(&one, &format!("~v:{cog}:{key}"), &[value])
                    .await,
            ),
        }
    }
}

/// Waits for something that a timer does, on a machine that may be busy.
pub async fn patiently(mut so: impl FnMut() -> bool) -> bool {
    for _ in 0..4 {
        if eventually(&mut so).await {
            return true;
        }
    }
    false
}
