//! Components and embeds as replies show them: what was left out has its default, what was
//! null is left out, and files and pictures have addresses. Shapes: Discord's OpenAPI document.

use serde_json::{Value, json};

use crate::model::{Attachment, Message};
use crate::snowflake::Id;

/// Returns the components of a message. Addresses of its files have been put in already.
pub fn components(given: &Value, message: &Message, base: &str) -> Value {
    let mut components = given.clone();
    drop_nulls(&mut components);
    complete(&mut components, message, base);
    components
}

/// Returns the embeds of a message.
pub fn embeds(given: &Value) -> Value {
    let mut embeds = given.clone();
    drop_nulls(&mut embeds);
    for embed in embeds.as_array_mut().into_iter().flatten() {
        let Some(fields) = embed.as_object_mut() else {
            continue;
        };
        // Without words there is nothing to show.
        for (part, words) in [("footer", "text"), ("author", "name")] {
            if fields.get(part).is_some_and(|part| part[words].is_null()) {
                fields.remove(part);
            }
        }
    }
    embeds
}

/// Takes fields away that are null: for a request they are as good as missing.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        _ => {}
    }
}

fn complete(value: &mut Value, message: &Message, base: &str) {
    if let Value::Array(items) = value {
        for item in items {
            complete(item, message, base);
        }
        return;
    }
    let kind = value["type"].as_u64();
    let Some(fields) = value.as_object_mut() else {
        return;
    };
    let mut default = |name: &str, value: Value| {
        fields.entry(name).or_insert(value);
    };
    match kind {
        Some(3 | 5..=8) => {
            default("min_values", json!(1));
            default("max_values", json!(1));
        }
        Some(11) => {
            default("description", Value::Null);
            default("spoiler", json!(false));
        }
        Some(13) => default("spoiler", json!(false)),
        Some(14) => {
            default("spacing", json!(1));
            default("divider", json!(true));
        }
        Some(17) => {
            default("accent_color", Value::Null);
            default("spoiler", json!(false));
        }
        _ => {}
    }
    for name in ["emoji", "options", "components", "accessory", "component"] {
        let Some(below) = fields.get_mut(name) else {
            continue;
        };
        match name {
            "emoji" => nameless(below),
            "options" => {
                for option in below.as_array_mut().into_iter().flatten() {
                    if let Some(emoji) = option.get_mut("emoji") {
                        nameless(emoji);
                    }
                }
            }
            _ => complete(below, message, base),
        }
    }
    for item in fields
        .get_mut("items")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        unfurl(item, "media", message, base);
        if let Some(item) = item.as_object_mut() {
            item.entry("description").or_insert(Value::Null);
            item.entry("spoiler").or_insert(json!(false));
        }
    }
    match kind {
        Some(11) => {
            unfurl(value, "media", message, base);
        }
        Some(13) => {
            let file = unfurl(value, "file", message, base);
            value["name"] = json!(file.map(|file| &file.filename));
            value["size"] = json!(file.map(|file| file.bytes.len()));
        }
        _ => {}
    }
}

/// An emoji that was named by its id alone.
fn nameless(emoji: &mut Value) {
    if let Some(emoji) = emoji.as_object_mut() {
        emoji.entry("name").or_insert(json!(""));
    }
}

/// Completes a picture or file that is named by its address. Returns the file of the message that
/// it is, if it is one.
fn unfurl<'a>(
    value: &mut Value,
    name: &str,
    message: &'a Message,
    base: &str,
) -> Option<&'a Attachment> {
    let media = value.get_mut(name)?.as_object_mut()?;
    let url = media.get("url").and_then(Value::as_str).unwrap_or_default();
    let is_it = |file: &&Attachment| {
        let place = format!("{base}/attachments/{}/{}/", message.channel, file.id);
        url.starts_with(&place)
    };
    let file = message.attachments.iter().find(is_it);
    let id: Id = file.map_or(message.id, |file| file.id);
    let proxy = json!(url);
    media.insert("proxy_url".to_owned(), proxy);
    media.insert("id".to_owned(), json!(id));
    if let Some(file) = file {
        media.insert("attachment_id".to_owned(), json!(file.id));
        media.insert("content_type".to_owned(), json!(file.content_type));
    }
    file
}
