//! Webhooks: made, listed, changed and deleted, with the bot's token or with their own.

use cogbox_emulator::model::permissions::{MANAGE_WEBHOOKS, VIEW_AUDIT_LOG, VIEW_CHANNEL};
use cogbox_emulator::{Emulator, Options};
use serde_json::{Value, json};

use crate::client::{Bot, http, id, oddly, options, read, start_with};

#[tokio::test]
async fn e36_webhooks_are_made_changed_and_deleted_by_those_who_manage_them() {
    let (discord, mut bot) = start_with(MANAGE_WEBHOOKS | VIEW_AUDIT_LOG).await;
    let lab = discord.guild("Cogbox Lab");
    let (general, bots) = (lab.channel("general"), lab.channel("bots"));
    let path = format!("/channels/{}/webhooks", general.id);
    let made = bot.post(&path, json!({"name": "News"})).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let (one, token) = (id(&made.body), made.body["token"].as_str().unwrap());
    assert_eq!(
        made.body,
        json!({
            "id": one,
            "type": 1,
            "guild_id": bot.guild,
            "channel_id": general.id,
            "name": "News",
            "avatar": null,
            "application_id": bot.application,
            "token": token,
            "url": format!("{}/webhooks/{one}/{token}", discord.api_url()),
            "user": made.body["user"],
        })
    );
    assert_eq!(made.body["user"]["id"], bot.ready["user"]["id"]);
    assert_eq!(
        bot.socket.dispatch("WEBHOOKS_UPDATE").await["d"],
        json!({"guild_id": bot.guild, "channel_id": general.id})
    );
    for listed in [path.clone(), format!("/guilds/{}/webhooks", bot.guild)] {
        assert_eq!(bot.get(&listed).await.body, json!([made.body]), "{listed}");
    }
    let by_id = format!("/webhooks/{one}");
    assert_eq!(bot.get(&by_id).await.body, made.body);
    let avatar = "data:image/png;base64,aGVsbG8=";
    let edit = json!({"name": "Old news", "channel_id": bots.id, "avatar": avatar});
    let edited = bot.patch(&by_id, edit).await.body;
    assert_eq!(
        (&edited["name"], &edited["channel_id"]),
        (&json!("Old news"), &json!(bots.id))
    );
    assert_eq!(edited["avatar"].as_str().unwrap().len(), 32);
    for channel in [general.id, bots.id] {
        let told = bot.socket.dispatch("WEBHOOKS_UPDATE").await["d"].clone();
        assert_eq!(told["channel_id"], json!(channel));
    }
    let log = bot
        .get(&format!("/guilds/{}/audit-logs", bot.guild))
        .await
        .body;
    assert_eq!(log["audit_log_entries"][0]["action_type"], 51);
    assert_eq!(log["webhooks"][0]["id"], json!(one));
    assert_eq!(log["webhooks"][0].get("token"), None);
    let elsewhere = json!({"channel_id": "42"});
    assert_eq!(bot.patch(&by_id, elsewhere).await.refusal(), (404, 10003));
    bots.set_bot(0, MANAGE_WEBHOOKS);
    assert_eq!(bot.get(&by_id).await.refusal(), (403, 50013));
    assert_eq!(bot.delete(&by_id).await.refusal(), (403, 50013));
    bots.set_bot(0, 0);
    assert_eq!(bot.delete(&by_id).await.status, 204);
    assert_eq!(bot.get(&by_id).await.refusal(), (404, 10015));
    general.set_bot(0, MANAGE_WEBHOOKS);
    for refused in [
        bot.get(&path).await,
        bot.post(&path, json!({"name": "x"})).await,
    ] {
        assert_eq!(refused.refusal(), (403, 50013));
    }
    general.set_bot(0, VIEW_CHANNEL);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
    lab.set_role("Cogbox", 0, false);
    let all = format!("/guilds/{}/webhooks", bot.guild);
    assert_eq!(bot.get(&all).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn e36_names_are_judged_and_a_channel_has_15_webhooks() {
    let (discord, bot) = start_with(MANAGE_WEBHOOKS).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/webhooks", general.id);
    for name in ["", "Clyde", "my Discord bot", "   ", &"x".repeat(81)] {
        bot.post(&path, json!({"name": name}))
            .await
            .faults_at("name");
    }
    bot.post(&path, json!({})).await.faults_at("name");
    let picture = json!({"name": "x", "avatar": "picture.png"});
    bot.post(&path, picture).await.faults_at("avatar");
    for _ in 0..15 {
        assert_eq!(bot.post(&path, json!({"name": "x"})).await.status, 200);
    }
    let refused = bot.post(&path, json!({"name": "x"})).await;
    assert_eq!(refused.refusal(), (400, 30007));
    let thread = discord
        .person("ann")
        .in_channel(&general)
        .starts_thread("x");
    let inside = format!("/channels/{}/webhooks", thread.id);
    let refused = bot.post(&inside, json!({"name": "x"})).await;
    assert_eq!(refused.refusal(), (400, 50024));
}

#[tokio::test]
async fn e36_b09_who_has_the_token_needs_no_other() {
    let discord = Emulator::start(oddly()).await.unwrap();
    let _bot = Bot::connect(&discord).await;
    let hook = discord
        .guild("Cogbox Lab")
        .channel("general")
        .add_webhook("News");
    let path = format!("{}/webhooks/{}/{}", discord.api_url(), hook.id, hook.token);
    let got = read(http().get(&path)).await;
    assert_eq!((got.status, &got.body["name"]), (200, &json!("News")));
    assert_eq!(
        (got.body.get("user"), &got.body["application_id"]),
        (None, &Value::Null)
    );
    let edit = json!({"name": "Other", "channel_id": "42"});
    let edited = read(http().patch(&path).json(&edit)).await;
    assert_eq!(
        (edited.status, &edited.body["name"]),
        (200, &json!("Other"))
    );
    assert_eq!(edited.body["channel_id"], got.body["channel_id"]);
    let wrong = format!("{}/webhooks/{}/wrong", discord.api_url(), hook.id);
    assert_eq!(read(http().get(&wrong)).await.refusal(), (401, 50027));
    let hello = json!({"content": "hi"});
    assert_eq!(
        read(http().post(&wrong).json(&hello)).await.refusal(),
        (401, 50027)
    );
    assert_eq!(read(http().delete(&path)).await.status, 204);
    assert_eq!(read(http().get(&path)).await.refusal(), (404, 10015));
    assert_eq!(
        read(http().post(&path).json(&hello)).await.refusal(),
        (404, 10015)
    );
}

#[tokio::test]
async fn b23_asking_for_a_webhook_that_is_gone_again_and_again_ends_in_a_ban() {
    let discord = Emulator::start(Options {
        invalid_limit: 3,
        ..options()
    });
    let discord = discord.await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    let hook = lab.channel("general").add_webhook("News");
    let path = format!("{}/webhooks/{}/{}", discord.api_url(), hook.id, hook.token);
    let lost = format!("{path}/messages/42");
    let gone = format!("{}/webhooks/42/token", discord.api_url());
    let hello = json!({"content": "hi"});
    // A message that is not there is no reason, nor is the first time.
    for _ in 0..5 {
        assert_eq!(read(http().get(&lost)).await.refusal(), (404, 10008));
    }
    for _ in 0..4 {
        assert_eq!(
            read(http().post(&gone).json(&hello)).await.refusal(),
            (404, 10015)
        );
    }
    let banned = read(http().post(&path).json(&hello)).await;
    assert_eq!(banned.status, 429);
    assert_eq!(banned.header("content-type"), Some("text/html"));
}
