//! How a call is kept within its limits: memory, CPU time, and the cog's share of both.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serenity::model::id::GuildId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::ResourceLimiter;

use crate::config::Limits;

/// What one element of a table takes.
const TABLE_ELEMENT: usize = size_of::<usize>();

/// The guest wanted more memory than it has.
#[derive(Debug, thiserror::Error)]
#[error("the cog wanted more than its {limit} bytes of memory")]
pub struct MemoryExceeded {
    limit: usize,
}

/// The call took more CPU time than it has.
#[derive(Debug, thiserror::Error)]
#[error("the call took more than its {budget:?} of CPU time")]
pub struct CpuExceeded {
    budget: Duration,
}

/// What all memories and tables of one store take together.
pub struct MemoryLimit {
    limit: usize,
    used: usize,
}

impl MemoryLimit {
    /// Returns a limit in bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, used: 0 }
    }

    /// Returns the bytes that all of them have now; they never shrink.
    pub fn used(&self) -> usize {
        self.used
    }

    fn grow(&mut self, more: usize) -> wasmtime::Result<bool> {
        let used = self.used.saturating_add(more);
        if used > self.limit {
            // Ending the call says what happened; a failed `memory.grow` becomes some panic.
            return Err(wasmtime::Error::new(MemoryExceeded { limit: self.limit }));
        }
        self.used = used;
        Ok(true)
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current))
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        self.grow(more.saturating_mul(TABLE_ELEMENT))
    }
}

/// CPU time of one call, measured by the clock of the thread that polls it.
pub struct CpuMeter {
    budget: Duration,
    /// Nanoseconds of the finished polls.
    spent: AtomicU64,
    /// The thread's clock when the poll at hand began.
    poll_began: AtomicU64,
}

impl CpuMeter {
    /// Returns a meter with a budget.
    pub fn new(budget: Duration) -> Arc<Self> {
        Arc::new(Self {
            budget,
            spent: AtomicU64::new(0),
            poll_began: AtomicU64::new(0),
        })
    }

    /// Fails once the budget is spent. Call it from within a poll.
    pub fn check(&self) -> wasmtime::Result<()> {
        let poll = thread_time().saturating_sub(self.poll_began.load(Relaxed));
        let spent = Duration::from_nanos(self.spent.load(Relaxed) + poll);
        match spent > self.budget {
            true => Err(wasmtime::Error::new(CpuExceeded {
                budget: self.budget,
            })),
            false => Ok(()),
        }
    }

    /// Returns the time spent in finished polls.
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Relaxed))
    }

    /// Measures a future: each of its polls counts.
    pub fn measure<F: Future>(self: &Arc<Self>, future: F) -> Measured<F> {
        Measured {
            meter: Arc::clone(self),
            future: Box::pin(future),
        }
    }
}

/// A future whose CPU time is measured.
pub struct Measured<F> {
    meter: Arc<CpuMeter>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Measured<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let began = thread_time();
        self.meter.poll_began.store(began, Relaxed);
        let polled = self.future.as_mut().poll(cx);
        self.meter
            .spent
            .fetch_add(thread_time().saturating_sub(began), Relaxed);
        polled
    }
}

fn thread_time() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Admission to a cog: so many calls at once, so many for one guild, and a share of a core.
pub struct Gate {
    calls: Arc<Semaphore>,
    per_guild: usize,
    guilds: Mutex<HashMap<Option<GuildId>, Arc<Semaphore>>>,
    share: Mutex<Share>,
}

/// Leave to run one call; dropping it lets the next one in.
pub struct Permit {
    _call: OwnedSemaphorePermit,
    _guild: OwnedSemaphorePermit,
}

/// Why a call was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// Too many calls wait already, or waited too long.
    #[error("too many calls of this cog are running")]
    Calls,
    /// The cog has used up its share of the processor for now.
    #[error("this cog has used up its share of the processor for now")]
    Share,
}

/// CPU time as a bucket that fills at `rate` and holds `window` of it. A call that overdraws it is
/// paid for by those that come after.
struct Share {
    rate: f64,
    capacity: f64,
    seconds: f64,
    at: Instant,
}

