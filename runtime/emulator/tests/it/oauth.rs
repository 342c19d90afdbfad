//! OAuth2: what people agree to, what an application gets for it, and what is refused.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Options};
use reqwest::Client;
use serde_json::{Value, json};

use crate::client::{http, options};

const REDIRECT: &str = "http://app.test/return";
/// A verifier, and the challenge that it answers: the example of RFC 7636.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct App {
    discord: Emulator,
    id: String,
    secret: String,
}

impl App {
    async fn start(clock: Clock) -> Self {
        let options = Options { clock, ..options() };
        let discord = Emulator::start(options).await.unwrap();
        let (id, secret) = discord.allows_login(REDIRECT);
        Self {
            discord,
            id,
            secret,
        }
    }

    fn page(&self, more: &str) -> String {
        let base = self.discord.page_url();
        let id = &self.id;
        format!("{base}oauth2/authorize?response_type=code&client_id={id}&state=s%26t&{more}")
    }

    /// Lets ann agree; returns the code.
    async fn code(&self, scope: &str) -> String {
        let more = format!(
            "scope={scope}&redirect_uri={REDIRECT}&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let ann = self.discord.person("ann").id;
        let back = location(&self.page(&more), Some(&format!("as={ann}"))).await;
        let code = back.strip_prefix("http://app.test/return?code=").unwrap();
        let (code, state) = code.split_once('&').unwrap();
        assert_eq!(state, "state=s%26t");
        code.to_owned()
    }

    async fn asks(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        self.asks_as(&self.secret, path, form).await
    }

    async fn asks_as(&self, secret: &str, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let request = http().post(format!("{}/{path}", self.discord.api_url()));
        let request = request.basic_auth(&self.id, Some(secret));
        told(request.form(form)).await
    }

    async fn exchanges(&self, code: &str, redirect: &str, verifier: &str) -> (u16, Value) {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        self.asks("oauth2/token", &form).await
    }

    async fn knows(&self, path: &str, token: &str) -> (u16, Value) {
        let request = http().get(format!("{}/{path}", self.discord.api_url()));
        told(request.bearer_auth(token)).await
    }
}

async fn told(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn browser() -> Client {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none());
    client.build().unwrap()
}

/// Returns where a browser is sent, by a look or by a choice.
async fn location(page: &str, choice: Option<&str>) -> String {
    let request = match choice {
        None => browser().get(page),
        Some(choice) => browser().post(page).body(choice.to_owned()),
    };
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 302, "{}", answer.text().await.unwrap());
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_agrees_and_is_known() {
    let app = App::start(Clock::real()).await;
    let code = app.code("identify%20guilds").await;
    let (status, granted) = app.exchanges(&code, REDIRECT, VERIFIER).await;
    assert_eq!(status, 200, "{granted}");
    assert_eq!(granted["token_type"], "Bearer");
    assert_eq!(granted["scope"], "identify guilds");
    assert_eq!(granted["expires_in"], 604_800);
    let token = granted["access_token"].as_str().unwrap();
    let (_, user) = app.knows("users/@me", token).await;
    assert_eq!(user["username"], "ann");
    assert_eq!(user.get("email"), None);
    let (_, guilds) = app.knows("users/@me/guilds", token).await;
    assert_eq!(
        (&guilds[0]["name"], &guilds[0]["owner"]),
        (&json!("Cogbox Lab"), &json!(true))
    );

    let refresh = granted["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (status, again) = app.asks("oauth2/token", &form).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!(
        app.asks("oauth2/token", &form).await.1["error"],
        "invalid_grant"
    );
    assert_eq!(
        app.asks("oauth2/token/revoke", &[("token", token)]).await.0,
        200
    );
    assert_eq!(app.knows("users/@me", token).await.0, 401);
}

#[tokio::test]
async fn a_token_knows_what_was_agreed_to() {
    let app = App::start(Clock::real()).await;
    let code = app.code("identify").await;
    let (_, granted) = app.exchanges(&code, REDIRECT, VERIFIER).await;
    let token = granted["access_token"].as_str().unwrap();
    assert_eq!(app.knows("users/@me", token).await.0, 200);
    let (status, refused) = app.knows("users/@me/guilds", token).await;
    assert_eq!((status, &refused["code"]), (401, &json!(0)));
    assert_eq!(app.knows("users/@me", "made up").await.0, 401);
}

#[tokio::test]
async fn what_the_page_refuses() {
    let app = App::start(Clock::real()).await;
    let good = format!("scope=identify&redirect_uri={REDIRECT}");
    for (page, why) in [
        (app.page(&good).replace(&app.id, "1"), "Unknown Application"),
        (app.page("scope=identify"), "Invalid OAuth2 redirect_uri"),
        (
            app.page("scope=identify&redirect_uri=http://evil.example/"),
            "Invalid OAuth2 redirect_uri",
        ),
    ] {
        // Nobody is sent to where the application did not say.
        for request in [browser().get(&page), browser().post(&page).body("as=1")] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 400);
            assert!(answer.text().await.unwrap().contains(why), "{why}");
        }
    }
    let sent = async |page: &str, choice| {
        let back = location(page, choice).await;
        let query = back.strip_prefix("http://app.test/return?error=").unwrap();
        query.split('&').next().unwrap().to_owned()
    };
    let scope = app.page(&good.replace("identify", "everything"));
    assert_eq!(sent(&scope, None).await, "invalid_scope");
    let kind = app.page(&good).replace("=code", "=token");
    assert_eq!(sent(&kind, None).await, "unsupported_response_type");
    let plain = format!("{good}&code_challenge=x&code_challenge_method=plain");
    assert_eq!(sent(&app.page(&plain), None).await, "invalid_request");
    assert_eq!(
        sent(&app.page(&good), Some("cancel=1")).await,
        "access_denied"
    );
}

