//! What makes a valid message, new or edited, in a channel or as the answer to an interaction.
//! Rules: Discord's documentation, "Message" and "Webhook".

use std::sync::Arc;

use serde_json::{Value, json};

use super::allowed_mentions::Allowed;
use super::form::{BAD_LENGTH, BAD_TYPE, Faults, Form};
use super::{Refusal, component, embed, poll};
use crate::model::{Message, Poll, Voice, flags};
use crate::snowflake::Id;
use crate::world::NewFile;

const LONGEST_CONTENT: usize = 2_000;
const MOST_ATTACHMENTS: usize = 10;

/// A file part of a request: the number in `files[n]`, and what it holds.
#[derive(Clone, Debug)]
pub struct Upload {
    pub number: u64,
    pub filename: String,
    pub content_type: Option<String>,
    pub bytes: Arc<[u8]>,
}

/// What a body says about a message. None stands for a field that the body does not mention; a
/// null reads as the empty value.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub content: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    pub allowed: Option<Allowed>,
    pub flags: Option<u64>,
    pub tts: bool,
    pub nonce: Option<Value>,
    pub enforce_nonce: bool,
    pub reference: Option<WantedReference>,
    /// The attachments that stay, for an edit that lists them.
    pub keep: Option<Vec<Id>>,
    pub files: Vec<NewFile>,
    pub poll: Option<Poll>,
}

/// A reply as the body asks for it.
#[derive(Clone, Copy, Debug)]
pub struct WantedReference {
    pub message: Id,
    pub channel: Option<Id>,
    pub must_exist: bool,
    /// Whether the message is to be shown again here, and not answered.
    pub forward: bool,
}

/// Reads a body. For an edit, `before` is the message as it stands.
pub fn read(
    form: &Form<'_>,
    uploads: &[Upload],
    before: Option<&Message>,
    faults: &mut Faults,
) -> Result<Body, Refusal> {
    let had_v2 = before.is_some_and(|message| message.flags & flags::IS_COMPONENTS_V2 != 0);
    let flags = form.number("flags", 0..=u64::from(u32::MAX), faults);
    let v2 = had_v2 || flags.unwrap_or(0) & flags::IS_COMPONENTS_V2 != 0;
    if v2 {
        refuse_legacy_fields(form, faults);
        if let Some(before) = before.filter(|_| !had_v2) {
            refuse_legacy_rest(form, before, faults);
        }
    }
    let files = read_files(form, uploads, faults)?;
    let components = component::read(form, v2, faults).map(|(components, seen)| {
        for (path, name) in seen.files {
            let new = files.new.iter().any(|file| file.filename == name);
            let old = before.is_some_and(|m| m.attachments.iter().any(|a| a.filename == name));
            if !new && !old {
                let message = format!("No attachment of this message is named \"{name}\".");
                faults.add(&path, "MEDIA_ATTACHMENT_NOT_FOUND", message);
            }
        }
        components
    });
    let cleared = |key: &str| form.has(key) && form.get(key).is_none();
    Ok(Body {
        content: form
            .text("content", 0..=LONGEST_CONTENT, faults)
            .map(|text| tidy(&text))
            .or_else(|| cleared("content").then(String::new)),
        embeds: embed::read(form, faults).or_else(|| cleared("embeds").then(Vec::new)),
        components: components.or_else(|| cleared("components").then(Vec::new)),
        allowed: Allowed::read(form, faults),
        flags,
        tts: form.flag("tts", faults).unwrap_or(false),
        nonce: read_nonce(form, faults),
        enforce_nonce: form.flag("enforce_nonce", faults).unwrap_or(false),
        reference: read_reference(form, faults),
        keep: files.keep.or_else(|| cleared("attachments").then(Vec::new)),
        files: files.new,
        poll: poll::read(form, faults),
    })
}

impl Body {
    /// Tells whether nothing in it would show.
    pub fn is_empty(&self) -> bool {
        self.content
            .as_deref()
            .is_none_or(|text| text.trim().is_empty())
            && self.embeds.as_ref().is_none_or(Vec::is_empty)
            && self.components.as_ref().is_none_or(Vec::is_empty)
            && self.files.is_empty()
            && self.poll.is_none()
            && !self.reference.is_some_and(|reference| reference.forward)
    }

    /// Tells whether a message with this edit would show nothing.
    pub fn empties(&self, before: &Message) -> bool {
        let stays = |here: Option<bool>, before: bool| here.unwrap_or(before);
        let content = self.content.as_ref().map(|text| text.trim().is_empty());
        let kept = self
            .keep
            .as_ref()
            .map(|keep| !before.attachments.iter().any(|old| keep.contains(&old.id)));
        stays(content, before.content.is_empty())
            && stays(
                self.embeds.as_ref().map(Vec::is_empty),
                before.embeds.is_empty(),
            )
            && stays(
                self.components.as_ref().map(Vec::is_empty),
                before.components.is_empty(),
            )
            && self.files.is_empty()
            && stays(kept, before.attachments.is_empty())
            && before.poll.is_none()
            && self.poll.is_none()
    }
}

