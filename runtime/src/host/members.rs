//! `cogbox:discord/members`: who is in a server, and what they may do.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::members::Host;
use cogbox_world::cogbox::discord::model::{
    ChannelId, GuildId, Member, Permissions, User, UserId, VoiceState,
};
use serde_json::Value;
use serenity::model::guild::Member as DiscordMember;
use serenity::model::id as discord;
use serenity::model::user::User as DiscordUser;

use super::grants::Interface;
use super::{Guest, convert, id, told};
use crate::rest::{RestErrorKind, Route, percent};

impl Host for Guest {
    async fn get(&mut self, guild: GuildId, user: UserId) -> Result<Member, Fault> {
        let guild = self.own_guild(&guild)?;
        let route = Route::Member(guild, id("user", &user)?.into());
        let body = self.rest().ask(route).await.map_err(told)?;
        member(guild, body)
    }

    async fn get_user(&mut self, user: UserId) -> Result<User, Fault> {
        self.require(Interface::Members)?;
        let route = Route::User(id("user", &user)?.into());
        let user: DiscordUser = self.rest().ask(route).await.map_err(told)?;
        Ok(convert::user(&user))
    }

    async fn search(
        &mut self,
        guild: GuildId,
        query: String,
        limit: u8,
    ) -> Result<Vec<Member>, Fault> {
        let guild = self.own_guild(&guild)?;
        let (limit, text) = (limit.clamp(1, 100), percent(&query));
        let route = Route::SearchMembers(guild, format!("limit={limit}&query={text}"));
        self.members(guild, route).await
    }

    async fn page(
        &mut self,
        guild: GuildId,
        after: Option<UserId>,
        limit: u16,
    ) -> Result<Vec<Member>, Fault> {
        let guild = self.own_guild(&guild)?;
        let limit = limit.clamp(1, 1_000);
        let query = match after {
            Some(after) => format!("limit={limit}&after={}", id("user", &after)?),
            None => format!("limit={limit}"),
        };
        self.members(guild, Route::Members(guild, query)).await
    }

    async fn permissions_of(
        &mut self,
        guild: GuildId,
        user: UserId,
        channel: Option<ChannelId>,
    ) -> Result<Permissions, Fault> {
        let guild = self.own_guild(&guild)?;
        let user = id("user", &user)?.into();
        let channel = match channel {
            Some(channel) => {
                let channel = id("channel", &channel)?.into();
                self.require_channel(Interface::Members, channel).await?;
                Some(channel)
            }
            None => None,
        };
        let rights = Guest::permissions_of(self, guild, user, channel).await?;
        Ok(rights.bits().to_string())
    }

    async fn outranks(
        &mut self,
        guild: GuildId,
        actor: UserId,
        target: UserId,
    ) -> Result<bool, Fault> {
        let guild = self.own_guild(&guild)?;
        let (actor, target) = (id("user", &actor)?.into(), id("user", &target)?.into());
        self.outranks_member(guild, actor, target).await
    }

    async fn voice(&mut self, guild: GuildId, user: UserId) -> Result<Option<VoiceState>, Fault> {
        let guild = self.own_guild(&guild)?;
        let route = Route::VoiceState(guild, id("user", &user)?.into());
        match self.rest().ask(route).await {
            Ok(state) => Ok(Some(convert::voice_state(&state, guild))),
            Err(error) if error.kind == RestErrorKind::NotFound => Ok(None),
            Err(error) => Err(told(error)),
        }
    }
}

impl Guest {
    fn own_guild(&mut self, guild: &str) -> Result<discord::GuildId, Fault> {
        self.require(Interface::Members)?;
        let guild = id("guild", guild)?.into();
        self.require_guild(Interface::Members, guild)?;
        Ok(guild)
    }

    async fn members(
        &mut self,
        guild: discord::GuildId,
        route: Route,
    ) -> Result<Vec<Member>, Fault> {
        let found: Vec<Value> = self.rest().ask(route).await.map_err(told)?;
        found.into_iter().map(|body| member(guild, body)).collect()
    }
}

/// Discord leaves the guild out of a member that was asked for by guild.
fn member(guild: discord::GuildId, mut body: Value) -> Result<Member, Fault> {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("guild_id".into(), guild.to_string().into());
    }
    let member: DiscordMember = convert::parse("member", body)?;
    Ok(convert::member(&member))
}
