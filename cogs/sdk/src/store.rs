//! What a cog remembers: bytes, text, numbers and JSON by key, kept by the host.
//!
//! A key lies in a scope, and the scope says whose it is: [`global`], [`guild`], [`user`] or
//! [`member`]. What lies under a user or a member is exported and deleted with that person, so
//! nothing about a person belongs anywhere else. No cog sees another one's keys.
//!
//! Memory in the cog itself (a `static`) does not last: each call runs in a fresh instance.

use crate::Error;
use crate::error::Answer;
use crate::raw::cogbox::host::store as raw;
pub use raw::{Entry, MemberEntry};
use std::collections::VecDeque;

/// How often [`Scope::update`] tries before it gives up.
const TRIES: usize = 100;
/// Entries fetched at once by [`Scope::scan`]; the host's own limit.
const PAGE: u16 = 1000;

/// Keys that belong to the cog as a whole. Nothing about a person goes here.
pub fn global() -> Scope {
    Scope(raw::Scope::Global)
}

/// Keys of one guild.
pub fn guild(id: impl Into<String>) -> Scope {
    Scope(raw::Scope::Guild(id.into()))
}

/// Keys of one person, wherever they are.
pub fn user(id: impl Into<String>) -> Scope {
    Scope(raw::Scope::User(id.into()))
}

/// Keys of one person in one guild.
pub fn member(guild: impl Into<String>, user: impl Into<String>) -> Scope {
    Scope(raw::Scope::Member(raw::MemberKey {
        guild: guild.into(),
        user: user.into(),
    }))
}

/// Goes through what the members of a guild have under keys that begin so, by their ids and then
/// by the keys: what a leaderboard is made of. Fetches as it goes.
pub fn members(guild: impl Into<String>, prefix: &str) -> MemberEntries<'_> {
    MemberEntries {
        guild: guild.into(),
        prefix,
        page: VecDeque::new(),
        after: None,
        more: true,
    }
}

/// Where keys lie. See the module.
#[derive(Debug, Clone)]
pub struct Scope(raw::Scope);

impl Scope {
    /// Returns the bytes under a key; `None` when there are none.
    pub fn get(&self, key: &str) -> Answer<Option<Vec<u8>>> {
        Ok(raw::get(&self.0, key)?)
    }

    /// Writes bytes or text under a key.
    pub fn set(&self, key: &str, value: impl AsRef<[u8]>) -> Answer {
        Ok(raw::set(&self.0, key, value.as_ref())?)
    }

    /// Deletes a key. Deleting what is not there is not an error.
    pub fn delete(&self, key: &str) -> Answer {
        Ok(raw::delete(&self.0, key)?)
    }

    /// Returns the text under a key. Bytes that are not UTF-8 are an error.
    pub fn text(&self, key: &str) -> Answer<Option<String>> {
        self.get(key)?.map(|bytes| text(key, bytes)).transpose()
    }

    /// Returns the number that [`add`](Self::add) keeps under a key; 0 when there is none.
    pub fn number(&self, key: &str) -> Answer<i64> {
        self.get(key)?.map_or(Ok(0), |bytes| number(key, &bytes))
    }

    /// Adds to the number under a key and returns the sum. Nothing is lost when many calls
    /// add at once.
    pub fn add(&self, key: &str, delta: i64) -> Answer<i64> {
        Ok(raw::add(&self.0, key, delta)?)
    }

