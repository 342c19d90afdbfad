//! Permission bits, and what a member may do in a guild or channel.
//! Rules: Discord's documentation, topic "Permissions".

use super::{Channel, Guild, Member, OverwriteKind};
use crate::clock::Time;
use crate::snowflake::Id;

pub const CREATE_INSTANT_INVITE: u64 = 1 << 0;
pub const KICK_MEMBERS: u64 = 1 << 1;
pub const BAN_MEMBERS: u64 = 1 << 2;
pub const ADMINISTRATOR: u64 = 1 << 3;
pub const MANAGE_CHANNELS: u64 = 1 << 4;
pub const MANAGE_GUILD: u64 = 1 << 5;
pub const ADD_REACTIONS: u64 = 1 << 6;
pub const VIEW_AUDIT_LOG: u64 = 1 << 7;
pub const VIEW_CHANNEL: u64 = 1 << 10;
pub const SEND_MESSAGES: u64 = 1 << 11;
pub const SEND_TTS_MESSAGES: u64 = 1 << 12;
pub const MANAGE_MESSAGES: u64 = 1 << 13;
pub const EMBED_LINKS: u64 = 1 << 14;
pub const ATTACH_FILES: u64 = 1 << 15;
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub const MENTION_EVERYONE: u64 = 1 << 17;
pub const USE_EXTERNAL_EMOJIS: u64 = 1 << 18;
pub const CONNECT: u64 = 1 << 20;
pub const SPEAK: u64 = 1 << 21;
pub const MUTE_MEMBERS: u64 = 1 << 22;
pub const DEAFEN_MEMBERS: u64 = 1 << 23;
pub const MOVE_MEMBERS: u64 = 1 << 24;
pub const USE_VAD: u64 = 1 << 25;
pub const CHANGE_NICKNAME: u64 = 1 << 26;
pub const MANAGE_NICKNAMES: u64 = 1 << 27;
pub const MANAGE_ROLES: u64 = 1 << 28;
pub const MANAGE_WEBHOOKS: u64 = 1 << 29;
pub const MANAGE_GUILD_EXPRESSIONS: u64 = 1 << 30;
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
pub const REQUEST_TO_SPEAK: u64 = 1 << 32;
pub const MANAGE_THREADS: u64 = 1 << 34;
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
pub const MODERATE_MEMBERS: u64 = 1 << 40;
pub const CREATE_GUILD_EXPRESSIONS: u64 = 1 << 43;
pub const SEND_VOICE_MESSAGES: u64 = 1 << 46;
pub const SEND_POLLS: u64 = 1 << 49;
pub const USE_EXTERNAL_APPS: u64 = 1 << 50;
pub const PIN_MESSAGES: u64 = 1 << 51;
pub const BYPASS_SLOWMODE: u64 = 1 << 52;

/// Every permission there is today: the highest is bit 52.
pub const ALL: u64 = (1 << 53) - 1;

/// What needs the owner's two-factor authentication in a guild that asks for it.
pub const ELEVATED: u64 = KICK_MEMBERS
    | BAN_MEMBERS
    | ADMINISTRATOR
    | MANAGE_CHANNELS
    | MANAGE_GUILD
    | MANAGE_MESSAGES
    | MANAGE_ROLES
    | MANAGE_WEBHOOKS
    | MANAGE_GUILD_EXPRESSIONS
    | MANAGE_THREADS;

/// What `@everyone` may do in a new guild.
pub const EVERYONE: u64 = ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | CONNECT
    | SPEAK
    | USE_VAD
    | CHANGE_NICKNAME
    | USE_APPLICATION_COMMANDS
    | REQUEST_TO_SPEAK
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_VOICE_MESSAGES
    | SEND_MESSAGES_IN_THREADS
    | SEND_POLLS
    | USE_EXTERNAL_APPS;

/// What is left to a member in a timeout, and to one who has yet to pass the screening.
pub const SILENCED: u64 = VIEW_CHANNEL | READ_MESSAGE_HISTORY;

