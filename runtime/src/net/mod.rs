//! The way out to the public internet, for whatever acts on a stranger's word: never to this
//! machine, its neighbours or a cloud's inside. It knows nothing of cogs.
//!
//! Two checks make it whole. [`Net::check`] looks at a URL before each request, after each redirect
//! too: resolvers never see addresses that are written as numbers. The client's resolver looks at
//! what names lead to.

pub mod addresses;
mod connect;
mod failure;
pub mod proxy;
mod resolver;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::{ClientBuilder, Url};
use url::Host;

pub use connect::Unconnected;
pub use failure::{cause, not_public, shown};
use resolver::{Filtered, System};
pub use resolver::{Lookup, NotPublic};

/// Ports from here up are anybody's: below lie mail, remote shells and the like.
const UNPRIVILEGED: u16 = 1_024;

/// What may be reached.
#[derive(Clone)]
pub struct Net {
    names: Filtered,
    /// Whether ports are open besides the two of the web.
    unprivileged: bool,
}

/// Why a URL is not one to follow, whoever asks: completes "the URL ...".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Neither https nor http.
    #[error("has the scheme `{0}`; only https and http are served")]
    Scheme(String),
    /// Neither 443 with https nor 80 with http.
    #[error("has the port {0}; https is served on 443 and http on 80")]
    Port(u16),
    /// The same where other ports are open too.
    #[error(
        "has the port {0}; https is served on 443, http on 80, and both from {UNPRIVILEGED} up"
    )]
    Privileged(u16),
    /// A name and a password, which also hide the real host from a hasty reader.
    #[error("has a user name or a password before its host; put credentials into a header")]
    Credentials,
    /// An address that is not public.
    #[error("is at {0}, which is not on the public internet")]
    Address(IpAddr),
    /// No host at all.
    #[error("names no host")]
    Host,
}

impl Net {
    /// Returns the public internet, as the operating system resolves it.
    pub fn public() -> Self {
        Self::through(Arc::new(System), &[])
    }

    /// Returns the internet as `lookup` tells it, with some addresses more. It is there for tests,
    /// whose servers stand on loopback; nothing that an operator writes leads here.
    pub fn through(lookup: Arc<dyn Lookup>, besides: &[SocketAddr]) -> Self {
        let besides = besides.into();
        Self {
            names: Filtered { lookup, besides },
            unprivileged: false,
        }
    }

    /// Returns the same internet with all ports from 1024 up, where radio stations stand.
    pub fn with_unprivileged_ports(self) -> Self {
        Self {
            unprivileged: true,
            ..self
        }
    }

    /// Refuses a URL that leads elsewhere than to a public web server. What its name leads to is
    /// found out when it is connected to.
    pub fn check(&self, url: &Url) -> Result<(), Unfit> {
        // The parser leaves a scheme's own port out.
        match (url.scheme(), url.port()) {
            ("https" | "http", None) => {}
            ("https" | "http", Some(port)) if !self.unprivileged => return Err(Unfit::Port(port)),
            ("https" | "http", Some(port)) if port < UNPRIVILEGED => {
                return Err(Unfit::Privileged(port));
            }
            ("https" | "http", Some(_)) => {}
            (other, _) => return Err(Unfit::Scheme(other.to_owned())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unfit::Credentials);
        }
        let address = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => return Ok(()),
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Err(Unfit::Host),
        };
        match addresses::is_public(address) {
            true => Ok(()),
            false => Err(Unfit::Address(address)),
        }
    }

    /// Returns the beginnings of a client that connects to public addresses alone. It follows no
    /// redirect, because each target must be checked first, and heeds no proxy of the environment,
    /// because a proxy would look names up anew.
    pub fn client(&self) -> ClientBuilder {
        reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(self.names.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Unfit> {
        Net::public().check(&Url::parse(text).unwrap())
    }

    #[test]
    fn a_url_has_a_web_scheme_its_own_port_and_no_credentials() {
        for good in [
            "https://api.example.org/a?b#c",
            "http://api.example.org:80/",
            "https://api.example.org:443",
            "https://8.8.8.8/",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        let scheme = |name: &str| Err(Unfit::Scheme(name.into()));
        assert_eq!(check("ftp://example.org/"), scheme("ftp"));
        assert_eq!(check("file:///etc/passwd"), scheme("file"));
        assert_eq!(check("data:text/plain,x"), scheme("data"));
        assert_eq!(check("https://example.org:80/"), Err(Unfit::Port(80)));
        assert_eq!(check("http://example.org:443/"), Err(Unfit::Port(443)));
        assert_eq!(check("http://example.org:22/"), Err(Unfit::Port(22)));
        for tricky in [
            "https://good.example@evil.example/",
            "https://good.example:443@evil.example/",
            "https://:secret@evil.example/",
            "https://good.example%2F@evil.example/",
            "https://good.example\\@evil.example@x/",
        ] {
            let told = check(tricky);
            // A backslash ends the host, as in browsers; then nothing of it is credentials.
            let host = Url::parse(tricky).unwrap().host_str().unwrap().to_owned();
            assert!(
                told == Err(Unfit::Credentials) || host == "good.example",
                "{tricky}: {told:?}"
            );
        }
    }

    #[test]
    fn unprivileged_ports_are_open_where_they_are_asked_for() {
        let net = Net::public().with_unprivileged_ports();
        let check = |text: &str| net.check(&Url::parse(text).unwrap());
        for good in [
            "http://a.example:8000/",
            "https://a.example:65535",
            "http://a.example",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for port in [22, 25, 443, 1_023] {
            let url = format!("http://a.example:{port}/");
            assert_eq!(check(&url), Err(Unfit::Privileged(port)));
        }
        let inside = check("http://127.0.0.1:8000/");
        assert!(matches!(inside, Err(Unfit::Address(_))), "{inside:?}");
        assert_eq!(
            Net::public().check(&Url::parse("http://a.example:8000/").unwrap()),
            Err(Unfit::Port(8_000))
        );
    }

    #[test]
    fn numbers_are_judged_however_they_are_written() {
        for written in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.01",
            "127.0.0.1.",
            "１２７.0.0.1",
            "%31%32%37.0.0.1",
            "0",
            "169.254.169.254",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::808:808]",
            "[2002:7f00:1::]",
            "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
            "[fd00:ec2::254]",
        ] {
            let told = check(&format!("http://{written}/"));
            assert!(
                matches!(told, Err(Unfit::Address(_))),
                "{written}: {told:?}"
            );
        }
    }
}
