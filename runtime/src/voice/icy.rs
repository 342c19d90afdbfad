//! Answers of Shoutcast 1, which say `ICY 200 OK` where HTTP has its version.
//!
//! The client takes an answer without HTTP's first line for one of HTTP/0.9, which is a body alone: so
//! the head is still to be read from that body.

use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyStream, StreamBody};
use hyper::Version;
use hyper::body::Frame;
use hyper::http::response::Builder;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Body, Response, ResponseBuilderExt};

use super::sound::Unheard;

/// What such an answer begins with.
const FIRST: &[u8] = b"ICY ";
/// Longest head, in bytes.
const HEAD_MAX: usize = 16 << 10;

/// Whether the client could not make sense of an answer's head, or it was such a one.
pub(super) fn is_one(response: &Response) -> bool {
    response.version() == Version::HTTP_09
}

/// Reads the head. It fails with a sentence for what is neither HTTP nor this; `host` is who answered.
pub(super) async fn read(mut response: Response, host: &str) -> Result<Response, Unheard> {
    let strange = || {
        Unheard(format!(
            "{host} does not answer as a web server or a radio does"
        ))
    };
    let mut read = BytesMut::new();
    let (end, length) = loop {
        if let Some(end) = end(&read) {
            break end;
        }
        let known = read.len().min(FIRST.len());
        if read[..known] != FIRST[..known] || read.len() > HEAD_MAX {
            return Err(strange());
        }
        let piece = response.chunk().await;
        let piece = piece.ok().flatten().ok_or_else(strange)?;
        read.extend_from_slice(&piece);
    };
    let head = read.split_to(end);
    let rest = read.split_off(length).freeze();
    let builder = answer(&head).ok_or_else(strange)?;
    let url = response.url().clone();
    let (_, body) = hyper::http::Response::<Body>::from(response).into_parts();
    let first = stream::iter([Ok::<_, reqwest::Error>(Frame::data(rest))]);
    let body = Body::wrap(StreamBody::new(first.chain(BodyStream::new(body))));
    let whole = builder.version(Version::HTTP_09).url(url).body(body);
    whole.map(Response::from).map_err(|_| strange())
}

/// Returns where a head ends, and how long its end is.
fn end(read: &[u8]) -> Option<(usize, usize)> {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"].into_iter();
    let found = ends.filter_map(|end| {
        let at = read.windows(end.len()).position(|own| own == end)?;
        Some((at, end.len()))
    });
    found.min()
}

/// Reads a head; none of anything else.
fn answer(head: &[u8]) -> Option<Builder> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?.strip_prefix(FIRST)?).ok()?;
    let status = first.split_whitespace().next()?.parse::<u16>().ok()?;
    let mut builder = Builder::new().status(status);
    for line in lines {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (halves.next(), halves.next()) else {
            continue;
        };
        let name = HeaderName::from_bytes(name.trim_ascii());
        let value = HeaderValue::from_bytes(value.trim_ascii());
        // What is no header is nothing that is looked for.
        if let (Ok(name), Ok(value)) = (name, value) {
            builder = builder.header(name, value);
        }
    }
    Some(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_stations_write_it() {
        let text = b"ICY 200 OK\r\nicy-notice1:<BR>this\r\nicy-name:One: two\r\nnonsense\r\n\
                     content-type: audio/mpeg\r\n\r\nsound";
        let (at, length) = end(text).unwrap();
        assert_eq!(&text[at + length..], b"sound");
        let (parts, ()) = answer(&text[..at]).unwrap().body(()).unwrap().into_parts();
        assert_eq!(parts.status, 200);
        assert_eq!(parts.headers["icy-name"], "One: two");
        assert_eq!(parts.headers["content-type"], "audio/mpeg");
        assert_eq!(end(b"ICY 200 OK\nicy-name:x\n\nsound"), Some((21, 2)));
        for other in [&b"SSH-2.0-x"[..], b"ICY", b"ICY soon"] {
            assert!(answer(other).is_none());
        }
    }
}
