//! Outgoing HTTP of cogs: what reaches the web, and everything that does not.
//!
//! `fetcher` names two hosts in its cog.toml, `api.example.org` and `*.example.net`; that is what
//! it may reach in `dev`. The names lead to a site on loopback, which alone these tests allow.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use cogbox::config::{Grant, Hosts};
use cogbox_emulator::Here;
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup, eventually};
use crate::web::{Names, Site};

/// A bot with `fetcher`, and its piece of web.
struct Web {
    bot: Bot,
    names: Names,
    site: Site,
}

impl Web {
    async fn new() -> Self {
        Self::with(|setup| setup).await
    }

    async fn with(change: impl FnOnce(Setup) -> Setup) -> Self {
        let (names, site) = (Names::default(), Site::start().await);
        for name in ["api.example.org", "a.example.net", "other.example.org"] {
            names.lead(name, &[&[site.address]]);
        }
        let mut setup = Setup::with(&["fetcher"]);
        setup.net = site.net(&names);
        // What is slow here is the web.
        setup.deadlines.defer = Duration::from_secs(1);
        let bot = change(setup).start().await;
        Self { bot, names, site }
    }

    fn ann(&self) -> Here {
        self.bot.here("ann")
    }

    /// Sends one request and returns what the cog says of it.
    async fn fetch(&self, url: &str) -> String {
        let ann = self.ann();
        ann.runs(&format!("/fetch url:{url}"))
            .await
            .text()
            .to_owned()
    }

