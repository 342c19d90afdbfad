//! Sound on the web: where it is, and the way there.
//!
//! Every request goes through [`Net`]: its URL is checked before, after each redirect again, and the
//! client connects to public addresses alone. Radio stations stand on ports of all kinds, so that those
//! from 1024 up are open here.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Buf, Bytes};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, Url};
use songbird::input::core::io::{MediaSource, ReadOnlySource};
use tokio::runtime::Handle;

use super::course::Course;
use super::hls::Hls;
use super::icy;
use super::radio::{self, Radio};
use super::remote::Remote;
use super::sound::Unheard;
use crate::net::{Net, cause, not_public, shown};

/// How long it may take until a connection is there, and until an answer begins.
const CONNECTING: Duration = Duration::from_secs(10);
const ANSWERING: Duration = Duration::from_secs(10);
/// How long it may take to find out what is at a URL, with all redirects.
const LOOKING: Duration = Duration::from_secs(15);
/// How long nothing may come.
pub(super) const STALLED: Duration = Duration::from_secs(10);
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
    /// What was answered to whoever looked what it is, for whoever opens it first.
    answer: Arc<Mutex<Option<Answer>>>,
}

/// An answer, with where it came from after redirects.
type Answer = (Url, Response);

impl Web {
    /// Takes where it is, what is sent along, and whether it goes on.
    pub fn new(url: Url, headers: HeaderMap, live: bool) -> Self {
        Self {
            url,
            headers,
            live,
            answer: Arc::default(),
        }
    }

    fn answer(&self) -> MutexGuard<'_, Option<Answer>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is at a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file, which has an end.
    File,
    /// A stream that goes on.
    Radio,
    /// A playlist that names pieces of a stream.
    Playlist,
}

/// Fetches sound from the web. It is cheap to clone.
#[derive(Clone)]
pub struct Client {
    net: Net,
    client: reqwest::Client,
}

