//! What a cog says, as the body Discord takes for a message, an edit or a modal; and the prefix
//! that leads a component's id back to the cog that made it.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::interactions as forms;
use cogbox_world::cogbox::discord::model as wit;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::{id, invalid};
use crate::rest::{Upload, percent};

/// Bytes of a custom id that the host's prefix takes.
const PREFIX: usize = 10;
/// Longest id of a component that a cog may choose.
const ID_MAX: usize = 100 - PREFIX;

/// `SUPPRESS_EMBEDS`
const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// `SUPPRESS_NOTIFICATIONS`
const SILENT: u64 = 1 << 12;

/// Returns the ten characters before the ids of a cog's components.
///
/// They follow from the operator's name for the cog alone, so that a button outlives a restart and
/// a new version, and no cog can make one that leads to another.
pub fn own_prefix(cog: &str) -> String {
    let digest = Sha256::digest(cog.as_bytes());
    format!("c{}:", hex::encode(&digest[..4]))
}

/// Splits a custom id into the owner's prefix and the cog's own part.
pub fn component_owner(custom_id: &str) -> Option<(&str, &str)> {
    let shaped = custom_id.len() > PREFIX
        && custom_id.is_char_boundary(PREFIX)
        && custom_id.starts_with('c')
        && custom_id.as_bytes()[PREFIX - 1] == b':';
    shaped.then(|| custom_id.split_at(PREFIX))
}

/// Returns the body and files of a new message.
pub fn outgoing(cog: &str, message: wit::OutgoingMessage) -> Result<(Value, Vec<Upload>), Fault> {
    let mut body = Map::new();
    body.insert("content".into(), message.content.into());
    body.insert("embeds".into(), embeds(message.embeds)?);
    body.insert("components".into(), rows(cog, message.rows)?);
    body.insert("allowed_mentions".into(), mentions(message.mentions)?);
    let mut flags = 0;
    if message.suppress_embeds {
        flags |= SUPPRESS_EMBEDS;
    }
    if message.silent {
        flags |= SILENT;
    }
    if flags != 0 {
        body.insert("flags".into(), flags.into());
    }
    if let Some(message) = message.reply_to {
        let target = id("message", &message)?.to_string();
        body.insert("message_reference".into(), json!({ "message_id": target }));
    }
    let files = files(&mut body, message.files)?;
    Ok((Value::Object(body), files))
}

/// Returns the body and files of an edit: what is `none` is left out, and so left as it is.
pub fn edit(cog: &str, edit: wit::MessageEdit) -> Result<(Value, Vec<Upload>), Fault> {
    let mut body = Map::new();
    if let Some(content) = edit.content {
        body.insert("content".into(), content.into());
    }
    if let Some(given) = edit.embeds {
        body.insert("embeds".into(), embeds(given)?);
    }
    if let Some(given) = edit.rows {
        body.insert("components".into(), rows(cog, given)?);
    }
    // Without it, Discord would parse the text anew and ping whom the message did not.
    let nobody = || wit::Mentions {
        everyone: false,
        all_users: false,
        all_roles: false,
        users: Vec::new(),
        roles: Vec::new(),
        replied_user: false,
    };
    body.insert(
        "allowed_mentions".into(),
        mentions(edit.mentions.unwrap_or_else(nobody))?,
    );
    let files = match edit.files {
        Some(given) => {
            body.insert("attachments".into(), json!([]));
            files(&mut body, given)?
        }
        None => Vec::new(),
    };
    Ok((Value::Object(body), files))
}

/// Returns the data of a modal.
pub fn modal(cog: &str, modal: forms::Modal) -> Result<Value, Fault> {
    if !(1..=5).contains(&modal.inputs.len()) {
        return Err(invalid(format!(
            "a modal has 1 to 5 inputs, not {}",
            modal.inputs.len()
        )));
    }
    let inputs = modal.inputs.into_iter().map(|input| {
        let style = match input.style {
            forms::InputStyle::Short => 1,
            forms::InputStyle::Paragraph => 2,
        };
        let mut body = json!({
            "type": 4, "custom_id": input.id, "label": input.label, "style": style,
            "required": input.required, "min_length": input.min_length,
            "max_length": input.max_length.clamp(1, 4_000),
        });
        for (key, text) in [("value", input.value), ("placeholder", input.placeholder)] {
            if let Some(text) = text {
                body[key] = text.into();
            }
        }
        json!({ "type": 1, "components": [body] })
    });
    let inputs: Vec<_> = inputs.collect();
    Ok(json!({ "custom_id": own_id(cog, &modal.id)?, "title": modal.title, "components": inputs }))
}

