//! Notes as people read them: an embed each, several in one message; and as lines of a file where they are
//! long or many.

use crate::join::Told;
use crate::kinds::Kind;
use crate::note::Note;
use cogbox_sdk::markdown::{escape, mention_user, shorten};
use cogbox_sdk::plain;
use cogbox_sdk::prelude::*;
use std::collections::BTreeMap;

/// Characters of a text that stands in the message; a longer one is a file.
const TEXT: usize = 1_000;
const BEGINNING: usize = 300;
/// Characters of a reason and of all details.
const REASON: usize = 500;
const DETAILS: usize = 2_000;
/// What a message holds: Discord takes 10 embeds with 6,000 characters, and 10 files.
const EMBEDS: usize = 10;
const CHARACTERS: usize = 5_500;
const FILES: usize = 10;
/// Bytes of the files of one message: what one call may hand over has a bound.
const BYTES: usize = 200 << 10;
/// Notes that are written one by one, and the messages that they take. More at once are one message with a
/// file: the channel takes five messages in five seconds, and what happens meanwhile waits.
const SINGLE: usize = 30;
const MESSAGES: usize = 5;
/// Lines of the sum of many.
const LINES: usize = 20;
const BLURPLE: u32 = 0x58_65_f2;

/// A message, and how many notes it tells of.
pub struct Packed {
    pub message: OutgoingMessage,
    pub notes: usize,
}

/// Puts notes into as few messages as they fit.
pub fn pack(to: &dyn Audience, notes: &[&Note], lost: i64) -> Vec<Packed> {
    let mut packed = match notes.len() > SINGLE {
        true => Vec::new(),
        false => one_by_one(to, notes),
    };
    if packed.is_empty() || packed.len() > MESSAGES {
        packed = flood(to, notes);
    }
    if let (true, Some(first)) = (lost > 0, packed.first_mut()) {
        first.message.content = t!(to, lost, count = lost);
    }
    packed
}

fn one_by_one(to: &dyn Audience, notes: &[&Note]) -> Vec<Packed> {
    let mut packed: Vec<Packed> = Vec::new();
    let (mut characters, mut bytes) = (0, 0);
    for (index, note) in notes.iter().enumerate() {
        let (embed, files) = embed(to, note, index);
        let length = length(&embed);
        let size: usize = files.iter().map(|(_, file)| file.len()).sum();
        let fits = packed.last().is_some_and(|last| {
            let message = &last.message;
            message.embeds.len() < EMBEDS
                && characters + length <= CHARACTERS
                && message.files.len() + files.len() <= FILES
                && bytes + size <= BYTES
        });
        if !fits {
            let message = OutgoingMessage::default();
            packed.push(Packed { message, notes: 0 });
            (characters, bytes) = (0, 0);
        }
        characters += length;
        bytes += size;
        if let Some(last) = packed.last_mut() {
            last.notes += 1;
            last.message.embeds.push(embed);
            for (name, file) in files {
                last.message = std::mem::take(&mut last.message).file(name, file);
            }
        }
    }
    packed
}

/// One note, and its texts that are too long for a message.
fn embed(to: &dyn Audience, note: &Note, index: usize) -> (Embed, Vec<(String, Vec<u8>)>) {
    let mut files = Vec::new();
    let mut embed = Embed::titled(&note.title)
        .color(note.color)
        .timestamp(note.at);
    if note.kind == Kind::MessagesPurged {
        let all: Vec<&str> = note.texts.iter().map(|(_, text)| text.as_str()).collect();
        if !all.is_empty() {
            files.push((format!("messages-{}.txt", index + 1), cut(&all.join("\n"))));
        }
    } else {
        for (place, (name, text)) in note.texts.iter().enumerate() {
            let shown = match (text.trim().is_empty(), text.chars().count() > TEXT) {
                (true, _) => t!(to, no_text),
                (_, false) => text.clone(),
                (_, true) => {
                    let file = format!("text-{}-{}.txt", index + 1, place + 1);
                    let beginning = shorten(text, BEGINNING);
                    let whole = t!(to, whole_in, beginning = beginning, file = &*file);
                    files.push((file, cut(text)));
                    whole
                }
            };
            embed = embed.field(name, shown);
        }
    }
    let lines: Vec<String> = details(to, note)
        .into_iter()
        .map(|(name, value)| format!("**{name}:** {value}"))
        .collect();
    (
        embed.description(shorten(&lines.join("\n"), DETAILS)),
        files,
    )
}

/// The details of a note with who did it, where that is somebody else, and why.
fn details(to: &dyn Audience, note: &Note) -> Vec<(String, String)> {
    let mut details = note.details.clone();
    let whose = [t!(to, member), t!(to, author)];
    let is_own = |by: &str| {
        let mut about = note.details.iter().filter(|(name, _)| whose.contains(name));
        about.any(|(_, whom)| whom.contains(by))
    };
    if let Some(by) = note.by.as_ref().filter(|by| !is_own(by.as_str())) {
        details.push((t!(to, by), mention_user(by)));
    }
    if let Some(reason) = &note.reason {
        details.push((t!(to, reason), escape(&shorten(reason, REASON))));
    }
    details
}

fn length(embed: &Embed) -> usize {
    let count = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
    let fields = embed.fields.iter();
    let fields = fields.map(|field| field.name.chars().count() + field.value.chars().count());
    count(&embed.title) + count(&embed.description) + fields.sum::<usize>()
}

