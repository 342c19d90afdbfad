//! A loaded cog, and the one way into it: [`Cog::call`].
//!
//! A call gets a permit, an instance, deadlines for CPU and clock, and ends in an [`Outcome`]. The
//! call owns its store; whatever goes wrong, the store is thrown away and nothing else notices.

mod code;
mod complexity;
pub mod engine;
pub mod events;
mod fault;
pub mod health;
pub mod keeper;
pub mod limits;
mod linker;
pub mod loader;
pub mod manifest;
mod outcome;
pub mod registry;
pub mod shape;
pub mod subscriptions;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cogbox_world::cogbox::cog::invocations::Invocation;
use cogbox_world::cogbox::discord::command_types::{Choice, Command};
use cogbox_world::exports::cogbox::cog as exports;
use serenity::model::id::GuildId;
use tokio::sync::oneshot;
use tracing::Instrument;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Store, UpdateDeadline};

use crate::config::Isolation;
use crate::host::interactions::Live;
use crate::host::owner;
use crate::host::schedule::due::Due;
use crate::host::{Guest, HANDLES_MAX, Identity, Origin, Services, tame_lines};
use engine::Engine;
use events::{Event, EventExports};
use health::{Health, IN_A_ROW, Where};
use limits::{CpuMeter, Gate};
use shape::Shape;

pub use fault::Fault;
pub use outcome::Outcome;
use outcome::{NotExported, Unreadable};

/// How long a call waits for its turn; an interaction must be answered in three seconds.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// Most instances kept for guilds by one cog with `isolation = "guild"`.
const KEPT_MAX: usize = 64;

/// One loaded version of a cog. It lives until the last call into it ends.
pub struct Cog {
    /// Who it is to the host.
    pub identity: Arc<Identity>,
    /// What it asks for and listens to.
    pub shape: Shape,
    /// The commands it declared.
    pub commands: Vec<Command>,
    /// When it was loaded.
    pub loaded: Instant,
    isolation: Isolation,
    engine: Arc<Engine>,
    services: Arc<Services>,
    instance: InstancePre<Guest>,
    exports: Exports,
    gate: Gate,
    kept: Mutex<Kept>,
    last_fault: Mutex<Option<Fault>>,
    /// Whether it may be called.
    pub health: Health,
    /// Calls that ended, and how many of them were the cog's fault.
    ended: (AtomicU64, AtomicU64),
}

/// The exports that this host calls, found by name; their types are checked on load.
pub(crate) struct Exports {
    pub(crate) commands: Option<exports::commands::GuestIndices>,
    pub(crate) components: Option<exports::components::GuestIndices>,
    pub(crate) autocomplete: Option<exports::autocomplete::GuestIndices>,
    pub(crate) events: EventExports,
    pub(crate) settings_form: Option<exports::settings_form::GuestIndices>,
    pub(crate) timers: Option<exports::timers::GuestIndices>,
}

/// What a cog is called with.
pub enum Call {
    /// Someone used one of its commands.
    Command(Invocation, Live),
    /// Someone pressed one of its buttons; the id as the cog gave it.
    Pressed(String, Live),
    /// Someone chose values in one of its menus.
    Selected(String, Vec<exports::components::SelectedValue>, Live),
    /// Someone submitted one of its forms.
    Submitted(String, Vec<exports::components::Input>, Live),
    /// Someone is typing; what is offered to them goes to the sender.
    Autocomplete(exports::autocomplete::Request, oneshot::Sender<Vec<Choice>>),
    /// Something happened.
    Event(Event),
    /// One of its timers is due.
    Timer(Due),
}

/// An instance between calls, for one guild.
struct Warm {
    store: Store<Guest>,
    instance: Instance,
    meter: Arc<MeterSlot>,
}

/// The meter of whatever call runs in a store: the store's callback outlives the call.
type MeterSlot = Mutex<Option<Arc<CpuMeter>>>;

