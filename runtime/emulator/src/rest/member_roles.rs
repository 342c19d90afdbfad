//! `/guilds/{guild}/members/{member}/roles/{role}`.

use super::rights::{act, guild_with, member, role_below};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::MANAGE_ROLES;
use crate::rules::Refusal;
use crate::snowflake::Id;
use crate::world::{Action, MemberEdit};

pub fn add(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    set(state, request, true)
}

pub fn remove(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    set(state, request, false)
}

fn set(state: &mut State, request: &Request<'_>, has: bool) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_ROLES)?;
    let (user, role) = (request.id("member")?, request.id("role")?);
    let mut roles = member(state, guild, user)?.roles.clone();
    may_hand_out(state, guild, role)?;
    match has {
        true => roles.insert(role),
        false => roles.remove(&role),
    };
    let edit = MemberEdit {
        roles: Some(roles),
        ..MemberEdit::default()
    };
    act(state, request, guild, Action::EditMember(user, edit))?;
    Ok(Reply::empty())
}

/// Refuses a role that the bot cannot give or take: one above it, one that belongs to a bot, and
/// `@everyone`.
pub fn may_hand_out(state: &State, guild: Id, role: Id) -> Result<(), Refusal> {
    let place = state.world.guilds.get(&guild);
    let found = place.and_then(|place| place.roles.get(&role));
    let found = found.ok_or_else(Refusal::unknown_role)?;
    if found.managed || role == guild {
        return Err(Refusal::invalid_role());
    }
    role_below(state, guild, role).map(|_| ())
}
