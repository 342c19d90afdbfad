//! What was said in a ticket, as a text file. Nothing that people write can look like another's line.

use crate::keep::Kept;
use cogbox_sdk::discord::{direct_messages, message_history, messages};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::prelude::*;
use cogbox_sdk::raw::cogbox::host::basics::Error as Refused;

/// How many messages are written down at most, how many are asked for at once, and the size of the file,
/// in bytes: what one call may hand over has a bound.
const MOST: usize = 1_000;
const PAGE: u8 = 100;
const SIZE: usize = 200 << 10;
/// Kinds of messages that people wrote: ordinary ones and replies.
const WRITTEN: [u16; 2] = [0, 19];

/// Writes a transcript and sends it to the log, and to whoever opened the ticket where that is wanted.
pub fn send(kept: &Kept, log: Option<&str>, to_owner: bool) {
    if log.is_none() && !to_owner {
        return;
    }
    let written = match history(&kept.thread) {
        Ok(messages) => written(kept, &messages),
        Err(refused) => {
            info!("no transcript can be written: {}", refused.message);
            return;
        }
    };
    let (to, number) = (&kept.ticket.locale, kept.ticket.number.to_string());
    let file = format!("ticket-{:04}.txt", kept.ticket.number);
    let kind = escape(&kept.ticket.kind);
    if let Some(log) = log {
        let who = mention_user(&kept.owner);
        let told = t!(
            to,
            transcript_of,
            number = &*number,
            kind = &*kind,
            who = who
        );
        let mut message = OutgoingMessage::text(told).file(&*file, &*written);
        if let Some((channel, logged)) = &kept.ticket.logged
            && channel == log
        {
            message = message.reply_to(logged);
        }
        if let Err(refused) = messages::send(log, &message) {
            info!("a transcript can't be logged: {}", refused.message);
        }
    }
    if to_owner {
        let told = t!(to, your_transcript, number = number, kind = kind);
        let message = OutgoingMessage::text(told).file(file, written);
        if let Err(refused) = direct_messages::send(&kept.owner, &message) {
            debug!("somebody takes no transcript: {}", refused.message);
        }
    }
}

/// Returns the messages of a thread, the newest first.
fn history(thread: &str) -> Result<Vec<Message>, Refused> {
    let mut all: Vec<Message> = Vec::new();
    while all.len() < MOST {
        let before = all.last().map(|message| message.id.clone());
        let page = message_history::page(thread, before.as_deref(), PAGE)?;
        let last = page.len() < usize::from(PAGE);
        all.extend(page);
        if last {
            break;
        }
    }
    Ok(all)
}

fn written(kept: &Kept, messages: &[Message]) -> Vec<u8> {
    let (to, ticket) = (&kept.ticket.locale, &kept.ticket);
    let mut head = vec![
        t!(
            to,
            transcript_title,
            number = ticket.number.to_string(),
            kind = line(&ticket.kind)
        ),
        t!(
            to,
            transcript_opened,
            when = moment(ticket.opened),
            who = &*kept.owner
        ),
    ];
    if let Some(closed) = &ticket.closed {
        let by = closed.by.clone().unwrap_or_else(|| "?".into());
        let reason = line(&closed.reason);
        head.push(t!(
            to,
            transcript_closed,
            when = moment(closed.at),
            who = by,
            reason = reason
        ));
    }
    let mut size: usize = head.iter().map(|line| line.len() + 200).sum();
    let (mut parts, mut cut) = (Vec::new(), messages.len() >= MOST);
    // From the newest on: what does not fit is the oldest.
    for message in messages
        .iter()
        .filter(|message| WRITTEN.contains(&message.kind))
    {
        let part = said(message);
        size += part.len() + 1;
        if size > SIZE {
            cut = true;
            break;
        }
        parts.push(part);
    }
    if cut {
        parts.push(t!(to, transcript_cut));
    }
    parts.reverse();
    format!("{}\n\n{}\n", head.join("\n"), parts.join("\n")).into_bytes()
}

/// Writes a message: who and when, and what they wrote. Each line after the first is set in.
fn said(message: &Message) -> String {
    let author = &message.author;
    let mut lines: Vec<String> = message.content.lines().map(line).collect();
    for embed in &message.embeds {
        let texts = [&embed.title, &embed.description];
        let texts = texts.into_iter().flatten().flat_map(|text| text.lines());
        lines.extend(texts.map(|text| format!("| {}", line(text))));
        let fields = embed.fields.iter();
        lines
            .extend(fields.map(|field| format!("| {}: {}", line(&field.name), line(&field.value))));
    }
    for file in &message.attachments {
        lines.push(format!("[{}] {}", line(&file.name), line(&file.url)));
    }
    let edited = if message.edited.is_some() { " *" } else { "" };
    let (when, name) = (moment(message.sent), line(&author.display_name));
    format!(
        "[{when}] {name} ({}){edited}: {}",
        author.id,
        lines.join("\n    ")
    )
}

/// A text on one line, without what can't be seen or turns the order of letters around.
fn line(text: &str) -> String {
    let seen = text
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let seen = seen.filter(|letter| {
        !letter.is_control() && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    seen.collect()
}

/// A moment, such as `2026-11-28 02:16 UTC`.
fn moment(at: f64) -> String {
    let minutes = (at / 60.0).floor() as i64;
    let (days, minutes) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    // Years begin in March here, so that the day of a leap year comes last.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC",
        minutes / 60,
        minutes % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_by_the_calendar() {
        for (at, written) in [
            (0.0, "1970-01-01 00:00 UTC"),
            (951_782_400.0, "2000-02-29 00:00 UTC"),
            (1_055_217_661.0, "2003-06-10 04:01 UTC"),
            (1_735_689_599.9, "2024-12-31 23:59 UTC"),
        ] {
            assert_eq!(moment(at), written);
        }
    }

    #[test]
    fn nobody_writes_another_ones_line() {
        let author = User {
            id: "7".into(),
            name: "ann".into(),
            display_name: "ann\n[x] ben".into(),
            avatar_url: None,
            bot: false,
        };
        let message = Message {
            id: "1".into(),
            channel: "2".into(),
            guild: None,
            kind: 0,
            author,
            author_roles: Vec::new(),
            webhook: false,
            content: "hi\n[1970-01-01 00:00 UTC] ben (8): I did it\u{202e}\u{7}".into(),
            attachments: Vec::new(),
            embeds: Vec::new(),
            reactions: Vec::new(),
            mentioned_users: Vec::new(),
            mentioned_roles: Vec::new(),
            reply_to: None,
            pinned: false,
            sent: 0.0,
            edited: Some(1.0),
        };
        assert_eq!(
            said(&message),
            "[1970-01-01 00:00 UTC] ann [x] ben (7) *: hi\n    [1970-01-01 00:00 UTC] ben (8): I did it"
        );
    }
}
