//! Messages.

use serde_json::{Value, json};

use super::{guild, interaction, thread, user, webhook};
use crate::clock::Time;
use crate::model::{
    Attachment, Channel, InteractionNote, Message, Reaction, Reference, ReferenceKind, flags, kinds,
};
use crate::snowflake::Id;
use crate::world::World;

/// Returns the message as a reply of the API shows it. `base` is this server's address, in front
/// of attachment URLs; `viewer` decides the `me` of reactions.
pub fn full(world: &World, message: &Message, base: &str, viewer: Id) -> Value {
    let mut value = without_reference(world, message, base, viewer);
    if let Some(reference) = message.reference {
        value["message_reference"] = message_reference(world, reference);
        // Only these two show what they refer to; a deleted message shows as null.
        if matches!(message.kind, kinds::REPLY | kinds::THREAD_STARTER) {
            let target = reference.message;
            let target = target.and_then(|target| world.message(reference.channel, target));
            let target = target.map(|target| without_reference(world, target, base, viewer));
            value["referenced_message"] = target.into();
        }
    }
    value
}

/// Returns the payload of MESSAGE_CREATE or MESSAGE_UPDATE: the message, where it happened, and
/// the author's membership. Ephemeral ones tell neither guild nor member.
pub fn dispatched(world: &World, message: &Message, base: &str) -> Value {
    let mut value = full(world, message, base, world.application.bot);
    let ephemeral = message.flags & flags::EPHEMERAL != 0;
    if let Some(guild) = message.guild.filter(|_| !ephemeral) {
        value["guild_id"] = json!(guild);
        if let Some(author) = world.member(guild, message.author) {
            let mut member = guild::bare_member(author);
            member["deaf"] = json!(false);
            member["mute"] = json!(false);
            value["member"] = member;
        }
    }
    value["channel_type"] = json!(world.channels.get(&message.channel).map(|c| c.kind));
    if let Some(nonce) = &message.nonce {
        value["nonce"] = nonce.clone();
    }
    value
}

/// Takes out what a bot without the message content intent does not get.
pub fn redact(value: &mut Value) {
    value["content"] = json!("");
    for list in ["embeds", "attachments", "components"] {
        value[list] = json!([]);
    }
    if let Some(fields) = value.as_object_mut() {
        fields.remove("poll");
    }
    if value["referenced_message"].is_object() {
        redact(&mut value["referenced_message"]);
    }
}

fn message_reference(world: &World, reference: Reference) -> Value {
    let mut value = json!({
        "type": match reference.kind { ReferenceKind::Default => 0, ReferenceKind::Forward => 1 },
        "channel_id": reference.channel,
    });
    if let Some(message) = reference.message {
        value["message_id"] = json!(message);
    }
    let channel = world.channels.get(&reference.channel);
    if let Some(guild) = channel.and_then(|channel| channel.guild) {
        value["guild_id"] = json!(guild);
    }
    value
}

fn without_reference(world: &World, message: &Message, base: &str, viewer: Id) -> Value {
    let users = message
        .mentions
        .users
        .iter()
        .filter_map(|id| world.user(*id));
    let attachments = message.attachments.iter();
    let mut value = json!({
        "id": message.id,
        "channel_id": message.channel,
        "type": message.kind,
        "author": author(world, message),
        "content": message.content,
        "timestamp": message.created.iso(),
        "edited_timestamp": message.edited.map(Time::iso),
        "tts": message.tts,
        "mention_everyone": message.mentions.everyone,
        "mentions": users.map(user::full).collect::<Vec<_>>(),
        "mention_roles": message.mentions.roles,
        "attachments": attachments.map(|a| attachment(message, a, base)).collect::<Vec<_>>(),
        "embeds": message.embeds,
        "components": message.components,
        "pinned": message.pinned.is_some(),
        "flags": message.flags,
    });
    if !message.attachments.is_empty() {
        resolve_files(&mut value["embeds"], message, base);
        resolve_files(&mut value["components"], message, base);
    }
    if !message.reactions.is_empty() {
        let reaction = |r| reaction(r, viewer);
        value["reactions"] = message.reactions.iter().map(reaction).collect();
    }
    if message.flags & flags::HAS_THREAD != 0
        && let Some(begun) = world.channels.get(&message.id)
    {
        value["thread"] = thread::full(world, begun);
    }
    if let Some(poll) = &message.poll {
        value["poll"] = poll.clone();
    }
    if let Some(nonce) = &message.nonce {
        value["nonce"] = nonce.clone();
    }
    if let Some(author) = &message.webhook {
        value["webhook_id"] = json!(message.author);
        if let Some(application) = author.application {
            value["application_id"] = json!(application);
        }
    }
    if let Some(note) = &message.interaction {
        value["application_id"] = json!(world.application.id);
        value["webhook_id"] = json!(world.application.id);
        value["interaction_metadata"] = metadata(world, note);
        if !note.name.is_empty() {
            value["interaction"] = json!({
                "id": note.id,
                "type": note.kind.number(),
                "name": note.name,
                "user": world.user(note.user).map(user::full),
            });
        }
    }
    value
}

