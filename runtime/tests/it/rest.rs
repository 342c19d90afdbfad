//! What the layer for requests makes of Discord's moods: limits, bans, failures, refusals. A test
//! whose name begins with ids shows how the host takes that fault.

use std::sync::Arc;

use cogbox::config::Token;
use cogbox::rest::{Request, Rest, RestError, RestErrorKind, Route};
use cogbox::telemetry::Metrics;
use cogbox_emulator::{Emulator, Fault, Options, Scope};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::faults_requests::{MESSAGES, answer, limit};
use crate::harness::{eventually, judged};

/// A local Discord, and what the host sends its requests with.
struct Scene {
    discord: Emulator,
    rest: Rest,
    metrics: Arc<Metrics>,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Options {
            global_limit: None,
            route_limits: false,
            ..judged()
        })
        .await
    }

    async fn with(options: Options) -> Self {
        let discord = Emulator::start(options).await.unwrap();
        let metrics = Metrics::new();
        let token = Token::new(discord.token());
        let rest = Rest::new(&discord.api_url(), &token, Arc::clone(&metrics)).unwrap();
        Self {
            discord,
            rest,
            metrics,
        }
    }

    fn general(&self) -> Route {
        self.channel("general")
    }

    fn channel(&self, name: &str) -> Route {
        let channel = self.discord.guild("Cogbox Lab").channel(name);
        Route::SendMessage(channel.id.0.into())
    }

    async fn says(&self, text: &str) -> Result<Vec<u8>, RestError> {
        let body = json!({ "content": text });
        self.rest.send(Request::new(self.general(), body)).await
    }

    /// What stands in #general, the oldest first.
    fn said(&self) -> String {
        let general = self.discord.guild("Cogbox Lab").channel("general");
        let ann = self.discord.person("ann").in_channel(&general);
        general.transcript_for(&ann)
    }

    /// The statuses of the requests so far.
    fn statuses(&self) -> Vec<u16> {
        let requests = self.discord.requests().into_iter();
        requests.map(|request| request.status).collect()
    }

    fn metric(&self, series: &str) -> f64 {
        let text = self.metrics.text();
        let mut lines = text.lines();
        let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.map_or(0.0, |value| value.parse().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h05_what_one_cog_has_queued_delays_another_by_two_slots_at_most() {
    let scene = Scene::new().await;
    // Nothing is known of the bucket, so its first request goes alone. While Discord takes its
    // time with it, the others queue up.
    scene.discord.cause(Fault::Hang {
        method: "POST".into(),
        path: MESSAGES.into(),
        seconds: 2.0,
        times: 1,
    });
    let (noisy, quiet) = (scene.rest.by("noisy"), scene.rest.by("quiet"));
    let send = |rest: &Rest, text: String| {
        let (rest, route) = (rest.clone(), scene.general());
        tokio::spawn(async move {
            rest.send(Request::new(route, json!({ "content": text })))
                .await
        })
    };
    let many: Vec<_> = (0..500).map(|n| send(&noisy, n.to_string())).collect();
    assert!(eventually(|| !scene.discord.requests().is_empty()).await);
    let one = send(&quiet, "quiet".into());
    one.await.unwrap().unwrap();
    let sent = scene.discord.requests();
    let place = sent.iter().position(|r| r.body["content"] == "quiet");
    assert!(place.unwrap() <= 2, "{place:?}");
    let waited = r#"cogbox_discord_wait_seconds_count{cog="quiet"}"#;
    assert_eq!(scene.metric(waited), 1.0);
    // Discord takes 50 requests a second; nobody waits for the rest of them here.
    many.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn x22_short_limits_are_waited_for_and_long_ones_told_at_once() {
    let scene = Scene::new().await;
    for scope in [Scope::User, Scope::Shared, Scope::Global] {
        scene.discord.cause(limit(MESSAGES, 0.1, scope, 2));
        scene.says("waited").await.unwrap();
    }
    assert_eq!(
        scene.statuses(),
        [429, 429, 200, 429, 429, 200, 429, 429, 200]
    );
    assert_eq!(scene.said().matches("waited").count(), 3);
    for scope in ["user", "shared", "global"] {
        let limited = format!("cogbox_discord_ratelimited_total{{scope=\"{scope}\"}}");
        assert_eq!(scene.metric(&limited), 2.0);
    }
    scene.discord.clear_requests();
    scene
        .discord
        .cause(limit(MESSAGES, 3_600.0, Scope::Shared, 1));
    let error = scene.says("never").await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::RateLimited);
    assert!(error.retry_after.unwrap().as_secs() >= 3_590, "{error:?}");
    // The next one is not even sent; what goes elsewhere is.
    let error = scene.says("never").await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::RateLimited);
    assert_eq!(scene.statuses(), [429]);
    let closed = r#"cogbox_discord_not_sent_total{cog="cogbox",reason="closed"}"#;
    assert_eq!(scene.metric(closed), 1.0);
    let elsewhere = Request::new(scene.channel("bots"), json!({ "content": "here" }));
    scene.rest.send(elsewhere).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn x22_a_global_limit_holds_everything_back_but_answers_to_interactions() {
    let scene = Scene::new().await;
    scene
        .discord
        .cause(limit(MESSAGES, 3_600.0, Scope::Global, 1));
    scene.says("never").await.unwrap_err();
    let error = scene.rest.send(Route::Me()).await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::RateLimited);
    let callback = Route::Callback(1.into(), "token".into());
    let answer = Request::new(callback, json!({ "type": 5 }));
    let error = scene.rest.send(answer).await.unwrap_err();
    assert_eq!(error.code, Some(RestError::UNKNOWN_INTERACTION));
    assert_eq!(scene.statuses(), [429, 404]);
}

#[tokio::test(flavor = "multi_thread")]
async fn x23_after_a_ban_nothing_is_sent() {
    let scene = Scene::new().await;
    scene.discord.cause(Fault::Ban { seconds: 3_600.0 });
    let error = scene.says("never").await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::Banned);
    for route in [Route::Me(), Route::GatewayBot()] {
        let error = scene.rest.by("rogue").send(route).await.unwrap_err();
        assert_eq!(error.kind, RestErrorKind::Banned);
        assert!(error.message.contains("the next try is in"), "{error}");
    }
    let callback = Route::Callback(1.into(), "token".into());
    let error = scene.rest.send(callback).await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::Banned);
    assert_eq!(scene.statuses().len(), 1);
    let held = r#"cogbox_discord_not_sent_total{cog="rogue",reason="banned"}"#;
    assert_eq!(scene.metric(held), 2.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn x24_a_message_is_sent_again_and_stands_there_once() {
    let scene = Scene::new().await;
    let page = json!("<html>Bad gateway</html>");
    for status in [500, 502, 503, 504] {
        scene
            .discord
            .cause(answer("POST", MESSAGES, status, page.clone()));
        scene.says(&format!("after {status}")).await.unwrap();
    }
    scene.discord.cause(Fault::Reset {
        method: "POST".into(),
        path: MESSAGES.into(),
        times: 1,
    });
    scene.says("after a reset").await.unwrap();
    // Carried out, but nobody was told: Discord knows the second by its nonce.
    scene.discord.cause(Fault::Cut {
        method: "POST".into(),
        path: MESSAGES.into(),
        keep: 20,
        times: 1,
    });
    scene.says("once").await.unwrap();
    insta::assert_snapshot!(scene.said(), @r"
    Cogbox: after 500
    Cogbox: after 502
    Cogbox: after 503
    Cogbox: after 504
    Cogbox: after a reset
    Cogbox: once
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn x24_discord_that_stays_broken_is_given_up() {
    let scene = Scene::new().await;
    for _ in 0..4 {
        let page = json!("<html>Bad gateway</html>");
        scene.discord.cause(answer("GET", "/users/@me", 502, page));
    }
    let error = scene.rest.send(Route::Me()).await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::Unavailable);
    assert_eq!(scene.statuses(), [502; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn x25_a_reply_that_makes_no_sense_is_an_error() {
    let scene = Scene::new().await;
    for body in ["", "<html>"] {
        scene
            .discord
            .cause(answer("GET", "/users/@me", 200, json!(body)));
        let error = scene.rest.ask::<Value>(Route::Me()).await.unwrap_err();
        assert_eq!(error.kind, RestErrorKind::Unavailable);
        assert!(error.message.contains("can't be read"), "{error}");
    }
    assert!(scene.rest.ask::<Value>(Route::Me()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn x26_x27_x28_what_is_refused_is_not_asked_again() {
    let scene = Scene::new().await;
    let refusals = [
        (403, 50013, RestErrorKind::Forbidden),
        (403, 50001, RestErrorKind::Forbidden),
        (404, 10008, RestErrorKind::NotFound),
        (404, 10003, RestErrorKind::NotFound),
        (404, 10062, RestErrorKind::NotFound),
        (400, 40060, RestErrorKind::Invalid),
        (401, 0, RestErrorKind::Unauthorized),
    ];
    for (status, code, kind) in refusals {
        let body = json!({ "message": "No.", "code": code });
        scene.discord.cause(answer("POST", MESSAGES, status, body));
        let error = scene.says("never").await.unwrap_err();
        assert_eq!((error.kind, error.code), (kind, Some(code)));
    }
    assert_eq!(scene.statuses(), [403, 403, 404, 404, 404, 400, 401]);
    assert_eq!(scene.said(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn h07_a_cog_that_asks_for_what_is_not_there_is_held_back_alone() {
    let scene = Scene::new().await;
    let rogue = scene.rest.by("rogue");
    // Answers to interactions wait for no turn, so this is soon done.
    for _ in 0..10 {
        let made_up = || Request::new(Route::Callback(42.into(), "x".into()), json!({ "type": 5 }));
        let asked = (0..50).map(|_| rogue.send(made_up()));
        for result in join_all(asked).await {
            assert_eq!(result.unwrap_err().kind, RestErrorKind::NotFound);
        }
    }
    let error = rogue.send(Route::Me()).await.unwrap_err();
    assert_eq!(error.kind, RestErrorKind::RateLimited);
    assert!(
        error.message.starts_with("too many of this cog's"),
        "{error}"
    );
    let refused = r#"cogbox_discord_not_sent_total{cog="rogue",reason="refused"}"#;
    assert_eq!(scene.metric(refused), 1.0);
    scene.rest.by("counter").send(Route::Me()).await.unwrap();
    scene.says("still here").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_names_the_cog_and_whom_it_worked_for() {
    let scene = Scene::new().await;
    let lab = scene.discord.guild("Cogbox Lab");
    let all = u64::from(u32::MAX);
    scene.discord.cause(Fault::BotPermissions {
        guild: lab.id,
        permissions: all,
    });
    let ann = scene
        .discord
        .person("ann")
        .in_channel(&lab.channel("general"));
    let rogue = scene.rest.by("rogue").asked_by(Some(ann.id.0.into()));
    let said = ann.says("spam").await;
    let Route::SendMessage(general) = scene.general() else {
        unreachable!()
    };
    let delete = Request::from(Route::DeleteMessage(general, said.0.into()));
    rogue.send(delete.because("spam, ünfair")).await.unwrap();
    let url = format!("{}/guilds/{}/audit-logs", scene.discord.api_url(), lab.id);
    let asked = reqwest::Client::new().get(url);
    let asked = asked.header("User-Agent", "DiscordBot (https://example.org, 1)");
    let token = format!("Bot {}", scene.discord.token());
    let log: Value = asked
        .header("Authorization", token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let reason = format!("rogue for {}: spam, ünfair", ann.id);
    assert_eq!(log["audit_log_entries"][0]["reason"], reason, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn x39_a_wrong_clock_does_not_mislead_it() {
    let scene = Scene::with(judged()).await;
    for seconds in [300, -300] {
        scene.discord.cause(Fault::ClockSkew { seconds });
        let six = (0..6).map(|n| {
            let route = match seconds {
                300 => scene.general(),
                _ => scene.channel("bots"),
            };
            let request = Request::new(route, json!({ "content": n.to_string() }));
            scene.rest.send(request)
        });
        for result in join_all(six).await {
            result.unwrap();
        }
    }
    assert_eq!(scene.statuses(), [200; 12], "the sixth waited for its turn");
}
