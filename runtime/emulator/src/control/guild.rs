//! Building a guild: the guild itself, its members, roles, channels and permissions. Nobody is
//! asked whether they may; it is the stage that is set here, and not somebody who acts.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde_json::{Value, json};

use super::act::{actor, read};
use super::look::{channel_of, person};
use super::reply;
use crate::hub::{Hub, State};
use crate::model::{Guild, Overwrite, OverwriteKind};
use crate::snowflake::Id;
use crate::world::{Change, Shape};

/// How long names are, in characters (Discord's "Guild", "Role" and "Channel" objects).
const GUILD_NAME: RangeInclusive<usize> = 2..=100;
const ROLE_NAME: RangeInclusive<usize> = 1..=100;
const CHANNEL_NAME: RangeInclusive<usize> = 1..=100;

/// The types a channel can be turned into, by Discord's numbers: text, voice, announcement, stage,
/// forum, media.
const KINDS: [u64; 6] = [0, 2, 5, 13, 15, 16];

/// The longest slow mode, in seconds.
const SLOWEST: u64 = 21_600;

/// Makes a guild with the bot in it. Who makes it owns it.
pub async fn add_guild(Shared(hub): Shared<Arc<Hub>>, body: Bytes) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let owner = actor(state, &body)?;
        let name = name(&body, "guild", GUILD_NAME)?;
        let guild = state.apply(Change::AddGuild { name, owner });
        let guild = guild.ok_or("The guild could not be made.")?;
        let user = owner;
        state.apply(Change::AddMember { guild, user });
        let name = "general".to_owned();
        state.apply(Change::AddChannel { guild, name });
        Ok(json!({"id": guild}))
    }))
}

/// Lets a person join a guild or leave it, and gives or takes a role.
pub async fn set_member(
    Shared(hub): Shared<Arc<Hub>>,
    Path((guild, user)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let user = person(state, &user)?;
        let body = read(&body)?;
        let guild = guild_of(state, &guild)?;
        let is_member = guild.members.contains_key(&user);
        let wanted = body["member"].as_bool();
        if wanted == Some(false) && guild.owner == user {
            return Err("The owner of a guild cannot leave it.".to_owned());
        }
        let role = body["role"].as_str().map(|role| {
            let role = role.parse().ok().and_then(|id| guild.roles.get(&id));
            role.filter(|role| role.id != guild.id)
                .map(|role| role.id)
                .ok_or("The guild has no such role to hand out.")
        });
        let (guild, role) = (guild.id, role.transpose()?);
        match wanted {
            Some(true) if !is_member => drop(state.apply(Change::AddMember { guild, user })),
            Some(false) if is_member => drop(state.apply(Change::Leave { guild, user })),
            None if !is_member => return Err("Only members have roles.".to_owned()),
            _ => {}
        }
        if let Some(role) = role {
            state.apply(match body["remove"] == true {
                false => Change::GiveRole { guild, user, role },
                true => Change::TakeRole { guild, user, role },
            });
        }
        Ok(json!({}))
    }))
}

/// Adds a role.
pub async fn add_role(
    Shared(hub): Shared<Arc<Hub>>,
    Path(guild): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let guild = guild_of(state, &guild)?.id;
        let body = read(&body)?;
        let name = name(&body, "role", ROLE_NAME)?;
        let permissions = bits(&body, "permissions")?.unwrap_or(0);
        let id = state.apply(Change::AddRole {
            guild,
            name,
            permissions,
        });
        Ok(json!({"id": id}))
    }))
}

/// Changes what a role allows, and whether everyone may mention it.
pub async fn set_role(
    Shared(hub): Shared<Arc<Hub>>,
    Path((guild, role)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let guild = guild_of(state, &guild)?;
        let role = role.parse().ok().and_then(|id| guild.roles.get(&id));
        let role = role.ok_or("The guild has no such role.")?;
        let body = read(&body)?;
        let change = Change::SetRole {
            guild: guild.id,
            role: role.id,
            permissions: bits(&body, "permissions")?.unwrap_or(role.permissions),
            mentionable: body["mentionable"].as_bool().unwrap_or(role.mentionable),
        };
        state.apply(change);
        Ok(json!({}))
    }))
}

