//! `cogbox:discord/channels` and `channel-admin`: the channels of a server.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::channel_admin::{self, ChannelEdit};
use cogbox_world::cogbox::discord::channels;
use cogbox_world::cogbox::discord::model::{
    Channel, ChannelId, ChannelKind, GuildId, Overwrite, OverwriteTarget,
};
use serde_json::{Map, Value};
use serenity::model::id as discord;
use serenity::model::permissions::Permissions;

use super::convert::Place;
use super::grants::Interface;
use super::{Guest, convert, id, told};
use crate::rest::{Request, Route};

impl channels::Host for Guest {
    async fn get(&mut self, channel: ChannelId) -> Result<Channel, Fault> {
        self.require(Interface::Channels)?;
        let channel = id("channel", &channel)?.into();
        let guild = self.require_channel(Interface::Channels, channel).await?;
        let place = self.channel(channel).await?;
        Ok(convert::place(&place, guild))
    }

    async fn all(&mut self, guild: GuildId) -> Result<Vec<Channel>, Fault> {
        self.require(Interface::Channels)?;
        let guild = id("guild", &guild)?.into();
        self.require_guild(Interface::Channels, guild)?;
        let places: Vec<Place> = self
            .rest()
            .ask(Route::Channels(guild))
            .await
            .map_err(told)?;
        let places = places.iter();
        Ok(places
            .map(|place| convert::place(place, Some(guild)))
            .collect())
    }

    async fn overwrites(&mut self, channel: ChannelId) -> Result<Vec<Overwrite>, Fault> {
        self.require(Interface::Channels)?;
        let channel = id("channel", &channel)?.into();
        self.require_channel(Interface::Channels, channel).await?;
        let place = self.channel(channel).await?;
        let overwrites = place.permission_overwrites.iter();
        Ok(overwrites.map(convert::overwrite).collect())
    }
}

impl channel_admin::Host for Guest {
    async fn create(
        &mut self,
        guild: GuildId,
        kind: ChannelKind,
        channel: ChannelEdit,
        overwrites: Vec<Overwrite>,
        reason: Option<String>,
    ) -> Result<Channel, Fault> {
        self.require(Interface::ChannelAdmin)?;
        let guild = id("guild", &guild)?.into();
        let needed = Permissions::MANAGE_CHANNELS;
        self.require_right(Interface::ChannelAdmin, guild, None, needed)
            .await?;
        let mut body = self.channel_body(guild, channel).await?;
        body.insert("type".into(), convert::made_kind(&kind)?.into());
        if !overwrites.is_empty() {
            let mut given = Vec::new();
            for overwrite in &overwrites {
                let (_, allow, body) = convert::overwrite_body(overwrite)?;
                self.require_giving(Interface::ChannelAdmin, guild, allow)
                    .await?;
                given.push(body);
            }
            body.insert("permission_overwrites".into(), given.into());
        }
        let request = Request::explained(Route::CreateChannel(guild), Some(body.into()), reason);
        self.changed_channel(guild, request).await
    }

    async fn edit(
        &mut self,
        channel: ChannelId,
        edit: ChannelEdit,
        reason: Option<String>,
    ) -> Result<Channel, Fault> {
        let (guild, channel) = self
            .may_manage(&channel, Permissions::MANAGE_CHANNELS)
            .await?;
        let body = self.channel_body(guild, edit).await?;
        let request = Request::explained(Route::EditChannel(channel), Some(body.into()), reason);
        self.changed_channel(guild, request).await
    }

    async fn delete(&mut self, channel: ChannelId, reason: Option<String>) -> Result<(), Fault> {
        let (_, channel) = self
            .may_manage(&channel, Permissions::MANAGE_CHANNELS)
            .await?;
        self.act(Route::DeleteChannel(channel), None, reason).await
    }

    async fn set_overwrite(
        &mut self,
        channel: ChannelId,
        overwrite: Overwrite,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (guild, channel) = self.may_manage(&channel, Permissions::MANAGE_ROLES).await?;
        let (target, allow, body) = convert::overwrite_body(&overwrite)?;
        self.require_giving(Interface::ChannelAdmin, guild, allow)
            .await?;
        self.act(Route::SetOverwrite(channel, target), Some(body), reason)
            .await
    }

    async fn clear_overwrite(
        &mut self,
        channel: ChannelId,
        target: OverwriteTarget,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let (_, channel) = self.may_manage(&channel, Permissions::MANAGE_ROLES).await?;
        let (target, _) = convert::overwrite_target(&target)?;
        self.act(Route::ClearOverwrite(channel, target), None, reason)
            .await
    }
}

impl Guest {
    /// Asks Discord for a channel.
    pub(super) async fn channel(&mut self, channel: discord::ChannelId) -> Result<Place, Fault> {
        let rest = self.rest();
        rest.ask(Route::Channel(channel)).await.map_err(told)
    }

    /// Checks who may change a channel.
    async fn may_manage(
        &mut self,
        channel: &str,
        needed: Permissions,
    ) -> Result<(discord::GuildId, discord::ChannelId), Fault> {
        self.require(Interface::ChannelAdmin)?;
        let channel = id("channel", channel)?.into();
        let guild = self
            .require_guild_channel(Interface::ChannelAdmin, channel)
            .await?;
        self.require_right(Interface::ChannelAdmin, guild, Some(channel), needed)
            .await?;
        Ok((guild, channel))
    }

    /// Returns a change of a channel as Discord takes it.
    async fn channel_body(
        &mut self,
        guild: discord::GuildId,
        edit: ChannelEdit,
    ) -> Result<Map<String, Value>, Fault> {
        let mut body = Map::new();
        if let Some(parent) = edit.parent {
            let parent: discord::ChannelId = id("channel", &parent)?.into();
            let of = self
                .require_guild_channel(Interface::ChannelAdmin, parent)
                .await?;
            self.require_guild(Interface::ChannelAdmin, of)?;
            if of != guild {
                return Err(super::invalid("its category is of another server"));
            }
            body.insert("parent_id".into(), parent.to_string().into());
        }
        let fields = [
            ("name", edit.name.map(Value::from)),
            ("topic", edit.topic.map(Value::from)),
            ("position", edit.position.map(Value::from)),
            (
                "rate_limit_per_user",
                edit.slowmode_seconds.map(Value::from),
            ),
            ("nsfw", edit.nsfw.map(Value::from)),
        ];
        for (key, value) in fields {
            if let Some(value) = value {
                body.insert(key.into(), value);
            }
        }
        Ok(body)
    }

    async fn changed_channel(
        &mut self,
        guild: discord::GuildId,
        request: Request,
    ) -> Result<Channel, Fault> {
        let place: Place = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::place(&place, Some(guild)))
    }
}
