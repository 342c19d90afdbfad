//! Messages: whose are judged at all, and what they break.

use cogbox_sdk::discord::{channels, members};
use cogbox_sdk::prelude::*;

use crate::judge::Writing;
use crate::kept::{self, Book};
use crate::pace::Burst;
use crate::{enforce, judge, pace};

/// Discord's numbers of what people write: messages, and answers to one.
const WRITTEN: [u16; 2] = [0, 19];
/// How long ago, in seconds, a message may have been edited that was not known before.
const FRESH: f64 = 300.0;

/// Judges a new message.
pub fn written(message: &Message) -> Answer {
    judged(message, true)
}

/// Judges what a message says now. Discord tells of changes that are none, such as a preview.
pub fn edited(before: Option<&Message>, after: &Message) -> Answer {
    let changed = match before {
        Some(before) => before.content != after.content,
        None => after
            .edited
            .is_some_and(|at| (clock::now() - at).abs() < FRESH),
    };
    match changed {
        true => judged(after, false),
        false => Ok(()),
    }
}

fn judged(message: &Message, is_new: bool) -> Answer {
    let Some(guild) = &message.guild else {
        return Ok(());
    };
    if message.author.bot || message.webhook || !WRITTEN.contains(&message.kind) {
        return Ok(());
    }
    let book = &kept::book(guild)?;
    if book.rules.is_empty() || is_free(book, message) {
        return Ok(());
    }
    let burst = match is_new {
        true => pace::note(book, guild, message)?,
        false => Burst::default(),
    };
    let mut hits = judge::hits(book, &Writing::of(guild, message));
    hits.extend(burst.hits);
    // These ask the host, so they come last.
    if hits.is_empty() || is_moderator(guild, message)? || is_in_free_channel(book, message) {
        return Ok(());
    }
    enforce::answer(guild, message, &hits, &burst.messages)
}

fn is_free(book: &Book, message: &Message) -> bool {
    let roles = &message.author_roles;
    book.channels.contains(&message.channel) || book.roles.iter().any(|role| roles.contains(role))
}

/// Whether somebody looks after the server, or after messages in this channel.
fn is_moderator(guild: &str, message: &Message) -> Answer<bool> {
    let of = |channel| members::permissions_of(guild, &message.author.id, channel);
    // What holds in the server is known also where a thread is not.
    let rights = of(Some(message.channel.as_str())).or_else(|_| of(None));
    let rights = match rights {
        Ok(rights) => Permissions::read(&rights),
        // Who has left meanwhile has no rights any more.
        Err(refused) if refused.kind == ErrorKind::NotFound => Permissions::NONE,
        Err(refused) => return Err(refused.into()),
    };
    let moderates = [
        Permissions::MANAGE_MESSAGES,
        Permissions::MANAGE_GUILD,
        Permissions::MODERATE_MEMBERS,
    ];
    Ok(moderates.iter().any(|one| rights.allow(*one)))
}

/// Whether a channel above is one without rules: a thread's own, or the category.
fn is_in_free_channel(book: &Book, message: &Message) -> bool {
    let mut at = message.channel.clone();
    for _ in 0..2 {
        let above = channels::get(&at).ok().and_then(|channel| channel.parent);
        let Some(above) = above else {
            return false;
        };
        if book.channels.contains(&above) {
            return true;
        }
        at = above;
    }
    false
}
