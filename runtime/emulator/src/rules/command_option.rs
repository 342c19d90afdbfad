//! The options of commands: parameters, subcommands and groups, with choices and limits.
//! Rules: Discord's documentation, "Application Commands", option structure.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::command_name::{describe, judge_name, longest};
use super::form::{BAD_CHOICE, BAD_LENGTH, BAD_TYPE, Faults, Form, OUT_OF_RANGE};
use super::{file_types, locale};
use crate::model::{CommandOption, Localizations, OptionKind};

/// Whole numbers are exact up to here in every client.
const LARGEST_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The channel types an option can be limited to.
pub const CHANNEL_TYPES: [u64; 12] = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 15, 16];

/// Reads the options below a command (`depth` 0), a group (1) or a subcommand (1 or 2).
pub fn read_options(form: &Form<'_>, depth: usize, faults: &mut Faults) -> Vec<CommandOption> {
    let forms = form.forms("options", 0..=25, faults).unwrap_or_default();
    let inside = form
        .get("type")
        .and_then(Value::as_u64)
        .filter(|_| depth > 0);
    let mut options: Vec<CommandOption> = Vec::new();
    for form in &forms {
        let Some(option) = read_option(form, depth, inside, faults) else {
            continue;
        };
        if options.iter().any(|other| other.name == option.name) {
            let message = "Option names must be unique.";
            form.fault(
                faults,
                "name",
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                message,
            );
        }
        judge_localized_names(form, &option, &options, faults);
        if option.required && options.iter().any(|o| !o.required && !o.kind.is_branch()) {
            let message = "Required options must be placed before non-required options.";
            form.fault(
                faults,
                "required",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                message,
            );
        }
        if options
            .first()
            .is_some_and(|o| o.kind.is_branch() != option.kind.is_branch())
        {
            let message = "Sub-commands and groups cannot stand beside parameters.";
            form.fault(
                faults,
                "type",
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                message,
            );
        }
        options.push(option);
    }
    options
}

/// Notes names in other languages that another option of the list has there, or as its default.
fn judge_localized_names(
    form: &Form<'_>,
    option: &CommandOption,
    others: &[CommandOption],
    faults: &mut Faults,
) {
    let code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS";
    let message = "Option names must be unique in every language.";
    for (locale, name) in option.name_localizations.iter().flatten() {
        let taken = |other: &CommandOption| {
            let there = other.name_localizations.as_ref();
            other.name == *name || there.and_then(|names| names.get(locale)) == Some(name)
        };
        if others.iter().any(taken) {
            let key = format!("name_localizations.{locale}");
            form.fault(faults, &key, code, message);
        }
    }
    let elsewhere = |other: &CommandOption| {
        let mut names = other.name_localizations.iter().flatten();
        names.any(|(_, name)| *name == option.name)
    };
    if others.iter().any(elsewhere) {
        form.fault(faults, "name", code, message);
    }
}

fn read_option(
    form: &Form<'_>,
    depth: usize,
    inside: Option<u64>,
    faults: &mut Faults,
) -> Option<CommandOption> {
    let form = &Form::new(form.value, form.path.clone(), faults);
    form.require("type", faults);
    form.require("name", faults);
    judge_name(form, "name", true, faults);
    let judge = |texts: &Form<'_>, key: &str, faults: &mut Faults| {
        judge_name(texts, key, true, faults);
    };
    let name_localizations = locale::read(form, "name", faults, judge);
    let (description, description_localizations) = describe(form, faults);
    let kind = OptionKind::from_number(form.number("type", 1..=11, faults)?)?;
    judge_nesting(form, kind, depth, inside, faults);
    let options = if kind.is_branch() && depth < 2 {
        let options = read_options(form, depth + 1, faults);
        if kind == OptionKind::SubCommandGroup && options.is_empty() {
            form.fault(
                faults,
                "options",
                BAD_LENGTH,
                "A group needs at least one sub-command.",
            );
        }
        options
    } else {
        if form.get("options").is_some_and(|below| *below != json!([])) {
            form.fault(
                faults,
                "options",
                BAD_TYPE,
                "An option of this type has no options.",
            );
        }
        Vec::new()
    };
    let mut option = CommandOption {
        kind,
        name: form.get("name")?.as_str()?.to_owned(),
        name_localizations,
        description,
        description_localizations,
        required: form.flag("required", faults).unwrap_or(false) && !kind.is_branch(),
        choices: read_choices(form, kind, faults),
        options,
        channel_types: Vec::new(),
        min_value: None,
        max_value: None,
        min_length: None,
        max_length: None,
        autocomplete: form.flag("autocomplete", faults).unwrap_or(false),
        file_types: Vec::new(),
    };
    if option.autocomplete && !has_choices(kind) {
        let message = "Only texts and numbers can be completed.";
        form.fault(faults, "autocomplete", BAD_TYPE, message);
    }
    if option.autocomplete && !option.choices.is_empty() {
        let message = "An option with choices cannot be completed as well.";
        form.fault(
            faults,
            "choices",
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
            message,
        );
    }
    read_limits(form, &mut option, faults);
    Some(option)
}

fn judge_nesting(
    form: &Form<'_>,
    kind: OptionKind,
    depth: usize,
    inside: Option<u64>,
    faults: &mut Faults,
) {
    let group = OptionKind::SubCommandGroup.number();
    let fits = match kind {
        OptionKind::SubCommandGroup => depth == 0,
        OptionKind::SubCommand => depth == 0 || inside == Some(group),
        _ => inside != Some(group),
    };
    if !fits {
        let message = "Options nest as command, group, sub-command, parameter, and no deeper.";
        form.fault(
            faults,
            "type",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            message,
        );
    }
}

