//! `cogbox:discord/message-history` and `message-admin`: messages of the past, and other people's.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::model::{ChannelId, Emoji, Message, MessageId, User, UserId};
use cogbox_world::cogbox::discord::{message_admin, message_history};
use serde_json::json;
use serenity::model::channel::Message as DiscordMessage;
use serenity::model::id as discord;
use serenity::model::permissions::Permissions;
use serenity::model::user::User as DiscordUser;

use super::grants::{Interface, PIN_MESSAGES};
use super::{Guest, Trigger, convert, id, invalid, told};
use crate::rest::{RestErrorKind, Route};

/// Discord deletes many at once up to this age; a margin for the clocks is left.
const BULK_AGE: Duration = Duration::from_secs(14 * 24 * 3_600 - 600);
/// Most messages that Discord deletes at once.
const BULK: usize = 100;
/// Most messages that one call deletes.
const DELETE_MAX: usize = 1_000;

impl message_history::Host for Guest {
    async fn get(&mut self, channel: ChannelId, message: MessageId) -> Result<Message, Fault> {
        let (guild, channel) = self.read_in(&channel).await?;
        let route = Route::Message(channel, id("message", &message)?.into());
        let found: DiscordMessage = self.rest().ask(route).await.map_err(told)?;
        Ok(convert::message(&found, guild))
    }

    async fn page(
        &mut self,
        channel: ChannelId,
        before: Option<MessageId>,
        limit: u8,
    ) -> Result<Vec<Message>, Fault> {
        let (guild, channel) = self.read_in(&channel).await?;
        let limit = limit.clamp(1, 100);
        let query = match before {
            Some(before) => format!("limit={limit}&before={}", id("message", &before)?),
            None => format!("limit={limit}"),
        };
        let route = Route::Messages(channel, query);
        let found: Vec<DiscordMessage> = self.rest().ask(route).await.map_err(told)?;
        let found = found.iter();
        Ok(found
            .map(|message| convert::message(message, guild))
            .collect())
    }

    async fn reacted(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        emoji: Emoji,
        after: Option<String>,
        limit: u8,
    ) -> Result<Vec<User>, Fault> {
        let (_, channel) = self.read_in(&channel).await?;
        let limit = limit.clamp(1, 100);
        let query = match after {
            Some(after) => format!("limit={limit}&after={}", id("user", &after)?),
            None => format!("limit={limit}"),
        };
        let message = id("message", &message)?.into();
        let route = Route::Reactions(channel, message, convert::emoji_in_path(&emoji)?, query);
        let users: Vec<DiscordUser> = self.rest().ask(route).await.map_err(told)?;
        Ok(users.iter().map(convert::user).collect())
    }
}

impl message_admin::Host for Guest {
    async fn delete(
        &mut self,
        channel: ChannelId,
        ids: Vec<MessageId>,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let channel = self
            .manage_messages(&channel, Permissions::MANAGE_MESSAGES)
            .await?;
        let parsed = ids.iter().map(|text| id("message", text));
        let ids: BTreeSet<u64> = parsed.collect::<Result<_, Fault>>()?;
        if ids.len() > DELETE_MAX {
            return Err(invalid(format!(
                "one call deletes at most {DELETE_MAX} messages, not {}",
                ids.len()
            )));
        }
        let now = SystemTime::now();
        let (young, old): (Vec<u64>, Vec<u64>) =
            ids.into_iter().partition(|&id| age(id, now) < BULK_AGE);
        for chunk in young.chunks(BULK) {
            match chunk {
                [single] => self.delete_one(channel, *single, &reason).await?,
                many => {
                    let ids: Vec<_> = many.iter().map(ToString::to_string).collect();
                    let body = json!({ "messages": ids });
                    let route = Route::BulkDelete(channel);
                    self.act(route, Some(body), reason.clone()).await?;
                }
            }
        }
        for single in old {
            self.delete_one(channel, single, &reason).await?;
        }
        Ok(())
    }

