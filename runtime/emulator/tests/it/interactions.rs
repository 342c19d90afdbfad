//! Answering interactions: the first answer, deferred ones, followups, deadlines.

use std::time::Duration;

use cogbox_emulator::{Answer, Clock, Emulator, Here, Options, Pending};
use serde_json::{Value, json};

use crate::client::{Bot, callback, options, read, says, slash};

/// A bot with `/ping`, and ann in #general who runs it.
struct Scene {
    discord: Emulator,
    clock: Clock,
    bot: Bot,
    ann: Here,
    ben: Here,
}

impl Scene {
    async fn set() -> Scene {
        let clock = Clock::manual();
        let options = Options {
            clock: clock.clone(),
            ..options()
        };
        let discord = Emulator::start(options).await.unwrap();
        let bot = Bot::connect(&discord).await;
        bot.registers(json!([slash("ping")])).await;
        let general = discord.guild("Cogbox Lab").channel("general");
        let ann = discord.person("ann").in_channel(&general);
        let ben = discord.person("ben").in_channel(&general);
        Scene {
            discord,
            clock,
            bot,
            ann,
            ben,
        }
    }

    /// Ann runs the command, and the bot gets it.
    async fn ping(&mut self) -> (Pending, Value) {
        let pending = self.ann.starts("/ping").await;
        (pending, self.bot.interaction().await)
    }

    /// Ann has an answer with a button "Again".
    async fn button(&mut self) -> Answer {
        let (pending, interaction) = self.ping().await;
        let row = json!({"type": 1, "components": [
            {"type": 2, "style": 1, "label": "Again", "custom_id": "again"}
        ]});
        let data = json!({"content": "pong", "components": [row]});
        self.bot
            .answers(&interaction, json!({"type": 4, "data": data}))
            .await;
        pending.answered().await
    }
}

#[tokio::test]
async fn d12_an_answer_is_204_and_the_member_reads_it() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    let reply = scene.bot.answers(&interaction, says("pong")).await;
    assert_eq!((reply.status, reply.body), (204, json!("")));
    let answer = pending.answered().await;
    assert_eq!(answer.text(), "pong");
    assert!(!answer.is_private() && !answer.was_deferred());
    assert_eq!(answer.failed(), None);
}

#[tokio::test]
async fn d12_with_response_tells_what_became_of_it() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    let path = format!("{}?with_response=true", callback(&interaction));
    let reply = scene
        .bot
        .post(&path, json!({"type": 5, "data": {"flags": 64}}))
        .await;
    assert_eq!(reply.status, 200);
    let told = &reply.body["interaction"];
    assert_eq!(
        (&told["id"], &told["type"]),
        (&interaction["id"], &json!(2))
    );
    assert_eq!(told["response_message_loading"], true);
    assert_eq!(told["response_message_ephemeral"], true);
    assert_eq!(
        told["response_message_id"],
        reply.body["resource"]["message"]["id"]
    );
    assert_eq!(reply.body["resource"]["type"], 5);
}

#[tokio::test]
async fn d09_a_late_answer_is_refused_and_the_member_reads_the_failure() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    scene.discord.advance(Duration::from_secs(3));
    let answer = pending.answered().await;
    assert_eq!(answer.failed(), Some("The application did not respond"));
    let late = scene.bot.answers(&interaction, says("pong")).await;
    assert_eq!(late.refusal(), (404, 10062));
    let edit = scene
        .bot
        .patch(
            &scene.bot.hook(&interaction, "/messages/@original"),
            json!({"content": "x"}),
        )
        .await;
    assert_eq!(edit.refusal(), (404, 10015));
}

#[tokio::test]
async fn d09_the_deadline_comes_by_itself_when_time_passes() {
    let mut scene = Scene::set().await;
    let (pending, _) = scene.ping().await;
    scene.clock.advance(Duration::from_millis(2_999));
    scene.clock.advance(Duration::from_millis(1));
    assert!(pending.answered().await.failed().is_some());
}

#[tokio::test]
async fn d10_a_second_callback_is_refused() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    scene.bot.answers(&interaction, says("one")).await;
    let second = scene.bot.answers(&interaction, says("two")).await;
    assert_eq!(second.refusal(), (400, 40060));
}

#[tokio::test]
async fn d11_callback_types_fit_the_kind_of_interaction() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    for kind in [1, 2, 3, 6, 7, 8, 10, 99] {
        let reply = scene
            .bot
            .answers(
                &interaction,
                json!({"type": kind, "data": {"content": "x"}}),
            )
            .await;
        assert!(!reply.faults_at("type").is_empty(), "type {kind}");
    }
    let reply = scene
        .bot
        .answers(&interaction, json!({"data": {"content": "x"}}))
        .await;
    assert_eq!(reply.faults_at("type"), "BASE_TYPE_REQUIRED");
    // None of these used the answer up.
    assert_eq!(
        scene.bot.answers(&interaction, says("pong")).await.status,
        204
    );
}

