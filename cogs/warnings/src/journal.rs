//! The log channel.

use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, mention_user, time};
use cogbox_sdk::prelude::*;

use crate::kept::Filed;
use crate::rules;

const YELLOW: u32 = 0xf0b232;
const GREEN: u32 = 0x23a55a;

/// Returns somebody as moderators know them: what the mention shows may be gone one day.
fn person(id: &str, name: &str) -> String {
    format!("{} `{}`", mention_user(id), name.replace('`', "'"))
}

/// Returns a warning that was given, with what it led to.
pub fn given(to: &dyn Audience, filed: &Filed, total: u32, led_to: Option<&str>) -> Embed {
    let warning = &filed.value;
    let number = filed.number.to_string();
    let points = t!(to, points, count = warning.points);
    let mut embed = Embed::titled(t!(to, warning_title, number = number))
        .color(YELLOW)
        .inline(t!(to, person), person(&filed.user, &warning.name))
        .inline(t!(to, moderator), mention_user(&warning.by))
        .inline(
            t!(to, points_title),
            t!(to, points_of, points = points, total = total),
        );
    if let Some(until) = warning.until {
        embed = embed.inline(t!(to, expires_title), time(until, TimeStyle::DateTime));
    }
    embed = embed.field(t!(to, reason), escape(&warning.reason));
    if let Some(led_to) = led_to {
        embed = embed.field(t!(to, led_to), led_to);
    }
    embed
        .footer(t!(to, person_id, id = filed.user.as_str()))
        .timestamp(warning.at)
}

/// Returns a warning that was taken back.
pub fn taken_back(to: &dyn Audience, filed: &Filed, by: &str, reason: Option<&str>) -> Embed {
    let warning = &filed.value;
    let number = filed.number.to_string();
    let mut embed = Embed::titled(t!(to, taken_back_title, number = number))
        .color(GREEN)
        .inline(t!(to, person), person(&filed.user, &warning.name))
        .inline(t!(to, moderator), mention_user(by))
        .field(t!(to, was_for), escape(&warning.reason));
    if let Some(reason) = reason {
        embed = embed.field(t!(to, reason), escape(reason));
    }
    embed
        .footer(t!(to, person_id, id = filed.user.as_str()))
        .timestamp(clock::now())
}

/// Writes something into the log channel, and returns what went wrong with that as a sentence: what was
/// done is done.
pub fn write(to: &dyn Audience, guild: &str, embed: Embed) -> Option<String> {
    let channel = match rules::log(guild) {
        Ok(channel) => channel?,
        Err(error) => return Some(error.to_string()),
    };
    let refused = messages::send(&channel, &embed.into()).err()?;
    let why = refused.message.trim_end_matches('.');
    let channel = mention_channel(&channel);
    Some(t!(to, not_written, channel = channel, why = why))
}

/// Says something there, where nobody waits for it.
pub fn say(guild: &str, text: String) -> Answer {
    let Some(channel) = rules::log(guild)? else {
        info!("{text}");
        return Ok(());
    };
    if let Err(refused) = messages::send(&channel, &text.as_str().into()) {
        warn!("{text} (not told in the log channel: {})", refused.message);
    }
    Ok(())
}
