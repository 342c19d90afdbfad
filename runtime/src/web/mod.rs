//! The web side: every route in one table, with who may reach it. It reads the host's memory, writes
//! who is logged in, and does what admins want by [`crate::actions`]; it never calls a cog, and nothing
//! waits for it.
//!
//! | route                  |      | answer                                    | who        |
//! |------------------------|------|-------------------------------------------|------------|
//! | `/`                    | GET  | the dashboard                             | `Viewers`  |
//! | `/access`              | GET  | who may come in, and who is logged in     | `Admins`   |
//! | `/access/end-sessions` | POST | logs everybody out                        | `Admins`   |
//! | `/login`               | GET  | the form, or a link's button              | `Anyone`   |
//! | `/login`               | POST | logs in                                   | `Anyone`   |
//! | `/login/discord`       | GET  | sends the browser to Discord, and         | `Anyone`   |
//! | `/login/discord/return`| GET  | logs in who comes back                    | `Anyone`   |
//! | `/guilds`              | GET  | the servers that somebody manages         | `Members`  |
//! | `/guilds/{guild}`      | GET  | the cogs of one                           | `GuildViewers` |
//! | `/guilds/{guild}/{cog}`| GET  | one of them there, with its settings      | `GuildViewers` |
//! | `/guilds/{guild}/{cog}/...`| POST | `enable`, `disable`, `withhold`, `restore`, `settings`, `default` | `GuildAdmins` |
//! | `/logout`              | POST | logs out                                  | `Anyone`   |
//! | `/log`                 | GET  | the newest lines of the log               | `Viewers`  |
//! | `/timers`              | GET  | which timers wait                         | `Viewers`  |
//! | `/discord`             | GET  | what the bot asked Discord, and its limits| `Viewers`  |
//! | `/http`                | GET  | what cogs asked of web hosts              | `Viewers`  |
//! | `/changes`             | GET  | who changed what about the cogs           | `Viewers`  |
//! | `/cogs/{cog}/...`      | POST | `reload`, `rollback?to=`, `quarantine`, `release` | `Admins` |
//! | `/voice/{guild}/...`   | POST | `pause`, `resume`, `skip`, `stop`, `leave`| `Admins`   |
//! | `/live`                | GET  | what changes on a page, as events         | `Viewers`  |
//! | `/api/status`          | GET  | the dashboard as JSON: [`status::Status`] | `Viewers`  |
//! | `/api/uses`            | GET  | [`uses::Uses`] of `?range=`               | `Viewers`  |
//! | `/api/log`             | GET  | lines by a [`lines::Filter`]              | `Viewers`  |
//! | `/api/timers`          | GET  | [`timers::Timers`]                        | `Viewers`  |
//! | `/api/discord`         | GET  | [`discord::Discord`]                      | `Viewers`  |
//! | `/api/http`            | GET  | [`http::Http`]                            | `Viewers`  |
//! | `/api/changes`         | GET  | every [`changes::Change`] that is shown   | `Viewers`  |
//! | `/api/guilds`          | GET  | [`guilds::Guilds`] by [`guilds::Asked`]   | `Members`  |
//! | `/api/guilds/{guild}`  | GET  | one, with its cogs and their settings     | `GuildViewers` |
//! | `/api/openapi.json`    | GET  | what all of these take and answer         | `Viewers`  |
//! | `/metrics`             | GET  | every number, for Prometheus              | `Scrapers` |
//! | `/healthz`             | GET  | the process answers                       | `Anyone`   |
//! | `/readyz`              | GET  | the bot is connected                      | `Scrapers` |
//! | `/assets/...`          | GET  | the dashboard's style, script and icon    | `Anyone`   |

mod access;
mod actions;
pub mod changes;
mod dashboard;
pub mod discord;
mod guard;
mod guilds;
pub mod http;
pub mod lines;
mod live;
pub mod login;
mod openapi;
mod pages;
mod refusal;
mod routes;
mod serve;
mod shares;
pub mod status;
#[cfg(test)]
mod tests;
pub mod timers;
pub mod uses;
mod views;

use std::sync::Arc;
use std::time::Duration;

use crate::cog::keeper::Keeper;
use crate::cog::registry::Registry;
use crate::config::WebConfig;
use crate::host::Services;
use crate::store::Store;
use access::Door;
use live::Live;
use login::discord::Discord;

pub use routes::Serves;
pub use serve::{run, thread};

/// How long a page waits for the database before it does without.
const DATABASE_PATIENCE: Duration = Duration::from_secs(1);

/// What the web side reads.
#[derive(Clone)]
pub struct Web {
    /// The loaded cogs.
    pub registry: Arc<Registry>,
    /// Everything else that is shown.
    pub services: Arc<Services>,
    /// `run` or `dev`.
    pub mode: &'static str,
    /// The URL of the local Discord's page, in `dev`.
    pub local_discord: Option<String>,
    /// What loads cogs, where something does.
    pub keeper: Option<Arc<Keeper>>,
    door: Arc<Door>,
    live: Arc<Live>,
    discord: Option<Arc<Discord>>,
}

impl Web {
    /// Returns a web side that lets in whom the configuration names, and asks Discord at its REST
    /// interface who somebody is, where that is configured.
    pub fn new(
        registry: Arc<Registry>,
        services: Arc<Services>,
        config: WebConfig,
        api: &str,
    ) -> Result<Self, reqwest::Error> {
        let discord = match (&config.discord, &config.url) {
            (Some(login), Some(own)) => Some(Discord::new(api, login.clone(), own.as_str())?),
            _ => None,
        };
        Ok(Self {
            discord: discord.map(Arc::new),
            door: Arc::new(Door::new(config, Arc::clone(&services))),
            live: Arc::default(),
            keeper: None,
            registry,
            services,
            mode: "run",
            local_discord: None,
        })
    }

    /// Returns the database, read over connections of its own: cogs do not wait for who looks.
    fn store(&self) -> Store {
        self.services.store.apart()
    }
}
