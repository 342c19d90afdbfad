//! How a request came: through a proxy or not, from whom, by https or not.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName};

use super::Ends;
use crate::config::WebConfig;

/// Headers that only a proxy adds, beside all that begin with `x-forwarded`.
const FORWARDING: &[&str] = &[
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
];
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via {
    /// Who connected.
    pub peer: IpAddr,
    /// Whose request it is: the peer's own, or as a trusted proxy says.
    pub client: IpAddr,
    /// Whether the peer's word is taken.
    pub trusted: bool,
    /// Whether any header says that it was handed on.
    pub forwarded: bool,
    /// Whether the browser asked by https.
    pub https: bool,
}

impl Via {
    /// Reads it from a request. Only a trusted proxy is believed, and who that is the kernel says.
    pub fn of(config: &WebConfig, ends: Ends, host: &Authority, headers: &HeaderMap) -> Self {
        let trusts = |ip: &IpAddr| {
            config
                .trusted_proxies
                .iter()
                .any(|known| known.contains(ip))
        };
        let trusted = trusts(&ends.peer);
        let said = trusted && scheme(headers) == Some("https");
        let url = config.url.as_ref().filter(|url| url.is_https());
        Self {
            peer: ends.peer,
            client: match trusted {
                true => client(headers, trusts).unwrap_or(ends.peer),
                false => ends.peer,
            },
            trusted,
            forwarded: is_forwarded(headers),
            https: said || url.is_some_and(|url| host.host().eq_ignore_ascii_case(url.host())),
        }
    }

    /// Tells whether a program on this machine sent it by itself.
    pub fn is_local(&self) -> bool {
        self.peer.is_loopback() && !self.forwarded
    }
}

/// Returns the last address that no trusted proxy has: what stands before it anybody can write.
fn client(headers: &HeaderMap, trusts: impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    let named = lines.iter().rev().flat_map(|line| {
        let line = line.to_str().unwrap_or_default();
        line.rsplit(',')
    });
    for text in named {
        let ip = text.trim().parse::<IpAddr>().ok()?.to_canonical();
        if !trusts(&ip) {
            return Some(ip);
        }
    }
    None
}

fn scheme(headers: &HeaderMap) -> Option<&str> {
    let mut said = headers.get_all(FORWARDED_PROTO).iter();
    match (said.next(), said.next()) {
        (Some(scheme), None) => scheme.to_str().ok(),
        _ => None,
    }
}

/// Whether a proxy handed the request on. Some of them write `_` for `-`.
fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = folded(name);
        name.starts_with("x-forwarded") || FORWARDING.contains(&name.as_str())
    })
}

/// Returns a header's name as servers know it that don't tell `-`, `_` and `.` apart.
pub fn folded(name: &HeaderName) -> String {
    name.as_str().replace(['_', '.'], "-")
}
