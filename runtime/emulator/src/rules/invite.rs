//! The body that makes an invite.

use super::form::{Faults, Form};
use crate::snowflake::Id;
use crate::world::NewInvite;

const DAY: u64 = 86_400;

/// Reads an invite to a channel: for a day and any number of uses, unless it says otherwise.
pub fn read(form: &Form<'_>, channel: Id, faults: &mut Faults) -> NewInvite {
    NewInvite {
        channel,
        max_age: form.number("max_age", 0..=7 * DAY, faults).unwrap_or(DAY),
        max_uses: form.number("max_uses", 0..=100, faults).unwrap_or(0),
        temporary: form.flag("temporary", faults).unwrap_or(false),
        unique: form.flag("unique", faults).unwrap_or(false),
    }
}