fn own_id(cog: &str, id: &str) -> Result<String, Fault> {
    match id.chars().count() {
        1..=ID_MAX => Ok(format!("{}{id}", own_prefix(cog))),
        count => Err(invalid(format!(
            "a component's id has 1 to {ID_MAX} characters, not {count}"
        ))),
    }
}

fn rows(cog: &str, rows: Vec<wit::Row>) -> Result<Value, Fault> {
    let rows = rows.into_iter().map(|row| {
        let components = row.into_iter().map(|component| match component {
            wit::Component::Button(button) => own_button(cog, button),
            wit::Component::Link(link) => {
                let mut body = json!({ "type": 2, "style": 5, "url": link.url });
                face(&mut body, link.label, link.emoji)?;
                Ok(body)
            }
            wit::Component::Select(menu) => select(cog, menu),
        });
        let components: Vec<Value> = components.collect::<Result<_, Fault>>()?;
        Ok(json!({ "type": 1, "components": components }))
    });
    rows.collect::<Result<Vec<Value>, Fault>>()
        .map(Value::Array)
}

fn own_button(cog: &str, button: wit::Button) -> Result<Value, Fault> {
    let style = match button.style {
        wit::ButtonStyle::Primary => 1,
        wit::ButtonStyle::Secondary => 2,
        wit::ButtonStyle::Success => 3,
        wit::ButtonStyle::Danger => 4,
    };
    let mut body = json!({
        "type": 2, "style": style, "custom_id": own_id(cog, &button.id)?,
        "disabled": button.disabled,
    });
    face(&mut body, button.label, button.emoji)?;
    Ok(body)
}

fn face(body: &mut Value, label: Option<String>, emoji: Option<wit::Emoji>) -> Result<(), Fault> {
    if let Some(label) = label {
        body["label"] = label.into();
    }
    if let Some(given) = emoji {
        body["emoji"] = partial_emoji(given)?;
    }
    Ok(())
}

fn partial_emoji(emoji: wit::Emoji) -> Result<Value, Fault> {
    Ok(match emoji {
        wit::Emoji::Unicode(text) => json!({ "name": text }),
        wit::Emoji::Custom(custom) => {
            let number = id("emoji", &custom.id)?.to_string();
            json!({ "id": number, "name": custom.name, "animated": custom.animated })
        }
    })
}

/// Returns an emoji as Discord wants it in a path.
pub fn emoji_in_path(emoji: &wit::Emoji) -> Result<String, Fault> {
    match emoji {
        wit::Emoji::Unicode(text) if text.is_empty() || text.len() > 64 => {
            Err(invalid("an emoji is one character as people see it"))
        }
        wit::Emoji::Unicode(text) => Ok(percent(text)),
        wit::Emoji::Custom(custom) => {
            let name = if custom.name.is_empty() {
                "_"
            } else {
                &custom.name
            };
            Ok(format!("{}:{}", percent(name), id("emoji", &custom.id)?))
        }
    }
}

fn select(cog: &str, menu: wit::SelectMenu) -> Result<Value, Fault> {
    let mut body = json!({
        "custom_id": own_id(cog, &menu.id)?, "min_values": menu.min, "max_values": menu.max,
        "disabled": menu.disabled,
    });
    if let Some(placeholder) = menu.placeholder {
        body["placeholder"] = placeholder.into();
    }
    match menu.source {
        wit::SelectSource::Choices(choices) => {
            let options = choices.into_iter().map(|choice| {
                let mut option = json!({
                    "label": choice.label, "value": choice.value, "default": choice.default,
                });
                if let Some(description) = choice.description {
                    option["description"] = description.into();
                }
                face(&mut option, None, choice.emoji)?;
                Ok(option)
            });
            body["type"] = 3.into();
            body["options"] = Value::Array(options.collect::<Result<_, Fault>>()?);
        }
        wit::SelectSource::Entities(entities) => {
            let (kind, default) = match entities.kind {
                wit::EntityKind::User => (5, "user"),
                wit::EntityKind::Role => (6, "role"),
                wit::EntityKind::Mentionable => (7, "user"),
                wit::EntityKind::Channel => (8, "channel"),
            };
            body["type"] = kind.into();
            if kind == 8 && !entities.channel_kinds.is_empty() {
                let kinds = entities.channel_kinds.iter().map(super::channel_number);
                body["channel_types"] = kinds.collect();
            }
            if !entities.defaults.is_empty() {
                let defaults = entities.defaults.iter();
                body["default_values"] = defaults
                    .map(|id| json!({ "id": id, "type": default }))
                    .collect();
            }
        }
    }
    Ok(body)
}

fn embeds(embeds: Vec<wit::Embed>) -> Result<Value, Fault> {
    embeds
        .into_iter()
        .map(embed)
        .collect::<Result<Vec<Value>, Fault>>()
        .map(Value::Array)
}

