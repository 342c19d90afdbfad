//! A running local Discord: started, asked for its addresses, stopped.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Time;
use crate::hub::Hub;
use crate::options::Options;
use crate::server;
use crate::voice::{self, Sockets};
use crate::world::Change;

/// How long requests under way have when it stops.
const LAST_REQUESTS: Duration = Duration::from_secs(2);

/// Why a local Discord did not start.
#[derive(Debug, Error)]
pub enum Error {
    #[error("the local Discord cannot listen on {address}: {source}; choose another address")]
    Bind {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("the local Discord's voice server cannot listen: {0}")]
    Voice(std::io::Error),
    #[error("the bot token must not be empty or hold spaces")]
    Token,
}

/// A local Discord. It ends when this is dropped, or by [`Emulator::stop`].
pub struct Emulator {
    pub(crate) hub: Arc<Hub>,
    server: JoinHandle<()>,
    voice: JoinHandle<()>,
    ticker: JoinHandle<()>,
}

impl Emulator {
    /// Starts a local Discord. It listens when this returns.
    pub async fn start(options: Options) -> Result<Emulator, Error> {
        if options.token.is_empty() || options.token.contains(char::is_whitespace) {
            return Err(Error::Token);
        }
        let address = options.bind;
        let bind = |source| Error::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(bind)?;
        let mut address = listener.local_addr().map_err(bind)?;
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        let sockets = Sockets::bind().await.map_err(Error::Voice)?;
        let hub = Arc::new(Hub::new(options, address, &sockets));
        let stopping = hub.clone();
        let app = server::router(hub.clone());
        let server = tokio::spawn(async move {
            let listener = listener.tap_io(|stream| {
                // Small frames should leave at once; where that cannot be had, they leave later.
                let _ = stream.set_nodelay(true);
            });
            let ended = async move { stopping.stopped().await };
            let serving = axum::serve(listener, app).with_graceful_shutdown(ended);
            if let Err(error) = serving.await {
                tracing::error!(%error, "the local Discord stopped listening");
            }
        });
        let voice = tokio::spawn(voice::serve(hub.clone(), sockets));
        let ticker = tokio::spawn(tick(hub.clone()));
        Ok(Emulator {
            hub,
            server,
            voice,
            ticker,
        })
    }

    /// Ends it, and returns when nothing listens any more: gateway connections are closed with 1001,
    /// streams end, and requests under way are finished for a moment.
    pub async fn stop(mut self) {
        self.hub.stop();
        // A request that hangs is cut off when this is dropped.
        let _ = tokio::time::timeout(LAST_REQUESTS, &mut self.server).await;
    }

    /// Returns where the REST API is: `http://HOST:PORT/api/v10`.
    pub fn api_url(&self) -> String {
        format!("http://{}/api/v10", self.hub.address)
    }

    /// Returns where the gateway is: `ws://HOST:PORT/gateway`.
    pub fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.hub.address)
    }

    /// Returns where the chat page is: `http://HOST:PORT/`.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.hub.address)
    }

    /// Returns the token that the bot begins with.
    pub fn token(&self) -> &str {
        &self.hub.options().token
    }

    /// Returns the present moment of its clock.
    pub fn now(&self) -> Time {
        self.hub.clock().now()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.hub.stop();
        self.server.abort();
        self.voice.abort();
        self.ticker.abort();
        // Last, because it may panic.
        if let Some(witness) = &self.hub.options().witness {
            witness.ended();
        }
    }
}

/// Lets deadlines happen when their time comes.
async fn tick(hub: Arc<Hub>) {
    loop {
        match hub.with_quietly(|state| state.world.next_due()) {
            None => hub.due.notified().await,
            Some(due) => tokio::select! {
                () = hub.due.notified() => continue,
                () = hub.clock().sleep_until(due) => {}
            },
        }
        hub.with(|state| {
            if state.world.next_due().is_some_and(|due| due <= state.now) {
                state.apply(Change::TimePassed);
            }
        });
    }
}
