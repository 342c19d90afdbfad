//! `/applications/{application}/guilds/{guild}/commands/permissions` and `.../{command}/permissions`:
//! who may use which command. Only a person writes them, with a token of their own.

use serde_json::Value;

use super::{Reply, commands, request::Request};
use crate::hub::State;
use crate::model::hierarchy::{above_role, allowed};
use crate::model::permissions::{MANAGE_CHANNELS, MANAGE_GUILD, MANAGE_ROLES};
use crate::model::{CommandPermission, PermissionKind};
use crate::people;
use crate::rules::{Faults, Refusal, command_permission};
use crate::snowflake::Id;
use crate::wire;
use crate::world::Change;

pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild(state, request)?;
    let decided = state.world.command_permissions.keys();
    let here = decided.filter(|(place, _)| *place == guild);
    let shown =
        here.map(|(_, target)| wire::command_permission::full(&state.world, guild, *target));
    Ok(Reply::ok(shown.collect::<Vec<Value>>()))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild(state, request)?;
    let target = target(state, request, guild)?;
    if state.world.command_overwrites(guild, target).is_empty() {
        let text = "Unknown application command permissions";
        return Err(Refusal::new(404, 10066, text));
    }
    let shown = wire::command_permission::full(&state.world, guild, target);
    Ok(Reply::ok(shown))
}

/// Replaces the overwrites of a command.
pub fn replace(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild(state, request)?;
    let target = target(state, request, guild)?;
    let person = request.person.ok_or_else(Refusal::unauthorized)?;
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let permissions = command_permission::read(&form, &mut faults);
    faults.check()?;
    if !may_decide(state, guild, target, person, &permissions) {
        return Err(Refusal::missing_permissions());
    }
    state.apply(Change::SetCommandPermissions {
        guild,
        target,
        permissions,
    });
    let shown = wire::command_permission::full(&state.world, guild, target);
    Ok(Reply::ok(shown))
}

fn guild(state: &State, request: &Request<'_>) -> Result<Id, Refusal> {
    // The route names a guild, so its scope is one.
    commands::scope(state, request)?.ok_or_else(Refusal::unknown_guild)
}

/// Returns the command of the path, or the application, which stands for all of its commands.
fn target(state: &State, request: &Request<'_>, guild: Id) -> Result<Id, Refusal> {
    let id = request.id("command")?;
    let command = state.world.commands.get(&id);
    let here = command.is_some_and(|command| command.guild.is_none_or(|own| own == guild));
    match here || id == state.world.application.id {
        true => Ok(id),
        false => Err(Refusal::unknown_command()),
    }
}

/// Tells whether a person may decide who uses a command: one who manages the guild and its roles,
/// who may use it, and who manages whatever is named.
fn may_decide(
    state: &State,
    guild: Id,
    target: Id,
    person: Id,
    permissions: &[CommandPermission],
) -> bool {
    let (world, now) = (&state.world, state.now);
    let (Some(place), Some(member)) = (world.guilds.get(&guild), world.member(guild, person))
    else {
        return false;
    };
    let has = |bits: u64| allowed(place, member, now) & bits == bits;
    let uses = |channel: &Id| {
        let offered = people::offered(world, person, *channel, now);
        offered.iter().any(|command| command.id == target)
    };
    let manages = |one: &CommandPermission| match one.kind {
        PermissionKind::Role => place
            .roles
            .get(&one.id)
            .is_none_or(|role| role.id == guild || above_role(place, member, role)),
        PermissionKind::Channel => has(MANAGE_CHANNELS),
        PermissionKind::User => true,
    };
    has(MANAGE_GUILD | MANAGE_ROLES)
        && (target == world.application.id || place.channels.iter().any(uses))
        && permissions.iter().all(manages)
}
