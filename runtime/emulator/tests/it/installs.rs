//! Where an application comes from: with a guild, with or without its bot, or with a user.

use cogbox_emulator::model::permissions::USE_EXTERNAL_APPS;
use cogbox_emulator::{Emulator, Guild};
use serde_json::{Value, json};

use crate::client::{Bot, options, says, slash};

/// Commands for guilds, for users, and for both.
fn commands() -> Value {
    let of = |name: &str, types: Value| {
        let mut command = slash(name);
        command["integration_types"] = types;
        command
    };
    json!([
        of("guild", json!([0])),
        of("user", json!([1])),
        of("both", json!([0, 1]))
    ])
}

/// A guild that has neither the bot nor its commands; ann and ben are in it.
async fn start() -> (Emulator, Bot, Guild) {
    let discord = Emulator::start(options()).await.unwrap();
    let elsewhere = discord.add_guild("Elsewhere", &["talk"], &["ben", "ann"]);
    elsewhere.remove_bot();
    let bot = Bot::connect(&discord).await;
    bot.registers(commands()).await;
    (discord, bot, elsewhere)
}

#[tokio::test]
async fn c36_commands_need_their_own_grant_and_no_bot() {
    let (discord, mut bot, elsewhere) = start().await;
    let ben = discord.person("ben");
    let talk = elsewhere.channel("talk");
    let here = ben.in_channel(&talk);
    assert!(here.cannot_run("/guild").contains("there are none here"));
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        bot.application, elsewhere.id
    );
    assert_eq!(bot.post(&path, slash("own")).await.refusal(), (403, 50001));
    // The grant alone is enough for all of it.
    elsewhere.grant_commands(true);
    assert_eq!(bot.post(&path, slash("own")).await.status, 201);
    here.prepares("/own");
    let pending = here.starts("/guild").await;
    let got = bot.interaction().await;
    assert_eq!(got["guild_id"], elsewhere.id.to_string());
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"0": elsewhere.id.to_string()})
    );
    assert_eq!(bot.answers(&got, says("here")).await.status, 204);
    assert_eq!(pending.answered().await.text(), "here");
    let guild = bot.get(&format!("/guilds/{}", elsewhere.id)).await;
    assert_eq!(guild.refusal(), (403, 50001), "there is no bot there");
    // The bot alone brings none.
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    ben.in_channel(&general).prepares("/guild");
    lab.grant_commands(false);
    ben.in_channel(&general).cannot_run("/guild");
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        bot.application, lab.id
    );
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
    assert_eq!(bot.get(&format!("/guilds/{}", lab.id)).await.status, 200);
}

#[tokio::test]
async fn d04_a_user_brings_the_application_into_a_foreign_guild() {
    let (discord, mut bot, elsewhere) = start().await;
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let talk = elsewhere.channel("talk");
    ann.installs_app();
    let here = ann.in_channel(&talk);
    here.cannot_run("/guild");
    ben.in_channel(&talk).cannot_run("/user");
    let pending = here.starts("/user").await;
    let got = bot.interaction().await;
    assert_eq!(got["guild_id"], elsewhere.id.to_string());
    assert_eq!(got["context"], 0);
    assert_eq!(got["member"]["user"]["username"], "ann");
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"1": ann.id.to_string()})
    );
    let allowed: u64 = got["app_permissions"].as_str().unwrap().parse().unwrap();
    let least = 1 << 14 | 1 << 15 | 1 << 17;
    assert_eq!(allowed & least, least);
    // The guild itself is out of reach, and the bot is not told of the message.
    assert!(
        !bot.ready["guilds"]
            .to_string()
            .contains(&elsewhere.id.to_string())
    );
    for path in [
        format!("/guilds/{}", elsewhere.id),
        format!("/channels/{}", talk.id),
        format!("/channels/{}/messages", talk.id),
    ] {
        assert_eq!(bot.get(&path).await.refusal(), (403, 50001), "{path}");
    }
    let row = json!({"type": 1, "components": [
        {"type": 2, "style": 1, "label": "More", "custom_id": "more"}
    ]});
    let data = json!({"content": "hi", "components": [row]});
    bot.answers(&got, json!({"type": 4, "data": data})).await;
    let answer = pending.answered().await;
    assert!(!answer.is_private());
    assert_eq!(
        answer.message()["interaction_metadata"]["authorizing_integration_owners"],
        json!({"1": ann.id.to_string()})
    );
    // Whoever presses the button: it goes by the installation of who ran the command.
    ben.in_channel(&talk).starts_click(&answer, "More").await;
    let press = bot.interaction().await;
    assert_eq!(press["member"]["user"]["username"], "ben");
    assert_eq!(
        press["authorizing_integration_owners"],
        json!({"1": ann.id.to_string()})
    );
    assert_eq!(bot.answers(&press, says("more")).await.status, 204);
    let both = discord.guild("Cogbox Lab").channel("general");
    ann.in_channel(&both).starts("/both").await;
    let got = bot.interaction().await;
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"0": bot.guild, "1": ann.id.to_string()})
    );
}

