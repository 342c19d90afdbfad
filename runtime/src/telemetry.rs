//! Numbers and logs: the one place that names metrics, and the one that formats log lines.
//!
//! Every label is bounded: shards, loaded cogs, registered commands, route templates, outcomes.
//! Guilds, channels and users are never labels.

mod log;
mod make;
mod series;
mod sets;
pub mod tail;

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    CounterVec, Encoder, GaugeVec, Histogram, HistogramOpts, HistogramTimer, HistogramVec,
    IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

pub use log::start as log;
pub use series::{COG_SERIES_MAX, CogMetric};
pub use sets::{FAULTS, Query, Stage};

use crate::config::Auth;
use make::{VALID, counts, gauge, gauges, int, ints, register, times};
use series::CogMetrics;

/// Buckets of the first answer to an interaction, in seconds; 3 is Discord's deadline.
const ANSWER_BUCKETS: &[f64] = &[
    0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0, 10.0,
];
/// Buckets of one call into a cog, in seconds.
const CALL_BUCKETS: &[f64] = &[0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
/// Buckets of a request, ours to Discord or a browser's to us, in seconds.
const REQUEST_BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Buckets of one query of the database, in seconds.
const QUERY_BUCKETS: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Buckets of how long it takes to find sound on the web, in seconds.
const RESOLVE_BUCKETS: &[f64] = &[0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0];

/// Buckets of how late a timer fires, in seconds; after a downtime it is hours.
const LATENESS_BUCKETS: &[f64] = &[0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 600.0, 3_600.0];

/// Every metric of the process. Fields are named as the metrics are, without `cogbox_`.
pub struct Metrics {
    registry: Registry,
    pub ready: IntGauge,
    tasks: IntGauge,
    pub gateway_shard_connected: IntGaugeVec,
    pub gateway_heartbeat_seconds: GaugeVec,
    pub gateway_events_total: IntCounterVec,
    pub gateway_identify_remaining: IntGauge,
    pub gateway_reconnects_total: IntCounterVec,
    pub gateway_dropped_events_total: IntCounterVec,
    pub gateway_missed_events_total: IntCounterVec,
    pub gateway_unreadable_events_total: IntCounterVec,
    pub guilds: IntGaugeVec,
    pub interactions_total: IntCounterVec,
    pub interaction_first_response_seconds: HistogramVec,
    pub auto_defers_total: IntCounterVec,
    pub discord_requests_total: IntCounterVec,
    pub discord_request_seconds: HistogramVec,
    pub discord_ratelimited_total: IntCounterVec,
    pub discord_wait_seconds: HistogramVec,
    pub discord_not_sent_total: IntCounterVec,
    pub command_creates_remaining: IntGauge,
    pub cog_up: IntGaugeVec,
    pub cog_calls_total: IntCounterVec,
    pub cog_call_seconds: HistogramVec,
    pub cog_cpu_seconds_total: CounterVec,
    pub cog_memory_bytes: IntGaugeVec,
    pub cog_host_calls_total: IntCounterVec,
    pub cog_denied_total: IntCounterVec,
    pub cog_traps_total: IntCounterVec,
    pub cog_dropped_events_total: IntCounterVec,
    pub cog_dropped_series_total: IntCounterVec,
    pub timers: IntGaugeVec,
    pub cog_quarantines_total: IntCounterVec,
    pub cog_quarantined: IntGaugeVec,
    pub cog_reloads_total: IntCounterVec,
    pub timer_lateness_seconds: HistogramVec,
    pub cog_http_requests_total: IntCounterVec,
    pub cog_http_request_seconds: HistogramVec,
    pub voice_connections: IntGauge,
    pub voice_tracks_total: IntCounterVec,
    pub voice_departures_total: IntCounterVec,
    pub voice_resolve_seconds: HistogramVec,
    voice_errors_total: IntCounterVec,
    db_query_seconds: HistogramVec,
    db_errors_total: IntCounterVec,
    pub db_up: IntGauge,
    pub db_size_bytes: IntGauge,
    pub http_requests_total: IntCounterVec,
    pub http_request_seconds: HistogramVec,
    pub web_restarts_total: IntCounter,
    pub web_refused_connections_total: IntCounter,
    pub auth_failures_total: IntCounterVec,
    pub discord_connected: IntGaugeVec,
    pub discord_latency_seconds: GaugeVec,
    pub discord_event_on_interaction_total: IntCounterVec,
    pub discord_stat_total_guilds: IntGauge,
    discord_stat_total_channels: IntGaugeVec,
    discord_stat_total_users: IntGaugeVec,
    pub discord_stat_total_commands: IntGauge,
    cogs: CogMetrics,
}

impl Metrics {
    /// Makes and registers them all.
    pub fn new() -> Arc<Self> {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        registry
            .register(Box::new(
                prometheus::process_collector::ProcessCollector::for_self(),
            ))
            .expect(VALID);
        let info = Opts::new(
            "cogbox_build_info",
            "The running version; the value is always 1.",
        )
        .const_label("version", env!("CARGO_PKG_VERSION"));
        register(&registry, gauge(info)).set(1.0);
        let r = &registry;
        let metrics = Self {
            ready: int(
                r,
                "cogbox_ready",
                "1 when every shard is connected and commands are synced.",
            ),
            tasks: int(
                r,
                "cogbox_tasks",
                "Tasks that are alive on the bot's own runtime.",
            ),
            gateway_shard_connected: ints(
                r,
                "cogbox_gateway_shard_connected",
                "1 while the shard has a session.",
                &["shard"],
            ),
            gateway_heartbeat_seconds: gauges(
                r,
                "cogbox_gateway_heartbeat_seconds",
                "Round trip of the last heartbeat.",
                &["shard"],
            ),
            gateway_events_total: counts(
                r,
                "cogbox_gateway_events_total",
                "Dispatches received.",
                &["shard", "event"],
            ),
            gateway_identify_remaining: int(
                r,
                "cogbox_gateway_identify_remaining",
                "New sessions that the bot may begin today.",
            ),
            gateway_reconnects_total: counts(
                r,
                "cogbox_gateway_reconnects_total",
                "Connections made after the first.",
                &["shard", "kind"],
            ),
            gateway_dropped_events_total: counts(
                r,
                "cogbox_gateway_dropped_events_total",
                "Dispatches that found the host's queue full.",
                &["kind"],
            ),
            gateway_missed_events_total: counts(
                r,
                "cogbox_gateway_missed_events_total",
                "Dispatches that Discord numbered and did not send.",
                &["shard"],
            ),
            gateway_unreadable_events_total: counts(
                r,
                "cogbox_gateway_unreadable_events_total",
                "Dispatches whose content the host could not read.",
                &["event"],
            ),
            guilds: ints(r, "cogbox_guilds", "Guilds the bot is in.", &["shard"]),
            interactions_total: counts(
                r,
                "cogbox_interactions_total",
                "Interactions, by how they ended.",
                &["cog", "command", "outcome"],
            ),
            interaction_first_response_seconds: times(
                r,
                "cogbox_interaction_first_response_seconds",
                "From the event to Discord's yes to the first answer.",
                &["cog"],
                ANSWER_BUCKETS,
            ),
            auto_defers_total: counts(
                r,
                "cogbox_auto_defers_total",
                "Answers that the host deferred for a slow cog.",
                &["cog"],
            ),
            discord_requests_total: counts(
                r,
                "cogbox_discord_requests_total",
                "Requests to Discord, by route template and status.",
                &["route", "status"],
            ),
            discord_request_seconds: times(
                r,
                "cogbox_discord_request_seconds",
                "Duration of requests to Discord.",
                &["route"],
                REQUEST_BUCKETS,
            ),
            discord_ratelimited_total: counts(
                r,
                "cogbox_discord_ratelimited_total",
                "Answers 429 from Discord.",
                &["scope"],
            ),
            discord_wait_seconds: times(
                r,
                "cogbox_discord_wait_seconds",
                "How long requests waited for their turn.",
                &["cog"],
                REQUEST_BUCKETS,
            ),
            discord_not_sent_total: counts(
                r,
                "cogbox_discord_not_sent_total",
                "Requests that the host itself kept back.",
                &["cog", "reason"],
            ),
            command_creates_remaining: int(
                r,
                "cogbox_command_creates_remaining",
                "New commands for every server that Discord takes today.",
            ),
            cog_up: ints(
                r,
                "cogbox_cog_up",
                "1 while the cog is loaded.",
                &["cog", "version"],
            ),
            cog_calls_total: counts(
                r,
                "cogbox_cog_calls_total",
                "Calls into cogs, by how they ended.",
                &["cog", "export", "outcome"],
            ),
            cog_call_seconds: times(
                r,
                "cogbox_cog_call_seconds",
                "Duration of calls into cogs, waiting included.",
                &["cog"],
                CALL_BUCKETS,
            ),
            cog_cpu_seconds_total: register(
                r,
                CounterVec::new(
                    Opts::new(
                        "cogbox_cog_cpu_seconds_total",
                        "CPU time that calls into a cog took.",
                    ),
                    &["cog"],
                )
                .expect(VALID),
            ),
            cog_memory_bytes: ints(
                r,
                "cogbox_cog_memory_bytes",
                "Linear memory of the last finished call's instance.",
                &["cog"],
            ),
            cog_host_calls_total: counts(
                r,
                "cogbox_cog_host_calls_total",
                "Calls from cogs into the host.",
                &["cog", "interface", "outcome"],
            ),
            cog_denied_total: counts(
                r,
                "cogbox_cog_denied_total",
                "Calls into the host that were not allowed.",
                &["cog", "interface"],
            ),
            cog_traps_total: counts(
                r,
                "cogbox_cog_traps_total",
                "Calls that ended in a fault of the cog.",
                &["cog", "reason"],
            ),
            cog_dropped_events_total: counts(
                r,
                "cogbox_cog_dropped_events_total",
                "Events that a cog did not get.",
                &["cog", "reason"],
            ),
            cog_dropped_series_total: counts(
                r,
                "cogbox_cog_dropped_series_total",
                "Writes to a cog's own metrics that were refused.",
                &["cog"],
            ),
            cog_quarantines_total: counts(
                r,
                "cogbox_cog_quarantines_total",
                "How often a cog had to rest because it failed again and again, in one guild or everywhere.",
                &["cog", "where"],
            ),
            cog_quarantined: ints(
                r,
                "cogbox_cog_quarantined",
                "Places where the cog is not called for a while: guilds, direct messages, everywhere.",
                &["cog"],
            ),
            cog_reloads_total: counts(
                r,
                "cogbox_cog_reloads_total",
                "Components that were exchanged while the bot ran, by what came of it.",
                &["cog", "outcome"],
            ),
            timers: ints(r, "cogbox_timers", "Timers that wait.", &["cog"]),
            timer_lateness_seconds: times(
                r,
                "cogbox_timer_lateness_seconds",
                "From when a timer was due to the begin of its call.",
                &["cog"],
                LATENESS_BUCKETS,
            ),
            cog_http_requests_total: counts(
                r,
                "cogbox_cog_http_requests_total",
                "Requests of cogs to the web, by what came of them.",
                &["cog", "outcome"],
            ),
            cog_http_request_seconds: times(
                r,
                "cogbox_cog_http_request_seconds",
                "Duration of requests of cogs to the web, redirects included.",
                &["cog"],
                REQUEST_BUCKETS,
            ),
            voice_connections: int(
                r,
                "cogbox_voice_connections",
                "Voice channels that the bot is connected to.",
            ),
            voice_tracks_total: counts(
                r,
                "cogbox_voice_tracks_total",
                "Tracks that were played, by how they ended.",
                &["end"],
            ),
            voice_departures_total: counts(
                r,
                "cogbox_voice_departures_total",
                "How often the bot left a voice channel, by why.",
                &["why"],
            ),
            voice_resolve_seconds: times(
                r,
                "cogbox_voice_resolve_seconds",
                "How long yt-dlp was waited for, by what it was asked.",
                &["source"],
                RESOLVE_BUCKETS,
            ),
            voice_errors_total: counts(
                r,
                "cogbox_voice_errors_total",
                "What went wrong on the way to sound, by where.",
                &["stage"],
            ),
            db_query_seconds: times(
                r,
                "cogbox_db_query_seconds",
                "Duration of queries of the database, waiting included.",
                &["op"],
                QUERY_BUCKETS,
            ),
            db_errors_total: counts(
                r,
                "cogbox_db_errors_total",
                "Queries that the database as a whole failed, by what was wrong.",
                &["kind"],
            ),
            db_up: int(
                r,
                "cogbox_db_up",
                "1 while the database works; 0 from its first failure until it can be written again.",
            ),
            db_size_bytes: int(r, "cogbox_db_size_bytes", "Size of the database."),
            http_requests_total: counts(
                r,
                "cogbox_http_requests_total",
                "Requests to the dashboard.",
                &["route", "method", "status_class"],
            ),
            http_request_seconds: times(
                r,
                "cogbox_http_request_seconds",
                "Duration of requests to the dashboard.",
                &["route"],
                REQUEST_BUCKETS,
            ),
            web_restarts_total: register(
                r,
                IntCounter::new(
                    "cogbox_web_restarts_total",
                    "Times that the web task ended and was started again.",
                )
                .expect(VALID),
            ),
            web_refused_connections_total: register(
                r,
                IntCounter::new(
                    "cogbox_web_refused_connections_total",
                    "Connections to the dashboard that were closed at once, since their address had too many.",
                )
                .expect(VALID),
            ),
            auth_failures_total: {
                let failures = counts(
                    r,
                    "cogbox_auth_failures_total",
                    "Requests to the dashboard whose say on who they are was not taken, by its way to log in.",
                    &["mode"],
                );
                for auth in Auth::ALL {
                    failures.with_label_values(&[auth.name()]);
                }
                failures
            },
            discord_connected: ints(
                r,
                "discord_connected",
                "1 while the shard is connected.",
                &["shard"],
            ),
            discord_latency_seconds: gauges(
                r,
                "discord_latency_seconds",
                "Round trip of the last heartbeat.",
                &["shard"],
            ),
            discord_event_on_interaction_total: counts(
                r,
                "discord_event_on_interaction_total",
                "Interactions received.",
                &["shard", "interaction", "command"],
            ),
            discord_stat_total_guilds: int(r, "discord_stat_total_guilds", "Guilds the bot is in."),
            discord_stat_total_channels: ints(
                r,
                "discord_stat_total_channels",
                "Channels of all guilds, without threads; absent while a guild's are not known.",
                &[],
            ),
            discord_stat_total_users: ints(
                r,
                "discord_stat_total_users",
                "Members of all guilds, added up; absent while a guild's are not known.",
                &[],
            ),
            discord_stat_total_commands: int(
                r,
                "discord_stat_total_commands",
                "Commands that the cogs offer.",
            ),
            cogs: CogMetrics::default(),
            registry,
        };
        metrics.begin();
        Arc::new(metrics)
    }

    /// Counts what went wrong on the way to sound.
    pub fn voice_failed(&self, stage: Stage) {
        let errors = &self.voice_errors_total;
        errors.with_label_values(&[stage.label()]).inc();
    }

    /// Counts a failure of the database, by its kind.
    pub fn db_failed(&self, kind: &str) {
        self.db_errors_total.with_label_values(&[kind]).inc();
    }

    /// Times a query of the database, until what is returned is dropped.
    pub fn query(&self, query: Query) -> HistogramTimer {
        let seconds = &self.db_query_seconds;
        seconds.with_label_values(&[query.label()]).start_timer()
    }

    /// Tells how many channels and members the guilds have, where that is known of all of them.
    pub fn tell_sizes(&self, known: Option<(u64, u64)>) {
        let gauges = [
            &self.discord_stat_total_channels,
            &self.discord_stat_total_users,
        ];
        match known {
            Some((channels, members)) => {
                for (gauge, count) in gauges.into_iter().zip([channels, members]) {
                    gauge.with_label_values::<&str>(&[]).set(count as i64);
                }
            }
            None => gauges.into_iter().for_each(IntGaugeVec::reset),
        }
    }

    /// Returns everything in Prometheus' text format.
    pub fn text(&self) -> String {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let alive = runtime.metrics().num_alive_tasks();
            self.tasks.set(alive as i64);
        }
        let mut families = self.registry.gather();
        families.extend(self.cogs.collect());
        families.retain(|family| !family.get_metric().is_empty());
        families.sort_by(|a, b| a.name().cmp(b.name()));
        let mut text = Vec::new();
        // Writing into memory fails only for a family without metrics, and those are gone.
        if let Err(error) = TextEncoder::new().encode(&families, &mut text) {
            tracing::error!(%error, "metrics can't be written");
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Does what a cog asked with one of its own metrics; what is dropped is counted.
    pub fn cog(
        &self,
        cog: &str,
        what: CogMetric,
        name: &str,
        labels: Vec<(String, String)>,
        number: f64,
    ) -> bool {
        let done = self.cogs.apply(cog, what, name, labels, number);
        if !done {
            let dropped = &self.cog_dropped_series_total;
            dropped.with_label_values(&[cog]).inc();
        }
        done
    }

    /// Returns a histogram with the buckets of requests that Prometheus is not told of.
    pub fn untold_times() -> Histogram {
        let opts = HistogramOpts::new("untold", "Durations, for the dashboard alone.");
        let opts = opts.buckets(REQUEST_BUCKETS.to_vec());
        Histogram::with_opts(opts).expect(VALID)
    }

    /// Estimates a quantile from a histogram's buckets, `None` before the first observation.
    pub fn quantile(histogram: &Histogram, quantile: f64) -> Option<Duration> {
        let family = histogram.collect();
        let proto = family.first()?.get_metric().first()?.get_histogram();
        let total = proto.get_sample_count();
        let rank = quantile * total as f64;
        let (mut below, mut lower) = (0, 0.0);
        for bucket in proto.get_bucket() {
            let (upper, count) = (bucket.upper_bound(), bucket.cumulative_count());
            if count as f64 >= rank && count > below {
                let part = (rank - below as f64) / (count - below) as f64;
                return Some(Duration::from_secs_f64(
                    lower + (upper - lower) * part.max(0.0),
                ));
            }
            (below, lower) = (count, upper);
        }
        (total > 0).then(|| Duration::from_secs_f64(lower))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_in_its_bucket() {
        let metrics = Metrics::new();
        let histogram = metrics.cog_call_seconds.with_label_values(&["a"]);
        assert_eq!(Metrics::quantile(&histogram, 0.95), None);
        for _ in 0..100 {
            histogram.observe(0.003);
        }
        let p95 = Metrics::quantile(&histogram, 0.95).unwrap();
        assert!(
            p95 > Duration::from_millis(1) && p95 <= Duration::from_millis(5),
            "{p95:?}"
        );
    }
}
