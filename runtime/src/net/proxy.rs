//! A proxy on loopback, by which a program of others reaches the public internet and nothing else.
//!
//! The program resolves no names and connects to nobody but this proxy, which asks [`Net`] about each
//! target. It is there for one run of one program: whoever else is on this machine lacks its secret.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Net, Unconnected};

/// Connections at a time.
const CONNECTIONS_MAX: usize = 32;
/// The head of a request, in bytes.
const HEAD_MAX: usize = 16 << 10;
/// How long it may take to arrive.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// The user name that goes with the secret.
const USER: &str = "cogbox";
/// What a refused target's answer says. Programs repeat it when they tell what went wrong.
pub const REFUSED: &str = "Not on the public internet";
/// The same for a target that can't be reached.
pub const UNREACHED: &str = "Target unreachable";

/// A proxy that listens. Dropping it ends it, and what goes through it.
pub struct Proxy {
    address: SocketAddr,
    secret: String,
    _serving: JoinSet<()>,
}

/// What all connections share.
struct Shared {
    net: Net,
    /// The header by which the program shows that it has the secret, hashed.
    pass: [u8; 32],
    /// Bytes that may still go through.
    left: AtomicU64,
    places: Arc<Semaphore>,
}

impl Proxy {
    /// Listens on a free port. No more than `bytes` go through, both ways together.
    pub async fn open(net: Net, bytes: u64) -> io::Result<Self> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        let secret = hex::encode(secret);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let pass = BASE64_STANDARD.encode(format!("{USER}:{secret}"));
        let shared = Arc::new(Shared {
            net,
            pass: Sha256::digest(format!("Basic {pass}")).into(),
            left: AtomicU64::new(bytes),
            places: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
        });
        let mut serving = JoinSet::new();
        serving.spawn(accept(listener, shared));
        Ok(Self {
            address,
            secret,
            _serving: serving,
        })
    }

    /// Returns how a program is told of it. The secret is in it.
    pub fn url(&self) -> String {
        format!("http://{USER}:{}@{}", self.secret, self.address)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, for example.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&shared.places).try_acquire_owned() else {
            continue;
        };
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let _place = place;
            if let Err(error) = serve(stream, &shared).await {
                tracing::debug!(%error, "a connection through the proxy ended");
            }
        });
    }
}

/// An answer of the proxy itself: its status line, and why.
struct No(String, String);

async fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let (head, rest) = match tokio::time::timeout(HEAD_PATIENCE, read_head(&mut stream)).await {
        Ok(head) => head?,
        Err(_) => return Ok(()),
    };
    let (target, first) = match led(&head, shared).await {
        Ok(led) => led,
        Err(No(status, why)) => {
            let length = why.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nproxy-authenticate: Basic\r\ncontent-type: text/plain\r\n\
                 content-length: {length}\r\nconnection: close\r\n\r\n{why}"
            );
            return stream.write_all(answer.as_bytes()).await;
        }
    };
    let (mut from, mut to) = stream.into_split();
    let (mut answers, mut asks) = target.into_split();
    match &first {
        Some(first) => asks.write_all(first.as_bytes()).await?,
        None => to.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?,
    }
    asks.write_all(&rest).await?;
    tokio::try_join!(
        copy(&mut from, &mut asks, &shared.left),
        copy(&mut answers, &mut to, &shared.left),
    )?;
    Ok(())
}

/// Reads the head of a request, and what came after it already.
async fn read_head(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            let head = String::from_utf8(read).map_err(io::Error::other)?;
            return Ok((head, rest));
        }
        if read.len() > HEAD_MAX {
            return Err(io::Error::other("a head is too long"));
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Connects to what a request names, and returns what is sent there first; nothing for a tunnel.
async fn led(head: &str, shared: &Shared) -> Result<(TcpStream, Option<String>), No> {
    let bad = |what: &str| No("400 Bad Request".to_owned(), what.to_owned());
    let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(bad("that is no request"));
    };
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
    let passes = headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("proxy-authorization")
            && <[u8; 32]>::from(Sha256::digest(value.trim())) == shared.pass
    });
    if !passes {
        let status = "407 Proxy Authentication Required".to_owned();
        return Err(No(status, "this proxy is somebody else's".to_owned()));
    }
    let tunnel = method == "CONNECT";
    let url = match tunnel {
        true => Url::parse(&format!("https://{target}/")),
        false => Url::parse(target),
    };
    let url = url.map_err(|_| bad("the target is no URL"))?;
    let fits = match tunnel {
        true => url.path() == "/" && url.query().is_none() && url.fragment().is_none(),
        // Of https only tunnels are served: what is in them is nobody's business.
        false => url.scheme() == "http",
    };
    if !fits {
        return Err(bad(
            "the target is neither an http URL nor a host with a port",
        ));
    }
    let stream = shared.net.connect(&url).await.map_err(|error| {
        tracing::debug!(%error, "a target is not reached through the proxy");
        let status = match error {
            Unconnected::Unfit(_) | Unconnected::NotPublic(_) => format!("403 {REFUSED}"),
            Unconnected::Unreached(_) => format!("502 {UNREACHED}"),
        };
        No(status, error.to_string())
    })?;
    if tunnel {
        return Ok((stream, None));
    }
    // One request for each connection, so that a later one can't go to an earlier one's target.
    let mut first = format!(
        "{method} {} HTTP/1.1\r\n",
        &url[url::Position::BeforePath..url::Position::AfterQuery]
    );
    for (name, value) in headers {
        let own = ["connection", "keep-alive"];
        let proxies = name.to_ascii_lowercase().starts_with("proxy-");
        if !proxies && !own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            first.push_str(&format!("{name}:{value}\r\n"));
        }
    }
    first.push_str("connection: close\r\n\r\n");
    Ok((stream, Some(first)))
}

/// Copies until the end, or until too much went through.
async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    left: &AtomicU64,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        let spent = left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(read as u64));
        if spent.is_err() {
            left.store(0, Relaxed);
            return Err(io::Error::other("more went through than one run may have"));
        }
        to.write_all(&buffer[..read]).await?;
    }
}
