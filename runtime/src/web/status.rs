//! What `/api/status` says, field by field. The dashboard is rendered from this very struct, so
//! the page and the JSON can't tell two stories.
//!
//! Times are RFC 3339 in UTC, durations are seconds, sizes are bytes. `null` means "not known yet".
//! Texts that come from a cog or its author are cut at the lengths named here.

mod gather;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::SystemTime;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

pub use gather::{NAME_MAX, clip, counted, database_trouble, each, label, sum, waits_for};

/// The shape of this document. It goes up when a field goes away or changes its meaning; a new
/// field does not raise it.
pub const API: u32 = 1;

/// The host at one moment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Status {
    /// [`API`].
    pub api: u32,
    /// When this was taken.
    pub at: Timestamp,
    /// Cogbox's version.
    pub version: String,
    /// `run`, or `dev` with a local Discord.
    pub mode: String,
    /// When the process started.
    pub started: Timestamp,
    /// How long it has been running, in seconds.
    pub uptime_seconds: f64,
    /// Whether every shard is connected and the commands are synced.
    pub ready: bool,
    /// What it waits for while it is not ready, as a sentence without a full stop.
    pub waits_for: Option<String>,
    /// The bot's account, once Discord has told it.
    pub bot: Option<Bot>,
    /// The connection to Discord's gateway.
    pub gateway: Gateway,
    /// Requests to Discord.
    pub rest: Rest,
    /// The servers the bot is in.
    pub guilds: Guilds,
    /// The voice channels that the bot is in.
    pub voice: Vec<Voice>,
    /// The version of yt-dlp, where it is allowed and has told it.
    pub resolver_version: Option<String>,
    /// Size of the database, in bytes.
    pub database_bytes: Option<u64>,
    /// What is wrong with the database, while something is.
    pub database_trouble: Option<DatabaseTrouble>,
    /// The loaded cogs, by name.
    pub cogs: Vec<Cog>,
    /// The components that were not loaded, by name.
    pub refused: Vec<Refused>,
    /// New commands that wait for another day, since Discord takes so many a day and no more.
    pub held_commands: Vec<HeldCommands>,
    /// The last call of each cog that did not end well, newest first.
    pub faults: Vec<Fault>,
    /// The page of the local Discord, in `dev`.
    pub local_discord: Option<String>,
}

/// The bot's account.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Bot {
    /// The user's id.
    pub id: String,
    /// The user's name.
    pub name: String,
}

/// The connection to Discord's gateway.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Gateway {
    /// Every shard, by number; empty until the host knows how many there are.
    pub shards: Vec<Shard>,
}

/// One connection to the gateway.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Shard {
    /// Its number, from 0.
    pub id: u32,
    /// Whether it has a session.
    pub connected: bool,
    /// Round trip of its last heartbeat, in seconds.
    pub heartbeat_seconds: Option<f64>,
    /// Connections after the first.
    pub reconnects: u64,
}

/// Requests to Discord.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Rest {
    /// Round trip of the last one, in seconds.
    pub latency_seconds: Option<f64>,
    /// Requests since the start.
    pub requests: u64,
    /// How many of them Discord answered with 429: too many requests.
    pub rate_limited: u64,
}

/// The servers the bot is in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Guilds {
    /// Those whose state has arrived. One that has an outage since stays among them.
    pub known: usize,
    /// Those that Discord reports as unavailable.
    pub unavailable: usize,
}

/// A voice channel that the bot is in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Voice {
    /// The server's id.
    pub guild: String,
    /// What the server is called, as far as it is kept. At most 100 characters.
    pub name: Option<String>,
    /// The channel's id.
    pub channel: String,
    /// What plays. At most 200 characters.
    pub title: Option<String>,
    /// How far it is, in seconds.
    pub position_seconds: f64,
    /// How long it is, in seconds, as far as it says.
    pub duration_seconds: Option<f64>,
    /// Who asked for it, as an id.
    pub requested_by: Option<String>,
    /// What they are called in the server, while they are in voice. At most 100 characters.
    pub requester: Option<String>,
    /// Whether the bot is in the audience of a stage, where nobody hears it.
    pub suppressed: bool,
    /// Whether it waits.
    pub paused: bool,
    /// How loud it is, in percent.
    pub volume: u8,
    /// How many tracks wait.
    pub waiting: usize,
    /// The last track that could not be played to its end, and why. At most 200 characters.
    pub broke: Option<String>,
}

/// A loaded cog.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Cog {
    /// The operator's name for it.
    pub name: String,
    /// The author's version; empty when there is none. At most 40 characters.
    pub version: String,
    /// The author's line about it. At most 200 characters.
    pub description: String,
    /// Whether the version that runs is the one on the disk.
    pub state: CogState,
    /// Where it is not called for a while, the longest first. At most 20 places.
    pub quarantines: Vec<Quarantine>,
    /// SHA-256 of the component, in hexadecimal.
    pub digest: String,
    /// Size of the component, in bytes.
    pub size_bytes: usize,
    /// When it was loaded.
    pub loaded: Timestamp,
    /// The version that ran before it, as long as it can be put back.
    pub before: Option<Before>,
    /// What it imports.
    pub asks: Vec<Ask>,
    /// What it imports of WASI. There is nothing behind it but clock and random.
    pub wasi: Vec<String>,
    /// What it exports.
    pub listens: Vec<Listens>,
    /// The gateway intents that follow from what it imports and exports.
    pub intents: Vec<Intent>,
    /// The commands it declared.
    pub commands: Vec<Command>,
    /// The calls into it.
    pub calls: Calls,
    /// CPU time that calls took, in seconds.
    pub cpu_seconds: f64,
    /// Linear memory of the last finished call's instance, in bytes; `null` before the first.
    pub memory_bytes: Option<u64>,
    /// The most it may have, in bytes.
    pub memory_limit_bytes: u64,
    /// Answers that the host deferred because the cog was slow.
    pub auto_defers: u64,
    /// Calls into the host that were not allowed.
    pub denied: u64,
    /// Events that it did not get, because its queue was full.
    pub dropped_events: u64,
    /// Timers that wait, as of some seconds ago.
    pub timers: u64,
}

