//! Takes a [`Status`] from the host's memory. It locks nothing for longer than one read.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use cogbox_world::cogbox::discord::command_types::Target;
use prometheus::core::Collector;
use prometheus::{Histogram, proto};
use serenity::model::gateway::GatewayIntents;

use super::*;
use crate::cache::Held;
use crate::cog;
use crate::cog::health::Where;
use crate::cog::registry::Snapshot;
use crate::host::grants::{Danger, Interface};
use crate::telemetry::Metrics;
use crate::voice::people;
use crate::web::Web;
use crate::web::pages::database_bytes;

/// Longest line, refusal, and fault that are shown, in characters.
const LINE_MAX: usize = 200;
const SENTENCE_MAX: usize = 1_000;
const DETAIL_MAX: usize = 16_000;
/// Longest name of a server that is shown, in characters.
pub const NAME_MAX: usize = 100;
/// How long a player may take to say what it does.
const PLAYER_PATIENCE: Duration = Duration::from_millis(100);
/// Most quarantines of one cog that are shown.
const QUARANTINES_MAX: usize = 20;

impl Status {
    /// Takes the host's status now.
    pub async fn now(web: &Web) -> Self {
        let now = SystemTime::now();
        let (services, snapshot) = (&web.services, web.registry.snapshot());
        let (metrics, cache) = (&services.metrics, &services.cache);
        let waits_for = waits_for(web);
        Self {
            api: API,
            at: Timestamp(now),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mode: web.mode.to_owned(),
            started: Timestamp(services.started),
            uptime_seconds: now
                .duration_since(services.started)
                .unwrap_or_default()
                .as_secs_f64(),
            ready: waits_for.is_none(),
            waits_for,
            bot: cache.me().map(|me| Bot {
                id: me.id.to_string(),
                name: me.name.clone(),
            }),
            gateway: gateway(web),
            rest: Rest {
                latency_seconds: services.rest.latency().map(|time| time.as_secs_f64()),
                requests: sum(&metrics.discord_requests_total, &[]),
                rate_limited: sum(&metrics.discord_ratelimited_total, &[]),
            },
            guilds: Guilds {
                known: cache.guild_count(),
                unavailable: cache.unavailable_count(),
            },
            voice: voice(web).await,
            resolver_version: resolver_version(web),
            database_bytes: database_bytes(web).await,
            database_trouble: database_trouble(web),
            cogs: snapshot
                .cogs()
                .map(|cog| Cog {
                    before: before(web, cog.name()),
                    ..loaded(cog, metrics, &snapshot, now)
                })
                .collect(),
            refused: refused(&snapshot),
            held_commands: cache.commands_held().into_iter().map(held).collect(),
            faults: faults(&snapshot),
            local_discord: web.local_discord.clone(),
        }
    }
}

/// Returns what the bot waits for before it can serve, if anything.
pub fn waits_for(web: &Web) -> Option<String> {
    let cache = &web.services.cache;
    let (own, shards) = (cache.own_shards(), cache.shards());
    if shards == 0 {
        return Some("no shard has been started yet".to_owned());
    }
    if let Some(shard) = own.into_iter().find(|&shard| !cache.connected(shard)) {
        return Some(format!("shard {shard} of {shards} is not connected"));
    }
    if let Some(why) = cache.commands_refused() {
        let why = clip(&why, SENTENCE_MAX);
        return Some(format!("the commands are not synced: {why}"));
    }
    (web.services.metrics.ready.get() != 1).then(|| "the commands are not synced yet".to_owned())
}

/// Returns what is wrong with the database, if anything.
pub fn database_trouble(web: &Web) -> Option<DatabaseTrouble> {
    let lasting = web.services.store.trouble()?;
    let trouble = lasting.trouble;
    let after = match trouble.passes() {
        true => "; after that the bot goes on by itself",
        false => "",
    };
    Some(DatabaseTrouble {
        kind: trouble.name().to_owned(),
        what: format!("the database fails: {}", trouble.what()),
        fix: format!("{}{after}", trouble.fix()),
        since: Timestamp(lasting.since),
    })
}

fn held(held: Held) -> HeldCommands {
    HeldCommands {
        cog: held.cog,
        commands: held.commands,
        until: Timestamp(held.until),
        why: held.why,
    }
}

fn gateway(web: &Web) -> Gateway {
    let cache = &web.services.cache;
    let reconnects = &web.services.metrics.gateway_reconnects_total;
    let shard = |id: u32| Shard {
        id,
        connected: cache.connected(id),
        heartbeat_seconds: cache.latency(id).map(|time| time.as_secs_f64()),
        reconnects: sum(reconnects, &[("shard", &id.to_string())]),
    };
    Gateway {
        shards: cache.own_shards().into_iter().map(shard).collect(),
    }
}

