//! The body that changes a member.

use std::collections::BTreeSet;
use std::time::Duration;

use super::form::{BAD_CHOICE, Faults, Form};
use crate::clock::Time;
use crate::snowflake::Id;
use crate::world::MemberEdit;

/// The longest timeout.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(28 * 24 * 60 * 60);

/// Reads a change to a member. An empty nickname takes the nickname away, as null does.
pub fn edit(form: &Form<'_>, now: Time, faults: &mut Faults) -> MemberEdit {
    let key = "communication_disabled_until";
    let until = form.nullable(key, |form, key| form.time(key, faults));
    if until
        .flatten()
        .is_some_and(|until| until > now.plus(LONGEST_TIMEOUT))
    {
        form.fault(faults, key, BAD_CHOICE, "A timeout lasts at most 28 days.");
    }
    MemberEdit {
        nick: nick(form, faults),
        roles: form.has("roles").then(|| roles(form, faults)),
        timed_out_until: until,
        mute: form.flag("mute", faults),
        deaf: form.flag("deaf", faults),
        flags: form.number("flags", 0..=u64::from(u32::MAX), faults),
    }
}

/// Reads a nickname.
pub fn nick(form: &Form<'_>, faults: &mut Faults) -> Option<Option<String>> {
    let nick = form.nullable("nick", |form, key| form.text(key, 0..=32, faults))?;
    Some(nick.filter(|nick| !nick.is_empty()))
}

fn roles(form: &Form<'_>, faults: &mut Faults) -> BTreeSet<Id> {
    let items = form.list("roles", 0..=usize::MAX, faults);
    let mut roles = BTreeSet::new();
    for item in items.unwrap_or_default() {
        match Id::from_json(item.value) {
            Some(id) => {
                roles.insert(id);
            }
            None => faults.add(&item.path, "NUMBER_TYPE_COERCE", "This is not a snowflake."),
        }
    }
    roles
}
