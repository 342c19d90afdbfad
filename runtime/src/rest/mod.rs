//! Every request of the bot to Discord, through one layer: [`Rest::send`].
//!
//! It authenticates, times out, waits out a rate limit that is short, tells errors apart and counts
//! each request under its route's template. It never parses what a caller asked for: bodies go in
//! and come out as JSON.

mod error;
mod route;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use error::{RestError, RestErrorKind};
pub use route::Route;

use crate::config::Token;
use crate::telemetry::Metrics;

/// Discord's own REST base.
pub const DISCORD_API: &str = "https://discord.com/api/v10";

/// A request takes at most this long, body included.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest wait for a rate limit; a longer one fails the call.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a request is sent again after a 429.
const TRIES: u32 = 3;
/// The largest reply that is read, in bytes: Discord's largest (a full guild) is far below.
const REPLY_MAX: usize = 32 << 20;

/// A file that goes with a message.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name people see; `attachment://NAME` refers to it.
    pub name: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// The HTTP side of the bot. Clones share the connections.
#[derive(Clone)]
pub struct Rest {
    inner: Arc<Inner>,
}

struct Inner {
    client: reqwest::Client,
    base: String,
    authorization: HeaderValue,
    metrics: Arc<Metrics>,
    /// Connections and time-outs live on this runtime, not on that of the guests.
    runtime: tokio::runtime::Handle,
    /// Round trip of the last request, in microseconds; 0 before the first.
    latency: AtomicU64,
}

impl Rest {
    /// Makes the client for a base such as [`DISCORD_API`]. Call it on the runtime that is to
    /// carry the connections.
    pub fn new(base: &str, token: &Token, metrics: Arc<Metrics>) -> Result<Self, RestError> {
        let mut authorization = HeaderValue::try_from(format!("Bot {}", token.secret()))
            .map_err(|_| RestError::local("the token has characters that no header can carry"))?;
        authorization.set_sensitive(true);
        let client = reqwest::Client::builder()
            .user_agent(concat!(
                "DiscordBot (cogbox, ",
                env!("CARGO_PKG_VERSION"),
                ")"
            ))
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            // A proxy for Discord is the operator's explicit choice, never the environment's.
            .no_proxy()
            .build()
            .map_err(|error| RestError::local(format!("no HTTP client: {error}")))?;
        let runtime = tokio::runtime::Handle::current();
        let base = base.trim_end_matches('/').to_owned();
        let latency = AtomicU64::new(0);
        let inner = Inner {
            client,
            base,
            authorization,
            metrics,
            runtime,
            latency,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Returns the round trip of the last request, once there was one.
    pub fn latency(&self) -> Option<Duration> {
        match self.inner.latency.load(Ordering::Relaxed) {
            0 => None,
            micros => Some(Duration::from_micros(micros)),
        }
    }

    /// Sends a request and parses its reply.
    pub async fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        route: Route,
        body: Option<Value>,
    ) -> Result<T, RestError> {
        let template = route.template();
        let reply = self.send(route, body, Vec::new()).await?;
        serde_json::from_slice(&reply).map_err(|error| RestError {
            kind: RestErrorKind::Unavailable,
            message: format!("Discord's reply to {template} can't be read: {error}"),
            code: None,
            retry_after: None,
            fields: Vec::new(),
        })
    }

    /// Sends a request and returns its reply's body, empty for 204.
    pub async fn send(
        &self,
        route: Route,
        body: Option<Value>,
        files: Vec<Upload>,
    ) -> Result<Vec<u8>, RestError> {
        let inner = Arc::clone(&self.inner);
        let task = self
            .inner
            .runtime
            .spawn(async move { inner.with_patience(route, body, files).await });
        match task.await {
            Ok(result) => result,
            Err(_) => Err(RestError::unavailable("the host is shutting down")),
        }
    }
}

impl Inner {
    async fn with_patience(
        &self,
        route: Route,
        body: Option<Value>,
        files: Vec<Upload>,
    ) -> Result<Vec<u8>, RestError> {
        let mut waited = Duration::ZERO;
        for tries in 1.. {
            match self.once(&route, body.as_ref(), &files).await {
                Err(RestError {
                    retry_after: Some(wait),
                    ..
                }) if tries < TRIES && waited + wait <= PATIENCE => {
                    waited += wait;
                    tokio::time::sleep(wait).await;
                }
                result => return result,
            }
        }
        unreachable!("the loop ends by returning: the last try has no next");
    }

    async fn once(
        &self,
        route: &Route,
        body: Option<&Value>,
        files: &[Upload],
    ) -> Result<Vec<u8>, RestError> {
        let mut request = self
            .client
            .request(route.method(), format!("{}{}", self.base, route.path()));
        if route.authorized() {
            request = request.header(AUTHORIZATION, self.authorization.clone());
        }
        request = match (body, files) {
            (Some(body), []) => request.json(body),
            (Some(body), files) => request.multipart(form(body, files)),
            (None, _) => request,
        };
        let start = Instant::now();
        let result = request.send().await;
        let spent = start.elapsed();
        let template = route.template();
        self.metrics
            .discord_request_seconds
            .with_label_values(&[template])
            .observe(spent.as_secs_f64());
        let count = |status: &str| {
            self.metrics
                .discord_requests_total
                .with_label_values(&[template, status])
                .inc();
        };
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                count("none");
                // The error's text would name the URL, and an interaction's URL is a secret.
                let error = error.without_url();
                return Err(RestError::unavailable(format!("{template}: {error}")));
            }
        };
        self.latency
            .store((spent.as_micros() as u64).max(1), Ordering::Relaxed);
        let status = response.status();
        count(status.as_str());
        let headers = response.headers().clone();
        let reply = read(response).await.map_err(|what| {
            RestError::unavailable(format!("Discord's reply to {template} {what}"))
        })?;
        if status.is_success() {
            return Ok(reply);
        }
        let error = RestError::from_reply(template, status, &headers, &reply);
        if status.as_u16() == 429 {
            self.metrics
                .discord_ratelimited_total
                .with_label_values(&[scope(&headers)])
                .inc();
        }
        tracing::debug!(route = template, %status, error = error.message, "Discord refused");
        Err(error)
    }
}

fn form(body: &Value, files: &[Upload]) -> Form {
    let json = Part::text(body.to_string());
    // The constant is a MIME type.
    let json = json
        .mime_str("application/json")
        .expect("application/json is a MIME type");
    files
        .iter()
        .enumerate()
        .fold(Form::new().part("payload_json", json), |form, (n, file)| {
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
