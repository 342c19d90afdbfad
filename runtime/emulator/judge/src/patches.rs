//! Where Discord's OpenAPI document is wrong, or says less than the documentation: mended in
//! memory, each with its reason. Discord says of the document that where the two differ, the
//! documentation holds.

use serde_json::{Map, Value, json};

use crate::document::Operation;

/// Permissions go over the wire as digits in a string, since they outgrew what JavaScript counts;
/// the document still calls them integers in requests. The API takes both.
const PERMISSIONS: [&str; 4] = ["allow", "default_member_permissions", "deny", "permissions"];

/// Documented fields of requests that the document lacks: schema, field, what it may be.
fn documented_fields() -> Vec<(&'static str, &'static str, Value)> {
    let switch = || json!({"type": ["boolean", "null"]});
    let mut fields = Vec::new();
    for command in [
        "ApplicationCommandCreateRequest",
        "ApplicationCommandPatchRequestPartial",
        "ApplicationCommandUpdateRequest",
    ] {
        // Application commands, "Create Global Application Command".
        fields.push((command, "nsfw", switch()));
        // Deprecated, still taken.
        fields.push((command, "default_permission", switch()));
    }
    // Which files an option or a field of a form takes; newer than the document.
    for takes_files in [
        "ApplicationCommandAttachmentOption",
        "FileUploadComponentForModalRequest",
    ] {
        let types = json!({"type": ["array", "null"], "items": {"type": "string"}});
        fields.push((takes_files, "file_types", types));
    }
    fields
}

/// What the document lacks for both directions.
fn mend_both(schemas: &mut Map<String, Value>) {
    // The documentation knows forwards beside replies (Message reference types).
    schemas.insert(
        "MessageReferenceType".to_owned(),
        json!({"type": "integer", "enum": [0, 1]}),
    );
}

pub fn mend_requests(schemas: &mut Map<String, Value>) {
    mend_both(schemas);
    // The documentation lets ids be sent as numbers ("ID Serialization").
    schemas.insert(
        "SnowflakeType".to_owned(),
        json!({"anyOf": [
            {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"},
            {"type": "integer", "minimum": 0},
        ]}),
    );
    for schema in schemas.values_mut() {
        let Some(properties) = schema["properties"].as_object_mut() else {
            continue;
        };
        permissions_as_digits(properties);
    }
    for (schema, field, value) in documented_fields() {
        let known = schemas.get_mut(schema);
        let known = known.unwrap_or_else(|| panic!("discord.json has no schema {schema}"));
        known["properties"][field] = value;
    }
}

fn permissions_as_digits(properties: &mut Map<String, Value>) {
    for (_, given) in properties.iter_mut().filter(|(name, given)| {
        PERMISSIONS.contains(&name.as_str()) && given.to_string().contains("\"integer\"")
    }) {
        let digits = json!({"type": "string", "pattern": "^(0|[1-9][0-9]*)$"});
        *given = json!({"anyOf": [given.take(), digits]});
    }
}

pub fn mend_replies(schemas: &mut Map<String, Value>) {
    mend_both(schemas);
    // The documentation says that `code` is optional in a 429, and its example lacks it.
    schemas.insert(
        "RatelimitedResponse".to_owned(),
        json!({
            "type": "object",
            "properties": {
                "message": {"type": "string"},
                "retry_after": {"type": "number", "minimum": 0},
                "global": {"type": "boolean"},
                "code": {"type": "integer"},
            },
            "required": ["message", "retry_after", "global"],
        }),
    );
    schemas.insert(
        "InnerErrors".to_owned(),
        json!({
            "type": "object",
            "properties": errors(),
            "required": ["_errors"],
            "additionalProperties": false,
        }),
    );
    // The document tells of the reply to callbacks that make or change a message; to the others
    // Discord replies as well, with the type, and with the message where there is one.
    let resource = &mut schemas["InteractionCallbackResponse"]["properties"]["resource"]["oneOf"];
    if let Some(kinds) = resource.as_array_mut() {
        kinds.push(json!({
            "type": "object",
            "properties": {
                "type": {"enum": [5, 6, 8, 9]},
                "message": {"$ref": "#/components/schemas/MessageResponse"},
            },
            "required": ["type"],
        }));
    }
    // An object of both kinds, so that the kind which is meant is the one that misses: what has
    // `_errors` is a leaf, all else a branch.
    schemas.insert(
        "ErrorDetails".to_owned(),
        json!({
            "type": "object",
            "properties": errors(),
            "additionalProperties": {"$ref": "#/components/schemas/ErrorDetails"},
        }),
    );
}

/// What is wrong with one field. The codes are words, such as BASE_TYPE_REQUIRED, which the document
/// calls integers.
fn errors() -> Value {
    json!({"_errors": {"type": "array", "minItems": 1, "items": {
        "type": "object",
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        "required": ["code", "message"],
        "additionalProperties": false,
    }}})
}

/// Operations that the document calls incomplete without a body, and of which the documentation
/// says that every field is optional.
const BODY_OPTIONAL: [&str; 4] = [
    "DELETE /guilds/{guild_id}/bans/{user_id}",
    "POST /guilds/{guild_id}/prune",
    "POST /guilds/{guild_id}/roles",
    "PUT /guilds/{guild_id}/bans/{user_id}",
];

/// Operations that the documentation describes and the document lacks: they pass unjudged.
pub const UNDESCRIBED: [(&str, &str); 1] = [
    // Deprecated for the route of the own member.
    ("PATCH", "/guilds/{}/members/@me/nick"),
];

pub fn mend_operations(operations: &mut [Operation]) {
    for operation in operations {
        if BODY_OPTIONAL.contains(&operation.name.as_str()) {
            operation.definition["body_required"] = Value::Null;
        }
        if operation.name == "PUT /channels/{channel_id}/permissions/{overwrite_id}"
            && let Some(properties) = operation.definition["body"]["properties"].as_object_mut()
        {
            permissions_as_digits(properties);
            // discord.py repeats the id of the path in the body; Discord passes over it.
            let id = json!({"$ref": "#/components/schemas/SnowflakeType"});
            properties.insert("id".to_owned(), id);
        }
    }
}
