//! Who may hand out which role. A cog that gives roles by itself, later or to whoever asks, has the
//! bot's permissions and not those of whoever told it to: so it looks first whether that person could
//! give the role themselves.

use crate::context::Context;
use crate::error::{Answer, Error};
use crate::permissions::Permissions;
use crate::raw::cogbox::discord::model::Role;
use crate::raw::cogbox::discord::{guilds, roles};

/// A server's roles and its owner.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranks {
    guild: String,
    owner: String,
    roles: Vec<Role>,
}

impl Ranks {
    /// Those of a guild. What an admin withholds is told.
    pub fn of(guild: &str) -> Answer<Self> {
        let told = |refused: crate::raw::cogbox::host::basics::Error| Error::tell(refused.message);
        Ok(Ranks {
            guild: guild.to_string(),
            owner: guilds::get(guild).map_err(told)?.owner,
            roles: roles::all(guild).map_err(told)?,
        })
    }

    /// Returns a role.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// Whether a role is anybody's to give: not the one of everyone, nor one of a bot's or of boosters.
    pub fn is_given(&self, role: &Role) -> bool {
        role.id != self.guild && !role.managed
    }

    /// Whether a member with these roles stands above a role.
    pub fn stands_above(&self, user: &str, own: &[String], role: &Role) -> bool {
        if user == self.owner {
            return true;
        }
        let own = self.roles.iter().filter(|one| own.contains(&one.id));
        own.map(rank).max() > Some(rank(role))
    }

    /// Whether whoever asks could give a role themselves.
    pub fn lets_give(&self, ctx: &Context, role: &Role) -> bool {
        let user = ctx.user().id;
        let own = ctx.member().map(|member| member.roles).unwrap_or_default();
        let may = user == self.owner || ctx.permissions().allow(Permissions::MANAGE_ROLES);
        may && self.stands_above(&user, &own, role)
    }

    /// Returns what members with these roles may do in the whole server.
    pub fn permissions(&self, own: &[String]) -> Permissions {
        let has = |role: &&Role| role.id == self.guild || own.contains(&role.id);
        let theirs = self.roles.iter().filter(has);
        theirs.fold(Permissions::NONE, |all, role| {
            all | Permissions::read(&role.permissions)
        })
    }
}

/// The higher stands above; of two at one position the older role.
fn rank(role: &Role) -> (u16, std::cmp::Reverse<u64>) {
    let id = role.id.parse().unwrap_or(u64::MAX);
    (role.position, std::cmp::Reverse(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: &str, position: u16, permissions: Permissions) -> Role {
        Role {
            id: id.into(),
            guild: "1".into(),
            name: String::new(),
            color: 0,
            position,
            permissions: permissions.to_string(),
            hoist: false,
            mentionable: false,
            managed: id == "4",
        }
    }

    #[test]
    fn a_role_is_given_from_above() {
        let roles = vec![
            role("1", 0, Permissions::VIEW_CHANNEL),
            role("2", 3, Permissions::MANAGE_ROLES),
            role("3", 3, Permissions::NONE),
            role("4", 1, Permissions::NONE),
        ];
        let ranks = Ranks {
            guild: "1".into(),
            owner: "9".into(),
            roles,
        };
        let of = |id: &str| ranks.role(id).unwrap();
        let above = |user: &str, own: &[&str], role: &str| {
            let own: Vec<String> = own.iter().map(|id| id.to_string()).collect();
            ranks.stands_above(user, &own, of(role))
        };
        assert!(above("8", &["2"], "4") && above("8", &["2"], "3"));
        assert!(!above("8", &["3"], "2") && !above("8", &["2"], "2"));
        assert!(!above("8", &[], "4") && above("9", &[], "2"));
        assert!(ranks.is_given(of("2")) && !ranks.is_given(of("1")) && !ranks.is_given(of("4")));
        let own = ["2".to_string()];
        assert!(ranks.permissions(&own).allow(Permissions::MANAGE_ROLES));
        assert!(!ranks.permissions(&[]).allow(Permissions::MANAGE_ROLES));
    }
}
