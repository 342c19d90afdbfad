//! What happened, for programs that test a bot: its requests, its gateway sessions, and a channel
//! as text.

use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::look::person;
use super::message::{AsQuery, readable};
use super::reply;
use crate::face::transcript;
use crate::gateway::Seen;
use crate::hub::{Hub, State};
use crate::rest::Recorded;

/// The requests shown unless another number is asked for.
const REQUESTS: usize = 100;

#[derive(Deserialize)]
pub struct RequestsQuery {
    limit: Option<usize>,
}

/// Lists the newest requests of the bot, the oldest of them first.
pub async fn requests(
    Shared(hub): Shared<Arc<Hub>>,
    Query(query): Query<RequestsQuery>,
) -> Response {
    reply(Ok(hub.with_quietly(|state| {
        let requests = state.recorder.all();
        let from = requests
            .len()
            .saturating_sub(query.limit.unwrap_or(REQUESTS));
        requests[from..].iter().map(request).collect()
    })))
}

fn request(request: &Recorded) -> Value {
    json!({
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "body": request.body,
        "status": request.status,
        "at": request.at.iso(),
    })
}

/// Forgets the requests so far.
pub async fn forget_requests(Shared(hub): Shared<Arc<Hub>>) -> Response {
    hub.with_quietly(|state| state.recorder.clear());
    reply(Ok(json!({})))
}

/// Tells how the gateway stands: the sessions, what clients did, and what they could do better.
pub async fn sessions(Shared(hub): Shared<Arc<Hub>>) -> Response {
    reply(Ok(hub.with_quietly(|state| gateway(state))))
}

fn gateway(state: &State) -> Value {
    let session = |view: crate::gateway::SessionView| {
        json!({
            "id": view.id,
            "shard": [view.shard.0, view.shard.1],
            "intents": view.intents,
            "seq": view.seq,
            "connected": view.connected,
            "presence": view.presence,
        })
    };
    let sessions = &state.sessions;
    json!({
        "sessions": sessions.views().into_iter().map(session).collect::<Vec<_>>(),
        "identifies": sessions.identifies,
        "log": sessions.log.all().iter().map(seen).collect::<Vec<_>>(),
        "advice": sessions.log.advice(state.options.max_concurrency),
    })
}

fn seen(seen: &Seen) -> Value {
    match seen {
        Seen::Identified {
            shard,
            accepted,
            at,
        } => json!({
            "did": "identify", "shard": [shard.0, shard.1], "accepted": accepted, "at": at.iso(),
        }),
        Seen::Resumed {
            session,
            by_resume_url,
            accepted,
            at,
        } => json!({
            "did": "resume", "session": session, "by_resume_url": by_resume_url,
            "accepted": accepted, "at": at.iso(),
        }),
        Seen::VoiceAsked {
            shard,
            guild,
            channel,
            at,
        } => json!({
            "did": "voice", "shard": [shard.0, shard.1], "guild_id": guild, "channel_id": channel,
            "at": at.iso(),
        }),
        Seen::FirstBeat { share, at } => json!({
            "did": "first_beat", "share": share, "at": at.iso(),
        }),
    }
}

/// Writes a channel as a person reads it: plain text without ids and times.
pub async fn read_aloud(
    Shared(hub): Shared<Arc<Hub>>,
    Path(channel): Path<String>,
    Query(query): Query<AsQuery>,
) -> Response {
    let text = hub.with_quietly(|state| {
        let person = person(state, &query.r#as)?;
        let channel = readable(state, &channel, person)?;
        Ok(transcript(state, channel, person))
    });
    let kind = (CONTENT_TYPE, "text/plain; charset=utf-8");
    match text {
        Ok(text) => ([kind, (CACHE_CONTROL, "no-store")], text).into_response(),
        Err(message) => reply(Err(message)),
    }
}
