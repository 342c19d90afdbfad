//! One request as a cog makes it: what it may hold, and what a redirect makes of it.

use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, COOKIE,
    HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Method, StatusCode, Url};

use super::error::Error;
use crate::net::shown;

/// Headers that one request may have.
const HEADERS_MAX: usize = 64;
/// All their names and values together, in bytes.
const HEADERS_SIZE_MAX: usize = 16 << 10;
/// The longest URL, in bytes.
const URL_MAX: usize = 8 << 10;

/// A request to the web.
#[derive(Debug)]
pub struct Request {
    /// GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The headers, without those that are the host's own.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Whether redirects are followed.
    pub follow: bool,
    /// Whether the body is unpacked when it comes packed.
    pub unpack: bool,
}

impl Request {
    /// Reads a request whose redirects are followed and whose body is unpacked.
    pub fn parse(
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Vec<u8>,
        timeout: Option<Duration>,
    ) -> Result<Self, Error> {
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Error::invalid(format!("`{}` is not a method", shown(method))))?;
        let url = Url::parse(url)
            .map_err(|error| Error::invalid(format!("`{}` is not a URL: {error}", shown(url))))?;
        let mut parsed = HeaderMap::new();
        for (name, value) in headers {
            let (name, value) = header(name, value)?;
            parsed
                .try_append(name, value)
                .map_err(|_| Error::invalid(too_many()))?;
        }
        Ok(Self {
            method,
            url,
            headers: parsed,
            body,
            timeout,
            follow: true,
            unpack: true,
        })
    }

    /// Refuses what no server is to be sent.
    pub(super) fn check(&self, transfer: usize) -> Result<(), Error> {
        let told = |what: String| Err(Error::invalid(what));
        if !METHODS.contains(&self.method) {
            let all: Vec<_> = METHODS.iter().map(Method::as_str).collect();
            let method = shown(self.method.as_str());
            return told(format!("`{method}` is not a method of {}", all.join(", ")));
        }
        if self.url.as_str().len() > URL_MAX {
            return told(format!("the URL has more than {} KiB", URL_MAX >> 10));
        }
        if let Some(name) = self.headers.keys().find(|name| forbidden(name)) {
            return told(format!("the header `{name}` is the host's own to write"));
        }
        if self.headers.len() > HEADERS_MAX {
            return told(too_many());
        }
        let sizes = self.headers.iter();
        let size: usize = sizes
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        if size > HEADERS_SIZE_MAX {
            let most = HEADERS_SIZE_MAX >> 10;
            return told(format!("the headers have more than {most} KiB together"));
        }
        if self.body.len() > transfer {
            return told(format!("the body has more than {transfer} bytes"));
        }
        if !self.body.is_empty() && self.method == Method::HEAD {
            return told("HEAD has no body".into());
        }
        if self.timeout.is_some_and(|limit| limit.is_zero()) {
            return told("the timeout is 0 ms".into());
        }
        Ok(())
    }

    /// Becomes the request that a redirect asks for. Another origin gets no credentials.
    pub(super) fn redirect(&mut self, status: StatusCode, target: Url) {
        // What browsers do: a form that was posted is not posted again elsewhere.
        let post = self.method == Method::POST;
        let to_get = match status.as_u16() {
            303 => self.method != Method::HEAD,
            301 | 302 => post,
            _ => false,
        };
        if to_get {
            self.method = Method::GET;
            self.body.clear();
            for name in [
                CONTENT_TYPE,
                CONTENT_ENCODING,
                CONTENT_LANGUAGE,
                CONTENT_LOCATION,
            ] {
                self.headers.remove(name);
            }
        }
        if self.url.origin() != target.origin() {
            self.headers.remove(AUTHORIZATION);
            self.headers.remove(COOKIE);
        }
        self.url = target;
        self.url.set_fragment(None);
    }
}

