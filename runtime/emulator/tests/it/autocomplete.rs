//! Options that are suggested while a person types.

use cogbox_emulator::{Emulator, Here};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::client::{Bot, options};

/// `/order what: count: [note:]`, of which the bot suggests each.
async fn start() -> (Emulator, Bot, Here) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let option = |kind: u64, name: &str, required: bool| {
        json!({
            "type": kind, "name": name, "description": "x", "required": required,
            "autocomplete": kind != 6,
        })
    };
    let options = json!([
        option(3, "what", true),
        option(4, "count", true),
        option(10, "price", false),
    ]);
    bot.registers(json!([{"name": "order", "description": "Orders", "options": options}]))
        .await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    (discord, bot, ann)
}

fn types(ann: &Here, typed: &'static str) -> JoinHandle<Vec<String>> {
    let ann = ann.clone();
    tokio::spawn(async move { ann.types(typed).await })
}

fn choices(choices: Value) -> Value {
    json!({"type": 8, "data": {"choices": choices}})
}

#[tokio::test]
async fn d08_what_is_typed_comes_as_text_and_unchecked() {
    let (_discord, mut bot, ann) = start().await;
    for (typed, wanted) in [
        // One option is focused; the required ones are not there yet.
        (
            "/order what:ap",
            json!([{"name": "what", "type": 3, "value": "ap", "focused": true}]),
        ),
        // Text where a number is wanted, and a number as text.
        (
            "/order count:many",
            json!([{"name": "count", "type": 4, "value": "many", "focused": true}]),
        ),
        (
            "/order what:pear count:1",
            json!([
                {"name": "what", "type": 3, "value": "pear"},
                {"name": "count", "type": 4, "value": "1", "focused": true},
            ]),
        ),
        // What was typed before is not checked either.
        (
            "/order count:x price:2.5",
            json!([
                {"name": "count", "type": 4, "value": "x"},
                {"name": "price", "type": 10, "value": "2.5", "focused": true},
            ]),
        ),
    ] {
        let typing = types(&ann, typed);
        let got = bot.interaction().await;
        assert_eq!(
            (&got["type"], &got["data"]["options"]),
            (&json!(4), &wanted)
        );
        // An empty list is an answer too.
        assert_eq!(bot.answers(&got, choices(json!([]))).await.status, 204);
        assert!(typing.await.unwrap().is_empty());
    }
    // The command itself is checked.
    assert!(
        ann.cannot_run("/order what:pear count:many")
            .contains("count")
    );
    ann.cannot_run("/order count:1");
}

#[tokio::test]
async fn d23_choices_fit_the_option_that_is_typed() {
    let (_discord, mut bot, ann) = start().await;
    let long = "x".repeat(101);
    for (typed, wrong, at) in [
        (
            "/order what:a",
            json!([{"name": "a", "value": long}]),
            "0.value",
        ),
        (
            "/order what:a",
            json!([{"name": "", "value": "a"}]),
            "0.name",
        ),
        ("/order what:a", json!([{"value": "a"}]), "0.name"),
        ("/order what:a", json!([{"name": "a"}]), "0.value"),
        (
            "/order what:a",
            json!([{"name": "a", "value": 1}]),
            "0.value",
        ),
        (
            "/order count:1",
            json!([{"name": "a", "value": "1"}]),
            "0.value",
        ),
        (
            "/order count:1",
            json!([{"name": "a", "value": 1.5}]),
            "0.value",
        ),
        (
            "/order price:1",
            json!([{"name": "a", "value": "1"}]),
            "0.value",
        ),
    ] {
        let typing = types(&ann, typed);
        let got = bot.interaction().await;
        let reply = bot.answers(&got, choices(wrong)).await;
        reply.faults_at(&format!("data.choices.{at}"));
        let value = if typed.contains("what") {
            json!("1")
        } else {
            json!(1)
        };
        let good = choices(json!([{"name": "one", "value": value}]));
        assert_eq!(bot.answers(&got, good).await.status, 204);
        assert_eq!(typing.await.unwrap(), ["one"]);
    }
}