#[tokio::test]
async fn what_is_no_token_worth() {
    let clock = Clock::manual();
    let app = App::start(clock.clone()).await;
    let refused = |(status, answer): (u16, Value)| {
        assert!(answer["error_description"].is_string(), "{answer}");
        (status, answer["error"].as_str().unwrap().to_owned())
    };
    let grant = (400, "invalid_grant".to_owned());
    assert_eq!(
        refused(app.exchanges("made up", REDIRECT, VERIFIER).await),
        grant
    );
    let code = app.code("identify").await;
    assert_eq!(app.exchanges(&code, REDIRECT, VERIFIER).await.0, 200);
    assert_eq!(
        refused(app.exchanges(&code, REDIRECT, VERIFIER).await),
        grant,
        "used"
    );
    let code = app.code("identify").await;
    let elsewhere = app
        .exchanges(&code, "http://app.test/other", VERIFIER)
        .await;
    assert_eq!(refused(elsewhere), grant);
    let code = app.code("identify").await;
    assert_eq!(
        refused(app.exchanges(&code, REDIRECT, "another").await),
        grant
    );
    let code = app.code("identify").await;
    clock.advance(Duration::from_secs(61));
    assert_eq!(
        refused(app.exchanges(&code, REDIRECT, VERIFIER).await),
        grant,
        "too late"
    );

    let kind = app
        .asks("oauth2/token", &[("grant_type", "password")])
        .await;
    assert_eq!(refused(kind), (400, "unsupported_grant_type".into()));
    let stranger = app
        .asks_as("guess", "oauth2/token", &[("grant_type", "password")])
        .await;
    assert_eq!(refused(stranger), (401, "invalid_client".into()));
    let json = http().post(format!("{}/oauth2/token", app.discord.api_url()));
    let json = json
        .basic_auth(&app.id, Some(&app.secret))
        .json(&json!({"code": "x"}));
    assert_eq!(refused(told(json).await), (400, "invalid_request".into()));
}
