//! Every request of the bot to Discord, through one layer: [`Rest::send`].
//!
//! It authenticates, keeps Discord's limits, lets cogs take turns, sends again what may be sent
//! twice, stops before Discord bans this machine's address, and counts each request under its
//! route's template. It never parses what a caller asked for: bodies go in and come out as JSON.

mod breaker;
mod error;
mod exchange;
mod request;
mod retry;
mod route;
mod turns;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime};

use serde::de::DeserializeOwned;
use serenity::model::id::UserId;
use tokio::sync::{Notify, oneshot};
use tracing::Instrument;

pub use error::{RestError, RestErrorKind};
pub use request::{Request, Upload, percent};
pub use route::Route;
pub use turns::{Limited, Limits, RouteLimit};

use self::breaker::{Breaker, Open};
use self::exchange::{Exchange, Wire};
use self::turns::{Place, Told, Turns};
use crate::config::Token;
use crate::telemetry::Metrics;

/// Discord's own REST base.
pub const DISCORD_API: &str = "https://discord.com/api/v10";

/// The name under which the host's own requests go.
const HOST: &str = "cogbox";
/// The longest that a request waits for turns and between tries, all in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long nothing is sent after a ban whose page does not say.
const BAN: Duration = Duration::from_secs(600);

/// The HTTP side of the bot, for one caller. Clones share everything.
#[derive(Clone)]
pub struct Rest {
    caller: Arc<str>,
    /// Whom the caller works for.
    invoker: Option<UserId>,
    inner: Arc<Inner>,
}

struct Inner {
    wire: Wire,
    metrics: Arc<Metrics>,
    /// Connections and time-outs live on this runtime, not on that of the guests.
    runtime: tokio::runtime::Handle,
    state: Mutex<State>,
    /// Something changed about whose turn it is.
    changed: Arc<Notify>,
    /// The part of every nonce that is this process's own, and the number of the next.
    nonce: (u64, AtomicU64),
}

struct State {
    turns: Turns<oneshot::Sender<()>>,
    breaker: Breaker,
    /// Nothing at all is sent before.
    banned: Option<Instant>,
    /// The last 429 of each route.
    limited: HashMap<&'static str, Limited>,
}

impl Rest {
    /// Makes the client for a base such as [`DISCORD_API`]. Call it on the runtime that is to
    /// carry the connections.
    pub fn new(base: &str, token: &Token, metrics: Arc<Metrics>) -> Result<Self, RestError> {
        let runtime = tokio::runtime::Handle::current();
        let changed = Arc::new(Notify::new());
        let state = State {
            turns: Turns::new(),
            breaker: Breaker::new(),
            banned: None,
            limited: HashMap::new(),
        };
        let inner = Arc::new(Inner {
            wire: Wire::new(base, token, Arc::clone(&metrics))?,
            metrics,
            state: Mutex::new(state),
            changed: Arc::clone(&changed),
            nonce: (random(), AtomicU64::new(0)),
            runtime: runtime.clone(),
        });
        runtime.spawn(give_turns(Arc::downgrade(&inner), changed));
        Ok(Self {
            caller: HOST.into(),
            invoker: None,
            inner,
        })
    }

    /// Returns the same for another caller: callers take turns, and answer for their own mistakes.
    pub fn by(&self, caller: &str) -> Self {
        Self {
            caller: caller.into(),
            invoker: None,
            inner: Arc::clone(&self.inner),
        }
    }

    /// Returns the same for a caller that works for somebody: audit logs name them.
    pub fn asked_by(self, invoker: Option<UserId>) -> Self {
        Self { invoker, ..self }
    }

    /// Returns the round trip of the last request, once there was one.
    pub fn latency(&self) -> Option<Duration> {
        self.inner.wire.latency()
    }

    /// Returns how far this machine's clock is before Discord's, once there was a reply.
    pub fn clock_ahead(&self) -> Option<time::Duration> {
        self.inner.wire.clock_ahead()
    }

    /// Returns what is known of Discord's limits now, and who waits for them.
    pub fn limits(&self) -> Limits {
        let now = Instant::now();
        let state = &mut *self.inner.state();
        let mut limits = state.turns.limits(now);
        let banned = state
            .banned
            .map(|until| until.saturating_duration_since(now));
        limits.banned = banned.filter(|wait| !wait.is_zero());
        limits.held_back = state.breaker.held_back(now);
        for (template, limited) in &state.limited {
            limits.routes.entry(template).or_default().limited = Some(*limited);
        }
        limits
    }

