//! `cogbox:discord/moderation` and `audit-log`: punishing people, and who did.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::audit_log;
use cogbox_world::cogbox::discord::model::{AuditEntry, GuildId, UserId};
use cogbox_world::cogbox::discord::moderation::{BanEntry, Host};
use serde::Deserialize;
use serde_json::json;
use serenity::model::id as discord;
use serenity::model::permissions::Permissions;

use super::grants::Interface;
use super::{Guest, convert, id, invalid, told};
use crate::rest::{RestErrorKind, Route};

/// The longest time whose messages go with a ban.
const DELETE_MAX: u32 = 7 * 24 * 3_600;

impl Host for Guest {
    async fn kick(
        &mut self,
        guild: GuildId,
        user: UserId,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (guild, user) = self
            .may_punish(&guild, &user, Permissions::KICK_MEMBERS)
            .await?;
        self.act(Route::Kick(guild, user), None, reason).await
    }

    async fn ban(
        &mut self,
        guild: GuildId,
        user: UserId,
        delete_seconds: u32,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (guild, user) = self
            .may_punish(&guild, &user, Permissions::BAN_MEMBERS)
            .await?;
        if delete_seconds > DELETE_MAX {
            return Err(invalid(format!(
                "a ban deletes the messages of at most {DELETE_MAX} seconds, not {delete_seconds}"
            )));
        }
        let body = json!({ "delete_message_seconds": delete_seconds });
        self.act(Route::Ban(guild, user), Some(body), reason).await
    }

    async fn unban(
        &mut self,
        guild: GuildId,
        user: UserId,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let guild = self.may_see_bans(&guild).await?;
        let user = id("user", &user)?.into();
        self.act(Route::Unban(guild, user), None, reason).await
    }

    async fn get_ban(&mut self, guild: GuildId, user: UserId) -> Result<Option<BanEntry>, Fault> {
        let guild = self.may_see_bans(&guild).await?;
        let user = id("user", &user)?.into();
        match self.rest().ask(Route::GetBan(guild, user)).await {
            Ok(ban) => Ok(Some(convert::ban(ban))),
            Err(error) if error.kind == RestErrorKind::NotFound => Ok(None),
            Err(error) => Err(told(error)),
        }
    }

    async fn bans(
        &mut self,
        guild: GuildId,
        after: Option<UserId>,
        limit: u16,
    ) -> Result<Vec<BanEntry>, Fault> {
        let guild = self.may_see_bans(&guild).await?;
        let limit = limit.clamp(1, 1_000);
        let query = match after {
            Some(after) => format!("limit={limit}&after={}", id("user", &after)?),
            None => format!("limit={limit}"),
        };
        let bans: Vec<convert::Ban> = self
            .rest()
            .ask(Route::Bans(guild, query))
            .await
            .map_err(told)?;
        Ok(bans.into_iter().map(convert::ban).collect())
    }

    async fn set_timeout(
        &mut self,
        guild: GuildId,
        user: UserId,
        until: Option<f64>,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (guild, user) = self
            .may_punish(&guild, &user, Permissions::MODERATE_MEMBERS)
            .await?;
        let until = until.map(convert::iso).transpose()?;
        let body = json!({ "communication_disabled_until": until });
        self.act(Route::EditMember(guild, user), Some(body), reason)
            .await
    }
}

impl audit_log::Host for Guest {
    async fn page(
        &mut self,
        guild: GuildId,
        action: Option<u16>,
        limit: u8,
    ) -> Result<Vec<AuditEntry>, Fault> {
        #[derive(Deserialize)]
        struct Log {
            audit_log_entries: Vec<convert::AuditEntry>,
        }
        self.require(Interface::AuditLog)?;
        let guild = id("guild", &guild)?.into();
        let needed = Permissions::VIEW_AUDIT_LOG;
        self.require_right(Interface::AuditLog, guild, None, needed)
            .await?;
        let limit = limit.clamp(1, 100);
        let query = match action {
            Some(action) => format!("limit={limit}&action_type={action}"),
            None => format!("limit={limit}"),
        };
        let log: Log = self
            .rest()
            .ask(Route::AuditLog(guild, query))
            .await
            .map_err(told)?;
        let entries = log.audit_log_entries.into_iter();
        Ok(entries
            .map(|entry| convert::audit_entry(entry, guild))
            .collect())
    }
}

impl Guest {
    /// Checks who may punish a member.
    async fn may_punish(
        &mut self,
        guild: &str,
        user: &str,
        needed: Permissions,
    ) -> Result<(discord::GuildId, discord::UserId), Fault> {
        self.require(Interface::Moderation)?;
        let (guild, user) = (id("guild", guild)?.into(), id("user", user)?.into());
        self.require_right(Interface::Moderation, guild, None, needed)
            .await?;
        self.require_rank(Interface::Moderation, guild, user)
            .await?;
        Ok((guild, user))
    }

    async fn may_see_bans(&mut self, guild: &str) -> Result<discord::GuildId, Fault> {
        self.require(Interface::Moderation)?;
        let guild = id("guild", guild)?.into();
        let needed = Permissions::BAN_MEMBERS;
        self.require_right(Interface::Moderation, guild, None, needed)
            .await?;
        Ok(guild)
    }
}
