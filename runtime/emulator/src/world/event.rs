//! What happened. The gateway turns events into dispatches, the control API into what people see.

use crate::clock::Time;
use crate::model::{AuditEntry, Channel, Invite, Message, VoiceState};
use crate::snowflake::Id;

/// One thing that happened, in terms of the world. Things that can be looked up are named by id;
/// a message comes whole, because it may change or vanish before everyone was told.
#[derive(Clone, Debug)]
pub enum Event {
    /// The bot has come into a guild, or an outage is over.
    GuildCreated(Id),
    /// The bot was removed, or an outage began.
    GuildGone {
        guild: Id,
        unavailable: bool,
    },
    MemberAdded {
        guild: Id,
        user: Id,
    },
    MemberChanged {
        guild: Id,
        user: Id,
    },
    MemberRemoved {
        guild: Id,
        user: Id,
    },
    GuildChanged(Id),
    /// A webhook of a channel was made, changed or deleted.
    WebhooksChanged {
        guild: Id,
        channel: Id,
    },
    EmojisChanged(Id),
    BanAdded {
        guild: Id,
        user: Id,
    },
    BanRemoved {
        guild: Id,
        user: Id,
    },
    InviteCreated {
        guild: Id,
        invite: Box<Invite>,
    },
    InviteDeleted {
        guild: Id,
        invite: Box<Invite>,
    },
    AuditEntryCreated {
        guild: Id,
        entry: Box<AuditEntry>,
    },
    RoleDeleted {
        guild: Id,
        role: Id,
    },
    PresenceChanged {
        guild: Id,
        user: Id,
    },
    RoleCreated {
        guild: Id,
        role: Id,
    },
    RoleChanged {
        guild: Id,
        role: Id,
    },
    ChannelCreated(Id),
    ChannelChanged(Id),
    /// With the channel as it was.
    ChannelDeleted(Box<Channel>),
    /// A thread was made, or, unless it is new, the bot came into it.
    ThreadCreated {
        thread: Id,
        new: bool,
    },
    ThreadChanged(Id),
    /// With the thread as it was.
    ThreadDeleted(Box<Channel>),
    /// The bot's own membership of a thread is told anew.
    ThreadMemberTold(Id),
    ThreadMembersChanged {
        thread: Id,
        added: Vec<Id>,
        removed: Vec<Id>,
    },
    /// The bot has come to see channels, and with them their threads.
    ThreadsShown {
        guild: Id,
        channels: Vec<Id>,
    },
    MessageCreated(Box<Message>),
    MessageChanged(Box<Message>),
    MessageDeleted {
        guild: Option<Id>,
        channel: Id,
        message: Id,
        only_for: Option<Id>,
    },
    ReactionAdded {
        channel: Id,
        message: Id,
        user: Id,
        name: String,
        custom: Option<Id>,
    },
    ReactionRemoved {
        channel: Id,
        message: Id,
        user: Id,
        name: String,
        custom: Option<Id>,
    },
    /// All reactions went, or all with one emoji.
    ReactionsCleared {
        channel: Id,
        message: Id,
        emoji: Option<(String, Option<Id>)>,
    },
    /// Somebody voted in a poll, or took a vote back.
    PollVoted {
        channel: Id,
        message: Id,
        user: Id,
        answer: u64,
        added: bool,
    },
    MessagesDeleted {
        guild: Option<Id>,
        channel: Id,
        messages: Vec<Id>,
    },
    PinsChanged(Id),
    Typing {
        channel: Id,
        user: Id,
        at: Time,
    },
    /// Somebody came into a voice channel, moved to another or left; with where they were.
    VoiceChanged {
        guild: Id,
        user: Id,
        was: Option<Id>,
        state: Box<VoiceState>,
    },
    /// Somebody begins to speak in a voice channel, or has ended.
    SpeakingChanged {
        channel: Id,
        user: Id,
        speaking: bool,
    },
    /// The bot is to connect to a voice server for this guild.
    VoiceServerChosen(Id),
    CommandsChanged,
    /// Members decided who may use a command, or all of them: then the target is the application.
    CommandPermissionsChanged {
        guild: Id,
        target: Id,
    },
    /// A person did something that the bot has to answer.
    InteractionSent(Id),
    /// The answer to an interaction is a step further.
    InteractionMoved(Id),
    BotConnected(bool),
}

impl Event {
    /// Tells whether guilds, channels or people changed, so that a list of them is out of date.
    pub fn changes_places(&self) -> bool {
        matches!(
            self,
            Event::GuildCreated(_)
                | Event::GuildGone { .. }
                | Event::MemberAdded { .. }
                | Event::MemberChanged { .. }
                | Event::MemberRemoved { .. }
                | Event::GuildChanged(_)
                | Event::EmojisChanged(_)
                | Event::RoleDeleted { .. }
                | Event::ChannelDeleted(_)
                | Event::RoleCreated { .. }
                | Event::RoleChanged { .. }
                | Event::ChannelCreated(_)
                | Event::ChannelChanged(_)
                | Event::ThreadCreated { .. }
                | Event::ThreadChanged(_)
                | Event::ThreadDeleted(_)
                | Event::ThreadMembersChanged { .. }
        )
    }
}
