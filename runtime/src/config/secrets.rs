//! What must never be shown: it is taken out of every line that the process writes.
//!
//! The token is in a type that does not print itself. This is for what comes by another way: a
//! library's line, an error that quotes a request, a panic.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

/// What stands in a secret's place.
const HIDDEN: &str = "[hidden]";
/// A shorter one is no secret, and would take everyday words out of the log.
const LEAST: usize = 8;

static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Has a text of at least eight bytes hidden from now on.
pub fn hide(secret: &str) {
    if secret.len() < LEAST {
        return;
    }
    let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    if !secrets.iter().any(|known| known == secret) {
        secrets.push(secret.to_owned());
    }
}

/// Returns a text without the secrets.
pub fn redacted(text: &str) -> Cow<'_, str> {
    let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    let mut shown = Cow::Borrowed(text);
    for secret in secrets.iter() {
        if shown.contains(secret.as_str()) {
            shown = Cow::Owned(shown.replace(secret.as_str(), HIDDEN));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_wherever_it_stands() {
        hide("one.very.secret");
        hide("short");
        assert_eq!(
            redacted("Bot one.very.secret (one.very.secret), short"),
            "Bot [hidden] ([hidden]), short"
        );
        assert!(matches!(redacted("nothing"), Cow::Borrowed("nothing")));
    }
}
