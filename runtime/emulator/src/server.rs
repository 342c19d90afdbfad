//! The HTTP server: which path goes where, and who may come in at all.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use serde::Deserialize;

use crate::hub::Hub;
use crate::snowflake::Id;
use crate::{control, gateway, oauth, page, rest, wire};

/// Every path of the server.
pub fn router(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/gateway", any(open_gateway))
        .route("/gateway/", any(open_gateway))
        .route("/gateway/resume", any(resume_gateway))
        .route("/gateway/resume/", any(resume_gateway))
        .route("/api/{*path}", any(rest::serve))
        .route(
            "/attachments/{channel}/{attachment}/{name}",
            get(attachment),
        )
        .merge(oauth::router())
        .nest("/_local", control::router(hub.clone()))
        .route("/", get(page::index))
        .route("/page/{*name}", get(page::file))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(hub.clone(), only_local))
        .with_state(hub)
}

/// Refuses requests under a foreign name, which is how a page on the web would reach a server on
/// this machine, and sockets opened by foreign pages.
async fn only_local(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let mut hosts = headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    };
    if !host.is_some_and(|host| is_own_host(&hub, host)) {
        let message = "This server answers under its own local address only.";
        return control::refuse(StatusCode::FORBIDDEN, message);
    }
    if !is_own_origin(headers) {
        return control::refuse(
            StatusCode::FORBIDDEN,
            "Pages of other sites may not come in.",
        );
    }
    next.run(request).await
}

/// Tells whether a Host header names this machine, or the address the server is bound to.
fn is_own_host(hub: &Hub, host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.parse::<u16>().is_ok());
    let name = name.map_or(host, |(name, _)| name);
    if name == "localhost" {
        return true;
    }
    let ip = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    ip.is_ok_and(|ip| ip.is_loopback() || ip == hub.address.ip())
}

/// Tells whether a request comes from no page at all, or from the page of this server.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let origin = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.strip_prefix("http://"));
    origin.is_some() && origin == text(HOST)
}

#[derive(Deserialize)]
struct GatewayQuery {
    v: Option<String>,
    compress: Option<String>,
}

async fn open_gateway(
    State(hub): State<Arc<Hub>>,
    Query(query): Query<GatewayQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgraded(hub, query, upgrade, false)
}

async fn resume_gateway(
    State(hub): State<Arc<Hub>>,
    Query(query): Query<GatewayQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgraded(hub, query, upgrade, true)
}

fn upgraded(
    hub: Arc<Hub>,
    query: GatewayQuery,
    upgrade: WebSocketUpgrade,
    by_resume_url: bool,
) -> Response {
    let arrival = gateway::Arrival {
        version: query.v,
        compress: query.compress,
        by_resume_url,
    };
    // One frame may be larger than a client is allowed to send, so that it is refused by its code.
    let upgrade = upgrade.max_message_size(1 << 20).max_frame_size(1 << 20);
    upgrade.on_upgrade(move |socket| gateway::serve(hub, socket, arrival))
}

/// Serves a file of a message, to be saved and never to be run.
async fn attachment(
    State(hub): State<Arc<Hub>>,
    Path((channel, attachment, _name)): Path<(u64, u64, String)>,
    Query(signature): Query<wire::signed::Signature>,
) -> Response {
    let found = hub.with_quietly(|state| {
        let (place, file) = (Id(channel), Id(attachment));
        if !wire::signed::is_good(&state.world, place, file, &signature) {
            return None;
        }
        let channel = state.world.channels.get(&place)?;
        let sent = wire::message::find_attachment(channel, Id(attachment));
        let file = sent.or_else(|| state.world.uploads.get(&Id(attachment)))?;
        Some((file.bytes.clone(), file.content_type.clone()))
    });
    let Some((bytes, kind)) = found else {
        return control::refuse(StatusCode::NOT_FOUND, "There is no such file any more.");
    };
    let shows = |kind: &String| kind.starts_with("image/") && !kind.contains("svg");
    let kind = kind
        .filter(shows)
        .and_then(|kind| HeaderValue::from_str(&kind).ok());
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut response = bytes.to_vec().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
