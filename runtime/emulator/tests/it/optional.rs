//! Fields that may be missing or null: both in what is sent to the bot and in what it sends.

use cogbox_emulator::{Emulator, Options};
use serde_json::{Value, json};

use crate::client::{Bot, oddly, says, slash};

async fn start(sparse: bool) -> (Emulator, Bot) {
    let mut options = Options { sparse, ..oddly() };
    if sparse {
        // Discord's document tells of replies that leave nothing out.
        options.witness = None;
    }
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

/// Checks that optional fields are missing, or that they are null, and that others stay.
#[track_caller]
fn shows(object: &Value, optional: &[&str], always: &[&str], sparse: bool) {
    for key in optional {
        let field = object.get(key);
        let wanted = match sparse {
            true => field.is_none(),
            false => field.is_some_and(|field| matches!(field, Value::Null | Value::Bool(false))),
        };
        assert!(wanted, "{key}: {field:?}");
    }
    for key in always {
        assert_eq!(object.get(key), Some(&Value::Null), "{key}");
    }
}

#[tokio::test]
async fn b36_optional_fields_are_null_or_missing() {
    for sparse in [false, true] {
        let (discord, mut bot) = start(sparse).await;
        let user = [
            "banner",
            "accent_color",
            "primary_guild",
            "avatar_decoration_data",
        ];
        let member = [
            "nick",
            "premium_since",
            "communication_disabled_until",
            "pending",
        ];
        let created = bot.socket.dispatch("GUILD_CREATE").await["d"].clone();
        shows(
            &created["channels"][0],
            &["topic", "parent_id", "nsfw"],
            &[],
            sparse,
        );
        shows(&created, &[], &["icon", "banner", "description"], sparse);
        let commands = bot.registers(json!([slash("ping")])).await;
        let texts = [
            "name_localizations",
            "description_localizations",
            "contexts",
        ];
        shows(
            &commands[0],
            &texts,
            &["default_member_permissions"],
            sparse,
        );
        let general = discord.guild("Cogbox Lab").channel("general");
        let ann = discord.person("ann").in_channel(&general);
        ann.says("hello").await;
        let message = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
        shows(&message, &[], &["edited_timestamp"], sparse);
        shows(
            &message["author"],
            &user,
            &["avatar", "global_name"],
            sparse,
        );
        shows(&message["member"], &member, &[], sparse);
        assert_eq!(message.get("components").is_none(), sparse);
        let pending = ann.starts("/ping").await;
        let got = bot.interaction().await;
        shows(&got["member"], &member, &[], sparse);
        shows(&got["member"]["user"], &user, &["avatar"], sparse);
        shows(&got["channel"], &["topic", "parent_id"], &[], sparse);
        bot.answers(&got, says("pong")).await;
        pending.answered().await;
        let own = bot.get("/users/@me").await.body;
        shows(&own, &["banner", "email"], &["avatar"], sparse);
        assert_eq!(own["bot"], true, "what says something stays");
        shows(
            &bot.ready["user"],
            &["banner", "email"],
            &["avatar"],
            sparse,
        );
    }
}

#[tokio::test]
async fn b36_null_is_as_good_as_missing_in_what_the_bot_sends() {
    let (discord, mut bot) = start(false).await;
    bot.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    let with_nulls = |mut body: Value, keys: &[&str]| {
        for key in keys {
            body[*key] = Value::Null;
        }
        body
    };
    let message = [
        "tts",
        "flags",
        "embeds",
        "components",
        "allowed_mentions",
        "nonce",
        "enforce_nonce",
        "message_reference",
        "attachments",
        "poll",
        "sticker_ids",
    ];
    let path = format!("/channels/{}/messages", general.id);
    let body = with_nulls(json!({"content": "x"}), &message);
    let made = bot.post(&path, body.clone()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let one = format!("{path}/{}", made.body["id"].as_str().unwrap());
    let edited = bot.patch(&one, body.clone()).await;
    assert_eq!((edited.status, &edited.body["content"]), (200, &json!("x")));
    let command = [
        "name_localizations",
        "description_localizations",
        "options",
        "nsfw",
        "type",
        "default_member_permissions",
        "contexts",
        "integration_types",
        "dm_permission",
    ];
    let commands = format!("/applications/{}/commands", bot.application);
    let made = bot
        .post(&commands, with_nulls(slash("nulls"), &command))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let option = with_nulls(
        json!({"type": 3, "name": "a", "description": "b"}),
        &[
            "required",
            "choices",
            "options",
            "channel_types",
            "min_value",
            "max_value",
            "min_length",
            "max_length",
            "autocomplete",
            "name_localizations",
            "description_localizations",
            "file_types",
        ],
    );
    let mut with_option = slash("nulls");
    with_option["options"] = json!([option]);
    let made = bot.post(&commands, with_option).await;
    assert_eq!(made.status, 200, "{}", made.body);
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    let reply = bot.answers(&got, json!({"type": 4, "data": body})).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    let reply = bot.answers(&got, json!({"type": 5, "data": null})).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
}
