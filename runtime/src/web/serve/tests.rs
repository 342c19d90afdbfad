//! The web task falls over, and nobody else does.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::*;

/// Short enough for a test, long enough for a slow machine.
const QUICK: Bounds = Bounds {
    connections: 256,
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
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let metrics = Metrics::new();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let running = run_with(listener, Arc::clone(&metrics), bounds, make, shutdown);
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

    async fn get(&self, path: &str) -> String {
        let mut stream = self.connect().await;
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        rest_of(stream).await
    }

    async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap();
    }
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
async fn a_route_that_panics_is_answered_and_counted() {
    use super::super::access::Access;
    use super::super::guard::{Rule, guard};
    let metrics = Metrics::new();
    let counting = Arc::clone(&metrics);
    let served = Served::start(QUICK, move || {
        let rule = Rule {
            route: "/panic",
            access: Access::Local,
        };
        let counting = Arc::clone(&counting);
        let layer = axum::middleware::from_fn(move |request, next| {
            guard(rule, Arc::clone(&counting), request, next)
        });
        Router::new().route(
            "/panic",
            get(async || -> () { panic!("a bug") }).layer(layer),
        )
    });
    let answer = served.get("/panic").await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(
        answer.contains("the bot goes on") && !answer.contains("a bug"),
        "{answer}"
    );
    let labels = ["/panic", "GET", "5xx"];
    assert_eq!(
        metrics.http_requests_total.with_label_values(&labels).get(),
        1
    );
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
