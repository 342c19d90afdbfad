//! What Discord tells, as notes: one module for each kind of thing.

pub mod entries;
pub mod members;
pub mod messages;
pub mod places;
pub mod server;
pub mod voice;

use cogbox_sdk::prelude::*;

/// A value before and after, as one detail: `~~old~~ → new`.
fn change(before: &str, after: &str) -> String {
    match before.is_empty() {
        true => after.to_string(),
        false => format!("{before} → {after}"),
    }
}

/// Yes or no, in words.
fn yes(to: &dyn Audience, is: bool) -> String {
    match is {
        true => t!(to, yes),
        false => t!(to, no),
    }
}

/// A short text that people typed, or that there is none.
fn typed(to: &dyn Audience, text: &str) -> String {
    match text.trim().is_empty() {
        true => t!(to, nothing),
        false => markdown::escape(&markdown::shorten(text, 300)),
    }
}
