//! What went wrong with a request: for code a kind, for people a sentence.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// Why a request did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct RestError {
    /// The kind, for code.
    pub kind: RestErrorKind,
    /// A sentence for people and logs.
    pub message: String,
    /// Discord's own code, such as 10008.
    pub code: Option<u32>,
    /// How long to wait before the same request may succeed.
    pub retry_after: Option<Duration>,
    /// The places in the request that Discord found wrong, such as `3.options.0.name`; at most five.
    pub fields: Vec<String>,
}

/// The kinds of failure that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestErrorKind {
    /// 404: not there, or not visible to the bot.
    NotFound,
    /// 403: the bot lacks a permission.
    Forbidden,
    /// 401: the token is not, or no longer, good.
    Unauthorized,
    /// 400 and the like: the request breaks a rule.
    Invalid,
    /// 429, for longer than the host waits, or the host's own limits.
    RateLimited,
    /// 5xx, a time-out, a broken connection, an unreadable reply.
    Unavailable,
    /// The network in front of Discord refuses this machine's address.
    Banned,
}

impl RestError {
    /// Discord's code for an interaction that is not known, or no longer.
    pub const UNKNOWN_INTERACTION: u32 = 10062;
    /// Discord's code for an interaction that has its first answer.
    pub const ANSWERED_ALREADY: u32 = 40060;
    /// Discord's code for an interaction whose token has run out.
    pub const TOKEN_RAN_OUT: u32 = 50027;

    pub(super) fn local(message: impl Into<String>) -> Self {
        Self::of(RestErrorKind::Invalid, message.into(), None)
    }

    /// Returns that Discord does not answer, or not in time.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::of(RestErrorKind::Unavailable, message.into(), None)
    }

    pub(super) fn limited(message: String, wait: Duration) -> Self {
        Self::of(RestErrorKind::RateLimited, message, Some(wait))
    }

    pub(super) fn banned(message: String, wait: Option<Duration>) -> Self {
        Self::of(RestErrorKind::Banned, message, wait)
    }

    fn of(kind: RestErrorKind, message: String, retry_after: Option<Duration>) -> Self {
        let fields = Vec::new();
        Self {
            kind,
            message,
            code: None,
            retry_after,
            fields,
        }
    }

    /// Reads Discord's error body, or makes do without one: proxies answer in HTML.
    pub(super) fn from_reply(
        template: &str,
        status: StatusCode,
        headers: &HeaderMap,
        reply: &[u8],
    ) -> Self {
        let body: Value = serde_json::from_slice(reply).unwrap_or(Value::Null);
        let code = body["code"]
            .as_u64()
            .and_then(|code| u32::try_from(code).ok());
        let kind = match status.as_u16() {
            401 => RestErrorKind::Unauthorized,
            403 => RestErrorKind::Forbidden,
            404 => RestErrorKind::NotFound,
            429 => RestErrorKind::RateLimited,
            400..=499 => RestErrorKind::Invalid,
            _ => RestErrorKind::Unavailable,
        };
        let mut message = match body["message"].as_str() {
            Some(said) => format!(
                "Discord answered {template} with {}: {said}",
                status.as_u16()
            ),
            None => format!("Discord answered {template} with {}", status.as_u16()),
        };
        let mut leaves = Vec::new();
        collect(&body["errors"], String::new(), &mut leaves);
        if !leaves.is_empty() {
            let said = leaves.iter().map(|(path, said)| format!("{path}: {said}"));
            message = format!("{message} ({})", said.collect::<Vec<_>>().join("; "));
        }
        let retry_after = (kind == RestErrorKind::RateLimited).then(|| {
            let header = || headers.get(RETRY_AFTER)?.to_str().ok()?.parse::<f64>().ok();
            let seconds = body["retry_after"].as_f64().or_else(header).unwrap_or(1.0);
            // A wait that is not a number, or of years, is a wait of an hour.
            Duration::from_secs_f64(if seconds.is_nan() {
                3600.0
            } else {
                seconds.clamp(0.0, 3600.0)
            })
        });
        Self {
            kind,
            message,
            code,
            retry_after,
            fields: leaves.into_iter().map(|(path, _)| path).collect(),
        }
    }
}

/// Flattens Discord's nested `errors` into paths and sentences, at most five of them.
fn collect(errors: &Value, path: String, leaves: &mut Vec<(String, String)>) {
    let Some(fields) = errors.as_object() else {
        return;
    };
    for (field, value) in fields {
        if leaves.len() >= 5 {
            return;
        }
        if field == "_errors" {
            for error in value
                .as_array()
                .into_iter()
                .flatten()
                .take(5 - leaves.len())
            {
                let said = error["message"].as_str().unwrap_or("wrong");
                leaves.push((path.clone(), said.to_owned()));
            }
        } else {
            let path = if path.is_empty() {
                field.clone()
            } else {
                format!("{path}.{field}")
            };
            collect(value, path, leaves);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, reply: &str) -> RestError {
        let status = StatusCode::from_u16(status).unwrap();
        RestError::from_reply("GET /x", status, &HeaderMap::new(), reply.as_bytes())
    }

    #[test]
    fn nested_errors_become_one_sentence() {
        let error = read(
            400,
            r#"{"message":"Invalid Form Body","code":50035,"errors":
               {"embeds":{"0":{"title":{"_errors":[{"code":"X","message":"Too long"}]}}}}}"#,
        );
        assert_eq!(
            (error.kind, error.code),
            (RestErrorKind::Invalid, Some(50035))
        );
        assert!(
            error.message.ends_with("(embeds.0.title: Too long)"),
            "{}",
            error.message
        );
    }

    #[test]
    fn html_and_nonsense_are_errors_too() {
        assert_eq!(read(502, "<html>").kind, RestErrorKind::Unavailable);
        assert_eq!(
            read(429, "<html>").retry_after,
            Some(Duration::from_secs(1))
        );
        assert_eq!(
            read(429, r#"{"retry_after":1e300}"#).retry_after,
            Some(Duration::from_secs(3600))
        );
        assert_eq!(
            read(429, r#"{"retry_after":-1}"#).retry_after,
            Some(Duration::ZERO)
        );
    }
}
