//! Who asks, and whether they may: every request passes [`Door::admit`] before its route sees it.
//!
//! 1. The Host is one of ours, or a page of others was made to point here.
//! 2. Who it is: by being on this machine, by a session, or by the word of a trusted proxy.
//! 3. What the route's rule asks of them.
//! 4. What changes something comes from a page of ours.

mod attempts;
mod forwarding;
mod hosts;
mod managers;
mod proxied;
mod same_origin;
mod visitor;

use std::net::IpAddr;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::SystemTime;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use serenity::model::id::GuildId;
use tokio::sync::Semaphore;

use super::login::cookie;
use super::refusal::Refused;
use crate::config::{Auth, WebConfig};
use crate::host::Services;

pub use attempts::{Attempts, network};
pub use forwarding::Via;
use managers::Managers;
pub use visitor::{May, Visitor};

/// The two ends of a connection, as the kernel knows them.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// Who connected.
    pub peer: IpAddr,
    /// The address that they connected to.
    pub local: IpAddr,
}

/// Who may reach a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody, also without a login. It must tell nothing of the bot.
    Anyone,
    /// Who may see everything.
    Viewers,
    /// Who may do everything.
    Admins,
    /// Who logged in by Discord, and those who see everything.
    Members,
    /// Those of them who manage the guild that the path names, and those who see everything.
    GuildViewers,
    /// Who manages the guild that the path names, and those who may do everything.
    GuildAdmins,
    /// Those who see everything, and programs on this machine and in the networks of
    /// `[web.metrics] allow` that did not come through a proxy.
    Scrapers,
}

/// What is known at the door.
pub struct Door {
    /// What the operator configured.
    pub config: WebConfig,
    /// How often somebody tried to log in of late.
    pub attempts: Attempts,
    /// Whose turn it is to have a token checked, which takes memory and time.
    pub checking: Semaphore,
    managers: Managers,
    services: Arc<Services>,
}

/// Somebody who may come in, and how they came.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Who they are.
    pub visitor: Visitor,
    /// How they came.
    pub via: Via,
}

impl Door {
    /// Returns a door with nobody in front of it.
    pub fn new(config: WebConfig, services: Arc<Services>) -> Self {
        Self {
            config,
            attempts: Attempts::default(),
            checking: Semaphore::new(1),
            managers: Managers::default(),
            services,
        }
    }

    /// Returns the time now.
    pub fn now(&self) -> SystemTime {
        self.services.clock.now()
    }

    /// Tells whether many may come from one address at the same time: programs on this machine, those
    /// that read the numbers, and a proxy, behind which everybody is.
    pub fn is_shared(&self, peer: IpAddr) -> bool {
        let config = &self.config;
        let mut known = config.trusted_proxies.iter().chain(&config.metrics.allow);
        peer.is_loopback() || known.any(|network| network.contains(&peer))
    }

    /// Notes that somebody's say on who they are was not taken.
    pub fn failed(&self) {
        let mode = [self.config.auth.name()];
        let failures = &self.services.metrics.auth_failures_total;
        failures.with_label_values(&mode).inc();
    }

    /// Lets a request in under a rule, or says why not.
    pub async fn admit(&self, who: Who, request: &Parts) -> Result<Admitted, Refused> {
        // `serve` puts them beside every request. Without them nobody can be told apart.
        let ends = *request.extensions.get::<Ends>().ok_or_else(|| {
            let sentence = "Cogbox does not know where this request came from.";
            Refused::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
        })?;
        let headers = &request.headers;
        let host = hosts::check(&self.config, ends, &request.uri, headers)?;
        let via = Via::of(&self.config, ends, &host, headers);
        let visitor = match self.identify(&via, headers).await {
            Ok(visitor) => visitor,
            Err(refused) => {
                if refused.status.is_client_error() {
                    self.failed();
                }
                return Err(refused);
            }
        };
        let guild = guild_of(request.uri.path());
        self.check(who, guild, &visitor, &via)?;
        let reads = matches!(request.method, Method::GET | Method::HEAD);
        if !reads && !same_origin::is_ours(headers, &host, via.https) {
            return Err(Refused::new(
                StatusCode::FORBIDDEN,
                "Changes are made from Cogbox's own pages alone. Go back to the page and try again there.",
            ));
        }
        if let (Who::GuildViewers | Who::GuildAdmins, Some(guild)) = (who, guild) {
            self.check_manager(guild, &visitor, !reads).await?;
        }
        Ok(Admitted { visitor, via })
    }

