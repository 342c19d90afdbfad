//! A channel as people read it.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Options};
use serde_json::json;

use crate::client::{Bot, options, says, slash};

#[tokio::test]
async fn a_transcript_shows_what_each_person_sees() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("roll"), slash("slow")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let ben = discord.person("ben").in_channel(&general);

    ann.says("shall we play?\nnow?").await;
    let pending = ann.starts("/roll").await;
    let interaction = bot.interaction().await;
    let embed = json!({"title": "Dice", "description": "two of them", "fields": [{"name": "Sum", "value": "7"}], "footer": {"text": "fair"}});
    let row = json!({"type": 1, "components": [
        {"type": 2, "style": 1, "label": "Again", "custom_id": "again"},
        {"type": 2, "style": 1, "label": "Stop", "custom_id": "stop", "disabled": true},
    ]});
    let pick = json!({"type": 1, "components": [{"type": 5, "custom_id": "who", "placeholder": "Choose"}]});
    let data = json!({"content": "You rolled 7", "embeds": [embed], "components": [row, pick]});
    bot.answers(&interaction, json!({"type": 4, "data": data}))
        .await;
    pending.answered().await;
    bot.post(
        &bot.hook(&interaction, ""),
        json!({"content": "for you", "flags": 64}),
    )
    .await;

    ben.starts("/slow").await;
    let slow = bot.interaction().await;
    bot.answers(&slow, json!({"type": 5})).await;
    let unanswered = ann.starts("/slow").await;
    discord.advance(Duration::from_secs(3));
    unanswered.answered().await;

    let shared = "\
ann: shall we play?
  now?
ann used /roll
Cogbox: You rolled 7
  | Dice
  | two of them
  | Sum: 7
  | fair
  [Again] [Stop (disabled)]
  [Choose ▾]
";
    let for_ann = format!(
        "{shared}\
Cogbox: for you
  (only you can see this)
ben used /slow
Cogbox: thinking…
ann used /slow
  The application did not respond (only you can see this)
"
    );
    let for_ben = format!("{shared}ben used /slow\nCogbox: thinking…\n");
    assert_eq!(general.transcript_for(&ann), for_ann);
    assert_eq!(general.transcript_for(&ben), for_ben);
}

#[tokio::test]
async fn a_channel_keeps_the_newest_messages_only() {
    let discord = Emulator::start(options()).await.unwrap();
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    for n in 0..1_001 {
        ann.says(&format!("message {n}")).await;
    }
    let transcript = general.transcript_for(&ann);
    assert_eq!(transcript.lines().count(), 1_000);
    assert!(transcript.starts_with("ann: message 1\n"));
}

#[tokio::test]
async fn requests_are_recorded_and_planned_answers_given() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let channel = discord.guild("Cogbox Lab").channel("general").id;
    let path = format!("/channels/{channel}/messages");
    discord.fail_next(
        "POST",
        "/channels/*/messages",
        500,
        json!({"message": "oops", "code": 0}),
    );
    assert_eq!(bot.post(&path, json!({"content": "one"})).await.status, 500);
    assert_eq!(bot.post(&path, json!({"content": "two"})).await.status, 200);
    let told: Vec<_> = discord
        .requests()
        .into_iter()
        .map(|r| (r.method, r.status, r.body))
        .collect();
    assert_eq!(told[0], ("POST".to_owned(), 500, json!({"content": "one"})));
    assert_eq!(told[1], ("POST".to_owned(), 200, json!({"content": "two"})));
    discord.clear_requests();
    assert!(discord.requests().is_empty());
}

#[tokio::test]
async fn the_face_waits_for_the_bot_and_its_commands() {
    let discord = Emulator::start(options()).await.unwrap();
    assert!(!discord.bot_connected());
    let bot = tokio::join!(Bot::connect(&discord), discord.bot_ready()).0;
    tokio::join!(
        bot.registers(json!([slash("ping")])),
        discord.commands_registered()
    );
    assert_eq!(discord.commands()[0].name, "ping");
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let mut bot = bot;
    let (answer, ()) = tokio::join!(ann.runs("/ping"), async {
        let interaction = bot.interaction().await;
        bot.answers(&interaction, says("pong")).await;
    });
    assert_eq!(answer.text(), "pong");
}
