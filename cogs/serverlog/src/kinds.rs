//! What can be logged: kinds of events, each with a channel of its own, and groups of them.

use cogbox_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// A kind of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    MessagesDeleted,
    MessagesPurged,
    MessagesEdited,
    Joined,
    Left,
    Names,
    MemberRoles,
    Kicked,
    Banned,
    Unbanned,
    TimedOut,
    Voice,
    Channels,
    Threads,
    Roles,
    Emojis,
    Invites,
    Webhooks,
    Server,
}

impl Kind {
    pub const ALL: [Kind; 19] = [
        Kind::MessagesDeleted,
        Kind::MessagesPurged,
        Kind::MessagesEdited,
        Kind::Joined,
        Kind::Left,
        Kind::Names,
        Kind::MemberRoles,
        Kind::Kicked,
        Kind::Banned,
        Kind::Unbanned,
        Kind::TimedOut,
        Kind::Voice,
        Kind::Channels,
        Kind::Threads,
        Kind::Roles,
        Kind::Emojis,
        Kind::Invites,
        Kind::Webhooks,
        Kind::Server,
    ];

    pub fn title(self, to: &dyn Audience) -> String {
        match self {
            Kind::MessagesDeleted => t!(to, kind_messages_deleted),
            Kind::MessagesPurged => t!(to, kind_messages_purged),
            Kind::MessagesEdited => t!(to, kind_messages_edited),
            Kind::Joined => t!(to, kind_joined),
            Kind::Left => t!(to, kind_left),
            Kind::Names => t!(to, kind_names),
            Kind::MemberRoles => t!(to, kind_member_roles),
            Kind::Kicked => t!(to, kind_kicked),
            Kind::Banned => t!(to, kind_banned),
            Kind::Unbanned => t!(to, kind_unbanned),
            Kind::TimedOut => t!(to, kind_timed_out),
            Kind::Voice => t!(to, kind_voice),
            Kind::Channels => t!(to, kind_channels),
            Kind::Threads => t!(to, kind_threads),
            Kind::Roles => t!(to, kind_roles),
            Kind::Emojis => t!(to, kind_emojis),
            Kind::Invites => t!(to, kind_invites),
            Kind::Webhooks => t!(to, kind_webhooks),
            Kind::Server => t!(to, kind_server),
        }
    }

    /// Whether nothing of it is told without the audit log.
    pub fn needs_audit_log(self) -> bool {
        matches!(self, Kind::Kicked | Kind::Emojis | Kind::Webhooks)
    }
}

/// What an admin names: one kind, several that belong together, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum What {
    Everything,
    #[choice(name = "All about messages")]
    Messages,
    #[choice(name = "All about members")]
    Members,
    #[choice(name = "All about moderation")]
    Moderation,
    #[choice(name = "All about channels")]
    Places,
    #[choice(name = "All about the server")]
    Rest,
    #[choice(name = "Deleted messages")]
    MessagesDeleted,
    #[choice(name = "Messages deleted together")]
    MessagesPurged,
    #[choice(name = "Edited messages")]
    MessagesEdited,
    #[choice(name = "Who joins")]
    Joined,
    #[choice(name = "Who leaves")]
    Left,
    #[choice(name = "Names of members")]
    Names,
    #[choice(name = "Roles of members")]
    MemberRoles,
    #[choice(name = "Kicks")]
    Kicked,
    #[choice(name = "Bans")]
    Banned,
    #[choice(name = "Lifted bans")]
    Unbanned,
    #[choice(name = "Timeouts")]
    TimedOut,
    #[choice(name = "Voice channels")]
    Voice,
    #[choice(name = "Channels")]
    Channels,
    #[choice(name = "Threads")]
    Threads,
    #[choice(name = "Roles")]
    Roles,
    #[choice(name = "Emoji and stickers")]
    Emojis,
    #[choice(name = "Invites")]
    Invites,
    #[choice(name = "Webhooks")]
    Webhooks,
    #[choice(name = "Settings of the server")]
    Server,
}

impl What {
    pub fn kinds(self) -> &'static [Kind] {
        use Kind::*;
        match self {
            What::Everything => &Kind::ALL,
            What::Messages => &[MessagesDeleted, MessagesPurged, MessagesEdited],
            What::Members => &[Joined, Left, Names, MemberRoles],
            What::Moderation => &[Kicked, Banned, Unbanned, TimedOut],
            What::Places => &[Channels, Threads],
            What::Rest => &[Roles, Emojis, Invites, Webhooks, Server],
            What::MessagesDeleted => &[MessagesDeleted],
            What::MessagesPurged => &[MessagesPurged],
            What::MessagesEdited => &[MessagesEdited],
            What::Joined => &[Joined],
            What::Left => &[Left],
            What::Names => &[Names],
            What::MemberRoles => &[MemberRoles],
            What::Kicked => &[Kicked],
            What::Banned => &[Banned],
            What::Unbanned => &[Unbanned],
            What::TimedOut => &[TimedOut],
            What::Voice => &[Voice],
            What::Channels => &[Channels],
            What::Threads => &[Threads],
            What::Roles => &[Roles],
            What::Emojis => &[Emojis],
            What::Invites => &[Invites],
            What::Webhooks => &[Webhooks],
            What::Server => &[Server],
        }
    }
}
