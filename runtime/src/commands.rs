//! What the cogs declare against what Discord has registered: compared, and sent only when they
//! differ.

use std::collections::BTreeSet;
use std::time::Duration;

use cogbox_world::cogbox::discord::command_types::{Command, Target};
use serde_json::{Map, Value};
use serenity::model::id::ApplicationId;

use crate::cog::registry::Snapshot;
use crate::cog::shape::Refusal;
use crate::discord::builtin;
use crate::host::convert;
use crate::rest::{Request, Rest, RestError, RestErrorKind, Route};

/// Most slash commands of one scope.
const CHAT_MAX: usize = 100;
/// Most user commands, and most message commands, of one scope.
const MENU_MAX: usize = 15;

/// What a synchronisation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// Discord had them all, as they are.
    Unchanged,
    /// They were sent; so many there are now.
    Sent(usize),
}

/// The wait before commands are sent again, after the first failure and at most.
const PAUSE: Duration = Duration::from_millis(40);
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// Makes Discord's global commands those of the loaded cogs.
pub async fn sync(
    rest: &Rest,
    application: ApplicationId,
    cogs: &Snapshot,
) -> Result<Synced, RestError> {
    let mut wanted = vec![builtin::declared()];
    let mut owners = vec!["cogbox"];
    for cog in cogs.cogs() {
        for command in &cog.commands {
            match convert::command(command) {
                Ok(body) => {
                    wanted.push(body);
                    owners.push(cog.name());
                }
                // `check` kept such a cog out; this is the last line of defence.
                Err(what) => tracing::error!(cog = cog.name(), "{what}"),
            }
        }
    }
    let registered: Vec<Value> = rest.ask(Route::Commands(application)).await?;
    if canonical_set(&registered) == canonical_set(&wanted) {
        return Ok(Synced::Unchanged);
    }
    let count = wanted.len();
    let body = Value::Array(wanted.clone());
    let sent = rest.send(Request::new(Route::BulkCommands(application), body));
    match sent.await {
        Ok(_) => Ok(Synced::Sent(count)),
        Err(error) => Err(naming(error, &wanted, &owners)),
    }
}

/// Adds to a refusal which commands it is about: Discord names them by their place in the list.
fn naming(mut error: RestError, wanted: &[Value], owners: &[&str]) -> RestError {
    let places = error
        .fields
        .iter()
        .filter_map(|field| field.split('.').next());
    let places: BTreeSet<usize> = places.filter_map(|place| place.parse().ok()).collect();
    let named = places.iter().filter_map(|&place| {
        let name = wanted.get(place)?["name"].as_str()?;
        Some(format!("`{name}` of the cog `{}`", owners.get(place)?))
    });
    let named = named.collect::<Vec<_>>().join(", ");
    if !named.is_empty() {
        error.message = format!("{}; it is about {named}", error.message);
    }
    error
}

/// Returns how long to wait before a sync is tried again, given how often it failed before. What
/// Discord refuses it will refuse again, and what it asks for in time it gets.
pub fn pause(failures: u32, error: &RestError) -> Duration {
    match error.kind {
        RestErrorKind::Unavailable | RestErrorKind::RateLimited | RestErrorKind::Banned => PAUSE
            .saturating_mul(4u32.saturating_pow(failures))
            .min(PAUSE_MAX)
            .max(error.retry_after.unwrap_or_default()),
        RestErrorKind::NotFound
        | RestErrorKind::Forbidden
        | RestErrorKind::Unauthorized
        | RestErrorKind::Invalid => PAUSE_MAX,
    }
}

/// Checks a cog's commands against Discord's rules before they are ever sent: one bad command
/// would make Discord refuse them all.
pub fn check(commands: &[Command]) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    let mut counts = [0; 4];
    for command in commands {
        let wrong = |what: String| Refusal::new(what, "see wit/README.md for Discord's limits");
        let body = convert::command(command).map_err(wrong)?;
        let kind = kind(command);
        counts[kind] += 1;
        if !names.insert((kind, command.name.clone())) {
            return Err(wrong(format!(
                "it declares the command `{}` twice",
                command.name
            )));
        }
        check_one(&body, kind)
            .map_err(|what| wrong(format!("command `{}`: {what}", command.name)))?;
    }
    match too_many(counts) {
        None => Ok(()),
        Some(what) => Err(Refusal::new(
            format!("it declares {what}"),
            "gather them into subcommands, or offer fewer of them",
        )),
    }
}

