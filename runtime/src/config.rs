//! What the operator configured: `cogbox.toml`, then the environment, checked as a whole before
//! any port is bound. `environment` alone reads the environment.

pub mod commands;
pub mod edit;
mod environment;
pub mod hosts;
pub mod limits;
pub mod problem;
pub mod secrets;
pub mod shards;
pub mod units;
pub mod voice;
pub mod web;
pub mod yt_dlp;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

pub use commands::{CommandConfig, Concurrency, Cooldown, Per};
pub use environment::{Environment, Token, cache_folder};
pub use hosts::Hosts;
pub use limits::Limits;
pub use problem::{Problem, Source};
pub use shards::Shards;
pub use voice::{Resolver, VoiceConfig};
pub use web::{Auth, DEFAULT_WEB, DiscordLogin, WebConfig, loopback};
pub use yt_dlp::{Site, YtDlp};

/// The database's path unless it is configured.
pub const DEFAULT_STORE: &str = "data/cogbox.db";
/// How long the data of guilds that the bot left are kept unless it is configured.
pub const KEEP_LEFT_GUILDS: Duration = Duration::from_secs(30 * 86_400);

/// Everything that was configured, valid as a whole.
#[derive(Debug, Clone)]
pub struct Config {
    /// The shards that run in this process.
    pub shards: Shards,
    /// The base of a proxy that Discord's REST interface is reached through, without `/api`.
    pub rest_proxy: Option<String>,
    /// Where the dashboard listens, and who may come in.
    pub web: WebConfig,
    /// The database. Its folder is the data directory, with the cache of compiled cogs.
    pub store: PathBuf,
    /// How long the data of guilds that the bot left are kept.
    pub keep_left_guilds: Duration,
    /// What is played, and how.
    pub voice: VoiceConfig,
    /// The cogs, by the operator's own names for them.
    pub cogs: BTreeMap<String, CogConfig>,
    /// The lock file, beside the configuration.
    pub lock: PathBuf,
}

/// One `[cogs.NAME]` table.
#[derive(Debug, Clone)]
pub struct CogConfig {
    /// The component's file.
    pub source: PathBuf,
    /// The interfaces granted, by their short names.
    pub grant: Grant,
    /// The web hosts it may reach. One of them is also the grant of `http`.
    pub http: Hosts,
    /// Whether an instance serves one call, or calls of one guild.
    pub isolation: Isolation,
    /// What it may use.
    pub limits: Limits,
    /// Whether it is on in guilds whose admins did not choose.
    pub everywhere: bool,
    /// What the operator changes of its commands, by their names.
    pub commands: BTreeMap<String, CommandConfig>,
}

/// What a cog is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Whatever it asks for: only `cogbox dev` gives this.
    All,
    /// These interfaces and no others.
    Only(Vec<String>),
}

/// How long an instance of a cog lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// A fresh instance for every call.
    #[default]
    Call,
    /// Kept for one guild, and never used for another. Calls without a guild get a fresh one.
    Guild,
}

