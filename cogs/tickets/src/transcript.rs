//! What was said in a ticket, as a text file. Nothing that people write can look like another's line.

use crate::keep::Kept;
use cogbox_sdk::discord::{direct_messages, message_history, messages};
use cogbox_sdk::markdown::{escape, mention_user};
use cogbox_sdk::plain::{line, moment, said};
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
