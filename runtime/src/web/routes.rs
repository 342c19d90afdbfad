//! The one table of routes: path, method, who may, how long a body may be. The router is made of it,
//! so a route without a rule can't exist.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::routing::{self, MethodRouter};
use serde_json::Value;

use super::access::Who;
use super::changes::Change;
use super::discord::Discord;
use super::guard::{Guard, PATIENCE, Rule};
use super::guilds::{Guild, Guilds};
use super::http::Http;
use super::lines::{Filter, Told};
use super::login::FORM_MAX;
use super::openapi::{self, Operation, answers, does, writes};
use super::status::Status;
use super::timers::Timers;
use super::uses::Uses;
use super::{Web, actions, guilds, live, login, pages, refusal};

/// What no route knows is counted under one name, or every scanner would make a series.
const UNKNOWN: &str = "other";

/// Which of the routes are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// All of them.
    Dashboard,
    /// What programs read, on a listener of its own.
    Metrics,
}

/// One row: a method of a path.
pub struct Route {
    /// The path.
    pub path: &'static str,
    /// What holds for it.
    pub rule: Rule,
    /// What programs are told of it; pages for people are not described.
    pub told: Option<Operation>,
    answer: MethodRouter<Web>,
}

/// Returns the table.
pub fn routes() -> Vec<Route> {
    use StatusCode as S;
    use Who::{Admins, Anyone, GuildAdmins, GuildViewers, Members, Scrapers, Viewers};
    vec![
        get("/", Viewers, pages::view),
        get("/log", Viewers, pages::view),
        get("/timers", Viewers, pages::view),
        get("/discord", Viewers, pages::view),
        get("/http", Viewers, pages::view),
        get("/changes", Viewers, pages::view),
        get("/live", Viewers, live::follow),
        post("/cogs/{cog}/{what}", Admins, 0, actions::manage).told(
            does("Has a cog loaded anew, its version before put back, rest, or called again.")
                .at::<actions::ToCog>()
                .asked::<actions::Wanted>()
                .refuses(
                    S::NOT_FOUND,
                    "There is no such cog, or no such thing to do.",
                )
                .refuses(S::CONFLICT, "It was not exchanged; the page says why."),
        ),
        post("/voice/{guild}/{what}", Admins, 0, actions::play).told(
            does("Has a player wait, go on, skip, stop or leave.")
                .at::<actions::ToPlayer>()
                .refuses(S::NOT_FOUND, "The bot plays nothing there.")
                .refuses(S::CONFLICT, "The player could not; the page says why."),
        ),
        get("/access", Admins, pages::access),
        post("/access/end-sessions", Admins, 0, pages::end_sessions)
            .told(does("Logs everybody out.")),
        get("/login", Anyone, login::form).told(
            writes("text/html", "The form, or the button of a link.")
                .refuses(S::NOT_FOUND, "Nobody logs in here."),
        ),
        post("/login", Anyone, FORM_MAX, login::log_in).told(
            does("Logs in: the answer sets the cookie.")
                .given::<login::Credentials>()
                .refuses(
                    S::UNAUTHORIZED,
                    "This is not the token, or the link was used.",
                )
                .refuses(S::NOT_FOUND, "Nobody logs in here.")
                .refuses(S::TOO_MANY_REQUESTS, "There were too many tries."),
        ),
        get("/login/discord", Anyone, login::discord::begin),
        get("/login/discord/return", Anyone, login::discord::back),
        get("/guilds", Members, guilds::list),
        get("/guilds/{guild}", GuildViewers, guilds::one),
        get("/guilds/{guild}/{cog}", GuildViewers, guilds::cog),
        post(
            "/guilds/{guild}/{cog}/{what}",
            GuildAdmins,
            guilds::FORM_MAX,
            guilds::change,
        )
        .told(
            does(
                "Switches a cog on or off in a server, withholds a grant, or sets what can be set.",
            )
            .at::<guilds::InGuild>()
            .given::<BTreeMap<String, String>>()
            .refuses(
                S::NOT_FOUND,
                "There is no such server, cog, grant or thing to do.",
            )
            .refuses(
                S::UNPROCESSABLE_ENTITY,
                "A value does not fit; the page says which.",
            ),
        ),
        post("/logout", Anyone, 0, login::log_out)
            .told(does("Ends the session that is sent along.")),
        get("/api/status", Viewers, pages::status)
            .told(answers::<Status>("How the bot is at this moment.")),
        get("/api/uses", Viewers, pages::uses).told(
            answers::<Uses>("How often commands were used of late.").asked::<pages::Ranged>(),
        ),
        get("/api/log", Viewers, pages::lines)
            .told(answers::<Vec<Told>>("The log's newest lines, at most 200.").asked::<Filter>()),
        get("/api/timers", Viewers, pages::timers).told(answers::<Timers>(
            "The timers that wait, and which are due next.",
        )),
        get("/api/discord", Viewers, pages::discord).told(answers::<Discord>(
            "The bot's requests to Discord, and how near each is to its limit.",
        )),
        get("/api/http", Viewers, pages::http)
            .told(answers::<Http>("What cogs asked of other hosts.")),
        get("/api/changes", Viewers, pages::changes).told(answers::<Vec<Change>>(
            "Who changed what about the cogs, the newest 200.",
        )),
        get("/api/guilds", Members, guilds::api_list)
            .told(answers::<Guilds>("The servers, 50 on a page.").asked::<guilds::Asked>()),
        get("/api/guilds/{guild}", GuildViewers, guilds::api_one).told(
            answers::<Guild<guilds::Told>>("A server, with its cogs and their settings.")
                .at::<guilds::OfGuild>()
                .refuses(S::NOT_FOUND, "The bot is in no such server."),
        ),
        get("/api/openapi.json", Viewers, openapi::document).told(
            answers::<BTreeMap<String, Value>>("What programs can ask here, as OpenAPI 3.1."),
        ),
        get("/metrics", Scrapers, pages::metrics)
            .told(writes("text/plain", "Every number, for Prometheus.")),
        get("/healthz", Anyone, pages::healthz).told(writes("text/plain", "The process answers.")),
        get("/readyz", Scrapers, pages::readyz).told(writes("text/plain", "The bot is connected.")),
        get("/assets/style.css", Anyone, pages::style),
        get("/assets/live.js", Anyone, pages::script),
        get("/assets/icon.svg", Anyone, pages::icon),
    ]
}

