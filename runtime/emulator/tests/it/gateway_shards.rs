//! Several shards: how many, in which order, how often they may identify, and where they resume.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Fault, Options, Seen};
use serde_json::json;

use crate::client::{ALL_INTENTS, Bot, Socket, identify, options, says, slash};
use crate::rest::raw;

#[tokio::test]
async fn h01_sharding_is_recommended_from_1000_guilds_and_compulsory_above_2500() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    assert_eq!(bot.get("/gateway/bot").await.body["shards"], 1);
    discord.cause(Fault::Guilds { count: 2_500 });
    assert_eq!(bot.get("/gateway/bot").await.body["shards"], 3);
    let mut socket = Socket::open(&discord).await;
    socket.opcode(10).await;
    socket.send(identify(&discord, ALL_INTENTS)).await;
    assert_eq!(socket.closed().await, Some(4011));
    let (_, ready) = Socket::shard(&discord, 2, 3).await;
    assert!(ready["guilds"].as_array().unwrap().len() < 2_500);
}

#[tokio::test]
async fn h03_one_identify_too_many_in_24_hours_resets_the_token() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        identifies: 2,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    Socket::shard(&discord, 1, 2).await;
    let limits = bot.get("/gateway/bot").await.body["session_start_limit"].clone();
    assert_eq!(
        (&limits["remaining"], &limits["reset_after"]),
        (&json!(0), &json!(86_400_000))
    );
    clock.advance(Duration::from_secs(86_400));
    let limits = bot.get("/gateway/bot").await.body["session_start_limit"].clone();
    assert_eq!(limits["remaining"], 2);
    Socket::shard(&discord, 0, 2).await;
    Socket::shard(&discord, 1, 2).await;
    let mut third = Socket::open(&discord).await;
    third.opcode(10).await;
    third.send(identify(&discord, ALL_INTENTS)).await;
    assert_eq!(third.closed().await, Some(4004));
    assert_eq!(bot.get("/users/@me").await.refusal(), (401, 0));
}

#[tokio::test]
async fn a35_shards_that_start_out_of_order_are_reported() {
    let options = Options {
        max_concurrency: 2,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    // Within a group the order is free.
    for shard in [1, 0, 3] {
        Socket::shard(&discord, shard, 6).await;
    }
    assert_eq!(discord.gateway_advice(), [""; 0]);
    Socket::shard(&discord, 4, 6).await;
    assert_eq!(
        discord.gateway_advice(),
        ["Shard 4 of 6 identified before shard 2; groups of 2 have to start in order."]
    );
    Socket::shard(&discord, 2, 6).await;
    assert_eq!(
        discord.gateway_advice().len(),
        1,
        "nothing is refused for it"
    );
}

#[tokio::test]
async fn a34_shards_of_different_keys_identify_at_once() {
    let options = Options {
        clock: Clock::manual(),
        max_concurrency: 2,
        identify_interval: Duration::from_secs(5),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    Socket::shard(&discord, 0, 4).await;
    Socket::shard(&discord, 1, 4).await;
    let mut socket = Socket::open(&discord).await;
    socket.opcode(10).await;
    let mut third = identify(&discord, ALL_INTENTS);
    third["d"]["shard"] = json!([2, 4]);
    socket.send(third).await;
    assert_eq!(socket.payload().await["op"], 9);
}

#[tokio::test]
async fn a40_a_session_is_resumed_at_its_own_address_and_at_the_usual_one() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.socket.dispatch("GUILD_CREATE").await;
    let session = bot.ready["session_id"].clone();
    let resume_url = bot.ready["resume_gateway_url"].as_str().unwrap().to_owned();
    let usual = discord.gateway_url();
    assert_ne!(resume_url, usual);
    for url in [&usual, &resume_url] {
        let mut socket = Socket::open_at(&format!("{url}/?v=10&encoding=json")).await;
        socket.opcode(10).await;
        let resume = json!({"token": discord.token(), "session_id": session, "seq": 2});
        socket.send(json!({"op": 6, "d": resume})).await;
        socket.dispatch("RESUMED").await;
    }
    let how = |seen: Seen| match seen {
        Seen::Resumed {
            by_resume_url,
            accepted,
            ..
        } => Some((by_resume_url, accepted)),
        _ => None,
    };
    let log: Vec<_> = discord.gateway_log().into_iter().filter_map(how).collect();
    assert_eq!(log, [(false, true), (true, true)]);
}

#[tokio::test]
async fn a08_who_always_beats_at_once_is_reported() {
    let options = Options {
        clock: Clock::manual(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    for n in 0..3 {
        assert_eq!(discord.gateway_advice().len(), 0, "{n} are an accident");
        let mut socket = Socket::open(&discord).await;
        socket.opcode(10).await;
        socket.send(json!({"op": 1, "d": null})).await;
        socket.opcode(11).await;
    }
    let advice = discord.gateway_advice();
    assert!(advice[0].contains("at once after Hello"), "{advice:?}");
    let mut socket = Socket::open(&discord).await;
    socket.opcode(10).await;
    discord.advance(Duration::from_secs(20));
    socket.send(json!({"op": 1, "d": null})).await;
    socket.opcode(11).await;
    assert_eq!(discord.gateway_advice(), [""; 0]);
}

#[tokio::test]
async fn h12_two_sessions_of_one_shard_get_one_interaction_and_one_may_answer() {
    let discord = Emulator::start(options()).await.unwrap();
    let (mut one, mut two) = (Bot::connect(&discord).await, Bot::connect(&discord).await);
    one.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let pending = ann.starts("/ping").await;
    let (first, second) = (one.interaction().await, two.interaction().await);
    assert_eq!(first["id"], second["id"]);
    assert_eq!(one.answers(&first, says("one")).await.status, 204);
    assert_eq!(
        two.answers(&second, says("two")).await.refusal(),
        (400, 40060)
    );
    assert_eq!(pending.answered().await.text(), "one");
}

#[tokio::test]
async fn h13_interactions_in_direct_messages_land_on_shard_0() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let mut ping = slash("ping");
    ping["contexts"] = json!([1]);
    bot.registers(json!([ping])).await;
    bot.socket.close(1000).await;
    let mut shards = Vec::new();
    for shard in 0..3 {
        shards.push(Socket::shard(&discord, shard, 3).await.0);
    }
    discord.person("ben").in_dm().starts("/ping").await;
    shards[0].dispatch("INTERACTION_CREATE").await;
    discord.dispatch_raw("END", &json!({}));
    for other in &mut shards[1..] {
        let before = other.names_before("END").await;
        assert!(
            !before.contains(&"INTERACTION_CREATE".to_owned()),
            "{before:?}"
        );
    }
}

#[tokio::test]
async fn a63_an_application_with_an_endpoint_gets_no_interactions_here() {
    let options = Options {
        interactions_endpoint_url: Some("https://bot.example/interactions".to_owned()),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.starts("/ping").await;
    ann.says("after").await;
    let before = bot.socket.names_before("MESSAGE_CREATE").await;
    assert!(
        !before.contains(&"INTERACTION_CREATE".to_owned()),
        "{before:?}"
    );
    let me = raw(&discord, reqwest::Method::GET, "/gateway", &[], "").await;
    assert_eq!(me.status, 200);
}
