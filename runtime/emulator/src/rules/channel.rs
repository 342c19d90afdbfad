//! The body that makes or changes a channel of a guild.

use super::form::{BAD_CHOICE, Faults, Form};
use super::{forum, overwrite};
use crate::model::{
    ANNOUNCEMENT_CHANNEL, CATEGORY, FORUM_CHANNEL, MEDIA_CHANNEL, STAGE_CHANNEL, TEXT_CHANNEL,
    VOICE_CHANNEL,
};
use crate::world::ChannelEdit;

/// The types that a bot can make. Directories (14) belong to hubs, which bots are not in.
const KINDS: [u64; 7] = [
    TEXT_CHANNEL as u64,
    VOICE_CHANNEL as u64,
    CATEGORY as u64,
    ANNOUNCEMENT_CHANNEL as u64,
    STAGE_CHANNEL as u64,
    FORUM_CHANNEL as u64,
    MEDIA_CHANNEL as u64,
];

/// The types that a channel can be turned from and to.
const TURNING: [u8; 2] = [TEXT_CHANNEL, ANNOUNCEMENT_CHANNEL];

/// The longest slow mode, in seconds: 6 hours.
pub const LONGEST_SLOW_MODE: u64 = 21_600;

/// The minutes after which threads may be archived.
pub const ARCHIVE_MINUTES: [u64; 4] = [60, 1_440, 4_320, 10_080];

/// Overwrites in one body.
const MOST_OVERWRITES: usize = 100;

/// Reads a channel to be made, which needs a name.
pub fn create(form: &Form<'_>, faults: &mut Faults) -> ChannelEdit {
    form.require("name", faults);
    let kind = form
        .choice("type", &KINDS, faults)
        .and_then(|kind| u8::try_from(kind).ok());
    let mut edit = common(form, kind.unwrap_or(TEXT_CHANNEL), faults);
    edit.kind = kind;
    edit
}

/// Reads a change to a channel of the given type.
pub fn edit(form: &Form<'_>, kind: u8, faults: &mut Faults) -> ChannelEdit {
    let wanted = form
        .choice("type", &KINDS, faults)
        .and_then(|kind| u8::try_from(kind).ok());
    let turns = wanted.filter(|wanted| *wanted != kind);
    if turns.is_some_and(|to| !TURNING.contains(&kind) || !TURNING.contains(&to)) {
        let message = "Only text and announcement channels can be turned into one another.";
        form.fault(faults, "type", BAD_CHOICE, message);
    }
    let mut edit = common(form, kind, faults);
    edit.kind = turns;
    edit
}

fn common(form: &Form<'_>, kind: u8, faults: &mut Faults) -> ChannelEdit {
    let longest_topic = match kind {
        FORUM_CHANNEL | MEDIA_CHANNEL => 4_096,
        _ => 1_024,
    };
    let (bitrates, most_users) = match kind {
        STAGE_CHANNEL => (8_000..=64_000, 10_000),
        _ => (8_000..=96_000, 99),
    };
    let overwrites = form.forms("permission_overwrites", 0..=MOST_OVERWRITES, faults);
    ChannelEdit {
        kind: None,
        name: form.text("name", 1..=100, faults),
        topic: form.nullable("topic", |form, key| {
            form.text(key, 0..=longest_topic, faults)
        }),
        position: form.number("position", 0..=u64::from(u32::MAX), faults),
        nsfw: form.flag("nsfw", faults),
        slow_mode: form.number("rate_limit_per_user", 0..=LONGEST_SLOW_MODE, faults),
        parent: form.nullable("parent_id", |form, key| form.id(key, faults)),
        bitrate: form.number("bitrate", bitrates, faults),
        user_limit: form.number("user_limit", 0..=most_users, faults),
        auto_archive: form.nullable("default_auto_archive_duration", |form, key| {
            form.choice(key, &ARCHIVE_MINUTES, faults)
        }),
        overwrites: overwrites.map(|items| {
            let read = |item: Form<'_>| {
                let target = item.id("id", faults);
                item.require("id", faults);
                overwrite::read(&item, target?, faults)
            };
            items.into_iter().filter_map(read).collect()
        }),
        forum: forum::read(form, kind, faults),
    }
}
