//! One HTTP exchange with Discord: what is sent, what comes back, and what the reply says about
//! limits. It never waits for a turn and never sends twice.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER, VIA,
};
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::turns::Told;
use super::{Request, RestError, Upload};
use crate::config::Token;
use crate::telemetry::Metrics;

/// A request takes at most this long, body included.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The first answer to an interaction is worth nothing after this.
const CALLBACK_TIMEOUT: Duration = Duration::from_secs(3);
/// The largest reply that is read, in bytes: Discord's largest (a full guild) is far below.
const REPLY_MAX: usize = 32 << 20;

/// The statuses that are told apart, and `none` where nothing came back.
const STATUSES: &[&str] = &[
    "none", "200", "201", "202", "204", "304", "400", "401", "403", "404", "405", "409", "413",
    "429", "500", "502", "503", "504",
];

/// The connections to Discord.
pub(super) struct Wire {
    client: reqwest::Client,
    base: String,
    authorization: HeaderValue,
    metrics: Arc<Metrics>,
    /// Round trip of the last request, in microseconds; 0 before the first.
    latency: AtomicU64,
    /// How far this machine's clock was before Discord's, at the first reply.
    clock_ahead: OnceLock<time::Duration>,
}

/// What came of it.
pub(super) struct Exchange {
    /// The reply's body, or why there is none.
    pub result: Result<Vec<u8>, Failure>,
    /// What it said about limits.
    pub told: Told,
    /// The status, if there was a reply.
    pub status: Option<u16>,
    /// Whether a 429 came of a limit that others used up.
    pub shared: bool,
}

/// A failure, and whether Discord may have acted on the request all the same.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub error: RestError,
    pub arrived: bool,
}

impl Wire {
    pub(super) fn new(base: &str, token: &Token, metrics: Arc<Metrics>) -> Result<Self, RestError> {
        let mut authorization = HeaderValue::try_from(format!("Bot {}", token.secret()))
            .map_err(|_| RestError::local("the token has characters that no header can carry"))?;
        authorization.set_sensitive(true);
        let client = reqwest::Client::builder()
            .user_agent(concat!(
                "DiscordBot (cogbox, ",
                env!("CARGO_PKG_VERSION"),
                ")"
            ))
            .redirect(reqwest::redirect::Policy::none())
            // A proxy for Discord is the operator's explicit choice, never the environment's.
            .no_proxy()
            .build()
            .map_err(|error| RestError::local(format!("no HTTP client: {error}")))?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self {
            client,
            base,
            authorization,
            metrics,
            latency: AtomicU64::new(0),
            clock_ahead: OnceLock::new(),
        })
    }

    /// Returns the round trip of the last request, once there was one.
    pub(super) fn latency(&self) -> Option<Duration> {
        match self.latency.load(Ordering::Relaxed) {
            0 => None,
            micros => Some(Duration::from_micros(micros)),
        }
    }

    /// Returns how far this machine's clock was before Discord's at the first reply, to the second.
    pub(super) fn clock_ahead(&self) -> Option<time::Duration> {
        self.clock_ahead.get().copied()
    }

    /// Sends a request once.
    pub(super) async fn exchange(&self, request: &Request) -> Exchange {
        let route = &request.route;
        let template = route.template();
        let start = Instant::now();
        let result = self.prepare(request).send().await;
        let spent = start.elapsed();
        let seconds = &self.metrics.discord_request_seconds;
        seconds
            .with_label_values(&[template])
            .observe(spent.as_secs_f64());
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                self.count(template, "none");
                let arrived = !error.is_connect();
                // The error's text would name the URL, and an interaction's URL is a secret.
                let error = error.without_url();
                let error = RestError::unavailable(format!("{template}: {}", chain(&error)));
                return Exchange::failed(Failure { error, arrived });
            }
        };
        let micros = (spent.as_micros() as u64).max(1);
        self.latency.store(micros, Ordering::Relaxed);
        let status = response.status();
        self.count(template, status.as_str());
        let headers = response.headers().clone();
        if let Some(theirs) = date(&headers) {
            // The first stays.
            let _ = self.clock_ahead.set(OffsetDateTime::now_utc() - theirs);
        }
        let mut told = told(&headers);
        let shared = scope(&headers) == "shared";
        let reply = read(response).await;
        let result = match reply {
            Ok(reply) if status.is_success() => Ok(reply),
            Ok(reply) => {
                let error = RestError::from_reply(template, status, &headers, &reply);
                Err(Failure {
                    error,
                    arrived: true,
                })
            }
            Err(what) => {
                let said = format!("Discord's reply to {template} {what}");
                Err(Failure {
                    error: RestError::unavailable(said),
                    arrived: true,
                })
            }
        };
        if status.as_u16() == 429 {
            let limited = &self.metrics.discord_ratelimited_total;
            limited.with_label_values(&[scope(&headers)]).inc();
            let wait = result
                .as_ref()
                .err()
                .and_then(|failure| failure.error.retry_after);
            let all = headers.contains_key("x-ratelimit-global") || scope(&headers) == "global";
            told.wait = wait.map(|wait| (wait, all));
        }
        if let Err(failure) = &result {
            tracing::debug!(route = template, %status, error = failure.error.message, "Discord refused");
        }
        let result = result.map_err(|failure| banned(failure, status.as_u16(), &headers));
        Exchange {
            result,
            told,
            status: Some(status.as_u16()),
            shared,
        }
    }

    fn prepare(&self, request: &Request) -> reqwest::RequestBuilder {
        let route = &request.route;
        let url = format!("{}{}", self.base, route.path());
        let limit = if route.is_callback() {
            CALLBACK_TIMEOUT
        } else {
            TIMEOUT
        };
        let mut built = self.client.request(route.method(), url).timeout(limit);
        if route.authorized() {
            built = built.header(AUTHORIZATION, self.authorization.clone());
        }
        if let Some(reason) = request.reason_header() {
            built = built.header("x-audit-log-reason", reason);
        }
        match (&request.body, &request.files[..]) {
            (Some(body), []) => built.json(body),
            (Some(body), files) => built.multipart(form(body, files)),
            (None, _) => built,
        }
    }

    fn count(&self, template: &str, status: &str) {
        // What stands between could make up any; labels can't.
        let known = STATUSES.iter().find(|known| **known == status);
        let status = known.unwrap_or(&"other");
        let requests = &self.metrics.discord_requests_total;
        requests.with_label_values(&[template, status]).inc();
    }
}