    async fn clear_reactions(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        emoji: Option<Emoji>,
        user: Option<UserId>,
    ) -> Result<(), Fault> {
        let channel = self
            .manage_messages(&channel, Permissions::MANAGE_MESSAGES)
            .await?;
        let message = id("message", &message)?.into();
        let emoji = emoji.as_ref().map(convert::emoji_in_path).transpose()?;
        let user = user.map(|user| id("user", &user)).transpose()?;
        let routes = match (emoji, user) {
            (None, None) => vec![Route::ClearReactions(channel, message)],
            (Some(emoji), None) => vec![Route::ClearEmoji(channel, message, emoji)],
            (Some(emoji), Some(user)) => {
                vec![Route::ClearReaction(channel, message, emoji, user.into())]
            }
            // Discord has no way to say "all of this user": one by one, of at most 20 emoji.
            (None, Some(user)) => {
                let route = Route::Message(channel, message);
                let found: DiscordMessage = self.rest().ask(route).await.map_err(told)?;
                let emoji = found.reactions.iter();
                let emoji = emoji.map(|reaction| convert::emoji(&reaction.reaction_type));
                let routes = emoji.map(|emoji| {
                    let emoji = convert::emoji_in_path(&emoji)?;
                    Ok(Route::ClearReaction(channel, message, emoji, user.into()))
                });
                routes.collect::<Result<_, Fault>>()?
            }
        };
        for route in routes {
            self.act(route, None, None).await?;
        }
        Ok(())
    }

    async fn pin(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        pinned: bool,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let channel = self
            .manage_messages(&channel, Permissions::from_bits_retain(PIN_MESSAGES))
            .await?;
        let message = id("message", &message)?.into();
        let route = match pinned {
            true => Route::Pin(channel, message),
            false => Route::Unpin(channel, message),
        };
        self.act(route, None, reason).await
    }
}

impl Guest {
    /// Checks that the cog may read a channel: for a member only what that member can read.
    async fn read_in(
        &mut self,
        channel: &str,
    ) -> Result<(Option<discord::GuildId>, discord::ChannelId), Fault> {
        self.require(Interface::MessageHistory)?;
        let channel = id("channel", channel)?.into();
        let guild = self
            .require_channel(Interface::MessageHistory, channel)
            .await?;
        if let (Trigger::Interaction, Some(guild)) = (self.origin.trigger, guild) {
            let needed = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
            self.require_right(Interface::MessageHistory, guild, Some(channel), needed)
                .await?;
        }
        Ok((guild, channel))
    }

    async fn manage_messages(
        &mut self,
        channel: &str,
        needed: Permissions,
    ) -> Result<discord::ChannelId, Fault> {
        self.require(Interface::MessageAdmin)?;
        let channel = id("channel", channel)?.into();
        let guild = self
            .require_guild_channel(Interface::MessageAdmin, channel)
            .await?;
        self.require_right(Interface::MessageAdmin, guild, Some(channel), needed)
            .await?;
        Ok(channel)
    }

    /// Deletes a message; one that is gone already is as good.
    async fn delete_one(
        &mut self,
        channel: discord::ChannelId,
        message: u64,
        reason: &Option<String>,
    ) -> Result<(), Fault> {
        let route = Route::DeleteMessage(channel, message.into());
        let request = crate::rest::Request::explained(route, None, reason.clone());
        match self.rest().send(request).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind == RestErrorKind::NotFound => Ok(()),
            Err(error) => Err(told(error)),
        }
    }
}

/// Returns how old something is by its id.
fn age(id: u64, now: SystemTime) -> Duration {
    /// The first millisecond of 2015, from which Discord counts.
    const EPOCH: u64 = 1_420_070_400_000;
    let made = SystemTime::UNIX_EPOCH + Duration::from_millis((id >> 22) + EPOCH);
    now.duration_since(made).unwrap_or_default()
}
