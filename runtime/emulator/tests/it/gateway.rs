//! The gateway: handshake, heartbeats, dispatches, resume, close codes.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Options};
use serde_json::{Value, json};

use crate::client::{ALL_INTENTS, Bot, Got, PLAIN_INTENTS, Socket, identify, options, says, slash};

async fn start() -> Emulator {
    Emulator::start(options()).await.unwrap()
}

/// Sends one payload on a fresh connection and returns the close code.
async fn closed_by(discord: &Emulator, payload: Value) -> Option<u16> {
    let mut socket = Socket::open(discord).await;
    socket.payload().await;
    socket.send(payload).await;
    socket.closed().await
}

fn with(discord: &Emulator, key: &str, value: Value) -> Value {
    let mut payload = identify(discord, PLAIN_INTENTS);
    payload["d"][key] = value;
    payload
}

#[tokio::test]
async fn a02_a_missing_encoding_is_json() {
    let discord = start().await;
    let mut socket = Socket::open_at(&format!("{}?v=10", discord.gateway_url())).await;
    assert_eq!(socket.payload().await["op"], 10);
}

#[tokio::test]
async fn a03_an_unsupported_version_closes_4012() {
    let discord = start().await;
    let mut socket = Socket::open_at(&format!("{}?v=9", discord.gateway_url())).await;
    assert_eq!(socket.got().await, Got::Closed(Some(4012)));
}

#[tokio::test]
async fn a04_a05_hello_comes_first_and_only_dispatches_are_numbered() {
    let discord = start().await;
    let mut socket = Socket::open(&discord).await;
    let hello = socket.payload().await;
    assert_eq!(hello["d"]["heartbeat_interval"], 41_250);
    assert_eq!((&hello["s"], &hello["t"]), (&Value::Null, &Value::Null));
    socket.send(identify(&discord, PLAIN_INTENTS)).await;
    let (ready, guild) = (socket.payload().await, socket.payload().await);
    assert_eq!(
        (&ready["op"], &ready["s"], &ready["t"]),
        (&json!(0), &json!(1), &json!("READY"))
    );
    assert_eq!(
        (&guild["s"], &guild["t"]),
        (&json!(2), &json!("GUILD_CREATE"))
    );
}

#[tokio::test]
async fn a06_a_heartbeat_is_answered_before_identify_too() {
    let discord = start().await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(json!({"op": 1, "d": null})).await;
    let ack = socket.payload().await;
    assert_eq!(ack, json!({"op": 11, "d": null, "s": null, "t": null}));
}

#[tokio::test]
async fn a07_a_connection_without_heartbeats_is_closed_and_can_be_resumed() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    clock.advance(Duration::from_secs(62));
    assert_eq!(bot.socket.closed().await, Some(4000));
    discord.bot_gone().await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    let session = bot.ready["session_id"].clone();
    socket.send(resume(&discord, &session, 2)).await;
    assert_eq!(socket.payload().await["t"], "RESUMED");
}

#[tokio::test]
async fn a11_an_identify_of_wrong_shape_closes_4002() {
    let discord = start().await;
    for key in ["token", "intents", "properties"] {
        assert_eq!(
            closed_by(&discord, with(&discord, key, Value::Null)).await,
            Some(4002),
            "{key}"
        );
    }
}

#[tokio::test]
async fn a12_a_wrong_token_closes_4004_in_identify_and_in_resume() {
    let discord = start().await;
    let wrong = with(&discord, "token", json!("wrong"));
    assert_eq!(closed_by(&discord, wrong).await, Some(4004));
    let resume = json!({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}});
    assert_eq!(closed_by(&discord, resume).await, Some(4004));
}

#[tokio::test]
async fn a13_a_second_identify_closes_4005() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    bot.socket.send(identify(&discord, PLAIN_INTENTS)).await;
    assert_eq!(bot.socket.closed().await, Some(4005));
}

