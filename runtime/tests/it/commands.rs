//! The commands at Discord: sent when they differ and only then, mended when somebody else changed
//! them, tried again when Discord fails; and what becomes of a bot whose commands are refused.

use std::time::{Duration, SystemTime};

use cogbox::store::{Made, Store};
use cogbox_emulator::{Emulator, Recorded};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::components::{Folder, offering};
use crate::harness::{Bot, Setup, eventually};

/// What was asked about commands, in its order: method and status.
fn asked(discord: &Emulator) -> Vec<String> {
    let about = |request: &Recorded| {
        let path = request.path.strip_prefix("/api/v10/applications/")?;
        let (_, rest) = path.split_once('/')?;
        let rest = rest.strip_prefix("commands")?;
        Some(format!("{}{rest}: {}", request.method, request.status))
    };
    discord.requests().iter().filter_map(about).collect()
}

/// The names of the commands that Discord has.
fn names(discord: &Emulator) -> Vec<String> {
    let mut names: Vec<_> = discord.commands().into_iter().map(|c| c.name).collect();
    names.sort();
    names
}

/// Starts a bot with what another left, and waits until it is ready.
async fn again(setup: Setup, (discord, data): (Emulator, TempDir)) -> Bot {
    discord.clear_requests();
    let bot = setup.start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    bot
}

/// Asks Discord with the bot's own token, as another program of its operator could.
async fn meddle(discord: &Emulator, method: Method, path: &str, body: Value) -> Value {
    let url = format!("{}/applications{path}", discord.api_url());
    let request = reqwest::Client::new().request(method, url).json(&body);
    let token = format!("Bot {}", discord.token());
    let request = request.header("User-Agent", "DiscordBot (https://example.org, 1)");
    let answer = request.header("Authorization", token).send().await.unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
    answer.json().await.unwrap_or_default()
}

