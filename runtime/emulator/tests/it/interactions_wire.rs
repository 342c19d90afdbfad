//! What an interaction brings to the bot.

use cogbox_emulator::Emulator;
use serde_json::{Value, json};

use crate::client::{Bot, options, says, slash};

async fn start(commands: Value) -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    bot.registers(commands).await;
    (discord, bot)
}

fn parameter(kind: u64, name: &str) -> Value {
    json!({"type": kind, "name": name, "description": "An option"})
}

#[tokio::test]
async fn d02_d03_an_interaction_in_a_guild_is_complete() {
    let (discord, mut bot) = start(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann");
    ann.set_locale("de");
    ann.in_channel(&general).starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!(
        (&got["type"], &got["version"], &got["context"]),
        (&json!(2), &json!(1), &json!(0))
    );
    assert_eq!(got["application_id"], bot.application.as_str());
    assert_eq!(got["guild_id"], bot.guild.as_str());
    assert_eq!(got["guild"]["id"], bot.guild.as_str());
    assert_eq!(got["channel_id"], general.id.to_string());
    assert_eq!(got["channel"]["name"], "general");
    assert_eq!(
        (&got["locale"], &got["guild_locale"]),
        (&json!("de"), &json!("en-US"))
    );
    assert_eq!(got["entitlements"], json!([]));
    assert_eq!(got["attachment_size_limit"], 10 * 1024 * 1024);
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"0": bot.guild})
    );
    assert_eq!(got["member"]["user"]["username"], "ann");
    assert!(
        got["member"]["permissions"]
            .as_str()
            .unwrap()
            .parse::<u64>()
            .is_ok()
    );
    assert!(
        got["app_permissions"]
            .as_str()
            .unwrap()
            .parse::<u64>()
            .is_ok()
    );
    assert!(got.get("user").is_none());
    assert!(
        got["data"].get("guild_id").is_none(),
        "D07: only for commands of one guild"
    );
    assert!(got["data"].get("options").is_none());
    assert!(!got["token"].as_str().unwrap().contains('/'));
}

#[tokio::test]
async fn d03_in_a_direct_message_there_is_a_user_and_no_member() {
    let (discord, mut bot) = start(json!([slash("ping")])).await;
    let pending = discord.person("ben").in_dm().starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!(
        (&got["user"]["username"], &got["context"]),
        (&json!("ben"), &json!(1))
    );
    for absent in ["member", "guild_id", "guild", "guild_locale"] {
        assert!(got.get(absent).is_none(), "{absent}");
    }
    assert_eq!(got["channel"]["type"], 1);
    assert_eq!(got["authorizing_integration_owners"], json!({"0": "0"}));
    bot.answers(&got, says("hi")).await;
    assert_eq!(pending.answered().await.text(), "hi");
}

