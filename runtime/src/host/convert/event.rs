//! The payloads of gateway events, as the contract's values with the ids that place them.
//!
//! Where Discord may leave a field out or null it, the payload is read here rather than with
//! serenity's model, so that one odd field costs no event.

use cogbox_world::cogbox::discord::model as wit;
use serde::{Deserialize, Deserializer};
use serde_json::Error;
use serenity::model::channel::{ChannelType, Message, ReactionType};
use serenity::model::guild::Role;
use serenity::model::id::{ChannelId, GenericId, GuildId, MessageId, RoleId, UserId};
use serenity::model::misc::ImageHash;
use serenity::model::timestamp::Timestamp;
use serenity::model::user::User;

use super::{emoji, timestamp};
use crate::cache::KnownGuild;

/// A value, and where it belongs.
pub struct Told<T> {
    /// Its own id.
    pub id: u64,
    /// The guild, if it is of one.
    pub guild: Option<GuildId>,
    /// The channel, if it is of one.
    pub channel: Option<ChannelId>,
    /// Who did it, or whom it is about, as far as Discord says so.
    pub who: Option<UserId>,
    /// The value.
    pub value: T,
}

/// The parts of a guild that come with it.
pub struct Parts {
    /// The guild.
    pub guild: GuildId,
    /// Its channels without the threads.
    pub channels: Vec<Told<wit::Channel>>,
    /// Its threads.
    pub threads: Vec<Told<wit::Channel>>,
    /// Its roles.
    pub roles: Vec<Told<wit::Role>>,
    /// Some of its members.
    pub members: Vec<Told<wit::Member>>,
    /// Who is in voice.
    pub voice: Vec<Told<wit::VoiceState>>,
}

/// Reads a message: that of an edit is whole as well.
pub fn message(raw: &str) -> Result<Told<wit::Message>, Error> {
    let message: Message = serde_json::from_str(raw)?;
    Ok(Told {
        id: message.id.get(),
        guild: message.guild_id,
        channel: Some(message.channel_id),
        who: Some(message.author.id),
        value: super::message(&message, None),
    })
}

/// Reads which messages went, one or many.
pub fn deleted(raw: &str) -> Result<Told<Vec<u64>>, Error> {
    #[derive(Deserialize)]
    struct Deleted {
        id: Option<MessageId>,
        #[serde(default)]
        ids: Vec<MessageId>,
        channel_id: ChannelId,
        guild_id: Option<GuildId>,
    }
    let deleted: Deleted = serde_json::from_str(raw)?;
    let ids: Vec<u64> = deleted
        .id
        .into_iter()
        .chain(deleted.ids)
        .map(u64::from)
        .collect();
    Ok(Told {
        id: ids.first().copied().unwrap_or_default(),
        guild: deleted.guild_id,
        channel: Some(deleted.channel_id),
        who: None,
        value: ids,
    })
}

/// Reads one person's reaction.
pub fn reaction(raw: &str) -> Result<Told<wit::Reaction>, Error> {
    #[derive(Deserialize)]
    struct Of {
        user_id: UserId,
        channel_id: ChannelId,
        message_id: MessageId,
        guild_id: Option<GuildId>,
        emoji: ReactionType,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(Told {
        id: of.message_id.get(),
        guild: of.guild_id,
        channel: Some(of.channel_id),
        who: Some(of.user_id),
        value: wit::Reaction {
            channel: of.channel_id.to_string(),
            message: of.message_id.to_string(),
            guild: of.guild_id.map(|guild| guild.to_string()),
            user: of.user_id.to_string(),
            emoji: emoji(&of.emoji),
        },
    })
}

#[derive(Deserialize)]
struct MemberOf {
    guild_id: Option<GuildId>,
    user: User,
    nick: Option<String>,
    avatar: Option<ImageHash>,
    #[serde(default)]
    roles: Vec<RoleId>,
    joined_at: Option<Timestamp>,
    premium_since: Option<Timestamp>,
    communication_disabled_until: Option<Timestamp>,
    #[serde(default)]
    pending: bool,
}

impl MemberOf {
    fn told(self, guild: GuildId) -> Told<wit::Member> {
        let user = self.user.id;
        let value = wit::Member {
            guild: guild.to_string(),
            user: super::user(&self.user),
            nickname: self.nick,
            avatar_url: super::member_avatar(guild, self.user.id, self.avatar.as_ref()),
            roles: self.roles.iter().map(ToString::to_string).collect(),
            joined: self.joined_at.as_ref().map(timestamp),
            boosting_since: self.premium_since.as_ref().map(timestamp),
            timed_out_until: self.communication_disabled_until.as_ref().map(timestamp),
            pending: self.pending,
        };
        Told {
            id: user.get(),
            guild: Some(guild),
            channel: None,
            who: Some(user),
            value,
        }
    }
}

/// Reads a member.
pub fn member(raw: &str) -> Result<Told<wit::Member>, Error> {
    let of: MemberOf = serde_json::from_str(raw)?;
    let guild = required(of.guild_id)?;
    Ok(of.told(guild))
}

/// Reads a user of a guild, who may not be in it any more.
pub fn user(raw: &str) -> Result<Told<wit::User>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: GuildId,
        user: User,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(Told {
        id: of.user.id.get(),
        guild: Some(of.guild_id),
        channel: None,
        who: Some(of.user.id),
        value: super::user(&of.user),
    })
}

