//! One request, before anything is known of how it fares.

use serde_json::Value;
use serenity::model::id::UserId;

use super::Route;

/// The longest audit-log reason, in characters of Discord's.
const REASON_MAX: usize = 512;

/// A file that goes with a message.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name people see; `attachment://NAME` refers to it.
    pub name: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// A request to Discord. A [`Route`] alone is one without a body.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) route: Route,
    pub(super) body: Option<Value>,
    pub(super) files: Vec<Upload>,
    pub(super) reason: Option<String>,
}

impl From<Route> for Request {
    fn from(route: Route) -> Self {
        Self {
            route,
            body: None,
            files: Vec::new(),
            reason: None,
        }
    }
}

impl Request {
    /// Returns a request with a JSON body.
    pub fn new(route: Route, body: Value) -> Self {
        Self {
            body: Some(body),
            ..route.into()
        }
    }

    /// Adds files; the body's `attachments` refer to them by their place.
    pub fn files(self, files: Vec<Upload>) -> Self {
        Self { files, ..self }
    }

    /// Says in the audit log why, in the words of whoever asks for it.
    pub fn because(self, reason: &str) -> Self {
        let reason = Some(reason.to_owned());
        Self { reason, ..self }
    }

    /// Returns a request without a body, if `body` is none, that says in the audit log why, if
    /// somebody does.
    pub fn explained(route: Route, body: Option<Value>, reason: Option<String>) -> Self {
        Self {
            body,
            reason,
            ..route.into()
        }
    }

    /// Puts in front of the reason who asks for it: the cog, and whom it works for. No cog can leave
    /// that out, or write it for another.
    pub(super) fn signed(mut self, cog: &str, invoker: Option<UserId>) -> Self {
        if self.route.is_audited() {
            let by = match invoker {
                Some(user) => format!("{cog} for {user}"),
                None => cog.to_owned(),
            };
            let told = self.reason.filter(|reason| !reason.trim().is_empty());
            self.reason = Some(told.map_or(by.clone(), |reason| format!("{by}: {reason}")));
        }
        self
    }

    /// Returns the reason as a header's value: shortened to 512 characters, line breaks become
    /// spaces, and what a header can't carry is URL-encoded.
    pub(super) fn reason_header(&self) -> Option<String> {
        let line = self.reason.as_deref()?.chars();
        let line = line.map(|c| if c.is_control() { ' ' } else { c });
        let line: String = line.take(REASON_MAX).collect();
        (!line.trim().is_empty()).then(|| percent(line.trim()).replace("%20", " "))
    }

    /// Gives a new message a nonce that Discord is to enforce, so that it may be sent twice and
    /// stands there once.
    pub(super) fn with_nonce(mut self, nonce: impl FnOnce() -> String) -> Self {
        if let (Route::SendMessage(_), Some(Value::Object(body))) = (&self.route, &mut self.body) {
            body.entry("nonce").or_insert_with(|| nonce().into());
            body.insert("enforce_nonce".into(), true.into());
        }
        self
    }
}

/// URL-encodes everything but letters, digits and a few marks.
pub fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte.into());
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reason_is_one_short_line_that_a_header_can_carry() {
        let reason = |text: &str| Request::from(Route::Me()).because(text).reason_header();
        assert_eq!(
            reason("mod: ünfair\r\nX: 1").as_deref(),
            Some("mod%3A %C3%BCnfair  X%3A 1")
        );
        assert_eq!(
            reason(&"ü".repeat(600)).map(|text| text.len()),
            Some(512 * 6)
        );
        assert_eq!(reason(" \n"), None);
    }

    #[test]
    fn the_host_writes_who_asks_before_the_reason() {
        let delete = Request::from(Route::DeleteMessage(1.into(), 2.into()));
        let signed = |request: Request, invoker: Option<u64>| {
            request.signed("mod", invoker.map(UserId::new)).reason
        };
        let spam = delete.clone().because("spam");
        assert_eq!(signed(spam, Some(7)).as_deref(), Some("mod for 7: spam"));
        assert_eq!(
            signed(delete.clone(), Some(7)).as_deref(),
            Some("mod for 7")
        );
        assert_eq!(signed(delete.because(" "), None).as_deref(), Some("mod"));
        assert_eq!(signed(Route::Me().into(), Some(7)), None);
    }

    #[test]
    fn only_new_messages_get_a_nonce_and_a_cogs_own_is_kept() {
        let send = Route::SendMessage(1.into());
        let with = |route: Route, body| Request::new(route, body).with_nonce(|| "7".into()).body;
        assert_eq!(
            with(send.clone(), json!({})),
            Some(json!({ "nonce": "7", "enforce_nonce": true }))
        );
        let own = with(send, json!({ "nonce": "own" }));
        assert_eq!(own, Some(json!({ "nonce": "own", "enforce_nonce": true })));
        assert_eq!(
            with(Route::EditMessage(1.into(), 2.into()), json!({})),
            Some(json!({}))
        );
    }
}
