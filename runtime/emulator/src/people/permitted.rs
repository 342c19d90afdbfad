//! Whether a member may use a command of their guild's application, by what its developers ask for
//! and by what the guild decided. Rules: Discord's documentation, "Application Commands",
//! permissions.

use crate::model::command_permission::{for_member, in_channel};
use crate::model::permissions::ADMINISTRATOR;
use crate::model::{Channel, Command};
use crate::snowflake::Id;
use crate::world::World;

/// Tells whether somebody may use a command in a channel, where their permissions are `allowed`.
/// What the guild decided for the command goes before what it decided for all of them. Only the
/// former lifts what the developers ask for.
pub fn may_use(
    world: &World,
    command: &Command,
    guild: Id,
    person: Id,
    channel: &Channel,
    allowed: u64,
) -> bool {
    let needed = command.default_member_permissions;
    let has_needed = match needed {
        _ if allowed & ADMINISTRATOR != 0 => return true,
        None => true,
        Some(0) => false,
        Some(needed) => allowed & needed == needed,
    };
    let (Some(place), Some(member)) = (world.guilds.get(&guild), world.member(guild, person))
    else {
        return has_needed;
    };
    let own = world.command_overwrites(guild, command.id);
    let general = world.command_overwrites(guild, world.application.id);
    let room = world.thread_parent(channel).unwrap_or(channel).id;
    let here = in_channel(own, guild, room).or_else(|| in_channel(general, guild, room));
    if here == Some(false) {
        return false;
    }
    match for_member(own, place, member) {
        Some(decided) => decided,
        None => has_needed && for_member(general, place, member) != Some(false),
    }
}
