//! Where members are in voice, and the bot on a stage: `/guilds/{guild}/voice-states`.
//! Shape: Discord's documentation, "Voice", get and modify voice states.

use serde_json::json;

use super::guilds::visible;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::STAGE_CHANNEL;
use crate::model::permissions::{MUTE_MEMBERS, REQUEST_TO_SPEAK};
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

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

/// Speaks or goes into the audience, and asks to speak or no longer. To speak unasked is for those who
/// moderate the stage.
pub fn edit_own(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?.id;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let channel = form.id("channel_id", &mut faults);
    let suppress = form.flag("suppress", &mut faults);
    let asks_to_speak = form.nullable("request_to_speak_timestamp", |form, key| {
        form.time(key, &mut faults)
    });
    faults.check()?;
    let bot = state.world.application.bot;
    let place = state.world.voice_of(guild, bot);
    let inside = place.and_then(|place| place.channel);
    let inside = inside.ok_or_else(Refusal::unknown_voice_state)?;
    let kind = state.world.channels.get(&inside).map(|inside| inside.kind);
    if kind != Some(STAGE_CHANNEL) || channel.is_some_and(|channel| channel != inside) {
        let text = "Cannot execute action on this channel type";
        return Err(Refusal::new(400, 50024, text));
    }
    let needs = [
        (suppress == Some(false), MUTE_MEMBERS),
        (matches!(asks_to_speak, Some(Some(_))), REQUEST_TO_SPEAK),
    ];
    for (_, permission) in needs.iter().filter(|(asked, _)| *asked) {
        if !state.world.may(bot, inside, *permission, state.now) {
            return Err(Refusal::missing_permissions());
        }
    }
    state.apply(Change::SetStage {
        guild,
        user: bot,
        suppress,
        asks_to_speak,
    });
    Ok(Reply::empty())
}
