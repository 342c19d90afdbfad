//! What a Discord holds, as plain data. Nothing here knows JSON, sockets or the time of day.

mod application;
mod audit;
mod channel;
mod command;
pub mod command_permission;
mod emoji;
mod guild;
pub mod hierarchy;
mod install;
pub mod intents;
mod interaction;
mod invite;
mod message;
pub mod permissions;
mod poll;
pub mod thread;
mod user;
mod voice;
mod webhook;

pub use application::Application;
pub use audit::{Actor, AuditEntry, KEPT_ENTRIES};
pub use channel::{
    ANNOUNCEMENT_CHANNEL, ANNOUNCEMENT_THREAD, CATEGORY, Channel, DM_CHANNEL, FORUM_CHANNEL,
    GROUP_DM, KEPT_MESSAGES, MEDIA_CHANNEL, Overwrite, OverwriteKind, PRIVATE_THREAD,
    PUBLIC_THREAD, STAGE_CHANNEL, TEXT_CHANNEL, VOICE_CHANNEL,
};
pub use command::{Command, CommandKind, CommandOption, Localizations, OptionKind};
pub use command_permission::{CommandPermission, PermissionKind};
pub use emoji::Emoji;
pub use guild::{Guild, Member, Role, member_flags};
pub use install::{GUILD_INSTALL, Installs, USER_INSTALL};
pub use interaction::{Interaction, InteractionKind, Stage};
pub use invite::Invite;
pub use message::{
    Attachment, InteractionNote, MOST_EMOJI, Mentions, Message, Reaction, Reference, ReferenceKind,
    Voice, flags, kinds,
};
pub use poll::{Poll, PollAnswer};
pub use thread::{
    DefaultReaction, Forum, ForumTag, MOST_ACTIVE_THREADS, Thread, USUAL_ARCHIVE_MINUTES,
};
pub use user::{Status, User};
pub use voice::{VoiceState, VoiceWish};
pub use webhook::{MOST_WEBHOOKS, Webhook, WebhookAuthor};
