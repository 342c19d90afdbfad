//! The host's side of the contract: one file per WIT interface, all implemented on [`Guest`], the
//! data of one call's store. Its siblings depend on this file, never it on them.
//!
//! Every method begins with [`Guest::require`], which knows the grants of the cog and the origin of
//! the call.

pub mod answer;
mod bot;
mod bot_account;
mod caps;
mod channels;
mod clock;
pub mod convert;
pub mod grants;
mod guild_commands;
mod guilds;
mod http;
pub mod interactions;
mod invites;
mod log;
mod member_edit;
mod members;
mod message_admin;
mod messages;
mod metrics;
mod moderation;
pub mod owner;
pub mod per_guild;
mod player;
mod player_sites;
mod player_url;
pub mod powers;
mod random;
pub mod rights;
mod roles;
pub mod schedule;
mod settings;
mod shared_store;
mod stdio;
mod store;
mod threads;
mod wasi_http;

pub(crate) use log::tame_lines;

use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime};

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::{Error, ErrorKind};
use serenity::model::id::{ChannelId, GuildId, UserId};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtxView, WasiView};

use crate::cache::Cache;
use crate::clock::Clock;
use crate::cog::limits::MemoryLimit;
use crate::commands::{Cooldowns, GuildCommands, Uses};
use crate::config::{Hosts, Limits};
use crate::minutes::Minutes;
use crate::outgoing::Outgoing;
use crate::rest::{Request, Rest, RestError, RestErrorKind, Route};
use crate::settings::Form;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::voice::Voice;
use crate::ways::Ways;
use grants::{Buckets, Interface, Interfaces};
use per_guild::PerGuild;
use powers::Powers;
pub use rights::Invoker;
use schedule::Schedule;

/// Most calls into the host that one call of a cog may make.
const HOST_CALLS_MAX: u32 = 250_000;

/// What the host keeps for one instance behind handles: interactions, and what WASI has. It lies
/// outside of the guest's memory.
pub const HANDLES_MAX: usize = 1_000;

/// What every guest is served from. One for the process.
pub struct Services {
    /// The database.
    pub store: Store,
    /// Requests to Discord.
    pub rest: Rest,
    /// Requests to the web.
    pub outgoing: Arc<Outgoing>,
    /// What is known of guilds.
    pub cache: Arc<Cache>,
    /// What their admins chose.
    pub per_guild: PerGuild,
    /// The commands that only one guild has.
    pub guild_commands: GuildCommands,
    /// How often commands were used of late.
    pub cooldowns: Cooldowns,
    /// The uses of commands that are under way.
    pub uses: Uses,
    /// The ways out by the shards.
    pub ways: Arc<Ways>,
    /// The calls, once a cog is loaded that plays something.
    pub voice: OnceLock<Arc<Voice>>,
    /// How often commands were used, minute by minute.
    pub minutes: Arc<Minutes>,
    /// Every number.
    pub metrics: Arc<Metrics>,
    /// The wall clock.
    pub clock: Clock,
    /// What sets timers and what fires them share.
    pub schedule: Schedule,
    /// When the process started.
    pub started: SystemTime,
    /// Who owns the application, the first above all, once somebody asked.
    pub owners: tokio::sync::OnceCell<Vec<UserId>>,
}

/// Who a cog is to the host: the operator's name for it and what it was granted.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The operator's key. Grants, data and button ids belong to it.
    pub name: String,
    /// What it may import.
    pub granted: Interfaces,
    /// The buckets of the shared store that it may use.
    pub buckets: Buckets,
    /// The web hosts it may reach.
    pub hosts: Hosts,
    /// Which of the host's rules do not hold for it.
    pub powers: Powers,
    /// What it may use.
    pub limits: Limits,
    /// Whether it is on in guilds whose admins did not choose.
    pub everywhere: bool,
    /// The settings it declared; empty while it is asked for them.
    pub settings: Form,
}

/// What started a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Loading: the cog is asked what it offers, and may call nothing but the log.
    Declare,
    /// Someone used a command, a component or a modal.
    Interaction,
    /// Something happened in Discord.
    Event,
    /// A timer was due.
    Timer,
}

/// Where a call came from. Host calls stay inside its guild.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// What started the call.
    pub trigger: Trigger,
    /// The guild it came from; none for direct messages.
    pub guild: Option<GuildId>,
    /// The channel it came from.
    pub channel: Option<ChannelId>,
    /// Who did it.
    pub invoker: Option<UserId>,
}

impl Origin {
    /// The origin of `declare`.
    pub const DECLARE: Self = Self {
        trigger: Trigger::Declare,
        guild: None,
        channel: None,
        invoker: None,
    };
}

