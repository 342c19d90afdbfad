//! The user object.

use serde_json::{Value, json};

use crate::model::{Application, Status, User};

/// Returns a user as everybody sees them.
pub fn full(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "discriminator": "0",
        "global_name": user.global_name,
        "avatar": null,
        "avatar_decoration_data": null,
        "banner": null,
        "accent_color": null,
        "bot": user.bot,
        "system": false,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": null,
        "collectibles": null,
    })
}

/// Returns the presence of a user who is not offline, as GUILD_CREATE and member chunks hold it.
pub fn presence(user: &User) -> Option<Value> {
    (user.status != Status::Offline).then(|| presence_of(user))
}

/// Returns a presence, which is sure of nothing about the user but the id.
pub fn presence_of(user: &User) -> Value {
    let client = match user.status {
        Status::Offline => json!({}),
        status => json!({"desktop": status.name()}),
    };
    json!({
        "user": {"id": user.id},
        "status": user.status.name(),
        "activities": [],
        "client_status": client,
    })
}

/// Returns a person as `/users/@me` shows them to an application that may know who they are, and not
/// their address.
pub fn known(user: &User) -> Value {
    let mut value = full(user);
    value["mfa_enabled"] = json!(false);
    value["locale"] = json!(user.locale);
    value["premium_type"] = json!(0);
    value
}

/// Returns the bot's own user, as `/users/@me` and READY show it. It has the two-factor
/// authentication that its owner has.
pub fn own(user: &User, application: &Application) -> Value {
    let mut value = full(user);
    value["mfa_enabled"] = json!(application.owner_mfa);
    value["verified"] = json!(true);
    value["email"] = Value::Null;
    value["locale"] = json!(user.locale);
    value
}
