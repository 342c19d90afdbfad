//! The bodies that make a webhook, change one, or let one write.
//! Rules: Discord's documentation, resource "Webhook".

use std::hash::{DefaultHasher, Hash, Hasher};

use super::form::{BAD_CHOICE, Faults, Form};
use super::picture;
use crate::snowflake::Id;
use crate::world::WebhookEdit;

/// In bytes.
const LARGEST_AVATAR: usize = 10 * 1024 * 1024;

/// Tags of one forum post.
const MOST_TAGS: usize = 5;

/// What a webhook must not be taken for.
const TAKEN_NAMES: [&str; 2] = ["clyde", "discord"];

/// Reads a webhook to be made, which needs a name.
pub fn create(form: &Form<'_>, faults: &mut Faults) -> WebhookEdit {
    form.require("name", faults);
    edit(form, faults)
}

/// Reads a change to a webhook.
pub fn edit(form: &Form<'_>, faults: &mut Faults) -> WebhookEdit {
    WebhookEdit {
        name: name(form, "name", faults),
        avatar: form.nullable("avatar", |form, key| {
            picture::read(form, key, LARGEST_AVATAR, faults)?;
            form.get(key)?.as_str().map(hash)
        }),
        channel: form.id("channel_id", faults),
    }
}

/// What a message by a webhook says besides what all messages do.
#[derive(Debug, Default)]
pub struct Guise {
    pub name: Option<String>,
    /// The hash of the picture.
    pub avatar: Option<String>,
    /// The title of the forum post that the message begins.
    pub thread_name: Option<String>,
    pub tags: Vec<Id>,
}

/// Reads under which name a webhook writes, and whether it begins a forum post.
pub fn guise(form: &Form<'_>, faults: &mut Faults) -> Guise {
    let avatar = form.text("avatar_url", 0..=2_048, faults);
    let web = |url: &String| url.starts_with("http://") || url.starts_with("https://");
    if avatar.as_ref().is_some_and(|url| !web(url)) {
        let message = "Scheme must be one of http, https.";
        form.fault(faults, "avatar_url", "URL_TYPE_INVALID_SCHEME", message);
    }
    Guise {
        name: name(form, "username", faults),
        avatar: avatar.as_deref().map(hash),
        thread_name: form.text("thread_name", 1..=100, faults),
        tags: form
            .ids("applied_tags", 0..=MOST_TAGS, faults)
            .unwrap_or_default(),
    }
}

fn name(form: &Form<'_>, key: &str, faults: &mut Faults) -> Option<String> {
    let name = form.text(key, 1..=80, faults)?;
    let plain = name.to_lowercase();
    if let Some(taken) = TAKEN_NAMES.iter().find(|taken| plain.contains(**taken)) {
        let message = format!("Username cannot contain \"{taken}\"");
        form.fault(faults, key, "USERNAME_INVALID_CONTAINS", message);
    }
    if name.trim().is_empty() {
        form.fault(faults, key, BAD_CHOICE, "A name is more than blanks.");
    }
    Some(name.trim().to_owned())
}

/// Makes up the hash by which a picture is named.
fn hash(picture: &str) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, picture).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    };
    half(0) + &half(1)
}
