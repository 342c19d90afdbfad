//! `/guilds/{guild}/bulk-ban`.

use std::collections::BTreeSet;

use serde_json::json;

use super::bans::{delete_since, may_ban};
use super::rights::{act, guild_with};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::{BAN_MEMBERS, MANAGE_GUILD};
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::world::Action;

const MOST: usize = 200;

/// Bans many users at once, and tells whom it could not ban. None at all is an error.
pub fn bulk_ban(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, BAN_MEMBERS | MANAGE_GUILD)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    form.require("user_ids", &mut faults);
    let items = form.list("user_ids", 1..=MOST, &mut faults);
    let mut users = BTreeSet::new();
    for item in items.unwrap_or_default() {
        match Id::from_json(item.value) {
            Some(user) => {
                users.insert(user);
            }
            None => faults.add(&item.path, "NUMBER_TYPE_COERCE", "This is not a snowflake."),
        }
    }
    let delete_since = delete_since(&form, state.now, &mut faults);
    faults.check()?;
    let (mut banned, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        let place = state.world.guilds.get(&guild);
        let already = place.is_some_and(|place| place.bans.contains_key(&user));
        let known = state.world.user(user).is_some();
        if already || !known || may_ban(state, guild, user).is_err() {
            failed.push(user);
            continue;
        }
        act(state, request, guild, Action::Ban { user, delete_since })?;
        banned.push(user);
    }
    if banned.is_empty() {
        return Err(Refusal::new(400, 500_000, "Failed to ban users"));
    }
    Ok(Reply::ok(
        json!({"banned_users": banned, "failed_users": failed}),
    ))
}
