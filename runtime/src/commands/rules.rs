//! Discord's rules for one command, on the body that would be sent. What the contract's types rule
//! out already needs no check here: unknown types, deeper nesting, bounds on the wrong type, file
//! types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::cog::shape::Refusal;

/// Longest name, and longest description, in characters.
const NAME_MAX: usize = 32;
const DESCRIPTION_MAX: usize = 100;
/// Most options on one level, and most choices of one option.
const OPTIONS_MAX: usize = 25;
const CHOICES_MAX: usize = 25;
/// Longest name, and longest text, of a choice, in characters.
const CHOICE_MAX: usize = 100;
/// Largest bound on a text's length, in characters.
const LENGTH_MAX: u64 = 6_000;
/// Most characters of all texts of a command together.
const TEXTS_MAX: usize = 8_000;
/// Largest whole number that every client can type: 2^53 - 1.
const WHOLE_MAX: f64 = 9_007_199_254_740_991.0;
/// Largest number with decimals.
const NUMBER_MAX: f64 = WHOLE_MAX + 1.0;

/// Discord's own pattern of the names of slash commands and options, which also are lower case.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$").expect("the pattern is a constant")
});

/// The languages of Discord's clients.
const LOCALES: &[&str] = &[
    "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr",
    "uk", "vi", "zh-CN", "zh-TW",
];

/// The channel types an option can be limited to.
const CHANNEL_TYPES: &[u64] = &[0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 15, 16];

const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;
const TEXT: u64 = 3;
const INTEGER: u64 = 4;
const NUMBER: u64 = 10;

type Checked = Result<(), Refusal>;

fn refuse(what: String, fix: &str) -> Checked {
    Err(Refusal::new(what, fix))
}

/// Checks a command's body, and says what is wrong with it and how to mend it.
pub fn check(body: &Value) -> Checked {
    let command = format!("the command `{}`", text(body, "name"));
    if body["type"].as_u64().unwrap_or(1) != 1 {
        // A menu shows the name as it is, and no description (C02, C03).
        return each_text(body, "name", &command, |what, name| {
            length(what, "name", name, NAME_MAX)
        });
    }
    described(body, &command)?;
    options(body, &command)?;
    match characters(body) {
        0..=TEXTS_MAX => Ok(()),
        count => refuse(
            format!(
                "{command} has {count} characters in its texts, the longest translation of each \
                 counted; Discord takes {TEXTS_MAX}"
            ),
            "shorten its descriptions and choices, or make two commands of it",
        ),
    }
}

/// Checks the name and the description of a slash command or an option, in every language.
fn described(body: &Value, what: &str) -> Checked {
    each_text(body, "name", what, |what, name| {
        if NAME.is_match(name) && name.to_lowercase() == name {
            return Ok(());
        }
        refuse(
            format!("the name `{name}` of {what} is not one that Discord takes"),
            "use 1 to 32 lower-case letters, digits, `-`, `_` and `'`, without spaces",
        )
    })?;
    each_text(body, "description", what, |what, description| {
        length(what, "description", description, DESCRIPTION_MAX)
    })
}

/// Checks a text and its translations. In a language that Discord doesn't know nobody would see it.
fn each_text(
    body: &Value,
    key: &str,
    what: &str,
    check: impl Fn(&str, &str) -> Checked,
) -> Checked {
    check(what, text(body, key))?;
    for (locale, translated) in translations(body, key) {
        if !LOCALES.contains(&locale.as_str()) {
            return refuse(
                format!("{what} has a {key} in `{locale}`, which is no language of Discord's"),
                "use one of Discord's locales, such as `de`, `en-GB` or `pt-BR`",
            );
        }
        let what = format!("{what} in `{locale}`");
        check(&what, translated.as_str().unwrap_or_default())?;
    }
    Ok(())
}

