//! A small server with its moderator, for the cogs that moderate.
//!
//! ann owns the server; ben moderates it; cleo and dora are members. The bot stands above all but ann.
//! What the cog logs goes into #cases.

use std::time::Duration;

use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, BAN_MEMBERS, KICK_MEMBERS, MANAGE_CHANNELS, MANAGE_MESSAGES, MANAGE_NICKNAMES,
    MANAGE_ROLES, MODERATE_MEMBERS, MOVE_MEMBERS, VIEW_AUDIT_LOG,
};
use cogbox_emulator::{Answer, Channel, Guild, Here, Person};

use crate::harness::{Bot, Setup, eventually};

/// What a moderator may do here.
const MODERATOR: u64 = KICK_MEMBERS
    | BAN_MEMBERS
    | MODERATE_MEMBERS
    | MANAGE_NICKNAMES
    | MANAGE_CHANNELS
    | MANAGE_MESSAGES
    | MANAGE_ROLES
    | MOVE_MEMBERS
    | VIEW_AUDIT_LOG;

pub struct Court {
    pub bot: Bot,
    pub lab: Guild,
    pub log: Channel,
    pub ann: Here,
    pub ben: Here,
    cog: &'static str,
}

/// A setup with one cog.
pub fn setup(cog: &'static str) -> Setup {
    let mut setup = Setup::with(&[cog]);
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup.share_code = true;
    setup
}

impl Court {
    /// The server with one cog.
    pub async fn sits(cog: &'static str) -> Self {
        Self::with(cog, setup(cog)).await
    }

    pub async fn with(cog: &'static str, setup: Setup) -> Self {
        let bot = setup.start().await;
        bot.counts("cogbox_ready", 1.0).await;
        let lab = bot.discord.guild("Cogbox Lab");
        lab.add_role("Moderators", MODERATOR);
        lab.add_role("Bots", ADMINISTRATOR);
        lab.move_role("Bots", 9);
        lab.give_bot_role("Bots");
        lab.give_role(&bot.discord.person("ben"), "Moderators");
        lab.add_member(&bot.discord.add_person("dora"));
        let log = lab.add_channel("cases");
        let court = Self {
            log,
            ann: bot.here("ann"),
            ben: bot.here("ben"),
            lab,
            bot,
            cog,
        };
        let log = court.log.id.to_string();
        court.chooses("log", &log).await;
        court
    }

    /// As an admin does with `/cogs settings`: `On` or `Off`, a number, or one of a menu.
    pub async fn chooses(&self, key: &str, value: &str) {
        let cog = self.cog;
        let menu = self.ann.runs(&format!("/cogs settings cog:{cog}")).await;
        let one = self.ann.selects(&menu, &format!("~m:{cog}"), &[key]).await;
        // An id has more digits than any setting.
        let is_number = value.len() < 10 && value.parse::<f64>().is_ok();
        match value {
            "On" | "Off" => drop(self.ann.clicks(&one, value).await),
            _ if is_number => {
                let form = self.ann.clicks(&one, "Change").await;
                self.ann.submits(&form, &[("value", value)]).await;
            }
            _ => {
                let id = format!("~v:{cog}:{key}");
                self.ann.selects(&one, &id, &[value]).await;
            }
        }
    }

    /// Stops the bot and starts it again, with the same data and Discord.
    pub async fn restarts(self) -> Self {
        let bot = self.bot.restarts(setup(self.cog)).await;
        bot.counts("cogbox_ready", 1.0).await;
        let (ann, ben) = (bot.here("ann"), bot.here("ben"));
        Self {
            bot,
            ann,
            ben,
            ..self
        }
    }

    pub fn person(&self, name: &str) -> Person {
        self.bot.discord.person(name)
    }

    /// What a moderator is answered, each.
    pub async fn says(&self, who: &Here, typed: &[&str]) -> String {
        let mut lines = Vec::new();
        for typed in typed {
            let answer = who.runs(typed).await;
            lines.push(format!("{}\n  {}", self.named(typed), self.reads(&answer)));
        }
        lines.join("\n")
    }

    /// An answer, embeds too, with names for ids.
    pub fn reads(&self, answer: &Answer) -> String {
        let mut parts = vec![answer.text().to_owned()];
        for embed in answer.message()["embeds"].as_array().into_iter().flatten() {
            let (title, text, foot) = (&embed["title"], &embed["description"], &embed["footer"]);
            let shown = [title, text, &foot["text"]].map(|part| part.as_str().map(str::to_owned));
            parts.extend(shown.into_iter().flatten());
        }
        parts.retain(|part| !part.is_empty());
        let private = if answer.is_private() {
            " (private)"
        } else {
            ""
        };
        let text = format!("{}{private}", parts.join("\n"));
        self.named(&text).replace('\n', "\n  ")
    }

    pub fn written(&self) -> String {
        let ann = self.person("ann").in_channel(&self.log);
        self.named(&self.log.transcript_for(&ann))
    }

    /// Waits until a text is in the log channel, and returns all that is written there.
    pub async fn writes(&self, text: &str) -> String {
        let there = eventually(|| self.written().contains(text)).await;
        assert!(there, "{text} is not in:\n{}", self.written());
        self.written()
    }

    pub fn told(&self, name: &str) -> String {
        let here = self.person(name).in_dm();
        self.named(&here.channel().transcript_for(&here))
    }

    /// Puts names for ids, and leaves times out.
    pub fn named(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in ["ann", "ben", "cleo", "dora"] {
            text = text.replace(&self.person(name).id.to_string(), name);
        }
        text = text.replace(&self.log.id.to_string(), "cases");
        for style in ["R", "f", "D"] {
            while let Some(at) = find_time(&text, style) {
                text.replace_range(at, &format!("<{style}>"));
            }
        }
        let channel = self.ann.channel().id.to_string();
        text.replace(&channel, "general")
    }
}

/// Finds Discord's way to write a time.
fn find_time(text: &str, style: &str) -> Option<std::ops::Range<usize>> {
    let end = format!(":{style}>");
    let begins = text.match_indices("<t:").map(|(at, _)| at);
    begins.into_iter().find_map(|at| {
        let digits = text[at + 3..].find(|letter: char| !letter.is_ascii_digit())?;
        let stop = at + 3 + digits;
        text[stop..].starts_with(&end).then(|| at..stop + end.len())
    })
}
