//! Registering commands: what is accepted, what is refused, and where.

use cogbox_emulator::Emulator;
use serde_json::{Value, json};

use crate::client::{Bot, options, slash};

async fn start() -> (Emulator, Bot) {
    let discord = Emulator::start(options()).await.unwrap();
    let bot = Bot::connect(&discord).await;
    (discord, bot)
}

impl Bot {
    fn commands(&self) -> String {
        format!("/applications/{}/commands", self.application)
    }

    fn guild_commands(&self) -> String {
        format!(
            "/applications/{}/guilds/{}/commands",
            self.application, self.guild
        )
    }

    /// Registers one command that is refused at the given field.
    async fn refused_at(&self, command: Value, path: &str) -> String {
        let reply = self.post(&self.commands(), command).await;
        reply.faults_at(path)
    }

    /// Registers one command that is accepted.
    async fn accepted(&self, command: Value) -> Value {
        let reply = self.post(&self.commands(), command).await;
        assert!(matches!(reply.status, 200 | 201), "{}", reply.body);
        reply.body
    }
}

/// A slash command with these options.
fn having(options: Value) -> Value {
    json!({"name": "cmd", "description": "A command", "options": options})
}

/// A parameter with these fields besides name and description.
fn option(kind: u64, more: Value) -> Value {
    let mut option = json!({"type": kind, "name": "one", "description": "An option"});
    for (key, value) in more.as_object().unwrap() {
        option[key] = value.clone();
    }
    option
}

#[tokio::test]
async fn c01_slash_names_are_lower_case_words() {
    let (_discord, bot) = start().await;
    let long = "x".repeat(33);
    for name in ["Roll", "two words", "semi;colon", "", &long, "smile😀"] {
        let fault = bot.refused_at(slash(name), "name").await;
        assert!(!fault.is_empty(), "{name:?}");
    }
    for name in [
        "roll",
        "würfeln",
        "a-b_c'd",
        "サイコロ",
        "हिंदी",
        "สวัสดี",
        "8ball",
    ] {
        bot.accepted(slash(name)).await;
    }
    let mut option = option(3, json!({}));
    option["name"] = json!("Dice");
    bot.refused_at(having(json!([option])), "options.0.name")
        .await;
}

#[tokio::test]
async fn c02_c03_menu_names_may_have_spaces_and_no_description() {
    let (_discord, bot) = start().await;
    for kind in [2, 3] {
        let made = bot
            .accepted(json!({"name": "Show Info", "type": kind}))
            .await;
        assert_eq!(made["description"], "");
        let described = json!({"name": "Other", "type": kind, "description": "x"});
        bot.refused_at(described, "description").await;
        bot.refused_at(json!({"name": "x".repeat(33), "type": kind}), "name")
            .await;
    }
    assert_eq!(
        bot.refused_at(json!({"name": "bare"}), "description").await,
        "BASE_TYPE_REQUIRED"
    );
    let long = json!({"name": "long", "description": "x".repeat(101)});
    assert_eq!(
        bot.refused_at(long, "description").await,
        "BASE_TYPE_BAD_LENGTH"
    );
    assert_eq!(
        bot.refused_at(json!({"description": "x"}), "name").await,
        "BASE_TYPE_REQUIRED"
    );
}

