//! What yt-dlp says went wrong, as a sentence for whoever wanted to hear something.

use super::run::Ended;
use crate::net::proxy::{REFUSED, UNREACHED};

/// Why there is nothing to play, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Unresolved {
    /// What kind of reason it is.
    pub kind: Kind,
    /// The sentence.
    pub sentence: String,
}

/// A kind of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was asked for can't be played by anyone's doing here.
    Invalid,
    /// It is not there, or not there for this bot.
    NotFound,
    /// Not now.
    Unavailable,
}

impl Unresolved {
    /// Makes one.
    pub fn new(kind: Kind, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self { kind, sentence }
    }
}

/// What is in yt-dlp's words, what kind of reason it is, and the sentence. The first that fits
/// counts: those above are the more exact ones.
const SENTENCES: &[(&[&str], Kind, &str)] = &[
    (
        &[REFUSED],
        Kind::Invalid,
        "it leads to an address that is not on the public internet",
    ),
    (
        &["private video", "video is private", "is private"],
        Kind::NotFound,
        "it is private",
    ),
    (
        &[
            "confirm your age",
            "age-restricted",
            "inappropriate for some users",
        ],
        Kind::NotFound,
        "it is age-restricted, and the bot has no account there",
    ),
    (
        &[
            "not a bot",
            "rate-limited",
            "captcha",
            "http error 429",
            "http error 403",
            "ip is likely being blocked",
        ],
        Kind::Unavailable,
        "the site turns the bot away at the moment",
    ),
    (
        &[
            "premieres in",
            "premiere will begin",
            "event will begin",
            "is scheduled for",
            "not currently live",
            "is offline",
            "has not started",
        ],
        Kind::Unavailable,
        "it has not begun yet",
    ),
    (
        &["drm protected"],
        Kind::NotFound,
        "it is protected against being played by others",
    ),
    (
        &[
            "members-only",
            "join this channel",
            "registered users",
            "requires payment",
            "sign in",
            "login required",
            "log in",
        ],
        Kind::NotFound,
        "it is for members of that site alone",
    ),
    (
        &["geo restriction", "your country", "your location"],
        Kind::NotFound,
        "it can't be played in the country where the bot is",
    ),
    (
        &[
            "requested format is not available",
            "no video formats",
            "no formats",
        ],
        Kind::NotFound,
        "it comes in no form that can be played",
    ),
    (
        &[
            "video unavailable",
            "video is unavailable",
            "no longer available",
            "is not available",
            "isn't available",
            "has been removed",
            "has been terminated",
            "does not exist",
            "not found",
            "http error 404",
            "http error 410",
        ],
        Kind::NotFound,
        "there is no such video, or it is gone",
    ),
    (
        &[
            "no suitable extractor",
            "unsupported url",
            "is not a valid url",
        ],
        Kind::Invalid,
        "that page is none with something to play",
    ),
    (
        &[
            UNREACHED,
            "unable to download",
            "unable to connect",
            "timed out",
            "failed to resolve",
            "connection",
            "http error 5",
        ],
        Kind::Unavailable,
        "the site can't be reached at the moment",
    ),
];

/// Reads why a run has no answer.
pub(super) fn read(ended: &Ended) -> Unresolved {
    let told = ended
        .told
        .lines()
        .find_map(|line| line.strip_prefix("ERROR: "));
    let Some(told) = told else {
        return match ended.well {
            true => Unresolved::new(Kind::NotFound, "nothing was found"),
            false => unknown(ended.told.lines().last().unwrap_or_default()),
        };
    };
    let lower = told.to_lowercase();
    let fits = |(words, _, _): &&(&[&str], _, _)| {
        words
            .iter()
            .any(|words| lower.contains(&words.to_lowercase()))
    };
    match SENTENCES.iter().find(fits) {
        Some((_, kind, sentence)) => Unresolved::new(*kind, *sentence),
        None => unknown(told),
    }
}