#[tokio::test]
async fn a14_other_payloads_before_a_session_close_4003() {
    let discord = start().await;
    assert_eq!(
        closed_by(&discord, json!({"op": 3, "d": {}})).await,
        Some(4003)
    );
}

#[tokio::test]
async fn a15_an_unknown_opcode_closes_4001() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    bot.socket.send(json!({"op": 99, "d": {}})).await;
    assert_eq!(bot.socket.closed().await, Some(4001));
}

#[tokio::test]
async fn a16_what_cannot_be_decoded_or_is_too_large_closes_4002() {
    let discord = start().await;
    for text in [
        "{".to_owned(),
        "[]".to_owned(),
        format!("{{\"op\":1,\"d\":\"{}\"}}", "x".repeat(4096)),
    ] {
        let mut socket = Socket::open(&discord).await;
        socket.payload().await;
        socket.send_text(text).await;
        assert_eq!(socket.closed().await, Some(4002));
    }
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send_bytes(b"\x83").await;
    assert_eq!(socket.closed().await, Some(4002));
}

#[tokio::test]
async fn a17_more_than_120_sends_a_minute_close_4008() {
    let discord = start().await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    for _ in 0..120 {
        socket.send(json!({"op": 1, "d": null})).await;
        assert_eq!(socket.payload().await["op"], 11);
    }
    socket.send(json!({"op": 1, "d": null})).await;
    assert_eq!(socket.got().await, Got::Closed(Some(4008)));
}

#[tokio::test]
async fn a18_unknown_intent_bits_close_4013() {
    let discord = start().await;
    for bit in [17, 18, 19, 22, 23, 26] {
        let payload = with(&discord, "intents", json!(1u64 << bit));
        assert_eq!(closed_by(&discord, payload).await, Some(4013), "bit {bit}");
    }
}

