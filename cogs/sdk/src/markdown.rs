//! Discord's way of writing: mentions, times that each reader sees in their own zone, and
//! text from people made harmless.

use crate::clock::Timestamp;

/// How Discord shows a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeStyle {
    /// 16:20
    Time,
    /// 20 April 2021
    Date,
    /// 20 April 2021 at 16:20
    DateTime,
    /// 2 months ago
    Relative,
}

/// Returns a time for each reader's own zone and language.
pub fn time(at: Timestamp, style: TimeStyle) -> String {
    let letter = match style {
        TimeStyle::Time => 't',
        TimeStyle::Date => 'D',
        TimeStyle::DateTime => 'f',
        TimeStyle::Relative => 'R',
    };
    format!("<t:{}:{letter}>", at.floor() as i64)
}

/// Returns a mention of a user. It pings only when the message allows it.
pub fn mention_user(id: &str) -> String {
    format!("<@{id}>")
}

/// Returns a mention of a role. It pings only when the message allows it.
pub fn mention_role(id: &str) -> String {
    format!("<@&{id}>")
}

/// Returns a link to a channel.
pub fn mention_channel(id: &str) -> String {
    format!("<#{id}>")
}

/// Returns text from people so that it shows as it was typed, with no bold, link or list.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(
            letter,
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '#' | '[' | ']' | '(' | ')' | '<' | '-'
        ) {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// Returns at most so many characters, with an ellipsis when something was cut off.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Returns when a user, guild, channel or message was made, which is part of its id; `None`
/// when that is no id.
pub fn created(id: &str) -> Option<Timestamp> {
    /// 2015-01-01, where Discord's ids begin, in milliseconds.
    const DISCORD_EPOCH: u64 = 1_420_070_400_000;
    let id: u64 = id.parse().ok()?;
    Some(((id >> 22) + DISCORD_EPOCH) as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_people_is_made_harmless() {
        assert_eq!(escape("**hi** [x](y)"), r"\*\*hi\*\* \[x\]\(y\)");
        assert_eq!(escape("plain words!"), "plain words!");
    }

    #[test]
    fn cutting_counts_characters_not_bytes() {
        assert_eq!(shorten("größe", 5), "größe");
        assert_eq!(shorten("größer", 5), "größ…");
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        // The example in Discord's documentation of snowflakes.
        assert_eq!(created("175928847299117063"), Some(1_462_015_105.796));
        assert_eq!(created("me"), None);
        assert_eq!(time(12.9, TimeStyle::Relative), "<t:12:R>");
    }
}
