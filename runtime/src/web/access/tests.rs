//! Every route for everybody in every way to log in, and one test for each attack.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};

use super::*;
use crate::config::{Config, DiscordLogin, Environment, Source};
use crate::store::logins::{Person, Session};
use crate::web::login::secret::Secret;
use crate::web::routes::{Serves, routes};
use crate::web::tests::{Answer, Host, ends};

/// What the table must say. A new route fails the test until its rule is written down here.
const EXPECTED: &[(&str, &str, Who)] = &[
    ("GET", "/", Who::Viewers),
    ("GET", "/log", Who::Viewers),
    ("GET", "/timers", Who::Viewers),
    ("GET", "/discord", Who::Viewers),
    ("GET", "/http", Who::Viewers),
    ("GET", "/changes", Who::Viewers),
    ("GET", "/live", Who::Viewers),
    ("POST", "/cogs/{cog}/{what}", Who::Admins),
    ("POST", "/voice/{guild}/{what}", Who::Admins),
    ("GET", "/access", Who::Admins),
    ("POST", "/access/end-sessions", Who::Admins),
    ("GET", "/login", Who::Anyone),
    ("POST", "/login", Who::Anyone),
    ("GET", "/login/discord", Who::Anyone),
    ("GET", "/login/discord/return", Who::Anyone),
    ("GET", "/guilds", Who::Members),
    ("GET", "/guilds/{guild}", Who::GuildViewers),
    ("GET", "/guilds/{guild}/{cog}", Who::GuildViewers),
    ("POST", "/guilds/{guild}/{cog}/{what}", Who::GuildAdmins),
    ("POST", "/logout", Who::Anyone),
    ("GET", "/api/status", Who::Viewers),
    ("GET", "/api/uses", Who::Viewers),
    ("GET", "/api/log", Who::Viewers),
    ("GET", "/api/timers", Who::Viewers),
    ("GET", "/api/discord", Who::Viewers),
    ("GET", "/api/http", Who::Viewers),
    ("GET", "/api/changes", Who::Viewers),
    ("GET", "/api/guilds", Who::Members),
    ("GET", "/api/guilds/{guild}", Who::GuildViewers),
    ("GET", "/api/openapi.json", Who::Viewers),
    ("GET", "/metrics", Who::Scrapers),
    ("GET", "/healthz", Who::Anyone),
    ("GET", "/readyz", Who::Scrapers),
    ("GET", "/assets/style.css", Who::Anyone),
    ("GET", "/assets/live.js", Who::Anyone),
    ("GET", "/assets/icon.svg", Who::Anyone),
];

const NONE: &str = "";
const TOKEN: &str = "[web]\nauth = \"token\"\nbind = \"0.0.0.0:8080\"\nhosts = [\"bot.lan\"]\n\
                     [web.metrics]\nallow = [\"172.18.0.3\"]";
const PROXY: &str = "[web]\nauth = \"proxy\"\nbind = \"0.0.0.0:8080\"\n\
                     url = \"https://bot.example.org\"\ntrusted-proxies = [\"172.18.0.2\"]\n\
                     admins = [\"group:staff\"]\nviewers = [\"user:vic\"]\n\
                     [web.metrics]\nallow = [\"172.18.0.0/16\"]";

fn config(text: &str) -> WebConfig {
    let source = Source::given("cogbox.toml", text);
    let config = Config::from_source(&source, &Environment::default(), |_| true);
    config.unwrap().web
}

/// Somebody who asks: from where, under which name, and with which headers.
#[derive(Clone)]
struct Somebody {
    peer: &'static str,
    host: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Somebody {
    fn at(peer: &'static str, host: &'static str) -> Self {
        let headers = Vec::new();
        Self {
            peer,
            host,
            headers,
        }
    }

    fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut more = self.clone();
        more.headers.push((name, value.into()));
        more
    }

    async fn send(&self, host: &Host, method: &str, path: &str, body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("host", self.host);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.extension(ends(self.peer)).body(body).unwrap();
        host.send(request).await
    }

    async fn get(&self, host: &Host, path: &str) -> Answer {
        self.send(host, "GET", path, Body::empty()).await
    }

    /// Sends a form, as a page of ours does.
    async fn post(&self, host: &Host, path: &str, form: &str) -> Answer {
        let ours = self.with("sec-fetch-site", "same-origin");
        ours.send(host, "POST", path, form.to_owned().into()).await
    }
}

