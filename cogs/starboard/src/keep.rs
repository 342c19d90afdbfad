//! What is kept of a message on the starboard. It lies under whoever wrote the message, and goes with
//! their data.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// What the keys begin with: the message's id follows, or that of its post, which leads to it.
const STAR: &str = "star:";
const POST: &str = "post:";

/// A message that got its stars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starred {
    pub channel: String,
    pub count: usize,
    /// Where it is shown: a channel and a message. `None` when somebody took it down there, so that it
    /// does not come back.
    pub post: Option<(String, String)>,
}

/// The same with what it is kept under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub message: String,
    pub author: String,
    pub starred: Starred,
}

impl Kept {
    pub fn find(guild: &str, message: &str) -> Answer<Option<Self>> {
        let key = format!("{STAR}{message}");
        for entry in store::members(guild, &key) {
            let entry = entry?;
            // A longer id may begin so.
            if entry.key == key {
                return Kept::read(entry.user, &entry.key, &entry.value).map(Some);
            }
        }
        Ok(None)
    }

    /// Finds what a post shows: the channel and the id of a message.
    pub fn of_post(guild: &str, post: &str) -> Answer<Option<(String, String)>> {
        let key = format!("{POST}{post}");
        for entry in store::members(guild, &key) {
            let entry = entry?;
            if entry.key == key {
                let place = String::from_utf8_lossy(&entry.value).into_owned();
                let place = place.split_once(':');
                return Ok(place.map(|(channel, message)| (channel.into(), message.into())));
            }
        }
        Ok(None)
    }

    pub fn save(&self, guild: &str) -> Answer {
        let member = store::member(guild, &self.author);
        member.set_json(&format!("{STAR}{}", self.message), &self.starred)?;
        match &self.starred.post {
            Some((_, post)) => {
                let place = format!("{}:{}", self.starred.channel, self.message);
                member.set(&format!("{POST}{post}"), place)
            }
            None => Ok(()),
        }
    }

    pub fn forget(&self, guild: &str) -> Answer {
        self.forget_post(guild)?;
        store::member(guild, &self.author).delete(&format!("{STAR}{}", self.message))
    }

    /// Forgets where it was shown, since it is not there any more.
    pub fn forget_post(&self, guild: &str) -> Answer {
        match &self.starred.post {
            Some((_, post)) => store::member(guild, &self.author).delete(&format!("{POST}{post}")),
            None => Ok(()),
        }
    }

    fn read(author: String, key: &str, value: &[u8]) -> Answer<Self> {
        Ok(Kept {
            message: key.strip_prefix(STAR).unwrap_or_default().to_string(),
            author,
            starred: serde_json::from_slice(value)?,
        })
    }
}

/// Returns everything that is shown, most stars first.
pub fn shown(guild: &str) -> Answer<Vec<Kept>> {
    let mut all = all(guild)?;
    all.retain(|kept| kept.starred.post.is_some());
    all.sort_by_key(|kept| std::cmp::Reverse(kept.starred.count));
    Ok(all)
}

/// Returns everything that got its stars, also what was taken down.
pub fn all(guild: &str) -> Answer<Vec<Kept>> {
    let mut all = Vec::new();
    for entry in store::members(guild, STAR) {
        let entry = entry?;
        all.push(Kept::read(entry.user, &entry.key, &entry.value)?);
    }
    Ok(all)
}
