//! What components v2 add to a message: sections, texts, media, files, separators, containers.
//! Rules: Discord's documentation, "Component Reference".

use serde_json::Value;

use super::component::{ACTION_ROW, BUTTON, Seen, judge_button, judge_id, judge_row, require_some};
use super::embed::is_web_address;
use super::form::{BAD_CHOICE, Faults, Form};

const SECTION: u64 = 9;
pub const TEXT_DISPLAY: u64 = 10;
const THUMBNAIL: u64 = 11;
const MEDIA_GALLERY: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;
const CONTAINER: u64 = 17;

/// Notes what is wrong with a component at the top of a v2 message, action rows aside.
pub fn judge_top(form: &Form<'_>, kind: u64, seen: &mut Seen, faults: &mut Faults) {
    if kind == CONTAINER {
        judge_id(form, seen, faults);
        form.number("accent_color", 0..=0xff_ffff, faults);
        form.flag("spoiler", faults);
        require_some(form, "components", faults);
        for below in form.forms("components", 1..=40, faults).unwrap_or_default() {
            match below.get("type").and_then(Value::as_u64) {
                Some(ACTION_ROW) => judge_row(&below, seen, faults),
                kind => judge_part(&below, kind.unwrap_or(0), seen, faults),
            }
        }
    } else {
        judge_part(form, kind, seen, faults);
    }
}

fn judge_part(form: &Form<'_>, kind: u64, seen: &mut Seen, faults: &mut Faults) {
    match kind {
        SECTION => judge_section(form, seen, faults),
        TEXT_DISPLAY => judge_text(form, seen, faults),
        MEDIA_GALLERY => {
            judge_id(form, seen, faults);
            require_some(form, "items", faults);
            for item in form.forms("items", 1..=10, faults).unwrap_or_default() {
                item.text("description", 0..=1_024, faults);
                judge_media(&item, "media", false, seen, faults);
            }
        }
        FILE => {
            judge_id(form, seen, faults);
            judge_media(form, "file", true, seen, faults);
        }
        SEPARATOR => {
            judge_id(form, seen, faults);
            form.number("spacing", 1..=2, faults);
            form.flag("divider", faults);
        }
        _ => form.fault(
            faults,
            "type",
            BAD_CHOICE,
            "This type of component cannot stand here.",
        ),
    }
}

/// Notes what is wrong with a text display.
pub fn judge_text(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    judge_id(form, seen, faults);
    let text = form.required_text("content", 1..=4_000, faults);
    seen.text += text.map_or(0, |text| text.chars().count());
}

fn judge_section(form: &Form<'_>, seen: &mut Seen, faults: &mut Faults) {
    judge_id(form, seen, faults);
    require_some(form, "components", faults);
    for text in form.forms("components", 1..=3, faults).unwrap_or_default() {
        match text.get("type").and_then(Value::as_u64) {
            Some(TEXT_DISPLAY) => judge_text(&text, seen, faults),
            _ => text.fault(faults, "type", BAD_CHOICE, "A section holds text displays."),
        }
    }
    form.require("accessory", faults);
    let Some(accessory) = form.get("accessory") else {
        return;
    };
    let accessory = Form::new(accessory, form.at("accessory"), faults);
    match accessory.get("type").and_then(Value::as_u64) {
        Some(BUTTON) => judge_button(&accessory, seen, faults),
        Some(THUMBNAIL) => {
            judge_id(&accessory, seen, faults);
            accessory.text("description", 0..=1_024, faults);
            judge_media(&accessory, "media", false, seen, faults);
        }
        _ => {
            let message = "A section's accessory is a button or a thumbnail.";
            accessory.fault(faults, "type", BAD_CHOICE, message);
        }
    }
}

fn judge_media(form: &Form<'_>, key: &str, only_files: bool, seen: &mut Seen, faults: &mut Faults) {
    form.require(key, faults);
    let Some(media) = form.get(key) else { return };
    form.flag("spoiler", faults);
    let media = Form::new(media, form.at(key), faults);
    let Some(url) = media.required_text("url", 1..=2_048, faults) else {
        return;
    };
    match url.strip_prefix("attachment://") {
        Some(file) => seen.files.push((media.at("url"), file.to_owned())),
        None if !only_files && is_web_address(&url) => {}
        None => media.fault(
            faults,
            "url",
            "URL_TYPE_INVALID_URL",
            "Not a well formed URL.",
        ),
    }
}
