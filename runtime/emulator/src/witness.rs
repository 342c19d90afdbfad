//! Who looks on: told of every request to the REST API and the answer it got. It changes nothing.
//! Tests attach one in [`crate::Options`], so that someone else than this crate's own rules judges
//! what goes over the wire.

use std::fmt::Debug;

use serde_json::Value;

/// A request and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// In capitals.
    pub method: &'a str,
    /// The whole path, `/api/v10/...`, as it was sent.
    pub path: &'a str,
    /// As it was sent, without the question mark.
    pub query: &'a str,
    /// The JSON of the body, of `payload_json` for a form with files; null for none, and for one
    /// that could not be read.
    pub body: &'a Value,
    /// How many files came with it.
    pub files: usize,
    pub status: u16,
    /// Empty for none.
    pub reply: &'a [u8],
}

/// Looks on. Answers that a test planned are left out: they are not this crate's.
pub trait Witness: Debug + Send + Sync {
    /// Is told of one exchange before its answer leaves, outside of every lock.
    fn saw(&self, exchange: &Exchange<'_>);

    /// Is told that the local Discord ends. It may panic, and so fail the test that it is part of.
    fn ended(&self);
}
