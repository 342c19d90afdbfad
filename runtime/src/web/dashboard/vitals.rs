//! The strip of numbers about the host itself.

use std::time::Duration;

use maud::{Markup, html};

use super::super::status::{Shard, Status};
use super::text::{UNKNOWN, count, counted, maybe_seconds, moment, seconds, size, span};

/// Most shards that get a lamp of their own.
const LAMPS_MAX: usize = 32;

/// Returns the strip.
pub fn vitals(status: &Status) -> Markup {
    let shards = &status.gateway.shards;
    let slowest = shards
        .iter()
        .filter_map(|shard| shard.heartbeat_seconds)
        .reduce(f64::max);
    html! {
        section.vitals #vitals data-piece aria-label="The host" {
            dl {
                (vital("Gateway", &maybe_seconds(slowest), html! { (connection(shards)) }))
                (vital("REST", &maybe_seconds(status.rest.latency_seconds), html! {
                    (counted(status.rest.requests, "request"))
                    @if status.rest.rate_limited > 0 {
                        ", " (count(status.rest.rate_limited)) " rate limited"
                    }
                }))
                (vital("Uptime", &span(uptime(status)), html! {
                    "since "
                    time datetime=(status.started) { (moment(status.started)) }
                }))
                (vital("Servers", &count(status.guilds.known as u64), html! {
                    (count(status.guilds.unavailable as u64)) " unavailable"
                }))
                (vital("Timers", &count(timers(status)), html! {
                    a #vitals-timers href="/timers" { "when they are due" }
                }))
                (vital("Database", &database(status), html! { "on disk" }))
            }
        }
    }
}

/// A number with its name above and a note below.
pub fn vital(name: &str, number: &str, note: Markup) -> Markup {
    html! {
        div {
            dt { (name) }
            dd.number { (number) }
            dd.note { (note) }
        }
    }
}

/// Says how many shards are connected, with a lamp for each.
fn connection(shards: &[Shard]) -> Markup {
    let connected = shards.iter().filter(|shard| shard.connected).count();
    let reconnects = shards.iter().map(|shard| shard.reconnects).sum::<u64>();
    html! {
        @if shards.is_empty() {
            "no shard yet"
        } @else {
            (connected) " of " (counted(shards.len() as u64, "shard")) " connected"
        }
        @if reconnects > 0 { ", " (counted(reconnects, "reconnect")) }
        @if shards.len() > 1 {
            ul.lamps {
                @for shard in shards.iter().take(LAMPS_MAX) {
                    li.on[shard.connected] title=(told(shard)) {
                        span.unseen { (told(shard)) }
                    }
                }
                @if shards.len() > LAMPS_MAX { li.more { "…" } }
            }
        }
    }
}

fn told(shard: &Shard) -> String {
    let state = match (shard.connected, shard.heartbeat_seconds) {
        (true, Some(time)) => format!("connected, {}", seconds(time)),
        (true, None) => "connected".to_owned(),
        (false, _) => "not connected".to_owned(),
    };
    format!("Shard {}: {state}", shard.id)
}

fn timers(status: &Status) -> u64 {
    status.cogs.iter().map(|cog| cog.timers).sum()
}

fn uptime(status: &Status) -> Duration {
    Duration::try_from_secs_f64(status.uptime_seconds).unwrap_or_default()
}

fn database(status: &Status) -> String {
    status
        .database_bytes
        .map_or_else(|| UNKNOWN.to_owned(), size)
}
