//! `wasi:http/outgoing-handler`: the same web as `cogbox:host/http`, for languages whose own way to
//! it this is. It is the same ask, and has the same hosts, checks and limits.
//!
//! A guest reads its redirects itself, and asks for each target; that is a request like any other.

use std::sync::Arc;
use std::time::Instant;

use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{CONTENT_LENGTH, HeaderName};
use hyper::{Request, Response, StatusCode};
use reqwest::Url;
use tokio::sync::Semaphore;
use wasmtime_wasi_http::{
    Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView,
    WasiHttpHooks, WasiHttpView,
};

use super::grants::Interface;
use super::{Guest, Identity, Origin, Services, refusal};
use crate::outgoing;

/// Requests whose bodies one instance may hold, sent or received. They lie outside of its memory.
const HELD_MAX: usize = 32;

/// What a guest needs for `wasi:http`.
pub(super) struct WasiHttp {
    ctx: WasiHttpCtx,
    hooks: Hooks,
}

struct Hooks {
    identity: Arc<Identity>,
    services: Arc<Services>,
    origin: Origin,
    deadline: Instant,
    held: Arc<Semaphore>,
}

type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Result<(Response<WasiBody>, Done), Error>;

impl WasiHttp {
    /// Whether the guest holds a body of a request or a response.
    pub(super) fn holds_bodies(&self) -> bool {
        self.hooks.held.available_permits() < HELD_MAX
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let http = self.wasi_http.get_or_insert_with(|| WasiHttp {
            ctx: limited(),
            hooks: Hooks {
                identity: Arc::clone(&self.identity),
                services: Arc::clone(&self.services),
                origin: self.origin,
                deadline: self.deadline,
                held: Arc::new(Semaphore::new(HELD_MAX)),
            },
        });
        // A kept instance is called again.
        (http.hooks.origin, http.hooks.deadline) = (self.origin, self.deadline);
        WasiHttpCtxView {
            ctx: &mut http.ctx,
            table: &mut self.table,
            hooks: &mut http.hooks,
        }
    }
}

fn limited() -> WasiHttpCtx {
    let mut ctx = WasiHttpCtx::new();
    ctx.set_field_size_limit(outgoing::HEADERS_MAX);
    ctx
}

impl WasiHttpHooks for Hooks {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        // Libraries give a body's length, and wasmtime checks that it is true.
        Arc::new(|name: &HeaderName| name != CONTENT_LENGTH && outgoing::forbidden(name))
    }

    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _received: Done,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let denied = refusal(&self.identity, &self.services, self.origin, Interface::Http);
        let held = Arc::clone(&self.held).try_acquire_owned();
        let (identity, services) = (Arc::clone(&self.identity), Arc::clone(&self.services));
        let deadline = self.deadline;
        Box::new(async move {
            if denied.is_some() {
                return Err(Error::HttpRequestDenied);
            }
            let held = held.map_err(|_| Error::ConnectionLimitReached)?;
            let caller = outgoing::Caller {
                cog: identity.name.clone(),
                hosts: identity.hosts.clone(),
                transfer: identity.limits.transfer,
                deadline,
            };
            let request = read(request, options, caller.transfer).await?;
            let fetched = services.outgoing.fetch(caller, Ok(request)).await;
            let fetched = fetched.map_err(told)?;
            if fetched.truncated {
                return Err(Error::HttpResponseBodySize(Some(fetched.body.len() as u64)));
            }
            let body = Full::from(fetched.body).map_err(move |never| {
                // The body takes the place along, and gives it back when it is dropped.
                let _held = &held;
                match never {}
            });
            let mut response = Response::new(body.boxed_unsync());
            *response.status_mut() =
                StatusCode::from_u16(fetched.status).map_err(|_| Error::HttpProtocolError)?;
            *response.headers_mut() = fetched.headers;
            let done: Done = Box::new(async { Ok(()) });
            Ok((response, done))
        })
    }
}

/// Waits for the request's body, which the guest may still be writing.
async fn read(
    request: Request<WasiBody>,
    options: Option<RequestOptions>,
    transfer: usize,
) -> Result<outgoing::Request, Error> {
    let (mut parts, body) = request.into_parts();
    let url = Url::parse(&parts.uri.to_string()).map_err(|_| Error::HttpRequestUriInvalid)?;
    let body = Limited::new(body, transfer).collect().await;
    let body = body.map_err(|error| match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(_) => Error::HttpRequestBodySize(None),
    })?;
    // The host counts it itself.
    parts.headers.remove(CONTENT_LENGTH);
    Ok(outgoing::Request {
        method: parts.method,
        url,
        headers: parts.headers,
        body: body.to_bytes().into(),
        timeout: options.and_then(|options| options.first_byte_timeout),
        follow: false,
        unpack: false,
    })
}

/// What a guest is told has no room for a sentence in most cases; the log has it.
fn told(failed: outgoing::Error) -> Error {
    use outgoing::ErrorKind as Kind;
    match failed.kind {
        Kind::Denied => Error::HttpRequestDenied,
        Kind::Address => Error::DestinationIpProhibited,
        Kind::Limited => Error::ConnectionLimitReached,
        Kind::Timeout => Error::HttpResponseTimeout,
        Kind::Redirects => Error::LoopDetected,
        Kind::Invalid | Kind::Failed => Error::InternalError(Some(failed.message)),
    }
}
