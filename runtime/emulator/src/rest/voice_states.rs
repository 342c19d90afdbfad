//! The bot on a stage: `PATCH /guilds/{guild}/voice-states/@me`.
//! Shape: Discord's documentation, "Voice", modify current user voice state.

use super::guilds::visible;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::STAGE_CHANNEL;
use crate::model::permissions::{MUTE_MEMBERS, REQUEST_TO_SPEAK};
use crate::rules::{Faults, Refusal};
use crate::world::Change;

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
    let inside = inside.ok_or_else(|| Refusal::new(404, 10065, "Unknown Voice State"))?;
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
    let user = bot;
    state.apply(Change::SetStage {
        guild,
        user,
        suppress,
        asks_to_speak,
    });
    Ok(Reply::empty())
}
