//! From an envelope to the cogs that are called.
//!
//! Interactions are called at once, each in a task of its own, with a deadline for the answer.
//! Events wait in a lane per cog and guild. When a queue is full, what arrives is dropped and
//! counted: the gateway never waits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::command_types::Visibility;
use futures_util::future::BoxFuture;
use serenity::model::application::Interaction;
use serenity::model::id::{ApplicationId, GuildId, InteractionId};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::events::Events;
use super::inbox::Outbox;
use super::lanes::Lanes;
use super::repeats::Repeats;
use super::sessions::Sessions;
use super::settings_menu::{self, Menu, Said};
use super::{Envelope, admission, builtin};
use crate::cog::events::Event;
use crate::cog::keeper::Keeper;
use crate::cog::loader::DECLARE;
use crate::cog::registry::{Registry, Snapshot};
use crate::cog::subscriptions::Subscription;
use crate::cog::{Call, Cog, Outcome};
use crate::commands::Scoped;
use crate::host::answer::{Answer, Source, Ticket};
use crate::host::convert::{self, Invoked, What};
use crate::host::interactions::{Facts, Live};
use crate::host::schedule::due::Due;
use crate::host::{Origin, Services, Trigger};

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

    fn interaction(
        self: &Arc<Self>,
        envelope: Envelope,
        repeats: &mut Repeats,
    ) -> Option<BoxFuture<'static, ()>> {
        let interaction: Interaction = match serde_json::from_str(&envelope.raw) {
            Ok(interaction) => interaction,
            Err(error) => {
                self.unreadable(&envelope, &error);
                return None;
            }
        };
        if !repeats.first(interaction.id().get()) {
            return None;
        }
        let (kind, source) = match &interaction {
            Interaction::Command(_) => ("application_command", Source::Command),
            Interaction::Component(_) => ("component", Source::Component),
            Interaction::Modal(_) => ("modal_submit", Source::Modal),
            Interaction::Autocomplete(typed) => return self.autocomplete(&envelope, typed),
            _ => return None,
        };
        let Invoked { what, facts } = convert::invoked(&interaction)?;
        let snapshot = self.registry.snapshot();
        let made_up = self.made_up(&interaction, &what);
        let (owner, command) = match &made_up {
            Some((cog, _)) => (owner_named(&snapshot, cog), Some("other".to_owned())),
            None => owner(&snapshot, &what),
        };
        let label = command.as_deref().unwrap_or("None");
        self.received(&envelope, kind, label);
        let origin = Origin {
            trigger: Trigger::Interaction,
            guild: facts.guild,
            channel: Some(facts.channel),
            invoker: facts.user.id.parse().ok().map(u64::into),
        };
        let (id, token, application) = identity(&interaction)?;
        let name = match &owner {
            Owner::Cog(cog) => cog.name().to_owned(),
            Owner::Builtin | Owner::Nobody => "cogbox".to_owned(),
        };
        let rest = self.services.rest.by(&name);
        let ticket = Ticket {
            id,
            token,
            application,
            source,
            cog: name,
            received: envelope.received,
        };
        let answer = Answer::new(ticket, rest, Arc::clone(&self.services.metrics));
        let command = command.unwrap_or_else(|| "none".to_owned());
        let dispatch = Arc::clone(self);
        Some(Box::pin(async move {
            let cog = match owner {
                Owner::Cog(cog) => cog,
                Owner::Builtin => {
                    let deadline = envelope.received + dispatch.deadlines.defer;
                    let said = dispatch
                        .builtin(&snapshot, &what, &facts, &answer, deadline)
                        .await;
                    let outcome = if said.is_ok() { "ok" } else { "host" };
                    dispatch.count("cogbox", &command, outcome);
                    return;
                }
                Owner::Nobody => {
                    answer.settle("This is not available any more.").await;
                    dispatch.count("cogbox", &command, "unknown");
                    return;
                }
            };
            let made_up = made_up.as_ref().map(|(_, command)| command);
            let private = match made_up {
                Some(command) => command.private,
                None => defers_privately(&cog, &what),
            };
            let admitted = admission::admitted(&dispatch.services, &cog, &what, &origin, made_up);
            let running = match admitted {
                Ok(running) => running,
                Err(refused) => {
                    answer.settle(&refused.sentence).await;
                    dispatch.count(cog.name(), &command, refused.outcome);
                    return;
                }
            };
            let call = call(
                what,
                Live {
                    facts,
                    answer: answer.clone(),
                },
            );
            let deadline = envelope.received + dispatch.deadlines.defer;
            let outcome = dispatch
                .answered(&cog, origin, call, &answer, deadline, private)
                .await;
            drop(running);
            // Whoever was not answered by the cog is answered by the host.
            let unanswered = answer.settle(outcome.sentence()).await;
            let label = match (&outcome, unanswered) {
                (Outcome::Ok, true) => "silent",
                (outcome, _) => outcome.label(),
            };
            dispatch.count(cog.name(), &command, label);
        }))
    }

    /// Counts an interaction that came.
    pub(super) fn received(&self, envelope: &Envelope, kind: &str, command: &str) {
        let counted = &self.services.metrics.discord_event_on_interaction_total;
        let shard = envelope.shard.to_string();
        counted
            .with_label_values(&[shard.as_str(), kind, command])
            .inc();
    }

    /// Returns the command that a cog made up for the guild, and the cog, where it was one of those.
    fn made_up(&self, interaction: &Interaction, what: &What) -> Option<(String, Scoped)> {
        let (Interaction::Command(command), What::Command(invocation)) = (interaction, what) else {
            return None;
        };
        let guild = command.data.guild_id?;
        let made_up = &self.services.guild_commands;
        made_up.find(guild, invocation.path.first()?)
    }

    /// Answers what is the host's own.
    async fn builtin(
        &self,
        cogs: &Snapshot,
        what: &What,
        facts: &Facts,
        answer: &Answer,
        deadline: Instant,
    ) -> Result<(), Fault> {
        let menu = Menu {
            cogs,
            services: &self.services,
            facts,
        };
        let What::Command(invocation) = what else {
            return match menu.step(what).await {
                Said::Reply(body) => answer.reply(body, Vec::new(), true).await,
                Said::Update(body) => answer.update(body, Vec::new()).await,
                Said::Form(form) => answer.show_modal(form).await,
            };
        };
        let asked = builtin::Asked {
            menu,
            invocation,
            keeper: &self.keeper,
        };
        let body = asked.answer();
        tokio::pin!(body);
        // Loading a large component takes its time.
        let body = tokio::select! {
            body = &mut body => body,
            () = tokio::time::sleep_until(deadline.into()) => {
                answer.defer_for_cog(true).await;
                body.await
            }
        };
        answer.reply(body, Vec::new(), true).await
    }

    /// Calls the cog, and defers for it when the deadline comes first.
    async fn answered(
        &self,
        cog: &Arc<Cog>,
        origin: Origin,
        call: Call,
        answer: &Answer,
        deadline: std::time::Instant,
        private: bool,
    ) -> Outcome {
        let call = self.call(cog, origin, call);
        tokio::pin!(call);
        tokio::select! {
            outcome = &mut call => return outcome,
            () = tokio::time::sleep_until(deadline.into()) => {}
        }
        // Both go on: the cog may answer at this very moment, and the answer decides who was first.
        let (outcome, _) = tokio::join!(call, answer.defer_for_cog(private));
        outcome
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
    ) -> Vec<impl Future<Output = ()> + Send + use<>> {
        let snapshot = self.registry.snapshot();
        let me = self.services.cache.me().map(|me| me.id);
        let happening = match events.take(&envelope, repeats, &snapshot, me) {
            Ok(Some(happening)) => happening,
            Ok(None) => return Vec::new(),
            Err(error) => {
                self.unreadable(&envelope, &error);
                return Vec::new();
            }
        };
        let origin = happening.origin;
        let mut drivers = Vec::new();
        let per_guild = &self.services.per_guild;
        let listeners = snapshot.listeners(happening.event.subscription());
        for cog in listeners.filter(|cog| per_guild.is_on(&cog.identity, origin.guild)) {
            if cog.health.rests(origin.guild, Instant::now()).is_some() {
                self.event_dropped(cog, "quarantined");
                continue;
            }
            let job = Job {
                cog: Arc::clone(cog),
                origin,
                call: Call::Event(
                    happening.told(cog.shape.listens.contains(&Subscription::MessageContent)),
                ),
            };
            drivers.extend(self.queue(job));
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
            invoker: None,
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

    pub(super) fn count(&self, cog: &str, command: &str, outcome: &str) {
        let counted = &self.services.metrics.interactions_total;
        counted.with_label_values(&[cog, command, outcome]).inc();
    }
}

/// Waits until every task has ended, for as long as `patience`.
async fn drained(tasks: &mut JoinSet<()>, patience: Duration) {
    let all = async { while tasks.join_next().await.is_some() {} };
    // Those that have not are dropped with the set.
    let _ = tokio::time::timeout(patience, all).await;
}

/// Who answers an interaction.
enum Owner {
    Cog(Arc<Cog>),
    Builtin,
    Nobody,
}

/// Finds the cog of a name.
fn owner_named(snapshot: &Snapshot, name: &str) -> Owner {
    match snapshot.cogs().find(|cog| cog.name() == name) {
        Some(cog) => Owner::Cog(Arc::clone(cog)),
        None => Owner::Nobody,
    }
}

/// Finds the owner, and the command's name where it is a registered one: only those are labels.
fn owner(snapshot: &Snapshot, what: &What) -> (Owner, Option<String>) {
    match what {
        What::Command(invocation) => {
            let name = invocation
                .path
                .first()
                .map(String::as_str)
                .unwrap_or_default();
            match snapshot.owner_of_command(name) {
                Some(cog) => (Owner::Cog(Arc::clone(cog)), Some(name.to_owned())),
                None if name == builtin::COGS => (Owner::Builtin, Some(name.to_owned())),
                None => (Owner::Nobody, Some("other".to_owned())),
            }
        }
        What::Pressed(id) | What::Selected(id, _) | What::Submitted(id, _)
            if settings_menu::is_own(id) =>
        {
            (Owner::Builtin, None)
        }
        What::Pressed(id) | What::Selected(id, _) | What::Submitted(id, _) => {
            let prefix = convert::component_owner(id).map(|(prefix, _)| prefix);
            match prefix.and_then(|prefix| snapshot.owner_of_prefix(prefix)) {
                Some(cog) => (Owner::Cog(Arc::clone(cog)), None),
                None => (Owner::Nobody, None),
            }
        }
    }
}

fn call(what: What, live: Live) -> Call {
    // A component's id reaches the cog as the cog gave it.
    let own = |id: String| {
        convert::component_owner(&id)
            .map(|(_, own)| own.to_owned())
            .unwrap_or(id)
    };
    match what {
        What::Command(invocation) => Call::Command(invocation, live),
        What::Pressed(id) => Call::Pressed(own(id), live),
        What::Selected(id, values) => Call::Selected(own(id), values, live),
        What::Submitted(id, inputs) => Call::Submitted(own(id), inputs, live),
    }
}

fn defers_privately(cog: &Cog, what: &What) -> bool {
    let What::Command(invocation) = what else {
        return false;
    };
    let declared = cog
        .commands
        .iter()
        .find(|command| Some(&command.name) == invocation.path.first());
    declared.is_some_and(|command| command.defer_as == Visibility::Invoker)
}

fn identity(interaction: &Interaction) -> Option<(InteractionId, String, ApplicationId)> {
    Some(match interaction {
        Interaction::Command(i) => (i.id, i.token.to_string(), i.application_id),
        Interaction::Component(i) => (i.id, i.token.to_string(), i.application_id),
        Interaction::Modal(i) => (i.id, i.token.to_string(), i.application_id),
        _ => return None,
    })
}
