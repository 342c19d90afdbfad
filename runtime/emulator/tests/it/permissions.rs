//! What the bot may do where, and how it is told that it may not.

use cogbox_emulator::Emulator;
use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, ATTACH_FILES, EMBED_LINKS, EVERYONE, SEND_MESSAGES, VIEW_CHANNEL,
};
use serde_json::{Value, json};

use crate::client::{Bot, options};

#[tokio::test]
async fn b10_no_view_is_50001_and_no_right_50013() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let hello = json!({"content": "hello"});
    general.set_bot(0, SEND_MESSAGES);
    assert_eq!(bot.post(&path, hello.clone()).await.refusal(), (403, 50013));
    assert_eq!(bot.get(&path).await.status, 200);
    general.set_bot(0, VIEW_CHANNEL);
    assert_eq!(bot.post(&path, hello).await.refusal(), (403, 50001));
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
    assert_eq!(
        bot.get(&format!("/channels/{}", general.id))
            .await
            .refusal(),
        (403, 50001)
    );
    discord.guild("Cogbox Lab").remove_bot();
    assert_eq!(
        bot.get(&format!("/guilds/{}", bot.guild)).await.refusal(),
        (403, 50001)
    );
}

#[tokio::test]
async fn f01_roles_add_up_and_overwrites_come_in_order() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let sends = async || bot.post(&path, json!({"content": "x"})).await.status;
    // Denied to everyone in the channel, though the bot's own role allows it in the guild.
    general.set_everyone(0, SEND_MESSAGES);
    assert_eq!(sends().await, 403);
    // The overwrite of the member comes last.
    general.set_bot(SEND_MESSAGES, 0);
    assert_eq!(sends().await, 200);
    general.set_bot(0, SEND_MESSAGES);
    assert_eq!(sends().await, 403);
    // An administrator passes by all overwrites.
    lab.set_role("@everyone", EVERYONE | ADMINISTRATOR, false);
    assert_eq!(sends().await, 200);
}

#[tokio::test]
async fn f02_without_sending_there_are_no_files_and_embeds_either() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.registers(json!([crate::client::slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    general.set_bot(0, SEND_MESSAGES);
    discord
        .person("ann")
        .in_channel(&general)
        .starts("/ping")
        .await;
    let interaction = bot.interaction().await;
    let allowed: u64 = interaction["app_permissions"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_ne!(allowed & VIEW_CHANNEL, 0);
    assert_eq!(allowed & (SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES), 0);
    // D19: an answer needs no permission of the bot.
    assert_eq!(
        bot.answers(&interaction, crate::client::says("pong"))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn e24_embeds_need_their_own_right() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    general.set_bot(0, EMBED_LINKS);
    let path = format!("/channels/{}/messages", general.id);
    let embed = json!({"embeds": [{"title": "t"}]});
    assert_eq!(bot.post(&path, embed).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn a61_messages_of_hidden_channels_do_not_reach_the_bot() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let lab = discord.guild("Cogbox Lab");
    lab.channel("bots").set_bot(0, VIEW_CHANNEL);
    let ann = discord.person("ann");
    ann.in_channel(&lab.channel("bots")).says("hidden").await;
    ann.in_channel(&lab.channel("general")).says("seen").await;
    assert_eq!(
        bot.socket.dispatch("MESSAGE_CREATE").await["d"]["content"],
        "seen"
    );
}

#[tokio::test]
async fn e24_each_kind_of_message_needs_its_right() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let poll = json!({"question": {"text": "Well?"}, "answers": [{"poll_media": {"text": "Yes"}}]});
    let file: [(&str, &str, &[u8]); 1] = [("files[0]", "a.txt", b"alpha")];
    let sends = async |body: &Value, files: bool| match files {
        true => {
            bot.form(reqwest::Method::POST, &path, body.clone(), &file)
                .await
        }
        false => bot.post(&path, body.clone()).await,
    };
    for (right, body, files) in [
        (1 << 11, json!({"content": "x"}), false),
        (1 << 12, json!({"content": "x", "tts": true}), false),
        (1 << 14, json!({"embeds": [{"title": "x"}]}), false),
        (1 << 15, json!({"content": "x"}), true),
        (1 << 49, json!({"poll": poll}), false),
    ] {
        general.set_bot(right, 0);
        assert_eq!(sends(&body, files).await.status, 200, "{body}");
        general.set_bot(0, right);
        assert_eq!(sends(&body, files).await.refusal(), (403, 50013), "{body}");
    }
    general.set_bot(0, 1 << 10);
    let body = json!({"content": "x"});
    assert_eq!(sends(&body, false).await.refusal(), (403, 50001));
}
