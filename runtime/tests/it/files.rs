//! A server of files on loopback, for what plays sound from the web: tones, and pages that name them.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cogbox::net::Net;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::sound::wav;
use crate::web::Names;

/// The server, and what reached it.
#[derive(Clone)]
pub struct Files {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Files {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let files = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
        };
        let serving = files.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let files = serving.clone();
                // Who reads hangs up when there is enough.
                tokio::spawn(async move { files.serve(stream).await });
            }
        });
        files
    }

    /// Returns the heads of the requests that reached it.
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

    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut read = Vec::new();
        while !read.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&read).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.seen.lock().unwrap().push(head);
        let (status, kind, body) = answer(&path);
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await
    }
}

fn answer(path: &str) -> (&'static str, &'static str, Vec<u8>) {
    let html = |body: &str| {
        let page = format!("<html><head><title>A page</title></head><body>{body}</body></html>");
        ("200 OK", "text/html", page.into_bytes())
    };
    let tone = |hertz, millis| {
        (
            "200 OK",
            "audio/wav",
            wav(hertz, Duration::from_millis(millis)),
        )
    };
    match path {
        "/a.wav" => tone(440.0, 1_000),
        "/b.wav" => tone(660.0, 500),
        "/page.html" => html("<audio src=\"a.wav\"></audio>"),
        "/text.html" => html("words"),
        "/feed.rss" => {
            let item = |title: &str, path: &str| {
                format!(
                    "<item><title>{title}</title><link>http://site.example/{path}</link></item>"
                )
            };
            let items = item("First", "a.wav") + &item("Second", "b.wav");
            let feed = format!(
                "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A feed</title>\
                 {items}</channel></rss>"
            );
            ("200 OK", "application/rss+xml", feed.into_bytes())
        }
        "/inside" => (
            "302 Found\r\nlocation: http://10.255.255.1/",
            "text/plain",
            Vec::new(),
        ),
        _ => ("404 Not Found", "text/plain", Vec::new()),
    }
}
