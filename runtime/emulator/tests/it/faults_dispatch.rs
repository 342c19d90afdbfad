//! Dispatches that come otherwise than a bot expects: unknown, changed, twice, late, never, huge.

use cogbox_emulator::{Emulator, Fault, Here};
use serde_json::{Value, json};

use crate::client::{ALL_INTENTS, Bot, PLAIN_INTENTS, Socket, identify, options, slash};

/// A bot that has its guild already, and ann where it can read her.
async fn start() -> (Emulator, Bot, Here) {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.socket.dispatch("GUILD_CREATE").await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    (discord, bot, ann)
}

/// The number and content of the next message.
async fn message(bot: &mut Bot) -> (u64, String) {
    let got = bot.socket.dispatch("MESSAGE_CREATE").await;
    let content = got["d"]["content"].as_str().unwrap().to_owned();
    (got["s"].as_u64().unwrap(), content)
}

fn alter(event: &str, pointer: &str, value: Option<Value>) -> Fault {
    Fault::Alter {
        event: event.to_owned(),
        pointer: pointer.to_owned(),
        value,
        times: 1,
    }
}

#[tokio::test]
async fn x01_an_unknown_dispatch_takes_a_number_like_any_other() {
    let (discord, mut bot, ann) = start().await;
    discord.cause(Fault::Dispatch {
        name: "SOMETHING_NEW".to_owned(),
        data: json!({"a": 1}),
    });
    ann.says("next").await;
    let got = bot.socket.payload().await;
    assert_eq!(
        got,
        json!({"op": 0, "t": "SOMETHING_NEW", "s": 3, "d": {"a": 1}})
    );
    assert_eq!(message(&mut bot).await, (4, "next".to_owned()));
}

#[tokio::test]
async fn x02_an_unknown_opcode_comes_between_dispatches() {
    let (discord, mut bot, ann) = start().await;
    let payload = json!({"op": 99, "d": {"a": 1}, "s": null, "t": null});
    discord.cause(Fault::Payload {
        payload: payload.clone(),
        shard: None,
    });
    assert_eq!(bot.socket.payload().await, payload);
    ann.says("next").await;
    assert_eq!(message(&mut bot).await, (3, "next".to_owned()));
}

#[tokio::test]
async fn x03_x04_x05_fields_of_the_next_dispatch_are_added_emptied_and_changed() {
    let (discord, mut bot, ann) = start().await;
    discord.cause(alter("MESSAGE_CREATE", "/brand_new", Some(json!([1]))));
    discord.cause(alter("MESSAGE_CREATE", "/timestamp", Some(Value::Null)));
    discord.cause(alter("MESSAGE_CREATE", "/type", Some(json!(99))));
    discord.cause(alter("MESSAGE_CREATE", "/author/username", None));
    ann.says("one").await;
    let got = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(got["brand_new"], json!([1]));
    assert_eq!(got.get("timestamp"), Some(&Value::Null));
    assert_eq!(got["type"], 99);
    assert!(got["author"].get("username").is_none() && got["author"]["id"].is_string());
    // Only the next one is concerned, and only that event.
    ann.says("two").await;
    let got = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert!(got.get("brand_new").is_none() && got["timestamp"].is_string());
    assert_eq!(
        (&got["type"], &got["author"]["username"]),
        (&json!(0), &json!("ann"))
    );
}

#[tokio::test]
async fn x05_an_interaction_of_a_new_kind_comes() {
    let (discord, mut bot, ann) = start().await;
    bot.registers(json!([slash("ping")])).await;
    discord.cause(alter("INTERACTION_CREATE", "/type", Some(json!(6))));
    discord.cause(alter("INTERACTION_CREATE", "/locale", Some(json!("xx"))));
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!((&got["type"], &got["locale"]), (&json!(6), &json!("xx")));
}

#[tokio::test]
async fn x06_messages_without_a_member_and_without_a_guild() {
    let (discord, mut bot, ann) = start().await;
    ann.says("whole").await;
    let whole = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert!(whole["member"].is_object() && whole["guild_id"].is_string());
    discord.cause(alter("MESSAGE_CREATE", "/member", None));
    ann.says("of a webhook").await;
    let webhook = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert!(webhook.get("member").is_none() && webhook["guild_id"].is_string());
    discord.person("ann").in_dm().says("direct").await;
    let direct = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert!(direct.get("member").is_none() && direct.get("guild_id").is_none());
}

