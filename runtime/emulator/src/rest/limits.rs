//! Rate limits: a window per bucket and resource, one for the whole bot, and what clients are told
//! about them. Rules: Discord's documentation, "Rate Limits".

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::routes::Found;
use crate::clock::Time;
use crate::snowflake::Id;

const SECOND: Duration = Duration::from_secs(1);

/// The windows that are kept before those that have passed are swept out.
const SWEEP_ABOVE: usize = 4_096;

/// A bucket: a name for clients, and how many requests a window takes.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    pub name: &'static str,
    pub limit: u32,
    pub window: Duration,
}

/// How long requests answered with 401, 403 or 429 are counted together.
const INVALID_WINDOW: Duration = Duration::from_secs(10 * 60);

/// How long new direct message channels are counted together.
const DIRECT_WINDOW: Duration = Duration::from_secs(10 * 60);

/// All windows that are open.
#[derive(Default)]
pub struct Limits {
    windows: HashMap<(&'static str, String), Window>,
    global: Option<Window>,
    /// Requests answered with 401, 403 or 429 since the beginning, shared limits aside.
    pub invalid_requests: u64,
    invalid: Option<Window>,
    banned_until: Option<Time>,
    direct: Option<Window>,
    /// Webhooks that were asked for and are not there.
    gone: HashSet<Id>,
    /// How far the clock that clients are told of is off, in seconds.
    pub skew: i64,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    ends: Time,
    used: u32,
}

/// What a limited route tells in its headers.
#[derive(Clone, Debug)]
pub struct Counted {
    pub bucket: &'static str,
    pub limit: u32,
    pub remaining: u32,
    pub reset: Time,
    pub now: Time,
    /// How far the clock is off by which `reset` is told, in seconds.
    pub skew: i64,
}

/// A request above a limit.
#[derive(Clone, Debug)]
pub struct Limited {
    pub retry_after: Duration,
    pub scope: Scope,
    /// The counts of the route, which the global limit does not tell.
    pub counted: Option<Counted>,
}

/// Whose limit it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// This bot's, on one route.
    #[default]
    User,
    /// This bot's, over all routes.
    Global,
    /// A resource's, whoever uses it.
    Shared,
}

impl Limited {
    pub fn scope(&self) -> &'static str {
        match self.scope {
            Scope::User => "user",
            Scope::Global => "global",
            Scope::Shared => "shared",
        }
    }

    pub fn body(&self) -> Value {
        let message = match self.scope {
            Scope::Shared => "The resource is being rate limited.",
            Scope::User | Scope::Global => "You are being rate limited.",
        };
        json!({
            "message": message,
            "retry_after": self.retry_after.as_secs_f64(),
            "global": self.scope == Scope::Global,
        })
    }
}

impl Limits {
    /// Counts a request. `global` is the limit over all routes, where it holds for this one.
    pub fn count(
        &mut self,
        found: &Found<'_>,
        global: Option<u32>,
        routes: bool,
        now: Time,
    ) -> Result<Option<Counted>, Limited> {
        if let Some(limit) = global {
            self.count_global(limit, now)?;
        }
        if !routes {
            return Ok(None);
        }
        let bucket = found.route.bucket;
        if self.windows.len() > SWEEP_ABOVE {
            self.windows.retain(|_, window| window.ends > now);
        }
        let key = (bucket.name, found.resource());
        let window = open(self.windows.entry(key).or_default(), bucket.window, now);
        let full = window.used >= bucket.limit;
        window.used += u32::from(!full);
        let counted = Counted {
            bucket: bucket.name,
            limit: bucket.limit,
            remaining: bucket.limit - window.used,
            reset: window.ends,
            now,
            skew: self.skew,
        };
        if full {
            return Err(Limited {
                retry_after: counted.reset.since(now),
                scope: Scope::User,
                counted: Some(counted),
            });
        }
        Ok(Some(counted))
    }

    /// Counts a request answered with 401, 403 or 429. Too many in ten minutes end in a ban.
    pub fn count_invalid(&mut self, allowed: u32, ban: Duration, now: Time) {
        self.invalid_requests += 1;
        let window = open(self.invalid.get_or_insert_default(), INVALID_WINDOW, now);
        window.used += 1;
        if window.used >= allowed {
            self.banned_until = Some(now.plus(ban));
            self.invalid = None;
        }
    }

    /// Counts a new direct message channel, unless there were too many in the last ten minutes.
    pub fn count_direct(&mut self, allowed: u32, now: Time) -> bool {
        let window = open(self.direct.get_or_insert_default(), DIRECT_WINDOW, now);
        let fits = window.used < allowed;
        window.used += u32::from(fits);
        fits
    }

    /// Notes that a webhook was asked for which is not there, and tells whether it was so before.
    pub fn count_gone(&mut self, webhook: Id) -> bool {
        if self.gone.len() > SWEEP_ABOVE {
            self.gone.clear();
        }
        !self.gone.insert(webhook)
    }

    /// Lets nothing in until a moment.
    pub fn ban(&mut self, until: Time) {
        self.banned_until = Some(until);
    }

    /// Tells whether nothing is let in any more because of too many invalid requests.
    pub fn banned(&self, now: Time) -> bool {
        self.banned_until.is_some_and(|until| until > now)
    }

    fn count_global(&mut self, limit: u32, now: Time) -> Result<(), Limited> {
        let window = open(self.global.get_or_insert_default(), SECOND, now);
        if window.used >= limit {
            return Err(Limited {
                retry_after: window.ends.since(now),
                scope: Scope::Global,
                counted: None,
            });
        }
        window.used += 1;
        Ok(())
    }
}

impl Default for Window {
    fn default() -> Self {
        Window {
            ends: Time::from_micros(0),
            used: 0,
        }
    }
}

/// Begins a new window when the last one has passed.
fn open(window: &mut Window, length: Duration, now: Time) -> &mut Window {
    if window.ends <= now {
        *window = Window {
            ends: now.plus(length),
            used: 0,
        };
    }
    window
}
