//! The leaner shape of what is sent. Discord's documentation marks some fields as optional: these may
//! be null or missing when they say nothing. Usually they are sent as null; here they are left out.

use serde_json::{Map, Value};

/// Fields that are optional wherever they occur.
const OPTIONAL: [&str; 23] = [
    "accent_color",
    "avatar_decoration_data",
    "bot",
    "collectibles",
    "communication_disabled_until",
    "components",
    "contexts",
    "description_localizations",
    "email",
    "last_message_id",
    "last_pin_timestamp",
    "name_localizations",
    "nick",
    "nsfw",
    "parent_id",
    "pending",
    "permission_overwrites",
    "premium_since",
    "primary_guild",
    "public_flags",
    "rate_limit_per_user",
    "system",
    "topic",
];

/// Leaves out optional fields that are null, false, 0 or an empty list, at every depth.
pub fn thin(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(thin),
        Value::Object(fields) => {
            fields.retain(|key, field| !(OPTIONAL.contains(&key.as_str()) && says_nothing(field)));
            // A user's banner is optional; a guild's is not, and is null.
            if is_user(fields) && fields.get("banner").is_some_and(Value::is_null) {
                fields.remove("banner");
            }
            fields.values_mut().for_each(thin);
        }
        _ => {}
    }
}

fn is_user(fields: &Map<String, Value>) -> bool {
    fields.contains_key("discriminator")
}

fn says_nothing(field: &Value) -> bool {
    match field {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
