//! One mistake in a file that a person wrote: where it stands, what it is, and how to mend it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A mistake in a configuration file, an environment variable or a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the environment variable, as the person knows it.
    pub place: String,
    /// The line in the file, counted from 1.
    pub line: Option<usize>,
    /// What is wrong, in one sentence without a full stop.
    pub what: String,
    /// What to do, in the imperative.
    pub fix: String,
}

impl Problem {
    /// Returns a mistake that is not tied to one line.
    pub fn new(place: impl Into<String>, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            line: None,
            what: what.into(),
            fix: fix.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}\n  fix: {}", self.what, self.fix)
    }
}

impl std::error::Error for Problem {}

/// A TOML text beside its path, so that a byte range can be told as a line.
pub struct Source {
    /// Where the text was read from.
    pub path: PathBuf,
    text: String,
}

impl Source {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self {
                path: path.to_owned(),
                text,
            }),
            Err(error) => Err(Problem::new(
                path.display().to_string(),
                format!("the file can't be read: {error}"),
                "check the path and its permissions",
            )),
        }
    }

    /// Takes a text that is already in memory.
    pub fn given(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Parses the text into `T`; unknown keys and wrong types are mistakes with a line.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, Problem> {
        toml::from_str(&self.text).map_err(|error| {
            let message = error.message().replace('\n', ", ");
            let fix = if message.contains("unknown field") {
                "remove the key, or write one of the names listed"
            } else if message.contains("invalid type") {
                "give the value the type that is expected there"
            } else {
                "see the example in the README, and TOML's own rules at toml.io"
            };
            self.at(error.span(), message, fix)
        })
    }

    /// Returns a mistake at a byte range of this text.
    pub fn at(
        &self,
        span: Option<Range<usize>>,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Problem {
        let line = span.map(|span| {
            let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
            before.iter().filter(|&&byte| byte == b'\n').count() + 1
        });
        Problem {
            line,
            ..Problem::new(self.path.display().to_string(), what, fix)
        }
    }
}
