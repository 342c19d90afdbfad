//! Logging in with the dashboard's own secret, and out again: `/login`, `/logout`. The forms work
//! without a script.

pub mod cookie;
pub mod discord;
pub mod secret;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use url::form_urlencoded;

use super::Web;
use super::access::{Admitted, Via};
use super::dashboard::login as page;
use super::refusal::refuse;
use crate::config::Auth;
use crate::store::StoreError;
use crate::store::logins::Session;
use secret::Secret;

/// How long somebody stays logged in.
pub const SESSION: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a link of `cogbox login` is good.
pub const LINK: Duration = Duration::from_secs(10 * 60);
/// How long a form may be; a token has 43 characters.
pub const FORM_MAX: usize = 4 << 10;

/// What `POST /login` is sent, for its description.
pub struct Credentials;

impl JsonSchema for Credentials {
    fn schema_name() -> Cow<'static, str> {
        "Credentials".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "token": { "type": "string", "maxLength": 100, "description": "The token of `cogbox login --new-token`." },
                "link": { "type": "string", "maxLength": 100, "description": "The secret in a link of `cogbox login`." },
            },
            "oneOf": [{ "required": ["token"] }, { "required": ["link"] }],
        })
    }
}

/// `GET /login`: the form, or with a link's secret the button that uses it. It is not used by looking
/// at it: programs that preview links look as well.
pub async fn form(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
) -> Response {
    let (token, discord) = (web.door.config.auth == Auth::Token, web.discord.is_some());
    if !token && !discord {
        return no_login(&uri);
    }
    if !token {
        return Html(page::by_discord_alone().into_string()).into_response();
    }
    let query = uri.query().unwrap_or_default();
    let link = field(query.as_bytes(), "link");
    let page = page::form(link.as_deref(), is_overheard(&admitted.via), discord, None);
    Html(page.into_string()).into_response()
}

/// `POST /login`: logs in by a token or a link.
pub async fn log_in(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let door = &web.door;
    if door.config.auth != Auth::Token {
        return no_login(&uri);
    }
    let Ok(body) = body else {
        return refuse(
            uri.path(),
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too long for a login.",
        );
    };
    let (client, now) = (admitted.via.client, door.now());
    let link = field(&body, "link");
    let room = match &link {
        Some(_) => door.attempts.take(client, now),
        None => door.attempts.take_token(client, now),
    };
    if let Err(wait) = room {
        return too_many(&web, &admitted.via, wait);
    }
    let begun = match &link {
        Some(link) => by_link(&web, link, now).await,
        None => {
            let token = field(&body, "token").unwrap_or_default();
            by_token(&web, &token, now).await
        }
    };
    let session = match begun {
        Ok(Some(session)) => session,
        Ok(None) => {
            door.failed();
            tracing::warn!(%client, "somebody tried to log in to the dashboard, and was refused");
            let said = match link {
                Some(_) => "This link was used, or is too old. Make another with cogbox login.",
                None => "This is not the token. cogbox login prints a link that works without one.",
            };
            let page = page::form(
                None,
                is_overheard(&admitted.via),
                web.discord.is_some(),
                Some(said),
            );
            return (StatusCode::UNAUTHORIZED, Html(page.into_string())).into_response();
        }
        Err(error) => {
            tracing::warn!(%error, "nobody can log in to the dashboard");
            let sentence = "The database does not answer. Try again in a moment.";
            return refuse(uri.path(), StatusCode::SERVICE_UNAVAILABLE, sentence);
        }
    };
    door.attempts.succeeded(client);
    if is_overheard(&admitted.via) {
        tracing::warn!(%client, "somebody logged in to the dashboard without https: who listens on the network can do the same");
    } else {
        tracing::info!(%client, "somebody logged in to the dashboard");
    }
    let cookie = cookie::set(&session, SESSION, admitted.via.https);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

/// `POST /logout`: ends the session that was sent along.
pub async fn log_out(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    uri: Uri,
) -> Response {
    if let Some(session) = admitted.visitor.session
        && let Err(error) = web.store().end_session(session).await
    {
        tracing::warn!(%error, "nobody can log out of the dashboard");
        let sentence = "The database does not answer: you are still logged in. Try again.";
        return refuse(uri.path(), StatusCode::SERVICE_UNAVAILABLE, sentence);
    }
    let cookie = cookie::clear(admitted.via.https);
    ([(header::SET_COOKIE, cookie)], Redirect::to("/login")).into_response()
}

async fn by_link(web: &Web, link: &str, now: SystemTime) -> Result<Option<Secret>, StoreError> {
    let Some(link) = Secret::parse(link) else {
        return Ok(None);
    };
    match web.store().use_login_link(link.digest(), now).await? {
        true => begin(web, operator(now), None).await,
        false => Ok(None),
    }
}

async fn by_token(web: &Web, token: &str, now: SystemTime) -> Result<Option<Secret>, StoreError> {
    let Some(token) = Secret::parse(token) else {
        return Ok(None);
    };
    let Some(hash) = web.store().login_token().await? else {
        return Ok(None);
    };
    // Fails only when it is closed, which nobody does.
    let _turn = web.door.checking.acquire().await;
    let against = hash.clone();
    let checked = tokio::task::spawn_blocking(move || token.is_hashed_as(&against)).await;
    match checked.unwrap_or(false) {
        true => begin(web, operator(now), Some(&hash)).await,
        false => Ok(None),
    }
}

/// A session of who has the dashboard's token.
fn operator(now: SystemTime) -> Session {
    Session {
        made: now,
        ends: now + SESSION,
        person: None,
    }
}

async fn begin(
    web: &Web,
    session: Session,
    hash: Option<&str>,
) -> Result<Option<Secret>, StoreError> {
    let secret = Secret::fresh().map_err(StoreError::Invalid)?;
    let store = &web.store();
    let begun = store.begin_session(secret.digest(), &session, hash).await?;
    Ok(begun.then_some(secret))
}

fn too_many(web: &Web, via: &Via, wait: Duration) -> Response {
    web.door.failed();
    let seconds = wait.as_secs() + 1;
    let said =
        format!("Too many tries. Wait {seconds} seconds, or use a link that cogbox login prints.");
    let page =
        page::form(None, is_overheard(via), web.discord.is_some(), Some(&said)).into_string();
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Html(page)).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn no_login(uri: &Uri) -> Response {
    let sentence = "There is no login here: [web] auth in cogbox.toml is not \"token\".";
    refuse(uri.path(), StatusCode::NOT_FOUND, sentence)
}

/// Tells whether others can read what is sent.
fn is_overheard(via: &Via) -> bool {
    !via.https && !via.client.is_loopback()
}

/// Returns a field of a form, or of a query.
pub fn field(form: &[u8], name: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(form);
    let found = fields.find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}
