//! Cases: what was done to whom, by whom and why. They are numbered in each server, and lie under
//! whom they are about, so that they go with that person's data.

use cogbox_sdk::numbered::{Numbered, Series};
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;

const CASES: Series = Series::new("cases", "case:");

/// A case as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub kind: Kind,
    /// How the person was called then.
    pub name: String,
    /// The moderator; `None` when the bot did it by itself, as when a ban's time is over.
    pub by: Option<String>,
    pub reason: Option<String>,
    pub at: f64,
    /// When it ends by itself.
    pub until: Option<f64>,
    /// Where it was written: a channel and a message.
    pub written: Option<(String, String)>,
}

/// A case with its number and whom it is about.
pub type Filed = Numbered<Case>;

/// Files a case under the next number.
pub fn file(guild: &str, user: &str, case: Case) -> Answer<Filed> {
    CASES.file(guild, user, case)
}

/// Writes a case again, after a change.
pub fn save(guild: &str, filed: &Filed) -> Answer {
    CASES.save(guild, filed)
}

/// Finds a case by its number.
pub fn find(guild: &str, number: i64) -> Answer<Option<Filed>> {
    CASES.find(guild, number)
}

/// Returns the cases of one person or of all, newest first.
pub fn all(guild: &str, user: Option<&str>) -> Answer<Vec<Filed>> {
    CASES.all(guild, user)
}
