//! `/guilds/{guild}/bans`.

use std::time::Duration;

use serde_json::{Value, json};

use super::rights::{above, act, guild_with};
use super::{Reply, request::Request};
use crate::clock::Time;
use crate::hub::State;
use crate::model::permissions::BAN_MEMBERS;
use crate::rules::form::Form;
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Action;

const PAGE: usize = 1_000;

/// How far back a ban deletes messages, in seconds: 7 days.
const LONGEST_DELETION: u64 = 604_800;

/// Lists bans by user id. Of `before` and `after` the first wins.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, BAN_MEMBERS)?;
    let limit = request.limit(PAGE, PAGE)?;
    let place = state.world.guilds.get(&guild);
    let bans = place.into_iter().flat_map(|place| &place.bans);
    let shown = |(user, reason): (&Id, &Option<String>)| shown(state, *user, reason.as_deref());
    let bans: Vec<Value> = match (request.query_id("before")?, request.query_id("after")?) {
        (Some(before), _) => {
            let bans: Vec<_> = bans.filter(|(user, _)| **user < before).collect();
            let surplus = bans.len().saturating_sub(limit);
            bans.into_iter().skip(surplus).map(shown).collect()
        }
        (None, after) => {
            let bans = bans.filter(|(user, _)| after.is_none_or(|after| **user > after));
            bans.take(limit).map(shown).collect()
        }
    };
    Ok(Reply::ok(bans))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, BAN_MEMBERS)?;
    let user = request.id("user")?;
    let place = state.world.guilds.get(&guild);
    let reason = place.and_then(|place| place.bans.get(&user));
    let reason = reason.ok_or_else(Refusal::unknown_ban)?;
    Ok(Reply::ok(shown(state, user, reason.as_deref())))
}

/// Bans a user, member or not; nothing happens to one who is banned.
pub fn ban(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, BAN_MEMBERS)?;
    let user = request.id("user")?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let delete_since = delete_since(&form, state.now, &mut faults);
    faults.check()?;
    state.world.user(user).ok_or_else(Refusal::unknown_user)?;
    may_ban(state, guild, user)?;
    act(state, request, guild, Action::Ban { user, delete_since })?;
    Ok(Reply::empty())
}

pub fn unban(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, BAN_MEMBERS)?;
    let user = request.id("user")?;
    let lifted = act(state, request, guild, Action::Unban(user))?;
    lifted.ok_or_else(Refusal::unknown_ban)?;
    Ok(Reply::empty())
}

/// Refuses to ban a member whom the bot does not stand above.
pub fn may_ban(state: &State, guild: Id, user: Id) -> Result<(), Refusal> {
    match state.world.member(guild, user) {
        Some(_) => above(state, guild, user),
        None => Ok(()),
    }
}

/// Reads since when messages are to be deleted; None for no messages.
pub fn delete_since(form: &Form<'_>, now: Time, faults: &mut Faults) -> Option<Time> {
    let seconds = form.number("delete_message_seconds", 0..=LONGEST_DELETION, faults);
    // The older field counts days.
    let days = form.number("delete_message_days", 0..=7, faults);
    let seconds = seconds.or(days.map(|days| days * 86_400))?;
    (seconds > 0).then(|| now.minus(Duration::from_secs(seconds)))
}

fn shown(state: &State, user: Id, reason: Option<&str>) -> Value {
    json!({"user": state.world.user(user).map(wire::user::full), "reason": reason})
}
