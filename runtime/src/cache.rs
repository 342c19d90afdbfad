//! What the host keeps of Discord's state, and no more: who the bot is, its guilds and which
//! channel is of which guild, and how the shards do.
//!
//! It is fed by the shards in order, before an event reaches any cog. It never asks Discord but for
//! a channel it has not heard of.

pub mod history;
mod keeps;
mod names;
mod roles;
mod sizes;
mod standing;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};
use serenity::model::id::{ApplicationId, ChannelId, GuildId, UserId};
use serenity::model::misc::ImageHash;
use serenity::model::user::User;

use crate::rest::{Rest, RestError, Route};
pub use keeps::Keeps;
use roles::Roles;
pub use roles::{GuildRoles, KnownRole, permissions};
use sizes::Size;
pub use standing::Held;
use standing::{Commands, Shard};

/// A guild, as the contract can tell of it.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownGuild {
    pub id: GuildId,
    pub name: String,
    pub icon: Option<ImageHash>,
    pub owner_id: UserId,
    #[serde(default)]
    member_count: Option<u32>,
    #[serde(default)]
    approximate_member_count: Option<u32>,
    #[serde(default = "english")]
    pub preferred_locale: String,
    #[serde(default)]
    pub premium_subscription_count: u32,
    /// As they come with the guild; empty once they are in the cache, which keeps their ids alone.
    #[serde(default)]
    channels: Vec<ChannelOf>,
    #[serde(default)]
    threads: Vec<ChannelOf>,
}

impl KnownGuild {
    /// Returns how many members it has, as far as Discord said.
    pub fn members(&self) -> u32 {
        self.member_count
            .or(self.approximate_member_count)
            .unwrap_or(0)
    }
}

fn english() -> String {
    "en-US".to_owned()
}

/// Channels that are kept. More are asked for when somebody needs them: about 40 MB is enough.
const CHANNELS_MAX: usize = 1_000_000;

/// The state. One for the process.
#[derive(Default)]
pub struct Cache {
    inner: RwLock<Inner>,
}

/// Who the bot is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Its user.
    pub user: User,
    /// Its application.
    pub application: ApplicationId,
}

/// What an event changed about being in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Membership {
    /// Nothing: an outage and its end, what a new session shows, and all else.
    #[default]
    AsBefore,
    /// The bot was added to it.
    Joined,
    /// The bot was removed from it, or left.
    Left,
}

#[derive(Default)]
struct Inner {
    keeps: Keeps,
    me: Option<Arc<User>>,
    application: Option<ApplicationId>,
    guilds: HashMap<GuildId, Arc<KnownGuild>>,
    /// Guilds of which only the id and the name are kept: nobody needs more, or an earlier process
    /// began the session, in which Discord does not show them again, so that the name is missing.
    unseen: HashMap<GuildId, Option<String>>,
    /// Guilds that Discord has named without showing them: an outage, or still to come.
    unavailable: HashSet<GuildId>,
    sizes: HashMap<GuildId, Size>,
    channels: HashMap<ChannelId, GuildId>,
    roles: Roles,
    /// The shards of this process, by number.
    shards: BTreeMap<u32, Shard>,
    /// How many shards the bot has, those of other processes too.
    total: u32,
    commands: Commands,
}

/// Returns the shard that serves a guild, as Discord counts it.
pub fn shard_of(guild: GuildId, total: u32) -> u32 {
    ((guild.get() >> 22) % u64::from(total.max(1))) as u32
}

#[derive(Deserialize)]
struct Ready {
    user: User,
    application: Application,
    #[serde(default)]
    guilds: Vec<Gone>,
    /// This shard and how many there are.
    #[serde(default = "only_one")]
    shard: (u32, u32),
}

fn only_one() -> (u32, u32) {
    (0, 1)
}

#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

