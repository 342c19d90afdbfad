//! What webhooks write: under which name, where, and how it is changed.

use cogbox_emulator::{Emulator, Webhook};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, Reply, http, id, options, read};

/// Asks for something below a webhook, without any other token.
async fn ask(discord: &Emulator, hook: &Webhook, method: Method, rest: &str, body: Value) -> Reply {
    let path = format!(
        "{}/webhooks/{}/{}{rest}",
        discord.api_url(),
        hook.id,
        hook.token
    );
    let request = http().request(method, path);
    read(match body {
        Value::Null => request,
        body => request.json(&body),
    })
    .await
}

#[tokio::test]
async fn e36_a_webhook_writes_under_its_own_name() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let hook = general.add_webhook("News");
    let posts = async |rest: &str, body| ask(&discord, &hook, Method::POST, rest, body).await;
    let quiet = posts("", json!({"content": "one"})).await;
    assert_eq!((quiet.status, quiet.body), (204, json!("")));
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&told["content"], &told["webhook_id"]),
        (&json!("one"), &json!(hook.id))
    );
    assert_eq!(told.get("member"), None);
    assert_eq!(
        told["author"],
        json!({
            "id": hook.id,
            "username": "News",
            "discriminator": "0000",
            "global_name": null,
            "avatar": null,
            "bot": true,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": null,
        })
    );
    let other = json!({
        "content": "two <@&42> @everyone",
        "username": "Cass",
        "avatar_url": "https://example.com/a.png",
    });
    let waited = posts("?wait=true", other).await;
    assert_eq!(
        (waited.status, &waited.body["author"]["username"]),
        (200, &json!("Cass"))
    );
    assert_eq!(waited.body["author"]["avatar"].as_str().unwrap().len(), 32);
    assert_eq!(waited.body["mention_everyone"], false);
    for (body, field) in [
        (json!({"content": "x", "username": "clyde"}), "username"),
        (
            json!({"content": "x", "username": "x".repeat(81)}),
            "username",
        ),
        (json!({"content": "x".repeat(2001)}), "content"),
        (
            json!({"content": "x", "avatar_url": "ftp://x"}),
            "avatar_url",
        ),
        (
            json!({"content": "x", "thread_name": "x".repeat(101)}),
            "thread_name",
        ),
    ] {
        posts("", body).await.faults_at(field);
    }
    assert_eq!(posts("", json!({})).await.refusal(), (400, 50006));
    // To the bot it is another's message.
    let one = format!("/channels/{}/messages/{}", general.id, id(&waited.body));
    let edit = json!({"content": "x"});
    assert_eq!(bot.patch(&one, edit).await.refusal(), (403, 50005));
    assert_eq!(bot.delete(&one).await.refusal(), (403, 50013));
    let ann = discord.person("ann").in_channel(&general);
    let shown = general.transcript_for(&ann);
    assert_eq!(shown, "News: one\nCass: two <@&42> @everyone\n");
}

#[tokio::test]
async fn e36_what_a_webhook_wrote_it_can_read_change_and_delete() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let (hook, other) = (general.add_webhook("News"), general.add_webhook("Other"));
    let hello = json!({"content": "hello"});
    let sent = ask(&discord, &hook, Method::POST, "?wait=true", hello)
        .await
        .body;
    let one = format!("/messages/{}", id(&sent));
    let got = ask(&discord, &hook, Method::GET, &one, Value::Null).await;
    assert_eq!((got.status, &got.body), (200, &sent));
    let edit = json!({"content": "changed"});
    let edited = ask(&discord, &hook, Method::PATCH, &one, edit.clone()).await;
    assert_eq!(
        (edited.status, &edited.body["content"]),
        (200, &json!("changed"))
    );
    assert!(edited.body["edited_timestamp"].is_string());
    let empty = ask(&discord, &hook, Method::PATCH, &one, json!({"content": ""})).await;
    assert_eq!(empty.refusal(), (400, 50006));
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let foreign = ask(&discord, &other, method, &one, edit.clone()).await;
        assert_eq!(foreign.refusal(), (404, 10008));
    }
    assert_eq!(
        ask(&discord, &hook, Method::DELETE, &one, Value::Null)
            .await
            .status,
        204
    );
    let gone = ask(&discord, &hook, Method::GET, &one, Value::Null).await;
    assert_eq!(gone.refusal(), (404, 10008));
    drop(bot);
}

