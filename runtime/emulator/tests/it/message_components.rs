//! Buttons, menus and layouts in messages: what they may hold.

use serde_json::{Value, json};

use crate::messages::Scene;

fn row(components: Value) -> Value {
    json!({"content": "x", "components": [{"type": 1, "components": components}]})
}

fn button(more: Value) -> Value {
    let mut button = json!({"type": 2, "style": 1, "label": "Go", "custom_id": "go"});
    for (key, value) in more.as_object().unwrap() {
        button[key] = value.clone();
    }
    button
}

#[tokio::test]
async fn d29_a_row_has_up_to_five_buttons_or_one_select() {
    let scene = Scene::set().await;
    let many: Vec<Value> = (0..6)
        .map(|n| button(json!({"custom_id": n.to_string()})))
        .collect();
    scene
        .sends(row(json!(many)))
        .await
        .faults_at("components.0.components");
    scene.sent(row(json!(&many[..5]))).await;
    let select = json!({"type": 5, "custom_id": "who"});
    scene
        .sends(row(json!([select, button(json!({}))])))
        .await
        .faults_at("components.0.components");
    scene
        .sends(row(json!([])))
        .await
        .faults_at("components.0.components");
    scene
        .sends(row(json!([{"type": 4, "custom_id": "t"}])))
        .await
        .faults_at("components.0.components.0.type");
    let rows = vec![json!({"type": 1, "components": [select]}); 6];
    scene
        .sends(json!({"content": "x", "components": rows}))
        .await
        .faults_at("components");
    scene
        .sends(json!({"content": "x", "components": [button(json!({}))]}))
        .await
        .faults_at("components.0.type");
}

#[tokio::test]
async fn d30_buttons_have_what_their_style_needs() {
    let scene = Scene::set().await;
    let at = "components.0.components.0";
    for (more, field) in [
        (json!({"label": "x".repeat(81)}), ".label"),
        (json!({"custom_id": null}), ".custom_id"),
        (json!({"custom_id": "x".repeat(101)}), ".custom_id"),
        (json!({"url": "https://x"}), ".url"),
        (json!({"style": 5}), ".url"),
        (json!({"style": 5, "url": "https://x"}), ".custom_id"),
        (
            json!({"style": 5, "custom_id": null, "url": "mailto:x"}),
            ".url",
        ),
        (
            json!({"style": 5, "custom_id": null, "url": format!("https://{}", "x".repeat(512))}),
            ".url",
        ),
        (
            json!({"style": 6, "custom_id": null, "label": null}),
            ".sku_id",
        ),
        (json!({"style": 7}), ".style"),
        (json!({"style": null}), ".style"),
        (json!({"label": null}), ""),
    ] {
        let reply = scene.sends(row(json!([button(more)]))).await;
        reply.faults_at(&format!("{at}{field}"));
    }
    let link = button(json!({"style": 5, "custom_id": null, "url": "https://x"}));
    scene.sent(row(json!([link]))).await;
}

#[tokio::test]
async fn d31_selects_have_their_limits() {
    let scene = Scene::set().await;
    let at = "components.0.components.0";
    let option = |n: usize| json!({"label": format!("l{n}"), "value": format!("v{n}")});
    let options = |count: usize| -> Value { (0..count).map(option).collect() };
    let select = |more: Value| {
        let mut select = json!({"type": 3, "custom_id": "pick", "options": options(3)});
        for (key, value) in more.as_object().unwrap() {
            select[key] = value.clone();
        }
        row(json!([select]))
    };
    for (more, field) in [
        (json!({"options": options(26)}), "options"),
        (json!({"options": []}), "options"),
        (json!({"options": null}), "options"),
        (
            json!({"options": [option(0), option(0)]}),
            "options.1.value",
        ),
        (
            json!({"options": [{"label": "x".repeat(101), "value": "v"}]}),
            "options.0.label",
        ),
        (json!({"placeholder": "x".repeat(151)}), "placeholder"),
        (json!({"min_values": 26}), "min_values"),
        (json!({"max_values": 26}), "max_values"),
        (json!({"max_values": 4}), "max_values"),
        (json!({"min_values": 3, "max_values": 2}), "min_values"),
        (json!({"type": 6}), "options"),
        (json!({"custom_id": null}), "custom_id"),
    ] {
        let reply = scene.sends(select(more)).await;
        reply.faults_at(&format!("{at}.{field}"));
    }
    scene
        .sent(select(json!({"min_values": 0, "max_values": 3})))
        .await;
}

