//! `/guilds/{guild}`: the guild and its channels.

use serde_json::{Value, json};

use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::Guild;
use crate::rules::Refusal;
use crate::wire;

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?;
    let mut value = wire::guild::settings(guild);
    if request.switch("with_counts") {
        for count in ["approximate_member_count", "approximate_presence_count"] {
            value[count] = json!(guild.members.len());
        }
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