/// What stays without SEND_MESSAGES of those that need it.
const NEEDS_SEND: u64 = MENTION_EVERYONE | SEND_TTS_MESSAGES | ATTACH_FILES | EMBED_LINKS;

/// Returns what a member may do in the guild, before any channel's overwrites.
pub fn in_guild(guild: &Guild, member: &Member) -> u64 {
    if guild.owner == member.user {
        return ALL;
    }
    let granted = roles(guild, member)
        .filter_map(|role| guild.roles.get(&role))
        .fold(0, |granted, role| granted | role.permissions);
    if granted & ADMINISTRATOR != 0 {
        ALL
    } else {
        granted
    }
}

/// Returns the permission that writing takes in a channel: threads have one of their own.
pub fn writing(channel: &Channel) -> u64 {
    match channel.thread {
        Some(_) => SEND_MESSAGES_IN_THREADS,
        None => SEND_MESSAGES,
    }
}

/// Returns the permission that starting a thread of a type takes.
pub fn starting(kind: u8) -> u64 {
    match kind {
        super::PRIVATE_THREAD => CREATE_PRIVATE_THREADS,
        _ => CREATE_PUBLIC_THREADS,
    }
}

/// Returns what a member may do in a channel of the guild at `now`. A thread has the overwrites of
/// the channel it hangs on, which is `parent`; a private one is seen by its members and by those
/// who manage threads.
pub fn in_thread(
    guild: &Guild,
    member: &Member,
    parent: &Channel,
    thread: &Channel,
    now: Time,
) -> u64 {
    let mut allowed = overwritten(guild, member, parent, now);
    let joined = thread
        .thread
        .as_ref()
        .is_some_and(|thread| thread.members.contains_key(&member.user));
    if thread.kind == super::PRIVATE_THREAD && !joined && allowed & MANAGE_THREADS == 0 {
        allowed = 0;
    }
    implied(allowed, thread)
}

/// Returns what a member may do in a channel of the guild at `now`; not for threads.
pub fn in_channel(guild: &Guild, member: &Member, channel: &Channel, now: Time) -> u64 {
    implied(overwritten(guild, member, channel, now), channel)
}

fn overwritten(guild: &Guild, member: &Member, channel: &Channel, now: Time) -> u64 {
    let base = in_guild(guild, member);
    if base & ADMINISTRATOR != 0 {
        return ALL;
    }
    let mut allowed = base;
    for overwrite in of(channel, OverwriteKind::Role, guild.id) {
        allowed = (allowed & !overwrite.deny) | overwrite.allow;
    }
    let (mut allow, mut deny) = (0, 0);
    for role in &member.roles {
        for overwrite in of(channel, OverwriteKind::Role, *role) {
            allow |= overwrite.allow;
            deny |= overwrite.deny;
        }
    }
    allowed = (allowed & !deny) | allow;
    for overwrite in of(channel, OverwriteKind::Member, member.user) {
        allowed = (allowed & !overwrite.deny) | overwrite.allow;
    }
    if member.is_silenced(now) {
        allowed &= SILENCED;
    }
    allowed
}

/// Returns what both sides of a direct message may do there.
pub fn in_dm() -> u64 {
    EVERYONE | MENTION_EVERYONE | PIN_MESSAGES
}

/// Takes away what another missing permission takes with it.
fn implied(allowed: u64, channel: &Channel) -> u64 {
    if allowed & VIEW_CHANNEL == 0 {
        0
    } else if channel.is_voice() && allowed & CONNECT == 0 {
        VIEW_CHANNEL
    } else if allowed & writing(channel) == 0 {
        allowed & !NEEDS_SEND
    } else {
        allowed
    }
}

fn roles(guild: &Guild, member: &Member) -> impl Iterator<Item = Id> {
    std::iter::once(guild.id).chain(member.roles.iter().copied())
}

fn of(
    channel: &Channel,
    kind: OverwriteKind,
    target: Id,
) -> impl Iterator<Item = &super::Overwrite> {
    let matches = move |o: &&super::Overwrite| o.kind == kind && o.target == target;
    channel.overwrites.iter().filter(matches)
}
