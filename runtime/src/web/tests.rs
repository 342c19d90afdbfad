//! What the answers say. Who gets them is tested in `access`.

use std::process::{Command, Stdio};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::routing::{MethodRouter, get, post};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tempfile::TempDir;

use super::access::{Ends, Who};
use super::guard::{Guard, Rule};
use super::pages::METRICS_TYPE;
use super::routes::{around, router};
use super::status::{CogState, Status};
use super::*;
use crate::cache::Cache;
use crate::cog::engine::Engine;
use crate::cog::events::Event;
use crate::cog::loader::Loader;
use crate::cog::shape::{Metadata, Refusal};
use crate::cog::{Call, Outcome};
use crate::commands::{Cooldowns, GuildCommands};
use crate::config::{CogConfig, Token};
use crate::host::per_guild::PerGuild;
use crate::host::{Origin, convert};
use crate::net::Net;
use crate::outgoing::Outgoing;
use crate::rest::Rest;
use crate::store::Store;
use crate::telemetry::Metrics;

/// A host without Discord: nothing is connected until a test says so.
pub struct Host {
    /// The web side of it.
    pub web: Web,
    loader: Arc<Loader>,
    _folder: TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Host {
    /// A host that everybody on this machine sees.
    pub async fn new() -> Self {
        Self::guarded(WebConfig::default()).await
    }

    /// A host that lets in whom this names.
    pub async fn guarded(config: WebConfig) -> Self {
        let folder = TempDir::new().unwrap();
        let metrics = Metrics::new();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let services = Arc::new(Services {
            per_guild: PerGuild::load(store.clone()).await.unwrap(),
            guild_commands: GuildCommands::load(store.clone()).await.unwrap(),
            cooldowns: Cooldowns::default(),
            uses: Default::default(),
            store,
            outgoing: Outgoing::new(Net::public(), metrics.clone()).unwrap(),
            rest: Rest::new("http://127.0.0.1:9", &Token::new("a.b.c"), metrics.clone()).unwrap(),
            cache: Arc::new(Cache::default()),
            voice: Default::default(),
            minutes: Default::default(),
            metrics,
            clock: Default::default(),
            schedule: Default::default(),
            started: std::time::SystemTime::now() - Duration::from_secs(90),
            owners: Default::default(),
            ways: Default::default(),
        });
        let engine = Engine::new().unwrap();
        let compiled = folder.path().join("compiled");
        let loader = Loader::open(engine, services.clone(), &compiled)
            .await
            .unwrap();
        let web = Web {
            mode: "dev",
            local_discord: Some("http://127.0.0.1:8081/".into()),
            ..Web::new(
                Arc::default(),
                services,
                config,
                "http://127.0.0.1:9/api/v10",
            )
            .unwrap()
        };
        Self {
            web,
            loader: Arc::new(loader),
            _folder: folder,
        }
    }

    /// A host with one cog, which asks for `messages`.
    pub async fn with_cog(name: &str, metadata: Metadata) -> Self {
        let host = Self::new().await;
        let mut bytes = wat::parse_str(
            r#"(component
                (import "cogbox:host/log@0.1.0" (instance))
                (import "cogbox:discord/messages@0.1.0" (instance)))"#,
        )
        .unwrap();
        metadata.embed(&mut bytes).unwrap();
        let config = CogConfig::dev("unused.wasm".into());
        let cog = host.loader.load(name, &config, bytes).await.unwrap();
        host.web.registry.replace(Arc::new(cog)).unwrap();
        host
    }

    /// Has everything connected.
    pub fn connect(&self) {
        self.web.services.cache.set_shards(0..=1, 2);
        let latency = Some(Duration::from_millis(42));
        self.web.services.cache.set_shard(0, true, latency);
        self.web.services.cache.set_shard(1, true, None);
        self.web.services.metrics.ready.set(1);
    }

