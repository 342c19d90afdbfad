//! Asking a site for its feed.

use crate::document::{self, Document, Found};
use crate::keep::Marks;
use crate::trouble::Why;
use crate::{address, charset};
use cogbox_sdk::http::Response;
use cogbox_sdk::markdown::shorten;
use cogbox_sdk::prelude::*;

const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, \
    application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1";
const UNCHANGED: u16 = 304;
/// Longest mark that is kept, in bytes, and longest sentence of the host's, in characters.
const MARK: usize = 512;
const SENTENCE: usize = 300;

/// What came.
#[derive(Debug, Clone, PartialEq)]
pub enum Fetched {
    /// Nothing changed since the marks were given.
    Unchanged,
    Feed(Document, Marks),
}

/// Why nothing came.
#[derive(Debug, Clone, PartialEq)]
pub enum Failed {
    /// The bot asks too much of the web at this moment.
    Busy,
    /// The site, or the way to it.
    Site { why: Why, wait: Option<f64> },
}

/// Asks for a feed. With marks it comes only if it changed.
pub fn feed(url: &str, marks: &Marks) -> Result<Fetched, Failed> {
    let response = ask(url, marks)?;
    if response.status() == UNCHANGED {
        return Ok(Fetched::Unchanged);
    }
    match document::read(&text(&response), response.url()) {
        Found::Feed(document) => Ok(Fetched::Feed(document, marks_of(&response))),
        Found::Page(_) => Err(Failed::site(Why::NoFeed)),
    }
}

/// Asks for a feed, or for a page that says where its feed is; returns the feed's address as well.
pub fn find(url: &str) -> Result<(String, Document), Failed> {
    let response = ask(url, &Marks::default())?;
    match document::read(&text(&response), response.url()) {
        Found::Feed(document) => Ok((url.to_string(), document)),
        Found::Page(None) => Err(Failed::site(Why::NoFeed)),
        Found::Page(Some(link)) => match feed(&link, &Marks::default())? {
            Fetched::Feed(document, _) => Ok((link, document)),
            Fetched::Unchanged => Err(Failed::site(Why::NoFeed)),
        },
    }
}

fn ask(url: &str, marks: &Marks) -> Result<Response, Failed> {
    let mut request = http::get(url).header("Accept", ACCEPT);
    if let Some(etag) = &marks.etag {
        request = request.header("If-None-Match", etag);
    }
    if let Some(modified) = &marks.modified {
        request = request.header("If-Modified-Since", modified);
    }
    let response = request.send().map_err(|error| {
        debug!("{} was not reached: {error}", address::host(url));
        match error.kind() {
            Some(ErrorKind::RateLimited) => Failed::Busy,
            Some(ErrorKind::Denied | ErrorKind::Invalid) => {
                Failed::site(Why::Denied(shorten(error.sentence(), SENTENCE)))
            }
            _ => Failed::site(Why::Silent),
        }
    })?;
    match response.status() {
        200..=299 | UNCHANGED => Ok(response),
        status => {
            let wait = response.header("Retry-After");
            Err(Failed::Site {
                why: Why::Status(status),
                wait: wait
                    .and_then(|wait| wait.trim().parse().ok())
                    .filter(|wait| *wait > 0.0),
            })
        }
    }
}

/// Returns as much of a body as came: of a feed that is too large, the newest is at its beginning.
fn text(response: &Response) -> String {
    charset::decode(response.bytes(), response.header("Content-Type"))
}

fn marks_of(response: &Response) -> Marks {
    let mark = |name| {
        let value = response
            .header(name)
            .filter(|value| value.len() <= MARK && value.is_ascii());
        value.map(str::to_string)
    };
    Marks {
        etag: mark("ETag"),
        modified: mark("Last-Modified"),
    }
}

impl Failed {
    fn site(why: Why) -> Self {
        Failed::Site { why, wait: None }
    }

    /// Returns it as a sentence for whoever waits.
    pub fn told(&self, to: &dyn Audience) -> String {
        match self {
            Failed::Busy => t!(to, busy),
            Failed::Site { why, .. } => why.told(to),
        }
    }
}