fn resolver_version(web: &Web) -> Option<String> {
    let version = web.services.voice.get()?.resolver_version()?;
    Some(clip(version, NAME_MAX))
}

/// Returns what plays where. A player that is busy with going somewhere is left out this time.
async fn voice(web: &Web) -> Vec<Voice> {
    let Some(calls) = web.services.voice.get() else {
        return Vec::new();
    };
    let asked = async {
        let players = calls.players().await.into_iter();
        let asked = players.map(async |(guild, player)| {
            let playback = tokio::time::timeout(PLAYER_PATIENCE, player.playback());
            Some((guild, playback.await.ok()??))
        });
        futures_util::future::join_all(asked).await
    };
    let playing = tokio::time::timeout(PLAYER_PATIENCE * 2, asked).await;
    let mut voice: Vec<_> = playing
        .unwrap_or_default()
        .into_iter()
        .flatten()
        .map(|(guild, now)| {
            let item = now.playing.as_ref().map(|song| &song.what);
            let known = web.services.cache.guild(guild);
            let asker = item.and_then(|item| item.requested_by);
            let suppressed = calls.is_suppressed(guild);
            let people = people::lock(calls.people());
            let called = asker.and_then(|user| people.name(guild, user));
            Voice {
                guild: guild.to_string(),
                name: known.map(|known| clip(&known.name, NAME_MAX)),
                channel: now.channel.to_string(),
                title: item.map(|item| clip(&item.title, LINE_MAX)),
                position_seconds: now.position.as_secs_f64(),
                duration_seconds: item.and_then(|item| Some(item.duration?.as_secs_f64())),
                requested_by: asker.map(|user| user.to_string()),
                requester: called.map(|name| clip(name, NAME_MAX)),
                suppressed,
                paused: now.paused,
                volume: now.volume,
                waiting: now.waiting,
                broke: now.broke.map(|broke| clip(&broke, LINE_MAX)),
            }
        })
        .collect();
    voice.sort_by(|a, b| a.guild.cmp(&b.guild));
    voice
}

fn loaded(cog: &cog::Cog, metrics: &Metrics, snapshot: &Snapshot, now: SystemTime) -> Cog {
    let (name, shape) = (cog.name(), &cog.shape);
    let is_refused = snapshot.refused().any(|(refused, _)| refused == name);
    let own = [("cog", name)];
    let calls = calls(name, metrics);
    let memory = metrics.cog_memory_bytes.with_label_values(&[name]).get();
    Cog {
        name: name.to_owned(),
        version: shape.metadata.version.clone(),
        description: shape.metadata.description.clone(),
        state: match is_refused {
            true => CogState::UpdateRefused,
            false => CogState::Running,
        },
        quarantines: quarantines(cog, now),
        digest: shape.digest.clone(),
        size_bytes: shape.size,
        loaded: Timestamp(now.checked_sub(cog.loaded.elapsed()).unwrap_or(now)),
        before: None,
        asks: shape
            .asks
            .iter()
            .map(|interface| ask(interface, &shape.metadata.reasons))
            .collect(),
        wasi: shape.wasi.clone(),
        listens: shape
            .listens
            .iter()
            .map(|subscription| Listens {
                interface: subscription.name().to_owned(),
                words: subscription.words().to_owned(),
            })
            .collect(),
        intents: shape
            .intents()
            .iter_names()
            .map(|(name, intent)| Intent {
                name: name.to_owned(),
                privileged: GatewayIntents::privileged().contains(intent),
            })
            .collect(),
        commands: cog
            .commands
            .iter()
            .map(|command| Command {
                name: command.name.clone(),
                target: match command.target {
                    Target::Chat => "chat",
                    Target::User => "user",
                    Target::Message => "message",
                }
                .to_owned(),
                description: command.description.clone(),
                uses: sum(
                    &metrics.interactions_total,
                    &[("cog", name), ("command", &command.name)],
                ),
            })
            .collect(),
        memory_bytes: u64::try_from(memory).ok().filter(|_| calls.total > 0),
        calls,
        cpu_seconds: metrics
            .cog_cpu_seconds_total
            .with_label_values(&[name])
            .get(),
        memory_limit_bytes: cog.identity.limits.memory as u64,
        auto_defers: sum(&metrics.auto_defers_total, &own),
        denied: sum(&metrics.cog_denied_total, &own),
        dropped_events: sum(&metrics.cog_dropped_events_total, &own),
        timers: metrics
            .timers
            .with_label_values(&[name])
            .get()
            .unsigned_abs(),
    }
}

fn before(web: &Web, name: &str) -> Option<Before> {
    let before = web.keeper.as_ref()?.before(name)?;
    Some(Before {
        version: before.shape.metadata.version.clone(),
        digest: before.shape.digest.clone(),
    })
}