/// A version of a cog that ran before the one that runs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Before {
    /// The author's version; empty when there is none. At most 40 characters.
    pub version: String,
    /// SHA-256 of the component, in hexadecimal.
    pub digest: String,
}

/// A while in which a cog is not called.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Quarantine {
    /// `everywhere`, `guild` or `direct-messages`.
    pub place: String,
    /// Which server, if it is one.
    pub guild: Option<String>,
    /// When it ends.
    pub until: Timestamp,
    /// Whether the bot's owner wanted it. If not, the cog failed again and again.
    pub by_hand: bool,
}

/// Something that the bot asks the gateway to send.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Intent {
    /// As Discord names it, such as `GUILD_MEMBERS`.
    pub name: String,
    /// Whether it has to be switched on at Discord.
    pub privileged: bool,
}

/// How a loaded cog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CogState {
    /// It runs.
    Running,
    /// It runs, and a newer component of the same name was refused: see [`Status::refused`].
    UpdateRefused,
}

/// An interface that a cog imports.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ask {
    /// Its short name, as a grant is written.
    pub interface: String,
    /// What it lets a cog do: completes "it can ...".
    pub words: String,
    /// Why the author says it is needed. At most 200 characters.
    pub reason: Option<String>,
    /// How much harm it could do: `none`, `low`, `medium` or `high`.
    pub danger: String,
    /// Whether every cog has it without being granted it.
    pub always: bool,
}

/// An interface that a cog exports.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Listens {
    /// Its short name.
    pub interface: String,
    /// What it hears: completes "it listens to ...".
    pub words: String,
}

/// A command that a cog offers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Command {
    /// Its name, without a slash.
    pub name: String,
    /// Where people find it: `chat` (typed, with a slash), `user` or `message` (in menus).
    pub target: String,
    /// Its description; empty in menus.
    pub description: String,
    /// How often it was used since the start.
    pub uses: u64,
}

/// The calls into a cog since the start.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Calls {
    /// All of them.
    pub total: u64,
    /// Those that did not end in `ok`.
    pub errors: u64,
    /// How many ended how: `ok`, `error` (the cog said so), `trap`, `memory`, `cpu`, `wall`,
    /// `transfer`, `denied` (stopped), `busy` (no room), `host` (the host's fault).
    pub outcomes: BTreeMap<String, u64>,
    /// Half of the calls took at most this, in seconds, waiting included; read from the buckets.
    pub p50_seconds: Option<f64>,
    /// The same for 95 of 100.
    pub p95_seconds: Option<f64>,
    /// How many took how long.
    pub buckets: Vec<Bucket>,
}

/// Calls of a similar length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Bucket {
    /// The longest of them, in seconds; `null` for all that took longer than the bucket before.
    pub up_to_seconds: Option<f64>,
    /// How many there are, not counting those of the buckets before.
    pub calls: u64,
}

/// A component that was not loaded.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Refused {
    /// The operator's name for it.
    pub name: String,
    /// What is wrong. At most 1,000 characters.
    pub what: String,
    /// What to do. At most 1,000 characters.
    pub fix: String,
    /// Whether an older version of it goes on running.
    pub older_runs: bool,
}

/// New commands of one cog that are not registered yet. The bot is ready all the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeldCommands {
    /// Whose.
    pub cog: String,
    /// Their names, without a slash.
    pub commands: Vec<String>,
    /// When they are sent.
    pub until: Timestamp,
    /// Why they wait, as a sentence without a full stop.
    pub why: String,
}

/// Something that keeps the database from working. What is read may still be answered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DatabaseTrouble {
    /// `full`, `disk`, `locked`, `read-only` or `damaged`.
    pub kind: String,
    /// What is wrong, as a sentence without a full stop.
    pub what: String,
    /// What to do, likewise.
    pub fix: String,
    /// Since when.
    pub since: Timestamp,
}

/// A call that did not end well.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Fault {
    /// Whose.
    pub cog: String,
    /// When.
    pub at: Timestamp,
    /// How it ended, as in [`Calls::outcomes`].
    pub outcome: String,
    /// What was called.
    pub export: String,
    /// What it comes down to, in one line. At most 200 characters.
    pub cause: String,
    /// The error, and the cog's backtrace if there is one. At most 16,000 characters.
    pub detail: String,
}

/// A moment, written as RFC 3339 in UTC, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub SystemTime);

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use time::format_description::well_known::Rfc3339;
        let moment = time::OffsetDateTime::from(self.0);
        // The format has no year past 9999; no clock of ours is that far.
        let second = moment.replace_nanosecond(0).unwrap_or(moment);
        f.write_str(&second.format(&Rfc3339).map_err(|_| std::fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}