async fn get(bot: &Bot, path: &str) -> String {
    let answer = reqwest::get(format!("http://{}{path}", bot.web)).await;
    answer.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_sent_once_and_again_only_when_a_cog_changed() {
    let folder = Folder::new();
    let setup = |commands: &[(&str, &str)]| {
        let mut setup = Setup::with(&["counter"]);
        folder.add(&mut setup, "dice", &offering(commands));
        setup
    };
    let first = [("roll", "Rolls"), ("toss", "Tosses")];
    let bot = setup(&first).start().await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 200"]);
    assert_eq!(
        names(&bot.discord),
        ["cogs", "count", "count-reset", "count-show", "roll", "toss"]
    );
    let mut bot = again(setup(&first), bot.stop().await).await;
    assert_eq!(asked(&bot.discord), ["GET: 200"]);
    // Another description, another command, one less.
    for changed in [
        &[("roll", "Rolls dice"), ("toss", "Tosses")][..],
        &[("roll", "Rolls dice"), ("draw", "Draws")],
        &[("draw", "Draws")],
    ] {
        bot = again(setup(changed), bot.stop().await).await;
        assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 200"]);
    }
    assert_eq!(
        names(&bot.discord),
        ["cogs", "count", "count-reset", "count-show", "draw"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_changed_is_mended_at_the_next_start() {
    let setup = || Setup::with(&["counter", "fun"]);
    let mut bot = setup().start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let as_listed = async |discord: &Emulator| {
        let path = format!("/{}/commands?with_localizations=true", app(discord));
        let mut listed = meddle(discord, Method::GET, &path, Value::Null).await;
        let listed = listed.as_array_mut().unwrap();
        for command in listed.iter_mut() {
            // A new edition of the same command.
            for own in ["id", "version"] {
                command.as_object_mut().unwrap().remove(own);
            }
        }
        listed.sort_by_key(|command| command["name"].to_string());
        json!(listed)
    };
    let ours = as_listed(&bot.discord).await;
    let extra = json!({ "name": "extra", "description": "Nobody's" });
    for (method, body) in [
        (Method::PUT, json!([])),
        (Method::PUT, json!([extra])),
        (Method::POST, extra),
        (Method::PATCH, json!({ "name": "renamed" })),
        (Method::PATCH, json!({ "description": "Edited" })),
        (
            Method::PATCH,
            json!({ "description_localizations": { "de": "Anders" } }),
        ),
        (Method::PATCH, json!({ "nsfw": true })),
        (Method::PATCH, json!({ "default_member_permissions": "0" })),
        (Method::PATCH, json!({ "contexts": [1] })),
        (Method::PATCH, json!({ "integration_types": [0, 1] })),
        (Method::PATCH, json!({ "integration_types": [1] })),
        (Method::PATCH, json!({ "options": [] })),
        (Method::DELETE, Value::Null),
    ] {
        let what = format!("{method} {body}");
        let (discord, data) = bot.stop().await;
        let mut path = format!("/{}/commands", app(&discord));
        if matches!(method, Method::PATCH | Method::DELETE) {
            let commands = discord.commands();
            let roll = commands.iter().find(|command| command.name == "roll");
            path = format!("{path}/{}", roll.unwrap().id);
        }
        meddle(&discord, method, &path, body).await;
        assert_ne!(as_listed(&discord).await, ours, "{what}");
        bot = again(setup(), (discord, data)).await;
        assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 200"], "{what}");
        assert_eq!(as_listed(&bot.discord).await, ours, "{what}");
    }
    // Nothing is left that differs.
    let bot = again(setup(), bot.stop().await).await;
    assert_eq!(asked(&bot.discord), ["GET: 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_discord_fails_or_is_busy_they_are_sent_again_until_it_takes_them() {
    let setup = Setup::with(&["fun"]);
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let slow = json!({ "message": "Slow down.", "retry_after": 0.02, "global": false });
    let path = "/applications/*/commands";
    for (method, status, body) in [
        (
            "GET",
            500,
            json!({ "message": "500: Internal Server Error", "code": 0 }),
        ),
        ("GET", 502, json!("<html>Bad gateway</html>")),
        ("GET", 200, json!("<html>Not Discord</html>")),
        ("GET", 429, slow.clone()),
        ("PUT", 503, json!("upstream connect error")),
        ("PUT", 429, slow.clone()),
        ("PUT", 429, slow),
    ] {
        discord.fail_next(method, path, status, body);
    }
    let bot = setup.start_on(discord, tempfile::tempdir().unwrap()).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(
        asked(&bot.discord),
        [
            "GET: 500", "GET: 502", "GET: 200", "GET: 429", "GET: 200", "PUT: 503", "PUT: 429",
            "PUT: 429", "PUT: 200"
        ]
    );
    assert_eq!(get(&bot, "/readyz").await, "ready\n");
    assert!(bot.here("ann").runs("/coin").await.failed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_whose_commands_are_refused_says_so_and_goes_on_with_those_it_had() {
    let mut left = Setup::with(&["counter"]).start().await.stop().await;
    let mut told = String::new();
    let wrong = json!({ "code": "X", "message": "Nobody may roll." });
    for (status, body) in [
        (
            400,
            json!({ "code": 50035, "message": "Invalid Form Body",
                "errors": { "4": { "name": { "_errors": [wrong.clone()] } },
                    "77": { "name": { "_errors": [wrong] } } } }),
        ),
        (403, json!({ "code": 50001, "message": "Missing Access" })),
    ] {
        let (discord, data) = left;
        discord.clear_requests();
        discord.fail_next("PUT", "/applications/*/commands", status, body);
        let setup = Setup::with(&["counter", "fun"]);
        let bot = setup.start_on(discord, data).await;
        bot.discord
            .request(|request| request.status == status)
            .await;
        let refused = || bot.app.services.cache.commands_refused().is_some();
        assert!(eventually(refused).await);
        assert!(bot.here("ann").runs("/count").await.failed().is_none());
        assert_eq!(bot.metric("cogbox_ready"), 0.0);
        let ready = get(&bot, "/readyz").await;
        let status: Value = serde_json::from_str(&get(&bot, "/api/status").await).unwrap();
        assert_eq!(status["waits_for"], ready.trim_end());
        assert!(
            get(&bot, "/")
                .await
                .contains("The commands are not synced: Discord answered")
        );
        told += &ready;
        // It is not asked again and again.
        assert_eq!(asked(&bot.discord).len(), 2);
        left = bot.stop().await;
    }
    assert_snapshot!(told, @r"
    the commands are not synced: Discord answered PUT /applications/{app}/commands with 400: Invalid Form Body (4.name: Nobody may roll.; 77.name: Nobody may roll.); it is about `roll` of the cog `fun`
    the commands are not synced: Discord answered PUT /applications/{app}/commands with 403: Missing Access
    ");
    let bot = again(Setup::with(&["counter", "fun"]), left).await;
    assert!(bot.here("ann").runs("/coin").await.failed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_cogs_with_one_command_the_first_by_name_keeps_it() {
    let folder = Folder::new();
    let first = offering(&[("roll", "The first's")]);
    let second = offering(&[("roll", "The second's"), ("toss", "Tosses")]);
    let mut setup = Setup::with(&["counter"]);
    folder.add(&mut setup, "zoe", &second);
    folder.add(&mut setup, "abe", &first);
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let owner = |bot: &Bot| {
        let snapshot = bot.app.registry.snapshot();
        snapshot
            .owner_of_command("roll")
            .map(|cog| cog.name().to_owned())
    };
    assert_eq!(owner(&bot).as_deref(), Some("abe"));
    let refused = bot.app.registry.snapshot();
    let refused = refused
        .refused()
        .map(|(name, refusal)| format!("{name}: {refusal}"));
    assert_snapshot!(refused.collect::<String>(), @r"
    zoe: `roll` is a command of the cog `abe`
      fix: remove one of the two cogs
    ");
    // All of a refused cog stays out.
    assert_eq!(
        names(&bot.discord),
        ["cogs", "count", "count-reset", "count-show", "roll"]
    );
    let status: Value = serde_json::from_str(&get(&bot, "/api/status").await).unwrap();
    assert_eq!(status["refused"][0]["name"], "zoe");
    assert!(bot.here("ann").runs("/count").await.failed().is_none());

    // Without the first the second has it.
    let mut setup = Setup::with(&["counter"]);
    folder.add(&mut setup, "zoe", &second);
    let bot = again(setup, bot.stop().await).await;
    assert_eq!(owner(&bot).as_deref(), Some("zoe"));
    assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 200"]);
}

/// So many commands, named with a letter and a number.
fn many(letter: char, count: usize) -> Vec<u8> {
    let names: Vec<_> = (0..count).map(|n| format!("{letter}{n}")).collect();
    let commands: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), "One of many"))
        .collect();
    offering(&commands)
}

/// What the dashboard says of commands that wait.
async fn held(bot: &Bot) -> Value {
    let status: Value = serde_json::from_str(&get(bot, "/api/status").await).unwrap();
    status["held_commands"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn c23_a_cog_that_renames_all_its_commands_uses_up_its_own_share_alone() {
    let folder = Folder::new();
    let setup = |churn: char, calm: &[(&str, &str)]| {
        let mut setup = Setup::with(&[]);
        folder.add(&mut setup, "churn", &many(churn, 50));
        folder.add(&mut setup, "calm", &offering(calm));
        setup
    };
    let bot = setup('a', &[("draw", "Draws")]).start().await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(held(&bot).await, json!([]));
    assert_eq!(names(&bot.discord).len(), 52);

    let changed = [("draw", "Draws a card"), ("toss", "Tosses")];
    let bot = again(setup('b', &changed), bot.stop().await).await;
    assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 200"]);
    // Sixty a day: ten are left of the new ones, and the old ones have gone.
    let mut expected: Vec<_> = (0..10).map(|n| format!("b{n}")).collect();
    expected.extend(["cogs", "draw", "toss"].map(String::from));
    assert_eq!(names(&bot.discord), expected);
    let waiting = held(&bot).await;
    assert_eq!(waiting.as_array().unwrap().len(), 1);
    assert_eq!(waiting[0]["cog"], "churn");
    assert_eq!(waiting[0]["commands"].as_array().unwrap().len(), 40);
    assert_eq!(
        waiting[0]["why"],
        "it has made 60 new ones within a day, which is its share"
    );
    let page = get(&bot, "/").await;
    assert!(
        page.contains("40 new commands of churn will be registered at "),
        "{page}"
    );
    let commands = bot.discord.commands();
    let draw = commands.iter().find(|command| command.name == "draw");
    assert_eq!(draw.unwrap().description, "Draws a card");

    // A restart forgets nothing, and asks for nothing in vain.
    let bot = again(setup('b', &changed), bot.stop().await).await;
    assert_eq!(asked(&bot.discord), ["GET: 200"]);
    assert_eq!(held(&bot).await, waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn c23_what_was_held_back_is_sent_when_its_time_comes() {
    let folder = Folder::new();
    let mut setup = Setup::with(&[]);
    folder.add(&mut setup, "dice", &offering(&[("roll", "Rolls")]));
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&data.path().join("cogbox.db")).await.unwrap();
    let day = Duration::from_secs(86_400);
    let made = Made {
        cog: "dice".to_owned(),
        at: SystemTime::now() - day + Duration::from_secs(2),
        count: 60,
    };
    let since = SystemTime::UNIX_EPOCH;
    store.add_command_creates(0, &[made], since).await.unwrap();
    store.close().await;
    let discord = Emulator::start(setup.discord.clone()).await.unwrap();
    let bot = setup.start_on(discord, data).await;
    assert!(eventually(|| names(&bot.discord) == ["cogs", "roll"]).await);
    let held = || bot.app.services.cache.commands_held();
    assert!(eventually(|| held().is_empty()).await);
    assert!(eventually(|| bot.app.services.cache.ready()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn c23_when_discord_takes_no_new_commands_the_rest_is_sent() {
    let folder = Folder::new();
    let setup = |dice: &[(&str, &str)]| {
        let mut setup = Setup::with(&[]);
        folder.add(&mut setup, "dice", &offering(dice));
        setup
    };
    let full = |discord: &Emulator| {
        let body = json!({ "code": 30034,
            "message": "Max number of daily application command creates has been reached (200)" });
        discord.fail_next("PUT", "/applications/*/commands", 400, body);
    };
    let bot = setup(&[("roll", "Rolls"), ("toss", "Tosses")])
        .start()
        .await;
    bot.counts("cogbox_ready", 1.0).await;
    let (discord, data) = bot.stop().await;
    full(&discord);
    let changed = [("roll", "Rolls dice"), ("draw", "Draws")];
    let bot = again(setup(&changed), (discord, data)).await;
    assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 400", "PUT: 200"]);
    assert_eq!(names(&bot.discord), ["cogs", "roll"]);
    let waiting = held(&bot).await;
    assert_eq!(waiting[0]["commands"], json!(["draw"]));
    assert_eq!(
        waiting[0]["why"],
        "Discord says that the bot has made its 200 new ones of a day"
    );

    // It is asked again at the next look.
    let (discord, data) = bot.stop().await;
    full(&discord);
    let mut setup = setup(&changed);
    setup.commands.recheck = Duration::from_millis(50);
    let bot = again(setup, (discord, data)).await;
    assert!(eventually(|| names(&bot.discord) == ["cogs", "draw", "roll"]).await);
    let mut sent = asked(&bot.discord);
    sent.retain(|request| !request.starts_with("GET"));
    assert_eq!(sent, ["PUT: 400", "PUT: 200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn x34_what_somebody_else_changes_is_mended_while_the_bot_runs() {
    let mut setup = Setup::with(&["counter"]);
    setup.commands.recheck = Duration::from_millis(50);
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let ours = names(&bot.discord);
    let path = format!("/{}/commands", app(&bot.discord));
    for body in [
        json!([]),
        json!([{ "name": "theirs", "description": "Not ours" }]),
    ] {
        meddle(&bot.discord, Method::PUT, &path, body).await;
        assert!(eventually(|| names(&bot.discord) == ours).await);
        // A look that finds nothing, or fails on the way, changes nothing.
        bot.discord
            .fail_next("GET", "/applications/*/commands", 503, json!("down"));
        bot.discord.request(|request| request.status == 503).await;
        assert!(bot.app.services.cache.ready());
        bot.discord.clear_requests();
    }
    assert_eq!(get(&bot, "/readyz").await, "ready\n");
    assert!(bot.here("ann").runs("/count").await.failed().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn c22_one_cog_cannot_take_all_the_room_there_is() {
    let folder = Folder::new();
    let mut setup = Setup::with(&[]);
    folder.add(&mut setup, "greedy", &many('a', 51));
    folder.add(&mut setup, "large", &many('b', 50));
    folder.add(&mut setup, "small", &many('c', 49));
    folder.add(&mut setup, "too-late", &many('d', 1));
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let snapshot = bot.app.registry.snapshot();
    let refused = snapshot
        .refused()
        .map(|(name, refusal)| format!("{name}: {refusal}\n"));
    assert_snapshot!(refused.collect::<String>(), @r"
    greedy: it declares 51 slash commands; one cog may have 50
      fix: gather them into subcommands, or offer fewer of them
    too-late: with it the bot would have 101 slash commands; Discord takes 100
      fix: remove a cog, or gather commands into subcommands
    ");
    assert_eq!(asked(&bot.discord), ["GET: 200", "PUT: 200"]);
    assert_eq!(names(&bot.discord).len(), 100);
}

/// The application's id.
fn app(discord: &Emulator) -> String {
    let requests = discord.requests();
    let paths = requests
        .iter()
        .filter_map(|r| r.path.strip_prefix("/api/v10/applications/"));
    let mut ids = paths.filter_map(|path| path.split('/').next());
    ids.next()
        .expect("the bot asked for its commands")
        .to_owned()
}
