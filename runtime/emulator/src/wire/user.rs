//! The user object.

use serde_json::{Value, json};

use crate::model::{Application, User};

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

/// Returns the bot's own user, as `/users/@me` and READY show it. It has the two-factor authentication that
/// its owner has.
pub fn own(user: &User, application: &Application) -> Value {
    let mut value = full(user);
    value["mfa_enabled"] = json!(application.owner_mfa);
    value["verified"] = json!(true);
    value["email"] = Value::Null;
    value["locale"] = json!(user.locale);
    value
}
