//! All shards of the bot: how many there are, what becomes of them together, and the change from
//! one number to another.
//!
//! A bot that grows needs more shards. The new set is started beside the old one, and takes its
//! place when all of its shards are connected; until then events come from both, and dispatch
//! handles each once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serenity::model::gateway::GatewayIntents;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::identify::{StartLimit, Turns};
use super::inbox::Inbox;
use super::sessions::Sessions;
use super::shard::{One, jitter, pause};
use crate::cache::Cache;
use crate::config::{Shards, Token};
use crate::rest::{Rest, RestError, RestErrorKind, Route};
use crate::telemetry::Metrics;
use crate::voice::Voice;
use crate::ways::{ShardId, Ways};

/// Discord's close code for a bot that has too few shards.
const SHARDING_REQUIRED: u16 = 4011;

/// Why the connection ended for good, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Final {
    /// 4004, or 401 before the connection.
    #[error(
        "Discord refused the bot token\n  fix: reset it at discord.com/developers under Bot, and set DISCORD_TOKEN to the new one"
    )]
    Token,
    /// 4013 and 4014.
    #[error(
        "Discord refused the intents the cogs need ({0})\n  fix: switch on the privileged intents at discord.com/developers under Bot, or remove the cogs that need them (`cogbox inspect` tells which)"
    )]
    Intents(String),
    /// 4010, 4011 and 4012.
    #[error(
        "Discord refused the shards or the gateway's version (close code {0})\n  fix: update Cogbox, and leave out discord.shards, so that Discord says how many there should be; a shard serves 2,500 guilds at most"
    )]
    Sharding(u16),
}

impl Final {
    /// Returns what a close code says that nothing comes after.
    pub(super) fn of_close(code: Option<u16>, intents: GatewayIntents) -> Self {
        match code {
            Some(4004) => Self::Token,
            Some(code @ (4013 | 4014)) => {
                let names = intents.iter_names().map(|(name, _)| name);
                let names = names.collect::<Vec<_>>().join(", ");
                Self::Intents(format!("close code {code}: {names}"))
            }
            code => Self::Sharding(code.unwrap_or(0)),
        }
    }
}

/// What a shard works with. One for all shards.
pub struct Connection {
    /// The bot's token.
    pub token: Token,
    /// What is asked for.
    pub intents: GatewayIntents,
    /// Where to connect, when it is not Discord's own gateway.
    pub gateway: Option<String>,
    /// Which shards run here.
    pub shards: Shards,
    /// The state that events keep up to date.
    pub cache: Arc<Cache>,
    /// The calls, if there are any to come.
    pub voice: Option<Arc<Voice>>,
    /// The ways out by the shards.
    pub ways: Arc<Ways>,
    /// Every number.
    pub metrics: Arc<Metrics>,
    /// The sessions of an earlier process, and where this one keeps its own.
    pub sessions: Sessions,
    /// The wait after the first connection that does not last; it grows to sixty times this.
    pub reconnect: Duration,
    /// How long a new connection may stay silent; twice this at most.
    pub hello: Duration,
    /// How often Discord is asked whether there should be more shards.
    pub reshard: Duration,
}

#[derive(Deserialize)]
struct GatewayBot {
    shards: u32,
    session_start_limit: StartLimit,
}

/// How a shard is to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// It stays.
    Not,
    /// Its session will be resumed.
    ForNow,
    /// Its session is over.
    ForGood,
}

/// How the shards of one set do.
pub(super) struct Board {
    total: u32,
    /// Whether this is the set that the cache and the metrics tell of.
    shown: AtomicBool,
    states: Mutex<BTreeMap<u32, (bool, Option<Duration>)>>,
    changed: Notify,
}

impl Board {
    fn new(own: RangeInclusive<u32>, total: u32) -> Arc<Self> {
        Arc::new(Self {
            total,
            shown: AtomicBool::new(false),
            states: Mutex::new(own.map(|number| (number, (false, None))).collect()),
            changed: Notify::new(),
        })
    }

    pub(super) fn total(&self) -> u32 {
        self.total
    }

