//! Where the dashboard listens and who may come in: `[web]`.

mod discord;
mod people;
mod places;

use std::net::SocketAddr;
use std::ops::Range;

use axum::http::HeaderName;
use ipnet::IpNet;
use serde::Deserialize;
use toml::Spanned;

use super::environment::Environment;
use super::problem::{Problem, Source};

pub use discord::DiscordLogin;
pub use people::People;
pub use places::{PublicUrl, loopback};

/// The dashboard's address unless it is configured.
pub const DEFAULT_WEB: &str = "127.0.0.1:8080";
/// The header in which Authentik says who somebody is.
const USER_HEADER: HeaderName = HeaderName::from_static("x-authentik-username");
/// The header in which Authentik names their groups, with `|` between.
const GROUPS_HEADER: HeaderName = HeaderName::from_static("x-authentik-groups");
/// What has to be written for a dashboard that others reach without a login.
const EVERYBODY: &str = "let-everybody-in-without-a-login";

/// The `[web]` table.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// Where it listens.
    pub bind: SocketAddr,
    /// How it finds out who asks.
    pub auth: Auth,
    /// Whether without a login also those may come in who are not on this machine.
    pub everybody: bool,
    /// Its address as browsers know it, behind a proxy.
    pub url: Option<PublicUrl>,
    /// Names that it answers to beside this machine's own, in lower case.
    pub hosts: Vec<String>,
    /// From where a proxy's word is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which the proxy says who somebody is.
    pub user_header: HeaderName,
    /// The header in which it names their groups, with `|` between.
    pub groups_header: HeaderName,
    /// Who may do everything, where a proxy says who they are.
    pub admins: People,
    /// Who may see everything.
    pub viewers: People,
    /// Who reads the numbers.
    pub metrics: MetricsConfig,
    /// How those log in who manage a server, if they may.
    pub discord: Option<DiscordLogin>,
}

/// How the dashboard finds out who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auth {
    /// It does not: who is on this machine may come in.
    #[default]
    None,
    /// By a secret of its own.
    Token,
    /// A proxy in front of it says who they are.
    Proxy,
}

impl Auth {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Token, Self::Proxy];

    /// Returns its name in the file, and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Token => "token",
            Self::Proxy => "proxy",
        }
    }

    fn parse(text: &str) -> Result<Self, Mistake> {
        let found = Self::ALL.into_iter().find(|auth| auth.name() == text);
        found.ok_or_else(|| {
            let what = format!("`{text}` is not a way to log in");
            (what, "write \"none\", \"token\" or \"proxy\"".into())
        })
    }
}

/// The `[web.metrics]` table.
#[derive(Debug, Clone, Default)]
pub struct MetricsConfig {
    /// A second address, for the numbers alone.
    pub bind: Option<SocketAddr>,
    /// From where they may be read, beside this machine.
    pub allow: Vec<IpNet>,
}

impl Default for WebConfig {
    fn default() -> Self {
        // The constant is an address.
        Self::local(DEFAULT_WEB.parse().expect("DEFAULT_WEB is an address"))
    }
}

impl WebConfig {
    /// Returns a dashboard for this machine alone, without a login.
    pub fn local(bind: SocketAddr) -> Self {
        Self {
            bind,
            auth: Auth::None,
            everybody: false,
            url: None,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            user_header: USER_HEADER,
            groups_header: GROUPS_HEADER,
            admins: People::default(),
            viewers: People::default(),
            metrics: MetricsConfig::default(),
            discord: None,
        }
    }
}

/// What is wrong, and the cure.
pub(super) type Mistake = (String, String);

/// The table as it is written; every key is optional.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    bind: Option<Spanned<String>>,
    auth: Option<Spanned<String>>,
    #[serde(default)]
    let_everybody_in_without_a_login: bool,
    url: Option<Spanned<String>>,
    #[serde(default)]
    hosts: Vec<Spanned<String>>,
    #[serde(default)]
    trusted_proxies: Vec<Spanned<String>>,
    user_header: Option<Spanned<String>>,
    groups_header: Option<Spanned<String>>,
    #[serde(default)]
    admins: Vec<Spanned<String>>,
    #[serde(default)]
    viewers: Vec<Spanned<String>>,
    #[serde(default)]
    metrics: WrittenMetrics,
    discord: Option<discord::Written>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenMetrics {
    bind: Option<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
}

/// Where a value came from, so that a mistake in it is told there.
struct From<'a> {
    source: &'a Source,
    place: Place,
}