#[tokio::test]
async fn d13_the_token_dies_after_15_minutes() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    scene.bot.answers(&interaction, says("pong")).await;
    let original = scene.bot.hook(&interaction, "/messages/@original");
    scene.discord.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(
        scene
            .bot
            .patch(&original, json!({"content": "still"}))
            .await
            .status,
        200
    );
    scene.discord.advance(Duration::from_secs(1));
    assert_eq!(
        scene
            .bot
            .patch(&original, json!({"content": "late"}))
            .await
            .refusal(),
        (401, 50027)
    );
    let followup = scene
        .bot
        .post(
            &scene.bot.hook(&interaction, ""),
            json!({"content": "late"}),
        )
        .await;
    assert_eq!(followup.refusal(), (401, 50027));
}

#[tokio::test]
async fn d13_a_deferred_answer_that_never_comes_fails_when_the_token_dies() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    scene.bot.answers(&interaction, json!({"type": 5})).await;
    pending.deferred().await;
    scene.discord.advance(Duration::from_secs(15 * 60));
    assert_eq!(
        pending.answered().await.failed(),
        Some("The application did not respond")
    );
}

#[tokio::test]
async fn d14_a_deferred_answer_loads_until_it_is_edited() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    assert_eq!(
        scene
            .bot
            .answers(&interaction, json!({"type": 5}))
            .await
            .status,
        204
    );
    pending.deferred().await;
    let created = scene.bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&created["flags"], &created["content"]),
        (&json!(128), &json!(""))
    );
    let original = scene.bot.hook(&interaction, "/messages/@original");
    let edited = scene.bot.patch(&original, json!({"content": "done"})).await;
    assert_eq!((edited.status, &edited.body["flags"]), (200, &json!(0)));
    assert_eq!(edited.body["id"], created["id"]);
    let answer = pending.answered().await;
    assert_eq!(answer.text(), "done");
    assert!(answer.was_deferred());
}

#[tokio::test]
async fn d14_only_the_ephemeral_flag_goes_with_a_defer() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    let reply = scene
        .bot
        .answers(&interaction, json!({"type": 5, "data": {"flags": 4}}))
        .await;
    assert!(!reply.faults_at("data.flags").is_empty());
    assert_eq!(
        scene
            .bot
            .answers(&interaction, json!({"type": 5, "data": {"flags": 64}}))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn d15_the_first_followup_after_a_defer_fills_the_loading_message() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    scene
        .bot
        .answers(&interaction, json!({"type": 5, "data": {"flags": 64}}))
        .await;
    let hook = scene.bot.hook(&interaction, "");
    let first = scene.bot.post(&hook, json!({"content": "first"})).await;
    assert_eq!(
        first.body["flags"], 64,
        "it keeps the visibility of the defer"
    );
    let original = scene
        .bot
        .get(&scene.bot.hook(&interaction, "/messages/@original"))
        .await;
    assert_eq!(original.body["id"], first.body["id"]);
    let second = scene.bot.post(&hook, json!({"content": "second"})).await;
    assert_ne!(second.body["id"], first.body["id"]);
    assert_eq!(second.body["flags"], 0);
    assert_eq!(
        second.body["message_reference"]["message_id"],
        first.body["id"]
    );
    assert_eq!(pending.answered().await.text(), "first");
}

