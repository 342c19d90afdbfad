//! The dashboard as operators have it: behind a real nginx that asks who somebody is, and with a login
//! of its own, which another process makes the links for.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use cogbox::config::{Config, Environment, Source, WebConfig};
use reqwest::{Client, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::harness::{Bot, Setup};
use crate::process::{Process, cogbox, run};

/// From where nginx connects: trusted, unlike the rest of this machine.
const PROXY: &str = "127.0.0.2";
/// The name that browsers know.
const NAME: &str = "bot.example.org";

/// Reads a configuration of the dashboard.
pub fn web(text: &str) -> WebConfig {
    let source = Source::given("cogbox.toml", text);
    let config = Config::from_source(&source, &Environment::default(), |_| true);
    config.unwrap().web
}

/// A browser that follows no redirects by itself.
pub fn client() -> Client {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none());
    client.build().unwrap()
}

/// Stands for Authentik's outpost: says who a session is, in the headers that Authentik has.
async fn outpost() -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    address
}

async fn answer(mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.unwrap_or(0) > 0 {}
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let who = match () {
        () if head.contains("authentik_session=ann") => "ann\r\nX-authentik-groups: everyone|staff",
        () if head.contains("authentik_session=vic") => "vic\r\nX-authentik-groups: everyone",
        () if head.contains("authentik_session=eve") => "eve\r\nX-authentik-groups: everyone",
        () => {
            let no = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(no.as_bytes()).await;
            return;
        }
    };
    let yes = format!(
        "HTTP/1.1 200 OK\r\nX-authentik-username: {who}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(yes.as_bytes()).await;
}

/// Returns nginx, or says that what it would show is not tried.
fn nginx() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = folders
        .map(|folder| folder.join("nginx"))
        .find(|file| file.is_file());
    if found.is_none() {
        let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!ci, "nginx is missing: install Debian's `nginx`");
        eprintln!("skipped: nginx is not installed, so no real proxy was tried");
    }
    found
}

/// A real nginx in front of a bot. Dropping it ends it.
struct Nginx {
    url: String,
    _process: Child,
}

