//! The Host: a name that is ours. A web page that somebody has open is on their machine too, and its
//! requests carry the name it was loaded from, even when that was made to point here (DNS rebinding).

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};

use super::Ends;
use crate::config::WebConfig;
use crate::web::refusal::Refused;

/// Returns what a request calls us, if it is one name and ours.
pub fn check(
    config: &WebConfig,
    ends: Ends,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Authority, Refused> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().and_then(|host| host.parse().ok()),
        _ => None,
    };
    let ours = |authority: &Authority| is_ours(config, ends, authority);
    match named {
        Some(named) if ours(&named) && uri.authority().is_none_or(ours) => Ok(named),
        _ => Err(Refused::new(
            StatusCode::MISDIRECTED_REQUEST,
            "This address is not Cogbox's. Open it as localhost or 127.0.0.1 on the machine it runs \
             on; other names are written as hosts, or url, under [web] in cogbox.toml.",
        )),
    }
}

/// Tells whether an authority, with any port, names this machine, the address that the request came
/// in at, or what the operator wrote.
fn is_ours(config: &WebConfig, ends: Ends, authority: &Authority) -> bool {
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().map(|ip| ip.to_canonical());
    let is = |name: &str| bare.eq_ignore_ascii_case(name);
    let public = config.url.as_ref().map(|url| url.host());
    !authority.as_str().contains('@')
        && (is("localhost")
            || address.is_ok_and(|ip| ip.is_loopback() || ip == ends.local)
            || config.hosts.iter().any(|name| is(name))
            || public.is_some_and(|name| is(name.trim_matches(['[', ']']))))
}
