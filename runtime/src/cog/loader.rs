//! From bytes to a cog that can be called: read, check against the grants, compile or map, link,
//! ask what it offers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cogbox_world::cogbox::discord::command_types::Command;
use cogbox_world::exports::cogbox::cog as exports;
use cogbox_world::exports::cogbox::cog::settings_form::Setting;
use wasmtime::Store;

use super::code::CodeCache;
use super::engine::Engine;
use super::events::EventExports;
use super::limits::{CpuMeter, Gate};
use super::shape::{Refusal, Shape};
use super::subscriptions::Subscription;
use super::{Cog, Exports, linker, lock, prepare};
use crate::commands;
use crate::config::{CogConfig, CommandConfig, Grant, Hosts, Limits};
use crate::host::grants::{Buckets, Interface, Interfaces};
use crate::host::powers::{self, Powers};
use crate::host::{Guest, Identity, Origin, Services, convert};
use crate::settings::Form;
use crate::telemetry::Metrics;

/// How long `declare` may take unless it is told.
pub const DECLARE: Duration = Duration::from_secs(5);

/// Loads cogs. One for the process.
pub struct Loader {
    engine: Arc<Engine>,
    services: Arc<Services>,
    code: CodeCache,
    declare: Duration,
}

impl Loader {
    /// Opens the folder of compiled cogs and returns a loader.
    pub async fn open(
        engine: Arc<Engine>,
        services: Arc<Services>,
        folder: &Path,
    ) -> Result<Self, String> {
        let key = services
            .store
            .secret("compiled cogs")
            .await
            .map_err(|error| error.with_fix())?;
        let code = CodeCache::open(folder, key).map_err(|error| {
            let fix = "remove what is in the way, and check the permissions and the free space";
            format!("{}: {error}\n  fix: {fix}", folder.display())
        })?;
        Ok(Self {
            engine,
            services,
            code,
            declare: DECLARE,
        })
    }

    /// Gives each cog so long to declare what it offers.
    pub fn declaring_within(mut self, limit: Duration) -> Self {
        self.declare = limit;
        self
    }

    /// Returns where the numbers go.
    pub fn metrics(&self) -> &Metrics {
        &self.services.metrics
    }

    /// Loads a component under the operator's name for it.
    pub async fn load(
        self: &Arc<Self>,
        name: &str,
        config: &CogConfig,
        bytes: Vec<u8>,
    ) -> Result<Cog, Refusal> {
        let shape = Shape::read(&bytes)?;
        hears_its_timers(&shape)?;
        let granted = granted(name, &shape, config)?;
        let hosts = hosts(&shape, config)?;
        let limits = limits(name, &shape, config)?;
        let identity = Arc::new(Identity {
            name: name.to_owned(),
            granted,
            buckets: Buckets::of(&config.grant),
            hosts,
            powers: powers(name, &shape, &config.grant),
            limits,
            everywhere: config.everywhere,
            settings: Form::default(),
        });
        let (component, compiled) = self.compile(name, shape.digest.clone(), bytes).await?;
        tracing::debug!(cog = name, compiled, "the component is ready");
        let wasmtime = self.engine.wasmtime();
        let fails = |error: wasmtime::Error| {
            Refusal::new(
                format!("it does not fit the contract: {}", one_line(&error)),
                "build it against this Cogbox's wit/",
            )
        };
        let linker = linker::linker(wasmtime, &component, shape.asks).map_err(fails)?;
        let instance = linker.instantiate_pre(&component).map_err(fails)?;
        macro_rules! find {
            ($name:ident, $subscription:expr) => {
                match shape.listens.contains(&$subscription) {
                    true => match exports::$name::GuestIndices::new(&instance) {
                        Ok(indices) => Some(indices),
                        Err(error) => return Err(misfit($subscription, &error)),
                    },
                    false => None,
                }
            };
        }
        let exports = Exports {
            commands: find!(commands, Subscription::Commands),
            components: find!(components, Subscription::Components),
            autocomplete: find!(autocomplete, Subscription::Autocomplete),
            events: EventExports::find(&instance, |it| shape.listens.contains(&it))
                .map_err(|(export, error)| misfit(export, &error))?,
            settings_form: find!(settings_form, Subscription::SettingsForm),
            timers: find!(timers, Subscription::Timers),
        };
        let mut cog = Cog {
            gate: Gate::new(&identity.limits),
            identity,
            shape,
            commands: Vec::new(),
            loaded: Instant::now(),
            isolation: config.isolation,
            engine: Arc::clone(&self.engine),
            services: Arc::clone(&self.services),
            instance,
            exports,
            kept: Mutex::default(),
            last_fault: Mutex::default(),
            health: Default::default(),
            ended: Default::default(),
        };
        let offer = declared_twice(&cog, self.declare).await?;
        commands::check(&offer.commands)?;
        let completes = cog.shape.listens.contains(&Subscription::Autocomplete);
        commands::check_completed(&offer.commands, completes)?;
        cog.commands = offer.commands;
        overridden(name, &mut cog.commands, &config.commands);
        cog.identity = Arc::new(Identity {
            settings: Form::new(offer.settings)?,
            ..Identity::clone(&cog.identity)
        });
        Ok(cog)
    }