    /// Writes `new` only when the value still is `old`, and returns whether it did. `None`
    /// stands for no value.
    pub fn swap(&self, key: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> Answer<bool> {
        Ok(raw::swap(&self.0, key, old, new)?)
    }

    /// Changes a value that others may be changing too: `change` sees the present value and
    /// returns the next one, and runs again when another call was faster.
    pub fn update(
        &self,
        key: &str,
        mut change: impl FnMut(Option<&[u8]>) -> Answer<Option<Vec<u8>>>,
    ) -> Answer<Option<Vec<u8>>> {
        for _ in 0..TRIES {
            let old = self.get(key)?;
            let new = change(old.as_deref())?;
            if self.swap(key, old.as_deref(), new.as_deref())? {
                return Ok(new);
            }
        }
        Err(Error::new(format!(
            "`{key}` was changed by others {TRIES} times while it was being updated"
        )))
    }

    /// Walks over all keys that start with `prefix`, in order, a page at a time.
    pub fn scan<'a>(&'a self, prefix: &'a str) -> Entries<'a> {
        Entries {
            scope: self,
            prefix,
            after: None,
            page: VecDeque::new(),
            more: true,
        }
    }

    /// Returns the value that was written as JSON under a key.
    #[cfg(feature = "json")]
    pub fn json<T: serde::de::DeserializeOwned>(&self, key: &str) -> Answer<Option<T>> {
        let read = |bytes: Vec<u8>| {
            serde_json::from_slice(&bytes).map_err(|error| {
                Error::new(format!("`{key}` does not hold what was asked: {error}"))
            })
        };
        self.get(key)?.map(read).transpose()
    }

    /// Writes a value as JSON under a key.
    #[cfg(feature = "json")]
    pub fn set_json<T: serde::Serialize>(&self, key: &str, value: &T) -> Answer {
        self.set(key, serde_json::to_vec(value)?)
    }
}

/// The entries of [`Scope::scan`].
pub struct Entries<'a> {
    scope: &'a Scope,
    prefix: &'a str,
    after: Option<String>,
    page: VecDeque<Entry>,
    more: bool,
}

impl Iterator for Entries<'_> {
    type Item = Answer<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.is_empty() && self.more {
            match raw::scan(&self.scope.0, self.prefix, self.after.as_deref(), PAGE) {
                Ok(page) => {
                    // The host may end a page early, when its entries are large.
                    self.more = !page.is_empty();
                    self.after = page.last().map(|entry| entry.key.clone());
                    self.page = page.into();
                }
                Err(error) => {
                    self.more = false;
                    return Some(Err(error.into()));
                }
            }
        }
        self.page.pop_front().map(Ok)
    }
}

/// The entries that [`members`] goes through.
pub struct MemberEntries<'a> {
    guild: String,
    prefix: &'a str,
    page: VecDeque<MemberEntry>,
    after: Option<(String, String)>,
    more: bool,
}

impl Iterator for MemberEntries<'_> {
    type Item = Answer<MemberEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.is_empty() && self.more {
            let after = self
                .after
                .as_ref()
                .map(|(user, key)| (user.as_str(), key.as_str()));
            match raw::scan_members(&self.guild, self.prefix, after, PAGE) {
                Ok(page) => {
                    // The host may end a page early, when its entries are large.
                    self.more = !page.is_empty();
                    self.after = page
                        .last()
                        .map(|entry| (entry.user.clone(), entry.key.clone()));
                    self.page = page.into();
                }
                Err(error) => {
                    self.more = false;
                    return Some(Err(error.into()));
                }
            }
        }
        self.page.pop_front().map(Ok)
    }
}

fn text(key: &str, bytes: Vec<u8>) -> Answer<String> {
    String::from_utf8(bytes).map_err(|_| Error::new(format!("`{key}` holds bytes, not text")))
}

fn number(key: &str, bytes: &[u8]) -> Answer<i64> {
    std::str::from_utf8(bytes)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| Error::new(format!("`{key}` does not hold a number")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_add_wrote_is_read_as_a_number() {
        assert_eq!(number("total", b"-42"), Ok(-42));
        assert_eq!(
            number("total", b"many").unwrap_err().sentence(),
            "`total` does not hold a number"
        );
        assert_eq!(
            text("name", vec![0xff]).unwrap_err().sentence(),
            "`name` holds bytes, not text"
        );
    }
}
