//! The newest lines of the log, filtered: the dashboard's log, and `/api/log`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing::Level;

use super::status::Timestamp;
use crate::telemetry::tail::{self, Line};

/// Lines that are shown at most.
pub const SHOWN: usize = 200;

/// Which lines are wanted. An empty text is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Filter {
    /// The least grave: `error`, `warn`, `info`, `debug` or `trace`. Anything else is all.
    pub level: String,
    /// About which cog.
    pub cog: String,
    /// What joins the lines of one interaction.
    pub trace: String,
    /// What they have in them, in any case.
    pub text: String,
}

/// A line, as it is told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Told {
    /// Its number since the start.
    pub number: u64,
    /// When it was written.
    pub at: Timestamp,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: &'static str,
    /// The part of the program it comes from.
    pub target: &'static str,
    /// The cog that it is about.
    pub cog: Option<String>,
    /// What joins the lines of one interaction.
    pub trace: Option<String>,
    /// What it says, at most 2,000 bytes.
    pub text: String,
}

impl Filter {
    /// Returns the lines that fit, the newest first, at most [`SHOWN`].
    pub fn lines(&self) -> Vec<Told> {
        let least = self.level.parse().unwrap_or(Level::TRACE);
        let text = self.text.to_lowercase();
        let wanted = |value: &Option<String>, wanted: &str| {
            wanted.is_empty() || value.as_deref() == Some(wanted)
        };
        let fits = |line: &Line| {
            line.level <= least
                && wanted(&line.cog, &self.cog)
                && wanted(&line.trace, &self.trace)
                && (text.is_empty() || line.text.to_lowercase().contains(&text))
        };
        let lines = tail::lines_after(0);
        let fitting = lines.iter().rev().filter(|line| fits(line));
        fitting.take(SHOWN).map(|line| told(line)).collect()
    }
}

fn told(line: &Line) -> Told {
    Told {
        number: line.number,
        at: Timestamp(line.at),
        level: name(line.level),
        target: line.target,
        cog: line.cog.clone(),
        trace: line.trace.clone(),
        text: line.text.clone(),
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}
