//! The control API, `/_local/...`: what the page needs to act as a person. Discord has nothing like
//! it. Errors are `{"message": "a sentence for the person"}`.
//!
//! - `GET  /state?as=` who and what there is; with `as`, each channel says what that person may do there
//! - `GET  /channels/{channel}/messages?as=&limit=` what a person reads there, oldest first
//! - `GET  /commands?as=&channel=` what a person is offered there
//! - `POST /uploads?as=&name=` a file, by the id it is named by when it is sent
//! - `POST /channels/{channel}/messages` `{as, content, reply_to?, files?}`
//! - `POST /channels/{channel}/commands` `{as, command, options, version?, target_id?}`
//! - `POST /channels/{channel}/autocomplete` the same, with one option `focused`
//! - `POST /channels/{channel}/messages/{message}/click` `{as, custom_id, values?}`
//! - `GET  /channels/{channel}/messages/{message}/reactions?as=` each emoji with who chose it
//! - `POST /channels/{channel}/messages/{message}/react` `{as, emoji, remove?}`
//! - `POST /channels/{channel}/messages/{message}/pin` `{as, remove?}`
//! - `GET  /channels/{channel}/pins?as=` what is pinned, the newest pin first
//! - `GET  /interactions?limit=` how the newest interactions went
//! - `POST /interactions/{interaction}/submit` `{as, fields}`
//! - `POST /dms` `{as}`
//! - `POST /people` `{name}`; `POST /people/{user}` `{locale}`
//! - `POST /guilds/{guild}/members/{user}` `{member?, role?, remove?}`
//! - `POST /guilds/{guild}/channels` `{name}`; `POST /channels/{channel}/overwrites` `{id, type, allow, deny}`
//! - `GET /faults`, `POST /faults` `{fault, ...}`
//! - `GET  /events?as=` what happens, as server-sent events

mod act;
mod events;
mod lab;
mod look;
mod message;
mod timeline;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::hub::Hub;

/// Every path of the control API.
pub fn router() -> Router<Arc<Hub>> {
    Router::new()
        .route("/state", get(look::state))
        .route(
            "/channels/{channel}/messages",
            get(look::messages).post(act::say),
        )
        .route("/commands", get(look::commands))
        .route("/channels/{channel}/commands", post(act::command))
        .route("/channels/{channel}/autocomplete", post(act::autocomplete))
        .route(
            "/channels/{channel}/messages/{message}/click",
            post(act::click),
        )
        .route(
            "/channels/{channel}/messages/{message}/reactions",
            get(message::reactions),
        )
        .route(
            "/channels/{channel}/messages/{message}/react",
            post(message::react),
        )
        .route(
            "/channels/{channel}/messages/{message}/pin",
            post(message::pin),
        )
        .route("/channels/{channel}/pins", get(message::pins))
        .route("/interactions", get(timeline::interactions))
        .route("/interactions/{interaction}/submit", post(act::submit))
        .route("/dms", post(act::open_dm))
        .route("/uploads", post(upload::keep))
        .route("/people", post(lab::add_person))
        .route("/people/{user}", post(lab::set_person))
        .route("/guilds/{guild}/members/{user}", post(lab::set_member))
        .route("/guilds/{guild}/channels", post(lab::add_channel))
        .route("/channels/{channel}/overwrites", post(lab::set_overwrite))
        .route("/faults", get(lab::faults).post(lab::fault))
        .route("/events", get(events::stream))
        .fallback(async || refuse(StatusCode::NOT_FOUND, "There is nothing here."))
        .layer(middleware::from_fn(only_own_page))
}

/// Lets POST requests in from the page itself, or from programs that are no browser. The server
/// has already refused foreign names and origins for every request.
async fn only_own_page(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let own = match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin" || headers.contains_key(ORIGIN),
        None => true,
    };
    if request.method() == Method::POST && !own {
        let message = "Only this server's own page may do that.";
        return refuse(StatusCode::FORBIDDEN, message);
    }
    next.run(request).await
}

/// Makes an error for a person to read.
pub fn refuse(status: StatusCode, message: &str) -> Response {
    answer(status, &json!({"message": message}))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Turns what a section found into a response: JSON, or a sentence with 400.
fn reply(result: Result<Value, String>) -> Response {
    match result {
        Ok(body) => answer(StatusCode::OK, &body),
        Err(message) => refuse(StatusCode::BAD_REQUEST, &message),
    }
}
