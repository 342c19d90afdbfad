//! Who stands above whom: the order of roles, and what follows from it for moderators.
//! Rules: Discord's documentation, topic "Permissions", "Permission Hierarchy".

use std::cmp::Reverse;

use super::{Guild, Member, Role, permissions};
use crate::clock::Time;
use crate::snowflake::Id;

/// A place in the order of roles. Of two roles at one position the older stands higher.
pub type Rank = (u64, Reverse<Id>);

/// Returns the rank of a role.
pub fn rank(role: &Role) -> Rank {
    (role.position, Reverse(role.id))
}

/// Returns the rank of a member's highest role.
pub fn top(guild: &Guild, member: &Member) -> Rank {
    let roles = member.roles.iter().filter_map(|id| guild.roles.get(id));
    let everyone = (0, Reverse(guild.id));
    roles.map(rank).max().unwrap_or(everyone)
}

/// Tells whether a member may moderate another: the owner everybody else, others whom they stand
/// above, and nobody the owner.
pub fn above(guild: &Guild, actor: &Member, target: &Member) -> bool {
    target.user != guild.owner
        && (actor.user == guild.owner || top(guild, actor) > top(guild, target))
}

/// Tells whether a member may change a role, hand it out or take it.
pub fn above_role(guild: &Guild, actor: &Member, role: &Role) -> bool {
    actor.user == guild.owner || top(guild, actor) > rank(role)
}

/// Tells whether timeouts do nothing to a member: the owner and administrators.
pub fn exempt_from_timeouts(guild: &Guild, member: &Member) -> bool {
    permissions::in_guild(guild, member) & permissions::ADMINISTRATOR != 0
}

/// Returns what a member may do in the guild at `now`.
pub fn allowed(guild: &Guild, member: &Member, now: Time) -> u64 {
    let allowed = permissions::in_guild(guild, member);
    if member.is_silenced(now) && !exempt_from_timeouts(guild, member) {
        allowed & permissions::SILENCED
    } else {
        allowed
    }
}
