//! What can be chosen about a local Discord before it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::model::intents;
use crate::witness::Witness;

/// The bot token that is good here unless another one is chosen.
pub const LOCAL_TOKEN: &str = "local.dev.token";

/// How a local Discord behaves. The defaults are Discord's own figures.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one. Default `127.0.0.1:0`.
    pub bind: SocketAddr,
    /// The bot's token. Default [`LOCAL_TOKEN`].
    pub token: String,
    /// The bot's name. Default "Cogbox".
    pub bot_name: String,
    /// Whether the guild "Cogbox Lab" with ann, ben and cleo is there at the start. Default true.
    pub seed_world: bool,
    /// Where the time comes from. Default: the machine.
    pub clock: Clock,
    /// From an interaction to its first answer. Default 3 s.
    pub answer_deadline: Duration,
    /// From an interaction to the end of its token. Default 15 min.
    pub token_life: Duration,
    /// Between two heartbeats that a gateway client owes. Default 41.25 s.
    pub heartbeat_interval: Duration,
    /// How much later a heartbeat may come before the connection is closed. Default 20 s.
    pub heartbeat_tolerance: Duration,
    /// Between two heartbeats that a voice client owes. Default 13.75 s.
    pub voice_heartbeat_interval: Duration,
    /// Whether voice channels refuse clients without end-to-end encryption (DAVE), as Discord's do.
    /// Default true.
    pub dave_required: bool,
    /// How long a session can be resumed after its connection broke. Default 3 min.
    pub session_life: Duration,
    /// The privileged intents switched on for the application, as bits. Default: all three.
    pub privileged_intents: u64,
    /// Where the application has its interactions sent; with one, none come over the gateway, and
    /// nothing is sent there either. Default none.
    pub interactions_endpoint_url: Option<String>,
    /// The least number of shards that `/gateway/bot` recommends; one for every 1,000 guilds is
    /// recommended in any case. Default 1.
    pub shards: u64,
    /// How many shards may identify at once. Default 1.
    pub max_concurrency: u64,
    /// The wait between two identifies of one concurrency key. Default 5 s.
    pub identify_interval: Duration,
    /// The identifies of 24 hours, over all shards. One more resets the bot's token. Default 1,000.
    pub identifies: u64,
    /// The most guilds one shard may serve. Default 2,500.
    pub guilds_per_shard: usize,
    /// Requests a second over all routes of the bot; None for no such limit. Default 50.
    pub global_limit: Option<u32>,
    /// Whether routes have limits of their own. Default true.
    pub route_limits: bool,
    /// Requests answered with 401, 403 or 429 within ten minutes before the address is banned.
    /// Default 10,000.
    pub invalid_limit: u32,
    /// How long such a ban lasts, for which Discord tells no figure. Default 1 h.
    pub ban: Duration,
    /// Whether a `User-Agent` has to read `DiscordBot (url, version)`, as Discord's documentation
    /// asks, and not only to be there. Default false.
    pub strict_user_agent: bool,
    /// The direct messages that the bot may open in ten minutes; those that are open already do not
    /// count. Discord tells no figure. Default 100.
    pub direct_messages: u32,
    /// Whether optional fields that say nothing are left out, and not sent as null: Discord does the
    /// one and the other. Default false.
    pub sparse: bool,
    /// The largest file that a message or an interaction takes, in bytes. Default 10 MiB, which is
    /// that of a guild without boosts.
    pub attachment_limit: u64,
    /// How many requests are kept for a look at them. Default 1,000.
    pub kept_requests: usize,
    /// How long the test face waits, in real time, before it panics. Default 20 s.
    pub patience: Duration,
    /// The start of the random numbers in tokens. Default 1.
    pub random_seed: u64,
    /// Who is told of every request and its answer. Default: nobody.
    pub witness: Option<Arc<dyn Witness>>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: LOCAL_TOKEN.to_owned(),
            bot_name: "Cogbox".to_owned(),
            seed_world: true,
            clock: Clock::real(),
            answer_deadline: Duration::from_secs(3),
            token_life: Duration::from_secs(15 * 60),
            heartbeat_interval: Duration::from_millis(41_250),
            heartbeat_tolerance: Duration::from_secs(20),
            voice_heartbeat_interval: Duration::from_millis(13_750),
            dave_required: true,
            session_life: Duration::from_secs(180),
            privileged_intents: intents::PRIVILEGED,
            interactions_endpoint_url: None,
            shards: 1,
            max_concurrency: 1,
            identify_interval: Duration::from_secs(5),
            identifies: 1_000,
            guilds_per_shard: 2_500,
            global_limit: Some(50),
            route_limits: true,
            invalid_limit: 10_000,
            ban: Duration::from_secs(3_600),
            strict_user_agent: false,
            direct_messages: 100,
            sparse: false,
            attachment_limit: 10 * 1024 * 1024,
            kept_requests: 1_000,
            patience: Duration::from_secs(20),
            random_seed: 1,
            witness: None,
        }
    }
}
