//! How the API says no: an HTTP status, Discord's own code, a sentence, and for form errors the
//! tree of fields. Codes: Discord's documentation, "Opcodes and Status Codes".

use serde_json::{Value, json};

/// A refused request.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub code: u64,
    pub message: String,
    pub errors: Option<Value>,
}

impl Refusal {
    /// Makes a refusal with a sentence of its own.
    pub fn new(status: u16, code: u64, message: impl Into<String>) -> Self {
        Refusal {
            status,
            code,
            message: message.into(),
            errors: None,
        }
    }

    pub fn unauthorized() -> Self {
        Refusal::new(401, 0, "401: Unauthorized")
    }

    pub fn unknown_route() -> Self {
        Refusal::new(404, 0, "404: Not Found")
    }

    pub fn wrong_method() -> Self {
        Refusal::new(405, 0, "405: Method Not Allowed")
    }

    pub fn unknown_application() -> Self {
        Refusal::new(404, 10002, "Unknown Application")
    }

    pub fn unknown_channel() -> Self {
        Refusal::new(404, 10003, "Unknown Channel")
    }

    pub fn unknown_guild() -> Self {
        Refusal::new(404, 10004, "Unknown Guild")
    }

    pub fn unknown_invite() -> Self {
        Refusal::new(404, 10006, "Unknown Invite")
    }

    pub fn unknown_member() -> Self {
        Refusal::new(404, 10007, "Unknown Member")
    }

    pub fn unknown_message() -> Self {
        Refusal::new(404, 10008, "Unknown Message")
    }

    pub fn unknown_overwrite() -> Self {
        Refusal::new(404, 10009, "Unknown Overwrite")
    }

    pub fn unknown_role() -> Self {
        Refusal::new(404, 10011, "Unknown Role")
    }

    pub fn unknown_voice_state() -> Self {
        Refusal::new(404, 10065, "Unknown Voice State")
    }

    pub fn unknown_user() -> Self {
        Refusal::new(404, 10013, "Unknown User")
    }

    pub fn unknown_emoji() -> Self {
        Refusal::new(400, 10014, "Unknown Emoji")
    }

    pub fn unknown_webhook() -> Self {
        Refusal::new(404, 10015, "Unknown Webhook")
    }

    pub fn unknown_ban() -> Self {
        Refusal::new(404, 10026, "Unknown Ban")
    }

    pub fn unknown_interaction() -> Self {
        Refusal::new(404, 10062, "Unknown interaction")
    }

    pub fn unknown_command() -> Self {
        Refusal::new(404, 10063, "Unknown application command")
    }

    pub fn not_for_bots() -> Self {
        Refusal::new(403, 20001, "Bots cannot use this endpoint")
    }

    pub fn bad_user_agent() -> Self {
        let message = "Cloudflare is blocking your request. This can often be resolved by setting \
                       a proper User Agent.";
        Refusal::new(403, 40333, message)
    }

    pub fn already_acknowledged() -> Self {
        Refusal::new(400, 40060, "Interaction has already been acknowledged.")
    }

    pub fn missing_access() -> Self {
        Refusal::new(403, 50001, "Missing Access")
    }

    pub fn not_the_author() -> Self {
        Refusal::new(403, 50005, "Cannot edit a message authored by another user")
    }

    pub fn empty_message() -> Self {
        Refusal::new(400, 50006, "Cannot send an empty message")
    }

    pub fn missing_permissions() -> Self {
        Refusal::new(403, 50013, "Missing Permissions")
    }

    pub fn invalid_role() -> Self {
        Refusal::new(400, 50028, "Invalid role")
    }

    pub fn needs_two_factor() -> Self {
        Refusal::new(403, 60003, "Two factor is required for this operation")
    }

    pub fn expired_token() -> Self {
        Refusal::new(401, 50027, "Invalid Webhook Token")
    }

    pub fn archived_thread() -> Self {
        Refusal::new(400, 50083, "Thread is archived")
    }

    pub fn wrong_channel_type() -> Self {
        Refusal::new(400, 50024, "Cannot execute action on this channel type")
    }

    pub fn system_message() -> Self {
        Refusal::new(403, 50021, "Cannot execute action on a system message")
    }

    pub fn in_direct_message() -> Self {
        Refusal::new(403, 50003, "Cannot execute action on a DM channel")
    }

    pub fn not_json() -> Self {
        Refusal::new(400, 50109, "The request body contains invalid JSON.")
    }

    pub fn too_large() -> Self {
        Refusal::new(413, 40005, "Request entity too large")
    }

    /// Makes the refusal of a form, with the tree of its faults.
    pub fn form(errors: Value) -> Self {
        Refusal {
            errors: Some(errors),
            ..Refusal::new(400, 50035, "Invalid Form Body")
        }
    }

    /// Returns the JSON body.
    pub fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}