/// The data of one call's store.
pub struct Guest {
    /// Whose call it is.
    pub identity: Arc<Identity>,
    /// Where the call came from.
    pub origin: Origin,
    /// What serves it.
    pub services: Arc<Services>,
    /// The resources the guest holds.
    pub table: ResourceTable,
    /// What its memories take together.
    pub memory: MemoryLimit,
    /// Whoever used a command in a guild, as Discord showed them.
    invoker: Option<Invoker>,
    /// Bytes of log lines left in this call.
    log_budget: usize,
    /// Calls into the host so far.
    host_calls: u32,
    /// When the call is ended.
    deadline: Instant,
    wasi: Option<stdio::Wasi>,
    wasi_http: Option<wasi_http::WasiHttp>,
}

/// A call into the host that has no way to say no, and was not allowed.
#[derive(Debug, thiserror::Error)]
#[error("the cog called {} {why}", interface.full_name())]
pub struct Denied {
    interface: Interface,
    why: &'static str,
}

/// More calls into the host than one call may make.
#[derive(Debug, thiserror::Error)]
#[error("the cog called the host more than {HOST_CALLS_MAX} times in one call")]
pub struct Flood;

impl Guest {
    /// Makes the data of a fresh store.
    pub fn new(identity: Arc<Identity>, origin: Origin, services: Arc<Services>) -> Self {
        let memory = MemoryLimit::new(identity.limits.memory);
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES_MAX);
        let mut guest = Self {
            identity,
            origin,
            services,
            table,
            memory,
            invoker: None,
            log_budget: 0,
            host_calls: 0,
            deadline: Instant::now(),
            wasi: None,
            wasi_http: None,
        };
        guest.begin(origin);
        guest
    }

    /// Readies the data for another call in a kept instance.
    pub fn begin(&mut self, origin: Origin) {
        self.log_printed();
        self.origin = origin;
        self.invoker = None;
        self.log_budget = log::BUDGET;
        self.host_calls = 0;
        self.deadline = Instant::now() + self.identity.limits.wall;
    }

    /// Whether nothing of a call is left that the host would have to keep beside the instance.
    pub fn is_at_rest(&self) -> bool {
        self.wasi_http
            .as_ref()
            .is_none_or(|http| !http.holds_bodies())
    }

    /// The first line of every method that returns a `result`: refuses with `denied` what is not
    /// granted or not allowed at this time.
    pub fn require(&mut self, interface: Interface) -> Result<(), Fault> {
        self.count_call()?;
        match self.refusal(interface) {
            None => Ok(()),
            Some(denied) => Err(Fault::Told(denied.told())),
        }
    }

    /// The same for a method that can't return an error: it ends the call.
    pub fn require_or_trap(&mut self, interface: Interface) -> wasmtime::Result<()> {
        self.count_call()?;
        match self.refusal(interface) {
            None => Ok(()),
            Some(denied) => Err(wasmtime::Error::new(denied)),
        }
    }

    /// Refuses a guild that is not the call's own, unless the cog may act across guilds.
    pub fn require_guild(&self, interface: Interface, guild: GuildId) -> Result<(), Fault> {
        let anywhere = self.identity.powers.across_guilds;
        let why = match self.origin.guild {
            Some(own) if own == guild => return Ok(()),
            _ if anywhere && !self.services.cache.is_in(guild) => "the bot is not in that guild",
            _ if anywhere && !self.services.per_guild.is_on(&self.identity, Some(guild)) => {
                "this cog is switched off in that guild"
            }
            _ if anywhere => return Ok(()),
            Some(_) => "this call came from another guild, and stays in it",
            None => "this call came from no guild, and reaches none",
        };
        Err(self.denied(interface, why))
    }

    /// Returns the way to Discord, in the name of this cog and whoever it works for.
    pub fn rest(&self) -> Rest {
        let rest = self.services.rest.by(&self.identity.name);
        rest.asked_by(self.origin.invoker)
    }

    /// Refuses a channel that is neither the call's own nor of a guild that the call reaches, and
    /// returns that guild; `None` for the call's own direct message.
    pub async fn require_channel(
        &mut self,
        interface: Interface,
        channel: ChannelId,
    ) -> Result<Option<GuildId>, Fault> {
        if self.origin.channel == Some(channel) {
            return Ok(self.origin.guild);
        }
        let anywhere = self.identity.powers.across_guilds;
        if self.origin.guild.is_none() && !anywhere {
            let why = "this call came from no guild, and stays in its channel";
            return Err(self.denied(interface, why));
        }
        let found = self.services.cache.guild_of(channel, &self.rest()).await;
        match found.map_err(told)? {
            Some(guild) if anywhere || self.origin.guild == Some(guild) => {
                self.require_guild(interface, guild)?;
                Ok(Some(guild))
            }
            _ => {
                let why = "that channel is not of the guild this call came from";
                Err(self.denied(interface, why))
            }
        }
    }

    /// The same for what happens in guilds alone.
    pub async fn require_guild_channel(
        &mut self,
        interface: Interface,
        channel: ChannelId,
    ) -> Result<GuildId, Fault> {
        let guild = self.require_channel(interface, channel).await?;
        guild.ok_or_else(|| invalid("that is a direct message, where this does not exist"))
    }

    /// Has Discord do something of which nothing comes back.
    async fn act(
        &mut self,
        route: Route,
        body: Option<serde_json::Value>,
        reason: Option<String>,
    ) -> Result<(), Fault> {
        let request = Request::explained(route, body, reason);
        self.rest().send(request).await.map(drop).map_err(told)
    }

    /// Counts a call that left its origin, and tells the guest.
    fn denied(&self, interface: Interface, why: &str) -> Fault {
        let (metrics, cog) = (&self.services.metrics, self.identity.name.as_str());
        metrics
            .cog_denied_total
            .with_label_values(&[cog, interface.name()])
            .inc();
        denied(why)
    }

    fn count_call(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        match self.host_calls > HOST_CALLS_MAX {
            true => Err(wasmtime::Error::new(Flood)),
            false => Ok(()),
        }
    }

    fn refusal(&self, interface: Interface) -> Option<Denied> {
        refusal(&self.identity, &self.services, self.origin, interface)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.log_printed();
    }
}

