//! One permission overwrite of a channel.

use super::form::{Faults, Form};
use crate::model::{Overwrite, OverwriteKind};
use crate::snowflake::Id;

/// Reads what a role or member may and may not do. None when it does not say which of the two.
pub fn read(form: &Form<'_>, target: Id, faults: &mut Faults) -> Option<Overwrite> {
    form.require("type", faults);
    let kind = form.choice("type", &[0, 1], faults)?;
    let mut bits = |key| form.number(key, 0..=u64::MAX, faults).unwrap_or(0);
    Some(Overwrite {
        target,
        kind: match kind {
            0 => OverwriteKind::Role,
            _ => OverwriteKind::Member,
        },
        allow: bits("allow"),
        deny: bits("deny"),
    })
}
