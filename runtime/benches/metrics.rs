//! What counting costs: everything that is counted for one command of a cog that answers at once, and
//! the text that Prometheus reads. `README.md` beside this file says how to read it.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cogbox::telemetry::{Metrics, Query};

/// Commands in one measurement, of which the fastest of several counts.
const COMMANDS: u32 = 100_000;
const ROUNDS: usize = 7;

fn main() {
    // `cargo test --benches` and listings must not start a load.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let metrics = Metrics::new();
    metrics.begin_shard("0");
    // As many as a bot of some size has.
    for cog in 0..20 {
        let name = format!("cog-{cog}");
        metrics.begin_cog(&name, &["first", "second", "third"], &["log", "store"]);
    }
    let fastest = |work: &dyn Fn()| {
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..ROUNDS {
            let began = Instant::now();
            work();
            times.push(began.elapsed());
        }
        times.into_iter().min().unwrap_or_default()
    };
    let counted = fastest(&|| {
        for _ in 0..COMMANDS {
            command(black_box(&metrics));
        }
    });
    let text = fastest(&|| drop(black_box(metrics.text())));
    let lines = metrics.text().lines().count();
    let each = counted.as_secs_f64() * 1e6 / f64::from(COMMANDS);
    println!("counting one command: {each:.2} µs");
    println!(
        "the text of {lines} lines: {:.2} ms",
        text.as_secs_f64() * 1e3
    );
}

/// Counts what the host counts for one command which writes one value and replies.
fn command(metrics: &Metrics) {
    let (cog, shard, took) = ("cog-7", 0_u32.to_string(), 0.003);
    let shard = shard.as_str();
    metrics
        .gateway_events_total
        .with_label_values(&[shard, "INTERACTION_CREATE"])
        .inc();
    metrics
        .discord_event_on_interaction_total
        .with_label_values(&[shard, "application_command", "first"])
        .inc();
    for _ in ["store", "interactions"] {
        metrics
            .cog_host_calls_total
            .with_label_values(&[cog, "store", "served"])
            .inc();
    }
    drop(metrics.query(Query::Set));
    metrics
        .discord_request_seconds
        .with_label_values(&["POST /interactions/{id}/{token}/callback"])
        .observe(took);
    metrics
        .discord_requests_total
        .with_label_values(&["POST /interactions/{id}/{token}/callback", "204"])
        .inc();
    metrics
        .interaction_first_response_seconds
        .with_label_values(&[cog])
        .observe(took);
    metrics
        .cog_cpu_seconds_total
        .with_label_values(&[cog])
        .inc_by(took);
    metrics.cog_memory_bytes.with_label_values(&[cog]).set(1);
    metrics
        .cog_calls_total
        .with_label_values(&[cog, "commands.invoked", "ok"])
        .inc();
    metrics
        .cog_call_seconds
        .with_label_values(&[cog])
        .observe(took);
    metrics
        .interactions_total
        .with_label_values(&[cog, "first", "ok"])
        .inc();
}
