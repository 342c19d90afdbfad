//! What nobody does in a chat client: making people up, letting them join and leave, handing out
//! roles and languages, adding channels and setting permissions, and making the gateway or a request go wrong.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde_json::{Value, json};

use super::act::read;
use super::look::{channel_of, person};
use super::reply;
use crate::fault::{self, FAULTS, Fault};
use crate::hub::Hub;
use crate::model::{Overwrite, OverwriteKind};
use crate::rules::locale;
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

/// The longest username, and the shortest (Discord's "Users", usernames).
const LONGEST_NAME: usize = 32;
const SHORTEST_NAME: usize = 2;

const LONGEST_CHANNEL_NAME: usize = 100;

/// Makes a person up, who is in no guild yet.
pub async fn add_person(Shared(hub): Shared<Arc<Hub>>, body: Bytes) -> Response {
    reply(hub.with(|state| {
        let name = read(&body)?["name"].as_str().unwrap_or_default().to_owned();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
        if !(SHORTEST_NAME..=LONGEST_NAME).contains(&name.len()) || !name.chars().all(fits) {
            return Err(format!(
                "A username has {SHORTEST_NAME} to {LONGEST_NAME} small letters, digits, periods and underscores."
            ));
        }
        if state.world.users.values().any(|user| user.username == name) {
            return Err(format!("The name {name} is taken."));
        }
        let id = state.apply(Change::AddUser { name, bot: false });
        let user = id.and_then(|id| state.world.user(id));
        Ok(user.map(wire::user::full).into())
    }))
}

/// Changes the language of a person's client.
pub async fn set_person(
    Shared(hub): Shared<Arc<Hub>>,
    Path(user): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let user = person(state, &user)?;
        let body = read(&body)?;
        let locale = body["locale"].as_str().unwrap_or_default().to_owned();
        if !locale::is_known(&locale) {
            return Err(format!("Discord speaks no language \"{locale}\"."));
        }
        state.apply(Change::SetLocale { user, locale });
        Ok(json!({}))
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
        let guild = guild.parse::<Id>().ok();
        let guild = guild.and_then(|id| state.world.guilds.get(&id));
        let guild = guild.ok_or("This guild is not here any more.")?;
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

/// Adds a text channel to a guild.
pub async fn add_channel(
    Shared(hub): Shared<Arc<Hub>>,
    Path(guild): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let guild = guild.parse::<Id>().ok();
        let guild = guild.filter(|id| state.world.guilds.contains_key(id));
        let guild = guild.ok_or("This guild is not here any more.")?;
        let name = read(&body)?["name"]
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        let name = name.split_whitespace().collect::<Vec<_>>().join("-");
        if name.is_empty() || name.chars().count() > LONGEST_CHANNEL_NAME {
            return Err(format!(
                "The name of a channel has 1 to {LONGEST_CHANNEL_NAME} characters."
            ));
        }
        let id = state.apply(Change::AddChannel { guild, name });
        Ok(json!({"id": id}))
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
        let bits = |key: &str| {
            let bits = body[key].as_str().unwrap_or("0").parse::<u64>();
            bits.map_err(|_| format!("\"{key}\" holds permission bits as digits."))
        };
        let kind = match body["type"].as_u64() {
            Some(0) => OverwriteKind::Role,
            Some(1) => OverwriteKind::Member,
            _ => return Err("The type is 0 for a role and 1 for a member.".to_owned()),
        };
        let overwrite = Overwrite {
            target: Id::from_json(&body["id"]).ok_or("Say whom it is for, by the id.")?,
            kind,
            allow: bits("allow")?,
            deny: bits("deny")?,
        };
        state.apply(Change::SetOverwrite { channel, overwrite });
        Ok(json!({}))
    }))
}

/// Makes something go wrong: a [`Fault`] as JSON.
pub async fn fault(Shared(hub): Shared<Arc<Hub>>, body: Bytes) -> Response {
    reply(cause(&hub, &body))
}

fn cause(hub: &Hub, body: &[u8]) -> Result<Value, String> {
    let mut body = read(body)?;
    // The page names who acts in every request; a fault is nobody's doing.
    if let Some(fields) = body.as_object_mut() {
        fields.remove("as");
    }
    let fault: Fault = serde_json::from_value(body)
        .map_err(|error| format!("There is no such fault: {error}."))?;
    fault::cause(hub, fault)?;
    Ok(json!({}))
}

/// Lists all faults: name, the rules they show, what they do.
pub async fn faults() -> Response {
    let rows = FAULTS
        .iter()
        .map(|(name, rules, does)| json!({"fault": name, "rules": rules, "does": does}));
    reply(Ok(rows.collect()))
}