    fn requests(&self, outcome: &str) -> f64 {
        let series =
            format!("cogbox_cog_http_requests_total{{cog=\"fetcher\",outcome=\"{outcome}\"}}");
        self.bot.metric(&series)
    }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_host_is_reached() {
    let web = Web::new().await;
    let ann = web.ann();
    ann.runs("/fetch url:http://api.example.org/hello").await;
    ann.runs("/fetch url:http://A.example.NET:80/echo?q=1#part method:POST headers:X-A: b | User-Agent: mine body:four")
        .await;
    ann.runs("/fetch url:http://api.example.org/gzip").await;
    ann.runs("/fetch url:http://api.example.org/redirect?/hello")
        .await;
    let told = ann.channel().transcript_for(&ann);
    let told = told.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    assert_snapshot!(told, @r"
    ann used /fetch
    Cogbox: 200 from http://api.example.org/hello: hello
    ann used /fetch
    Cogbox: 200 from http://a.example.net/echo?q=1#part: POST /echo?q=1 HTTP/1.1
      x-a: b
      user-agent: mine Cogbox/VERSION (fetcher)
      accept-encoding: gzip
      accept: */*
      host: a.example.net
      content-length: 4
      
      four
    ann used /fetch
    Cogbox: 200 from http://api.example.org/gzip: unpacked
    ann used /fetch
    Cogbox: 200 from http://api.example.org/hello: hello
    ");
    assert_eq!(web.requests("ok"), 4.0);
    let timed = r#"cogbox_cog_http_request_seconds_count{cog="fetcher"}"#;
    assert_eq!(web.bot.metric(timed), 4.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_are_denied_with_the_line_to_write() {
    let web = Web::new().await;
    assert_snapshot!(web.fetch("http://other.example.org/").await, @r#"denied: other.example.org is not among this cog's hosts; to allow it, write under [cogs.fetcher]: http = ["api.example.org", "*.example.net", "other.example.org"], or for `cogbox dev` the same as `hosts` under [http] in its cog.toml"#);
    for url in [
        "http://example.net/",
        "http://api.example.org.evil.example/",
        "http://x.api.example.org/",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]/",
    ] {
        let told = web.fetch(url).await;
        let named = told.contains("is not among this cog's hosts");
        let numbers = told.ends_with("is an address; cogs reach hosts by their names");
        let is_number = url.contains("8.8") || url.contains('[');
        assert!(if is_number { numbers } else { named }, "{url}: {told}");
    }
    assert_eq!(web.site.seen().len(), 0);
    assert_eq!(
        web.names.asked(),
        Vec::<String>::new(),
        "not even looked up"
    );
    assert_eq!(web.requests("denied"), 6.0);
    let denied = r#"cogbox_cog_denied_total{cog="fetcher",interface="http"}"#;
    assert_eq!(web.bot.metric(denied), 6.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_lead_inside_are_denied() {
    let web = Web::new().await;
    let trap = Site::start().await;
    for inside in [
        "10.255.255.1:0",
        "127.0.0.1:0",
        "169.254.1.2:80",
        "[::1]:0",
        "[::ffff:192.168.255.1]:0",
        "[64:ff9b::a9fe:102]:0",
        "[fd00::1]:0",
        &trap.address.to_string(),
    ] {
        let inside = address(inside);
        web.names.lead("a.example.net", &[&[inside]]);
        let told = web.fetch("http://a.example.net/").await;
        let ip = inside.ip();
        assert_eq!(
            told,
            format!("denied: a.example.net leads to {ip}, which is not on the public internet")
        );
    }
    // What is public beside it is reached, and nothing else.
    web.names.lead(
        "a.example.net",
        &[&[trap.address, web.site.address, address("[::1]:1")]],
    );
    let told = web.fetch("http://a.example.net/hello").await;
    assert_eq!(told, "200 from http://a.example.net/hello: hello");
    assert_eq!(trap.seen().len(), 0);
    web.names.lead("a.example.net", &[&[]]);
    let told = web.fetch("http://a.example.net/").await;
    assert!(told.starts_with("unavailable: no response: "), "{told}");
    let told = web.fetch("http://missing.example.net/").await;
    assert_eq!(
        told,
        "unavailable: no response: there is no missing.example.net"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_answer_does_not_replace_the_one_that_was_checked() {
    let web = Web::new().await;
    let trap = Site::start().await;
    web.names
        .lead("a.example.net", &[&[web.site.address], &[trap.address]]);
    let told = web.fetch("http://a.example.net/hello").await;
    assert_eq!(told, "200 from http://a.example.net/hello: hello");
    assert_eq!(web.names.asked(), ["a.example.net"], "looked up once");
    // The next connection is a look-up of its own, and is checked like the first.
    let told = web.fetch("http://a.example.net/hello").await;
    assert!(told.contains("leads to 127.0.0.1"), "{told}");
    assert_eq!(trap.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_as_numbers_are_denied_however_they_are_written() {
    let web = Web::new().await;
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "169.254.1.2",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ] {
        let told = web.fetch(&format!("http://{host}/")).await;
        assert!(
            told.starts_with("denied: ") && told.ends_with(" is not on the public internet"),
            "{host}: {told}"
        );
    }
    assert_eq!(web.site.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_is_no_disguise() {
    let web = Web::new().await;
    let port = web.site.address.port();
    let ann = web.ann();
    for url in [
        "http://api.example.org@other.example.org/",
        "http://api.example.org:80@127.0.0.1/",
        "http://user:secret@api.example.org/",
        &format!("http://127.0.0.1:{port}/"),
        "http://api.example.org:8080/",
        "https://api.example.org:80/",
        "ftp://api.example.org/",
        "file:///etc/passwd",
        "gopher://api.example.org/",
        "api.example.org",
        "http://",
        "http:///",
    ] {
        let told = ann.runs(&format!("/fetch url:{url}")).await;
        assert!(!told.text().starts_with("200"), "{url}: {}", told.text());
    }
    let shown = ann.channel().transcript_for(&ann);
    assert_snapshot!(shown.replace(&port.to_string(), "PORT"), @r"
    ann used /fetch
    Cogbox: invalid: the URL at other.example.org has a user name or a password before its host; put credentials into a header
    ann used /fetch
    Cogbox: invalid: the URL at 127.0.0.1 has a user name or a password before its host; put credentials into a header
    ann used /fetch
    Cogbox: invalid: the URL at api.example.org has a user name or a password before its host; put credentials into a header
    ann used /fetch
    Cogbox: denied: the URL at 127.0.0.1 has the port PORT; https is served on 443 and http on 80
    ann used /fetch
    Cogbox: denied: the URL at api.example.org has the port 8080; https is served on 443 and http on 80
    ann used /fetch
    Cogbox: denied: the URL at api.example.org has the port 80; https is served on 443 and http on 80
    ann used /fetch
    Cogbox: denied: the URL at api.example.org has the scheme `ftp`; only https and http are served
    ann used /fetch
    Cogbox: denied: the URL has the scheme `file`; only https and http are served
    ann used /fetch
    Cogbox: denied: the URL at api.example.org has the scheme `gopher`; only https and http are served
    ann used /fetch
    Cogbox: invalid: `api.example.org` is not a URL: relative URL without a base
    ann used /fetch
    Cogbox: invalid: `http://` is not a URL: empty host
    ann used /fetch
    Cogbox: invalid: `http:///` is not a URL: empty host
    ");
    assert_eq!(web.site.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_redirect_is_checked_like_the_first_request() {
    let web = Web::new().await;
    let ann = web.ann();
    for to in [
        "http://127.0.0.1/",
        "http://2851995906/",
        "http://[::ffff:10.255.255.1]/",
        "http://other.example.org/",
        "https://api.example.org:8443/",
        "file:///etc/passwd",
        "http://a:b@api.example.org/",
        "http://inside.example.net/",
        "http://[",
        "301,http://a.example.net/hello",
    ] {
        web.names
            .lead("inside.example.net", &[&[address("192.168.255.1:0")]]);
        ann.runs(&format!("/fetch url:http://api.example.org/redirect?{to}"))
            .await;
    }
    assert_snapshot!(ann.channel().transcript_for(&ann), @r#"
    ann used /fetch
    Cogbox: denied: it redirects: 127.0.0.1 is not on the public internet
    ann used /fetch
    Cogbox: denied: it redirects: 169.254.1.2 is not on the public internet
    ann used /fetch
    Cogbox: denied: it redirects: ::ffff:10.255.255.1 is not on the public internet
    ann used /fetch
    Cogbox: denied: it redirects: other.example.org is not among this cog's hosts; to allow it, write under [cogs.fetcher]: http = ["api.example.org", "*.example.net", "other.example.org"], or for `cogbox dev` the same as `hosts` under [http] in its cog.toml
    ann used /fetch
    Cogbox: denied: it redirects: the URL at api.example.org has the port 8443; https is served on 443 and http on 80
    ann used /fetch
    Cogbox: denied: it redirects: the URL has the scheme `file`; only https and http are served
    ann used /fetch
    Cogbox: invalid: it redirects: the URL at api.example.org has a user name or a password before its host; put credentials into a header
    ann used /fetch
    Cogbox: denied: inside.example.net leads to 192.168.255.1, which is not on the public internet
    ann used /fetch
    Cogbox: unavailable: it redirects to what is not a URL
    ann used /fetch
    Cogbox: 200 from http://a.example.net/hello: hello
    "#);
    // Nothing but the ten redirects and the one good target.
    assert_eq!(web.site.seen().len(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_end() {
    let web = Web::new().await;
    let hops = |count| "/redirect?".repeat(count);
    let told = web
        .fetch(&format!("http://api.example.org{}/hello", hops(5)))
        .await;
    assert_eq!(told, "200 from http://api.example.org/hello: hello");
    let told = web
        .fetch(&format!("http://api.example.org{}/hello", hops(6)))
        .await;
    assert_eq!(told, "unavailable: it redirects more than 5 times");
    assert_eq!(web.site.seen().len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_host_gets_no_credentials() {
    let web = Web::new().await;
    let ann = web.ann();
    let secrets = "headers:Authorization: a | Cookie: b | X-Kept: c";
    for to in [
        "/echo",
        "http://a.example.net/echo",
        "307,http://a.example.net/echo",
    ] {
        ann.runs(&format!(
            "/fetch url:http://api.example.org/redirect?{to} method:POST {secrets} body:form"
        ))
        .await;
    }
    let arrived = web.site.seen();
    let arrived: Vec<_> = arrived
        .iter()
        .filter(|seen| seen.contains(" /echo "))
        .collect();
    let lines = |seen: &str| {
        let (head, body) = seen.split_once("\r\n\r\n").unwrap();
        let kept = head.lines().filter(|line| {
            let name = line.split(':').next().unwrap();
            ["authorization", "cookie", "x-kept"].contains(&name) || line.contains("HTTP/1.1")
        });
        format!("{} [{body}]", kept.collect::<Vec<_>>().join(", "))
    };
    let arrived: Vec<_> = arrived.iter().map(|seen| lines(seen)).collect();
    assert_snapshot!(arrived.join("\n"), @r"
    GET /echo HTTP/1.1, authorization: a, cookie: b, x-kept: c []
    GET /echo HTTP/1.1, x-kept: c []
    POST /echo HTTP/1.1, x-kept: c [form]
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_end_at_their_limit() {
    let web = Web::new().await;
    let mib = 1 << 20;
    for path in ["large", "endless", "bomb"] {
        let url = format!("http://api.example.org/{path}");
        let told = web.fetch(&url).await;
        assert_eq!(told, format!("200 from {url}, cut: {mib} bytes"));
    }
    let told = web.fetch("http://api.example.org/headers").await;
    assert_eq!(told, "unavailable: its headers have more than 64 KiB");
    // A larger transfer limit lets more through.
    let web =
        Web::with(|setup| setup.cog("fetcher", |fetcher| fetcher.limits.transfer = 4 << 20)).await;
    let told = web.fetch("http://api.example.org/large").await;
    assert_eq!(
        told,
        format!("200 from http://api.example.org/large: {} bytes", 3 * mib)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_server_is_not_waited_for() {
    let web = Web::new().await;
    let ann = web.ann();
    let began = Instant::now();
    for path in ["silent", "slow"] {
        let url = format!("http://api.example.org/{path}");
        let told = ann.runs(&format!("/fetch url:{url} timeout:150")).await;
        assert_eq!(told.text(), "unavailable: it took longer than 150 ms");
    }
    assert!(began.elapsed() < Duration::from_secs(5));
    let told = ann
        .runs("/fetch url:http://api.example.org/ timeout:0")
        .await;
    assert_eq!(told.text(), "invalid: the timeout is 0 ms");
    assert_eq!(web.requests("timeout"), 2.0);
    // A call that ends sooner leaves the cog time to say why.
    let web = Web::with(|setup| {
        setup.cog("fetcher", |fetcher| {
            fetcher.limits.wall = Duration::from_millis(700)
        })
    })
    .await;
    let told = web.fetch("http://api.example.org/silent").await;
    assert!(
        told.starts_with("unavailable: it took longer than "),
        "{told}"
    );
    web.bot
        .counts(
            r#"cogbox_cog_calls_total{cog="fetcher",export="commands.invoked",outcome="ok"}"#,
            1.0,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_smuggles_nothing() {
    let web = Web::new().await;
    let ann = web.ann();
    for options in [
        "headers:Host: other.example.org",
        "headers:Transfer-Encoding: chunked",
        "headers:Content-Length: 0",
        "headers:Connection: upgrade",
        "headers:Proxy-Authorization: x",
        r"headers:X-A: b\r\nHost: other.example.org",
        r"headers:X-A\r\nHost: other.example.org",
        "method:CONNECT",
        "method:get",
    ] {
        ann.runs(&format!("/fetch url:http://api.example.org/ {options}"))
            .await;
    }
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /fetch
    Cogbox: invalid: the header `host` is the host's own to write
    ann used /fetch
    Cogbox: invalid: the header `transfer-encoding` is the host's own to write
    ann used /fetch
    Cogbox: invalid: the header `content-length` is the host's own to write
    ann used /fetch
    Cogbox: invalid: the header `connection` is the host's own to write
    ann used /fetch
    Cogbox: invalid: the header `proxy-authorization` is the host's own to write
    ann used /fetch
    Cogbox: invalid: the header `x-a` has a control character in its value
    ann used /fetch
    Cogbox: invalid: `X-A\r\nHost` is not a header's name
    ann used /fetch
    Cogbox: invalid: `CONNECT` is not a method of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS
    ann used /fetch
    Cogbox: invalid: `get` is not a method of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS
    ");
    assert_eq!(web.site.seen().len(), 0);
    assert_eq!(web.requests("invalid"), 9.0);
    // What a URL holds stays in the URL.
    ann.runs("/fetch url:http://api.example.org/a%0d%0aHost:%20x%20HTTP/1.1 x")
        .await;
    let seen = web.site.seen();
    assert_eq!(seen.len(), 1);
    assert!(
        seen[0].starts_with("GET /a%0d%0aHost:%20x%20HTTP/1.1%20x HTTP/1.1\r\n"),
        "{}",
        seen[0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_requests_of_a_cog_run_at_once() {
    let web = Web::new().await;
    let people: Vec<_> = (0..8).map(|_| web.ann()).collect();
    let waiting = people
        .iter()
        .map(|ann| ann.runs("/fetch url:http://api.example.org/held timeout:30000"));
    let more = async {
        assert!(eventually(|| web.site.seen().len() == 8).await);
        let told = web.fetch("http://api.example.org/hello").await;
        web.site.release();
        told
    };
    let (waited, told) = tokio::join!(join_all(waiting), more);
    assert_eq!(told, "rate-limited: 8 requests of this cog run already");
    for answer in waited {
        assert_eq!(answer.text(), "200 from http://api.example.org/held: hello");
    }
    // Afterwards there is room again.
    let told = web.fetch("http://api.example.org/hello").await;
    assert_eq!(told, "200 from http://api.example.org/hello: hello");
    assert_eq!(web.requests("limited"), 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_has_so_many_requests_a_minute() {
    let web =
        Web::with(|setup| setup.cog("fetcher", |fetcher| fetcher.limits.cpu_share = 64.0)).await;
    let ann = web.ann();
    let began = Instant::now();
    let told = ann
        .runs("/fetch url:http://api.example.org/hello times:200")
        .await;
    let told = told.text();
    assert!(
        told.contains("times rate-limited: this cog sent 120 requests in the last minute"),
        "{told}"
    );
    // Two more come with each second.
    let (sent, most) = (
        web.site.seen().len(),
        121 + 2 * began.elapsed().as_secs() as usize,
    );
    assert!((120..=most).contains(&sent), "{sent}");
    assert_eq!(web.requests("ok") as usize, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_grants_the_web() {
    let granted = |http: &[&str]| {
        let hosts = Hosts::parse(http.iter().copied()).unwrap();
        Web::with(move |setup| {
            setup.cog("fetcher", |fetcher| {
                fetcher.grant = Grant::Only(Vec::new());
                fetcher.http = hosts;
            })
        })
    };
    let web = granted(&[]).await;
    let snapshot = web.bot.app.registry.snapshot();
    let refused: Vec<_> = snapshot.refused().collect();
    let [("fetcher", refusal)] = refused.as_slice() else {
        panic!("{refused:?}");
    };
    assert_snapshot!(format!("{}\n{}", refusal.what, refusal.fix), @r#"
    it asks for "http", which it is not granted
    if you trust it with that, write under [cogs.fetcher]: http = ["api.example.org", "*.example.net"]
    "#);

    // Naming a host is the grant, and what the author would like counts for nothing.
    let web = granted(&["other.example.org"]).await;
    let told = web.fetch("http://other.example.org/hello").await;
    assert_eq!(told, "200 from http://other.example.org/hello: hello");
    assert_snapshot!(web.fetch("http://api.example.org/hello").await, @r#"denied: api.example.org is not among this cog's hosts; to allow it, write under [cogs.fetcher]: http = ["other.example.org", "api.example.org"], or for `cogbox dev` the same as `hosts` under [http] in its cog.toml"#);
}