#[derive(Deserialize)]
struct Gone {
    id: GuildId,
    #[serde(default)]
    unavailable: bool,
    name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct ChannelOf {
    id: ChannelId,
    guild_id: Option<GuildId>,
}

impl Inner {
    fn is_in(&self, guild: GuildId) -> bool {
        self.guilds.contains_key(&guild)
            || self.unseen.contains_key(&guild)
            || self.unavailable.contains(&guild)
    }

    fn resize(&mut self, guild: GuildId, change: impl FnOnce(&mut Size)) {
        if let Some(size) = self.sizes.get_mut(&guild) {
            change(size);
        }
    }

    fn keep_channel(&mut self, channel: ChannelId, guild: GuildId) {
        if self.keeps.channels && self.channels.len() < CHANNELS_MAX {
            self.channels.insert(channel, guild);
        }
    }
}

impl Cache {
    /// Sets what is kept from now on. At first that is ids of guilds alone.
    pub fn keep(&self, keeps: Keeps) {
        self.write().keeps = keeps;
    }

    /// Takes in one dispatch. What it can't read is an error; the event goes on all the same. Of
    /// two shards that tell of the same guild one is told that the bot has joined or left.
    pub fn apply(&self, kind: &str, raw: &str) -> Result<Membership, serde_json::Error> {
        let mut membership = Membership::AsBefore;
        match kind {
            "READY" => {
                let ready: Ready = serde_json::from_str(raw)?;
                let mut inner = self.write();
                inner.me = Some(Arc::new(ready.user));
                inner.application = Some(ready.application.id);
                // A new session tells all guilds; those that are missing were left meanwhile.
                let (shard, total) = ready.shard;
                let there: HashSet<_> = ready.guilds.iter().map(|guild| guild.id).collect();
                let stays = |id: GuildId| shard_of(id, total) != shard || there.contains(&id);
                inner.guilds.retain(|id, _| stays(*id));
                inner.unseen.retain(|id, _| shard_of(*id, total) != shard);
                inner.unavailable.retain(|id| stays(*id));
                inner.sizes.retain(|id, _| stays(*id));
                inner.channels.retain(|_, guild| stays(*guild));
                inner.roles.retain(stays);
                // Each is unavailable until its GUILD_CREATE comes.
                inner.unavailable.extend(there);
            }
            "GUILD_CREATE" | "GUILD_UPDATE" => {
                let (shown, size) = sizes::shown(raw)?;
                let id = shown.id;
                if kind == "GUILD_CREATE" || shown.unavailable {
                    // The bot is in it even if no more of it can be read.
                    let mut inner = self.write();
                    if !inner.is_in(id) {
                        membership = Membership::Joined;
                    }
                    inner.unavailable.insert(id);
                }
                if let Some(size) = size.filter(|_| kind == "GUILD_CREATE") {
                    self.write().sizes.insert(id, size);
                }
                if shown.unavailable {
                    // Of a guild that is not shown nothing can be told.
                    return Ok(Membership::AsBefore);
                }
                if self.read().keeps == Keeps::default() {
                    let mut inner = self.write();
                    inner.unavailable.remove(&id);
                    inner.unseen.insert(id, shown.name);
                    return Ok(membership);
                }
                let mut guild: KnownGuild = serde_json::from_str(raw)?;
                // An update carries the owner and all roles, as the creation does.
                let keeps_roles = self.read().keeps.roles;
                let roles = keeps_roles.then(|| serde_json::from_str::<GuildRoles>(raw));
                let roles = roles.transpose()?;
                let mut inner = self.write();
                inner.unavailable.remove(&guild.id);
                inner.unseen.remove(&guild.id);
                if let (None, Some(known)) = (guild.member_count, inner.guilds.get(&guild.id)) {
                    // An update leaves the count out.
                    guild.member_count = known.member_count;
                }
                let channels = std::mem::take(&mut guild.channels);
                let all = channels
                    .into_iter()
                    .chain(std::mem::take(&mut guild.threads));
                for channel in all {
                    inner.keep_channel(channel.id, guild.id);
                }
                if let Some(roles) = roles {
                    inner.roles.put(guild.id, roles);
                }
                match inner.keeps.guilds {
                    true => drop(inner.guilds.insert(guild.id, Arc::new(guild))),
                    false => drop(inner.unseen.insert(guild.id, Some(guild.name))),
                }
            }
            "GUILD_DELETE" => {
                let gone: Gone = serde_json::from_str(raw)?;
                let mut inner = self.write();
                if gone.unavailable {
                    inner.unavailable.insert(gone.id);
                    inner.unseen.remove(&gone.id);
                } else {
                    if inner.is_in(gone.id) {
                        membership = Membership::Left;
                    }
                    inner.guilds.remove(&gone.id);
                    inner.unseen.remove(&gone.id);
                    inner.unavailable.remove(&gone.id);
                    inner.sizes.remove(&gone.id);
                    inner.channels.retain(|_, guild| *guild != gone.id);
                    inner.roles.remove(gone.id);
                }
            }
            "CHANNEL_CREATE" | "THREAD_CREATE" => {
                let channel: ChannelOf = serde_json::from_str(raw)?;
                if let Some(guild) = channel.guild_id {
                    let mut inner = self.write();
                    inner.keep_channel(channel.id, guild);
                    if kind == "CHANNEL_CREATE" {
                        inner.resize(guild, |size| size.channels += 1);
                    }
                }
            }
            "CHANNEL_DELETE" | "THREAD_DELETE" => {
                let channel: ChannelOf = serde_json::from_str(raw)?;
                let mut inner = self.write();
                inner.channels.remove(&channel.id);
                if let ("CHANNEL_DELETE", Some(guild)) = (kind, channel.guild_id) {
                    inner.resize(guild, |size| {
                        size.channels = size.channels.saturating_sub(1)
                    });
                }
            }
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" | "GUILD_ROLE_DELETE"
                if self.read().keeps.roles =>
            {
                self.write().roles.apply(raw)?;
            }
            "GUILD_MEMBER_ADD" | "GUILD_MEMBER_REMOVE" => {
                #[derive(Deserialize)]
                struct Of {
                    guild_id: GuildId,
                }
                let of: Of = serde_json::from_str(raw)?;
                let step = if kind == "GUILD_MEMBER_ADD" { 1 } else { -1 };
                let mut inner = self.write();
                inner.resize(of.guild_id, |size| {
                    size.members = size.members.saturating_add_signed(step);
                });
                if let Some(guild) = inner.guilds.get_mut(&of.guild_id) {
                    let guild = Arc::make_mut(guild);
                    guild.member_count = Some(guild.members().saturating_add_signed(step));
                }
            }
            _ => {}
        }
        Ok(membership)
    }

