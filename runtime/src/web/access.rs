//! Who may ask. There is no login yet, so the answer is: a program on this machine, and nobody
//! through a proxy.
//!
//! A web page that someone has open is on this machine too. Its requests carry the name it was
//! loaded from, even when that name was made to point here (DNS rebinding), so the Host is checked.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};

/// Who may reach a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Programs and people on this machine.
    Local,
    /// Those, and what asks for them whether the process lives. It must tell nothing.
    Health,
}

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

impl Access {
    /// Checks a request. The error is the answer: a status and a sentence.
    pub fn check(self, request: &Request) -> Result<(), (StatusCode, &'static str)> {
        if !is_for_this_machine(request) {
            return Err((
                StatusCode::MISDIRECTED_REQUEST,
                "This address is not Cogbox's. Open it as localhost or 127.0.0.1.",
            ));
        }
        match self {
            Self::Local if is_forwarded(request.headers()) => Err((
                StatusCode::FORBIDDEN,
                "This request came through a proxy, and there is no login yet. \
                 Open Cogbox on the machine it runs on.",
            )),
            Self::Local | Self::Health => Ok(()),
        }
    }
}

/// Whether the one Host header names this machine, and the request line does not name another.
fn is_for_this_machine(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let named = host.to_str().ok().and_then(|host| host.parse().ok());
    named.as_ref().is_some_and(is_loopback) && request.uri().authority().is_none_or(is_loopback)
}

/// Whether an authority, with any port, can only be this machine. The dashboard binds loopback
/// addresses alone, so the bound address is one of them.
fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    !authority.as_str().contains('@')
        && (host.eq_ignore_ascii_case("localhost")
            || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()))
}

/// Whether a proxy handed the request on. Some of them write `_` for `-`.
fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str().replace(['_', '.'], "-");
        name.starts_with("x-forwarded") || FORWARDING.contains(&name.as_str())
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(uri: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let fits = |host| {
            Access::Health
                .check(&request("/", &[("host", host)]))
                .is_ok()
        };
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1",
            "127.0.0.1:9",
            "127.3.2.1:80",
            "[::1]",
            "[::1]:8080",
        ] {
            assert!(fits(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:8080",
            "localhost@evil.example",
            "evil.example@localhost",
            "192.168.1.5:8080",
            "0.0.0.0",
            "[::]",
            "localhost,evil.example",
        ] {
            assert!(!fits(host), "{host}");
        }
    }

    #[test]
    fn one_request_names_one_host() {
        let local = ("host", "localhost");
        let check = |uri, headers: &[_]| Access::Health.check(&request(uri, headers)).is_ok();
        assert!(!check("/", &[]));
        assert!(!check("/", &[local, local]));
        assert!(!check("/", &[local, ("host", "evil.example")]));
        assert!(!check("http://evil.example/", &[local]));
        assert!(check("http://localhost:8080/", &[local]));
    }

    #[test]
    fn a_proxy_is_noticed_by_any_of_its_headers() {
        for name in [
            "x-forwarded-for",
            "X_Forwarded_Host",
            "forwarded",
            "Via",
            "X-Real_IP",
        ] {
            let request = request("/", &[("host", "localhost"), (name, "10.0.0.1")]);
            let refused = Access::Local.check(&request).unwrap_err();
            assert_eq!(refused.0, StatusCode::FORBIDDEN, "{name}");
            assert!(Access::Health.check(&request).is_ok(), "{name}");
        }
    }
}
