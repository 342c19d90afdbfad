//! The proxy by which yt-dlp reaches the web: what passes, and everything that does not.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cogbox::net::Net;
use cogbox::net::proxy::Proxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::web::{Names, Site};

const PLENTY: u64 = 1 << 20;

/// A proxy with a site behind it.
struct Way {
    names: Names,
    site: Site,
    proxy: Proxy,
}

impl Way {
    async fn open(bytes: u64) -> Self {
        let (names, site) = (Names::default(), Site::start().await);
        names.lead("api.example.org", &[&[site.address]]);
        let proxy = Proxy::open(site.net(&names), bytes).await.unwrap();
        Self { names, site, proxy }
    }

    async fn connect(&self) -> TcpStream {
        let url = self.proxy.url();
        let (_, address) = url.rsplit_once('@').unwrap();
        TcpStream::connect(address).await.unwrap()
    }

    fn pass(&self) -> String {
        let url = self.proxy.url();
        let (user, _) = url
            .strip_prefix("http://")
            .unwrap()
            .split_once('@')
            .unwrap();
        format!(
            "Proxy-Authorization: Basic {}",
            BASE64_STANDARD.encode(user)
        )
    }

    /// Sends what is written, and returns everything that comes back.
    async fn sends(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut told = Vec::new();
        let reading = stream.read_to_end(&mut told);
        let read = tokio::time::timeout(Duration::from_secs(5), reading).await;
        // A connection that is cut says as much as one that is closed.
        let _ = read.expect("it ends");
        String::from_utf8_lossy(&told).into_owned()
    }

    /// Asks for something with the secret, and returns the status line and the last line.
    async fn asks(&self, line: &str) -> String {
        let request = format!("{line} HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n", self.pass());
        let told = self.sends(&request).await;
        let first = told.lines().next().unwrap_or_default();
        let last = told.lines().last().unwrap_or_default();
        format!("{first}: {last}")
    }
}

#[tokio::test]
async fn a_public_site_is_reached_with_the_secret() {
    let way = Way::open(PLENTY).await;
    let request = format!(
        "GET http://api.example.org/echo?q=1#part HTTP/1.1\r\nHost: api.example.org\r\n{}\r\n\
         Proxy-Connection: keep-alive\r\nConnection: keep-alive\r\nX-A: b\r\n\r\n",
        way.pass()
    );
    let told = way.sends(&request).await;
    let (_, seen) = told.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        seen,
        "GET /echo?q=1 HTTP/1.1\r\nHost: api.example.org\r\nX-A: b\r\nconnection: close\r\n\r\n"
    );
    // A tunnel carries what it is given, both ways.
    let mut stream = way.connect().await;
    let connect = format!(
        "CONNECT api.example.org:443 HTTP/1.1\r\n{}\r\n\r\n",
        way.pass()
    );
    let hello = "GET /hello HTTP/1.1\r\n\r\n";
    stream
        .write_all((connect + hello).as_bytes())
        .await
        .unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).await.unwrap();
    assert!(
        told.starts_with("HTTP/1.1 200 Connected\r\n\r\nHTTP/1.1 200 OK"),
        "{told}"
    );
    assert!(told.ends_with("hello"), "{told}");
    assert_eq!(way.site.seen()[1], hello);
}

#[tokio::test]
async fn without_the_secret_nothing_is_reached() {
    let way = Way::open(PLENTY).await;
    let wrong = BASE64_STANDARD.encode("cogbox:00000000000000000000000000000000");
    for headers in ["", &format!("Proxy-Authorization: Basic {wrong}\r\n")] {
        for line in ["GET http://api.example.org/", "CONNECT api.example.org:443"] {
            let told = way
                .sends(&format!("{line} HTTP/1.1\r\n{headers}\r\n"))
                .await;
            assert!(told.starts_with("HTTP/1.1 407 "), "{line}: {told}");
        }
    }
    assert_eq!(way.names.asked(), Vec::<String>::new());
    assert_eq!(way.site.seen().len(), 0);
}

