//! `cogbox:discord/roles` and `role-admin`: the roles of a server.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::model::{GuildId, Role, RoleId};
use cogbox_world::cogbox::discord::role_admin::{self, RoleEdit};
use cogbox_world::cogbox::discord::roles;
use serde_json::{Map, Value};
use serenity::model::id as discord;
use serenity::model::permissions::Permissions;

use super::grants::Interface;
use super::{Guest, convert, id, told};
use crate::cache::KnownRole;
use crate::rest::{Request, Route};

impl roles::Host for Guest {
    async fn all(&mut self, guild: GuildId) -> Result<Vec<Role>, Fault> {
        self.require(Interface::Roles)?;
        let guild = id("guild", &guild)?.into();
        self.require_guild(Interface::Roles, guild)?;
        let known = self.roles_of(guild).await?;
        let roles = known.roles.iter();
        Ok(roles.map(|role| convert::known_role(role, guild)).collect())
    }
}

impl role_admin::Host for Guest {
    async fn create(
        &mut self,
        guild: GuildId,
        role: RoleEdit,
        reason: Option<String>,
    ) -> Result<Role, Fault> {
        self.require(Interface::RoleAdmin)?;
        let guild = id("guild", &guild)?.into();
        let body = self.role_body(guild, role).await?;
        self.changed_role(guild, Route::CreateRole(guild), body, reason)
            .await
    }

    async fn edit(
        &mut self,
        guild: GuildId,
        role: RoleId,
        edit: RoleEdit,
        reason: Option<String>,
    ) -> Result<Role, Fault> {
        self.require(Interface::RoleAdmin)?;
        let (guild, role) = (id("guild", &guild)?.into(), id("role", &role)?.into());
        let body = self.role_body(guild, edit).await?;
        self.require_above_role(Interface::RoleAdmin, guild, role)
            .await?;
        self.changed_role(guild, Route::EditRole(guild, role), body, reason)
            .await
    }

    async fn delete(
        &mut self,
        guild: GuildId,
        role: RoleId,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        self.require(Interface::RoleAdmin)?;
        let (guild, role) = (id("guild", &guild)?.into(), id("role", &role)?.into());
        self.require_right(Interface::RoleAdmin, guild, None, Permissions::MANAGE_ROLES)
            .await?;
        self.require_above_role(Interface::RoleAdmin, guild, role)
            .await?;
        self.act(Route::DeleteRole(guild, role), None, reason).await
    }
}

impl Guest {
    /// Checks a change of a role, and returns it as Discord takes it.
    async fn role_body(&mut self, guild: discord::GuildId, edit: RoleEdit) -> Result<Value, Fault> {
        let needed = Permissions::MANAGE_ROLES;
        self.require_right(Interface::RoleAdmin, guild, None, needed)
            .await?;
        let mut body = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(key.to_owned(), value);
            }
        };
        put("name", edit.name.map(Value::from));
        put("color", edit.color.map(Value::from));
        put("hoist", edit.hoist.map(Value::from));
        put("mentionable", edit.mentionable.map(Value::from));
        if let Some(text) = edit.permissions {
            let given = convert::bits(&text)?;
            self.require_giving(Interface::RoleAdmin, guild, given)
                .await?;
            put("permissions", Some(given.bits().to_string().into()));
        }
        Ok(Value::Object(body))
    }

    async fn changed_role(
        &mut self,
        guild: discord::GuildId,
        route: Route,
        body: Value,
        reason: Option<String>,
    ) -> Result<Role, Fault> {
        let request = Request::explained(route, Some(body), reason);
        let role: KnownRole = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::known_role(&role, guild))
    }
}