/// Counts a call into the host, and returns why it is not allowed, if it is not.
fn refusal(
    identity: &Identity,
    services: &Services,
    origin: Origin,
    interface: Interface,
) -> Option<Denied> {
    let declaring = origin.trigger == Trigger::Declare && interface != Interface::Log;
    let per_guild = &services.per_guild;
    let withholds = |guild| per_guild.withholds(&identity.name, guild, interface);
    let withheld = origin.guild.is_some_and(withholds);
    let why = match () {
        () if declaring => Some("while it declared its commands, when nothing may be called"),
        () if !identity.granted.contains(interface) => Some("without being granted it"),
        () if withheld => Some("which an admin of this server withholds from it"),
        () => None,
    };
    let (metrics, cog) = (&services.metrics, identity.name.as_str());
    let outcome = if why.is_some() { "denied" } else { "served" };
    metrics
        .cog_host_calls_total
        .with_label_values(&[cog, interface.name(), outcome])
        .inc();
    let why = why?;
    metrics
        .cog_denied_total
        .with_label_values(&[cog, interface.name()])
        .inc();
    Some(Denied { interface, why })
}

impl Denied {
    fn told(&self) -> Error {
        error(ErrorKind::Denied, self.to_string())
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let wasi = self.wasi.get_or_insert_with(stdio::Wasi::new);
        WasiCtxView {
            ctx: &mut wasi.ctx,
            table: &mut self.table,
        }
    }
}

impl cogbox_world::cogbox::host::basics::Host for Guest {
    fn convert_error(&mut self, fault: Fault) -> wasmtime::Result<Error> {
        match fault {
            Fault::Told(error) => Ok(error),
            Fault::Trap(error) => Err(error),
        }
    }
}

/// Returns an error for the guest.
pub fn error(kind: ErrorKind, message: impl Into<String>) -> Error {
    Error {
        kind,
        message: message.into(),
        discord_code: None,
        retry_after_ms: None,
    }
}

/// Returns a fault that tells the guest its argument was wrong.
pub fn invalid(message: impl Into<String>) -> Fault {
    Fault::Told(error(ErrorKind::Invalid, message))
}

/// What a function that this host does not serve yet answers.
pub fn unsupported<T>(function: &str) -> Result<T, Fault> {
    let sentence = format!("this host does not serve {function}");
    Err(Fault::Told(error(ErrorKind::Unsupported, sentence)))
}

fn denied(message: &str) -> Fault {
    Fault::Told(error(ErrorKind::Denied, message))
}

/// Returns what the guest is told of a failed request.
pub fn told(failed: RestError) -> Fault {
    let kind = match failed.kind {
        RestErrorKind::NotFound => ErrorKind::NotFound,
        RestErrorKind::Forbidden => ErrorKind::Forbidden,
        RestErrorKind::Invalid => ErrorKind::Invalid,
        RestErrorKind::RateLimited => ErrorKind::RateLimited,
        RestErrorKind::Unauthorized | RestErrorKind::Unavailable | RestErrorKind::Banned => {
            ErrorKind::Unavailable
        }
    };
    let millis = failed
        .retry_after
        .map(|wait| wait.as_millis().min(u32::MAX.into()) as u32);
    Fault::Told(Error {
        discord_code: failed.code,
        retry_after_ms: millis,
        ..error(kind, failed.message)
    })
}

/// Parses an id as the contract writes it.
pub fn id(what: &str, text: &str) -> Result<u64, Fault> {
    match text.parse::<u64>() {
        Ok(id) if id != 0 && id != u64::MAX && text.bytes().all(|b| b.is_ascii_digit()) => Ok(id),
        _ => {
            let shown: String = text.chars().take(40).collect();
            Err(invalid(format!(
                "`{}` is not the id of a {what}",
                shown.escape_debug()
            )))
        }
    }
}

/// Returns seconds since 1970 as the contract's timestamp.
pub fn timestamp(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
