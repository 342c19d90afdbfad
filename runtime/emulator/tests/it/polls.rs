//! Polls: how they are made, voted in and ended.

use std::time::Duration;

use cogbox_emulator::{Clock, Emulator, Id, Options};
use serde_json::{Value, json};

use crate::client::{Bot, id, options};

fn poll(answers: usize) -> Value {
    let answer = |n| json!({"poll_media": {"text": format!("answer {n}")}});
    json!({"poll": {
        "question": {"text": "Well?"},
        "answers": (1..=answers).map(answer).collect::<Vec<Value>>(),
        "duration": 1,
    }})
}

#[tokio::test]
async fn e40_polls_have_their_limits() {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let with = |pointer: &str, value: Value| {
        let mut body = poll(2);
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for (body, field) in [
        (poll(0), "poll.answers"),
        (poll(11), "poll.answers"),
        (
            with("/poll/question/text", json!("x".repeat(301))),
            "poll.question.text",
        ),
        (with("/poll/question", json!({})), "poll.question.text"),
        (
            with("/poll/answers/1/poll_media/text", json!("x".repeat(56))),
            "poll.answers.1.poll_media.text",
        ),
        (
            with("/poll/answers/0", json!({})),
            "poll.answers.0.poll_media",
        ),
        (with("/poll/duration", json!(0)), "poll.duration"),
        (with("/poll/duration", json!(769)), "poll.duration"),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    let sent = bot.post(&path, poll(10)).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let one = format!("{path}/{}", id(&sent.body));
    let edit = json!({"content": "x"});
    assert_eq!(bot.patch(&one, edit).await.refusal(), (400, 520_003));
}

#[tokio::test]
async fn e40_people_vote_and_the_bot_is_told() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let sent = bot.post(&path, poll(2)).await.body;
    let expiry = &sent["poll"]["expiry"];
    assert_eq!(
        sent["poll"],
        json!({
            "question": {"text": "Well?"},
            "answers": [
                {"answer_id": 1, "poll_media": {"text": "answer 1"}},
                {"answer_id": 2, "poll_media": {"text": "answer 2"}},
            ],
            "expiry": expiry,
            "allow_multiselect": false,
            "layout_type": 1,
            "results": {"is_finalized": false, "answer_counts": []},
        })
    );
    let message: Id = id(&sent).parse().unwrap();
    let ann = discord.person("ann").in_channel(&general);
    ann.votes(message, &[2]);
    let told = bot.socket.dispatch("MESSAGE_POLL_VOTE_ADD").await["d"].clone();
    let vote = |answer| {
        json!({
            "user_id": ann.id,
            "channel_id": general.id,
            "message_id": message,
            "guild_id": bot.guild,
            "answer_id": answer,
        })
    };
    assert_eq!(told, vote(2));
    let shown = bot.get(&format!("{path}/{message}")).await.body;
    assert_eq!(
        shown["poll"]["results"]["answer_counts"],
        json!([{"id": 2, "count": 1, "me_voted": false}])
    );
    let voters = |answer: u64| format!("/channels/{}/polls/{message}/answers/{answer}", general.id);
    assert_eq!(
        bot.get(&voters(2)).await.body["users"][0]["username"],
        "ann"
    );
    assert_eq!(bot.get(&voters(1)).await.body, json!({"users": []}));
    bot.get(&voters(3)).await.faults_at("answer_id");
    ann.votes(message, &[1]);
    let told = bot.socket.dispatch("MESSAGE_POLL_VOTE_ADD").await["d"].clone();
    assert_eq!(told, vote(1));
    let told = bot.socket.dispatch("MESSAGE_POLL_VOTE_REMOVE").await["d"].clone();
    assert_eq!(told, vote(2));
    assert_eq!(
        ann.cannot_vote(message, &[1, 2]),
        "This poll takes one answer."
    );
    assert_eq!(
        ann.cannot_vote(message, &[3]),
        "The poll has no such answer."
    );
}

#[tokio::test]
async fn e40_a_poll_ends_by_its_author_or_by_time() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let mut bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let ann = discord.person("ann").in_channel(&general);
    let first = id(&bot.post(&path, poll(2)).await.body);
    ann.votes(first.parse().unwrap(), &[2]);
    let expire = |message: &str| format!("/channels/{}/polls/{message}/expire", general.id);
    let ended = bot.post(&expire(&first), Value::Null).await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert_eq!(ended.body["poll"]["results"]["is_finalized"], true);
    let told = bot.socket.dispatch("MESSAGE_UPDATE").await["d"].clone();
    assert_eq!(told["poll"]["results"]["is_finalized"], true);
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&told["type"], &told["message_reference"]["message_id"]),
        (&json!(46), &json!(first))
    );
    let field = |n: usize| {
        (
            &told["embeds"][0]["fields"][n]["name"],
            &told["embeds"][0]["fields"][n]["value"],
        )
    };
    assert_eq!(told["embeds"][0]["type"], "poll_result");
    assert_eq!(field(0), (&json!("poll_question_text"), &json!("Well?")));
    assert_eq!(field(3), (&json!("victor_answer_id"), &json!("2")));
    assert_eq!(
        bot.post(&expire(&first), Value::Null).await.refusal(),
        (400, 520_001)
    );
    let plain = ann.says("plain").await.to_string();
    assert_eq!(
        bot.post(&expire(&plain), Value::Null).await.refusal(),
        (400, 520_006)
    );
    assert_eq!(
        bot.post(&expire("42"), Value::Null).await.refusal(),
        (404, 10008)
    );
    let second = id(&bot.post(&path, poll(2)).await.body);
    discord.advance(Duration::from_secs(3_600));
    assert_eq!(
        ann.cannot_vote(second.parse().unwrap(), &[1]),
        "This poll is over."
    );
    let shown = bot.get(&format!("{path}/{second}")).await.body;
    assert_eq!(shown["poll"]["results"]["is_finalized"], true);
}
