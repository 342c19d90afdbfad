//! OAuth2, with which people let an application know who they are: the page on which they agree, and
//! the endpoints that exchange what it hands out. Discord's documentation, "OAuth2".
//!
//! - `GET  /oauth2/authorize` the page; `POST` what somebody chose on it, with `as` or `cancel`
//! - `POST /api/oauth2/token` a code, or a refresh token, for an access token
//! - `POST /api/oauth2/token/revoke` forgets one
//!
//! Refusals of the last two have the form of RFC 6749: `{"error": ..., "error_description": ...}`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::clock::Time;
use crate::hub::{Hub, State};
use crate::rest::form_pairs;
use crate::snowflake::Id;

/// How long a code is good.
const CODE_LIFE: Duration = Duration::from_secs(60);
/// How long an access token is good.
const TOKEN_LIFE: Duration = Duration::from_secs(604_800);
/// The scopes that are known here.
const SCOPES: [&str; 2] = ["identify", "guilds"];

/// What the application registered, and what was handed out.
#[derive(Default)]
pub struct OAuth {
    /// The application's secret.
    pub secret: String,
    /// Where people may be sent back to.
    pub redirects: Vec<String>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Grant>,
    refresh: HashMap<String, Grant>,
    made: u64,
}

struct Code {
    grant: Grant,
    redirect: String,
    challenge: Option<String>,
}

/// What somebody agreed to.
#[derive(Clone)]
struct Grant {
    user: Id,
    scopes: Vec<String>,
    ends: Time,
}

impl OAuth {
    /// Returns whose access token this is, if it is good and has the scope.
    pub fn bearer(&self, token: &str, scope: &str, now: Time) -> Option<Id> {
        let grant = self.tokens.get(token).filter(|grant| grant.ends > now)?;
        grant
            .scopes
            .iter()
            .any(|s| s == scope)
            .then_some(grant.user)
    }

