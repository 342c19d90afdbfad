//! The application object.

use serde_json::{Map, Value, json};

use super::user;
use crate::world::World;

/// Returns the application as `/applications/@me` shows it.
pub fn full(world: &World) -> Value {
    let application = &world.application;
    let owner = world
        .user(application.owner)
        .or(world.user(application.bot));
    let types = application.integration_types.iter();
    let types = types.map(|kind| (kind.to_string(), json!({})));
    json!({
        "id": application.id,
        "name": application.name,
        "icon": null,
        "description": "",
        "type": null,
        "bot": world.user(application.bot).map(user::full),
        "bot_public": true,
        "bot_require_code_grant": false,
        "verify_key": "0".repeat(64),
        "summary": "",
        "owner": owner.map(user::full),
        "team": null,
        "flags": application.flags(),
        "flags_new": application.flags().to_string(),
        "hook": true,
        "tags": [],
        "rpc_origins": [],
        "redirect_uris": [],
        "interactions_endpoint_url": application.interactions_endpoint_url,
        "role_connections_verification_url": null,
        "approximate_guild_count": world.guilds.keys().filter(|g| world.bot_is_in(**g)).count(),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "integration_types_config": types.collect::<Map<String, Value>>(),
    })
}