#[derive(Default)]
struct Kept {
    by_guild: HashMap<GuildId, (u64, Warm)>,
    uses: u64,
}

impl Call {
    /// Returns the export it goes to, as metrics and logs name it.
    pub fn export(&self) -> &'static str {
        match self {
            Self::Command(..) => "commands.invoked",
            Self::Pressed(..) => "components.pressed",
            Self::Selected(..) => "components.selected",
            Self::Submitted(..) => "components.submitted",
            Self::Autocomplete(..) => "autocomplete.requested",
            Self::Event(event) => event.export(),
            Self::Timer(..) => "timers.fired",
        }
    }
}

impl Cog {
    /// Returns the operator's name for it.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Returns how many calls ended, and how many of them by the cog's fault.
    pub fn counts(&self) -> (u64, u64) {
        let (calls, faults) = &self.ended;
        (
            calls.load(Ordering::Relaxed),
            faults.load(Ordering::Relaxed),
        )
    }

    /// Gives up the instances that are kept for guilds.
    pub fn let_go(&self) {
        lock(&self.kept).by_guild.clear();
    }

    /// Returns what went wrong last, if anything did.
    pub fn last_fault(&self) -> Option<Fault> {
        lock(&self.last_fault).clone()
    }

    /// Calls into the cog. The call runs on the guests' runtime and ends with the returned future:
    /// dropping it cancels the call.
    pub async fn call(self: &Arc<Self>, origin: Origin, call: Call) -> Outcome {
        let cog = Arc::clone(self);
        let export = call.export();
        let began = Instant::now();
        let work = async move {
            match cog.gate.enter(origin.guild, PATIENCE).await {
                Ok(permit) => {
                    let outcome = cog.run(origin, call).await;
                    drop(permit);
                    outcome
                }
                Err(busy) => Outcome::Busy(busy.to_string()),
            }
        };
        let mut task = AbortOnDrop(self.engine.runtime().spawn(work.in_current_span()));
        let outcome = match (&mut task.0).await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => Outcome::Busy("the host is shutting down".into()),
            Err(_) => Outcome::Host("the host panicked during the call".into()),
        };
        self.record(export, &origin, &outcome, began.elapsed());
        outcome
    }

    async fn run(&self, origin: Origin, call: Call) -> Outcome {
        let _ticking = self.engine.tick();
        let meter = CpuMeter::new(self.identity.limits.cpu);
        let work = async {
            let (mut warm, kept_for) = match self.take(origin) {
                Some((guild, warm)) => (warm, Some(guild)),
                None => {
                    let warm = self.fresh(origin, &meter).await?;
                    let keep = self.isolation == Isolation::Guild;
                    (warm, origin.guild.filter(|_| keep))
                }
            };
            warm.begin(origin, &meter);
            let answered = self.enter(&mut warm, call).await?;
            Ok((answered, warm, kept_for))
        };
        let limited = tokio::time::timeout(self.identity.limits.wall, work);
        let ended = meter.measure(limited).await;
        self.gate.charge(meter.spent());
        let metrics = &self.services.metrics;
        let name = self.name();
        metrics
            .cog_cpu_seconds_total
            .with_label_values(&[name])
            .inc_by(meter.spent().as_secs_f64());
        match ended {
            Err(_) => Outcome::Wall(format!("took longer than {:?}", self.identity.limits.wall)),
            Ok(Err(error)) => Outcome::of(&error),
            Ok(Ok((answered, warm, kept_for))) => {
                let memory = warm.store.data().memory.used() as i64;
                metrics
                    .cog_memory_bytes
                    .with_label_values(&[name])
                    .set(memory);
                if let Some(guild) = kept_for.filter(|_| warm.store.data().is_at_rest()) {
                    lock(&self.kept).put(guild, warm);
                }
                match answered {
                    Ok(()) => Outcome::Ok,
                    Err(sentence) => Outcome::Error(sentence),
                }
            }
        }
    }

    /// Takes the instance kept for the call's guild. A busy one is not waited for.
    fn take(&self, origin: Origin) -> Option<(GuildId, Warm)> {
        let guild = origin
            .guild
            .filter(|_| self.isolation == Isolation::Guild)?;
        let (_, warm) = lock(&self.kept).by_guild.remove(&guild)?;
        Some((guild, warm))
    }

    async fn fresh(&self, origin: Origin, meter: &Arc<CpuMeter>) -> wasmtime::Result<Warm> {
        let guest = Guest::new(
            Arc::clone(&self.identity),
            origin,
            Arc::clone(&self.services),
        );
        let mut store = Store::new(self.engine.wasmtime(), guest);
        let slot = prepare(&mut store);
        *lock(&slot) = Some(Arc::clone(meter));
        let instance = self.instance.instantiate_async(&mut store).await?;
        Ok(Warm {
            store,
            instance,
            meter: slot,
        })
    }

    async fn enter(&self, warm: &mut Warm, call: Call) -> wasmtime::Result<Result<(), String>> {
        let Warm {
            store, instance, ..
        } = warm;
        macro_rules! export {
            ($name:ident) => {
                match &self.exports.$name {
                    Some(indices) => indices.load(&mut *store, instance)?,
                    None => return Err(wasmtime::Error::new(NotExported(stringify!($name)))),
                }
            };
        }
        let returned = match call {
            Call::Command(invocation, live) => {
                let guest = export!(commands);
                let handle = store.data_mut().hold(live)?;
                guest.call_invoked(store, &invocation, handle).await
            }
            Call::Pressed(id, live) => {
                let guest = export!(components);
                let handle = store.data_mut().hold(live)?;
                guest.call_pressed(store, &id, handle).await
            }
            Call::Selected(id, values, live) => {
                let guest = export!(components);
                let handle = store.data_mut().hold(live)?;
                guest.call_selected(store, &id, &values, handle).await
            }
            Call::Submitted(id, inputs, live) => {
                let guest = export!(components);
                let handle = store.data_mut().hold(live)?;
                guest.call_submitted(store, &id, &inputs, handle).await
            }
            Call::Autocomplete(request, offered) => {
                let choices = export!(autocomplete).call_requested(store, &request).await;
                // Nobody waits any more for what comes too late.
                choices.map(|choices| choices.map(|choices| drop(offered.send(choices))))
            }
            Call::Timer(due) => {
                let guest = export!(timers);
                // Everything before this may fail and be tried again.
                match due.take().await? {
                    Some(timer) => guest.call_fired(store, &timer).await,
                    None => Ok(Ok(())),
                }
            }
            Call::Event(event) => self.exports.events.enter(store, instance, &event).await,
        };
        returned.map_err(|error| {
            match error.is::<wasmtime::WasmBacktrace>() || error.is::<NotExported>() {
                true => error,
                false => error.context(Unreadable),
            }
        })
    }

    fn told_to_rest(&self, place: Where) {
        let (metrics, cog) = (&self.services.metrics, self.name());
        let (label, guild) = match place {
            Where::Everywhere => ("everywhere", None),
            Where::In(guild) => ("guild", guild),
        };
        metrics
            .cog_quarantines_total
            .with_label_values(&[cog, label])
            .inc();
        let id = guild.map(GuildId::get);
        tracing::error!(
            cog,
            guild = id,
            "failed again and again, and is not called for a while"
        );
        let known = guild.and_then(|guild| self.services.cache.guild(guild));
        let place = match (place, known) {
            (Where::Everywhere, _) => "everywhere".to_owned(),
            (Where::In(None), _) => "in direct messages".to_owned(),
            (Where::In(_), Some(known)) => format!("in the server {}", tame(&known.name)),
            (Where::In(_), None) => "in one server".to_owned(),
        };
        let last = self.last_fault().map(|fault| {
            let cause = tame(fault.cause());
            format!("\nThe last fault, in `{}`: {cause}.", fault.export)
        });
        let text = format!(
            "**{cog}** {version} failed {IN_A_ROW} times in a row and rests {place} for a while, longer each time.{last}\n\
             The log and the dashboard have the faults. `/cogs release` ends the rest. You are told of this once a day.",
            version = self.shape.metadata.version,
            last = last.unwrap_or_default(),
        );
        let what = format!("rests-{label}");
        owner::tell(Arc::clone(&self.services), cog.to_owned(), what, text);
    }

    fn record(&self, export: &'static str, origin: &Origin, outcome: &Outcome, took: Duration) {
        let (metrics, cog, label) = (&self.services.metrics, self.name(), outcome.label());
        metrics
            .cog_calls_total
            .with_label_values(&[cog, export, label])
            .inc();
        metrics
            .cog_call_seconds
            .with_label_values(&[cog])
            .observe(took.as_secs_f64());
        self.note_fault(export, origin, outcome, took);
        let fault = outcome.is_fault();
        if !matches!(outcome, Outcome::Busy(_) | Outcome::Host(_)) {
            self.ended.0.fetch_add(1, Ordering::Relaxed);
            self.ended.1.fetch_add(u64::from(fault), Ordering::Relaxed);
            let rests = self.health.ended(origin.guild, fault, Instant::now());
            if let Some(place) = rests {
                self.told_to_rest(place);
            }
        }
    }

    fn note_fault(&self, export: &'static str, origin: &Origin, outcome: &Outcome, took: Duration) {
        let (metrics, cog, label) = (&self.services.metrics, self.name(), outcome.label());
        let guild = origin.guild.map(GuildId::get);
        let Some(detail) = outcome.detail() else {
            tracing::debug!(cog, export, guild, ?took, "ok");
            return;
        };
        if outcome.is_fault() {
            metrics
                .cog_traps_total
                .with_label_values(&[cog, label])
                .inc();
        }
        // An error's sentence and the names in a backtrace are the cog's.
        let detail = tame_lines(detail);
        let indented = detail.replace('\n', "\n    ");
        tracing::warn!(cog, export, guild, ?took, outcome = label, "{indented}");
        let at = std::time::SystemTime::now();
        *lock(&self.last_fault) = Some(Fault {
            at,
            outcome: label,
            export,
            detail,
        });
    }
}