#[tokio::test]
async fn a19_privileged_intents_that_are_off_close_4014() {
    let options = Options {
        privileged_intents: 1 << 1,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    for bit in [8, 15] {
        let payload = with(&discord, "intents", json!(1u64 << bit));
        assert_eq!(closed_by(&discord, payload).await, Some(4014), "bit {bit}");
    }
    let mut socket = Socket::open(&discord).await;
    let ready = socket.identify(&discord, 1 << 1).await;
    assert_eq!(ready["application"]["flags"], 1 << 15);
}

#[tokio::test]
async fn a20_events_come_by_intent_and_interactions_always() {
    let discord = start().await;
    let mut bot = Bot::connect_with(&discord, 0).await;
    bot.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.says("not for a bot without intents").await;
    ann.starts("/ping").await;
    assert_eq!(bot.socket.payload().await["t"], "INTERACTION_CREATE");
}

#[tokio::test]
async fn a21_without_the_content_intent_messages_come_empty_but_for_mentions_and_dms() {
    let discord = start().await;
    let mut bot = Bot::connect_with(&discord, PLAIN_INTENTS).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.says("secret").await;
    let message = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(message["content"], "");
    for absent in ["poll", "message_snapshots", "referenced_message"] {
        assert!(message.get(absent).is_none(), "{absent}");
    }
    let id = bot.ready["user"]["id"].as_str().unwrap().to_owned();
    ann.says(&format!("hello <@{id}>")).await;
    let message = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(message["content"], format!("hello <@{id}>"));
    discord.person("ann").in_dm().says("only us").await;
    let message = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(message["content"], "only us");
    assert!(message.get("guild_id").is_none());
}

#[tokio::test]
async fn a23_ready_carries_what_a_client_needs() {
    let discord = start().await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(with(&discord, "shard", json!([0, 1]))).await;
    let ready = socket.dispatch("READY").await["d"].clone();
    assert_eq!(ready["v"], 10);
    assert_eq!(ready["user"]["username"], "Cogbox");
    assert_eq!(ready["user"]["bot"], true);
    assert_eq!(ready["guilds"][0]["unavailable"], true);
    assert_eq!(ready["shard"], json!([0, 1]));
    let resume_url = format!("{}/resume", discord.gateway_url());
    assert_eq!(ready["resume_gateway_url"], resume_url);
    assert!(ready["session_id"].is_string() && ready["application"]["id"].is_string());
    let mut socket = Socket::open(&discord).await;
    let unsharded = socket.identify(&discord, PLAIN_INTENTS).await;
    assert!(unsharded.get("shard").is_none());
}

#[tokio::test]
async fn a24_a25_every_guild_follows_with_its_extra_fields() {
    let discord = start().await;
    discord.add_guild("Second", &["talk"], &["ben"]);
    let mut bot = Bot::connect(&discord).await;
    for _ in 0..2 {
        let guild = bot.socket.payload().await;
        assert_eq!(guild["t"], "GUILD_CREATE");
        for field in [
            "joined_at",
            "large",
            "unavailable",
            "member_count",
            "voice_states",
            "members",
            "channels",
            "threads",
            "presences",
            "stage_instances",
            "guild_scheduled_events",
            "soundboard_sounds",
        ] {
            assert!(guild["d"].get(field).is_some(), "{field} is missing");
        }
    }
}

#[tokio::test]
async fn a26_without_presences_a_guild_shows_only_the_bot() {
    let discord = start().await;
    let mut bot = Bot::connect_with(&discord, PLAIN_INTENTS).await;
    let guild = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
    let members = guild["members"].as_array().unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0]["user"]["id"], bot.ready["user"]["id"]);
    assert_eq!(guild["member_count"], 4);
    let mut bot = Bot::connect(&discord).await;
    let guild = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
    assert_eq!(guild["members"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a28_outages_and_removals_look_different() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    let lab = discord.guild("Cogbox Lab");
    lab.set_available(false);
    let gone = bot.socket.dispatch("GUILD_DELETE").await["d"].clone();
    assert_eq!(gone, json!({"id": bot.guild, "unavailable": true}));
    lab.set_available(true);
    assert_eq!(
        bot.socket.dispatch("GUILD_CREATE").await["d"]["id"],
        bot.guild.as_str()
    );
    lab.remove_bot();
    let gone = bot.socket.dispatch("GUILD_DELETE").await["d"].clone();
    assert_eq!(gone, json!({"id": bot.guild}));
}

#[tokio::test]
async fn a30_joining_a_guild_sends_it() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    bot.socket.dispatch("GUILD_CREATE").await;
    discord.add_guild("New", &[], &["ann"]);
    assert_eq!(
        bot.socket.dispatch("GUILD_CREATE").await["d"]["name"],
        "New"
    );
}

#[tokio::test]
async fn a31_guilds_go_to_their_shard_and_direct_messages_to_shard_0() {
    let discord = start().await;
    discord.add_guild("Second", &["talk"], &["ben"]);
    let mut shards = Vec::new();
    let mut guilds = Vec::new();
    for shard in 0..2 {
        let mut socket = Socket::open(&discord).await;
        socket.payload().await;
        let mut payload = with(&discord, "shard", json!([shard, 2]));
        payload["d"]["intents"] = json!(ALL_INTENTS);
        socket.send(payload).await;
        let ready = socket.dispatch("READY").await["d"].clone();
        assert_eq!(ready["guilds"].as_array().unwrap().len(), 1);
        let id = socket.dispatch("GUILD_CREATE").await["d"]["id"].clone();
        let number: u64 = id.as_str().unwrap().parse().unwrap();
        assert_eq!((number >> 22) % 2, shard);
        guilds.push(id);
        shards.push(socket);
    }
    assert_ne!(guilds[0], guilds[1]);
    discord.person("ben").in_dm().says("psst").await;
    let message = shards[0].dispatch("MESSAGE_CREATE").await;
    assert_eq!(message["d"]["content"], "psst");
    let lab = discord.guild("Cogbox Lab");
    let place = guilds
        .iter()
        .position(|id| *id == lab.id.to_string())
        .unwrap();
    discord
        .person("ann")
        .in_channel(&lab.channel("general"))
        .says("hi")
        .await;
    let message = shards[place].dispatch("MESSAGE_CREATE").await;
    assert_eq!(message["d"]["content"], "hi");
}