    /// Sends a request; from this machine, unless it says from where.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_to(Serves::Dashboard, request).await
    }

    /// The same to another listener.
    pub async fn send_to(&self, serves: Serves, mut request: Request<Body>) -> Answer {
        if request.extensions().get::<Ends>().is_none() {
            request.extensions_mut().insert(ends("127.0.0.1"));
        }
        let router = router(self.web.clone(), serves);
        let service = TowerToHyperService::new(router);
        let response = service.call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Fetches a page, from this machine.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[LOCAL]).await
    }
}

/// A connection from somewhere.
pub fn ends(peer: &str) -> Ends {
    Ends {
        peer: peer.parse().unwrap(),
        local: "127.0.0.1".parse().unwrap(),
    }
}

pub const LOCAL: (&str, &str) = ("host", "127.0.0.1:8080");

#[tokio::test]
async fn refusals_speak_the_language_of_who_asked() {
    let host = Host::new().await;
    let api = host.get("/api/nothing").await;
    assert_eq!(api.status, 404);
    let json: serde_json::Value = serde_json::from_str(&api.body).unwrap();
    assert_eq!(json["message"], "There is no such page here.");
    let page = host.get("/apiary").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(page.body.contains("There is no such page here."));
    let line = host
        .ask("GET", "/metrics", &[("host", "evil.example")])
        .await;
    assert!(
        line.body.starts_with("This address is not Cogbox's."),
        "{}",
        line.body
    );
}

#[tokio::test]
async fn who_runs_the_bot_is_told_that_there_is_no_such_server() {
    let host = Host::new().await;
    let names = ["/guilds/0", "/guilds/none/fun", "/api/guilds/0"];
    let unknown = ["/guilds/4", "/guilds/4/fun", "/api/guilds/4"];
    for (paths, why) in [(names, "named by its id"), (unknown, "not in this server")] {
        for path in paths {
            let told = host.get(path).await;
            assert_eq!(told.status, 404, "{path}: {}", told.body);
            assert!(told.body.contains(why), "{path}: {}", told.body);
        }
    }
    let own = [LOCAL, ("sec-fetch-site", "same-origin")];
    let post = host.ask("POST", "/guilds/0/fun/disable", &own);
    assert_eq!(post.await.status, 404);
}

/// Sends something to a route of one test, under a rule for everybody.
async fn under_guard(host: &Host, answers: MethodRouter, request: Request<Body>) -> StatusCode {
    let rule = |method| Rule {
        method,
        who: Who::Anyone,
        body: 1 << 10,
    };
    let guard = Guard {
        route: "/tried",
        rules: [rule(Method::GET), rule(Method::POST)].into(),
        door: Arc::clone(&host.web.door),
        metrics: Arc::clone(&host.web.services.metrics),
        patience: Duration::from_millis(50),
    };
    let router = Router::new().route("/tried", around(guard, answers));
    let service = TowerToHyperService::new(router);
    let mut request = request;
    request.extensions_mut().insert(ends("127.0.0.1"));
    let answer = service.call(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("a bug"));
    status
}

#[tokio::test]
async fn a_route_that_panics_is_answered_and_counted() {
    let host = Host::new().await;
    let request = Request::get("/tried").header("host", "localhost");
    let request = request.body(Body::empty()).unwrap();
    let panics = get(async || -> () { panic!("a bug") });
    assert_eq!(under_guard(&host, panics, request).await, 500);
    let counted = &host.web.services.metrics.http_requests_total;
    let labels = ["/tried", "GET", "5xx"];
    assert_eq!(counted.with_label_values(&labels).get(), 1);
}

#[tokio::test]
async fn a_route_that_hangs_is_answered_and_counted() {
    let host = Host::new().await;
    let request = Request::get("/tried").header("host", "localhost");
    let request = request.body(Body::empty()).unwrap();
    let hangs = get(std::future::pending::<()>);
    assert_eq!(under_guard(&host, hangs, request).await, 503);
    let counted = &host.web.services.metrics.http_requests_total;
    let labels = ["/tried", "GET", "5xx"];
    assert_eq!(counted.with_label_values(&labels).get(), 1);
}