fn local() -> Somebody {
    Somebody::at("127.0.0.1", "localhost:8080")
}

fn lan() -> Somebody {
    Somebody::at("192.168.1.9", "bot.lan:8080")
}

fn proxied() -> Somebody {
    let proxy = Somebody::at("172.18.0.2", "bot.example.org");
    let proxy = proxy.with("x-forwarded-for", "203.0.113.9");
    proxy.with("x-forwarded-proto", "https")
}

fn known(user: &str, groups: &str) -> Somebody {
    let user = proxied().with("x-authentik-username", user);
    user.with("X-authentik-groups", groups)
}

/// Logs somebody in behind the page's back: who has the token, or who manages some guilds.
async fn session_of(host: &Host, guilds: &[u64]) -> Secret {
    let person = (!guilds.is_empty()).then(|| Person {
        user: 5.into(),
        name: "gil".into(),
        guilds: guilds.iter().map(|id| GuildId::new(*id)).collect(),
    });
    let secret = Secret::fresh().unwrap();
    let made = host.web.door.now();
    let ends = made + Duration::from_secs(60);
    let session = Session { made, ends, person };
    let store = &host.web.services.store;
    let begun = store.begin_session(secret.digest(), &session, None);
    assert!(begun.await.unwrap());
    secret
}

async fn session(host: &Host) -> Secret {
    session_of(host, &[]).await
}

/// A host where those who manage a server log in by Discord.
async fn with_discord(text: &str) -> Host {
    let mut config = config(text);
    config.discord = Some(DiscordLogin::local("1", "secret", "http://127.0.0.1:9"));
    let host = Host::guarded(config).await;
    host.connect();
    host
}

async fn link(host: &Host) -> String {
    let secret = Secret::fresh().unwrap();
    let ends = host.web.door.now() + Duration::from_secs(60);
    let store = &host.web.services.store;
    store.add_login_link(secret.digest(), ends).await.unwrap();
    secret.reveal()
}

/// The cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn failures(host: &Host) -> u64 {
    let mode = [host.web.door.config.auth.name()];
    let failures = &host.web.services.metrics.auth_failures_total;
    failures.with_label_values(&mode).get()
}

/// A path with something in the place of each name: a cog and a server that are not there.
fn filled(path: &str) -> String {
    let named = path.replace("{cog}", "fun").replace("{guild}", "7");
    named.replace("{what}", "pause")
}

#[test]
fn every_route_has_its_rule_written_down() {
    let routes = routes();
    let table: Vec<_> = routes
        .iter()
        .map(|row| (row.rule.method.as_str(), row.path, row.rule.who))
        .collect();
    assert_eq!(table, EXPECTED);
    // Reading takes no body, and what changes something is never a GET.
    for row in routes {
        assert!(
            row.rule.method != Method::GET || row.rule.body == 0,
            "{}",
            row.path
        );
    }
}

