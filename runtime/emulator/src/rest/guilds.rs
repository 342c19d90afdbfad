//! `/guilds/{guild}`: the guild, its channels, its roles.

use serde_json::Value;

use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::Guild;
use crate::rules::Refusal;
use crate::wire;

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    let mut value = wire::guild::full(&state.world, guild);
    if let Some(fields) = value.as_object_mut() {
        let counts = ["approximate_member_count", "approximate_presence_count"];
        for count in counts
            .into_iter()
            .filter(|_| !request.switch("with_counts"))
        {
            fields.remove(count);
        }
        fields.remove("member_count");
        fields.remove("joined_at");
    }
    Ok(Reply::ok(value))
}

pub fn channels(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    let channels = guild
        .channels
        .iter()
        .filter_map(|id| state.world.channels.get(id));
    let channels = channels.map(|channel| wire::channel::full(&state.world, channel));
    Ok(Reply::ok(channels.collect::<Vec<Value>>()))
}

pub fn roles(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let roles = visible(state, request)?.roles.values();
    Ok(Reply::ok(roles.map(wire::guild::role).collect::<Vec<_>>()))
}

pub fn role(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let role = visible(state, request)?.roles.get(&request.id("role")?);
    Ok(Reply::ok(wire::guild::role(
        role.ok_or_else(Refusal::unknown_role)?,
    )))
}

/// Returns the guild of the path if the bot is in it: otherwise it is unknown or not accessible.
pub fn visible<'a>(state: &'a State, request: &Request<'_>) -> Result<&'a Guild, Refusal> {
    let id = request.id("guild")?;
    let guild = state
        .world
        .guilds
        .get(&id)
        .ok_or_else(Refusal::unknown_guild)?;
    if state.world.bot_is_in(id) {
        Ok(guild)
    } else {
        Err(Refusal::missing_access())
    }
}
