//! `/guilds/{guild}/members`.

use serde_json::Value;

use super::guilds::visible;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::Member;
use crate::model::intents::GUILD_MEMBERS;
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    let user = request.id("member")?;
    state.world.user(user).ok_or_else(Refusal::unknown_user)?;
    let member = guild
        .members
        .get(&user)
        .ok_or_else(Refusal::unknown_member)?;
    Ok(Reply::ok(wire::guild::member(&state.world, member)))
}

/// Lists members by user id, for applications with the members intent.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    if state.world.application.privileged & GUILD_MEMBERS == 0 {
        return Err(Refusal::missing_access());
    }
    let limit = request.limit(1, 1_000)?;
    let after = request.query_id("after")?.unwrap_or(Id(0));
    let members = guild
        .members
        .values()
        .filter(|member| member.user > after)
        .take(limit);
    Ok(Reply::ok(shown(state, members)))
}

/// Finds members whose name or nickname begins with the query.
pub fn search(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    let limit = request.limit(1, 1_000)?;
    let Some(query) = request.query("query") else {
        let mut faults = Faults::default();
        faults.add("query", "BASE_TYPE_REQUIRED", "This field is required");
        faults.check()?;
        return Ok(Reply::ok(Vec::<Value>::new()));
    };
    let query = query.to_lowercase();
    let starts = |name: &str| name.to_lowercase().starts_with(&query);
    let fits = |member: &&Member| {
        let user = state.world.user(member.user);
        member.nick.as_deref().is_some_and(starts)
            || user.is_some_and(|user| starts(&user.username) || starts(user.shown()))
    };
    let members = guild.members.values().filter(fits).take(limit);
    Ok(Reply::ok(shown(state, members)))
}

fn shown<'a>(state: &State, members: impl Iterator<Item = &'a Member>) -> Vec<Value> {
    members
        .map(|member| wire::guild::member(&state.world, member))
        .collect()
}
