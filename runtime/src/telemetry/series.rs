//! The metrics that cogs make themselves, named `cog_NAME__METRIC`: bounded, and never in the way
//! of the host's own.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{CounterVec, GaugeVec, HistogramOpts, HistogramVec, Opts};

/// Most series that one cog may make with `cogbox:host/metrics`.
pub const COG_SERIES_MAX: usize = 200;

/// Most labels of one of them.
const LABELS_MAX: usize = 8;
/// Longest name of a metric or a label, and longest value, in bytes.
const TEXT_MAX: usize = 128;

/// What a cog does to a metric of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CogMetric {
    Count,
    Gauge,
    Observe,
}

/// All of them, by cog.
#[derive(Default)]
pub struct CogMetrics {
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
    Count(Vec<String>, CounterVec),
    Gauge(Vec<String>, GaugeVec),
    Observe(Vec<String>, HistogramVec),
}

impl CogMetrics {
    /// Does what a cog asked with one of its own metrics. `false` when it was dropped: a name that
    /// can't be taken, labels that differ from the first use, or one series too many.
    pub fn apply(
        &self,
        cog: &str,
        what: CogMetric,
        name: &str,
        mut labels: Vec<(String, String)>,
        number: f64,
    ) -> bool {
        self.try_apply(cog, what, name, &mut labels, number)
            .is_some()
    }

    fn try_apply(
        &self,
        cog: &str,
        what: CogMetric,
        name: &str,
        labels: &mut [(String, String)],
        number: f64,
    ) -> Option<()> {
        let finite = number.is_finite() && !(what == CogMetric::Count && number < 0.0);
        let too_long = |text: &str| text.len() > TEXT_MAX;
        let long = too_long(name)
            || labels
                .iter()
                .any(|(name, value)| too_long(name) || too_long(value));
        // Prometheus keeps such labels for itself: `__name__` would be another metric's name.
        let reserved = labels.iter().any(|(name, _)| name.starts_with("__"));
        if !finite || labels.len() > LABELS_MAX || long || reserved {
            return None;
        }
        // Prometheus ends counters so.
        let counter;
        let name = match what {
            CogMetric::Count if !name.ends_with("_total") => {
                counter = format!("{name}_total");
                &counter
            }
            _ => name,
        };
        labels.sort();
        let (names, values): (Vec<_>, Vec<_>) = labels.iter().cloned().unzip();
        let mut cogs = self.lock();
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

    /// Returns them all, for the text format.
    pub(super) fn collect(&self) -> Vec<MetricFamily> {
        let cogs = self.lock();
        let families = cogs.values().flat_map(|cog| cog.families.values());
        families
            .flat_map(|family| match family {
                Family::Count(_, family) => family.collect(),
                Family::Gauge(_, family) => family.collect(),
                Family::Observe(_, family) => family.collect(),
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, CogSeries>> {
        self.cogs
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Family {
    fn new(cog: &str, what: CogMetric, name: &str, labels: Vec<String>) -> Option<Self> {
        let help = format!("Made by the cog `{cog}`.");
        if !free(name) {
            return None;
        }
        let full = format!("cog_{}__{name}", cog.replace('-', "_"));
        let names: Vec<&str> = labels.iter().map(String::as_str).collect();
        let opts = Opts::new(full, help);
        Some(match what {
            CogMetric::Count => Self::Count(labels.clone(), CounterVec::new(opts, &names).ok()?),
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

/// Whether no other cog's metric, and no part of a histogram, can have the same full name: two
/// underscores end the cog's part, and a histogram adds these endings.
fn free(name: &str) -> bool {
    let taken = ["_bucket", "_sum", "_count"];
    !name.starts_with('_')
        && !name.contains("__")
        && !taken.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Metrics;

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
        assert!(text.contains("cog_a_b__things_total{n=\"3\"} 2"), "{text}");
        assert!(
            text.contains("cogbox_cog_dropped_series_total{cog=\"a-b\"} 800"),
            "{text}"
        );
    }

    #[test]
    fn a_counters_name_ends_as_prometheus_likes_it() {
        let metrics = Metrics::new();
        for name in ["songs", "songs_total"] {
            assert!(metrics.cog("a", CogMetric::Count, name, vec![], 1.0));
        }
        let text = metrics.text();
        assert!(text.contains("\ncog_a__songs_total 2\n"), "{text}");
    }

    #[test]
    fn a_cog_that_makes_up_names_fills_no_memory() {
        let metrics = Metrics::new();
        let before = metrics.text().len();
        let long = |n: usize| format!("{n}").repeat(TEXT_MAX / 4);
        let make = |name: &str, label: &str, value: String| {
            let labels = vec![(label.to_owned(), value)];
            metrics.cog("a", CogMetric::Observe, name, labels, 1.0)
        };
        let mut made = 0;
        for n in 1_000..11_000 {
            made += usize::from(make(&format!("n{n}"), "l", long(n)));
            made += usize::from(make("same", &format!("l{n}"), long(n)));
            assert!(!make(&format!("n{}", long(n)), "l", long(n)), "the name");
            assert!(!make("n", &format!("l{}", long(n)), long(n)), "the label");
        }
        assert_eq!(made, COG_SERIES_MAX);
        let dropped = metrics.cog_dropped_series_total.with_label_values(&["a"]);
        assert_eq!(dropped.get() as usize, 40_000 - made);
        // A histogram has 14 lines, and each names it all.
        let grown = metrics.text().len() - before;
        assert!(grown < COG_SERIES_MAX * 16 * 4 * TEXT_MAX, "{grown} bytes");
    }

    #[test]
    fn what_prometheus_would_not_take_is_dropped() {
        let metrics = Metrics::new();
        assert!(!metrics.cog("a", CogMetric::Gauge, "bad name\n", vec![], 1.0));
        assert!(!metrics.cog("a", CogMetric::Count, "n", vec![], -1.0));
        assert!(!metrics.cog("a", CogMetric::Gauge, "n", vec![], f64::NAN));
        assert!(metrics.cog("a", CogMetric::Gauge, "n", vec![], 1.0));
        let forged = vec![("__name__".into(), "cogbox_ready".into())];
        assert!(!metrics.cog("a", CogMetric::Gauge, "forged", forged, 1.0));
        let other = vec![("x".into(), "y".into())];
        assert!(!metrics.cog("a", CogMetric::Gauge, "n", other, 1.0));
        // A gauge that looks like a counter is not one any more.
        assert!(metrics.cog("a", CogMetric::Count, "seen", vec![], 1.0));
        assert!(!metrics.cog("a", CogMetric::Gauge, "seen_total", vec![], 1.0));
        for taken in ["_n", "a__b", "n_count"] {
            assert!(!metrics.cog("a", CogMetric::Gauge, taken, vec![], 1.0));
        }
    }
}