#[tokio::test]
async fn c04_up_to_25_options() {
    let (_discord, bot) = start().await;
    let many = |count: usize| -> Value {
        let one = |n| json!({"type": 3, "name": format!("o{n}"), "description": "An option"});
        (0..count).map(one).collect()
    };
    assert_eq!(
        bot.refused_at(having(many(26)), "options").await,
        "BASE_TYPE_BAD_LENGTH"
    );
    let made = bot.accepted(having(many(25))).await;
    assert_eq!(made["options"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn c05_option_names_are_unique_and_described() {
    let (_discord, bot) = start().await;
    let twice = json!([option(3, json!({})), option(4, json!({}))]);
    bot.refused_at(having(twice), "options.1.name").await;
    let bare = json!([{"type": 3, "name": "one"}]);
    let fault = bot.refused_at(having(bare), "options.0.description").await;
    assert_eq!(fault, "BASE_TYPE_REQUIRED");
    let bare = json!([{"type": 1, "name": "sub"}]);
    bot.refused_at(having(bare), "options.0.description").await;
}

#[tokio::test]
async fn c06_required_options_come_first() {
    let (_discord, bot) = start().await;
    let mut second = option(3, json!({"required": true}));
    second["name"] = json!("two");
    let wrong = json!([option(3, json!({})), second]);
    bot.refused_at(having(wrong), "options.1.required").await;
    let right = json!([second, option(3, json!({}))]);
    assert_eq!(
        bot.accepted(having(right)).await["options"][0]["required"],
        true
    );
}

#[tokio::test]
async fn c07_option_types_are_1_to_11_and_branches_stand_alone() {
    let (_discord, bot) = start().await;
    for kind in [0, 12] {
        bot.refused_at(having(json!([option(kind, json!({}))])), "options.0.type")
            .await;
    }
    let mut sub = option(1, json!({}));
    sub["name"] = json!("sub");
    bot.refused_at(having(json!([sub, option(3, json!({}))])), "options.1.type")
        .await;
    bot.refused_at(having(json!([option(3, json!({})), sub])), "options.1.type")
        .await;
}

#[tokio::test]
async fn c08_options_nest_as_group_subcommand_parameter() {
    let (_discord, bot) = start().await;
    let parameter = option(3, json!({}));
    let sub = option(1, json!({"options": [parameter]}));
    let group = option(2, json!({"options": [sub]}));
    bot.accepted(having(json!([group]))).await;
    bot.accepted(having(json!([sub]))).await;
    let group_in_group = option(2, json!({"options": [group]}));
    bot.refused_at(having(json!([group_in_group])), "options.0.options.0.type")
        .await;
    let sub_in_sub = option(1, json!({"options": [sub]}));
    bot.refused_at(having(json!([sub_in_sub])), "options.0.options.0.type")
        .await;
    let parameter_in_group = option(2, json!({"options": [parameter]}));
    bot.refused_at(
        having(json!([parameter_in_group])),
        "options.0.options.0.type",
    )
    .await;
    let below_parameter = option(3, json!({"options": [parameter]}));
    bot.refused_at(having(json!([below_parameter])), "options.0.options")
        .await;
}

#[tokio::test]
async fn c09_choices_fit_their_option() {
    let (_discord, bot) = start().await;
    let with = |kind, choices: Value| having(json!([option(kind, json!({"choices": choices}))]));
    let choice = |n: usize| json!({"name": format!("c{n}"), "value": format!("v{n}")});
    let many: Vec<Value> = (0..26).map(choice).collect();
    bot.refused_at(with(3, json!(many)), "options.0.choices")
        .await;
    let one = json!([{"name": "a", "value": "a"}]);
    bot.refused_at(with(5, one.clone()), "options.0.choices")
        .await;
    bot.refused_at(with(4, one.clone()), "options.0.choices.0.value")
        .await;
    bot.refused_at(
        with(3, json!([{"name": "a", "value": 1}])),
        "options.0.choices.0.value",
    )
    .await;
    let long = json!([{"name": "x".repeat(101), "value": "a"}]);
    bot.refused_at(with(3, long), "options.0.choices.0.name")
        .await;
    let long = json!([{"name": "a", "value": "x".repeat(101)}]);
    bot.refused_at(with(3, long), "options.0.choices.0.value")
        .await;
    bot.accepted(with(3, one)).await;
    bot.accepted(with(4, json!([{"name": "one", "value": 1}])))
        .await;
    bot.accepted(with(10, json!([{"name": "half", "value": 0.5}])))
        .await;
}

#[tokio::test]
async fn c10_autocomplete_and_choices_exclude_each_other() {
    let (_discord, bot) = start().await;
    let choices = json!([{"name": "a", "value": "a"}]);
    let both = option(3, json!({"autocomplete": true, "choices": choices}));
    bot.refused_at(having(json!([both])), "options.0.choices")
        .await;
    let user = option(6, json!({"autocomplete": true}));
    bot.refused_at(having(json!([user])), "options.0.autocomplete")
        .await;
    bot.accepted(having(json!([option(3, json!({"autocomplete": true}))])))
        .await;
}

#[tokio::test]
async fn c11_limits_belong_to_their_types() {
    let (_discord, bot) = start().await;
    for (kind, key, value) in [
        (3, "min_value", json!(1)),
        (3, "max_value", json!(1)),
        (4, "min_length", json!(1)),
        (4, "max_length", json!(1)),
        (4, "channel_types", json!([0])),
        (3, "min_length", json!(6001)),
        (3, "max_length", json!(0)),
        (4, "min_value", json!(1.5)),
        (7, "channel_types", json!([6])),
    ] {
        let reply = bot
            .post(
                &bot.commands(),
                having(json!([option(kind, json!({key: value}))])),
            )
            .await;
        assert_eq!(reply.refusal(), (400, 50035), "{kind} {key}");
        assert!(
            reply.body["errors"]["options"]["0"][key].is_object(),
            "{}",
            reply.body
        );
    }
    let crossed = option(4, json!({"min_value": 2, "max_value": 1}));
    bot.refused_at(having(json!([crossed])), "options.0.min_value")
        .await;
    let good = option(4, json!({"min_value": -1, "max_value": 10}));
    let made = bot.accepted(having(json!([good]))).await;
    assert_eq!(made["options"][0]["min_value"], -1);
}

#[tokio::test]
async fn c13_numbers_lie_within_what_clients_can_send() {
    let (_discord, bot) = start().await;
    let huge = option(4, json!({"max_value": 9_007_199_254_740_993u64}));
    bot.refused_at(having(json!([huge])), "options.0.max_value")
        .await;
}

#[tokio::test]
async fn c14_a_command_has_at_most_8000_characters() {
    let (_discord, bot) = start().await;
    let choice = |n: usize| json!({"name": format!("{n:0>100}"), "value": format!("{n:0>100}")});
    let choices: Vec<Value> = (0..25).map(choice).collect();
    let options = |count: usize| -> Value {
        let one = |n: usize| {
            let mut option = option(3, json!({"choices": choices}));
            option["name"] = json!(format!("o{n}"));
            option
        };
        (0..count).map(one).collect()
    };
    assert_eq!(
        bot.refused_at(having(options(2)), "").await,
        "APPLICATION_COMMAND_TOO_LARGE"
    );
    bot.accepted(having(options(1))).await;
}

#[tokio::test]
async fn c15_localizations_name_known_locales_and_obey_the_same_rules() {
    let (_discord, bot) = start().await;
    let mut command = slash("hello");
    command["name_localizations"] = json!({"xx": "hello"});
    bot.refused_at(command.clone(), "name_localizations").await;
    command["name_localizations"] = json!({"de": "Hallo Welt"});
    bot.refused_at(command.clone(), "name_localizations.de")
        .await;
    command["name_localizations"] = json!({"de": "hallo"});
    let made = bot.accepted(command).await;
    assert_eq!(made["name_localizations"], json!({"de": "hallo"}));
    let listed = bot.get(&bot.commands()).await.body;
    assert!(listed[0].get("name_localizations").is_none());
    let path = format!("{}?with_localizations=true", bot.commands());
    assert_eq!(
        bot.get(&path).await.body[0]["name_localizations"],
        json!({"de": "hallo"})
    );
}

#[tokio::test]
async fn c20_names_are_unique_per_type_and_scope() {
    let (_discord, bot) = start().await;
    bot.accepted(slash("info")).await;
    bot.accepted(json!({"name": "info", "type": 2})).await;
    let reply = bot.post(&bot.guild_commands(), slash("info")).await;
    assert_eq!(reply.status, 201);
    let both = json!([slash("same"), slash("same")]);
    let reply = bot.put(&bot.commands(), both).await;
    reply.faults_at("1.name");
}

#[tokio::test]
async fn c21_b35_a_new_command_is_201_and_an_overwritten_one_200() {
    let (_discord, bot) = start().await;
    let first = bot.post(&bot.commands(), slash("ping")).await;
    assert_eq!(first.status, 201);
    let mut changed = slash("ping");
    changed["description"] = json!("Another");
    let second = bot.post(&bot.commands(), changed).await;
    assert_eq!(
        (second.status, &second.body["id"]),
        (200, &first.body["id"])
    );
    assert_eq!(second.body["description"], "Another");
    assert_ne!(second.body["version"], first.body["version"]);
}

#[tokio::test]
async fn c22_commands_are_limited_per_type() {
    let (_discord, bot) = start().await;
    for (kind, limit) in [(1, 100), (2, 15), (3, 15)] {
        let named = |n: usize| match kind {
            1 => slash(&format!("c{n}")),
            kind => json!({"name": format!("c{n}"), "type": kind}),
        };
        let full: Vec<Value> = (0..limit).map(named).collect();
        let over: Vec<Value> = (0..=limit).map(named).collect();
        let reply = bot.put(&bot.guild_commands(), json!(over)).await;
        assert_eq!(reply.refusal(), (400, 30032), "type {kind}");
        assert_eq!(bot.put(&bot.commands(), json!(full)).await.status, 200);
        assert_eq!(
            bot.post(&bot.commands(), named(limit)).await.refusal(),
            (400, 30032)
        );
        assert_eq!(
            bot.post(&bot.commands(), named(0)).await.status,
            200,
            "overwriting fits"
        );
    }
}

#[tokio::test]
async fn c23_h06_200_new_commands_a_day() {
    let (discord, bot) = start().await;
    for round in 0..2 {
        let named = |n: usize| slash(&format!("r{round}n{n}"));
        let list: Vec<Value> = (0..100).map(named).collect();
        assert_eq!(bot.put(&bot.commands(), json!(list)).await.status, 200);
    }
    let kept: Vec<Value> = (0..100).map(|n| slash(&format!("r1n{n}"))).collect();
    assert_eq!(
        bot.put(&bot.commands(), json!(kept)).await.status,
        200,
        "old ones are free"
    );
    assert_eq!(
        bot.put(&bot.commands(), json!([slash("new")]))
            .await
            .refusal(),
        (400, 30034)
    );
    assert_eq!(
        bot.put(&bot.guild_commands(), json!([slash("new")]))
            .await
            .status,
        200
    );
    assert_eq!(discord.commands().len(), 101);
}

#[tokio::test]
async fn c24_c25_put_replaces_all_and_keeps_ids_by_name_and_type() {
    let (_discord, bot) = start().await;
    let before = bot
        .registers(json!([slash("a"), slash("b"), {"name": "a", "type": 2}]))
        .await;
    let after = bot.registers(json!([slash("a"), slash("c")])).await;
    let names: Vec<&str> = after
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a", "c"]);
    let slash_a = before
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["name"] == "a" && c["type"] == 1);
    assert_eq!(after[0]["id"], slash_a.unwrap()["id"]);
    assert_eq!(
        after[0]["version"],
        slash_a.unwrap()["version"],
        "unchanged, so no new version"
    );
    let renamed = json!([{"id": after[1]["id"], "name": "d", "description": "A command"}]);
    let again = bot.registers(renamed).await;
    assert_eq!(
        (&again[0]["id"], &again[0]["name"]),
        (&after[1]["id"], &json!("d"))
    );
    assert_eq!(bot.registers(json!([])).await, json!([]));
}

#[tokio::test]
async fn c27_patch_replaces_each_given_field_whole() {
    let (_discord, bot) = start().await;
    let two = json!([option(3, json!({})), {"type": 4, "name": "two", "description": "Two"}]);
    let made = bot.accepted(having(two)).await;
    let path = format!("{}/{}", bot.commands(), made["id"].as_str().unwrap());
    let edited = bot
        .patch(&path, json!({"options": [option(5, json!({}))]}))
        .await;
    assert_eq!(edited.status, 200);
    assert_eq!(edited.body["options"].as_array().unwrap().len(), 1);
    assert_eq!(edited.body["description"], "A command");
    bot.accepted(slash("other")).await;
    let reply = bot.patch(&path, json!({"name": "other"})).await;
    reply.faults_at("name");
    bot.patch(&path, json!({"name": "Not Good"}))
        .await
        .faults_at("name");
}

#[tokio::test]
async fn c29_member_permissions_are_a_decimal_string_or_null() {
    let (_discord, bot) = start().await;
    let with = |value: Value| {
        let mut command = slash("mod");
        command["default_member_permissions"] = value;
        command
    };
    for wrong in [json!("many"), json!([]), json!("-1")] {
        bot.refused_at(with(wrong), "default_member_permissions")
            .await;
    }
    assert_eq!(
        bot.accepted(with(json!("0"))).await["default_member_permissions"],
        "0"
    );
    let wide = json!("4503599627370496");
    assert_eq!(
        bot.accepted(with(wide.clone())).await["default_member_permissions"],
        wide
    );
    let none = bot.accepted(with(Value::Null)).await;
    assert_eq!(none["default_member_permissions"], Value::Null);
}

#[tokio::test]
async fn c30_contexts_belong_to_global_commands() {
    let (_discord, bot) = start().await;
    for key in ["contexts", "integration_types"] {
        for wrong in [json!([]), json!([0, 0]), json!([9])] {
            let mut command = slash("where");
            command[key] = wrong;
            let reply = bot.post(&bot.commands(), command).await;
            assert!(reply.body["errors"][key].is_object(), "{}", reply.body);
        }
        let mut command = slash("where");
        command[key] = json!([0]);
        let reply = bot.post(&bot.guild_commands(), command.clone()).await;
        reply.faults_at(key);
        assert_eq!(bot.accepted(command).await[key], json!([0]));
    }
}

#[tokio::test]
async fn b09_unknown_commands_and_applications_have_their_codes() {
    let (_discord, bot) = start().await;
    let path = format!("{}/42", bot.commands());
    for reply in [
        bot.get(&path).await,
        bot.patch(&path, json!({"name": "x"})).await,
        bot.delete(&path).await,
    ] {
        assert_eq!(reply.refusal(), (404, 10063));
    }
    assert_eq!(
        bot.get("/applications/42/commands").await.refusal(),
        (404, 10002)
    );
    let elsewhere = format!("/applications/{}/guilds/42/commands", bot.application);
    assert_eq!(bot.get(&elsewhere).await.refusal(), (403, 50001));
    let made = bot.accepted(slash("ping")).await;
    let path = format!("{}/{}", bot.commands(), made["id"].as_str().unwrap());
    assert_eq!(bot.get(&path).await.body["name"], "ping");
    assert_eq!(bot.delete(&path).await.status, 204);
    assert_eq!(bot.get(&path).await.refusal(), (404, 10063));
}

#[tokio::test]
async fn c12_file_types_belong_to_attachments() {
    let (_discord, bot) = start().await;
    let with = |kind, types: Value| having(json!([option(kind, json!({"file_types": types}))]));
    bot.refused_at(with(3, json!(["image"])), "options.0.file_types")
        .await;
    let many: Vec<String> = (0..11).map(|n| format!(".x{n}")).collect();
    bot.refused_at(with(11, json!(many)), "options.0.file_types")
        .await;
    for wrong in [json!("pictures"), json!("pdf"), json!("."), json!(1)] {
        bot.refused_at(with(11, json!([wrong])), "options.0.file_types.0")
            .await;
    }
    let made = bot.accepted(with(11, json!(["image", ".PDF"]))).await;
    assert_eq!(made["options"][0]["file_types"], json!(["image", ".pdf"]));
    let made = bot.accepted(with(11, json!([]))).await;
    assert!(made["options"][0].get("file_types").is_none());
}

#[tokio::test]
async fn c37_the_version_changes_with_each_change_and_only_then() {
    let (_discord, bot) = start().await;
    let made = bot.accepted(slash("ping")).await;
    let path = format!("{}/{}", bot.commands(), made["id"].as_str().unwrap());
    let same = bot.accepted(slash("ping")).await;
    assert_eq!(same["version"], made["version"]);
    let mut before = made["version"].clone();
    for change in [
        json!({"description": "Other"}),
        json!({"name": "pong"}),
        json!({"nsfw": true}),
        json!({"options": [option(3, json!({}))]}),
        json!({"default_member_permissions": "8"}),
    ] {
        let edited = bot.patch(&path, change).await.body;
        assert_ne!(edited["version"], before);
        before = edited["version"].clone();
    }
    let unchanged = bot.patch(&path, json!({"name": "pong"})).await.body;
    assert_eq!(unchanged["version"], before);
}

#[tokio::test]
async fn c38_deprecated_switches_are_still_taken() {
    let (_discord, bot) = start().await;
    let with = |key: &str, value: Value| {
        let mut command = slash("old");
        command[key] = value;
        command
    };
    let made = bot.accepted(with("dm_permission", json!(false))).await;
    assert_eq!(
        (&made["dm_permission"], &made["contexts"]),
        (&json!(false), &json!([0]))
    );
    let made = bot.accepted(with("default_permission", json!(false))).await;
    assert_eq!(made["default_member_permissions"], "0");
    let made = bot.accepted(with("default_permission", json!(true))).await;
    assert_eq!(made["default_member_permissions"], Value::Null);
    for key in ["dm_permission", "default_permission"] {
        bot.refused_at(with(key, json!("no")), key).await;
    }
}

#[tokio::test]
async fn c22_there_is_one_entry_point_and_it_is_global() {
    let (_discord, bot) = start().await;
    let entry = |name: &str| json!({"name": name, "type": 4});
    let two = json!([entry("launch"), entry("start")]);
    assert_eq!(bot.put(&bot.commands(), two).await.refusal(), (400, 30032));
    bot.accepted(entry("launch")).await;
    let second = bot.post(&bot.commands(), entry("start")).await;
    assert_eq!(second.refusal(), (400, 30032));
    let in_guild = bot.post(&bot.guild_commands(), entry("launch")).await;
    in_guild.faults_at("type");
}

#[tokio::test]
async fn c04_c05_lower_levels_have_the_same_rules() {
    let (_discord, bot) = start().await;
    let many = |count: usize| -> Value {
        let one = |n| json!({"type": 3, "name": format!("o{n}"), "description": "An option"});
        (0..count).map(one).collect()
    };
    let sub = |options: Value| option(1, json!({"options": options}));
    let group = |subs: Value| option(2, json!({"options": subs}));
    let at = "options.0.options.0.options";
    for (options, at) in [
        (json!([group(json!([sub(many(26))]))]), at.to_owned()),
        (
            json!([group(json!([sub(json!([
                option(3, json!({})),
                option(3, json!({}))
            ]))]))]),
            format!("{at}.1.name"),
        ),
        (
            json!([group(json!([sub(json!([{"type": 3, "name": "bare"}]))]))]),
            format!("{at}.0.description"),
        ),
        (
            json!([group(json!([sub(json!([option(
                3,
                json!({"description": "x".repeat(101)})
            )]))]))]),
            format!("{at}.0.description"),
        ),
        (
            json!([{"type": 2, "name": "group", "options": [sub(json!([]))]}]),
            "options.0.description".to_owned(),
        ),
        (json!([group(json!([]))]), "options.0.options".to_owned()),
    ] {
        bot.refused_at(having(options), &at).await;
    }
    bot.accepted(having(json!([group(json!([sub(many(25))]))])))
        .await;
}

#[tokio::test]
async fn c14_of_each_text_the_longest_language_counts() {
    let (_discord, bot) = start().await;
    let choices = |count: usize, length: usize| -> Value {
        let text = |n: usize| format!("{n:0>length$}");
        (0..count)
            .map(|n| json!({"name": text(n), "value": text(n)}))
            .collect()
    };
    // 23 options of 332 characters, and 12 of the command itself.
    let one = |n: usize| {
        let mut option = option(3, json!({"choices": choices(2, 50)}));
        option["name"] = json!(format!("o{n:0>31}"));
        let (long, short) = ("x".repeat(100), "y".repeat(99));
        option["description_localizations"] = json!({"de": long, "fr": short});
        option
    };
    let mut options: Vec<Value> = (0..23).map(one).collect();
    bot.accepted(having(json!(options))).await;
    options.push(option(3, json!({"choices": choices(25, 9)})));
    let code = bot.refused_at(having(json!(options)), "").await;
    assert_eq!(code, "APPLICATION_COMMAND_TOO_LARGE");
}

#[tokio::test]
async fn c23_the_next_day_there_are_new_commands_again() {
    let clock = cogbox_emulator::Clock::manual();
    let options = cogbox_emulator::Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    for round in 0..2 {
        let list: Vec<Value> = (0..100).map(|n| slash(&format!("r{round}n{n}"))).collect();
        assert_eq!(bot.put(&bot.commands(), json!(list)).await.status, 200);
    }
    let one = json!([slash("new")]);
    assert_eq!(
        bot.put(&bot.commands(), one.clone()).await.refusal(),
        (400, 30034)
    );
    discord.advance(std::time::Duration::from_secs(86_400));
    assert_eq!(bot.put(&bot.commands(), one).await.status, 200);
}