impl CogConfig {
    /// Returns the configuration of a cog in `cogbox dev`: every ask granted, and the web hosts that
    /// its author names; default limits.
    pub fn dev(source: PathBuf) -> Self {
        let (grant, isolation, limits) = (Grant::All, Isolation::Call, Limits::default());
        Self {
            source,
            grant,
            http: Hosts::default(),
            isolation,
            limits,
            everywhere: true,
            commands: BTreeMap::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    discord: DiscordTable,
    #[serde(default)]
    web: web::Written,
    #[serde(default)]
    store: StoreTable,
    #[serde(default)]
    voice: voice::Written,
    #[serde(default)]
    cogs: BTreeMap<Spanned<String>, Spanned<CogTable>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DiscordTable {
    token: Option<Spanned<toml::Value>>,
    shards: Option<Spanned<String>>,
    rest_proxy: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StoreTable {
    path: Option<PathBuf>,
    keep_left_guilds: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CogTable {
    source: Spanned<String>,
    #[serde(default)]
    grant: Vec<Spanned<String>>,
    #[serde(default)]
    http: Vec<Spanned<String>>,
    #[serde(default)]
    isolation: Isolation,
    #[serde(default)]
    guilds: Guilds,
    #[serde(default)]
    commands: BTreeMap<String, commands::Written>,
    limits: Option<Spanned<limits::Written>>,
}

/// Where a cog is on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Guilds {
    /// Everywhere, until an admin switches it off.
    #[default]
    All,
    /// Nowhere, until an admin switches it on.
    Chosen,
}

impl Config {
    /// Reads and checks the file, then lays the environment over it.
    ///
    /// `known_grant` tells whether an interface can be granted at all, so that a misspelt name is
    /// found here and not when the cog loads.
    pub fn load(
        path: &Path,
        env: &Environment,
        known_grant: impl Fn(&str) -> bool,
    ) -> Result<Self, Problem> {
        Self::from_source(&Source::read(path)?, env, known_grant)
    }

    /// Checks a text like a file that was read.
    pub fn from_source(
        source: &Source,
        env: &Environment,
        known_grant: impl Fn(&str) -> bool,
    ) -> Result<Self, Problem> {
        let file: File = source.parse()?;
        if let Some(token) = file.discord.token {
            return Err(source.at(
                Some(token.span()),
                "a bot token doesn't belong in this file, which gets copied and shared",
                "remove it, reset it at Discord if the file was ever shared, and set \
                 DISCORD_TOKEN or DISCORD_TOKEN_FILE instead",
            ));
        }
        let shards = match &file.discord.shards {
            Some(shards) => Shards::parse(shards.get_ref())
                .map_err(|(what, fix)| source.at(Some(shards.span()), what, fix))?,
            None => Shards::default(),
        };
        let rest_proxy = match &file.discord.rest_proxy {
            Some(proxy) => Some(
                proxy_base(proxy.get_ref())
                    .map_err(|(what, fix)| source.at(Some(proxy.span()), what, fix))?,
            ),
            None => None,
        };
        let base = source.path.parent().unwrap_or(Path::new(""));
        let web = file.web.read(source, env)?;
        let keep_left_guilds = match &file.store.keep_left_guilds {
            Some(days) => units::days(days.get_ref()).map_err(|what| {
                let fix = "write a number of days from 1 to 36500, such as \"30d\"";
                source.at(Some(days.span()), what, fix)
            })?,
            None => KEEP_LEFT_GUILDS,
        };
        let voice = file.voice.read(base);
        let voice = voice.map_err(|(span, what, fix)| source.at(Some(span), what, fix))?;
        let mut cogs = BTreeMap::new();
        for (name, table) in file.cogs {
            if let Err((what, fix)) = check_name(name.get_ref()) {
                return Err(source.at(Some(name.span()), what, fix));
            }
            let table = table.into_inner();
            if table.source.get_ref().contains("://") {
                return Err(source.at(
                    Some(table.source.span()),
                    "a cog's source is a file in this version",
                    "download the component and write its path",
                ));
            }
            for grant in &table.grant {
                if !known_grant(grant.get_ref()) {
                    let name = grant.get_ref();
                    let fix = match name.starts_with("shared-store") {
                        true => "name each bucket, such as \"shared-store.bank\"",
                        false => "see what the cog asks for with `cogbox inspect FILE`",
                    };
                    return Err(source.at(
                        Some(grant.span()),
                        format!("`{name}` is not an interface that can be granted"),
                        fix,
                    ));
                }
            }
            let http = hosts::granted(source, &table.http, &table.grant)?;
            let limits = match &table.limits {
                None => Limits::default(),
                Some(written) => written
                    .get_ref()
                    .over(Limits::default())
                    .map_err(|(what, fix)| source.at(Some(written.span()), what, fix))?,
            };
            let mut commands = BTreeMap::new();
            for (command, written) in &table.commands {
                let read = written.read();
                let read = read.map_err(|(span, what, fix)| source.at(Some(span), what, fix))?;
                commands.insert(command.clone(), read);
            }
            cogs.insert(
                name.into_inner(),
                CogConfig {
                    source: base.join(table.source.get_ref()),
                    grant: Grant::Only(table.grant.into_iter().map(Spanned::into_inner).collect()),
                    http,
                    isolation: table.isolation,
                    limits,
                    everywhere: table.guilds == Guilds::All,
                    commands,
                },
            );
        }
        let mut config = Self {
            shards,
            rest_proxy,
            web,
            store: base.join(file.store.path.unwrap_or_else(|| DEFAULT_STORE.into())),
            keep_left_guilds,
            voice,
            cogs,
            lock: source.path.with_file_name("cogbox.lock"),
        };
        if let Some(path) = &env.store_path {
            config.store = path.into();
        }
        if let Some(shards) = &env.shards {
            config.shards = Shards::parse(shards)
                .map_err(|(what, fix)| Problem::new("COGBOX_DISCORD_SHARDS", what, fix))?;
        }
        if let Some(proxy) = &env.rest_proxy {
            config.rest_proxy = Some(
                proxy_base(proxy)
                    .map_err(|(what, fix)| Problem::new("COGBOX_DISCORD_REST_PROXY", what, fix))?,
            );
        }
        Ok(config)
    }
}

/// Checks the base of a REST proxy, and returns it without a slash at its end.
fn proxy_base(text: &str) -> Result<String, (String, String)> {
    let url = reqwest::Url::parse(text).ok();
    let fits = url.is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    match fits {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err((
            format!("`{text}` is not the address of a REST proxy"),
            "write the URL that stands for https://discord.com, such as \"http://127.0.0.1:8090\""
                .into(),
        )),
    }
}

/// Checks an operator's name for a cog: it becomes part of file names, labels and button ids.
pub fn check_name(name: &str) -> Result<(), (String, String)> {
    let fits = (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && name.as_bytes()[0].is_ascii_lowercase();
    match fits {
        true => Ok(()),
        false => Err((
            format!("`{name}` can't be a cog's name"),
            "use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, String> {
        let source = Source::given("bot/cogbox.toml", text);
        let known = |name: &str| matches!(name, "messages" | "http");
        Config::from_source(&source, &Environment::default(), known)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn an_empty_file_is_a_working_configuration() {
        let config = load("").unwrap();
        assert_eq!(config.web.bind.to_string(), DEFAULT_WEB);
        assert_eq!(config.store, Path::new("bot/data/cogbox.db"));
        assert_eq!(config.lock, Path::new("bot/cogbox.lock"));
        let week = load("[store]\nkeep-left-guilds = \"7d\"").unwrap();
        assert_eq!(week.keep_left_guilds, Duration::from_secs(7 * 24 * 60 * 60));
    }

    #[test]
    fn a_cog_with_all_its_keys() {
        let config = load(
            "[cogs.music]\nsource = \"m.wasm\"\ngrant = [\"messages\"]\nisolation = \"guild\"\n\
             http = [\"api.example.org\"]\nlimits = { memory = \"32MiB\", cpu = \"200ms\" }",
        )
        .unwrap();
        let music = &config.cogs["music"];
        assert_eq!(music.source, Path::new("bot/m.wasm"));
        assert_eq!(music.isolation, Isolation::Guild);
        assert!(music.http.contains("api.example.org"));
        assert_eq!(music.limits.memory, 32 << 20);
        assert_eq!(music.limits.transfer, Limits::default().transfer);
    }

    #[test]
    fn what_is_played_from_the_web() {
        assert!(load("").unwrap().voice.resolvers.is_empty());
        let some = load("[voice]\nresolvers = [\"yt-dlp\", \"http\"]").unwrap();
        let some: Vec<_> = some.voice.resolvers.into_iter().collect();
        assert_eq!(some, [Resolver::Http, Resolver::YtDlp]);
    }

    #[test]
    fn what_yt_dlp_is_and_may() {
        let names = |voice: &VoiceConfig| -> Vec<_> {
            let sites = voice.yt_dlp.sites.iter();
            sites.map(|site| site.name).collect()
        };
        let own = load("").unwrap().voice;
        assert_eq!(own.yt_dlp.program, Path::new("yt-dlp"));
        assert_eq!(names(&own), ["youtube", "soundcloud", "bandcamp", "vimeo"]);
        let some = "[voice]\nyt-dlp = \"/opt/yt-dlp\"\nyt-dlp-sites = [\"mixcloud\", \"youtube\"]";
        let some = load(some).unwrap().voice;
        assert_eq!(some.yt_dlp.program, Path::new("/opt/yt-dlp"));
        assert_eq!(names(&some), ["mixcloud", "youtube"]);
    }

    #[test]
    fn mistakes_name_the_line_and_the_cure() {
        for (text, line, part) in [
            ("[web]\nbnd = 1", 2, "unknown field `bnd`"),
            ("[discord]\ntoken = \"x\"", 2, "doesn't belong in this file"),
            ("[discord]\nshards = \"4\"", 2, "`4` are no shards"),
            (
                "[discord]\nrest-proxy = \"localhost:80\"",
                2,
                "is not the address of a REST proxy",
            ),
            ("[cogs.Music]\nsource = \"x\"", 1, "can't be a cog's name"),
            (
                "[cogs.m]\nsource = \"x\"\ngrant = [\"massages\"]",
                3,
                "`massages`",
            ),
            (
                "[cogs.m]\nsource = \"x\"\nhttp = [\"a.example\",\n\"https://b.example\"]",
                4,
                "more than a host's name",
            ),
            (
                "[cogs.m]\nsource = \"x\"\ngrant = [\"http\"]",
                3,
                "granted by naming the hosts",
            ),
            (
                "[cogs.m]\nsource = \"x\"\nlimits = { cpu = \"1\" }",
                3,
                "limits.cpu",
            ),
            (
                "[cogs.m]\nsource = \"x\"\nlimits = { memory = \"9GiB\" }",
                3,
                "at most 256 MiB",
            ),
            (
                "[store]\nkeep-left-guilds = \"0d\"",
                2,
                "`0d` is not a number of days",
            ),
            (
                "[voice]\nresolvers = [\"http\",\n\"youtube\"]",
                3,
                "`youtube` is not a resolver",
            ),
            (
                "[voice]\nyt-dlp-sites = [\"generic\"]",
                2,
                "`generic` is not a site that yt-dlp is asked about",
            ),
            ("[cogs.m]\ngrant = []", 1, "source"),
            ("[store\npath = 1", 1, ""),
        ] {
            let told = load(text).unwrap_err();
            assert!(
                told.starts_with(&format!("bot/cogbox.toml:{line}: ")),
                "{text} -> {told}"
            );
            assert!(
                told.contains(part) && told.contains("\n  fix: "),
                "{text} -> {told}"
            );
        }
    }
}
