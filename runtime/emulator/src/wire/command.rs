//! Application commands.

use serde_json::{Map, Value, json};

use crate::model::{Command, CommandKind, CommandOption, Localizations, OptionKind};
use crate::snowflake::Id;

/// Returns the command as Discord stores it. The localizations are shown when asked for.
pub fn full(command: &Command, application: Id, with_localizations: bool) -> Value {
    let mut value = json!({
        "id": command.id,
        "application_id": application,
        "version": command.version,
        "default_member_permissions": command.default_member_permissions.map(|p| p.to_string()),
        "type": command.kind.number(),
        "name": command.name,
        "description": command.description,
        "nsfw": command.nsfw,
    });
    let fields = value.as_object_mut();
    // `json!` with braces always makes an object.
    let Some(fields) = fields else { return value };
    if let Some(guild) = command.guild {
        fields.insert("guild_id".into(), json!(guild));
    } else {
        let dm = command
            .contexts
            .as_ref()
            .is_none_or(|contexts| contexts.contains(&1));
        fields.insert("dm_permission".into(), json!(dm));
        fields.insert("contexts".into(), json!(command.contexts));
        let types = command.integration_types.clone().unwrap_or_else(|| vec![0]);
        fields.insert("integration_types".into(), json!(types));
    }
    if command.kind == CommandKind::ChatInput && !command.options.is_empty() {
        let option = |o: &CommandOption| option(o, with_localizations);
        fields.insert(
            "options".into(),
            command.options.iter().map(option).collect(),
        );
    }
    if with_localizations {
        localize(
            fields,
            &command.name_localizations,
            &command.description_localizations,
        );
    }
    value
}

fn option(option: &CommandOption, with_localizations: bool) -> Value {
    let mut fields = Map::new();
    fields.insert("type".into(), json!(option.kind.number()));
    fields.insert("name".into(), json!(option.name));
    fields.insert("description".into(), json!(option.description));
    if option.required {
        fields.insert("required".into(), json!(true));
    }
    if option.autocomplete {
        fields.insert("autocomplete".into(), json!(true));
    }
    if !option.choices.is_empty() {
        fields.insert("choices".into(), json!(option.choices));
    }
    if !option.channel_types.is_empty() {
        fields.insert("channel_types".into(), json!(option.channel_types));
    }
    if option.kind == OptionKind::SubCommandGroup || !option.options.is_empty() {
        let below = option
            .options
            .iter()
            .map(|o| self::option(o, with_localizations));
        fields.insert("options".into(), below.collect());
    }
    for (name, limit) in [
        ("min_value", &option.min_value),
        ("max_value", &option.max_value),
    ] {
        if let Some(limit) = limit {
            fields.insert(name.into(), json!(limit));
        }
    }
    for (name, limit) in [
        ("min_length", option.min_length),
        ("max_length", option.max_length),
    ] {
        if let Some(limit) = limit {
            fields.insert(name.into(), json!(limit));
        }
    }
    if with_localizations {
        localize(
            &mut fields,
            &option.name_localizations,
            &option.description_localizations,
        );
    }
    Value::Object(fields)
}

fn localize(
    fields: &mut Map<String, Value>,
    names: &Option<Localizations>,
    descriptions: &Option<Localizations>,
) {
    fields.insert("name_localizations".into(), json!(names));
    fields.insert("description_localizations".into(), json!(descriptions));
}
