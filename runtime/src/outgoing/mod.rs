//! The web for cogs: requests to the hosts that an operator named, and to no other.
//!
//! One way out for both interfaces, `cogbox:host/http` and `wasi:http`: the request is checked, has
//! its turn, is sent, and its redirects are followed one by one, each checked like the first. What
//! comes back is read up to a limit. Where the packets may go is [`Net`]'s part.

mod body;
mod error;
mod hosts;
mod request;
mod turns;

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Client, Url};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

pub use error::{Error, ErrorKind};
pub use hosts::HostUse;
use hosts::HostUses;
pub use request::{Request, forbidden};
use turns::Turns;

use crate::config::Hosts;
use crate::net::Net;
use crate::telemetry::Metrics;

/// How long a request may take unless the cog says otherwise: all of it, redirects included.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that a cog can ask for.
const TIMEOUT_MAX: Duration = Duration::from_secs(30);
/// What is left of a call for the cog to say that a request took too long.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// Redirects that are followed.
const REDIRECTS_MAX: usize = 5;
/// The body that is read of a response, unless the cog's transfer limit is larger, in bytes.
const BODY_MAX: usize = 1 << 20;
/// How long a connection is kept for another request.
const IDLE: Duration = Duration::from_secs(20);
/// All names and values of a response's headers together, in bytes.
pub const HEADERS_MAX: usize = 64 << 10;

/// Sends requests for cogs. One for the process.
pub struct Outgoing {
    net: Net,
    client: Client,
    turns: Turns,
    uses: HostUses,
    metrics: Arc<Metrics>,
    /// Where connections live: the guests' own runtime has no sockets.
    runtime: Handle,
}

/// Who asks, and what it may.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The operator's name for the cog.
    pub cog: String,
    /// The hosts it may reach.
    pub hosts: Hosts,
    /// What one host call may copy out of it, in bytes.
    pub transfer: usize,
    /// When its call ends.
    pub deadline: Instant,
}

/// What came back.
#[derive(Debug)]
pub struct Response {
    /// The status, of whatever kind.
    pub status: u16,
    /// Where it came from, after redirects.
    pub url: Url,
    /// Its headers, without those that told of what was unpacked.
    pub headers: HeaderMap,
    /// As much of its body as was read.
    pub body: Vec<u8>,
    /// Whether there was more.
    pub truncated: bool,
}

impl Outgoing {
    /// Makes the client. Its connections live on the runtime that this is called from.
    pub fn new(net: Net, metrics: Arc<Metrics>) -> Result<Arc<Self>, reqwest::Error> {
        let client = net.client();
        let client = client
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(IDLE)
            .build()?;
        Ok(Arc::new(Self {
            net,
            client,
            turns: Turns::default(),
            uses: HostUses::default(),
            metrics,
            runtime: Handle::current(),
        }))
    }

    /// Returns what cogs asked of each host since the start.
    pub fn uses(&self) -> Vec<HostUse> {
        self.uses.all()
    }

    /// Sends a request, and returns what came back within all limits. Dropping the future ends the
    /// request.
    pub async fn fetch(
        self: &Arc<Self>,
        caller: Caller,
        request: Result<Request, Error>,
    ) -> Result<Response, Error> {
        let cog = caller.cog.clone();
        let fetched = self.attempt(caller, request).await;
        let outcome = fetched.as_ref().map_or_else(Error::label, |_| "ok");
        let total = &self.metrics.cog_http_requests_total;
        total.with_label_values(&[cog.as_str(), outcome]).inc();
        if let Err(error) = &fetched {
            self.tell(&cog, error);
        }
        fetched
    }

    async fn attempt(
        self: &Arc<Self>,
        caller: Caller,
        request: Result<Request, Error>,
    ) -> Result<Response, Error> {
        let request = request?;
        request.check(caller.transfer)?;
        self.allow(&caller, &request.url)?;
        let began = Instant::now();
        let turn = self.turns.take(&caller.cog, began)?;
        let left = caller.deadline.saturating_duration_since(began);
        let limit = request.timeout.unwrap_or(TIMEOUT).min(TIMEOUT_MAX);
        let limit = limit.min(left.saturating_sub(LAST_WORDS));
        let outgoing = Arc::clone(self);
        let mut task = JoinSet::new();
        let work = async move {
            let host = request.url.host_str().unwrap_or_default().to_owned();
            let followed = outgoing.follow(&caller, request);
            let followed = tokio::time::timeout(limit, followed).await;
            let followed = followed.unwrap_or_else(|_| Err(Error::timeout(limit)));
            let took = began.elapsed();
            let seconds = &outgoing.metrics.cog_http_request_seconds;
            let seconds = seconds.with_label_values(&[&caller.cog]);
            seconds.observe(took.as_secs_f64());
            outgoing.uses.note(&caller.cog, &host, &followed, took);
            drop(turn);
            followed
        };
        task.spawn_on(work, &self.runtime);
        match task.join_next().await {
            Some(Ok(fetched)) => fetched,
            _ => Err(Error::failed("the host is shutting down")),
        }
    }

