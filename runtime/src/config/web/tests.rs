//! What may be written under `[web]`, and what is said of the rest.

use crate::config::{Auth, Config, Environment, Source, WebConfig};

fn load_with(text: &str, vars: &[(&str, &str)]) -> Result<WebConfig, String> {
    let vars = vars.iter().map(|(n, v)| (n.to_string(), v.to_string()));
    let env = Environment::from_vars(vars).unwrap();
    let source = Source::given("cogbox.toml", text);
    let config = Config::from_source(&source, &env, |_| true);
    config.map(|config| config.web).map_err(|p| p.to_string())
}

fn load(text: &str) -> Result<WebConfig, String> {
    load_with(text, &[])
}

#[test]
fn without_a_word_it_is_for_this_machine() {
    let web = load("").unwrap();
    assert_eq!(
        (web.auth, web.bind.to_string().as_str()),
        (Auth::None, "127.0.0.1:8080")
    );
    assert!(!web.everybody);
}

#[test]
fn others_reach_it_with_a_login_or_with_many_words() {
    let bind = "[web]\nbind = \"0.0.0.0:8080\"\n";
    for auth in [
        "auth = \"token\"",
        "auth = \"proxy\"\ntrusted-proxies = [\"172.18.0.2\"]\nadmins = [\"group:staff\"]",
        "let-everybody-in-without-a-login = true",
    ] {
        load(&format!("{bind}{auth}")).unwrap();
    }
    let told = load(&format!("{bind}auth = \"none\"")).unwrap_err();
    insta::assert_snapshot!(told, @r#"
    cogbox.toml:2: 0.0.0.0:8080 can be reached from outside, and there is no login
      fix: write auth = "token" or "proxy" under [web], or bind a loopback address, such as "127.0.0.1:8080" (or, where whoever reaches it may see everything: let-everybody-in-without-a-login = true)
    "#);
}

#[test]
fn the_environment_goes_before_the_file() {
    let vars = [
        ("COGBOX_WEB_BIND", "[::]:80"),
        ("COGBOX_WEB_AUTH", "token"),
        ("COGBOX_WEB_URL", "https://Bot.example.org/"),
    ];
    let web = load_with("[web]\nbind = \"127.0.0.1:1\"", &vars).unwrap();
    assert_eq!((web.auth, web.bind.port()), (Auth::Token, 80));
    let url = web.url.unwrap();
    assert_eq!(
        (url.as_str(), url.host()),
        ("https://bot.example.org", "bot.example.org")
    );
    let told = load_with("", &vars[..1]).unwrap_err();
    assert!(
        told.starts_with("COGBOX_WEB_BIND: [::]:80 can be reached"),
        "{told}"
    );
    let told = load_with("", &[("COGBOX_WEB_AUTH", "basic")]).unwrap_err();
    assert!(
        told.starts_with("COGBOX_WEB_AUTH: `basic` is not"),
        "{told}"
    );
}

#[test]
fn a_proxy_with_all_its_keys() {
    let web = load(
        "[web]\nauth = \"proxy\"\nhosts = [\"Bot.example.org\", \"192.168.1.5\", \"::1\"]\n\
         trusted-proxies = [\"172.18.0.0/16\", \"fd00::2\"]\nuser-header = \"Remote-User\"\n\
         groups-header = \"Remote-Groups\"\nadmins = [\"group:bot admins\", \"user:ann\"]\n\
         viewers = [\"*\"]\n[web.metrics]\nbind = \"0.0.0.0:9090\"\nallow = [\"172.18.0.3\"]",
    )
    .unwrap();
    assert_eq!(web.hosts, ["bot.example.org", "192.168.1.5", "::1"]);
    assert_eq!(web.user_header, "remote-user");
    assert!(web.admins.contains("ann", [].into_iter()));
    assert!(web.admins.contains("ben", ["x", "bot admins"].into_iter()));
    assert!(!web.admins.contains("bot admins", ["ann"].into_iter()));
    assert!(web.viewers.contains("anybody", [].into_iter()));
    assert_eq!(web.metrics.bind.unwrap().port(), 9090);
}

#[test]
fn the_client_secret_comes_from_outside() {
    let text =
        "[web]\nauth = \"token\"\nurl = \"https://a.example\"\n[web.discord]\nclient-id = \"7\"";
    let vars = [("COGBOX_WEB_DISCORD_CLIENT_SECRET", "hush\n")];
    let web = load_with(text, &vars).unwrap();
    let login = web.discord.as_ref().unwrap();
    assert_eq!((login.client_id.as_str(), login.secret()), ("7", "hush"));
    assert!(!format!("{web:?}").contains("hush"));
    let both = [vars[0], ("COGBOX_WEB_DISCORD_CLIENT_SECRET_FILE", "/x")];
    let told = load_with(text, &both).unwrap_err();
    assert!(told.contains("more than one client secret"), "{told}");
}

#[test]
fn mistakes_name_the_line_and_the_cure() {
    let token = "[web]\nauth = \"token\"\n";
    let url = format!("{token}url = \"https://a.example\"\n");
    let login = "[web.discord]\nclient-id = \"7\"";
    let proxy = "[web]\nauth = \"proxy\"\n";
    for (text, line, part) in [
        (
            "[web]\n\nauth = \"basic\"".to_owned(),
            3,
            "is not a way to log in",
        ),
        (
            "[web]\nbind = \"8080\"".into(),
            2,
            "is not an address with a port",
        ),
        (
            format!("{proxy}admins = [\"user:ann\"]"),
            2,
            "somebody has to be believed",
        ),
        (
            format!("{proxy}trusted-proxies = [\"10.0.0.1\"]"),
            2,
            "nobody could come in",
        ),
        (
            format!("{proxy}trusted-proxies = [\"10.0.0.1\",\n\"0.0.0.0/0\"]"),
            4,
            "anybody could be",
        ),
        (
            format!("{proxy}trusted-proxies = [\"::/0\"]"),
            3,
            "anybody could be the proxy",
        ),
        (
            format!("{proxy}trusted-proxies = [\"0.0.0.0/1\"]"),
            3,
            "anybody could be the proxy",
        ),
        (
            format!("{proxy}trusted-proxies = [\"traefik\"]"),
            3,
            "neither an address nor",
        ),
        (
            format!("{proxy}admins = [\"staff\"]"),
            3,
            "`staff` names nobody",
        ),
        (format!("{proxy}admins = [\"*\"]"), 3, "`*` names nobody"),
        (
            format!("{proxy}viewers = [\"group:\"]"),
            3,
            "`group:` names nobody",
        ),
        (
            format!("{proxy}user-header = \"X_User\"\n"),
            3,
            "can't be the name of a header",
        ),
        (
            format!("{proxy}groups-header = \"X-authentik-username\"\n"),
            3,
            "one header can't",
        ),
        (
            "[web]\nviewers = [\"user:ann\"]".into(),
            2,
            "told apart by a proxy alone",
        ),
        (
            "[web]\nhosts = [\"*.example.org\"]".into(),
            2,
            "is not the name of a host",
        ),
        (
            "[web]\nhosts = [\"https://a.example\"]".into(),
            2,
            "is not the name of a host",
        ),
        (
            "[web]\nhosts = [\"a.example:80\"]".into(),
            2,
            "is not the name of a host",
        ),
        (
            "[web]\nurl = \"https://a.example/bot\"".into(),
            2,
            "that a browser opens",
        ),
        (
            "[web]\nurl = \"a.example\"".into(),
            2,
            "that a browser opens",
        ),
        (
            "[web.metrics]\nbind = \"127.0.0.1:8080\"".into(),
            2,
            "the dashboard itself listens",
        ),
        (
            "[web.metrics]\nbind = \"0.0.0.0:9090\"".into(),
            2,
            "nobody else may read",
        ),
        (
            "[web.metrics]\nallow = [\"prometheus\"]".into(),
            2,
            "neither an address nor",
        ),
        (login.to_owned(), 2, "without a login everybody"),
        (format!("{token}{login}"), 4, "Discord has to know where"),
        (format!("{url}{login}"), 5, "there is no client secret"),
        (
            format!("{url}{login}\nclient-secret = \"x\""),
            6,
            "doesn't belong in this file",
        ),
        (
            format!("{url}{login}\nclient-secret-file = \"gone\""),
            5,
            "gone can't be read",
        ),
        (
            format!("{url}[web.discord]\nclient-id = \"bot\""),
            5,
            "is not an application's id",
        ),
    ] {
        let told = load(&text).unwrap_err();
        let place = format!("cogbox.toml:{line}: ");
        assert!(
            told.starts_with(&place) && told.contains("\n  fix: "),
            "{text} -> {told}"
        );
        assert!(told.contains(part), "{text} -> {told}");
    }
}

#[test]
fn lists_come_from_the_environment_with_commas() {
    let vars = [
        ("COGBOX_WEB_BIND", "0.0.0.0:8080"),
        ("COGBOX_WEB_AUTH", "proxy"),
        ("COGBOX_WEB_HOSTS", "bot.lan, cogbox"),
        ("COGBOX_WEB_TRUSTED_PROXIES", "172.18.0.2,"),
        ("COGBOX_WEB_ADMINS", "group:staff"),
        ("COGBOX_WEB_METRICS_BIND", "0.0.0.0:8081"),
        ("COGBOX_WEB_METRICS_ALLOW", "172.19.0.0/28"),
    ];
    let web = load_with("[web]\nhosts = [\"other.lan\"]", &vars).unwrap();
    assert_eq!(web.hosts, ["bot.lan", "cogbox"]);
    assert!(web.admins.contains("ann", ["staff"].into_iter()));
    assert_eq!(web.metrics.bind.unwrap().port(), 8081);
    let wrong = |vars: &[(&str, &str)]| load_with("", vars).unwrap_err();
    insta::assert_snapshot!(wrong(&[("COGBOX_WEB_ADMINS", "group:staff")]), @r#"
    COGBOX_WEB_ADMINS: admins and viewers are told apart by a proxy alone
      fix: write auth = "proxy", or leave them out
    "#);
    insta::assert_snapshot!(wrong(&[("COGBOX_WEB_METRICS_ALLOW", "prometheus")]), @r#"
    COGBOX_WEB_METRICS_ALLOW: `prometheus` is neither an address nor a network
      fix: write something like "172.18.0.2" or "172.18.0.0/16"
    "#);
    insta::assert_snapshot!(wrong(&[("COGBOX_WEB_METRICS_BIND", "0.0.0.0:9")]), @r#"
    COGBOX_WEB_METRICS_BIND: 0.0.0.0:9 is for others, and nobody else may read the numbers
      fix: name Prometheus' own address in allow, such as ["172.18.0.3"]
    "#);
}