impl Nginx {
    async fn start(program: &Path, folder: &Path, bot: &Bot) -> Self {
        let port = free_port();
        let folder = folder.display();
        // Names that other servers drop by themselves are let through, so that the bot sees them.
        let config = format!(
            "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
             events {{}}
             http {{
               access_log off; underscores_in_headers on; ignore_invalid_headers off;
               client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
               fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
               scgi_temp_path {folder}/scgi;
               proxy_bind {PROXY}; proxy_set_header Host $http_host;
               server {{
                 listen 127.0.0.1:{port};
                 location / {{
                   auth_request /outpost;
                   auth_request_set $user $upstream_http_x_authentik_username;
                   auth_request_set $groups $upstream_http_x_authentik_groups;
                   proxy_set_header Host $http_host;
                   proxy_set_header X-authentik-username $user;
                   proxy_set_header X-authentik-groups $groups;
                   proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                   proxy_set_header X-Forwarded-Proto https;
                   proxy_pass http://{bot};
                 }}
                 location = /forgotten {{ proxy_pass http://{bot}/; }}
                 location = /metrics {{ proxy_pass http://{bot}; }}
                 location = /healthz {{ proxy_pass http://{bot}; }}
                 location = /outpost {{
                   internal; proxy_bind off; proxy_pass http://{outpost}/;
                   proxy_pass_request_body off; proxy_set_header Content-Length \"\";
                 }}
               }}
             }}",
            bot = bot.web,
            outpost = outpost().await,
        );
        let file = format!("{folder}/nginx.conf");
        std::fs::write(&file, config).unwrap();
        let mut command = Command::new(program);
        command.args(["-e", &format!("{folder}/error.log"), "-c", &file]);
        command.stdin(Stdio::null()).kill_on_drop(true);
        let process = command.spawn().unwrap();
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
        }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
        get(&self.url, path, headers).await
    }
}

async fn get(url: &str, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let mut request = client().get(format!("{url}{path}")).header("host", NAME);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_proxy_says_who_somebody_is() {
    let Some(program) = nginx() else { return };
    let mut setup = Setup::with(&[]);
    setup.dashboard = web(&format!(
        "[web]\nauth = \"proxy\"\nurl = \"https://{NAME}\"\ntrusted-proxies = [\"{PROXY}\"]\n\
         admins = [\"group:staff\"]\nviewers = [\"user:vic\"]"
    ));
    let bot = setup.start().await;
    let folder = tempfile::tempdir().unwrap();
    let nginx = Nginx::start(&program, folder.path(), &bot).await;
    let (ann, vic, eve) = (
        ("cookie", "authentik_session=ann"),
        ("cookie", "authentik_session=vic"),
        ("cookie", "authentik_session=eve"),
    );

    // Logging in passes, and what somebody may is the proxy's word on them.
    let (status, page) = nginx.get("/", &[ann]).await;
    assert!(
        status == 200 && page.contains("<bdi>ann</bdi>"),
        "{status}: {page}"
    );
    assert_eq!(nginx.get("/access", &[ann]).await.0, 200);
    assert_eq!(nginx.get("/", &[vic]).await.0, 200);
    let (status, page) = nginx.get("/access", &[vic]).await;
    assert!(
        status == 403 && page.contains("vic may look, and this is for admins"),
        "{page}"
    );
    let (status, page) = nginx.get("/", &[eve]).await;
    assert!(
        status == 403 && page.contains("eve may not see this dashboard"),
        "{page}"
    );
    assert_eq!(nginx.get("/", &[]).await.0, 401);

    // What a client writes itself is replaced by the proxy.
    let smuggled = [
        eve,
        ("x-authentik-username", "ann"),
        ("x-authentik-groups", "staff"),
    ];
    let (status, page) = nginx.get("/", &smuggled).await;
    assert!(
        status == 403 && page.contains("eve may not see this dashboard"),
        "{page}"
    );
    // What the proxy does not know for the header's name comes through, and is refused.
    for alias in [
        "x_authentik_username",
        "x.authentik.username",
        "x-authentik_groups",
    ] {
        let (status, page) = nginx.get("/", &[vic, (alias, "staff")]).await;
        assert!(
            status == 400 && page.contains("it is not known who sends it"),
            "{alias}: {page}"
        );
    }
    // A route that was left out of the login at the proxy is none here either.
    let (status, page) = nginx.get("/forgotten", &[]).await;
    assert!(
        status == 401 && page.contains("does not say who you are"),
        "{page}"
    );
    let forged = [
        ("x_authentik_username", "ann"),
        ("x-authentik-groups", "staff"),
    ];
    assert_eq!(nginx.get("/forgotten", &forged).await.0, 400);
    assert_eq!(nginx.get("/metrics", &[]).await.0, 401);
    assert_eq!(
        nginx.get("/healthz", &[]).await,
        (StatusCode::OK, "ok\n".into())
    );

    // A change has to come from a page of ours, by https as the proxy says.
    let post = async |headers: &[(&str, &str)]| {
        let mut request = client().post(format!("{}/access/end-sessions", nginx.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.header("host", NAME).send().await.unwrap().status()
    };
    assert_eq!(post(&[ann, ("origin", "https://evil.example")]).await, 403);
    assert_eq!(
        post(&[ann, ("origin", "https://bot.example.org")]).await,
        303
    );

    // Past the proxy there is no way in, whatever is said.
    let direct = format!("http://{}", bot.web);
    let named = [
        ("x-authentik-username", "ann"),
        ("x-authentik-groups", "staff"),
    ];
    let (status, page) = get(&direct, "/", &named).await;
    assert!(
        status == 403 && page.contains("127.0.0.1 is not one of trusted-proxies"),
        "{page}"
    );
    let (status, page) = get(&direct, "/", &[]).await;
    assert!(
        status == 403 && page.contains("reached by its proxy"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_makes_links_while_the_bot_runs() {
    let folder = tempfile::tempdir().unwrap();
    let discord = cogbox_emulator::Emulator::start(crate::harness::judged());
    let discord = discord.await.unwrap();
    let text = "[web]\nbind = \"127.0.0.1:0\"\nauth = \"token\"\n\
                [web.metrics]\nbind = \"127.0.0.1:0\"\n";
    std::fs::write(folder.path().join("cogbox.toml"), text).unwrap();
    let early = run(folder.path(), &["login"]).await;
    assert_eq!(early.code, Some(6), "{}", early.err);
    assert!(early.err.contains("there is no database"), "{}", early.err);

    let (api, gateway) = (discord.api_url(), discord.gateway_url());
    let args = ["run", "--api", &api, "--gateway", &gateway];
    let mut command = cogbox(folder.path(), &args);
    command.env("DISCORD_TOKEN", discord.token());
    let bot = Process::start(command);
    let line = bot.says("the dashboard is at").await;
    let url = line.split("dashboard is at ").nth(1).unwrap();
    let url = url.split([';', '"']).next().unwrap().to_owned();
    let line = bot.says("the metrics are at").await;
    let numbers = line.split("metrics are at ").nth(1).unwrap();
    let numbers = numbers.split('"').next().unwrap();
    discord.bot_ready().await;
    let numbers = reqwest::get(numbers).await.unwrap();
    let numbers = numbers.text().await.unwrap();
    let failures = r#"cogbox_auth_failures_total{mode="token"} 0"#;
    assert!(numbers.contains(failures), "{numbers}");

    let log_in = async |form: String| {
        let request = client().post(format!("{url}/login")).header("origin", &url);
        let answer = request.body(form).send().await.unwrap();
        let cookie = answer.headers().get("set-cookie").map(|cookie| {
            let cookie = cookie.to_str().unwrap();
            cookie.split(';').next().unwrap().to_owned()
        });
        (answer.status().as_u16(), cookie)
    };
    let sees = async |cookie: &Option<String>| {
        let cookie = cookie.as_deref().unwrap_or_default();
        let request = client().get(&url).header("cookie", cookie);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(sees(&None).await, 303);

    let login = run(folder.path(), &["login"]).await;
    assert_eq!(login.code, Some(0), "{}", login.err);
    let link = login.out.trim().split("/login?link=").nth(1).unwrap();
    let (status, ann) = log_in(format!("link={link}")).await;
    assert_eq!((status, sees(&ann).await), (303, 200));
    assert_eq!(log_in(format!("link={link}")).await.0, 401);

    // A new token ends every session at once, though another process made it.
    let made = run(folder.path(), &["login", "--new-token"]).await;
    assert_eq!(sees(&ann).await, 303);
    let (status, ben) = log_in(format!("token={}", made.out.trim())).await;
    assert_eq!((status, sees(&ben).await), (303, 200));

    // Nothing in the database logs anybody in, and nobody else on the machine can read it.
    use std::os::unix::fs::PermissionsExt;
    let database = folder.path().join("data/cogbox.db");
    let mode = std::fs::metadata(&database).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    bot.terminate();
    let ended = bot.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let said = [ended.out, ended.err].concat();
    let kept = std::fs::read(&database).unwrap();
    let cookie = ben.unwrap();
    let session = cookie.strip_prefix("cogbox=").unwrap();
    for secret in [link, made.out.trim(), session] {
        assert!(!said.contains(secret), "the log has a secret");
        let there = kept
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!there, "the database has a secret");
    }
}

#[tokio::test]
async fn a_dashboard_for_everybody_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cogbox.toml"), "").unwrap();
    let mut command = cogbox(folder.path(), &["run"]);
    command
        .env("DISCORD_TOKEN", "a.b.c")
        .env("COGBOX_WEB_BIND", "0.0.0.0:0");
    let ended = Process::start(command).ended().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.err, @r#"
    error: COGBOX_WEB_BIND: 0.0.0.0:0 can be reached from outside, and there is no login
      fix: write auth = "token" or "proxy" under [web], or bind a loopback address, such as "127.0.0.1:8080" (or, where whoever reaches it may see everything: let-everybody-in-without-a-login = true)
    "#);
    let login = run(folder.path(), &["login"]).await;
    assert_eq!(login.code, Some(2));
    insta::assert_snapshot!(login.err, @r#"
    error: the dashboard has no login of its own: [web] auth is "none"
      fix: write auth = "token" under [web], and start the bot again
    "#);
}