/// Everybody at every route: whether the rule lets them in.
#[tokio::test]
async fn every_route_keeps_its_rule_for_everybody() {
    let none = Host::guarded(config(NONE)).await;
    let token = Host::guarded(config(TOKEN)).await;
    let proxy = Host::guarded(config(PROXY)).await;
    for host in [&none, &token, &proxy] {
        host.connect();
    }
    let forwarded = local().with("x-forwarded-for", "203.0.113.9");
    let prometheus = Somebody::at("172.18.0.3", "172.18.0.9:8080");
    let prometheus = |host| Somebody {
        host,
        ..prometheus.clone()
    };
    use Who::{Admins, Anyone, GuildAdmins, GuildViewers, Members, Scrapers, Viewers};
    let reads = &[Anyone, Scrapers, Members, GuildViewers, Viewers][..];
    let all = &[reads, &[GuildAdmins, Admins]].concat()[..];
    let theirs = &[Anyone, Members, GuildViewers, GuildAdmins][..];
    let others = &[Anyone, Members][..];
    let numbers = &[Anyone, Scrapers][..];
    let little = &[Anyone][..];
    let nothing = &[][..];
    let named = format!("{TOKEN}\n").replace("hosts", "url = \"http://bot.lan\"\nhosts");
    let token_d = with_discord(&named).await;
    let proxy_d = with_discord(PROXY).await;
    let member = async |guild| format!("cogbox={}", session_of(&token_d, &[guild]).await.reveal());
    let safe = async |guilds: &[u64]| {
        let session = session_of(&proxy_d, guilds).await;
        format!("__Host-cogbox={}", session.reveal())
    };
    let logged_in = async || format!("cogbox={}", session(&token).await.reveal());
    let everybody = [
        ("none: this machine", &none, local(), all),
        ("none: by a proxy", &none, forwarded.clone(), little),
        ("token: nobody", &token, lan(), little),
        ("token: this machine", &token, local(), numbers),
        ("token: by a proxy", &token, forwarded.clone(), little),
        ("token: Prometheus", &token, prometheus("bot.lan"), numbers),
        (
            "token: logged in",
            &token,
            lan().with("cookie", logged_in().await),
            all,
        ),
        (
            "token: logged in, by a proxy",
            &token,
            forwarded.with("cookie", logged_in().await),
            all,
        ),
        (
            "token: made up",
            &token,
            lan().with("cookie", "cogbox=AAAA"),
            little,
        ),
        (
            "token: headers of a proxy",
            &token,
            lan().with("x-authentik-username", "vic"),
            little,
        ),
        ("proxy: nobody", &proxy, proxied(), little),
        ("proxy: a stranger", &proxy, known("eve", "guests"), little),
        ("proxy: a viewer", &proxy, known("vic", ""), reads),
        ("proxy: an admin", &proxy, known("ann", "guests|staff"), all),
        (
            "proxy: named as a group",
            &proxy,
            known("staff", ""),
            little,
        ),
        (
            "proxy: past it",
            &proxy,
            Somebody::at("172.18.0.7", "bot.example.org"),
            numbers,
        ),
        (
            "proxy: past it, from afar",
            &proxy,
            Somebody::at("203.0.113.9", "bot.example.org"),
            little,
        ),
        (
            "proxy: past it, with a name",
            &proxy,
            Somebody::at("172.18.0.7", "bot.example.org").with("x-authentik-username", "vic"),
            nothing,
        ),
        (
            "proxy: Prometheus",
            &proxy,
            prometheus("bot.example.org"),
            numbers,
        ),
        ("proxy: this machine", &proxy, local(), numbers),
        ("Discord: nobody", &token_d, lan(), little),
        (
            "Discord: of this guild",
            &token_d,
            lan().with("cookie", member(7).await),
            theirs,
        ),
        (
            "Discord: of another",
            &token_d,
            lan().with("cookie", member(8).await),
            others,
        ),
        (
            "Discord: beside a proxy",
            &proxy_d,
            proxied().with("cookie", safe(&[7]).await),
            theirs,
        ),
        (
            "Discord: past it",
            &proxy_d,
            Somebody::at("203.0.113.9", "bot.example.org").with("cookie", safe(&[7]).await),
            little,
        ),
        (
            "Discord: whom the proxy names for nothing",
            &proxy_d,
            known("eve", "").with("cookie", safe(&[7]).await),
            theirs,
        ),
        (
            "proxy: with a token's session",
            &proxy_d,
            proxied().with("cookie", safe(&[]).await),
            little,
        ),
    ];
    for (who, host, somebody, may) in &everybody {
        for (method, path, rule) in EXPECTED {
            // What ends sessions is tried by those alone who have none.
            let ends = match *path {
                "/access/end-sessions" => Admins,
                "/logout" => Members,
                _ => Anyone,
            };
            if ends != Anyone && may.contains(&ends) {
                continue;
            }
            // Who comes back from Discord has to have gone there first.
            if *path == "/login/discord/return" && host.web.discord.is_some() {
                continue;
            }
            let path = &filled(path);
            let answer = match *method {
                "GET" => somebody.get(host, path).await,
                _ => somebody.post(host, path, "").await,
            };
            let refused = match answer.status.as_u16() {
                303 => answer.headers["location"] == "/login" && path != "/logout",
                401 => path != "/login",
                status => matches!(status, 400 | 403),
            };
            assert_eq!(
                !refused,
                may.contains(rule),
                "{who}: {method} {path}: {}",
                answer.status
            );
        }
        // What does not exist is nobody's to know.
        let unknown = somebody.get(host, "/nowhere").await;
        assert_eq!(unknown.status == 404, may.contains(&Viewers), "{who}");
    }
}

