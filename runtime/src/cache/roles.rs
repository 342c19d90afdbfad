//! The roles of guilds, kept when a loaded cog's imports need them: who may do what follows from
//! them.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use serenity::model::id::{GuildId, RoleId, UserId};
use serenity::model::permissions::Permissions;

/// A role, as the contract can tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KnownRole {
    pub id: RoleId,
    pub name: String,
    #[serde(deserialize_with = "permissions")]
    pub permissions: Permissions,
    pub position: u16,
    #[serde(default)]
    pub color: u32,
    #[serde(default)]
    pub hoist: bool,
    #[serde(default)]
    pub mentionable: bool,
    #[serde(default)]
    pub managed: bool,
}

impl KnownRole {
    /// Returns what orders roles: of two in one position the older stands above.
    pub fn rank(&self) -> (u16, std::cmp::Reverse<RoleId>) {
        (self.position, std::cmp::Reverse(self.id))
    }
}

/// Who owns a guild, and its roles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GuildRoles {
    #[serde(rename = "owner_id")]
    pub owner: UserId,
    #[serde(default)]
    pub roles: Vec<KnownRole>,
}

impl GuildRoles {
    /// Returns a role.
    pub fn role(&self, id: RoleId) -> Option<&KnownRole> {
        self.roles.iter().find(|role| role.id == id)
    }
}

/// Reads permissions as Discord writes them, and keeps bits that have no name here.
pub fn permissions<'de, D: Deserializer<'de>>(from: D) -> Result<Permissions, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
    let bits = text.parse().map_err(serde::de::Error::custom)?;
    Ok(Permissions::from_bits_retain(bits))
}

/// The roles that are kept.
#[derive(Default)]
pub(super) struct Roles {
    guilds: HashMap<GuildId, Arc<GuildRoles>>,
    /// Counts changes, so that what was asked for before one is not kept after it.
    pub(super) changes: u64,
}

impl Roles {
    pub(super) fn get(&self, guild: GuildId) -> Option<Arc<GuildRoles>> {
        self.guilds.get(&guild).cloned()
    }

    pub(super) fn put(&mut self, guild: GuildId, roles: GuildRoles) -> Arc<GuildRoles> {
        let roles = Arc::new(roles);
        self.changes += 1;
        self.guilds.insert(guild, Arc::clone(&roles));
        roles
    }

    pub(super) fn remove(&mut self, guild: GuildId) {
        self.changes += 1;
        self.guilds.remove(&guild);
    }

    pub(super) fn retain(&mut self, stays: impl Fn(GuildId) -> bool) {
        self.changes += 1;
        self.guilds.retain(|guild, _| stays(*guild));
    }

    /// Takes in `GUILD_ROLE_CREATE`, `GUILD_ROLE_UPDATE` or `GUILD_ROLE_DELETE`.
    pub(super) fn apply(&mut self, raw: &str) -> Result<(), serde_json::Error> {
        #[derive(Deserialize)]
        struct Change {
            guild_id: GuildId,
            role: Option<KnownRole>,
            role_id: Option<RoleId>,
        }
        let Change {
            guild_id,
            role,
            role_id,
        } = serde_json::from_str(raw)?;
        self.changes += 1;
        if let Some(known) = self.guilds.get_mut(&guild_id) {
            let known = Arc::make_mut(known);
            let changed = role.as_ref().map(|role| role.id).or(role_id);
            known.roles.retain(|role| Some(role.id) != changed);
            known.roles.extend(role);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: u64, position: u16) -> String {
        format!(
            r#"{{"id":"{id}","name":"r{id}","permissions":"9007199254740993","position":{position}}}"#
        )
    }

    #[test]
    fn changes_of_roles_are_followed_and_unknown_bits_survive() {
        let mut roles = Roles::default();
        let guild = GuildId::new(7);
        let read: GuildRoles =
            serde_json::from_str(&format!(r#"{{"owner_id":"1","roles":[{}]}}"#, role(7, 0)))
                .unwrap();
        roles.put(guild, read);
        let change = |role: &str| format!(r#"{{"guild_id":"7","role":{role}}}"#);
        roles.apply(&change(&role(8, 1))).unwrap();
        roles.apply(&change(&role(8, 5))).unwrap();
        let known = roles.get(guild).unwrap();
        assert_eq!(known.roles.len(), 2);
        let changed = known.role(8.into()).unwrap();
        assert_eq!(
            (changed.position, changed.permissions.bits()),
            (5, 9007199254740993)
        );
        roles.apply(r#"{"guild_id":"7","role_id":"8"}"#).unwrap();
        assert_eq!(roles.get(guild).unwrap().roles.len(), 1);
        roles
            .apply(&change(&role(9, 1)).replace("\"7\"", "\"6\""))
            .unwrap();
        assert!(roles.get(GuildId::new(6)).is_none());
    }

    #[test]
    fn of_two_roles_in_one_position_the_older_stands_above() {
        let role =
            |id, position| -> KnownRole { serde_json::from_str(&role(id, position)).unwrap() };
        assert!(role(8, 2).rank() > role(9, 2).rank());
        assert!(role(9, 3).rank() > role(8, 2).rank());
    }
}
