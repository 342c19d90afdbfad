//! `/guilds/{guild}/prune`: removing members who have not been seen for days.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::rights::{act, guild_with};
use super::{Reply, request::Request};
use crate::clock::Time;
use crate::hub::State;
use crate::model::permissions::{KICK_MEMBERS, MANAGE_GUILD};
use crate::model::{Guild, Member};
use crate::rules::{Faults, Refusal};
use crate::snowflake::Id;
use crate::world::Action;

const USUAL_DAYS: usize = 7;
const MOST_DAYS: usize = 30;

/// Counts those who would be removed.
pub fn count(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_GUILD | KICK_MEMBERS)?;
    let days = request.number("days", USUAL_DAYS, MOST_DAYS)?;
    let roles = request.queries("include_roles").map(str::parse);
    let roles = roles.collect::<Result<BTreeSet<Id>, _>>();
    let idle = match roles {
        Ok(roles) => idle(state, guild, days as u64, &roles),
        Err(_) => return Err(bad_role()),
    };
    Ok(Reply::ok(json!({"pruned": idle.len()})))
}

/// Removes them. The count can be left out, since on a large guild it takes long.
pub fn prune(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_GUILD | KICK_MEMBERS)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let days = form.number("days", 1..=MOST_DAYS as u64, &mut faults);
    let counted = form
        .flag("compute_prune_count", &mut faults)
        .unwrap_or(true);
    // The list may also come as a text with commas, as it does in a query.
    let roles = match form.get("include_roles").and_then(|roles| roles.as_str()) {
        Some(text) => {
            let roles = text.split(',').filter(|role| !role.is_empty());
            let roles = roles.map(str::parse).collect::<Result<BTreeSet<Id>, _>>();
            roles.map_err(|_| bad_role())?
        }
        None => {
            let items = form.list("include_roles", 0..=100, &mut faults);
            let ids = items.unwrap_or_default().into_iter();
            let ids = ids.map(|item| Id::from_json(item.value));
            ids.collect::<Option<_>>().ok_or_else(bad_role)?
        }
    };
    faults.check()?;
    let days = days.unwrap_or(USUAL_DAYS as u64);
    let users = idle(state, guild, days, &roles);
    let removed = users.len();
    act(state, request, guild, Action::Prune { users, days })?;
    Ok(Reply::ok(json!({"pruned": counted.then_some(removed)})))
}

/// Finds the members who have neither joined nor written anything for so many days, and who have
/// no roles but the given ones.
fn idle(state: &State, guild: Id, days: u64, roles: &BTreeSet<Id>) -> Vec<Id> {
    let since = state.now.minus(Duration::from_secs(days * 86_400));
    let Some(place) = state.world.guilds.get(&guild) else {
        return Vec::new();
    };
    let fits = |member: &&Member| {
        let person = state.world.user(member.user).is_some_and(|user| !user.bot);
        person
            && member.user != place.owner
            && member.roles.is_subset(roles)
            && seen(state, place, member) <= since
    };
    let members = place.members.values().filter(fits);
    members.map(|member| member.user).collect()
}

/// Returns when a member was last seen: when they joined, or wrote last.
fn seen(state: &State, guild: &Guild, member: &Member) -> Time {
    let channels = guild.channels.iter().chain(&guild.threads);
    let channels = channels.filter_map(|id| state.world.channels.get(id));
    let last = channels.filter_map(|channel| {
        let mut messages = channel.messages.iter().rev();
        messages.find(|message| message.author == member.user)
    });
    let last = last.map(|message| message.created).max();
    last.map_or(member.joined_at, |last| last.max(member.joined_at))
}

fn bad_role() -> Refusal {
    Refusal::form(json!({"include_roles": {"_errors": [{
        "code": "NUMBER_TYPE_COERCE",
        "message": "These are not snowflakes.",
    }]}}))
}
