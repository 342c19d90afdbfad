//! `/guilds/{guild}/audit-logs`.

use super::rights::guild_with;
use super::{Reply, request::Request};
use crate::hub::State;
use crate::model::AuditEntry;
use crate::model::permissions::VIEW_AUDIT_LOG;
use crate::rules::Refusal;
use crate::wire;

/// Lists entries, the newest first; with `after` the oldest first.
pub fn list(state: &mut State, request: &Request<'_>) -> Result<Reply, Refusal> {
    let guild = guild_with(state, request, VIEW_AUDIT_LOG)?;
    let limit = request.limit(50, 100)?;
    let (before, after) = (request.query_id("before")?, request.query_id("after")?);
    let (user, target) = (request.query_id("user_id")?, request.query_id("target_id")?);
    let action: Option<u64> = request.query("action_type").and_then(|n| n.parse().ok());
    let fits = |entry: &&AuditEntry| {
        before.is_none_or(|before| entry.id < before)
            && after.is_none_or(|after| entry.id > after)
            && user.is_none_or(|user| entry.actor.user == user)
            && target.is_none_or(|target| entry.target == Some(target))
            && action.is_none_or(|action| entry.action == action)
    };
    let place = state.world.guilds.get(&guild);
    let entries = place.into_iter().flat_map(|place| &place.audit_log);
    let entries = entries.filter(fits);
    let page: Vec<&AuditEntry> = match after {
        Some(_) => entries.take(limit).collect(),
        None => entries.rev().take(limit).collect(),
    };
    Ok(Reply::ok(wire::audit::page(&state.world, &page)))
}
