//! What a request failed of, without its URL, which may hold a secret.

use super::NotPublic;

/// Finds our resolver's refusal under what the client made of it.
pub fn not_public(error: &reqwest::Error) -> Option<&NotPublic> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<NotPublic>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// The innermost cause in one line, without the URL. The layers above only say that they failed.
pub fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(deeper) = innermost.source() {
        innermost = deeper;
    }
    shown(&innermost.to_string())
}

/// A foreign text, short and on one line.
pub fn shown(text: &str) -> String {
    let short: String = text.chars().take(100).collect();
    short.escape_debug().to_string()
}