const METHODS: &[Method] = &[
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// Whether a header is about the connection and the message's framing, which are the host's part:
/// who writes them could make a server see another request than was checked.
pub fn forbidden(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("proxy-")
        || matches!(
            name,
            "connection"
                | "content-length"
                | "expect"
                | "host"
                | "http2-settings"
                | "keep-alive"
                | "te"
                | "trailer"
                | "transfer-encoding"
                | "upgrade"
                | "via"
        )
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let parsed = HeaderName::from_bytes(name.as_bytes());
    let name =
        parsed.map_err(|_| Error::invalid(format!("`{}` is not a header's name", shown(name))))?;
    match HeaderValue::from_str(value) {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(Error::invalid(format!(
            "the header `{name}` has a control character in its value"
        ))),
    }
}

fn too_many() -> String {
    format!("there are more than {HEADERS_MAX} headers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(method: &str, headers: &[(&str, &str)]) -> Result<Request, Error> {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        let url = "https://api.example.org/a#b";
        let request = Request::parse(method, url, &headers, b"x".to_vec(), None)?;
        request.check(1).map(|()| request)
    }

    fn refused(method: &str, headers: &[(&str, &str)]) -> String {
        parse(method, headers).unwrap_err().message
    }

    #[test]
    fn what_could_smuggle_is_refused() {
        for name in [
            "Host",
            "CONNECTION",
            "Content-Length",
            "Transfer-Encoding",
            "TE",
            "Trailer",
            "Upgrade",
            "Expect",
            "Proxy-Authorization",
            "proxy-anything",
        ] {
            let told = refused("POST", &[(name, "x")]);
            let lower = name.to_ascii_lowercase();
            assert_eq!(
                told,
                format!("the header `{lower}` is the host's own to write")
            );
        }
        for value in ["a\r\nHost: evil", "a\nb", "a\0b", "a\rb", "\u{7f}"] {
            let told = refused("GET", &[("x-a", value)]);
            assert_eq!(
                told,
                "the header `x-a` has a control character in its value"
            );
        }
        for name in ["x-a: b\r\nhost", "", "x a", "transfer-encoding\t", "ﬀ"] {
            let told = refused("GET", &[(name, "x")]);
            assert!(told.ends_with("is not a header's name"), "{told}");
        }
        for method in ["get", "CONNECT", "TRACE", "GET / HTTP/1.1\r\n", "", "BREW"] {
            assert!(refused(method, &[]).contains("is not a method"), "{method}");
        }
    }

    #[test]
    fn sizes_have_limits() {
        let many: Vec<_> = (0..65).map(|n| (format!("x-{n}"), "y")).collect();
        let many: Vec<_> = many
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        assert!(parse("POST", &many[..64]).is_ok());
        assert_eq!(refused("POST", &many), "there are more than 64 headers");
        let large = "x".repeat(16 << 10);
        assert_eq!(
            refused("POST", &[("x-a", &large)]),
            "the headers have more than 16 KiB together"
        );
        assert_eq!(refused("HEAD", &[]), "HEAD has no body");
        let request = parse("POST", &[]).unwrap();
        let told = request.check(0).unwrap_err().message;
        assert_eq!(told, "the body has more than 0 bytes");
    }

    #[test]
    fn another_origin_gets_no_credentials() {
        let headers = [("Authorization", "a"), ("Cookie", "b"), ("X-A", "c")];
        for (target, kept) in [
            ("https://api.example.org/b#c", true),
            ("https://www.example.org/b", false),
            ("http://api.example.org/b", false),
        ] {
            let mut request = parse("GET", &headers).unwrap();
            request.redirect(StatusCode::FOUND, Url::parse(target).unwrap());
            assert_eq!(
                request.headers.contains_key("authorization"),
                kept,
                "{target}"
            );
            assert_eq!(request.headers.contains_key("cookie"), kept, "{target}");
            assert!(request.headers.contains_key("x-a"));
            assert_eq!(request.url.fragment(), None);
        }
    }

    #[test]
    fn a_redirect_changes_the_method_as_in_browsers() {
        for (status, before, after) in [
            (301, "POST", "GET"),
            (302, "POST", "GET"),
            (302, "PUT", "PUT"),
            (303, "DELETE", "GET"),
            (307, "POST", "POST"),
            (308, "POST", "POST"),
        ] {
            let mut request = parse(before, &[("Content-Type", "text/plain")]).unwrap();
            let target = request.url.clone();
            request.redirect(StatusCode::from_u16(status).unwrap(), target);
            assert_eq!(request.method.as_str(), after, "{status} {before}");
            assert_eq!(request.body.is_empty(), after == "GET");
            let typed = request.headers.contains_key("content-type");
            assert_eq!(typed, after != "GET");
        }
    }
}
