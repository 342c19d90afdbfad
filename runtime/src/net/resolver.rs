//! Names to addresses, without those that nobody outside may be led to.
//!
//! The addresses that were checked here are the ones that are connected to: a name is looked up
//! once for each connection, so that a second answer can't replace the first.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::is_public;

/// As the client's resolvers fail.
pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What turns a name into addresses. Port 0 stands for the URL's own port.
pub trait Lookup: Send + Sync {
    /// Returns the addresses of a name, whatever they are.
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;
}

/// The operating system's resolver.
pub(super) struct System;

impl Lookup for System {
    fn lookup(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// A name has no address on the public internet.
#[derive(Debug, thiserror::Error)]
#[error("{name} leads to {found}, which is not on the public internet")]
pub struct NotPublic {
    name: String,
    found: IpAddr,
}

/// Looks names up, and drops what is not public.
#[derive(Clone)]
pub(super) struct Filtered {
    pub(super) lookup: Arc<dyn Lookup>,
    /// Addresses that are taken all the same.
    pub(super) besides: Arc<[SocketAddr]>,
}

impl Filtered {
    /// Returns the addresses of a name that may be connected to, maybe none.
    pub(super) async fn public(&self, name: String) -> Result<Vec<SocketAddr>, BoxError> {
        let found = self.lookup.lookup(name.clone()).await?;
        let (public, private): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|found| is_public(found.ip()) || self.besides.contains(found));
        match private.first() {
            Some(first) if public.is_empty() => {
                let found = first.ip();
                Err(NotPublic { name, found }.into())
            }
            _ => Ok(public),
        }
    }
}

impl Resolve for Filtered {
    fn resolve(&self, name: Name) -> Resolving {
        let filtered = self.clone();
        Box::pin(async move {
            let public = filtered.public(name.as_str().to_owned()).await?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
