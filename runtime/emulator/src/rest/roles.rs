//! `/guilds/{guild}/roles`.

use std::collections::BTreeMap;

use super::guilds::visible;
use super::rights::{act, allowed, guild_with, role_below};
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::permissions::MANAGE_ROLES;
use crate::rules::{self, Faults, Refusal};
use crate::snowflake::Id;
use crate::wire;
use crate::world::{Action, RoleEdit};

/// Roles of one guild, `@everyone` among them.
pub const MOST_ROLES: usize = 250;

pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let roles = visible(state, request)?.roles.values();
    Ok(Reply::ok(roles.map(wire::guild::role).collect::<Vec<_>>()))
}

pub fn get(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = visible(state, request)?.id;
    shown(state, guild, request.id("role")?)
}

pub fn create(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_ROLES)?;
    let edit = read(request)?;
    grants(state, guild, edit.permissions.unwrap_or(0))?;
    let place = state.world.guilds.get(&guild);
    if place.is_some_and(|place| place.roles.len() >= MOST_ROLES) {
        let text = "Maximum number of guild roles reached (250)";
        return Err(Refusal::new(400, 30005, text));
    }
    let made = act(state, request, guild, Action::CreateRole(edit))?;
    shown(state, guild, made.ok_or_else(Refusal::unknown_guild)?)
}

pub fn edit(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_ROLES)?;
    let role = request.id("role")?;
    let before = role_below(state, guild, role)?.permissions;
    let edit = read(request)?;
    grants(state, guild, edit.permissions.unwrap_or(before) & !before)?;
    act(state, request, guild, Action::EditRole(role, edit))?;
    shown(state, guild, role)
}

/// Moves roles; none to where the bot itself stands, or above.
pub fn positions(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_ROLES)?;
    let mut wanted = BTreeMap::new();
    let mut faults = Faults::default();
    for form in request.items(&mut faults) {
        form.require("id", &mut faults);
        let id = form.id("id", &mut faults);
        let position = form.number("position", 0..=u64::from(u32::MAX), &mut faults);
        if let Some((id, position)) = id.zip(position) {
            wanted.insert(id, position);
        }
    }
    faults.check()?;
    let place = state.world.guilds.get(&guild);
    let place = place.ok_or_else(Refusal::unknown_guild)?;
    let bot = place.members.get(&state.world.application.bot);
    let bot = bot.ok_or_else(Refusal::missing_access)?;
    for (id, position) in &wanted {
        let role = role_below(state, guild, *id)?;
        if *id == guild {
            return Err(Refusal::invalid_role());
        }
        let mut moved = role.clone();
        moved.position = *position;
        if !crate::model::hierarchy::above_role(place, bot, &moved) {
            return Err(Refusal::missing_permissions());
        }
    }
    for (id, position) in wanted {
        let edit = RoleEdit {
            position: Some(position),
            ..RoleEdit::default()
        };
        act(state, request, guild, Action::EditRole(id, edit))?;
    }
    list(state, request)
}

pub fn delete(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, MANAGE_ROLES)?;
    let role = role_below(state, guild, request.id("role")?)?;
    if role.managed || role.id == guild {
        return Err(Refusal::invalid_role());
    }
    let role = role.id;
    act(state, request, guild, Action::DeleteRole(role))?;
    Ok(Reply::empty())
}

/// Refuses to grant what the bot may not do itself.
fn grants(state: &State, guild: Id, permissions: u64) -> Result<(), Refusal> {
    match permissions & !allowed(state, guild) {
        0 => Ok(()),
        _ => Err(Refusal::missing_permissions()),
    }
}

fn read(request: &Request<'_>) -> Result<RoleEdit, Refusal> {
    let mut faults = Faults::default();
    let form = request.form(&mut faults);
    let edit = rules::role::read(&form, &mut faults);
    faults.check()?;
    Ok(edit)
}

fn shown(state: &State, guild: Id, role: Id) -> Result<Reply, Refusal> {
    let guild = state.world.guilds.get(&guild);
    let role = guild.and_then(|guild| guild.roles.get(&role));
    let role = role.ok_or_else(Refusal::unknown_role)?;
    Ok(Reply::ok(wire::guild::role(role)))
}
