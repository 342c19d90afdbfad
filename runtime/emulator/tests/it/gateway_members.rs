//! Members over the gateway: large guilds, asking for everyone, presences.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Fault, Options};
use serde_json::{Value, json};

use crate::client::{ALL_INTENTS, Bot, PLAIN_INTENTS, Socket, identify, options};

/// Identifies with a threshold and returns the guild, or the code it was closed with.
async fn guild_with(discord: &Emulator, threshold: Value) -> Result<Value, Option<u16>> {
    let mut socket = Socket::open(discord).await;
    socket.opcode(10).await;
    let mut payload = identify(discord, ALL_INTENTS);
    payload["d"]["large_threshold"] = threshold.clone();
    socket.send(payload).await;
    match threshold.as_u64() {
        Some(50..=250) | None => Ok(socket.dispatch("GUILD_CREATE").await["d"].clone()),
        _ => Err(socket.closed().await),
    }
}

#[tokio::test]
async fn a27_above_the_large_threshold_offline_members_are_left_out() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab").id;
    discord.cause(Fault::Crowd {
        guild: lab,
        members: 96,
    });
    for (threshold, members, large) in [
        (Value::Null, 4, true),
        (json!(50), 4, true),
        (json!(99), 4, true),
        (json!(100), 100, false),
        (json!(250), 100, false),
    ] {
        let guild = guild_with(&discord, threshold.clone()).await.unwrap();
        let shown = guild["members"].as_array().unwrap().len();
        assert_eq!(
            (shown, &guild["large"]),
            (members, &json!(large)),
            "{threshold}"
        );
        assert_eq!(guild["member_count"], 100);
    }
    for odd in [json!(49), json!(251)] {
        assert_eq!(guild_with(&discord, odd).await, Err(Some(4002)));
    }
}

#[tokio::test]
async fn a53_everyone_and_presences_need_their_intents() {
    let discord = Emulator::start(options()).await.unwrap();
    let ask = |guild: &str, query: &str, limit: u64| {
        json!({"op": 8, "d": {
            "guild_id": guild, "query": query, "limit": limit, "presences": true,
        }})
    };
    let mut plain = Bot::connect_with(&discord, PLAIN_INTENTS).await;
    let guild = plain.guild.clone();
    plain.socket.send(ask(&guild, "", 0)).await;
    // Nothing comes for it; what is asked by name comes, without presences.
    plain.socket.send(ask(&guild, "ann", 1)).await;
    let chunk = plain.socket.dispatch("GUILD_MEMBERS_CHUNK").await["d"].clone();
    assert_eq!(chunk["members"].as_array().unwrap().len(), 1);
    assert!(chunk.get("presences").is_none());
    let mut all = Bot::connect(&discord).await;
    all.socket.send(ask(&guild, "", 0)).await;
    let chunk = all.socket.dispatch("GUILD_MEMBERS_CHUNK").await["d"].clone();
    assert_eq!(chunk["members"].as_array().unwrap().len(), 4);
    assert!(!chunk["presences"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a54_h08_everyone_is_asked_for_once_in_30_seconds() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let lab = discord.guild("Cogbox Lab").id;
    discord.cause(Fault::Crowd {
        guild: lab,
        members: 2_500,
    });
    let mut bot = Bot::connect(&discord).await;
    let ask = json!({"op": 8, "d": {
        "guild_id": bot.guild, "query": "", "limit": 0, "nonce": "n",
    }});
    bot.socket.send(ask.clone()).await;
    let mut members = 0;
    for index in 0..3 {
        let chunk = bot.socket.dispatch("GUILD_MEMBERS_CHUNK").await["d"].clone();
        assert_eq!(
            (&chunk["chunk_index"], &chunk["chunk_count"]),
            (&json!(index), &json!(3))
        );
        members += chunk["members"].as_array().unwrap().len();
    }
    assert_eq!(members, 2_504);
    clock.advance(Duration::from_secs(10));
    bot.socket.send(ask.clone()).await;
    let limited = bot.socket.payload().await;
    assert_eq!(limited["t"], "RATE_LIMITED");
    let meta = json!({"guild_id": bot.guild, "nonce": "n"});
    assert_eq!(
        limited["d"],
        json!({"opcode": 8, "retry_after": 20.0, "meta": meta})
    );
    clock.advance(Duration::from_secs(20));
    bot.socket.send(ask).await;
    assert_eq!(bot.socket.payload().await["t"], "GUILD_MEMBERS_CHUNK");
}

#[tokio::test]
async fn a46_more_than_5_presences_in_20_seconds_are_dropped() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let shows = async |bot: &mut Bot, name: &str| {
        let activities = json!([{"name": name, "type": 0}]);
        let presence =
            json!({"since": null, "activities": activities, "status": "idle", "afk": false});
        bot.socket.send(json!({"op": 3, "d": presence})).await;
        bot.socket.send(json!({"op": 1, "d": null})).await;
        bot.socket.opcode(11).await;
        let shown = discord.gateway_sessions()[0].presence.clone();
        shown["activities"][0]["name"].as_str().unwrap().to_owned()
    };
    for n in 1..=7 {
        let seen = shows(&mut bot, &n.to_string()).await;
        assert_eq!(seen, n.min(5).to_string());
    }
    clock.advance(Duration::from_secs(20));
    assert_eq!(shows(&mut bot, "8").await, "8");
}