enum Place {
    File(Option<Range<usize>>),
    Variable(&'static str),
}

impl From<'_> {
    fn tell(self, (what, fix): Mistake) -> Problem {
        match self.place {
            Place::File(span) => self.source.at(span, what, fix),
            Place::Variable(name) => Problem::new(name, what, fix),
        }
    }
}

impl Written {
    /// Checks what was written, and lays the environment over it.
    pub(super) fn read(&self, source: &Source, env: &Environment) -> Result<WebConfig, Problem> {
        let mut web = WebConfig::default();
        let (bind, bind_from) = over(source, &self.bind, &env.web_bind, "COGBOX_WEB_BIND");
        let (auth, auth_from) = over(source, &self.auth, &env.web_auth, "COGBOX_WEB_AUTH");
        let (url, url_from) = over(source, &self.url, &env.web_url, "COGBOX_WEB_URL");
        if let Some(bind) = bind {
            match places::address(bind) {
                Ok(bind) => web.bind = bind,
                Err(mistake) => return Err(bind_from.tell(mistake)),
            }
        }
        if let Some(auth) = auth {
            match Auth::parse(auth) {
                Ok(auth) => web.auth = auth,
                Err(mistake) => return Err(auth_from.tell(mistake)),
            }
        }
        if let Some(url) = url {
            match PublicUrl::parse(url) {
                Ok(url) => web.url = Some(url),
                Err(mistake) => return Err(url_from.tell(mistake)),
            }
        }
        web.everybody = self.let_everybody_in_without_a_login;
        let open = web.auth == Auth::None && !web.everybody;
        if open && !web.bind.ip().is_loopback() {
            return Err(bind_from.tell((
                format!("{} can be reached from outside, and there is no login", web.bind),
                format!(
                    "write auth = \"token\" or \"proxy\" under [web], or bind a loopback address, such \
                     as \"{DEFAULT_WEB}\" (or, where whoever reaches it may see everything: \
                     {EVERYBODY} = true)"
                ),
            )));
        }
        let hosts = List::over(&self.hosts, &env.web_hosts, "COGBOX_WEB_HOSTS");
        web.hosts = hosts.read(source, places::host)?;
        let proxies = List::over(
            &self.trusted_proxies,
            &env.web_trusted_proxies,
            "COGBOX_WEB_TRUSTED_PROXIES",
        );
        web.trusted_proxies = proxies.read(source, places::proxies)?;
        if let Some(name) = &self.user_header {
            web.user_header = one(source, name, header)?;
        }
        if let Some(name) = &self.groups_header {
            web.groups_header = one(source, name, header)?;
            if web.groups_header == web.user_header {
                let what = "one header can't say both who somebody is and their groups".into();
                let fix = "name another, or leave it out".into();
                return Err(at(source, name, (what, fix)));
            }
        }
        let admins = List::over(&self.admins, &env.web_admins, "COGBOX_WEB_ADMINS");
        let viewers = List::over(&self.viewers, &env.web_viewers, "COGBOX_WEB_VIEWERS");
        web.admins = people::read(source, &admins, false)?;
        web.viewers = people::read(source, &viewers, true)?;
        check_people(
            &web,
            auth_from,
            admins.first(source).or(viewers.first(source)),
        )?;
        self.read_metrics(source, env, &mut web)?;
        if let Some(written) = &self.discord {
            web.discord = Some(written.read(source, env, &web)?);
        }
        Ok(web)
    }

    fn read_metrics(
        &self,
        source: &Source,
        env: &Environment,
        web: &mut WebConfig,
    ) -> Result<(), Problem> {
        let allow = &self.metrics.allow;
        let allow = List::over(allow, &env.web_metrics_allow, "COGBOX_WEB_METRICS_ALLOW");
        web.metrics.allow = allow.read(source, places::network)?;
        let (bind, from) = over(
            source,
            &self.metrics.bind,
            &env.web_metrics_bind,
            "COGBOX_WEB_METRICS_BIND",
        );
        let Some(bind) = bind else {
            return Ok(());
        };
        let bind = match places::address(bind) {
            Ok(bind) => bind,
            Err(mistake) => return Err(from.tell(mistake)),
        };
        if bind == web.bind && bind.port() != 0 {
            let what = format!("the dashboard itself listens on {bind}, and has /metrics as well");
            let fix = "choose another port, or leave it out".into();
            return Err(from.tell((what, fix)));
        }
        if !bind.ip().is_loopback() && web.metrics.allow.is_empty() {
            let what = format!("{bind} is for others, and nobody else may read the numbers");
            let fix = "name Prometheus' own address in allow, such as [\"172.18.0.3\"]".into();
            return Err(from.tell((what, fix)));
        }
        web.metrics.bind = Some(bind);
        Ok(())
    }
}

