//! The body that makes or changes a role.

use super::form::{Faults, Form};
use crate::world::RoleEdit;

const WHITE: u64 = 0xff_ffff;

/// Reads a role; a null takes the usual value. The position is changed by a route of its own.
pub fn read(form: &Form<'_>, faults: &mut Faults) -> RoleEdit {
    let colors = form.get("colors").map(|colors| {
        let colors = Form::new(colors, form.at("colors"), faults);
        colors.require("primary_color", faults);
        for other in ["secondary_color", "tertiary_color"] {
            colors.number(other, 0..=WHITE, faults);
        }
        colors.number("primary_color", 0..=WHITE, faults)
    });
    let color = form.number("color", 0..=WHITE, faults);
    RoleEdit {
        name: form.text("name", 1..=100, faults),
        permissions: form.number("permissions", 0..=u64::MAX, faults),
        position: None,
        color: colors.flatten().or(color),
        hoist: form.flag("hoist", faults),
        mentionable: form.flag("mentionable", faults),
    }
}
