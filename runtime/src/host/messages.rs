//! `cogbox:discord/messages`, as far as it is served: `send`.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::messages::Host;
use cogbox_world::cogbox::discord::model::{
    ChannelId, Emoji, Message, MessageEdit, MessageId, OutgoingMessage,
};
use serenity::model::channel::Message as DiscordMessage;

use super::grants::Interface;
use super::{Guest, convert, id, invalid, told, unsupported};
use crate::rest::{Request, Route};

impl Host for Guest {
    async fn send(&mut self, to: ChannelId, message: OutgoingMessage) -> Result<Message, Fault> {
        self.require(Interface::Messages)?;
        let channel = id("channel", &to)?.into();
        let guild = self.require_channel(Interface::Messages, channel).await?;
        self.require_pings(
            Interface::Messages,
            guild,
            channel,
            &message.content,
            &message.mentions,
        )
        .await?;
        let (body, files) = convert::outgoing(&self.identity.name, message)?;
        let reply = self
            .rest()
            .send(Request::new(Route::SendMessage(channel), body).files(files))
            .await;
        let sent: DiscordMessage = serde_json::from_slice(&reply.map_err(told)?)
            .map_err(|error| invalid(format!("Discord's message can't be read: {error}")))?;
        Ok(convert::message(&sent, self.origin.guild))
    }

    async fn edit(&mut self, _: ChannelId, _: MessageId, _: MessageEdit) -> Result<Message, Fault> {
        self.require(Interface::Messages)?;
        unsupported("messages.edit")
    }

    async fn delete(&mut self, _: ChannelId, _: MessageId) -> Result<(), Fault> {
        self.require(Interface::Messages)?;
        unsupported("messages.delete")
    }

    async fn react(&mut self, _: ChannelId, _: MessageId, _: Emoji) -> Result<(), Fault> {
        self.require(Interface::Messages)?;
        unsupported("messages.react")
    }

    async fn unreact(&mut self, _: ChannelId, _: MessageId, _: Emoji) -> Result<(), Fault> {
        self.require(Interface::Messages)?;
        unsupported("messages.unreact")
    }

    async fn start_typing(&mut self, _: ChannelId) -> Result<(), Fault> {
        self.require(Interface::Messages)?;
        unsupported("messages.start-typing")
    }
}
