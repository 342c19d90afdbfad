//! What a person does with threads.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use serde_json::json;

use super::act::{actor, read};
use super::look::channel_of;
use super::reply;
use crate::hub::Hub;
use crate::people::{self, Start};
use crate::snowflake::Id;
use crate::wire;
use crate::world::ThreadEdit;

/// Starts a thread in a channel, about one of its messages or about none.
pub async fn start(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let person = actor(state, &body)?;
        let channel = channel_of(state, &channel)?;
        let tags = body["tags"].as_array().into_iter().flatten();
        let tags: Vec<Id> = tags.filter_map(Id::from_json).collect();
        let start = Start {
            name: body["name"].as_str().unwrap_or_default(),
            from: Id::from_json(&body["message_id"]),
            private: body["private"] == true,
            content: body["content"].as_str(),
            tags: &tags,
        };
        let change = people::start_thread(&state.world, person, channel, start, state.now)?;
        let made = state.apply(change);
        let made = made.and_then(|id| state.world.channels.get(&id));
        let made = made.ok_or("The thread could not be started.")?;
        Ok(wire::channel::full(&state.world, made))
    }))
}

/// Goes into a thread or out of it, archives or locks it.
pub async fn change(
    Shared(hub): Shared<Arc<Hub>>,
    Path(thread): Path<String>,
    body: Bytes,
) -> Response {
    reply(hub.with(|state| {
        let body = read(&body)?;
        let person = actor(state, &body)?;
        let thread = channel_of(state, &thread)?;
        let edit = ThreadEdit {
            archived: body["archived"].as_bool(),
            locked: body["locked"].as_bool(),
            ..ThreadEdit::default()
        };
        if edit != ThreadEdit::default() {
            let change = people::edit_thread(&state.world, person, thread, edit, state.now)?;
            state.apply(change);
        }
        if let Some(joined) = body["joined"].as_bool() {
            let change = match joined {
                true => people::join_thread(&state.world, person, thread, state.now)?,
                false => people::leave_thread(&state.world, person, thread, state.now)?,
            };
            state.apply(change);
        }
        Ok(json!({}))
    }))
}
