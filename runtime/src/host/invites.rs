//! `cogbox:discord/invites`: the ways into a server.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::invites::{Host, Invite};
use cogbox_world::cogbox::discord::model::{ChannelId, GuildId};
use serde_json::json;
use serenity::model::permissions::Permissions;

use super::convert::DiscordInvite;
use super::grants::Interface;
use super::{Guest, convert, id, invalid, told};
use crate::rest::{Request, Route};

impl Host for Guest {
    async fn create(
        &mut self,
        channel: ChannelId,
        max_age_seconds: u32,
        max_uses: u32,
    ) -> Result<Invite, Fault> {
        self.require(Interface::Invites)?;
        let channel = id("channel", &channel)?.into();
        let guild = self
            .require_guild_channel(Interface::Invites, channel)
            .await?;
        let needed = Permissions::CREATE_INSTANT_INVITE;
        self.require_right(Interface::Invites, guild, Some(channel), needed)
            .await?;
        let body = json!({ "max_age": max_age_seconds, "max_uses": max_uses, "unique": true });
        let request = Request::new(Route::CreateInvite(channel), body);
        let invite: DiscordInvite = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::invite(invite))
    }

    async fn all(&mut self, guild: GuildId) -> Result<Vec<Invite>, Fault> {
        self.require(Interface::Invites)?;
        let guild = id("guild", &guild)?.into();
        let needed = Permissions::MANAGE_GUILD;
        self.require_right(Interface::Invites, guild, None, needed)
            .await?;
        let invites: Vec<DiscordInvite> =
            self.rest().ask(Route::Invites(guild)).await.map_err(told)?;
        Ok(invites.into_iter().map(convert::invite).collect())
    }

    async fn delete(&mut self, code: String) -> Result<(), Fault> {
        self.require(Interface::Invites)?;
        let shaped = (1..=64).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !shaped {
            return Err(invalid("that is not the code of an invite"));
        }
        // A code says nothing of where it leads.
        let route = Route::Invite(code.clone());
        let invite: DiscordInvite = self.rest().ask(route).await.map_err(told)?;
        let Some(guild) = invite.guild else {
            return Err(invalid("that invite leads to no server"));
        };
        let needed = Permissions::MANAGE_GUILD;
        self.require_right(Interface::Invites, guild.id.get().into(), None, needed)
            .await?;
        self.act(Route::DeleteInvite(code), None, None).await
    }
}
