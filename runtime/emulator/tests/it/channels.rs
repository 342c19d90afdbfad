//! Where the bot reaches whom: closed direct messages, forums, announcements, slow mode.

use std::time::Duration;

use cogbox_emulator::model::permissions::{CONNECT, MANAGE_MESSAGES, SEND_MESSAGES};
use cogbox_emulator::{Clock, Emulator, Options};
use serde_json::{Value, json};

use crate::client::{Bot, options, slash};

const ANNOUNCEMENTS: u8 = 5;

#[tokio::test]
async fn e25_a_person_can_close_direct_messages_and_strangers_are_out_of_reach() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let ann = discord.person("ann");
    let path = format!("/channels/{}/messages", ann.in_dm().channel);
    let hello = json!({"content": "hello"});
    ann.blocks_bot(true);
    assert_eq!(bot.post(&path, hello.clone()).await.refusal(), (403, 50007));
    ann.blocks_bot(false);
    assert_eq!(bot.post(&path, hello.clone()).await.status, 200);
    let stranger = discord.add_person("dora").in_dm().channel;
    let path = format!("/channels/{stranger}/messages");
    assert_eq!(bot.post(&path, hello).await.refusal(), (403, 50278));
}

#[tokio::test]
async fn e28_forums_and_media_channels_take_no_plain_message() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let help = discord.guild("Cogbox Lab").add_channel("help");
    let path = format!("/channels/{}/messages", help.id);
    let hello = json!({"content": "hello"});
    for (kind, refusal) in [(15, 40058), (16, 40058), (4, 50008)] {
        help.set_kind(kind);
        let reply = bot.post(&path, hello.clone()).await;
        assert_eq!(reply.refusal(), (400, refusal), "type {kind}");
    }
    let ann = discord.person("ann").in_channel(&help);
    assert_eq!(ann.cannot_say("hello"), "This channel takes no messages.");
    help.set_kind(0);
    assert_eq!(bot.post(&path, hello).await.status, 200);
}

#[tokio::test]
async fn e34_announcements_are_published_once() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let news = discord.guild("Cogbox Lab").add_channel("news");
    let path = format!("/channels/{}/messages", news.id);
    let mine = bot.post(&path, json!({"content": "news"})).await.body;
    let mine = format!("{path}/{}/crosspost", mine["id"].as_str().unwrap());
    assert_eq!(bot.post(&mine, Value::Null).await.refusal(), (400, 50024));
    news.set_kind(ANNOUNCEMENTS);
    let hers = discord.person("ann").in_channel(&news).says("hers").await;
    let hers = format!("{path}/{hers}/crosspost");
    assert_eq!(bot.post(&hers, Value::Null).await.refusal(), (403, 50013));
    let published = bot.post(&mine, Value::Null).await;
    assert_eq!(
        (published.status, &published.body["flags"]),
        (200, &json!(1))
    );
    assert_eq!(published.body["edited_timestamp"], Value::Null);
    let told = bot.socket.dispatch("MESSAGE_UPDATE").await["d"].clone();
    assert_eq!(
        (&told["id"], &told["flags"]),
        (&published.body["id"], &json!(1))
    );
    assert_eq!(bot.post(&mine, Value::Null).await.refusal(), (400, 40033));
    news.set_bot(MANAGE_MESSAGES, 0);
    assert_eq!(bot.post(&hers, Value::Null).await.status, 200);
    news.set_bot(MANAGE_MESSAGES, SEND_MESSAGES);
    assert_eq!(bot.post(&hers, Value::Null).await.refusal(), (403, 50013));
    let gone = format!("{path}/42/crosspost");
    news.set_bot(0, 0);
    assert_eq!(bot.post(&gone, Value::Null).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn e37_slow_mode_holds_people_and_no_bots() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    general.set_slow_mode(10);
    let path = format!("/channels/{}", general.id);
    assert_eq!(bot.get(&path).await.body["rate_limit_per_user"], 10);
    let ben = discord.person("ben").in_channel(&general);
    let ann = discord.person("ann").in_channel(&general);
    ben.says("one").await;
    assert_eq!(
        ben.cannot_say("two"),
        "Slow mode is on: ben may write again in 10 s."
    );
    discord.advance(Duration::from_secs(10));
    ben.says("two").await;
    let path = format!("{path}/messages");
    for n in 0..2 {
        ann.says("the owner passes by it").await;
        let reply = bot.post(&path, json!({"content": n.to_string()})).await;
        assert_eq!(reply.status, 200);
    }
}

#[tokio::test]
async fn c34_age_restricted_commands_need_such_a_channel() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let mut command = slash("odds");
    command["nsfw"] = json!(true);
    bot.registers(json!([command])).await;
    let bots = discord.guild("Cogbox Lab").channel("bots");
    let ann = discord.person("ann").in_channel(&bots);
    assert_eq!(
        ann.cannot_run("/odds"),
        "ann sees no command /odds; there are none here"
    );
    bots.set_nsfw(true);
    assert_eq!(
        bot.get(&format!("/channels/{}", bots.id)).await.body["nsfw"],
        true
    );
    ann.prepares("/odds");
}

#[tokio::test]
async fn e27_the_text_of_a_voice_channel_needs_connect() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let lounge = discord.guild("Cogbox Lab").add_channel("lounge");
    let path = format!("/channels/{}/messages", lounge.id);
    let hello = json!({"content": "hello"});
    for kind in [2, 13] {
        lounge.set_kind(kind);
        lounge.set_bot(CONNECT, 0);
        let sent = bot.post(&path, hello.clone()).await;
        assert_eq!(sent.status, 200);
        let one = format!("{path}/{}", sent.body["id"].as_str().unwrap());
        assert_eq!(bot.get(&one).await.status, 200);
        lounge.set_bot(0, CONNECT);
        assert_eq!(bot.get(&one).await.refusal(), (403, 50013));
        assert_eq!(bot.get(&path).await.body, json!([]));
        assert_eq!(bot.post(&path, hello.clone()).await.refusal(), (403, 50013));
    }
}