/// Checks that a cog's commands fit beside the host's own and those of other cogs: past Discord's
/// limits it would refuse them all.
pub fn check_beside<'a>(
    commands: &'a [Command],
    others: impl Iterator<Item = &'a Command>,
) -> Result<(), Refusal> {
    if commands.iter().any(|command| command.name == builtin::COGS) {
        return Err(Refusal::new(
            format!("`{}` is a command of Cogbox itself", builtin::COGS),
            "give the command another name",
        ));
    }
    let mut counts = [0; 4];
    counts[1] = 1;
    for command in commands.iter().chain(others) {
        counts[kind(command)] += 1;
    }
    match too_many(counts) {
        None => Ok(()),
        Some(what) => Err(Refusal::new(
            format!("with it the bot would have {what}"),
            "remove a cog, or gather commands into subcommands",
        )),
    }
}

/// The command's type, as Discord counts them: 1 for slash, 2 for user, 3 for message commands.
fn kind(command: &Command) -> usize {
    match command.target {
        Target::Chat => 1,
        Target::User => 2,
        Target::Message => 3,
    }
}

/// Returns what there is too much of, given how many commands there are of each type.
fn too_many(counts: [usize; 4]) -> Option<String> {
    let [_, chat, user, message] = counts;
    if chat > CHAT_MAX {
        return Some(format!("{chat} slash commands; Discord takes {CHAT_MAX}"));
    }
    let menu = user.max(message);
    (menu > MENU_MAX).then(|| format!("{menu} menu commands of a kind; Discord takes {MENU_MAX}"))
}

fn check_one(body: &Value, kind: usize) -> Result<(), String> {
    let name = body["name"].as_str().unwrap_or_default();
    if kind != 1 {
        return match name.chars().count() {
            1..=32 => Ok(()),
            _ => Err("a name has 1 to 32 characters".into()),
        };
    }
    let mut characters = 0;
    check_named(body, &mut characters)?;
    check_options(body, 0, &mut characters)?;
    match characters {
        0..=8_000 => Ok(()),
        _ => Err(format!(
            "all its texts together have {characters} characters; Discord takes 8,000"
        )),
    }
}

fn check_named(body: &Value, characters: &mut usize) -> Result<(), String> {
    let name = body["name"].as_str().unwrap_or_default();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
    let lower = name.chars().all(|c| !c.is_uppercase());
    if !(1..=32).contains(&name.chars().count()) || !name.chars().all(fits) || !lower {
        return Err(format!(
            "`{name}` must be 1 to 32 lower-case letters, digits, - or _"
        ));
    }
    let description = body["description"].as_str().unwrap_or_default();
    if !(1..=100).contains(&description.chars().count()) {
        return Err(format!(
            "the description of `{name}` must have 1 to 100 characters"
        ));
    }
    *characters += name.chars().count() + description.chars().count();
    Ok(())
}

