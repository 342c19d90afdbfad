//! What the routes answer; who may ask was settled before.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Deserialize;

use super::access::Admitted;
use super::discord::Discord;
use super::http::Http;
use super::lines::Filter;
use super::refusal::{not_found, refuse};
use super::status::{self, DatabaseTrouble, Status};
use super::timers::Timers;
use super::uses::{Range, Uses};
use super::views::{View, patiently};
use super::{Web, changes, dashboard};
use crate::store::StoreError;

/// What Prometheus' text format calls itself.
pub const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers with one of the pages that follow the host.
pub async fn view(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
) -> Response {
    let Some(view) = View::of(&uri) else {
        return not_found(uri).await;
    };
    let drawn = view.draw(&web, admitted.visitor.may).await;
    let page = dashboard::page(&web, &view, &admitted.visitor, drawn);
    Html(page.into_string()).into_response()
}

/// What `/api/uses` is asked.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Ranged {
    /// How far back is looked.
    range: Range,
}

pub async fn uses(
    State(web): State<Web>,
    uri: Uri,
    asked: Result<Query<Ranged>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        let sentence = "The range is hour, day or month, as in ?range=hour.";
        return refuse(uri.path(), StatusCode::BAD_REQUEST, sentence);
    };
    match Uses::of(&web, asked.range).await {
        Ok(uses) => Json(uses).into_response(),
        Err(error) => no_database(&uri, &error),
    }
}

pub async fn lines(uri: Uri, asked: Result<Query<Filter>, QueryRejection>) -> Response {
    match asked {
        Ok(Query(filter)) => Json(filter.lines()).into_response(),
        Err(_) => {
            let sentence = "The lines are asked for by level, cog, trace and text, each once.";
            refuse(uri.path(), StatusCode::BAD_REQUEST, sentence)
        }
    }
}

pub async fn changes(State(web): State<Web>, uri: Uri) -> Response {
    match changes::changes(&web.services, None).await {
        Ok(changes) => Json(changes).into_response(),
        Err(error) => no_database(&uri, &error),
    }
}

pub async fn timers(State(web): State<Web>, uri: Uri) -> Response {
    match Timers::of(&web).await {
        Ok(timers) => Json(timers).into_response(),
        Err(error) => no_database(&uri, &error),
    }
}

pub async fn discord(State(web): State<Web>) -> Json<Discord> {
    Json(Discord::now(&web))
}

pub async fn http(State(web): State<Web>) -> Json<Http> {
    Json(Http::now(&web))
}

pub async fn access(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
) -> Response {
    match web.store().sessions(web.door.now()).await {
        Ok(sessions) => {
            let page = dashboard::access::page(&web, &admitted.visitor, &sessions);
            Html(page.into_string()).into_response()
        }
        Err(error) => no_database(&uri, &error),
    }
}

pub async fn end_sessions(State(web): State<Web>, uri: Uri) -> Response {
    match web.store().end_sessions().await {
        Ok(()) => Redirect::to("/access").into_response(),
        Err(error) => no_database(&uri, &error),
    }
}

/// Answers that the database does not.
pub fn no_database(uri: &Uri, error: &StoreError) -> Response {
    tracing::warn!(%error, path = uri.path(), "the database does not answer");
    let sentence = "The database does not answer. Try again in a moment.";
    refuse(uri.path(), StatusCode::SERVICE_UNAVAILABLE, sentence)
}

pub async fn status(State(web): State<Web>) -> Json<Status> {
    Json(Status::now(&web).await)
}

pub async fn metrics(State(web): State<Web>) -> impl IntoResponse {
    if let Some(bytes) = database_bytes(&web).await {
        web.services.metrics.db_size_bytes.set(bytes as i64);
    }
    let sizes = web.services.cache.sizes();
    web.services.metrics.tell_sizes(sizes);
    let text = web.services.metrics.text();
    ([(header::CONTENT_TYPE, METRICS_TYPE)], text)
}

/// Says that the process answers. A database that fails does not make it less alive: ended and
/// started again it would serve nobody.
pub async fn healthz(State(web): State<Web>) -> String {
    match status::database_trouble(&web) {
        None => "ok\n".to_owned(),
        Some(trouble) => format!("ok, but {}\n", trouble.what),
    }
}

pub async fn readyz(State(web): State<Web>) -> (StatusCode, String) {
    match status::waits_for(&web) {
        None => (StatusCode::OK, ready(&web)),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

/// Says that the bot is connected, and what an operator has to do all the same.
fn ready(web: &Web) -> String {
    match status::database_trouble(web) {
        None => "ready\n".to_owned(),
        Some(DatabaseTrouble { what, fix, .. }) => format!("ready, but {what}\nfix: {fix}\n"),
    }
}

pub async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("assets/style.css"))
}

pub async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("assets/live.js"),
    )
}

pub async fn icon() -> Response {
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
pub async fn database_bytes(web: &Web) -> Option<u64> {
    patiently("its size", web.store().size()).await
}
