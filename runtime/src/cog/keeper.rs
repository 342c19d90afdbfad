//! Loads the configured cogs, and exchanges them while the bot runs: a changed component is compiled
//! beside the running one and swapped in, in one step. Calls in flight finish on the old one. A
//! version that fails right after it came in goes again, and the one before can be put back by hand.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serenity::model::gateway::GatewayIntents;
use tokio::sync::watch;

use super::Cog;
use super::loader::Loader;
use super::registry::{Registry, Snapshot};
use super::shape::{Refusal, SIZE_MAX, digest};
use crate::config::CogConfig;
use crate::host::Services;
use crate::host::grants::Interface;
use crate::lock::Lock;

/// How long a new version is watched more closely.
const TRIAL: Duration = Duration::from_secs(60);
/// Faults within its trial after which a new version goes again.
const TRIAL_FAULTS: u64 = 5;

/// The configured cogs. One for the process.
pub struct Keeper {
    loader: Arc<Loader>,
    registry: Arc<Registry>,
    services: Arc<Services>,
    slots: BTreeMap<String, Slot>,
    /// The file that says which components may run; read each time one is loaded.
    lock: Option<PathBuf>,
    /// What the connection can hear, once it stands: another needs a restart.
    intents: Mutex<Option<GatewayIntents>>,
    /// Held while a cog is put in and the rest of the bot is told.
    exchanging: Mutex<()>,
}

/// A configured cog.
struct Slot {
    config: CogConfig,
    /// Held while it is exchanged: reloads of one cog come one after the other, and those of several
    /// beside each other.
    turn: tokio::sync::Mutex<()>,
    swap: Mutex<Option<Swap>>,
}

/// The last exchange of a cog.
struct Swap {
    /// What ran until then. It stays in memory until the next exchange or the end of the process: the
    /// lock names another by now, so that it is not loaded from a file any more.
    before: Arc<Cog>,
    /// Until when the version that runs is watched more closely; none for one that ran before.
    trial: Option<Instant>,
}

/// What a reload did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reloaded {
    /// The component is the one that runs.
    Same,
    /// Another version runs now.
    Swapped {
        /// The version that its author gives it.
        version: String,
    },
}

impl Slot {
    fn swap(&self) -> MutexGuard<'_, Option<Swap>> {
        self.swap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what ran until now. What comes in for the first time is on trial.
    fn swapped(&self, before: Arc<Cog>, on_trial: bool) {
        before.let_go();
        let trial = on_trial.then(|| Instant::now() + TRIAL);
        *self.swap() = Some(Swap { before, trial });
    }
}

impl Keeper {
    /// Returns one for some cogs. With a lock file only what it names is loaded.
    pub fn new(
        loader: Arc<Loader>,
        registry: Arc<Registry>,
        services: Arc<Services>,
        configs: BTreeMap<String, CogConfig>,
        lock: Option<PathBuf>,
    ) -> Arc<Self> {
        let slot = |config| Slot {
            config,
            turn: tokio::sync::Mutex::default(),
            swap: Mutex::default(),
        };
        let slots = configs.into_iter();
        Arc::new(Self {
            loader,
            registry,
            services,
            slots: slots.map(|(name, config)| (name, slot(config))).collect(),
            lock,
            intents: Mutex::default(),
            exchanging: Mutex::default(),
        })
    }

    /// Loads all cogs. One that is refused stays out, and the others run.
    pub async fn load_all(&self) {
        for name in self.slots.keys() {
            // What is wrong is in the log, in the registry and in the metrics.
            let _ = self.reload(name).await;
        }
    }

    /// Holds new versions to what the connection can hear.
    pub fn hold_to(&self, intents: GatewayIntents) {
        *self.intents.lock().unwrap_or_else(PoisonError::into_inner) = Some(intents);
    }

