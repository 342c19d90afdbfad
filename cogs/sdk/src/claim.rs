//! Doing something once at a time: of two calls that would do it, the second learns that another is at
//! it.

use crate::error::Answer;
use crate::store::Scope;
use crate::{clock, warn};

/// A call lasts no longer; what claimed before that was ended halfway.
const LONGEST: f64 = 60.0;

/// Something that only this call does, until this is dropped.
#[derive(Debug)]
pub struct Claim {
    scope: Scope,
    key: String,
}

impl Claim {
    /// Claims what a key stands for; `None` while another call has it.
    pub fn on(scope: Scope, key: &str) -> Answer<Option<Self>> {
        let (now, before) = (clock::now(), scope.text(key)?);
        let own = now.to_string();
        let old = before.as_deref().map(str::as_bytes);
        if !is_free(before.as_deref(), now) || !scope.swap(key, old, Some(own.as_bytes()))? {
            return Ok(None);
        }
        let key = key.to_string();
        Ok(Some(Self { scope, key }))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Err(error) = self.scope.delete(&self.key) {
            warn!("a claim stays for a minute: {error}");
        }
    }
}

fn is_free(before: Option<&str>, now: f64) -> bool {
    let since: Option<f64> = before.and_then(|since| since.parse().ok());
    since.is_none_or(|since| (now - since).abs() > LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_of_a_call_that_was_ended_counts_no_more() {
        assert!(is_free(None, 5.0) && is_free(Some("x"), 5.0));
        assert!(!is_free(Some("100.5"), 130.0));
        assert!(is_free(Some("100.5"), 161.0) && is_free(Some("900"), 100.0));
    }
}
