//! How interactions went: when each was sent, what the bot asked for and when, how it ended.

use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::reply;
use crate::clock::Time;
use crate::hub::{Hub, State};
use crate::model::{Interaction, InteractionKind, Stage};
use crate::rest::Recorded;
use crate::snowflake::Id;

/// The interactions shown unless fewer are asked for.
const MOST: usize = 50;

#[derive(Deserialize)]
pub struct TimelineQuery {
    limit: Option<usize>,
}

/// Lists the newest interactions, the newest first, without those of typing (autocomplete).
pub async fn interactions(
    Shared(hub): Shared<Arc<Hub>>,
    Query(query): Query<TimelineQuery>,
) -> Response {
    reply(Ok(hub.with_quietly(|state| {
        let requests = state.recorder.all();
        let newest = state.world.interactions.values().rev();
        let newest = newest.filter(|one| one.kind != InteractionKind::Autocomplete);
        let shown = newest.take(query.limit.unwrap_or(MOST).min(MOST));
        shown.map(|one| timeline(state, one, &requests)).collect()
    })))
}

/// Tells how one interaction went.
pub async fn interaction(
    Shared(hub): Shared<Arc<Hub>>,
    Path(interaction): Path<String>,
) -> Response {
    reply(hub.with_quietly(|state| {
        let id = interaction.parse().ok();
        let found = id.and_then(|id: Id| state.world.interactions.get(&id));
        let found = found.ok_or("There is no such interaction, or none any more.")?;
        Ok(timeline(state, found, &state.recorder.all()))
    }))
}

/// Returns one interaction with its steps; `at` counts milliseconds from when it was sent.
fn timeline(state: &State, interaction: &Interaction, requests: &[Recorded]) -> Value {
    let own: Vec<&Recorded> = requests
        .iter()
        .filter(|request| request.path.contains(&interaction.token))
        .collect();
    let since = |at: Time| at.since(interaction.created).as_secs_f64() * 1_000.0;
    let ended = match interaction.stage {
        // After "thinking", the answer is the first thing that the bot said.
        Stage::Answered if interaction.callback == Some(5) => own
            .iter()
            .find(|request| {
                request.method != "GET"
                    && !request.path.ends_with("/callback")
                    && request.status < 300
            })
            .map(|request| request.at),
        Stage::Answered | Stage::Acknowledged => interaction.answered_at,
        Stage::Failed => Some(interaction.deadline.min(state.now)),
        Stage::Sent | Stage::Deferred => None,
    };
    // What else the bot asked for while it was busy with this; with several interactions at once
    // nobody can tell which of them it was for.
    let last = own.last().map(|request| request.at).max(ended);
    let last = last.unwrap_or(state.now);
    let meanwhile = requests
        .iter()
        .filter(|request| (interaction.created..=last).contains(&request.at));
    let steps = meanwhile.filter(|request| {
        request.path.contains(&interaction.token) || !request.path.contains("/callback")
    });
    let step = |request: &Recorded| {
        json!({
            "at": since(request.at),
            "method": request.method,
            "path": shown_path(&request.path, &interaction.token),
            "status": request.status,
            "callback": callback(request, &interaction.token),
            "own": request.path.contains(&interaction.token),
        })
    };
    json!({
        "id": interaction.id,
        "kind": interaction.kind.number(),
        "name": interaction.name,
        "target": interaction.data["target_id"],
        "user_id": interaction.user,
        "channel_id": interaction.channel,
        "sent": interaction.created.iso(),
        "state": super::events::stage(interaction.stage),
        "error": interaction.error,
        "ended": ended.map(since),
        "steps": steps.map(step).collect::<Vec<_>>(),
    })
}

/// The callback type, if the request is the first answer.
fn callback(request: &Recorded, token: &str) -> Option<u64> {
    let is_first = request.path.ends_with(&format!("{token}/callback"));
    is_first.then(|| request.body["type"].as_u64()).flatten()
}

/// The path without the prefix, and without the token, which tells nobody anything.
fn shown_path(path: &str, token: &str) -> String {
    let path = path.strip_prefix("/api/v10").unwrap_or(path);
    path.replace(token, "…")
}
