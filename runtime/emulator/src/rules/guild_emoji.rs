//! The body that makes or changes an emoji of a guild.

use super::form::{Faults, Form};
use super::picture;
use crate::snowflake::Id;
use crate::world::EmojiEdit;

/// The largest picture, in bytes.
const LARGEST: usize = 256 * 1024;

/// Reads an emoji to be made, and whether its picture moves. The picture is judged and dropped,
/// since nothing here shows it.
pub fn create(form: &Form<'_>, faults: &mut Faults) -> (EmojiEdit, bool) {
    form.require("name", faults);
    form.require("image", faults);
    let kind = picture::read(form, "image", LARGEST, faults);
    (edit(form, faults), kind == Some("gif"))
}

/// Reads a change to an emoji.
pub fn edit(form: &Form<'_>, faults: &mut Faults) -> EmojiEdit {
    let name = form.text("name", 2..=32, faults);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.as_ref().is_some_and(|name| !name.chars().all(plain)) {
        let message = "Only letters, digits and underscores may be used here.";
        form.fault(faults, "name", "STRING_TYPE_REGEX", message);
    }
    let roles = form.has("roles").then(|| {
        let items = form.list("roles", 0..=usize::MAX, faults);
        let ids = items.unwrap_or_default().into_iter();
        ids.filter_map(|item| Id::from_json(item.value)).collect()
    });
    EmojiEdit { name, roles }
}
