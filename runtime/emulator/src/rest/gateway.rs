//! `GET /gateway`, `GET /gateway/bot`.

use serde_json::json;

use super::{Reply, request::Request};
use crate::hub::State;
use crate::rules::Refusal;

/// The guilds for which one shard is recommended.
const GUILDS_A_SHARD: usize = 1_000;

pub fn address(state: &mut State, _: &Request<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({"url": state.gateway_url})))
}

pub fn for_bot(state: &mut State, _: &Request<'_>) -> Result<Reply, Refusal> {
    let (options, budget, now) = (&state.options, &state.sessions.budget, state.now);
    Ok(Reply::ok(json!({
        "url": state.gateway_url,
        "shards": recommended(state),
        "session_start_limit": {
            "total": options.identifies,
            "remaining": budget.remaining(options.identifies, now),
            "reset_after": budget.reset_after(now).as_millis() as u64,
            "max_concurrency": options.max_concurrency,
        },
    })))
}

/// Returns how many shards the bot should start.
fn recommended(state: &State) -> u64 {
    let world = &state.world;
    let guilds = world
        .guilds
        .keys()
        .filter(|id| world.bot_is_in(**id))
        .count();
    let most = state.options.guilds_per_shard.clamp(1, GUILDS_A_SHARD);
    state.options.shards.max(guilds.div_ceil(most) as u64)
}
