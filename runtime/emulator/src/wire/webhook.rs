//! Webhooks, and how they show as authors.

use serde_json::{Value, json};

use super::user;
use crate::model::{Webhook, WebhookAuthor};
use crate::snowflake::Id;
use crate::world::World;

/// Returns a webhook as everybody may see it.
pub fn public(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "type": 1,
        "guild_id": webhook.guild,
        "channel_id": webhook.channel,
        "name": webhook.name,
        "avatar": webhook.avatar,
        "application_id": webhook.application,
    })
}

/// Returns a webhook with its token, to who has the token. `base` is this server's address.
pub fn with_token(webhook: &Webhook, base: &str) -> Value {
    let mut value = public(webhook);
    let (id, token) = (webhook.id, &webhook.token);
    value["token"] = json!(token);
    value["url"] = json!(format!("{base}/api/v10/webhooks/{id}/{token}"));
    value
}

/// Returns a webhook with its token and who made it, to those who manage webhooks.
pub fn full(world: &World, webhook: &Webhook, base: &str) -> Value {
    let mut value = with_token(webhook, base);
    value["user"] = world.user(webhook.creator).map(user::full).into();
    value
}

/// Returns the author of a message that a webhook wrote.
pub fn author(webhook: Id, author: &WebhookAuthor) -> Value {
    json!({
        "id": webhook,
        "username": author.name,
        "discriminator": "0000",
        "global_name": null,
        "avatar": author.avatar,
        "bot": true,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": null,
    })
}
