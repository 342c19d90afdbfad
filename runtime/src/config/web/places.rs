//! Addresses, networks and names, as they are written under `[web]`.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use super::{DEFAULT_WEB, Mistake};

/// The dashboard's address as browsers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// Without a slash at its end.
    text: String,
    host: String,
    https: bool,
}

impl PublicUrl {
    pub(super) fn parse(text: &str) -> Result<Self, Mistake> {
        let fits = url::Url::parse(text).ok().and_then(|url| {
            let https = match url.scheme() {
                "http" => false,
                "https" => true,
                _ => return None,
            };
            let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            let nobody = url.username().is_empty() && url.password().is_none();
            let host = url.host_str().filter(|_| bare && nobody)?.to_owned();
            let text = url.as_str().trim_end_matches('/').to_owned();
            Some(Self { text, host, https })
        });
        fits.ok_or_else(|| {
            let what = format!("`{text}` is not an address that a browser opens the dashboard at");
            let fix = "write it without a path, such as \"https://bot.example.org\"";
            (what, fix.into())
        })
    }

    /// Returns it without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns its name, in lower case.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Tells whether browsers reach it by https.
    pub fn is_https(&self) -> bool {
        self.https
    }
}

/// Parses an address with a port.
pub(super) fn address(text: &str) -> Result<SocketAddr, Mistake> {
    text.parse().map_err(|_| {
        (
            format!("`{text}` is not an address with a port"),
            format!("write something like \"{DEFAULT_WEB}\""),
        )
    })
}

/// Parses a listening address that only this machine can reach, for what has no login.
pub fn loopback(text: &str) -> Result<SocketAddr, Mistake> {
    let address = address(text)?;
    if !address.ip().is_loopback() {
        return Err((
            format!("{address} can be reached from outside, and there is no login"),
            format!("bind a loopback address, such as \"{DEFAULT_WEB}\""),
        ));
    }
    Ok(address)
}

/// Parses a network, or an address alone.
pub(super) fn network(text: &str) -> Result<IpNet, Mistake> {
    let alone = text.parse::<IpAddr>().map(IpNet::from);
    alone.or_else(|_| text.parse::<IpNet>()).map_err(|_| {
        (
            format!("`{text}` is neither an address nor a network"),
            "write something like \"172.18.0.2\" or \"172.18.0.0/16\"".into(),
        )
    })
}

/// Parses a network whose word is taken on who somebody is. The widest private ones are the limit.
pub(super) fn proxies(text: &str) -> Result<IpNet, Mistake> {
    let network = network(text)?;
    let least = match network {
        IpNet::V4(_) => 8,
        IpNet::V6(_) => 7,
    };
    if network.prefix_len() < least {
        return Err((
            format!("in {network} anybody could be the proxy, and say to be anybody"),
            "name the proxy's own address, or the network that it shares with Cogbox alone".into(),
        ));
    }
    Ok(network)
}

/// Parses a name that a browser asks for.
pub(super) fn host(text: &str) -> Result<String, Mistake> {
    let host = match text.parse::<IpAddr>() {
        Ok(ip) => Ok(ip.to_string()),
        Err(_) => url::Host::parse(text).map(|host| host.to_string()),
    };
    host.ok().filter(|_| !text.contains('*')).ok_or_else(|| {
        let what = format!("`{text}` is not the name of a host");
        let fix = "write it without scheme, port and path, such as \"bot.example.org\"";
        (what, fix.into())
    })
}