#[tokio::test]
async fn what_is_not_public_is_refused() {
    let way = Way::open(PLENTY).await;
    for inside in [
        "10.255.255.1",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[fd00:ec2::254]",
    ] {
        for line in [
            format!("GET http://{inside}/"),
            format!("CONNECT {inside}:443"),
        ] {
            let told = way.asks(&line).await;
            let refused =
                told.starts_with("HTTP/1.1 403 Not on the public internet: the URL is at ");
            assert!(refused, "{line}: {told}");
        }
    }
    let trap = Site::start().await;
    let trapped: SocketAddr = trap.address;
    for inside in ["127.0.0.1:0", "[::ffff:10.0.0.1]:0", &trapped.to_string()] {
        way.names
            .lead("inside.example", &[&[inside.parse().unwrap()]]);
        let told = way.asks("GET http://inside.example/").await;
        assert!(
            told.contains("403 Not on") && told.contains("inside.example leads to"),
            "{told}"
        );
    }
    // What is public beside it is reached, and nothing else.
    way.names
        .lead("mixed.example", &[&[trapped, way.site.address]]);
    assert_eq!(
        way.asks("GET http://mixed.example/").await,
        "HTTP/1.1 200 OK: hello"
    );
    // A name is looked up for each connection: the answer that is checked is the one that counts.
    way.names
        .lead("turns.example", &[&[way.site.address], &[trapped]]);
    assert_eq!(
        way.asks("GET http://turns.example/").await,
        "HTTP/1.1 200 OK: hello"
    );
    let told = way.asks("GET http://turns.example/").await;
    assert!(told.starts_with("HTTP/1.1 403 "), "{told}");
    assert_eq!(trap.seen().len(), 0);
}

#[tokio::test]
async fn only_the_web_is_served() {
    let way = Way::open(PLENTY).await;
    for (line, status) in [
        ("GET http://api.example.org:22/", "403"),
        ("CONNECT api.example.org:22", "403"),
        ("CONNECT api.example.org:80", "403"),
        ("CONNECT u:p@api.example.org:443", "403"),
        ("CONNECT api.example.org/x:443", "400"),
        ("GET https://api.example.org/", "400"),
        ("GET ftp://api.example.org/", "400"),
        ("GET file:///etc/passwd", "400"),
        ("GET /hello", "400"),
        ("GET http://api.example.org/ x", "400"),
        ("GET http://nobody.example/", "502"),
        ("", "400"),
    ] {
        let told = way.asks(line).await;
        assert!(
            told.starts_with(&format!("HTTP/1.1 {status} ")),
            "{line}: {told}"
        );
    }
    assert_eq!(way.site.seen().len(), 0);
    // A head without an end is not read for ever.
    let long = format!(
        "GET http://api.example.org/{} HTTP/1.1",
        "x".repeat(64 << 10)
    );
    assert_eq!(way.sends(&long).await, "");
}

#[tokio::test]
async fn bytes_connections_and_time_are_bounded() {
    let way = Way::open(100_000).await;
    let request = format!(
        "GET http://api.example.org/large HTTP/1.1\r\n{}\r\n\r\n",
        way.pass()
    );
    let told = way.sends(&request).await;
    assert!((50_000..=100_000).contains(&told.len()), "{}", told.len());
    // It was all that this run may have.
    let told = way.sends(&request.replace("/large", "/hello")).await;
    assert!(told.is_empty(), "{told}");

    let way = Way::open(PLENTY).await;
    let mut held = Vec::new();
    for _ in 0..32 {
        held.push(way.connect().await);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(way.asks("GET http://api.example.org/").await, ": ");
    held.clear();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(
        way.asks("GET http://api.example.org/").await,
        "HTTP/1.1 200 OK: hello"
    );

    // With the proxy everything ends that goes through it.
    let mut stream = way.connect().await;
    let request = format!(
        "GET http://api.example.org/silent HTTP/1.1\r\n{}\r\n\r\n",
        way.pass()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    while way.site.seen().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (address, net) = (way.proxy.url(), Net::public());
    drop(way.proxy);
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok() && rest.is_empty());
    let (_, address) = address.rsplit_once('@').unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    // Each has a secret of its own.
    let [one, two] = [net.clone(), net].map(|net| Proxy::open(net, PLENTY));
    let secret = |proxy: Proxy| proxy.url().split('@').next().map(str::to_owned);
    assert_ne!(secret(one.await.unwrap()), secret(two.await.unwrap()));
}
