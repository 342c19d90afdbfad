//! The web task falls over, and nobody else does.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::*;

/// Short enough for a test, long enough for a slow machine.
const QUICK: Bounds = Bounds {
    connections: 256,
    each: 256,
    head: Duration::from_secs(30),
    connection: Duration::from_secs(30),
    grace: Duration::from_millis(50),
    pause: Duration::from_millis(1),
    pause_max: Duration::from_millis(20),
};

/// A task under test: where it listens, what it counts, and how to end it.
struct Served {
    address: std::net::SocketAddr,
    metrics: Arc<Metrics>,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    fn start(bounds: Bounds, make: impl Fn() -> Router + Send + Sync + 'static) -> Self {
        // Only 127.0.0.1 may have any number.
        let is_shared: IsShared = Arc::new(|peer| peer == IpAddr::from([127, 0, 0, 1]));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let metrics = Metrics::new();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let running = run_with(
            listener,
            Arc::clone(&metrics),
            bounds,
            is_shared,
            make,
            shutdown,
        );
        Self {
            address,
            metrics,
            stop: Some(stop),
            task: tokio::spawn(running),
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Connects from another address of this machine's.
    async fn connect_from(&self, last: u8) -> TcpStream {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        let from = IpAddr::from([127, 0, 0, last]);
        socket.bind((from, 0).into()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    async fn get(&self, path: &str) -> String {
        get_by(self.connect().await, path).await
    }

    async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap();
    }
}

/// Asks for something, and returns everything that comes until the connection ends.
async fn get_by(mut stream: TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    // It may be shown out before it has said anything.
    let _ = stream.write_all(request.as_bytes()).await;
    rest_of(stream).await
}

/// Reads until the other side closes, however it closes; it must, well before [`QUICK`] would.
async fn rest_of(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let reading = stream.read_to_end(&mut text);
    let ended = tokio::time::timeout(Duration::from_secs(10), reading).await;
    // A reset is an end as well.
    let _ = ended.expect("the connection stays open");
    String::from_utf8(text).unwrap()
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

#[tokio::test]
async fn a_task_that_panics_is_started_again_and_nobody_else_notices() {
    // The gateway's part: a task on the same runtime, with its own clock.
    let beats = Arc::new(AtomicUsize::new(0));
    let beating = Arc::clone(&beats);
    let gateway = tokio::spawn(async move {
        loop {
            beating.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let attempts = AtomicUsize::new(0);
    let served = Served::start(QUICK, move || {
        match attempts.fetch_add(1, Ordering::Relaxed) {
            0..3 => panic!("the router fell over"),
            _ => hello(),
        }
    });
    // The listener is the same all the time: the client waits, and is not refused.
    assert!(served.get("/").await.ends_with("hello"));
    assert_eq!(served.metrics.web_restarts_total.get(), 3);
    let before = beats.load(Ordering::Relaxed);
    while beats.load(Ordering::Relaxed) == before {
        tokio::task::yield_now().await;
    }
    assert!(!gateway.is_finished());
    gateway.abort();
    served.stop().await;
}

#[tokio::test]
async fn a_connection_that_panics_ends_alone() {
    let served = Served::start(QUICK, || {
        hello().route("/panic", get(async || -> () { panic!("past every guard") }))
    });
    let mut sibling = served.connect().await;
    assert_eq!(served.get("/panic").await, "");
    sibling
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(rest_of(sibling).await.ends_with("hello"));
    assert_eq!(served.metrics.web_restarts_total.get(), 0);
    served.stop().await;
}

#[tokio::test]
async fn silent_and_dawdling_clients_are_shown_out() {
    let bounds = Bounds {
        head: Duration::from_millis(20),
        ..QUICK
    };
    let served = Served::start(bounds, hello);
    let silent = served.connect().await;
    let mut dawdling = served.connect().await;
    dawdling
        .write_all(b"GET / HTTP/1.1\r\nhost: lo")
        .await
        .unwrap();
    let mut idle = served.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(rest_of(silent).await, "");
    assert!(!rest_of(dawdling).await.contains("200 OK"));
    // It got its answer, kept the connection open, and asked no more.
    assert!(rest_of(idle).await.ends_with("hello"));
    served.stop().await;
}

#[tokio::test]
async fn a_head_without_an_end_is_refused() {
    let served = Served::start(QUICK, hello);
    let mut stream = served.connect().await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n")
        .await
        .unwrap();
    let line = format!("x: {}\r\n", "x".repeat(1 << 10));
    // It may be shown out while it still writes.
    for _ in 0..2 * (HEAD_MAX >> 10) {
        if stream.write_all(line.as_bytes()).await.is_err() {
            break;
        }
    }
    let answer = rest_of(stream).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    served.stop().await;
}

#[tokio::test]
async fn a_client_that_will_not_read_is_shown_out() {
    let bounds = Bounds {
        connections: 1,
        connection: Duration::from_millis(50),
        ..QUICK
    };
    // More than the kernel buffers for a client, so that the answer can't be finished.
    let served = Served::start(bounds, || {
        hello().route("/large", get(async || vec![b'x'; 64 << 20]))
    });
    let mut unread = served.connect().await;
    let ask = b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n";
    unread.write_all(ask).await.unwrap();
    unread.peek(&mut [0]).await.unwrap();
    // There is room for one: the next is answered when the first is gone.
    assert!(served.get("/").await.ends_with("hello"));
    served.stop().await;
}

#[tokio::test]
async fn a_stream_that_nobody_reads_is_not_made_ahead_and_ends() {
    let bounds = Bounds {
        connections: 1,
        connection: Duration::from_millis(200),
        ..QUICK
    };
    const CHUNK: usize = 64 << 10;
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&made);
    let served = Served::start(bounds, move || {
        let made = Arc::clone(&counted);
        let stream = move || {
            let chunks = futures_util::stream::repeat_with(move || {
                made.fetch_add(1, Ordering::Relaxed);
                Ok::<_, io::Error>(vec![b'x'; CHUNK])
            });
            std::future::ready(axum::body::Body::from_stream(chunks))
        };
        hello().route("/stream", get(stream))
    });
    let mut unread = served.connect().await;
    let ask = b"GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n";
    unread.write_all(ask).await.unwrap();
    unread.peek(&mut [0]).await.unwrap();
    // There is room for one: the next is answered when the stream is gone.
    assert!(served.get("/").await.ends_with("hello"));
    // What the kernel holds for both ends, and little more.
    let made = made.load(Ordering::Relaxed) * CHUNK;
    assert!((CHUNK..32 << 20).contains(&made), "{made} bytes");
    served.stop().await;
}

#[tokio::test]
async fn one_address_gets_so_many_connections_and_others_get_theirs() {
    let bounds = Bounds { each: 2, ..QUICK };
    let served = Served::start(bounds, hello);
    let refused = &served.metrics.web_refused_connections_total;
    let ask = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = served.connect_from(2).await;
        stream.write_all(ask).await.unwrap();
        stream.peek(&mut [0]).await.unwrap();
        kept.push(stream);
    }
    for _ in 0..3 {
        assert_eq!(get_by(served.connect_from(2).await, "/").await, "");
    }
    assert_eq!(refused.get(), 3);
    let other = get_by(served.connect_from(3).await, "/").await;
    assert!(other.ends_with("hello"), "{other}");
    // A proxy has everybody behind it.
    for _ in 0..3 {
        let mut stream = served.connect().await;
        stream.write_all(ask).await.unwrap();
        stream.peek(&mut [0]).await.unwrap();
        kept.push(stream);
    }
    assert_eq!(refused.get(), 3);
    // Who hangs up makes room.
    kept.remove(0);
    let again = async { while get_by(served.connect_from(2).await, "/").await.is_empty() {} };
    let again = tokio::time::timeout(Duration::from_secs(10), again).await;
    again.expect("there is room again");
    drop(kept);
    served.stop().await;
}

#[tokio::test]
async fn so_many_connections_and_the_next_one_waits() {
    let bounds = Bounds {
        connections: 2,
        ..QUICK
    };
    let served = Served::start(bounds, hello);
    let ask = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = served.connect().await;
        stream.write_all(ask).await.unwrap();
        stream.peek(&mut [0]).await.unwrap();
        kept.push(stream);
    }
    {
        let mut third = pin!(served.get("/"));
        let early = tokio::time::timeout(Duration::from_millis(50), third.as_mut()).await;
        assert!(early.is_err(), "{early:?}");
        kept.pop();
        assert!(third.await.ends_with("hello"));
    }
    served.stop().await;
}

#[tokio::test]
async fn stopping_lets_an_answer_finish_and_waits_for_no_idle_client() {
    let (entered, inside) = oneshot::channel::<()>();
    let (release, released) = oneshot::channel::<()>();
    let gates = Arc::new(std::sync::Mutex::new(Some((entered, released))));
    let bounds = Bounds {
        grace: Duration::from_secs(30),
        ..QUICK
    };
    let served = Served::start(bounds, move || {
        let gates = Arc::clone(&gates);
        let slow = async move || {
            let taken = gates.lock().unwrap().take();
            let (entered, released) = taken.unwrap();
            entered.send(()).unwrap();
            released.await.unwrap();
            "finished"
        };
        Router::new().route("/", get(slow))
    });
    let idle = served.connect().await;
    let mut waiting = served.connect().await;
    waiting
        .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    inside.await.unwrap();
    let stopping = tokio::spawn(served.stop());
    assert_eq!(rest_of(idle).await, "");
    release.send(()).unwrap();
    assert!(rest_of(waiting).await.ends_with("finished"));
    stopping.await.unwrap();
}
