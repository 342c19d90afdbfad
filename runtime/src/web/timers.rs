//! Which timers wait: the dashboard's list, and `/api/timers`. What a cog calls a timer and what it
//! keeps with it may be about people, and is not told.

use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::Serialize;
use serenity::model::id::GuildId;

use super::Web;
use super::status::{NAME_MAX, Timestamp, clip};
use crate::store::{Repeat, StoreError, Timer};
use crate::timers::held;

/// Late timers that are named, and as many that come next.
pub const SHOWN: u32 = 100;
/// A timer is late when it was due so long ago, in milliseconds: the rest are on their way.
const LATE: i64 = 5_000;
/// Longest rhythm that is shown, in characters.
const RHYTHM_MAX: usize = 100;

/// The timers that wait.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Timers {
    /// When this was taken.
    pub at: Timestamp,
    /// All of them.
    pub total: u64,
    /// How many each cog has, by name.
    pub cogs: Vec<OfCog>,
    /// The late ones, those that wait longest first. At most 100.
    pub late: Vec<Waiting>,
    /// Those that are due next, in order. At most 100.
    pub next: Vec<Waiting>,
}

/// The timers of one cog.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TimersOfCog")]
pub struct OfCog {
    /// Whose.
    pub cog: String,
    /// How many.
    pub timers: u64,
    /// How many of them are late.
    pub late: u64,
    /// When the first of the others is due.
    pub next: Option<Timestamp>,
}

/// A timer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Waiting {
    /// Whose.
    pub cog: String,
    /// In which server; none for a cog's own.
    pub guild: Option<String>,
    /// What that server is called, as far as it is kept. At most 100 characters.
    pub guild_name: Option<String>,
    /// When it is due.
    pub due: Timestamp,
    /// How it goes on after that, such as `every 600 s` or `0 8 * * * (Europe/Vienna)`; none for once.
    /// At most 100 characters.
    pub repeats: Option<String>,
    /// Why it can't fire, such as `the cog is off there`; none when it can.
    pub held: Option<&'static str>,
}

impl Timers {
    /// Reads them.
    pub async fn of(web: &Web) -> Result<Self, StoreError> {
        let (services, snapshot) = (&web.services, web.registry.snapshot());
        let now = services.clock.millis();
        let until = now - LATE;
        let store = web.store();
        let cogs = store.timers_waiting(until).await?;
        let late = store.due_timers(i64::MIN, until, None, SHOWN).await?;
        let next = store.due_timers(until, i64::MAX, None, SHOWN).await?;
        let waiting = |timer: Timer| {
            let guild = (timer.key.guild != 0).then(|| GuildId::new(timer.key.guild));
            let known = guild.and_then(|guild| services.cache.guild(guild));
            Waiting {
                guild: guild.map(|guild| guild.to_string()),
                guild_name: known.map(|known| clip(&known.name, NAME_MAX)),
                due: moment(timer.due),
                held: held(services, &snapshot, &timer.key).map(|held| held.words()),
                repeats: repeats(timer.repeat),
                cog: timer.key.cog,
            }
        };
        Ok(Self {
            at: moment(now),
            total: cogs.values().map(|of| of.timers).sum(),
            cogs: cogs
                .into_iter()
                .map(|(cog, of)| OfCog {
                    cog,
                    timers: of.timers,
                    late: of.late,
                    next: of.next.map(moment),
                })
                .collect(),
            late: late.into_iter().map(waiting).collect(),
            next: next.into_iter().map(waiting).collect(),
        })
    }
}

fn moment(millis: i64) -> Timestamp {
    let since = Duration::from_millis(millis.max(0).unsigned_abs());
    let at = SystemTime::UNIX_EPOCH.checked_add(since);
    Timestamp(at.unwrap_or(SystemTime::UNIX_EPOCH))
}

fn repeats(repeat: Repeat) -> Option<String> {
    let told = match repeat {
        Repeat::Once => return None,
        Repeat::Every(millis) => format!("every {} s", millis / 1_000),
        Repeat::Cron { expression, zone } => format!("{expression} ({zone})"),
    };
    Some(clip(&told, RHYTHM_MAX))
}