impl Client {
    /// Makes a client that reaches what `net` allows, and unprivileged ports.
    pub fn new(net: Net) -> Result<Self, reqwest::Error> {
        let net = net.with_unprivileged_ports();
        let client = net.client().user_agent(AGENT).connect_timeout(CONNECTING);
        // Answers of Shoutcast 1 are taken for such, and `icy` reads them.
        let client = client.http09_responses().build()?;
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

    /// Finds out what is at a URL. What was answered is kept for [`Self::open`], so that it is asked
    /// once.
    pub async fn look(&self, web: &Web) -> Result<Kind, Unheard> {
        let asked = tokio::time::timeout(LOOKING, self.ask(web)).await;
        let late = |_| Unheard("it took too long to answer".to_owned());
        let (url, response) = asked.map_err(late)??;
        let kind = kind(&url, &response, web.live)?;
        *web.answer() = Some((url, response));
        Ok(kind)
    }

    /// Opens a sound. `course` is told how it goes on, and ends it.
    pub async fn open(&self, web: &Web, course: Course) -> Result<Box<dyn MediaSource>, Unheard> {
        let looked = web.answer().take();
        let (url, response) = match looked {
            Some(answer) => answer,
            None => self.ask(web).await?,
        };
        let line = Line {
            client: self.clone(),
            runtime: Handle::current(),
            course,
        };
        Ok(match kind(&url, &response, web.live)? {
            Kind::File => Box::new(Remote::new(line, web.clone(), response)),
            Kind::Radio => {
                let radio = Radio::new(line, web.clone(), response);
                Box::new(ReadOnlySource::new(radio))
            }
            Kind::Playlist => {
                let (headers, found) = (web.headers.clone(), (url, response));
                let stream = Hls::open(self, line, headers, found).await?;
                Box::new(ReadOnlySource::new(stream))
            }
        })
    }

    async fn ask(&self, web: &Web) -> Result<Answer, Unheard> {
        let mut headers = web.headers.clone();
        // Whoever does not know it leaves it alone.
        headers.insert(radio::ASKS, HeaderValue::from_static("1"));
        self.get(&web.url, &headers).await
    }

    /// Asks for a URL, and returns an answer of success, with where it came from after redirects.
    pub(super) async fn get(&self, url: &Url, headers: &HeaderMap) -> Result<Answer, Unheard> {
        let (mut url, mut headers) = (url.clone(), headers.clone());
        for _ in 0..=REDIRECTS_MAX {
            self.check(&url)?;
            let host = shown(url.host_str().unwrap_or_default());
            let asked = self.client.get(url.clone()).headers(headers.clone());
            let answering = async {
                let response = asked.send().await.map_err(unreached)?;
                match icy::is_one(&response) {
                    true => icy::read(response, &host).await,
                    false => Ok(response),
                }
            };
            let response = tokio::time::timeout(ANSWERING, answering).await;
            let late = |_| Unheard(format!("{host} does not answer"));
            let response = response.map_err(late)??;
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

/// The way to the web of a source that is read in a thread which may block.
pub(super) struct Line {
    client: Client,
    runtime: Handle,
    pub(super) course: Course,
}

impl Line {
    /// Waits for something, as long as somebody listens.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Unheard> {
        self.runtime.block_on(async {
            tokio::select! {
                done = work => Ok(done),
                () = self.course.closed() => Err(Unheard("nobody listens any more".to_owned())),
            }
        })
    }

    /// Waits a while.
    pub(super) fn sleep(&self, length: Duration) -> Result<(), Unheard> {
        self.wait(async { tokio::time::sleep(length).await })
    }

    /// Notes that the source breaks off, and returns that as its reader wants it.
    pub(super) fn breaks(&self, why: Unheard) -> io::Error {
        self.course.breaks(why.to_string());
        io::Error::other(why)
    }

    /// Asks for a sound anew, as at first.
    pub(super) fn ask(&self, web: &Web) -> Result<Answer, Unheard> {
        self.wait(self.client.ask(web))?
    }

    /// Asks for a URL, as [`Client::get`] does.
    pub(super) fn get(&self, url: &Url, headers: &HeaderMap) -> Result<Answer, Unheard> {
        self.wait(self.client.get(url, headers))?
    }

    /// Returns the next piece of a body; none at its end.
    pub(super) fn piece(&self, response: &mut Response) -> Result<Option<Bytes>, Unheard> {
        // Made inside, where the runtime is.
        let piece = self.wait(async { tokio::time::timeout(STALLED, response.chunk()).await })?;
        let host = || shown(response.url().host_str().unwrap_or_default());
        match piece {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(Unheard(format!("{} broke off: {}", host(), cause(error)))),
            Err(_) => Err(Unheard(format!("{} sends nothing any more", host()))),
        }
    }
}

/// Takes as much of what came as fits.
pub(super) fn pour(from: &mut VecDeque<Bytes>, into: &mut [u8]) -> usize {
    let Some(first) = from.front_mut() else {
        return 0;
    };
    let length = first.len().min(into.len());
    first.copy_to_slice(&mut into[..length]);
    if first.is_empty() {
        from.pop_front();
    }
    length
}

/// Returns a header's text, if it has one.
pub(super) fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn kind(url: &Url, response: &Response, live: bool) -> Result<Kind, Unheard> {
    let media = header(response, CONTENT_TYPE.as_str()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    let media = media.trim().to_ascii_lowercase();
    let playlist = media.ends_with("mpegurl") || url.path().ends_with(".m3u8");
    Ok(match () {
        () if playlist => Kind::Playlist,
        () if media == "text/html" => {
            return Err(Unheard("it is a web page, not a sound".to_owned()));
        }
        () if live || radio::is_one(response) => Kind::Radio,
        () => Kind::File,
    })
}

fn unreached(error: reqwest::Error) -> Unheard {
    match not_public(&error) {
        Some(found) => Unheard(found.to_string()),
        None => Unheard(format!("it can't be reached: {}", cause(error))),
    }
}
