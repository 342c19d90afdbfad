//! What is kept of a giveaway, who joined it and who won.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// What the keys begin with; the giveaway's id follows.
const GIVEAWAY: &str = "giveaway:";
const ENTRY: &str = "entry:";
const WON: &str = "won:";
/// How many entries are deleted in one call.
const AT_ONCE: usize = 300;

/// How far a giveaway is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    Running,
    /// Winners are to be drawn.
    Drawing,
    /// Winners are drawn, and to be told.
    Telling,
    Over,
}

/// A giveaway. It lies under the member who hosts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Giveaway {
    pub prize: String,
    /// How many win; of a later draw, how many are drawn again.
    pub winners: usize,
    /// The role that one must have.
    pub role: Option<String>,
    /// In seconds since 1970.
    pub ends: i64,
    pub channel: String,
    pub message: String,
    /// The server's language.
    pub locale: String,
    pub stage: Stage,
    /// Which draw it is, from 1.
    pub round: u32,
}

/// A giveaway as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: String,
    pub host: String,
    pub giveaway: Giveaway,
    value: Vec<u8>,
}

impl Kept {
    /// Returns a giveaway; `None` when it is forgotten, or its host's data are gone.
    pub fn find(guild: &str, id: &str) -> Answer<Option<Self>> {
        Ok(Self::all_that(guild, &format!("{GIVEAWAY}{id}"))?.pop())
    }

    /// Returns all of a server's, those that end first before the others.
    pub fn all(guild: &str) -> Answer<Vec<Self>> {
        Self::all_that(guild, GIVEAWAY)
    }

    fn all_that(guild: &str, prefix: &str) -> Answer<Vec<Self>> {
        let mut all = Vec::new();
        for entry in store::members(guild, prefix) {
            let entry = entry?;
            all.push(Kept {
                id: entry.key.trim_start_matches(GIVEAWAY).to_string(),
                host: entry.user,
                giveaway: serde_json::from_slice(&entry.value)?,
                value: entry.value,
            });
        }
        all.sort_by_key(|kept| kept.giveaway.ends);
        Ok(all)
    }

    /// Changes it, unless somebody else did meanwhile; tells whether it did.
    pub fn change(&mut self, guild: &str, change: impl FnOnce(&mut Giveaway)) -> Answer<bool> {
        let mut changed = self.giveaway.clone();
        change(&mut changed);
        let value = serde_json::to_vec(&changed)?;
        let host = store::member(guild, &self.host);
        let done = host.swap(&key(&self.id), Some(&self.value), Some(&value))?;
        if done {
            (self.giveaway, self.value) = (changed, value);
        }
        Ok(done)
    }

    /// Forgets it; who joined and won is forgotten by [`sweep`].
    pub fn delete(&self, guild: &str) -> Answer {
        store::member(guild, &self.host).delete(&key(&self.id))
    }
}

/// Keeps a new giveaway under its host.
pub fn keep(guild: &str, host: &str, id: &str, giveaway: &Giveaway) -> Answer {
    store::member(guild, host).set_json(&key(id), giveaway)
}

/// Notes that somebody joins; `false` when they had before.
pub fn enter(guild: &str, user: &str, id: &str) -> Answer<bool> {
    store::member(guild, user).swap(&entry(id), None, Some(b"1"))
}

/// Notes that somebody leaves; `false` when they had not joined.
pub fn withdraw(guild: &str, user: &str, id: &str) -> Answer<bool> {
    store::member(guild, user).swap(&entry(id), Some(b"1"), None)
}

/// Returns who joined.
pub fn entrants(guild: &str, id: &str) -> Answer<Vec<String>> {
    store::members(guild, &entry(id))
        .map(|entry| Ok(entry?.user))
        .collect()
}

/// Notes that somebody won in a draw.
pub fn win(guild: &str, user: &str, id: &str, round: u32) -> Answer {
    store::member(guild, user).set(&won(id), round.to_string())
}

/// Returns who won, and in which draw.
pub fn winners(guild: &str, id: &str) -> Answer<Vec<(String, u32)>> {
    let mut winners = Vec::new();
    for entry in store::members(guild, &won(id)) {
        let entry = entry?;
        let round = std::str::from_utf8(&entry.value).ok();
        winners.push((
            entry.user,
            round.and_then(|round| round.parse().ok()).unwrap_or(1),
        ));
    }
    Ok(winners)
}

/// Deletes who joined and won; `false` when there are more than one call deletes.
pub fn sweep(guild: &str, id: &str) -> Answer<bool> {
    for key in [entry(id), won(id)] {
        let mut left = store::members(guild, &key);
        for entry in left.by_ref().take(AT_ONCE) {
            store::member(guild, entry?.user).delete(&key)?;
        }
        if left.next().is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn key(id: &str) -> String {
    format!("{GIVEAWAY}{id}")
}

fn entry(id: &str) -> String {
    format!("{ENTRY}{id}")
}

fn won(id: &str) -> String {
    format!("{WON}{id}")
}
