//! Discord's models and the contract's, in both directions: the only place that names both.
//!
//! What comes from Discord is converted without failing: a part that can't be expressed is left
//! out. What comes from a guest is checked first, so that Discord is never asked what it would
//! refuse for its shape.

mod choices;
mod command;
pub mod event;
mod interaction;
mod outgoing;
mod places;

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::model as wit;
use serenity::model::channel::{Attachment, ChannelType, Message, PartialChannel, ReactionType};
use serenity::model::guild::{Member, PartialMember, Role};
use serenity::model::id::{GuildId, UserId};
use serenity::model::misc::ImageHash;
use serenity::model::timestamp::Timestamp;
use serenity::model::user::User;

use super::invalid;
use crate::cache::KnownGuild;

pub use choices::{Typed, choices, typed};
pub use command::{
    command, concurrency, cooldown, declared_concurrency, declared_cooldown, guild_command,
    permission_bits,
};
pub use interaction::{Invoked, What, invoked};
pub use outgoing::{component_owner, edit, emoji_in_path, iso, modal, outgoing, own_prefix};
pub use places::*;

const CDN: &str = "https://cdn.discordapp.com";

/// Parses one of Discord's objects; a failure is the host's or Discord's, told in a sentence.
pub fn parse<T: serde::de::DeserializeOwned>(
    what: &str,
    body: serde_json::Value,
) -> Result<T, Fault> {
    serde_json::from_value(body)
        .map_err(|error| invalid(format!("Discord's {what} can't be read: {error}")))
}

pub fn user(user: &User) -> wit::User {
    let name = user.name.to_string();
    wit::User {
        id: user.id.to_string(),
        display_name: user
            .global_name
            .as_ref()
            .map_or_else(|| name.clone(), ToString::to_string),
        name,
        avatar_url: user
            .avatar
            .as_ref()
            .map(|hash| image(&format!("avatars/{}", user.id), hash)),
        bot: user.bot,
    }
}

pub fn member(member: &Member) -> wit::Member {
    wit::Member {
        guild: member.guild_id.to_string(),
        user: user(&member.user),
        nickname: member.nick.as_ref().map(ToString::to_string),
        avatar_url: member_avatar(member.guild_id, member.user.id, member.avatar.as_ref()),
        roles: member.roles.iter().map(ToString::to_string).collect(),
        joined: member.joined_at.as_ref().map(timestamp),
        boosting_since: member.premium_since.as_ref().map(timestamp),
        timed_out_until: member.communication_disabled_until.as_ref().map(timestamp),
        pending: member.pending,
    }
}

/// A member as Discord resolves it beside an option: its user stands apart.
fn resolved_member(guild: GuildId, of: &User, member: &PartialMember) -> wit::Member {
    wit::Member {
        guild: guild.to_string(),
        user: user(of),
        nickname: member.nick.as_ref().map(ToString::to_string),
        avatar_url: member_avatar(guild, of.id, member.avatar.as_ref()),
        roles: member.roles.iter().map(ToString::to_string).collect(),
        joined: member.joined_at.as_ref().map(timestamp),
        boosting_since: member.premium_since.as_ref().map(timestamp),
        timed_out_until: None,
        pending: member.pending,
    }
}

pub fn guild(guild: &KnownGuild) -> wit::Guild {
    wit::Guild {
        id: guild.id.to_string(),
        name: guild.name.clone(),
        icon_url: guild
            .icon
            .as_ref()
            .map(|hash| image(&format!("icons/{}", guild.id), hash)),
        owner: guild.owner_id.to_string(),
        member_count: guild.members(),
        locale: guild.preferred_locale.clone(),
        boosts: guild.premium_subscription_count,
    }
}

fn role(role: &Role, guild: Option<GuildId>) -> wit::Role {
    wit::Role {
        id: role.id.to_string(),
        guild: guild.map_or_else(|| role.guild_id.to_string(), |guild| guild.to_string()),
        name: role.name.to_string(),
        color: role.colour.0,
        position: role.position,
        permissions: role.permissions.bits().to_string(),
        hoist: role.hoist,
        mentionable: role.mentionable,
        managed: role.managed,
    }
}

fn channel(channel: &PartialChannel, guild: Option<GuildId>) -> wit::Channel {
    wit::Channel {
        id: channel.id.to_string(),
        guild: guild.map(|guild| guild.to_string()),
        kind: channel_kind(channel.kind),
        name: channel
            .name
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        topic: None,
        parent: channel.parent_id.map(|id| id.to_string()),
        position: 0,
        slowmode_seconds: 0,
        nsfw: false,
        user_limit: None,
        thread: channel
            .thread_metadata
            .as_ref()
            .map(|thread| wit::ThreadState {
                archived: thread.archived,
                locked: thread.locked,
                owner: String::new(),
                message_count: 0,
            }),
    }
}

