//! From an envelope to the cogs that are called.
//!
//! Interactions are called at once, each in a task of its own, with a deadline for the answer.
//! Events wait in a lane per cog and guild. When a queue is full, what arrives is dropped and
//! counted: the gateway never waits.

mod interactions;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use serenity::model::id::GuildId;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::Envelope;
use super::events::Events;
use super::inbox::Outbox;
use super::lanes::Lanes;
use super::repeats::Repeats;
use super::sessions::Sessions;
use crate::cog::events::Event;
use crate::cog::keeper::Keeper;
use crate::cog::loader::DECLARE;
use crate::cog::registry::{Registry, Snapshot};
use crate::cog::subscriptions::Subscription;
use crate::cog::{Call, Cog, Outcome};
use crate::host::convert;
use crate::host::schedule::due::Due;
use crate::host::{Origin, Services, Trigger};
use crate::voice::player::Told;

/// Interactions and lanes that are worked on at the same time.
const TASKS: usize = 4_096;

/// How the host waits.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// From an interaction's arrival to the host's own defer. Discord gives three seconds.
    pub defer: Duration,
    /// From an autocomplete's arrival to the end of the cog's time for it.
    pub autocomplete: Duration,
    /// How long calls under way may go on at shutdown.
    pub drain: Duration,
    /// How long a cog may take to declare what it offers.
    pub declare: Duration,
    /// The wait before a shard connects again after a connection that did not last; it grows.
    pub reconnect: Duration,
    /// How long a new gateway connection may stay silent.
    pub hello: Duration,
    /// How often a component's file is looked at, where it is followed.
    pub follow: Duration,
    /// How often Discord is asked whether the bot should have more shards.
    pub reshard: Duration,
    /// How long the task that fires timers sleeps at most; within it, it notices that the clock jumped.
    pub timers: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            defer: Duration::from_millis(2_000),
            autocomplete: Duration::from_secs(1),
            drain: Duration::from_secs(10),
            declare: DECLARE,
            reconnect: Duration::from_secs(1),
            hello: Duration::from_secs(10),
            follow: Duration::from_millis(250),
            reshard: Duration::from_secs(3_600),
            timers: Duration::from_secs(1),
        }
    }
}

/// How long those who still wait at shutdown may take to be told so.
const FAREWELL: Duration = Duration::from_secs(2);

/// Dispatch itself. One for the process.
pub struct Dispatch {
    /// Turns true when calls under way have had their time.
    cancel: watch::Sender<bool>,
    keeper: Arc<Keeper>,
    pub(super) registry: Arc<Registry>,
    pub(super) services: Arc<Services>,
    pub(super) deadlines: Deadlines,
    /// Where the ids of what was handled outlast the process.
    sessions: Sessions,
    lanes: Arc<Lanes<(String, Option<GuildId>), Job>>,
}

/// A call that waits in a lane.
struct Job {
    cog: Arc<Cog>,
    origin: Origin,
    call: Call,
}

impl Dispatch {
    /// Returns a dispatch over the registry.
    pub fn new(
        keeper: Arc<Keeper>,
        registry: Arc<Registry>,
        services: Arc<Services>,
        deadlines: Deadlines,
        sessions: Sessions,
    ) -> Arc<Self> {
        Arc::new(Self {
            keeper,
            registry,
            services,
            deadlines,
            sessions,
            lanes: Lanes::new(),
            cancel: watch::Sender::new(false),
        })
    }

    /// Works until nobody delivers any more, which is some time after `stop`, and all is done; what
    /// takes longer than its time after `stop` is cancelled.
    pub async fn run(
        self: Arc<Self>,
        mut outbox: Outbox,
        mut timers: mpsc::Receiver<Due>,
        mut played: Option<mpsc::UnboundedReceiver<(GuildId, Told)>>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut tasks = JoinSet::new();
        let mut repeats = Repeats::of(self.sessions.take_seen());
        let mut events = Events::default();
        let late = async {
            // An error means that the sender is gone, which is a stop as well.
            let _ = stop.wait_for(|&stop| stop).await;
            tokio::time::sleep(self.deadlines.drain).await;
        };
        tokio::pin!(late);
        // Whether somebody may still deliver.
        let (mut more_interactions, mut more_events, mut more_timers) = (true, true, true);
        while more_interactions || more_events || more_timers || !tasks.is_empty() {
            let room = tasks.len() < TASKS;
            tokio::select! {
                biased;
                () = &mut late => break,
                Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
                next = outbox.interactions.recv(), if room && more_interactions => match next {
                    Some(envelope) => {
                        if let Some(task) = self.interaction(envelope, &mut repeats) {
                            tasks.spawn(task);
                        }
                    }
                    None => more_interactions = false,
                },
                next = outbox.events.recv(), if room && more_events => match next {
                    Some(envelope) => {
                        for task in self.event(envelope, &mut events, &mut repeats) {
                            tasks.spawn(task);
                        }
                    }
                    None => more_events = false,
                },
                next = timers.recv(), if room && more_timers => match next {
                    Some(due) => {
                        if let Some(task) = self.timer(due) {
                            tasks.spawn(task);
                        }
                    }
                    None => more_timers = false,
                },
                // Players stop with the process; nobody waits for what they may tell yet.
                Some((guild, told)) = next(&mut played), if room => {
                    for task in self.played(guild, &told) {
                        tasks.spawn(task);
                    }
                }
            }
        }
        self.sessions.keep_seen(repeats.ids());
        if !tasks.is_empty() {
            tracing::warn!(
                calls = tasks.len(),
                "calls that are still under way are cancelled"
            );
            self.cancel.send_replace(true);
            drained(&mut tasks, FAREWELL).await;
        }
    }

