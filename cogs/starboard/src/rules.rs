//! What a server's admins choose.

use cogbox_sdk::component::Emoji;
use cogbox_sdk::prelude::*;
use cogbox_sdk::settings::Chosen;

const CHANNEL: &str = "channel";
const EMOJI: &str = "emoji";
const THRESHOLD: &str = "threshold";
const OWN: &str = "own";
const REMOVE: &str = "remove";
/// The channels whose messages are not shown, under a guild.
const IGNORED: &str = "ignored";

const STAR: &str = "⭐";
const USUAL: f64 = 3.0;

/// Returns the form.
pub fn form() -> Vec<Setting> {
    vec![
        Setting::channel(CHANNEL, "Starboard").help("The channel for it; when not set, it is off"),
        Setting::number_in(1.0..=100.0, THRESHOLD, "Stars it takes")
            .help("From how many people")
            .default(USUAL),
        Setting::text_of(60, EMOJI, "Emoji")
            .help("Which one is a star; also one of this server, as <:name:id>")
            .default(STAR),
        Setting::toggle(OWN, "Own stars count")
            .help("Whether people may give a star to what they wrote themselves")
            .default(false),
        Setting::toggle(REMOVE, "Remove below")
            .help("Whether what falls below the number is removed again")
            .default(true),
    ]
}

/// What one server chose.
pub struct Rules(Chosen);

impl Rules {
    pub fn of(guild: &str) -> Self {
        Rules(settings::guild(guild))
    }

    /// Returns the channel of the starboard; `None` where it is off.
    pub fn board(&self) -> Answer<Option<String>> {
        self.0.channel(CHANNEL)
    }

    /// Returns the emoji, and whether it is what admins wrote: that may be no emoji.
    pub fn emoji(&self) -> Answer<(Emoji, bool)> {
        let typed = self.0.text(EMOJI)?.unwrap_or_else(|| STAR.to_string());
        Ok(match Emoji::read(&typed) {
            Some(emoji) => (emoji, true),
            None => (STAR.into(), false),
        })
    }

    pub fn threshold(&self) -> Answer<usize> {
        Ok(self.0.number(THRESHOLD)?.unwrap_or(USUAL) as usize)
    }

    pub fn own_stars(&self) -> Answer<bool> {
        self.0.is_on(OWN)
    }

    pub fn removes(&self) -> Answer<bool> {
        self.0.is_on(REMOVE)
    }
}

/// Whether two emoji are the same. A server's own keeps its id when it is renamed, and a star is one
/// with and without the mark that makes it colourful.
pub fn is_same(one: &Emoji, other: &Emoji) -> bool {
    const COLOURFUL: char = '\u{fe0f}';
    match (one, other) {
        (Emoji::Custom(one), Emoji::Custom(other)) => one.id == other.id,
        (Emoji::Unicode(one), Emoji::Unicode(other)) => {
            one.replace(COLOURFUL, "") == other.replace(COLOURFUL, "")
        }
        _ => false,
    }
}

pub fn ignored(guild: &str) -> Answer<Vec<String>> {
    Ok(store::guild(guild).json(IGNORED)?.unwrap_or_default())
}

pub fn ignore(guild: &str, channels: &[String]) -> Answer {
    store::guild(guild).set_json(IGNORED, &channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_compared_by_what_they_are() {
        let same = |one: &str, other: &str| is_same(&one.into(), &other.into());
        assert!(same("⭐", "⭐\u{fe0f}") && same("<:star:1>", "<a:renamed:1>"));
        assert!(!same("⭐", "🌟") && !same("<:star:1>", "<:star:2>") && !same("⭐", "<:star:1>"));
    }
}
