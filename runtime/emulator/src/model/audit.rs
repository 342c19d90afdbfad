//! The audit log: who did what to whom, and why.

use serde_json::Value;

use crate::snowflake::Id;

/// The newest entries a guild keeps.
pub const KEPT_ENTRIES: usize = 1_000;

/// Who makes a change to a guild, and the reason they give.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: Id,
    pub reason: Option<String>,
}

/// One entry of a guild's audit log.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    pub id: Id,
    /// Discord's number for the action.
    pub action: u64,
    pub actor: Actor,
    /// The member, role or channel it was done to.
    pub target: Option<Id>,
    /// Discord's change objects.
    pub changes: Vec<Value>,
    /// Discord's optional info for this action; null for none.
    pub options: Value,
}