#[tokio::test]
async fn a_body_that_never_ends_ends() {
    let host = Host::new().await;
    let endless = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
    let request = Request::post("/tried").header("host", "localhost");
    let request = request.header("sec-fetch-site", "same-origin");
    let request = request.body(Body::from_stream(endless)).unwrap();
    let reads = post(async |_: Bytes| "read");
    assert_eq!(under_guard(&host, reads, request).await, 503);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let host = Host::new().await;
    host.get("/healthz").await;
    host.get("/wp-login.php").await;
    host.get("/.env").await;
    host.ask("BREW", "/healthz", &[LOCAL]).await;
    let text = host.get("/metrics").await.body;
    for line in [
        r#"cogbox_http_requests_total{method="GET",route="/healthz",status_class="2xx"} 1"#,
        r#"cogbox_http_requests_total{method="GET",route="other",status_class="4xx"} 2"#,
        r#"cogbox_http_requests_total{method="other",route="/healthz",status_class="4xx"} 1"#,
        r#"cogbox_http_request_seconds_count{route="other"} 2"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("wp-login") && !text.contains("BREW"));
}

#[tokio::test]
async fn what_routes_count_starts_at_0() {
    let host = Host::new().await;
    let text = host.get("/metrics").await.body;
    for row in super::routes::routes() {
        let (method, path) = (row.rule.method.as_str(), row.path);
        let series = format!(
            r#"cogbox_http_requests_total{{method="{method}",route="{path}",status_class="5xx"}} 0"#
        );
        assert!(text.contains(&series), "{series} is not in\n{text}");
    }
    assert!(text.contains(r#"cogbox_http_request_seconds_count{route="other"} 0"#));
}

#[tokio::test]
async fn ready_is_said_once_it_is_so() {
    let host = Host::new().await;
    let reason = async || {
        let answer = host.get("/readyz").await;
        (answer.status.as_u16(), answer.body)
    };
    assert_eq!(host.get("/healthz").await.body, "ok\n");
    assert_eq!(
        reason().await,
        (503, "no shard has been started yet\n".into())
    );
    host.connect();
    host.web.services.metrics.ready.set(0);
    assert_eq!(
        reason().await,
        (503, "the commands are not synced yet\n".into())
    );
    host.connect();
    assert_eq!(reason().await, (200, "ready\n".into()));
    host.web.services.cache.set_shard(1, false, None);
    assert_eq!(
        reason().await,
        (503, "shard 1 of 2 is not connected\n".into())
    );
    assert_eq!(host.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_status_tells_the_numbers() {
    let metadata = Metadata {
        version: "1.2.3".into(),
        description: "Posts things".into(),
        reasons: [("messages".to_owned(), "to post things".to_owned())].into(),
        ..Metadata::default()
    };
    let host = Host::with_cog("poster", metadata).await;
    host.connect();
    let metrics = &host.web.services.metrics;
    let counted = |export, outcome, by| {
        let labels = ["poster", export, outcome];
        metrics
            .cog_calls_total
            .with_label_values(&labels)
            .inc_by(by);
    };
    counted("commands.invoked", "ok", 95);
    counted("commands.invoked", "trap", 3);
    counted("components.pressed", "trap", 1);
    counted("components.pressed", "error", 1);
    // Another cog's numbers stay its own.
    let other = ["poster-2", "commands.invoked", "trap"];
    metrics.cog_calls_total.with_label_values(&other).inc_by(50);
    let took = metrics.cog_call_seconds.with_label_values(&["poster"]);
    (0..94).for_each(|_| took.observe(0.003));
    (0..6).for_each(|_| took.observe(0.3));
    metrics
        .cog_cpu_seconds_total
        .with_label_values(&["poster"])
        .inc_by(1.5);
    metrics
        .cog_memory_bytes
        .with_label_values(&["poster"])
        .set(2 << 20);
    metrics
        .auto_defers_total
        .with_label_values(&["poster"])
        .inc_by(2);
    metrics
        .cog_denied_total
        .with_label_values(&["poster", "http"])
        .inc();
    metrics
        .gateway_reconnects_total
        .with_label_values(&["1", "resume"])
        .inc_by(4);
    metrics
        .discord_ratelimited_total
        .with_label_values(&["user"])
        .inc_by(7);
    let outage = r#"{"id":"8","unavailable":true}"#;
    host.web
        .services
        .cache
        .apply("GUILD_DELETE", outage)
        .unwrap();
    let refusal = Refusal::new("it is too new", "use a newer Cogbox");
    host.web.registry.refuse("poster", refusal);

    let answer = host.get("/api/status").await;
    assert_eq!(answer.headers["content-type"], "application/json");
    let status: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(status["api"], 1);
    assert_eq!(
        (&status["mode"], &status["ready"]),
        (&"dev".into(), &true.into())
    );
    assert!(status["uptime_seconds"].as_f64().unwrap() >= 90.0);
    assert_eq!(status["guilds"]["unavailable"], 1);
    assert!(status["database_bytes"].as_u64().unwrap() > 0);
    assert_eq!(status["rest"]["rate_limited"], 7);
    let shards = &status["gateway"]["shards"];
    assert_eq!(shards[0]["heartbeat_seconds"], 0.042);
    assert_eq!(shards[1]["heartbeat_seconds"], serde_json::Value::Null);
    assert_eq!(
        (&shards[0]["reconnects"], &shards[1]["reconnects"]),
        (&0.into(), &4.into())
    );

    let cog = &status["cogs"][0];
    assert_eq!(
        (&cog["name"], &cog["version"]),
        (&"poster".into(), &"1.2.3".into())
    );
    assert_eq!(cog["state"], "update-refused");
    assert_eq!(cog["calls"]["total"], 100);
    assert_eq!(cog["calls"]["errors"], 5);
    let outcomes = serde_json::json!({"ok": 95, "trap": 4, "error": 1});
    assert_eq!(cog["calls"]["outcomes"], outcomes);
    let p95 = cog["calls"]["p95_seconds"].as_f64().unwrap();
    assert!((0.1..=0.5).contains(&p95), "{p95}");
    let p50 = cog["calls"]["p50_seconds"].as_f64().unwrap();
    assert!((0.001..=0.005).contains(&p50), "{p50}");
    let buckets = cog["calls"]["buckets"].as_array().unwrap();
    let per_bucket: Vec<_> = buckets
        .iter()
        .map(|b| b["calls"].as_u64().unwrap())
        .collect();
    assert_eq!(per_bucket, [0, 0, 94, 0, 0, 0, 6, 0, 0, 0]);
    assert_eq!(cog["cpu_seconds"], 1.5);
    assert_eq!(cog["memory_bytes"], 2 << 20);
    assert_eq!(
        (&cog["auto_defers"], &cog["denied"]),
        (&2.into(), &1.into())
    );
    let asks = cog["asks"].as_array().unwrap();
    let messages = asks.iter().find(|a| a["interface"] == "messages").unwrap();
    assert_eq!(messages["reason"], "to post things");
    assert_eq!(
        (&messages["danger"], &messages["always"]),
        (&"low".into(), &false.into())
    );
    assert_eq!(status["refused"][0]["fix"], "use a newer Cogbox");
    assert_eq!(status["refused"][0]["older_runs"], true);
}

#[tokio::test]
async fn a_fault_is_told_with_what_was_called() {
    let host = Host::with_cog("deaf", Metadata::default()).await;
    let cog = Arc::clone(host.web.registry.snapshot().cogs().next().unwrap());
    let message = serde_json::json!({
        "id": "3", "channel_id": "2", "content": "hi", "timestamp": "2026-01-01T00:00:00Z",
        "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0,
        "author": {"id": "1", "username": "ann", "discriminator": "0", "avatar": null},
    });
    let message = serde_json::from_value(message).unwrap();
    let call = Call::Event(Event::MessageCreated(convert::message(&message, None)));
    let outcome = cog.call(Origin::DECLARE, call).await;
    assert!(matches!(outcome, Outcome::Host(_)), "{outcome:?}");
    let status = Status::now(&host.web).await;
    assert_eq!(status.cogs[0].calls.errors, 1);
    let fault = &status.faults[0];
    assert_eq!(
        (fault.cog.as_str(), fault.outcome.as_str()),
        ("deaf", "host")
    );
    assert_eq!(fault.export, "message-created.created");
    assert!(
        fault.detail.contains("does not export message_created"),
        "{}",
        fault.detail
    );
    let page = host.get("/").await.body;
    assert!(page.contains("the host failed"), "{page}");
    assert!(page.contains("A call into deaf was stopped"), "{page}");
}

#[tokio::test]
async fn the_page_escapes_and_cuts_what_a_cog_says() {
    let hostile = r#""><script>alert(1)</script><img src=x onerror='x'>&"#;
    let metadata = Metadata {
        version: hostile.into(),
        description: format!("{hostile}{}", "x".repeat(100_000)),
        reasons: [("messages".to_owned(), hostile.to_owned())].into(),
        ..Metadata::default()
    };
    // The loader takes any name; the configuration does not. The page must not care.
    let host = Host::with_cog(hostile, metadata).await;
    let refusal = Refusal::new(hostile, hostile);
    host.web.registry.refuse("<b>other", refusal);
    let page = host.get("/").await.body;
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(
        !page.contains("<script>alert") && !page.contains("<img src=x"),
        "{page}"
    );
    assert!(!page.contains("<b>other"), "{page}");
    // The only script is the dashboard's own file; the policy forbids the inline forms.
    assert_eq!(page.matches("<script").count(), 1);
    assert!(
        !page.contains("style=") && !page.contains(" onerror='x'>"),
        "{page}"
    );
    assert!(page.len() < 60_000, "{} bytes", page.len());
}

#[tokio::test]
async fn the_page_says_first_how_it_is() {
    let host = Host::with_cog("poster", Metadata::default()).await;
    let headline = async || {
        let page = host.get("/").await.body;
        let (_, from) = page.split_once(r#"<h1 id="verdict">"#).unwrap();
        from.split_once("</h1>").unwrap().0.to_owned()
    };
    assert_eq!(headline().await, "Getting ready.");
    host.connect();
    assert_eq!(headline().await, "Everything runs.");
    assert_eq!(
        Status::now(&host.web).await.cogs[0].state,
        CogState::Running
    );
    host.web
        .registry
        .refuse("other", Refusal::new("it is broken", "build it again"));
    assert_eq!(headline().await, "Running, with something to look at.");
}

#[tokio::test]
async fn paths_and_methods_that_clients_make_up_make_no_series() {
    let host = Host::new().await;
    let ask = async |n: usize| {
        let (method, path) = (format!("M{n}"), format!("/made-up/{n}?{n}"));
        host.ask("GET", &path, &[LOCAL]).await;
        host.ask(&method, "/", &[LOCAL]).await;
        host.ask(&method, &path, &[LOCAL]).await;
    };
    let series = || {
        let text = host.web.services.metrics.text();
        let ours = text.lines().filter(|line| line.starts_with("cogbox_http_"));
        ours.count()
    };
    ask(0).await;
    let before = series();
    for n in 1..3_334 {
        ask(n).await;
    }
    assert_eq!(series(), before);
}

/// Prometheus' own checker. Debian has it in the package `prometheus`.
#[tokio::test]
async fn promtool_takes_the_metrics() {
    let host = Host::with_cog("poster", Metadata::default()).await;
    host.get("/").await;
    let answer = host.get("/metrics").await;
    assert_eq!(answer.headers["content-type"], METRICS_TYPE);
    let size = answer
        .body
        .lines()
        .find_map(|l| l.strip_prefix("cogbox_db_size_bytes "));
    assert!(size.unwrap().parse::<u64>().unwrap() > 0);
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped());
    let mut checking = match promtool
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(checking) => checking,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!ci, "promtool is missing: install Debian's `prometheus`");
            eprintln!("promtool is not installed; the metrics were not checked");
            return;
        }
        Err(error) => panic!("promtool: {error}"),
    };
    // The pipe holds 64 KiB, and promtool reads all before it writes.
    use std::io::Write;
    checking
        .stdin
        .take()
        .unwrap()
        .write_all(answer.body.as_bytes())
        .unwrap();
    let checked = checking.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}