fn length(what: &str, key: &str, value: &str, max: usize) -> Checked {
    let count = value.chars().count();
    if (1..=max).contains(&count) && !value.trim().is_empty() {
        return Ok(());
    }
    let has = match count {
        0 => format!("no {key}"),
        count if count > max => format!("a {key} of {count} characters"),
        _ => format!("a blank {key}"),
    };
    refuse(
        format!("{what} has {has}; Discord takes 1 to {max} characters"),
        &format!("give it a {key} of 1 to {max} characters"),
    )
}

/// Checks the options of a command, a group or a subcommand, and those below them.
fn options(body: &Value, what: &str) -> Checked {
    let options = list(body, "options");
    if options.len() > OPTIONS_MAX {
        return refuse(
            format!(
                "{what} has {} options on one level; Discord takes {OPTIONS_MAX}",
                options.len()
            ),
            "offer fewer options, or spread them over subcommands and groups",
        );
    }
    names_differ(options, what)?;
    let mut optional = None;
    for option in options {
        let name = text(option, "name");
        let option_of = format!("the option `{name}` of {what}");
        described(option, &option_of)?;
        if matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP)) {
            self::options(option, &format!("`{name}` of {what}"))?;
            continue;
        }
        match (option["required"] == true, optional) {
            (true, Some(before)) => {
                return refuse(
                    format!("{option_of} is required and stands after `{before}`, which is not"),
                    "put the required options first",
                );
            }
            (true, None) => {}
            (false, before) => optional = before.or(Some(name)),
        }
        choices(option, &option_of)?;
        bounds(option, &option_of)?;
    }
    Ok(())
}

/// Checks that no two options on one level have one name, in no language (C05, C16).
fn names_differ(options: &[Value], what: &str) -> Checked {
    let mut names = BTreeSet::new();
    if let Some(twice) = options.iter().find(|o| !names.insert(text(o, "name"))) {
        return refuse(
            format!("{what} has two options `{}`", text(twice, "name")),
            "give each option a name of its own",
        );
    }
    let mut translated: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for option in options {
        let name = text(option, "name");
        for (locale, other) in translations(option, "name") {
            let other = other.as_str().unwrap_or_default();
            let default = names.get(other).copied().filter(|taken| *taken != name);
            let before = translated.insert((locale.as_str(), other), name);
            if let Some(taken) = default.or(before) {
                return refuse(
                    format!(
                        "in `{locale}` the option `{name}` of {what} is called `{other}`, \
                         as the option `{taken}` is"
                    ),
                    "give each option a name of its own in every language",
                );
            }
        }
    }
    Ok(())
}

fn choices(option: &Value, what: &str) -> Checked {
    let Some(choices) = option["choices"].as_array() else {
        return match option["autocomplete"] == true && !has_choices(option) {
            false => Ok(()),
            true => refuse(
                format!("{what} is to be completed; Discord does that for texts and numbers only"),
                "turn `autocomplete` off, or take a text or a number",
            ),
        };
    };
    if option["autocomplete"] == true {
        return refuse(
            format!("{what} has choices and is to be completed; Discord takes one of the two"),
            "turn `autocomplete` off, or leave the choices out",
        );
    }
    if !(1..=CHOICES_MAX).contains(&choices.len()) {
        return refuse(
            format!(
                "{what} has {} choices; Discord takes 1 to {CHOICES_MAX}",
                choices.len()
            ),
            "offer 1 to 25 choices, or take a text with `autocomplete`",
        );
    }
    let mut names = BTreeSet::new();
    for it in choices {
        choice(it, option, what)?;
        let name = text(it, "name");
        if !names.insert(name) {
            return refuse(
                format!("{what} has two choices `{name}`"),
                "give each choice a name of its own",
            );
        }
    }
    Ok(())
}

