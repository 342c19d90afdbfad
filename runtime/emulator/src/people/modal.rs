//! Filling in and submitting a modal.

use serde_json::{Map, Value, json};

use super::click::{choose, option_value};
use super::resolved::Resolved;
use crate::clock::Time;
use crate::model::InteractionKind;
use crate::rules::component::{TEXT_INPUT, is_select};
use crate::snowflake::Id;
use crate::world::{NewInteraction, World};

const FILE_UPLOAD: u64 = 19;
const RADIO_GROUP: u64 = 21;
const CHECKBOX_GROUP: u64 = 22;
const CHECKBOX: u64 = 23;

/// Makes the interaction of submitting the modal that an earlier interaction opened. `fields` maps
/// custom ids to texts, lists of texts, or truth values.
pub fn submit(
    world: &World,
    person: Id,
    opener: Id,
    fields: &Map<String, Value>,
    now: Time,
) -> Result<NewInteraction, String> {
    let opener = world
        .interactions
        .get(&opener)
        .filter(|opener| opener.user == person);
    let opener = opener.ok_or("This form is not open any more.")?;
    let modal = opener
        .modal
        .as_ref()
        .ok_or("That interaction opened no form.")?;
    let mut resolved = Resolved::new(world, person, opener.channel, now);
    let mut form = Filling {
        fields,
        used: Vec::new(),
        resolved: &mut resolved,
    };
    let components = modal["components"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let filled = components
        .iter()
        .map(|one| form.fill(one))
        .collect::<Result<Vec<_>, _>>()?;
    let unknown = fields.keys().find(|field| !form.used.contains(field));
    if let Some(field) = unknown {
        let names = form.used.join(", ");
        return Err(format!(
            "The form has no field \"{field}\"; it has {names}."
        ));
    }
    let mut data = json!({"custom_id": modal["custom_id"], "components": filled});
    if let Some(found) = resolved.into_json() {
        data["resolved"] = found;
    }
    Ok(NewInteraction {
        kind: InteractionKind::ModalSubmit,
        user: person,
        channel: opener.channel,
        installs: opener.installs,
        name: modal["custom_id"].as_str().unwrap_or_default().to_owned(),
        data,
        message: opener.message,
        opener: Some(opener.id),
    })
}

struct Filling<'a, 'b> {
    fields: &'a Map<String, Value>,
    used: Vec<String>,
    resolved: &'a mut Resolved<'b>,
}

impl Filling<'_, '_> {
    /// Returns a component of the modal as it is submitted: nested as it was sent.
    fn fill(&mut self, component: &Value) -> Result<Value, String> {
        let mut filled = json!({"type": component["type"], "id": component["id"]});
        if let Some(below) = component["components"].as_array() {
            let below = below
                .iter()
                .map(|one| self.fill(one))
                .collect::<Result<Vec<_>, _>>()?;
            filled["components"] = json!(below);
        } else if component["component"].is_object() {
            let mut inside = component["component"].clone();
            if inside["label"].is_null() {
                inside["label"] = component["label"].clone();
            }
            filled["component"] = self.fill(&inside)?;
        } else if let Some(id) = component["custom_id"].as_str() {
            filled["custom_id"] = json!(id);
            self.used.push(id.to_owned());
            self.answer(component, id, &mut filled)?;
        }
        Ok(filled)
    }

    fn answer(&mut self, component: &Value, id: &str, filled: &mut Value) -> Result<(), String> {
        let given = self.fields.get(id).filter(|given| !given.is_null());
        let required = component["required"] != false;
        let label = component["label"].as_str().unwrap_or(id);
        let missing = || format!("\"{label}\" has to be filled in.");
        let kind = component["type"].as_u64().unwrap_or(0);
        match kind {
            TEXT_INPUT => {
                let preset = component["value"].as_str().unwrap_or_default();
                let text = given.map_or(preset, |given| given.as_str().unwrap_or_default());
                if required && text.is_empty() {
                    return Err(missing());
                }
                length_fits(component, label, text)?;
                filled["value"] = json!(text);
            }
            CHECKBOX => filled["value"] = json!(given.is_some_and(|given| *given == true)),
            RADIO_GROUP => match texts(given).first() {
                Some(one) => filled["value"] = json!(option_value(component, one)?),
                None if required => return Err(missing()),
                None => filled["value"] = Value::Null,
            },
            CHECKBOX_GROUP => {
                let chosen = texts(given);
                if required && chosen.is_empty() {
                    return Err(missing());
                }
                let values = chosen.iter().map(|one| option_value(component, one));
                filled["values"] = json!(values.collect::<Result<Vec<_>, _>>()?);
            }
            FILE_UPLOAD => {
                let chosen = texts(given);
                let least = component["min_values"].as_u64().unwrap_or(1);
                let most = component["max_values"].as_u64().unwrap_or(1);
                let count = chosen.len() as u64;
                if (count > 0 || required) && !(least..=most).contains(&count) {
                    return Err(match least == most {
                        true => format!("\"{label}\" takes {least}, not {count} files."),
                        false => format!("\"{label}\" takes {least} to {most} files, not {count}."),
                    });
                }
                let types = texts(component.get("file_types"));
                for one in &chosen {
                    let id = one.parse().map_err(|_| missing())?;
                    self.resolved.attachment(id, &types)?;
                }
                filled["values"] = json!(chosen);
            }
            kind if is_select(kind) => {
                let chosen = texts(given);
                let values = match chosen.is_empty() && !required {
                    true => Vec::new(),
                    false => choose(component, &chosen, self.resolved)?,
                };
                filled["values"] = json!(values);
            }
            _ => filled["values"] = json!([]),
        }
        Ok(())
    }
}

fn texts(given: Option<&Value>) -> Vec<String> {
    match given {
        Some(Value::String(text)) if !text.is_empty() => vec![text.clone()],
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn length_fits(component: &Value, label: &str, text: &str) -> Result<(), String> {
    let length = text.chars().count() as u64;
    let least = component["min_length"].as_u64().unwrap_or(0);
    let most = component["max_length"].as_u64().unwrap_or(4_000);
    // An optional field that is left empty is not too short.
    if length == 0 || (least..=most).contains(&length) {
        return Ok(());
    }
    Err(match length < least {
        true => format!("\"{label}\" needs at least {least} characters."),
        false => format!("\"{label}\" takes at most {most} characters."),
    })
}
