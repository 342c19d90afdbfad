//! What makes valid components in a message: rows, buttons and selects, with or without the flag
//! for components v2. Rules: Discord's documentation, "Component Reference".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::command_option::CHANNEL_TYPES;
use super::component_v2;
use super::embed::is_web_address;
use super::emoji::judge_emoji;
use super::form::{BAD_CHOICE, BAD_LENGTH, BAD_TYPE, Faults, Form, REQUIRED};

pub const ACTION_ROW: u64 = 1;
pub const BUTTON: u64 = 2;
pub const STRING_SELECT: u64 = 3;
pub const TEXT_INPUT: u64 = 4;
pub const USER_SELECT: u64 = 5;
pub const ROLE_SELECT: u64 = 6;
pub const MENTIONABLE_SELECT: u64 = 7;
pub const CHANNEL_SELECT: u64 = 8;

/// The characters of all text displays of a v2 message together.
const MOST_TEXT: usize = 4_000;

/// The components of a v2 message, counted with all nested ones.
const MOST_COMPONENTS: usize = 40;

/// Tells whether a component type is one of the selects.
pub fn is_select(kind: u64) -> bool {
    kind == STRING_SELECT || (USER_SELECT..=CHANNEL_SELECT).contains(&kind)
}

/// What has to be unique or counted over all components of one message or modal.
#[derive(Default)]
pub struct Seen {
    custom_ids: BTreeSet<String>,
    ids: BTreeSet<u64>,
    pub count: usize,
    /// The characters of all text displays.
    pub text: usize,
    /// File names that components refer to.
    pub files: Vec<(String, String)>,
}

/// Reads the `components` of a message; `v2` tells whether the message carries that flag.
pub fn read(form: &Form<'_>, v2: bool, faults: &mut Faults) -> Option<(Vec<Value>, Seen)> {
    let most = if v2 { MOST_COMPONENTS } else { 5 };
    let forms = form.forms("components", 0..=most, faults)?;
    let mut seen = Seen::default();
    for form in &forms {
        match form.get("type").and_then(Value::as_u64) {
            Some(ACTION_ROW) => judge_row(form, &mut seen, faults),
            Some(kind) if v2 => component_v2::judge_top(form, kind, &mut seen, faults),
            _ => {
                let message = "A message without the components v2 flag takes action rows only.";
                form.fault(faults, "type", BAD_CHOICE, message);
            }
        }
    }
    if seen.count > MOST_COMPONENTS {
        let message = format!("A message may have {MOST_COMPONENTS} components in all.");
        form.fault(faults, "components", BAD_LENGTH, message);
    }
    if seen.text > MOST_TEXT {
        let message = format!("The texts of a message may have {MOST_TEXT} characters in all.");
        form.fault(faults, "components", BAD_LENGTH, message);
    }
    let mut components: Vec<Value> = forms.iter().map(|form| form.value.clone()).collect();
    number(&mut components, &mut seen.ids);
    Some((components, seen))
}

/// Gives an id to every component that brought none, or 0.
pub fn number_all(components: &mut [Value], seen: &mut Seen) {
    number(components, &mut seen.ids);
}

fn number(components: &mut [Value], taken: &mut BTreeSet<u64>) {
    for component in components {
        // What is no object has been noted as a fault, and goes no further.
        if !component.is_object() {
            continue;
        }
        if component["id"].as_u64().unwrap_or(0) == 0 {
            let free = (1..).find(|id| !taken.contains(id)).unwrap_or(0);
            taken.insert(free);
            component["id"] = json!(free);
        }
        for below in ["accessory", "component"] {
            if let Some(one) = component.get_mut(below).filter(|one| one.is_object()) {
                number(std::slice::from_mut(one), taken);
            }
        }
        if let Some(Value::Array(below)) = component.get_mut("components") {
            number(below, taken);
        }
    }
}

/// Notes what is wrong with what every component has: its id.
pub fn judge_id(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    seen.count += 1;
    let id = form
        .number("id", 0..=u64::from(u32::MAX >> 1), faults)
        .unwrap_or(0);
    if id != 0 && !seen.ids.insert(id) {
        form.fault(
            faults,
            "id",
            "COMPONENT_ID_DUPLICATED",
            "Component ids must be unique.",
        );
    }
}

/// Notes what is wrong with a custom id: its length, and that it stands there twice.
pub fn judge_custom_id(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    let id = form.required_text("custom_id", 1..=100, faults);
    if id.is_some_and(|id| !seen.custom_ids.insert(id)) {
        let message = "Component custom id cannot be duplicated";
        form.fault(
            faults,
            "custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            message,
        );
    }
}