/// Checks one choice of an option, by the option's type and bounds.
pub fn choice(choice: &Value, option: &Value, what: &str) -> Checked {
    let name: String = text(choice, "name").chars().take(2 * CHOICE_MAX).collect();
    let what = format!("the choice `{name}` of {what}");
    each_text(choice, "name", &what, |what, name| {
        length(what, "name", name, CHOICE_MAX)
    })?;
    let value = &choice["value"];
    let fits = match option["type"].as_u64() {
        Some(INTEGER) => value.is_i64(),
        Some(NUMBER) => value.is_number(),
        _ => value.is_string(),
    };
    if !fits {
        return refuse(
            format!("{what} has a value of another kind than the option, or none"),
            "give it a text, a whole number or a number, as the option takes",
        );
    }
    match value.as_str() {
        Some(value) => length(&what, "value", value, CHOICE_MAX),
        None => within(value, option, &what),
    }
}

fn has_choices(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(TEXT | INTEGER | NUMBER))
}

/// Checks what an option takes: how long, how large, which channels.
fn bounds(option: &Value, what: &str) -> Checked {
    for (min, max, of) in [
        ("min_length", "max_length", "lengths"),
        ("min_value", "max_value", "values"),
    ] {
        let [low, high] = [min, max].map(|key| option.get(key));
        if of == "values" {
            for bound in [low, high].into_iter().flatten() {
                within(bound, option, what)?;
            }
        } else {
            let low = low.and_then(Value::as_u64).unwrap_or(0);
            let high = high.and_then(Value::as_u64).unwrap_or(LENGTH_MAX);
            if low > LENGTH_MAX || !(1..=LENGTH_MAX).contains(&high) {
                return refuse(
                    format!(
                        "{what} takes texts of {low} to {high} characters; Discord takes bounds \
                         of 0 to {LENGTH_MAX}, and at least 1 for the longest"
                    ),
                    "choose other bounds, or leave them out",
                );
            }
        }
        let number = |bound: Option<&Value>| bound.and_then(Value::as_f64);
        if let (Some(low), Some(high)) = (number(low), number(high))
            && low > high
        {
            return refuse(
                format!("{what} takes {of} from {low} to {high}, which is none"),
                "make the lower bound the lower one",
            );
        }
    }
    let known = |kind: &&Value| {
        kind.as_u64()
            .is_none_or(|kind| !CHANNEL_TYPES.contains(&kind))
    };
    match list(option, "channel_types").iter().find(known) {
        None => Ok(()),
        Some(kind) => refuse(
            format!("{what} takes channels of type {kind}, which Discord does not have"),
            "use the channel kinds of the contract",
        ),
    }
}

/// Checks that a number is one that clients can send (C13).
fn within(number: &Value, option: &Value, what: &str) -> Checked {
    let (max, said) = match option["type"].as_u64() {
        Some(INTEGER) => (WHOLE_MAX, "2^53 - 1"),
        _ => (NUMBER_MAX, "2^53"),
    };
    // Infinite ones and those that are none have no place in JSON: there is `null`.
    match number.as_f64() {
        Some(number) if number.abs() <= max => Ok(()),
        _ => refuse(
            format!("{what} has a number beyond {said}, which is the largest that Discord takes"),
            "use a smaller number, or leave the bound out",
        ),
    }
}

/// Counts the characters of all texts, the longest translation of each (C14).
fn characters(body: &Value) -> usize {
    let longest = |key: &str| {
        let translated = translations(body, key).map(|(_, text)| text.as_str().unwrap_or_default());
        let lengths = translated
            .chain([text(body, key)])
            .map(|text| text.chars().count());
        lengths.max().unwrap_or(0)
    };
    let below =
        ["options", "choices"].map(|key| list(body, key).iter().map(characters).sum::<usize>());
    longest("name") + longest("description") + longest("value") + below.iter().sum::<usize>()
}

fn text<'a>(body: &'a Value, key: &str) -> &'a str {
    body[key].as_str().unwrap_or_default()
}

fn list<'a>(body: &'a Value, key: &str) -> &'a [Value] {
    body[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn translations<'a>(body: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let texts = body[format!("{key}_localizations")].as_object();
    texts.into_iter().flat_map(Map::iter)
}
