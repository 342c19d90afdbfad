//! Forms with files (`multipart/form-data`): `payload_json` and `files[n]`.
//! Rules: Discord's documentation, "Reference", uploading files; RFC 7578.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::request::Body;
use crate::rules::message::Upload;
use crate::rules::{Faults, Refusal};

/// Reads a form. `kind` is the whole content type, which names the boundary.
pub fn read(kind: &str, bytes: &[u8]) -> Result<Body, Refusal> {
    let boundary = boundary(kind).ok_or_else(|| malformed("The content type has no boundary."))?;
    let mut body = Body::default();
    let mut plain = serde_json::Map::new();
    let mut names = BTreeSet::new();
    for part in parts(bytes, &boundary).ok_or_else(|| malformed("The form is cut off."))? {
        let Some(name) = part.parameter("name") else {
            return Err(malformed("A part of the form has no name."));
        };
        if !names.insert(name.clone()) {
            return Err(malformed("Two parts of the form have one name."));
        }
        if name == "payload_json" {
            body.json = serde_json::from_slice(part.content).map_err(|_| Refusal::not_json())?;
        } else if let Some(filename) = part.parameter("filename") {
            body.files.push(Upload {
                number: number(&name).unwrap_or(body.files.len() as u64),
                filename,
                content_type: part.content_type.clone(),
                bytes: Arc::from(part.content),
            });
        } else {
            let text = String::from_utf8_lossy(part.content).into_owned();
            plain.insert(name, Value::String(text));
        }
    }
    if body.json.is_null() {
        body.json = Value::Object(plain);
    }
    Ok(body)
}

/// The `n` of `files[n]`.
fn number(name: &str) -> Option<u64> {
    let inside = name.strip_prefix("files[")?.strip_suffix(']')?;
    inside.parse().ok()
}

fn malformed(message: &str) -> Refusal {
    let mut faults = Faults::default();
    faults.add("", "MULTIPART_INVALID", message);
    // A fault has just been added, so there is a refusal.
    faults.check().err().unwrap_or_else(Refusal::not_json)
}

fn boundary(kind: &str) -> Option<String> {
    let found = kind
        .split(';')
        .find_map(|piece| piece.trim().strip_prefix("boundary="));
    found.map(|boundary| boundary.trim_matches('"').to_owned())
}

struct Part<'a> {
    disposition: String,
    content_type: Option<String>,
    content: &'a [u8],
}

impl Part<'_> {
    fn parameter(&self, name: &str) -> Option<String> {
        let mut pieces = self.disposition.split(';').skip(1).map(str::trim);
        let value = pieces.find_map(|piece| {
            let (key, value) = piece.split_once('=')?;
            (key == name).then_some(value)
        })?;
        Some(value.trim_matches('"').to_owned())
    }
}

fn parts<'a>(bytes: &'a [u8], boundary: &str) -> Option<Vec<Part<'a>>> {
    let delimiter = format!("--{boundary}");
    let mut rest = &bytes[find(bytes, delimiter.as_bytes())? + delimiter.len()..];
    let between = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, between.as_bytes())?;
        parts.push(part(&rest[..end])?);
        rest = &rest[end + between.len()..];
    }
}

fn part(bytes: &[u8]) -> Option<Part<'_>> {
    let split = find(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..split]).ok()?;
    let header = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    Some(Part {
        disposition: header("content-disposition")?,
        content_type: header("content-type"),
        content: &bytes[split + 4..],
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XX";

    #[test]
    fn b30_a_form_brings_json_and_numbered_files() {
        let form = "--XX\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n\
                    {\"content\":\"hi\"}\r\n--XX\r\nContent-Disposition: form-data; \
                    name=\"files[3]\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n\
                    one\r\ntwo\r\n--XX--\r\n";
        let body = read(KIND, form.as_bytes()).unwrap();
        assert_eq!(body.json["content"], "hi");
        let file = &body.files[0];
        assert_eq!((file.number, file.filename.as_str()), (3, "a.txt"));
        assert_eq!(&*file.bytes, b"one\r\ntwo");
        assert_eq!(file.content_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn a_form_that_is_cut_off_is_refused() {
        for form in [
            "",
            "--XX",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
        ] {
            assert_eq!(
                read(KIND, form.as_bytes()).unwrap_err().code,
                50035,
                "{form:?}"
            );
        }
    }
}