/// Notes what is wrong with an action row of buttons, or of one select.
pub fn judge_row(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    judge_id(form, seen, faults);
    form.require("components", faults);
    let inside = form.forms("components", 1..=5, faults).unwrap_or_default();
    for below in &inside {
        match below.get("type").and_then(Value::as_u64) {
            Some(BUTTON) => judge_button(below, seen, faults),
            Some(kind) if is_select(kind) => {
                judge_select(below, kind, false, seen, faults);
                if inside.len() > 1 {
                    let message = "A select fills its action row alone.";
                    form.fault(faults, "components", BAD_LENGTH, message);
                }
            }
            _ => {
                let message = "An action row holds buttons or one select.";
                below.fault(faults, "type", BAD_CHOICE, message);
            }
        }
    }
}

/// Notes what is wrong with a button.
pub fn judge_button(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    judge_id(form, seen, faults);
    form.require("style", faults);
    form.text("label", 0..=80, faults);
    form.flag("disabled", faults);
    judge_emoji(form, faults);
    let style = form.number("style", 1..=6, faults);
    let (wanted, refused): (&str, &[&str]) = match style {
        Some(1..=4) => ("custom_id", &["url", "sku_id"]),
        Some(5) => ("url", &["custom_id", "sku_id"]),
        Some(6) => ("sku_id", &["custom_id", "url", "label", "emoji"]),
        _ => return,
    };
    for key in refused {
        if form.get(key).is_some() {
            let message = format!("A button of this style cannot have a {key}.");
            form.fault(faults, key, "COMPONENT_FIELD_FORBIDDEN", message);
        }
    }
    match wanted {
        "custom_id" => judge_custom_id(form, seen, faults),
        "url" => {
            let url = form.required_text("url", 1..=512, faults);
            let known = |url: &String| is_web_address(url) || url.starts_with("discord://");
            if url.is_some_and(|url| !known(&url)) {
                form.fault(
                    faults,
                    "url",
                    "URL_TYPE_INVALID_URL",
                    "Not a well formed URL.",
                );
            }
        }
        other => form.require(other, faults),
    }
    if style != Some(6) && form.get("label").is_none() && form.get("emoji").is_none() {
        let message = "A button must have a label or an emoji";
        faults.add(&form.path, "BUTTON_COMPONENT_LABEL_OR_EMOJI", message);
    }
}

/// Notes what is wrong with a select in a message, or in a modal.
pub fn judge_select(
    form: &Form<'_>,
    kind: u64,
    in_modal: bool,
    seen: &mut Seen,
    faults: &mut Faults,
) {
    judge_id(form, seen, faults);
    judge_custom_id(form, seen, faults);
    form.text("placeholder", 0..=150, faults);
    if in_modal {
        form.flag("required", faults);
    }
    if form.flag("disabled", faults) == Some(true) && in_modal {
        form.fault(
            faults,
            "disabled",
            BAD_TYPE,
            "A select in a modal cannot be disabled.",
        );
    }
    let least = form.number("min_values", 0..=25, faults);
    let most = form.number("max_values", 1..=25, faults);
    if least.unwrap_or(1) > most.unwrap_or(1) {
        let message = "min_values must not be above max_values.";
        form.fault(faults, "min_values", BAD_LENGTH, message);
    }
    if kind == CHANNEL_SELECT {
        form.numbers("channel_types", &CHANNEL_TYPES, faults);
    }
    for value in form
        .forms("default_values", 0..=25, faults)
        .unwrap_or_default()
    {
        value.require("id", faults);
        value.id("id", faults);
        value.required_text("type", 1..=10, faults);
    }
    if kind == STRING_SELECT {
        form.require("options", faults);
        let options = form.forms("options", 1..=25, faults).unwrap_or_default();
        let mut values = BTreeSet::new();
        for option in &options {
            judge_select_option(option, faults);
            if !values.insert(option.value["value"].to_string()) {
                let message = "The specified option value is already used";
                option.fault(
                    faults,
                    "value",
                    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    message,
                );
            }
        }
        if most.is_some_and(|most| most > options.len() as u64) {
            let message = "max_values must not be above the number of options.";
            form.fault(faults, "max_values", BAD_LENGTH, message);
        }
    } else if form
        .get("options")
        .is_some_and(|options| *options != json!([]))
    {
        let message = "Only a string select has options of its own.";
        form.fault(faults, "options", BAD_TYPE, message);
    }
}

fn judge_select_option(form: &Form<'_>, faults: &mut Faults) {
    form.required_text("label", 1..=100, faults);
    form.required_text("value", 1..=100, faults);
    form.text("description", 0..=100, faults);
    form.flag("default", faults);
    judge_emoji(form, faults);
}

/// Notes that a list must not be empty, where the reader has already let it pass.
pub fn require_some(form: &Form<'_>, key: &str, faults: &mut Faults) {
    if form.get(key).is_none_or(|list| *list == json!([])) {
        form.fault(faults, key, REQUIRED, "This field is required");
    }
}
