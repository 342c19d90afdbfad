//! Buttons and selects in use, and what may have happened to their message meanwhile.

use cogbox_emulator::{Answer, Emulator, Here};
use serde_json::{Value, json};

use crate::client::{Bot, options, says, slash};

struct Scene {
    discord: Emulator,
    bot: Bot,
    ann: Here,
}

impl Scene {
    async fn set() -> Scene {
        let discord = Emulator::start(options()).await.unwrap();
        let bot = Bot::connect(&discord).await;
        bot.registers(json!([slash("show")])).await;
        let general = discord.guild("Cogbox Lab").channel("general");
        let ann = discord.person("ann").in_channel(&general);
        Scene { discord, bot, ann }
    }

    /// The bot's answer to `/show`.
    async fn shows(&mut self, data: Value) -> Answer {
        let pending = self.ann.starts("/show").await;
        let got = self.bot.interaction().await;
        let reply = self
            .bot
            .answers(&got, json!({"type": 4, "data": data}))
            .await;
        assert_eq!(reply.status, 204, "{}", reply.body);
        pending.answered().await
    }

    /// A press of the button "Go" that the bot has yet to answer.
    async fn pressed(&mut self) -> (Answer, Value) {
        let answer = self.shows(with_button()).await;
        self.ann.starts_click(&answer, "Go").await;
        let press = self.bot.interaction().await;
        (answer, press)
    }
}

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 2, "label": "Go", "custom_id": id})
}

fn with_button() -> Value {
    json!({"content": "here", "components": [{"type": 1, "components": [button("go")]}]})
}

#[tokio::test]
async fn d35_the_texts_of_a_v2_message_have_4000_characters_in_all() {
    let scene = Scene::set().await;
    let path = format!("/channels/{}/messages", scene.ann.channel);
    let with = |lengths: [usize; 2]| {
        let text = |length: usize| json!({"type": 10, "content": "x".repeat(length)});
        let inside = json!({"type": 17, "components": [text(lengths[1])]});
        json!({"flags": 1 << 15, "components": [text(lengths[0]), inside]})
    };
    let reply = scene.bot.post(&path, with([3_999, 2])).await;
    assert_eq!(reply.faults_at("components"), "BASE_TYPE_BAD_LENGTH");
    assert_eq!(scene.bot.post(&path, with([3_999, 1])).await.status, 200);
}

#[tokio::test]
async fn d36_in_v2_messages_presses_and_choices_are_as_ever() {
    let mut scene = Scene::set().await;
    let section = json!({
        "type": 9, "components": [{"type": 10, "content": "Text"}], "accessory": button("side"),
    });
    let options = json!([{"label": "Red", "value": "r"}]);
    let select = json!({"type": 3, "custom_id": "pick", "options": options});
    let container = json!({
        "type": 17, "components": [section, {"type": 1, "components": [select]}],
    });
    let answer = scene
        .shows(json!({"flags": 1 << 15, "components": [container]}))
        .await;
    scene.ann.starts_click(&answer, "side").await;
    let press = scene.bot.interaction().await;
    assert_eq!(press["type"], 3);
    assert_eq!(
        (
            &press["data"]["component_type"],
            &press["data"]["custom_id"]
        ),
        (&json!(2), &json!("side"))
    );
    assert_eq!(press["message"]["flags"], 1 << 15);
    let choosing = tokio::spawn({
        let (ann, answer) = (scene.ann.clone(), answer.clone());
        async move { ann.selects(&answer, "pick", &["Red"]).await }
    });
    let choice = scene.bot.interaction().await;
    assert_eq!(choice["type"], 3);
    assert_eq!(
        (&choice["data"]["component_type"], &choice["data"]["values"]),
        (&json!(3), &json!(["r"]))
    );
    scene.bot.answers(&choice, json!({"type": 6})).await;
    let path = scene.bot.hook(&choice, "/messages/@original");
    let text = json!({"components": [{"type": 10, "content": "Red it is"}]});
    assert_eq!(scene.bot.patch(&path, text).await.status, 200);
    let shown = choosing.await.unwrap().message().clone();
    assert_eq!(shown["components"][0]["content"], "Red it is");
}

