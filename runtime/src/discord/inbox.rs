//! The two queues between the shards and dispatch: interactions, and all other events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::{Envelope, events};
use crate::cog::registry::Registry;
use crate::telemetry::Metrics;

/// Interactions that wait to be looked at. A second of the busiest bot is a few hundred.
const INTERACTIONS: usize = 1_024;
/// Events that wait to be looked at.
const EVENTS: usize = 8_192;

/// Where shards deliver. Clones feed the same queues.
#[derive(Clone)]
pub struct Inbox {
    interactions: mpsc::Sender<Envelope>,
    events: mpsc::Sender<Envelope>,
    registry: Arc<Registry>,
    sets: Arc<Sets>,
    /// The set that delivers; none before there is one.
    set: Option<Arc<Set>>,
}

/// The other end of an [`Inbox`].
pub struct Outbox {
    pub(super) interactions: mpsc::Receiver<Envelope>,
    pub(super) events: mpsc::Receiver<Envelope>,
}

/// How many sets of shards have delivered so far, and how many still do.
#[derive(Default)]
struct Sets {
    started: AtomicU64,
    running: AtomicU64,
}

/// One set of shards, for as long as anybody holds its inbox.
struct Set {
    number: u64,
    sets: Arc<Sets>,
}

impl Set {
    fn start(sets: &Arc<Sets>) -> Arc<Self> {
        sets.running.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            number: sets.started.fetch_add(1, Ordering::Relaxed),
            sets: Arc::clone(sets),
        })
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.sets.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inbox {
    /// Returns both ends. What no loaded cog listens to is not taken.
    pub fn new(registry: Arc<Registry>) -> (Self, Outbox) {
        let (interactions, from_interactions) = mpsc::channel(INTERACTIONS);
        let (events, from_events) = mpsc::channel(EVENTS);
        let outbox = Outbox {
            interactions: from_interactions,
            events: from_events,
        };
        let inbox = Self {
            interactions,
            events,
            registry,
            sets: Arc::default(),
            set: None,
        };
        (inbox, outbox)
    }

    /// Returns an inbox for a set of shards.
    pub(super) fn for_set(&self) -> Self {
        Self {
            set: Some(Set::start(&self.sets)),
            ..self.clone()
        }
    }

    /// Returns the number of the set of shards that delivers here.
    pub(super) fn set(&self) -> u64 {
        self.set.as_ref().map_or(0, |set| set.number)
    }

    /// Whether another set of shards delivers the same events now.
    pub(super) fn beside(&self) -> bool {
        self.sets.running.load(Ordering::Relaxed) > 1
    }

    /// Whether anybody needs events of this name; the cache has seen them all.
    pub(super) fn takes(&self, kind: &str) -> bool {
        matches!(kind, "INTERACTION_CREATE" | "READY")
            || events::needed(kind, &self.registry.snapshot())
    }

    /// Passes an envelope on, or drops and counts it when its queue is full.
    pub(super) fn deliver(&self, envelope: Envelope, metrics: &Metrics) {
        let (queue, kind) = match envelope.kind.as_str() {
            "INTERACTION_CREATE" => (&self.interactions, "interaction"),
            _ => (&self.events, "event"),
        };
        if queue.try_send(envelope).is_err() {
            metrics
                .gateway_dropped_events_total
                .with_label_values(&[kind])
                .inc();
        }
    }
}
