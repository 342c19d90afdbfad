//! The REST API, v10: `/api/v10/...`.
//!
//! Every route stands in `routes.rs`. A request passes, in this order: ban and user agent, body,
//! route, planned answers of tests, authorization, limits, handler; then it is recorded. Handlers are plain
//! functions over the state, with no waiting in them; one file per resource.

mod applications;
mod audit_log;
mod bans;
mod bulk_ban;
mod bulk_delete;
mod channel_edit;
mod channels;
mod command_permissions;
mod commands;
mod emojis;
mod followups;
mod forum;
mod gateway;
mod guild_channels;
mod guild_edit;
mod guilds;
mod interactions;
mod invites;
mod limits;
mod member_edit;
mod member_roles;
mod members;
mod message_checks;
mod messages;
mod multipart;
mod overwrites;
mod pins;
mod polls;
mod prune;
mod reactions;
mod record;
mod references;
mod request;
mod rights;
mod roles;
mod routes;
mod thread_edit;
mod thread_lists;
mod thread_members;
mod threads;
mod users;
mod voice_states;
mod webhook_messages;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State as Shared;
use axum::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT,
    VIA,
};
use axum::http::{HeaderMap, Method, StatusCode, request::Parts};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::Value;

pub use commands::meddle;
pub use limits::Limits;
pub use limits::Scope;
pub use record::{Instead, Plan, Recorded, Recorder};
pub use request::pairs as form_pairs;

use crate::hub::{Hub, State};
use crate::rules::Refusal;
use crate::snowflake::Id;
use crate::wire;
use crate::witness::Exchange;
use limits::Counted;
use request::{Request, read_body};
use routes::{Access, Found};

/// The largest request body, in bytes.
const LARGEST_REQUEST: usize = 25 * 1024 * 1024;

/// What a handler answers with: a status and, unless it is 204, JSON.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    body: Value,
}

impl Reply {
    pub fn ok(body: impl Into<Value>) -> Self {
        Reply {
            status: 200,
            body: body.into(),
        }
    }

    pub fn created(body: impl Into<Value>) -> Self {
        Reply {
            status: 201,
            body: body.into(),
        }
    }

    pub fn empty() -> Self {
        Reply {
            status: 204,
            body: Value::Null,
        }
    }
}

/// An answer on its way out: the reply or refusal, and what the limits add.
struct Answer {
    status: u16,
    body: Vec<u8>,
    content_type: &'static str,
    headers: Vec<(HeaderName, String)>,
    /// Whether it is a limit that several bots share, which is not held against this one.
    shared: bool,
    /// Whether it is not the API's own: what a proxy in front of it sends, or what a test planned.
    foreign: bool,
    fate: Fate,
}

/// What becomes of an answer on its way.
#[derive(Clone, Copy)]
enum Fate {
    /// It arrives.
    Whole,
    /// It arrives so much later.
    Late(Duration),
    /// The connection breaks after so many bytes of its body, or, with none, before anything.
    Cut(usize),
}

/// Answers every request below `/api`.
pub async fn serve(Shared(hub): Shared<Arc<Hub>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match to_bytes(body, LARGEST_REQUEST).await {
        Ok(body) => answer(&hub, &parts, body),
        Err(_) => Answer::refused(&Refusal::too_large()),
    };
    if let Fate::Late(length) = answer.fate {
        let clock = hub.clock();
        clock.sleep_until(clock.now().plus(length)).await;
    }
    answer.into_response()
}