impl Exchange {
    fn failed(failure: Failure) -> Self {
        Self {
            result: Err(failure),
            told: Told::default(),
            status: None,
            shared: false,
        }
    }
}

/// Marks a refusal that is not Discord's but that of the network in front of it: a page instead of
/// JSON, without the header that Discord's own answers carry. It concerns this machine's address.
fn banned(failure: Failure, status: u16, headers: &HeaderMap) -> Failure {
    let json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !matches!(status, 403 | 429) || json || headers.contains_key(VIA) {
        return failure;
    }
    let seconds = headers
        .get(RETRY_AFTER)
        .and_then(|after| after.to_str().ok()?.parse().ok());
    let wait = seconds.map(|seconds: u32| Duration::from_secs(seconds.into()));
    let error = RestError::banned(
        "Discord's network refuses this machine's address".into(),
        wait,
    );
    Failure { error, ..failure }
}

/// Returns when a reply was written, by its own word.
fn date(headers: &HeaderMap) -> Option<OffsetDateTime> {
    let text = headers.get(DATE)?.to_str().ok()?;
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

fn told(headers: &HeaderMap) -> Told {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let number = |name: &str| text(name)?.parse::<u32>().ok();
    let after = text("x-ratelimit-reset-after").and_then(|after| after.parse::<f64>().ok());
    let after = after.and_then(|after| Duration::try_from_secs_f64(after.min(3_600.0)).ok());
    let limit = number("x-ratelimit-limit").zip(number("x-ratelimit-remaining"));
    Told {
        bucket: text("x-ratelimit-bucket").map(str::to_owned),
        window: limit
            .zip(after)
            .map(|((limit, left), after)| (limit, left, after)),
        wait: None,
    }
}

fn form(body: &Value, files: &[Upload]) -> Form {
    let json = Part::text(body.to_string());
    // The constant is a MIME type.
    let json = json
        .mime_str("application/json")
        .expect("application/json is a MIME type");
    let form = Form::new().part("payload_json", json);
    files.iter().enumerate().fold(form, |form, (n, file)| {
        let part = Part::bytes(file.data.clone()).file_name(file.name.clone());
        form.part(format!("files[{n}]"), part)
    })
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut reply = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if reply.len() + chunk.len() > REPLY_MAX => {
                return Err("is too long".into());
            }
            Ok(Some(chunk)) => reply.extend_from_slice(&chunk),
            Ok(None) => return Ok(reply),
            Err(error) => return Err(format!("broke off: {}", error.without_url())),
        }
    }
}

fn scope(headers: &HeaderMap) -> &'static str {
    match headers.get("x-ratelimit-scope").map(HeaderValue::as_bytes) {
        Some(b"user") => "user",
        Some(b"global") => "global",
        Some(b"shared") => "shared",
        _ => "none",
    }
}

/// An error with its causes, in one line: reqwest's own text says only that sending failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    said
}