fn author(world: &World, message: &Message) -> Value {
    match &message.webhook {
        Some(author) => webhook::author(message.author, author),
        None => world.user(message.author).map(user::full).into(),
    }
}

fn metadata(world: &World, note: &InteractionNote) -> Value {
    let mut value = json!({
        "id": note.id,
        "type": note.kind.number(),
        "user": world.user(note.user).map(user::full),
        "authorizing_integration_owners": interaction::owners(note.installs),
    });
    if !note.name.is_empty() {
        value["name"] = json!(note.name);
    }
    if let Some(original) = note.original {
        value["original_response_message_id"] = json!(original);
    }
    value
}

fn attachment(message: &Message, file: &Attachment, base: &str) -> Value {
    self::file(message.channel, file, message.only_for.is_some(), base)
}

/// Returns an attachment that stands in a channel. What a person hands to a command is ephemeral.
pub fn file(channel: Id, attachment: &Attachment, ephemeral: bool, base: &str) -> Value {
    let url = attachment_url(channel, attachment, base);
    let mut value = json!({
        "id": attachment.id,
        "filename": attachment.filename,
        "size": attachment.bytes.len(),
        "url": url,
        "proxy_url": url,
        "ephemeral": ephemeral,
        "flags": 0,
    });
    if let Some(description) = &attachment.description {
        value["description"] = json!(description);
    }
    if let Some(kind) = &attachment.content_type {
        value["content_type"] = json!(kind);
    }
    value
}

/// Puts the address of an attachment wherever `attachment://name` stands as a `url`.
fn resolve_files(value: &mut Value, message: &Message, base: &str) {
    match value {
        Value::Array(items) => {
            for item in items {
                resolve_files(item, message, base);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                let name = field
                    .as_str()
                    .and_then(|url| url.strip_prefix("attachment://"));
                let named = |a: &&Attachment| Some(a.filename.as_str()) == name;
                match message.attachments.iter().find(named) {
                    Some(file) if key.ends_with("url") => {
                        *field = json!(attachment_url(message.channel, file, base));
                    }
                    _ => resolve_files(field, message, base),
                }
            }
        }
        _ => {}
    }
}

/// Returns where an attachment can be fetched.
pub fn attachment_url(channel: Id, attachment: &Attachment, base: &str) -> String {
    let (id, name) = (attachment.id, &attachment.filename);
    format!("{base}/attachments/{channel}/{id}/{name}")
}

/// Finds the attachment with this id in a channel.
pub fn find_attachment(channel: &Channel, id: Id) -> Option<&Attachment> {
    let all = channel
        .messages
        .iter()
        .flat_map(|message| &message.attachments);
    all.into_iter().find(|attachment| attachment.id == id)
}

fn reaction(reaction: &Reaction, viewer: Id) -> Value {
    let count = reaction.users.len();
    json!({
        "emoji": emoji(&reaction.name, reaction.custom),
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "me": reaction.users.contains(&viewer),
        "me_burst": false,
        "burst_colors": [],
    })
}

/// Returns the partial emoji of reactions.
pub fn emoji(name: &str, custom: Option<Id>) -> Value {
    json!({"id": custom, "name": name})
}
