//! `cogbox:discord/member-roles` and `member-edit`: what a server's moderators change of members.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::model::{ChannelId, GuildId, RoleId, UserId};
use cogbox_world::cogbox::discord::{member_edit, member_roles};
use serde_json::{Map, Value, json};
use serenity::model::id as discord;
use serenity::model::permissions::Permissions;

use super::grants::Interface;
use super::{Guest, id, invalid};
use crate::rest::Route;

impl member_roles::Host for Guest {
    async fn add(
        &mut self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (guild, user, role) = self.own_role(&guild, &user, &role).await?;
        let known = self.roles_of(guild).await?;
        let carries = known.role(role).map(|role| role.permissions);
        self.require_hand_out(Interface::MemberRoles, carries.unwrap_or_default())?;
        self.act(Route::GiveRole(guild, user, role), None, reason)
            .await
    }

    async fn remove(
        &mut self,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (guild, user, role) = self.own_role(&guild, &user, &role).await?;
        self.act(Route::TakeRole(guild, user, role), None, reason)
            .await
    }
}

impl member_edit::Host for Guest {
    async fn set_nickname(
        &mut self,
        guild: GuildId,
        user: UserId,
        nickname: Option<String>,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        self.require(Interface::MemberEdit)?;
        let (guild, user) = (id("guild", &guild)?.into(), id("user", &user)?.into());
        // What members may do to their own name is another permission.
        let needed = match self.origin.invoker == Some(user) {
            true => Permissions::CHANGE_NICKNAME,
            false => Permissions::MANAGE_NICKNAMES,
        };
        self.require_right(Interface::MemberEdit, guild, None, needed)
            .await?;
        self.require_rank(Interface::MemberEdit, guild, user)
            .await?;
        let itself = self.services.cache.me().is_some_and(|me| me.id == user);
        let route = match itself {
            true => Route::EditMe(guild),
            false => Route::EditMember(guild, user),
        };
        self.act(route, Some(json!({ "nick": nickname })), reason)
            .await
    }

    async fn move_voice(
        &mut self,
        guild: GuildId,
        user: UserId,
        to: Option<ChannelId>,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        self.require(Interface::MemberEdit)?;
        let (guild, user) = (id("guild", &guild)?.into(), id("user", &user)?.into());
        self.require_right(
            Interface::MemberEdit,
            guild,
            None,
            Permissions::MOVE_MEMBERS,
        )
        .await?;
        let to = match to {
            Some(to) => {
                let to: discord::ChannelId = id("channel", &to)?.into();
                self.require_channel(Interface::MemberEdit, to).await?;
                Some(to)
            }
            None => None,
        };
        self.act(
            Route::EditMember(guild, user),
            Some(json!({ "channel_id": to })),
            reason,
        )
        .await
    }

    async fn set_voice_muted(
        &mut self,
        guild: GuildId,
        user: UserId,
        muted: Option<bool>,
        deafened: Option<bool>,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        self.require(Interface::MemberEdit)?;
        let (guild, user) = (id("guild", &guild)?.into(), id("user", &user)?.into());
        let (mut body, mut needed) = (Map::new(), Permissions::empty());
        if let Some(muted) = muted {
            body.insert("mute".into(), muted.into());
            needed |= Permissions::MUTE_MEMBERS;
        }
        if let Some(deafened) = deafened {
            body.insert("deaf".into(), deafened.into());
            needed |= Permissions::DEAFEN_MEMBERS;
        }
        if body.is_empty() {
            return Err(invalid("say whether to mute, to deafen, or both"));
        }
        self.require_right(Interface::MemberEdit, guild, None, needed)
            .await?;
        self.act(
            Route::EditMember(guild, user),
            Some(Value::Object(body)),
            reason,
        )
        .await
    }
}

impl Guest {
    /// Checks who may give or take a role.
    async fn own_role(
        &mut self,
        guild: &str,
        user: &str,
        role: &str,
    ) -> Result<(discord::GuildId, discord::UserId, discord::RoleId), Fault> {
        self.require(Interface::MemberRoles)?;
        let guild = id("guild", guild)?.into();
        let (user, role) = (id("user", user)?.into(), id("role", role)?.into());
        let needed = Permissions::MANAGE_ROLES;
        self.require_right(Interface::MemberRoles, guild, None, needed)
            .await?;
        self.require_above_role(Interface::MemberRoles, guild, role)
            .await?;
        Ok((guild, user, role))
    }
}
