//! Channels, threads, invites and entries of the audit log, as Discord's answers describe them.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::invites::Invite;
use cogbox_world::cogbox::discord::model as wit;
use cogbox_world::cogbox::discord::moderation::BanEntry;
use serde::Deserialize;
use serde_json::{Value, json};
use serenity::model::channel::ChannelType;
use serenity::model::id::{AuditLogEntryId, ChannelId, GenericId, GuildId, UserId};
use serenity::model::permissions::Permissions;
use serenity::model::user::User;

use super::super::{id, invalid};
use crate::cache::{KnownRole, permissions};

/// A channel or thread with all that the contract tells of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    pub id: ChannelId,
    #[serde(rename = "type")]
    pub kind: u8,
    pub guild_id: Option<GuildId>,
    pub parent_id: Option<ChannelId>,
    pub owner_id: Option<UserId>,
    #[serde(default)]
    pub permission_overwrites: Vec<Overwrite>,
    name: Option<String>,
    topic: Option<String>,
    position: Option<i32>,
    rate_limit_per_user: Option<u16>,
    nsfw: Option<bool>,
    pub user_limit: Option<u16>,
    thread_metadata: Option<Thread>,
    message_count: Option<u32>,
}

#[derive(Debug, Clone, Deserialize)]
struct Thread {
    archived: bool,
    #[serde(default)]
    locked: bool,
}

/// What a role or a member may do in one channel, against what they may do elsewhere.
#[derive(Debug, Clone, Deserialize)]
pub struct Overwrite {
    pub id: GenericId,
    /// 0 for a role, 1 for a member.
    #[serde(rename = "type")]
    pub kind: u8,
    #[serde(deserialize_with = "permissions")]
    pub allow: Permissions,
    #[serde(deserialize_with = "permissions")]
    pub deny: Permissions,
}

impl Place {
    /// Whether people talk in it: a voice or a stage channel.
    pub fn is_voice(&self) -> bool {
        matches!(self.kind, 2 | 13)
    }

    /// Whether it is a thread, which has the permissions of its parent.
    pub fn is_thread(&self) -> bool {
        (10..=12).contains(&self.kind)
    }
}

/// Converts a channel or thread. `guild` is the call's: Discord leaves it out here and there.
pub fn place(place: &Place, guild: Option<GuildId>) -> wit::Channel {
    let thread = place.thread_metadata.as_ref();
    wit::Channel {
        id: place.id.to_string(),
        guild: place.guild_id.or(guild).map(|guild| guild.to_string()),
        kind: super::channel_kind(ChannelType::from(place.kind)),
        name: place.name.clone().unwrap_or_default(),
        topic: place.topic.clone().filter(|topic| !topic.is_empty()),
        parent: place.parent_id.map(|id| id.to_string()),
        position: place.position.unwrap_or(0).clamp(0, u16::MAX.into()) as u16,
        slowmode_seconds: place.rate_limit_per_user.unwrap_or(0),
        nsfw: place.nsfw.unwrap_or(false),
        user_limit: place.user_limit.filter(|&limit| limit > 0),
        thread: thread.map(|thread| wit::ThreadState {
            archived: thread.archived,
            locked: thread.locked,
            owner: place.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            message_count: place.message_count.unwrap_or(0),
        }),
    }
}

/// Returns Discord's number for the kind of a channel that a guild can have made.
pub fn made_kind(kind: &wit::ChannelKind) -> Result<u16, Fault> {
    let number = super::channel_number(kind);
    match number {
        0 | 2 | 4 | 5 | 13 | 15 | 16 => Ok(number),
        _ => Err(invalid(
            "a channel is made as text, voice, category, announcement, stage, forum or media; \
             a thread is made with `threads`",
        )),
    }
}

/// Converts what one may do in a channel.
pub fn overwrite(overwrite: &Overwrite) -> wit::Overwrite {
    let id = overwrite.id.to_string();
    wit::Overwrite {
        target: match overwrite.kind {
            1 => wit::OverwriteTarget::Member(id),
            _ => wit::OverwriteTarget::Role(id),
        },
        allow: overwrite.allow.bits().to_string(),
        deny: overwrite.deny.bits().to_string(),
    }
}

/// Returns the id that an overwrite is for, and Discord's number for its kind.
pub fn overwrite_target(target: &wit::OverwriteTarget) -> Result<(u64, u8), Fault> {
    Ok(match target {
        wit::OverwriteTarget::Role(role) => (id("role", role)?, 0),
        wit::OverwriteTarget::Member(user) => (id("user", user)?, 1),
    })
}

