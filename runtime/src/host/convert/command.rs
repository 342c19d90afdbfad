//! What a cog declares, as the body Discord takes for an application command.

use cogbox_world::cogbox::discord::command_types as wit;
use serde_json::{Map, Value, json};
use serenity::model::permissions::Permissions;

use crate::config::{Concurrency, Cooldown, Per};

/// Returns the body of a command, or what is wrong with it.
pub fn command(command: &wit::Command) -> Result<Value, String> {
    let kind = match command.target {
        wit::Target::Chat => 1,
        wit::Target::User => 2,
        wit::Target::Message => 3,
    };
    let mut body = Map::new();
    body.insert("name".into(), command.name.as_str().into());
    body.insert("type".into(), kind.into());
    localized(&mut body, "name_localizations", &command.names);
    if kind == 1 {
        body.insert("description".into(), command.description.as_str().into());
        localized(
            &mut body,
            "description_localizations",
            &command.descriptions,
        );
        if !command.options.is_empty() && !command.subcommands.is_empty() {
            return Err(format!(
                "the command `{}` has options and subcommands; Discord takes one of the two",
                command.name
            ));
        }
        let options = match command.subcommands.as_slice() {
            [] => command.options.iter().map(option).collect(),
            subcommands => nested(subcommands),
        };
        body.insert("options".into(), Value::Array(options));
    }
    if let Some(needs) = &command.needs {
        let bits = permission_bits(needs).ok_or_else(|| {
            format!(
                "the command `{}` needs `{needs}`, which is not a set of permissions",
                command.name
            )
        })?;
        body.insert("default_member_permissions".into(), bits.to_string().into());
    }
    let contexts: Vec<u8> = [
        (wit::Contexts::GUILD, 0),
        (wit::Contexts::BOT_DM, 1),
        (wit::Contexts::PRIVATE_CHANNEL, 2),
    ]
    .into_iter()
    .filter(|(flag, _)| command.contexts.contains(*flag))
    .map(|(_, number)| number)
    .collect();
    if contexts.is_empty() {
        return Err(format!(
            "the command `{}` can be used nowhere, since it has no context",
            command.name
        ));
    }
    body.insert("contexts".into(), contexts.into());
    body.insert("nsfw".into(), command.nsfw.into());
    Ok(Value::Object(body))
}

/// Returns the body of a command for one guild: where it can be used follows from where it is
/// registered.
pub fn guild_command(of: &wit::Command) -> Result<Value, String> {
    let mut body = command(of)?;
    if let Some(fields) = body.as_object_mut() {
        fields.remove("contexts");
    }
    Ok(body)
}

/// Returns how often a command may be used.
pub fn cooldown(cooldown: &wit::Cooldown) -> Cooldown {
    Cooldown {
        per: per(cooldown.per),
        uses: cooldown.uses,
        seconds: cooldown.seconds,
    }
}

/// Returns how often a command may be used, as a cog declares it.
pub fn declared_cooldown(cooldown: Cooldown) -> wit::Cooldown {
    wit::Cooldown {
        per: bucket(cooldown.per),
        uses: cooldown.uses,
        seconds: cooldown.seconds,
    }
}

/// Returns how often a command may be used at the same time.
pub fn concurrency(concurrency: &wit::Concurrency) -> Concurrency {
    Concurrency {
        per: per(concurrency.per),
        uses: concurrency.uses,
    }
}

/// Returns how often a command may be used at the same time, as a cog declares it.
pub fn declared_concurrency(concurrency: Concurrency) -> wit::Concurrency {
    wit::Concurrency {
        per: bucket(concurrency.per),
        uses: concurrency.uses,
    }
}

fn per(bucket: wit::Bucket) -> Per {
    match bucket {
        wit::Bucket::User => Per::User,
        wit::Bucket::Member => Per::Member,
        wit::Bucket::Channel => Per::Channel,
        wit::Bucket::Guild => Per::Guild,
        wit::Bucket::Global => Per::Global,
    }
}

fn bucket(per: Per) -> wit::Bucket {
    match per {
        Per::User => wit::Bucket::User,
        Per::Member => wit::Bucket::Member,
        Per::Channel => wit::Bucket::Channel,
        Per::Guild => wit::Bucket::Guild,
        Per::Global => wit::Bucket::Global,
    }
}