    pub(super) fn shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    /// Notes how a shard does.
    pub(super) fn set(
        &self,
        connection: &Connection,
        number: u32,
        connected: bool,
        latency: Option<Duration>,
    ) {
        // Under the lock, so that nothing comes between `show` and this.
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let before = states.insert(number, (connected, latency));
        if self.shown() {
            tell(connection, number, connected, latency);
        }
        if before.is_none_or(|(was, _)| was != connected) {
            self.changed.notify_one();
        }
    }

    /// Makes this the set that the cache and the metrics tell of.
    fn show(&self, connection: &Connection) {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let own = match (states.keys().next(), states.keys().next_back()) {
            (Some(&first), Some(&last)) => first..=last,
            _ => return,
        };
        connection.cache.set_shards(own, self.total);
        self.shown.store(true, Ordering::Relaxed);
        for (&number, &(connected, latency)) in states.iter() {
            tell(connection, number, connected, latency);
            let guilds = connection.cache.guilds_of(number) as i64;
            let label = number.to_string();
            connection.metrics.begin_shard(&label);
            let series = &connection.metrics.guilds;
            series.with_label_values(&[&label]).set(guilds);
        }
    }

    fn hide(&self) {
        let _states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        self.shown.store(false, Ordering::Relaxed);
    }

    /// Waits until every shard is connected.
    async fn up(&self) {
        loop {
            let up = {
                let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
                states.values().all(|(connected, _)| *connected)
            };
            if up {
                return;
            }
            self.changed.notified().await;
        }
    }
}

/// Tells the cache and the metrics how a shard does.
fn tell(connection: &Connection, shard: u32, connected: bool, latency: Option<Duration>) {
    let (cache, metrics) = (&connection.cache, &connection.metrics);
    cache.set_shard(shard, connected, latency);
    metrics.ready.set(i64::from(cache.ready()));
    let number = shard.to_string();
    let labels = &[number.as_str()];
    let connected = i64::from(connected);
    metrics
        .gateway_shard_connected
        .with_label_values(labels)
        .set(connected);
    metrics
        .discord_connected
        .with_label_values(labels)
        .set(connected);
    if let Some(latency) = latency {
        let seconds = latency.as_secs_f64();
        metrics
            .gateway_heartbeat_seconds
            .with_label_values(labels)
            .set(seconds);
        metrics
            .discord_latency_seconds
            .with_label_values(labels)
            .set(seconds);
    }
}

/// Shards that were started together.
struct Set {
    board: Arc<Board>,
    tasks: JoinSet<Result<(), Final>>,
    leave: watch::Sender<Leave>,
}

impl Set {
    fn start(connection: &Arc<Connection>, total: u32, turns: &Turns, inbox: &Inbox) -> Self {
        let own = connection.shards.own(total);
        let board = Board::new(own.clone(), total);
        let (leave, leaves) = watch::channel(Leave::Not);
        let inbox = inbox.for_set();
        let mut tasks = JoinSet::new();
        for number in own {
            let (connection, board) = (Arc::clone(connection), Arc::clone(&board));
            let ways = Arc::clone(&connection.ways);
            let one = One::new(number, connection, board, turns);
            let run = one.run(inbox.clone(), leaves.clone());
            tasks.spawn(async move {
                let ended = run.await;
                ways.close(ShardId { number, total });
                ended
            });
        }
        Self {
            board,
            tasks,
            leave,
        }
    }