    /// Compiles off the async threads: a large component takes seconds.
    async fn compile(
        self: &Arc<Self>,
        name: &str,
        digest: String,
        bytes: Vec<u8>,
    ) -> Result<(wasmtime::component::Component, bool), Refusal> {
        let (loader, name) = (Arc::clone(self), name.to_owned());
        let task = tokio::task::spawn_blocking(move || {
            loader
                .code
                .component(loader.engine.wasmtime(), &name, &digest, &bytes)
        });
        let compiled = match task.await {
            Ok(compiled) => compiled,
            Err(_) => return Err(Refusal::new("compiling it failed", "build it again")),
        };
        compiled.map_err(|error| {
            Refusal::new(
                format!("it can't be compiled: {}", one_line(&error)),
                "build it again",
            )
        })
    }
}

/// Refuses a cog that sets timers and would never hear of them.
fn hears_its_timers(shape: &Shape) -> Result<(), Refusal> {
    let sets = shape.asks.contains(Interface::Schedule);
    match sets && !shape.listens.contains(&Subscription::Timers) {
        false => Ok(()),
        true => Err(Refusal::new(
            "it asks for `schedule` and does not listen to `timers`: its timers would never fire",
            "export `timers`, or import no `schedule`",
        )),
    }
}

/// Returns what a cog may import, or what keeps it out.
fn granted(name: &str, shape: &Shape, config: &CogConfig) -> Result<Interfaces, Refusal> {
    let buckets = Buckets::of(&config.grant);
    let missing: Vec<_> = match &config.grant {
        Grant::All => Vec::new(),
        Grant::Only(names) => {
            let lacks = |ask: &Interface| match ask {
                // Which buckets it wants, the component does not say.
                Interface::SharedStore => buckets.is_empty(),
                // Naming a host grants the web.
                Interface::Http if !config.http.is_empty() => false,
                ask => !names.iter().any(|name| name == ask.name()),
            };
            shape.named_asks().filter(lacks).map(written).collect()
        }
    };
    if missing.is_empty() {
        return Ok(shape.asks);
    }
    let quoted = |names: Vec<&str>| {
        names
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let all: Vec<_> = shape
        .named_asks()
        .filter(|ask| *ask != Interface::Http)
        .map(written)
        .collect();
    let grant = (!all.is_empty()).then(|| format!("grant = [{}]", quoted(all)));
    let asks_web = shape.asks.contains(Interface::Http) && config.http.is_empty();
    let http = asks_web.then(|| format!("http = {}", wanted(shape)));
    let lines: Vec<_> = grant.into_iter().chain(http).collect();
    Err(Refusal::new(
        format!("it asks for {}, which it is not granted", quoted(missing)),
        format!(
            "if you trust it with that, write under [cogs.{name}]: {}",
            lines.join(" and ")
        ),
    ))
}

/// Returns an interface as a grant of it is written.
fn written(interface: Interface) -> &'static str {
    match interface {
        Interface::SharedStore => "shared-store.BUCKET",
        other => other.name(),
    }
}

/// The hosts that an author would like to reach, as an operator would write them.
fn wanted(shape: &Shape) -> String {
    let named = shape.metadata.hosts.iter().map(String::as_str);
    let hosts = Hosts::parse(named).unwrap_or_default();
    let example = hosts.is_empty().then_some("api.example.org");
    hosts.written_with(example)
}

/// Returns the hosts that a cog may reach: the operator's, or in `dev` the author's.
fn hosts(shape: &Shape, config: &CogConfig) -> Result<Hosts, Refusal> {
    if config.grant != Grant::All || !config.http.is_empty() {
        return Ok(config.http.clone());
    }
    let named = shape.metadata.hosts.iter().map(String::as_str);
    Hosts::parse(named).map_err(|(what, fix)| {
        Refusal::new(
            format!("it names a web host that is none: {what}"),
            format!("in its cog.toml, under [http], {fix}"),
        )
    })
}

/// Returns which of the host's rules do not hold for a cog. One that asked for more works all the
/// same, as far as it can.
fn powers(name: &str, shape: &Shape, grant: &Grant) -> Powers {
    let asked = shape.metadata.reasons.keys().map(String::as_str);
    let asked = asked.filter(|ask| powers::words(ask).is_some());
    match grant {
        Grant::All => Powers::of(asked),
        Grant::Only(names) => {
            for ask in asked.filter(|ask| !names.iter().any(|name| name == ask)) {
                tracing::warn!(cog = name, "is not granted `{ask}`, which it asks for");
            }
            Powers::of(names.iter().map(String::as_str))
        }
    }
}