impl Warm {
    fn begin(&mut self, origin: Origin, meter: &Arc<CpuMeter>) {
        *lock(&self.meter) = Some(Arc::clone(meter));
        self.store.data_mut().begin(origin);
        self.store.set_epoch_deadline(1);
    }
}

impl Kept {
    fn put(&mut self, guild: GuildId, warm: Warm) {
        if self.by_guild.len() >= KEPT_MAX
            && let Some(oldest) = self.by_guild.iter().min_by_key(|(_, (use_, _))| *use_)
        {
            let oldest = *oldest.0;
            self.by_guild.remove(&oldest);
        }
        self.uses += 1;
        // Two calls of one guild may have run beside each other; the later instance stays.
        self.by_guild.insert(guild, (self.uses, warm));
    }
}

/// Sets a store's limits and its tick. The slot takes the meter of each call.
fn prepare(store: &mut Store<Guest>) -> Arc<MeterSlot> {
    let transfer = store.data().identity.limits.transfer;
    store.set_hostcall_fuel(transfer);
    store.set_max_component_handles(HANDLES_MAX);
    store.limiter(|guest| &mut guest.memory);
    store.set_epoch_deadline(1);
    let slot = Arc::new(MeterSlot::default());
    let ticked = Arc::clone(&slot);
    store.epoch_deadline_callback(move |_| {
        if let Some(meter) = lock(&ticked).as_ref() {
            meter.check()?;
        }
        Ok(UpdateDeadline::Yield(1))
    });
    slot
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A foreign text, in one short line and without what Discord would format.
fn tame(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|c| !c.is_control() && !"`*_~|@<>".contains(*c));
    kept.take(200).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Each of these holds one value that is replaced whole.
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
