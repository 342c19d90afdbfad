//! Interactions that go wrong: too late, answered by another, from where the bot is not; and
//! commands that somebody else replaced.

use cogbox_emulator::{Clock, Emulator, Fault, Here, Options};
use serde_json::{Value, json};

use crate::client::{Bot, options, says, slash};

/// A bot with `/ping`, and ann in the guild's first channel. The clock stands still.
async fn start() -> (Emulator, Bot, Here) {
    let options = Options {
        clock: Clock::manual(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let mut ping = slash("ping");
    ping["integration_types"] = json!([0, 1]);
    ping["contexts"] = json!([0, 1, 2]);
    bot.registers(json!([ping])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    (discord, bot, ann)
}

#[tokio::test]
async fn x28_an_answer_comes_too_late_or_after_another() {
    let (discord, mut bot, ann) = start().await;
    let pending = ann.starts("/ping").await;
    let late = bot.interaction().await;
    discord.cause(Fault::ExpireInteractions);
    assert!(pending.answered().await.failed().is_some());
    assert_eq!(
        bot.answers(&late, says("late")).await.refusal(),
        (404, 10062)
    );
    let pending = ann.starts("/ping").await;
    let taken = bot.interaction().await;
    discord.cause(Fault::AnswerElsewhere);
    pending.deferred().await;
    assert_eq!(
        bot.answers(&taken, says("second")).await.refusal(),
        (400, 40060)
    );
}

#[tokio::test]
async fn x29_who_waits_3_seconds_reads_that_the_application_did_not_respond() {
    let (discord, mut bot, ann) = start().await;
    let pending = ann.starts("/ping").await;
    let slow = bot.interaction().await;
    discord.cause(Fault::PassTime { seconds: 2.9 });
    assert_eq!(bot.answers(&slow, json!({"type": 5})).await.status, 204);
    pending.deferred().await;
    let pending = ann.starts("/ping").await;
    let slower = bot.interaction().await;
    discord.cause(Fault::PassTime { seconds: 3.1 });
    assert!(pending.answered().await.failed().is_some());
    assert_eq!(
        bot.answers(&slower, says("late")).await.refusal(),
        (404, 10062)
    );
}

#[tokio::test]
async fn x30_a_token_ends_after_15_minutes() {
    let (discord, mut bot, ann) = start().await;
    let pending = ann.starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!(bot.answers(&got, says("first")).await.status, 204);
    pending.answered().await;
    let path = bot.hook(&got, "/messages/@original");
    discord.cause(Fault::PassTime { seconds: 899.0 });
    assert_eq!(
        bot.patch(&path, json!({"content": "edit"})).await.status,
        200
    );
    discord.cause(Fault::PassTime { seconds: 2.0 });
    let late = bot.patch(&path, json!({"content": "late"})).await;
    assert_eq!(late.refusal(), (401, 50027));
}

#[tokio::test]
async fn x31_a_command_comes_from_a_guild_without_the_bot() {
    let (discord, mut bot, ann) = start().await;
    let lab = discord.guild("Cogbox Lab").id;
    let person = discord.person("ann").id;
    discord.cause(Fault::RemoveBot { guild: lab });
    discord.cause(Fault::Grant {
        guild: lab,
        granted: false,
    });
    discord.cause(Fault::Install { user: person });
    ann.starts("/ping").await;
    let got = bot.interaction().await;
    assert_eq!(got["guild_id"], lab.to_string());
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"1": person.to_string()})
    );
    let guild = bot.get(&format!("/guilds/{lab}")).await;
    assert_eq!(guild.refusal(), (403, 50001));
    // Five may follow up where the bot is not, and no more.
    assert_eq!(bot.answers(&got, json!({"type": 5})).await.status, 204);
    let hook = bot.hook(&got, "");
    let mut last = Value::Null;
    for n in 0..8 {
        let reply = bot.post(&hook, json!({"content": format!("{n}")})).await;
        last = json!([n, reply.status, reply.body["code"]]);
        if reply.status != 200 {
            break;
        }
    }
    assert_eq!(last, json!([5, 400, 40094]));
}

#[tokio::test]
async fn x32_a_command_in_a_direct_message_has_a_user_and_no_member() {
    let (discord, mut bot, _) = start().await;
    discord.person("ann").in_dm().starts("/ping").await;
    let got = bot.interaction().await;
    assert!(got.get("member").is_none() && got.get("guild_id").is_none());
    assert_eq!(got["user"]["username"], "ann");
    assert_eq!(got["context"], 1);
}

#[tokio::test]
async fn x34_somebody_else_replaces_the_commands() {
    let (discord, bot, ann) = start().await;
    let path = format!("/applications/{}/commands", bot.application);
    let before = bot.get(&path).await.body;
    let commands = json!([slash("ping"), slash("theirs")]);
    discord.cause(Fault::ReplaceCommands {
        guild: None,
        commands,
    });
    let after = bot.get(&path).await.body;
    let names: Vec<_> = after
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["name"])
        .collect();
    assert_eq!(names, ["ping", "theirs"]);
    assert_ne!(after[0]["id"], before[0]["id"], "the id is another");
    ann.prepares("/theirs");
}
