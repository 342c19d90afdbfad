//! What kept a message from being sent, for those who look, and until when it is not tried again: a
//! channel that is gone is nobody's fault at each who joins.

use crate::rules::{Kind, Place};
use cogbox_sdk::markdown::{TimeStyle, mention_channel, time};
use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// How long a place rests after a failure, in seconds.
const REST: f64 = 600.0;

/// Why a place takes no messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Why {
    Gone,
    Closed,
    /// As many direct messages as a cog may send in a day.
    Enough,
    /// What the host said.
    Other(String),
}

/// A failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    /// The channel; none for direct messages.
    channel: Option<String>,
    why: Why,
    at: f64,
}

/// Returns why an error will come again, `None` for what passes by itself or is a person's own choice.
pub fn why(place: &Place, kind: ErrorKind, sentence: &str) -> Option<Why> {
    match (kind, place) {
        (ErrorKind::RateLimited | ErrorKind::Unavailable, _) => None,
        (ErrorKind::Forbidden | ErrorKind::NotFound, Place::Direct) => None,
        (ErrorKind::NotFound, Place::Channel(_)) => Some(Why::Gone),
        (ErrorKind::Forbidden, Place::Channel(_)) => Some(Why::Closed),
        (ErrorKind::Quota, Place::Direct) => Some(Why::Enough),
        _ => Some(Why::Other(sentence.to_string())),
    }
}

/// Keeps what went wrong.
pub fn note(guild: &str, kind: Kind, place: &Place, why: Why) -> Answer {
    let channel = match place {
        Place::Channel(id) => Some(id.clone()),
        Place::Direct => None,
    };
    let at = clock::now();
    store::guild(guild).set_json(&key(kind), &Trouble { channel, why, at })
}

/// Forgets it, once a message came through.
pub fn over(guild: &str, kind: Kind) -> Answer {
    store::guild(guild).delete(&key(kind))
}

/// Returns what went wrong at a place, if it did.
pub fn at(guild: &str, kind: Kind, place: &Place) -> Answer<Option<Trouble>> {
    let kept: Option<Trouble> = store::guild(guild).json(&key(kind))?;
    Ok(kept.filter(|trouble| match place {
        Place::Channel(id) => trouble.channel.as_ref() == Some(id),
        Place::Direct => trouble.channel.is_none(),
    }))
}

impl Trouble {
    /// Whether it is too early to try again.
    pub fn rests(&self) -> bool {
        (0.0..REST).contains(&(clock::now() - self.at))
    }

    /// Returns it as a sentence, with when it happened.
    pub fn told(&self, to: &dyn Audience) -> String {
        let since = time(self.at, TimeStyle::Relative);
        let sentence = self.why.told(to, self.channel.as_deref());
        format!("⚠️ {sentence} ({since})")
    }
}

impl Why {
    pub fn told(&self, to: &dyn Audience, channel: Option<&str>) -> String {
        let channel = channel.map(mention_channel).unwrap_or_default();
        match self {
            Why::Gone => t!(to, channel_gone),
            Why::Closed => t!(to, channel_closed, channel = channel),
            Why::Enough => t!(to, enough_direct),
            Why::Other(why) => t!(to, not_sent, why = why),
        }
    }
}

fn key(kind: Kind) -> String {
    format!("trouble:{}", kind.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_door_is_a_persons_choice_and_a_closed_channel_is_not() {
        let channel = Place::Channel("7".into());
        let of = |place, kind| why(place, kind, "sentence");
        assert_eq!(of(&Place::Direct, ErrorKind::Forbidden), None);
        assert_eq!(of(&channel, ErrorKind::Forbidden), Some(Why::Closed));
        assert_eq!(of(&channel, ErrorKind::NotFound), Some(Why::Gone));
        assert_eq!(of(&channel, ErrorKind::Unavailable), None);
        assert_eq!(of(&Place::Direct, ErrorKind::Quota), Some(Why::Enough));
        let other = Some(Why::Other("sentence".into()));
        assert_eq!(of(&channel, ErrorKind::Denied), other);
    }
}
