//! Fires timers: looks which are due, and hands them to dispatch.
//!
//! Timers are due by the wall clock. Wherever that jumps, the task notices within a second, because
//! it never sleeps longer. A timer whose time passed while the bot was down fires late, once.
//!
//! What can't fire now stays where it is and is looked at again every ten seconds. A timer leaves the
//! database when its call begins (see [`Due`]), so none fires twice, and only a crash during its call
//! can lose one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serenity::model::id::GuildId;
use tokio::sync::{mpsc, watch};

use crate::cog::registry::{Registry, Snapshot};
use crate::cog::subscriptions::Subscription;
use crate::host::Services;
use crate::host::schedule::due::Due;
use crate::store::{StoreError, Timer, TimerKey};

/// Timers that wait for dispatch.
const QUEUE: usize = 1_024;
/// Timers of one cog and guild that are under way at once: they share a lane with its events.
const UNDER_WAY_MAX: usize = 64;
/// Timers read at once.
const PAGE: u32 = 512;
/// Every so many looks all that is due is looked at, not only what became due since the last one.
const WHOLE: u32 = 10;
/// How far a look goes back behind the last one, in milliseconds: a timer may be written a little
/// after the moment for which it is due.
const OVERLAP: i64 = 5_000;
/// The wait before another look when there was no room for all that is due.
const NO_ROOM: Duration = Duration::from_millis(50);

/// What fires timers. One for the process.
pub struct Timers {
    registry: Arc<Registry>,
    services: Arc<Services>,
    queue: mpsc::Sender<Due>,
    under_way: Arc<Mutex<UnderWay>>,
    /// The longest sleep.
    look: Duration,
}

/// The timers that were handed out, by cog and guild, then by whose they are and their names.
type UnderWay = HashMap<(String, u64), HashMap<(u64, String), State>>;

/// What became of a timer that was handed out.
#[derive(PartialEq)]
enum State {
    /// It was not taken yet.
    Waits,
    /// It is through. A look that was reading meanwhile may still see it as due, and must not hand
    /// it out again.
    Done,
}

impl Timers {
    /// Returns the task, which looks at least every `look`, and where the timers come out.
    pub fn new(
        registry: Arc<Registry>,
        services: Arc<Services>,
        look: Duration,
    ) -> (Self, mpsc::Receiver<Due>) {
        let (queue, due) = mpsc::channel(QUEUE);
        let timers = Self {
            registry,
            services,
            queue,
            under_way: Arc::default(),
            look,
        };
        (timers, due)
    }

    /// Works until `stop`.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        // Nothing fires before Discord said which guilds the bot is in.
        while self.services.cache.application().is_none() {
            if stopped(&mut stop, self.look.min(NO_ROOM)).await {
                return;
            }
        }
        // The clock at the last look, and when everything was looked at last.
        let (mut before, mut whole_at) = (None, None::<Instant>);
        // Whether something was left over.
        let mut more = false;
        loop {
            let now = self.services.clock.millis();
            let back = before.is_none_or(|before| now < before);
            let whole = back || whole_at.is_none_or(|at| at.elapsed() >= self.look * WHOLE);
            let after = before.filter(|_| !whole && !more);
            let pause = match self.turn(now, after, back, whole).await {
                Ok(Look { room, next }) => {
                    more = !room;
                    let next = next.map_or(u64::MAX, |next| next.abs_diff(now));
                    let pause = self.look.min(Duration::from_millis(next));
                    if more { pause.min(NO_ROOM) } else { pause }
                }
                Err(error) => {
                    tracing::error!(%error, "timers can't be read");
                    more = true;
                    self.look
                }
            };
            before = Some(now);
            if whole {
                whole_at = Some(Instant::now());
            }
            tokio::select! {
                stopped = stopped(&mut stop, pause) => if stopped { return },
                () = self.services.schedule.changed.notified() => {}
            }
        }
    }

    /// Hands out what became due since the look before, or all that is due.
    async fn turn(
        &self,
        now: i64,
        before: Option<i64>,
        back: bool,
        whole: bool,
    ) -> Result<Look, StoreError> {
        let (store, snapshot) = (&self.services.store, self.registry.snapshot());
        if back {
            store.pull_timers(now).await?;
        }
        if whole {
            self.count(&snapshot).await?;
        }
        // What is through by now, this look reads as it is.
        lock(&self.under_way).retain(|_, names| {
            names.retain(|_, state| *state == State::Waits);
            !names.is_empty()
        });
        let after = before.map_or(i64::MIN, |before| before - OVERLAP);
        let (mut room, mut last) = (true, None);
        loop {
            let page = store.due_timers(after, now, last.as_ref(), PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.clone());
            for timer in page {
                if held(&self.services, &snapshot, &timer.key).is_none() {
                    room &= self.hand_out(timer);
                }
            }
        }
        let next = store.next_due(now).await?;
        Ok(Look { room, next })
    }

    /// Passes a timer to dispatch, unless it is under way already; `false` when there is no room.
    fn hand_out(&self, timer: Timer) -> bool {
        let lane = (timer.key.cog.clone(), timer.key.guild);
        let name = (timer.key.user, timer.key.name.clone());
        {
            let mut under_way = lock(&self.under_way);
            let names = under_way.entry(lane).or_default();
            if names.contains_key(&name) {
                return true;
            }
            if names.len() >= UNDER_WAY_MAX {
                return false;
            }
            names.insert(name, State::Waits);
        }
        let done = Done {
            key: timer.key.clone(),
            under_way: Arc::clone(&self.under_way),
        };
        let due = Due::new(timer, Arc::clone(&self.services), done);
        self.queue.try_send(due).is_ok()
    }

    /// Tells how many timers the loaded cogs have.
    async fn count(&self, snapshot: &Snapshot) -> Result<(), StoreError> {
        let counts = self.services.store.timer_counts().await?;
        let gauge = &self.services.metrics.timers;
        for cog in snapshot.listeners(Subscription::Timers) {
            let count = counts.get(cog.name()).copied().unwrap_or_default();
            gauge.with_label_values(&[cog.name()]).set(count as i64);
        }
        Ok(())
    }
}