    /// Sends a request and parses its reply.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        request: impl Into<Request>,
    ) -> Result<T, RestError> {
        let request = request.into();
        let template = request.route.template();
        let reply = self.send(request).await?;
        serde_json::from_slice(&reply).map_err(|error| {
            RestError::unavailable(format!(
                "Discord's reply to {template} can't be read: {error}"
            ))
        })
    }

    /// Sends a request and returns its reply's body, empty for 204. Once begun it is carried to its
    /// end, also when nobody waits for it any more.
    pub async fn send(&self, request: impl Into<Request>) -> Result<Vec<u8>, RestError> {
        let (inner, caller) = (Arc::clone(&self.inner), Arc::clone(&self.caller));
        let request = request.into().with_nonce(|| inner.next_nonce());
        let request = match &*caller {
            HOST => request,
            cog => request.signed(cog, self.invoker),
        };
        let task = async move { inner.carry(&caller, request).await };
        match self.inner.runtime.spawn(task.in_current_span()).await {
            Ok(result) => result,
            Err(_) => Err(RestError::unavailable("the host is shutting down")),
        }
    }
}

impl Inner {
    /// Takes a request through turns and tries.
    async fn carry(&self, caller: &Arc<str>, request: Request) -> Result<Vec<u8>, RestError> {
        let deadline = Instant::now() + PATIENCE;
        let route = &request.route;
        for tries in 1.. {
            self.allowed(caller, route)?;
            // The first answer to an interaction has no limits, and no time to wait.
            let turn = if route.is_callback() {
                None
            } else {
                Some(
                    self.turn(caller, route.place(), tries > 1, deadline)
                        .await?,
                )
            };
            let Exchange {
                result,
                told,
                status,
                shared,
            } = self.wire.exchange(&request).await;
            if let Some((wait, all)) = told.wait {
                let at = SystemTime::now();
                let limited = Limited { at, wait, all };
                self.state().limited.insert(route.template(), limited);
            }
            if let Some(turn) = turn {
                turn.done(told);
            }
            if let Some(status) = status {
                self.count(caller, status, shared);
            }
            let failure = match result {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            if retry::was_done(route, &failure, tries) {
                return Ok(Vec::new());
            }
            if failure.error.kind == RestErrorKind::Banned {
                self.ban(failure.error.retry_after);
                return Err(failure.error);
            }
            let jitter = random() as f64 / u64::MAX as f64;
            match retry::again(route, &failure, tries, jitter) {
                Some(wait) if Instant::now() + wait < deadline => tokio::time::sleep(wait).await,
                _ => return Err(failure.error),
            }
        }
        unreachable!("the loop ends by returning: retries are numbered")
    }

    /// Refuses what must not be sent at all for now.
    fn allowed(&self, caller: &Arc<str>, route: &Route) -> Result<(), RestError> {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(wait) = state
            .banned
            .and_then(|until| until.checked_duration_since(now))
        {
            self.not_sent(caller, "banned");
            let said = "Discord's network refuses this machine's address";
            return Err(RestError::banned(
                format!("{said}; the next try is in {} s", wait.as_secs() + 1),
                Some(wait),
            ));
        }
        // Whoever waits for an answer is told, whatever the cog did before.
        if route.is_callback() {
            return Ok(());
        }
        let (said, wait) = match state.breaker.open(caller, now) {
            None => return Ok(()),
            Some(Open::Caller(wait)) => ("too many of this cog's requests were refused", wait),
            Some(Open::All(wait)) => ("too many of the bot's requests were refused", wait),
        };
        drop(state);
        self.not_sent(caller, "refused");
        Err(RestError::limited(
            format!("{said}; nothing is sent for {} s", wait.as_secs() + 1),
            wait,
        ))
    }

    /// Waits for the turn of a request. One that failed comes before what its caller sent later.
    async fn turn(
        &self,
        caller: &Arc<str>,
        place: Place,
        again: bool,
        deadline: Instant,
    ) -> Result<Turn<'_>, RestError> {
        let template = place.template;
        let (who, mut told) = oneshot::channel();
        let began = Instant::now();
        {
            let mut state = self.state();
            let closed = state.turns.closed(&place, began);
            if let Some(wait) = closed.filter(|&wait| began + wait > deadline) {
                self.not_sent(caller, "closed");
                return Err(RestError::limited(
                    format!("{template} is rate limited"),
                    wait,
                ));
            }
            if state.turns.join(caller, place.clone(), who, again).is_err() {
                self.not_sent(caller, "full");
                let said = format!("{} requests wait already", turns::WAITING_MAX);
                return Err(RestError::limited(said, Duration::from_secs(1)));
            }
            self.give(&mut state, began);
        }
        let in_time = tokio::time::timeout_at(deadline.into(), &mut told)
            .await
            .is_ok();
        let seconds = &self.metrics.discord_wait_seconds;
        seconds
            .with_label_values(&[&**caller])
            .observe(began.elapsed().as_secs_f64());
        // A turn that came in the very moment of giving up is a turn.
        told.close();
        if in_time || told.try_recv().is_ok() {
            return Ok(Turn {
                inner: self,
                place: Some(place),
            });
        }
        self.not_sent(caller, "late");
        let said = format!("{template} waited {} s for its turn", PATIENCE.as_secs());
        let wait = self.state().turns.closed(&place, Instant::now());
        Err(RestError::limited(
            said,
            wait.unwrap_or(Duration::from_secs(1)),
        ))
    }

