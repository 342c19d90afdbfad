//! Lines in the bot's log: `info!("rolled {sum}")` and its siblings.
//!
//! The host adds the cog, the guild and the event to every line, escapes control characters,
//! and keeps at most a budget of bytes per call. The operator chooses what is shown.

pub use crate::raw::cogbox::host::log::Level;

/// Writes one line.
pub fn write(level: Level, message: &str) {
    crate::raw::cogbox::host::log::write(level, message, &[]);
}

/// Writes one line with fields beside it, which the operator can filter by.
pub fn write_fields(level: Level, message: &str, fields: &[(&str, &str)]) {
    let fields: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    crate::raw::cogbox::host::log::write(level, message, &fields);
}

/// Logs what only someone hunting one bug wants. Takes what `format!` takes.
#[macro_export]
macro_rules! trace {
    ($($text:tt)+) => { $crate::log::write($crate::log::Level::Trace, &::std::format!($($text)+)) };
}

/// Logs what helps the author. Takes what `format!` takes.
#[macro_export]
macro_rules! debug {
    ($($text:tt)+) => { $crate::log::write($crate::log::Level::Debug, &::std::format!($($text)+)) };
}

/// Logs what the operator may want to know. Takes what `format!` takes.
#[macro_export]
macro_rules! info {
    ($($text:tt)+) => { $crate::log::write($crate::log::Level::Info, &::std::format!($($text)+)) };
}

/// Logs what the operator should look at some day. Takes what `format!` takes.
#[macro_export]
macro_rules! warn {
    ($($text:tt)+) => { $crate::log::write($crate::log::Level::Warn, &::std::format!($($text)+)) };
}

/// Logs what the operator should look at now. Takes what `format!` takes.
#[macro_export]
macro_rules! error {
    ($($text:tt)+) => { $crate::log::write($crate::log::Level::Error, &::std::format!($($text)+)) };
}
