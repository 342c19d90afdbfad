//! Counts what Discord calls invalid requests, and stops before it bans this machine's address. Pure.
//!
//! Discord bans an address after 10,000 answers of 401, 403 or 429 in ten minutes (429s of scope
//! "shared" do not count). One cog's mistakes must neither get there nor silence the other cogs, so
//! each caller is stopped long before; 404s count there too, for they mean the same kind of mistake.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Invalid requests in ten minutes after which a caller has to wait.
const CALLER_MAX: u32 = 500;
/// The same for all callers together; Discord's own figure is 10,000.
const ALL_MAX: u32 = 8_000;
/// The window is counted in minutes.
const MINUTE: Duration = Duration::from_secs(60);
const MINUTES: usize = 10;

/// What was answered wrongly of late.
pub(super) struct Breaker {
    all: Window,
    callers: HashMap<Arc<str>, Window>,
}

/// Who has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// This caller.
    Caller(Duration),
    /// Everybody.
    All(Duration),
}

/// Counts of the last ten minutes, the newest first.
#[derive(Default)]
struct Window {
    minutes: [u32; MINUTES],
    /// The beginning of the newest.
    since: Option<Instant>,
}

impl Breaker {
    pub(super) fn new() -> Self {
        Self {
            all: Window::default(),
            callers: HashMap::new(),
        }
    }

    /// Whether a caller's request must not be sent now.
    pub(super) fn open(&mut self, caller: &Arc<str>, now: Instant) -> Option<Open> {
        if let Some(wait) = self.all.over(ALL_MAX, now) {
            return Some(Open::All(wait));
        }
        let window = self.callers.get_mut(caller)?;
        window.over(CALLER_MAX, now).map(Open::Caller)
    }

    /// Returns who has to wait now, and how long; `None` for everybody.
    pub(super) fn held_back(&mut self, now: Instant) -> Vec<(Option<String>, Duration)> {
        let all = self.all.over(ALL_MAX, now).map(|wait| (None, wait));
        let callers = self.callers.iter_mut().filter_map(|(caller, window)| {
            let wait = window.over(CALLER_MAX, now)?;
            Some((Some(caller.to_string()), wait))
        });
        let mut held: Vec<_> = all.into_iter().chain(callers).collect();
        held.sort();
        held
    }

    /// Takes in a status that Discord answered. Returns whether the caller has just become one
    /// that must wait.
    pub(super) fn count(
        &mut self,
        caller: &Arc<str>,
        status: u16,
        shared: bool,
        now: Instant,
    ) -> bool {
        let counts = matches!(status, 401 | 403) || status == 429 && !shared;
        if counts {
            self.all.add(now);
        }
        if !counts && status != 404 {
            return false;
        }
        let window = self.callers.entry(Arc::clone(caller)).or_default();
        window.add(now) == CALLER_MAX
    }
}

impl Window {
    fn add(&mut self, now: Instant) -> u32 {
        self.turn(now);
        self.minutes[0] = self.minutes[0].saturating_add(1);
        self.minutes.iter().sum()
    }

    /// How long until fewer than `max` are left.
    fn over(&mut self, max: u32, now: Instant) -> Option<Duration> {
        self.turn(now);
        let mut left: u32 = self.minutes.iter().sum();
        let since = self.since?;
        for minute in (0..MINUTES).rev() {
            if left < max {
                // The minutes after this one have to pass out of the window.
                let gone = (MINUTES - 1 - minute) as u32;
                return (gone > 0).then(|| (since + gone * MINUTE).saturating_duration_since(now));
            }
            left -= self.minutes[minute];
        }
        Some((since + MINUTES as u32 * MINUTE).saturating_duration_since(now))
    }

    fn turn(&mut self, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let passed = (now.saturating_duration_since(since).as_secs() / MINUTE.as_secs()) as usize;
        if passed > 0 {
            self.minutes
                .copy_within(..MINUTES - passed.min(MINUTES), passed.min(MINUTES));
            self.minutes[..passed.min(MINUTES)].fill(0);
            self.since = Some(since + MINUTE * passed as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_stopped_long_before_everybody_and_goes_on_when_its_mistakes_are_old() {
        let mut breaker = Breaker::new();
        let (bad, good): (Arc<str>, Arc<str>) = ("bad".into(), "good".into());
        let start = Instant::now();
        let news: Vec<_> = (0..600)
            .map(|_| breaker.count(&bad, 403, false, start))
            .collect();
        assert_eq!(news.iter().position(|&news| news), Some(499));
        assert_eq!(news.iter().filter(|&&news| news).count(), 1);
        assert_eq!(breaker.open(&bad, start), Some(Open::Caller(10 * MINUTE)));
        assert_eq!(breaker.open(&good, start), None);
        let held = vec![(Some("bad".to_owned()), 10 * MINUTE)];
        assert_eq!(breaker.held_back(start), held);
        assert_eq!(
            breaker.open(&bad, start + 9 * MINUTE),
            Some(Open::Caller(MINUTE))
        );
        assert_eq!(breaker.open(&bad, start + 10 * MINUTE), None);
    }

    #[test]
    fn many_callers_together_stop_before_discord_bans() {
        let mut breaker = Breaker::new();
        let now = Instant::now();
        for n in 0..8_000 {
            breaker.count(&format!("cog{}", n % 40).into(), 401, false, now);
        }
        assert_eq!(
            breaker.open(&"new".into(), now),
            Some(Open::All(10 * MINUTE))
        );
    }

    #[test]
    fn shared_limits_and_successes_do_not_count_and_what_is_missing_counts_for_its_caller() {
        let mut breaker = Breaker::new();
        let (now, cog) = (Instant::now(), Arc::<str>::from("cog"));
        for _ in 0..9_000 {
            breaker.count(&cog, 429, true, now);
            breaker.count(&cog, 200, false, now);
        }
        assert_eq!(breaker.open(&cog, now), None);
        for _ in 0..9_000 {
            breaker.count(&cog, 404, false, now);
        }
        assert_eq!(breaker.open(&cog, now), Some(Open::Caller(10 * MINUTE)));
        assert_eq!(breaker.open(&"other".into(), now), None);
    }
}
