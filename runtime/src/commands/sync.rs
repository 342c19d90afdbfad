//! One look at what Discord has registered, and at most one change of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use serenity::model::id::{ApplicationId, GuildId};

use super::budget::{Budget, DAY};
use super::canonical::{self, Key};
use super::{HOST, Options};
use crate::cache::Held;
use crate::cog::registry::Snapshot;
use crate::discord::builtin;
use crate::host::{Services, convert};
use crate::rest::{Request, Rest, RestError, RestErrorKind, Route};
use crate::store::{Made, Store, StoreError};

/// The wait before commands are sent again, after the first failure and at most.
const PAUSE: Duration = Duration::from_millis(40);
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// Discord's code for more new commands than it takes in a day.
const TOO_MANY_CREATES: u32 = 30034;

/// What a synchronisation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// How many commands were sent; `None` when Discord had them all, as they are.
    pub sent: Option<usize>,
    /// New ones that wait for another day.
    pub held: Vec<Held>,
}

/// Why a synchronisation failed.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Discord did not take them.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// How many were made today can't be read or written.
    #[error("how many commands were made today is not known: {0}")]
    Store(#[from] StoreError),
}

impl SyncError {
    /// Whether it may well go away by itself: nothing is known to be wrong with the commands.
    pub fn passes(&self) -> bool {
        match self {
            Self::Rest(error) => matches!(
                error.kind,
                RestErrorKind::Unavailable | RestErrorKind::RateLimited | RestErrorKind::Banned
            ),
            Self::Store(_) => true,
        }
    }

    /// Whether Discord lets this bot have no commands there.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Rest(error) if error.kind == RestErrorKind::Forbidden)
    }

    /// Returns how long to wait before a sync is tried again, given how often it failed before.
    /// What Discord refuses it will refuse again, and what it asks for in time it gets.
    pub fn pause(&self, failures: u32) -> Duration {
        let asked = match self {
            Self::Rest(error) => error.retry_after,
            Self::Store(_) => None,
        };
        match self.passes() {
            true => PAUSE
                .saturating_mul(4u32.saturating_pow(failures))
                .min(PAUSE_MAX)
                .max(asked.unwrap_or_default()),
            false => PAUSE_MAX,
        }
    }
}

/// A command that Discord shall have.
struct Wanted<'a> {
    cog: &'a str,
    key: Key,
    body: Value,
}

impl<'a> Wanted<'a> {
    fn of(cog: &'a str, body: Value) -> Self {
        let key = canonical::key(&body);
        Self { cog, key, body }
    }
}

/// Where commands are registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In every guild, and in direct messages.
    Everywhere,
    /// In one guild.
    Guild(GuildId),
}

impl Scope {
    /// Returns the guild's id, or 0.
    fn key(self) -> u64 {
        match self {
            Self::Everywhere => 0,
            Self::Guild(guild) => guild.get(),
        }
    }
}

/// Keeps Discord's commands those of the loaded cogs.
pub struct Sync {
    rest: Rest,
    store: Store,
    application: ApplicationId,
    options: Options,
    /// Discord said that it takes no new ones in a scope; none are sent before.
    full_until: HashMap<Scope, SystemTime>,
}

impl Sync {
    /// Returns one for an application.
    pub fn new(rest: Rest, store: Store, application: ApplicationId, options: Options) -> Self {
        Self {
            rest,
            store,
            application,
            options,
            full_until: HashMap::new(),
        }
    }

