//! Polls: what a message asks, and who chose what.

use serde_json::Value;

use crate::clock::Time;
use crate::snowflake::Id;

/// A poll. Question and answers are kept as Discord's media objects, judged.
#[derive(Clone, Debug)]
pub struct Poll {
    pub question: Value,
    /// Numbered from 1.
    pub answers: Vec<PollAnswer>,
    pub multiselect: bool,
    /// How long it is open, in hours.
    pub hours: u64,
    pub expires: Time,
    /// Whether it is over and counted.
    pub finalized: bool,
}

/// An answer, and who chose it.
#[derive(Clone, Debug)]
pub struct PollAnswer {
    pub media: Value,
    pub voters: Vec<Id>,
}

impl Poll {
    /// Returns the answer with this number.
    pub fn answer(&self, number: u64) -> Option<&PollAnswer> {
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        self.answers.get(at)
    }
}