#[tokio::test]
async fn d16_original_is_unknown_before_an_answer_and_after_its_deletion() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    let original = scene.bot.hook(&interaction, "/messages/@original");
    assert_eq!(scene.bot.get(&original).await.refusal(), (404, 10015));
    scene.bot.answers(&interaction, says("pong")).await;
    assert_eq!(scene.bot.get(&original).await.body["content"], "pong");
    assert_eq!(scene.bot.delete(&original).await.status, 204);
    assert_eq!(scene.bot.get(&original).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn d16_original_is_the_pressed_message_after_an_update() {
    let mut scene = Scene::set().await;
    let answer = scene.button().await;
    let pending = scene.ann.starts_click(&answer, "Again").await;
    let press = scene.bot.interaction().await;
    assert_eq!(
        scene.bot.answers(&press, json!({"type": 6})).await.status,
        204
    );
    pending.deferred().await;
    let original = scene
        .bot
        .get(&scene.bot.hook(&press, "/messages/@original"))
        .await;
    assert_eq!(original.body["id"], answer.message()["id"]);
    let edit = json!({"content": "pong again"});
    scene
        .bot
        .patch(&scene.bot.hook(&press, "/messages/@original"), edit)
        .await;
    assert_eq!(pending.answered().await.text(), "pong again");
}

#[tokio::test]
async fn d11_a_press_can_update_its_message() {
    let mut scene = Scene::set().await;
    let answer = scene.button().await;
    let pending = scene.ann.starts_click(&answer, "again").await;
    let press = scene.bot.interaction().await;
    let data = json!({"content": "twice", "components": []});
    assert_eq!(
        scene
            .bot
            .answers(&press, json!({"type": 7, "data": data}))
            .await
            .status,
        204
    );
    let updated = pending.answered().await;
    assert_eq!(updated.text(), "twice");
    assert_eq!(updated.message()["id"], answer.message()["id"]);
    assert_eq!(updated.message()["components"], json!([]));
}

#[tokio::test]
async fn d17_ephemeral_answers_are_read_by_one_and_not_in_the_history() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    let data = json!({"content": "psst", "flags": 64});
    scene
        .bot
        .answers(&interaction, json!({"type": 4, "data": data}))
        .await;
    let answer = pending.answered().await;
    assert!(answer.is_private());
    let channel = scene.ann.channel();
    assert!(channel.transcript_for(&scene.ann).contains("psst"));
    assert_eq!(channel.transcript_for(&scene.ben), "");
    let path = format!("/channels/{}/messages", scene.ann.channel);
    assert_eq!(scene.bot.get(&path).await.body, json!([]));
    let one = format!("{path}/{}", answer.message()["id"].as_str().unwrap());
    assert_eq!(scene.bot.get(&one).await.refusal(), (404, 10008));
    let original = scene.bot.hook(&interaction, "/messages/@original");
    let edited = scene
        .bot
        .patch(&original, json!({"content": "loud", "flags": 0}))
        .await;
    assert_eq!(edited.body["flags"], 64, "it stays private");
}

#[tokio::test]
async fn d18_flags_that_an_answer_cannot_set_are_dropped() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    let data = json!({"content": "x", "flags": 4 | 128 | 1 << 12});
    scene
        .bot
        .answers(&interaction, json!({"type": 4, "data": data}))
        .await;
    assert_eq!(pending.answered().await.message()["flags"], 4 | 1 << 12);
}

#[tokio::test]
async fn d21_interaction_routes_need_no_bot_token_but_the_right_one_of_their_own() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    let http = crate::client::http();
    let api = scene.discord.api_url();
    let id = interaction["id"].as_str().unwrap();
    let wrong = http.post(format!("{api}/interactions/{id}/wrong/callback"));
    assert_eq!(read(wrong.json(&says("x"))).await.refusal(), (404, 10062));
    let wrong = http.get(format!(
        "{api}/webhooks/{}/wrong/messages/@original",
        scene.bot.application
    ));
    assert_eq!(read(wrong).await.refusal(), (404, 10015));
    let right = http.post(format!("{api}{}", callback(&interaction)));
    assert_eq!(read(right.json(&says("pong"))).await.status, 204);
}