fn answer(hub: &Hub, parts: &Parts, bytes: Bytes) -> Answer {
    let path = parts.uri.path();
    let body = read_body(&parts.method, &parts.headers, bytes);
    let shown = body.as_ref().map_or(Value::Null, |body| body.json.clone());
    let files = body.as_ref().map_or(0, |body| body.files.len());
    let query = parts.uri.query().unwrap_or_default();
    let witness = hub.options().witness.as_deref();
    let seen = witness.map(|witness| (witness, shown.clone()));
    let answer = hub.with(|state| {
        let mut gone_again = false;
        let answer = match let_in(state, &parts.headers) {
            Some(stopped) => stopped,
            None => {
                let answer = match routes::find(&parts.method, path) {
                    Err(refusal) => Answer::refused(&refusal),
                    Ok(found) => {
                        let request = Request::new(&found, query, &parts.headers, body);
                        gone_again = webhooks::asked_again(state, &found);
                        judge(state, &parts.method, path, &parts.headers, &found, request)
                    }
                };
                let invalid = matches!(answer.status, 401 | 403 | 429) && !answer.shared;
                if invalid || gone_again {
                    let (options, now) = (state.options.clone(), state.now);
                    let (allowed, ban) = (options.invalid_limit, options.ban);
                    state.limits.count_invalid(allowed, ban, now);
                }
                answer
            }
        };
        let recorded = Recorded {
            method: parts.method.to_string(),
            path: path.to_owned(),
            query: query.to_owned(),
            body: shown,
            status: answer.status,
            at: state.now,
        };
        state.recorder.add(recorded);
        state.touch();
        answer
    });
    if let Some((witness, body)) = seen.filter(|_| !answer.foreign) {
        witness.saw(&Exchange {
            method: parts.method.as_str(),
            path,
            query,
            body: &body,
            files,
            status: answer.status,
            reply: &answer.body,
        });
    }
    answer
}

/// Stops what does not even reach the API: banned addresses, and clients that do not say who they
/// are. Both are answered by the proxy in front of Discord.
fn let_in(state: &State, headers: &HeaderMap) -> Option<Answer> {
    if state.limits.banned(state.now) {
        return Some(Answer::page(429, "<html>error code: 1015</html>"));
    }
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let named = agent.is_some_and(|agent| match state.options.strict_user_agent {
        true => is_bot_agent(agent),
        false => !agent.trim().is_empty(),
    });
    (!named).then(|| Answer::refused(&Refusal::bad_user_agent()))
}

/// Tells whether a user agent reads `DiscordBot (url, version)`, whatever follows.
fn is_bot_agent(agent: &str) -> bool {
    let inside = agent
        .strip_prefix("DiscordBot (")
        .and_then(|rest| rest.split_once(')'));
    let parts = inside.and_then(|(inside, _)| inside.split_once(','));
    parts.is_some_and(|(url, version)| !url.trim().is_empty() && !version.trim().is_empty())
}

fn judge(
    state: &mut State,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    found: &Found<'_>,
    request: Result<Request<'_>, Refusal>,
) -> Answer {
    let plan = record::take_plan(&mut state.plans, method.as_str(), path);
    match plan {
        Some(Instead::Answer { status, body }) => return Answer::planned(status, body),
        Some(Instead::Reset) => return Answer::lost(),
        _ => {}
    }
    let person = match authorize(state, headers, found.route.access) {
        Ok(person) => person,
        Err(refusal) => return Answer::refused(&refusal),
    };
    let counted = match found.route.access {
        Access::Open => None,
        access => {
            let (now, options) = (state.now, state.options.clone());
            let global = options
                .global_limit
                .filter(|_| person.is_none() && access.is_of_bots());
            match state.limits.count(found, global, options.route_limits, now) {
                Ok(counted) => counted,
                Err(limited) => return Answer::limited(&limited),
            }
        }
    };
    if let Some(Instead::Limited(retry_after, scope)) = plan {
        return Answer::limited(&limits::Limited {
            retry_after,
            scope,
            counted: counted.filter(|_| scope != Scope::Global),
        });
    }
    let reply = request.and_then(|mut request| {
        request.person = person;
        request.fits(state.world.attachment_limit)?;
        (found.route.handler)(state, &request)
    });
    let mut answer = match reply {
        Ok(mut reply) => {
            if state.sessions.tamper.sparse {
                wire::sparse::thin(&mut reply.body);
            }
            Answer::json(reply.status, &reply.body)
        }
        Err(refusal) => Answer::refused(&refusal),
    };
    if let Some(counted) = counted {
        answer.count(&counted);
    }
    match plan {
        Some(Instead::Hang(length)) => answer.fate = Fate::Late(length),
        Some(Instead::Cut(bytes)) => answer.fate = Fate::Cut(bytes),
        _ => {}
    }
    answer
}