fn has_choices(kind: OptionKind) -> bool {
    matches!(
        kind,
        OptionKind::String | OptionKind::Integer | OptionKind::Number
    )
}

fn read_choices(form: &Form<'_>, kind: OptionKind, faults: &mut Faults) -> Vec<Value> {
    let choices = form.forms("choices", 0..=25, faults).unwrap_or_default();
    if !choices.is_empty() && !has_choices(kind) {
        form.fault(
            faults,
            "choices",
            BAD_TYPE,
            "Only texts and numbers can have choices.",
        );
        return Vec::new();
    }
    let mut read: Vec<Value> = Vec::new();
    for form in choices {
        let names = judge_choice(&form, kind, faults);
        if read.iter().any(|other| other["name"] == form.value["name"]) {
            form.fault(faults, "name", BAD_CHOICE, "Choice names must be unique.");
        }
        let mut choice = json!({"name": form.value["name"], "value": form.value["value"]});
        if let Some(names) = names {
            choice["name_localizations"] = json!(names);
        }
        read.push(choice);
    }
    read
}

/// Notes what is wrong with one choice of an option of the given type, and returns its names in
/// other languages.
pub fn judge_choice(
    form: &Form<'_>,
    kind: OptionKind,
    faults: &mut Faults,
) -> Option<Localizations> {
    form.required_text("name", 1..=100, faults);
    let judge = |texts: &Form<'_>, key: &str, faults: &mut Faults| {
        texts.text(key, 1..=100, faults);
    };
    let names = locale::read(form, "name", faults, judge);
    form.require("value", faults);
    let Some(value) = form.get("value") else {
        return names;
    };
    let (fits, wanted) = match kind {
        OptionKind::Integer => (value.is_i64() || value.is_u64(), "an integer"),
        OptionKind::Number => (value.is_number(), "a number"),
        _ => (value.is_string(), "a string"),
    };
    if !fits {
        form.fault(
            faults,
            "value",
            BAD_TYPE,
            format!("The value must be {wanted}."),
        );
    } else if value
        .as_f64()
        .is_some_and(|number| number.abs() > LARGEST_INTEGER)
    {
        form.fault(
            faults,
            "value",
            OUT_OF_RANGE,
            "The value must be within 2^53.",
        );
    } else if value.is_string() {
        form.text("value", 1..=100, faults);
    }
    names
}

fn read_limits(form: &Form<'_>, option: &mut CommandOption, faults: &mut Faults) {
    let numeric = matches!(option.kind, OptionKind::Integer | OptionKind::Number);
    let text = option.kind == OptionKind::String;
    let channel = option.kind == OptionKind::Channel;
    let file = option.kind == OptionKind::Attachment;
    for (key, fits) in [
        ("min_value", numeric),
        ("max_value", numeric),
        ("min_length", text),
        ("max_length", text),
        ("channel_types", channel),
        ("file_types", file),
    ] {
        // Clients send empty lists along with every option.
        if !fits && form.get(key).is_some_and(|value| *value != json!([])) {
            let message = format!("{key} cannot be set on an option of this type.");
            form.fault(faults, key, BAD_TYPE, message);
        }
    }
    if numeric {
        option.min_value = read_bound(form, "min_value", option.kind, faults);
        option.max_value = read_bound(form, "max_value", option.kind, faults);
        let bound = |n: &Option<serde_json::Number>| n.as_ref().and_then(|n| n.as_f64());
        if let (Some(low), Some(high)) = (bound(&option.min_value), bound(&option.max_value))
            && low > high
        {
            let message = "min_value must not be above max_value.";
            form.fault(faults, "min_value", OUT_OF_RANGE, message);
        }
    }
    if text {
        option.min_length = form.number("min_length", 0..=6_000, faults);
        option.max_length = form.number("max_length", 1..=6_000, faults);
        if option.min_length > option.max_length && option.max_length.is_some() {
            let message = "min_length must not be above max_length.";
            form.fault(faults, "min_length", OUT_OF_RANGE, message);
        }
    }
    if channel {
        option.channel_types = form
            .numbers("channel_types", &CHANNEL_TYPES, faults)
            .unwrap_or_default();
        // What stands there twice is kept once.
        let mut seen = BTreeSet::new();
        option.channel_types.retain(|kind| seen.insert(*kind));
    }
    if file {
        option.file_types = file_types::read(form, faults);
    }
}

fn read_bound(
    form: &Form<'_>,
    key: &str,
    kind: OptionKind,
    faults: &mut Faults,
) -> Option<serde_json::Number> {
    let value = form.get(key)?;
    let whole = value.is_i64() || value.is_u64();
    let Value::Number(number) = value else {
        form.fault(faults, key, BAD_TYPE, "This field must be a number.");
        return None;
    };
    if kind == OptionKind::Integer && !whole {
        form.fault(faults, key, BAD_TYPE, "This field must be an integer.");
    }
    if number
        .as_f64()
        .is_some_and(|number| number.abs() > LARGEST_INTEGER)
    {
        form.fault(faults, key, OUT_OF_RANGE, "The value must be within 2^53.");
    }
    Some(number.clone())
}

/// Counts the texts of an option and of all below it, in characters.
pub fn size(option: &CommandOption) -> usize {
    longest(&option.name, &option.name_localizations)
        + longest(&option.description, &option.description_localizations)
        + option.options.iter().map(size).sum::<usize>()
        + option.choices.iter().map(choice_size).sum::<usize>()
}

fn choice_size(choice: &Value) -> usize {
    let names = choice["name_localizations"]
        .as_object()
        .into_iter()
        .flatten();
    let names = names.map(|(_, name)| name).chain([&choice["name"]]);
    let length = |text: &Value| text.as_str().map_or(0, |text| text.chars().count());
    names.map(length).max().unwrap_or(0) + length(&choice["value"])
}
