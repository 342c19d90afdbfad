//! What comes from Discord: the connection, and where each event goes.
//!
//! Everything above the connection sees [`Envelope`]s alone, so that another connection, or a
//! broker, can stand in for the one in `shards`.

mod admission;
mod autocomplete;
pub mod builtin;
pub mod dispatch;
mod events;
mod happening;
pub mod identify;
pub mod inbox;
mod lanes;
pub mod left;
mod repeats;
pub mod sessions;
mod settings_menu;
mod shard;
pub mod shards;

use serenity::model::id::GuildId;

use crate::cache::Membership;

/// One dispatch as Discord sent it.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The shard it came from.
    pub shard: u32,
    /// Its number in the session.
    pub seq: u64,
    /// The guild it is about, if it is about one.
    pub guild: Option<GuildId>,
    /// Its name, such as `INTERACTION_CREATE`.
    pub kind: String,
    /// Its data, as JSON.
    pub raw: String,
    /// When it arrived.
    pub received: std::time::Instant,
    /// Which set of shards brought it.
    pub set: u64,
    /// Whether another set of shards brings the same events.
    pub beside: bool,
    /// What it changed about being in its guild.
    pub membership: Membership,
}
