//! The whole bot: what starts in which order, and what stops in which.
//!
//! Start: database, requests, engine, cogs, dashboard, gateway; then the commands are synced. Stop:
//! no new events, ten seconds for what is under way, a proper goodbye, the dashboard, the database.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serenity::model::gateway::GatewayIntents;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::cache::{Cache, Keeps};
use crate::cog::engine::Engine;
use crate::cog::loader::Loader;
use crate::cog::registry::{Registry, Snapshot};
use crate::cog::shape::{Refusal, SIZE_MAX};
use crate::commands;
use crate::config::{CogConfig, Shards, Token};
use crate::discord::dispatch::{Deadlines, Dispatch, Inbox};
use crate::discord::identify::Turns;
use crate::discord::sessions::Sessions;
use crate::discord::shards::{self, Connection, Final};
use crate::host::Services;
use crate::lock::Lock;
use crate::rest::Rest;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::web::status::Timestamp;
use crate::web::{self, Web};

/// What an [`App`] is made of.
pub struct Options {
    /// The base of Discord's REST interface.
    pub api: String,
    /// The gateway, when it is not Discord's own.
    pub gateway: Option<String>,
    /// The bot's token.
    pub token: Token,
    /// The shards that run in this process.
    pub shards: Shards,
    /// The database; the cache of compiled cogs and the gateway sessions lie beside it.
    pub store: PathBuf,
    /// The cogs by name.
    pub cogs: BTreeMap<String, CogConfig>,
    /// The digests that may run; none in `dev`, where the file on disk is followed.
    pub lock: Option<Lock>,
    /// How the host waits.
    pub deadlines: Deadlines,
    /// How commands are kept in sync.
    pub commands: commands::Options,
    /// Whether cogs are compiled for an author, who changes them again and again.
    pub incremental: bool,
    /// What the dashboard calls this way of running.
    pub mode: &'static str,
    /// The local Discord's page, in `dev`.
    pub local_discord: Option<String>,
}

/// Why the bot ended.
#[derive(Debug)]
pub enum Ended {
    /// It was asked to.
    Asked,
    /// Discord will not have it.
    Refused(Final),
    /// The database can't be used.
    Store(String),
    /// Something the process needs is missing.
    Failed(String),
}

/// A running bot.
pub struct App {
    /// The loaded cogs.
    pub registry: Arc<Registry>,
    /// What guests are served from.
    pub services: Arc<Services>,
    /// How cogs come in place of older versions.
    pub swaps: Swaps,
    stop: watch::Sender<bool>,
    stop_web: watch::Sender<bool>,
    gateway: JoinHandle<Result<(), Final>>,
    dispatch: JoinHandle<()>,
    web: JoinHandle<()>,
    sync: JoinHandle<()>,
}

/// Puts new versions of cogs into a running bot.
#[derive(Clone)]
pub struct Swaps {
    loader: Arc<Loader>,
    registry: Arc<Registry>,
    services: Arc<Services>,
    intents: GatewayIntents,
    changed: Arc<Notify>,
}

impl Swaps {
    /// Loads a cog from its file in place of the version that runs. When it is refused, that one
    /// goes on running.
    pub async fn swap(&self, name: &str, config: &CogConfig) -> Result<(), Refusal> {
        load(&self.loader, &self.registry, name, config, None).await?;
        let snapshot = self.registry.snapshot();
        self.services.cache.keep(keeps(&snapshot));
        self.changed.notify_one();
        let missing = intents(&snapshot) - self.intents;
        if !missing.is_empty() {
            tracing::warn!(
                cog = name,
                "it hears of more only after a new start, with the intents {missing:?}"
            );
        }
        Ok(())
    }
}

