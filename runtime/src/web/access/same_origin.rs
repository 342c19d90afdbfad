//! Whether a request that changes something comes from a page of ours. A page of others can send one
//! with the visitor's own cookies (CSRF), and can't say that it is ours.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, header};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Tells whether a page of this very origin sent it. Browsers leave `Sec-Fetch-Site` out where they
/// speak http with another machine; then the Origin has to fit.
pub fn is_ours(headers: &HeaderMap, host: &Authority, https: bool) -> bool {
    if headers.contains_key(FETCH_SITE) {
        return only(headers, FETCH_SITE) == Some("same-origin");
    }
    let origin = only(headers, header::ORIGIN).unwrap_or_default();
    let same = |scheme: &str| {
        let name = origin.strip_prefix(scheme);
        name.is_some_and(|name| name.eq_ignore_ascii_case(host.as_str()))
    };
    // A proxy may speak https without saying so.
    same("https://") || (!https && same("http://"))
}

fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