/// Parses permission bits in decimal digits.
pub fn permission_bits(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| digits)
        .map(|bits: u64| Permissions::from_bits_retain(bits).bits())
}

/// Groups come where their first subcommand stands.
fn nested(subcommands: &[wit::Subcommand]) -> Vec<Value> {
    let mut options: Vec<Value> = Vec::new();
    for subcommand in subcommands {
        let mut body = described(&subcommand.name, &subcommand.description, 1);
        localized(&mut body, "name_localizations", &subcommand.names);
        localized(
            &mut body,
            "description_localizations",
            &subcommand.descriptions,
        );
        let inner = subcommand.options.iter().map(option).collect();
        body.insert("options".into(), Value::Array(inner));
        let Some(group) = &subcommand.group else {
            options.push(Value::Object(body));
            continue;
        };
        let known = options
            .iter_mut()
            .find(|option| option["type"] == 2 && option["name"] == group.as_str());
        match known.and_then(|group| group["options"].as_array_mut()) {
            Some(inner) => inner.push(Value::Object(body)),
            None => {
                // Nobody sees a group's description, but Discord demands one.
                let mut whole = described(group, group, 2);
                whole.insert("options".into(), json!([body]));
                options.push(Value::Object(whole));
            }
        }
    }
    options
}

fn option(option: &wit::CommandOption) -> Value {
    let number = match &option.kind {
        wit::OptionKind::Text(_) => 3,
        wit::OptionKind::Integer(_) => 4,
        wit::OptionKind::Toggle => 5,
        wit::OptionKind::User => 6,
        wit::OptionKind::Channel(_) => 7,
        wit::OptionKind::Role => 8,
        wit::OptionKind::Mentionable => 9,
        wit::OptionKind::Number(_) => 10,
        wit::OptionKind::Attachment => 11,
        wit::OptionKind::Choice(choices) => match choices.first().map(|choice| &choice.value) {
            Some(wit::ChoiceValue::Integer(_)) => 4,
            Some(wit::ChoiceValue::Number(_)) => 10,
            Some(wit::ChoiceValue::Text(_)) | None => 3,
        },
    };
    let mut body = described(&option.name, &option.description, number);
    body.insert("required".into(), option.required.into());
    localized(&mut body, "name_localizations", &option.names);
    localized(&mut body, "description_localizations", &option.descriptions);
    if option.autocomplete {
        body.insert("autocomplete".into(), true.into());
    }
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.into(), value);
        }
    };
    match &option.kind {
        wit::OptionKind::Text(bounds) => {
            put("min_length", bounds.min_length.map(Value::from));
            put("max_length", bounds.max_length.map(Value::from));
        }
        wit::OptionKind::Integer(bounds) => {
            put("min_value", bounds.min.map(Value::from));
            put("max_value", bounds.max.map(Value::from));
        }
        wit::OptionKind::Number(bounds) => {
            put("min_value", bounds.min.map(Value::from));
            put("max_value", bounds.max.map(Value::from));
        }
        wit::OptionKind::Choice(choices) => {
            put("choices", Some(choices.iter().map(choice).collect()));
        }
        wit::OptionKind::Channel(kinds) if !kinds.is_empty() => {
            put(
                "channel_types",
                Some(kinds.iter().map(super::channel_number).collect()),
            );
        }
        _ => {}
    }
    Value::Object(body)
}

pub(super) fn choice(choice: &wit::Choice) -> Value {
    let mut body = Map::new();
    body.insert("name".into(), choice.name.as_str().into());
    localized(&mut body, "name_localizations", &choice.names);
    let value = match &choice.value {
        wit::ChoiceValue::Text(text) => Value::from(text.as_str()),
        wit::ChoiceValue::Integer(number) => Value::from(*number),
        wit::ChoiceValue::Number(number) => Value::from(*number),
    };
    body.insert("value".into(), value);
    Value::Object(body)
}

fn described(name: &str, description: &str, kind: u8) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("type".into(), kind.into());
    body.insert("name".into(), name.into());
    body.insert("description".into(), description.into());
    body
}

fn localized(body: &mut Map<String, Value>, key: &str, texts: &[wit::Localized]) {
    if !texts.is_empty() {
        let texts = texts
            .iter()
            .map(|text| (text.locale.clone(), text.text.as_str().into()));
        body.insert(key.into(), Value::Object(texts.collect()));
    }
}