    /// Gives turns to all who can go, and has the task wake up for the next.
    fn give(&self, state: &mut State, now: Instant) {
        state.turns.tidy(now);
        while let Some((who, place)) = state.turns.next(now) {
            // Who gave up waiting needs no turn.
            if who.send(()).is_err() {
                state.turns.undone(&place);
            }
        }
        self.changed.notify_one();
    }

    fn count(&self, caller: &Arc<str>, status: u16, shared: bool) {
        let tripped = self
            .state()
            .breaker
            .count(caller, status, shared, Instant::now());
        if tripped {
            tracing::warn!(cog = %caller, "Discord refuses this cog's requests again and again; they are held back for some minutes");
        }
    }

    fn ban(&self, told: Option<Duration>) {
        let wait = told.unwrap_or(BAN).max(Duration::from_secs(60));
        self.state().banned = Some(Instant::now() + wait);
        tracing::error!(
            seconds = wait.as_secs(),
            "Discord's network refuses this machine's address; nothing is sent until this time is over"
        );
    }

    fn not_sent(&self, caller: &Arc<str>, reason: &str) {
        let not_sent = &self.metrics.discord_not_sent_total;
        not_sent.with_label_values(&[&**caller, reason]).inc();
    }

    fn next_nonce(&self) -> String {
        let number = self.nonce.1.fetch_add(1, Ordering::Relaxed);
        format!("{:x}-{number:x}", self.nonce.0 >> 16)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.changed.notify_one();
    }
}

/// A turn in use. It is given back whatever becomes of the request.
struct Turn<'a> {
    inner: &'a Inner,
    place: Option<Place>,
}

impl Turn<'_> {
    fn done(mut self, told: Told) {
        self.end(told);
    }

    fn end(&mut self, told: Told) {
        if let Some(place) = self.place.take() {
            let now = Instant::now();
            let mut state = self.inner.state();
            state.turns.done(&place, told, now);
            self.inner.give(&mut state, now);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.end(Told::default());
    }
}

/// Gives turns when time alone makes room.
async fn give_turns(inner: Weak<Inner>, changed: Arc<Notify>) {
    loop {
        let wake = {
            let Some(inner) = inner.upgrade() else { return };
            inner.state().turns.wake(Instant::now())
        };
        let Some(wake) = wake else {
            changed.notified().await;
            continue;
        };
        tokio::select! {
            () = changed.notified() => continue,
            () = tokio::time::sleep_until(wake.into()) => {}
        }
        let Some(inner) = inner.upgrade() else { return };
        let now = Instant::now();
        let mut state = inner.state();
        inner.give(&mut state, now);
    }
}

/// A number nobody can foresee; on a machine without randomness the time has to do.
fn random() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        time.map_or(0, |time| time.as_nanos() as u64)
    })
}