/// Takes out what Discord does not keep of a text: white space around it, and control characters.
fn tidy(text: &str) -> String {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.trim().chars().filter(kept).collect()
}

fn refuse_legacy_fields(form: &Form<'_>, faults: &mut Faults) {
    for key in ["content", "embeds", "stickers", "sticker_ids", "poll"] {
        let set = form
            .get(key)
            .is_some_and(|value| *value != json!("") && *value != json!([]));
        if set {
            let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
            let message = format!("The \"{key}\" field cannot be used with components v2.");
            form.fault(faults, key, code, message);
        }
    }
}

/// An edit that turns a message into components v2 has to clear what cannot stay.
fn refuse_legacy_rest(form: &Form<'_>, before: &Message, faults: &mut Faults) {
    let stays = [
        ("content", !before.content.is_empty()),
        ("embeds", !before.embeds.is_empty()),
    ];
    for (key, stood) in stays {
        if stood && !form.has(key) {
            let code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
            let message = format!("The edit must clear \"{key}\" to use components v2.");
            form.fault(faults, key, code, message);
        }
    }
}

fn read_nonce(form: &Form<'_>, faults: &mut Faults) -> Option<Value> {
    let nonce = form.get("nonce")?;
    match nonce {
        Value::String(text) if text.chars().count() > 25 => {
            form.fault(
                faults,
                "nonce",
                BAD_LENGTH,
                "Must be 25 or fewer in length.",
            );
        }
        Value::String(_) => {}
        Value::Number(number) if !number.is_f64() => {}
        _ => form.fault(
            faults,
            "nonce",
            BAD_TYPE,
            "A nonce is a string or an integer.",
        ),
    }
    Some(nonce.clone())
}

fn read_reference(form: &Form<'_>, faults: &mut Faults) -> Option<WantedReference> {
    let form = Form::new(
        form.get("message_reference")?,
        form.at("message_reference"),
        faults,
    );
    form.require("message_id", faults);
    let forward = form.number("type", 0..=1, faults) == Some(1);
    if forward {
        form.require("channel_id", faults);
    }
    Some(WantedReference {
        forward,
        must_exist: form.flag("fail_if_not_exists", faults).unwrap_or(true),
        channel: form.id("channel_id", faults),
        message: form.id("message_id", faults)?,
    })
}

struct Files {
    new: Vec<NewFile>,
    keep: Option<Vec<Id>>,
}

/// Brings the uploaded files and the `attachments` list together.
fn read_files(form: &Form<'_>, uploads: &[Upload], faults: &mut Faults) -> Result<Files, Refusal> {
    let listed = form.forms("attachments", 0..=MOST_ATTACHMENTS, faults);
    if uploads.len() > MOST_ATTACHMENTS {
        form.fault(
            faults,
            "files",
            BAD_LENGTH,
            "A message takes up to 10 files.",
        );
    }
    let mut new: Vec<NewFile> = uploads.iter().map(file).collect();
    let mut keep = Vec::new();
    for entry in listed.iter().flatten() {
        entry.text("description", 0..=1_024, faults);
        let Some(id) = entry.get("id").and_then(Id::from_json) else {
            entry.fault(faults, "id", "BASE_TYPE_REQUIRED", "This field is required");
            continue;
        };
        match uploads.iter().position(|upload| upload.number == id.0) {
            Some(at) => {
                if let Some(name) = entry.get("filename").and_then(Value::as_str) {
                    new[at].filename = safe_name(name);
                }
                let description = entry.get("description").and_then(Value::as_str);
                new[at].description = description.map(str::to_owned);
                new[at].voice = read_voice(entry, faults);
            }
            None => keep.push(id),
        }
    }
    Ok(Files {
        new,
        keep: listed.map(|_| keep),
    })
}

/// Reads what an attachment tells as a recording. None unless it tells all of it.
fn read_voice(entry: &Form<'_>, faults: &mut Faults) -> Option<Voice> {
    let waveform = entry.text("waveform", 0..=400, faults);
    let seconds = entry.get("duration_secs").map(|value| value.as_f64());
    if seconds.is_some_and(|seconds| seconds.is_none_or(|seconds| seconds < 0.0)) {
        let message = "This field must be a number of seconds.";
        entry.fault(faults, "duration_secs", "NUMBER_TYPE_COERCE", message);
    }
    Some(Voice {
        seconds: seconds.flatten()?,
        waveform: waveform?,
    })
}

fn file(upload: &Upload) -> NewFile {
    NewFile {
        filename: safe_name(&upload.filename),
        description: None,
        content_type: upload.content_type.clone(),
        bytes: upload.bytes.clone(),
        voice: None,
    }
}

/// Keeps what a file name may have in an attachment's address.
fn safe_name(name: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(safe).collect();
    if name.is_empty() {
        "file".to_owned()
    } else {
        name
    }
}