impl App {
    /// Starts everything. The dashboard takes a listener that is bound already, so that a port in
    /// use is known before anything else begins.
    pub async fn start(options: Options, listener: TcpListener) -> Result<Self, Ended> {
        let metrics = Metrics::new();
        let store = Store::open(&options.store)
            .await
            .map_err(|error| Ended::Store(format!("{}: {error}", options.store.display())))?;
        let rest = Rest::new(&options.api, &options.token, Arc::clone(&metrics))
            .map_err(|error| Ended::Failed(error.message))?;
        let bot = options.token.digest();
        let turns = Turns::of(&bot, store.clone(), Arc::clone(&metrics)).await;
        let turns = turns.map_err(|error| Ended::Store(error.to_string()))?;
        let cache = Arc::new(Cache::default());
        let services = Arc::new(Services {
            store,
            rest: rest.clone(),
            cache: Arc::clone(&cache),
            metrics: Arc::clone(&metrics),
            started: SystemTime::now(),
        });
        let engine = match options.incremental {
            true => Engine::incremental(),
            false => Engine::new(),
        };
        let engine = engine.map_err(|error| Ended::Failed(format!("no engine: {error:#}")))?;
        let scan = Engine::pagemap_scan();
        tracing::debug!(
            scan,
            "the engine is ready; with the kernel's page scan calls are cheaper"
        );
        let folder = options.store.with_file_name("cache");
        let loader = Loader::open(engine, Arc::clone(&services), &folder).await;
        let loader = loader.map_err(Ended::Store)?;
        let loader = Arc::new(loader.declaring_within(options.deadlines.declare));
        let registry = Arc::new(Registry::default());
        for (name, config) in &options.cogs {
            // Who was refused is logged and noted; the others run.
            let _ = load(&loader, &registry, name, config, options.lock.as_ref()).await;
        }
        let snapshot = registry.snapshot();
        let offered = snapshot.cogs().map(|cog| cog.commands.len()).sum::<usize>() + 1;
        metrics.discord_stat_total_commands.set(offered as i64);

        let (stop, stopped) = watch::channel(false);
        let (stop_web, web_stopped) = watch::channel(false);
        let web = Web {
            registry: Arc::clone(&registry),
            services: Arc::clone(&services),
            mode: options.mode,
            local_discord: options.local_discord,
        };
        let web = tokio::spawn(web::run(listener, web, wait(web_stopped)));
        let (inbox, outbox) = Inbox::new();
        let deadlines = options.deadlines;
        let intents = intents(&snapshot);
        cache.keep(keeps(&snapshot));
        let sessions = Sessions::new(
            options.store.with_file_name("sessions"),
            &options.token,
            options.gateway.as_deref(),
            intents.bits(),
        );
        let dispatch = Dispatch::new(
            Arc::clone(&registry),
            Arc::clone(&services),
            deadlines,
            sessions.clone(),
        );
        let dispatch = tokio::spawn(dispatch.run(outbox, stopped.clone()));
        let connection = Connection {
            token: options.token,
            intents,
            gateway: options.gateway,
            shards: options.shards,
            cache,
            metrics,
            sessions,
            reconnect: deadlines.reconnect,
            hello: deadlines.hello,
            reshard: deadlines.reshard,
        };
        let gateway = tokio::spawn({
            let stopped = stopped.clone();
            async move { shards::run(connection, turns, inbox, &rest, stopped).await }
        });
        let changed = Arc::new(Notify::new());
        let sync = tokio::spawn(sync_when_connected(
            Arc::clone(&registry),
            Arc::clone(&services),
            options.commands,
            Arc::clone(&changed),
            stopped,
        ));
        let swaps = Swaps {
            loader,
            registry: Arc::clone(&registry),
            services: Arc::clone(&services),
            intents,
            changed,
        };
        Ok(Self {
            swaps,
            registry,
            services,
            stop,
            stop_web,
            gateway,
            dispatch,
            web,
            sync,
        })
    }

    /// Waits until Discord ends the connection for good, or `asked` completes; then stops.
    pub async fn run(mut self, asked: impl Future<Output = ()>) -> Ended {
        let ended = tokio::select! {
            () = asked => Ended::Asked,
            ended = &mut self.gateway => match ended {
                Ok(Ok(())) => Ended::Failed("every shard ended by itself".to_owned()),
                Ok(Err(refused)) => Ended::Refused(refused),
                Err(error) => Ended::Failed(format!("the gateway task failed: {error}")),
            },
        };
        self.stop().await;
        ended
    }

    /// Stops in order.
    pub async fn stop(self) {
        tracing::info!("stopping");
        self.services.metrics.ready.set(0);
        self.sync.abort();
        // Fails only when nobody listens any more.
        let _ = self.stop.send(true);
        let _ = self.dispatch.await;
        if !self.gateway.is_finished() {
            let _ = self.gateway.await;
        }
        let _ = self.stop_web.send(true);
        let _ = self.web.await;
        self.services.store.close().await;
    }
}