/// Adds a text channel.
pub async fn add_channel(
    Shared(hub): Shared<Arc<Hub>>,
    Path(guild): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let guild = guild_of(state, &guild)?.id;
        let name = name(&read(&body)?, "channel", CHANNEL_NAME)?.to_lowercase();
        let name = name.split_whitespace().collect::<Vec<_>>().join("-");
        let id = state.apply(Change::AddChannel { guild, name });
        Ok(json!({"id": id}))
    }))
}

/// Changes what a channel is: its type, whether it is age-restricted, its slow mode in seconds.
pub async fn set_channel(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let channel = channel_of(state, &channel)?;
        let place = state.world.channels.get(&channel);
        if place.is_none_or(|place| place.guild.is_none()) {
            return Err("Only channels of a guild can be changed.".to_owned());
        }
        let body = read(&body)?;
        let mut shapes = Vec::new();
        if !body["type"].is_null() {
            let kind = body["type"].as_u64().filter(|kind| KINDS.contains(kind));
            let kind = kind.and_then(|kind| u8::try_from(kind).ok());
            shapes.push(Shape::Kind(
                kind.ok_or_else(|| format!("The type is one of {KINDS:?}."))?,
            ));
        }
        if !body["nsfw"].is_null() {
            let nsfw = body["nsfw"].as_bool();
            shapes.push(Shape::AgeRestricted(
                nsfw.ok_or("\"nsfw\" is true or false.")?,
            ));
        }
        if !body["slow_mode"].is_null() {
            let slow = body["slow_mode"].as_u64().filter(|slow| *slow <= SLOWEST);
            shapes.push(Shape::SlowMode(slow.ok_or_else(|| {
                format!("\"slow_mode\" is 0 to {SLOWEST} seconds.")
            })?));
        }
        if shapes.is_empty() {
            return Err("Say what to change: \"type\", \"nsfw\" or \"slow_mode\".".to_owned());
        }
        for shape in shapes {
            state.apply(Change::ShapeChannel { channel, shape });
        }
        Ok(json!({}))
    }))
}

/// Sets what one role or member may and may not do in a channel: an overwrite in Discord's shape.
pub async fn set_overwrite(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let channel = channel_of(state, &channel)?;
        let body = read(&body)?;
        let kind = match body["type"].as_u64() {
            Some(0) => OverwriteKind::Role,
            Some(1) => OverwriteKind::Member,
            _ => return Err("The type is 0 for a role and 1 for a member.".to_owned()),
        };
        let overwrite = Overwrite {
            target: Id::from_json(&body["id"]).ok_or("Say whom it is for, by the id.")?,
            kind,
            allow: bits(&body, "allow")?.unwrap_or(0),
            deny: bits(&body, "deny")?.unwrap_or(0),
        };
        state.apply(Change::SetOverwrite { channel, overwrite });
        Ok(json!({}))
    }))
}

pub(super) fn guild_of<'a>(state: &'a State, id: &str) -> Result<&'a Guild, String> {
    let guild = id.parse().ok().and_then(|id| state.world.guilds.get(&id));
    guild.ok_or_else(|| "This guild is not here any more.".to_owned())
}

fn name(body: &Value, of: &str, length: RangeInclusive<usize>) -> Result<String, String> {
    let name = body["name"].as_str().unwrap_or_default().trim();
    match length.contains(&name.chars().count()) {
        true => Ok(name.to_owned()),
        false => Err(format!(
            "The name of a {of} has {} to {} characters.",
            length.start(),
            length.end()
        )),
    }
}

/// Reads permission bits, which are digits in a text.
fn bits(body: &Value, key: &str) -> Result<Option<u64>, String> {
    let bits = match &body[key] {
        Value::Null => return Ok(None),
        bits => bits.as_str().and_then(|bits| bits.parse().ok()),
    };
    bits.map(Some)
        .ok_or_else(|| format!("\"{key}\" holds permission bits as digits in a text."))
}
