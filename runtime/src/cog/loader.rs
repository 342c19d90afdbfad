//! From bytes to a cog that can be called: read, check against the grants, compile or map, link,
//! ask what it offers.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cogbox_world::cogbox::discord::command_types::Command;
use cogbox_world::exports::cogbox::cog as exports;
use wasmtime::Store;

use super::code::CodeCache;
use super::engine::Engine;
use super::limits::{CpuMeter, Gate};
use super::shape::{Refusal, Shape};
use super::subscriptions::Subscription;
use super::{Cog, Exports, linker, lock, prepare};
use crate::commands;
use crate::config::{CogConfig, Grant, Limits};
use crate::host::grants::{Interface, Interfaces};
use crate::host::{Guest, Identity, Origin, Services};
use crate::telemetry::Metrics;

/// How long `declare` may take.
const DECLARE: Duration = Duration::from_secs(5);

/// Loads cogs. One for the process.
pub struct Loader {
    engine: Arc<Engine>,
    services: Arc<Services>,
    code: CodeCache,
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
            .map_err(|error| error.to_string())?;
        let code = CodeCache::open(folder, key)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self {
            engine,
            services,
            code,
        })
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
        let granted = granted(name, &shape, &config.grant)?;
        let limits = limits(&shape, config)?;
        let identity = Arc::new(Identity {
            name: name.to_owned(),
            granted,
            limits,
        });
        let (component, compiled) = self.compile(shape.digest.clone(), bytes).await?;
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
                    true => Some(exports::$name::GuestIndices::new(&instance).map_err(fails)?),
                    false => None,
                }
            };
        }
        let exports = Exports {
            commands: find!(commands, Subscription::Commands),
            components: find!(components, Subscription::Components),
            message_created: find!(message_created, Subscription::MessageCreated),
        };
        for subscription in shape.listens.iter().filter(|s| !s.delivered()) {
            tracing::warn!(
                cog = name,
                "listens to `{}`, which this host does not deliver",
                subscription.name()
            );
        }
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
        };
        cog.commands = declared_twice(&cog).await?;
        commands::check(&cog.commands)?;
        Ok(cog)
    }

    /// Compiles off the async threads: a large component takes seconds.
    async fn compile(
        self: &Arc<Self>,
        digest: String,
        bytes: Vec<u8>,
    ) -> Result<(wasmtime::component::Component, bool), Refusal> {
        let loader = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            loader
                .code
                .component(loader.engine.wasmtime(), &digest, &bytes)
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

/// Returns what a cog may import, or what keeps it out.
fn granted(name: &str, shape: &Shape, grant: &Grant) -> Result<Interfaces, Refusal> {
    let missing: Vec<_> = match grant {
        Grant::All => Vec::new(),
        Grant::Only(names) => shape
            .asks
            .iter()
            .filter(|ask| !ask.facts().always && !names.iter().any(|name| name == ask.name()))
            .map(Interface::name)
            .collect(),
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
        .asks
        .iter()
        .filter(|a| !a.facts().always)
        .map(Interface::name)
        .collect();
    Err(Refusal::new(
        format!("it asks for {}, which it is not granted", quoted(missing)),
        format!(
            "if you trust it with that, write under [cogs.{name}]: grant = [{}]",
            quoted(all)
        ),
    ))
}

/// The operator's limits; a transfer that the author needs is the operator's to give.
fn limits(shape: &Shape, config: &CogConfig) -> Result<Limits, Refusal> {
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
                format!("if that is fine, give it limits = {{ transfer = \"{size}KiB\" }}"),
            ));
        }
        limits.transfer = needed.min(Limits::TRANSFER_MAX);
    }
    Ok(limits)
}

/// Asks a cog what it offers, twice, each time in a fresh instance and with every import denied.
async fn declared_twice(cog: &Cog) -> Result<Vec<Command>, Refusal> {
    let first = declared(cog).await?;
    match declared(cog).await? == first {
        true => Ok(first),
        false => Err(Refusal::new(
            "it declares other commands each time it is asked",
            "declare the same commands always; what changes belongs into their answers",
        )),
    }
}

async fn declared(cog: &Cog) -> Result<Vec<Command>, Refusal> {
    let _ticking = cog.engine.tick();
    let guest = Guest::new(
        Arc::clone(&cog.identity),
        Origin::DECLARE,
        Arc::clone(&cog.services),
    );
    let mut store = Store::new(cog.engine.wasmtime(), guest);
    let slot = prepare(&mut store);
    let meter = CpuMeter::new(cog.identity.limits.cpu.max(DECLARE));
    *lock(&slot) = Some(Arc::clone(&meter));
    let ask = async {
        let instance = cog.instance.instantiate_async(&mut store).await?;
        // Loading an export checks its types, whether it is called now or not.
        if let Some(indices) = &cog.exports.components {
            indices.load(&mut store, &instance)?;
        }
        if let Some(indices) = &cog.exports.message_created {
            indices.load(&mut store, &instance)?;
        }
        match &cog.exports.commands {
            Some(indices) => {
                let guest = indices.load(&mut store, &instance)?;
                guest.call_declare(&mut store).await
            }
            None => Ok(Vec::new()),
        }
    };
    let ended = meter.measure(tokio::time::timeout(DECLARE, ask)).await;
    let why = match ended {
        Ok(Ok(commands)) => return Ok(commands),
        Ok(Err(error)) => one_line(&error),
        Err(_) => format!("it took longer than {DECLARE:?}"),
    };
    Err(Refusal::new(
        format!("it can't be started or asked for its commands: {why}"),
        "`declare` must return at once, and may call nothing but the log",
    ))
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
