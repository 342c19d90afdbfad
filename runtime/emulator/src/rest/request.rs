//! A request as handlers see it: the steps of its path, its query, its body.

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::multipart;
use super::routes::Found;
use crate::rules::form::{BAD_LENGTH, OUT_OF_RANGE};
use crate::rules::message::Upload;
use crate::rules::{Faults, Form, Refusal};
use crate::snowflake::Id;

/// The header that says why something is done, URL-encoded; for the audit log.
const REASON: &str = "x-audit-log-reason";

/// In characters.
const LONGEST_REASON: usize = 512;

/// A read body.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub json: Value,
    pub files: Vec<Upload>,
}

/// A request to one route.
pub struct Request<'a> {
    params: &'a [(&'static str, String)],
    query: Vec<(String, String)>,
    headers: &'a HeaderMap,
    /// Who asks, on the routes that take a person's token.
    pub person: Option<Id>,
    pub body: Body,
}

/// Reads a body: JSON, or a form with `payload_json` and files.
pub fn read_body(method: &Method, headers: &HeaderMap, bytes: Bytes) -> Result<Body, Refusal> {
    if bytes.is_empty() || *method == Method::GET {
        return Ok(Body::default());
    }
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    match essence {
        "application/json" => Ok(Body {
            json: serde_json::from_slice(&bytes).map_err(|_| Refusal::not_json())?,
            files: Vec::new(),
        }),
        "application/x-www-form-urlencoded" => Ok(Body {
            json: read_pairs(&bytes),
            files: Vec::new(),
        }),
        "multipart/form-data" => multipart::read(kind, &bytes),
        _ => {
            let mut faults = Faults::default();
            let message = "Expected \"Content-Type\" to be application/json, \
                           application/x-www-form-urlencoded or multipart/form-data.";
            faults.add("", "CONTENT_TYPE_INVALID", message);
            faults.check().map(|()| Body::default())
        }
    }
}

impl<'a> Request<'a> {
    pub fn new(
        found: &'a Found<'_>,
        query: &str,
        headers: &'a HeaderMap,
        body: Result<Body, Refusal>,
    ) -> Result<Self, Refusal> {
        let query: Vec<(String, String)> = pairs(query).collect();
        Ok(Request {
            params: &found.params,
            query,
            headers,
            person: None,
            body: body?,
        })
    }

    /// Returns a step of the path by its name in the route.
    pub fn text(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }

    /// Returns an id of the path; one that is no number is refused as a form error.
    pub fn id(&self, name: &str) -> Result<Id, Refusal> {
        let text = self.text(name);
        text.parse().map_err(|_| no_id(name, text))
    }

    /// Returns a header that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Refuses files of more than `largest` bytes.
    pub fn fits(&self, largest: u64) -> Result<(), Refusal> {
        let mut files = self.body.files.iter();
        match files.any(|file| file.bytes.len() as u64 > largest) {
            true => Err(Refusal::too_large()),
            false => Ok(()),
        }
    }

    /// Returns a value of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns all values of the query under one name, given by repetition or with commas.
    pub fn queries<'q>(&'q self, name: &str) -> impl Iterator<Item = &'q str> {
        let found = self.query.iter().filter(move |(key, _)| key == name);
        let values = found.flat_map(|(_, value)| value.split(','));
        values.filter(|value| !value.is_empty())
    }

    /// Returns why this is done, if the request says so.
    pub fn reason(&self) -> Result<Option<String>, Refusal> {
        let reason = self
            .header(REASON)
            .map(decode)
            .filter(|reason| !reason.is_empty());
        let mut faults = Faults::default();
        if let Some(reason) = &reason
            && reason.chars().count() > LONGEST_REASON
        {
            let message = format!("Must be {LONGEST_REASON} or fewer in length.");
            faults.add("reason", BAD_LENGTH, message);
        }
        faults.check()?;
        Ok(reason)
    }

    /// Tells whether a switch of the query is on: `true`, `True` or `1`.
    pub fn switch(&self, name: &str) -> bool {
        matches!(self.query(name), Some("true" | "True" | "1"))
    }

    /// Returns an id of the query; one that is no number is refused as a form error.
    pub fn query_id(&self, name: &str) -> Result<Option<Id>, Refusal> {
        let Some(text) = self.query(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| no_id(name, text))
    }

    /// Returns the `limit` of the query, or the default; one out of range is refused.
    pub fn limit(&self, usual: usize, most: usize) -> Result<usize, Refusal> {
        self.number("limit", usual, most)
    }

    /// Returns a number of the query that begins at 1, or the default; one out of range is refused.
    pub fn number(&self, name: &str, usual: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.query(name) else {
            return Ok(usual);
        };
        let number = text
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| {
            let mut faults = Faults::default();
            let message = format!("int value should be between 1 and {most}.");
            faults.add(name, OUT_OF_RANGE, message);
            // A fault has just been added, so there is a refusal.
            faults.check().err().unwrap_or_else(Refusal::unknown_route)
        })
    }

    /// Returns the objects of a body that is a list.
    pub fn items(&self, faults: &mut Faults) -> Vec<Form<'_>> {
        let Value::Array(items) = &self.body.json else {
            faults.add("", "LIST_TYPE_CONVERT", "Only lists may be used here.");
            return Vec::new();
        };
        let items = items.iter().enumerate();
        let items = items.map(|(n, item)| Form::new(item, n.to_string(), faults));
        items.collect()
    }

    /// Returns the body as an object to be read; a missing body is an empty one.
    pub fn form(&self, faults: &mut Faults) -> Form<'_> {
        static NOTHING: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| json!({}));
        match &self.body.json {
            Value::Null => Form::new(&NOTHING, "", faults),
            body => Form::new(body, "", faults),
        }
    }
}

fn no_id(name: &str, text: &str) -> Refusal {
    let message = format!("Value \"{text}\" is not snowflake.");
    let leaf = json!({"code": "NUMBER_TYPE_COERCE", "message": message});
    Refusal::form(json!({name: {"_errors": [leaf]}}))
}

/// Splits `a=1&b=2`, and decodes both sides.
pub fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let plain = |text: &str| decode(&text.replace('+', " "));
    let all = text.split('&').filter(|pair| !pair.is_empty());
    all.map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (plain(key), plain(value))
    })
}

/// Reads a form without files. Its values are texts, but for the two that stand for a switch.
fn read_pairs(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let field = |(key, value): (String, String)| match value.as_str() {
        "true" | "True" => (key, json!(true)),
        "false" | "False" => (key, json!(false)),
        _ => (key, Value::String(value)),
    };
    pairs(&text).map(field).collect()
}

/// Decodes `%xx`.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.filter(|_| first == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