    /// Makes Discord's commands in a scope those that they should be, as far as today's new ones go.
    pub async fn once(
        &mut self,
        scope: Scope,
        cogs: &Snapshot,
        services: &Services,
    ) -> Result<Synced, SyncError> {
        let wanted = match scope {
            Scope::Everywhere => wanted(cogs),
            Scope::Guild(guild) => wanted_in(guild, cogs, services),
        };
        let app = self.application;
        let (route, bulk) = match scope {
            Scope::Everywhere => (Route::Commands(app), Route::BulkCommands(app)),
            Scope::Guild(guild) => (
                Route::GuildCommands(app, guild),
                Route::BulkGuildCommands(app, guild),
            ),
        };
        let registered: Vec<Value> = self.rest.ask(route).await?;
        let registered = canonical::by_key(&registered);
        let is_new = |wanted: &Wanted<'_>| !registered.contains_key(&wanted.key);
        loop {
            let new = wanted.iter().filter(|w| is_new(w));
            let (held, waiting) = self.held(scope, new).await?;
            let sent: Vec<&Wanted<'_>> = wanted
                .iter()
                .filter(|wanted| !waiting.contains(&wanted.key))
                .collect();
            if canonical::by_key(sent.iter().map(|wanted| &wanted.body)) == registered {
                return Ok(Synced { sent: None, held });
            }
            let body = sent.iter().map(|wanted| wanted.body.clone()).collect();
            let request = Request::new(bulk.clone(), body);
            let new = sent.iter().copied().filter(|wanted| is_new(wanted));
            match self.rest.send(request).await {
                Ok(_) => {
                    self.note(scope, new).await?;
                    let sent = Some(sent.len());
                    return Ok(Synced { sent, held });
                }
                // Others made some too, with the same token or before this database was there.
                Err(error) if error.code == Some(TOO_MANY_CREATES) && new.count() > 0 => {
                    let pause = self
                        .options
                        .recheck
                        .max(error.retry_after.unwrap_or_default());
                    self.full_until.insert(scope, SystemTime::now() + pause);
                }
                Err(error) => return Err(naming(error, &sent).into()),
            }
        }
    }

    /// Returns how many new commands for every guild Discord takes today.
    pub async fn remaining(&self) -> Result<usize, StoreError> {
        let now = SystemTime::now();
        let full = self.full_until.get(&Scope::Everywhere);
        if full.is_some_and(|until| *until > now) {
            return Ok(0);
        }
        let scope = Scope::Everywhere.key();
        let made = self.store.command_creates(scope, now - DAY, now).await?;
        Ok(Budget::new(made, now).remaining())
    }

    /// Returns how long this is good for.
    pub fn next(&self, synced: &Synced) -> Duration {
        let now = SystemTime::now();
        let until = synced.held.iter().map(|held| held.until);
        let waits = until.map(|until| until.duration_since(now).unwrap_or_default());
        waits
            .min()
            .map_or(self.options.recheck, |wait| wait.min(self.options.recheck))
    }

    /// Returns which of the new commands have to wait, for people and by key.
    async fn held<'a>(
        &self,
        scope: Scope,
        new: impl Iterator<Item = &'a Wanted<'a>>,
    ) -> Result<(Vec<Held>, BTreeSet<Key>), SyncError> {
        let mut by_cog: BTreeMap<&str, Vec<&Wanted<'_>>> = BTreeMap::new();
        for wanted in new {
            by_cog.entry(wanted.cog).or_default().push(wanted);
        }
        let (mut held, mut waiting) = (Vec::new(), BTreeSet::new());
        if by_cog.is_empty() {
            return Ok((held, waiting));
        }
        let now = SystemTime::now();
        let made = self
            .store
            .command_creates(scope.key(), now - DAY, now)
            .await?;
        let mut budget = Budget::new(made, now);
        // Where there are too few for all, whoever has made the fewest comes first.
        let mut by_cog: Vec<_> = by_cog.into_iter().collect();
        by_cog.sort_by_key(|(cog, _)| (Reverse(*cog == HOST), budget.used(cog)));
        for (cog, new) in by_cog {
            let full = self.full_until.get(&scope);
            let (count, rest) = match full.filter(|until| **until > now) {
                Some(&until) => {
                    let why = "Discord says that the bot has made its 200 new ones of a day";
                    (0, Some((until, why.to_owned())))
                }
                None => {
                    let granted = budget.grant(cog, new.len());
                    (granted.count, granted.rest)
                }
            };
            let Some((until, why)) = rest else { continue };
            let later = &new[count..];
            waiting.extend(later.iter().map(|wanted| wanted.key.clone()));
            held.push(Held {
                cog: cog.to_owned(),
                commands: later.iter().map(|wanted| wanted.key.1.clone()).collect(),
                until,
                why,
            });
        }
        Ok((held, waiting))
    }

    /// Notes the new commands that Discord has taken. What a crash keeps from being noted Discord
    /// counts all the same, and says so once there are too many.
    async fn note<'a>(
        &self,
        scope: Scope,
        new: impl Iterator<Item = &'a Wanted<'a>>,
    ) -> Result<(), StoreError> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for wanted in new {
            *counts.entry(wanted.cog).or_default() += 1;
        }
        let at = SystemTime::now();
        let made = counts.into_iter().map(|(cog, count)| Made {
            cog: cog.to_owned(),
            at,
            count,
        });
        let made: Vec<_> = made.collect();
        let key = scope.key();
        self.store.add_command_creates(key, &made, at - DAY).await
    }
}

