//! The web side: every route in one table, with who may reach it. It reads the host's memory and
//! never writes; it never calls a cog, and nothing waits for it.
//!
//! | route          | answer                                    | access   |
//! |----------------|-------------------------------------------|----------|
//! | `/`            | the dashboard                             | `Local`  |
//! | `/api/status`  | the same as JSON: [`status::Status`]      | `Local`  |
//! | `/metrics`     | every number, for Prometheus              | `Local`  |
//! | `/healthz`     | the process answers                       | `Health` |
//! | `/readyz`      | the bot is connected                      | `Local`  |
//! | `/assets/...`  | the dashboard's style, script and icon    | `Local`  |

mod access;
mod dashboard;
mod guard;
mod refusal;
mod serve;
pub mod status;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};

use crate::cog::registry::Registry;
use crate::host::Services;
use access::Access;
use guard::{Rule, guard};
use status::Status;

pub use serve::run;

/// How long a page waits for the database before it does without.
const DATABASE_PATIENCE: Duration = Duration::from_secs(1);
/// What Prometheus' text format calls itself.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

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
}

/// One row of the table: a route can't be added without saying who may reach it.
struct Route {
    path: &'static str,
    access: Access,
    answer: MethodRouter<Web>,
}

fn routes() -> Vec<Route> {
    use Access::{Health, Local};
    let route = |path, access, answer| Route {
        path,
        access,
        answer,
    };
    vec![
        route("/", Local, get(page)),
        route("/api/status", Local, get(json)),
        route("/metrics", Local, get(metrics)),
        route("/healthz", Health, get(healthz)),
        route("/readyz", Local, get(readyz)),
        route("/assets/style.css", Local, get(style)),
        route("/assets/refresh.js", Local, get(script)),
        route("/assets/icon.svg", Local, get(icon)),
    ]
}

/// Returns the router, with the rules of each route around it.
pub fn router(web: Web) -> Router {
    // What no route knows is counted under one name, or every scanner would make a series.
    let unknown = Rule {
        route: "other",
        access: Access::Local,
    };
    let metrics = Arc::clone(&web.services.metrics);
    let guarded = |rule: Rule| {
        let metrics = Arc::clone(&metrics);
        middleware::from_fn(move |request, next: Next| {
            guard(rule, Arc::clone(&metrics), request, next)
        })
    };
    let mut router = Router::new().fallback(
        get(refusal::not_found)
            .fallback(refusal::not_allowed)
            .layer(guarded(unknown)),
    );
    for Route {
        path,
        access,
        answer,
    } in routes()
    {
        let rule = Rule {
            route: path,
            access,
        };
        let answer = answer.fallback(refusal::not_allowed);
        router = router.route(path, answer.layer(guarded(rule)));
    }
    router.with_state(web)
}

async fn page(State(web): State<Web>) -> Html<String> {
    let status = Status::now(&web).await;
    Html(dashboard::page(&status).into_string())
}

async fn json(State(web): State<Web>) -> Json<Status> {
    Json(Status::now(&web).await)
}

async fn metrics(State(web): State<Web>) -> impl IntoResponse {
    if let Some(bytes) = database_bytes(&web).await {
        web.services.metrics.db_size_bytes.set(bytes as i64);
    }
    let text = web.services.metrics.text();
    ([(header::CONTENT_TYPE, METRICS_TYPE)], text)
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz(State(web): State<Web>) -> (StatusCode, String) {
    match status::waits_for(&web) {
        None => (StatusCode::OK, "ready\n".to_owned()),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("assets/style.css"))
}

async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("assets/refresh.js"),
    )
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("assets/icon.svg"))
}

/// A file built into the program. It may be kept, and is asked for again after an upgrade.
fn asset(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}

/// Returns the database's size, if it says so in time.
async fn database_bytes(web: &Web) -> Option<u64> {
    match tokio::time::timeout(DATABASE_PATIENCE, web.services.store.size()).await {
        Ok(Ok(bytes)) => Some(bytes),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database does not tell its size");
            None
        }
        Err(_) => None,
    }
}