#[tokio::test]
async fn many_may_be_behind_a_proxy_and_what_reads_the_numbers() {
    let shared = async |text: &str, peers: &[&str]| {
        let host = Host::guarded(config(text)).await;
        let shared = |peer: &&&str| host.web.door.is_shared(peer.parse().unwrap());
        peers
            .iter()
            .filter(shared)
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let peers = &[
        "127.0.0.1",
        "::1",
        "172.18.0.2",
        "172.18.0.3",
        "203.0.113.9",
    ];
    assert_eq!(shared(NONE, peers).await, "127.0.0.1 ::1");
    assert_eq!(shared(TOKEN, peers).await, "127.0.0.1 ::1 172.18.0.3");
    assert_eq!(
        shared(PROXY, peers).await,
        "127.0.0.1 ::1 172.18.0.2 172.18.0.3"
    );
}

#[tokio::test]
async fn every_answer_has_its_headers_and_every_other_method_is_refused() {
    let host = Host::new().await;
    host.connect();
    let paths = EXPECTED.iter().map(|(_, path, _)| *path);
    for pattern in paths.chain(["/nowhere"]) {
        let methods: Vec<_> = EXPECTED
            .iter()
            .filter(|row| row.1 == pattern)
            .map(|row| row.0)
            .collect();
        let path = &*filled(pattern);
        let rebound = Somebody::at("127.0.0.1", "evil.example")
            .get(&host, path)
            .await;
        assert_eq!(rebound.status, 421, "{path}");
        let plain = local().get(&host, path).await;
        let head = local().send(&host, "HEAD", path, Body::empty()).await;
        assert_eq!(
            (head.status, head.body.as_str()),
            (plain.status, ""),
            "{path}"
        );
        let mut answers = vec![rebound, plain, head];
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if methods.contains(&method) {
                continue;
            }
            let answer = local().send(&host, method, path, Body::empty()).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            let allow = match methods[..] {
                ["GET", "POST"] => "GET, HEAD, POST",
                ["POST"] => "POST",
                _ => "GET, HEAD",
            };
            assert_eq!(answer.headers["allow"], allow, "{method} {path}");
            answers.push(answer);
        }
        let kept = match path.starts_with("/assets/") {
            true => "no-cache",
            false => "no-store",
        };
        assert_eq!(answers[1].headers["cache-control"], kept, "{path}");
        for headers in answers.iter().map(|answer| &answer.headers) {
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(
                policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
            assert_eq!(
                headers["cross-origin-opener-policy"], "same-origin",
                "{path}"
            );
            assert_eq!(
                headers["cross-origin-resource-policy"], "same-origin",
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn only_names_of_ours_are_answered() {
    let host = Host::guarded(config(TOKEN)).await;
    let status = async |uri: &str, hosts: &[&str]| {
        let mut request = Request::get(uri);
        for name in hosts {
            request = request.header("host", *name);
        }
        let answer = host.send(request.body(Body::empty()).unwrap()).await;
        answer.status.as_u16()
    };
    for name in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1",
        "127.3.2.1:80",
        "[::1]:8080",
        "bot.lan",
        "Bot.LAN:8080",
    ] {
        assert_eq!(status("/healthz", &[name]).await, 200, "{name}");
    }
    for name in [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io:8080",
        "localhost@evil.example",
        "evil.example@localhost",
        "bot.lan.evil.example",
        "192.168.1.5:8080",
        "0.0.0.0",
        "[::]",
        "localhost,evil.example",
    ] {
        assert_eq!(status("/healthz", &[name]).await, 421, "{name}");
    }
    assert_eq!(status("/healthz", &[]).await, 421);
    assert_eq!(status("/healthz", &["localhost", "localhost"]).await, 421);
    assert_eq!(
        status("/healthz", &["localhost", "evil.example"]).await,
        421
    );
    assert_eq!(
        status("http://evil.example/healthz", &["localhost"]).await,
        421
    );
    assert_eq!(
        status("http://localhost/healthz", &["localhost"]).await,
        200
    );
    // The address that a request came in at is ours as well, and no other.
    let mut near = ends("192.168.1.9");
    near.local = "192.168.1.5".parse().unwrap();
    for (name, fits) in [("192.168.1.5:8080", 200), ("192.168.1.6:8080", 421)] {
        let request = Request::get("/healthz")
            .header("host", name)
            .extension(near);
        let answer = host.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, fits, "{name}");
    }
}

#[tokio::test]
async fn a_proxy_is_noticed_by_any_of_its_headers() {
    let host = Host::new().await;
    for name in [
        "x-forwarded-for",
        "X_Forwarded_Host",
        "x.forwarded.for",
        "forwarded",
        "Via",
        "X-Real_IP",
    ] {
        for path in ["/", "/metrics"] {
            let answer = local().with(name, "10.0.0.1").get(&host, path).await;
            assert_eq!(answer.status, 403, "{name} {path}");
        }
    }
}

#[tokio::test]
async fn a_page_of_others_changes_nothing() {
    let host = Host::guarded(config(TOKEN)).await;
    let cookie = format!("cogbox={}", session(&host).await.reveal());
    let ann = lan().with("cookie", cookie);
    let forged = async |somebody: Somebody| {
        let sent = somebody.send(&host, "POST", "/access/end-sessions", Body::empty());
        let answer = sent.await;
        assert_eq!(ann.get(&host, "/").await.status, 200);
        answer.status.as_u16()
    };
    assert_eq!(
        forged(ann.clone()).await,
        403,
        "without a word on where it comes from"
    );
    for site in ["cross-site", "same-site", "none", ""] {
        let ours = ann.with("origin", "http://bot.lan:8080");
        assert_eq!(
            forged(ours.with("sec-fetch-site", site)).await,
            403,
            "{site}"
        );
    }
    let two = ann.with("sec-fetch-site", "same-origin");
    assert_eq!(forged(two.with("sec-fetch-site", "cross-site")).await, 403);
    for origin in [
        "null",
        "http://evil.example",
        "http://bot.lan",
        "http://bot.lan:8080.evil.example",
        "bot.lan:8080",
    ] {
        assert_eq!(forged(ann.with("origin", origin)).await, 403, "{origin}");
    }
    // Logging in is a change as well: nobody is logged in as somebody else without noticing.
    let link = link(&host).await;
    let form = format!("link={link}");
    let evil = lan().with("sec-fetch-site", "cross-site");
    let answer = evil.send(&host, "POST", "/login", form.into()).await;
    assert_eq!(answer.status, 403);
    // What our own page sends goes through, with either header.
    let own = ann.with("origin", "http://bot.lan:8080");
    let answer = own
        .send(&host, "POST", "/access/end-sessions", Body::empty())
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(ann.get(&host, "/").await.status, 303);
}

#[tokio::test]
async fn what_is_known_to_be_https_takes_no_word_of_http() {
    let host = Host::guarded(config(PROXY)).await;
    let ann = known("ann", "staff");
    let sent = async |origin: &str| {
        let own = ann.with("origin", origin);
        let sent = own.send(&host, "POST", "/access/end-sessions", Body::empty());
        sent.await.status.as_u16()
    };
    assert_eq!(sent("http://bot.example.org").await, 403);
    assert_eq!(sent("https://bot.example.org").await, 303);
}

#[tokio::test]
async fn an_identity_that_could_be_two_is_none() {
    let host = Host::guarded(config(PROXY)).await;
    let vic = known("vic", "");
    for (name, value) in [
        ("x-authentik-username", "ann"),
        ("X_authentik_username", "ann"),
        ("x.authentik.username", "ann"),
        ("x-authentik_username", "ann"),
        ("x_authentik.groups", "staff"),
        ("x-authentik-groups", "staff"),
    ] {
        let answer = vic.with(name, value).get(&host, "/").await;
        assert_eq!(answer.status, 400, "{name}");
        assert!(
            answer.body.contains("so it is not known who sends it"),
            "{}",
            answer.body
        );
    }
    // An alias alone is no better: some server on the way may have taken it for the header.
    let alias = proxied().with("x_authentik_username", "vic");
    assert_eq!(alias.get(&host, "/").await.status, 400);
    let unreadable = proxied().get(&host, "/").await;
    assert_eq!(unreadable.status, 401);
    assert!(
        unreadable.body.contains("x-authentik-username"),
        "{}",
        unreadable.body
    );
    // An empty name is no name.
    assert_eq!(known("", "staff").get(&host, "/").await.status, 401);
    assert_eq!(failures(&host), 9);
}

#[tokio::test]
async fn who_comes_past_the_proxy_is_told_so() {
    let host = Host::guarded(config(PROXY)).await;
    let past = Somebody::at("172.18.0.7", "bot.example.org");
    let answer = past.get(&host, "/").await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("reached by its proxy"),
        "{}",
        answer.body
    );
    let answer = past
        .with("x-authentik-groups", "staff")
        .get(&host, "/api/status")
        .await;
    assert_eq!(answer.status, 403);
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let told = json["message"].as_str().unwrap();
    assert!(
        told.contains("172.18.0.7 is not one of trusted-proxies"),
        "{told}"
    );
    // A header can't make somebody the proxy; the connection does.
    let lies = past
        .with("x-forwarded-for", "172.18.0.2")
        .with("x-real-ip", "172.18.0.2");
    assert_eq!(lies.get(&host, "/").await.status, 403);
}

#[tokio::test]
async fn the_numbers_do_not_go_out_by_the_proxy() {
    let host = Host::guarded(config(PROXY)).await;
    // The proxy's own address is in an allowed network, and its clients are nobody.
    let answer = proxied().get(&host, "/metrics").await;
    assert_eq!(answer.status, 401);
    assert!(
        answer.body.starts_with("The numbers are read with a login"),
        "{}",
        answer.body
    );
    assert_eq!(known("vic", "").get(&host, "/metrics").await.status, 200);
    // One on this machine that adds no header is not taken for a program.
    let near = PROXY.replace("172.18.0.2", "127.0.0.1");
    let host = Host::guarded(config(&near)).await;
    assert_eq!(local().get(&host, "/metrics").await.status, 401);
}

#[tokio::test]
async fn the_listener_for_the_numbers_has_nothing_else() {
    let text = "[web.metrics]\nbind = \"0.0.0.0:9090\"\nallow = [\"172.18.0.3\"]";
    for text in [
        text,
        &TOKEN.replace("[web.metrics]", "[web.metrics]\nbind = \"0.0.0.0:9090\""),
    ] {
        let host = Host::guarded(config(text)).await;
        host.connect();
        let status = async |peer: &str, path: &str| {
            let request = Request::get(path).header("host", "localhost");
            let request = request.extension(ends(peer)).body(Body::empty()).unwrap();
            host.send_to(Serves::Metrics, request).await.status.as_u16()
        };
        for path in ["/metrics", "/readyz", "/healthz"] {
            assert_eq!(status("172.18.0.3", path).await, 200, "{path}");
        }
        // Without a login this machine is everybody, and nobody else is.
        let refused = status("172.18.0.4", "/metrics").await;
        assert!(matches!(refused, 401 | 403), "{refused}");
        for path in ["/", "/api/status", "/login"] {
            assert_ne!(status("172.18.0.3", path).await, 200, "{path}");
        }
        assert_eq!(status("172.18.0.4", "/healthz").await, 200);
    }
}

#[tokio::test]
async fn a_link_logs_in_once() {
    let host = Host::guarded(config(TOKEN)).await;
    let link = link(&host).await;
    // Programs that preview links only look.
    for _ in 0..2 {
        let page = lan().get(&host, &format!("/login?link={link}")).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body
                .contains(&format!("name=\"link\" value=\"{link}\"")),
            "{}",
            page.body
        );
    }
    let form = format!("link={link}");
    let answer = lan().post(&host, "/login", &form).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["location"]),
        (303, &"/".parse().unwrap())
    );
    let cookie = cookie(&answer);
    let ann = lan().with("cookie", &cookie);
    let page = ann.get(&host, "/").await;
    assert!(page.body.contains("Log out"), "{}", page.body);
    let again = lan().post(&host, "/login", &form).await;
    assert_eq!(again.status, 401);
    assert!(
        again.body.contains("This link was used, or is too old."),
        "{}",
        again.body
    );

    let out = ann.post(&host, "/logout", "").await;
    assert_eq!((out.status.as_u16(), cookie.len() > 40), (303, true));
    assert!(
        out.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    // It is over at the host as well, not in the browser alone.
    assert_eq!(ann.get(&host, "/").await.status, 303);
}

