//! Emojis of a guild.

use serde_json::{Value, json};

use super::user;
use crate::model::{Emoji, Guild};
use crate::world::World;

/// Returns an emoji without its creator, as lists inside of other things hold it.
pub fn brief(emoji: &Emoji) -> Value {
    json!({
        "id": emoji.id,
        "name": emoji.name,
        "roles": emoji.roles,
        "require_colons": true,
        "managed": false,
        "animated": emoji.animated,
        "available": true,
    })
}

/// Returns an emoji with its creator.
pub fn full(world: &World, emoji: &Emoji) -> Value {
    let mut value = brief(emoji);
    value["user"] = world.user(emoji.creator).map(user::full).into();
    value
}

/// Returns all emojis of a guild.
pub fn all(guild: &Guild) -> Vec<Value> {
    guild.emojis.values().map(brief).collect()
}
