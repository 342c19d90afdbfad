//! The routes of Discord's REST interface that the host uses: method, path, and the template that
//! metrics and errors name.

use reqwest::Method;
use serenity::model::id::{
    ApplicationId, ChannelId, CommandId, GuildId, InteractionId, MessageId, UserId,
};

use super::retry::Twice;
use super::turns::Place;

/// One route with its ids.
#[derive(Debug, Clone)]
pub enum Route {
    GatewayBot,
    Me,
    Application,
    Commands(ApplicationId),
    BulkCommands(ApplicationId),
    DeleteCommand(ApplicationId, CommandId),
    Callback(InteractionId, String),
    EditOriginal(ApplicationId, String),
    DeleteOriginal(ApplicationId, String),
    Followup(ApplicationId, String),
    EditFollowup(ApplicationId, String, MessageId),
    DeleteFollowup(ApplicationId, String, MessageId),
    SendMessage(ChannelId),
    EditMessage(ChannelId, MessageId),
    DeleteMessage(ChannelId, MessageId),
    Channel(ChannelId),
    Guild(GuildId),
    Member(GuildId, UserId),
    User(UserId),
}

impl Route {
    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        match self {
            Self::GatewayBot | Self::Me | Self::Application | Self::Commands(..) => Method::GET,
            Self::Channel(..) | Self::Guild(..) | Self::Member(..) | Self::User(..) => Method::GET,
            Self::BulkCommands(..) => Method::PUT,
            Self::Callback(..) | Self::Followup(..) | Self::SendMessage(..) => Method::POST,
            Self::EditOriginal(..) | Self::EditFollowup(..) | Self::EditMessage(..) => {
                Method::PATCH
            }
            Self::DeleteCommand(..)
            | Self::DeleteOriginal(..)
            | Self::DeleteFollowup(..)
            | Self::DeleteMessage(..) => Method::DELETE,
        }
    }

    /// Returns the path below the API's base.
    pub fn path(&self) -> String {
        match self {
            Self::GatewayBot => "/gateway/bot".into(),
            Self::Me => "/users/@me".into(),
            Self::Application => "/applications/@me".into(),
            // Without this Discord leaves translations out of the list.
            Self::Commands(app) => format!("/applications/{app}/commands?with_localizations=true"),
            Self::BulkCommands(app) => format!("/applications/{app}/commands"),
            Self::DeleteCommand(app, id) => format!("/applications/{app}/commands/{id}"),
            Self::Callback(id, token) => {
                format!("/interactions/{id}/{token}/callback?with_response=true")
            }
            Self::EditOriginal(app, token) | Self::DeleteOriginal(app, token) => {
                format!("/webhooks/{app}/{token}/messages/@original")
            }
            Self::Followup(app, token) => format!("/webhooks/{app}/{token}?wait=true"),
            Self::EditFollowup(app, token, id) | Self::DeleteFollowup(app, token, id) => {
                format!("/webhooks/{app}/{token}/messages/{id}")
            }
            Self::SendMessage(channel) => format!("/channels/{channel}/messages"),
            Self::EditMessage(channel, id) | Self::DeleteMessage(channel, id) => {
                format!("/channels/{channel}/messages/{id}")
            }
            Self::Channel(channel) => format!("/channels/{channel}"),
            Self::Guild(guild) => format!("/guilds/{guild}?with_counts=true"),
            Self::Member(guild, user) => format!("/guilds/{guild}/members/{user}"),
            Self::User(user) => format!("/users/{user}"),
        }
    }

    /// Returns method and path without ids: a bounded set, fit for a label.
    pub fn template(&self) -> &'static str {
        match self {
            Self::GatewayBot => "GET /gateway/bot",
            Self::Me => "GET /users/@me",
            Self::Application => "GET /applications/@me",
            Self::Commands(_) => "GET /applications/{app}/commands",
            Self::BulkCommands(_) => "PUT /applications/{app}/commands",
            Self::DeleteCommand(..) => "DELETE /applications/{app}/commands/{id}",
            Self::Callback(..) => "POST /interactions/{id}/{token}/callback",
            Self::EditOriginal(..) => "PATCH /webhooks/{app}/{token}/messages/@original",
            Self::DeleteOriginal(..) => "DELETE /webhooks/{app}/{token}/messages/@original",
            Self::Followup(..) => "POST /webhooks/{app}/{token}",
            Self::EditFollowup(..) => "PATCH /webhooks/{app}/{token}/messages/{id}",
            Self::DeleteFollowup(..) => "DELETE /webhooks/{app}/{token}/messages/{id}",
            Self::SendMessage(_) => "POST /channels/{id}/messages",
            Self::EditMessage(..) => "PATCH /channels/{id}/messages/{id}",
            Self::DeleteMessage(..) => "DELETE /channels/{id}/messages/{id}",
            Self::Channel(_) => "GET /channels/{id}",
            Self::Guild(_) => "GET /guilds/{id}",
            Self::Member(..) => "GET /guilds/{id}/members/{id}",
            Self::User(_) => "GET /users/{id}",
        }
    }

    /// Where it counts, as far as Discord's limits are concerned. Discord counts apart for each
    /// channel, guild and webhook, and leaves interactions out of the limit of the whole bot.
    pub(super) fn place(&self) -> Place {
        let resource = match self {
            Self::GatewayBot | Self::Me | Self::Application | Self::User(_) => String::new(),
            Self::Commands(_) | Self::BulkCommands(_) | Self::DeleteCommand(..) => String::new(),
            Self::Callback(_, token)
            | Self::EditOriginal(_, token)
            | Self::DeleteOriginal(_, token)
            | Self::Followup(_, token)
            | Self::EditFollowup(_, token, _)
            | Self::DeleteFollowup(_, token, _) => token.clone(),
            Self::SendMessage(channel)
            | Self::EditMessage(channel, _)
            | Self::DeleteMessage(channel, _)
            | Self::Channel(channel) => channel.to_string(),
            Self::Guild(guild) | Self::Member(guild, _) => guild.to_string(),
        };
        Place {
            template: self.template(),
            resource,
            counted: self.authorized(),
        }
    }

    /// How it takes being sent twice.
    pub(super) fn twice(&self) -> Twice {
        match self {
            Self::Callback(..) => Twice::Refused,
            Self::Followup(..) => Twice::Doubles,
            // A new message has a nonce that Discord enforces; the others say how things shall be.
            _ => Twice::Harmless,
        }
    }

    /// Whether Discord writes it, with its reason, into a guild's audit log.
    pub(super) fn is_audited(&self) -> bool {
        matches!(self, Self::DeleteMessage(..))
    }

    /// Whether it is the first answer to an interaction.
    pub(super) fn is_callback(&self) -> bool {
        matches!(self, Self::Callback(..))
    }

    /// Whether the bot's token goes along. Interaction routes carry their own in the path.
    pub fn authorized(&self) -> bool {
        !matches!(
            self,
            Self::Callback(..)
                | Self::EditOriginal(..)
                | Self::DeleteOriginal(..)
                | Self::Followup(..)
                | Self::EditFollowup(..)
                | Self::DeleteFollowup(..)
        )
    }
}
