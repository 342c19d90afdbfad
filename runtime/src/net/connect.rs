//! A connection to where a URL leads, for what speaks HTTP by itself.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;
use url::Host;

use super::{Net, NotPublic, Unfit};

/// How long one address may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Addresses of one name that are tried.
const TRIED_MAX: usize = 4;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum Unconnected {
    /// The URL is not one to follow.
    #[error("the URL {0}")]
    Unfit(#[from] Unfit),
    /// Its name leads elsewhere than to the public internet.
    #[error("{0}")]
    NotPublic(String),
    /// Nobody is there.
    #[error("{0} can't be reached")]
    Unreached(String),
}

impl Net {
    /// Connects to where a URL leads, if that is a public web server. The addresses that were
    /// checked are the ones that are connected to.
    pub async fn connect(&self, url: &Url) -> Result<TcpStream, Unconnected> {
        self.check(url)?;
        let port = url.port_or_known_default().unwrap_or_default();
        let at = |address: IpAddr| vec![SocketAddr::new(address, port)];
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => at(address.into()),
            Some(Host::Ipv6(address)) => at(address.into()),
            Some(Host::Domain(name)) => self.addresses(name).await?,
            None => return Err(Unfit::Host.into()),
        };
        for mut address in addresses.into_iter().take(TRIED_MAX) {
            if address.port() == 0 {
                address.set_port(port);
            }
            let connecting = TcpStream::connect(address);
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, connecting).await {
                return Ok(stream);
            }
        }
        let host = url.host_str().unwrap_or_default();
        Err(Unconnected::Unreached(host.to_owned()))
    }

    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Unconnected> {
        let found = self.names.public(name.to_owned()).await;
        found.map_err(|error| match error.downcast_ref::<NotPublic>() {
            Some(found) => Unconnected::NotPublic(found.to_string()),
            None => Unconnected::Unreached(name.to_owned()),
        })
    }
}
