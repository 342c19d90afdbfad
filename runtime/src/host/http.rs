//! `cogbox:host/http`: the web, for the hosts that the operator named.

use std::time::Duration;

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::{Error, ErrorKind};
use cogbox_world::cogbox::host::http::{Host, Request, Response};

use super::grants::Interface;
use super::{Guest, error};
use crate::outgoing;

impl Host for Guest {
    async fn fetch(&mut self, request: Request) -> Result<Response, Fault> {
        self.require(Interface::Http)?;
        let timeout = request.timeout_ms.map(u64::from).map(Duration::from_millis);
        let request = outgoing::Request::parse(
            &request.method,
            &request.url,
            &request.headers,
            request.body,
            timeout,
        );
        let caller = outgoing::Caller {
            cog: self.identity.name.clone(),
            hosts: self.identity.hosts.clone(),
            transfer: self.identity.limits.transfer,
            deadline: self.deadline,
        };
        let outgoing = &self.services.outgoing;
        let fetched = outgoing.fetch(caller, request).await.map_err(told)?;
        let headers = fetched.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), value.into_owned())
        });
        Ok(Response {
            status: fetched.status,
            url: fetched.url.into(),
            headers: headers.collect(),
            body: fetched.body,
            truncated: fetched.truncated,
        })
    }
}

fn told(failed: outgoing::Error) -> Fault {
    use outgoing::ErrorKind as Kind;
    let kind = match failed.kind {
        Kind::Denied | Kind::Address => ErrorKind::Denied,
        Kind::Invalid => ErrorKind::Invalid,
        Kind::Limited => ErrorKind::RateLimited,
        Kind::Timeout | Kind::Redirects | Kind::Failed => ErrorKind::Unavailable,
    };
    let wait = failed.retry_after;
    Fault::Told(Error {
        retry_after_ms: wait.map(|wait| wait.as_millis().min(u32::MAX.into()) as u32),
        ..error(kind, failed.message)
    })
}
