//! All that can happen to the world.

use std::sync::Arc;

use serde_json::Value;

use super::{Action, Event};
use crate::clock::Time;
use crate::model::{
    Actor, Command, CommandPermission, Installs, InteractionKind, Mentions, Message, Overwrite,
    Poll, Reference, Status, Voice, VoiceWish, WebhookAuthor,
};
use crate::snowflake::Id;

/// What a change led to: the id of what was made or changed (None when the change named something
/// that does not exist), and the events in order.
#[derive(Debug, Default)]
pub struct Applied {
    pub id: Option<Id>,
    pub events: Vec<Event>,
}

/// A judged change. One that names something unknown does nothing.
#[derive(Debug)]
pub enum Change {
    AddUser {
        name: String,
        bot: bool,
    },
    SetLocale {
        user: Id,
        locale: String,
    },
    SetStatus {
        user: Id,
        status: Status,
    },
    /// Fills a guild with new users who are offline, without an event.
    AddCrowd {
        guild: Id,
        count: usize,
    },
    AddGuild {
        name: String,
        owner: Id,
    },
    RemoveBot {
        guild: Id,
    },
    SetAvailable {
        guild: Id,
        available: bool,
    },
    AddMember {
        guild: Id,
        user: Id,
    },
    TimeOut {
        guild: Id,
        user: Id,
        until: Option<Time>,
    },
    AddRole {
        guild: Id,
        name: String,
        permissions: u64,
    },
    SetRole {
        guild: Id,
        role: Id,
        permissions: u64,
        mentionable: bool,
    },
    GiveRole {
        guild: Id,
        user: Id,
        role: Id,
    },
    TakeRole {
        guild: Id,
        user: Id,
        role: Id,
    },
    AddChannel {
        guild: Id,
        name: String,
    },
    SetOverwrite {
        channel: Id,
        overwrite: Overwrite,
    },
    ShapeChannel {
        channel: Id,
        shape: Shape,
    },
    /// A person takes no direct messages from the bot any more, or does so again.
    BlockBot {
        person: Id,
        blocks: bool,
    },
    /// Publishes a message of an announcement channel.
    Crosspost {
        channel: Id,
        message: Id,
    },
    /// Changes a guild in somebody's name, and writes it into the audit log.
    Audited {
        guild: Id,
        by: Actor,
        action: Box<Action>,
    },
    /// Somebody goes into a thread, or is brought in by somebody else.
    JoinThread {
        thread: Id,
        user: Id,
        by: Id,
    },
    /// Somebody leaves a thread, or is taken out by somebody else.
    LeaveThread {
        thread: Id,
        user: Id,
        by: Id,
    },
    /// A member goes of their own accord.
    Leave {
        guild: Id,
        user: Id,
    },
    /// A user comes in by an invite.
    AcceptInvite {
        guild: Id,
        code: String,
        user: Id,
    },
    Demand {
        guild: Id,
        demand: Demand,
    },
    /// Whether the bot's owner uses two-factor authentication.
    SetOwnerMfa(bool),
    MoveRole {
        guild: Id,
        role: Id,
        position: u64,
    },
    /// Tells once more that somebody joined.
    RepeatMemberAdd {
        guild: Id,
        user: Id,
    },
    /// A pending member has agreed to the rules.
    PassScreening {
        guild: Id,
        user: Id,
    },
    /// Opens the direct messages between a person and the bot, or finds them.
    OpenDm {
        person: Id,
    },
    /// A person picked a file, to send it later.
    Upload(NewFile),
    Post(Box<Draft>),
    EditMessage {
        channel: Id,
        message: Id,
        edit: Box<Edit>,
    },
    DeleteMessage {
        channel: Id,
        message: Id,
    },
    React {
        channel: Id,
        message: Id,
        user: Id,
        name: String,
        custom: Option<Id>,
    },
    Unreact {
        channel: Id,
        message: Id,
        user: Id,
        name: String,
        custom: Option<Id>,
    },
    /// Removes all reactions from a message, or all with one emoji: its name and, for a custom
    /// one, its id.
    ClearReactions {
        channel: Id,
        message: Id,
        emoji: Option<(String, Option<Id>)>,
    },
    /// Somebody votes in a poll, for these answers and no others.
    Vote {
        channel: Id,
        message: Id,
        user: Id,
        answers: Vec<u64>,
    },
    EndPoll {
        channel: Id,
        message: Id,
    },
    /// Pins a message, or takes the pin out again.
    Pin {
        channel: Id,
        message: Id,
        by: Id,
    },
    Unpin {
        channel: Id,
        message: Id,
    },
    /// Somebody goes into a voice channel, or leaves voice.
    SetVoice {
        guild: Id,
        user: Id,
        wish: Option<VoiceWish>,
    },
    /// Somebody on a stage speaks or listens, and asks to speak or no longer.
    SetStage {
        guild: Id,
        user: Id,
        suppress: Option<bool>,
        asks_to_speak: Option<Option<Time>>,
    },
    /// The bot's call in a guild goes on at another voice server.
    ChangeVoiceServer {
        guild: Id,
    },
    Typing {
        channel: Id,
        user: Id,
    },
    /// Makes a command, or overwrites the one with the same id. An id of 0 asks for a new one.
    PutCommand {
        command: Box<Command>,
    },
    ReplaceCommands {
        scope: CommandScope,
        commands: Vec<Command>,
    },
    /// Replaces the overwrites of a command in a guild, or those of all commands: then the target
    /// is the application.
    SetCommandPermissions {
        guild: Id,
        target: Id,
        permissions: Vec<CommandPermission>,
    },
    /// Grants the application's commands to a guild, with or without its bot, or takes them away.
    GrantCommands {
        guild: Id,
        granted: bool,
    },
    /// A person installs the application for themselves.
    InstallFor {
        user: Id,
    },
    /// Opens a group direct message, where the bot is not.
    OpenGroup {
        people: Vec<Id>,
    },
    DeleteCommand {
        command: Id,
    },
    Begin(Box<NewInteraction>),
    /// The time of all interactions is over, that for a first answer and that for all others.
    ExpireInteractions,
    /// Callback type 4.
    Answer {
        interaction: Id,
        draft: Box<Draft>,
    },
    /// Callback type 5.
    Defer {
        interaction: Id,
        ephemeral: bool,
    },
    /// Callback type 6.
    Acknowledge {
        interaction: Id,
    },
    /// Callback type 7.
    UpdateMessage {
        interaction: Id,
        edit: Box<Edit>,
    },
    /// Callback type 8.
    OfferChoices {
        interaction: Id,
        choices: Value,
    },
    /// Callback type 9.
    OpenModal {
        interaction: Id,
        modal: Value,
    },
    EditOriginal {
        interaction: Id,
        edit: Box<Edit>,
    },
    FollowUp {
        interaction: Id,
        draft: Box<Draft>,
    },
    DeleteOriginal {
        interaction: Id,
    },
    /// Lets everything happen whose time has come.
    TimePassed,
    SetConnected(bool),
}