fn check_options(body: &Value, depth: usize, characters: &mut usize) -> Result<(), String> {
    let options = body["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if options.len() > 25 {
        return Err(format!(
            "it has {} options on one level; Discord takes 25",
            options.len()
        ));
    }
    let (mut names, mut optional) = (BTreeSet::new(), false);
    for option in options {
        check_named(option, characters)?;
        let name = option["name"].as_str().unwrap_or_default();
        if !names.insert(name) {
            return Err(format!("the option `{name}` stands there twice"));
        }
        if matches!(option["type"].as_u64(), Some(1 | 2)) {
            if depth >= 2 {
                return Err(format!("`{name}` is nested too deep"));
            }
            check_options(option, depth + 1, characters)?;
            continue;
        }
        match option["required"].as_bool() {
            Some(true) if optional => {
                return Err(format!(
                    "the required option `{name}` follows an optional one"
                ));
            }
            Some(true) => {}
            _ => optional = true,
        }
        let choices = option["choices"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        if choices.len() > 25 {
            return Err(format!(
                "`{name}` has {} choices; Discord takes 25",
                choices.len()
            ));
        }
        for choice in choices {
            let label = choice["name"].as_str().unwrap_or_default().chars().count();
            let value = choice["value"].as_str().unwrap_or_default().chars().count();
            if !(1..=100).contains(&label) || value > 100 {
                return Err(format!(
                    "a choice of `{name}` has a name or value of wrong length"
                ));
            }
            *characters += label + value;
        }
    }
    Ok(())
}

fn canonical_set(commands: &[Value]) -> BTreeSet<String> {
    commands
        .iter()
        .map(|command| canonical(command).to_string())
        .collect()
}

/// Reduces a command to what was declared: Discord adds ids and defaults, leaves out what is false
/// or empty, and reorders nothing that matters.
fn canonical(command: &Value) -> Value {
    const KEPT: &[&str] = &[
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
        "nsfw",
        "contexts",
        "default_member_permissions",
        "name_localizations",
        "description_localizations",
    ];
    let Some(fields) = command.as_object() else {
        return command.clone();
    };
    let mut kept = Map::new();
    for (key, value) in fields {
        let value = match (key.as_str(), value) {
            ("options" | "choices", Value::Array(items)) => items.iter().map(canonical).collect(),
            ("contexts" | "channel_types", Value::Array(items)) => {
                let mut sorted = items.clone();
                sorted.sort_by_key(Value::as_u64);
                Value::Array(sorted)
            }
            // Whether a bound came back as 1 or 1.0 says nothing.
            ("min_value" | "max_value", Value::Number(number)) => number.as_f64().into(),
            _ => value.clone(),
        };
        let nothing = match &value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::String(text) => key == "description" && text.is_empty(),
            Value::Number(_) => false,
            Value::Bool(true) => false,
        };
        if !nothing && KEPT.contains(&key.as_str()) {
            kept.insert(key.clone(), value);
        }
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_discord_adds_is_no_difference() {
        let declared = json!({ "name": "roll", "type": 1, "description": "Rolls", "nsfw": false,
            "contexts": [1, 0], "options": [{ "type": 4, "name": "n", "description": "N",
            "required": false, "min_value": 1 }] });
        let registered = json!({ "id": "1", "application_id": "2", "version": "3", "name": "roll",
            "type": 1, "description": "Rolls", "contexts": [0, 1], "dm_permission": true,
            "name_localizations": null, "default_member_permissions": null,
            "options": [{ "type": 4, "name": "n", "description": "N", "min_value": 1.0 }] });
        assert_eq!(canonical(&declared), canonical(&registered));
        let mut changed = registered.clone();
        changed["options"][0]["min_value"] = 2.into();
        assert_ne!(canonical(&declared), canonical(&changed));
    }

    #[test]
    fn what_may_mend_itself_is_tried_again_soon_and_not_before_discord_says() {
        let error = |kind, retry_after: Option<u64>| RestError {
            kind,
            message: String::new(),
            code: None,
            retry_after: retry_after.map(Duration::from_secs),
            fields: Vec::new(),
        };
        let unavailable = error(RestErrorKind::Unavailable, None);
        let waits = [0, 1, 2, 9, u32::MAX].map(|failures| pause(failures, &unavailable));
        let millis = [40, 160, 640, 300_000, 300_000].map(Duration::from_millis);
        assert_eq!(waits, millis);
        let limited = error(RestErrorKind::RateLimited, Some(3_600));
        assert_eq!(pause(0, &limited), Duration::from_secs(3_600));
        let refused = error(RestErrorKind::Invalid, None);
        assert_eq!(pause(0, &refused), PAUSE_MAX);
    }

    #[test]
    fn what_discord_would_refuse_is_found_first() {
        let option = |name: &str, required: bool| json!({ "type": 3, "name": name, "description": "d", "required": required });
        let told = |options: Value, description: &str| {
            let body = json!({ "name": "c", "description": description, "options": options });
            check_one(&body, 1)
        };
        assert_eq!(
            told(json!([option("a", true), option("b", false)]), "d"),
            Ok(())
        );
        assert!(told(json!([option("a", false), option("b", true)]), "d").is_err());
        assert!(told(json!([option("a", true), option("a", true)]), "d").is_err());
        assert!(told(json!([option("A", true)]), "d").is_err());
        assert!(told(json!([]), "").is_err());
        let many: Vec<_> = (0..26).map(|n| option(&format!("o{n}"), true)).collect();
        assert!(told(json!(many), "d").is_err());
    }
}
