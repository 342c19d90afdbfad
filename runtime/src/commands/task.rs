//! The task that keeps Discord's commands in sync: once the bot is connected, whenever something
//! changed here, and now and then, since others may change them there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serenity::model::id::{ApplicationId, GuildId};
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Options, Scope, Sync, Synced};
use crate::cache::Held;
use crate::cog::registry::Registry;
use crate::host::Services;
use crate::web::status::Timestamp;

/// What is synced.
pub struct About {
    /// The loaded cogs.
    pub registry: Arc<Registry>,
    /// The rest of the bot.
    pub services: Arc<Services>,
    /// How.
    pub options: Options,
}

/// Keeps Discord's commands in sync until `stop`.
pub async fn run(about: About, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|&stop| stop) => {}
        () = keep(about) => {}
    }
}

async fn keep(about: About) {
    let About {
        registry,
        services,
        options,
    } = about;
    let application = application(&services).await;
    let (rest, store) = (services.rest.clone(), services.store.clone());
    let recheck = options.recheck;
    let mut keeper = Keeper {
        registry,
        sync: Sync::new(rest, store, application, options),
        services,
        failures: 0,
        synced: false,
        told: Vec::new(),
        failing: BTreeMap::new(),
    };
    let services = Arc::clone(&keeper.services);
    let due = services.guild_commands.due();
    due.guilds(keeper.own_commands().await);
    let now = Instant::now();
    let (mut next, mut all_at) = (now, now + recheck);
    loop {
        let super::scoped::Waiting {
            everywhere,
            mut guilds,
        } = due.take();
        if everywhere || next <= Instant::now() {
            next = Instant::now() + keeper.everywhere().await;
        }
        if all_at <= Instant::now() {
            guilds.extend(keeper.own_commands().await);
            all_at = Instant::now() + recheck;
        }
        let now = Instant::now();
        let again = keeper.failing.iter().filter(|(_, one)| one.again <= now);
        guilds.extend(again.map(|(guild, _)| *guild));
        keeper.guilds(guilds).await;
        let again = keeper.failing.values().map(|one| one.again).min();
        let wake = again.map_or(next, |again| next.min(again)).min(all_at);
        tokio::select! {
            () = due.changed() => {}
            () = tokio::time::sleep_until(wake) => {}
        }
    }
}

/// Waits until the bot is connected, and returns its application.
async fn application(services: &Services) -> ApplicationId {
    loop {
        if let Some(application) = services.cache.application() {
            return application;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

struct Keeper {
    registry: Arc<Registry>,
    services: Arc<Services>,
    sync: Sync,
    /// Failures in a row, of the commands of every guild.
    failures: u32,
    synced: bool,
    told: Vec<Held>,
    /// The guilds whose own commands can't be registered at the moment.
    failing: BTreeMap<GuildId, Failing>,
}

/// A guild whose own commands can't be registered.
struct Failing {
    /// How often in a row it failed.
    failures: u32,
    /// When it is tried again.
    again: Instant,
}

impl Keeper {
    /// Syncs the commands of every guild, says whether the bot is ready, and returns how long that is
    /// good for.
    async fn everywhere(&mut self) -> Duration {
        let services = Arc::clone(&self.services);
        let cache = &services.cache;
        let snapshot = self.registry.snapshot();
        let done = self.sync.once(Scope::Everywhere, &snapshot, &self.services);
        let pause = match done.await {
            Ok(done) => {
                match done.sent {
                    Some(count) => tracing::info!(count, "commands are registered"),
                    None if !self.synced => tracing::info!("commands are as Discord has them"),
                    None => {}
                }
                self.tell(&done);
                (self.failures, self.synced) = (0, true);
                let pause = self.sync.next(&done);
                cache.set_synced(Ok(done.held));
                pause
            }
            Err(error) => {
                let pause = error.pause(self.failures);
                self.failures += 1;
                tracing::error!(error = error.to_string(), "commands can't be registered");
                // A look that failed says nothing about commands that were right before.
                if !(self.synced && error.passes()) {
                    self.synced = false;
                    cache.set_synced(Err(error.to_string()));
                }
                pause
            }
        };
        match self.sync.remaining().await {
            Ok(remaining) => {
                let gauge = &self.services.metrics.command_creates_remaining;
                gauge.set(remaining as i64);
            }
            Err(error) => tracing::error!(%error, "how many commands were made today is not known"),
        }
        self.services.metrics.ready.set(i64::from(cache.ready()));
        pause
    }

    /// Tells once which new commands wait for another day.
    fn tell(&mut self, done: &Synced) {
        for held in done.held.iter().filter(|held| !self.told.contains(*held)) {
            let (cog, until) = (&held.cog, Timestamp(held.until));
            let commands = held.commands.join(", ");
            tracing::warn!(
                cog,
                commands,
                "new commands wait until {until}: {}",
                held.why
            );
        }
        self.told.clone_from(&done.held);
    }

    /// Returns the guilds that have commands of their own, or should have some.
    async fn own_commands(&self) -> BTreeSet<GuildId> {
        let services = &self.services;
        let mut guilds: BTreeSet<_> = services.guild_commands.guilds().into_iter().collect();
        guilds.extend(services.per_guild.guilds());
        match services.store.guild_scopes().await {
            Ok(given) => guilds.extend(given),
            Err(error) => tracing::error!(%error, "which guilds have commands is not known"),
        }
        guilds
    }

    /// Syncs the commands of some guilds, and notes those to try again.
    async fn guilds(&mut self, guilds: BTreeSet<GuildId>) {
        let snapshot = self.registry.snapshot();
        for guild in guilds {
            let before = self.failing.remove(&guild);
            if !self.services.cache.is_in(guild) {
                continue;
            }
            let done = self
                .sync
                .once(Scope::Guild(guild), &snapshot, &self.services);
            match done.await {
                Ok(done) => {
                    let noted = match done.sent {
                        Some(count) => {
                            let guild_id = guild.get();
                            tracing::info!(
                                guild = guild_id,
                                count,
                                "a server's own commands are registered"
                            );
                            self.services.store.set_guild_scope(guild, count > 0).await
                        }
                        None => Ok(()),
                    };
                    if let Err(error) = noted {
                        tracing::error!(%error, "that a guild has commands can't be noted");
                    }
                }
                Err(error) => {
                    let guild_id = guild.get();
                    tracing::error!(
                        guild = guild_id,
                        error = error.to_string(),
                        "a server's own commands can't be registered"
                    );
                    // Without the scope `applications.commands` it will not be better soon.
                    if !error.is_forbidden() {
                        let failures = before.map_or(0, |before| before.failures);
                        let again = Instant::now() + error.pause(failures);
                        let failures = failures + 1;
                        self.failing.insert(guild, Failing { failures, again });
                    }
                }
            }
        }
    }
}
