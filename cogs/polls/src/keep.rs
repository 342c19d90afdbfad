//! What is kept of a poll, and its votes.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// What the keys of polls and votes begin with; the poll's id follows.
const POLL: &str = "poll:";
const VOTE: &str = "vote:";
/// The timer that deletes the votes of a poll that is over.
const SWEEP: &str = "sweep:";
/// How many are deleted in one call.
const AT_ONCE: usize = 300;

/// A poll. It lies under the member who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    pub question: String,
    pub options: Vec<String>,
    /// Whether one may vote for several.
    pub multiple: bool,
    /// Whether it is not told who voted for what.
    pub anonymous: bool,
    /// In seconds since 1970.
    pub ends: i64,
    pub channel: String,
    pub message: String,
    /// The server's language.
    pub locale: String,
    /// Whether it is over, and its result is not told yet.
    pub closed: bool,
}

/// A poll as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: String,
    pub author: String,
    pub poll: Poll,
    value: Vec<u8>,
}

/// The votes of a poll.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Votes {
    /// For each option, who voted for it.
    pub by_option: Vec<Vec<String>>,
    pub voters: usize,
}

impl Kept {
    /// Returns a poll; `None` when it is over, or its maker's data are gone.
    pub fn find(guild: &str, id: &str) -> Answer<Option<Self>> {
        let Some(entry) = store::members(guild, &key(id)).next() else {
            return Ok(None);
        };
        let entry = entry?;
        Ok(Some(Kept {
            id: id.to_string(),
            author: entry.user,
            poll: serde_json::from_slice(&entry.value)?,
            value: entry.value,
        }))
    }

    /// Notes that the poll is over; `false` when somebody did before.
    pub fn close(&mut self, guild: &str) -> Answer<bool> {
        self.poll.closed = true;
        let closed = serde_json::to_vec(&self.poll)?;
        let member = store::member(guild, &self.author);
        let first = member.swap(&key(&self.id), Some(&self.value), Some(&closed))?;
        self.value = closed;
        Ok(first)
    }

    /// Forgets the poll and its votes.
    pub fn forget(&self, guild: &str) -> Answer {
        store::member(guild, &self.author).delete(&key(&self.id))?;
        sweep(guild, &self.id)
    }

    /// Counts the votes.
    pub fn votes(&self, guild: &str) -> Answer<Votes> {
        let mut votes = Votes {
            by_option: vec![Vec::new(); self.poll.options.len()],
            voters: 0,
        };
        for entry in store::members(guild, &vote_key(&self.id)) {
            let entry = entry?;
            let chosen = chosen(Some(&entry.value));
            votes.voters += usize::from(!chosen.is_empty());
            for option in chosen {
                if let Some(voters) = votes.by_option.get_mut(option) {
                    voters.push(entry.user.clone());
                }
            }
        }
        Ok(votes)
    }
}

/// Keeps a new poll under who made it.
pub fn keep(guild: &str, author: &str, id: &str, poll: &Poll) -> Answer {
    store::member(guild, author).set_json(&key(id), poll)
}

/// Returns how many polls of somebody run.
pub fn running(guild: &str, author: &str) -> Answer<usize> {
    Ok(store::member(guild, author).scan(POLL).count())
}

/// Changes what somebody voted for, and returns what it is now. Pressed again, a vote is withdrawn.
pub fn vote(guild: &str, user: &str, kept: &Kept, option: usize) -> Answer<Vec<usize>> {
    let own = store::member(guild, user);
    let new = own.update(&vote_key(&kept.id), |old| {
        let now = toggled(chosen(old), option, kept.poll.multiple);
        let text: Vec<String> = now.iter().map(usize::to_string).collect();
        Ok((!text.is_empty()).then(|| text.join(",").into_bytes()))
    })?;
    Ok(chosen(new.as_deref()))
}

/// Deletes votes of a poll that is over, many in a call, until none are left.
pub fn sweep(guild: &str, id: &str) -> Answer {
    let prefix = vote_key(id);
    let mut left = store::members(guild, &prefix);
    for entry in left.by_ref().take(AT_ONCE) {
        store::member(guild, entry?.user).delete(&prefix)?;
    }
    match left.next() {
        Some(_) => {
            let soon = schedule::after_seconds(1);
            schedule::guild(guild).set(&format!("{SWEEP}{id}"), soon)
        }
        None => Ok(()),
    }
}

fn key(id: &str) -> String {
    format!("{POLL}{id}")
}

fn vote_key(id: &str) -> String {
    format!("{VOTE}{id}")
}

/// Reads a vote: the numbers of options with commas between.
fn chosen(value: Option<&[u8]>) -> Vec<usize> {
    let text = String::from_utf8_lossy(value.unwrap_or_default());
    text.split(',')
        .filter_map(|number| number.parse().ok())
        .collect()
}

fn toggled(mut chosen: Vec<usize>, option: usize, multiple: bool) -> Vec<usize> {
    let there = chosen.contains(&option);
    match multiple {
        true => chosen.retain(|one| *one != option),
        false => chosen.clear(),
    }
    if !there {
        chosen.push(option);
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressing_again_withdraws_and_another_changes() {
        assert_eq!(toggled(vec![], 2, false), [2]);
        assert_eq!(toggled(vec![2], 0, false), [0]);
        assert!(toggled(vec![2], 2, false).is_empty());
        assert_eq!(toggled(vec![2], 0, true), [0, 2]);
        assert_eq!(toggled(vec![0, 2], 2, true), [0]);
    }

    #[test]
    fn a_vote_is_read_as_it_was_written() {
        assert_eq!(chosen(Some(b"0,7")), [0, 7]);
        assert_eq!(chosen(Some(b"x,,3")), [3]);
        assert!(chosen(None).is_empty());
    }
}