    /// Takes in what an earlier process knew of a session that is about to be resumed.
    pub fn restore(&self, identity: &Identity, guilds: impl IntoIterator<Item = GuildId>) {
        let mut inner = self.write();
        inner.me = Some(Arc::new(identity.user.clone()));
        inner.application = Some(identity.application);
        inner.unseen.extend(guilds.into_iter().map(|id| (id, None)));
    }

    /// Returns who the bot is, once it is known.
    pub fn identity(&self) -> Option<Identity> {
        let inner = self.read();
        Some(Identity {
            user: User::clone(inner.me.as_ref()?),
            application: inner.application?,
        })
    }

    /// Returns the bot's own user, once it is connected.
    pub fn me(&self) -> Option<Arc<User>> {
        self.read().me.clone()
    }

    /// Returns the bot's application, once it is connected.
    pub fn application(&self) -> Option<ApplicationId> {
        self.read().application
    }

    /// Returns a guild that the bot is in.
    pub fn guild(&self, guild: GuildId) -> Option<Arc<KnownGuild>> {
        self.read().guilds.get(&guild).cloned()
    }

    /// Whether the bot is in a guild, as far as Discord said.
    pub fn is_in(&self, guild: GuildId) -> bool {
        self.read().is_in(guild)
    }

    /// Returns how many guilds the bot is in.
    pub fn guild_count(&self) -> usize {
        let inner = self.read();
        inner.guilds.len() + inner.unseen.len()
    }