#[tokio::test]
async fn a32_a_shard_that_cannot_be_closes_4010() {
    let discord = start().await;
    for shard in [json!([2, 2]), json!([0]), json!("0"), json!([0, 0])] {
        let payload = with(&discord, "shard", shard);
        assert_eq!(closed_by(&discord, payload).await, Some(4010));
    }
}

#[tokio::test]
async fn a33_too_many_guilds_on_a_shard_close_4011() {
    let options = Options {
        guilds_per_shard: 1,
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    discord.add_guild("Second", &[], &["ben"]);
    assert_eq!(
        closed_by(&discord, identify(&discord, PLAIN_INTENTS)).await,
        Some(4011)
    );
}

#[tokio::test]
async fn a34_a36_identifies_wait_for_their_turn_and_are_counted() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        identify_interval: Duration::from_secs(5),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(identify(&discord, PLAIN_INTENTS)).await;
    let refused = socket.payload().await;
    assert_eq!((&refused["op"], &refused["d"]), (&json!(9), &json!(false)));
    clock.advance(Duration::from_secs(5));
    socket.send(identify(&discord, PLAIN_INTENTS)).await;
    assert_eq!(socket.payload().await["t"], "READY");
    let limits = bot.get("/gateway/bot").await.body["session_start_limit"].clone();
    assert_eq!(
        (&limits["total"], &limits["remaining"]),
        (&json!(1000), &json!(998))
    );
}

fn resume(discord: &Emulator, session: &Value, seq: u64) -> Value {
    let token = discord.token();
    json!({"op": 6, "d": {"token": token, "session_id": session, "seq": seq}})
}

#[tokio::test]
async fn a37_a43_a_resume_replays_what_was_missed_with_its_old_numbers() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    bot.socket.dispatch("GUILD_CREATE").await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let session = bot.ready["session_id"].clone();
    bot.socket.close(4000).await;
    discord.bot_gone().await;
    ann.says("one").await;
    ann.says("two").await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(resume(&discord, &session, 2)).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let payload = socket.payload().await;
        seen.push((
            payload["t"].clone(),
            payload["s"].clone(),
            payload["d"]["content"].clone(),
        ));
    }
    assert_eq!(seen[0], (json!("MESSAGE_CREATE"), json!(3), json!("one")));
    assert_eq!(seen[1], (json!("MESSAGE_CREATE"), json!(4), json!("two")));
    assert_eq!(seen[2], (json!("RESUMED"), json!(5), Value::Null));
}

#[tokio::test]
async fn a38_a43_a_normal_close_ends_the_session() {
    let discord = start().await;
    let bot = Bot::connect(&discord).await;
    let session = bot.ready["session_id"].clone();
    bot.socket.close(1000).await;
    discord.bot_gone().await;
    let mut socket = Socket::open(&discord).await;
    socket.payload().await;
    socket.send(resume(&discord, &session, 1)).await;
    let refused = socket.payload().await;
    assert_eq!((&refused["op"], &refused["d"]), (&json!(9), &json!(false)));
    // A41: the same connection may identify afresh.
    socket.send(identify(&discord, PLAIN_INTENTS)).await;
    assert_eq!(socket.payload().await["t"], "READY");
}

#[tokio::test]
async fn a39_a_number_never_sent_closes_4007() {
    let discord = start().await;
    let bot = Bot::connect(&discord).await;
    let session = bot.ready["session_id"].clone();
    assert_eq!(
        closed_by(&discord, resume(&discord, &session, 999)).await,
        Some(4007)
    );
}

