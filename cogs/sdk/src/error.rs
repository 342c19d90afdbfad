//! What a handler returns: an [`Answer`], and the [`Error`] in it.
//!
//! Owns the two ways to fail. A *fault* goes to the log, and whoever waits is told that
//! something went wrong. A *told* error is the member's own mistake: its sentence is shown to
//! them, privately, and nothing is counted as a fault.

use crate::raw::cogbox::host::basics;
pub use basics::ErrorKind;
use std::any::Any;
use std::fmt;

/// What every handler returns. `ctx.reply("...")` is one, so it can be the last line.
pub type Answer<T = ()> = Result<T, Error>;

/// Why a handler stopped. Everything that implements `std::error::Error`, the host's own
/// errors among them, turns into one with `?`.
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    sentence: String,
    told: bool,
    kind: Option<ErrorKind>,
    discord_code: Option<u32>,
    retry_after_ms: Option<u32>,
}

impl Error {
    /// A fault, described for the log.
    pub fn new(sentence: impl Into<String>) -> Self {
        Error {
            sentence: sentence.into(),
            told: false,
            kind: None,
            discord_code: None,
            retry_after_ms: None,
        }
    }

    /// A mistake of the member's: the sentence is shown to them alone.
    pub fn tell(sentence: impl Into<String>) -> Self {
        Error {
            told: true,
            ..Error::new(sentence)
        }
    }

    /// Returns the sentence.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Whether the sentence is for the member rather than for the log.
    pub fn is_told(&self) -> bool {
        self.told
    }

    /// What kind of error the host reported; `None` when it is not the host's.
    pub fn kind(&self) -> Option<ErrorKind> {
        self.kind
    }

    /// Discord's own code, when Discord refused.
    pub fn discord_code(&self) -> Option<u32> {
        self.discord_code
    }

    /// Whether the same may work later, with nothing changed: Discord can't do it now, or the wait
    /// would be too long.
    pub fn may_pass(&self) -> bool {
        self.kind.is_some_and(may_pass)
    }

    /// When another try makes sense, in milliseconds from now.
    pub fn retry_after_ms(&self) -> Option<u32> {
        self.retry_after_ms
    }

    /// Puts what was being done in front: `while saving the score: ...`.
    pub fn context(mut self, doing: &str) -> Self {
        self.sentence = format!("{doing}: {}", self.sentence);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

// `Error` itself is no `std::error::Error`; only so may this stand beside `From<T> for T`.
impl<E: std::error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        match (&error as &dyn Any).downcast_ref::<basics::Error>() {
            Some(host) => Error {
                sentence: host.message.clone(),
                told: false,
                kind: Some(host.kind),
                discord_code: host.discord_code,
                retry_after_ms: host.retry_after_ms,
            },
            None => Error::new(error.to_string()),
        }
    }
}

impl basics::Error {
    /// The same of an error as it came from the host.
    pub fn may_pass(&self) -> bool {
        may_pass(self.kind)
    }
}

fn may_pass(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Unavailable | ErrorKind::RateLimited)
}

/// Turns what is missing or wrong into a sentence for the member.
///
/// ```
/// # use cogbox_sdk::prelude::*;
/// fn first(words: &[&str]) -> Answer<String> {
///     Ok(words.first().or_tell("Give me at least one word.")?.to_string())
/// }
/// assert!(first(&[]).unwrap_err().is_told());
/// ```
pub trait OrTell<T> {
    /// Returns the value, or an error that shows `sentence` to the member alone.
    fn or_tell(self, sentence: impl Into<String>) -> Answer<T>;
}

impl<T> OrTell<T> for Option<T> {
    fn or_tell(self, sentence: impl Into<String>) -> Answer<T> {
        self.ok_or_else(|| Error::tell(sentence))
    }
}

impl<T, E> OrTell<T> for Result<T, E> {
    fn or_tell(self, sentence: impl Into<String>) -> Answer<T> {
        self.map_err(|_| Error::tell(sentence))
    }
}

/// Returns from the handler and shows a sentence to the member alone. Takes what
/// [`t!`](crate::t) takes, or what `format!` does.
#[macro_export]
macro_rules! tell {
    ($format:literal $($rest:tt)*) => {
        return ::std::result::Result::Err($crate::Error::tell(::std::format!($format $($rest)*)))
    };
    ($($text:tt)+) => {
        return ::std::result::Result::Err($crate::Error::tell($crate::t!($($text)+)))
    };
}

/// Returns from the handler with a fault for the log. Takes what `format!` takes.
#[macro_export]
macro_rules! fail {
    ($($sentence:tt)+) => {
        return ::std::result::Result::Err($crate::Error::new(::std::format!($($sentence)+)))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host_error() -> basics::Error {
        basics::Error {
            kind: ErrorKind::RateLimited,
            message: "Discord asks to wait 3 s.".into(),
            discord_code: Some(20028),
            retry_after_ms: Some(3000),
        }
    }

    #[test]
    fn a_host_error_keeps_its_kind_through_the_question_mark() {
        fn asks() -> Answer {
            Err(host_error())?
        }
        let error = asks().unwrap_err();
        assert_eq!(error.kind(), Some(ErrorKind::RateLimited));
        assert_eq!(error.discord_code(), Some(20028));
        assert!(host_error().may_pass() && error.may_pass());
        assert!(!Error::new("a fault").may_pass());
        assert_eq!(error.retry_after_ms(), Some(3000));
        assert_eq!(error.to_string(), "Discord asks to wait 3 s.");
        assert!(!error.is_told());
    }

    #[test]
    fn any_other_error_becomes_its_sentence() {
        fn parses() -> Answer<i32> {
            Ok("x".parse::<i32>()?)
        }
        let error = parses().unwrap_err();
        assert_eq!(error.kind(), None);
        assert_eq!(error.sentence(), "invalid digit found in string");
    }

    #[test]
    fn tell_and_fail_differ_in_who_reads_them() {
        fn tells() -> Answer {
            tell!("At most {} dice.", 100)
        }
        fn fails() -> Answer {
            fail!("no row {}", 7)
        }
        assert_eq!(tells(), Err(Error::tell("At most 100 dice.")));
        assert_eq!(fails(), Err(Error::new("no row 7")));
        assert_eq!(
            fails().unwrap_err().context("loading").sentence(),
            "loading: no row 7"
        );
    }
}
