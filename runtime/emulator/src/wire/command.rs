//! Application commands.

use serde_json::{Map, Value, json};

use crate::model::{Application, Command, CommandKind, CommandOption, Localizations, OptionKind};

/// Which texts are shown besides the default ones.
#[derive(Clone, Copy, Debug)]
pub enum Texts<'a> {
    /// Those of all languages.
    All,
    /// Those of one language, where there are some.
    Of(&'a str),
}

/// Returns the command as Discord stores it.
pub fn full(command: &Command, application: &Application, texts: Texts<'_>) -> Value {
    let mut value = json!({
        "id": command.id,
        "application_id": application.id,
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
        let types = command.integration_types.as_ref();
        let types = types.unwrap_or(&application.integration_types);
        fields.insert("integration_types".into(), json!(types));
    }
    if command.kind == CommandKind::ChatInput && !command.options.is_empty() {
        let option = |o: &CommandOption| option(o, texts);
        fields.insert(
            "options".into(),
            command.options.iter().map(option).collect(),
        );
    }
    let (names, descriptions) = (
        &command.name_localizations,
        &command.description_localizations,
    );
    localize(fields, "name", names.as_ref(), texts);
    localize(fields, "description", descriptions.as_ref(), texts);
    value
}

fn option(option: &CommandOption, texts: Texts<'_>) -> Value {
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
        let choices = option.choices.iter().map(|one| choice(one, texts));
        fields.insert("choices".into(), choices.collect());
    }
    if !option.channel_types.is_empty() {
        fields.insert("channel_types".into(), json!(option.channel_types));
    }
    if option.kind == OptionKind::SubCommandGroup || !option.options.is_empty() {
        let below = option.options.iter().map(|o| self::option(o, texts));
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
    if !option.file_types.is_empty() {
        fields.insert("file_types".into(), json!(option.file_types));
    }
    let (names, descriptions) = (
        &option.name_localizations,
        &option.description_localizations,
    );
    localize(&mut fields, "name", names.as_ref(), texts);
    localize(&mut fields, "description", descriptions.as_ref(), texts);
    Value::Object(fields)
}

fn choice(choice: &Value, texts: Texts<'_>) -> Value {
    let mut fields = Map::new();
    fields.insert("name".into(), choice["name"].clone());
    fields.insert("value".into(), choice["value"].clone());
    let names = choice.get("name_localizations");
    match texts {
        Texts::All => {
            fields.insert("name_localizations".into(), names.cloned().into());
        }
        Texts::Of(locale) => {
            if let Some(name) = names.and_then(|names| names.get(locale)) {
                fields.insert("name_localized".into(), name.clone());
            }
        }
    }
    Value::Object(fields)
}

/// Adds the texts of all languages, or the one of one language. A list falls back on nothing.
fn localize(
    fields: &mut Map<String, Value>,
    key: &str,
    localizations: Option<&Localizations>,
    texts: Texts<'_>,
) {
    match texts {
        Texts::All => {
            fields.insert(format!("{key}_localizations"), json!(localizations));
        }
        Texts::Of(locale) => {
            if let Some(text) = localizations.and_then(|texts| texts.get(locale)) {
                fields.insert(format!("{key}_localized"), json!(text));
            }
        }
    }
}
