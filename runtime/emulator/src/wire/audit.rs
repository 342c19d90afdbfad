//! The audit log.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{thread, user, webhook};
use crate::model::AuditEntry;
use crate::world::World;

/// Returns a page of the log, with the users it speaks of.
pub fn page(world: &World, entries: &[&AuditEntry]) -> Value {
    let named = |entry: &&AuditEntry| [Some(entry.actor.user), entry.target];
    let users: BTreeSet<_> = entries.iter().flat_map(named).flatten().collect();
    let users = users.into_iter().filter_map(|id| world.user(id));
    let targets: BTreeSet<_> = entries.iter().filter_map(|entry| entry.target).collect();
    let webhooks = targets.iter().filter_map(|id| world.webhooks.get(id));
    let channels = targets.iter().filter_map(|id| world.channels.get(id));
    let threads = channels.filter(|channel| channel.thread.is_some());
    json!({
        "audit_log_entries": entries.iter().map(|e| entry(e)).collect::<Vec<Value>>(),
        "users": users.map(user::full).collect::<Vec<Value>>(),
        "integrations": [],
        "webhooks": webhooks.map(webhook::public).collect::<Vec<Value>>(),
        "guild_scheduled_events": [],
        "threads": threads.map(|open| thread::full(world, open)).collect::<Vec<Value>>(),
        "application_commands": [],
        "auto_moderation_rules": [],
    })
}

/// Returns one entry.
pub fn entry(entry: &AuditEntry) -> Value {
    let mut value = json!({
        "id": entry.id,
        "user_id": entry.actor.user,
        "target_id": entry.target,
        "action_type": entry.action,
    });
    if !entry.changes.is_empty() {
        value["changes"] = json!(entry.changes);
    }
    if !entry.options.is_null() {
        value["options"] = entry.options.clone();
    }
    if let Some(reason) = &entry.actor.reason {
        value["reason"] = json!(reason);
    }
    value
}
