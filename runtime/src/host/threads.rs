//! `cogbox:discord/threads`: conversations beside a channel's own.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::model::{Channel, ChannelId, MessageId, UserId};
use cogbox_world::cogbox::discord::threads::Host;
use serde_json::json;
use serenity::model::id as discord;
use serenity::model::permissions::Permissions;

use super::convert::Place;
use super::grants::Interface;
use super::{Guest, convert, id, invalid, told};
use crate::rest::{Request, Route};

/// Discord's numbers for kinds of channels.
const ANNOUNCEMENT: u8 = 5;
const FORUM: u8 = 15;
const MEDIA: u8 = 16;

impl Host for Guest {
    async fn create(
        &mut self,
        channel: ChannelId,
        on: Option<MessageId>,
        name: String,
        private: bool,
    ) -> Result<Channel, Fault> {
        self.require(Interface::Threads)?;
        let channel = id("channel", &channel)?.into();
        let guild = self
            .require_guild_channel(Interface::Threads, channel)
            .await?;
        let request = match on {
            Some(_) if private => {
                return Err(invalid("a thread on a message is as public as the message"));
            }
            Some(message) => {
                let message = id("message", &message)?.into();
                let route = Route::CreateThreadOn(channel, message);
                Request::new(route, json!({ "name": name }))
            }
            None => {
                let kind = match (self.channel(channel).await?.kind, private) {
                    (FORUM | MEDIA, _) => {
                        return Err(invalid(
                            "a forum has posts, which begin with a message; this can't make one",
                        ));
                    }
                    (_, true) => 12,
                    (ANNOUNCEMENT, false) => 10,
                    (_, false) => 11,
                };
                let mut body = json!({ "name": name, "type": kind });
                // Who is in a private thread brings nobody else: that is the cog's part.
                if private {
                    body["invitable"] = json!(false);
                }
                Request::new(Route::CreateThread(channel), body)
            }
        };
        let thread: Place = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::place(&thread, Some(guild)))
    }

    async fn add_member(&mut self, thread: ChannelId, user: UserId) -> Result<(), Fault> {
        let (thread, user) = self.thread_member(&thread, &user).await?;
        self.act(Route::AddThreadMember(thread, user), None, None)
            .await
    }

    async fn remove_member(&mut self, thread: ChannelId, user: UserId) -> Result<(), Fault> {
        let (thread, user) = self.thread_member(&thread, &user).await?;
        self.act(Route::RemoveThreadMember(thread, user), None, None)
            .await
    }

    async fn set_archived(
        &mut self,
        thread: ChannelId,
        archived: bool,
        locked: bool,
    ) -> Result<Channel, Fault> {
        self.require(Interface::Threads)?;
        let thread = id("channel", &thread)?.into();
        let guild = self
            .require_guild_channel(Interface::Threads, thread)
            .await?;
        let place = self.channel(thread).await?;
        if !place.is_thread() {
            return Err(invalid("that channel is not a thread"));
        }
        // Whoever began a thread may end it, and so may the bot that began it for them.
        let me = self.services.cache.me().map(|me| me.id);
        let own = place.owner_id.is_some()
            && (place.owner_id == me || place.owner_id == self.origin.invoker);
        if !own {
            let needed = Permissions::MANAGE_THREADS;
            self.require_right(Interface::Threads, guild, Some(thread), needed)
                .await?;
        }
        let body = json!({ "archived": archived, "locked": locked });
        let request = Request::new(Route::EditChannel(thread), body);
        let thread: Place = self.rest().ask(request).await.map_err(told)?;
        Ok(convert::place(&thread, Some(guild)))
    }
}

impl Guest {
    async fn thread_member(
        &mut self,
        thread: &str,
        user: &str,
    ) -> Result<(discord::ChannelId, discord::UserId), Fault> {
        self.require(Interface::Threads)?;
        let (thread, user) = (id("channel", thread)?.into(), id("user", user)?.into());
        self.require_guild_channel(Interface::Threads, thread)
            .await?;
        Ok((thread, user))
    }
}