    /// Calls the cog, for as long as the host has time for it.
    pub(super) async fn call(&self, cog: &Arc<Cog>, origin: Origin, call: Call) -> Outcome {
        let mut cancel = self.cancel.subscribe();
        tokio::select! {
            outcome = cog.call(origin, call) => outcome,
            _ = cancel.wait_for(|&cancel| cancel) => Outcome::Busy("the host is shutting down".into()),
        }
    }

    fn event(
        self: &Arc<Self>,
        envelope: Envelope,
        events: &mut Events,
        repeats: &mut Repeats,
    ) -> Vec<BoxFuture<'static, ()>> {
        let snapshot = self.registry.snapshot();
        let cache = &self.services.cache;
        let happening = match events.take(&envelope, repeats, &snapshot, cache) {
            Ok(Some(happening)) => happening,
            Ok(None) => return Vec::new(),
            Err(error) => {
                self.unreadable(&envelope, &error);
                return Vec::new();
            }
        };
        let listened = happening.event.subscription();
        self.tell(&snapshot, happening.origin, listened, |cog| {
            happening.told(cog.shape.listens.contains(&Subscription::MessageContent))
        })
    }

    /// Tells the cogs that listen what a player did.
    fn played(self: &Arc<Self>, guild: GuildId, told: &Told) -> Vec<BoxFuture<'static, ()>> {
        let origin = Origin {
            trigger: Trigger::Event,
            guild: Some(guild),
            channel: None,
            invoker: None,
        };
        let event = convert::voice::played(guild, told);
        let snapshot = self.registry.snapshot();
        let listened = Subscription::PlayerEvents;
        self.tell(&snapshot, origin, listened, |_| event.clone())
    }

    /// Puts an event into the lanes of those who listen, and returns what drives these lanes.
    fn tell(
        self: &Arc<Self>,
        snapshot: &Snapshot,
        origin: Origin,
        listened: Subscription,
        event: impl Fn(&Cog) -> Event,
    ) -> Vec<BoxFuture<'static, ()>> {
        let mut drivers = Vec::new();
        let per_guild = &self.services.per_guild;
        let listeners = snapshot.listeners(listened);
        for cog in listeners.filter(|cog| per_guild.is_on(&cog.identity, origin.guild)) {
            if cog.health.rests(origin.guild, Instant::now()).is_some() {
                self.event_dropped(cog, "quarantined");
                continue;
            }
            let job = Job {
                cog: Arc::clone(cog),
                origin,
                call: Call::Event(event(cog)),
            };
            drivers.extend(self.queue(job).map(|lane| Box::pin(lane) as _));
        }
        drivers
    }

    /// Calls the cog of a timer, in the order of whatever else happens in its guild.
    fn timer(self: &Arc<Self>, due: Due) -> Option<impl Future<Output = ()> + Send + use<>> {
        let key = &due.timer().key;
        let cog = Arc::clone(self.registry.snapshot().cog(&key.cog)?);
        let origin = Origin {
            trigger: Trigger::Timer,
            guild: (key.guild != 0).then(|| key.guild.into()),
            channel: None,
            // Outside of guilds it may write to whoever set it.
            invoker: (key.user != 0).then(|| key.user.into()),
        };
        let call = Call::Timer(due);
        self.queue(Job { cog, origin, call })
    }

    /// Puts a call into its lane, and returns what drives the lane where nothing does yet.
    fn queue(self: &Arc<Self>, job: Job) -> Option<impl Future<Output = ()> + Send + use<>> {
        let key = (job.cog.name().to_owned(), job.origin.guild);
        let mut lane = match self.lanes.push(key, job) {
            Ok(lane) => lane?,
            Err(job) => {
                self.dropped(&job, "queue_full");
                return None;
            }
        };
        let dispatch = Arc::clone(self);
        Some(async move {
            while let Some(job) = lane.next() {
                // It may have waited, and the bot may have left meanwhile; that it left is told.
                let cache = &dispatch.services.cache;
                let leaves = matches!(job.call, Call::Event(Event::GuildLeft(_)));
                if leaves || job.origin.guild.is_none_or(|guild| cache.is_in(guild)) {
                    dispatch.call(&job.cog, job.origin, job.call).await;
                } else {
                    dispatch.dropped(&job, "guild_left");
                }
            }
        })
    }

    fn unreadable(&self, envelope: &Envelope, error: &serde_json::Error) {
        let (shard, event) = (envelope.shard, envelope.kind.as_str());
        tracing::warn!(shard, event, %error, "an event can't be read");
        // Only what is delivered gets here, and that has few names.
        let unreadable = &self.services.metrics.gateway_unreadable_events_total;
        unreadable.with_label_values(&[event]).inc();
    }

    fn dropped(&self, job: &Job, reason: &str) {
        // A timer is not lost: it is still in the database, and comes again.
        if !matches!(job.call, Call::Timer(_)) {
            self.event_dropped(&job.cog, reason);
        }
    }

    fn event_dropped(&self, cog: &Cog, reason: &str) {
        let dropped = &self.services.metrics.cog_dropped_events_total;
        dropped.with_label_values(&[cog.name(), reason]).inc();
    }
}

/// Returns what comes next, if there is something that it could come from.
async fn next<T>(from: &mut Option<mpsc::UnboundedReceiver<T>>) -> Option<T> {
    match from {
        Some(from) => from.recv().await,
        None => std::future::pending().await,
    }
}

/// Waits until every task has ended, for as long as `patience`.
async fn drained(tasks: &mut JoinSet<()>, patience: Duration) {
    let all = async { while tasks.join_next().await.is_some() {} };
    // Those that have not are dropped with the set.
    let _ = tokio::time::timeout(patience, all).await;
}
