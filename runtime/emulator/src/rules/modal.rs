//! What makes a valid modal. Rules: Discord's documentation, "Receiving and Responding to
//! Interactions" and "Component Reference".

use serde_json::{Value, json};

use super::component::{self, ACTION_ROW, Seen, TEXT_INPUT, is_select};
use super::component_v2::{TEXT_DISPLAY, judge_text};
use super::file_types;
use super::form::{BAD_CHOICE, BAD_LENGTH, Faults, Form};

const LABEL: u64 = 18;
const FILE_UPLOAD: u64 = 19;
const RADIO_GROUP: u64 = 21;
const CHECKBOX_GROUP: u64 = 22;
const CHECKBOX: u64 = 23;

/// Reads the `data` of a callback that opens a modal, with an id for every component.
pub fn read(form: &Form<'_>, faults: &mut Faults) -> Value {
    form.required_text("custom_id", 1..=100, faults);
    form.required_text("title", 1..=45, faults);
    form.require("components", faults);
    let mut seen = Seen::default();
    let forms = form.forms("components", 1..=5, faults).unwrap_or_default();
    for form in &forms {
        match form.get("type").and_then(Value::as_u64) {
            Some(LABEL) => judge_label(form, &mut seen, faults),
            Some(TEXT_DISPLAY) => judge_text(form, &mut seen, faults),
            Some(ACTION_ROW) => judge_row(form, &mut seen, faults),
            _ => {
                let message = "A modal holds labels, text displays and rows with a text input.";
                form.fault(faults, "type", BAD_CHOICE, message);
            }
        }
    }
    let mut components: Vec<Value> = forms.iter().map(|form| form.value.clone()).collect();
    component::number_all(&mut components, &mut seen);
    json!({
        "custom_id": form.value["custom_id"],
        "title": form.value["title"],
        "components": components,
    })
}

fn judge_label(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    component::judge_id(form, seen, faults);
    form.required_text("label", 1..=45, faults);
    form.text("description", 0..=100, faults);
    form.require("component", faults);
    let Some(inside) = form.get("component") else {
        return;
    };
    let inside = Form::new(inside, form.at("component"), faults);
    match inside.get("type").and_then(Value::as_u64) {
        Some(TEXT_INPUT) => judge_text_input(&inside, false, seen, faults),
        Some(kind) if is_select(kind) => {
            component::judge_select(&inside, kind, true, seen, faults);
        }
        Some(FILE_UPLOAD) => {
            judge_input(&inside, seen, faults);
            inside.number("min_values", 0..=10, faults);
            inside.number("max_values", 1..=10, faults);
            file_types::read(&inside, faults);
        }
        Some(kind @ (RADIO_GROUP | CHECKBOX_GROUP)) => {
            judge_input(&inside, seen, faults);
            inside.require("options", faults);
            let least = if kind == RADIO_GROUP { 2 } else { 1 };
            for option in inside
                .forms("options", least..=10, faults)
                .unwrap_or_default()
            {
                option.required_text("label", 1..=100, faults);
                option.required_text("value", 1..=100, faults);
                option.text("description", 0..=100, faults);
                option.flag("default", faults);
            }
        }
        Some(CHECKBOX) => {
            judge_input(&inside, seen, faults);
            inside.flag("default", faults);
        }
        _ => inside.fault(
            faults,
            "type",
            BAD_CHOICE,
            "A label cannot hold such a component.",
        ),
    }
}

fn judge_input(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    component::judge_id(form, seen, faults);
    component::judge_custom_id(form, seen, faults);
    form.flag("required", faults);
}

/// The deprecated way: an action row with one text input that has its own label.
fn judge_row(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    component::judge_id(form, seen, faults);
    form.require("components", faults);
    for input in form.forms("components", 1..=1, faults).unwrap_or_default() {
        match input.get("type").and_then(Value::as_u64) {
            Some(TEXT_INPUT) => judge_text_input(&input, true, seen, faults),
            _ => input.fault(
                faults,
                "type",
                BAD_CHOICE,
                "A row in a modal holds a text input.",
            ),
        }
    }
}

fn judge_text_input(form: &Form<'_>, labelled: bool, seen: &mut Seen, faults: &mut Faults) {
    judge_input(form, seen, faults);
    form.require("style", faults);
    form.number("style", 1..=2, faults);
    if labelled {
        form.required_text("label", 1..=45, faults);
    }
    form.text("placeholder", 0..=100, faults);
    form.text("value", 0..=4_000, faults);
    let least = form.number("min_length", 0..=4_000, faults);
    let most = form.number("max_length", 1..=4_000, faults);
    if least.unwrap_or(0) > most.unwrap_or(4_000) {
        let message = "min_length must not be above max_length.";
        form.fault(faults, "min_length", BAD_LENGTH, message);
    }
}
