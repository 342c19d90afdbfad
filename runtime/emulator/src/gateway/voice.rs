//! Voice on the main gateway: op 4, what it leads to, and what ends it. The voice server itself is
//! another connection.
//! Rules: Discord's documentation, "Voice Connections" and "Update Voice State".

use serde_json::{Value, json};

use super::close::Close;
use super::dispatch::{Dispatch, in_guild};
use super::log::Seen;
use crate::clock::Time;
use crate::hub::State;
use crate::model::intents::GUILD_VOICE_STATES;
use crate::model::{VoiceState, VoiceWish, permissions};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Change, World};

/// Does what an op 4 of a session asks. What the bot may not do is ignored without a word.
pub fn update(state: &mut State, session: &str, data: &Value) -> Result<(), Close> {
    let guild = Id::from_json(&data["guild_id"]).ok_or(Close::DecodeError)?;
    let channel = match &data["channel_id"] {
        Value::Null => None,
        id => Some(Id::from_json(id).ok_or(Close::DecodeError)?),
    };
    let (bot, now) = (state.world.application.bot, state.now);
    let Some(shard) = state.sessions.shard_of(session) else {
        return Ok(());
    };
    state.sessions.log.add(Seen::VoiceAsked {
        shard,
        guild,
        channel,
        at: now,
    });
    state.touch();
    if guild.shard(shard.1) != shard.0 || !state.world.bot_is_in(guild) {
        return Ok(());
    }
    let wish = channel.map(|channel| VoiceWish {
        channel,
        session: session.to_owned(),
        self_mute: data["self_mute"] == true,
        self_deaf: data["self_deaf"] == true,
    });
    let refused = |channel| state.world.voice_refusal(guild, bot, channel, now);
    if channel.and_then(refused).is_none() {
        state.apply(Change::SetVoice {
            guild,
            user: bot,
            wish,
        });
    }
    Ok(())
}

/// Takes the bot out of the channels that it went into by sessions that are over.
pub fn end_lost(state: &mut State) {
    let (bot, sessions) = (state.world.application.bot, &state.sessions);
    let places = state.world.voice.iter();
    let lost = places
        .filter(|((_, user), place)| *user == bot && sessions.shard_of(&place.session).is_none());
    for guild in lost.map(|((guild, _), _)| *guild).collect::<Vec<_>>() {
        let (user, wish) = (bot, None);
        state.apply(Change::SetVoice { guild, user, wish });
    }
}

/// Returns VOICE_STATE_UPDATE, told where the bot sees the channel. It is told of itself anyway, and
/// of who goes where it can't look that they have left.
pub fn state_update(
    world: &World,
    guild: Id,
    user: Id,
    was: Option<Id>,
    state: &VoiceState,
    now: Time,
) -> Option<Dispatch> {
    let bot = world.application.bot;
    let sees = |channel| {
        // A channel that is gone was deleted a moment ago.
        let gone = !world.channels.contains_key(&channel);
        user == bot || gone || world.may(bot, channel, permissions::VIEW_CHANNEL, now)
    };
    let shown = match state.channel {
        Some(channel) if sees(channel) => state.clone(),
        _ if was.is_some_and(sees) => VoiceState {
            channel: None,
            ..state.clone()
        },
        _ => return None,
    };
    let data = wire::voice::full(world, guild, user, &shown);
    let (name, need) = ("VOICE_STATE_UPDATE", GUILD_VOICE_STATES);
    in_guild(world, name, guild, need, data, false)
}

/// Tells the session by which the bot is in voice where the voice server is.
pub fn tell_server(state: &mut State, guild: Id) {
    let endpoint = state.voice.endpoint();
    server_update(state, guild, Some(&endpoint));
}

/// Tells it that the voice server is gone and another one will come. False when the bot is not in
/// voice there.
pub fn lose_server(state: &mut State, guild: Id) -> bool {
    server_update(state, guild, None)
}

fn server_update(state: &mut State, guild: Id, endpoint: Option<&str>) -> bool {
    let bot = state.world.application.bot;
    let Some(place) = state.world.voice_of(guild, bot) else {
        return false;
    };
    let data = json!({"token": place.token, "guild_id": guild, "endpoint": endpoint});
    let (session, data) = (&place.session, data.to_string());
    let name = "VOICE_SERVER_UPDATE";
    state.sessions.dispatch_to(session, name, &data);
    true
}