    /// Returns the configured cogs by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str)
    }

    /// Loads a cog's component as it is now, and puts it in place of the running one. A version that
    /// is refused stays out; what runs goes on.
    pub async fn reload(&self, name: &str) -> Result<Reloaded, Refusal> {
        let slot = self.slot(name)?;
        let _one = slot.turn.lock().await;
        let before = self.registry.snapshot().cog(name).cloned();
        let loaded = match self.load(name, &slot.config, before.as_ref()).await {
            Ok(Some(cog)) => self.exchange(&cog, before.as_deref()).map(|()| Some(cog)),
            other => other,
        };
        let metrics = self.loader.metrics();
        let count = |outcome: &str| {
            let reloads = &metrics.cog_reloads_total;
            reloads.with_label_values(&[name, outcome]).inc();
        };
        match loaded {
            Ok(None) => Ok(Reloaded::Same),
            Ok(Some(cog)) => {
                let version = cog.shape.metadata.version.clone();
                tracing::info!(cog = name, version, commands = cog.commands.len(), "loaded");
                if let Some(before) = before {
                    count("ok");
                    slot.swapped(before, true);
                }
                Ok(Reloaded::Swapped { version })
            }
            Err(refusal) => {
                match before {
                    Some(_) => count("refused"),
                    None => metrics.cog_up.with_label_values(&[name, ""]).set(0),
                }
                tracing::error!(
                    cog = name,
                    "not loaded: {}; to mend it: {}",
                    refusal.what,
                    refusal.fix
                );
                self.registry.refuse(name, refusal.clone());
                Err(refusal)
            }
        }
    }

    async fn load(
        &self,
        name: &str,
        config: &CogConfig,
        before: Option<&Arc<Cog>>,
    ) -> Result<Option<Arc<Cog>>, Refusal> {
        let bytes = read(config).await?;
        if let Some(path) = &self.lock {
            let lock = Lock::read(path);
            let lock = lock.map_err(|wrong| {
                let place = wrong.place;
                Refusal::new(format!("{place}: {}", wrong.what), wrong.fix)
            })?;
            lock.check(name, &bytes)?;
        }
        if before.is_some_and(|before| before.shape.digest == digest(&bytes)) {
            return Ok(None);
        }
        let cog = Arc::new(self.loader.load(name, config, bytes).await?);
        let held_to = *self.intents.lock().unwrap_or_else(PoisonError::into_inner);
        let lacking = held_to.map_or(GatewayIntents::empty(), |has| cog.shape.intents() & !has);
        if !lacking.is_empty() {
            let names: Vec<_> = lacking.iter_names().map(|(name, _)| name).collect();
            return Err(Refusal::new(
                format!(
                    "the bot has to connect anew to hear of what it listens to ({})",
                    names.join(", ")
                ),
                "restart the bot",
            ));
        }
        Ok(Some(cog))
    }

    /// Puts a cog in place of another version, and has the rest of the bot go by it.
    fn exchange(&self, cog: &Arc<Cog>, before: Option<&Cog>) -> Result<(), Refusal> {
        let exchanging = &self.exchanging;
        let _one = exchanging.lock().unwrap_or_else(PoisonError::into_inner);
        self.registry.replace(Arc::clone(cog))?;
        let metrics = self.loader.metrics();
        // What stood there before: a version, or none when it was refused.
        let old = before.map_or("", |before| before.shape.metadata.version.as_str());
        let gone = metrics.cog_up.remove_label_values(&[cog.name(), old]);
        // It is not there when the cog never came up, which changes nothing.
        drop(gone);
        let commands = cog.commands.iter().map(|command| command.name.as_str());
        let asks = cog.shape.asks.iter().map(Interface::name);
        metrics.begin_cog(
            cog.name(),
            &commands.collect::<Vec<_>>(),
            &asks.collect::<Vec<_>>(),
        );
        let version = cog.shape.metadata.version.as_str();
        metrics
            .cog_up
            .with_label_values(&[cog.name(), version])
            .set(1);
        let snapshot = self.registry.snapshot();
        let offered = snapshot.cogs().map(|cog| cog.commands.len()).sum::<usize>() + 1;
        metrics.discord_stat_total_commands.set(offered as i64);
        let services = &self.services;
        services.cache.keep(keeps(&snapshot));
        services.guild_commands.set_declared(&snapshot);
        // A new version with the same commands is nothing to Discord.
        if before.is_some_and(|before| before.commands != cog.commands) {
            let due = services.guild_commands.due();
            due.everywhere();
            if !cog.identity.everywhere {
                due.guilds(services.per_guild.guilds());
            }
        }
        Ok(())
    }

    fn slot(&self, name: &str) -> Result<&Slot, Refusal> {
        self.slots.get(name).ok_or_else(|| {
            Refusal::new(
                format!("there is no cog `{name}`"),
                "name one of the configured cogs",
            )
        })
    }

    /// Returns the version that ran before the one that runs, as long as it is kept.
    pub fn before(&self, name: &str) -> Option<Arc<Cog>> {
        let swap = self.slots.get(name)?.swap();
        swap.as_ref().map(|swap| Arc::clone(&swap.before))
    }

    /// Puts the version before back, which somebody wants, and returns it. With a digest, or how one
    /// begins, only if it is that one. The one that ran counts as the one before then.
    pub async fn roll_back(&self, name: &str, wanted: Option<&str>) -> Result<Arc<Cog>, Refusal> {
        let slot = self.slot(name)?;
        let _one = slot.turn.lock().await;
        let before = self.before(name).ok_or_else(|| {
            Refusal::new(
                "no version before this one is kept",
                "put its file back, and reload it",
            )
        })?;
        if wanted.is_some_and(|wanted| !before.shape.digest.starts_with(wanted)) {
            return Err(Refusal::new(
                "the version before is another one by now",
                "look which one runs",
            ));
        }
        let running = self.registry.snapshot().cog(name).cloned();
        self.exchange(&before, running.as_deref())?;
        let on_disk = read(&slot.config).await.map(|bytes| digest(&bytes));
        if let Some(running) = running {
            // Put back twice, it is what lies on disk.
            if on_disk.is_ok_and(|on_disk| on_disk != before.shape.digest) {
                let version = &running.shape.metadata.version;
                let what =
                    format!("version {version} was rolled back by hand; the one before runs");
                let fix = match self.lock {
                    Some(_) => {
                        "reload it for the version in its file, which a restart loads as well"
                    }
                    None => "reload it for the version in its file, or save another one",
                };
                self.registry.refuse(name, Refusal::new(what, fix));
            }
            slot.swapped(running, false);
        }
        self.rolled_back(name);
        Ok(before)
    }

    /// Puts the version before back, when the one that runs fails in its trial. Looked at again and
    /// again by [`Keeper::watch`].
    fn roll_back_what_fails(&self) {
        for (name, slot) in &self.slots {
            // One that is being exchanged has its turn later.
            let Ok(_one) = slot.turn.try_lock() else {
                continue;
            };
            let before = match &mut *slot.swap() {
                Some(Swap {
                    before,
                    trial: trial @ Some(_),
                }) => {
                    if *trial <= Some(Instant::now()) {
                        *trial = None;
                        before.let_go();
                        continue;
                    }
                    Arc::clone(before)
                }
                _ => continue,
            };
            let running = self.registry.snapshot().cog(name).cloned();
            let Some(failing) = running.filter(|cog| {
                let (calls, faults) = cog.counts();
                faults >= TRIAL_FAULTS && faults * 2 >= calls
            }) else {
                continue;
            };
            self.take_back(slot, failing, &before);
        }
    }

    fn take_back(&self, slot: &Slot, failing: Arc<Cog>, before: &Arc<Cog>) {
        let name = before.name();
        if let Err(refusal) = self.exchange(before, Some(&failing)) {
            tracing::error!(cog = name, "the version before can't come back: {refusal}");
            // Once is often enough to try.
            if let Some(swap) = &mut *slot.swap() {
                swap.trial = None;
            }
            return;
        }
        let (version, (_, faults)) = (&failing.shape.metadata.version, failing.counts());
        let refusal = Refusal::new(
            format!(
                "version {version} failed {faults} times right after it came in; the one before runs again"
            ),
            "mend it and load it anew",
        );
        tracing::error!(cog = name, "rolled back: {}", refusal.what);
        self.registry.refuse(name, refusal);
        slot.swapped(failing, false);
        self.rolled_back(name);
    }

    fn rolled_back(&self, name: &str) {
        let reloads = &self.loader.metrics().cog_reloads_total;
        reloads.with_label_values(&[name, "rolled_back"]).inc();
    }

    fn count_quarantines(&self) {
        let (now, gauge) = (Instant::now(), &self.loader.metrics().cog_quarantined);
        for cog in self.registry.snapshot().cogs() {
            let places = cog.health.resting(now).len() as i64;
            gauge.with_label_values(&[cog.name()]).set(places);
        }
    }

    /// Watches new versions, and with `follow` also the files: what changes is loaded. Ends with
    /// `stop`.
    pub async fn watch(
        self: Arc<Self>,
        follow: bool,
        every: Duration,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut seen: HashMap<&str, (Option<Stamp>, bool)> = HashMap::new();
        for (name, slot) in &self.slots {
            seen.insert(name, (stamp(&slot.config), false));
        }
        loop {
            tokio::select! {
                _ = stop.wait_for(|&stop| stop) => return,
                () = tokio::time::sleep(every) => {}
            }
            self.roll_back_what_fails();
            self.count_quarantines();
            for (name, slot) in self.slots.iter().filter(|_| follow) {
                let now = stamp(&slot.config);
                let Some((known, settling)) = seen.get_mut(name.as_str()) else {
                    continue;
                };
                if *known != now {
                    // A file is whole once it stays the same from one look to the next.
                    (*known, *settling) = (now, true);
                } else if std::mem::take(settling) && now.is_some() {
                    // What is wrong with it is told.
                    let _ = self.reload(name).await;
                }
            }
        }
    }
}

/// What changes when a file is written.
type Stamp = (SystemTime, u64);

fn stamp(config: &CogConfig) -> Option<Stamp> {
    let metadata = std::fs::metadata(&config.source).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

async fn read(config: &CogConfig) -> Result<Vec<u8>, Refusal> {
    let path = config.source.display();
    let fails = |error: std::io::Error| {
        Refusal::new(
            format!("{path} can't be read: {error}"),
            "check its path in `source`",
        )
    };
    let size = tokio::fs::metadata(&config.source)
        .await
        .map_err(fails)?
        .len();
    if size > SIZE_MAX as u64 {
        return Err(Refusal::new(
            format!("{path} has {size} bytes"),
            "a component has at most 128 MiB",
        ));
    }
    tokio::fs::read(&config.source).await.map_err(fails)
}

/// What the loaded cogs need of Discord's state.
fn keeps(cogs: &Snapshot) -> crate::cache::Keeps {
    let asked = cogs.cogs().flat_map(|cog| cog.shape.asks.iter());
    asked.fold(Default::default(), |all, ask| all | ask.facts().keeps)
}
