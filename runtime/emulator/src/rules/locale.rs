//! The languages Discord's clients speak, and texts given in several of them.

use serde_json::json;

use super::form::{BAD_CHOICE, Faults, Form};
use crate::model::Localizations;

const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];

/// Tells whether Discord knows the locale.
pub fn is_known(locale: &str) -> bool {
    LOCALES.contains(&locale)
}

/// Reads the localizations of the field `key`, leaving out those that equal the field itself.
/// `judge` notes what is wrong with one of them.
pub fn read(
    form: &Form<'_>,
    key: &str,
    faults: &mut Faults,
    judge: impl Fn(&Form<'_>, &str, &mut Faults),
) -> Option<Localizations> {
    let localizations = format!("{key}_localizations");
    let texts = Form::new(form.get(&localizations)?, form.at(&localizations), faults);
    let mut read = Localizations::new();
    for (locale, text) in texts.value.as_object()? {
        if !is_known(locale) {
            let message = format!("\"{locale}\" is not a locale that Discord knows.");
            faults.add(&texts.path, BAD_CHOICE, message);
        }
        judge(&texts, locale, faults);
        if let Some(text) = text
            .as_str()
            .filter(|text| form.get(key) != Some(&json!(text)))
        {
            read.insert(locale.clone(), text.to_owned());
        }
    }
    Some(read)
}
