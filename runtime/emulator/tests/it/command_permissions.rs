//! Who may use a command: what a guild decides, over REST, and that it holds.

use cogbox_emulator::model::permissions::{MANAGE_GUILD, MANAGE_ROLES};
use cogbox_emulator::{Channel, Emulator, Here};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Bot, Reply, http, options, read, slash};

struct Scene {
    discord: Emulator,
    bot: Bot,
    general: Channel,
    /// `/mod`, which takes a right that nobody has, and `/ping`.
    commands: Value,
}

impl Scene {
    async fn set() -> Scene {
        let discord = Emulator::start(options()).await.unwrap();
        let bot = Bot::connect(&discord).await;
        let mut restricted = slash("mod");
        restricted["default_member_permissions"] = json!("0");
        let commands = bot.registers(json!([restricted, slash("ping")])).await;
        let general = discord.guild("Cogbox Lab").channel("general");
        Scene {
            discord,
            bot,
            general,
            commands,
        }
    }

    fn id(&self, name: &str) -> String {
        let commands = self.commands.as_array().unwrap();
        let found = commands.iter().find(|command| command["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn path(&self, rest: &str) -> String {
        let (application, guild) = (&self.bot.application, &self.bot.guild);
        format!("/applications/{application}/guilds/{guild}/commands{rest}")
    }

    /// Decides about a command as ann, who owns the guild.
    async fn decides(&self, target: &str, permissions: Value) -> Reply {
        let token = self.discord.person("ann").bearer_token();
        self.puts(&token, target, json!({"permissions": permissions}))
            .await
    }

    async fn puts(&self, bearer: &str, target: &str, body: Value) -> Reply {
        let path = self.path(&format!("/{target}/permissions"));
        let url = format!("{}{path}", self.discord.api_url());
        let request = http().request(Method::PUT, url).bearer_auth(bearer);
        read(request.json(&body)).await
    }

    fn here(&self, name: &str) -> Here {
        self.discord.person(name).in_channel(&self.general)
    }
}

fn role(id: &impl ToString, permission: bool) -> Value {
    json!({"id": id.to_string(), "type": 1, "permission": permission})
}

fn user(id: &impl ToString, permission: bool) -> Value {
    json!({"id": id.to_string(), "type": 2, "permission": permission})
}

fn channel(id: &impl ToString, permission: bool) -> Value {
    json!({"id": id.to_string(), "type": 3, "permission": permission})
}

#[tokio::test]
async fn c32_only_people_with_the_right_decide_who_may_use_a_command() {
    let scene = Scene::set().await;
    let ping = scene.id("ping");
    let path = scene.path(&format!("/{ping}/permissions"));
    let good = json!({"permissions": [user(&scene.discord.person("ben").id, false)]});
    let by_bot = scene.bot.put(&path, good.clone()).await;
    assert_eq!(by_bot.refusal(), (403, 20001));
    assert_eq!(
        scene.puts("wrong", &ping, good.clone()).await.refusal(),
        (401, 0)
    );
    let lab = scene.discord.guild("Cogbox Lab");
    let ben = scene.discord.person("ben");
    let token = ben.bearer_token();
    let refused = scene.puts(&token, &ping, good.clone()).await;
    assert_eq!(refused.refusal(), (403, 50013));
    lab.add_role("Manager", MANAGE_GUILD | MANAGE_ROLES);
    lab.give_role(&ben, "Manager");
    assert_eq!(scene.puts(&token, &ping, good).await.status, 200);
    // Now ben may not use it any more, and so no longer decides about it.
    let again = json!({"permissions": []});
    assert_eq!(
        scene.puts(&token, &ping, again).await.refusal(),
        (403, 50013)
    );
    // Nor about roles that do not stand below his own, nor channels he does not manage.
    let application = scene.bot.application.clone();
    for named in [
        role(&lab.role("Manager"), true),
        channel(&scene.general.id, true),
    ] {
        let body = json!({"permissions": [named]});
        let refused = scene.puts(&token, &application, body).await;
        assert_eq!(refused.refusal(), (403, 50013));
    }
}

#[tokio::test]
async fn c32_overwrites_are_judged_and_read_back() {
    let scene = Scene::set().await;
    let (ping, guild) = (scene.id("ping"), scene.bot.guild.clone());
    let path = scene.path(&format!("/{ping}/permissions"));
    assert_eq!(scene.bot.get(&path).await.refusal(), (404, 10066));
    assert_eq!(
        scene.bot.get(&scene.path("/permissions")).await.body,
        json!([])
    );
    let unknown = scene.path("/42/permissions");
    assert_eq!(scene.bot.get(&unknown).await.refusal(), (404, 10063));
    assert_eq!(scene.decides("42", json!([])).await.refusal(), (404, 10063));
    let many: Vec<Value> = (1..=101).map(|id| user(&id, true)).collect();
    for (permissions, at) in [
        (Value::Null, "permissions"),
        (json!("all"), "permissions"),
        (json!(many), "permissions"),
        (json!([{"type": 1, "permission": true}]), "permissions.0.id"),
        (
            json!([{"id": "x", "type": 1, "permission": true}]),
            "permissions.0.id",
        ),
        (
            json!([{"id": "1", "permission": true}]),
            "permissions.0.type",
        ),
        (
            json!([{"id": "1", "type": 4, "permission": true}]),
            "permissions.0.type",
        ),
        (json!([{"id": "1", "type": 1}]), "permissions.0.permission"),
        (json!([user(&1, true), user(&1, false)]), "permissions.1.id"),
    ] {
        scene.decides(&ping, permissions).await.faults_at(at);
    }
    assert_eq!(scene.decides(&ping, json!(&many[..100])).await.status, 200);
    let one = json!([role(&guild, false)]);
    let made = scene.decides(&ping, one.clone()).await;
    let whole = json!({
        "id": ping, "application_id": scene.bot.application, "guild_id": guild,
        "permissions": one,
    });
    assert_eq!((made.status, &made.body), (200, &whole));
    assert_eq!(scene.bot.get(&path).await.body, whole);
    assert_eq!(
        scene.bot.get(&scene.path("/permissions")).await.body,
        json!([whole])
    );
    assert_eq!(scene.decides(&ping, json!([])).await.status, 200);
    assert_eq!(scene.bot.get(&path).await.refusal(), (404, 10066));
}

#[tokio::test]
async fn c33_the_bot_is_told_of_a_decision() {
    let mut scene = Scene::set().await;
    let ping = scene.id("ping");
    let made = scene
        .decides(&ping, json!([role(&scene.bot.guild, true)]))
        .await;
    let name = "APPLICATION_COMMAND_PERMISSIONS_UPDATE";
    assert_eq!(scene.bot.socket.dispatch(name).await["d"], made.body);
    let application = scene.bot.application.clone();
    scene.decides(&application, json!([])).await;
    let told = scene.bot.socket.dispatch(name).await["d"].clone();
    assert_eq!(
        (&told["id"], &told["permissions"]),
        (&json!(application), &json!([]))
    );
}

#[tokio::test]
async fn c31_c32_decisions_hold_for_roles_members_and_channels() {
    let scene = Scene::set().await;
    let (ping, restricted) = (scene.id("ping"), scene.id("mod"));
    let lab = scene.discord.guild("Cogbox Lab");
    let (everyone, helpers) = (lab.id, lab.role("Helpers"));
    let (ben, bots) = (scene.discord.person("ben"), lab.channel("bots"));
    let here = scene.here("ben");
    // Whom the developers keep out, an overwrite lets in: by role, and by member.
    here.cannot_run("/mod");
    scene
        .decides(&restricted, json!([role(&helpers, true)]))
        .await;
    here.cannot_run("/mod");
    lab.give_role(&ben, "Helpers");
    here.prepares("/mod");
    // The member goes before the role, a role that allows before everyone.
    scene
        .decides(
            &restricted,
            json!([role(&helpers, true), user(&ben.id, false)]),
        )
        .await;
    here.cannot_run("/mod");
    scene
        .decides(&ping, json!([role(&everyone, false), role(&helpers, true)]))
        .await;
    here.prepares("/ping");
    scene.here("cleo").cannot_run("/ping");
    // Administrators use all, and the owner is one.
    scene.here("ann").prepares("/ping");
    // One channel, and all channels but one.
    scene
        .decides(&ping, json!([channel(&scene.general.id, false)]))
        .await;
    here.cannot_run("/ping");
    ben.in_channel(&bots).prepares("/ping");
    let all = everyone.0 - 1;
    scene
        .decides(
            &ping,
            json!([channel(&all, false), channel(&scene.general.id, true)]),
        )
        .await;
    here.prepares("/ping");
    ben.in_channel(&bots).cannot_run("/ping");
    ben.in_dm().prepares("/ping");
}

#[tokio::test]
async fn c32_what_is_decided_for_all_commands_gives_way_to_one_of_them() {
    let scene = Scene::set().await;
    let everyone = scene.bot.guild.clone();
    let (ping, application) = (scene.id("ping"), scene.bot.application.clone());
    let here = scene.here("ben");
    scene
        .decides(&application, json!([role(&everyone, false)]))
        .await;
    here.cannot_run("/ping");
    scene.decides(&ping, json!([role(&everyone, true)])).await;
    here.prepares("/ping");
    // What is allowed for all does not lift what the developers ask for.
    scene
        .decides(&application, json!([role(&everyone, true)]))
        .await;
    here.cannot_run("/mod");
}

#[tokio::test]
async fn c26_overwrites_go_with_the_command_and_with_its_name() {
    let scene = Scene::set().await;
    let (ping, everyone) = (scene.id("ping"), scene.bot.guild.clone());
    let path = scene.path(&format!("/{ping}/permissions"));
    let command = format!("/applications/{}/commands/{ping}", scene.bot.application);
    let decide = async || scene.decides(&ping, json!([role(&everyone, false)])).await;
    decide().await;
    scene
        .bot
        .patch(&command, json!({"description": "Other"}))
        .await;
    assert_eq!(
        scene.bot.get(&path).await.status,
        200,
        "the name is as before"
    );
    scene.bot.patch(&command, json!({"name": "pong"})).await;
    assert_eq!(scene.bot.get(&path).await.refusal(), (404, 10066));
    scene.here("ben").prepares("/pong");
    decide().await;
    assert_eq!(scene.bot.delete(&command).await.status, 204);
    assert_eq!(
        scene.bot.get(&scene.path("/permissions")).await.body,
        json!([])
    );
}
