//! `/users`: the bot itself, others, its guilds, its direct messages.

use serde_json::Value;

use super::{Reply, request::Request};
use crate::hub::State;
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

pub fn own(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    if let Some(person) = request.person {
        let user = state.world.user(person).ok_or_else(Refusal::unknown_user)?;
        return Ok(Reply::ok(wire::user::known(user)));
    }
    let bot = state.world.user(state.world.application.bot);
    let bot = bot.ok_or_else(Refusal::unknown_user)?;
    Ok(Reply::ok(wire::user::own(bot, &state.world.application)))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let user = state.world.user(request.id("user")?);
    Ok(Reply::ok(wire::user::full(
        user.ok_or_else(Refusal::unknown_user)?,
    )))
}

/// Lists the bot's guilds, or those of a person who is known, by id, from after `after` or before `before`.
pub fn own_guilds(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let limit = request.limit(200, 200)?;
    let (before, after) = (request.query_id("before")?, request.query_id("after")?);
    let world = &state.world;
    let user = request.person.unwrap_or(world.application.bot);
    let is_in = |id: &Id| match request.person {
        None => world.bot_is_in(*id),
        Some(_) => {
            let guild = world.guilds.get(id);
            guild.is_some_and(|guild| guild.members.contains_key(&user))
        }
    };
    let fits = |id: &Id| {
        is_in(id)
            && before.is_none_or(|before| *id < before)
            && after.is_none_or(|after| *id > after)
    };
    let guilds = world.guilds.values().filter(|guild| fits(&guild.id));
    let mut briefs: Vec<Value> = guilds
        .map(|guild| wire::guild::brief(guild, user))
        .collect();
    if before.is_some() {
        let surplus = briefs.len().saturating_sub(limit);
        briefs.drain(..surplus);
    }
    briefs.truncate(limit);
    Ok(Reply::ok(briefs))
}

pub fn open_dm(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    form.require("recipient_id", &mut faults);
    faults.check()?;
    let person = form.get("recipient_id").and_then(Id::from_json);
    let person = person.ok_or_else(Refusal::unknown_user)?;
    match state.world.user(person) {
        None => return Err(Refusal::unknown_user()),
        Some(user) if user.bot => {
            return Err(Refusal::new(
                400,
                50007,
                "Cannot send messages to this user",
            ));
        }
        Some(_) => {}
    }
    let mut channels = state.world.channels.values();
    let open = channels.any(|channel| channel.recipient == Some(person));
    let (allowed, now) = (state.options.direct_messages, state.now);
    if !open && !state.limits.count_direct(allowed, now) {
        let text = "You are opening direct messages too fast";
        return Err(Refusal::new(403, 40003, text));
    }
    let channel = state.apply(Change::OpenDm { person });
    let channel = channel.and_then(|id| state.world.channels.get(&id));
    let channel = channel.ok_or_else(Refusal::unknown_channel)?;
    Ok(Reply::ok(wire::channel::full(&state.world, channel)))
}
