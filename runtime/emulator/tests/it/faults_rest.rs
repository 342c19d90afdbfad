//! Requests that are not answered as a bot hopes.

use std::time::{Duration, Instant};

use cogbox_emulator::model::permissions::MANAGE_MESSAGES;
use cogbox_emulator::{Clock, Emulator, Fault, Options, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, http, id, options, start_with};
use crate::rest::general;

async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

fn limit(retry_after: f64, scope: Scope, times: u32) -> Fault {
    Fault::Limit {
        method: "POST".to_owned(),
        path: "/channels/*/messages".to_owned(),
        retry_after,
        scope,
        times,
    }
}

/// Says something and returns the answer as it came, or what broke.
async fn says(discord: &Emulator, text: &str) -> reqwest::Result<(u16, String)> {
    let url = format!("{}{}", discord.api_url(), general(discord));
    let request = http().post(url).json(&json!({"content": text}));
    let token = format!("Bot {}", discord.token());
    let response = request.header("authorization", token).send().await?;
    Ok((response.status().as_u16(), response.text().await?))
}

/// The contents of what was said, the newest first.
async fn said(discord: &Emulator, bot: &Bot) -> Vec<String> {
    let messages = bot.get(&general(discord)).await.body;
    let messages = messages.as_array().unwrap().iter();
    let content = |message: &Value| message["content"].as_str().unwrap().to_owned();
    messages.map(content).collect()
}

#[tokio::test]
async fn x22_limits_come_in_a_storm_of_any_length_and_scope() {
    let (discord, bot) = start().await;
    let path = general(&discord);
    let waits = [
        (0.3, Scope::User, "user", "1"),
        (3600.0, Scope::Shared, "shared", "3600"),
        (2.5, Scope::Global, "global", "3"),
    ];
    for (seconds, scope, name, header) in waits {
        discord.cause(limit(seconds, scope, 3));
        for _ in 0..3 {
            let reply = bot.post(&path, json!({"content": "no"})).await;
            assert_eq!(reply.status, 429);
            assert_eq!(reply.body["retry_after"], seconds);
            assert_eq!(reply.body["global"], scope == Scope::Global);
            assert_eq!(reply.header("retry-after"), Some(header));
            assert_eq!(reply.header("x-ratelimit-scope"), Some(name));
            let global = (scope == Scope::Global).then_some("true");
            assert_eq!(reply.header("x-ratelimit-global"), global);
        }
        assert_eq!(bot.post(&path, json!({"content": name})).await.status, 200);
    }
    assert_eq!(said(&discord, &bot).await, ["global", "shared", "user"]);
    assert_eq!(discord.invalid_requests(), 6, "shared limits do not count");
}

#[tokio::test]
async fn x23_a_ban_is_a_page_for_everyone_until_it_ends() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    discord.cause(Fault::Ban { seconds: 60.0 });
    for path in ["/users/@me", "/gateway"] {
        let reply = bot.get(path).await;
        assert_eq!(reply.status, 429);
        assert!(reply.body.is_string(), "{}", reply.body);
        assert_eq!(reply.header("content-type"), Some("text/html"));
        assert_eq!(reply.header("via"), None);
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(bot.get("/users/@me").await.status, 200);
}

#[tokio::test]
async fn x24_discord_fails_with_a_page_or_breaks_the_connection() {
    let (discord, bot) = start().await;
    for status in [500, 502, 503, 504] {
        discord.cause(Fault::Answer {
            method: "*".to_owned(),
            path: "/channels/*/messages".to_owned(),
            status,
            body: json!("<html>Bad gateway</html>"),
            times: 1,
        });
        let answer = says(&discord, "no").await.unwrap();
        assert_eq!(answer, (status, "<html>Bad gateway</html>".to_owned()));
    }
    discord.cause(Fault::Reset {
        method: "POST".to_owned(),
        path: "*".to_owned(),
        times: 2,
    });
    for _ in 0..2 {
        says(&discord, "no").await.unwrap_err();
    }
    assert_eq!(said(&discord, &bot).await, [""; 0], "none was carried out");
    assert_eq!(says(&discord, "yes").await.unwrap().0, 200);
}

