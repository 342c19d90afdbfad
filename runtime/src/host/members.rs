//! `cogbox:discord/members`, as far as it is served: `get` and `get-user`.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::members::Host;
use cogbox_world::cogbox::discord::model::{
    ChannelId, GuildId, Member, Permissions, User, UserId, VoiceState,
};
use serenity::model::guild::Member as DiscordMember;
use serenity::model::user::User as DiscordUser;

use super::grants::Interface;
use super::{Guest, convert, id, told, unsupported};
use crate::rest::Route;

impl Host for Guest {
    async fn get(&mut self, guild: GuildId, user: UserId) -> Result<Member, Fault> {
        self.require(Interface::Members)?;
        let guild = id("guild", &guild)?.into();
        self.require_guild(Interface::Members, guild)?;
        let route = Route::Member(guild, id("user", &user)?.into());
        let mut body: serde_json::Value = self.rest().ask(route).await.map_err(told)?;
        // Discord leaves the guild out of a member that was asked for by guild.
        body["guild_id"] = guild.to_string().into();
        let member: DiscordMember = convert::parse("member", body)?;
        Ok(convert::member(&member))
    }

    async fn get_user(&mut self, user: UserId) -> Result<User, Fault> {
        self.require(Interface::Members)?;
        let route = Route::User(id("user", &user)?.into());
        let user: DiscordUser = self.rest().ask(route).await.map_err(told)?;
        Ok(convert::user(&user))
    }

    async fn search(&mut self, _: GuildId, _: String, _: u8) -> Result<Vec<Member>, Fault> {
        self.require(Interface::Members)?;
        unsupported("members.search")
    }

    async fn page(&mut self, _: GuildId, _: Option<UserId>, _: u16) -> Result<Vec<Member>, Fault> {
        self.require(Interface::Members)?;
        unsupported("members.page")
    }

    async fn permissions_of(
        &mut self,
        _: GuildId,
        _: UserId,
        _: Option<ChannelId>,
    ) -> Result<Permissions, Fault> {
        self.require(Interface::Members)?;
        unsupported("members.permissions-of")
    }

    async fn outranks(&mut self, _: GuildId, _: UserId, _: UserId) -> Result<bool, Fault> {
        self.require(Interface::Members)?;
        unsupported("members.outranks")
    }

    async fn voice(&mut self, _: GuildId, _: UserId) -> Result<Option<VoiceState>, Fault> {
        self.require(Interface::Members)?;
        unsupported("members.voice")
    }
}
