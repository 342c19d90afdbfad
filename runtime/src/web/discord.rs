//! What the bot asked Discord since the start, and how near it is to its limits: the dashboard's page,
//! and `/api/discord`.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::Serialize;

use super::Web;
use super::status::{Timestamp, counted, each, label};
use crate::rest::{Limited, RouteLimit};
use crate::telemetry::Metrics;

/// The requests of the bot to Discord.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Discord {
    /// When this was taken.
    pub at: Timestamp,
    /// Requests since the start.
    pub requests: u64,
    /// How many of them Discord answered with 429: too many requests.
    pub rate_limited: u64,
    /// Requests that wait for their turn.
    pub waiting: usize,
    /// Requests of the last second that count against the limit of the whole bot.
    pub last_second: usize,
    /// How many may start in a second.
    pub per_second: usize,
    /// How long the whole bot has to wait, in seconds, after Discord said so; `null` when it has not.
    pub paused_seconds: Option<f64>,
    /// How long nothing is sent, in seconds, because Discord's network refuses this machine's address.
    pub banned_seconds: Option<f64>,
    /// Who is held back after too many refusals, long before Discord would ban the address.
    pub held_back: Vec<HeldBack>,
    /// By route, what was asked most first.
    pub routes: Vec<Route>,
}

/// Somebody whose requests are not sent for a while.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeldBack {
    /// Which cog, or `cogbox`; `null` for everybody.
    pub caller: Option<String>,
    /// For how long, in seconds.
    pub seconds: f64,
}

/// What was asked of one route.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(rename = "DiscordRoute")]
pub struct Route {
    /// Method and path without ids, as in the metrics.
    pub route: String,
    /// Requests since the start.
    pub requests: u64,
    /// How many ended how: `2xx`, `3xx`, `4xx` (without 429), `429`, `5xx`, `none` (no answer), `other`.
    pub statuses: BTreeMap<&'static str, u64>,
    /// Half of them took at most this, in seconds; read from buckets.
    pub p50_seconds: Option<f64>,
    /// The same for 95 of 100.
    pub p95_seconds: Option<f64>,
    /// Requests that wait for their turn.
    pub waiting: usize,
    /// Its limit, once Discord told one.
    pub limit: Option<Limit>,
    /// How long nothing starts after a 429, in seconds.
    pub paused_seconds: Option<f64>,
    /// Its last 429.
    pub last_429: Option<Last429>,
}

/// A limit. Where it counts for each channel, server or webhook by itself, the one with the fewest left.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DiscordLimit")]
pub struct Limit {
    /// What Discord calls its bucket; routes of one bucket share it.
    pub bucket: String,
    /// Requests in a window.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// When the next window begins, in seconds; `null` while all are left.
    pub resets_seconds: Option<f64>,
}

/// An answer of "too many requests".
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Last429 {
    /// When it came.
    pub at: Timestamp,
    /// How long was to be waited, in seconds.
    pub wait_seconds: f64,
    /// Whether the whole bot had to.
    pub whole_bot: bool,
}

impl Discord {
    /// Takes it from the host's memory.
    pub fn now(web: &Web) -> Self {
        let metrics = &web.services.metrics;
        let limits = web.services.rest.limits();
        let mut routes = BTreeMap::<String, Route>::new();
        each(&metrics.discord_requests_total, &[], |metric| {
            let (route, count) = (label(metric, "route"), counted(metric));
            let of = routes.entry(route.to_owned()).or_default();
            of.requests += count;
            *of.statuses
                .entry(class(label(metric, "status")))
                .or_default() += count;
        });
        for (template, known) in limits.routes {
            routes
                .entry(template.to_owned())
                .or_default()
                .limited(known);
        }
        let mut routes: Vec<_> = routes
            .into_iter()
            .map(|(route, of)| of.timed(route, metrics))
            .collect();
        routes.sort_by_key(|of| std::cmp::Reverse(of.requests));
        let rate_limited = |of: &Route| of.statuses.get("429").copied().unwrap_or_default();
        let held_back = limits.held_back.into_iter().map(|(caller, wait)| HeldBack {
            caller,
            seconds: wait.as_secs_f64(),
        });
        Self {
            at: Timestamp(SystemTime::now()),
            requests: routes.iter().map(|of| of.requests).sum(),
            rate_limited: routes.iter().map(rate_limited).sum(),
            waiting: routes.iter().map(|of| of.waiting).sum(),
            last_second: limits.started,
            per_second: limits.per_second,
            paused_seconds: seconds(limits.paused),
            banned_seconds: seconds(limits.banned),
            held_back: held_back.collect(),
            routes,
        }
    }
}

impl Route {
    fn limited(&mut self, known: RouteLimit) {
        self.waiting = known.waiting;
        self.paused_seconds = seconds(known.paused);
        self.last_429 = known.limited.map(Last429::from);
        let told = known.bucket.zip(known.window);
        self.limit = told.map(|(bucket, (limit, remaining))| Limit {
            bucket,
            limit,
            remaining,
            resets_seconds: seconds(known.resets),
        });
    }

    fn timed(mut self, route: String, metrics: &Metrics) -> Self {
        // To ask for what was never counted would begin a series.
        if self.requests > 0 {
            let times = &metrics.discord_request_seconds;
            let times = times.with_label_values(&[&route]);
            self.p50_seconds = seconds(Metrics::quantile(&times, 0.5));
            self.p95_seconds = seconds(Metrics::quantile(&times, 0.95));
        }
        self.route = route;
        self
    }
}

impl From<Limited> for Last429 {
    fn from(limited: Limited) -> Self {
        Self {
            at: Timestamp(limited.at),
            wait_seconds: limited.wait.as_secs_f64(),
            whole_bot: limited.all,
        }
    }
}

fn seconds(time: Option<Duration>) -> Option<f64> {
    time.map(|time| time.as_secs_f64())
}

fn class(status: &str) -> &'static str {
    match status.as_bytes() {
        b"429" => "429",
        b"none" => "none",
        [b'2', _, _] => "2xx",
        [b'3', _, _] => "3xx",
        [b'4', _, _] => "4xx",
        [b'5', _, _] => "5xx",
        _ => "other",
    }
}
