//! What is kept of a feed, and which of its posts were seen.

use crate::document::Item;
use crate::trouble::Trouble;
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// What the keys begin with; the feed's id follows.
const FEED: &str = "feed:";
const SEEN: &str = "seen:";
/// Posts that are remembered of one feed: all that it lists, and as many that it listed before.
const REMEMBERED: usize = 2_000;

/// A feed that a server follows. It lies under the server: it tells nothing about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    pub name: String,
    pub url: String,
    /// The page that it is about.
    pub site: Option<String>,
    pub channel: String,
    /// The role that is pinged.
    pub role: Option<String>,
    /// What is written beside the card; empty for nothing.
    pub text: String,
    /// Whether posts come as a card.
    pub card: bool,
    /// Only posts with one of these words are posted; all where there are none.
    pub only: Vec<String>,
    /// The server's language.
    pub locale: String,
    /// When it was added or taken up again, in seconds since 1970.
    pub since: f64,
    /// How many minutes are between two looks, as its timer was set.
    pub minutes: u32,
    /// By which the site says whether something changed.
    pub marks: Marks,
    /// When something was posted last.
    pub posted: Option<f64>,
    /// What keeps it from being read or posted.
    pub trouble: Option<Trouble>,
}

/// What a site said with its last answer, to be shown to it with the next question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    pub etag: Option<String>,
    pub modified: Option<String>,
}

/// The posts that were seen, the newest last: numbers made of their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Vec<u64>);

/// Returns all feeds of a server with their ids, by their names.
pub fn all(guild: &str) -> Answer<Vec<(String, Feed)>> {
    let mut feeds = Vec::new();
    for entry in store::guild(guild).scan(FEED) {
        let entry = entry?;
        let id = entry.key.trim_start_matches(FEED).to_string();
        feeds.push((id, serde_json::from_slice::<Feed>(&entry.value)?));
    }
    feeds.sort_by_key(|(_, feed)| feed.name.to_lowercase());
    Ok(feeds)
}

/// Returns a feed; `None` when it is not followed any more.
pub fn find(guild: &str, id: &str) -> Answer<Option<Feed>> {
    store::guild(guild).json(&key(id))
}

/// Keeps a feed.
pub fn keep(guild: &str, id: &str, feed: &Feed) -> Answer {
    store::guild(guild).set_json(&key(id), feed)
}

/// Changes a feed, unless it is not followed any more; others may change it at the same time.
pub fn change(guild: &str, id: &str, change: impl Fn(&mut Feed)) -> Answer<Option<Feed>> {
    let changed = store::guild(guild).update(&key(id), |old| {
        let Some(old) = old else {
            return Ok(None);
        };
        let mut feed: Feed = serde_json::from_slice(old)?;
        change(&mut feed);
        Ok(Some(serde_json::to_vec(&feed)?))
    })?;
    Ok(changed
        .map(|feed| serde_json::from_slice(&feed))
        .transpose()?)
}

/// Forgets a feed.
pub fn forget(guild: &str, id: &str) -> Answer {
    let here = store::guild(guild);
    here.delete(&key(id))?;
    here.delete(&format!("{SEEN}{id}"))
}

/// Returns which posts of a feed were seen.
pub fn seen(guild: &str, id: &str) -> Answer<Seen> {
    let kept = store::guild(guild).get(&format!("{SEEN}{id}"))?;
    Ok(Seen::read(&kept.unwrap_or_default()))
}

/// Keeps which posts of a feed were seen.
pub fn keep_seen(guild: &str, id: &str, seen: &Seen) -> Answer {
    store::guild(guild).set(&format!("{SEEN}{id}"), seen.written())
}

impl Seen {
    pub fn has(&self, item: &Item) -> bool {
        self.0.contains(&number(&item.id))
    }

    /// Notes a post.
    pub fn note(&mut self, item: &Item) {
        self.note_all(std::slice::from_ref(item));
    }

    /// Notes posts, and forgets what was seen longest ago where there are too many.
    pub fn note_all(&mut self, items: &[Item]) {
        let new: Vec<u64> = items.iter().map(|item| number(&item.id)).collect();
        let known: std::collections::BTreeSet<u64> = new.iter().copied().collect();
        self.0.retain(|old| !known.contains(old));
        self.0.extend(known);
        let excess = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..excess);
    }

    fn written(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    }

    fn read(bytes: &[u8]) -> Self {
        let numbers = bytes.chunks_exact(8).map(|chunk| {
            let mut number = [0; 8];
            number.copy_from_slice(chunk);
            u64::from_le_bytes(number)
        });
        Seen(numbers.collect())
    }
}

/// Returns a number that stands for an id (FNV-1a). A site that makes two of its own ids alike keeps one
/// of its own posts back, and nothing of others.
fn number(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn key(id: &str) -> String {
    format!("{FEED}{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(numbers: std::ops::Range<usize>) -> Vec<Item> {
        let item = |n: usize| Item {
            id: format!("https://example.org/{n}"),
            ..Item::default()
        };
        numbers.map(item).collect()
    }

    #[test]
    fn what_was_seen_is_remembered_and_bounded() {
        let mut seen = Seen::default();
        seen.note_all(&items(0..1_000));
        seen.note_all(&items(500..1_500));
        seen.note_all(&items(2_000..3_000));
        let has = |n: usize| seen.has(&items(n..n + 1)[0]);
        assert!(has(2_000) && has(2_999) && has(500) && has(1_499));
        assert!(!has(0) && !has(1_500));
        assert_eq!(seen.0.len(), REMEMBERED);
        let written = seen.written();
        assert!(written.len() <= 16_000);
        assert_eq!(Seen::read(&written), seen);
        assert_eq!(Seen::read(b"odd"), Seen::default());
    }
}
