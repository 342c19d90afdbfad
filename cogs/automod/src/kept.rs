//! A server's rules and exceptions. They lie under one key, since each message reads them all.

use std::collections::BTreeMap;

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::rule::Rule;

const KEY: &str = "book";
/// Rules of one server, and those with a pattern among them.
pub const MOST: usize = 30;
pub const MOST_PATTERNS: usize = 10;
/// What the store takes under one key, less some room.
const BYTES: usize = 60 * 1024;

/// Rules by name, in small letters, and where they do not hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    pub rules: BTreeMap<String, Rule>,
    pub channels: Vec<String>,
    pub roles: Vec<String>,
}

/// Returns a server's rules.
pub fn book(guild: &str) -> Answer<Book> {
    Ok(store::guild(guild).json(KEY)?.unwrap_or_default())
}

/// Changes them, also when two do it at once.
pub fn change(ctx: &Context, guild: &str, mut change: impl FnMut(&mut Book) -> Answer) -> Answer {
    let changed = store::guild(guild).update(KEY, |old| {
        let mut book = match old {
            Some(old) => serde_json::from_slice(old)?,
            None => Book::default(),
        };
        change(&mut book)?;
        let new = serde_json::to_vec(&book)?;
        if new.len() > BYTES {
            tell!(ctx, too_much);
        }
        Ok(Some(new))
    });
    match changed {
        Err(full) if full.kind() == Some(ErrorKind::Quota) => tell!(ctx, too_much),
        changed => changed.map(drop),
    }
}