/// Why a timer can't fire now. It waits, and fires late once it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Its cog is not loaded.
    NotLoaded,
    /// The version of its cog that runs takes no timers.
    TakesNone,
    /// The bot is not in its guild.
    NotThere,
    /// Its cog is off there.
    Off,
    /// Its cog failed too often, or somebody wanted it to rest.
    Rests,
}

impl Held {
    /// Returns it in words: completes "it waits, because ...".
    pub fn words(self) -> &'static str {
        match self {
            Self::NotLoaded => "the cog is not loaded",
            Self::TakesNone => "the version that runs takes no timers",
            Self::NotThere => "the bot is not in the server",
            Self::Off => "the cog is off there",
            Self::Rests => "the cog rests there",
        }
    }
}

/// Returns what keeps a timer from firing, if anything does.
pub fn held(services: &Services, snapshot: &Snapshot, key: &TimerKey) -> Option<Held> {
    let Some(cog) = snapshot.cog(&key.cog) else {
        return Some(Held::NotLoaded);
    };
    let guild = (key.guild != 0).then(|| GuildId::new(key.guild));
    match () {
        () if !cog.shape.listens.contains(&Subscription::Timers) => Some(Held::TakesNone),
        () if guild.is_some_and(|guild| !services.cache.is_in(guild)) => Some(Held::NotThere),
        () if !services.per_guild.is_on(&cog.identity, guild) => Some(Held::Off),
        () if cog.health.rests(guild, Instant::now()).is_some() => Some(Held::Rests),
        () => None,
    }
}

/// What a look found.
struct Look {
    /// Whether there was room for all that is due.
    room: bool,
    /// When the next timer is due.
    next: Option<i64>,
}

/// A timer under way. It is through when this is dropped.
struct Done {
    key: TimerKey,
    under_way: Arc<Mutex<UnderWay>>,
}

impl Drop for Done {
    fn drop(&mut self) {
        let mut under_way = lock(&self.under_way);
        let lane = (self.key.cog.clone(), self.key.guild);
        let names = under_way.get_mut(&lane);
        if let Some(state) =
            names.and_then(|names| names.get_mut(&(self.key.user, self.key.name.clone())))
        {
            *state = State::Done;
        }
    }
}

/// Waits, and tells whether it was asked to stop meanwhile.
async fn stopped(stop: &mut watch::Receiver<bool>, pause: Duration) -> bool {
    // An error means that the sender is gone, which is a stop as well.
    let stop = stop.wait_for(|&stop| stop);
    tokio::time::timeout(pause, stop).await.is_ok()
}

fn lock(mutex: &Mutex<UnderWay>) -> std::sync::MutexGuard<'_, UnderWay> {
    // Each change of it is one step.
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}
