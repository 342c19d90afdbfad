//! Which messages go: what is looked for, and where.

use cogbox_sdk::discord::message_history;
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// Most messages that are deleted, and that are looked through for them.
pub const MOST: usize = 500;
const LOOKED: usize = 2_000;
/// Messages on one page of the history: Discord's limit.
const PAGE: u8 = 100;
/// Discord deletes many at once up to an age of 14 days; ten minutes are left for the clocks.
const OLDEST: f64 = 14.0 * 86_400.0 - 600.0;

/// Which messages.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Any,
    By(String),
    Bots,
    /// With a text, in small letters.
    With(String),
}

/// Between which messages; neither of the two is among them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Span {
    pub after: Option<u64>,
    pub before: Option<u64>,
}

impl Span {
    pub fn after(message: u64) -> Self {
        Self {
            after: Some(message),
            before: None,
        }
    }
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    what: What,
    count: usize,
    pinned: bool,
    span: Span,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    pub ids: Vec<String>,
    /// Whether the search ended at messages that are too old.
    pub too_old: bool,
    /// Whether it ended because so many were looked through.
    pub tired: bool,
}

impl Search {
    /// Looks for so many.
    pub fn of(what: What, count: u16, pinned: Option<bool>) -> Self {
        Self {
            what,
            count: usize::from(count).min(MOST),
            pinned: pinned.unwrap_or(false),
            span: Span::default(),
        }
    }

    /// Looks for as many as there may be.
    pub fn all(pinned: Option<bool>) -> Self {
        Self::of(What::Any, MOST as u16, pinned)
    }

    pub fn within(self, span: Span) -> Self {
        Self { span, ..self }
    }

    /// Goes through a channel from its newest message on.
    pub fn goes(&self, channel: &str) -> Result<Found, Refused> {
        let mut found = Found::default();
        let mut before = self.span.before.map(|before| before.to_string());
        let (mut looked, now) = (0, clock::now());
        loop {
            let page = message_history::page(channel, before.as_deref(), PAGE)?;
            for message in &page {
                let id: u64 = message.id.parse().unwrap_or_default();
                if self.span.after.is_some_and(|after| id <= after) {
                    return Ok(found);
                }
                if now - message.sent > OLDEST {
                    found.too_old = true;
                    return Ok(found);
                }
                if self.fits(message) {
                    found.ids.push(message.id.clone());
                    if found.ids.len() == self.count {
                        return Ok(found);
                    }
                }
            }
            looked += page.len();
            if page.len() < usize::from(PAGE) {
                return Ok(found);
            }
            if looked >= LOOKED {
                found.tired = true;
                return Ok(found);
            }
            before = page.last().map(|last| last.id.clone());
        }
    }

    fn fits(&self, message: &Message) -> bool {
        let wanted = match &self.what {
            What::Any => true,
            What::By(user) => message.author.id == *user,
            What::Bots => message.author.bot || message.webhook,
            What::With(text) => message.content.to_lowercase().contains(text.as_str()),
        };
        wanted && (self.pinned || !message.pinned)
    }
}

/// Reads a message's id out of a link to it, or what was typed as one.
pub fn place(ctx: &Context, typed: &str) -> Answer<u64> {
    let (channel, id) = read(typed).or_tell(t!(ctx, no_message))?;
    match channel {
        Some(channel) if channel != ctx.channel() => tell!(ctx, other_channel),
        _ => Ok(id),
    }
}

/// Returns the channel, where it is a link, and the message.
fn read(typed: &str) -> Option<(Option<&str>, u64)> {
    let typed = typed.trim().trim_matches(['<', '>']);
    let id = |text: &str| text.parse().ok().filter(|id| *id > 0);
    match typed.split_once("/channels/") {
        None => Some((None, id(typed)?)),
        Some((_, rest)) => {
            let mut parts = rest.split('/');
            let (_guild, channel, message) = (parts.next()?, parts.next()?, parts.next()?);
            Some((Some(channel), id(message)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn messages_are_named_by_link_or_id() {
        assert_eq!(
            read(" 123456789012345678 "),
            Some((None, 123_456_789_012_345_678))
        );
        let link = "https://discord.com/channels/1/22/333";
        assert_eq!(read(link), Some((Some("22"), 333)));
        assert_eq!(read(&format!("<{link}>")), Some((Some("22"), 333)));
        for odd in ["", "hello", "0", "https://discord.com/channels/1/22", "-5"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
