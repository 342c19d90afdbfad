//! The options of a slash command as a person filled them in, checked as a client checks them.

use serde_json::{Value, json};

use super::resolved::Resolved;
use crate::model::{Command, CommandOption, OptionKind};
use crate::snowflake::Id;

/// A command as it was filled in.
#[derive(Clone, Debug, Default)]
pub struct CommandCall {
    pub command: Id,
    /// `{"name", "type", "value"}`, or `{"name", "type", "options"}` for a subcommand or group.
    pub options: Vec<Value>,
    /// The version of the command that the person was shown, if that is to be the newest.
    pub version: Option<Id>,
    /// The user or message that a context menu was opened on.
    pub target: Option<Id>,
}

/// Checks filled-in options, and returns them as an interaction carries them. While the person is
/// still `typing`, options may be missing and values unfinished.
pub fn check(
    command: &Command,
    given: &[Value],
    typing: bool,
    resolved: &mut Resolved<'_>,
) -> Result<Vec<Value>, String> {
    level(
        &format!("/{}", command.name),
        &command.options,
        given,
        typing,
        resolved,
    )
}

/// Returns the name of a command with its group and subcommand, for instance `role self add`.
pub fn full_name(command: &str, options: &[Value]) -> String {
    let branch = options
        .iter()
        .find(|option| option["type"].as_u64().is_some_and(|t| t <= 2));
    match branch {
        None => command.to_owned(),
        Some(branch) => {
            let below = branch["options"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let name = branch["name"].as_str().unwrap_or_default();
            format!("{command} {}", full_name(name, below))
        }
    }
}

fn level(
    name: &str,
    options: &[CommandOption],
    given: &[Value],
    typing: bool,
    resolved: &mut Resolved<'_>,
) -> Result<Vec<Value>, String> {
    for one in given {
        let known = options
            .iter()
            .any(|option| one["name"] == option.name.as_str());
        if !known {
            return Err(format!("{name} has no option {}.", one["name"]));
        }
    }
    if options
        .first()
        .is_some_and(|option| option.kind.is_branch())
    {
        return branch(name, options, given, typing, resolved);
    }
    let mut checked = Vec::new();
    for option in options {
        let mut filled = given
            .iter()
            .filter(|one| one["name"] == option.name.as_str());
        let first = filled.next().filter(|one| !one["value"].is_null());
        if filled.next().is_some() {
            return Err(format!("{name}: {} is given twice.", option.name));
        }
        match first {
            Some(one) => checked.push(parameter(name, option, one, typing, resolved)?),
            None if option.required && !typing => {
                return Err(missing(name, option));
            }
            None => {}
        }
    }
    Ok(checked)
}

fn branch(
    name: &str,
    options: &[CommandOption],
    given: &[Value],
    typing: bool,
    resolved: &mut Resolved<'_>,
) -> Result<Vec<Value>, String> {
    let [one] = given else {
        let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
        return Err(format!(
            "{name} needs one of its sub-commands: {}.",
            names.join(", ")
        ));
    };
    let option = options
        .iter()
        .find(|option| one["name"] == option.name.as_str());
    // The name has just been found among the options.
    let Some(option) = option else {
        return Ok(Vec::new());
    };
    let below = one["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let name = format!("{name} {}", option.name);
    let below = level(&name, &option.options, below, typing, resolved)?;
    Ok(vec![json!({
        "name": option.name,
        "type": option.kind.number(),
        "options": below,
    })])
}

fn parameter(
    name: &str,
    option: &CommandOption,
    given: &Value,
    typing: bool,
    resolved: &mut Resolved<'_>,
) -> Result<Value, String> {
    let focused = typing && given["focused"] == true;
    if !focused {
        let filled = checked(name, option, given, resolved);
        // Nothing is checked before the command is sent.
        if !typing || filled.is_ok() {
            return filled;
        }
    }
    // What is being typed arrives as text, whatever the type.
    let value = &given["value"];
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let mut filled = json!({"name": option.name, "type": option.kind.number(), "value": text});
    if focused {
        filled["focused"] = json!(true);
    }
    Ok(filled)
}

fn checked(
    name: &str,
    option: &CommandOption,
    given: &Value,
    resolved: &mut Resolved<'_>,
) -> Result<Value, String> {
    let value = &given["value"];
    let wrong = |what: &str| format!("{name}: {} must be {what}.", option.name);
    let mut filled = json!({"name": option.name, "type": option.kind.number()});
    let id = || Id::from_json(value);
    filled["value"] = match option.kind {
        OptionKind::String => {
            let text = value.as_str().ok_or_else(|| wrong("a text"))?;
            text_fits(name, option, text)?;
            json!(text)
        }
        OptionKind::Integer => {
            let number = value.as_i64().ok_or_else(|| wrong("a whole number"))?;
            number_fits(name, option, number as f64)?;
            json!(number)
        }
        OptionKind::Number => {
            let number = value.as_f64().ok_or_else(|| wrong("a number"))?;
            number_fits(name, option, number)?;
            value.clone()
        }
        OptionKind::Boolean => json!(value.as_bool().ok_or_else(|| wrong("true or false"))?),
        OptionKind::User => {
            let id = id().ok_or_else(|| wrong("a user"))?;
            resolved.user(id).map_err(|_| wrong("a user"))?;
            json!(id)
        }
        OptionKind::Role => {
            let id = id().ok_or_else(|| wrong("a role"))?;
            resolved
                .role(id)
                .map_err(|_| wrong("a role of this guild"))?;
            json!(id)
        }
        OptionKind::Mentionable => {
            let id = id().ok_or_else(|| wrong("a user or a role"))?;
            let found = resolved.user(id).or_else(|_| resolved.role(id));
            found.map_err(|_| wrong("a user or a role"))?;
            json!(id)
        }
        OptionKind::Channel => {
            let id = id().ok_or_else(|| wrong("a channel"))?;
            let kind = resolved
                .channel(id)
                .map_err(|_| wrong("a channel of this guild"))?;
            if !option.channel_types.is_empty() && !option.channel_types.contains(&kind) {
                return Err(wrong("a channel of another type"));
            }
            json!(id)
        }
        OptionKind::Attachment => {
            let id = id().ok_or_else(|| wrong("a file"))?;
            let added = resolved.attachment(id, &option.file_types);
            added.map_err(|why| format!("{name}: {why}"))?;
            json!(id)
        }
        // Branches have been told apart before.
        OptionKind::SubCommand | OptionKind::SubCommandGroup => Value::Null,
    };
    if !option.choices.is_empty() {
        let chosen = option
            .choices
            .iter()
            .any(|choice| same(&choice["value"], &filled["value"]));
        if !chosen {
            let names = option
                .choices
                .iter()
                .filter_map(|choice| choice["name"].as_str());
            let names: Vec<&str> = names.collect();
            return Err(wrong(&format!("one of {}", names.join(", "))));
        }
    }
    Ok(filled)
}

/// Compares a choice with a value; 1 and 1.0 are the same number.
fn same(choice: &Value, value: &Value) -> bool {
    choice == value || (choice.is_number() && choice.as_f64() == value.as_f64())
}

fn text_fits(name: &str, option: &CommandOption, text: &str) -> Result<(), String> {
    let length = text.chars().count() as u64;
    let (least, most) = (
        option.min_length.unwrap_or(0),
        option.max_length.unwrap_or(6_000),
    );
    if option.required && text.is_empty() {
        return Err(missing(name, option));
    }
    if (least..=most).contains(&length) {
        return Ok(());
    }
    let option = &option.name;
    Err(match length < least {
        true => format!("{name}: {option} needs at least {least} characters."),
        false => format!("{name}: {option} takes at most {most} characters."),
    })
}

fn number_fits(name: &str, option: &CommandOption, number: f64) -> Result<(), String> {
    let bound = |bound: &Option<serde_json::Number>| bound.as_ref().and_then(|n| n.as_f64());
    let (least, most) = (bound(&option.min_value), bound(&option.max_value));
    let option = &option.name;
    if let Some(least) = least.filter(|least| number < *least) {
        return Err(format!("{name}: {option} must be at least {least}."));
    }
    if let Some(most) = most.filter(|most| number > *most) {
        return Err(format!("{name}: {option} must be at most {most}."));
    }
    if number.abs() > 9_007_199_254_740_992.0 {
        return Err(format!(
            "{name}: {option} is too large for a client to send."
        ));
    }
    Ok(())
}

/// Says which option is missing. Descriptions may end with a period of their own.
fn missing(name: &str, option: &CommandOption) -> String {
    let description = option.description.trim_end_matches('.');
    format!("{name} needs {}: {description}.", option.name)
}
