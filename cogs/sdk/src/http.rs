//! The web, as far as the operator lets this cog reach it.
//!
//! ```no_run
//! # use cogbox_sdk::prelude::*;
//! # fn fact(ctx: &Context) -> Answer {
//! let fact = http::get("https://api.example.org/fact").send()?.success()?;
//! ctx.reply(fact.text()?)
//! # }
//! ```
//!
//! Calling it asks for `http`. `cog.toml` gives the reason, and under `[http]` the `hosts` that the
//! operator is asked to allow. A host that is not allowed is
//! [`ErrorKind::Denied`](crate::error::ErrorKind::Denied).

use std::time::Duration;

use crate::Error;
use crate::error::Answer;
use crate::raw::cogbox::host::http as raw;

/// Begins a request that reads.
pub fn get(url: impl Into<String>) -> Request {
    request("GET", url)
}

/// Begins a request that hands something over.
pub fn post(url: impl Into<String>) -> Request {
    request("POST", url)
}

/// Begins a request with any method: GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.
pub fn request(method: &str, url: impl Into<String>) -> Request {
    Request(raw::Request {
        method: method.to_string(),
        url: url.into(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout_ms: None,
    })
}

/// A request that is not sent yet.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request(raw::Request);

impl Request {
    /// Adds a header. Those of the connection itself, such as `Host`, are the host's.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.0.body = body.into();
        self
    }

    /// Sets a text as the body, and says that it is one.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.header("Content-Type", "text/plain; charset=utf-8")
            .body(text.into())
    }

    /// Sets a value as the body, written as JSON, and says that it is JSON.
    #[cfg(feature = "json")]
    pub fn json<T: serde::Serialize>(self, value: &T) -> Answer<Self> {
        let body = serde_json::to_vec(value)?;
        Ok(self.header("Content-Type", "application/json").body(body))
    }

    /// Sets how long it may take, ten seconds when this is left out. The host waits thirty at most.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.0.timeout_ms = Some(limit.as_millis().try_into().unwrap_or(u32::MAX));
        self
    }

    /// Sends it and waits for the response, of whatever status. Up to five redirects are followed.
    pub fn send(self) -> Answer<Response> {
        Ok(Response(raw::fetch(&self.0)?))
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Response(raw::Response);

impl Response {
    /// Returns the status, such as 200.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Makes a status other than 200 to 299 a fault.
    pub fn success(self) -> Answer<Self> {
        match self.0.status {
            200..=299 => Ok(self),
            status => Err(Error::new(format!("{} answered {status}", self.place()))),
        }
    }

    /// Returns where it came from, after redirects.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Returns a header's first value. Names are compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.0.headers.iter();
        let found = headers.find(|(present, _)| present.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Returns all headers, in the order they came.
    pub fn headers(&self) -> &[(String, String)] {
        &self.0.headers
    }

    /// Whether the body was longer than the host lets through, so that its end is missing.
    pub fn is_truncated(&self) -> bool {
        self.0.truncated
    }

    /// Returns the body, as much of it as came.
    pub fn bytes(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns the whole body as text. What is not UTF-8 is replaced; a body that was cut is a
    /// fault.
    pub fn text(&self) -> Answer<String> {
        Ok(String::from_utf8_lossy(self.whole()?).into_owned())
    }

    /// Reads the whole body as JSON.
    #[cfg(feature = "json")]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Answer<T> {
        serde_json::from_slice(self.whole()?).map_err(|error| {
            let place = self.place();
            Error::new(format!(
                "{place} answered other JSON than expected: {error}"
            ))
        })
    }

    fn whole(&self) -> Answer<&[u8]> {
        match self.0.truncated {
            false => Ok(&self.0.body),
            true => Err(Error::new(format!(
                "{} answered more than the host lets through; a larger limits.transfer lets more",
                self.place()
            ))),
        }
    }

    /// The host's name, without a path that may hold a secret.
    fn place(&self) -> &str {
        let url = self.0.url.as_str();
        let after = url.split_once("://").map_or(url, |(_, rest)| rest);
        after.split(['/', '?', '#']).next().unwrap_or(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &[u8], truncated: bool) -> Response {
        Response(raw::Response {
            status,
            url: "https://api.example.org/secret?key".into(),
            headers: vec![("content-type".into(), "text/plain".into())],
            body: body.to_vec(),
            truncated,
        })
    }

    #[test]
    fn a_request_is_built_from_its_parts() {
        let Request(built) = post("https://api.example.org/")
            .header("Accept", "text/plain")
            .text("hello")
            .timeout(Duration::from_secs(3));
        assert_eq!(
            (built.method.as_str(), built.body),
            ("POST", b"hello".to_vec())
        );
        let names: Vec<_> = built
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["Accept", "Content-Type"]);
        assert_eq!(built.timeout_ms, Some(3_000));
    }

    #[test]
    fn a_response_tells_what_is_wrong_with_it() {
        let good = response(204, b"fine", false).success().unwrap();
        assert_eq!(good.text().unwrap(), "fine");
        assert_eq!(good.header("Content-Type"), Some("text/plain"));
        let error = response(404, b"", false).success().unwrap_err();
        assert_eq!(error.sentence(), "api.example.org answered 404");
        let error = response(200, b"par", true).text().unwrap_err();
        assert!(error.sentence().contains("more than the host lets through"));
        assert_eq!(response(200, b"par", true).bytes(), b"par");
    }

    #[cfg(feature = "json")]
    #[test]
    fn json_goes_both_ways() {
        let Request(built) = post("x").json(&["a"]).unwrap();
        assert_eq!(built.body, br#"["a"]"#);
        let read: Vec<u8> = response(200, b"[1]", false).json().unwrap();
        assert_eq!(read, [1]);
        let error = response(200, b"<html>", false).json::<u8>().unwrap_err();
        assert!(
            error
                .sentence()
                .starts_with("api.example.org answered other JSON")
        );
    }
}
