//! Pressing a button, choosing in a select.

use serde_json::{Value, json};

use super::installs;
use super::resolved::Resolved;
use crate::clock::Time;
use crate::model::InteractionKind;
use crate::rules::component::{
    BUTTON, CHANNEL_SELECT, MENTIONABLE_SELECT, ROLE_SELECT, STRING_SELECT, USER_SELECT, is_select,
};
use crate::snowflake::Id;
use crate::world::{NewInteraction, World};

const LINK: u64 = 5;
const PREMIUM: u64 = 6;

/// Makes the interaction of using a component, found by custom id or by label.
pub fn click(
    world: &World,
    person: Id,
    channel: Id,
    message: Id,
    component: &str,
    values: &[String],
    now: Time,
) -> Result<NewInteraction, String> {
    let shown = world
        .message(channel, message)
        .filter(|message| message.seen_by(person));
    let shown = shown.ok_or("This message is not here any more.")?;
    let mut all = Vec::new();
    collect(&shown.components, &mut all);
    let by = |key: &str| all.iter().find(|one| one[key] == component).copied();
    let found = by("custom_id").or_else(|| by("label")).ok_or_else(|| {
        let names = all
            .iter()
            .filter_map(|one| one["label"].as_str().or(one["custom_id"].as_str()));
        let names: Vec<&str> = names.collect();
        match names.is_empty() {
            true => format!("The message has no \"{component}\"; nothing on it can be used."),
            false => format!(
                "The message has no \"{component}\"; it has {}.",
                names.join(", ")
            ),
        }
    })?;
    if found["disabled"] == true {
        return Err(format!("\"{component}\" is disabled."));
    }
    let kind = found["type"].as_u64().unwrap_or(0);
    let style = found["style"].as_u64().unwrap_or(0);
    if kind == BUTTON && matches!(style, LINK | PREMIUM) {
        return Err(format!(
            "\"{component}\" opens a page; the bot is not told of it."
        ));
    }
    let mut data = json!({
        "component_type": kind,
        "custom_id": found["custom_id"],
        "id": found["id"],
    });
    if is_select(kind) {
        let mut resolved = Resolved::new(world, person, channel, now);
        data["values"] = json!(choose(found, values, &mut resolved)?);
        data["resolved"] = resolved.into_json().unwrap_or_else(|| json!({}));
    }
    Ok(NewInteraction {
        kind: InteractionKind::Component,
        user: person,
        channel,
        installs: installs::of_message(world, shown),
        name: found["custom_id"].as_str().unwrap_or_default().to_owned(),
        data,
        message: Some(message),
        opener: None,
    })
}

/// Checks what was chosen in a select, by value or by label, and returns the values.
pub fn choose(
    select: &Value,
    chosen: &[String],
    resolved: &mut Resolved<'_>,
) -> Result<Vec<String>, String> {
    let least = select["min_values"].as_u64().unwrap_or(1) as usize;
    let most = select["max_values"].as_u64().unwrap_or(1) as usize;
    if chosen.len() < least || chosen.len() > most {
        return Err(match least == most {
            true => format!("Choose {least}, not {}.", chosen.len()),
            false => format!("Choose {least} to {most}, not {}.", chosen.len()),
        });
    }
    let kind = select["type"].as_u64().unwrap_or(0);
    if kind == STRING_SELECT {
        return chosen.iter().map(|one| option_value(select, one)).collect();
    }
    for one in chosen {
        let id: Id = one
            .parse()
            .map_err(|_| format!("\"{one}\" is not an id."))?;
        let found = match kind {
            USER_SELECT => resolved.user(id),
            ROLE_SELECT => resolved.role(id),
            MENTIONABLE_SELECT => resolved.user(id).or_else(|_| resolved.role(id)),
            CHANNEL_SELECT => resolved.channel(id).map(|_| ()),
            _ => Ok(()),
        };
        found.map_err(|_| format!("\"{one}\" cannot be chosen here."))?;
    }
    Ok(chosen.to_vec())
}

/// Finds an option by value, or by label.
pub fn option_value(group: &Value, chosen: &str) -> Result<String, String> {
    let options = group["options"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let by = |key: &str| options.iter().find(|option| option[key] == chosen);
    let found = by("value").or_else(|| by("label"));
    let value = found.and_then(|option| option["value"].as_str());
    value.map(str::to_owned).ok_or_else(|| {
        let labels = options.iter().filter_map(|option| option["label"].as_str());
        let labels: Vec<&str> = labels.collect();
        format!("\"{chosen}\" is not among {}.", labels.join(", "))
    })
}

/// Collects all components that have a custom id or a label, nested ones too.
fn collect<'a>(components: &'a [Value], into: &mut Vec<&'a Value>) {
    for component in components {
        if component["custom_id"].is_string() || component["label"].is_string() {
            into.push(component);
        }
        if component["accessory"].is_object() {
            collect(std::slice::from_ref(&component["accessory"]), into);
        }
        if let Some(below) = component["components"].as_array() {
            collect(below, into);
        }
    }
}