    /// Returns how many of them a shard serves.
    pub fn guilds_of(&self, shard: u32) -> usize {
        let inner = self.read();
        let all = inner.guilds.keys().chain(inner.unseen.keys());
        all.filter(|id| shard_of(**id, inner.total) == shard)
            .count()
    }

    /// Returns all guilds of a shard that the bot is in, those with an outage too.
    pub fn all_of(&self, shard: u32, total: u32) -> BTreeSet<GuildId> {
        let inner = self.read();
        let shown = inner.guilds.keys().chain(inner.unseen.keys());
        let all = shown.chain(&inner.unavailable).copied();
        all.filter(|id| shard_of(*id, total) == shard).collect()
    }

    /// Returns the guilds that the bot is in, by id, after one.
    pub fn guilds_after(&self, after: u64, limit: usize) -> Vec<GuildId> {
        let inner = self.read();
        let shown = inner.guilds.keys().chain(inner.unseen.keys());
        let all = shown.chain(&inner.unavailable).copied();
        let mut later: Vec<_> = all.filter(|guild| guild.get() > after).collect();
        later.sort_unstable();
        later.dedup();
        later.truncate(limit);
        later
    }

    /// Returns how many of them Discord reports as unavailable.
    pub fn unavailable_count(&self) -> usize {
        self.read().unavailable.len()
    }

    /// Returns the guild of a channel, asking Discord about one that is new; `None` for a direct
    /// message.
    pub async fn guild_of(
        &self,
        channel: ChannelId,
        rest: &Rest,
    ) -> Result<Option<GuildId>, RestError> {
        if let Some(guild) = self.read().channels.get(&channel) {
            return Ok(Some(*guild));
        }
        let found: ChannelOf = rest.ask(Route::Channel(channel)).await?;
        if let Some(guild) = found.guild_id {
            self.write().keep_channel(channel, guild);
        }
        Ok(found.guild_id)
    }

