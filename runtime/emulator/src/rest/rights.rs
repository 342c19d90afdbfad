//! What the bot may do in a guild, whom it stands above, and in whose name it acts.

use super::guilds::visible;
use super::request::Request;
use crate::hub::State;
use crate::model::{Actor, Guild, Member, Role, hierarchy, permissions};
use crate::rules::Refusal;
use crate::snowflake::Id;
use crate::world::{Action, Change};

/// Returns the guild of the path if the bot has all of the permissions there.
pub fn guild_with(state: &State, request: &Request<'_>, permissions: u64) -> Result<Id, Refusal> {
    let guild = visible(state, request)?.id;
    need_in_guild(state, guild, permissions)?;
    Ok(guild)
}

/// Refuses unless the bot has all of the permissions in the guild.
pub fn need_in_guild(state: &State, guild: Id, permissions: u64) -> Result<(), Refusal> {
    if allowed(state, guild) & permissions != permissions {
        return Err(Refusal::missing_permissions());
    }
    two_factor(state, guild, permissions)
}

/// Refuses what a guild lets only moderators with two-factor authentication do, and that of a bot
/// is its owner's.
pub fn two_factor(state: &State, guild: Id, permissions: u64) -> Result<(), Refusal> {
    let asked = state
        .world
        .guilds
        .get(&guild)
        .is_some_and(|guild| guild.mfa);
    let elevated = permissions & permissions::ELEVATED != 0;
    match asked && elevated && !state.world.application.owner_mfa {
        true => Err(Refusal::needs_two_factor()),
        false => Ok(()),
    }
}

/// Returns what the bot may do in the guild.
pub fn allowed(state: &State, guild: Id) -> u64 {
    match own(state, guild) {
        Ok((guild, bot)) => hierarchy::allowed(guild, bot, state.now),
        Err(_) => 0,
    }
}

/// Returns a member of the guild.
pub fn member(state: &State, guild: Id, user: Id) -> Result<&Member, Refusal> {
    let member = state.world.member(guild, user);
    member.ok_or_else(Refusal::unknown_member)
}

/// Refuses unless the bot stands above a member.
pub fn above(state: &State, guild: Id, user: Id) -> Result<(), Refusal> {
    let (guild, bot) = own(state, guild)?;
    let target = guild.members.get(&user);
    let target = target.ok_or_else(Refusal::unknown_member)?;
    match hierarchy::above(guild, bot, target) {
        true => Ok(()),
        false => Err(Refusal::missing_permissions()),
    }
}

/// Returns a role of the guild if the bot stands above it.
pub fn role_below(state: &State, guild: Id, role: Id) -> Result<&Role, Refusal> {
    let (guild, bot) = own(state, guild)?;
    let role = guild.roles.get(&role).ok_or_else(Refusal::unknown_role)?;
    match hierarchy::above_role(guild, bot, role) {
        true => Ok(role),
        false => Err(Refusal::missing_permissions()),
    }
}

/// Does something in the bot's name, for the reason that the request gives.
pub fn act(
    state: &mut State,
    request: &Request<'_>,
    guild: Id,
    action: Action,
) -> Result<Option<Id>, Refusal> {
    let by = Actor {
        user: state.world.application.bot,
        reason: request.reason()?,
    };
    let action = Box::new(action);
    Ok(state.apply(Change::Audited { guild, by, action }))
}

fn own(state: &State, guild: Id) -> Result<(&Guild, &Member), Refusal> {
    let bot = state.world.application.bot;
    let guild = state.world.guilds.get(&guild);
    let guild = guild.ok_or_else(Refusal::unknown_guild)?;
    let bot = guild
        .members
        .get(&bot)
        .ok_or_else(Refusal::missing_access)?;
    Ok((guild, bot))
}
