//! What stands around every route: access, time limit, contained panics, headers, numbers.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;

use super::access::Access;
use super::refusal::refuse;
use crate::telemetry::Metrics;

/// How long a route may take; all of them read memory, and one the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// Nothing from elsewhere, nothing inline, in no frame; no document that shares our process.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
             connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
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

/// What holds for one route.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its path, as metrics name it.
    pub route: &'static str,
    /// Who may reach it.
    pub access: Access,
}

/// Answers a request under a rule. Whatever the route does, there is an answer, and it is counted.
pub async fn guard(rule: Rule, metrics: Arc<Metrics>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = method_label(request.method());
    let path = request.uri().path().to_owned();
    let mut response = match rule.access.check(&request) {
        Ok(()) => contained(&path, request, next).await,
        Err((status, sentence)) => refuse(&path, status, sentence),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    let class = class_label(response.status());
    metrics
        .http_requests_total
        .with_label_values(&[rule.route, method, class])
        .inc();
    metrics
        .http_request_seconds
        .with_label_values(&[rule.route])
        .observe(began.elapsed().as_secs_f64());
    response
}

async fn contained(path: &str, request: Request, next: Next) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(PATIENCE, answer).await {
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
