//! What nobody does in a chat client: making people up, changing their language, and making the
//! gateway or a request go wrong.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde_json::{Value, json};

use super::act::read;
use super::look::person;
use super::reply;
use crate::fault::{self, FAULTS, Fault};
use crate::hub::Hub;
use crate::rules::locale;
use crate::wire;
use crate::world::Change;

/// The longest username, and the shortest (Discord's "Users", usernames).
const LONGEST_NAME: usize = 32;
const SHORTEST_NAME: usize = 2;

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