#[tokio::test]
async fn x07_a64_users_come_with_their_id_alone() {
    let (discord, mut bot, _) = start().await;
    let ann = discord.person("ann").id.to_string();
    discord.cause(Fault::Dispatch {
        name: "PRESENCE_UPDATE".to_owned(),
        data: json!({"user": {"id": ann}, "status": 5, "activities": "none"}),
    });
    let presence = bot.socket.dispatch("PRESENCE_UPDATE").await["d"].clone();
    assert_eq!(presence["user"], json!({"id": ann}));
    assert_eq!(presence["status"], 5);
    let user = json!({"id": ann});
    discord.cause(alter(
        "GUILD_MEMBERS_CHUNK",
        "/members/0/user",
        Some(user.clone()),
    ));
    let ask = json!({"guild_id": bot.guild, "user_ids": [ann]});
    bot.socket.send(json!({"op": 8, "d": ask})).await;
    let chunk = bot.socket.dispatch("GUILD_MEMBERS_CHUNK").await["d"].clone();
    assert_eq!(chunk["members"][0]["user"], user);
}

#[tokio::test]
async fn x08_a59_a_dispatch_comes_twice_and_a_resume_replays_what_was_had() {
    let (discord, mut bot, ann) = start().await;
    discord.cause(Fault::Repeat {
        event: "MESSAGE_CREATE".to_owned(),
        more: 1,
        times: 1,
    });
    ann.says("twice").await;
    ann.says("once").await;
    let seen = [
        message(&mut bot).await,
        message(&mut bot).await,
        message(&mut bot).await,
    ];
    let wanted = [(3, "twice"), (4, "twice"), (5, "once")];
    assert_eq!(seen, wanted.map(|(s, text)| (s, text.to_owned())));
    discord.cause(Fault::ReplayAgain { dispatches: 2 });
    discord.cause(Fault::Drop { shard: None });
    bot.socket.closed().await;
    bot.socket = Socket::resume(&discord, &bot.ready["session_id"], 5).await;
    assert_eq!(message(&mut bot).await, (4, "twice".to_owned()));
    assert_eq!(message(&mut bot).await, (5, "once".to_owned()));
    assert_eq!(bot.socket.payload().await["t"], "RESUMED");
}

#[tokio::test]
async fn x09_a59_a_dispatch_comes_after_the_one_that_followed_it() {
    let (discord, mut bot, ann) = start().await;
    discord.cause(Fault::HoldBack {
        event: "MESSAGE_CREATE".to_owned(),
        times: 1,
    });
    ann.says("first").await;
    ann.says("second").await;
    assert_eq!(message(&mut bot).await, (3, "second".to_owned()));
    assert_eq!(message(&mut bot).await, (4, "first".to_owned()));
}

#[tokio::test]
async fn x10_a59_dispatches_get_lost_with_and_without_a_gap() {
    let (discord, mut bot, ann) = start().await;
    for (numbered, number) in [(true, 4), (false, 5)] {
        discord.cause(Fault::Lose {
            event: "MESSAGE_CREATE".to_owned(),
            numbered,
            times: 1,
        });
        ann.says("lost").await;
        ann.says("there").await;
        assert_eq!(message(&mut bot).await, (number, "there".to_owned()));
    }
}

#[tokio::test]
async fn x11_a58_a_guild_of_megabytes_and_a_ready_of_2500_guilds() {
    const MEGABYTES: usize = 5 << 20;
    let discord = Emulator::start(options()).await.unwrap();
    discord.cause(Fault::Guilds { count: 2_499 });
    let lab = discord.guild("Cogbox Lab").id;
    discord.cause(Fault::Crowd {
        guild: lab,
        members: 100_000,
    });
    let topic = Some(json!("x".repeat(MEGABYTES)));
    discord.cause(alter("GUILD_CREATE", "/description", topic));
    let mut bot = Bot::connect(&discord).await;
    assert_eq!(bot.ready["guilds"].as_array().unwrap().len(), 2_500);
    for n in 0..2_500 {
        let guild = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
        if n == 0 {
            assert_eq!(guild["description"].as_str().unwrap().len(), MEGABYTES);
        }
        if guild["id"] == lab.to_string() {
            assert_eq!(guild["member_count"], 100_004);
            assert_eq!(guild["large"], true);
        }
    }
}

#[tokio::test]
async fn x12_without_the_content_intent_the_content_is_empty() {
    let (discord, _bot, ann) = start().await;
    let mut plain = Bot::connect_with(&discord, PLAIN_INTENTS).await;
    ann.says("secret").await;
    assert_eq!(message(&mut plain).await.1, "");
    // Who may not have the intent any more is told when it identifies again.
    discord.cause(Fault::Intents { privileged: 0 });
    let mut socket = Socket::open(&discord).await;
    socket.opcode(10).await;
    socket.send(identify(&discord, ALL_INTENTS)).await;
    assert_eq!(socket.closed().await, Some(4014));
    discord.cause(Fault::Intents {
        privileged: ALL_INTENTS,
    });
    Bot::connect(&discord).await;
}
