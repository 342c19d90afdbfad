//! Why a request brought nothing back: a kind for code, a sentence for people.

use std::time::Duration;

use reqwest::Url;

use super::Caller;
use crate::net::{Unfit, cause, not_public, shown};

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// For code.
    pub kind: ErrorKind,
    /// For people: what is wrong, and where the operator can change it, what to write.
    pub message: String,
    /// When another try makes sense.
    pub retry_after: Option<Duration>,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The host, the scheme or the port is not for this cog.
    Denied,
    /// The address is not on the public internet.
    Address,
    /// The request breaks a rule.
    Invalid,
    /// Too many requests, now or in the last minute.
    Limited,
    /// It took too long.
    Timeout,
    /// More redirects than are followed.
    Redirects,
    /// The network or the server could not do it.
    Failed,
}

impl ErrorKind {
    /// Whether the operator's word could have allowed it, or nobody's.
    pub fn is_denial(self) -> bool {
        matches!(self, Self::Denied | Self::Address)
    }
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    pub(super) fn limited(message: impl Into<String>, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..Self::new(ErrorKind::Limited, message)
        }
    }

    pub(super) fn timeout(limit: Duration) -> Self {
        let what = format!("it took longer than {} ms", limit.as_millis());
        Self::new(ErrorKind::Timeout, what)
    }

    pub(super) fn redirects(most: usize) -> Self {
        let what = format!("it redirects more than {most} times");
        Self::new(ErrorKind::Redirects, what)
    }

    /// What is said of a URL that nobody may follow. The URL itself stays out of it: it may hold a
    /// secret.
    pub(super) fn unfit(url: &Url, unfit: &Unfit) -> Self {
        if let Unfit::Address(address) = unfit {
            let what = format!("{address} is not on the public internet");
            return Self::new(ErrorKind::Address, what);
        }
        let kind = match unfit {
            Unfit::Credentials | Unfit::Host => ErrorKind::Invalid,
            Unfit::Scheme(_) | Unfit::Port(_) | Unfit::Privileged(_) | Unfit::Address(_) => {
                ErrorKind::Denied
            }
        };
        let host = shown(url.host_str().unwrap_or_default());
        let place = match host.is_empty() {
            true => "the URL".to_owned(),
            false => format!("the URL at {host}"),
        };
        Self::new(kind, format!("{place} {unfit}"))
    }

    /// What is said of a host that the operator did not name, and of an address, which nobody can.
    pub(super) fn host(caller: &Caller, url: &Url) -> Self {
        let (cog, host) = (&caller.cog, shown(url.host_str().unwrap_or_default()));
        if url.domain().is_none() {
            let what = format!("{host} is an address; cogs reach hosts by their names");
            return Self::new(ErrorKind::Denied, what);
        }
        let list = caller.hosts.written_with([host.as_str()]);
        let what = format!(
            "{host} is not among this cog's hosts; to allow it, write under [cogs.{cog}]: \
             http = {list}, or for `cogbox dev` the same as `hosts` under [http] in its cog.toml"
        );
        Self::new(ErrorKind::Denied, what)
    }

    pub(super) fn redirected(self) -> Self {
        Self {
            message: format!("it redirects: {}", self.message),
            ..self
        }
    }

    /// What became of a request that got no response.
    pub(super) fn sending(error: reqwest::Error) -> Self {
        if let Some(not_public) = not_public(&error) {
            return Self::new(ErrorKind::Address, not_public.to_string());
        }
        Self::failed(format!("no response: {}", cause(error)))
    }

    /// What became of a response that broke off.
    pub(super) fn reading(error: reqwest::Error) -> Self {
        Self::failed(format!("its body breaks off: {}", cause(error)))
    }

    /// Returns the label that metrics use.
    pub(super) fn label(&self) -> &'static str {
        match self.kind {
            ErrorKind::Denied | ErrorKind::Address => "denied",
            ErrorKind::Invalid => "invalid",
            ErrorKind::Limited => "limited",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Redirects | ErrorKind::Failed => "failed",
        }
    }
}
