//! A piece of web on loopback for cogs to reach: names, and a site that answers well and badly.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cogbox::net::{Lookup, Net};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What names lead to. Each lookup takes the next answer; the last one stays.
#[derive(Clone, Default)]
pub struct Names(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    answers: HashMap<String, VecDeque<Vec<SocketAddr>>>,
    asked: Vec<String>,
}

impl Names {
    /// Lets a name lead to these addresses, one list for each lookup.
    pub fn lead(&self, name: &str, answers: &[&[SocketAddr]]) {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        self.0.lock().unwrap().answers.insert(name.into(), answers);
    }

    /// Returns what was looked up, in order.
    pub fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked.clone()
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        let mut known = self.0.lock().unwrap();
        known.asked.push(name.clone());
        let answer = known
            .answers
            .get_mut(&name)
            .map(|answers| match answers.len() {
                1 => answers[0].clone(),
                _ => answers.pop_front().unwrap_or_default(),
            });
        let answer = answer.ok_or_else(|| io::Error::other(format!("there is no {name}")));
        Box::pin(async move { answer })
    }
}

/// A web server on loopback, and what reached it. It closes each connection after one answer.
#[derive(Clone)]
pub struct Site {
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    pages: Arc<Mutex<HashMap<String, Page>>>,
    released: watch::Sender<bool>,
}

/// A page that a test puts up.
#[derive(Clone)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Its headers, each with its end of line. A request that shows its `etag` is answered with 304.
    pub headers: String,
    /// Its body, as it is sent.
    pub body: Vec<u8>,
}

impl Site {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let site = Self {
            address,
            seen,
            pages: Arc::default(),
            released: watch::Sender::new(false),
        };
        let serving = site.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let site = serving.clone();
                // Who reads hangs up when there is enough.
                tokio::spawn(async move { site.serve(stream).await });
            }
        });
        site
    }

    /// Returns the requests that reached it, as they were sent. A connection without one counts.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Puts up a page, in place of one at the same path.
    pub fn has(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// Answers those who ask for `/held`.
    pub fn release(&self) {
        self.released.send_replace(true);
    }

    /// Returns the internet of these names, in which this site is a public one.
    pub fn net(&self, names: &Names) -> Net {
        Net::through(Arc::new(names.clone()), &[self.address])
    }

    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let index = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(String::new());
            seen.len() - 1
        };
        let request = read(&mut stream).await?;
        self.seen.lock().unwrap()[index].clone_from(&request);
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let page = self.pages.lock().unwrap().get(path).cloned();
        if let Some(page) = page {
            return stream.write_all(&page.answer(&request)).await;
        }
        match path {
            "/echo" => stream.write_all(&response("", request.as_bytes())).await,
            "/redirect" => {
                let (status, to) = query.split_once(',').unwrap_or(("302", query));
                let head = format!(
                    "HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n\
                     connection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await
            }
            "/large" => stream.write_all(&response("", &[b'x'; 3 << 20])).await,
            "/gzip" => {
                let gzip = "content-encoding: gzip\r\n";
                stream
                    .write_all(&response(gzip, &packed(b"unpacked")))
                    .await
            }
            "/not-gzip" => {
                let gzip = "content-encoding: gzip\r\n";
                stream.write_all(&response(gzip, b"as it came")).await
            }
            "/bomb" => {
                let gzip = "content-encoding: gzip\r\n";
                stream
                    .write_all(&response(gzip, &packed(&vec![0; 64 << 20])))
                    .await
            }
            "/endless" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                loop {
                    stream.write_all(&[b'x'; 4_096]).await?;
                }
            }
            "/slow" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                loop {
                    stream.write_all(b"x").await?;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            "/held" => {
                let mut released = self.released.subscribe();
                let _ = released.wait_for(|&released| released).await;
                stream.write_all(&response("", b"hello")).await
            }
            "/silent" => std::future::pending().await,
            "/headers" => {
                let header = format!("x-large: {}\r\n", "x".repeat(70 << 10));
                stream.write_all(&response(&header, b"")).await
            }
            _ => stream.write_all(&response("", b"hello")).await,
        }
    }
}

impl Page {
    /// A page with a body of some type.
    pub fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: format!("content-type: {content_type}\r\n"),
            body: body.into(),
        }
    }

    /// An error.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::new("text/plain", "")
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// Packs the body.
    pub fn packed(mut self) -> Self {
        self.body = packed(&self.body);
        self.header("content-encoding", "gzip")
    }

    fn answer(&self, request: &str) -> Vec<u8> {
        let line = |text: &str, name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.to_owned()))
        };
        let etag = line(&self.headers, "etag: ");
        if etag.is_some() && etag == line(request, "if-none-match: ") {
            return b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_vec();
        }
        let Self {
            status,
            headers,
            body,
        } = self;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} So\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }
}

async fn read(stream: &mut TcpStream) -> io::Result<String> {
    let mut request = Vec::new();
    loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            return Ok(text.into_owned());
        }
    }
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
