//! Emoji as paths and bodies name them.

use super::form::{Faults, Form};
use crate::snowflake::Id;

/// Reads `name:id`, or a Unicode emoji: something that is not plain text. None is no emoji.
pub fn read(text: &str) -> Option<(String, Option<Id>)> {
    if let Some((name, id)) = text.trim_start_matches("a:").split_once(':') {
        return Some((name.to_owned(), Some(id.parse().ok()?)));
    }
    let keycap = text.ends_with('\u{20e3}');
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii();
    let symbol = !text.is_empty() && text.chars().count() <= 16 && !text.chars().any(plain);
    (symbol || keycap).then(|| (text.to_owned(), None))
}

/// Notes what is wrong with the `emoji` of a component or of a poll's answer.
pub fn judge_emoji(form: &Form<'_>, faults: &mut Faults) {
    let Some(emoji) = form.get("emoji") else {
        return;
    };
    let emoji = Form::new(emoji, form.at("emoji"), faults);
    let custom = emoji.id("id", faults);
    let name = emoji.text("name", 0..=100, faults);
    if custom.is_none() && name.is_some_and(|name| read(&name).is_none()) {
        emoji.fault(faults, "name", "COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
    emoji.flag("animated", faults);
}
