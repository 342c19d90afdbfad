//! Numbers and logs: the one place that names metrics, and the one that formats log lines.
//!
//! Every label is bounded: shards, loaded cogs, registered commands, route templates, outcomes.
//! Guilds, channels and users are never labels.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder,
};

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
/// Most series that one cog may make with `cogbox:host/metrics`.
pub const COG_SERIES_MAX: usize = 200;

/// Every metric of the process. Fields are named as the metrics are, without `cogbox_`.
pub struct Metrics {
    registry: Registry,
    pub ready: IntGauge,
    pub gateway_shard_connected: IntGaugeVec,
    pub gateway_heartbeat_seconds: GaugeVec,
    pub gateway_events_total: IntCounterVec,
    pub gateway_reconnects_total: IntCounterVec,
    pub gateway_dropped_events_total: IntCounterVec,
    pub guilds: IntGaugeVec,
    pub interactions_total: IntCounterVec,
    pub interaction_first_response_seconds: HistogramVec,
    pub auto_defers_total: IntCounterVec,
    pub discord_requests_total: IntCounterVec,
    pub discord_request_seconds: HistogramVec,
    pub discord_ratelimited_total: IntCounterVec,
    pub cog_up: IntGaugeVec,
    pub cog_calls_total: IntCounterVec,
    pub cog_call_seconds: HistogramVec,
    pub cog_cpu_seconds_total: prometheus::CounterVec,
    pub cog_memory_bytes: IntGaugeVec,
    pub cog_host_calls_total: IntCounterVec,
    pub cog_denied_total: IntCounterVec,
    pub cog_traps_total: IntCounterVec,
    pub cog_dropped_events_total: IntCounterVec,
    pub cog_dropped_series_total: IntCounterVec,
    pub db_size_bytes: IntGauge,
    pub http_requests_total: IntCounterVec,
    pub http_request_seconds: HistogramVec,
    pub web_restarts_total: prometheus::IntCounter,
    pub discord_connected: IntGaugeVec,
    pub discord_latency_seconds: GaugeVec,
    pub discord_event_on_interaction_total: IntCounterVec,
    pub discord_stat_total_guilds: IntGauge,
    pub discord_stat_total_commands: IntGauge,
    cogs: Mutex<HashMap<String, CogSeries>>,
}

/// Series that one cog made itself.
#[derive(Default)]
struct CogSeries {
    families: HashMap<String, Family>,
    series: HashSet<(String, Vec<String>)>,
}

#[derive(Clone)]
enum Family {
    Count(Vec<String>, prometheus::CounterVec),
    Gauge(Vec<String>, GaugeVec),
    Observe(Vec<String>, HistogramVec),
}

