//! Label sets that are known before anything happens. They start at 0: Prometheus sees a counter grow
//! only from a value that it has seen.
//!
//! What counts work starts with the outcome `ok` alone, what counts trouble with every reason.

use super::Metrics;
use crate::store::trouble::Trouble;

/// How a call ends when it is the cog's fault.
pub const FAULTS: [&str; 6] = ["trap", "memory", "cpu", "wall", "transfer", "denied"];

/// What the host does itself is counted under this name.
const HOST: &str = "cogbox";

/// Where something went wrong on the way to sound.
#[derive(Debug, Clone, Copy)]
pub enum Stage {
    /// A voice channel could not be joined.
    Join,
    /// yt-dlp found nothing to play.
    Resolve,
    /// A sound could not be opened.
    Open,
    /// A track broke off.
    Play,
    /// The voice server was lost.
    Connection,
}

impl Stage {
    const ALL: [Self; 5] = [
        Self::Join,
        Self::Resolve,
        Self::Open,
        Self::Play,
        Self::Connection,
    ];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Resolve => "resolve",
            Self::Open => "open",
            Self::Play => "play",
            Self::Connection => "connection",
        }
    }
}

/// What the database is asked.
#[derive(Debug, Clone, Copy)]
pub enum Query {
    /// A value of a cog's.
    Get,
    /// To keep a value.
    Set,
    /// To forget a value.
    Delete,
    /// Several values.
    Scan,
    /// To add to a number.
    Add,
    /// To keep a value where another was.
    Swap,
    /// About timers.
    Timer,
    /// About settings.
    Setting,
    /// What the host keeps for itself.
    Host,
}

impl Query {
    const ALL: [Self; 9] = [
        Self::Get,
        Self::Set,
        Self::Delete,
        Self::Scan,
        Self::Add,
        Self::Swap,
        Self::Timer,
        Self::Setting,
        Self::Host,
    ];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Set => "set",
            Self::Delete => "delete",
            Self::Scan => "scan",
            Self::Add => "add",
            Self::Swap => "swap",
            Self::Timer => "timer",
            Self::Setting => "setting",
            Self::Host => "host",
        }
    }
}

impl Metrics {
    /// Starts what is the same for every bot.
    pub(super) fn begin(&self) {
        for stage in Stage::ALL {
            let errors = &self.voice_errors_total;
            errors.with_label_values(&[stage.label()]);
        }
        for query in Query::ALL {
            let seconds = &self.db_query_seconds;
            seconds.with_label_values(&[query.label()]);
        }
        for trouble in Trouble::ALL {
            let errors = &self.db_errors_total;
            errors.with_label_values(&[trouble.name()]);
        }
        self.db_up.set(1);
        let counters = [
            (
                &self.gateway_dropped_events_total,
                &["interaction", "event"][..],
            ),
            (&self.gateway_unreadable_events_total, &["other"]),
            (
                &self.discord_ratelimited_total,
                &["user", "global", "shared", "none"],
            ),
            (
                &self.voice_tracks_total,
                &["finished", "skipped", "stopped", "failed"],
            ),
            (
                &self.voice_departures_total,
                &["asked", "alone", "removed", "lost"],
            ),
        ];
        for (counter, labels) in counters {
            for label in labels {
                counter.with_label_values(&[label]);
            }
        }
        for source in ["url", "track", "search"] {
            self.voice_resolve_seconds.with_label_values(&[source]);
        }
        self.begin_caller(HOST, &["cogs"]);
    }

    /// Starts what a shard counts.
    pub fn begin_shard(&self, shard: &str) {
        self.gateway_events_total
            .with_label_values(&[shard, "other"]);
        self.gateway_missed_events_total.with_label_values(&[shard]);
        for kind in ["resume", "identify"] {
            let reconnects = &self.gateway_reconnects_total;
            reconnects.with_label_values(&[shard, kind]);
        }
        let received = [
            ("application_command", "other"),
            ("autocomplete", "other"),
            ("component", "None"),
            ("modal_submit", "None"),
        ];
        for (kind, command) in received {
            let counted = &self.discord_event_on_interaction_total;
            counted.with_label_values(&[shard, kind, command]);
        }
    }

    /// Starts what a route of the dashboard counts; `done` is how it answers when all is well.
    pub fn begin_route(&self, route: &str, method: &str, done: &str) {
        for class in [done, "4xx", "5xx"] {
            let requests = &self.http_requests_total;
            requests.with_label_values(&[route, method, class]);
        }
        self.http_request_seconds.with_label_values(&[route]);
    }

    /// Starts what is counted for a cog that offers some commands and asks for some interfaces.
    pub fn begin_cog(&self, cog: &str, commands: &[&str], interfaces: &[&str]) {
        self.begin_caller(cog, commands);
        if !commands.is_empty() {
            let calls = &self.cog_calls_total;
            calls.with_label_values(&[cog, "commands.invoked", "ok"]);
        }
        for interface in interfaces {
            let calls = &self.cog_host_calls_total;
            calls.with_label_values(&[cog, interface, "served"]);
            self.cog_denied_total.with_label_values(&[cog, interface]);
        }
        let counters = [
            (&self.cog_traps_total, &FAULTS[..]),
            (
                &self.cog_dropped_events_total,
                &["quarantined", "queue_full", "guild_left"],
            ),
            (&self.cog_quarantines_total, &["guild", "everywhere"]),
            (&self.cog_reloads_total, &["ok", "refused", "rolled_back"]),
            (&self.cog_http_requests_total, &["ok"]),
        ];
        for (counter, labels) in counters {
            for label in labels {
                counter.with_label_values(&[cog, label]);
            }
        }
        let times = [
            &self.cog_call_seconds,
            &self.cog_http_request_seconds,
            &self.timer_lateness_seconds,
        ];
        for time in times {
            time.with_label_values(&[cog]);
        }
        self.auto_defers_total.with_label_values(&[cog]);
        self.cog_dropped_series_total.with_label_values(&[cog]);
        self.cog_cpu_seconds_total.with_label_values(&[cog]);
        for gauge in [&self.cog_memory_bytes, &self.cog_quarantined, &self.timers] {
            gauge.with_label_values(&[cog]);
        }
    }

    /// Starts what is counted for the host as for a cog.
    fn begin_caller(&self, caller: &str, commands: &[&str]) {
        for command in commands {
            let interactions = &self.interactions_total;
            interactions.with_label_values(&[caller, command, "ok"]);
        }
        for reason in ["refused", "closed", "full", "late"] {
            let not_sent = &self.discord_not_sent_total;
            not_sent.with_label_values(&[caller, reason]);
        }
        self.interaction_first_response_seconds
            .with_label_values(&[caller]);
        self.discord_wait_seconds.with_label_values(&[caller]);
    }
}
