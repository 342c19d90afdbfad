//! `/guilds/{guild}/voice-states`.

use serde_json::json;

use super::guilds::visible;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::rules::Refusal;
use crate::snowflake::Id;
use crate::wire;

/// Tells where a member is in voice.
pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let user = request.id("user")?;
    of(state, request, user)
}

/// Tells where the bot is in voice.
pub fn get_own(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    of(state, request, state.world.application.bot)
}

fn of(state: &State, request: &Request<'_>, user: Id) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?.id;
    let place = state.world.voice_of(guild, user);
    let place = place.ok_or_else(Refusal::unknown_voice_state)?;
    let mut shown = wire::voice::full(&state.world, guild, user, place);
    // An event leaves it out where nobody streams; this answer does not.
    shown["self_stream"] = json!(false);
    Ok(Reply::ok(shown))
}