/// Reads the guild that the bot was added to.
pub fn guild(raw: &str) -> Result<Told<wit::Guild>, Error> {
    let guild: KnownGuild = serde_json::from_str(raw)?;
    Ok(Told {
        id: guild.id.get(),
        guild: Some(guild.id),
        channel: None,
        who: None,
        value: super::guild(&guild),
    })
}

/// Reads the id of a guild.
pub fn guild_id(raw: &str) -> Result<GuildId, Error> {
    #[derive(Deserialize)]
    struct Of {
        id: GuildId,
    }
    Ok(serde_json::from_str::<Of>(raw)?.id)
}

#[derive(Deserialize)]
struct ChannelOf {
    id: ChannelId,
    guild_id: Option<GuildId>,
    #[serde(rename = "type")]
    kind: ChannelType,
    name: Option<String>,
    topic: Option<String>,
    parent_id: Option<ChannelId>,
    position: Option<u16>,
    rate_limit_per_user: Option<u16>,
    nsfw: Option<bool>,
    user_limit: Option<u16>,
    owner_id: Option<UserId>,
    message_count: Option<u32>,
    thread_metadata: Option<ThreadOf>,
    newly_created: Option<bool>,
}

#[derive(Deserialize)]
struct ThreadOf {
    archived: bool,
    #[serde(default)]
    locked: bool,
}

impl ChannelOf {
    fn told(self, guild: Option<GuildId>) -> Told<wit::Channel> {
        let (id, who) = (self.id, self.owner_id);
        let owner = who.map(|owner| owner.to_string());
        let messages = self.message_count.unwrap_or(0);
        let value = wit::Channel {
            id: self.id.to_string(),
            guild: guild.map(|guild| guild.to_string()),
            kind: super::channel_kind(self.kind),
            name: self.name.unwrap_or_default(),
            topic: self.topic,
            parent: self.parent_id.map(|parent| parent.to_string()),
            position: self.position.unwrap_or(0),
            slowmode_seconds: self.rate_limit_per_user.unwrap_or(0),
            nsfw: self.nsfw.unwrap_or(false),
            // Discord writes 0 for any number.
            user_limit: self.user_limit.filter(|limit| *limit > 0),
            thread: self.thread_metadata.map(|thread| wit::ThreadState {
                archived: thread.archived,
                locked: thread.locked,
                owner: owner.unwrap_or_default(),
                message_count: messages,
            }),
        };
        Told {
            id: id.get(),
            guild,
            channel: Some(id),
            who,
            value,
        }
    }
}

/// Reads a channel.
pub fn channel(raw: &str) -> Result<Told<wit::Channel>, Error> {
    Ok(thread(raw)?.0)
}

/// Reads a thread, and whether it is new: Discord also tells of one that the bot comes into. The
/// one who started it is who did it.
pub fn thread(raw: &str) -> Result<(Told<wit::Channel>, bool), Error> {
    let of: ChannelOf = serde_json::from_str(raw)?;
    let (guild, new) = (of.guild_id, of.newly_created == Some(true));
    Ok((of.told(guild), new))
}

/// Reads a role.
pub fn role(raw: &str) -> Result<Told<wit::Role>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: GuildId,
        role: Role,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(told_role(&of.role, of.guild_id))
}

fn told_role(role: &Role, guild: GuildId) -> Told<wit::Role> {
    Told {
        id: role.id.get(),
        guild: Some(guild),
        channel: None,
        who: None,
        value: super::role(role, Some(guild)),
    }
}

/// Reads which role went.
pub fn role_deleted(raw: &str) -> Result<Told<()>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: GuildId,
        role_id: RoleId,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(Told {
        id: of.role_id.get(),
        guild: Some(of.guild_id),
        channel: None,
        who: None,
        value: (),
    })
}

