//! Starting, stopping, and what only tests can make happen.

use std::time::Duration;

use cogbox_emulator::{Emulator, Error, Options};
use serde_json::json;

use crate::client::{Bot, options};

#[tokio::test]
async fn x01_any_dispatch_can_be_sent() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect_with(&discord, 0).await;
    discord.dispatch_raw("SOMETHING_NEW", &json!({"a": 1}));
    let got = bot.socket.payload().await;
    assert_eq!((&got["t"], &got["s"]), (&json!("SOMETHING_NEW"), &json!(2)));
    assert_eq!(got["d"], json!({"a": 1}));
}

#[tokio::test]
async fn an_address_in_use_is_said_in_a_sentence() {
    let discord = Emulator::start(options()).await.unwrap();
    let bind = discord
        .page_url()
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .parse()
        .unwrap();
    let second = Emulator::start(Options { bind, ..options() })
        .await
        .err()
        .unwrap();
    assert!(matches!(second, Error::Bind { .. }));
    assert!(
        second.to_string().contains("choose another address"),
        "{second}"
    );
    let empty = Options {
        token: String::new(),
        ..options()
    };
    assert!(matches!(
        Emulator::start(empty).await.err().unwrap(),
        Error::Token
    ));
}

#[tokio::test]
async fn a_stopped_emulator_answers_no_more() {
    let discord = Emulator::start(options()).await.unwrap();
    let url = format!("{}/gateway", discord.api_url());
    let client = crate::client::http();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    let mut bot = Bot::connect(&discord).await;
    discord.stop().await;
    assert_eq!(bot.socket.closed().await, Some(1001));
    assert!(client.get(&url).send().await.is_err());
}

#[tokio::test]
async fn a_dropped_connection_can_be_resumed_and_a_lost_session_not() {
    let options = Options {
        session_life: Duration::ZERO,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    discord.drop_bot();
    discord.bot_gone().await;
    let mut socket = crate::client::Socket::open(&discord).await;
    socket.payload().await;
    let session = &bot.ready["session_id"];
    let resume = json!({"token": discord.token(), "session_id": session, "seq": 1});
    socket.send(json!({"op": 6, "d": resume})).await;
    assert_eq!(socket.payload().await["op"], 9);
}