#[tokio::test]
async fn links_and_sessions_end() {
    let host = Host::guarded(config(TOKEN)).await;
    let link = link(&host).await;
    host.web.services.clock.jump(61);
    assert_eq!(
        lan()
            .post(&host, "/login", &format!("link={link}"))
            .await
            .status,
        401
    );
    let ann = lan().with(
        "cookie",
        format!("cogbox={}", session(&host).await.reveal()),
    );
    assert_eq!(ann.get(&host, "/").await.status, 200);
    host.web.services.clock.jump(61);
    assert_eq!(ann.get(&host, "/").await.status, 303);
    let api = ann.get(&host, "/api/status").await;
    assert_eq!(
        (api.status.as_u16(), api.body.as_str()),
        (401, r#"{"message":"Log in first, at /login."}"#)
    );
}

#[tokio::test]
async fn a_new_token_logs_everybody_out() {
    let host = Host::guarded(config(TOKEN)).await;
    let store = &host.web.services.store;
    let secret = Secret::fresh().unwrap();
    let form = format!("username=cogbox&token={}", secret.reveal());
    assert_eq!(
        lan().post(&host, "/login", &form).await.status,
        401,
        "there is none yet"
    );
    let hash = secret.hash().unwrap();
    store.set_login_token(&hash).await.unwrap();
    let answer = lan().post(&host, "/login", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let ann = lan().with("cookie", cookie(&answer));
    let link = link(&host).await;
    assert_eq!(ann.get(&host, "/").await.status, 200);

    let other = Secret::fresh().unwrap().hash().unwrap();
    store.set_login_token(&other).await.unwrap();
    assert_eq!(ann.get(&host, "/").await.status, 303);
    assert_eq!(lan().post(&host, "/login", &form).await.status, 401);
    assert_eq!(
        lan()
            .post(&host, "/login", &format!("link={link}"))
            .await
            .status,
        401
    );
    // Who was checked against the old one comes too late.
    let (secret, now) = (Secret::fresh().unwrap(), host.web.door.now());
    let session = Session {
        made: now,
        ends: now + Duration::from_secs(60),
        person: None,
    };
    let begun = store.begin_session(secret.digest(), &session, Some(&hash));
    assert!(!begun.await.unwrap());
}

#[tokio::test]
async fn the_cookie_is_as_safe_as_the_connection() {
    let proxied =
        format!("{TOKEN}\n").replace("hosts", "trusted-proxies = [\"172.18.0.2\"]\nhosts");
    let host = Host::guarded(config(&proxied)).await;
    let set = async |somebody: Somebody| {
        let form = format!("link={}", link(&host).await);
        let answer = somebody.post(&host, "/login", &form).await;
        answer.headers["set-cookie"].to_str().unwrap().to_owned()
    };
    let plain = set(lan()).await;
    assert!(
        plain.starts_with("cogbox=") && !plain.contains("Secure"),
        "{plain}"
    );
    let warned = "This connection is not encrypted";
    assert!(lan().get(&host, "/login").await.body.contains(warned));
    assert!(!local().get(&host, "/login").await.body.contains(warned));
    let proxy = Somebody::at("172.18.0.2", "bot.lan").with("x-forwarded-proto", "https");
    assert!(!proxy.get(&host, "/login").await.body.contains(warned));
    let safe = set(proxy.clone()).await;
    assert!(
        safe.starts_with("__Host-cogbox=") && safe.ends_with("; Secure"),
        "{safe}"
    );
    // Only the proxy can say so; and two answers are none.
    let lies = set(lan().with("x-forwarded-proto", "https")).await;
    assert!(lies.starts_with("cogbox="), "{lies}");
    let two = set(proxy.with("x-forwarded-proto", "https")).await;
    assert!(two.starts_with("cogbox="), "{two}");
    // A configured address is https whoever says what.
    let named = TOKEN.replace("hosts", "url = \"https://bot.example.org\"\nhosts");
    let host = Host::guarded(config(&named)).await;
    let form = format!("link={}", link(&host).await);
    let somebody = Somebody::at("192.168.1.9", "bot.example.org");
    let answer = somebody.post(&host, "/login", &form).await;
    assert!(cookie(&answer).starts_with("__Host-cogbox="));
}

#[tokio::test]
async fn guessing_is_slow_and_keeps_nobody_out() {
    let proxied =
        format!("{TOKEN}\n").replace("hosts", "trusted-proxies = [\"172.18.0.2\"]\nhosts");
    let host = Host::guarded(config(&proxied)).await;
    let guess = format!("token={}", Secret::fresh().unwrap().reveal());
    for _ in 0..5 {
        assert_eq!(lan().post(&host, "/login", &guess).await.status, 401);
    }
    let answer = lan().post(&host, "/login", &guess).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.headers["retry-after"], "60");
    assert_eq!(failures(&host), 6);
    // Behind a trusted proxy it is the client that counts, and who is not trusted can't choose one.
    let lies = lan().with("x-forwarded-for", "198.51.100.1");
    assert_eq!(lies.post(&host, "/login", &guess).await.status, 429);
    let behind =
        |client: String| Somebody::at("172.18.0.2", "bot.lan").with("x-forwarded-for", client);
    for n in 0..5 {
        // What stands on the left the client wrote itself.
        let eve = behind(format!("198.51.100.{n}, 203.0.113.1"));
        assert_eq!(eve.post(&host, "/login", &guess).await.status, 401);
    }
    assert_eq!(
        behind("203.0.113.1".into())
            .post(&host, "/login", &guess)
            .await
            .status,
        429
    );
    for n in 0..20 {
        let eve = behind(format!("203.0.113.{}", n + 100));
        assert_eq!(eve.post(&host, "/login", &guess).await.status, 401);
    }
    let ben = behind("203.0.113.2".into());
    assert_eq!(
        ben.post(&host, "/login", &guess).await.status,
        429,
        "too many in all"
    );
    // A link still works for who has one.
    let form = format!("link={}", link(&host).await);
    assert_eq!(ben.post(&host, "/login", &form).await.status, 303);
    host.web.services.clock.jump(61);
    assert_eq!(lan().post(&host, "/login", &guess).await.status, 401);
}

#[tokio::test]
async fn a_body_is_as_long_as_its_rule_allows() {
    let host = Host::guarded(config(TOKEN)).await;
    let long = "x".repeat(4_097);
    let told = lan()
        .with("content-length", "4097")
        .post(&host, "/login", &long)
        .await;
    assert_eq!(told.status, 413);
    // One that does not say how long it is gets no further.
    let untold = lan().post(&host, "/login", &long).await;
    assert_eq!(untold.status, 413);
    assert!(
        untold.body.contains("too long for a login"),
        "{}",
        untold.body
    );
    let read = lan().with("content-length", "1");
    assert_eq!(
        read.send(&host, "GET", "/healthz", "x".into()).await.status,
        413
    );
}

#[tokio::test]
async fn where_there_is_no_login_nobody_is_asked_for_one() {
    for (text, somebody) in [(NONE, local()), (PROXY, known("ann", "staff"))] {
        let host = Host::guarded(config(text)).await;
        let page = somebody.get(&host, "/login").await;
        assert_eq!(page.status, 404);
        assert!(
            page.body.contains("There is no login here"),
            "{}",
            page.body
        );
        assert_eq!(somebody.post(&host, "/login", "token=x").await.status, 404);
    }
}

#[tokio::test]
async fn everybody_is_let_in_where_the_operator_says_so() {
    let text = "[web]\nbind = \"0.0.0.0:80\"\nlet-everybody-in-without-a-login = true\nhosts = [\"bot.lan\"]";
    let host = Host::guarded(config(text)).await;
    assert_eq!(lan().get(&host, "/access").await.status, 200);
    assert_eq!(
        lan()
            .with("x-forwarded-for", "1.2.3.4")
            .get(&host, "/")
            .await
            .status,
        200
    );
    // What a page of others could do without anybody's noticing it can't do here either.
    assert_eq!(
        Somebody::at("192.168.1.9", "evil.example")
            .get(&host, "/")
            .await
            .status,
        421
    );
}

#[tokio::test]
async fn without_a_connection_nobody_comes_in() {
    let host = Host::new().await;
    let request = Request::get("/").header("host", "localhost");
    let (request, ()) = request.body(()).unwrap().into_parts();
    let admitted = host.web.door.admit(Who::Anyone, &request).await;
    assert_eq!(admitted.unwrap_err().status, 500);
}
