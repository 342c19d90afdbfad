//! Requests that Discord holds against a bot, and those that it does not.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Options};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, options};
use crate::rest::{general, raw};

#[tokio::test]
async fn b19_a_shared_limit_is_not_held_against_the_bot() {
    let options = Options {
        route_limits: true,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let path = general(&discord);
    discord.limit_shared("POST", "/channels/*/messages", Duration::from_millis(2_500));
    let reply = bot.post(&path, json!({"content": "hi"})).await;
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("x-ratelimit-scope"), Some("shared"));
    assert_eq!(reply.header("x-ratelimit-remaining"), Some("4"));
    assert_eq!(reply.header("x-ratelimit-global"), None);
    assert_eq!(reply.header("retry-after"), Some("3"));
    assert!(reply.header("via").is_some());
    assert_eq!(
        (&reply.body["retry_after"], &reply.body["global"]),
        (&json!(2.5), &json!(false))
    );
    assert_eq!(discord.invalid_requests(), 0);
    let reply = bot.post(&path, json!({"content": "hi"})).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn b20_h07_invalid_requests_are_counted() {
    let options = Options {
        global_limit: Some(4),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    raw(&discord, Method::GET, "/users/@me", &[], "").await;
    bot.get("/users/@me").await;
    bot.get("/users/42").await;
    assert_eq!(discord.invalid_requests(), 1, "404 is no invalid request");
    discord
        .guild("Cogbox Lab")
        .channel("general")
        .set_bot(0, 1 << 11);
    let refused = bot.post(&general(&discord), json!({"content": "hi"})).await;
    assert_eq!((refused.status, discord.invalid_requests()), (403, 2));
    while bot.get("/users/@me").await.status != 429 {}
    assert_eq!(discord.invalid_requests(), 3);
}

#[tokio::test]
async fn b20_b21_too_many_invalid_requests_end_in_a_ban_that_is_not_discords_json() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        invalid_limit: 3,
        ban: Duration::from_secs(60),
        route_limits: true,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let invalid = async || raw(&discord, Method::GET, "/users/@me", &[], "").await;
    for _ in 0..2 {
        assert_eq!(invalid().await.refusal(), (401, 0));
    }
    // Those of the last ten minutes count, and no others.
    clock.advance(Duration::from_secs(10 * 60));
    for _ in 0..3 {
        assert_eq!(bot.get("/users/@me").await.status, 200);
        assert_eq!(invalid().await.refusal(), (401, 0));
    }
    for _ in 0..2 {
        let banned = bot.get("/users/@me").await;
        assert_eq!(banned.status, 429);
        assert_eq!(banned.header("content-type"), Some("text/html"));
        assert!(matches!(banned.body, Value::String(_)), "{}", banned.body);
        for absent in [
            "via",
            "retry-after",
            "x-ratelimit-scope",
            "x-ratelimit-bucket",
        ] {
            assert_eq!(banned.header(absent), None, "{absent}");
        }
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(bot.get("/users/@me").await.status, 200);
}

/// A bot under limits, and a clock that stands.
async fn limited(global_limit: Option<u32>) -> (Emulator, Bot, Clock) {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        global_limit,
        route_limits: true,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot, clock)
}

#[tokio::test]
async fn b11_refusals_and_empty_answers_tell_the_limits_too() {
    let (discord, bot, _clock) = limited(None).await;
    let general = general(&discord);
    let hidden = discord.guild("Cogbox Lab").channel("bots");
    hidden.set_bot(0, 1 << 10);
    let typing = general.replace("/messages", "/typing");
    for (reply, status) in [
        (bot.get("/users/@me").await, 200),
        (bot.post(&general, json!({})).await, 400),
        (bot.get(&format!("/channels/{}", hidden.id)).await, 403),
        (bot.get("/channels/42").await, 404),
        (bot.post(&typing, json!({})).await, 204),
    ] {
        assert_eq!(reply.status, status);
        for name in ["limit", "remaining", "reset", "reset-after", "bucket"] {
            let header = reply.header(&format!("x-ratelimit-{name}"));
            assert!(header.is_some(), "{status}: {name}");
        }
    }
    // What is no route has no limit.
    assert_eq!(bot.get("/nowhere").await.header("x-ratelimit-limit"), None);
}

#[tokio::test]
async fn b13_guilds_and_webhooks_are_counted_apart() {
    let (discord, mut bot, _clock) = limited(None).await;
    let other = discord.add_guild("Other", &[], &["ann"]).id;
    let (one, two) = (format!("/guilds/{}", bot.guild), format!("/guilds/{other}"));
    while bot.get(&one).await.status == 200 {}
    let (full, free) = (bot.get(&one).await, bot.get(&two).await);
    assert_eq!((full.status, free.status), (429, 200));
    let bucket = "x-ratelimit-bucket";
    assert_eq!(full.header(bucket), free.header(bucket));
    bot.registers(json!([{"name": "ping", "description": "x"}]))
        .await;
    let channel = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&channel);
    let mut hooks = Vec::new();
    for _ in 0..2 {
        ann.starts("/ping").await;
        let got = bot.interaction().await;
        bot.answers(&got, crate::client::says("x")).await;
        hooks.push(bot.hook(&got, "/messages/@original"));
    }
    while bot.get(&hooks[0]).await.status == 200 {}
    assert_eq!(bot.get(&hooks[0]).await.status, 429);
    assert_eq!(bot.get(&hooks[1]).await.status, 200);
}

#[tokio::test]
async fn b18_webhooks_of_interactions_lie_outside_the_global_limit() {
    let (_discord, bot, _clock) = limited(Some(1)).await;
    assert_eq!(bot.get("/users/@me").await.status, 200);
    let hook = format!("/webhooks/{}/token/messages/@original", bot.application);
    for _ in 0..3 {
        assert_eq!(bot.get(&hook).await.refusal(), (404, 10015));
    }
    assert_eq!(bot.get("/users/@me").await.status, 429);
}

#[tokio::test]
async fn b24_every_route_can_fail_in_every_way() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    for status in [500, 502, 503, 504] {
        let page = format!("<html>{status}</html>");
        for (method, path) in [
            (Method::GET, "/gateway".to_owned()),
            (Method::POST, general(&discord)),
            (
                Method::PUT,
                format!("/applications/{}/commands", bot.application),
            ),
            (Method::DELETE, "/channels/1/messages/2".to_owned()),
            (
                Method::PATCH,
                "/webhooks/1/token/messages/@original".to_owned(),
            ),
        ] {
            discord.fail_next(method.as_str(), &path, status, json!(page));
            let reply = bot.request(method, &path, Value::Null).await;
            assert_eq!((reply.status, &reply.body), (status, &json!(page)));
            assert_eq!(reply.header("content-type"), Some("text/html"));
        }
    }
}

#[tokio::test]
async fn e26_new_direct_messages_are_limited() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        direct_messages: 2,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let opens = async |name: &str| {
        let person = discord.person(name).id;
        let body = json!({"recipient_id": person.to_string()});
        bot.post("/users/@me/channels", body).await
    };
    for open in ["ann", "ben", "ann", "ben"] {
        assert_eq!(opens(open).await.status, 200, "{open}");
    }
    assert_eq!(opens("cleo").await.refusal(), (403, 40003));
    assert_eq!(opens("ann").await.status, 200, "what is open stays open");
    clock.advance(Duration::from_secs(10 * 60));
    assert_eq!(opens("cleo").await.status, 200);
}