/// Many notes: how many of each sort, and a file with all; as many messages as the files need.
fn flood(to: &dyn Audience, notes: &[&Note]) -> Vec<Packed> {
    let mut packed = Vec::new();
    let (mut some, mut file) = (Vec::new(), String::new());
    for note in notes {
        let lines = lines(to, note);
        if !some.is_empty() && file.len() + lines.len() > BYTES {
            packed.push(many(to, &some, &file));
            (some, file) = (Vec::new(), String::new());
        }
        some.push(*note);
        file.push_str(&lines);
    }
    packed.push(many(to, &some, &file));
    packed
}

/// A note as it stands in a file.
fn lines(to: &dyn Audience, note: &Note) -> String {
    let mut lines = format!(
        "[{}] {}\n",
        plain::moment(note.at),
        plain::line(&note.title)
    );
    for (name, value) in details(to, note).iter().chain(&note.texts) {
        let value: Vec<String> = value.lines().map(plain::line).collect();
        let value = value.join("\n        ");
        lines += &match name.is_empty() {
            true => format!("    {value}\n"),
            false => format!("    {name}: {value}\n"),
        };
    }
    lines
}

/// A message with a file that tells of some notes.
fn many(to: &dyn Audience, notes: &[&Note], file: &str) -> Packed {
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for note in notes {
        *sums.entry(&note.title).or_default() += 1;
    }
    let sums = sums.into_iter().take(LINES);
    let sums: Vec<String> = sums
        .map(|(title, count)| format!("**{}** × {title}", t!(to, number, number = count)))
        .collect();
    let title = t!(to, many_at_once, count = notes.len());
    let embed = Embed::titled(title)
        .color(BLURPLE)
        .description(sums.join("\n"));
    Packed {
        message: OutgoingMessage::from(embed).file("log.txt", cut(file.trim_end())),
        notes: notes.len(),
    }
}

/// A file with a text, or with as much of it as may be handed over.
fn cut(text: &str) -> Vec<u8> {
    let mut end = text.len().min(BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut file = text.as_bytes()[..end].to_vec();
    file.extend_from_slice(match end < text.len() {
        true => "\n[…]\n".as_bytes(),
        false => b"\n",
    });
    file
}

/// The same message without its files, for a channel where the bot may attach none.
pub fn without_files(to: &dyn Audience, message: &OutgoingMessage) -> OutgoingMessage {
    let mut message = message.clone();
    message.files.clear();
    if message.content.is_empty() {
        message.content = t!(to, no_files_here);
    }
    message
}

/// Where a note goes, among the kinds that are written down.
pub fn kinds(told: &Told) -> impl Iterator<Item = Kind> {
    std::iter::once(told.note.kind).chain(told.or_kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Source;

    fn note(texts: &[&str]) -> Note {
        Note {
            kind: Kind::MessagesEdited,
            key: String::new(),
            source: Source::Event { alone: true },
            at: 0.0,
            color: 0,
            title: "Edited".into(),
            details: vec![("Author".into(), "<@1>".into())],
            texts: texts
                .iter()
                .map(|text| ("Now".to_string(), text.to_string()))
                .collect(),
            who: Some("1".into()),
            by: None,
            reason: None,
            swallows: None,
        }
    }

    fn pack_all(notes: &[Note]) -> Vec<Packed> {
        let notes: Vec<&Note> = notes.iter().collect();
        pack(&"en-US", &notes, 0)
    }

    #[test]
    fn what_does_not_fit_into_one_file_is_in_the_next() {
        let notes = vec![note(&[&"x".repeat(3_000)]); 100];
        let packed = pack_all(&notes);
        assert_eq!(packed.iter().map(|one| one.notes).sum::<usize>(), 100);
        let files = packed.iter().flat_map(|one| &one.message.files);
        let files: Vec<_> = files.map(|file| &file.data).collect();
        assert!(files.len() == 2 && files.iter().all(|file| file.len() <= BYTES));
        let letters = files.iter().flat_map(|file| file.iter());
        assert_eq!(letters.filter(|letter| **letter == b'x').count(), 300_000);
    }

    #[test]
    fn messages_hold_what_discord_takes() {
        let wide = "ß".repeat(1_000);
        for (notes, messages) in [
            (vec![note(&["short"]); 10], 1),
            (vec![note(&["short"]); 11], 2),
            (vec![note(&[&wide, &wide]); 4], 2),
            (vec![note(&[&"x".repeat(4_000), &"x".repeat(4_000)]); 6], 2),
        ] {
            let packed = pack_all(&notes);
            assert_eq!(packed.len(), messages);
            assert_eq!(
                packed.iter().map(|one| one.notes).sum::<usize>(),
                notes.len()
            );
            for Packed { message, .. } in &packed {
                let characters: usize = message.embeds.iter().map(length).sum();
                assert!(characters <= 6_000 && message.embeds.len() <= 10);
                assert!(message.files.len() <= 10);
            }
        }
    }

    #[test]
    fn many_are_one_message_with_a_file() {
        let wide = "ß".repeat(1_000);
        assert_eq!(pack_all(&vec![note(&[&wide, &wide]); 12]).len(), 1);
        let packed = pack_all(&vec![note(&["a\nb: c"]); 31]);
        assert_eq!((packed.len(), packed[0].notes), (1, 31));
        let file = String::from_utf8(packed[0].message.files[0].data.clone()).unwrap();
        let first: Vec<&str> = file.lines().take(4).collect();
        assert_eq!(
            first,
            [
                "[1970-01-01 00:00 UTC] Edited",
                "    Author: <@1>",
                "    Now: a",
                "        b: c"
            ]
        );
    }

    #[test]
    fn a_file_is_cut_between_letters() {
        let file = cut(&"ß".repeat(BYTES));
        assert!(file.len() <= BYTES + 10 && String::from_utf8(file).unwrap().ends_with("[…]\n"));
    }
}