/// Loads one cog; one that is refused stays out, and the others run.
async fn load(
    loader: &Arc<Loader>,
    registry: &Registry,
    name: &str,
    config: &CogConfig,
    lock: Option<&Lock>,
) -> Result<(), Refusal> {
    let loaded = async {
        let bytes = read(config)?;
        if let Some(lock) = lock {
            lock.check(name, &bytes)?;
        }
        let cog = Arc::new(loader.load(name, config, bytes).await?);
        registry.replace(Arc::clone(&cog))?;
        Ok::<_, Refusal>(cog)
    };
    let metrics = loader.metrics();
    let before = registry.snapshot();
    let before = before.cogs().find(|cog| cog.name() == name);
    let before = before.map_or("", |cog| cog.shape.metadata.version.as_str());
    match loaded.await {
        Ok(cog) => {
            let (version, commands) = (cog.shape.metadata.version.as_str(), cog.commands.len());
            for stale in [before, ""].into_iter().filter(|stale| *stale != version) {
                // There need not be one.
                let _ = metrics.cog_up.remove_label_values(&[name, stale]);
            }
            metrics.cog_up.with_label_values(&[name, version]).set(1);
            tracing::info!(cog = name, version, commands, "loaded");
            Ok(())
        }
        Err(refusal) => {
            if before.is_empty() {
                metrics.cog_up.with_label_values(&[name, ""]).set(0);
            }
            tracing::error!(
                cog = name,
                "not loaded: {}; to mend it: {}",
                refusal.what,
                refusal.fix
            );
            registry.refuse(name, refusal.clone());
            Err(refusal)
        }
    }
}

fn read(config: &CogConfig) -> Result<Vec<u8>, Refusal> {
    let path = config.source.display();
    let fails = |error: std::io::Error| {
        Refusal::new(
            format!("{path} can't be read: {error}"),
            "check its path in `source`",
        )
    };
    let size = std::fs::metadata(&config.source).map_err(fails)?.len();
    if size > SIZE_MAX as u64 {
        return Err(Refusal::new(
            format!("{path} has {size} bytes"),
            "a component has at most 128 MiB",
        ));
    }
    std::fs::read(&config.source).map_err(fails)
}

/// What the loaded cogs need of the gateway, and the guilds that every bot needs.
fn intents(cogs: &Snapshot) -> GatewayIntents {
    cogs.cogs().fold(GatewayIntents::GUILDS, |intents, cog| {
        let asked = cog.shape.asks.iter().map(|ask| ask.facts().intents);
        let delivered = cog
            .shape
            .listens
            .iter()
            .filter(|listens| listens.delivered());
        let heard = delivered.map(|listens| listens.intents());
        asked.chain(heard).fold(intents, |all, some| all | some)
    })
}

/// What the loaded cogs need of Discord's state.
fn keeps(cogs: &Snapshot) -> Keeps {
    let asked = cogs.cogs().flat_map(|cog| cog.shape.asks.iter());
    asked.fold(Keeps::default(), |all, ask| all | ask.facts().keeps)
}

/// Syncs the commands once the bot is connected, says when it is ready, and looks now and then
/// whether they are still as they should be.
async fn sync_when_connected(
    registry: Arc<Registry>,
    services: Arc<Services>,
    options: commands::Options,
    changed: Arc<Notify>,
    mut stop: watch::Receiver<bool>,
) {
    let cache = &services.cache;
    let application = loop {
        if let Some(application) = cache.application() {
            break application;
        }
        tokio::select! {
            _ = stop.wait_for(|&stop| stop) => return,
            () = tokio::time::sleep(Duration::from_millis(10)) => {}
        }
    };
    let (rest, store) = (services.rest.clone(), services.store.clone());
    let mut sync = commands::Sync::new(rest, store, application, options);
    let (mut failures, mut synced, mut told) = (0, false, Vec::new());
    loop {
        let pause = match sync.once(&registry.snapshot()).await {
            Ok(done) => {
                match done.sent {
                    Some(count) => tracing::info!(count, "commands are registered"),
                    None if !synced => tracing::info!("commands are as Discord has them"),
                    None => {}
                }
                for held in done.held.iter().filter(|held| !told.contains(*held)) {
                    let (cog, until) = (&held.cog, Timestamp(held.until));
                    let commands = held.commands.join(", ");
                    tracing::warn!(
                        cog,
                        commands,
                        "new commands wait until {until}: {}",
                        held.why
                    );
                }
                (failures, synced) = (0, true);
                told.clone_from(&done.held);
                let pause = sync.next(&done);
                cache.set_synced(Ok(done.held));
                pause
            }
            Err(error) => {
                let pause = error.pause(failures);
                failures += 1;
                tracing::error!(error = error.to_string(), "commands can't be registered");
                // A look that failed says nothing about commands that were right before.
                if !(synced && error.passes()) {
                    synced = false;
                    cache.set_synced(Err(error.to_string()));
                }
                pause
            }
        };
        services.metrics.ready.set(i64::from(cache.ready()));
        tokio::select! {
            _ = stop.wait_for(|&stop| stop) => return,
            () = changed.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn wait(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    let _ = stop.wait_for(|&stop| stop).await;
}
