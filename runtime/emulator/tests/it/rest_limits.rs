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