#[tokio::test]
async fn d38_whatever_can_be_clicked_reaches_the_bot_and_nothing_else() {
    let mut scene = Scene::set().await;
    let mut disabled = button("off");
    disabled["disabled"] = json!(true);
    disabled["label"] = json!("Off");
    let row = json!({"type": 1, "components": [button("no:such:thing\u{1f600}"), disabled]});
    let answer = scene
        .shows(json!({"content": "here", "components": [row]}))
        .await;
    // Any id the bot once gave comes back, whether or not it still knows it.
    let pending = scene.ann.starts_click(&answer, "Go").await;
    let press = scene.bot.interaction().await;
    assert_eq!(press["data"]["custom_id"], "no:such:thing\u{1f600}");
    let reply = json!({"type": 4, "data": {"content": "That is over.", "flags": 64}});
    assert_eq!(scene.bot.answers(&press, reply).await.status, 204);
    assert_eq!(pending.answered().await.text(), "That is over.");
    let click = async |id: &str| {
        let message = answer.message()["id"].as_str().unwrap();
        let channel = scene.ann.channel;
        let page = scene.discord.page_url();
        let url = format!("{page}_local/channels/{channel}/messages/{message}/click");
        let body = json!({"as": scene.ann.id.to_string(), "custom_id": id});
        crate::client::control(&url, &body).await
    };
    for id in ["off", "never"] {
        assert_eq!(click(id).await.status, 400, "{id}");
    }
    assert_eq!(click("Go").await.status, 200);
}

#[tokio::test]
async fn d39_the_message_may_be_gone_when_the_answer_comes() {
    let mut scene = Scene::set().await;
    let path = format!("/channels/{}/messages", scene.ann.channel);
    for (body, refusal) in [
        (
            json!({"type": 7, "data": {"content": "new"}}),
            Some((404, 10008)),
        ),
        (json!({"type": 6}), None),
        (says("fine"), None),
    ] {
        let (answer, press) = scene.pressed().await;
        let message = answer.message()["id"].as_str().unwrap();
        assert_eq!(
            scene.bot.delete(&format!("{path}/{message}")).await.status,
            204
        );
        let reply = scene.bot.answers(&press, body.clone()).await;
        match refusal {
            Some(refusal) => assert_eq!(reply.refusal(), refusal),
            None => assert_eq!(reply.status, 204),
        }
        if body["type"] == 6 {
            let original = scene.bot.hook(&press, "/messages/@original");
            assert_eq!(scene.bot.get(&original).await.refusal(), (404, 10008));
        }
    }
}

#[tokio::test]
async fn d39_the_bot_may_be_gone_from_the_guild_or_its_channel() {
    let mut scene = Scene::set().await;
    let (_, press) = scene.pressed().await;
    let lab = scene.discord.guild("Cogbox Lab");
    lab.remove_bot();
    assert_eq!(scene.bot.answers(&press, says("late")).await.status, 204);
    let original = scene.bot.hook(&press, "/messages/@original");
    assert_eq!(scene.bot.get(&original).await.body["content"], "late");
    let edited = scene
        .bot
        .patch(&original, json!({"content": "later"}))
        .await;
    assert_eq!(edited.status, 200);
    let hook = scene.bot.hook(&press, "");
    let followup = scene.bot.post(&hook, json!({"content": "more"})).await;
    assert_eq!(followup.status, 200);
    // The bot's own routes are closed.
    let path = format!("/channels/{}/messages", scene.ann.channel);
    let refused = scene.bot.post(&path, json!({"content": "hi"})).await;
    assert_eq!(refused.refusal(), (403, 50001));
}

#[tokio::test]
async fn d39_the_channel_may_be_gone() {
    let mut scene = Scene::set().await;
    let lab = scene.discord.guild("Cogbox Lab");
    let (_, press) = scene.pressed().await;
    let ann = scene.discord.person("ann");
    lab.moderator(&ann).deletes_channel(&lab.channel("general"));
    let reply = scene.bot.answers(&press, says("late")).await;
    assert_eq!(reply.refusal(), (404, 10003));
    let original = scene.bot.hook(&press, "/messages/@original");
    let edited = scene
        .bot
        .patch(&original, json!({"content": "later"}))
        .await;
    assert_eq!(edited.status, 404);
}
