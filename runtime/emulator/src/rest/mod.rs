//! The REST API, v10: `/api/v10/...`.
//!
//! Every route stands in `routes.rs`. A request passes, in this order: body, route, planned
//! answers of tests, authorization, limits, handler; then it is recorded. Handlers are plain
//! functions over the state, with no waiting in them; one file per resource.

mod applications;
mod audit_log;
mod bans;
mod bulk_ban;
mod bulk_delete;
mod channel_edit;
mod channels;
mod commands;
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
mod messages;
mod multipart;
mod overwrites;
mod pins;
mod prune;
mod reactions;
mod record;
mod request;
mod rights;
mod roles;
mod routes;
mod users;
mod webhooks;

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State as Shared;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, VIA};
use axum::http::{HeaderMap, Method, StatusCode, request::Parts};
use axum::response::Response;
use serde_json::Value;

pub use limits::Limits;
pub use record::{PlannedAnswer, Recorded, Recorder};

use crate::hub::{Hub, State};
use crate::rules::Refusal;
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
}

/// Answers every request below `/api`.
pub async fn serve(Shared(hub): Shared<Arc<Hub>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match to_bytes(body, LARGEST_REQUEST).await {
        Ok(body) => answer(&hub, &parts, body),
        Err(_) => Answer::refused(&Refusal::too_large()),
    };
    answer.into_response()
}

fn answer(hub: &Hub, parts: &Parts, bytes: Bytes) -> Answer {
    let path = parts.uri.path();
    let body = read_body(&parts.method, &parts.headers, bytes);
    let shown = body.as_ref().map_or(Value::Null, |body| body.json.clone());
    let query = parts.uri.query().unwrap_or_default();
    hub.with(|state| {
        let answer = match routes::find(&parts.method, path) {
            Err(refusal) => Answer::refused(&refusal),
            Ok(found) => {
                let request = Request::new(&found, query, &parts.headers, body);
                judge(state, &parts.method, path, &parts.headers, &found, request)
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
    })
}

fn judge(
    state: &mut State,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    found: &Found<'_>,
    request: Result<Request<'_>, Refusal>,
) -> Answer {
    if let Some(planned) = record::take_planned(&mut state.planned, method.as_str(), path) {
        return planned.into();
    }
    let authorized = authorized(headers, &state.options.token);
    if found.route.access == Access::Bot && !authorized {
        state.limits.invalid_requests += 1;
        return Answer::refused(&Refusal::unauthorized());
    }
    let counted = match found.route.access {
        Access::Open => None,
        access => {
            let (now, options) = (state.now, state.options.clone());
            let global = options.global_limit.filter(|_| access == Access::Bot);
            match state.limits.count(found, global, options.route_limits, now) {
                Ok(counted) => counted,
                Err(limited) => return Answer::limited(&limited),
            }
        }
    };
    let reply = request.and_then(|request| (found.route.handler)(state, &request));
    let mut answer = match reply {
        Ok(reply) => Answer::json(reply.status, &reply.body),
        Err(refusal) => {
            state.limits.invalid_requests += u64::from(matches!(refusal.status, 401 | 403));
            Answer::refused(&refusal)
        }
    };
    if let Some(counted) = counted {
        answer.count(&counted);
    }
    answer
}

fn authorized(headers: &HeaderMap, token: &str) -> bool {
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    given.and_then(|given| given.strip_prefix("Bot ")) == Some(token)
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
        match &limited.counted {
            Some(counted) => answer.count(counted),
            None => answer.header(name("x-ratelimit-global"), true),
        }
        answer
    }

    fn count(&mut self, counted: &Counted) {
        let after = counted.reset.since(counted.now).as_secs_f64();
        self.header(name("x-ratelimit-limit"), counted.limit);
        self.header(name("x-ratelimit-remaining"), counted.remaining);
        self.header(
            name("x-ratelimit-reset"),
            format!("{:.3}", counted.reset.seconds()),
        );
        self.header(name("x-ratelimit-reset-after"), format!("{after:.3}"));
        self.header(name("x-ratelimit-bucket"), counted.bucket);
    }

    fn header(&mut self, name: HeaderName, value: impl ToString) {
        self.headers.push((name, value.to_string()));
    }

    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
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

impl From<PlannedAnswer> for Answer {
    fn from(planned: PlannedAnswer) -> Self {
        match planned.body {
            // A proxy in front of Discord answers with a page, not with JSON.
            Value::String(page) => Answer {
                status: planned.status,
                body: page.into_bytes(),
                content_type: "text/html",
                headers: Vec::new(),
            },
            body => Answer::json(planned.status, &body),
        }
    }
}

fn name(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}
