//! Sound on the web: where it is, and the way there.
//!
//! Every request goes through [`Net`]: its URL is checked before, after each redirect again, and the
//! client connects to public addresses alone.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, LOCATION};
use reqwest::{Response, Url};

use super::sound::Unheard;
use crate::net::{Net, cause, not_public, shown};

/// How long it may take until a connection is there, and until an answer begins.
const CONNECTING: Duration = Duration::from_secs(10);
const ANSWERING: Duration = Duration::from_secs(10);
/// Redirects that are followed.
const REDIRECTS_MAX: usize = 5;
/// Longest URL, in bytes.
const URL_MAX: usize = 2_000;
/// How this host calls itself.
const AGENT: &str = concat!("Cogbox/", env!("CARGO_PKG_VERSION"));

/// Sound on the web.
#[derive(Debug, Clone)]
pub struct Web {
    /// Where it is.
    pub url: Url,
    /// What is sent along, such as what a resolver says that the site wants to see. What of it tells
    /// who asks goes to the URL's own site alone.
    pub headers: HeaderMap,
    /// Whether it is a stream that goes on, such as a radio.
    pub live: bool,
}

/// Fetches sound from the web. It is cheap to clone.
#[derive(Clone)]
pub struct Client {
    net: Net,
    client: reqwest::Client,
}

impl Client {
    /// Makes a client that reaches what `net` allows.
    pub fn new(net: Net) -> Result<Self, reqwest::Error> {
        let client = net.client().user_agent(AGENT);
        let client = client.connect_timeout(CONNECTING).build()?;
        Ok(Self { net, client })
    }

    /// Reads a URL that somebody wrote, and refuses what is never fetched.
    pub fn url(&self, text: &str) -> Result<Url, Unheard> {
        if text.len() > URL_MAX {
            let sentence = format!("the URL is longer than {URL_MAX} bytes");
            return Err(Unheard(sentence));
        }
        let url = Url::parse(text.trim());
        let url = url.map_err(|error| Unheard(format!("that is not a URL: {error}")))?;
        self.check(&url)?;
        Ok(url)
    }

    /// Asks for a URL, and returns an answer of success, with where it came from after redirects.
    pub async fn get(&self, url: &Url, headers: &HeaderMap) -> Result<(Url, Response), Unheard> {
        let (mut url, mut headers) = (url.clone(), headers.clone());
        for _ in 0..=REDIRECTS_MAX {
            self.check(&url)?;
            let host = shown(url.host_str().unwrap_or_default());
            let asked = self.client.get(url.clone()).headers(headers.clone());
            let response = tokio::time::timeout(ANSWERING, asked.send()).await;
            let late = |_| Unheard(format!("{host} does not answer"));
            let response = response.map_err(late)?.map_err(unreached)?;
            let status = response.status();
            if status.is_success() {
                return Ok((url, response));
            }
            let target = response.headers().get(LOCATION);
            let Some(target) = target.filter(|_| status.is_redirection()) else {
                return Err(Unheard(format!("{host} answered with {status}")));
            };
            let target = target.to_str().ok().and_then(|to| url.join(to).ok());
            let astray = || Unheard(format!("{host} redirects to what is not a URL"));
            let target = target.ok_or_else(astray)?;
            if target.origin() != url.origin() {
                headers.remove(AUTHORIZATION);
                headers.remove(COOKIE);
            }
            url = target;
        }
        let sentence = format!("it redirects more than {REDIRECTS_MAX} times");
        Err(Unheard(sentence))
    }

    fn check(&self, url: &Url) -> Result<(), Unheard> {
        let unfit = |unfit| Unheard(format!("the URL {unfit}"));
        self.net.check(url).map_err(unfit)
    }
}

fn unreached(error: reqwest::Error) -> Unheard {
    match not_public(&error) {
        Some(found) => Unheard(found.to_string()),
        None => Unheard(format!("it can't be reached: {}", cause(error))),
    }
}