/// Returns what Discord shall have in one guild: the commands of cogs that are on there and not
/// everywhere, and those that cogs made up.
fn wanted_in<'a>(guild: GuildId, cogs: &'a Snapshot, services: &Services) -> Vec<Wanted<'a>> {
    let made_up = services.guild_commands.of(guild);
    let per_guild = &services.per_guild;
    let on = cogs
        .cogs()
        .filter(|cog| per_guild.is_on(&cog.identity, Some(guild)));
    let mut wanted = Vec::new();
    for cog in on {
        if !cog.identity.everywhere {
            let declared = cog.commands.iter().map(convert::guild_command);
            wanted.extend(declared.flatten().map(|body| Wanted::of(cog.name(), body)));
        }
        let own = made_up.get(cog.name()).into_iter().flatten();
        wanted.extend(own.map(|command| Wanted::of(cog.name(), command.body.clone())));
    }
    wanted
}

/// Returns what Discord shall have everywhere: the host's own commands and those of the cogs that are
/// on everywhere.
fn wanted(cogs: &Snapshot) -> Vec<Wanted<'_>> {
    let mut wanted = vec![(HOST, builtin::declared())];
    for cog in cogs.cogs().filter(|cog| cog.identity.everywhere) {
        for command in &cog.commands {
            match convert::command(command) {
                Ok(body) => wanted.push((cog.name(), body)),
                // `check` kept such a cog out; this is the last line of defence.
                Err(what) => tracing::error!(cog = cog.name(), "{what}"),
            }
        }
    }
    let wanted = wanted.into_iter().map(|(cog, mut body)| {
        body["integration_types"] = installations(&body);
        Wanted::of(cog, body)
    });
    wanted.collect()
}

/// Returns how the bot must have been added for a command to be offered: to a guild (0); and also
/// to a person (1) where it can be used among friends, since no guild is there to add it to. Left
/// out, it would be whatever the operator clicked at Discord, and nobody could tell a change.
fn installations(body: &Value) -> Value {
    const PRIVATE_CHANNEL: u64 = 2;
    let contexts = body["contexts"].as_array();
    match contexts.is_some_and(|contexts| contexts.contains(&PRIVATE_CHANNEL.into())) {
        true => json!([0, 1]),
        false => json!([0]),
    }
}

/// Adds to a refusal which commands it is about: Discord names them by their place in the list.
fn naming(mut error: RestError, sent: &[&Wanted<'_>]) -> RestError {
    let places = error
        .fields
        .iter()
        .filter_map(|field| field.split('.').next());
    let places: BTreeSet<usize> = places.filter_map(|place| place.parse().ok()).collect();
    let named = places.iter().filter_map(|&place| {
        let wanted = sent.get(place)?;
        Some(format!("`{}` of the cog `{}`", wanted.key.1, wanted.cog))
    });
    let named = named.collect::<Vec<_>>().join(", ");
    if !named.is_empty() {
        error.message = format!("{}; it is about {named}", error.message);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_mend_itself_is_tried_again_soon_and_not_before_discord_says() {
        let error = |kind, retry_after: Option<u64>| {
            SyncError::Rest(RestError {
                kind,
                message: String::new(),
                code: None,
                retry_after: retry_after.map(Duration::from_secs),
                fields: Vec::new(),
            })
        };
        let unavailable = error(RestErrorKind::Unavailable, None);
        let waits = [0, 1, 2, 9, u32::MAX].map(|failures| unavailable.pause(failures));
        let millis = [40, 160, 640, 300_000, 300_000].map(Duration::from_millis);
        assert_eq!(waits, millis);
        let limited = error(RestErrorKind::RateLimited, Some(3_600));
        assert_eq!(limited.pause(0), Duration::from_secs(3_600));
        let refused = error(RestErrorKind::Invalid, None);
        assert_eq!(refused.pause(0), PAUSE_MAX);
    }

    #[test]
    fn only_what_is_used_among_friends_asks_to_be_added_to_a_person() {
        let types = |contexts: Value| installations(&json!({ "contexts": contexts }));
        assert_eq!(types(json!([0, 1])), json!([0]));
        assert_eq!(types(json!([0, 2])), json!([0, 1]));
    }
}