impl Gate {
    /// Returns the gate that a cog's limits ask for.
    pub fn new(limits: &Limits) -> Self {
        let capacity = limits.cpu_share * Limits::SHARE_WINDOW.as_secs_f64();
        let rate = limits.cpu_share;
        Self {
            calls: Arc::new(Semaphore::new(limits.calls)),
            per_guild: limits.calls_per_guild,
            guilds: Mutex::default(),
            share: Mutex::new(Share {
                rate,
                capacity,
                seconds: capacity,
                at: Instant::now(),
            }),
        }
    }

    /// Waits for leave to run a call, for as long as `patience`.
    pub async fn enter(&self, guild: Option<GuildId>, patience: Duration) -> Result<Permit, Busy> {
        self.solvent()?;
        let own = {
            let mut guilds = lock(&self.guilds);
            // A guild without calls holds all its permits, and needs no entry.
            if guilds.len() > 1_000 {
                guilds.retain(|_, permits| Arc::strong_count(permits) > 1);
            }
            let fresh = || Arc::new(Semaphore::new(self.per_guild));
            Arc::clone(guilds.entry(guild).or_insert_with(fresh))
        };
        // The guild's own first: those who wait for it must not hold what others could use.
        let both = async {
            let guild = own.acquire_owned().await;
            let call = Arc::clone(&self.calls).acquire_owned().await;
            Some(Permit {
                _call: call.ok()?,
                _guild: guild.ok()?,
            })
        };
        let entered = tokio::time::timeout(patience, both).await.ok().flatten();
        // Those who ran while this one waited may have spent what was left.
        self.solvent()?;
        entered.ok_or(Busy::Calls)
    }

    fn solvent(&self) -> Result<(), Busy> {
        match lock(&self.share).balance(Instant::now()) > 0.0 {
            true => Ok(()),
            false => Err(Busy::Share),
        }
    }

    /// Charges CPU time to the cog's share.
    pub fn charge(&self, spent: Duration) {
        let mut share = lock(&self.share);
        share.balance(Instant::now());
        share.seconds -= spent.as_secs_f64();
    }
}

impl Share {
    fn balance(&mut self, now: Instant) -> f64 {
        let earned = now.duration_since(self.at).as_secs_f64() * self.rate;
        self.seconds = (self.seconds + earned).min(self.capacity);
        self.at = now;
        self.seconds
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is inside stays whole at every point where a panic could strike.
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_guild_does_not_take_every_slot() {
        let limits = Limits {
            calls: 3,
            calls_per_guild: 2,
            ..Limits::default()
        };
        let gate = Gate::new(&limits);
        let (one, other) = (Some(GuildId::new(1)), Some(GuildId::new(2)));
        let soon = Duration::from_millis(5);
        let first = gate.enter(one, soon).await.unwrap();
        let _second = gate.enter(one, soon).await.unwrap();
        assert_eq!(gate.enter(one, soon).await.err(), Some(Busy::Calls));
        let _third = gate.enter(other, soon).await.unwrap();
        assert_eq!(gate.enter(None, soon).await.err(), Some(Busy::Calls));
        drop(first);
        assert!(gate.enter(None, soon).await.is_ok());
    }

    #[test]
    fn a_share_is_overdrawn_once_and_earned_back() {
        let now = Instant::now();
        let mut share = Share {
            rate: 0.25,
            capacity: 2.5,
            seconds: 2.5,
            at: now,
        };
        share.seconds -= 3.0;
        assert!(share.balance(now) < 0.0);
        assert!(share.balance(now + Duration::from_secs(1)) < 0.0);
        assert!(share.balance(now + Duration::from_secs(3)) > 0.0);
        assert_eq!(share.balance(now + Duration::from_secs(3_600)), 2.5);
    }

    #[tokio::test]
    async fn only_polling_costs() {
        let meter = CpuMeter::new(Duration::from_millis(50));
        meter
            .measure(tokio::time::sleep(Duration::from_millis(60)))
            .await;
        assert!(
            meter.spent() < Duration::from_millis(40),
            "{:?}",
            meter.spent()
        );
        let spin = async { while meter.check().is_ok() {} };
        meter.measure(spin).await;
        assert!(
            meter.spent() > Duration::from_millis(50),
            "{:?}",
            meter.spent()
        );
    }
}