    /// Waits for the end of all, or the first final refusal: what one shard is refused, all are.
    async fn ended(&mut self) -> Result<(), Final> {
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok(ended) => ended?,
                Err(error) => tracing::error!(%error, "a shard's task failed"),
            }
        }
        Ok(())
    }

    async fn leaves(mut self, how: Leave) {
        self.leave.send_replace(how);
        // Whatever a shard says now, it was on its way out.
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Asks Discord how many shards there should be, and runs them until `stop` or a final refusal.
pub async fn run(
    connection: Connection,
    turns: Turns,
    inbox: Inbox,
    rest: &Rest,
    stop: watch::Receiver<bool>,
) -> Result<(), Final> {
    let connection = Arc::new(connection);
    let asked = tokio::select! {
        plan = plan(rest, connection.reconnect) => plan?,
        () = stopped(&stop) => return Ok(()),
    };
    turns.told(&asked.session_start_limit);
    let mut total = connection.shards.total(asked.shards);
    connection.sessions.keep_only(total);
    let mut set = Set::start(&connection, total, &turns, &inbox);
    set.board.show(&connection);
    let mut coming: Option<Set> = None;
    let mut check = tokio::time::interval(connection.reshard);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    check.reset();
    let grows = connection.shards == Shards::Recommended;
    loop {
        tokio::select! {
            () = stopped(&stop) => break,
            ended = set.ended() => match ended {
                Err(Final::Sharding(SHARDING_REQUIRED)) if grows => {
                    // The old set is of no use any more.
                    set.leaves(Leave::ForGood).await;
                    let asked = tokio::select! {
                        plan = plan(rest, connection.reconnect) => plan?,
                        () = stopped(&stop) => return Ok(()),
                    };
                    if asked.shards <= total {
                        return Err(Final::Sharding(SHARDING_REQUIRED));
                    }
                    tracing::warn!(from = total, to = asked.shards, "Discord asks for more shards");
                    turns.told(&asked.session_start_limit);
                    total = asked.shards;
                    set = Set::start(&connection, total, &turns, &inbox);
                    set.board.show(&connection);
                }
                ended => return ended,
            },
            taken_over = takes_over(&mut coming) => match (taken_over, coming.take()) {
                (Ok(()), Some(new)) => {
                    set.board.hide();
                    new.board.show(&connection);
                    total = new.board.total();
                    let old = std::mem::replace(&mut set, new);
                    old.leaves(Leave::ForGood).await;
                    tracing::info!(shards = total, "the new shards have taken over");
                }
                (Err(refused), Some(new)) => {
                    new.leaves(Leave::ForGood).await;
                    tracing::warn!(%refused, "more shards can't be started; the old ones go on");
                }
                (_, None) => {}
            },
            _ = check.tick(), if grows && coming.is_none() => {
                let asked: Result<GatewayBot, RestError> = tokio::select! {
                    asked = rest.ask(Route::GatewayBot()) => asked,
                    () = stopped(&stop) => break,
                };
                // A failure is told by the layer for requests, and the next check comes.
                let Ok(asked) = asked else { continue };
                turns.told(&asked.session_start_limit);
                if asked.shards > total {
                    tracing::info!(
                        from = total,
                        to = asked.shards,
                        "Discord recommends more shards; they are started beside the old ones"
                    );
                    coming = Some(Set::start(&connection, asked.shards, &turns, &inbox));
                }
            }
        }
    }
    drop(inbox);
    let unfinished = async {
        if let Some(new) = coming {
            new.leaves(Leave::ForGood).await;
        }
    };
    tokio::join!(set.leaves(Leave::ForNow), unfinished);
    Ok(())
}

/// Waits until the bot is to stop.
async fn stopped(stop: &watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    let _ = stop.clone().wait_for(|&stop| stop).await;
}

/// Waits until a set of shards that was started beside the old one is connected, or refused.
async fn takes_over(coming: &mut Option<Set>) -> Result<(), Final> {
    let Some(set) = coming else {
        return std::future::pending().await;
    };
    let board = Arc::clone(&set.board);
    tokio::select! {
        () = board.up() => Ok(()),
        ended = set.ended() => ended,
    }
}

/// Asks until Discord says where to connect: it may be down when the bot starts.
async fn plan(rest: &Rest, first: Duration) -> Result<GatewayBot, Final> {
    for failures in 1.. {
        let error: RestError = match rest.ask(Route::GatewayBot()).await {
            Ok(plan) => return Ok(plan),
            Err(error) => error,
        };
        if error.kind == RestErrorKind::Unauthorized {
            return Err(Final::Token);
        }
        let wait = pause(failures, first, jitter()).max(error.retry_after.unwrap_or_default());
        tracing::warn!(
            error = error.message,
            seconds = wait.as_secs(),
            "Discord does not say where to connect, and is asked again; see discordstatus.com"
        );
        tokio::time::sleep(wait).await;
    }
    unreachable!("the loop ends by returning")
}