    /// Refuses who logged in by Discord and does not manage a guild any more.
    async fn check_manager(
        &self,
        guild: GuildId,
        visitor: &Visitor,
        changes: bool,
    ) -> Result<(), Refused> {
        let Some(user) = visitor.user else {
            return Ok(());
        };
        // Of a guild that the bot is not in there is nothing to see.
        if !self.services.cache.is_in(guild) {
            return Ok(());
        }
        let asked = self.managers.manages(&self.services, guild, user, changes);
        match asked.await {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.failed();
                let sentence = "You do not manage this server. Yours are at /guilds.";
                Err(Refused::new(StatusCode::FORBIDDEN, sentence))
            }
            Err(error) => {
                let error = error.message;
                tracing::warn!(error, "Discord does not say who manages a server");
                let sentence =
                    "Discord does not say whether you manage this server. Try again in a moment.";
                Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, sentence))
            }
        }
    }

    async fn identify(&self, via: &Via, headers: &HeaderMap) -> Result<Visitor, Refused> {
        match self.config.auth {
            Auth::None => Ok(match self.config.everybody || via.is_local() {
                true => Visitor::operator(),
                false => Visitor::nobody(),
            }),
            Auth::Proxy => {
                let named = proxied::visitor(&self.config, via, headers)?;
                if named.may > May::Nothing || !via.trusted || self.config.discord.is_none() {
                    return Ok(named);
                }
                // Who may nothing by the proxy's word may have logged in by Discord. A session by
                // the token is of another time, when there was no proxy.
                let member = self.by_session(via, headers).await?;
                Ok(if member.is_member() { member } else { named })
            }
            Auth::Token => self.by_session(via, headers).await,
        }
    }

    async fn by_session(&self, via: &Via, headers: &HeaderMap) -> Result<Visitor, Refused> {
        let Some(digest) = cookie::session(headers, via.https) else {
            return Ok(Visitor::nobody());
        };
        let found = self
            .services
            .store
            .apart()
            .session(digest, self.now())
            .await;
        let found = found.map_err(|error| {
            tracing::warn!(%error, "the database does not say who is logged in");
            let sentence = "The database does not answer. Try again in a moment.";
            Refused::new(StatusCode::SERVICE_UNAVAILABLE, sentence)
        })?;
        Ok(found.map_or_else(Visitor::nobody, |session| {
            Visitor::logged_in(digest, session)
        }))
    }

    fn check(
        &self,
        who: Who,
        guild: Option<GuildId>,
        visitor: &Visitor,
        via: &Via,
    ) -> Result<(), Refused> {
        let enough = match who {
            Who::Anyone => true,
            Who::Viewers => visitor.may >= May::View,
            Who::Admins => visitor.may >= May::Administer,
            Who::Members => visitor.may >= May::View || visitor.is_member(),
            Who::GuildViewers => visitor.sees(guild),
            Who::GuildAdmins => visitor.changes(guild),
            Who::Scrapers => visitor.may >= May::View || self.is_scraper(via),
        };
        if enough {
            return Ok(());
        }
        let refused = self.why_not(who, visitor, via);
        // Who comes for the first time has said nothing yet that could be wrong.
        if !refused.to_login {
            self.failed();
        }
        Err(refused)
    }

    /// Tells whether a program may read the numbers without a login. A proxy on this machine is no
    /// such program, even if it adds no header of its own.
    fn is_scraper(&self, via: &Via) -> bool {
        let mut named = self.config.metrics.allow.iter();
        let named = named.any(|network| network.contains(&via.peer));
        !via.forwarded && (named || (via.is_local() && !via.trusted))
    }

    fn why_not(&self, who: Who, visitor: &Visitor, via: &Via) -> Refused {
        let header = &self.config.user_header;
        if visitor.is_member() {
            let sentence = match who {
                Who::GuildViewers | Who::GuildAdmins => {
                    "You did not manage this server when you logged in. Yours are at /guilds."
                }
                _ => {
                    "This is for those who run the bot. The servers that you manage are at /guilds."
                }
            };
            return Refused::new(StatusCode::FORBIDDEN, sentence);
        }
        let theirs = matches!(who, Who::Members | Who::GuildViewers | Who::GuildAdmins);
        if theirs && self.config.discord.is_some() && visitor.name.is_none() {
            return Refused::to_login();
        }
        let (status, sentence) = match (self.config.auth, &visitor.name) {
            (Auth::None, _) if !via.peer.is_loopback() => {
                (StatusCode::FORBIDDEN, UNKNOWN_SCRAPER.to_owned())
            }
            (Auth::None, _) => (
                StatusCode::FORBIDDEN,
                "This request came through a proxy, and there is no login. Open Cogbox on the \
                 machine it runs on, or write auth = \"token\" or \"proxy\" under [web] in cogbox.toml."
                    .to_owned(),
            ),
            (Auth::Token, None) if who == Who::Scrapers => {
                (StatusCode::UNAUTHORIZED, UNKNOWN_SCRAPER.to_owned())
            }
            (Auth::Token, _) => return Refused::to_login(),
            (Auth::Proxy, Some(name)) if visitor.may == May::Nothing => (
                StatusCode::FORBIDDEN,
                format!(
                    "{name} may not see this dashboard. Its operator can name you, or a group of \
                     yours, under [web] in cogbox.toml."
                ),
            ),
            (Auth::Proxy, Some(name)) => (
                StatusCode::FORBIDDEN,
                format!("{name} may look, and this is for admins alone."),
            ),
            (Auth::Proxy, None) if who == Who::Scrapers => {
                (StatusCode::UNAUTHORIZED, UNKNOWN_SCRAPER.to_owned())
            }
            (Auth::Proxy, None) if via.trusted => (
                StatusCode::UNAUTHORIZED,
                format!(
                    "The proxy does not say who you are: it sent no {header}. Log in there, and \
                     have it pass that header on."
                ),
            ),
            (Auth::Proxy, None) => (
                StatusCode::FORBIDDEN,
                "This dashboard is reached by its proxy, where you log in. Open its address there."
                    .to_owned(),
            ),
        };
        Refused::new(status, sentence)
    }
}

/// Returns the guild that a path names: `/guilds/{guild}` and what lies below, also under `/api`.
fn guild_of(path: &str) -> Option<GuildId> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let id = path.strip_prefix("/guilds/")?.split('/').next()?;
    Some(GuildId::from(id.parse::<NonZeroU64>().ok()?))
}

const UNKNOWN_SCRAPER: &str = "The numbers are read with a login, on this machine, or from the \
     networks under [web.metrics] allow in cogbox.toml, and not through a proxy.";

#[cfg(test)]
mod tests;
