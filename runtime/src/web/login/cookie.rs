//! The session in the browser: one cookie, which no script reads and no other site sends along with
//! a form.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use super::secret::Secret;
use crate::store::logins::Digest;

/// Its name by https: browsers take `__Host-` from this very host alone, and by https.
pub const SECURE: &str = "__Host-cogbox";
/// Its name by http, where there is no such promise.
pub const PLAIN: &str = "cogbox";

/// The same for a login at Discord that was begun.
const BEGUN: &str = "__Host-cogbox-discord";
const BEGUN_PLAIN: &str = "cogbox-discord";
/// How long somebody may take at Discord.
const BEGUN_LIFE: Duration = Duration::from_secs(10 * 60);

fn name(https: bool) -> &'static str {
    if https { SECURE } else { PLAIN }
}

/// Returns the digest of the session that a request has. What came by http is not taken by https; two
/// of one name may be somebody else's.
pub fn session(headers: &HeaderMap, https: bool) -> Option<Digest> {
    read(headers, name(https)).map(|secret| secret.digest())
}

/// Returns what a login at Discord was begun with in this browser.
pub fn begun(headers: &HeaderMap, https: bool) -> Option<Secret> {
    read(headers, begun_name(https))
}

fn begun_name(https: bool) -> &'static str {
    if https { BEGUN } else { BEGUN_PLAIN }
}

fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(key, _)| *key == name);
    match (ours.next(), ours.next()) {
        (Some((_, value)), None) => Secret::parse(value),
        _ => None,
    }
}

/// Returns the header that gives a browser its session.
pub fn set(session: &Secret, life: Duration, https: bool) -> HeaderValue {
    line(name(https), &session.reveal(), life, https)
}

/// Returns the header that remembers what a login at Discord was begun with.
pub fn set_begun(begun: &Secret, https: bool) -> HeaderValue {
    line(begun_name(https), &begun.reveal(), BEGUN_LIFE, https)
}

/// Returns the header that forgets it.
pub fn clear_begun(https: bool) -> HeaderValue {
    line(begun_name(https), "", Duration::ZERO, https)
}

/// Returns the header that takes it away.
pub fn clear(https: bool) -> HeaderValue {
    line(name(https), "", Duration::ZERO, https)
}

fn line(name: &str, value: &str, life: Duration, https: bool) -> HeaderValue {
    let (seconds, secure) = (life.as_secs(), if https { "; Secure" } else { "" });
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // It is made of letters, digits and signs that headers may hold.
    HeaderValue::from_str(&line).expect("a cookie is a header's value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_host_and_no_script() {
        let secret = Secret::fresh().unwrap();
        let text = secret.reveal();
        assert_eq!(
            set(&secret, Duration::from_secs(604_800), true),
            format!("__Host-cogbox={text}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure")
        );
        assert_eq!(
            clear(false),
            "cogbox=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn one_cookie_of_the_right_name_counts() {
        let secret = Secret::fresh().unwrap();
        let text = secret.reveal();
        let found = |lines: &[String], https| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("cookie", line.parse().unwrap());
            }
            session(&headers, https) == Some(secret.digest())
        };
        let (plain, secure) = (format!("cogbox={text}"), format!("__Host-cogbox={text}"));
        assert!(found(&[format!("a=b; {plain}; c")], false));
        assert!(found(&["a=b".into(), secure.clone()], true));
        assert!(
            !found(std::slice::from_ref(&plain), true),
            "taken from http to https"
        );
        assert!(!found(&[secure], false));
        assert!(!found(&[format!("{plain}; cogbox=other")], false));
        assert!(!found(&[plain, "cogbox=other".into()], false));
        assert!(!found(&["cogbox=".into()], false));
    }
}
