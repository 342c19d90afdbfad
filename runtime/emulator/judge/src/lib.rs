//! A second judge for tests: what goes over the local Discord's wire is checked against Discord's
//! own OpenAPI document, so that the emulator's rules are not the only word on what is right.
//! It uses none of those rules.
//!
//! In reading order: `schema` checks a value, `document` holds Discord's document, `patches` mends
//! it where Discord's documentation says otherwise.

mod document;
mod patches;
mod schema;

use std::sync::{Arc, Mutex, PoisonError};

use cogbox_emulator::{Exchange, Witness};
use serde_json::{Value, json};

use document::{DOCUMENT, Document, Operation};
use schema::{Miss, Schemas};

/// Judges what one local Discord, or several, hears and says. When one ends, the test fails that
/// it is part of, with all that was wrong.
#[derive(Debug, Default)]
pub struct Judge {
    replies_alone: bool,
    wrong: Mutex<Vec<String>>,
}

impl Judge {
    /// Returns a judge for `Options::witness`.
    pub fn of_all() -> Arc<dyn Witness> {
        Arc::new(Judge::default())
    }

    /// Returns one for tests that send what no sensible client sends, and see it taken: it judges
    /// replies alone.
    pub fn of_replies() -> Arc<dyn Witness> {
        Arc::new(Judge {
            replies_alone: true,
            ..Judge::default()
        })
    }
}

impl Witness for Judge {
    fn saw(&self, exchange: &Exchange<'_>) {
        let wrong = judge(&DOCUMENT, exchange, self.replies_alone);
        let mut all = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(wrong);
    }

    fn ended(&self) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wrong = std::mem::take(&mut *wrong);
        wrong.dedup();
        if wrong.is_empty() {
            return;
        }
        let said = format!("Discord's document says otherwise:\n{}", wrong.join("\n"));
        // A second panic would end the whole program, and with it the other tests.
        if std::thread::panicking() {
            eprintln!("{said}");
        } else {
            panic!("{said}");
        }
    }
}

/// Returns a sentence for each thing that is wrong in an exchange.
fn judge(document: &Document, exchange: &Exchange<'_>, replies_alone: bool) -> Vec<String> {
    let Some(path) = exchange.path.strip_prefix("/api/v10") else {
        return Vec::new();
    };
    let say = |part: &str, what: &dyn std::fmt::Display| {
        let (method, status) = (exchange.method, exchange.status);
        format!("{method} {path} ({status}), {part}: {what}")
    };
    let all = |part: &str, misses: Vec<Miss>| -> Vec<String> {
        misses.iter().map(|miss| say(part, miss)).collect()
    };
    let reply = serde_json::from_slice(exchange.reply);
    if exchange.status >= 400 {
        return match reply {
            Ok(reply) => all("reply", document.check_error(exchange.status, &reply)),
            Err(_) => vec![say("reply", &"it is not JSON")],
        };
    }
    if patches::UNDESCRIBED
        .iter()
        .any(|(method, pattern)| exchange.method == *method && fits(pattern, path))
    {
        return Vec::new();
    }
    let Some(operation) = document.operation(exchange.method, path) else {
        return vec![say("request", &"Discord's document has no such operation")];
    };
    let mut wrong = Vec::new();
    if !replies_alone {
        wrong.extend(all(
            "query",
            check_query(document, operation, exchange.query),
        ));
        wrong.extend(all("body", check_body(document, operation, exchange)));
    }
    match (operation.reply(exchange.status), reply) {
        (None, _) => {
            let known = operation.statuses().join(", ");
            wrong.push(say("reply", &format!("the document knows only {known}")));
        }
        (Some(Value::Null), _) if exchange.reply.is_empty() => {}
        (Some(Value::Null), _) => wrong.push(say("reply", &"it should be empty")),
        (Some(_), Err(_)) => wrong.push(say("reply", &"it is not JSON")),
        (Some(schema), Ok(reply)) => {
            wrong.extend(all("reply", document.for_replies().check(schema, &reply)));
        }
    }
    wrong
}

/// Tells whether a path fits a pattern, in which `{}` stands for any one step.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == "{}" || wanted == given => {}
            _ => return false,
        }
    }
}

fn check_body(document: &Document, operation: &Operation, exchange: &Exchange<'_>) -> Vec<Miss> {
    let miss = |what: &str| {
        let (at, what) = ("$".to_owned(), what.to_owned());
        vec![Miss { at, what }]
    };
    match (operation.body(), exchange.body) {
        (_, Value::Null) if exchange.files > 0 => Vec::new(),
        (_, Value::Null) if operation.needs_body() => miss("a body is missing"),
        (_, Value::Null) => Vec::new(),
        (Some(schema), body) => document.for_requests().check(schema, body),
        (None, Value::Object(body)) if body.is_empty() => Vec::new(),
        (None, _) => miss("the document knows no body here"),
    }
}

