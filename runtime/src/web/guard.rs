//! What stands around every route: access, body and time limits, contained panics, headers, numbers.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http_body_util::Limited;

use super::access::{Door, Who};
use super::refusal::{Refused, not_allowed, refuse};
use crate::telemetry::Metrics;

/// How long a route may take, reading the request's body included.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Nothing from elsewhere, nothing inline, in no frame; no document that shares our process.
///
/// The referrer policy is not `no-referrer`: with that, browsers say `Origin: null` of our own forms.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
             connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// What holds for one method of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The method. GET includes HEAD; every other one changes something.
    pub method: Method,
    /// Who may use it.
    pub who: Who,
    /// How long the request's body may be.
    pub body: usize,
}

/// What stands around one path.
#[derive(Clone)]
pub struct Guard {
    /// The path, as metrics name it.
    pub route: &'static str,
    /// Its rules, one for each method. The first one holds for methods that it does not have.
    pub rules: Arc<[Rule]>,
    /// Who asks.
    pub door: Arc<Door>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
    /// How long the answer may take.
    pub patience: Duration,
}

impl Guard {
    /// Answers a request. Whatever the route does, there is an answer, and it is counted.
    pub async fn answer(self, request: Request, next: Next) -> Response {
        let began = Instant::now();
        let method = method_label(request.method());
        let path = request.uri().path().to_owned();
        let mut response = match self.admit(request).await {
            Ok(request) => contained(&path, self.patience, request, next).await,
            Err(response) => *response,
        };
        for (name, value) in HEADERS {
            response.headers_mut().insert(name, value);
        }
        response
            .headers_mut()
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        let class = class_label(response.status());
        self.metrics
            .http_requests_total
            .with_label_values(&[self.route, method, class])
            .inc();
        self.metrics
            .http_request_seconds
            .with_label_values(&[self.route])
            .observe(began.elapsed().as_secs_f64());
        response
    }

    /// Lets a request in with what is known of who sent it, and no more of a body than its rule
    /// allows.
    async fn admit(&self, request: Request) -> Result<Request, Box<Response>> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let found = self.rules.iter().find(|rule| rule.is_for(&parts.method));
        // There is always a rule: the table has no path without one.
        let who = found.or(self.rules.first()).map_or(Who::Admins, |r| r.who);
        let told = |refused: Refused| Box::new(refused.at(&path));
        if found.is_none() {
            // A method that the path does not have changes nothing, wherever it comes from.
            parts.method = Method::GET;
        }
        let admitted = self.door.admit(who, &parts).await.map_err(told)?;
        let Some(rule) = found else {
            return Err(Box::new(not_allowed(&path, &self.allow())));
        };
        if announced(&parts.headers).is_some_and(|length| length > rule.body as u64) {
            return Err(told(Refused::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "This request is longer than what can be sent here.",
            )));
        }
        parts.extensions.insert(admitted);
        let body = Body::new(Limited::new(body, rule.body));
        Ok(Request::from_parts(parts, body))
    }

    /// Returns the methods, as the header `Allow` has them.
    fn allow(&self) -> String {
        let methods = self.rules.iter().map(|rule| match rule.method {
            Method::GET => "GET, HEAD",
            ref other => other.as_str(),
        });
        methods.collect::<Vec<_>>().join(", ")
    }
}

impl Rule {
    fn is_for(&self, method: &Method) -> bool {
        self.method == *method || (self.method == Method::GET && *method == Method::HEAD)
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    // What is no number hyper refused before.
    length.to_str().ok()?.parse().ok()
}

async fn contained(path: &str, patience: Duration, request: Request, next: Next) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(patience, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(path, "a route panicked: {}", words(&*panic));
            refuse(
                path,
                StatusCode::INTERNAL_SERVER_ERROR,
                "Cogbox failed to answer this. The log says how; the bot goes on.",
            )
        }
        Err(_) => refuse(
            path,
            StatusCode::SERVICE_UNAVAILABLE,
            "This took too long. Try again in a moment.",
        ),
    }
}

/// Returns what a panic said.
pub fn words(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "without a word",
    }
}

/// A client can make up methods; labels can't.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class_label(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
