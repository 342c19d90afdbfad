//! Bodies that are wrong somewhere: every field of every body that a route takes is replaced by what
//! does not belong there. The answer is always a refusal of Discord's shape, and never a fault of
//! the server.

use std::time::Duration;

use cogbox_emulator::{Emulator, Here, Options};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, Reply, callback, oddly, slash};

const HOURS: Duration = Duration::from_secs(100 * 3_600);

/// The place of a field in a body: keys, and numbers for places in lists.
type Place = Vec<String>;

/// Returns the places of everything in a value, its own first.
fn places(value: &Value) -> Vec<Place> {
    let mut all = vec![Vec::new()];
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v)).collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, v)| (n.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    for (key, below) in inside {
        for mut place in places(below) {
            place.insert(0, key.clone());
            all.push(place);
        }
    }
    all
}

fn at<'a>(value: &'a mut Value, place: &[String]) -> &'a mut Value {
    place.iter().fold(value, |value, step| match value {
        Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        value => &mut value[step.as_str()],
    })
}

/// Returns values of another type than the given one. A number may stand for an id, and a text for a
/// number, so these are not among them.
fn of_wrong_type(value: &Value) -> Vec<Value> {
    let all = [
        json!("not a number"),
        json!(1.5),
        json!(true),
        json!([["x"]]),
        json!({"x": {"y": 1}}),
    ];
    let wrong = |other: &&Value| match value {
        Value::String(_) => !other.is_string() && !other.is_number(),
        Value::Number(_) => !other.is_number(),
        Value::Bool(_) => !other.is_boolean(),
        Value::Array(_) => !other.is_array(),
        Value::Object(_) => !other.is_object(),
        Value::Null => false,
    };
    all.iter().filter(wrong).cloned().collect()
}

/// Returns values that may or may not pass, and that have to be survived.
fn extremes() -> Vec<Value> {
    let deep = (0..100).fold(json!([]), |inside, _| json!([inside]));
    let deep_object = (0..100).fold(json!({}), |inside, _| json!({"components": [inside]}));
    vec![
        Value::Null,
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(""),
        json!(" \u{0}\u{202e}\n"),
        json!("9".repeat(40)),
        json!("x".repeat(20_000)),
        json!([]),
        json!([null]),
        json!({}),
        json!([{}]),
        deep,
        deep_object,
    ]
}

/// Checks that a reply is either an acceptance or a refusal of Discord's shape.
#[track_caller]
pub fn sane(reply: &Reply, what: &str) {
    if reply.status < 300 {
        return;
    }
    assert!(
        (400..500).contains(&reply.status),
        "{what}: {}",
        reply.status
    );
    let body = &reply.body;
    assert!(
        body["code"].is_u64() && body["message"].is_string(),
        "{what}: {body}"
    );
    assert_eq!(
        reply.header("content-type"),
        Some("application/json"),
        "{what}"
    );
    if reply.refusal() == (400, 50035) {
        assert!(holds_a_fault(&body["errors"]), "{what}: {body}");
    }
}

fn holds_a_fault(errors: &Value) -> bool {
    let Some(fields) = errors.as_object() else {
        return false;
    };
    fields.iter().any(|(key, below)| match key.as_str() {
        "_errors" => below[0]["code"].is_string() && below[0]["message"].is_string(),
        _ => holds_a_fault(below),
    })
}

/// Sends a body with each of its fields replaced in turn. `send` returns the reply; `lax` are the
/// fields whose wrong values pass on Discord too.
pub async fn spoil(
    what: &str,
    body: &Value,
    lax: &[&str],
    mut send: impl AsyncFnMut(Value) -> Reply,
) {
    let reply = send(body.clone()).await;
    assert!(
        reply.status < 300,
        "{what} itself: {} {}",
        reply.status,
        reply.body
    );
    let mut accepted = Vec::new();
    for place in places(body) {
        let mut spoilt = body.clone();
        let before = at(&mut spoilt, &place).clone();
        let name = place.join(".");
        for wrong in of_wrong_type(&before) {
            *at(&mut spoilt, &place) = wrong.clone();
            let reply = send(spoilt.clone()).await;
            sane(&reply, &format!("{what}, {name} = {wrong}"));
            let passes = lax
                .iter()
                .any(|lax| place.last().is_some_and(|last| last == lax));
            if reply.status < 300 && !passes {
                accepted.push(format!("{name} = {wrong}"));
            }
        }
        // Every second one here, the others at the next place: enough of each over a body.
        let odd = place.len() + name.len();
        for extreme in extremes().into_iter().skip(odd % 2).step_by(2) {
            *at(&mut spoilt, &place) = extreme.clone();
            let reply = send(spoilt.clone()).await;
            let shown: String = extreme.to_string().chars().take(60).collect();
            sane(&reply, &format!("{what}, {name} = {shown}"));
        }
    }
    assert!(accepted.is_empty(), "{what} takes {accepted:#?}");
}

