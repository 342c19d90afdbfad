//! Messages that are shown again elsewhere, and the addresses of their files.

use std::time::Duration;

use cogbox_emulator::model::permissions::{READ_MESSAGE_HISTORY, VIEW_CHANNEL};
use cogbox_emulator::{Clock, Emulator, Options};
use reqwest::Method;
use serde_json::json;

use crate::client::{Bot, PLAIN_INTENTS, http, id, options, read};

#[tokio::test]
async fn e13_a_forward_shows_a_message_as_it_was() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let lab = discord.guild("Cogbox Lab");
    let (general, bots) = (lab.channel("general"), lab.channel("bots"));
    let from = format!("/channels/{}/messages", general.id);
    let file: [(&str, &str, &[u8]); 1] = [("files[0]", "a.txt", b"alpha")];
    let body = json!({"content": "first", "embeds": [{"title": "t"}]});
    let source = bot.form(Method::POST, &from, body, &file).await.body;
    let into = format!("/channels/{}/messages", bots.id);
    let forward = |message: &str, channel: &str| json!({"message_reference": {"type": 1, "message_id": message, "channel_id": channel}});
    let here = general.id.to_string();
    let sent = bot.post(&into, forward(&id(&source), &here)).await;
    assert_eq!(
        (sent.status, &sent.body["type"]),
        (200, &json!(0)),
        "{}",
        sent.body
    );
    assert_eq!(
        (&sent.body["content"], &sent.body["flags"]),
        (&json!(""), &json!(1 << 14))
    );
    assert_eq!(
        sent.body["message_reference"],
        json!({
            "type": 1,
            "message_id": source["id"],
            "channel_id": here,
            "guild_id": bot.guild,
        })
    );
    let shown = &sent.body["message_snapshots"][0]["message"];
    assert_eq!(
        (&shown["content"], &shown["embeds"][0]["title"]),
        (&json!("first"), &json!("t"))
    );
    assert_eq!((shown.get("id"), shown.get("author")), (None, None));
    bot.socket.dispatch("MESSAGE_CREATE").await;
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(told["message_snapshots"][0]["message"]["content"], "first");
    // What becomes of the message later changes nothing.
    let url = shown["attachments"][0]["url"].as_str().unwrap();
    let one = format!("{from}/{}", id(&source));
    bot.patch(&one, json!({"content": "changed"})).await;
    bot.delete(&one).await;
    let again = bot.get(&format!("{into}/{}", id(&sent.body))).await.body;
    assert_eq!(again["message_snapshots"], sent.body["message_snapshots"]);
    assert_eq!(
        http().get(url).send().await.unwrap().text().await.unwrap(),
        "alpha"
    );
    // A forward is forwarded as what it shows.
    let twice = forward(&id(&sent.body), &bots.id.to_string());
    let twice = bot.post(&into, twice).await.body;
    assert_eq!(twice["message_snapshots"][0]["message"]["content"], "first");

    let bare = json!({"message_reference": {"type": 1, "message_id": source["id"]}});
    bot.post(&into, bare)
        .await
        .faults_at("message_reference.channel_id");
    assert_eq!(
        bot.post(&into, forward("42", &here)).await.refusal(),
        (404, 10008)
    );
    assert_eq!(
        bot.post(&into, forward("42", "42")).await.refusal(),
        (404, 10003)
    );
    let hers = discord
        .person("ann")
        .in_channel(&general)
        .says("hers")
        .await;
    for right in [READ_MESSAGE_HISTORY, VIEW_CHANNEL] {
        general.set_bot(0, right);
        let refused = bot.post(&into, forward(&hers.to_string(), &here)).await;
        assert_eq!(refused.refusal(), (403, 160_014));
    }
}

#[tokio::test]
async fn e13_without_the_content_intent_others_messages_cannot_be_forwarded() {
    let privileged_intents = 0;
    let discord = Emulator::start(Options {
        privileged_intents,
        ..options()
    });
    let discord = discord.await.unwrap();
    let bot = Bot::connect_with(&discord, PLAIN_INTENTS).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let path = format!("/channels/{}/messages", general.id);
    let forward = async |message: cogbox_emulator::Id| {
        let reference = json!({"type": 1, "message_id": message, "channel_id": general.id});
        bot.post(&path, json!({"message_reference": reference}))
            .await
    };
    let hers = ann.says("hers").await;
    assert_eq!(forward(hers).await.refusal(), (403, 160_014));
    let own = bot.ready["user"]["id"].as_str().unwrap();
    let to_bot = ann.says(&format!("<@{own}> look")).await;
    assert_eq!(forward(to_bot).await.status, 200);
}

#[tokio::test]
async fn e39_addresses_of_files_are_signed_and_good_for_a_day() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let file: [(&str, &str, &[u8]); 1] = [("files[0]", "a.txt", b"alpha")];
    let sent = bot.form(Method::POST, &path, json!({}), &file).await.body;
    let url = sent["attachments"][0]["url"].as_str().unwrap();
    let (bare, query) = url.split_once('?').unwrap();
    let keys: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    assert_eq!(keys, ["ex", "is", "hm", ""]);
    let fetch = async |url: &str| read(http().get(url)).await.status;
    assert_eq!(fetch(url).await, 200);
    for wrong in [bare.to_owned(), format!("{bare}?ex=ffffffff&is=0&hm=00")] {
        assert_eq!(fetch(&wrong).await, 404, "{wrong}");
    }
    // An embed names the file without its signature, and shows it with one.
    let embed = json!({"embeds": [{"image": {"url": bare}}]});
    let shown = bot.post(&path, embed).await.body;
    assert_eq!(shown["embeds"][0]["image"]["url"], url);
    discord.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(fetch(url).await, 404);
    let later = bot.get(&format!("{path}/{}", id(&sent))).await.body;
    let later = later["attachments"][0]["url"].as_str().unwrap();
    assert_ne!(later, url);
    assert_eq!(fetch(later).await, 200);
}
