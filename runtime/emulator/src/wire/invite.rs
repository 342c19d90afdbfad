//! Invites.

use serde_json::{Value, json};

use super::user;
use crate::clock::Time;
use crate::model::{Guild, Invite};
use crate::snowflake::Id;
use crate::world::World;

/// Returns an invite as everybody sees it.
pub fn public(world: &World, guild: &Guild, invite: &Invite) -> Value {
    let channel = world.channels.get(&invite.channel);
    json!({
        "type": 0,
        "code": invite.code,
        "expires_at": invite.expires().map(Time::iso),
        "flags": 0,
        "guild_id": guild.id,
        "guild": {
            "id": guild.id,
            "name": guild.name,
            "splash": null,
            "banner": null,
            "description": guild.description,
            "icon": null,
            "features": [],
            "verification_level": guild.verification_level,
            "vanity_url_code": null,
            "nsfw_level": 0,
            "nsfw": false,
            "premium_subscription_count": 0,
            "premium_tier": 0,
        },
        "channel": {
            "id": invite.channel,
            "type": channel.map_or(0, |channel| channel.kind),
            "name": channel.map(|channel| &channel.name),
        },
        "inviter": world.user(invite.inviter).map(user::full),
    })
}

/// Returns an invite with how it is used, for those who manage invites.
pub fn full(world: &World, guild: &Guild, invite: &Invite) -> Value {
    let mut value = public(world, guild, invite);
    value["uses"] = json!(invite.uses);
    value["max_uses"] = json!(invite.max_uses);
    value["max_age"] = json!(invite.max_age);
    value["temporary"] = json!(invite.temporary);
    value["created_at"] = json!(invite.created.iso());
    value
}

/// Returns the INVITE_CREATE payload.
pub fn created(world: &World, guild: Id, invite: &Invite) -> Value {
    json!({
        "type": 0,
        "code": invite.code,
        "guild_id": guild,
        "channel_id": invite.channel,
        "inviter": world.user(invite.inviter).map(user::full),
        "created_at": invite.created.iso(),
        "expires_at": invite.expires().map(Time::iso),
        "max_age": invite.max_age,
        "max_uses": invite.max_uses,
        "uses": invite.uses,
        "temporary": invite.temporary,
    })
}