#[tokio::test]
async fn d21_the_token_belongs_to_its_interaction_and_application() {
    let mut scene = Scene::set().await;
    let (_one, first) = scene.ping().await;
    let (_two, second) = scene.ping().await;
    let crossed = json!({"id": first["id"], "token": second["token"]});
    let reply = scene.bot.answers(&crossed, says("x")).await;
    assert_eq!(reply.refusal(), (404, 10062));
    scene.bot.answers(&first, says("pong")).await;
    let hook = scene.bot.hook(&first, "/messages/@original");
    let elsewhere = hook.replace(&scene.bot.application, "42");
    assert_eq!(scene.bot.get(&elsewhere).await.refusal(), (404, 10015));
    // Nor is the message of another interaction within its reach.
    scene.bot.answers(&second, says("pang")).await;
    let other = scene
        .bot
        .get(&scene.bot.hook(&second, "/messages/@original"))
        .await;
    let id = other.body["id"].as_str().unwrap();
    let path = scene.bot.hook(&first, &format!("/messages/{id}"));
    assert_eq!(scene.bot.get(&path).await.refusal(), (404, 10008));
    assert_eq!(scene.bot.delete(&path).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn d22_answers_mention_users_only() {
    let mut scene = Scene::set().await;
    let lab = scene.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", 0, true);
    let (role, ben) = (lab.role("Helpers"), scene.ben.id);
    let (pending, interaction) = scene.ping().await;
    scene
        .bot
        .answers(&interaction, says(&format!("<@{ben}> <@&{role}>")))
        .await;
    let message = pending.answered().await.message().clone();
    assert_eq!(message["mentions"][0]["username"], "ben");
    assert_eq!(message["mention_roles"], json!([]));
}

#[tokio::test]
async fn d12_an_empty_answer_is_refused() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    for data in [json!({}), json!({"content": "  "}), json!({"embeds": []})] {
        let reply = scene
            .bot
            .answers(&interaction, json!({"type": 4, "data": data}))
            .await;
        assert_eq!(reply.refusal(), (400, 50006));
    }
}

#[tokio::test]
async fn d23_autocomplete_offers_up_to_25_choices() {
    let mut scene = Scene::set().await;
    let option = json!({"type": 3, "name": "word", "description": "A word", "autocomplete": true});
    scene
        .bot
        .registers(json!([{"name": "say", "description": "Says", "options": [option]}]))
        .await;
    let ann = scene.ann.clone();
    let typing = tokio::spawn(async move { ann.types("/say word:he").await });
    let interaction = scene.bot.interaction().await;
    assert_eq!(interaction["type"], 4);
    let typed = &interaction["data"]["options"][0];
    assert_eq!(
        (&typed["value"], &typed["focused"]),
        (&json!("he"), &json!(true))
    );
    let choice = |n: usize| json!({"name": format!("word {n}"), "value": "x"});
    let many: Vec<Value> = (0..26).map(choice).collect();
    let reply = scene
        .bot
        .answers(&interaction, json!({"type": 8, "data": {"choices": many}}))
        .await;
    assert_eq!(reply.faults_at("data.choices"), "BASE_TYPE_BAD_LENGTH");
    let long = json!([{"name": "x".repeat(101), "value": "x"}]);
    let reply = scene
        .bot
        .answers(&interaction, json!({"type": 8, "data": {"choices": long}}))
        .await;
    assert_eq!(
        reply.faults_at("data.choices.0.name"),
        "BASE_TYPE_BAD_LENGTH"
    );
    let reply = scene
        .bot
        .answers(&interaction, json!({"type": 4, "data": {"content": "x"}}))
        .await;
    assert!(!reply.faults_at("type").is_empty());
    let good = json!([{"name": "hello", "value": "hello"}]);
    let reply = scene
        .bot
        .answers(&interaction, json!({"type": 8, "data": {"choices": good}}))
        .await;
    assert_eq!(reply.status, 204);
    assert_eq!(typing.await.unwrap(), ["hello"]);
}

#[tokio::test]
async fn d41_answers_tell_which_interaction_they_answer() {
    let mut scene = Scene::set().await;
    let (pending, interaction) = scene.ping().await;
    scene.bot.answers(&interaction, says("pong")).await;
    let message = pending.answered().await.message().clone();
    let metadata = &message["interaction_metadata"];
    assert_eq!(
        (&metadata["id"], &metadata["type"]),
        (&interaction["id"], &json!(2))
    );
    assert_eq!(metadata["user"]["username"], "ann");
    assert_eq!(message["interaction"]["name"], "ping");
    assert_eq!(message["type"], 20);
    assert_eq!(message["application_id"], scene.bot.application.as_str());
    assert_eq!(message["webhook_id"], scene.bot.application.as_str());
}

#[tokio::test]
async fn followups_can_be_read_changed_and_deleted() {
    let mut scene = Scene::set().await;
    let (_pending, interaction) = scene.ping().await;
    let hook = scene.bot.hook(&interaction, "");
    let early = scene.bot.post(&hook, json!({"content": "early"})).await;
    assert_eq!(
        early.refusal(),
        (404, 10015),
        "there is no first answer yet"
    );
    scene.bot.answers(&interaction, says("pong")).await;
    let followup = scene.bot.post(&hook, json!({"content": "more"})).await.body;
    let path = format!("/messages/{}", followup["id"].as_str().unwrap());
    let path = scene.bot.hook(&interaction, &path);
    let edited = scene
        .bot
        .patch(&path, json!({"content": "even more"}))
        .await;
    assert_eq!(edited.body["content"], "even more");
    assert_eq!(scene.bot.get(&path).await.body["content"], "even more");
    assert_eq!(scene.bot.delete(&path).await.status, 204);
    assert_eq!(scene.bot.get(&path).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn a_prepared_command_can_be_invoked_often() {
    let scene = Scene::set().await;
    let call = scene.ann.prepares("/ping");
    let (ann, mut bot) = (scene.ann.clone(), scene.bot);
    let answering = tokio::spawn(async move {
        for _ in 0..50 {
            let interaction = bot.interaction().await;
            bot.answers(&interaction, says("pong")).await;
        }
    });
    let all = (0..50).map(|_| ann.invokes(&call));
    futures_util::future::join_all(all).await;
    answering.await.unwrap();
}
