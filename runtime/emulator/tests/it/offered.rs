//! Which commands a person is offered, and what their client refuses to send.

use cogbox_emulator::Emulator;
use cogbox_emulator::model::permissions::{MANAGE_MESSAGES, USE_APPLICATION_COMMANDS};
use serde_json::{Value, json};

use crate::client::{Bot, options, slash};

async fn start(commands: Value) -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    bot.registers(commands).await;
    (discord, bot)
}

fn restricted(permissions: &str) -> Value {
    let mut command = slash("mod");
    command["default_member_permissions"] = json!(permissions);
    command
}

#[tokio::test]
async fn c31_c29_commands_are_offered_to_those_who_may() {
    let bits = MANAGE_MESSAGES.to_string();
    let (discord, _bot) = start(json!([restricted(&bits), slash("ping")])).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    ann.in_channel(&general).prepares("/mod");
    let sentence = ben.in_channel(&general).cannot_run("/mod");
    assert_eq!(sentence, "ben sees no command /mod; there are /ping");
    lab.give_role(&ben, "Helpers");
    ben.in_channel(&general).prepares("/mod");
    lab.take_role(&ben, "Helpers");
    ben.in_channel(&general).cannot_run("/mod");
    ben.in_dm().prepares("/mod");
    general.set_person(&ben, 0, USE_APPLICATION_COMMANDS);
    assert!(
        ben.in_channel(&general)
            .cannot_run("/ping")
            .contains("there are none here")
    );
}

#[tokio::test]
async fn c29_zero_is_for_administrators_alone() {
    let (discord, _bot) = start(json!([restricted("0")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    discord
        .person("ben")
        .in_channel(&general)
        .cannot_run("/mod");
    discord.person("ann").in_channel(&general).prepares("/mod");
}

#[tokio::test]
async fn c30_contexts_decide_where_a_command_is_offered() {
    let mut guild_only = slash("guildonly");
    guild_only["contexts"] = json!([0]);
    let mut dm_only = slash("dmonly");
    dm_only["contexts"] = json!([1]);
    let mut old = slash("old");
    old["dm_permission"] = json!(false);
    let (discord, _bot) = start(json!([guild_only, dm_only, old])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ben").in_channel(&general);
    let dm = discord.person("ben").in_dm();
    here.prepares("/guildonly");
    here.prepares("/old");
    assert!(here.cannot_run("/dmonly").contains("/guildonly, /old"));
    dm.prepares("/dmonly");
    assert_eq!(
        dm.cannot_run("/old"),
        "ben sees no command /old; there are /dmonly"
    );
}

#[tokio::test]
async fn what_a_client_would_not_send_is_refused_in_a_sentence() {
    let options = json!([
        {"type": 4, "name": "sides", "description": "How many sides", "required": true, "min_value": 2, "max_value": 100},
        {"type": 3, "name": "note", "description": "A note", "max_length": 5},
        {"type": 3, "name": "colour", "description": "A colour", "choices": [{"name": "Red", "value": "r"}]},
        {"type": 6, "name": "who", "description": "Who"},
    ]);
    let (discord, _bot) =
        start(json!([{"name": "roll", "description": "Rolls", "options": options}])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    for (typed, sentence) in [
        ("/roll", "/roll needs sides: How many sides."),
        ("/roll sides:1", "/roll: sides must be at least 2."),
        ("/roll sides:101", "/roll: sides must be at most 100."),
        ("/roll sides:six", "sides: \"six\" is not a whole number."),
        (
            "/roll sides:6 note:abcdef",
            "/roll: note takes at most 5 characters.",
        ),
        (
            "/roll sides:6 colour:green",
            "/roll: colour must be one of Red.",
        ),
        ("/roll sides:6 who:nobody", "who: \"nobody\" is not a user."),
        ("/rol", "ann sees no command /rol; there are /roll"),
        ("roll", "\"roll\" does not begin with a slash."),
    ] {
        assert_eq!(ann.cannot_run(typed), sentence, "{typed}");
    }
    let call = ann.prepares("/roll 6 colour:Red");
    assert_eq!(call.options[1]["value"], "r");
}

#[tokio::test]
async fn c08_a_command_with_subcommands_cannot_be_run_by_itself() {
    let sub = json!({"type": 1, "name": "add", "description": "Adds"});
    let group = json!({"type": 2, "name": "self", "description": "Own", "options": [sub]});
    let role = json!({"name": "role", "description": "Roles", "options": [group, sub]});
    let (discord, _bot) = start(json!([role])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    for half in ["/role", "/role self", "/role other"] {
        assert!(ann.cannot_run(half).contains("sub-command"), "{half}");
    }
    for whole in ["/role add", "/role self add"] {
        ann.prepares(whole);
    }
}

#[tokio::test]
async fn c28_guild_commands_are_live_at_once_and_old_versions_are_refused() {
    let (discord, bot) = start(json!([slash("ping")])).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let here = discord.person("ann").in_channel(&general);
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        bot.application, lab.id
    );
    let made = bot.post(&path, slash("here")).await.body;
    here.prepares("/here");
    let url = format!(
        "{}_local/channels/{}/commands",
        discord.page_url(),
        general.id
    );
    let runs = async |version: &Value| {
        let body = json!({
            "as": here.id.to_string(), "command": made["id"], "options": [], "version": version,
        });
        crate::client::control(&url, &body).await
    };
    assert_eq!(runs(&made["version"]).await.status, 200);
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let changed = bot.patch(&one, json!({"description": "Other"})).await.body;
    let refused = runs(&made["version"]).await;
    assert_eq!(refused.status, 400);
    let sentence = refused.body["message"].as_str().unwrap();
    assert!(sentence.contains("has changed"), "{sentence}");
    assert_eq!(runs(&changed["version"]).await.status, 200);
    bot.delete(&one).await;
    here.cannot_run("/here");
    assert_eq!(runs(&changed["version"]).await.status, 400);
}