#[tokio::test]
async fn d04_c30_private_channels_have_only_users_applications() {
    let (discord, mut bot, _) = start().await;
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    ann.installs_app();
    let mut bot_dm = slash("botdm");
    bot_dm["contexts"] = json!([1]);
    bot_dm["integration_types"] = json!([0, 1]);
    let commands = format!("/applications/{}/commands", bot.application);
    bot.post(&commands, bot_dm).await;
    let group = discord.add_group(&[&ann, &ben]);
    let here = ann.in_channel(&group);
    assert!(
        here.cannot_run("/guild")
            .ends_with("there are /both, /user")
    );
    ben.in_channel(&group).cannot_run("/user");
    let cleo = discord.person("cleo");
    cleo.installs_app();
    cleo.in_channel(&group).cannot_run("/user");
    let pending = here.starts("/user").await;
    let got = bot.interaction().await;
    assert_eq!(
        (&got["context"], &got["channel"]["type"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(got["user"]["username"], "ann");
    for absent in ["member", "guild_id", "guild", "guild_locale"] {
        assert!(got.get(absent).is_none(), "{absent}");
    }
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"1": ann.id.to_string()})
    );
    let path = format!("/channels/{}/messages", group.id);
    let body = json!({"content": "hi"});
    assert_eq!(bot.post(&path, body).await.refusal(), (403, 50001));
    bot.answers(&got, says("hi all")).await;
    assert_eq!(pending.answered().await.text(), "hi all");
    let read = group.transcript_for(&ben.in_channel(&group));
    assert_eq!(read, "ann used /user\nCogbox: hi all\n");
    // In direct messages with the bot there is the guilds' application, and one's own.
    ben.in_dm().cannot_run("/user");
    ann.in_dm().starts("/both").await;
    let got = bot.interaction().await;
    assert_eq!(got["context"], 1);
    assert_eq!(
        got["authorizing_integration_owners"],
        json!({"0": "0", "1": ann.id.to_string()})
    );
}

#[tokio::test]
async fn d04_answers_are_private_where_users_may_not_show_their_applications() {
    let (discord, mut bot, elsewhere) = start().await;
    let ann = discord.person("ann");
    ann.installs_app();
    let talk = elsewhere.channel("talk");
    talk.set_everyone(0, USE_EXTERNAL_APPS);
    let pending = ann.in_channel(&talk).starts("/user").await;
    let got = bot.interaction().await;
    bot.answers(&got, json!({"type": 5})).await;
    let original = bot.hook(&got, "/messages/@original");
    let edited = bot.patch(&original, json!({"content": "a"})).await;
    assert_eq!(edited.body["flags"], 64);
    assert!(pending.answered().await.is_private());
    let more = bot.post(&bot.hook(&got, ""), json!({"content": "b"})).await;
    assert_eq!(more.body["flags"], 64);
}

#[tokio::test]
async fn d20_users_own_applications_have_five_followups() {
    let (discord, mut bot, elsewhere) = start().await;
    let ann = discord.person("ann");
    ann.installs_app();
    let talk = elsewhere.channel("talk");
    let general = discord.guild("Cogbox Lab").channel("general");
    for (channel, command, limited) in [(&talk, "/user", true), (&general, "/both", false)] {
        ann.in_channel(channel).starts(command).await;
        let got = bot.interaction().await;
        bot.answers(&got, says("first")).await;
        let hook = bot.hook(&got, "");
        for n in 0..5 {
            let reply = bot.post(&hook, json!({"content": n.to_string()})).await;
            assert_eq!(reply.status, 200);
        }
        let sixth = bot.post(&hook, json!({"content": "6"})).await;
        match limited {
            true => assert_eq!(sixth.refusal(), (400, 40094)),
            false => assert_eq!(sixth.status, 200),
        }
        let original = bot.hook(&got, "/messages/@original");
        let edited = bot.patch(&original, json!({"content": "still"})).await;
        assert_eq!(edited.status, 200, "edits are not counted");
    }
}
