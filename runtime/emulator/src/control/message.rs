//! What a person does to a message that is there: reacting to it, pinning, editing, deleting it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::act::{actor, read};
use super::look::{channel_of, person};
use super::reply;
use crate::clock::Time;
use crate::hub::{Hub, State};
use crate::model::Message;
use crate::model::permissions::{READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use crate::people;
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Change, World};

#[derive(Deserialize)]
pub struct AsQuery {
    pub r#as: String,
}

/// Lists the reactions with who made them.
pub async fn reactions(
    Shared(hub): Shared<Arc<Hub>>,
    Path((channel, message)): Path<(String, String)>,
    Query(query): Query<AsQuery>,
) -> Response {
    reply(hub.with_quietly(|state| {
        let person = person(state, &query.r#as)?;
        let channel = readable(state, &channel, person)?;
        let found = state.world.message(channel, message_id(&message)?);
        let found = found.filter(|message| message.seen_by(person));
        let found = found.ok_or("This message is not here any more.")?;
        let reactions = found.reactions.iter();
        Ok(reactions
            .map(|r| json!({"emoji": wire::message::emoji(&r.name, r.custom), "users": r.users}))
            .collect())
    }))
}

pub async fn react(hub: Shared<Arc<Hub>>, path: Path<(String, String)>, body: Bytes) -> Response {
    change(&hub, &path, &body, |world, body, place, now| {
        let (person, channel, message) = place;
        let emoji = body["emoji"].as_str().unwrap_or_default();
        match body["remove"] == true {
            false => people::react(world, person, channel, message, emoji, now),
            true => people::unreact(world, person, channel, message, emoji, now),
        }
    })
}

/// Votes in a poll for these answers, and for no others.
pub async fn vote(hub: Shared<Arc<Hub>>, path: Path<(String, String)>, body: Bytes) -> Response {
    change(&hub, &path, &body, |world, body, place, now| {
        let (person, channel, message) = place;
        let answers = body["answers"].as_array().into_iter().flatten();
        let answers: Vec<u64> = answers.filter_map(Value::as_u64).collect();
        people::vote(world, person, channel, message, &answers, now)
    })
}

pub async fn pin(hub: Shared<Arc<Hub>>, path: Path<(String, String)>, body: Bytes) -> Response {
    change(&hub, &path, &body, |world, body, place, now| {
        let (person, channel, message) = place;
        match body["remove"] == true {
            false => people::pin(world, person, channel, message, now),
            true => people::unpin(world, person, channel, message, now),
        }
    })
}

pub async fn edit(hub: Shared<Arc<Hub>>, path: Path<(String, String)>, body: Bytes) -> Response {
    change(&hub, &path, &body, |world, body, place, now| {
        let (person, channel, message) = place;
        let content = body["content"].as_str().unwrap_or_default();
        people::edit(world, person, channel, message, content, now)
    })
}

pub async fn delete(hub: Shared<Arc<Hub>>, path: Path<(String, String)>, body: Bytes) -> Response {
    change(&hub, &path, &body, |world, _, place, now| {
        let (person, channel, message) = place;
        people::delete(world, person, channel, message, now)
    })
}

/// Lists what is pinned in a channel, the newest pin first.
pub async fn pins(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    Query(query): Query<AsQuery>,
) -> Response {
    reply(hub.with_quietly(|state| {
        let person = person(state, &query.r#as)?;
        let channel = readable(state, &channel, person)?;
        let channel = state.world.channels.get(&channel);
        let messages = channel.into_iter().flat_map(|channel| &channel.messages);
        let mut pins: Vec<&Message> = messages.filter(|m| m.pinned.is_some()).collect();
        pins.sort_by_key(|message| std::cmp::Reverse(message.pinned));
        let shown = |m: &&Message| wire::message::full(&state.world, m, &state.base, person);
        Ok(pins.iter().map(shown).collect())
    }))
}

/// Who acts, and on which message of which channel.
type Place = (Id, Id, Id);

fn change(
    hub: &Hub,
    (channel, message): &(String, String),
    body: &[u8],
    make: impl FnOnce(&World, &Value, Place, Time) -> Result<Change, String>,
) -> Response {
    reply(hub.with(|state| {
        let body = read(body)?;
        let place = (
            actor(state, &body)?,
            channel_of(state, channel)?,
            message_id(message)?,
        );
        let change = make(&state.world, &body, place, state.now)?;
        state.apply(change);
        Ok(json!({}))
    }))
}

pub fn readable(state: &State, channel: &str, person: Id) -> Result<Id, String> {
    let channel = channel_of(state, channel)?;
    let bits = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
    match state.world.may(person, channel, bits, state.now) {
        true => Ok(channel),
        false => Err("This person does not see this channel.".to_owned()),
    }
}

fn message_id(text: &str) -> Result<Id, String> {
    text.parse()
        .map_err(|_| "This message is not here any more.".to_owned())
}