/// Reads the code of an invite; who made it is only known when it is new.
pub fn invite(raw: &str) -> Result<Told<String>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: Option<GuildId>,
        channel_id: ChannelId,
        code: String,
        inviter: Option<User>,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(Told {
        id: of.channel_id.get(),
        guild: of.guild_id,
        channel: Some(of.channel_id),
        who: of.inviter.map(|inviter| inviter.id),
        value: of.code,
    })
}

/// Reads an entry of the audit log.
pub fn audit_entry(raw: &str) -> Result<Told<wit::AuditEntry>, Error> {
    #[derive(Deserialize)]
    struct Of {
        id: GenericId,
        guild_id: GuildId,
        action_type: u16,
        user_id: Option<UserId>,
        target_id: Option<GenericId>,
        reason: Option<String>,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(Told {
        id: of.id.get(),
        guild: Some(of.guild_id),
        channel: None,
        who: of.user_id,
        value: wit::AuditEntry {
            id: of.id.to_string(),
            guild: of.guild_id.to_string(),
            action: of.action_type,
            actor: of.user_id.map(|user| user.to_string()),
            target: of.target_id.map(|target| target.to_string()),
            reason: of.reason,
        },
    })
}

#[derive(Deserialize)]
struct VoiceOf {
    guild_id: Option<GuildId>,
    channel_id: Option<ChannelId>,
    user_id: UserId,
    mute: bool,
    deaf: bool,
    self_mute: bool,
    self_deaf: bool,
    #[serde(default)]
    self_stream: bool,
    #[serde(default)]
    suppress: bool,
}

impl VoiceOf {
    fn told(self, guild: GuildId) -> Told<wit::VoiceState> {
        let value = wit::VoiceState {
            guild: guild.to_string(),
            user: self.user_id.to_string(),
            channel: self.channel_id.map(|channel| channel.to_string()),
            muted: self.mute,
            deafened: self.deaf,
            self_muted: self.self_mute,
            self_deafened: self.self_deaf,
            streaming: self.self_stream,
            suppressed: self.suppress,
        };
        Told {
            id: self.user_id.get(),
            guild: Some(guild),
            channel: self.channel_id,
            who: Some(self.user_id),
            value,
        }
    }
}

/// Reads someone's state in voice.
pub fn voice(raw: &str) -> Result<Told<wit::VoiceState>, Error> {
    let of: VoiceOf = serde_json::from_str(raw)?;
    let guild = required(of.guild_id)?;
    Ok(of.told(guild))
}

/// Reads what comes with a guild: during an outage that is nothing but its id.
pub fn parts(raw: &str) -> Result<Parts, Error> {
    #[derive(Deserialize)]
    struct Of {
        id: GuildId,
        #[serde(default)]
        channels: Each<ChannelOf>,
        #[serde(default)]
        threads: Each<ChannelOf>,
        #[serde(default)]
        roles: Each<Role>,
        #[serde(default)]
        members: Each<MemberOf>,
        #[serde(default)]
        voice_states: Each<VoiceOf>,
    }
    let of: Of = serde_json::from_str(raw)?;
    let guild = of.id;
    let channel = |channel: ChannelOf| channel.told(Some(guild));
    Ok(Parts {
        guild,
        channels: of.channels.0.into_iter().map(channel).collect(),
        threads: of.threads.0.into_iter().map(channel).collect(),
        roles: of
            .roles
            .0
            .iter()
            .map(|role| told_role(role, guild))
            .collect(),
        members: of.members.0.into_iter().map(|it| it.told(guild)).collect(),
        voice: of
            .voice_states
            .0
            .into_iter()
            .map(|it| it.told(guild))
            .collect(),
    })
}

/// Reads the threads of a guild that the bot has come to see.
pub fn threads(raw: &str) -> Result<Vec<Told<wit::Channel>>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: GuildId,
        threads: Each<ChannelOf>,
    }
    let of: Of = serde_json::from_str(raw)?;
    let threads = of.threads.0.into_iter();
    Ok(threads.map(|it| it.told(Some(of.guild_id))).collect())
}

/// A list of which each part is read by itself: one that makes no sense costs no other.
struct Each<T>(Vec<T>);

impl<T> Default for Each<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts: Vec<&serde_json::value::RawValue> = Vec::deserialize(deserializer)?;
        let parts = parts.into_iter();
        Ok(Self(
            parts
                .filter_map(|part| serde_json::from_str(part.get()).ok())
                .collect(),
        ))
    }
}

fn required(guild: Option<GuildId>) -> Result<GuildId, Error> {
    guild.ok_or_else(|| serde::de::Error::missing_field("guild_id"))
}