#[tokio::test]
async fn x24_a_request_hangs_and_is_carried_out() {
    let (discord, bot) = start().await;
    discord.cause(Fault::Hang {
        method: "POST".to_owned(),
        path: "/channels/*/messages".to_owned(),
        seconds: 0.1,
        times: 1,
    });
    let begun = Instant::now();
    assert_eq!(says(&discord, "late").await.unwrap().0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(100));
    assert_eq!(said(&discord, &bot).await, ["late"]);
}

#[tokio::test]
async fn x25_an_answer_is_cut_or_empty_and_its_request_carried_out() {
    let (discord, bot) = start().await;
    for keep in [0, 10] {
        discord.cause(Fault::Cut {
            method: "POST".to_owned(),
            path: "/channels/*/messages".to_owned(),
            keep,
            times: 1,
        });
        says(&discord, "cut").await.unwrap_err();
    }
    assert_eq!(said(&discord, &bot).await, ["cut", "cut"]);
    discord.cause(Fault::Answer {
        method: "POST".to_owned(),
        path: "*".to_owned(),
        status: 200,
        body: json!(""),
        times: 1,
    });
    let empty = (200, String::new());
    assert_eq!(says(&discord, "nothing").await.unwrap(), empty);
}

#[tokio::test]
async fn x26_the_bots_role_changes_and_it_may_no_more() {
    let (discord, bot) = start_with(MANAGE_MESSAGES).await;
    let lab = discord.guild("Cogbox Lab");
    let ann = discord.person("ann").in_channel(&lab.channel("general"));
    let (one, two) = (ann.says("one").await, ann.says("two").await);
    let path = general(&discord);
    assert_eq!(bot.delete(&format!("{path}/{one}")).await.status, 204);
    discord.cause(Fault::BotPermissions {
        guild: lab.id,
        permissions: 0,
    });
    let reply = bot.delete(&format!("{path}/{two}")).await;
    assert_eq!(reply.refusal(), (403, 50013));
    assert_eq!(discord.invalid_requests(), 1);
}

#[tokio::test]
async fn x27_what_the_bot_knew_is_gone_meanwhile() {
    let (discord, bot) = start().await;
    let path = general(&discord);
    let message = bot.post(&path, json!({"content": "mine"})).await.body;
    let general = discord.guild("Cogbox Lab").channel("general");
    discord.cause(Fault::DeleteMessage {
        channel: general.id,
        message: id(&message).parse().unwrap(),
    });
    let path = format!("{path}/{}", id(&message));
    let edit = bot.patch(&path, json!({"content": "still mine"})).await;
    assert_eq!(edit.refusal(), (404, 10008));
    assert_eq!(bot.delete(&path).await.refusal(), (404, 10008));
    // What the world does not lose by itself can be planned.
    discord.cause(Fault::Answer {
        method: "GET".to_owned(),
        path: "/channels/*".to_owned(),
        status: 404,
        body: json!({"message": "Unknown Channel", "code": 10003}),
        times: 1,
    });
    let channel = format!("/channels/{}", general.id);
    assert_eq!(bot.get(&channel).await.refusal(), (404, 10003));
    assert_eq!(bot.get(&channel).await.status, 200);
}

#[tokio::test]
async fn x33_a_person_takes_no_direct_messages() {
    let (discord, bot) = start().await;
    let ann = discord.person("ann");
    let open = json!({"recipient_id": ann.id.to_string()});
    let channel = bot.post("/users/@me/channels", open).await.body;
    let path = format!("/channels/{}/messages", id(&channel));
    assert_eq!(bot.post(&path, json!({"content": "hi"})).await.status, 200);
    ann.blocks_bot(true);
    let reply = bot.post(&path, json!({"content": "hi"})).await;
    assert_eq!(reply.refusal(), (403, 50007));
}

#[tokio::test]
async fn x39_the_clock_is_wrong_and_the_wait_is_not() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        route_limits: true,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let ask = async || {
        let reply = bot.request(Method::GET, "/users/@me", Value::Null).await;
        let number = |name: &str| reply.header(name).unwrap().parse::<f64>().unwrap();
        (
            number("x-ratelimit-reset"),
            number("x-ratelimit-reset-after"),
        )
    };
    let (reset, after) = ask().await;
    discord.cause(Fault::ClockSkew { seconds: 300 });
    assert_eq!(ask().await, (reset + 300.0, after));
    discord.cause(Fault::ClockSkew { seconds: -300 });
    assert_eq!(ask().await, (reset - 300.0, after));
}