/// Returns an overwrite as Discord takes it, and what it allows.
pub fn overwrite_body(overwrite: &wit::Overwrite) -> Result<(u64, Permissions, Value), Fault> {
    let (target, kind) = overwrite_target(&overwrite.target)?;
    let (allow, deny) = (bits(&overwrite.allow)?, bits(&overwrite.deny)?);
    let body = json!({
        "id": target.to_string(), "type": kind,
        "allow": allow.bits().to_string(), "deny": deny.bits().to_string(),
    });
    Ok((target, allow, body))
}

/// Parses a set of permissions as the contract writes it.
pub fn bits(text: &str) -> Result<Permissions, Fault> {
    let bits = super::permission_bits(text).map(Permissions::from_bits_retain);
    bits.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        invalid(format!(
            "`{}` is not a set of permissions in decimal digits",
            shown.escape_debug()
        ))
    })
}

/// Converts a role.
pub fn known_role(role: &KnownRole, guild: GuildId) -> wit::Role {
    wit::Role {
        id: role.id.to_string(),
        guild: guild.to_string(),
        name: role.name.clone(),
        color: role.color,
        position: role.position,
        permissions: role.permissions.bits().to_string(),
        hoist: role.hoist,
        mentionable: role.mentionable,
        managed: role.managed,
    }
}

/// An entry of the audit log.
#[derive(Debug, Deserialize)]
pub struct AuditEntry {
    pub id: AuditLogEntryId,
    action_type: u16,
    pub user_id: Option<UserId>,
    /// Most often an id, and for some actions another kind of text.
    target_id: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    changes: Option<Vec<Value>>,
    #[serde(default)]
    options: Option<serde_json::Map<String, Value>>,
}

/// Converts an entry of the audit log. Its values differ from action to action, so they stay JSON.
pub fn audit_entry(entry: AuditEntry, guild: GuildId) -> wit::AuditEntry {
    let changes = entry.changes.unwrap_or_default().into_iter();
    let changes = changes.filter_map(|change| {
        let value = |side: &str| {
            let value = change.get(side).filter(|value| !value.is_null());
            value.map(Value::to_string)
        };
        Some(wit::AuditChange {
            key: change.get("key")?.as_str()?.to_owned(),
            before: value("old_value"),
            after: value("new_value"),
        })
    });
    let options = entry.options.unwrap_or_default().into_iter();
    let options = options.filter_map(|(key, value)| {
        let text = match value {
            Value::Null => return None,
            Value::String(text) => text,
            other => other.to_string(),
        };
        Some((key, text))
    });
    wit::AuditEntry {
        id: entry.id.to_string(),
        guild: guild.to_string(),
        action: entry.action_type,
        actor: entry.user_id.map(|id| id.to_string()),
        target: entry
            .target_id
            .filter(|target| target.parse::<u64>().is_ok()),
        reason: entry.reason,
        changes: changes.collect(),
        options: options.collect(),
    }
}

/// Who is in voice, and how.
#[derive(Debug, Deserialize)]
pub struct VoiceState {
    pub user_id: UserId,
    pub channel_id: Option<ChannelId>,
    mute: bool,
    deaf: bool,
    self_mute: bool,
    self_deaf: bool,
    #[serde(default)]
    self_stream: bool,
    #[serde(default)]
    suppress: bool,
}

/// Converts a voice state.
pub fn voice_state(state: &VoiceState, guild: GuildId) -> wit::VoiceState {
    wit::VoiceState {
        guild: guild.to_string(),
        user: state.user_id.to_string(),
        channel: state.channel_id.map(|id| id.to_string()),
        muted: state.mute,
        deafened: state.deaf,
        self_muted: state.self_mute,
        self_deafened: state.self_deaf,
        streaming: state.self_stream,
        suppressed: state.suppress,
    }
}

/// A ban.
#[derive(Debug, Deserialize)]
pub struct Ban {
    user: User,
    reason: Option<String>,
}

/// Converts a ban.
pub fn ban(ban: Ban) -> BanEntry {
    BanEntry {
        user: super::user(&ban.user),
        reason: ban.reason,
    }
}

/// An invite, with what only those who manage it are told.
#[derive(Debug, Deserialize)]
pub struct DiscordInvite {
    code: String,
    pub channel: Option<InvitedTo>,
    pub guild: Option<InvitedTo>,
    inviter: Option<User>,
    #[serde(default)]
    uses: u32,
    #[serde(default)]
    max_uses: u32,
}

/// The channel or the guild of an invite.
#[derive(Debug, Deserialize)]
pub struct InvitedTo {
    pub id: GenericId,
}

/// Converts an invite.
pub fn invite(invite: DiscordInvite) -> Invite {
    Invite {
        url: format!("https://discord.gg/{}", invite.code),
        code: invite.code,
        channel: invite
            .channel
            .map(|channel| channel.id.to_string())
            .unwrap_or_default(),
        inviter: invite.inviter.map(|user| user.id.to_string()),
        uses: invite.uses,
        max_uses: invite.max_uses,
    }
}
