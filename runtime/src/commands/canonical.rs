//! Commands in a form in which two of them are equal exactly when they mean the same: what Discord
//! adds, leaves out or reorders makes no difference.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What makes a command the same one to Discord: its type and its name (rule C20). Another name or
/// type is another command, so that a renamed one is one delete and one create.
pub type Key = (u64, String);

/// Returns the key of a command.
pub fn key(command: &Value) -> Key {
    // Discord takes a command without a type for a slash command.
    let kind = command["type"].as_u64().unwrap_or(1);
    (
        kind,
        command["name"].as_str().unwrap_or_default().to_owned(),
    )
}

/// Returns a list of commands, canonical, by key.
pub fn by_key<'a>(commands: impl IntoIterator<Item = &'a Value>) -> BTreeMap<Key, Value> {
    let commands = commands.into_iter();
    commands
        .map(|command| (key(command), canonical(command)))
        .collect()
}

/// Everything that can be declared of a command, an option or a choice. The rest is Discord's own:
/// ids, versions, and fields it no longer recommends.
const DECLARED: &[&str] = &[
    "name",
    "description",
    "type",
    "options",
    "required",
    "choices",
    "value",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
    "file_types",
    "nsfw",
    "contexts",
    "integration_types",
    "default_member_permissions",
    "name_localizations",
    "description_localizations",
];

/// Reduces a command, an option or a choice to what was declared: leaves out what is Discord's own
/// and what is false or empty, and sorts what has no order. Options and choices keep theirs: people
/// see it.
pub fn canonical(command: &Value) -> Value {
    let Some(fields) = command.as_object() else {
        return command.clone();
    };
    let declared = |(key, _): &(&String, &Value)| DECLARED.contains(&key.as_str());
    let reduced = fields.iter().filter(declared).map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("options" | "choices", Value::Array(items)) => items.iter().map(canonical).collect(),
            ("contexts" | "integration_types" | "channel_types", Value::Array(items)) => {
                let mut set = items.clone();
                set.sort_by_key(Value::as_u64);
                set.dedup();
                Value::Array(set)
            }
            // Whether a bound or a choice came back as 1 or 1.0 says nothing.
            ("min_value" | "max_value" | "value", Value::Number(number)) => number.as_f64().into(),
            ("name_localizations", Value::Object(texts)) => others(texts, &fields["name"]),
            ("description_localizations", Value::Object(texts)) => {
                others(texts, fields.get("description").unwrap_or(&Value::Null))
            }
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    // An empty choice is a choice; every other empty text is none.
    Value::Object(
        reduced
            .filter(|(key, value)| key == "value" || !is_nothing(value))
            .collect(),
    )
}

/// Leaves out the localizations that say what is said anyway: Discord drops them (rule C15).
fn others(texts: &Map<String, Value>, default: &Value) -> Value {
    let others = texts.iter().filter(|(_, text)| *text != default);
    let others = others.map(|(locale, text)| (locale.clone(), text.clone()));
    Value::Object(others.collect())
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Number(_) | Value::Bool(true) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_discord_adds_is_no_difference_and_what_somebody_changed_is() {
        let declared = json!({ "name": "roll", "type": 1, "description": "Rolls", "nsfw": false,
            "contexts": [1, 0], "integration_types": [0],
            "description_localizations": { "en-GB": "Rolls", "de": "Würfelt" },
            "options": [{ "type": 4, "name": "n", "description": "N", "required": false,
                "min_value": 1 }] });
        let registered = json!({ "id": "1", "application_id": "2", "version": "3", "name": "roll",
            "type": 1, "description": "Rolls", "contexts": [0, 1], "integration_types": [0],
            "dm_permission": true, "name_localizations": null,
            "description_localizations": { "de": "Würfelt" },
            "default_member_permissions": null,
            "options": [{ "type": 4, "name": "n", "description": "N", "min_value": 1.0 }] });
        assert_eq!(canonical(&declared), canonical(&registered));
        for (pointer, value) in [
            ("/options/0/min_value", json!(2)),
            ("/options/0/type", json!(10)),
            ("/description", json!("Rolls dice")),
            ("/description_localizations/de", json!("Anders")),
            ("/contexts", json!([0])),
            ("/contexts", json!(null)),
            ("/integration_types", json!([0, 1])),
            ("/integration_types", json!([1])),
            ("/default_member_permissions", json!("0")),
        ] {
            let mut changed = registered.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            assert_ne!(canonical(&declared), canonical(&changed), "{pointer}");
        }
    }

    #[test]
    fn another_type_or_name_is_another_command() {
        let named = |kind: u64, name: &str| key(&json!({ "type": kind, "name": name }));
        assert_eq!(key(&json!({ "name": "roll" })), named(1, "roll"));
        assert_ne!(named(2, "roll"), named(1, "roll"));
        assert_ne!(named(1, "rolls"), named(1, "roll"));
    }
}
