//! What is kept of a ticket, and who may open none.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// What a ticket's key begins with; its thread's id follows.
const TICKET: &str = "ticket:";
const NUMBERS: &str = "tickets";
const BLOCKED: &str = "blocked";
/// How long a closed ticket can be opened again, in seconds.
const REMEMBERED: f64 = 90.0 * 86_400.0;

/// A ticket. It lies under the member who opened it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub number: i64,
    /// What its kind is called, and its id.
    pub kind: String,
    pub kind_id: String,
    pub opened: f64,
    /// Who takes care of it.
    pub claimed: Option<String>,
    pub closed: Option<Closed>,
    /// Where the log tells of it: a channel and a message.
    pub logged: Option<(String, String)>,
    /// The server's language.
    pub locale: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// Nobody the bot knows, when it was done by hand.
    pub by: Option<String>,
    pub reason: String,
    pub at: f64,
}

/// A ticket as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub thread: String,
    pub owner: String,
    pub ticket: Ticket,
}

/// Returns the ticket of a thread; `None` when there is none, or its owner's data are gone.
pub fn find(guild: &str, thread: &str) -> Answer<Option<Kept>> {
    let key = key(thread);
    let mut entries = store::members(guild, &key);
    entries.next().map(|entry| read(entry?)).transpose()
}

/// Returns all tickets of a server, the newest first.
pub fn all(guild: &str) -> Answer<Vec<Kept>> {
    let entries = store::members(guild, TICKET);
    let mut all = entries
        .map(|entry| read(entry?))
        .collect::<Answer<Vec<_>>>()?;
    all.sort_by_key(|kept| std::cmp::Reverse(kept.ticket.number));
    Ok(all)
}

/// Returns how many tickets of somebody are open.
pub fn open(guild: &str, owner: &str) -> Answer<usize> {
    let mut count = 0;
    for entry in store::member(guild, owner).scan(TICKET) {
        let ticket: Ticket = serde_json::from_slice(&entry?.value)?;
        count += usize::from(ticket.closed.is_none());
    }
    Ok(count)
}

/// Returns the number of a new ticket.
pub fn number(guild: &str) -> Answer<i64> {
    store::guild(guild).add(NUMBERS, 1)
}

impl Kept {
    pub fn keep(&self, guild: &str) -> Answer {
        store::member(guild, &self.owner).set_json(&key(&self.thread), &self.ticket)
    }

    /// Changes it as it is now; `false` when there is nothing to change, because somebody else was
    /// faster or it is gone.
    pub fn change(&mut self, guild: &str, change: impl Fn(&mut Ticket) -> bool) -> Answer<bool> {
        let mut done = false;
        let new = store::member(guild, &self.owner).update(&key(&self.thread), |old| {
            let Some(old) = old else {
                done = false;
                return Ok(None);
            };
            let mut ticket: Ticket = serde_json::from_slice(old)?;
            done = change(&mut ticket);
            Ok(Some(serde_json::to_vec(&ticket)?))
        })?;
        if let Some(new) = new {
            self.ticket = serde_json::from_slice(&new)?;
        }
        Ok(done)
    }

    pub fn forget(&self, guild: &str) -> Answer {
        store::member(guild, &self.owner).delete(&key(&self.thread))
    }
}

/// Forgets tickets that were closed long ago.
pub fn sweep(guild: &str) -> Answer {
    let before = clock::now() - REMEMBERED;
    for kept in all(guild)? {
        if kept
            .ticket
            .closed
            .as_ref()
            .is_some_and(|closed| closed.at < before)
        {
            kept.forget(guild)?;
        }
    }
    Ok(())
}

pub fn is_blocked(guild: &str, user: &str) -> Answer<bool> {
    Ok(store::member(guild, user).get(BLOCKED)?.is_some())
}

/// Lets somebody open no tickets, or again; `false` when that was so before.
pub fn block(guild: &str, user: &str, blocked: bool) -> Answer<bool> {
    let (old, new): (Option<&[u8]>, Option<&[u8]>) = match blocked {
        true => (None, Some(b"1")),
        false => (Some(b"1"), None),
    };
    store::member(guild, user).swap(BLOCKED, old, new)
}

fn read(entry: store::MemberEntry) -> Answer<Kept> {
    Ok(Kept {
        thread: entry.key.trim_start_matches(TICKET).to_string(),
        owner: entry.user,
        ticket: serde_json::from_slice(&entry.value)?,
    })
}

fn key(thread: &str) -> String {
    format!("{TICKET}{thread}")
}
