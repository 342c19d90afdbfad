//! What members of a guild have decided about who may use a command, and where.
//! Rules: Discord's documentation, "Application Commands", permissions.

use super::{Guild, Member};
use crate::snowflake::Id;

/// The most overwrites of one command in one guild.
pub const MOST_COMMAND_PERMISSIONS: usize = 100;

/// One overwrite. The guild's own id as a role is everyone, one less as a channel is all channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandPermission {
    pub id: Id,
    pub kind: PermissionKind,
    pub allowed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionKind {
    Role,
    User,
    Channel,
}

impl PermissionKind {
    /// Returns Discord's number for the type.
    pub fn number(self) -> u64 {
        match self {
            PermissionKind::Role => 1,
            PermissionKind::User => 2,
            PermissionKind::Channel => 3,
        }
    }
}

/// Returns what overwrites say of a channel: the channel's own, or that of all channels.
pub fn in_channel(overwrites: &[CommandPermission], guild: Id, channel: Id) -> Option<bool> {
    let said = |id: Id| find(overwrites, PermissionKind::Channel, id);
    said(channel).or_else(|| said(Id(guild.0.wrapping_sub(1))))
}

/// Returns what overwrites say of a member: their own, that of one of their roles, of which one
/// that allows is enough, or everyone's.
pub fn for_member(
    overwrites: &[CommandPermission],
    guild: &Guild,
    member: &Member,
) -> Option<bool> {
    let role = |id: &Id| find(overwrites, PermissionKind::Role, *id);
    find(overwrites, PermissionKind::User, member.user)
        .or_else(|| member.roles.iter().filter_map(role).max())
        .or_else(|| role(&guild.id))
}

fn find(overwrites: &[CommandPermission], kind: PermissionKind, id: Id) -> Option<bool> {
    let found = overwrites
        .iter()
        .find(|overwrite| (overwrite.kind, overwrite.id) == (kind, id));
    found.map(|overwrite| overwrite.allowed)
}
