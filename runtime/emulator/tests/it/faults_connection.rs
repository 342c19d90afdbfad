//! Connections and sessions that end, and guilds that go away.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Fault, Options};
use serde_json::{Value, json};

use crate::client::{Bot, Got, PLAIN_INTENTS, Socket, identify, options};

async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.socket.dispatch("GUILD_CREATE").await;
    (discord, bot)
}

/// Resumes after number 2 and tells the opcode, the name and the data of what comes.
async fn resumed(discord: &Emulator, bot: &Bot) -> (Value, Value, Value) {
    let mut socket = Socket::resume(discord, &bot.ready["session_id"], 2).await;
    let got = socket.payload().await;
    (got["op"].clone(), got["t"].clone(), got["d"].clone())
}

async fn resumes(discord: &Emulator, bot: &Bot) {
    assert_eq!(resumed(discord, bot).await.1, "RESUMED");
}

async fn cannot_resume(discord: &Emulator, bot: &Bot) {
    let refused = (json!(9), Value::Null, json!(false));
    assert_eq!(resumed(discord, bot).await, refused);
}

#[tokio::test]
async fn x13_a09_heartbeats_are_asked_for_and_not_acknowledged() {
    let (discord, mut bot) = start().await;
    discord.cause(Fault::WithholdAcks { on: true });
    bot.socket.send(json!({"op": 1, "d": 2})).await;
    // The answer to what is asked afterwards comes, so the acknowledgement does not.
    let ask = json!({"guild_id": bot.guild, "user_ids": ["42"]});
    bot.socket.send(json!({"op": 8, "d": ask})).await;
    assert_eq!(bot.socket.payload().await["t"], "GUILD_MEMBERS_CHUNK");
    discord.cause(Fault::AskHeartbeat { shard: None });
    assert_eq!(
        bot.socket.payload().await,
        json!({"op": 1, "d": null, "s": null, "t": null})
    );
    discord.cause(Fault::WithholdAcks { on: false });
    bot.socket.send(json!({"op": 1, "d": 3})).await;
    assert_eq!(bot.socket.payload().await["op"], 11);
    discord.cause(Fault::WithholdAcks { on: true });
    bot.socket.close(4000).await;
    discord.bot_gone().await;
    let mut socket = Socket::resume(&discord, &bot.ready["session_id"], 2).await;
    socket.dispatch("RESUMED").await;
    socket.send(json!({"op": 1, "d": 3})).await;
    assert_eq!(
        socket.payload().await["op"],
        11,
        "a new connection is acknowledged"
    );
}

#[tokio::test]
async fn x14_a_reconnect_is_asked_for_and_enforced_after_5_seconds() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.socket.dispatch("GUILD_CREATE").await;
    discord.cause(Fault::Reconnect { shard: None });
    assert_eq!(
        bot.socket.payload().await,
        json!({"op": 7, "d": null, "s": null, "t": null})
    );
    // Until then it goes on as before.
    bot.socket.send(json!({"op": 1, "d": 2})).await;
    assert_eq!(bot.socket.payload().await["op"], 11);
    clock.advance(Duration::from_secs(5));
    assert!(matches!(bot.socket.got().await, Got::Closed(_)));
    discord.bot_gone().await;
    resumes(&discord, &bot).await;
}

#[tokio::test]
async fn x14_a_reconnect_may_come_in_place_of_hello() {
    let (discord, bot) = start().await;
    discord.cause(Fault::ReconnectAtHello { times: 2 });
    for _ in 0..2 {
        let mut socket = Socket::open(&discord).await;
        assert_eq!(socket.payload().await["op"], 7);
    }
    resumes(&discord, &bot).await;
}

#[tokio::test]
async fn x15_a41_an_invalid_session_is_resumed_or_begun_anew_as_it_says() {
    let (discord, mut bot) = start().await;
    for resumable in [true, false] {
        discord.cause(Fault::InvalidSession {
            resumable,
            shard: None,
        });
        assert_eq!(
            bot.socket.payload().await,
            json!({"op": 9, "d": resumable, "s": null, "t": null})
        );
        match resumable {
            true => {
                bot.socket = Socket::resume(&discord, &bot.ready["session_id"], 2).await;
                assert_eq!(bot.socket.payload().await["t"], "RESUMED");
            }
            false => cannot_resume(&discord, &bot).await,
        }
    }
    // The connection that was told so may identify, and so may a new one.
    bot.socket.send(identify(&discord, PLAIN_INTENTS)).await;
    assert_eq!(bot.socket.payload().await["t"], "READY");
    Bot::connect(&discord).await;
}

#[tokio::test]
async fn x16_connections_close_with_a_code_without_one_and_without_a_word() {
    for code in [4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009] {
        let (discord, mut bot) = start().await;
        let code = Some(code);
        discord.cause(Fault::Close { code, shard: None });
        assert_eq!(bot.socket.got().await, Got::Closed(code));
    }
    for fault in [
        Fault::Close {
            code: None,
            shard: None,
        },
        Fault::Drop { shard: None },
    ] {
        let (discord, mut bot) = start().await;
        discord.cause(fault);
        assert!(matches!(
            bot.socket.got().await,
            Got::Closed(None | Some(1005))
        ));
        discord.bot_gone().await;
        resumes(&discord, &bot).await;
    }
}

