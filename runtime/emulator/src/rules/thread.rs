//! The bodies that start a thread or change one.

use super::channel::{ARCHIVE_MINUTES, LONGEST_SLOW_MODE};
use super::form::{Faults, Form};
use crate::model::thread::PINNED;
use crate::model::{ANNOUNCEMENT_THREAD, PRIVATE_THREAD, PUBLIC_THREAD};
use crate::world::{NewThread, ThreadEdit};

/// The types of thread.
const KINDS: [u64; 3] = [
    ANNOUNCEMENT_THREAD as u64,
    PUBLIC_THREAD as u64,
    PRIVATE_THREAD as u64,
];

/// The tags that one post bears.
const MOST_TAGS: usize = 5;

/// Reads a thread to be started, and of which type, if the body says so.
pub fn create(form: &Form<'_>, faults: &mut Faults) -> (NewThread, Option<u8>) {
    let kind = form
        .choice("type", &KINDS, faults)
        .and_then(|kind| u8::try_from(kind).ok());
    let new = NewThread {
        name: form
            .required_text("name", 1..=100, faults)
            .unwrap_or_default(),
        archive_after: form.choice("auto_archive_duration", &ARCHIVE_MINUTES, faults),
        slow_mode: form.number("rate_limit_per_user", 0..=LONGEST_SLOW_MODE, faults),
        invitable: form.flag("invitable", faults).unwrap_or(true),
        tags: form
            .ids("applied_tags", 0..=MOST_TAGS, faults)
            .unwrap_or_default(),
        ..NewThread::default()
    };
    (new, kind)
}

/// Reads a change to a thread.
pub fn edit(form: &Form<'_>, faults: &mut Faults) -> ThreadEdit {
    let flags = form.number("flags", 0..=u64::from(u32::MAX), faults);
    ThreadEdit {
        name: form.text("name", 1..=100, faults),
        archived: form.flag("archived", faults),
        locked: form.flag("locked", faults),
        invitable: form.flag("invitable", faults),
        archive_after: form.choice("auto_archive_duration", &ARCHIVE_MINUTES, faults),
        slow_mode: form.number("rate_limit_per_user", 0..=LONGEST_SLOW_MODE, faults),
        tags: form.ids("applied_tags", 0..=MOST_TAGS, faults),
        pinned: flags.map(|flags| flags & PINNED != 0),
    }
}