    /// Tells the operator what only the operator can change.
    fn tell(&self, cog: &str, error: &Error) {
        if !error.kind.is_denial() {
            tracing::debug!(cog, "a web request failed: {error}");
            return;
        }
        let denied = &self.metrics.cog_denied_total;
        denied.with_label_values(&[cog, "http"]).inc();
        if self.turns.news(cog, &error.message) {
            tracing::warn!(cog, "a web request is denied: {error}");
        }
    }

    /// Whether a cog may ask a URL, as far as its text tells.
    fn allow(&self, caller: &Caller, url: &Url) -> Result<(), Error> {
        self.net
            .check(url)
            .map_err(|unfit| Error::unfit(url, &unfit))?;
        let host = url.host_str().unwrap_or_default();
        match caller.hosts.contains(host) {
            true => Ok(()),
            false => Err(Error::host(caller, url)),
        }
    }

    async fn follow(&self, caller: &Caller, mut request: Request) -> Result<Response, Error> {
        let unpack = request.unpack && !request.headers.contains_key(ACCEPT_ENCODING);
        let agent = agent(&caller.cog, request.headers.get(USER_AGENT));
        request.headers.insert(USER_AGENT, agent);
        if unpack {
            let gzip = HeaderValue::from_static("gzip");
            request.headers.insert(ACCEPT_ENCODING, gzip);
        }
        for _ in 0..=REDIRECTS_MAX {
            let sent = self
                .client
                .request(request.method.clone(), request.url.clone())
                .headers(request.headers.clone())
                .body(request.body.clone());
            let response = sent.send().await.map_err(Error::sending)?;
            let Some(target) = target(&request, &response)? else {
                let limit = caller.transfer.max(BODY_MAX);
                return read(request.url, response, limit, unpack).await;
            };
            self.allow(caller, &target).map_err(Error::redirected)?;
            request.redirect(response.status(), target);
        }
        Err(Error::redirects(REDIRECTS_MAX))
    }
}

/// Where a response sends its reader, if it does and the reader follows.
fn target(request: &Request, response: &reqwest::Response) -> Result<Option<Url>, Error> {
    let follows =
        request.follow && matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| follows) else {
        return Ok(None);
    };
    let target = std::str::from_utf8(location.as_bytes())
        .ok()
        .and_then(|location| request.url.join(location).ok());
    match target {
        Some(target) => Ok(Some(target)),
        None => Err(Error::failed("it redirects to what is not a URL")),
    }
}

async fn read(
    url: Url,
    response: reqwest::Response,
    limit: usize,
    unpack: bool,
) -> Result<Response, Error> {
    let status = response.status().as_u16();
    let mut headers = response.headers().clone();
    let size = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    if size.sum::<usize>() > HEADERS_MAX {
        let what = format!("its headers have more than {} KiB", HEADERS_MAX >> 10);
        return Err(Error::failed(what));
    }
    let (body, truncated) = body::read(response, &mut headers, limit, unpack).await?;
    Ok(Response {
        status,
        url,
        headers,
        body,
        truncated,
    })
}

/// Names the host and the cog to whoever is asked, after what the cog calls itself.
fn agent(cog: &str, own: Option<&HeaderValue>) -> HeaderValue {
    let ours = format!("Cogbox/{} ({cog})", env!("CARGO_PKG_VERSION"));
    let own = own.map(HeaderValue::as_bytes).filter(|own| !own.is_empty());
    let whole = match own {
        Some(own) => [own, b" ", ours.as_bytes()].concat(),
        None => ours.into_bytes(),
    };
    // A header's value and a cog's name, which is letters, digits and hyphens.
    HeaderValue::from_bytes(&whole).expect("both parts are headers' values")
}
