//! The guild itself: its settings, leaving it, and the two-factor authentication it asks for.

use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, KICK_MEMBERS, MANAGE_CHANNELS, MANAGE_GUILD, MANAGE_MESSAGES, MANAGE_NICKNAMES,
};
use serde_json::{Value, json};

use crate::client::start_with;

#[tokio::test]
async fn b09_b10_a_guild_is_changed_by_those_who_manage_it() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}", bot.guild);
    let edit = json!({
        "name": "The Lab",
        "description": "Where cogs are made",
        "verification_level": 2,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "preferred_locale": "de",
        "afk_timeout": 900,
        "system_channel_id": lab.channel("general").id,
    });
    assert_eq!(bot.patch(&path, edit.clone()).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_GUILD, false);
    let changed = bot.patch(&path, edit.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    for (key, value) in edit.as_object().unwrap() {
        assert_eq!(&changed.body[key], value, "{key}");
    }
    assert_eq!(bot.get(&path).await.body, changed.body);
    let told = bot.socket.dispatch("GUILD_UPDATE").await["d"].clone();
    assert_eq!(told, changed.body);
    for (body, field) in [
        (json!({"name": "x"}), "name"),
        (json!({"description": "x".repeat(301)}), "description"),
        (json!({"verification_level": 5}), "verification_level"),
        (json!({"afk_timeout": 61}), "afk_timeout"),
        (json!({"preferred_locale": "xx"}), "preferred_locale"),
        (
            json!({"afk_channel_id": lab.channel("general").id}),
            "afk_channel_id",
        ),
        (json!({"system_channel_id": "42"}), "system_channel_id"),
    ] {
        bot.patch(&path, body).await.faults_at(field);
    }
    let unknown = bot.patch("/guilds/42", json!({})).await;
    assert_eq!(unknown.refusal(), (404, 10004));
    lab.remove_bot();
    assert_eq!(bot.patch(&path, json!({})).await.refusal(), (403, 50001));
}

#[tokio::test]
async fn b34_a_switch_of_the_query_is_true_true_or_1() {
    let (_discord, bot) = start_with(0).await;
    let path = format!("/guilds/{}", bot.guild);
    for (query, shown) in [
        ("?with_counts=true", json!(4)),
        ("?with_counts=True", json!(4)),
        ("?with_counts=1", json!(4)),
        ("?with_counts=false", Value::Null),
        ("?with_counts=0", Value::Null),
        ("", Value::Null),
    ] {
        let guild = bot.get(&format!("{path}{query}")).await.body;
        assert_eq!(guild["approximate_member_count"], shown, "{query}");
    }
}

#[tokio::test]
async fn a28_a_bot_that_leaves_is_told_that_the_guild_is_gone() {
    let (_discord, mut bot) = start_with(0).await;
    let path = format!("/users/@me/guilds/{}", bot.guild);
    let left = bot.delete(&path).await;
    assert_eq!((left.status, left.body), (204, json!("")));
    let told = bot.socket.dispatch("GUILD_DELETE").await["d"].clone();
    assert_eq!(told, json!({"id": bot.guild}));
    assert_eq!(bot.get("/users/@me/guilds").await.body, json!([]));
    assert_eq!(bot.delete(&path).await.refusal(), (404, 10004));
}

#[tokio::test]
async fn b39_bots_make_no_guilds_but_tests_do() {
    let (discord, mut bot) = start_with(0).await;
    let made = bot.post("/guilds", json!({"name": "Mine"})).await;
    assert_eq!(made.refusal(), (404, 0));
    let guild = discord.add_guild("Annex", &["hall"], &["ben"]);
    let told = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
    let told = match told["id"] == json!(guild.id) {
        true => told,
        false => bot.socket.dispatch("GUILD_CREATE").await["d"].clone(),
    };
    assert_eq!(told["name"], "Annex");
}

#[tokio::test]
async fn f24_a_guild_may_ask_moderators_for_two_factor_authentication() {
    let rights = KICK_MEMBERS | MANAGE_CHANNELS | MANAGE_MESSAGES | MANAGE_NICKNAMES;
    let (discord, bot) = start_with(rights).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let ben = discord.person("ben");
    let said = ben.in_channel(&general).says("hello").await;
    let member = format!("/guilds/{}/members/{}", bot.guild, ben.id);
    let channel = format!("/channels/{}", general.id);
    let message = format!("{channel}/messages/{said}");
    lab.set_mfa(true);
    let guild = bot.get(&format!("/guilds/{}", bot.guild)).await.body;
    assert_eq!(guild["mfa_level"], 1);
    // The owner has it at first, and with it the bot.
    assert_eq!(bot.patch(&channel, json!({"nsfw": true})).await.status, 200);
    discord.set_owner_mfa(false);
    assert_eq!(bot.get("/users/@me").await.body["mfa_enabled"], false);
    assert_eq!(bot.delete(&member).await.refusal(), (403, 60003));
    assert_eq!(bot.delete(&message).await.refusal(), (403, 60003));
    let edit = json!({"nsfw": false});
    assert_eq!(
        bot.patch(&channel, edit.clone()).await.refusal(),
        (403, 60003)
    );
    // What is not for moderators alone needs none.
    let hello = json!({"content": "hello"});
    assert_eq!(
        bot.post(&format!("{channel}/messages"), hello).await.status,
        200
    );
    assert_eq!(
        bot.patch(&member, json!({"nick": "Benny"})).await.status,
        200
    );
    // Without the permission that is the first thing said.
    lab.set_role("Cogbox", 0, false);
    assert_eq!(bot.delete(&member).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", ADMINISTRATOR, false);
    lab.set_mfa(false);
    assert_eq!(bot.patch(&channel, edit).await.status, 200);
    assert_eq!(bot.delete(&member).await.body, Value::String(String::new()));
}
