//! A note: something that happened, in words, from the moment it is heard of until it is written into a log
//! channel some seconds later. What is about a person lies under them meanwhile.

use crate::kinds::Kind;
use cogbox_sdk::discord::guilds;
use cogbox_sdk::locale::Language;
use cogbox_sdk::markdown::mention_user;
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

pub const GREEN: u32 = 0x57_f2_87;
pub const RED: u32 = 0xed_42_45;
pub const YELLOW: u32 = 0xfe_e7_5c;
pub const GREY: u32 = 0x80_84_8e;

/// What the keys of notes begin with.
const PREFIX: &str = "note:";
/// How many notes found no room, under a guild.
const LOST: &str = "lost";
/// Characters of one text: the longest message of anybody.
const TEXT: usize = 4_000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub kind: Kind,
    /// What happened to what, by which an entry of the audit log finds it.
    pub key: String,
    pub source: Source,
    pub at: f64,
    pub color: u32,
    pub title: String,
    /// Short things, each with its name.
    pub details: Vec<(String, String)>,
    /// What people wrote, each with its name.
    pub texts: Vec<(String, String)>,
    /// Whom it is about.
    pub who: Option<String>,
    /// Who did it, and why.
    pub by: Option<String>,
    pub reason: Option<String>,
    /// The key of a note that says less of the same.
    pub swallows: Option<String>,
}

/// Where a note comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// An event. One that says nothing without its entry is not written without it.
    Event { alone: bool },
    /// The audit log: an entry that belongs to as many notes with one of these keys.
    Entry {
        finds: Vec<String>,
        count: usize,
        alone: bool,
    },
    /// One of the messages that were deleted together; its key is that of the note about all of them.
    Part,
}

/// A note that waits, and where it lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub note: Note,
    pub under: Option<String>,
    pub at_key: String,
}

/// Where notes are made: the server, its language, and now.
pub struct Scene {
    pub guild: String,
    locale: String,
    now: f64,
}

impl Scene {
    pub fn of(guild: &str) -> Self {
        // Withheld, the language is English.
        let locale = guilds::get(guild).map_or_else(|_| "en-US".into(), |guild| guild.locale);
        Scene {
            guild: guild.to_string(),
            locale,
            now: clock::now(),
        }
    }

    pub fn now(&self) -> f64 {
        self.now
    }

    /// Begins a note of an event.
    pub fn note(&self, kind: Kind, key: impl Into<String>, color: u32, title: String) -> Note {
        Note {
            kind,
            key: key.into(),
            source: Source::Event { alone: true },
            at: self.now,
            color,
            title,
            details: Vec::new(),
            texts: Vec::new(),
            who: None,
            by: None,
            reason: None,
            swallows: None,
        }
    }

    /// Keeps notes until they are written. Those that find no room are counted.
    pub fn keep(&self, notes: &[Note]) -> Answer {
        if notes.is_empty() {
            return Ok(());
        }
        for (index, note) in notes.iter().enumerate() {
            let scope = match &note.who {
                Some(who) => store::member(&self.guild, who),
                None => store::guild(&self.guild),
            };
            // As many digits as keep them in order: two calls may be in one millisecond.
            let micros = (self.now * 1_000_000.0) as u64;
            let chance = random::range(0..=0xffff);
            let key = format!("{PREFIX}{micros:017}:{index:04}:{chance:04x}");
            match scope.set_json(&key, note) {
                Err(full) if full.kind() == Some(ErrorKind::Quota) => {
                    // Where not even this fits, it is not counted.
                    let counted = store::guild(&self.guild).add(LOST, 1);
                    debug!("a note found no room; counted: {}", counted.is_ok());
                }
                kept => kept?,
            }
        }
        crate::post::soon(&self.guild)
    }
}

impl Audience for Scene {
    fn language(&self, spoken: &[Language]) -> usize {
        self.locale.language(spoken)
    }
}

impl Note {
    pub fn about(mut self, who: &str) -> Self {
        self.who = Some(who.to_string());
        self
    }

    pub fn detail(mut self, name: String, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    pub fn text(mut self, name: String, text: &str) -> Self {
        self.texts.push((name, text.chars().take(TEXT).collect()));
        self
    }

    pub fn swallows(mut self, key: String) -> Self {
        self.swallows = Some(key);
        self
    }

    /// Makes it one that says nothing without its entry.
    pub fn only_with_entry(mut self) -> Self {
        self.source = Source::Event { alone: false };
        self
    }

    /// Whether it has something to say beside its title.
    pub fn says(&self) -> bool {
        !self.details.is_empty() || !self.texts.is_empty()
    }
}

/// Returns all notes that wait, the oldest first.
pub fn all(guild: &str) -> Answer<Vec<Waiting>> {
    let mut all = Vec::new();
    let mut add = |under, at_key: String, value: &[u8]| match serde_json::from_slice(value) {
        Ok(note) => all.push(Waiting {
            note,
            under,
            at_key,
        }),
        // Another version of this cog wrote it.
        Err(odd) => {
            warn!("a note can't be read: {odd}");
            let old = match &under {
                Some(who) => store::member(guild, who),
                None => store::guild(guild),
            };
            if let Err(stays) = old.delete(&at_key) {
                warn!("it stays: {stays}");
            }
        }
    };
    for entry in store::guild(guild).scan(PREFIX) {
        let entry = entry?;
        add(None, entry.key, &entry.value);
    }
    for entry in store::members(guild, PREFIX) {
        let entry = entry?;
        add(Some(entry.user), entry.key, &entry.value);
    }
    all.sort_by(|one, other| one.at_key.cmp(&other.at_key));
    Ok(all)
}

pub fn forget(guild: &str, waiting: &[Waiting]) -> Answer {
    for one in waiting {
        let scope = match &one.under {
            Some(who) => store::member(guild, who),
            None => store::guild(guild),
        };
        scope.delete(&one.at_key)?;
    }
    Ok(())
}

/// Returns how many notes found no room, and nobody was told.
pub fn lost(guild: &str) -> Answer<i64> {
    store::guild(guild).number(LOST)
}

/// Counts that so many were told.
pub fn told_lost(guild: &str, lost: i64) -> Answer {
    store::guild(guild).add(LOST, -lost).map(drop)
}

/// Somebody as a log shows them: also who left, whom clients show by their number alone.
pub fn person(user: &User) -> String {
    format!(
        "{} ({})",
        mention_user(&user.id),
        markdown::escape(&user.name)
    )
}
