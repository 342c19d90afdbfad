//! Guilds with their roles and members.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Time;
use crate::snowflake::Id;

/// A guild. Its channels live in the world, by id.
#[derive(Clone, Debug)]
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
    /// False while an outage is played.
    pub available: bool,
}

/// A role of a guild.
#[derive(Clone, Debug)]
pub struct Role {
    pub id: Id,
    pub name: String,
    pub permissions: u64,
    pub position: u64,
    pub mentionable: bool,
    /// True for a role that belongs to a bot and cannot be handed out.
    pub managed: bool,
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
}