pub async fn start() -> (Emulator, Bot, Here) {
    // Many bodies are tried on one interaction, and none of them is to come too late.
    let options = Options {
        answer_deadline: HOURS,
        token_life: HOURS,
        patience: HOURS,
        ..oddly()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    let lab = discord.guild("Cogbox Lab");
    // The bot may do everything, so that bodies are judged and not permissions.
    lab.set_role("Cogbox", 8, false);
    let ann = discord.person("ann").in_channel(&lab.channel("general"));
    (discord, bot, ann)
}

fn rows() -> Value {
    let options = json!([{
        "label": "Red", "value": "r", "description": "A colour", "default": true,
        "emoji": {"name": "🔴"},
    }]);
    json!([
        {"type": 1, "id": 7, "components": [
            {"type": 2, "style": 1, "label": "Go", "custom_id": "go", "disabled": false,
             "emoji": {"name": "🔥"}},
            {"type": 2, "style": 5, "label": "Look", "url": "https://a.example/"},
        ]},
        {"type": 1, "components": [
            {"type": 3, "custom_id": "pick", "options": options, "placeholder": "Pick",
             "min_values": 0, "max_values": 1, "disabled": false},
        ]},
        {"type": 1, "components": [
            {"type": 8, "custom_id": "where", "channel_types": [0]},
        ]},
    ])
}

pub fn message() -> Value {
    json!({
        "content": "hello", "tts": false, "flags": 4, "components": rows(),
        "embeds": [{
            "title": "T", "description": "D", "url": "https://a.example/", "color": 255,
            "timestamp": "2026-01-01T00:00:00Z",
            "footer": {"text": "F", "icon_url": "https://a.example/a.png"},
            "image": {"url": "https://a.example/a.png"},
            "thumbnail": {"url": "https://a.example/a.png"},
            "author": {"name": "A", "url": "https://a.example/"},
            "fields": [{"name": "N", "value": "V", "inline": true}],
        }],
        "allowed_mentions": {"parse": ["users"], "roles": ["1"], "replied_user": true},
    })
}

fn v2_message() -> Value {
    let media = json!({"url": "https://a.example/a.png"});
    let text = json!({"type": 10, "content": "text"});
    json!({"flags": 1 << 15, "components": [
        {"type": 17, "accent_color": 255, "spoiler": false, "components": [
            {"type": 9, "components": [text], "accessory":
                {"type": 11, "media": media, "description": "d", "spoiler": false}},
            {"type": 12, "items": [{"media": media, "description": "d", "spoiler": false}]},
            {"type": 14, "divider": true, "spacing": 2},
        ]},
        text,
    ]})
}

fn command() -> Value {
    let choice = json!({"name": "a", "value": "a", "name_localizations": {"de": "ä"}});
    let options = json!([
        {"type": 3, "name": "text", "description": "x", "required": true, "choices": [choice],
         "name_localizations": {"de": "wort"}, "description_localizations": {"de": "y"}},
        {"type": 3, "name": "long", "description": "x", "min_length": 1, "max_length": 9,
         "autocomplete": true},
        {"type": 4, "name": "whole", "description": "x", "min_value": 1, "max_value": 9},
        {"type": 10, "name": "number", "description": "x", "min_value": 1.5, "max_value": 2.5},
        {"type": 7, "name": "where", "description": "x", "channel_types": [0, 5]},
        {"type": 11, "name": "file", "description": "x", "file_types": ["image"]},
    ]);
    json!({
        "name": "cmd", "description": "A command", "type": 1, "options": options,
        "name_localizations": {"de": "befehl"}, "description_localizations": {"de": "Ein Befehl"},
        "default_member_permissions": "8", "dm_permission": true, "nsfw": false,
        "contexts": [0, 1], "integration_types": [0], "default_permission": true,
    })
}

fn modal() -> Value {
    let label = |component: Value| json!({"type": 18, "label": "L", "description": "d", "component": component});
    let pair = json!([{"label": "a", "value": "a"}, {"label": "b", "value": "b"}]);
    json!({"custom_id": "m", "title": "M", "components": [
        label(json!({"type": 4, "custom_id": "a", "style": 1, "min_length": 0, "max_length": 9,
                     "placeholder": "p", "value": "v", "required": false})),
        label(json!({"type": 3, "custom_id": "b", "options": pair, "required": true})),
        label(json!({"type": 19, "custom_id": "c", "min_values": 0, "max_values": 2,
                     "required": false, "file_types": [".pdf"]})),
        label(json!({"type": 21, "custom_id": "d", "options": pair, "required": false})),
        {"type": 10, "content": "text"},
    ]})
}

#[tokio::test]
async fn spoilt_messages_are_refused() {
    let (_discord, bot, ann) = start().await;
    let path = format!("/channels/{}/messages", ann.channel);
    let mut reply = message();
    let target = ann.says("question").await.to_string();
    reply["nonce"] = json!("n");
    reply["enforce_nonce"] = json!(false);
    reply["message_reference"] = json!({
        "message_id": target, "channel_id": ann.channel.to_string(), "fail_if_not_exists": true,
    });
    let poll = json!({"poll": {
        "question": {"text": "Well?"}, "answers": [{"poll_media": {"text": "Yes"}}],
        "duration": 24, "allow_multiselect": false, "layout_type": 1,
    }});
    for (what, body) in [
        ("a reply", reply),
        ("a v2 message", v2_message()),
        ("a poll", poll),
    ] {
        spoil(what, &body, &[], async |body| bot.post(&path, body).await).await;
    }
    let made = bot.post(&path, message()).await.body["id"].clone();
    let one = format!("{path}/{}", made.as_str().unwrap());
    spoil("an edit", &message(), &["tts"], async |body| {
        bot.patch(&one, body).await
    })
    .await;
    let bulk = format!("{path}/bulk-delete");
    let two = json!({"messages": [target, made]});
    spoil("a bulk deletion", &two, &[], async |body| {
        bot.post(&bulk, body).await
    })
    .await;
    let dm = json!({"recipient_id": ann.id.to_string()});
    let open = "/users/@me/channels";
    spoil("a direct message", &dm, &[], async |body| {
        bot.post(open, body).await
    })
    .await;
}

#[tokio::test]
async fn spoilt_commands_are_refused() {
    let (discord, bot, ann) = start().await;
    let path = format!("/applications/{}/commands", bot.application);
    spoil("a command", &command(), &[], async |body| {
        bot.post(&path, body).await
    })
    .await;
    let sub = json!({"type": 1, "name": "sub", "description": "x", "options": [
        {"type": 6, "name": "who", "description": "x", "required": false},
    ]});
    let group = json!({"type": 2, "name": "group", "description": "x", "options": [sub]});
    let nested = json!([{"name": "nested", "description": "x", "options": [group]},
                        {"name": "Menu", "type": 2}]);
    spoil("a list of commands", &nested, &[], async |body| {
        bot.put(&path, body).await
    })
    .await;
    let made = bot.post(&path, command()).await.body["id"].clone();
    let one = format!("{path}/{}", made.as_str().unwrap());
    // The type of a command cannot be changed, and is passed over.
    spoil("an edit", &command(), &["type"], async |body| {
        bot.patch(&one, body).await
    })
    .await;
    let token = discord.person("ann").bearer_token();
    let decision =
        json!({"permissions": [{"id": ann.id.to_string(), "type": 2, "permission": true}]});
    let url = format!(
        "{}/applications/{}/guilds/{}/commands/{}/permissions",
        discord.api_url(),
        bot.application,
        bot.guild,
        bot.application
    );
    let http = crate::client::http();
    spoil("a decision", &decision, &[], async |body| {
        let request = http.put(&url).bearer_auth(&token);
        crate::client::read(request.json(&body)).await
    })
    .await;
}

#[tokio::test]
async fn spoilt_answers_are_refused() {
    let (_discord, mut bot, ann) = start().await;
    let choices = json!([{"name": "a", "value": "a", "name_localizations": {"de": "ä"}}]);
    let option = json!({"type": 3, "name": "word", "description": "x", "autocomplete": true});
    let say = json!({"name": "say", "description": "x", "options": [option]});
    bot.registers(json!([slash("ping"), say])).await;
    let cases = [
        ("/ping", json!({"type": 4, "data": message()})),
        ("/ping", json!({"type": 4, "data": v2_message()})),
        ("/ping", json!({"type": 5, "data": {"flags": 64}})),
        ("/ping", json!({"type": 9, "data": modal()})),
        (
            "/say word:a",
            json!({"type": 8, "data": {"choices": choices}}),
        ),
    ];
    for (typed, body) in cases {
        let mut open: Option<Value> = None;
        let what = format!("callback {}", body["type"]);
        let (ann, bot) = (&ann, &mut bot);
        let mut waiting = Vec::new();
        spoil(&what, &body, &[], async |body| {
            if open.is_none() {
                // An interaction is good for one answer that is accepted.
                if typed.contains("word:") {
                    let ann = ann.clone();
                    waiting.push(tokio::spawn(async move { ann.types(typed).await }));
                } else {
                    ann.starts(typed).await;
                }
                open = Some(bot.interaction().await);
            }
            let reply = bot.answers(open.as_ref().unwrap(), body).await;
            if reply.status < 300 {
                open = None;
            }
            reply
        })
        .await;
    }
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    bot.answers(&got, json!({"type": 4, "data": {"content": "x"}}))
        .await;
    let (hook, original) = (bot.hook(&got, ""), bot.hook(&got, "/messages/@original"));
    spoil("a followup", &message(), &[], async |body| {
        bot.post(&hook, body).await
    })
    .await;
    spoil("an edit", &message(), &["tts"], async |body| {
        bot.patch(&original, body).await
    })
    .await;
}

#[tokio::test]
async fn spoilt_changes_of_a_guild_are_refused() {
    let (discord, bot, ann) = start().await;
    let lab = discord.guild("Cogbox Lab");
    let (guild, ben) = (format!("/guilds/{}", lab.id), discord.person("ben").id);
    let dora = discord.add_person("dora").id;
    let (helpers, channel) = (lab.role("Helpers"), lab.channel("bots").id);
    let role = json!({
        "name": "R", "permissions": "8", "hoist": true, "mentionable": true, "color": 255,
        "colors": {"primary_color": 255, "secondary_color": null, "tertiary_color": null},
    });
    let overwrite = json!({"id": ben.to_string(), "type": 1, "allow": "1024", "deny": "0"});
    let text = json!({
        "name": "new", "type": 0, "topic": "T", "position": 1, "nsfw": false,
        "rate_limit_per_user": 5, "permission_overwrites": [overwrite],
    });
    let mut edit = text.clone();
    edit.as_object_mut().unwrap().remove("type");
    let soon = json!({"nick": "N", "roles": [helpers.to_string()],
                      "communication_disabled_until": null});
    for (method, path, body, lax) in [
        (
            Method::POST,
            format!("{guild}/roles"),
            role.clone(),
            &[][..],
        ),
        (Method::PATCH, format!("{guild}/roles/{helpers}"), role, &[]),
        (
            Method::PATCH,
            format!("{guild}/roles"),
            json!([{"id": helpers, "position": 1}]),
            &[],
        ),
        (Method::POST, format!("{guild}/channels"), text, &[]),
        (Method::PATCH, format!("/channels/{channel}"), edit, &[]),
        (
            Method::PATCH,
            format!("{guild}/channels"),
            json!([{"id": channel, "position": 1, "parent_id": null, "lock_permissions": false}]),
            &[],
        ),
        (
            Method::PUT,
            format!("/channels/{channel}/permissions/{ben}"),
            overwrite,
            &["id"],
        ),
        (
            Method::POST,
            format!("/channels/{channel}/invites"),
            json!({"max_age": 60, "max_uses": 1, "temporary": false, "unique": true}),
            &[],
        ),
        (Method::PATCH, format!("{guild}/members/{ben}"), soon, &[]),
        (
            Method::PATCH,
            format!("{guild}/members/@me"),
            json!({"nick": "N"}),
            &[],
        ),
        (
            Method::PUT,
            format!("{guild}/bans/{dora}"),
            json!({"delete_message_seconds": 60}),
            &[],
        ),
        (
            Method::POST,
            format!("{guild}/prune"),
            json!({"days": 7, "compute_prune_count": true, "include_roles": []}),
            &[],
        ),
        (
            Method::PATCH,
            guild.clone(),
            json!({"name": "Cogbox Lab", "afk_timeout": 300}),
            &[],
        ),
    ] {
        let what = format!("{method} {path}");
        spoil(&what, &body, lax, async |body| {
            bot.request(method.clone(), &path, body).await
        })
        .await;
    }
    assert_eq!(ann.channel, lab.channel("general").id);
}

#[tokio::test]
async fn spoilt_callbacks_use_nothing_up() {
    let (_discord, mut bot, ann) = start().await;
    let pending = ann.starts("/ping").await;
    let got = bot.interaction().await;
    for body in [
        json!([]),
        json!("x"),
        json!(4),
        json!({"type": "4x"}),
        json!({"type": [4]}),
    ] {
        sane(&bot.post(&callback(&got), body).await, "a callback");
    }
    let good = json!({"type": 4, "data": {"content": "still"}});
    assert_eq!(bot.answers(&got, good).await.status, 204);
    assert_eq!(pending.answered().await.text(), "still");
}
