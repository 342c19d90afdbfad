//! The whole bot: what starts in which order, and what stops in which.
//!
//! Start: database, requests, engine, cogs, dashboard, gateway; then the commands are synced. Stop:
//! no new events, ten seconds for what is under way, a proper goodbye, the dashboard, the database.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use serenity::model::gateway::GatewayIntents;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cache::Cache;
use crate::cog::engine::Engine;
use crate::cog::keeper::Keeper;
use crate::cog::loader::Loader;
use crate::cog::registry::{Registry, Snapshot};
use crate::commands::{self, Cooldowns, GuildCommands};
use crate::config::{CogConfig, Shards, Token, VoiceConfig, WebConfig};
use crate::discord::dispatch::{Deadlines, Dispatch};
use crate::discord::identify::Turns;
use crate::discord::inbox::Inbox;
use crate::discord::left;
use crate::discord::sessions::Sessions;
use crate::discord::shards::{self, Connection, Final};
use crate::host::Services;
use crate::host::grants::Interface;
use crate::host::per_guild::PerGuild;
use crate::net::Net;
use crate::outgoing::Outgoing;
use crate::rest::Rest;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;
use crate::threads::OwnRuntime;
use crate::timers::Timers;
use crate::voice::{self, Voice};
use crate::web::{self, Serves, Web};

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
    /// How long the data of guilds that the bot left are kept.
    pub keep_left_guilds: Duration,
    /// The cogs by name.
    pub cogs: BTreeMap<String, CogConfig>,
    /// What the bot hears; by default what the cogs need, and a new version that needs more waits for
    /// a restart.
    pub intents: Option<GatewayIntents>,
    /// The file that says which components may run; none in `dev`, where those on disk are followed.
    pub lock: Option<PathBuf>,
    /// What of the web cogs can reach at all: [`Net::public`], but in tests.
    pub net: Net,
    /// What is played, and how.
    pub voice: VoiceConfig,
    /// Who may come in to the dashboard.
    pub web: WebConfig,
    /// A second listener, for the numbers alone.
    pub metrics: Option<TcpListener>,
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
    /// What loads and exchanges them.
    pub keeper: Arc<Keeper>,
    /// What guests are served from.
    pub services: Arc<Services>,
    stop: watch::Sender<bool>,
    stop_web: watch::Sender<bool>,
    gateway: JoinHandle<Result<(), Final>>,
    dispatch: JoinHandle<()>,
    web: Vec<JoinHandle<()>>,
    _web_thread: OwnRuntime,
    sync: JoinHandle<()>,
    left: JoinHandle<()>,
    minutes: JoinHandle<()>,
}

