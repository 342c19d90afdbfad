//! Everything that can be made to go wrong, in one list: the test face and the control API both
//! take it from here. `cause` makes a fault happen; nothing here happens by itself.

mod cause;
mod read;
mod table;
mod voice;

pub use cause::cause;
pub use table::FAULTS;

use serde::Deserialize;
use serde_json::Value;

use crate::rest::Scope;
use crate::snowflake::Id;

/// One thing that goes wrong. As JSON it is an object whose `fault` is the name in snake case:
/// `{"fault": "close", "code": 4000}`. `shard` limits a fault to one shard, `times` says how many
/// dispatches or requests it concerns (1 unless said otherwise), and in a `path`, which begins
/// after `/api/v10`, a `*` stands for any one step; a path or method of `*` alone fits all.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Sends a dispatch of any name and content to every session, whatever its intents.
    Dispatch { name: String, data: Value },
    /// Sends a payload as it is, for instance one with an opcode that does not exist.
    Payload { payload: Value, shard: Option<u64> },
    /// Changes the next dispatches of an event: sets what a JSON pointer names, or takes it away
    /// when there is no `value`. `event` may be `*`.
    Alter {
        event: String,
        pointer: String,
        #[serde(default, deserialize_with = "read::given")]
        value: Option<Value>,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Sends the next dispatches of an event `more` times more, each under a number of its own.
    Repeat {
        event: String,
        #[serde(default = "read::once")]
        more: u32,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// At the next Resume, replays that many dispatches that the client has had already.
    ReplayAgain { dispatches: u64 },
    /// Holds the next dispatches of an event back until another one has gone out.
    HoldBack {
        event: String,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Loses the next dispatches of an event. A `numbered` one leaves a gap in `s`.
    Lose {
        event: String,
        #[serde(default = "read::yes")]
        numbered: bool,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Leaves optional fields without a value out of all objects, or writes them again.
    Sparse { on: bool },
    /// Fills a guild with people who are offline. Nobody is told of them.
    Crowd { guild: Id, members: usize },
    /// Adds guilds with the bot in them.
    Guilds { count: usize },
    /// Switches privileged intents on or off for the application, as bits.
    Intents {
        #[serde(deserialize_with = "read::bits")]
        privileged: u64,
    },
    /// Answers no more heartbeats of the present connections, or does so again.
    WithholdAcks { on: bool },
    /// Asks for a heartbeat at once (op 1).
    AskHeartbeat { shard: Option<u64> },
    /// Asks clients to reconnect (op 7), and closes 5 s later.
    Reconnect { shard: Option<u64> },
    /// Sends new connections op 7 in place of Hello, that many times.
    ReconnectAtHello { times: u32 },
    /// Declares the session invalid (op 9). One that is not resumable is forgotten.
    InvalidSession { resumable: bool, shard: Option<u64> },
    /// Closes connections with a code, or with a close frame that has none.
    Close {
        code: Option<u16>,
        shard: Option<u64>,
    },
    /// Drops connections without a close frame.
    Drop { shard: Option<u64> },
    /// Drops connections and forgets their sessions, so that every shard has to identify.
    LoseSessions { shard: Option<u64> },
    /// Makes the bot's token invalid and ends its sessions. Without a new one, one is made up.
    ResetToken { token: Option<String> },
    /// Begins or ends an outage of one guild, of a shard's guilds (`shard` of `shards`), or of all.
    Outage {
        on: bool,
        guild: Option<Id>,
        shard: Option<u64>,
        #[serde(default = "read::one")]
        shards: u64,
    },
    /// Sends GUILD_CREATE with an unavailable guild in it.
    UnavailableGuild { guild: Id },
    /// Removes the bot from a guild, as a kick does.
    RemoveBot { guild: Id },
    /// Answers the next requests to a route with 429.
    Limit {
        method: String,
        path: String,
        /// In seconds.
        retry_after: f64,
        #[serde(default)]
        scope: Scope,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Bans the bot's address for so many seconds: a page for every request, as the proxy in front
    /// of Discord sends it.
    Ban { seconds: f64 },
    /// Answers the next requests to a route in another way. A text as the body is sent as HTML.
    Answer {
        method: String,
        path: String,
        status: u16,
        #[serde(default)]
        body: Value,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Drops the connection of the next requests to a route. They are not carried out.
    Reset {
        method: String,
        path: String,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Carries the next requests to a route out, and answers so many seconds later.
    Hang {
        method: String,
        path: String,
        seconds: f64,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Carries the next requests to a route out, and sends only the first bytes of the answer.
    Cut {
        method: String,
        path: String,
        #[serde(default)]
        keep: usize,
        #[serde(default = "read::once")]
        times: u32,
    },
    /// Sets the permission bits of the bot's own role in a guild.
    BotPermissions {
        guild: Id,
        #[serde(deserialize_with = "read::bits")]
        permissions: u64,
    },
    /// Deletes a message behind the bot's back.
    DeleteMessage { channel: Id, message: Id },
    /// Ends the time of all interactions: those without an answer fail, the tokens of others die.
    ExpireInteractions,
    /// Answers all open interactions with a defer, as a second instance of the bot would.
    AnswerElsewhere,
    /// Moves the clock on.
    PassTime { seconds: f64 },
    /// Takes the application out of a guild or puts it in, without its bot user: the grant for
    /// commands.
    Grant { guild: Id, granted: bool },
    /// Installs the application to a user.
    Install { user: Id },
    /// Replaces all commands of the application, as another program with the token would. All get
    /// new ids.
    ReplaceCommands { guild: Option<Id>, commands: Value },
    /// Sets the largest file a person or the bot may send, in bytes.
    AttachmentLimit { bytes: u64 },
    /// Closes the voice connection of the bot in a guild. The session goes on after 4009 and 4015.
    VoiceClose { guild: Id, code: u16 },
    /// Moves the bot to another voice channel, or takes it out without one.
    VoiceMove { guild: Id, channel: Option<Id> },
    /// Gives the bot's call in a guild another voice server, or takes the present one away until then.
    VoiceServer {
        guild: Id,
        #[serde(default)]
        gone: bool,
    },
    /// Has the bot's call in a guild in the clear from now on, as when somebody comes who can't encrypt,
    /// or encrypted again.
    VoiceEncryption { guild: Id, on: bool },
    /// Sets which modes of encryption coming voice sessions are offered, in order.
    VoiceModes { modes: Vec<String> },
    /// Loses every so manieth datagram of voice, or has it come after the next one; 0 for none.
    VoicePackets {
        #[serde(default)]
        lose: u32,
        #[serde(default)]
        swap: u32,
    },
    /// Shifts the clock that clients are told of (`X-RateLimit-Reset`, `Date`), in seconds.
    ClockSkew { seconds: i64 },
}
