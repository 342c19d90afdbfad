//! Places in voice.

use serde_json::{Value, json};

use super::guild;
use crate::model::VoiceState;
use crate::snowflake::Id;
use crate::world::World;

/// Returns a place as GUILD_CREATE holds it, without the guild.
pub fn in_guild_create(world: &World, guild: Id, user: Id, state: &VoiceState) -> Value {
    let member = world.member(guild, user);
    json!({
        "channel_id": state.channel,
        "user_id": user,
        "session_id": state.session,
        "deaf": member.is_some_and(|member| member.deaf),
        "mute": member.is_some_and(|member| member.mute),
        "self_deaf": state.self_deaf,
        "self_mute": state.self_mute,
        "self_video": false,
        "suppress": state.suppress,
        "request_to_speak_timestamp": state.asks_to_speak.map(|at| at.iso()),
    })
}

/// Returns a place with the guild.
pub fn of_guild(world: &World, guild: Id, user: Id, state: &VoiceState) -> Value {
    let mut value = in_guild_create(world, guild, user, state);
    value["guild_id"] = json!(guild);
    value
}

/// Returns a place as VOICE_STATE_UPDATE tells it.
pub fn full(world: &World, guild: Id, user: Id, state: &VoiceState) -> Value {
    let mut value = of_guild(world, guild, user, state);
    if let Some(member) = world.member(guild, user) {
        value["member"] = guild::member(world, member);
    }
    value
}
