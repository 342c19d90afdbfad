//! Who may use a command in a guild.

use serde_json::{Value, json};

use crate::model::CommandPermission;
use crate::snowflake::Id;
use crate::world::World;

/// Returns the overwrites of a command in a guild; of all commands when the target is the
/// application.
pub fn full(world: &World, guild: Id, target: Id) -> Value {
    let overwrites = world.command_overwrites(guild, target);
    json!({
        "id": target,
        "application_id": world.application.id,
        "guild_id": guild,
        "permissions": overwrites.iter().map(one).collect::<Vec<_>>(),
    })
}

fn one(overwrite: &CommandPermission) -> Value {
    json!({
        "id": overwrite.id,
        "type": overwrite.kind.number(),
        "permission": overwrite.allowed,
    })
}
