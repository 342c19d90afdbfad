//! Followups, files in answers, and the members that messages and interactions tell of.

use cogbox_emulator::{Emulator, Options};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, callback, options, says, slash};

async fn start(options: Options) -> (Emulator, Bot) {
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    (discord, bot)
}

#[tokio::test]
async fn d01_each_kind_of_interaction_has_its_number() {
    let (discord, mut bot) = start(options()).await;
    let option = json!({"type": 3, "name": "word", "description": "x", "autocomplete": true});
    bot.registers(json!([{"name": "say", "description": "x", "options": [option]}]))
        .await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let typing = tokio::spawn({
        let ann = ann.clone();
        async move { ann.types("/say word:a").await }
    });
    let typed = bot.interaction().await;
    assert_eq!(
        (&typed["type"], &typed["data"]["name"]),
        (&json!(4), &json!("say"))
    );
    bot.answers(&typed, json!({"type": 8, "data": {"choices": []}}))
        .await;
    typing.await.unwrap();
    let pending = ann.starts("/say word:a").await;
    let command = bot.interaction().await;
    assert_eq!(
        (&command["type"], &command["data"]["name"]),
        (&json!(2), &json!("say"))
    );
    let row = json!({"type": 1, "components": [
        {"type": 2, "style": 1, "label": "Form", "custom_id": "form"}
    ]});
    let data = json!({"content": "x", "components": [row]});
    bot.answers(&command, json!({"type": 4, "data": data}))
        .await;
    let answer = pending.answered().await;
    let pending = ann.starts_click(&answer, "Form").await;
    let press = bot.interaction().await;
    assert_eq!(
        (&press["type"], &press["data"]["custom_id"]),
        (&json!(3), &json!("form"))
    );
    let input = json!({"type": 4, "custom_id": "a", "style": 1});
    let label = json!({"type": 18, "label": "A", "component": input});
    let modal = json!({"custom_id": "m", "title": "M", "components": [label]});
    bot.answers(&press, json!({"type": 9, "data": modal})).await;
    let opened = pending.answered().await;
    let submitting = tokio::spawn(async move { ann.submits(&opened, &[("a", "b")]).await });
    let submit = bot.interaction().await;
    assert_eq!(
        (&submit["type"], &submit["data"]["custom_id"]),
        (&json!(5), &json!("m"))
    );
    // D11: a modal that a press opened may change the message of the press.
    let update = json!({"type": 7, "data": {"content": "y", "components": []}});
    assert_eq!(bot.answers(&submit, update).await.status, 204);
    let updated = submitting.await.unwrap();
    assert_eq!(updated.message()["id"], answer.message()["id"]);
    // What no bot at the gateway knows can be sent as well.
    discord.dispatch_raw("INTERACTION_CREATE", &json!({"id": "1", "type": 6}));
    assert_eq!(bot.interaction().await["type"], 6);
}

#[tokio::test]
async fn d19_followups_need_no_permission_and_know_no_fields_of_other_webhooks() {
    let (discord, mut bot) = start(options()).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    // Nothing is left to the bot here, not even the view.
    general.set_bot(0, u64::MAX >> 11);
    let pending = ann.starts("/ping").await;
    let got = bot.interaction().await;
    let embed = json!([{"title": "An embed"}]);
    let data = json!({"content": "x", "embeds": embed});
    assert_eq!(
        bot.answers(&got, json!({"type": 4, "data": data}))
            .await
            .status,
        204
    );
    pending.answered().await;
    let hook = bot.hook(&got, "");
    for query in ["", "?wait=false", "?wait=true", "?thread_id=42"] {
        let body = json!({
            "content": "more", "embeds": embed,
            "username": "Someone else", "avatar_url": "https://a.example/a.png",
        });
        let reply = bot.post(&format!("{hook}{query}"), body).await;
        assert_eq!(
            (reply.status, &reply.body["content"]),
            (200, &json!("more"))
        );
        assert_eq!(reply.body["author"]["username"], "Cogbox");
        assert_eq!(reply.body["author"]["avatar"], Value::Null);
        assert_eq!(reply.body["channel_id"], general.id.to_string());
    }
    let file: [(&str, &str, &[u8]); 1] = [("files[0]", "a.txt", b"alpha")];
    let reply = bot.form(Method::POST, &hook, json!({}), &file).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let path = format!("/channels/{}/messages", general.id);
    let refused = bot.post(&path, json!({"content": "hi"})).await;
    assert_eq!(refused.refusal(), (403, 50001));
}

#[tokio::test]
async fn d15_a_public_defer_stays_public() {
    let (discord, mut bot) = start(options()).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let pending = discord
        .person("ann")
        .in_channel(&general)
        .starts("/ping")
        .await;
    let got = bot.interaction().await;
    bot.answers(&got, json!({"type": 5})).await;
    let body = json!({"content": "done", "flags": 64});
    let first = bot.post(&bot.hook(&got, ""), body).await;
    assert_eq!(first.body["flags"], 0);
    assert!(!pending.answered().await.is_private());
}

#[tokio::test]
async fn d40_files_are_as_large_as_the_interaction_says() {
    let options = Options {
        attachment_limit: 1_000,
        ..options()
    };
    let (discord, mut bot) = start(options).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!(got["attachment_size_limit"], 1_000);
    let of = |size: usize| vec![b'x'; size];
    let (most, more) = (of(1_000), of(1_001));
    let large: [(&str, &str, &[u8]); 1] = [("files[0]", "large.bin", &more)];
    let right: [(&str, &str, &[u8]); 1] = [("files[0]", "right.bin", &most)];
    let body = json!({"type": 4, "data": {"content": "x"}});
    let path = callback(&got);
    let refused = bot.form(Method::POST, &path, body.clone(), &large).await;
    assert_eq!(refused.refusal(), (413, 40005));
    assert_eq!(
        bot.form(Method::POST, &path, body, &right).await.status,
        204
    );
    let hook = bot.hook(&got, "");
    let refused = bot.form(Method::POST, &hook, json!({}), &large).await;
    assert_eq!(refused.refusal(), (413, 40005));
    let made = bot.form(Method::POST, &hook, json!({}), &right).await;
    assert_eq!(made.body["attachments"][0]["size"], 1_000);
}

#[tokio::test]
async fn f19_members_are_told_in_part_and_each_time_in_another() {
    let (discord, mut bot) = start(options()).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.says("hello").await;
    let written = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    let member = &written["member"];
    assert!(member["roles"].is_array() && member["joined_at"].is_string());
    for absent in ["user", "permissions"] {
        assert!(member.get(absent).is_none(), "{absent}");
    }
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!(got["member"]["user"]["username"], "ann");
    assert!(got["member"]["permissions"].is_string());
    bot.answers(&got, says("pong")).await;
    let path = format!("/guilds/{}/members/{}", bot.guild, ann.id);
    let member = bot.get(&path).await.body;
    assert_eq!(member["user"]["username"], "ann");
    assert!(member.get("permissions").is_none());
}
