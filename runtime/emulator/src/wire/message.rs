//! Messages.

use serde_json::{Value, json};

use super::{component, guild, interaction, poll, signed, thread, user, webhook};
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
    // Not by index, which would write a null where there are none.
    let snapshots = value.pointer_mut("/message_snapshots");
    for snapshot in snapshots
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        redact(&mut snapshot["message"]);
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
        "attachments": attachments.map(|a| attachment(world, message, a, base)).collect::<Vec<_>>(),
        "embeds": message.embeds,
        "components": message.components,
        "pinned": message.pinned.is_some(),
        "flags": message.flags,
    });
    for key in ["embeds", "components"] {
        resolve_files(&mut value[key], world, message, base);
    }
    if !message.embeds.is_empty() {
        value["embeds"] = component::embeds(&value["embeds"]);
    }
    if !message.components.is_empty() {
        value["components"] = component::components(&value["components"], message, base);
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
    if let Some(state) = &message.poll {
        value["poll"] = poll::full(state, viewer);
    }
    if let Some(snapshot) = &message.snapshot {
        let shown = without_reference(world, snapshot, base, viewer);
        value["message_snapshots"] = json!([{"message": minimal(shown)}]);
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

/// The fields of a message that its forwards show.
const MINIMAL: [&str; 10] = [
    "type",
    "content",
    "mentions",
    "mention_roles",
    "attachments",
    "embeds",
    "timestamp",
    "edited_timestamp",
    "flags",
    "components",
];

fn minimal(mut message: Value) -> Value {
    if let Some(fields) = message.as_object_mut() {
        fields.retain(|key, _| MINIMAL.contains(&key.as_str()));
    }
    message
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
    if let Some(message) = note.message {
        value["interacted_message_id"] = json!(message);
    }
    if let Some(opener) = &note.opener {
        value["triggering_interaction_metadata"] = metadata(world, opener);
    }
    if let Some(original) = note.original {
        value["original_response_message_id"] = json!(original);
    }
    value
}

fn attachment(world: &World, message: &Message, file: &Attachment, base: &str) -> Value {
    self::file(
        world,
        message.channel,
        file,
        message.only_for.is_some(),
        base,
    )
}

/// Returns an attachment that stands in a channel. What a person hands to a command is ephemeral.
pub fn file(
    world: &World,
    channel: Id,
    attachment: &Attachment,
    ephemeral: bool,
    base: &str,
) -> Value {
    let url = signed::url(world, channel, attachment.id, &attachment.filename, base);
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
    if let Some(voice) = &attachment.voice {
        value["duration_secs"] = json!(voice.seconds);
        value["waveform"] = json!(voice.waveform);
    }
    if let Some(kind) = &attachment.content_type {
        value["content_type"] = json!(kind);
    }
    value
}

/// Puts the address of an attachment wherever `attachment://name` stands as a `url`, and signs anew
/// those that are addresses of attachments already.
fn resolve_files(value: &mut Value, world: &World, message: &Message, base: &str) {
    match value {
        Value::Array(items) => {
            for item in items {
                resolve_files(item, world, message, base);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                let url = field.as_str().filter(|_| key.ends_with("url"));
                match url.and_then(|url| resolved(world, message, url, base)) {
                    Some(url) => *field = json!(url),
                    None => resolve_files(field, world, message, base),
                }
            }
        }
        _ => {}
    }
}

fn resolved(world: &World, message: &Message, url: &str, base: &str) -> Option<String> {
    let Some(name) = url.strip_prefix("attachment://") else {
        return signed::anew(world, url, base);
    };
    let file = message.attachments.iter().find(|a| a.filename == name)?;
    Some(signed::url(world, message.channel, file.id, name, base))
}

/// Finds the attachment with this id in a channel.
pub fn find_attachment(channel: &Channel, id: Id) -> Option<&Attachment> {
    let messages = channel.messages.iter();
    let snapshots = messages.clone().filter_map(|m| m.snapshot.as_deref());
    let mut all = messages.chain(snapshots).flat_map(|m| &m.attachments);
    all.find(|attachment| attachment.id == id)
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