    /// Returns a text that was not handed out before, and that nobody can guess from another.
    fn fresh(&mut self) -> String {
        use std::hash::{BuildHasher, RandomState};
        self.made += 1;
        // Each of these has keys of its own, by the system's randomness.
        let part = |n: u64| RandomState::new().hash_one((self.made, n)).to_be_bytes();
        let bytes = [part(0), part(1), part(2)].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

pub fn router() -> Router<Arc<Hub>> {
    let mut router = Router::new().route("/oauth2/authorize", get(ask).post(choose));
    for base in ["/api", "/api/v10"] {
        router = router
            .route(&format!("{base}/oauth2/token"), post(token))
            .route(&format!("{base}/oauth2/token/revoke"), post(revoke));
    }
    router
}

type Fields = HashMap<String, String>;

fn fields(text: &str) -> Fields {
    form_pairs(text).collect()
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

/// Says what is wrong with a request that can't even be sent back.
fn refused(state: &State, fields: &Fields) -> Option<&'static str> {
    if field(fields, "client_id") != state.world.application.id.to_string() {
        return Some("Unknown Application");
    }
    let redirect = field(fields, "redirect_uri");
    let known = state.oauth.redirects.iter().any(|known| known == redirect);
    (!known).then_some("Invalid OAuth2 redirect_uri")
}

/// Says what is wrong with a request that is sent back.
fn mistaken(fields: &Fields) -> Option<&'static str> {
    if field(fields, "response_type") != "code" {
        return Some("unsupported_response_type");
    }
    let mut scopes = field(fields, "scope").split(' ');
    if !scopes.all(|scope| SCOPES.contains(&scope)) {
        return Some("invalid_scope");
    }
    let method = fields.get("code_challenge_method");
    let hashed = method.is_none_or(|method| method == "S256");
    (!hashed || (method.is_some() && !fields.contains_key("code_challenge")))
        .then_some("invalid_request")
}

async fn ask(Shared(hub): Shared<Arc<Hub>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let asked = fields(&query);
    hub.with_quietly(|state| {
        if let Some(why) = refused(state, &asked) {
            return page(StatusCode::BAD_REQUEST, &format!("<p>{why}</p>"));
        }
        if let Some(error) = mistaken(&asked) {
            return back(&asked, &[("error", error)]);
        }
        let people = state.world.users.values().filter(|user| !user.bot);
        let buttons: String = people
            .map(|user| {
                let (id, name) = (user.id, escaped(&user.username));
                format!("<button name=\"as\" value=\"{id}\">Authorize as {name}</button> ")
            })
            .collect();
        let (name, scope) = (
            escaped(&state.world.application.name),
            escaped(field(&asked, "scope")),
        );
        page(
            StatusCode::OK,
            &format!(
                "<h1>{name} asks who you are</h1><p>It will know: {scope}</p>\
                 <form method=\"post\" action=\"/oauth2/authorize?{}\">{buttons}\
                 <button name=\"cancel\" value=\"1\">Cancel</button></form>",
                escaped(&query)
            ),
        )
    })
}

async fn choose(
    Shared(hub): Shared<Arc<Hub>>,
    RawQuery(query): RawQuery,
    body: String,
) -> Response {
    let (asked, chosen) = (fields(&query.unwrap_or_default()), fields(&body));
    hub.with(|state| {
        if let Some(why) = refused(state, &asked) {
            return page(StatusCode::BAD_REQUEST, &format!("<p>{why}</p>"));
        }
        if let Some(error) = mistaken(&asked) {
            return back(&asked, &[("error", error)]);
        }
        let user = field(&chosen, "as").parse().ok();
        let Some(user) = user.filter(|id| state.world.user(*id).is_some()) else {
            let words = "The resource owner or authorization server denied the request";
            return back(
                &asked,
                &[("error", "access_denied"), ("error_description", words)],
            );
        };
        let code = state.oauth.fresh();
        let scopes = field(&asked, "scope").split(' ').map(str::to_owned);
        let kept = Code {
            grant: Grant {
                user,
                scopes: scopes.collect(),
                ends: state.now.plus(CODE_LIFE),
            },
            redirect: field(&asked, "redirect_uri").to_owned(),
            challenge: asked.get("code_challenge").cloned(),
        };
        state.oauth.codes.insert(code.clone(), kept);
        back(&asked, &[("code", &code)])
    })
}

async fn token(Shared(hub): Shared<Arc<Hub>>, headers: HeaderMap, body: Bytes) -> Response {
    hub.with(|state| {
        let form = match form(state, &headers, &body) {
            Ok(form) => form,
            Err(refusal) => return *refusal,
        };
        let grant = match field(&form, "grant_type") {
            "authorization_code" => by_code(state, &form),
            "refresh_token" => {
                let token = field(&form, "refresh_token");
                let known = state.oauth.refresh.remove(token);
                known.ok_or_else(|| invalid("Invalid \"refresh_token\" in request."))
            }
            _ => Err(error(
                400,
                "unsupported_grant_type",
                "Unsupported grant type",
            )),
        };
        let mut grant = match grant {
            Ok(grant) => grant,
            Err(refusal) => return *refusal,
        };
        grant.ends = state.now.plus(TOKEN_LIFE);
        let (access, refresh) = (state.oauth.fresh(), state.oauth.fresh());
        let scope = grant.scopes.join(" ");
        state.oauth.tokens.insert(access.clone(), grant.clone());
        state.oauth.refresh.insert(refresh.clone(), grant);
        answer(
            200,
            &json!({
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFE.as_secs(),
                "refresh_token": refresh,
                "scope": scope,
            }),
        )
    })
}

/// A code is good once, for the address and the verifier that it was asked with.
fn by_code(state: &mut State, form: &Fields) -> Result<Grant, Box<Response>> {
    let code = state.oauth.codes.remove(field(form, "code"));
    let code = code.filter(|code| code.grant.ends > state.now);
    let code = code.ok_or_else(|| invalid("Invalid \"code\" in request."))?;
    if field(form, "redirect_uri") != code.redirect {
        return Err(invalid("Invalid \"redirect_uri\" in request."));
    }
    let given = form.get("code_verifier");
    let given = given.map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    match given == code.challenge {
        true => Ok(code.grant),
        false => Err(invalid("Invalid \"code_verifier\" in request.")),
    }
}

async fn revoke(Shared(hub): Shared<Arc<Hub>>, headers: HeaderMap, body: Bytes) -> Response {
    hub.with(|state| match form(state, &headers, &body) {
        Ok(form) => {
            let token = field(&form, "token");
            state.oauth.tokens.remove(token);
            state.oauth.refresh.remove(token);
            answer(200, &json!({}))
        }
        Err(refusal) => *refusal,
    })
}

/// Reads a form of the application, which says that it is itself in a header or in the form.
fn form(state: &State, headers: &HeaderMap, body: &[u8]) -> Result<Fields, Box<Response>> {
    let text = |name| {
        let value: Option<&axum::http::HeaderValue> = headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    if !text(CONTENT_TYPE).starts_with("application/x-www-form-urlencoded") {
        return Err(error(400, "invalid_request", "Only a form is taken here"));
    }
    let form = fields(&String::from_utf8_lossy(body));
    let basic = text(AUTHORIZATION).strip_prefix("Basic ");
    let basic = basic.and_then(|basic| STANDARD.decode(basic).ok());
    let basic = basic.and_then(|basic| String::from_utf8(basic).ok());
    let (client, secret) = match basic.as_deref().and_then(|basic| basic.split_once(':')) {
        Some((client, secret)) => (client, secret),
        None => (field(&form, "client_id"), field(&form, "client_secret")),
    };
    let own = client == state.world.application.id.to_string();
    match own && !secret.is_empty() && secret == state.oauth.secret {
        true => Ok(form),
        false => Err(error(401, "invalid_client", "Invalid client")),
    }
}

fn invalid(description: &str) -> Box<Response> {
    error(400, "invalid_grant", description)
}

fn error(status: u16, error: &str, description: &str) -> Box<Response> {
    Box::new(answer(
        status,
        &json!({"error": error, "error_description": description}),
    ))
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body.to_string()).into_response()
}

/// Sends somebody back to where they came from.
fn back(asked: &Fields, says: &[(&str, &str)]) -> Response {
    let state = asked.get("state").map(|state| ("state", state.as_str()));
    let pairs = says.iter().copied().chain(state);
    let pairs: Vec<_> = pairs
        .map(|(key, value)| format!("{key}={}", encoded(value)))
        .collect();
    let redirect = field(asked, "redirect_uri");
    let sign = if redirect.contains('?') { '&' } else { '?' };
    let location = format!("{redirect}{sign}{}", pairs.join("&"));
    (StatusCode::FOUND, [(LOCATION, location)]).into_response()
}

fn page(status: StatusCode, body: &str) -> Response {
    let text = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Local Discord</title>\
         <link rel=\"stylesheet\" href=\"/page/style.css\"><main>{body}</main></html>"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
        ),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

fn encoded(text: &str) -> String {
    let each = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    each.collect()
}
