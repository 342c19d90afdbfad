//! The log channel: a message for each case, which changes with it.

use cogbox_sdk::discord::messages;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, mention_user, time};
use cogbox_sdk::prelude::*;

use crate::archive::{self, Case, Filed};
use crate::rules;

/// Returns a case as it is shown.
pub fn view(to: &dyn Audience, filed: &Filed) -> Embed {
    let case = &filed.value;
    let kind = case.kind.name(to);
    let title = t!(
        to,
        case_title,
        number = filed.number.to_string(),
        kind = kind
    );
    let who = format!(
        "{} `{}`",
        mention_user(&filed.user),
        case.name.replace('`', "'")
    );
    let by = match &case.by {
        Some(by) => mention_user(by),
        None => t!(to, by_itself),
    };
    let reason = match &case.reason {
        Some(reason) => escape(reason),
        None => t!(to, no_reason, number = filed.number.to_string()),
    };
    let mut embed = Embed::titled(title)
        .color(case.kind.color())
        .inline(t!(to, person), who)
        .inline(t!(to, moderator), by);
    if let Some(until) = case.until {
        embed = embed.inline(t!(to, until), time(until, TimeStyle::DateTime));
    }
    embed
        .field(t!(to, reason), reason)
        .footer(t!(to, person_id, id = filed.user.as_str()))
        .timestamp(case.at)
}

/// Files a case and writes it into the log channel. Returns its number, and what went wrong with that
/// as a sentence: what was done is done.
pub fn file(
    to: &dyn Audience,
    guild: &str,
    user: &str,
    case: Case,
) -> (Option<i64>, Option<String>) {
    let mut filed = match archive::file(guild, user, case) {
        Ok(filed) => filed,
        Err(error) => {
            warn!("a case can't be kept: {error}");
            return (None, Some(t!(to, case_not_kept, why = error.to_string())));
        }
    };
    let wrong = write(to, guild, &mut filed).err();
    (Some(filed.number), wrong)
}

fn write(to: &dyn Audience, guild: &str, filed: &mut Filed) -> Result<(), String> {
    let sentence = |error: Error| error.to_string();
    let Some(channel) = rules::log(guild).map_err(sentence)? else {
        return Ok(());
    };
    match messages::send(&channel, &view(to, filed).into()) {
        Ok(message) => {
            filed.value.written = Some((channel, message.id));
            archive::save(guild, filed).map_err(sentence)
        }
        Err(refused) => Err(not_written(to, &channel, &refused.message)),
    }
}

fn not_written(to: &dyn Audience, channel: &str, why: &str) -> String {
    let (channel, why) = (mention_channel(channel), why.trim_end_matches('.'));
    t!(to, case_not_written, channel = channel, why = why)
}

/// Shows a case anew where it was written, and returns what went wrong with that.
pub fn rewrite(to: &dyn Audience, filed: &Filed) -> Option<String> {
    let (channel, message) = filed.value.written.as_ref()?;
    let edit = MessageEdit::default().embeds([view(to, filed)]);
    let refused = messages::edit(channel, message, &edit).err()?;
    Some(not_written(to, channel, &refused.message))
}

/// Says something that is no case where cases are written.
pub fn say(guild: &str, text: String) -> Answer {
    let Some(channel) = rules::log(guild)? else {
        warn!("{text}");
        return Ok(());
    };
    if let Err(refused) = messages::send(&channel, &text.as_str().into()) {
        warn!("{text} (not told in the log channel: {})", refused.message);
    }
    Ok(())
}