/// Whoever is named must be told apart by somebody, and nobody named is nobody let in. `named` is
/// where the first of them is named.
fn check_people(web: &WebConfig, auth: From<'_>, named: Option<From<'_>>) -> Result<(), Problem> {
    match (web.auth, named) {
        (Auth::Proxy, _) if web.trusted_proxies.is_empty() => Err(auth.tell((
            "with auth = \"proxy\" somebody has to be believed".into(),
            "name the proxy's own address in trusted-proxies, such as [\"172.18.0.2\"]".into(),
        ))),
        (Auth::Proxy, None) => Err(auth.tell((
            "with auth = \"proxy\" nobody could come in, since nobody is named".into(),
            "write admins = [\"group:NAME\"] or [\"user:NAME\"] under [web]".into(),
        ))),
        (Auth::None | Auth::Token, Some(named)) => Err(named.tell((
            "admins and viewers are told apart by a proxy alone".into(),
            "write auth = \"proxy\", or leave them out".into(),
        ))),
        _ => Ok(()),
    }
}

/// A list that holds: the environment's, with commas between, before the file's.
enum List<'a> {
    File(&'a [Spanned<String>]),
    Variable(&'static str, Vec<&'a str>),
}

impl<'a> List<'a> {
    fn over(
        written: &'a [Spanned<String>],
        variable: &'a Option<String>,
        name: &'static str,
    ) -> Self {
        match variable {
            Some(text) => {
                let each = text.split(',').map(str::trim);
                Self::Variable(name, each.filter(|each| !each.is_empty()).collect())
            }
            None => Self::File(written),
        }
    }

    /// Returns each of them, with where it is written.
    fn each<'b>(&'b self, source: &'b Source) -> impl Iterator<Item = (&'b str, From<'b>)> {
        let (file, variable) = match self {
            Self::File(written) => (*written, None),
            Self::Variable(name, each) => (&[][..], Some((*name, each))),
        };
        let file = file.iter().map(move |written| {
            let place = Place::File(Some(written.span()));
            (written.get_ref().as_str(), From { source, place })
        });
        let variable = variable.into_iter().flat_map(move |(name, each)| {
            let place = move |text: &&'b str| {
                let place = Place::Variable(name);
                (*text, From { source, place })
            };
            each.iter().map(place)
        });
        file.chain(variable)
    }

    /// Returns where the first of them is written.
    fn first<'b>(&'b self, source: &'b Source) -> Option<From<'b>> {
        self.each(source).next().map(|(_, from)| from)
    }

    fn read<T>(
        &self,
        source: &Source,
        read: impl Fn(&str) -> Result<T, Mistake>,
    ) -> Result<Vec<T>, Problem> {
        let each = self.each(source);
        each.map(|(text, from)| read(text).map_err(|mistake| from.tell(mistake)))
            .collect()
    }
}

/// Returns what holds, the environment before the file, and where it came from.
fn over<'a>(
    source: &'a Source,
    written: &'a Option<Spanned<String>>,
    variable: &'a Option<String>,
    name: &'static str,
) -> (Option<&'a str>, From<'a>) {
    let (text, place) = match (variable, written) {
        (Some(text), _) => (Some(text.as_str()), Place::Variable(name)),
        (None, Some(written)) => (
            Some(written.get_ref().as_str()),
            Place::File(Some(written.span())),
        ),
        (None, None) => (None, Place::File(None)),
    };
    (text, From { source, place })
}

fn header(text: &str) -> Result<HeaderName, Mistake> {
    // What is written with `_` or `.` some proxies let clients write for one with `-`.
    let name = text.parse().ok();
    name.filter(|_| !text.contains(['_', '.'])).ok_or_else(|| {
        let what = format!("`{text}` can't be the name of a header");
        let fix = "write letters, digits and hyphens, such as \"X-authentik-username\"";
        (what, fix.into())
    })
}

/// Returns a mistake where something is written.
fn at(source: &Source, written: &Spanned<String>, (what, fix): Mistake) -> Problem {
    source.at(Some(written.span()), what, fix)
}

fn one<T>(
    source: &Source,
    written: &Spanned<String>,
    read: impl Fn(&str) -> Result<T, Mistake>,
) -> Result<T, Problem> {
    read(written.get_ref()).map_err(|mistake| at(source, written, mistake))
}

#[cfg(test)]
mod tests;