/// What a cog does to a metric of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CogMetric {
    Count,
    Gauge,
    Observe,
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
        Arc::new(Self {
            ready: int(
                r,
                "cogbox_ready",
                "1 when every shard is connected and commands are synced.",
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
                prometheus::CounterVec::new(
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
                prometheus::IntCounter::new(
                    "cogbox_web_restarts_total",
                    "Times that the web task ended and was started again.",
                )
                .expect(VALID),
            ),
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
            discord_stat_total_commands: int(
                r,
                "discord_stat_total_commands",
                "Commands that the cogs offer.",
            ),
            cogs: Mutex::default(),
            registry,
        })
    }

    /// Returns everything in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut families = self.registry.gather();
        let cogs = self
            .cogs
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        for cog in cogs.values() {
            for family in cog.families.values() {
                families.extend(match family {
                    Family::Count(_, family) => family.collect(),
                    Family::Gauge(_, family) => family.collect(),
                    Family::Observe(_, family) => family.collect(),
                });
            }
        }
        drop(cogs);
        families.retain(|family| !family.get_metric().is_empty());
        families.sort_by(|a, b| a.name().cmp(b.name()));
        let mut text = Vec::new();
        // Writing into memory fails only for a family without metrics, and those are gone.
        if let Err(error) = TextEncoder::new().encode(&families, &mut text) {
            tracing::error!(%error, "metrics can't be written");
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Does what a cog asked with one of its own metrics. `false` when it was dropped: a name that
    /// Prometheus does not take, labels that differ from the first use, or one series too many.
    pub fn cog(
        &self,
        cog: &str,
        what: CogMetric,
        name: &str,
        mut labels: Vec<(String, String)>,
        number: f64,
    ) -> bool {
        let done = self.try_cog(cog, what, name, &mut labels, number).is_some();
        if !done {
            self.cog_dropped_series_total
                .with_label_values(&[cog])
                .inc();
        }
        done
    }

    fn try_cog(
        &self,
        cog: &str,
        what: CogMetric,
        name: &str,
        labels: &mut [(String, String)],
        number: f64,
    ) -> Option<()> {
        let finite = number.is_finite() && !(what == CogMetric::Count && number < 0.0);
        if !finite || labels.len() > 8 || labels.iter().any(|(_, value)| value.len() > 128) {
            return None;
        }
        labels.sort();
        let (names, values): (Vec<_>, Vec<_>) = labels.iter().cloned().unzip();
        let mut cogs = self
            .cogs
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let own = cogs.entry(cog.to_owned()).or_default();
        let series = (name.to_owned(), values.clone());
        if !own.series.contains(&series) && own.series.len() >= COG_SERIES_MAX {
            return None;
        }
        if !own.families.contains_key(name) {
            let family = Family::new(cog, what, name, names.clone())?;
            own.families.insert(name.to_owned(), family);
        }
        own.families
            .get(name)?
            .apply(what, &names, &values, number)?;
        own.series.insert(series);
        Some(())
    }

    /// Returns the cumulative histogram `family{label = value}` as (upper bound, count) pairs.
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

impl Family {
    fn new(cog: &str, what: CogMetric, name: &str, labels: Vec<String>) -> Option<Self> {
        let help = format!("Made by the cog `{cog}`.");
        let full = format!("cogbox_cog_{}_{name}", cog.replace('-', "_"));
        let names: Vec<&str> = labels.iter().map(String::as_str).collect();
        let opts = Opts::new(full, help);
        Some(match what {
            CogMetric::Count => Self::Count(
                labels.clone(),
                prometheus::CounterVec::new(opts, &names).ok()?,
            ),
            CogMetric::Gauge => Self::Gauge(labels.clone(), GaugeVec::new(opts, &names).ok()?),
            CogMetric::Observe => Self::Observe(
                labels.clone(),
                HistogramVec::new(HistogramOpts::from(opts), &names).ok()?,
            ),
        })
    }

    fn apply(
        &self,
        what: CogMetric,
        names: &[String],
        values: &[String],
        number: f64,
    ) -> Option<()> {
        let (Self::Count(labels, _) | Self::Gauge(labels, _) | Self::Observe(labels, _)) = self;
        if labels != names {
            return None;
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        match (self, what) {
            (Self::Count(_, family), CogMetric::Count) => {
                family
                    .get_metric_with_label_values(&values)
                    .ok()?
                    .inc_by(number);
            }
            (Self::Gauge(_, family), CogMetric::Gauge) => {
                family
                    .get_metric_with_label_values(&values)
                    .ok()?
                    .set(number);
            }
            (Self::Observe(_, family), CogMetric::Observe) => {
                family
                    .get_metric_with_label_values(&values)
                    .ok()?
                    .observe(number);
            }
            _ => return None,
        }
        Some(())
    }
}

/// The reason behind every `expect` on a metric of our own: its name is a constant of this file.
const VALID: &str = "the metric's name and labels are constants of this file";

fn register<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> C {
    registry.register(Box::new(collector.clone())).expect(VALID);
    collector
}

fn gauge(opts: Opts) -> Gauge {
    Gauge::with_opts(opts).expect(VALID)
}

fn int(registry: &Registry, name: &str, help: &str) -> IntGauge {
    register(registry, IntGauge::new(name, help).expect(VALID))
}

fn ints(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    register(
        registry,
        IntGaugeVec::new(Opts::new(name, help), labels).expect(VALID),
    )
}

fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> GaugeVec {
    register(
        registry,
        GaugeVec::new(Opts::new(name, help), labels).expect(VALID),
    )
}

fn counts(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    register(
        registry,
        IntCounterVec::new(Opts::new(name, help), labels).expect(VALID),
    )
}

fn times(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
    buckets: &[f64],
) -> HistogramVec {
    let opts = HistogramOpts::new(name, help).buckets(buckets.to_vec());
    register(registry, HistogramVec::new(opts, labels).expect(VALID))
}

/// Starts logging: for people on a terminal, as JSON lines otherwise.
///
/// `filter` is `tracing`'s own syntax, such as `info,cogbox::rest=debug`.
pub fn log(filter: &str) -> Result<(), String> {
    use std::io::IsTerminal;
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|error| format!("`{filter}` is not a log filter: {error}"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start, as in tests that share a process, keeps the first.
    let _ = match std::io::stderr().is_terminal() {
        true => builder.with_target(false).try_init(),
        false => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cog_makes_at_most_so_many_series() {
        let metrics = Metrics::new();
        let label = |n: usize| vec![("n".to_owned(), n.to_string())];
        let made = (0..1_000)
            .filter(|&n| metrics.cog("a-b", CogMetric::Count, "things_total", label(n), 1.0))
            .count();
        assert_eq!(made, COG_SERIES_MAX);
        assert!(metrics.cog("a-b", CogMetric::Count, "things_total", label(3), 1.0));
        let text = metrics.text();
        assert!(
            text.contains("cogbox_cog_a_b_things_total{n=\"3\"} 2"),
            "{text}"
        );
        assert!(
            text.contains("cogbox_cog_dropped_series_total{cog=\"a-b\"} 800"),
            "{text}"
        );
    }

    #[test]
    fn what_prometheus_would_not_take_is_dropped() {
        let metrics = Metrics::new();
        assert!(!metrics.cog("a", CogMetric::Gauge, "bad name\n", vec![], 1.0));
        assert!(!metrics.cog("a", CogMetric::Count, "n", vec![], -1.0));
        assert!(!metrics.cog("a", CogMetric::Gauge, "n", vec![], f64::NAN));
        assert!(metrics.cog("a", CogMetric::Gauge, "n", vec![], 1.0));
        assert!(!metrics.cog("a", CogMetric::Count, "n", vec![], 1.0));
        assert!(!metrics.cog(
            "a",
            CogMetric::Gauge,
            "n",
            vec![("x".into(), "y".into())],
            1.0
        ));
    }

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