/// The operator's limits; a transfer that the author needs is the operator's to give.
fn limits(name: &str, shape: &Shape, config: &CogConfig) -> Result<Limits, Refusal> {
    let mut limits = config.limits.clone();
    if let Some(needed) = shape
        .metadata
        .transfer
        .filter(|&needed| needed > limits.transfer)
    {
        if config.grant != Grant::All {
            let size = needed.div_ceil(1 << 10);
            return Err(Refusal::new(
                format!("it needs to hand over up to {size} KiB at once"),
                format!(
                    "if that is fine, write under [cogs.{name}]: limits = {{ transfer = \"{size}KiB\" }}"
                ),
            ));
        }
        limits.transfer = needed.min(Limits::TRANSFER_MAX);
    }
    Ok(limits)
}

/// Changes the commands of a cog to what the operator wants of them.
fn overridden(name: &str, commands: &mut [Command], wanted: &BTreeMap<String, CommandConfig>) {
    for (command, config) in wanted {
        let Some(declared) = commands.iter_mut().find(|known| known.name == *command) else {
            tracing::warn!(
                cog = name,
                "has no command `{command}`, which the configuration changes"
            );
            continue;
        };
        if let Some(cooldown) = config.cooldown {
            declared.cooldown = cooldown.map(convert::declared_cooldown);
        }
        if let Some(concurrency) = config.concurrency {
            declared.concurrency = concurrency.map(convert::declared_concurrency);
        }
        if let Some(needs) = config.needs {
            declared.needs = (!needs.is_empty()).then(|| needs.bits().to_string());
        }
    }
}

/// Asks a cog what it offers, twice, each time in a fresh instance and with every import denied.
async fn declared_twice(cog: &Cog, limit: Duration) -> Result<Offer, Refusal> {
    let (first, second) = (declared(cog, limit).await?, declared(cog, limit).await?);
    if first.commands != second.commands {
        return Err(Refusal::new(
            "it declares other commands each time it is asked",
            "declare the same commands always; what changes belongs into their answers",
        ));
    }
    if first.settings != second.settings {
        return Err(Refusal::new(
            "it declares other settings each time it is asked",
            "declare the same settings always; what changes belongs into the store",
        ));
    }
    Ok(first)
}

/// What a cog declares.
struct Offer {
    commands: Vec<Command>,
    settings: Vec<Setting>,
}

async fn declared(cog: &Cog, limit: Duration) -> Result<Offer, Refusal> {
    let _ticking = cog.engine.tick();
    let guest = Guest::new(
        Arc::clone(&cog.identity),
        Origin::DECLARE,
        Arc::clone(&cog.services),
    );
    let mut store = Store::new(cog.engine.wasmtime(), guest);
    let slot = prepare(&mut store);
    let meter = CpuMeter::new(cog.identity.limits.cpu.max(limit));
    *lock(&slot) = Some(Arc::clone(&meter));
    let failed = |why: String| {
        Refusal::new(
            format!("it can't be started or asked for what it offers: {why}"),
            "`declare` must return at once, and may call nothing but the log",
        )
    };
    let fails = |error: wasmtime::Error| failed(one_line(&error));
    let ask = async {
        let instance = cog.instance.instantiate_async(&mut store).await;
        let instance = instance.map_err(fails)?;
        // Loading an export checks its types, whether it is called now or not.
        macro_rules! load {
            ($name:ident, $subscription:expr) => {
                match &cog.exports.$name {
                    Some(indices) => match indices.load(&mut store, &instance) {
                        Ok(guest) => Some(guest),
                        Err(error) => return Err(misfit($subscription, &error)),
                    },
                    None => None,
                }
            };
        }
        load!(components, Subscription::Components);
        load!(autocomplete, Subscription::Autocomplete);
        let events = cog.exports.events.check(&mut store, &instance);
        events.map_err(|(export, error)| misfit(export, &error))?;
        load!(timers, Subscription::Timers);
        let commands = match load!(commands, Subscription::Commands) {
            Some(guest) => guest.call_declare(&mut store).await.map_err(fails)?,
            None => Vec::new(),
        };
        let settings = match load!(settings_form, Subscription::SettingsForm) {
            Some(guest) => guest.call_declare(&mut store).await.map_err(fails)?,
            None => Vec::new(),
        };
        Ok(Offer { commands, settings })
    };
    let ended = meter.measure(tokio::time::timeout(limit, ask)).await;
    ended.unwrap_or_else(|_| Err(failed(format!("it took longer than {limit:?}"))))
}

/// What is said of an export whose functions are not the contract's.
fn misfit(export: Subscription, error: &wasmtime::Error) -> Refusal {
    Refusal::new(
        format!(
            "its `{}` does not fit the contract: {}",
            export.name(),
            one_line(error)
        ),
        "build it against this Cogbox's wit/",
    )
}

/// The error's causes in one line, outermost first, without the backtrace.
fn one_line(error: &wasmtime::Error) -> String {
    let causes = error.chain().map(|cause| cause.to_string());
    let first = causes.map(|cause| cause.lines().next().unwrap_or_default().to_owned());
    first
        .filter(|line| !line.starts_with("error while executing"))
        .collect::<Vec<_>>()
        .join(": ")
}