#[tokio::test]
async fn d32_custom_ids_are_unique_and_ids_assigned() {
    let scene = Scene::set().await;
    let reply = scene
        .sends(row(json!([button(json!({})), button(json!({}))])))
        .await;
    reply.faults_at("components.0.components.1.custom_id");
    let twice = json!([
        button(json!({"id": 5})),
        button(json!({"id": 5, "custom_id": "b"}))
    ]);
    scene
        .sends(row(twice))
        .await
        .faults_at("components.0.components.1.id");
    let message = scene.sent(row(json!([button(json!({"id": 1}))]))).await;
    let row = &message["components"][0];
    assert_eq!(
        (&row["components"][0]["id"], &row["id"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn d33_components_v2_stand_alone_and_cannot_be_unset() {
    let scene = Scene::set().await;
    let v2 = 1 << 15;
    let text = json!({"type": 10, "content": "hello"});
    let container = json!({"type": 17, "components": [text]});
    for (key, value) in [
        ("content", json!("x")),
        ("embeds", json!([{"title": "t"}])),
        ("poll", json!({"question": {"text": "q"}, "answers": []})),
    ] {
        let mut body = json!({"flags": v2, "components": [container]});
        body[key] = value;
        scene.sends(body).await.faults_at(key);
    }
    scene
        .sends(json!({"components": [container]}))
        .await
        .faults_at("components.0.type");
    let part = vec![text.clone(); 40];
    let nested = json!([{"type": 17, "components": part}]);
    scene
        .sends(json!({"flags": v2, "components": nested}))
        .await
        .faults_at("components");
    let message = scene
        .sent(json!({"flags": v2, "components": [container, text]}))
        .await;
    let edited = scene
        .bot
        .patch(&scene.one(&message), json!({"flags": 0}))
        .await;
    assert_eq!(edited.body["flags"], v2);
    scene
        .bot
        .patch(&scene.one(&message), json!({"content": "x"}))
        .await
        .faults_at("content");
    let plain = scene.sent(json!({"content": "plain"})).await;
    let mut turn = json!({"flags": v2, "components": [text]});
    let refused = scene.bot.patch(&scene.one(&plain), turn.clone()).await;
    refused.faults_at("content");
    turn["content"] = Value::Null;
    let turned = scene.bot.patch(&scene.one(&plain), turn).await;
    assert_eq!((turned.status, &turned.body["flags"]), (200, &json!(v2)));
}

#[tokio::test]
async fn d34_parts_of_components_v2_are_judged() {
    let scene = Scene::set().await;
    let text = json!({"type": 10, "content": "hello"});
    let thumbnail = json!({"type": 11, "media": {"url": "https://x/y.png"}});
    let media = |count: usize| vec![json!({"media": {"url": "https://x/y.png"}}); count];
    for (component, field) in [
        (json!({"type": 10, "content": ""}), "content"),
        (json!({"type": 10, "content": "x".repeat(4001)}), "content"),
        (json!({"type": 9, "components": [text]}), "accessory"),
        (
            json!({"type": 9, "components": vec![text.clone(); 4], "accessory": thumbnail}),
            "components",
        ),
        (
            json!({"type": 9, "components": [thumbnail], "accessory": thumbnail}),
            "components.0.type",
        ),
        (
            json!({"type": 9, "components": [text], "accessory": text}),
            "accessory.type",
        ),
        (json!({"type": 12, "items": []}), "items"),
        (json!({"type": 12, "items": media(11)}), "items"),
        (
            json!({"type": 13, "file": {"url": "https://x/y"}}),
            "file.url",
        ),
        (
            json!({"type": 13, "file": {"url": "attachment://none.txt"}}),
            "file.url",
        ),
        (json!({"type": 14, "spacing": 3}), "spacing"),
        (json!({"type": 17, "components": []}), "components"),
        (
            json!({"type": 17, "components": [{"type": 17, "components": [text]}]}),
            "components.0.type",
        ),
        (json!({"type": 99}), "type"),
    ] {
        let reply = scene
            .sends(json!({"flags": 1 << 15, "components": [component]}))
            .await;
        reply.faults_at(&format!("components.0.{field}"));
    }
    let section = json!({"type": 9, "components": [text], "accessory": thumbnail});
    let good = json!([section, {"type": 12, "items": media(10)}, {"type": 14, "spacing": 2}]);
    scene
        .sent(json!({"flags": 1 << 15, "components": good}))
        .await;
}
