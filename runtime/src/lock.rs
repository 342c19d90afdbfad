//! `cogbox.lock`: the exact components that the operator accepted. `run` loads no other.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cog::shape::{Refusal, Shape};
use crate::config::{Problem, Source};
use crate::files::{self, Change};

const HEAD: &str = "# Written by `cogbox add` and `cogbox lock`: the components that may run.\n";

/// The lock file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// One entry for each cog, by the operator's name.
    #[serde(default)]
    pub cogs: BTreeMap<String, Entry>,
}

/// What was accepted of one cog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version its author gives it.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// SHA-256 of what it asks for: unchanged asks need no second look.
    pub asks: String,
    /// Where it came from.
    pub origin: String,
}

impl Lock {
    /// Reads the file; a missing one is an empty lock.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        match path.exists() {
            true => Source::read(path)?.parse(),
            false => Ok(Self::default()),
        }
    }

    /// Writes the file, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), Problem> {
        let written = self.text().and_then(|text| {
            let content = Change::Content(text.into_bytes());
            files::change(vec![(path.to_owned(), content)])
        });
        written.map_err(|error| {
            let place = path.display().to_string();
            Problem::new(
                place,
                format!("the lock can't be written: {error}"),
                "check the folder's permissions",
            )
        })
    }

    /// Returns the file's content.
    pub fn text(&self) -> Result<String, String> {
        let entries = toml::to_string(self).map_err(|error| error.to_string())?;
        Ok(format!("{HEAD}{entries}"))
    }

    /// Refuses a component that is not the accepted one.
    pub fn check(&self, name: &str, component: &[u8]) -> Result<(), Refusal> {
        let digest = hex::encode(Sha256::digest(component));
        match self.cogs.get(name) {
            Some(entry) if entry.digest == digest => Ok(()),
            Some(entry) => Err(Refusal::new(
                format!(
                    "its file is not the one that was accepted (version {})",
                    entry.version
                ),
                "look at it with `cogbox inspect`, then accept it with `cogbox lock`",
            )),
            None => Err(Refusal::new(
                "it was never accepted: cogbox.lock does not name it",
                "look at it with `cogbox inspect`, then accept it with `cogbox lock`",
            )),
        }
    }
}

impl Entry {
    /// Returns the entry that accepts a component.
    pub fn of(shape: &Shape, origin: &Path) -> Self {
        let asks: Vec<_> = shape.asks.iter().map(|ask| ask.full_name()).collect();
        Self {
            version: shape.metadata.version.clone(),
            digest: shape.digest.clone(),
            asks: hex::encode(Sha256::digest(asks.join("\n"))),
            origin: origin.display().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_accepted_bytes_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cogbox.lock");
        assert_eq!(Lock::read(&path).unwrap(), Lock::default());
        let bytes = wat::parse_str("(component)").unwrap();
        let shape = Shape::read(&bytes).unwrap();
        let mut lock = Lock::default();
        lock.cogs
            .insert("fun".into(), Entry::of(&shape, Path::new("fun.wasm")));
        lock.write(&path).unwrap();
        let lock = Lock::read(&path).unwrap();
        assert_eq!(lock.check("fun", &bytes), Ok(()));
        assert!(
            lock.check("fun", b"other")
                .unwrap_err()
                .what
                .contains("not the one")
        );
        assert!(
            lock.check("music", &bytes)
                .unwrap_err()
                .what
                .contains("never accepted")
        );
        std::fs::write(&path, "[cogs.fun]\nversion = 1").unwrap();
        assert!(
            Lock::read(&path)
                .unwrap_err()
                .to_string()
                .contains("cogbox.lock:2")
        );
    }
}