#[tokio::test]
async fn d05_options_nest_and_skipped_ones_are_absent() {
    let add = json!({"type": 1, "name": "add", "description": "Adds", "options": [
        parameter(3, "name"), parameter(4, "count")
    ]});
    let group = json!({"type": 2, "name": "self", "description": "Own", "options": [add]});
    let (discord, mut bot) =
        start(json!([{"name": "role", "description": "Roles", "options": [group]}])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.starts("/role self add name:red and blue").await;
    let got = bot.interaction().await["data"].clone();
    assert_eq!(got["name"], "role");
    assert_eq!(
        got["options"],
        json!([{"name": "self", "type": 2, "options": [
            {"name": "add", "type": 1, "options": [{"name": "name", "type": 3, "value": "red and blue"}]}
        ]}])
    );
}

#[tokio::test]
async fn d05_values_have_their_types() {
    let options = json!([
        parameter(3, "text"),
        parameter(4, "whole"),
        parameter(5, "switch"),
        parameter(10, "number"),
    ]);
    let (discord, mut bot) =
        start(json!([{"name": "all", "description": "All", "options": options}])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.starts("/all text:7 whole:7 switch:yes number:7.5")
        .await;
    let got = bot.interaction().await["data"]["options"].clone();
    let values: Vec<&Value> = got
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["value"])
        .collect();
    assert_eq!(values, [&json!("7"), &json!(7), &json!(true), &json!(7.5)]);
}

#[tokio::test]
async fn d06_ids_come_with_the_objects_they_name() {
    let options = json!([
        parameter(6, "who"),
        parameter(8, "role"),
        parameter(7, "where"),
        parameter(9, "any"),
    ]);
    let (discord, mut bot) =
        start(json!([{"name": "look", "description": "Looks", "options": options}])).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let (ann, ben) = (
        discord.person("ann").in_channel(&general),
        discord.person("ben").id,
    );
    ann.starts("/look who:@ben role:Helpers where:#bots any:cleo")
        .await;
    let data = bot.interaction().await["data"].clone();
    let resolved = &data["resolved"];
    let ben = ben.to_string();
    assert_eq!(data["options"][0]["value"], ben);
    assert_eq!(resolved["users"][&ben]["username"], "ben");
    let member = &resolved["members"][&ben];
    assert!(member["permissions"].is_string() && member["roles"].is_array());
    for absent in ["user", "deaf", "mute"] {
        assert!(member.get(absent).is_none(), "{absent}");
    }
    let role = lab.role("Helpers").to_string();
    assert_eq!(resolved["roles"][&role]["name"], "Helpers");
    let bots = lab.channel("bots").id.to_string();
    assert_eq!(resolved["channels"][&bots]["name"], "bots");
    assert!(resolved["channels"][&bots]["permissions"].is_string());
    assert!(resolved["channels"][&bots]["app_permissions"].is_string());
    assert_eq!(resolved["users"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn d07_context_menus_tell_their_target() {
    let (discord, mut bot) = start(json!([
        {"name": "Who is it", "type": 2}, {"name": "Quote", "type": 3}, slash("ping"),
    ]))
    .await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let (ann, ben) = (
        discord.person("ann").in_channel(&general),
        discord.person("ben").in_channel(&general),
    );
    let asking = tokio::spawn({
        let (ann, ben) = (ann.clone(), ben.clone());
        async move { ann.clicks_user("Who is it", &ben).await }
    });
    let got = bot.interaction().await;
    let target = ben.id.to_string();
    assert_eq!(
        (&got["data"]["type"], &got["data"]["target_id"]),
        (&json!(2), &json!(target))
    );
    assert_eq!(got["data"]["resolved"]["users"][&target]["username"], "ben");
    bot.answers(&got, says("that is ben")).await;
    let answer = asking.await.unwrap();
    assert_eq!(answer.message()["type"], 23);
    let quoting = tokio::spawn({
        let (ann, answer) = (ann.clone(), answer.clone());
        async move { ann.clicks_message("Quote", &answer).await }
    });
    let got = bot.interaction().await;
    let target = answer.message()["id"].as_str().unwrap();
    assert_eq!(
        got["data"]["resolved"]["messages"][target]["content"],
        "that is ben"
    );
    bot.answers(&got, says("> that is ben")).await;
    quoting.await.unwrap();
    let read = general.transcript_for(&ann);
    assert!(read.starts_with("ann used Who is it\nCogbox: that is ben\nann used Quote\n"));
}

#[tokio::test]
async fn d07_commands_of_a_guild_say_so() {
    let (discord, mut bot) = start(json!([])).await;
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        bot.application, bot.guild
    );
    bot.post(&path, slash("here")).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    discord
        .person("ann")
        .in_channel(&general)
        .starts("/here")
        .await;
    assert_eq!(
        bot.interaction().await["data"]["guild_id"],
        bot.guild.as_str()
    );
}

#[tokio::test]
async fn d37_presses_and_choices_bring_the_message() {
    let (discord, mut bot) = start(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let pending = ann.starts("/ping").await;
    let got = bot.interaction().await;
    let options = json!([{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}]);
    let data = json!({"content": "pong", "components": [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Go", "custom_id": "go"}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "pick", "options": options, "max_values": 2}]},
        {"type": 1, "components": [{"type": 5, "custom_id": "who"}]},
    ]});
    bot.answers(&got, json!({"type": 4, "data": data})).await;
    let answer = pending.answered().await;
    ann.starts_click(&answer, "Go").await;
    let press = bot.interaction().await;
    assert_eq!(
        (&press["type"], &press["data"]["component_type"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(press["data"]["custom_id"], "go");
    assert_eq!(press["message"]["id"], answer.message()["id"]);
    assert!(press["data"].get("values").is_none());
    let choosing = tokio::spawn({
        let (ann, answer) = (ann.clone(), answer.clone());
        async move { ann.selects(&answer, "pick", &["Red", "b"]).await }
    });
    let choice = bot.interaction().await;
    assert_eq!(choice["data"]["values"], json!(["r", "b"]));
    bot.answers(&choice, says("chosen")).await;
    assert_eq!(choosing.await.unwrap().text(), "chosen");
    let ben = discord.person("ben").id.to_string();
    let choosing = tokio::spawn({
        let (ann, answer, ben) = (ann.clone(), answer.clone(), ben.clone());
        async move { ann.selects(&answer, "who", &[&ben]).await }
    });
    let choice = bot.interaction().await;
    assert_eq!(choice["data"]["resolved"]["users"][&ben]["username"], "ben");
    bot.answers(&choice, says("it is ben")).await;
    choosing.await.unwrap();
}