impl App {
    /// Starts everything. The dashboard takes a listener that is bound already, so that a port in
    /// use is known before anything else begins.
    pub async fn start(options: Options, listener: TcpListener) -> Result<Self, Ended> {
        let metrics = Metrics::new();
        let unusable = |error: StoreError| Ended::Store(error.with_fix());
        let store = Store::open(&options.store).await.map_err(unusable)?;
        let store = store.timed_by(Arc::clone(&metrics));
        // What can't be written from the start is the operator's mistake, and told at once.
        store.probe().await.map_err(unusable)?;
        let rest = Rest::new(&options.api, &options.token, Arc::clone(&metrics))
            .map_err(|error| Ended::Failed(error.message))?;
        let no_client = |error| Ended::Failed(format!("no HTTP client: {error}"));
        let sounds = voice::web::Client::new(options.net.clone()).map_err(no_client)?;
        let net = options.net.clone();
        let outgoing = Outgoing::new(options.net, Arc::clone(&metrics)).map_err(no_client)?;
        let bot = options.token.digest();
        let turns = Turns::of(&bot, store.clone(), Arc::clone(&metrics)).await;
        let turns = turns.map_err(unusable)?;
        let per_guild = PerGuild::load(store.clone()).await;
        let per_guild = per_guild.map_err(unusable)?;
        let guild_commands = GuildCommands::load(store.clone()).await;
        let guild_commands = guild_commands.map_err(unusable)?;
        let cache = Arc::new(Cache::default());
        let services = Arc::new(Services {
            store,
            rest: rest.clone(),
            outgoing,
            cache: Arc::clone(&cache),
            per_guild,
            guild_commands,
            cooldowns: Cooldowns::default(),
            uses: Default::default(),
            voice: OnceLock::new(),
            ways: Arc::default(),
            minutes: Arc::default(),
            metrics: Arc::clone(&metrics),
            clock: Default::default(),
            schedule: Default::default(),
            started: SystemTime::now(),
            owners: Default::default(),
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
        let follow = options.lock.is_none();
        let keeper = Keeper::new(
            loader,
            Arc::clone(&registry),
            Arc::clone(&services),
            options.cogs,
            options.lock,
        );
        keeper.load_all().await;
        let snapshot = registry.snapshot();

        let (stop, stopped) = watch::channel(false);
        let (stop_web, web_stopped) = watch::channel(false);
        let counted = web_stopped.clone();
        let (shown, serving) = (Arc::clone(&registry), Arc::clone(&services));
        let web = Web::new(shown, serving, options.web, &options.api);
        let mut web = web.map_err(no_client)?;
        web.mode = options.mode;
        web.keeper = Some(Arc::clone(&keeper));
        web.local_discord = options.local_discord;
        let served = [
            (Some(listener), Serves::Dashboard),
            (options.metrics, Serves::Metrics),
        ];
        let web_thread = web::thread()
            .map_err(|error| Ended::Failed(format!("no thread for the dashboard: {error}")))?;
        let web = served.into_iter().filter_map(|(listener, serves)| {
            let stopped = wait(web_stopped.clone());
            Some(web_thread.spawn(web::run(listener?, web.clone(), serves, stopped)))
        });
        let web = web.collect();
        let (inbox, outbox) = Inbox::new(Arc::clone(&registry));
        let deadlines = options.deadlines;
        let intents = options.intents.unwrap_or_else(|| intents(&snapshot));
        keeper.hold_to(intents);
        let (voice, played) = match plays(&snapshot) {
            true => {
                let (voice, played) = Voice::start(voice::About {
                    cache: Arc::clone(&cache),
                    ways: Arc::clone(&services.ways),
                    rest: services.rest.clone(),
                    store: services.store.clone(),
                    metrics: Arc::clone(&metrics),
                    config: options.voice,
                    web: sounds,
                    net,
                });
                // It is set here alone.
                let _ = services.voice.set(Arc::clone(&voice));
                (Some(voice), Some(played))
            }
            false => (None, None),
        };
        let sessions = Sessions::new(
            options.store.with_file_name("sessions"),
            &options.token,
            options.gateway.as_deref(),
            intents.bits(),
        );
        let watching = Arc::clone(&keeper).watch(follow, deadlines.follow, stopped.clone());
        tokio::spawn(watching);
        let dispatch = Dispatch::new(
            Arc::clone(&keeper),
            Arc::clone(&registry),
            Arc::clone(&services),
            deadlines,
            sessions.clone(),
        );
        let (timers, due) = Timers::new(
            Arc::clone(&registry),
            Arc::clone(&services),
            deadlines.timers,
        );
        tokio::spawn(timers.run(stopped.clone()));
        tokio::spawn(services.store.clone().watch(stopped.clone()));
        let dispatch = tokio::spawn(dispatch.run(outbox, due, played, stopped.clone()));
        let connection = Connection {
            token: options.token,
            intents,
            gateway: options.gateway,
            shards: options.shards,
            cache,
            voice,
            ways: Arc::clone(&services.ways),
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
        let about = commands::About {
            registry: Arc::clone(&registry),
            services: Arc::clone(&services),
            options: options.commands,
        };
        let sync = tokio::spawn(commands::run(about, stopped.clone()));
        let keep = options.keep_left_guilds;
        let left = tokio::spawn(left::run(Arc::clone(&services), keep, stopped));
        let minutes = Arc::clone(&services.minutes);
        let (store, clock) = (services.store.clone(), services.clock.clone());
        let minutes = tokio::spawn(minutes.run(store, clock, counted));
        Ok(Self {
            registry,
            keeper,
            services,
            stop,
            stop_web,
            gateway,
            dispatch,
            web,
            _web_thread: web_thread,
            sync,
            left,
            minutes,
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
        if let Some(voice) = self.services.voice.get() {
            voice.leave_all().await;
        }
        // Fails only when nobody listens any more.
        let _ = self.stop.send(true);
        let _ = self.left.await;
        let _ = self.dispatch.await;
        if !self.gateway.is_finished() {
            let _ = self.gateway.await;
        }
        let _ = self.stop_web.send(true);
        for web in self.web {
            let _ = web.await;
        }
        let _ = self.minutes.await;
        self.services.store.close().await;
    }
}

/// What the loaded cogs need of the gateway, and the guilds that every bot needs.
fn intents(cogs: &Snapshot) -> GatewayIntents {
    let needed = cogs.cogs().map(|cog| cog.shape.intents());
    needed.fold(GatewayIntents::GUILDS, |all, some| all | some)
}

/// Tells whether a loaded cog plays something.
fn plays(cogs: &Snapshot) -> bool {
    cogs.cogs()
        .any(|cog| cog.shape.asks.contains(Interface::Player))
}

async fn wait(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    let _ = stop.wait_for(|&stop| stop).await;
}