/// The words are not for people, and often ask for reports to others.
fn unknown(told: &str) -> Unresolved {
    let short: String = told.chars().take(300).collect();
    let told = short.escape_debug().to_string();
    tracing::warn!(
        told,
        "yt-dlp failed in a way of its own; a newer one may know better"
    );
    let sentence = "yt-dlp could make nothing of it; the log says more to the operator";
    Unresolved::new(Kind::Unavailable, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(told: &str) -> String {
        let ended = Ended {
            answer: Vec::new(),
            told: told.to_owned(),
            well: false,
        };
        let told = read(&ended);
        format!("{:?}: {}", told.kind, told.sentence)
    }

    /// As yt-dlp says it, by its version of October 2026.
    #[test]
    fn its_words_become_sentences() {
        for (words, sentence) in [
            (
                "[youtube] x: Private video. Sign in if you've been granted access to this video. Use --cookies",
                "NotFound: it is private",
            ),
            (
                "[youtube] x: Sign in to confirm your age. This video may be inappropriate for some users.",
                "NotFound: it is age-restricted, and the bot has no account there",
            ),
            (
                "[youtube] x: Sign in to confirm you’re not a bot. Use --cookies-from-browser",
                "Unavailable: the site turns the bot away at the moment",
            ),
            (
                "[youtube] x: Video unavailable. This content isn't available, try again later. The current session has been rate-limited by YouTube for up to an hour.",
                "Unavailable: the site turns the bot away at the moment",
            ),
            (
                "[youtube] x: Video unavailable",
                "NotFound: there is no such video, or it is gone",
            ),
            (
                "[youtube] x: Premieres in 3 hours",
                "Unavailable: it has not begun yet",
            ),
            (
                "[youtube] x: This live event will begin in a few moments.",
                "Unavailable: it has not begun yet",
            ),
            (
                "[twitch:stream] x: The channel is not currently live",
                "Unavailable: it has not begun yet",
            ),
            (
                "[youtube] x: Join this channel to get access to members-only content like this video",
                "NotFound: it is for members of that site alone",
            ),
            (
                "[youtube] x: This video is DRM protected",
                "NotFound: it is protected against being played by others",
            ),
            (
                "[youtube] x: The uploader has not made this video available in your country",
                "NotFound: it can't be played in the country where the bot is",
            ),
            (
                "[soundcloud] x: Unable to download JSON metadata: HTTP Error 404: Not Found (caused by <HTTPError 404: Not Found>)",
                "NotFound: there is no such video, or it is gone",
            ),
            (
                "No suitable extractor found for URL https://youtube.com/about",
                "Invalid: that page is none with something to play",
            ),
            (
                "[youtube] x: Requested format is not available. Use --list-formats for a list of available formats",
                "NotFound: it comes in no form that can be played",
            ),
            (
                "[vimeo] x: Unable to download webpage: Tunnel connection failed: 403 Not on the public internet (caused by ProxyError())",
                "Invalid: it leads to an address that is not on the public internet",
            ),
            (
                "[vimeo] x: Unable to download webpage: Tunnel connection failed: 502 Target unreachable",
                "Unavailable: the site can't be reached at the moment",
            ),
            (
                "[vimeo] x: Unable to download webpage: The read operation timed out",
                "Unavailable: the site can't be reached at the moment",
            ),
            (
                "[youtube] x: 'NoneType' object is not subscriptable; please report this issue on",
                "Unavailable: yt-dlp could make nothing of it; the log says more to the operator",
            ),
        ] {
            let noise = "Reading options from STDIN - EOF (Ctrl+D) to end:\n";
            assert_eq!(
                told(&format!("{noise}ERROR: {words}\n")),
                sentence,
                "{words}"
            );
        }
        let none = Ended {
            answer: Vec::new(),
            told: String::new(),
            well: true,
        };
        assert_eq!(read(&none).sentence, "nothing was found");
        assert!(told("Traceback: no module named yt_dlp").contains("could make nothing"));
    }
}
