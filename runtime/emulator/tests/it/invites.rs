//! Invites: made, listed, used and revoked.

use std::time::Duration;

use cogbox_emulator::model::permissions::{
    CREATE_INSTANT_INVITE, MANAGE_CHANNELS, MANAGE_GUILD, VIEW_AUDIT_LOG,
};
use cogbox_emulator::{Clock, Emulator, Options};
use serde_json::{Value, json};

use crate::client::{Bot, options, start_with};

#[tokio::test]
async fn b40_an_invite_wants_a_body_be_it_empty() {
    let (discord, mut bot) = start_with(MANAGE_CHANNELS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/channels/{}/invites", lab.channel("general").id);
    assert_eq!(bot.post(&path, json!({})).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_CHANNELS | CREATE_INSTANT_INVITE, false);
    assert_eq!(bot.post(&path, Value::Null).await.refusal(), (400, 50109));
    let made = bot.post(&path, json!({})).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(
        (&made.body["max_age"], &made.body["max_uses"]),
        (&json!(86_400), &json!(0))
    );
    assert_eq!(made.body["guild"]["id"], json!(bot.guild));
    assert_eq!(made.body["channel"]["name"], "general");
    assert_eq!(made.body["inviter"]["id"], bot.ready["user"]["id"]);
    let told = bot.socket.dispatch("INVITE_CREATE").await["d"].clone();
    assert_eq!(told["code"], made.body["code"]);
    assert_eq!(told["channel_id"], made.body["channel"]["id"]);
    assert_eq!(told["guild_id"], json!(bot.guild));
    assert_eq!(told["expires_at"], made.body["expires_at"]);
    // One of the same kind is there already, unless a new one is asked for.
    let same = bot.post(&path, json!({})).await.body;
    assert_eq!(same["code"], made.body["code"]);
    let other = bot.post(&path, json!({"unique": true})).await.body;
    assert_ne!(other["code"], made.body["code"]);
    for (body, field) in [
        (json!({"max_age": 604_801}), "max_age"),
        (json!({"max_uses": 101}), "max_uses"),
        (json!({"temporary": "no"}), "temporary"),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    assert_eq!(bot.get(&path).await.body.as_array().unwrap().len(), 2);
    lab.set_role("Cogbox", 0, false);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn a60_invites_are_told_to_those_who_manage_the_channel() {
    let (discord, mut bot) = start_with(CREATE_INSTANT_INVITE | MANAGE_GUILD).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/channels/{}/invites", lab.channel("general").id);
    let made = bot.post(&path, json!({})).await.body;
    let one = format!("/invites/{}", made["code"].as_str().unwrap());
    let gone = bot.delete(&one).await;
    assert_eq!((gone.status, &gone.body["code"]), (200, &made["code"]));
    lab.set_role("Cogbox", MANAGE_CHANNELS | CREATE_INSTANT_INVITE, false);
    let between = bot.socket.names_before("GUILD_ROLE_UPDATE").await;
    assert_eq!(between, ["GUILD_CREATE"]);
    let made = bot.post(&path, json!({})).await.body;
    bot.socket.dispatch("INVITE_CREATE").await;
    bot.delete(&format!("/invites/{}", made["code"].as_str().unwrap()))
        .await;
    let told = bot.socket.dispatch("INVITE_DELETE").await["d"].clone();
    assert_eq!(
        told,
        json!({"channel_id": lab.channel("general").id, "guild_id": bot.guild, "code": made["code"]})
    );
}

#[tokio::test]
async fn b09_an_invite_ends_with_its_uses_with_its_time_and_when_revoked() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let mut bot = Bot::connect(&discord).await;
    let lab = discord.guild("Cogbox Lab");
    lab.set_role("Cogbox", MANAGE_CHANNELS | CREATE_INSTANT_INVITE, false);
    let path = format!("/channels/{}/invites", lab.channel("general").id);
    let make = async |body| {
        let made = bot.post(&path, body).await.body;
        made["code"].as_str().unwrap().to_owned()
    };
    let one = |code: &str| format!("/invites/{code}");
    let twice = make(json!({"max_uses": 2})).await;
    let (dora, eve) = (discord.add_person("dora"), discord.add_person("eve"));
    lab.accept_invite(&dora, &twice);
    assert_eq!(bot.get(&path).await.body[0]["uses"], 1);
    lab.accept_invite(&eve, &twice);
    assert_eq!(bot.get(&one(&twice)).await.refusal(), (404, 10006));
    let minute = make(json!({"max_age": 60})).await;
    let shown = bot
        .get(&format!("{}?with_counts=true", one(&minute)))
        .await
        .body;
    assert_eq!(shown["approximate_member_count"], 6);
    assert!(shown.get("uses").is_none());
    discord.advance(Duration::from_secs(60));
    assert_eq!(bot.get(&one(&minute)).await.refusal(), (404, 10006));
    assert_eq!(bot.get(&path).await.body, json!([]));
    let ever = make(json!({"max_age": 0})).await;
    assert_eq!(bot.get(&one(&ever)).await.body["expires_at"], Value::Null);
    lab.set_role("Cogbox", 0, false);
    assert_eq!(bot.delete(&one(&ever)).await.refusal(), (403, 50013));
    let all = format!("/guilds/{}/invites", bot.guild);
    assert_eq!(bot.get(&all).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", VIEW_AUDIT_LOG, false);
    assert!(bot.get(&all).await.body[0].get("uses").is_none());
    lab.set_role("Cogbox", MANAGE_GUILD, false);
    assert_eq!(bot.get(&all).await.body[0]["uses"], 0);
    assert_eq!(bot.delete(&one(&ever)).await.status, 200);
    assert_eq!(bot.delete(&one(&ever)).await.refusal(), (404, 10006));
    bot.socket.dispatch("INVITE_DELETE").await;
}
