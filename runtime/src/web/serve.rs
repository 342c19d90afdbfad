//! The web task: accepts connections, bounds them, and starts again when it falls over. It has a thread
//! of its own: however many pages are wanted, the gateway and voice do not wait for one.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::Web;
use super::access::{Ends, network};
use super::guard::words;
use super::routes::{Serves, router};
use super::shares::{Share, Shares};
use crate::telemetry::Metrics;
use crate::threads::OwnRuntime;

/// The longest head of a request. Cookies of other programs on localhost come along.
const HEAD_MAX: usize = 64 << 10;

/// Connections at the same time.
pub const CONNECTIONS: usize = 256;
/// Those of one address: browsers have six for a page, and several people may be behind it.
pub const CONNECTIONS_EACH: usize = 64;

/// Tells whether an address may have as many connections as there are.
type IsShared = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// How much the web task gives its clients, and itself.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Connections at the same time; more wait in the kernel's queue.
    connections: usize,
    /// Connections of one address at the same time; more are closed, so that they keep nobody waiting.
    each: usize,
    /// How long a client may take to send a request's head, or stay silent between two.
    head: Duration,
    /// How long one connection may live in all, so that a client that won't read can't stay.
    connection: Duration,
    /// How long an answer under way may still take when the connection is to end.
    grace: Duration,
    /// The pause before the first restart. It doubles up to `pause_max`.
    pause: Duration,
    /// The longest pause. A task that lived longer than this starts from `pause` again.
    pause_max: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS,
            each: CONNECTIONS_EACH,
            head: Duration::from_secs(10),
            connection: Duration::from_secs(120),
            grace: Duration::from_secs(2),
            pause: Duration::from_millis(100),
            pause_max: Duration::from_secs(30),
        }
    }
}

/// Returns the thread that serves. It is one, so that a flood takes no more than one core. It is not
/// nicer than others, since it may hold the database while somebody waits to write.
pub fn thread() -> io::Result<OwnRuntime> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).thread_name("web").enable_all();
    OwnRuntime::start(&mut builder)
}

/// Serves until `shutdown`. A panic or an error of the task is logged and counted, and the task is
/// started again on the same listener, a little later each time.
pub async fn run(
    listener: TcpListener,
    web: Web,
    serves: Serves,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let metrics = Arc::clone(&web.services.metrics);
    let door = Arc::clone(&web.door);
    let is_shared: IsShared = Arc::new(move |peer| door.is_shared(peer));
    let make_router = move || router(web.clone(), serves);
    let bounds = Bounds::default();
    run_with(listener, metrics, bounds, is_shared, make_router, shutdown).await;
}

async fn run_with(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    bounds: Bounds,
    is_shared: IsShared,
    make_router: impl Fn() -> Router + Send + Sync + 'static,
    shutdown: impl Future<Output = ()>,
) {
    let make_router = Arc::new(make_router);
    let (stop, stopped) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    let mut pause = bounds.pause;
    loop {
        let began = Instant::now();
        // A set, because it aborts its one task when this future is dropped.
        let mut task = JoinSet::new();
        let (listener, make_router) = (listener.try_clone(), Arc::clone(&make_router));
        let each = Each {
            is_shared: Arc::clone(&is_shared),
            shares: Shares::new(usize::MAX, bounds.each),
            metrics: Arc::clone(&metrics),
        };
        let stopped = stopped.clone();
        task.spawn(async move { accept(listener?, make_router(), bounds, each, stopped).await });
        let ended = tokio::select! {
            ended = task.join_next() => ended,
            () = &mut shutdown => {
                stop.send_replace(true);
                task.join_next().await;
                return;
            }
        };
        if began.elapsed() > bounds.pause_max {
            pause = bounds.pause;
        }
        metrics.web_restarts_total.inc();
        tracing::error!(
            ?pause,
            "the web task ended and starts again: {}",
            why(ended)
        );
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = &mut shutdown => return,
        }
        pause = (pause * 2).min(bounds.pause_max);
    }
}

/// How many connections each address has.
struct Each {
    is_shared: IsShared,
    shares: Shares<IpAddr>,
    metrics: Arc<Metrics>,
}

impl Each {
    /// Lets one more in; an address that may have any number takes no share.
    fn admit(&self, peer: IpAddr) -> Option<Option<Share<IpAddr>>> {
        let peer = peer.to_canonical();
        if (self.is_shared)(peer) {
            return Some(None);
        }
        let share = self.shares.take(network(peer));
        if share.is_none() {
            self.metrics.web_refused_connections_total.inc();
        }
        share.map(Some)
    }
}

/// Accepts until it is told to stop, then lets the answers under way finish.
async fn accept(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    each: Each,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut connections = JoinSet::new();
    loop {
        let room = connections.len() < bounds.connections;
        tokio::select! {
            () = async { drop(stopped.wait_for(|stopped| *stopped).await) } => break,
            Some(ended) = connections.join_next() => note(ended),
            accepted = listener.accept(), if room => match accepted {
                Ok((stream, peer)) => {
                    // Who has too many is hung up on.
                    let Some(share) = each.admit(peer.ip()) else { continue };
                    let (router, stopped) = (router.clone(), stopped.clone());
                    connections.spawn(async move {
                        converse(stream, peer, router, bounds, stopped).await;
                        drop(share);
                    });
                }
                // The client went away before it was its turn.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => return Err(error),
            },
        }
    }
    // Each connection ends within its grace.
    while let Some(ended) = connections.join_next().await {
        note(ended);
    }
    Ok(())
}

/// Serves one connection until the client leaves, a bound is met, or the host stops.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<bool>,
) {
    // Answers are written whole; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // One that listens for both kinds of addresses writes the older ones as newer ones.
    let ends = Ends {
        peer: peer.ip().to_canonical(),
        local: local.ip().to_canonical(),
    };
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ends);
        routes.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let asked_to_end = async {
        tokio::select! {
            () = told(&mut stopped) => {}
            () = tokio::time::sleep(bounds.connection) => {}
        }
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = asked_to_end => {
            connection.as_mut().graceful_shutdown();
            let last = tokio::time::timeout(bounds.grace, connection).await;
            last.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        // Clients that hang up, time out or send nonsense are everyday.
        tracing::debug!(%error, "a connection to the dashboard broke");
    }
}

/// Waits until the host stops. It is stopped, too, when nobody is left to say so.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// A panic in a route is answered by the guard; one that gets past it ends its connection alone.
fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && let Ok(panic) = error.try_into_panic()
    {
        tracing::error!("a connection to the dashboard panicked: {}", words(&*panic));
    }
}

fn why(ended: Option<Result<io::Result<()>, JoinError>>) -> String {
    match ended {
        Some(Ok(Err(error))) => error.to_string(),
        Some(Err(error)) => match error.try_into_panic() {
            Ok(panic) => format!("it panicked: {}", words(&*panic)),
            Err(error) => error.to_string(),
        },
        Some(Ok(Ok(()))) | None => "it returned".to_owned(),
    }
}

#[cfg(test)]
mod tests;
