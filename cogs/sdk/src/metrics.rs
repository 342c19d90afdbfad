//! Numbers for the operator's Prometheus.
//!
//! Calls, errors and durations are measured by the host already; this is for what only the
//! cog knows. The host puts the cog's name in front and drops series past its limit.

use crate::raw::cogbox::host::metrics as raw;

/// Adds to a counter, whose name the host ends in `_total`.
pub fn count(name: &str, labels: &[(&str, &str)], by: f64) {
    raw::count(name, &owned(labels), by);
}

/// Sets a gauge.
pub fn gauge(name: &str, labels: &[(&str, &str)], value: f64) {
    raw::gauge(name, &owned(labels), value);
}

/// Adds one observation to a histogram.
pub fn observe(name: &str, labels: &[(&str, &str)], value: f64) {
    raw::observe(name, &owned(labels), value);
}

fn owned(labels: &[(&str, &str)]) -> Vec<(String, String)> {
    labels
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
}