fn check_query(document: &Document, operation: &Operation, query: &str) -> Vec<Miss> {
    let schemas = document.for_requests();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let check = |pair: &str| {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let known = operation.query().iter().find(|known| known["name"] == name);
        match known {
            Some(known) => check_parameter(&schemas, &known["schema"], name, &decoded(text)),
            None => {
                let what = "Discord's document knows no such parameter".to_owned();
                let at = name.to_owned();
                vec![Miss { at, what }]
            }
        }
    };
    pairs.flat_map(check).collect()
}

/// Reads a text as it stands in a query: `%2B` is a plus.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Checks one parameter: as the number or switch that its text may stand for, or as text.
fn check_parameter(schemas: &Schemas<'_>, schema: &Value, name: &str, text: &str) -> Vec<Miss> {
    let switch = match text {
        "true" | "True" | "1" => Some(true),
        "false" | "False" | "0" => Some(false),
        _ => None,
    };
    let number = text.parse::<i64>().ok();
    let readings = [
        Some(json!(text)),
        number.map(Value::from),
        switch.map(Value::from),
    ];
    // A parameter that is a list is given by repetition: each time one of its items.
    let tried = readings.into_iter().flatten().flat_map(|value| {
        let one = schemas.check(schema, &value);
        [one, schemas.check(schema, &json!([value]))]
    });
    let mut misses = tried.min_by_key(Vec::len).unwrap_or_default();
    for miss in &mut misses {
        miss.at = name.to_owned();
    }
    misses
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets a judge see one message sent by a bot, with a body, and a reply to it.
    fn seen(body: Value, status: u16, reply: &Value, replies_alone: bool) -> Vec<String> {
        let reply = reply.to_string();
        let exchange = Exchange {
            method: "POST",
            path: "/api/v10/channels/1/messages",
            query: "",
            body: &body,
            files: 0,
            status,
            reply: match status {
                204 => b"",
                _ => reply.as_bytes(),
            },
        };
        judge(&DOCUMENT, &exchange, replies_alone)
    }

    fn error(code: &str) -> Value {
        let leaf = json!({"_errors": [{"code": code, "message": "Must be short."}]});
        json!({"code": 50035, "message": "Invalid Form Body", "errors": {"content": leaf}})
    }

    #[test]
    fn a_wrong_body_that_was_taken_is_found() {
        let (found, place) = (
            json!({"id": "1"}),
            "POST /channels/1/messages (200), body: $",
        );
        for (body, wanted) in [
            (
                json!({"contnet": "hi"}),
                ".contnet: Discord's document knows no such field",
            ),
            (
                json!({"content": 5}),
                ".content: 5 instead of [\"string\",\"null\"]",
            ),
            (
                json!({"embeds": [{"title": "x".repeat(257)}]}),
                ".embeds[0].title: Length 257 is above 256",
            ),
        ] {
            let wrong = seen(body.clone(), 200, &found, false);
            let wanted = format!("{place}{wanted}");
            assert!(wrong.contains(&wanted), "{wanted} is not in {wrong:?}");
            let replies = seen(body, 200, &found, true);
            assert!(!replies.contains(&wanted), "{replies:?}");
        }
    }

    #[test]
    fn a_wrong_reply_is_found() {
        let body = json!({"content": "hi"});
        let wrong = seen(body.clone(), 200, &json!({"id": "x"}), true);
        let said = |part: &str| wrong.iter().any(|one| one.contains(part));
        assert!(said("reply: $: \"content\" is missing"), "{wrong:?}");
        assert!(said("reply: $.id: \"x\" is not an id"), "{wrong:?}");
        let wrong = seen(body.clone(), 204, &Value::Null, true);
        assert_eq!(
            wrong,
            ["POST /channels/1/messages (204), reply: the document knows only 200"]
        );
        assert_eq!(
            seen(body.clone(), 400, &error("BASE_TYPE_MAX_LENGTH"), true),
            [""; 0]
        );
        let wrong = seen(body, 400, &json!({"message": "No."}), true);
        assert!(wrong[0].contains("code"), "{wrong:?}");
    }

    #[test]
    fn queries_are_read_as_they_are_sent() {
        assert_eq!(decoded("2026%2B1%zz%"), "2026+1%zz%");
    }
}
