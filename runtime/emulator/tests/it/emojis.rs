//! Emojis of a guild.

use cogbox_emulator::model::permissions::{
    BYPASS_SLOWMODE, CREATE_GUILD_EXPRESSIONS, MANAGE_CHANNELS, MANAGE_GUILD_EXPRESSIONS,
    MANAGE_MESSAGES, PIN_MESSAGES,
};
use cogbox_emulator::{Clock, Emulator, Options};
use serde_json::{Value, json};

use crate::client::{Bot, id, options, start_with};

const DOT: &str = "data:image/png;base64,iVBORw0KGgo=";

#[tokio::test]
async fn f25_making_emojis_and_managing_those_of_others_are_two_rights() {
    let (discord, mut bot) = start_with(MANAGE_GUILD_EXPRESSIONS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/emojis", bot.guild);
    let cog = json!({"name": "cog", "image": DOT});
    assert_eq!(bot.post(&path, cog.clone()).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", CREATE_GUILD_EXPRESSIONS, false);
    let made = bot.post(&path, cog).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["name"], "cog");
    assert_eq!(made.body["animated"], false);
    assert_eq!(made.body["user"]["id"], bot.ready["user"]["id"]);
    let told = bot.socket.dispatch("GUILD_EMOJIS_UPDATE").await["d"].clone();
    assert_eq!(told["guild_id"], json!(bot.guild));
    assert_eq!(told["emojis"][0]["id"], made.body["id"]);
    let own = format!("{path}/{}", id(&made.body));
    let renamed = bot.patch(&own, json!({"name": "wheel"})).await;
    assert_eq!(
        (renamed.status, &renamed.body["name"]),
        (200, &json!("wheel"))
    );
    assert_eq!(bot.get(&own).await.body, renamed.body);
    let hers = format!("{path}/{}", lab.add_emoji("hers"));
    assert_eq!(bot.delete(&hers).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_GUILD_EXPRESSIONS, false);
    for emoji in [&hers, &own] {
        assert_eq!(bot.delete(emoji).await.status, 204);
        assert_eq!(bot.get(emoji).await.refusal(), (404, 10014));
    }
    assert_eq!(bot.get(&path).await.body, json!([]));
}

#[tokio::test]
async fn f25_pinning_and_passing_by_slow_mode_are_rights_of_their_own() {
    let (discord, bot) = start_with(MANAGE_MESSAGES | MANAGE_CHANNELS).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let ben = discord.person("ben");
    general.set_slow_mode(60);
    let said = ben.in_channel(&general).says("one").await;
    let pin = format!("/channels/{}/messages/pins/{said}", general.id);
    assert_eq!(bot.put(&pin, Value::Null).await.refusal(), (403, 50013));
    general.set_bot(PIN_MESSAGES, 0);
    assert_eq!(bot.put(&pin, Value::Null).await.status, 204);
    general.set_person(&ben, MANAGE_MESSAGES | MANAGE_CHANNELS, 0);
    let refused = ben.in_channel(&general).cannot_say("two");
    assert!(refused.starts_with("Slow mode is on"), "{refused}");
    general.set_person(&ben, BYPASS_SLOWMODE, 0);
    ben.in_channel(&general).says("two").await;
}

#[tokio::test]
async fn b09_wrong_emojis_are_refused_and_a_guild_has_50() {
    let (discord, bot) = start_with(CREATE_GUILD_EXPRESSIONS).await;
    let path = format!("/guilds/{}/emojis", bot.guild);
    let large = format!("data:image/png;base64,{}", "A".repeat(350_000));
    for (body, field) in [
        (json!({"image": DOT}), "name"),
        (json!({"name": "x", "image": DOT}), "name"),
        (json!({"name": "a b", "image": DOT}), "name"),
        (json!({"name": "cog"}), "image"),
        (json!({"name": "cog", "image": "cog.png"}), "image"),
        (json!({"name": "cog", "image": large}), "image"),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    let lab = discord.guild("Cogbox Lab");
    for n in 0..50 {
        lab.add_emoji(&format!("e{n}"));
    }
    let one = json!({"name": "last", "image": DOT});
    assert_eq!(bot.post(&path, one).await.refusal(), (400, 30008));
    let moving = json!({"name": "last", "image": "data:image/gif;base64,R0lGODlh"});
    assert_eq!(bot.post(&path, moving).await.body["animated"], true);
}

#[tokio::test]
async fn b22_emoji_routes_are_limited_for_each_guild_apart() {
    let limits = Options {
        route_limits: true,
        clock: Clock::manual(),
        ..options()
    };
    let discord = Emulator::start(limits).await.unwrap();
    let annex = discord.add_guild("Annex", &["hall"], &["ann"]);
    let bot = Bot::connect(&discord).await;
    let lab = format!("/guilds/{}/emojis", discord.guild("Cogbox Lab").id);
    let mut last = bot.get(&lab).await;
    assert_eq!(last.status, 200);
    while last.status == 200 {
        last = bot.get(&lab).await;
    }
    assert_eq!(last.status, 429);
    assert_eq!(
        bot.get(&format!("/guilds/{}/emojis", annex.id))
            .await
            .status,
        200
    );
}