#[tokio::test]
async fn x16_one_shard_closes_and_the_other_stays() {
    let discord = Emulator::start(options()).await.unwrap();
    let (mut zero, _) = Socket::shard(&discord, 0, 2).await;
    let (mut one, _) = Socket::shard(&discord, 1, 2).await;
    discord.cause(Fault::Close {
        code: Some(4000),
        shard: Some(1),
    });
    assert_eq!(one.closed().await, Some(4000));
    zero.send(json!({"op": 1, "d": null})).await;
    zero.opcode(11).await;
}

#[tokio::test]
async fn x17_connections_close_for_good() {
    for code in [4004, 4010, 4011, 4012, 4013, 4014] {
        let (discord, mut bot) = start().await;
        discord.cause(Fault::Close {
            code: Some(code),
            shard: None,
        });
        assert_eq!(bot.socket.got().await, Got::Closed(Some(code)));
    }
}

#[tokio::test]
async fn x18_lost_sessions_have_to_identify() {
    let (discord, mut bot) = start().await;
    discord.cause(Fault::LoseSessions { shard: None });
    bot.socket.closed().await;
    discord.bot_gone().await;
    cannot_resume(&discord, &bot).await;
    assert_ne!(
        Bot::connect(&discord).await.ready["session_id"],
        bot.ready["session_id"]
    );
}

#[tokio::test]
async fn x19_a_token_that_was_reset_is_good_for_nothing() {
    let (discord, mut bot) = start().await;
    let old = identify(&discord, PLAIN_INTENTS);
    let token = Some("another.token".to_owned());
    discord.cause(Fault::ResetToken { token });
    assert_eq!(bot.socket.got().await, Got::Closed(Some(4004)));
    assert_eq!(bot.get("/users/@me").await.refusal(), (401, 0));
    let mut socket = Socket::open(&discord).await;
    socket.opcode(10).await;
    socket.send(old.clone()).await;
    assert_eq!(socket.got().await, Got::Closed(Some(4004)));
    let mut new = old;
    new["d"]["token"] = json!("another.token");
    let mut socket = Socket::open(&discord).await;
    socket.opcode(10).await;
    socket.send(new).await;
    assert_eq!(socket.payload().await["t"], "READY");
}

#[tokio::test]
async fn x20_a29_guilds_go_down_and_come_back() {
    let (discord, mut bot) = start().await;
    let lab = discord.guild("Cogbox Lab").id;
    let outage = |on, guild| Fault::Outage {
        on,
        guild,
        shard: None,
        shards: 1,
    };
    let down = json!({"id": lab.to_string(), "unavailable": true});
    for guild in [Some(lab), None] {
        discord.cause(outage(true, guild));
        assert_eq!(bot.socket.dispatch("GUILD_DELETE").await["d"], down);
        // Who comes in the meantime is not shown the guild.
        let ready = Bot::connect(&discord).await.ready;
        assert_eq!(ready["guilds"], json!([down]));
        discord.cause(outage(false, guild));
        let back = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
        assert_eq!(back["name"], "Cogbox Lab");
    }
    discord.cause(Fault::UnavailableGuild { guild: lab });
    assert_eq!(bot.socket.dispatch("GUILD_CREATE").await["d"], down);
}

#[tokio::test]
async fn x20_an_outage_concerns_the_guilds_of_one_shard() {
    let discord = Emulator::start(options()).await.unwrap();
    discord.cause(Fault::Guilds { count: 9 });
    let mut bot = Bot::connect(&discord).await;
    let mut here = Vec::new();
    for _ in 0..10 {
        let id = bot.socket.dispatch("GUILD_CREATE").await["d"]["id"].clone();
        let number: u64 = id.as_str().unwrap().parse().unwrap();
        if (number >> 22) % 2 == 1 {
            here.push(id);
        }
    }
    assert!((1..10).contains(&here.len()), "{here:?}");
    discord.cause(Fault::Outage {
        on: true,
        guild: None,
        shard: Some(1),
        shards: 2,
    });
    discord.dispatch_raw("END", &json!({}));
    let mut gone = Vec::new();
    loop {
        let got = bot.socket.payload().await;
        match got["t"].as_str() {
            Some("GUILD_DELETE") => gone.push(got["d"]["id"].clone()),
            Some("END") => break,
            _ => {}
        }
    }
    assert_eq!(gone, here);
}

#[tokio::test]
async fn x21_a_bot_that_was_removed_is_told_and_has_no_access() {
    let (discord, mut bot) = start().await;
    let lab = discord.guild("Cogbox Lab").id;
    discord.cause(Fault::RemoveBot { guild: lab });
    let gone = bot.socket.dispatch("GUILD_DELETE").await["d"].clone();
    assert_eq!(gone, json!({"id": lab.to_string()}));
    let reply = bot.get(&format!("/guilds/{lab}")).await;
    assert_eq!(reply.refusal(), (403, 50001));
}
