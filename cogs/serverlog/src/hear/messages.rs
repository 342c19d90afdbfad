//! Messages that were edited or deleted. Those of the log's own channels are never written down: another bot
//! that cleans up there would have it write for ever.

use crate::ignored::Ignored;
use crate::kinds::Kind;
use crate::note::{self, GREY, Note, RED, Scene, Source, YELLOW};
use crate::routes::Routes;
use crate::rules;
use cogbox_sdk::markdown::{TimeStyle, escape, mention_channel, time};
use cogbox_sdk::plain;
use cogbox_sdk::prelude::*;

/// How old an edit may be, in seconds, where nothing says what was before: Discord also tells when it adds
/// a preview of a link.
const FRESH: f64 = 60.0;
/// Files of a message that are named.
const FILES: usize = 10;

pub fn edited(before: Option<Message>, after: Message) -> Answer {
    let Some(guild) = &after.guild else {
        return Ok(());
    };
    let routes = Routes::of(guild)?;
    if !routes.wants(Kind::MessagesEdited) || routes.has(&after.channel) {
        return Ok(());
    }
    let changed = match &before {
        Some(before) => before.content != after.content,
        None => {
            let age = after.edited.map(|edited| clock::now() - edited);
            age.is_some_and(|age| age.abs() < FRESH) && !after.content.is_empty()
        }
    };
    if !changed || is_left_out(guild, &after)? {
        return Ok(());
    }
    let to = Scene::of(guild);
    let link = format!(
        "https://discord.com/channels/{guild}/{}/{}",
        after.channel, after.id
    );
    let title = t!(to, message_edited);
    let mut note = to
        .note(Kind::MessagesEdited, "", YELLOW, title)
        .about(&after.author.id)
        .detail(t!(to, author), note::person(&after.author))
        .detail(
            t!(to, channel),
            format!("{} · {link}", mention_channel(&after.channel)),
        );
    note = match before {
        Some(before) => note.text(t!(to, before), &before.content),
        None => note.detail(t!(to, before), t!(to, not_known)),
    };
    to.keep(&[note.text(t!(to, after), &after.content)])
}

pub fn deleted(
    guild: Option<String>,
    channel: &str,
    ids: Vec<String>,
    known: Vec<Message>,
) -> Answer {
    let Some(guild) = guild else {
        return Ok(());
    };
    let kind = match ids.len() {
        1 => Kind::MessagesDeleted,
        _ => Kind::MessagesPurged,
    };
    let routes = Routes::of(&guild)?;
    if !routes.wants(kind) || routes.has(channel) || Ignored::of(&guild)?.place(channel) {
        return Ok(());
    }
    let to = Scene::of(&guild);
    match (kind, known.first()) {
        (Kind::MessagesPurged, _) => purged(&to, channel, &ids, known),
        (_, Some(message)) if is_left_out(&guild, message)? => Ok(()),
        (_, Some(message)) => to.keep(&[gone(&to, message)]),
        (_, None) => {
            let title = t!(to, message_deleted);
            let id = ids.first().map_or("", String::as_str);
            let note = to
                .note(kind, format!("deleted:?:{channel}"), RED, title)
                .detail(t!(to, channel), mention_channel(channel));
            let note = match markdown::created(id) {
                Some(sent) => note.detail(t!(to, sent), time(sent, TimeStyle::Relative)),
                None => note,
            };
            to.keep(&[note.detail(t!(to, content), t!(to, not_known))])
        }
    }
}

fn gone(to: &Scene, message: &Message) -> Note {
    let key = format!("deleted:{}:{}", message.author.id, message.channel);
    let title = t!(to, message_deleted);
    let mut note = to
        .note(Kind::MessagesDeleted, key, RED, title)
        .about(&message.author.id)
        .detail(t!(to, author), note::person(&message.author))
        .detail(t!(to, channel), mention_channel(&message.channel))
        .detail(t!(to, sent), time(message.sent, TimeStyle::Relative));
    let files = message.attachments.iter().take(FILES);
    let files: Vec<String> = files.map(|file| escape(&file.name)).collect();
    if !files.is_empty() {
        note = note.detail(t!(to, files), files.join(", "));
    }
    match message.content.is_empty() {
        true if !files.is_empty() => note,
        true => note.detail(t!(to, content), t!(to, no_text)),
        false => note.text(t!(to, content), &message.content),
    }
}

/// Notes of messages that were deleted together: one about all, which comes first, so that it finds room
/// where they don't, and each under whoever wrote it.
fn purged(to: &Scene, channel: &str, ids: &[String], mut known: Vec<Message>) -> Answer {
    known.sort_by_key(|message| message.id.parse::<u64>().unwrap_or_default());
    let first = ids.first().map_or("", String::as_str);
    let key = format!("purged:{channel}:{first}");
    let title = t!(to, messages_purged, count = ids.len());
    let about_all = to
        .note(Kind::MessagesPurged, &*key, RED, title)
        .detail(t!(to, channel), mention_channel(channel))
        .detail(t!(to, known), t!(to, number, number = known.len()));
    let mut notes = vec![about_all];
    for message in &known {
        if is_by_left_out(&to.guild, message)? {
            continue;
        }
        let mut part = to
            .note(Kind::MessagesPurged, &*key, GREY, String::new())
            .about(&message.author.id)
            .text(String::new(), &plain::said(message));
        part.source = Source::Part;
        notes.push(part);
    }
    to.keep(&notes)
}

fn is_left_out(guild: &str, message: &Message) -> Answer<bool> {
    Ok(is_by_left_out(guild, message)? || Ignored::of(guild)?.place(&message.channel))
}

/// Whether a message is somebody's who is left out.
fn is_by_left_out(guild: &str, message: &Message) -> Answer<bool> {
    let author = &message.author;
    if (author.bot || message.webhook) && !rules::tells_of_bots(guild)? {
        return Ok(true);
    }
    Ignored::of(guild)?.person(guild, &author.id, &message.author_roles)
}