/// One trait of a channel.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Discord's number for the type of channel.
    Kind(u8),
    AgeRestricted(bool),
    /// The seconds a person waits between two messages.
    SlowMode(u64),
}

/// What a guild asks of people.
#[derive(Clone, Debug)]
pub enum Demand {
    /// Two-factor authentication of moderators.
    Mfa(bool),
    /// That new members agree to rules before they may talk.
    Screening(bool),
    /// That messages are free of these words, and of links that begin like these.
    Blocked(Vec<String>),
}

/// Where a list of commands belongs: to a guild, or to all of them.
pub type CommandScope = Option<Id>;

/// A message to be.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub channel: Id,
    pub author: Id,
    /// How the author shows, if it is a webhook.
    pub webhook: Option<Box<WebhookAuthor>>,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<NewFile>,
    pub poll: Option<Poll>,
    pub mentions: Mentions,
    pub flags: u64,
    pub tts: bool,
    pub nonce: Option<Value>,
    pub reference: Option<Reference>,
    /// For a forward: the message as it is now.
    pub snapshot: Option<Box<Message>>,
}

/// What an edit replaces; None leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub content: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    /// The ids of the attachments that stay; None keeps all of them.
    pub keep: Option<Vec<Id>>,
    pub files: Vec<NewFile>,
    pub mentions: Option<Mentions>,
    /// Flag bits that are switched on, and off.
    pub set_flags: u64,
    pub clear_flags: u64,
    pub poll: Option<Poll>,
}

/// A file that a message brings with it.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub filename: String,
    pub description: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Arc<[u8]>,
    pub voice: Option<Voice>,
}

/// An interaction to be.
#[derive(Clone, Debug)]
pub struct NewInteraction {
    pub kind: InteractionKind,
    pub user: Id,
    pub channel: Id,
    pub installs: Installs,
    pub data: Value,
    pub name: String,
    pub message: Option<Id>,
    /// For a submitted modal: the interaction that opened it.
    pub opener: Option<Id>,
}
