//! `GET /gateway`, `GET /gateway/bot`.

use serde_json::json;

use super::{Reply, request::Request};
use crate::hub::State;
use crate::rules::Refusal;

/// Identifies in 24 hours.
const IDENTIFIES: u64 = 1_000;

const DAY_MILLIS: u64 = 86_400_000;

pub fn address(state: &mut State, _: &Request<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({"url": state.gateway_url})))
}

pub fn for_bot(state: &mut State, _: &Request<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({
        "url": state.gateway_url,
        "shards": state.options.shards,
        "session_start_limit": {
            "total": IDENTIFIES,
            "remaining": IDENTIFIES.saturating_sub(state.sessions.identifies),
            "reset_after": DAY_MILLIS,
            "max_concurrency": state.options.max_concurrency,
        },
    })))
}
