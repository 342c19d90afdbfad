//! A component from the web: over https alone, of a size that can be a component's.

use std::time::Duration;

use reqwest::Url;

use super::Failure;
use super::terminal::Progress;
use crate::cog::shape::SIZE_MAX;

/// How long the other side may take to connect, and to go on after it fell silent.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may take in all.
const WHOLE: Duration = Duration::from_secs(600);
const REDIRECTS: usize = 5;

/// What fetches.
pub struct Download {
    client: reqwest::Client,
    most: usize,
}

impl Download {
    /// Returns what fetches components.
    pub fn new() -> Result<Self, Failure> {
        Self::with(true, SIZE_MAX, SILENCE)
    }

    fn with(https_only: bool, most: usize, silence: Duration) -> Result<Self, Failure> {
        let client = reqwest::Client::builder()
            .https_only(https_only)
            .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
            .connect_timeout(silence)
            .read_timeout(silence)
            .timeout(WHOLE)
            .user_agent(concat!("cogbox/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|error| Failure::new(format!("no requests: {error}")))?;
        Ok(Self { client, most })
    }

    /// Fetches what is at an address.
    pub async fn fetch(&self, url: &Url) -> Result<Vec<u8>, Failure> {
        let fails = |error: reqwest::Error| {
            let why = causes(&error.without_url());
            Failure::new(format!(
                "{url}: {why}\n  fix: check the address, and that this machine can reach it"
            ))
        };
        let mut reply = self.client.get(url.clone()).send().await.map_err(fails)?;
        let status = reply.status();
        if !status.is_success() {
            return Err(Failure::new(format!(
                "{url}: the answer is {status}\n  fix: check the address"
            )));
        }
        let too_large = || {
            Failure::new(format!(
                "{url}: this is larger than {} MiB, which no component is\n  fix: check the address",
                self.most >> 20
            ))
        };
        let length = reply.content_length();
        if length.is_some_and(|length| length > self.most as u64) {
            return Err(too_large());
        }
        let mut progress = Progress::of("downloading", length);
        let mut bytes = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(fails)? {
            if bytes.len() + chunk.len() > self.most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
            progress.add(chunk.len());
        }
        Ok(bytes)
    }
}

/// An error with what caused it, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that gives this answer to everybody, and then says nothing more.
    async fn server(answer: String) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = [0; 1_024];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    drop(stream);
                });
            }
        });
        format!("http://{address}/fun.wasm").parse().unwrap()
    }

    async fn fetched(answer: &str) -> Result<Vec<u8>, String> {
        let url = server(answer.replace('\n', "\r\n")).await;
        let plain = Download::with(false, 10, Duration::from_millis(300)).unwrap();
        let fetched = plain.fetch(&url).await;
        fetched.map_err(|failure| failure.message.replace(url.as_str(), "URL"))
    }

    #[tokio::test]
    async fn what_is_fetched_is_whole_and_not_too_large() {
        let ok = "HTTP/1.1 200 OK\n";
        let whole = fetched(&format!("{ok}content-length: 10\n\n0123456789")).await;
        assert_eq!(whole.unwrap(), b"0123456789");
        for (answer, part) in [
            (
                "HTTP/1.1 404 Not Found\ncontent-length: 0\n\n".to_owned(),
                "URL: the answer is 404",
            ),
            (format!("{ok}content-length: 11\n\n"), "URL: this is larger"),
            (
                format!("{ok}transfer-encoding: chunked\n\n6\n012345\n6\n012345\n0\n\n"),
                "URL: this is larger",
            ),
            (format!("{ok}content-length: 10\n\n0123"), "timed out"),
            (
                "HTTP/1.1 302 Found\nlocation: /fun.wasm\nconnection: close\ncontent-length: 0\n\n"
                    .to_owned(),
                "too many redirects",
            ),
            ("not HTTP\n\n".to_owned(), "URL: "),
        ] {
            let told = fetched(&answer).await.unwrap_err();
            assert!(
                told.contains(part) && told.contains("\n  fix: "),
                "{answer}: {told}"
            );
        }
    }

    #[tokio::test]
    async fn nothing_is_fetched_in_the_open() {
        let url = server("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1".to_owned()).await;
        let told = Download::new().unwrap().fetch(&url).await.unwrap_err();
        assert!(
            told.message.contains("URL scheme is not allowed"),
            "{}",
            told.message
        );
    }
}
