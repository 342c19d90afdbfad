//! What makes valid overwrites of who may use a command.
//! Rules: Discord's documentation, "Application Commands", permissions.

use super::form::{BAD_TYPE, Faults, Form};
use crate::model::command_permission::MOST_COMMAND_PERMISSIONS;
use crate::model::{CommandPermission, PermissionKind};
use crate::snowflake::Id;

/// Reads the `permissions` of a command.
pub fn read(form: &Form<'_>, faults: &mut Faults) -> Vec<CommandPermission> {
    form.require("permissions", faults);
    let listed = form.forms("permissions", 0..=MOST_COMMAND_PERMISSIONS, faults);
    let mut read: Vec<CommandPermission> = Vec::new();
    for form in listed.unwrap_or_default() {
        for key in ["id", "type", "permission"] {
            form.require(key, faults);
        }
        let id = form.get("id").map(Id::from_json);
        if id == Some(None) {
            form.fault(
                faults,
                "id",
                "NUMBER_TYPE_COERCE",
                "This is not a snowflake.",
            );
        }
        let kind = form.number("type", 1..=3, faults);
        let allowed = form.flag("permission", faults);
        let (Some(Some(id)), Some(kind), Some(allowed)) = (id, kind, allowed) else {
            continue;
        };
        let kind = match kind {
            1 => PermissionKind::Role,
            2 => PermissionKind::User,
            _ => PermissionKind::Channel,
        };
        if read
            .iter()
            .any(|other| (other.id, other.kind) == (id, kind))
        {
            form.fault(faults, "id", BAD_TYPE, "This is named twice.");
        }
        read.push(CommandPermission { id, kind, allowed });
    }
    read
}
