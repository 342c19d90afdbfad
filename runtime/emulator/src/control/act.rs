//! Acting as a person: writing, running commands, clicking, submitting.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::look::{channel_of, person};
use super::reply;
use crate::hub::{Hub, State};
use crate::people::{self, CommandCall};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Change, NewInteraction};

pub async fn say(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let author = actor(state, &body)?;
        let channel = channel_of(state, &channel)?;
        let content = body["content"].as_str().unwrap_or_default();
        let files = body["files"].as_array().into_iter().flatten();
        let files: Vec<Id> = files.filter_map(Id::from_json).collect();
        let (world, now) = (&state.world, state.now);
        let mut draft = people::say_with(world, author, channel, content, &files, now)?;
        if let Some(target) = body["reply_to"].as_str() {
            people::reply_to(&state.world, &mut draft, target, state.now)?;
        }
        let id = state.apply(Change::Post(Box::new(draft)));
        let message = id.and_then(|id| state.world.message(channel, id));
        let message = message.ok_or("The message could not be kept.")?;
        Ok(wire::message::full(
            &state.world,
            message,
            &state.base,
            author,
        ))
    }))
}

pub async fn command(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| run(state, &channel, &body, false)))
}

pub async fn autocomplete(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| run(state, &channel, &body, true)))
}

fn run(state: &mut State, channel: &str, body: &[u8], typing: bool) -> Result<Value, String> {
    let body = read(body)?;
    let actor = actor(state, &body)?;
    let channel = channel_of(state, channel)?;
    let options = body["options"].as_array().cloned().unwrap_or_default();
    let call = CommandCall {
        command: Id::from_json(&body["command"]).ok_or("Say which command to run, by its id.")?,
        options,
        version: Id::from_json(&body["version"]),
        target: Id::from_json(&body["target_id"]),
    };
    let (world, now) = (&state.world, state.now);
    let new = match typing {
        true => people::autocomplete(world, actor, channel, &call, now)?,
        false => people::command(world, actor, channel, &call, now)?,
    };
    begin(state, new)
}

pub async fn click(
    Shared(hub): Shared<Arc<Hub>>,
    Path((channel, message)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let actor = actor(state, &body)?;
        let channel = channel_of(state, &channel)?;
        let message = message
            .parse::<Id>()
            .map_err(|_| "This message is not here any more.")?;
        let component = body["custom_id"].as_str().ok_or("Say what was clicked.")?;
        let values = body["values"].as_array().into_iter().flatten();
        let values: Vec<String> = values
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let (world, now) = (&state.world, state.now);
        let new = people::click(world, actor, channel, message, component, &values, now)?;
        begin(state, new)
    }))
}

pub async fn submit(
    Shared(hub): Shared<Arc<Hub>>,
    Path(interaction): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let actor = actor(state, &body)?;
        let opener = interaction
            .parse::<Id>()
            .map_err(|_| "This form is not open any more.")?;
        let nothing = Map::new();
        let fields = body["fields"].as_object().unwrap_or(&nothing);
        let new = people::submit(&state.world, actor, opener, fields, state.now)?;
        begin(state, new)
    }))
}

pub async fn open_dm(Shared(hub): Shared<Arc<Hub>>, body: Bytes) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let person = actor(state, &body)?;
        let channel = state.apply(Change::OpenDm { person });
        let channel = channel.and_then(|id| state.world.channels.get(&id));
        let channel = channel.ok_or("The channel could not be opened.")?;
        // The person sees the bot at the other end.
        let bot = state.world.application.bot;
        Ok(wire::channel::direct(&state.world, channel, Some(bot)))
    }))
}

/// Sends an interaction to the bot, as far as there is a bot.
fn begin(state: &mut State, new: NewInteraction) -> Result<Value, String> {
    let id = state.apply(Change::Begin(Box::new(new)));
    Ok(json!({"interaction": id}))
}

pub fn read(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|error| format!("The request is not JSON: {error}."))
}

pub fn actor(state: &State, body: &Value) -> Result<Id, String> {
    person(state, body["as"].as_str().unwrap_or_default())
}
