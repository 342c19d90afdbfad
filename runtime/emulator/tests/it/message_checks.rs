//! What stops well-formed messages: automatic moderation, and what a voice message is not.

use cogbox_emulator::Emulator;
use cogbox_emulator::model::permissions::SEND_VOICE_MESSAGES;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, id, options, says, slash};

#[tokio::test]
async fn e38_automatic_moderation_blocks_words_and_links() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    let lab = discord.guild("Cogbox Lab");
    lab.set_blocked(&["spam", "http://bad.example"]);
    let general = lab.channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let sends = async |text: &str| bot.post(&path, json!({"content": text})).await.refusal();
    assert_eq!(sends("Buy SPAM now").await, (400, 200_000));
    assert_eq!(sends("see http://bad.example/x").await, (400, 240_000));
    let fine = bot.post(&path, json!({"content": "fine"})).await;
    assert_eq!(fine.status, 200);
    let one = format!("{path}/{}", id(&fine.body));
    let edit = json!({"content": "spam"});
    assert_eq!(bot.patch(&one, edit).await.refusal(), (400, 200_000));
    let ben = discord.person("ben").in_channel(&general);
    assert_eq!(
        ben.cannot_say("spam"),
        "Automatic moderation blocks this message."
    );
    ben.starts("/ping").await;
    let interaction = bot.interaction().await;
    let answer = bot.answers(&interaction, says("spam")).await;
    assert_eq!(answer.refusal(), (400, 200_000));
    assert_eq!(bot.answers(&interaction, says("pong")).await.status, 204);
    lab.set_blocked(&[]);
    assert_eq!(
        bot.post(&path, json!({"content": "spam"})).await.status,
        200
    );
}

#[tokio::test]
async fn e41_a_voice_message_is_one_recording_and_nothing_else() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let sound: (&str, &str, &[u8]) = ("files[0]", "voice.ogg", b"OggS");
    let entry = json!({"id": 0, "filename": "voice.ogg", "duration_secs": 1.5, "waveform": "AAA="});
    let body = |rest: Value| {
        let mut body = json!({"flags": 1 << 13, "attachments": [entry]});
        for (key, value) in rest.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let sends = async |body: Value, files: &[(&str, &str, &[u8])]| {
        bot.form(Method::POST, &path, body, files).await
    };
    let sent = sends(body(json!({})), &[sound]).await;
    assert_eq!(
        (sent.status, &sent.body["flags"]),
        (200, &json!(1 << 13)),
        "{}",
        sent.body
    );
    let file = &sent.body["attachments"][0];
    assert_eq!(
        (&file["duration_secs"], &file["waveform"]),
        (&json!(1.5), &json!("AAA="))
    );
    let one = format!("{path}/{}", id(&sent.body));
    let edit = json!({"content": "x"});
    assert_eq!(bot.patch(&one, edit).await.refusal(), (400, 50162));
    let more = sends(body(json!({"content": "x"})), &[sound]).await;
    assert_eq!(more.refusal(), (400, 50159));
    let second: (&str, &str, &[u8]) = ("files[1]", "two.ogg", b"OggS");
    let two = sends(body(json!({})), &[sound, second]).await;
    assert_eq!(two.refusal(), (400, 50160));
    let picture: (&str, &str, &[u8]) = ("files[0]", "voice.png", b"png");
    let still = json!({"attachments": [{"id": 0, "duration_secs": 1, "waveform": "AAA="}]});
    assert_eq!(sends(body(still), &[picture]).await.refusal(), (400, 50160));
    let bare = json!({"attachments": [{"id": 0}]});
    assert_eq!(sends(body(bare), &[sound]).await.refusal(), (400, 50161));
    let wrong = json!({"attachments": [{"id": 0, "duration_secs": "long", "waveform": "AAA="}]});
    let wrong = sends(body(wrong), &[sound]).await;
    wrong.faults_at("attachments.0.duration_secs");
    general.set_bot(0, SEND_VOICE_MESSAGES);
    let refused = sends(body(json!({})), &[sound]).await;
    assert_eq!(refused.refusal(), (403, 50013));
}
