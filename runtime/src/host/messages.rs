//! `cogbox:discord/messages` and `direct-messages`: saying things, and changing what the bot said.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::direct_messages;
use cogbox_world::cogbox::discord::messages::Host;
use cogbox_world::cogbox::discord::model::{
    ChannelId, Emoji, Message, MessageEdit, MessageId, OutgoingMessage, UserId,
};
use serde::Deserialize;
use serde_json::json;
use serenity::model::channel::Message as DiscordMessage;
use serenity::model::id as discord;

use super::grants::Interface;
use super::{Guest, convert, id, told};
use crate::rest::{Request, Rest, RestError, RestErrorKind, Route};

impl Host for Guest {
    async fn send(&mut self, to: ChannelId, message: OutgoingMessage) -> Result<Message, Fault> {
        let (guild, channel) = self.talk_in(&to).await?;
        let (text, mentions) = (&message.content, &message.mentions);
        self.require_pings(Interface::Messages, guild, channel, text, mentions)
            .await?;
        self.say(Route::SendMessage(channel), message, guild).await
    }

    async fn edit(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        edit: MessageEdit,
    ) -> Result<Message, Fault> {
        let (guild, channel) = self.talk_in(&channel).await?;
        let message = id("message", &message)?.into();
        if let (Some(text), Some(mentions)) = (&edit.content, &edit.mentions) {
            self.require_pings(Interface::Messages, guild, channel, text, mentions)
                .await?;
        }
        let (body, files) = convert::edit(&self.identity.name, edit)?;
        let request = Request::new(Route::EditMessage(channel, message), body).files(files);
        let edited: DiscordMessage = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::message(&edited, guild))
    }

    async fn delete(&mut self, channel: ChannelId, message: MessageId) -> Result<(), Fault> {
        let (_, channel) = self.talk_in(&channel).await?;
        let message = id("message", &message)?.into();
        // With its permissions the bot could delete anybody's.
        let route = Route::Message(channel, message);
        let found: DiscordMessage = self.rest().ask(route).await.map_err(told)?;
        if self.services.cache.me().map(|me| me.id) != Some(found.author.id) {
            let why = "that message is not the bot's own; others' need `message-admin`";
            return Err(self.denied(Interface::Messages, why));
        }
        self.act(Route::DeleteMessage(channel, message), None, None)
            .await
    }

    async fn react(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        emoji: Emoji,
    ) -> Result<(), Fault> {
        let (channel, message, emoji) = self.reaction(&channel, &message, &emoji).await?;
        self.act(Route::React(channel, message, emoji), None, None)
            .await
    }

    async fn unreact(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        emoji: Emoji,
    ) -> Result<(), Fault> {
        let (channel, message, emoji) = self.reaction(&channel, &message, &emoji).await?;
        self.act(Route::Unreact(channel, message, emoji), None, None)
            .await
    }

    async fn start_typing(&mut self, channel: ChannelId) -> Result<(), Fault> {
        let (_, channel) = self.talk_in(&channel).await?;
        self.act(Route::Typing(channel), None, None).await
    }
}

impl direct_messages::Host for Guest {
    async fn send(&mut self, to: UserId, message: OutgoingMessage) -> Result<Message, Fault> {
        self.require(Interface::DirectMessages)?;
        let user = id("user", &to)?.into();
        self.require_reachable(user).await?;
        self.spend_direct_message().await?;
        let direct = direct_channel(&self.rest(), user).await.map_err(told)?;
        self.say(Route::SendMessage(direct), message, None).await
    }
}

/// Returns the channel in which the bot writes to one person.
pub(super) async fn direct_channel(
    rest: &Rest,
    user: discord::UserId,
) -> Result<discord::ChannelId, RestError> {
    #[derive(Deserialize)]
    struct Direct {
        id: discord::ChannelId,
    }
    let recipient = json!({ "recipient_id": user });
    let request = Request::new(Route::OpenDirect(), recipient);
    let direct: Direct = rest.ask(request).await?;
    Ok(direct.id)
}

impl Guest {
    /// Checks that the cog may talk in a channel.
    async fn talk_in(
        &mut self,
        channel: &str,
    ) -> Result<(Option<discord::GuildId>, discord::ChannelId), Fault> {
        self.require(Interface::Messages)?;
        let channel = id("channel", channel)?.into();
        let guild = self.require_channel(Interface::Messages, channel).await?;
        Ok((guild, channel))
    }

    /// Checks a reaction of the bot's own, and returns it as a path names it.
    async fn reaction(
        &mut self,
        channel: &str,
        message: &str,
        emoji: &Emoji,
    ) -> Result<(discord::ChannelId, discord::MessageId, String), Fault> {
        let (_, channel) = self.talk_in(channel).await?;
        let message = id("message", message)?.into();
        Ok((channel, message, convert::emoji_in_path(emoji)?))
    }

    async fn say(
        &mut self,
        route: Route,
        message: OutgoingMessage,
        guild: Option<discord::GuildId>,
    ) -> Result<Message, Fault> {
        let (body, files) = convert::outgoing(&self.identity.name, message)?;
        let request = Request::new(route, body).files(files);
        let sent: DiscordMessage = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::message(&sent, guild))
    }

    /// Refuses to write to whoever has nothing to do with this call: neither who started it nor a
    /// member of its guild.
    async fn require_reachable(&mut self, user: discord::UserId) -> Result<(), Fault> {
        let interface = Interface::DirectMessages;
        if self.identity.powers.across_guilds || self.origin.invoker == Some(user) {
            return Ok(());
        }
        let Some(guild) = self.origin.guild else {
            let why = "this call came from no guild, and writes to nobody but who started it";
            return Err(self.denied(interface, why));
        };
        match self.rest().send(Route::Member(guild, user)).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind == RestErrorKind::NotFound => {
                let why = "that user is not a member of the guild this call came from";
                Err(self.denied(interface, why))
            }
            Err(error) => Err(told(error)),
        }
    }
}
