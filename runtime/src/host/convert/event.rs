//! The payloads of gateway events, as the contract's values with the ids that place them.
//!
//! Where Discord may leave a field out or null it, the payload is read here rather than with
//! serenity's model, so that one odd field costs no event.

use cogbox_world::cogbox::discord::model as wit;
use serde::{Deserialize, Deserializer};
use serde_json::Error;
use serenity::model::channel::{Message, ReactionType};
use serenity::model::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use serenity::model::misc::ImageHash;
use serenity::model::timestamp::Timestamp;
use serenity::model::user::User;

use super::places::{self, Place, VoiceState};
use super::{emoji, timestamp};
use crate::cache::{KnownGuild, KnownRole};

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

/// Reads a guild that the bot was added to, or that changed.
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

/// A channel or thread as cogs are told of it; whoever began a thread did it.
fn told_place(of: &Place, guild: Option<GuildId>) -> Told<wit::Channel> {
    Told {
        id: of.id.get(),
        guild,
        channel: Some(of.id),
        who: of.owner_id,
        value: places::place(of, guild),
    }
}

/// Reads a channel.
pub fn channel(raw: &str) -> Result<Told<wit::Channel>, Error> {
    Ok(thread(raw)?.0)
}

/// Reads a thread, and whether it is new: Discord also tells of one that the bot comes into. The
/// one who started it is who did it.
pub fn thread(raw: &str) -> Result<(Told<wit::Channel>, bool), Error> {
    #[derive(Deserialize)]
    struct Of {
        #[serde(flatten)]
        place: Place,
        #[serde(default)]
        newly_created: bool,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok((told_place(&of.place, of.place.guild_id), of.newly_created))
}

/// Reads a role.
pub fn role(raw: &str) -> Result<Told<wit::Role>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: GuildId,
        role: KnownRole,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(told_role(&of.role, of.guild_id))
}

fn told_role(role: &KnownRole, guild: GuildId) -> Told<wit::Role> {
    Told {
        id: role.id.get(),
        guild: Some(guild),
        channel: None,
        who: None,
        value: places::known_role(role, guild),
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
        guild_id: GuildId,
        #[serde(flatten)]
        entry: places::AuditEntry,
    }
    let Of { guild_id, entry } = serde_json::from_str(raw)?;
    Ok(Told {
        id: entry.id.get(),
        guild: Some(guild_id),
        channel: None,
        who: entry.user_id,
        value: places::audit_entry(entry, guild_id),
    })
}

fn told_voice(of: &VoiceState, guild: GuildId) -> Told<wit::VoiceState> {
    Told {
        id: of.user_id.get(),
        guild: Some(guild),
        channel: of.channel_id,
        who: Some(of.user_id),
        value: places::voice_state(of, guild),
    }
}

/// Reads someone's state in voice.
pub fn voice(raw: &str) -> Result<Told<wit::VoiceState>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: Option<GuildId>,
        #[serde(flatten)]
        state: VoiceState,
    }
    let of: Of = serde_json::from_str(raw)?;
    Ok(told_voice(&of.state, required(of.guild_id)?))
}

/// Reads what comes with a guild: during an outage that is nothing but its id.
pub fn parts(raw: &str) -> Result<Parts, Error> {
    #[derive(Deserialize)]
    struct Of {
        id: GuildId,
        #[serde(default)]
        channels: Each<Place>,
        #[serde(default)]
        threads: Each<Place>,
        #[serde(default)]
        roles: Each<KnownRole>,
        #[serde(default)]
        members: Each<MemberOf>,
        #[serde(default)]
        voice_states: Each<VoiceState>,
    }
    let of: Of = serde_json::from_str(raw)?;
    let guild = of.id;
    let channel = |place: &Place| told_place(place, Some(guild));
    Ok(Parts {
        guild,
        channels: of.channels.0.iter().map(channel).collect(),
        threads: of.threads.0.iter().map(channel).collect(),
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
            .iter()
            .map(|state| told_voice(state, guild))
            .collect(),
    })
}

/// Reads the threads of a guild that the bot has come to see.
pub fn threads(raw: &str) -> Result<Vec<Told<wit::Channel>>, Error> {
    #[derive(Deserialize)]
    struct Of {
        guild_id: GuildId,
        threads: Each<Place>,
    }
    let of: Of = serde_json::from_str(raw)?;
    let threads = of.threads.0.iter();
    Ok(threads
        .map(|place| told_place(place, Some(of.guild_id)))
        .collect())
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
