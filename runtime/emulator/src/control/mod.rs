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
//! - `POST /channels/{channel}/messages/{message}/vote` `{as, answers}`, in a poll
//! - `GET  /channels/{channel}/pins?as=` what is pinned, the newest pin first
//! - `POST /channels/{channel}/messages/{message}/edit` `{as, content}`; `.../delete` `{as}`
//! - `GET  /channels/{channel}/transcript?as=` what a person reads there, as plain text
//! - `GET  /interactions?limit=` how the newest interactions went; `GET /interactions/{interaction}` one
//! - `GET  /requests?limit=`, `DELETE /requests` what the bot asked for
//! - `GET  /sessions` how the gateway stands
//! - `POST /channels/{channel}/threads` `{as, name, message_id?, private?}`, in a forum `{as, name, content, tags?}`
//! - `POST /channels/{channel}/thread` `{as, joined?, archived?, locked?}`, for a channel that is a thread
//! - `POST /interactions/{interaction}/submit` `{as, fields}`
//! - `POST /dms` `{as}`
//! - `POST /people` `{name}`; `POST /people/{user}` `{locale}`
//! - `POST /guilds/{guild}/members/{user}` `{member?, role?, remove?}`
//! - `POST /guilds` `{as, name}`; `POST /guilds/{guild}/roles` `{name, permissions?}`;
//!   `POST /guilds/{guild}/roles/{role}` `{permissions?, mentionable?}`
//! - `POST /guilds/{guild}/channels` `{name}`; `POST /channels/{channel}` `{type?, nsfw?, slow_mode?}`;
//!   `POST /channels/{channel}/overwrites` `{id, type, allow, deny}`
//! - `POST /channels/{channel}/voice` `{as, joined?, self_mute?, self_deaf?}`, for a voice channel;
//!   `GET /guilds/{guild}/voice`, `DELETE /guilds/{guild}/voice` what was heard of the bot;
//!   `GET /voice/authority` as PEM; `GET /voice/listen?as=&format=` what it plays, as a WebSocket
//! - `GET /faults`, `POST /faults` `{fault, ...}`
//! - `GET  /events?as=` what happens, as server-sent events

mod act;
mod events;
mod guild;
mod lab;
mod listen;
mod look;
mod message;
mod record;
mod thread;
mod timeline;
mod upload;
mod voice;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, ORIGIN};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::hub::Hub;

/// Every path of the control API.
pub fn router(hub: Arc<Hub>) -> Router<Arc<Hub>> {
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
        .route(
            "/channels/{channel}/messages/{message}/vote",
            post(message::vote),
        )
        .route(
            "/channels/{channel}/messages/{message}/edit",
            post(message::edit),
        )
        .route(
            "/channels/{channel}/messages/{message}/delete",
            post(message::delete),
        )
        .route("/channels/{channel}/pins", get(message::pins))
        .route("/channels/{channel}/transcript", get(record::read_aloud))
        .route(
            "/requests",
            get(record::requests).delete(record::forget_requests),
        )
        .route("/sessions", get(record::sessions))
        .route("/channels/{channel}/threads", post(thread::start))
        .route("/channels/{channel}/thread", post(thread::change))
        .route("/interactions", get(timeline::interactions))
        .route("/interactions/{interaction}", get(timeline::interaction))
        .route("/interactions/{interaction}/submit", post(act::submit))
        .route("/dms", post(act::open_dm))
        .route("/uploads", post(upload::keep))
        .route("/people", post(lab::add_person))
        .route("/people/{user}", post(lab::set_person))
        .route("/guilds/{guild}/members/{user}", post(guild::set_member))
        .route("/guilds", post(guild::add_guild))
        .route("/guilds/{guild}/roles", post(guild::add_role))
        .route("/guilds/{guild}/roles/{role}", post(guild::set_role))
        .route("/guilds/{guild}/channels", post(guild::add_channel))
        .route("/channels/{channel}", post(guild::set_channel))
        .route("/channels/{channel}/overwrites", post(guild::set_overwrite))
        .route("/channels/{channel}/voice", post(voice::set_place))
        .route(
            "/guilds/{guild}/voice",
            get(voice::heard).delete(voice::forget),
        )
        .route("/voice/authority", get(voice::authority))
        .route("/voice/listen", get(listen::listen))
        .route("/faults", get(lab::faults).post(lab::fault))
        .route("/events", get(events::stream))
        .fallback(async || refuse(StatusCode::NOT_FOUND, "There is nothing here."))
        .layer(middleware::from_fn_with_state(hub, only_own_page))
}

/// Lets changes in from the page itself, and from programs that show the bot's token
/// (`Authorization: Local TOKEN`). The server has already refused foreign names and origins for
/// every request, so a request with an origin comes from the page.
async fn only_own_page(State(hub): State<Arc<Hub>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let page = text(HeaderName::from_static("sec-fetch-site")) == Some("same-origin")
        || headers.contains_key(ORIGIN);
    let token = text(AUTHORIZATION).and_then(|given| given.strip_prefix("Local "));
    let known = token.is_some_and(|token| hub.with_quietly(|state| state.token == token));
    if request.method() != Method::GET && !page && !known {
        let message = "Only this server's own page may do that, or who sends the bot's token as \
                       \"Authorization: Local TOKEN\".";
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
