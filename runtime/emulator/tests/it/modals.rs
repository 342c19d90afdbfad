//! Modals: what may be opened, and what comes back.

use cogbox_emulator::{Emulator, Here};
use serde_json::{Value, json};

use crate::client::{Bot, options, says, slash};

async fn start() -> (Emulator, Bot, Here) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("form")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    (discord, bot, ann)
}

fn modal(components: Value) -> Value {
    json!({"type": 9, "data": {"custom_id": "form", "title": "A form", "components": components}})
}

fn label(component: Value) -> Value {
    json!({"type": 18, "label": "Field", "component": component})
}

fn input(more: Value) -> Value {
    let mut input = json!({"type": 4, "custom_id": "text", "style": 1});
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

#[tokio::test]
async fn d24_a_modal_has_an_id_a_title_and_one_to_five_parts() {
    let (_discord, mut bot, ann) = start().await;
    ann.starts("/form").await;
    let interaction = bot.interaction().await;
    let field = |n: usize| label(input(json!({"custom_id": n.to_string()})));
    let many: Vec<Value> = (0..6).map(field).collect();
    for (key, value, at) in [
        ("custom_id", json!("x".repeat(101)), "custom_id"),
        ("custom_id", Value::Null, "custom_id"),
        ("title", json!("x".repeat(46)), "title"),
        ("title", Value::Null, "title"),
        ("components", json!([]), "components"),
        ("components", json!(many), "components"),
        ("components", Value::Null, "components"),
    ] {
        let mut body = modal(json!([field(0)]));
        body["data"][key] = value;
        bot.answers(&interaction, body)
            .await
            .faults_at(&format!("data.{at}"));
    }
    assert_eq!(
        bot.answers(&interaction, modal(json!(&many[..5])))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn d25_d26_d27_parts_of_a_modal_are_judged() {
    let (_discord, mut bot, ann) = start().await;
    ann.starts("/form").await;
    let interaction = bot.interaction().await;
    let select = json!({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]});
    let mut disabled = select.clone();
    disabled["disabled"] = json!(true);
    for (component, at) in [
        (json!({"type": 2}), "type"),
        (
            json!({"type": 18, "label": "x".repeat(46), "component": input(json!({}))}),
            "label",
        ),
        (json!({"type": 18, "component": input(json!({}))}), "label"),
        (json!({"type": 18, "label": "l"}), "component"),
        (
            json!({"type": 18, "label": "l", "description": "x".repeat(101), "component": select}),
            "description",
        ),
        (label(json!({"type": 2})), "component.type"),
        (label(disabled), "component.disabled"),
        (label(input(json!({"style": 3}))), "component.style"),
        (
            label(input(json!({"min_length": 4001}))),
            "component.min_length",
        ),
        (
            label(input(json!({"max_length": 0}))),
            "component.max_length",
        ),
        (
            label(input(json!({"placeholder": "x".repeat(101)}))),
            "component.placeholder",
        ),
        (
            label(input(json!({"value": "x".repeat(4001)}))),
            "component.value",
        ),
        (
            label(input(json!({"custom_id": null}))),
            "component.custom_id",
        ),
        (
            json!({"type": 1, "components": [input(json!({}))]}),
            "components.0.label",
        ),
    ] {
        let reply = bot.answers(&interaction, modal(json!([component]))).await;
        reply.faults_at(&format!("data.components.0.{at}"));
    }
    let twice = modal(json!([label(input(json!({}))), label(input(json!({})))]));
    bot.answers(&interaction, twice)
        .await
        .faults_at("data.components.1.component.custom_id");
    let text = json!({"type": 10, "content": "Please fill this in."});
    assert_eq!(
        bot.answers(&interaction, modal(json!([text, label(select)])))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn d28_a_submit_nests_as_the_modal_did() {
    let (_discord, mut bot, ann) = start().await;
    let pending = ann.starts("/form").await;
    let interaction = bot.interaction().await;
    let select = json!({"type": 3, "custom_id": "colour", "options": [
        {"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"},
    ]});
    let row =
        json!({"type": 1, "components": [input(json!({"custom_id": "old", "label": "Old"}))]});
    let body = modal(json!([label(input(json!({}))), row, label(select)]));
    bot.answers(&interaction, body).await;
    let opened = pending.answered().await;
    assert_eq!(opened.modal()["title"], "A form");
    let submitting = tokio::spawn(async move {
        ann.submits(
            &opened,
            &[("text", "one"), ("old", "two"), ("colour", "Blue")],
        )
        .await
    });
    let submit = bot.interaction().await;
    assert_eq!(
        (&submit["type"], &submit["data"]["custom_id"]),
        (&json!(5), &json!("form"))
    );
    let parts = &submit["data"]["components"];
    assert_eq!(parts[0]["type"], 18);
    assert_eq!(
        (
            &parts[0]["component"]["type"],
            &parts[0]["component"]["value"]
        ),
        (&json!(4), &json!("one"))
    );
    assert_eq!(
        (&parts[1]["type"], &parts[1]["components"][0]["value"]),
        (&json!(1), &json!("two"))
    );
    assert_eq!(parts[2]["component"]["values"], json!(["b"]));
    let reply = bot
        .answers(&submit, modal(json!([label(input(json!({})))])))
        .await;
    assert!(
        !reply.faults_at("type").is_empty(),
        "D11: a modal cannot answer a modal"
    );
    bot.answers(&submit, says("thanks")).await;
    assert_eq!(submitting.await.unwrap().text(), "thanks");
}

#[tokio::test]
async fn d25_d28_every_part_of_a_modal_is_taken_and_comes_back() {
    let (discord, mut bot, ann) = start().await;
    let pending = ann.starts("/form").await;
    let interaction = bot.interaction().await;
    let pair = json!([{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]);
    let part = |kind: u64, id: &str, more: Value| {
        let mut part = json!({"type": kind, "custom_id": id});
        for (key, value) in more.as_object().unwrap() {
            part[key] = value.clone();
        }
        label(part)
    };
    let one = json!({"options": [{"label": "A", "value": "a"}]});
    for (wrong, at) in [
        (part(21, "x", json!({})), "options"),
        (part(21, "x", one), "options"),
        (part(22, "x", json!({"options": []})), "options"),
        (part(19, "x", json!({"max_values": 11})), "max_values"),
        (
            part(19, "x", json!({"file_types": ["pdf"]})),
            "file_types.0",
        ),
        (part(23, "", json!({})), "custom_id"),
    ] {
        let reply = bot.answers(&interaction, modal(json!([wrong]))).await;
        reply.faults_at(&format!("data.components.0.component.{at}"));
    }
    let body = modal(json!([
        part(5, "who", json!({})),
        part(21, "radio", json!({"options": pair})),
        part(22, "boxes", json!({"options": pair})),
        part(23, "box", json!({})),
        part(19, "file", json!({"required": false})),
    ]));
    let reply = bot.answers(&interaction, body).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
    let opened = pending.answered().await;
    let ben = discord.person("ben").id.to_string();
    let submitting = tokio::spawn({
        let ben = ben.clone();
        async move {
            let fields = [("who", ben.as_str()), ("radio", "B"), ("boxes", "A")];
            ann.submits(&opened, &fields).await
        }
    });
    let submit = bot.interaction().await;
    let parts = &submit["data"]["components"];
    let inside = |n: usize| &parts[n]["component"];
    for (n, kind) in [5, 21, 22, 23, 19].into_iter().enumerate() {
        assert_eq!(inside(n)["type"], kind);
        assert!(inside(n).get("component_type").is_none());
    }
    assert_eq!(inside(0)["values"], json!([ben]));
    assert_eq!(inside(1)["value"], "b");
    assert_eq!(inside(2)["values"], json!(["a"]));
    assert_eq!(inside(3)["value"], false);
    assert_eq!(inside(4)["values"], json!([]));
    let resolved = &submit["data"]["resolved"];
    assert_eq!(resolved["users"][&ben]["username"], "ben");
    assert!(resolved["members"][&ben]["roles"].is_array());
    bot.answers(&submit, says("thanks")).await;
    submitting.await.unwrap();
}

#[tokio::test]
async fn d27_a_text_is_required_unless_it_says_otherwise() {
    let (discord, mut bot, ann) = start().await;
    let pending = ann.starts("/form").await;
    let interaction = bot.interaction().await;
    let field = |id: &str, more: Value| {
        let mut field = input(more);
        field["custom_id"] = json!(id);
        label(field)
    };
    let body = modal(json!([
        field("must", json!({"min_length": 2, "max_length": 3})),
        field("may", json!({"required": false, "min_length": 2})),
    ]));
    let id = interaction["id"].as_str().unwrap();
    bot.answers(&interaction, body).await;
    pending.answered().await;
    let url = format!("{}_local/interactions/{id}/submit", discord.page_url());
    let submits = async |fields: Value| {
        let body = json!({"as": ann.id.to_string(), "fields": fields});
        crate::client::control(&url, &body).await
    };
    for wrong in [
        json!({}),
        json!({"must": ""}),
        json!({"must": "x"}),
        json!({"must": "xxxx"}),
        json!({"must": "xx", "may": "y"}),
        json!({"must": "xx", "other": "y"}),
    ] {
        let refused = submits(wrong.clone()).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.body["message"].is_string());
    }
    assert_eq!(submits(json!({"must": "xx"})).await.status, 200);
    let submit = bot.interaction().await;
    let parts = &submit["data"]["components"];
    assert_eq!(parts[0]["component"]["value"], "xx");
    assert_eq!(parts[1]["component"]["value"], "");
}
