//! A web server on loopback with sound on it, which breaks off and comes back as it is told.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cogbox::net::Net;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::web::Names;

/// What is answered to one request. One that asks for another place of a file gets that.
#[derive(Clone)]
pub enum Page {
    /// A file with a length; `ranges` also from other places.
    File { bytes: Vec<u8>, ranges: bool },
    /// So many bytes of it, then the connection is closed.
    Cut {
        bytes: Vec<u8>,
        after: usize,
        ranges: bool,
    },
    /// Headers and bytes without a length; when `held`, the connection stays open.
    Stream {
        head: String,
        bytes: Vec<u8>,
        held: bool,
    },
    /// A way to another place.
    To(String),
    /// Bytes, from the first line on.
    Raw(Vec<u8>),
    /// Another page after a while.
    Late(Duration, Box<Page>),
    /// No answer at all.
    Silent,
}

/// A file that its server sends as a whole, or also from other places.
pub fn file(bytes: &[u8], ranges: bool) -> Page {
    Page::File {
        bytes: bytes.to_vec(),
        ranges,
    }
}

/// What has no length; when `held`, it never ends.
pub fn stream(head: &str, bytes: &[u8], held: bool) -> Page {
    Page::Stream {
        head: head.to_owned(),
        bytes: bytes.to_vec(),
        held,
    }
}

/// The server. It closes each connection after one answer.
#[derive(Clone)]
pub struct Shelf {
    pub address: SocketAddr,
    pages: Arc<Mutex<HashMap<String, VecDeque<Page>>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Shelf {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shelf = Self {
            address: listener.local_addr().unwrap(),
            pages: Arc::default(),
            seen: Arc::default(),
        };
        let serving = shelf.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shelf = serving.clone();
                // Who listens hangs up when there is enough.
                tokio::spawn(async move { shelf.serve(stream).await });
            }
        });
        shelf
    }

    /// Puts something at a path. Each request takes the next page; the last one stays.
    pub fn put(&self, path: &str, pages: Vec<Page>) {
        self.pages.lock().unwrap().insert(path.into(), pages.into());
    }

    /// Returns the requests that came, as they were sent.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Returns the internet in which these names lead to this server.
    pub fn net(&self, hosts: &[&str]) -> Net {
        let names = Names::default();
        for host in hosts {
            names.lead(host, &[&[self.address]]);
        }
        Net::through(Arc::new(names), &[self.address])
    }

    fn page(&self, path: &str) -> Option<Page> {
        let mut pages = self.pages.lock().unwrap();
        let pages = pages.get_mut(path)?;
        match pages.len() {
            0 | 1 => pages.front().cloned(),
            _ => pages.pop_front(),
        }
    }

    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await?);
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        self.seen.lock().unwrap().push(request.clone());
        let path = request.split(' ').nth(1).unwrap_or_default();
        let range = request.split_once("range: bytes=");
        let from = range.and_then(|(_, rest)| rest.split_once('-')?.0.parse::<usize>().ok());
        let mut page = self.page(path);
        while let Some(Page::Late(wait, then)) = page {
            tokio::time::sleep(wait).await;
            page = Some(*then);
        }
        let (head, body, held) = match page {
            Some(Page::Silent) => std::future::pending().await,
            Some(Page::Raw(bytes)) => {
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
            Some(Page::Late(..)) | None => (
                "404 Not Found\r\ncontent-length: 0".to_owned(),
                Vec::new(),
                false,
            ),
            Some(Page::To(to)) => {
                let head = format!("302 Found\r\nlocation: {to}\r\ncontent-length: 0");
                (head, Vec::new(), false)
            }
            Some(Page::Stream { head, bytes, held }) => (format!("200 OK\r\n{head}"), bytes, held),
            Some(Page::File { bytes, ranges }) => {
                let all = bytes.len();
                (
                    part(from, all, ranges),
                    bytes[from.unwrap_or(0)..].to_vec(),
                    false,
                )
            }
            Some(Page::Cut {
                bytes,
                after,
                ranges,
            }) => {
                let (from, all) = (from.unwrap_or(0), bytes.len());
                let head = part(Some(from).filter(|from| *from > 0), all, ranges);
                (head, bytes[from..after.max(from)].to_vec(), false)
            }
        };
        let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
        if held {
            std::future::pending::<()>().await;
        }
        stream.shutdown().await
    }
}

fn part(from: Option<usize>, all: usize, ranges: bool) -> String {
    let accepts = if ranges {
        "accept-ranges: bytes\r\n"
    } else {
        ""
    };
    match from {
        Some(from) if ranges => format!(
            "206 Partial Content\r\n{accepts}content-range: bytes {from}-{}/{all}\r\n\
             content-length: {}",
            all - 1,
            all - from
        ),
        _ => format!("200 OK\r\n{accepts}content-length: {all}"),
    }
}