fn channel_kind(kind: ChannelType) -> wit::ChannelKind {
    match u8::from(kind) {
        0 => wit::ChannelKind::Text,
        1 | 3 => wit::ChannelKind::Direct,
        2 => wit::ChannelKind::Voice,
        4 => wit::ChannelKind::Category,
        5 => wit::ChannelKind::Announcement,
        11 => wit::ChannelKind::PublicThread,
        12 => wit::ChannelKind::PrivateThread,
        13 => wit::ChannelKind::Stage,
        15 => wit::ChannelKind::Forum,
        16 => wit::ChannelKind::Media,
        number => wit::ChannelKind::Other(number.into()),
    }
}

fn channel_number(kind: &wit::ChannelKind) -> u16 {
    match kind {
        wit::ChannelKind::Text => 0,
        wit::ChannelKind::Direct => 1,
        wit::ChannelKind::Voice => 2,
        wit::ChannelKind::Category => 4,
        wit::ChannelKind::Announcement => 5,
        wit::ChannelKind::PublicThread => 11,
        wit::ChannelKind::PrivateThread => 12,
        wit::ChannelKind::Stage => 13,
        wit::ChannelKind::Forum => 15,
        wit::ChannelKind::Media => 16,
        wit::ChannelKind::Other(number) => *number,
    }
}

fn attachment(attachment: &Attachment) -> wit::Attachment {
    wit::Attachment {
        name: attachment.filename.to_string(),
        url: attachment.url.to_string(),
        size: attachment.size,
        content_type: attachment.content_type.as_ref().map(ToString::to_string),
        description: attachment.description.as_ref().map(ToString::to_string),
    }
}

/// Converts a message. `guild` is the event's: Discord leaves it out of a message it returns.
pub fn message(message: &Message, guild: Option<GuildId>) -> wit::Message {
    let roles = message.member.as_ref().map(|member| &member.roles);
    wit::Message {
        id: message.id.to_string(),
        channel: message.channel_id.to_string(),
        guild: message.guild_id.or(guild).map(|guild| guild.to_string()),
        kind: u8::from(message.kind).into(),
        author: user(&message.author),
        author_roles: roles
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .collect(),
        webhook: message.webhook_id.is_some(),
        content: message.content.to_string(),
        attachments: message.attachments.iter().map(attachment).collect(),
        embeds: message.embeds.iter().map(embed).collect(),
        reactions: message
            .reactions
            .iter()
            .map(|reaction| wit::ReactionCount {
                emoji: emoji(&reaction.reaction_type),
                count: reaction.count.min(u32::MAX.into()) as u32,
                mine: reaction.me,
            })
            .collect(),
        mentioned_users: message
            .mentions
            .iter()
            .map(|user| user.id.to_string())
            .collect(),
        mentioned_roles: message
            .mention_roles
            .iter()
            .map(ToString::to_string)
            .collect(),
        reply_to: message
            .message_reference
            .as_ref()
            .and_then(|reference| reference.message_id)
            .map(|id| id.to_string()),
        pinned: message.pinned,
        sent: timestamp(&message.timestamp),
        edited: message.edited_timestamp.as_ref().map(timestamp),
    }
}

fn embed(embed: &serenity::model::channel::Embed) -> wit::Embed {
    let text = |text: &Option<String>| text.as_ref().map(ToString::to_string);
    wit::Embed {
        title: text(&embed.title),
        description: text(&embed.description),
        url: text(&embed.url),
        color: embed.colour.map(|colour| colour.0),
        author: embed.author.as_ref().map(|author| wit::EmbedAuthor {
            name: author.name.to_string(),
            url: text(&author.url),
            icon_url: text(&author.icon_url),
        }),
        footer: embed.footer.as_ref().map(|footer| wit::EmbedFooter {
            text: footer.text.to_string(),
            icon_url: text(&footer.icon_url),
        }),
        image_url: embed.image.as_ref().map(|image| image.url.to_string()),
        thumbnail_url: embed.thumbnail.as_ref().map(|image| image.url.to_string()),
        timestamp: embed.timestamp.as_ref().map(timestamp),
        fields: embed
            .fields
            .iter()
            .map(|field| wit::EmbedField {
                name: field.name.to_string(),
                value: field.value.to_string(),
                inline: field.inline,
            })
            .collect(),
    }
}

pub fn emoji(emoji: &ReactionType) -> wit::Emoji {
    match emoji {
        ReactionType::Custom { animated, id, name } => wit::Emoji::Custom(wit::CustomEmoji {
            id: id.to_string(),
            name: name.as_ref().map(ToString::to_string).unwrap_or_default(),
            animated: *animated,
        }),
        ReactionType::Unicode(text) => wit::Emoji::Unicode(text.to_string()),
        // The enum is open: what a later Discord adds has no characters of its own.
        _ => wit::Emoji::Unicode(String::new()),
    }
}

fn timestamp(time: &Timestamp) -> f64 {
    time.timestamp_millis() as f64 / 1_000.0
}

fn member_avatar(guild: GuildId, user: UserId, hash: Option<&ImageHash>) -> Option<String> {
    hash.map(|hash| image(&format!("guilds/{guild}/users/{user}/avatars"), hash))
}

fn image(folder: &str, hash: &ImageHash) -> String {
    let kind = if hash.is_animated() { "gif" } else { "png" };
    format!("{CDN}/{folder}/{hash}.{kind}")
}