    /// Returns who owns a guild and its roles, asking Discord about one whose roles are not known.
    pub async fn roles_of(
        &self,
        guild: GuildId,
        rest: &Rest,
    ) -> Result<Arc<GuildRoles>, RestError> {
        let changes = {
            let inner = self.read();
            if let Some(known) = inner.roles.get(guild) {
                return Ok(known);
            }
            inner.roles.changes
        };
        let asked: GuildRoles = rest.ask(Route::Guild(guild)).await?;
        let mut inner = self.write();
        // What changed meanwhile may be newer than the answer.
        Ok(match inner.keeps.roles && inner.roles.changes == changes {
            true => inner.roles.put(guild, asked),
            false => Arc::new(asked),
        })
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        // A panic while the lock was held left the maps whole: each change is one insert or remove.
        self.inner
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Inner> {
        self.inner
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guild_comes_changes_and_goes() {
        let cache = Cache::default();
        cache.keep(Keeps::GUILDS | Keeps::CHANNELS);
        let guild = GuildId::new(7);
        let create = r#"{"id":"7","name":"Lab","icon":null,"owner_id":"1","member_count":3,
            "preferred_locale":"de","channels":[{"id":"70"}],"threads":[]}"#;
        cache.apply("GUILD_CREATE", create).unwrap();
        cache
            .apply("GUILD_MEMBER_ADD", r#"{"guild_id":"7"}"#)
            .unwrap();
        let update = r#"{"id":"7","name":"Lab 2","icon":null,"owner_id":"1"}"#;
        cache.apply("GUILD_UPDATE", update).unwrap();
        let known = cache.guild(guild).unwrap();
        assert_eq!((known.name.as_str(), known.members()), ("Lab 2", 4));
        for id in ["71", "72"] {
            let channel = format!(r#"{{"id":"{id}","guild_id":"7"}}"#);
            cache.apply("CHANNEL_CREATE", &channel).unwrap();
            cache.apply("THREAD_CREATE", &channel).unwrap();
        }
        let channel = r#"{"id":"72","guild_id":"7"}"#;
        cache.apply("CHANNEL_DELETE", channel).unwrap();
        assert_eq!(cache.sizes(), Some((2, 4)), "threads are none");
        cache
            .apply("GUILD_DELETE", r#"{"id":"7","unavailable":true}"#)
            .unwrap();
        assert!(cache.guild(guild).is_some(), "an outage is not a removal");
        let left = cache.apply("GUILD_DELETE", r#"{"id":"7"}"#).unwrap();
        assert_eq!(left, Membership::Left);
        let again = cache.apply("GUILD_DELETE", r#"{"id":"7"}"#).unwrap();
        assert_eq!(
            again,
            Membership::AsBefore,
            "the other set of shards says so too"
        );
        assert!(cache.guild(guild).is_none());
        assert!(!cache.is_in(guild));
        assert!(cache.apply("GUILD_CREATE", "{}").is_err());
        assert!(cache.apply("GUILD_CREATE", r#"{"id":"7"}"#).is_err());
        assert!(cache.is_in(guild) && cache.guild(guild).is_none());

        // An earlier process knew that the bot is in these; nothing has been seen of them.
        let identity = Identity {
            user: User::default(),
            application: 1.into(),
        };
        let other = GuildId::new(8);
        cache.restore(&identity, [guild, other]);
        cache.apply("GUILD_CREATE", create).unwrap();
        assert_eq!((cache.guild_count(), cache.is_in(other)), (2, true));
        assert_eq!(cache.sizes(), None, "nobody knows how large 8 is");
        cache.apply("GUILD_DELETE", r#"{"id":"8"}"#).unwrap();
        assert_eq!(cache.sizes(), Some((1, 3)));
        assert_eq!((cache.guild_count(), cache.is_in(other)), (1, false));

        cache.apply("GUILD_CREATE", create).unwrap();
        let ready = |shard: &str, guilds: &str| {
            let user = r#"{"id":"1","username":"c","discriminator":"0","avatar":null}"#;
            let ready = format!(
                r#"{{"user":{user},"application":{{"id":"1"}},"shard":{shard},"guilds":{guilds}}}"#
            );
            cache.apply("READY", &ready).unwrap();
            cache.guild(guild).is_some()
        };
        assert!(ready("[1,2]", "[]"), "the other shard's");
        assert!(ready("[0,2]", r#"[{"id":"7","unavailable":true}]"#));
        assert_eq!(cache.unavailable_count(), 1, "until its GUILD_CREATE");
        assert!(!ready("[0,2]", "[]"), "left while the shard was away");
        assert!(cache.apply("SOMETHING_NEW", "{}").is_ok());
    }

    #[test]
    fn what_nobody_needs_is_not_kept() {
        let guild = GuildId::new(7);
        let create = r#"{"id":"7","name":"Lab","icon":null,"owner_id":"1",
            "channels":[{"id":"70"}],"threads":[]}"#;
        for (guilds, channels) in [(false, false), (false, true), (true, false)] {
            let cache = Cache::default();
            cache.keep(Keeps {
                guilds,
                channels,
                roles: false,
            });
            cache.apply("GUILD_CREATE", create).unwrap();
            cache.apply("GUILD_UPDATE", create).unwrap();
            assert_eq!((cache.guild_count(), cache.unavailable_count()), (1, 0));
            assert!(cache.is_in(guild));
            assert_eq!(cache.guild(guild).is_some(), guilds);
            let kept = cache.read().channels.len();
            assert_eq!(kept, usize::from(channels));
            cache.apply("GUILD_DELETE", r#"{"id":"7"}"#).unwrap();
            assert!(!cache.is_in(guild));
        }
    }
}
