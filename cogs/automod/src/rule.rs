//! A rule: what it is about, and what happens to a message that breaks it.

use cogbox_sdk::prelude::*;
use cogbox_sdk::sanction::Sanction;
use serde::{Deserialize, Serialize};

/// A rule of a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub what: What,
    pub then: Then,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Words and phrases; a `*` stands for any letters.
    Words(Vec<String>),
    Pattern(String),
    /// Invites to other servers, but for these codes.
    Invites(Vec<String>),
    /// Links, but for these hosts.
    Links(Vec<String>),
    /// The same text so many times within so many seconds.
    Repeats(u32, u32),
    /// So many messages within so many seconds.
    Flood(u32, u32),
    /// More people and roles than this mentioned at once.
    Mentions(u32),
    /// This part of the letters, in percent, or more are capitals.
    Capitals(u32),
    /// More emoji than this.
    Emoji(u32),
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Then {
    pub delete: bool,
    /// Whether the channel is told, for some seconds.
    pub notice: bool,
    pub sanction: Option<Sanction>,
    /// How many hits within an hour it takes for the sanction.
    pub after: u32,
}

impl Default for Then {
    fn default() -> Self {
        Then {
            delete: true,
            notice: true,
            sanction: None,
            after: 1,
        }
    }
}

/// The names of rules of which a server has one each.
pub const SINGLE: [&str; 7] = [
    "capitals", "emoji", "flood", "invites", "links", "mentions", "repeats",
];

impl What {
    /// Returns a rule's title, from its name where there are several of its kind.
    pub fn title(&self, to: &dyn Audience, name: &str) -> String {
        match self {
            What::Words(_) => t!(to, title_words, name = name),
            What::Pattern(_) => t!(to, title_pattern, name = name),
            What::Invites(_) => t!(to, title_invites),
            What::Links(_) => t!(to, title_links),
            What::Repeats(..) => t!(to, title_repeats),
            What::Flood(..) => t!(to, title_flood),
            What::Mentions(_) => t!(to, title_mentions),
            What::Capitals(_) => t!(to, title_capitals),
            What::Emoji(_) => t!(to, title_emoji),
        }
    }

    /// Says for moderators what it looks for.
    pub fn shown(&self, to: &dyn Audience) -> String {
        let listed = |all: &[String]| {
            let all: Vec<String> = all.iter().map(|one| format!("`{one}`")).collect();
            match all.is_empty() {
                true => t!(to, nothing),
                false => all.join(" "),
            }
        };
        match self {
            What::Words(words) => t!(to, shown_words, count = words.len()),
            What::Pattern(pattern) => format!("`{}`", pattern.replace('`', "'")),
            What::Invites(allowed) => t!(to, shown_allowed, allowed = listed(allowed)),
            What::Links(allowed) => t!(to, shown_allowed, allowed = listed(allowed)),
            What::Repeats(times, seconds) => {
                t!(to, shown_repeats, times = *times, seconds = *seconds)
            }
            What::Flood(messages, seconds) => {
                t!(to, shown_flood, messages = *messages, seconds = *seconds)
            }
            What::Mentions(most) => t!(to, shown_more_than, most = *most),
            What::Capitals(percent) => t!(to, shown_capitals, percent = *percent),
            What::Emoji(most) => t!(to, shown_more_than, most = *most),
        }
    }

    /// Says for the channel what is not welcome there.
    pub fn notice(&self, to: &dyn Audience, who: &str) -> String {
        match self {
            What::Words(_) | What::Pattern(_) => t!(to, notice_words, who = who),
            What::Invites(_) => t!(to, notice_invites, who = who),
            What::Links(_) => t!(to, notice_links, who = who),
            What::Repeats(..) => t!(to, notice_repeats, who = who),
            What::Flood(..) => t!(to, notice_flood, who = who),
            What::Mentions(_) => t!(to, notice_mentions, who = who),
            What::Capitals(_) => t!(to, notice_capitals, who = who),
            What::Emoji(_) => t!(to, notice_emoji, who = who),
        }
    }
}

impl Then {
    /// Says what happens, such as `delete, notice, timeout of 10 minutes`.
    pub fn shown(&self, to: &dyn Audience) -> String {
        let sanction = self.sanction.map(|sanction| match self.after {
            0 | 1 => sanction.name(to),
            after => t!(to, after_hits, what = sanction.name(to), hits = after),
        });
        let parts = [
            self.delete.then(|| t!(to, then_delete)),
            self.notice.then(|| t!(to, then_notice)),
            sanction,
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => t!(to, then_log),
            false => parts.join(", "),
        }
    }
}