#[tokio::test]
async fn e36_a_webhook_writes_into_threads_of_its_channel() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let hook = general.add_webhook("News");
    let ann = discord.person("ann").in_channel(&general);
    let thread = ann.starts_thread("plans");
    ann.in_thread(&thread).archives_thread(true);
    let hello = json!({"content": "hello"});
    let query = format!("?wait=true&thread_id={}", thread.id);
    let sent = ask(&discord, &hook, Method::POST, &query, hello.clone()).await;
    assert_eq!(
        (sent.status, &sent.body["channel_id"]),
        (200, &json!(thread.id))
    );
    ann.in_thread(&thread).joins_thread();
    let one = format!("/messages/{}", id(&sent.body));
    let outside = ask(&discord, &hook, Method::GET, &one, Value::Null).await;
    assert_eq!(outside.refusal(), (404, 10008));
    let inside = format!("{one}?thread_id={}", thread.id);
    let inside = ask(&discord, &hook, Method::GET, &inside, Value::Null).await;
    assert_eq!(inside.status, 200);
    let elsewhere = discord.person("ann").in_channel(&lab.channel("bots"));
    let elsewhere = elsewhere.starts_thread("other").id;
    for wrong in [
        elsewhere.to_string(),
        general.id.to_string(),
        "42".to_owned(),
    ] {
        let query = format!("?thread_id={wrong}");
        let refused = ask(&discord, &hook, Method::POST, &query, hello.clone()).await;
        assert_eq!(refused.refusal(), (404, 10003));
    }
}

#[tokio::test]
async fn e36_only_the_webhooks_of_an_application_have_buttons() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    lab.set_role("Cogbox", 1 << 29, false);
    let bot = Bot::connect(&discord).await;
    let general = lab.channel("general");
    let button = json!({"type": 1, "components": [
        {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
    ]});
    let body = json!({"content": "x", "components": [button]});
    let theirs = general.add_webhook("News");
    let plain = ask(&discord, &theirs, Method::POST, "?wait=true", body.clone()).await;
    assert_eq!((plain.status, &plain.body["components"]), (200, &json!([])));
    let query = "?wait=true&with_components=true";
    let refused = ask(&discord, &theirs, Method::POST, query, body.clone()).await;
    refused.faults_at("components");
    let path = format!("/channels/{}/webhooks", general.id);
    let own = bot.post(&path, json!({"name": "Own"})).await.body;
    let own = format!(
        "/webhooks/{}/{}?wait=true",
        id(&own),
        own["token"].as_str().unwrap()
    );
    let sent = bot.post(&own, body).await;
    assert_eq!(sent.body["components"][0]["components"][0]["label"], "Go");
    assert_eq!(sent.body["application_id"], json!(bot.application));
}

#[tokio::test]
async fn e28_e36_webhooks_write_posts_into_forums() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general").add_webhook("News");
    let help = lab.add_channel("help");
    help.set_kind(15);
    let hook = help.add_webhook("Helper");
    let posts = async |rest: &str, body| ask(&discord, &hook, Method::POST, rest, body).await;
    let bare = json!({"content": "x"});
    let titled = json!({"content": "x", "thread_name": "A title"});
    assert_eq!(posts("", bare.clone()).await.refusal(), (400, 220_001));
    let made = posts("?wait=true", titled.clone()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let told = bot.socket.dispatch("THREAD_CREATE").await["d"].clone();
    assert_eq!(told["id"], made.body["id"]);
    assert_eq!(
        (&told["name"], &told["owner_id"]),
        (&json!("A title"), &json!(hook.id))
    );
    assert_eq!(
        (&told["member_count"], &told["message_count"]),
        (&json!(0), &json!(0))
    );
    let into = format!("?thread_id={}", id(&made.body));
    assert_eq!(posts(&into, titled.clone()).await.refusal(), (400, 220_002));
    assert_eq!(posts(&into, bare).await.status, 204);
    let refused = ask(&discord, &general, Method::POST, "", titled).await;
    assert_eq!(refused.refusal(), (400, 220_003));
}