/// Returns the router, with the rules of each path around it.
pub fn router(web: Web, serves: Serves) -> Router {
    let mut rows = routes();
    rows.retain(|row| serves.has(row));
    let metrics = &web.services.metrics;
    for row in &rows {
        let method = &row.rule.method;
        let done = if method.is_safe() { "2xx" } else { "3xx" };
        metrics.begin_route(row.path, method.as_str(), done);
    }
    metrics.begin_route(UNKNOWN, "GET", "4xx");
    let mut router = Router::new();
    while let Some(path) = rows.first().map(|row| row.path) {
        let (same, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.path == path);
        rows = others;
        let rules = same.iter().map(|row| row.rule.clone()).collect();
        let answers = same.into_iter().map(|row| row.answer);
        let answers = answers.fold(MethodRouter::new(), MethodRouter::merge);
        router = router.route(path, guarded(&web, path, rules, answers));
    }
    let unknown = [rule(Method::GET, Who::Viewers, 0)].into();
    let unknown = guarded(&web, UNKNOWN, unknown, routing::any(refusal::not_found));
    router
        .fallback_service(unknown.with_state(web.clone()))
        .with_state(web)
}

fn guarded(
    web: &Web,
    route: &'static str,
    rules: Arc<[Rule]>,
    answers: MethodRouter<Web>,
) -> MethodRouter<Web> {
    let guard = Guard {
        route,
        rules,
        door: Arc::clone(&web.door),
        metrics: Arc::clone(&web.services.metrics),
        patience: PATIENCE,
    };
    around(guard, answers)
}

/// Puts a guard around what a path answers.
pub fn around<S: Clone + Send + Sync + 'static>(
    guard: Guard,
    answers: MethodRouter<S>,
) -> MethodRouter<S> {
    answers.layer(middleware::from_fn(move |request, next: Next| {
        guard.clone().answer(request, next)
    }))
}

impl Route {
    /// The same, described for programs. Every route that programs use is.
    fn told(self, told: Operation) -> Self {
        Self {
            told: Some(told),
            ..self
        }
    }
}

impl Serves {
    fn has(self, row: &Route) -> bool {
        self == Self::Dashboard || row.rule.who == Who::Scrapers || row.path == "/healthz"
    }
}

fn rule(method: Method, who: Who, body: usize) -> Rule {
    Rule { method, who, body }
}

/// A route that is only read.
fn get<T: 'static>(path: &'static str, who: Who, answer: impl Handler<T, Web>) -> Route {
    Route {
        path,
        rule: rule(Method::GET, who, 0),
        told: None,
        answer: routing::get(answer),
    }
}

/// A route that changes something.
fn post<T: 'static>(
    path: &'static str,
    who: Who,
    body: usize,
    answer: impl Handler<T, Web>,
) -> Route {
    Route {
        path,
        rule: rule(Method::POST, who, body),
        told: None,
        answer: routing::post(answer),
    }
}
