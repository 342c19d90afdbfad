//! The names and descriptions of commands and their options.
//! Rules: Discord's documentation, "Application Commands", naming.

use super::form::{BAD_LENGTH, Faults, Form};
use super::locale;
use crate::model::Localizations;

/// Notes what is wrong with a name: of a slash command or option (`chat`), or of a menu command.
pub fn judge_name(form: &Form<'_>, key: &str, chat: bool, faults: &mut Faults) {
    let Some(name) = form.text(key, 1..=32, faults) else {
        return;
    };
    if chat && (!name.chars().all(may_be_in_name) || name != name.to_lowercase()) {
        let message = "A name is lower case letters, digits, - and _ only, without spaces.";
        form.fault(faults, key, "APPLICATION_COMMAND_INVALID_NAME", message);
    } else if name.trim().is_empty() {
        form.fault(faults, key, BAD_LENGTH, "Must not be blank.");
    }
}

/// Reads the description that slash commands and all options need, and its localizations.
pub fn describe(form: &Form<'_>, faults: &mut Faults) -> (String, Option<Localizations>) {
    let text = form.required_text("description", 1..=100, faults);
    let judge = |texts: &Form<'_>, key: &str, faults: &mut Faults| {
        texts.text(key, 1..=100, faults);
    };
    let localizations = locale::read(form, "description", faults, judge);
    (text.unwrap_or_default(), localizations)
}

/// Returns the length of a text, or of its longest localization, in characters.
pub fn longest(text: &str, localizations: &Option<Localizations>) -> usize {
    let others = localizations
        .iter()
        .flatten()
        .map(|(_, text)| text.as_str());
    let lengths = others.chain([text]).map(|text| text.chars().count());
    lengths.max().unwrap_or(0)
}

/// Letters and numbers of any script; Devanagari and Thai with their marks.
fn may_be_in_name(c: char) -> bool {
    c.is_alphabetic()
        || c.is_numeric()
        || matches!(c, '-' | '_' | '\'' | '\u{0900}'..='\u{0963}' | '\u{0966}'..='\u{097f}' | '\u{0e01}'..='\u{0e3a}' | '\u{0e40}'..='\u{0e5b}')
}