#[tokio::test]
async fn a10_a42_a44_connections_can_be_made_to_fail() {
    let discord = start().await;
    for code in [4000, 4001, 4003, 4008, 4009, 4010, 4014] {
        let mut bot = Bot::connect(&discord).await;
        discord.disconnect_bot(Some(code));
        assert_eq!(bot.socket.closed().await, Some(code));
        discord.bot_gone().await;
    }
    let mut bot = Bot::connect(&discord).await;
    discord.disconnect_bot(None);
    // A close frame without a code reads as 1005, or as none, depending on the client.
    assert!(matches!(bot.socket.closed().await, None | Some(1005)));
    discord.bot_gone().await;
    let mut bot = Bot::connect(&discord).await;
    discord.send_op7();
    loop {
        if bot.socket.payload().await["op"] == 7 {
            break;
        }
    }
    discord.set_heartbeat_acks(false);
    bot.socket.send(json!({"op": 1, "d": 1})).await;
    discord.send_op1();
    assert_eq!(
        bot.socket.payload().await["op"],
        1,
        "no acknowledgement came before it"
    );
    discord.reconnect_at_hello(1);
    let mut socket = Socket::open(&discord).await;
    assert_eq!(socket.payload().await["op"], 7);
}

#[tokio::test]
async fn a45_presence_updates_are_taken_in_any_form() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    for since in [json!(0), json!(null), json!({"secs": 1})] {
        let presence = json!({"since": since, "activities": [], "status": "online", "afk": false});
        bot.socket.send(json!({"op": 3, "d": presence})).await;
    }
    bot.socket.send(json!({"op": 1, "d": null})).await;
    loop {
        if bot.socket.payload().await["op"] == 11 {
            break;
        }
    }
}

#[tokio::test]
async fn a52_members_come_in_chunks_by_query_or_ids() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    let ask = json!({"guild_id": bot.guild, "query": "b", "limit": 10, "nonce": "n1"});
    bot.socket.send(json!({"op": 8, "d": ask})).await;
    let chunk = bot.socket.dispatch("GUILD_MEMBERS_CHUNK").await["d"].clone();
    assert_eq!(chunk["members"][0]["user"]["username"], "ben");
    assert_eq!(chunk["members"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&chunk["chunk_index"], &chunk["chunk_count"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(chunk["nonce"], "n1");
    let ann = discord.person("ann").id.to_string();
    let ask = json!({"guild_id": bot.guild, "user_ids": [ann, "42"]});
    bot.socket.send(json!({"op": 8, "d": ask})).await;
    let chunk = bot.socket.dispatch("GUILD_MEMBERS_CHUNK").await["d"].clone();
    assert_eq!(chunk["not_found"], json!(["42"]));
    assert_eq!(chunk["members"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a62_ephemeral_answers_come_without_guild_and_member() {
    let discord = start().await;
    let mut bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let pending = discord
        .person("ann")
        .in_channel(&general)
        .starts("/ping")
        .await;
    let interaction = bot.interaction().await;
    let mut answer = says("psst");
    answer["data"]["flags"] = json!(64);
    bot.answers(&interaction, answer).await;
    pending.answered().await;
    let message = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(message["content"], "psst");
    assert!(message.get("guild_id").is_none() && message.get("member").is_none());
}

#[tokio::test]
async fn h11_two_sessions_of_one_shard_both_get_events() {
    let discord = start().await;
    let (mut one, mut two) = (Bot::connect(&discord).await, Bot::connect(&discord).await);
    let general = discord.guild("Cogbox Lab").channel("general");
    discord.person("ann").in_channel(&general).says("hi").await;
    one.socket.dispatch("MESSAGE_CREATE").await;
    two.socket.dispatch("MESSAGE_CREATE").await;
    assert_eq!(discord.gateway_sessions().len(), 2);
}