fn embed(embed: wit::Embed) -> Result<Value, Fault> {
    let mut body = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(key.into(), value);
        }
    };
    put("title", embed.title.map(Value::from));
    put("description", embed.description.map(Value::from));
    put("url", embed.url.map(Value::from));
    put("color", embed.color.map(Value::from));
    put(
        "author",
        embed.author.map(|author| {
            pruned(json!({ "name": author.name, "url": author.url, "icon_url": author.icon_url }))
        }),
    );
    put(
        "footer",
        embed
            .footer
            .map(|footer| pruned(json!({ "text": footer.text, "icon_url": footer.icon_url }))),
    );
    put("image", embed.image_url.map(|url| json!({ "url": url })));
    put(
        "thumbnail",
        embed.thumbnail_url.map(|url| json!({ "url": url })),
    );
    put(
        "timestamp",
        embed.timestamp.map(iso).transpose()?.map(Value::from),
    );
    if !embed.fields.is_empty() {
        let fields = embed.fields.into_iter().map(
            |field| json!({ "name": field.name, "value": field.value, "inline": field.inline }),
        );
        put("fields", Some(fields.collect()));
    }
    Ok(Value::Object(body))
}

/// Drops the nulls: Discord takes an absent key where it refuses a null.
fn pruned(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    body
}

/// Returns a time as Discord writes it.
pub fn iso(seconds: f64) -> Result<String, Fault> {
    let wrong = || invalid(format!("{seconds} is not a time"));
    // Thirty thousand years either way: what lies beyond would not fit the numbers below.
    if seconds.is_nan() || seconds.abs() > 1e12 {
        return Err(wrong());
    }
    let nanos = (seconds * 1e3).round() as i128 * 1_000_000;
    let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(|_| wrong())?;
    time.format(&Rfc3339).map_err(|_| wrong())
}

fn mentions(mentions: wit::Mentions) -> Result<Value, Fault> {
    let ids = |what: &str, given: Vec<String>| -> Result<Vec<String>, Fault> {
        given
            .into_iter()
            .map(|text| Ok(id(what, &text)?.to_string()))
            .collect()
    };
    let mut parse = Vec::new();
    if mentions.everyone {
        parse.push("everyone");
    }
    let mut body = json!({ "replied_user": mentions.replied_user });
    match mentions.all_users {
        true => parse.push("users"),
        false => body["users"] = ids("user", mentions.users)?.into(),
    }
    match mentions.all_roles {
        true => parse.push("roles"),
        false => body["roles"] = ids("role", mentions.roles)?.into(),
    }
    body["parse"] = parse.into();
    Ok(body)
}

fn files(body: &mut Map<String, Value>, files: Vec<wit::File>) -> Result<Vec<Upload>, Fault> {
    if files.len() > 10 {
        return Err(invalid(format!(
            "a message has at most 10 files, not {}",
            files.len()
        )));
    }
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let attachments = files.iter().enumerate().map(|(n, file)| {
        pruned(json!({ "id": n, "filename": file.name, "description": file.description }))
    });
    body.insert("attachments".into(), attachments.collect());
    Ok(files
        .into_iter()
        .map(|file| Upload {
            name: file.name,
            data: file.data,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_leads_home_and_takes_ten_characters() {
        let made = own_id("music", "skip").ok().unwrap();
        assert_eq!(made.len(), PREFIX + 4);
        assert_eq!(
            component_owner(&made),
            Some((own_prefix("music").as_str(), "skip"))
        );
        assert_ne!(own_prefix("music"), own_prefix("musik"));
        for foreign in [
            "",
            "c",
            "cé23456789x",
            "skip-button-of-another-bot",
            "c12345678:",
        ] {
            assert_eq!(component_owner(foreign), None, "{foreign}");
        }
        assert!(own_id("music", &"x".repeat(91)).is_err());
        assert!(own_id("music", "").is_err());
    }

    #[test]
    fn nobody_is_pinged_unless_it_is_said() {
        let silent = |edit: Value| edit["allowed_mentions"].clone();
        let none = wit::MessageEdit {
            content: Some("<@1>".into()),
            embeds: None,
            rows: None,
            files: None,
            mentions: None,
        };
        let (body, _) = edit("a", none).ok().unwrap();
        assert_eq!(
            silent(body),
            json!({ "parse": [], "users": [], "roles": [], "replied_user": false })
        );
    }

    #[test]
    fn a_timestamp_is_iso_8601() {
        assert_eq!(iso(1_700_000_000.5).ok().unwrap(), "2023-11-14T22:13:20.5Z");
        assert!(iso(f64::NAN).is_err());
        assert!(iso(1e300).is_err());
    }
}
