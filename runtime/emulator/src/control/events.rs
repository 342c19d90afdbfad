//! What a person sees happening, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::look::person;
use super::refuse;
use crate::hub::{Hub, State};
use crate::model::permissions::VIEW_CHANNEL;
use crate::model::{Interaction, Stage};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Event;

const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub struct EventsQuery {
    r#as: String,
}

pub async fn stream(Shared(hub): Shared<Arc<Hub>>, Query(query): Query<EventsQuery>) -> Response {
    let joined = hub.with_quietly(|state| {
        let viewer = person(state, &query.r#as)?;
        Ok::<_, String>((viewer, state.people.subscribe()))
    });
    let (viewer, events) = match joined {
        Ok(joined) => joined,
        Err(message) => return refuse(StatusCode::BAD_REQUEST, &message),
    };
    let sent = stream::unfold((hub, events), move |(hub, mut events)| async move {
        loop {
            let event = tokio::select! {
                event = events.recv() => event,
                () = hub.stopped() => return None,
            };
            let shown = match event {
                Ok(event) => hub.with_quietly(|state| show(state, &event, viewer)),
                // A page that fell behind fetches everything again.
                Err(RecvError::Lagged(_)) => Some(("state", json!({}))),
                Err(RecvError::Closed) => return None,
            };
            if let Some((name, data)) = shown {
                let sent = Sent::default().event(name).data(data.to_string());
                return Some((Ok::<_, Infallible>(sent), (hub, events)));
            }
        }
    });
    Sse::new(sent)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

/// Returns an event as a person sees it, if they do.
fn show(state: &State, event: &Event, viewer: Id) -> Option<(&'static str, Value)> {
    let world = &state.world;
    let sees = |channel: Id| world.may(viewer, channel, VIEW_CHANNEL, state.now);
    match event {
        Event::MessageCreated(message) | Event::MessageChanged(message) => {
            let seen = message.seen_by(viewer) && sees(message.channel);
            seen.then(|| {
                (
                    "message",
                    wire::message::full(world, message, &state.base, viewer),
                )
            })
        }
        Event::MessageDeleted {
            channel,
            message,
            only_for,
            ..
        } => {
            let seen = only_for.is_none_or(|only| only == viewer) && sees(*channel);
            let data = json!({"channel_id": channel, "ids": [message]});
            seen.then_some(("message-delete", data))
        }
        // A reaction or a vote changes how a message looks.
        Event::ReactionAdded {
            channel, message, ..
        }
        | Event::ReactionRemoved {
            channel, message, ..
        }
        | Event::ReactionsCleared {
            channel, message, ..
        }
        | Event::PollVoted {
            channel, message, ..
        } => {
            let message = world
                .message(*channel, *message)
                .filter(|_| sees(*channel))?;
            Some((
                "message",
                wire::message::full(world, message, &state.base, viewer),
            ))
        }
        Event::MessagesDeleted {
            channel, messages, ..
        } => {
            let data = json!({"channel_id": channel, "ids": messages});
            sees(*channel).then_some(("message-delete", data))
        }
        Event::Typing { channel, user, .. } => {
            let seen = sees(*channel) && *user != viewer;
            let data = json!({"channel_id": channel, "user_id": user});
            seen.then_some(("typing", data))
        }
        Event::VoiceChanged {
            guild,
            user,
            was,
            state: place,
        } => {
            // Who goes where the viewer can't look has left, as far as they see.
            let mut place = place.clone();
            place.channel = place.channel.filter(|channel| sees(*channel));
            let seen = place.channel.is_some() || was.is_some_and(sees) || *user == viewer;
            seen.then(|| ("voice", wire::voice::of_guild(world, *guild, *user, &place)))
        }
        Event::SpeakingChanged {
            channel,
            user,
            speaking,
        } => {
            let data = json!({"channel_id": channel, "user_id": user, "speaking": speaking});
            sees(*channel).then_some(("speaking", data))
        }
        Event::InteractionMoved(id) => {
            let interaction = world.interactions.get(id)?;
            (interaction.user == viewer).then(|| ("interaction", moved(interaction)))
        }
        Event::CommandsChanged => Some(("commands", json!({}))),
        Event::BotConnected(connected) => Some(("bot", json!({"connected": connected}))),
        Event::InteractionSent(_) => None,
        event => event.changes_places().then(|| ("state", json!({}))),
    }
}

/// Returns the word for how far an interaction is.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Sent => "sent",
        Stage::Deferred => "deferred",
        Stage::Acknowledged | Stage::Answered => "answered",
        Stage::Failed => "failed",
    }
}

/// Returns how far an interaction is, for the person who made it.
fn moved(interaction: &Interaction) -> Value {
    let mut data = json!({
        "id": interaction.id,
        "channel_id": interaction.channel,
        "name": interaction.name,
        "state": stage(interaction.stage),
    });
    if let Some(error) = interaction.error {
        data["error"] = json!(error);
    }
    if let Some(modal) = &interaction.modal {
        data["modal"] = modal.clone();
    }
    if let Some(choices) = &interaction.choices {
        data["choices"] = choices.clone();
    }
    if let Some(message) = interaction.original {
        data["message_id"] = json!(message);
    }
    data
}
