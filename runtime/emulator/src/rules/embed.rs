//! What makes a valid embed. Rules: Discord's documentation, "Message", embed limits.

use serde_json::{Map, Value, json};

use super::form::{BAD_LENGTH, BAD_TYPE, Faults, Form};
use crate::clock::Time;

/// The texts of all embeds of a message together, in characters.
const LARGEST_SUM: usize = 6_000;

const LONGEST_URL: usize = 2_048;

/// Reads the `embeds` of a message, keeping only what a bot may set.
pub fn read(form: &Form<'_>, faults: &mut Faults) -> Option<Vec<Value>> {
    let forms = form.forms("embeds", 0..=10, faults)?;
    let mut sum = 0;
    let embeds = forms
        .iter()
        .map(|form| read_one(form, &mut sum, faults))
        .collect();
    if sum > LARGEST_SUM {
        let message = format!("Embed texts may have {LARGEST_SUM} characters in all.");
        form.fault(faults, "embeds", "MAX_EMBED_SIZE_EXCEEDED", message);
    }
    Some(embeds)
}

fn read_one(form: &Form<'_>, sum: &mut usize, faults: &mut Faults) -> Value {
    let form = Form::new(form.value, form.path.clone(), faults);
    let mut embed = Map::new();
    embed.insert("type".into(), json!("rich"));
    for (key, most) in [("title", 256), ("description", 4_096)] {
        text(&form, key, most, &mut embed, sum, faults);
    }
    web_address(&form, "url", false, &mut embed, faults);
    if let Some(color) = form.number("color", 0..=0xff_ffff, faults) {
        embed.insert("color".into(), json!(color));
    }
    moment(&form, &mut embed, faults);
    for (key, name, most) in [("footer", "text", 2_048), ("author", "name", 256)] {
        if let Some(part) = form.get(key) {
            let part = Form::new(part, form.at(key), faults);
            let mut read = Map::new();
            part.require(name, faults);
            text(&part, name, most, &mut read, sum, faults);
            web_address(&part, "icon_url", true, &mut read, faults);
            if key == "author" {
                web_address(&part, "url", false, &mut read, faults);
            }
            embed.insert(key.into(), Value::Object(read));
        }
    }
    for key in ["image", "thumbnail"] {
        if let Some(part) = form.get(key) {
            let part = Form::new(part, form.at(key), faults);
            let mut read = Map::new();
            part.require("url", faults);
            web_address(&part, "url", true, &mut read, faults);
            embed.insert(key.into(), Value::Object(read));
        }
    }
    if let Some(fields) = form.forms("fields", 0..=25, faults) {
        let fields = fields.iter().map(|field| read_field(field, sum, faults));
        embed.insert("fields".into(), fields.collect());
    }
    Value::Object(embed)
}

fn read_field(form: &Form<'_>, sum: &mut usize, faults: &mut Faults) -> Value {
    let form = Form::new(form.value, form.path.clone(), faults);
    let mut field = Map::new();
    for (key, most) in [("name", 256), ("value", 1_024)] {
        form.require(key, faults);
        text(&form, key, most, &mut field, sum, faults);
        if form
            .get(key)
            .and_then(Value::as_str)
            .is_some_and(|text| text.trim().is_empty())
        {
            form.fault(faults, key, "BASE_TYPE_REQUIRED", "This field is required");
        }
    }
    let inline = form.flag("inline", faults).unwrap_or(false);
    field.insert("inline".into(), json!(inline));
    Value::Object(field)
}

/// Reads a text, trimmed as Discord does, and counts it.
fn text(
    form: &Form<'_>,
    key: &str,
    most: usize,
    into: &mut Map<String, Value>,
    sum: &mut usize,
    faults: &mut Faults,
) {
    let Some(value) = form.get(key) else { return };
    let Some(text) = value.as_str().map(str::trim) else {
        return form.fault(
            faults,
            key,
            "STRING_TYPE_CONVERT",
            "This field must be a string.",
        );
    };
    let length = text.chars().count();
    if length > most {
        let message = format!("Must be {most} or fewer in length.");
        form.fault(faults, key, BAD_LENGTH, message);
    }
    *sum += length;
    if !text.is_empty() {
        into.insert(key.to_owned(), json!(text));
    }
}

fn web_address(
    form: &Form<'_>,
    key: &str,
    attachments: bool,
    into: &mut Map<String, Value>,
    faults: &mut Faults,
) {
    let Some(url) = form
        .text(key, 0..=LONGEST_URL, faults)
        .filter(|url| !url.is_empty())
    else {
        return;
    };
    if is_web_address(&url) || (attachments && url.starts_with("attachment://")) {
        into.insert(key.to_owned(), json!(url));
    } else {
        let message = "Not a well formed URL.";
        form.fault(faults, key, "URL_TYPE_INVALID_URL", message);
    }
}

/// Tells whether a text is an http or https address with a host.
pub fn is_web_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !url.contains(char::is_whitespace)
    })
}

fn moment(form: &Form<'_>, into: &mut Map<String, Value>, faults: &mut Faults) {
    let Some(value) = form.get("timestamp") else {
        return;
    };
    match value.as_str().and_then(Time::parse) {
        Some(time) => {
            into.insert("timestamp".into(), json!(time.iso()));
        }
        None => form.fault(faults, "timestamp", BAD_TYPE, "Must be an ISO 8601 time."),
    }
}
