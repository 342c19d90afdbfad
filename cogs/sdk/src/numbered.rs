//! What is kept of people by number, such as cases and warnings: the numbers count within a server, and
//! each thing lies under the member whom it is about, so that it goes with that person's data.

use crate::error::{Answer, Error};
use crate::store;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The place of one kind of thing in the store.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    counter: &'static str,
    prefix: &'static str,
}

/// One thing with its number and whom it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered<T> {
    /// Its number within the server.
    pub number: i64,
    /// Whom it is about.
    pub user: String,
    /// The thing itself.
    pub value: T,
}

impl Series {
    /// A series whose last number lies under `counter` in the server, and whose things lie under
    /// `prefix` and their number in members.
    pub const fn new(counter: &'static str, prefix: &'static str) -> Self {
        Series { counter, prefix }
    }

    /// Files a thing under the next number.
    pub fn file<T: Serialize>(&self, guild: &str, user: &str, value: T) -> Answer<Numbered<T>> {
        let numbered = Numbered {
            number: store::guild(guild).add(self.counter, 1)?,
            user: user.to_owned(),
            value,
        };
        self.save(guild, &numbered)?;
        Ok(numbered)
    }

    /// Writes a thing again, after a change.
    pub fn save<T: Serialize>(&self, guild: &str, numbered: &Numbered<T>) -> Answer {
        let key = self.key(numbered.number);
        store::member(guild, &numbered.user).set_json(&key, &numbered.value)
    }

    /// Takes a thing away, and returns whether it was there still: of two who do it at once one does.
    pub fn remove<T>(&self, guild: &str, numbered: &Numbered<T>) -> Answer<bool> {
        let (kept, key) = (
            store::member(guild, &numbered.user),
            self.key(numbered.number),
        );
        match kept.get(&key)? {
            None => Ok(false),
            Some(old) => kept.swap(&key, Some(&old), None),
        }
    }

    /// Finds a thing by its number.
    pub fn find<T: DeserializeOwned>(
        &self,
        guild: &str,
        number: i64,
    ) -> Answer<Option<Numbered<T>>> {
        let key = self.key(number);
        for entry in store::members(guild, &key) {
            let entry = entry?;
            // A longer key may begin so.
            if entry.key == key {
                return self.read(entry.user, &entry.key, &entry.value).map(Some);
            }
        }
        Ok(None)
    }

    /// Returns what there is about one person or about all, newest first.
    pub fn all<T: DeserializeOwned>(
        &self,
        guild: &str,
        user: Option<&str>,
    ) -> Answer<Vec<Numbered<T>>> {
        let mut all: Vec<Numbered<T>> = match user {
            Some(user) => store::member(guild, user)
                .scan(self.prefix)
                .map(|entry| {
                    let entry = entry?;
                    self.read(user.to_owned(), &entry.key, &entry.value)
                })
                .collect::<Answer<_>>()?,
            None => store::members(guild, self.prefix)
                .map(|entry| {
                    let entry = entry?;
                    self.read(entry.user, &entry.key, &entry.value)
                })
                .collect::<Answer<_>>()?,
        };
        all.sort_by_key(|one| std::cmp::Reverse(one.number));
        Ok(all)
    }

    fn read<T: DeserializeOwned>(
        &self,
        user: String,
        key: &str,
        value: &[u8],
    ) -> Answer<Numbered<T>> {
        let number = key
            .strip_prefix(self.prefix)
            .and_then(|digits| digits.parse().ok());
        let Some(number) = number else {
            return Err(Error::new(format!("`{key}` has no number")));
        };
        let value = serde_json::from_slice(value)?;
        Ok(Numbered {
            number,
            user,
            value,
        })
    }

    fn key(&self, number: i64) -> String {
        format!("{}{number:06}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_number() {
        let series = Series::new("cases", "case:");
        assert_eq!(series.key(7), "case:000007");
        let read = |key: &str| series.read::<u8>("1".into(), key, b"3");
        let one = read(&series.key(7)).unwrap();
        assert_eq!((one.number, one.value), (7, 3));
        assert!(read("case:x").is_err() && read("other:000007").is_err());
    }
}
