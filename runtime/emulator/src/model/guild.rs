//! Guilds with their roles and members.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{AuditEntry, Emoji, Invite};
use crate::clock::Time;
use crate::snowflake::Id;

/// A guild. Its channels live in the world, by id.
#[derive(Clone, Debug, Default)]
pub struct Guild {
    pub id: Id,
    pub name: String,
    pub owner: Id,
    /// The language of the guild, for instance `en-US`.
    pub locale: String,
    /// By id; the role whose id is the guild's own is `@everyone`.
    pub roles: BTreeMap<Id, Role>,
    pub members: BTreeMap<Id, Member>,
    /// In the order they are shown.
    pub channels: Vec<Id>,
    /// The threads in its channels, archived ones too.
    pub threads: Vec<Id>,
    pub description: Option<String>,
    /// Discord's number: 0 none to 4 very high.
    pub verification_level: u64,
    /// Discord's number: 0 all messages, 1 only mentions.
    pub notifications: u64,
    /// Discord's number: 0 nobody, 1 members without roles, 2 everyone.
    pub explicit_filter: u64,
    /// In seconds.
    pub afk_timeout: u64,
    pub afk_channel: Option<Id>,
    pub system_channel: Option<Id>,
    /// Whether moderators need two-factor authentication.
    pub mfa: bool,
    /// Whether new members have to agree to rules before they may talk.
    pub screening: bool,
    /// What automatic moderation blocks: words, and links, which begin with `http`.
    pub blocked: Vec<String>,
    /// Who was a member once.
    pub left: BTreeSet<Id>,
    /// Who is banned, and why.
    pub bans: BTreeMap<Id, Option<String>>,
    pub emojis: BTreeMap<Id, Emoji>,
    /// By code.
    pub invites: BTreeMap<String, Invite>,
    /// Oldest first; at most [`super::KEPT_ENTRIES`].
    pub audit_log: VecDeque<AuditEntry>,
    /// Whether the application's commands were granted: they need no bot here, and a bot alone
    /// brings none.
    pub commands: bool,
    /// False while an outage is played.
    pub available: bool,
}

/// A role of a guild.
#[derive(Clone, Debug, Default)]
pub struct Role {
    pub id: Id,
    pub name: String,
    pub permissions: u64,
    pub position: u64,
    /// As 0xRRGGBB; 0 is no colour.
    pub color: u64,
    /// Whether its members are listed apart.
    pub hoist: bool,
    pub mentionable: bool,
    /// True for a role that belongs to a bot and cannot be handed out.
    pub managed: bool,
    /// The bot that the role belongs to.
    pub bot: Option<Id>,
}

/// A user's place in one guild.
#[derive(Clone, Debug)]
pub struct Member {
    pub user: Id,
    pub nick: Option<String>,
    /// Without `@everyone`, which everyone has.
    pub roles: BTreeSet<Id>,
    pub joined_at: Time,
    pub timed_out_until: Option<Time>,
    /// True until the member has agreed to the rules of a guild with screening.
    pub pending: bool,
    /// Whether moderators silenced the member in voice, or the others for them.
    pub mute: bool,
    pub deaf: bool,
    /// Discord's bits, see [`member_flags`].
    pub flags: u64,
}

/// Bits of a member's flags.
pub mod member_flags {
    pub const DID_REJOIN: u64 = 1 << 0;
    pub const BYPASSES_VERIFICATION: u64 = 1 << 2;
}

impl Member {
    /// Tells whether the member may only look and read: in a timeout, or before a screening that
    /// they do not pass by.
    pub fn is_silenced(&self, now: Time) -> bool {
        let screened = self.pending && self.flags & member_flags::BYPASSES_VERIFICATION == 0;
        screened || self.timed_out_until.is_some_and(|until| until > now)
    }
}