/// Refuses a request that does not bring what its route asks for. Returns the person whose token it
/// brought, where it has to be a person's.
fn authorize(state: &State, headers: &HeaderMap, access: Access) -> Result<Option<Id>, Refusal> {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let bot = given.strip_prefix("Bot ") == Some(&state.token);
    match access {
        Access::Open | Access::Token => Ok(None),
        Access::Bot if bot => Ok(None),
        Access::Person if bot => Err(Refusal::not_for_bots()),
        Access::Person => match given.strip_prefix("Bearer ") {
            Some(token) if state.bearers.contains_key(token) => {
                Ok(state.bearers.get(token).copied())
            }
            _ => Err(Refusal::unauthorized()),
        },
        Access::Either(_) if bot => Ok(None),
        Access::Either(scope) => {
            let token = given.strip_prefix("Bearer ").unwrap_or_default();
            let person = state.oauth.bearer(token, scope, state.now);
            person.map(Some).ok_or_else(Refusal::unauthorized)
        }
        Access::Bot => Err(Refusal::unauthorized()),
    }
}

impl Answer {
    fn json(status: u16, body: &Value) -> Self {
        Answer {
            status,
            body: match status {
                204 => Vec::new(),
                _ => body.to_string().into_bytes(),
            },
            content_type: "application/json",
            headers: Vec::new(),
            shared: false,
            foreign: false,
            fate: Fate::Whole,
        }
    }

    /// What a proxy in front of Discord answers with: a page, and not JSON.
    fn page(status: u16, text: impl Into<String>) -> Self {
        Answer {
            status,
            body: text.into().into_bytes(),
            content_type: "text/html",
            headers: Vec::new(),
            shared: false,
            foreign: true,
            fate: Fate::Whole,
        }
    }

    fn planned(status: u16, body: Value) -> Self {
        match body {
            Value::String(page) => Answer::page(status, page),
            body => Answer {
                foreign: true,
                ..Answer::json(status, &body)
            },
        }
    }

    /// An answer that nobody gets.
    fn lost() -> Self {
        Answer {
            fate: Fate::Cut(0),
            status: 0,
            ..Answer::page(500, "")
        }
    }

    fn refused(refusal: &Refusal) -> Self {
        Answer::json(refusal.status, &refusal.body())
    }

    fn limited(limited: &limits::Limited) -> Self {
        let mut answer = Answer::json(429, &limited.body());
        let seconds = limited.retry_after.as_secs_f64().ceil();
        answer.header(RETRY_AFTER, seconds);
        answer.header(VIA, "1.1 cogbox-local");
        answer.header(name("x-ratelimit-scope"), limited.scope());
        if limited.scope == limits::Scope::Global {
            answer.header(name("x-ratelimit-global"), true);
        }
        if let Some(counted) = &limited.counted {
            answer.count(counted);
        }
        answer.shared = limited.scope == limits::Scope::Shared;
        answer
    }

    fn count(&mut self, counted: &Counted) {
        let after = counted.reset.since(counted.now).as_secs_f64();
        self.header(name("x-ratelimit-limit"), counted.limit);
        self.header(name("x-ratelimit-remaining"), counted.remaining);
        self.header(
            name("x-ratelimit-reset"),
            format!("{:.3}", counted.reset.seconds() + counted.skew as f64),
        );
        self.header(name("x-ratelimit-reset-after"), format!("{after:.3}"));
        self.header(name("x-ratelimit-bucket"), counted.bucket);
    }

    fn header(&mut self, name: HeaderName, value: impl ToString) {
        self.headers.push((name, value.to_string()));
    }

    fn into_response(self) -> Response {
        let length = self.body.len();
        let mut response = match self.fate {
            Fate::Cut(bytes) => Response::new(broken(self.body, bytes)),
            Fate::Whole | Fate::Late(_) => Response::new(Body::from(self.body)),
        };
        if matches!(self.fate, Fate::Cut(_)) {
            response
                .headers_mut()
                .insert(CONTENT_LENGTH, length.max(1).into());
        }
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.status != 204 {
            let kind = HeaderValue::from_static(self.content_type);
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// A body that breaks off. The pause lets its beginning leave before the connection breaks.
fn broken(mut body: Vec<u8>, bytes: usize) -> Body {
    const PAUSE: Duration = Duration::from_millis(20);
    body.truncate(bytes);
    let start = (!body.is_empty()).then(|| Ok(Bytes::from(body)));
    let end = async move {
        if bytes > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    };
    Body::from_stream(stream::iter(start).chain(stream::once(end)))
}

fn name(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}