fn quarantines(cog: &cog::Cog, now: SystemTime) -> Vec<Quarantine> {
    let instant = Instant::now();
    let resting = cog.health.resting(instant).into_iter();
    let told = resting.take(QUARANTINES_MAX).map(|rest| {
        let (place, guild) = match rest.place {
            Where::Everywhere => ("everywhere", None),
            Where::In(Some(guild)) => ("guild", Some(guild.to_string())),
            Where::In(None) => ("direct-messages", None),
        };
        Quarantine {
            place: place.to_owned(),
            guild,
            until: Timestamp(now + rest.until.saturating_duration_since(instant)),
            by_hand: rest.by_hand,
        }
    });
    told.collect()
}

fn ask(interface: Interface, reasons: &BTreeMap<String, String>) -> Ask {
    let facts = interface.facts();
    Ask {
        interface: interface.name().to_owned(),
        words: facts.words.to_owned(),
        reason: reasons
            .get(interface.name())
            .map(|reason| clip(reason, LINE_MAX)),
        danger: match facts.danger {
            Danger::None => "none",
            Danger::Low => "low",
            Danger::Medium => "medium",
            Danger::High => "high",
        }
        .to_owned(),
        always: facts.always,
    }
}

fn calls(cog: &str, metrics: &Metrics) -> Calls {
    let mut calls = Calls::default();
    each(&metrics.cog_calls_total, &[("cog", cog)], |metric| {
        let (count, outcome) = (counted(metric), label(metric, "outcome"));
        calls.total += count;
        calls.errors += if outcome == "ok" { 0 } else { count };
        if count > 0 {
            *calls.outcomes.entry(outcome.to_owned()).or_default() += count;
        }
    });
    let took = metrics.cog_call_seconds.with_label_values(&[cog]);
    let quantile = |of| {
        Metrics::quantile(&took, of)
            .as_ref()
            .map(Duration::as_secs_f64)
    };
    calls.p50_seconds = quantile(0.5);
    calls.p95_seconds = quantile(0.95);
    calls.buckets = buckets(&took);
    calls
}

/// Prometheus counts up to each bound; people ask how many lie between two.
fn buckets(histogram: &Histogram) -> Vec<Bucket> {
    let mut below = 0;
    let mut buckets = Vec::new();
    for family in histogram.collect() {
        for metric in family.get_metric() {
            let histogram = metric.get_histogram();
            for bucket in histogram.get_bucket() {
                let so_far = bucket.cumulative_count();
                buckets.push(Bucket {
                    up_to_seconds: Some(bucket.upper_bound()),
                    calls: so_far.saturating_sub(below),
                });
                below = so_far;
            }
            buckets.push(Bucket {
                up_to_seconds: None,
                calls: histogram.get_sample_count().saturating_sub(below),
            });
        }
    }
    buckets
}

fn refused(snapshot: &Snapshot) -> Vec<Refused> {
    let refused = snapshot.refused().map(|(name, refusal)| Refused {
        name: name.to_owned(),
        what: clip(&refusal.what, SENTENCE_MAX),
        fix: clip(&refusal.fix, SENTENCE_MAX),
        older_runs: snapshot.cogs().any(|cog| cog.name() == name),
    });
    refused.collect()
}

fn faults(snapshot: &Snapshot) -> Vec<Fault> {
    let mut faults: Vec<_> = snapshot
        .cogs()
        .filter_map(|cog| {
            let fault = cog.last_fault()?;
            Some(Fault {
                cog: cog.name().to_owned(),
                at: Timestamp(fault.at),
                outcome: fault.outcome.to_owned(),
                export: fault.export.to_owned(),
                cause: clip(fault.cause(), LINE_MAX),
                detail: clip(&fault.detail, DETAIL_MAX),
            })
        })
        .collect();
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.at));
    faults
}

/// Adds up a counter over the series that carry all of some labels.
pub fn sum(family: &impl Collector, labels: &[(&str, &str)]) -> u64 {
    let mut sum = 0;
    each(family, labels, |metric| sum += counted(metric));
    sum
}

/// Shows every series of a family that carries all of some labels.
pub fn each(family: &impl Collector, labels: &[(&str, &str)], mut see: impl FnMut(&proto::Metric)) {
    for family in family.collect() {
        let carries = |metric: &&proto::Metric| {
            labels
                .iter()
                .all(|(name, value)| label(metric, name) == *value)
        };
        family
            .get_metric()
            .iter()
            .filter(carries)
            .for_each(&mut see);
    }
}

/// Returns a counter's number.
pub fn counted(metric: &proto::Metric) -> u64 {
    metric.get_counter().get_value() as u64
}

/// Returns a label's value; empty without it.
pub fn label<'a>(metric: &'a proto::Metric, name: &str) -> &'a str {
    let found = metric.get_label().iter().find(|label| label.name() == name);
    found.map_or("", |label| label.value())
}

/// Cuts a foreign text to so many characters, and shows that it did.
pub fn clip(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(max - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_cut_between_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äö…");
    }
}
