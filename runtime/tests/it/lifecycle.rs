//! How a bot starts, stops, starts again, and ends when it can't go on.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cogbox::config::Token;
use cogbox::discord::dispatch::Deadlines;
use cogbox::store::Scope;
use cogbox::{App, Options};
use cogbox_emulator::Emulator;
use tokio::process::Command;

use crate::components::{Folder, cog};
use crate::events::echoes;
use crate::harness::{Setup, component, eventually};
use crate::process::{Ended, Process, cogbox, run};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_and_nothing_new_is_taken() {
    let mut setup = Setup::with(&["rogue"]);
    setup.discord.answer_deadline = Duration::from_secs(1);
    let bot = setup.start().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let slow = ann.starts("/slow ms:600").await;
    slow.deferred().await;
    let (discord, data, services) = (bot.discord, bot.data, Arc::clone(&bot.app.services));
    let stopping = tokio::spawn(bot.app.stop());
    discord.bot_gone().await;
    let late = ben.starts("/ok").await;
    stopping.await.unwrap();
    assert_eq!(slow.answered().await.text(), "took 600 ms");
    let late = late.answered().await;
    assert_eq!(late.failed(), Some("The application did not respond"));

    let nobody = Scope { guild: 0, user: 0 };
    assert!(
        services.store.get("rogue", nobody, "k").await.is_err(),
        "the database is closed"
    );
    assert!(data.path().join("cogbox.db").is_file());
    assert!(
        !data.path().join("cogbox.db-wal").exists(),
        "all of it is in one file"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_in_time_is_cancelled_and_whoever_waits_is_told() {
    let mut setup = Setup::with(&["rogue"]);
    setup.deadlines.drain = Duration::from_millis(50);
    // The first is deferred, and the second is not yet, also on a busy machine.
    setup.deadlines.defer = Duration::from_secs(1);
    let bot = setup.start().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let deferred = ann.starts("/slow ms:60000").await;
    deferred.deferred().await;
    let fresh = ben.starts("/slow ms:60000").await;
    let taken = "discord_event_on_interaction_total{command=\"slow\",interaction=\"application_command\",shard=\"0\"}";
    bot.counts(taken, 2.0).await;
    let general = ann.channel();
    let (discord, _data) = bot.stop().await;
    assert!(deferred.answered().await.failed().is_none());
    assert!(fresh.answered().await.failed().is_none());
    insta::assert_snapshot!(general.transcript_for(&ann), @r"
    ann used /slow
    Cogbox: That is busy right now. Try again in a moment.
    ");
    insta::assert_snapshot!(general.transcript_for(&ben), @r"
    ann used /slow
    Cogbox: That is busy right now. Try again in a moment.
    ben used /slow
    Cogbox: That is busy right now. Try again in a moment.
      (only you can see this)
    ");
    drop(discord);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_is_there_after_a_restart_and_commands_are_not_sent_again() {
    let setup = || Setup::with(&["counter"]);
    let bot = setup().start().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let shown = ann.runs("/count").await;
    ben.runs("/count").await;
    let (discord, data) = bot.stop().await;

    discord.clear_requests();
    let bot = setup().start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    let writes = bot.discord.requests();
    let writes = writes.iter().filter(|request| request.method != "GET");
    assert_eq!(writes.count(), 0, "nothing was sent");
    // A button of the bot before this one, too.
    ann.clicks(&shown, "+1").await;
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **3**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_waits_for_discord_can_be_stopped() {
    // Connections are taken by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let options = Options {
        api: format!("http://{}/api/v10", silent.local_addr().unwrap()),
        gateway: None,
        token: Token::new("a.b.c"),
        shards: Default::default(),
        store: data.path().join("cogbox.db"),
        keep_left_guilds: cogbox::config::KEEP_LEFT_GUILDS,
        cogs: Default::default(),
        lock: None,
        voice: Default::default(),
        web: Default::default(),
        metrics: None,
        intents: None,
        net: cogbox::net::Net::public(),
        deadlines: Deadlines::default(),
        commands: Default::default(),
        incremental: false,
        mode: "run",
        local_discord: None,
    };
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let app = App::start(options, web).await.unwrap();
    let began = Instant::now();
    let _asked = silent.accept().unwrap();
    app.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

/// A folder with a cogbox.toml, as an operator has it, and a local Discord.
pub struct Place {
    pub folder: Folder,
    pub discord: Emulator,
}

impl Place {
    /// Makes one with these built cogs, granted all that the stock and test cogs ask for.
    pub async fn with(cogs: &[&str], discord: cogbox_emulator::Options) -> Self {
        let folder = Folder::new();
        let mut text = "[web]\nbind = \"127.0.0.1:0\"\n".to_owned();
        for name in cogs {
            let source = component(name);
            text += &format!(
                "[cogs.{name}]\nsource = \"{}\"\n\
                 grant = [\"guilds\", \"members\", \"messages\", \"player\", \"schedule\"]\n",
                source.display()
            );
        }
        std::fs::write(folder.file("cogbox.toml"), text).unwrap();
        let locked = run(folder.path(), &["lock"]).await;
        assert_eq!(locked.code, Some(0), "{locked:?}");
        let discord = Emulator::start(discord).await.unwrap();
        Self { folder, discord }
    }

    /// Starts `cogbox run` in it.
    pub fn run(&self, log: &str) -> Process {
        Process::start(self.command(log))
    }

    /// Returns the command that does.
    pub fn command(&self, log: &str) -> Command {
        let (api, gateway) = (self.discord.api_url(), self.discord.gateway_url());
        let arguments = ["--log", log, "run", "--api", &api, "--gateway", &gateway];
        let mut command = cogbox(self.folder.path(), &arguments);
        std::fs::write(self.folder.file("token"), format!("{TOKEN}\n")).unwrap();
        command.env("DISCORD_TOKEN_FILE", "token");
        command
    }
}

/// The token that the program is given.
const TOKEN: &str = "MTEyMjMz.R0xlY3k.c2VjcmV0LXNlY3JldA";

pub fn discord() -> cogbox_emulator::Options {
    cogbox_emulator::Options {
        token: TOKEN.to_owned(),
        identify_interval: Duration::ZERO,
        global_limit: None,
        route_limits: false,
        ..crate::harness::judged()
    }
}

/// What the program said last, without the log's lines before it.
pub fn error(ended: &Ended) -> &str {
    let at = ended.err.rfind("error: ");
    at.map_or("", |at| ended.err[at..].trim_end())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_runs_until_it_is_asked_to_end_and_never_tells_its_token() {
    let place = Place::with(&["fun", "rogue"], discord()).await;
    // The compiler tells more than anyone can wait for, and knows no token.
    let compiles = place.run("info");
    place.discord.commands_registered().await;
    compiles.terminate();
    assert_eq!(compiles.ended().await.code, Some(0));
    let program = place.run("trace");
    place.discord.bot_ready().await;
    place.discord.commands_registered().await;
    let general = place.discord.guild("Cogbox Lab").channel("general");
    let ann = place.discord.person("ann").in_channel(&general);
    assert!(ann.runs("/coin").await.failed().is_none());
    ann.runs("/trap").await;
    place.discord.disconnect_bot(Some(4000));
    program.says("RESUMED").await;
    let arguments = std::fs::read(format!("/proc/{}/cmdline", program.id())).unwrap();
    program.terminate();
    let ended = program.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!place.discord.bot_connected());
    assert!(ended.err.contains("stopping") || ended.out.contains("stopping"));
    let secret = TOKEN.rsplit('.').next().unwrap();
    let leak = |text: &str| {
        text.lines()
            .find(|line| line.contains(secret))
            .map(str::to_owned)
    };
    assert_eq!(leak(&ended.err), None);
    assert_eq!(leak(&ended.out), None);
    assert_eq!(leak(&String::from_utf8_lossy(&arguments)), None);
    // Nor does it write it anywhere: the file in which it was given is the only one.
    std::fs::remove_file(place.folder.file("token")).unwrap();
    let files = place.folder.files();
    assert!(files.iter().any(|(name, _)| name.ends_with("cogbox.db")));
    for (name, bytes) in files {
        assert_eq!(leak(&String::from_utf8_lossy(&bytes)), None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_one_interaction_are_joined() {
    let place = Place::with(&["fun"], discord()).await;
    let program = place.run("debug,cranelift=info,wasmtime=info");
    place.discord.bot_ready().await;
    place.discord.commands_registered().await;
    let general = place.discord.guild("Cogbox Lab").channel("general");
    let ann = place.discord.person("ann").in_channel(&general);
    ann.runs("/coin").await;
    let line = program.says("\"command\":\"coin\"").await;
    ann.runs("/coin").await;
    program.terminate();
    let ended = program.ended().await;
    let last: serde_json::Value = serde_json::from_str(&line).unwrap();
    let trace = last["span"]["trace"].as_str().expect("it has a trace");
    assert_eq!(
        (&last["cog"], &last["outcome"], &last["level"]),
        (&"fun".into(), &"ok".into(), &"DEBUG".into())
    );
    // The call into the cog ran on another runtime.
    let joined = ended.err.lines().filter(|line| line.contains(trace));
    let joined: Vec<&str> = joined
        .filter_map(|line| line.split("\"target\":\"").nth(1)?.split('"').next())
        .collect();
    assert!(joined.contains(&"cogbox::cog"), "{joined:?}");
    let last = joined.last().unwrap();
    assert!(last.starts_with("cogbox::discord::dispatch"), "{last}");
    let coins = ended.err.matches("\"command\":\"coin\"").count();
    assert_eq!(coins, 2, "one line for each");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_goes_on_where_it_was_when_it_starts_again() {
    let place = Place::with(&["rogue"], discord()).await;
    let general = place.discord.guild("Cogbox Lab").channel("general");
    let ann = place.discord.person("ann").in_channel(&general);
    let mut said = Vec::new();
    for round in 0..3 {
        let program = place.run("info");
        program.says("commands are").await;
        place.discord.bot_ready().await;
        for n in 0..5 {
            said.push(format!("round {round}, {n}"));
            ann.says(&format!("rogue: round {round}, {n}")).await;
        }
        // What is under way when it is killed may be lost, and is not told again.
        assert!(
            eventually(|| echoes(&ann) == said).await,
            "{:?}",
            echoes(&ann)
        );
        program.kill();
        assert_eq!(program.ended().await.code, None);
        place.discord.bot_gone().await;
        said.push(format!("after round {round}"));
        ann.says(&format!("rogue: after round {round}")).await;
    }
    let program = place.run("info");
    assert!(
        eventually(|| echoes(&ann) == said).await,
        "{:?}",
        echoes(&ann)
    );
    assert_eq!(place.discord.identifies(), 1);
    program.terminate();
    assert_eq!(program.ended().await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_go_through_a_rest_proxy() {
    let place = Place::with(&["rogue"], discord()).await;
    let api = place.discord.api_url();
    let mut command = cogbox(
        place.folder.path(),
        &["run", "--gateway", &place.discord.gateway_url()],
    );
    command.env("DISCORD_TOKEN", TOKEN);
    command.env("COGBOX_DISCORD_SHARDS", "0/1");
    let proxy = format!("{}/", api.trim_end_matches("/api/v10"));
    command.env("COGBOX_DISCORD_REST_PROXY", proxy);
    let program = Process::start(command);
    place.discord.bot_ready().await;
    place.discord.commands_registered().await;
    let general = place.discord.guild("Cogbox Lab").channel("general");
    let ann = place.discord.person("ann").in_channel(&general);
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    program.terminate();
    assert_eq!(program.ended().await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_ended_while_it_is_starting() {
    let place = Place::with(&[], discord()).await;
    let endless = place.folder.file("endless.wasm");
    std::fs::write(&endless, cog("", "", "(loop (br 0)) unreachable")).unwrap();
    let text = "[web]\nbind = \"127.0.0.1:0\"\n[cogs.endless]\nsource = \"endless.wasm\"\n";
    std::fs::write(place.folder.file("cogbox.toml"), text).unwrap();
    run(place.folder.path(), &["lock"]).await;
    let program = place.run("debug");
    program.says("the component is ready").await;
    program.terminate();
    let ended = program.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_configuration_end_it_with_2_and_say_where() {
    let folder = Folder::new();
    let mut told = String::new();
    let place = folder.path().display().to_string();
    for (text, token) in [
        ("[web]\nbind = \"0.0.0.0:8080\"", TOKEN),
        ("[web]\nbnd = \"127.0.0.1:0\"", TOKEN),
        (
            "[cogs.fun]\nsource = \"fun.wasm\"\ngrant = [\"telepathy\"]",
            TOKEN,
        ),
        ("[discord]\ntoken = \"a.b.c\"", TOKEN),
        ("[web\n", TOKEN),
        ("", "not-a-token"),
    ] {
        std::fs::write(folder.file("cogbox.toml"), text).unwrap();
        let mut command = cogbox(folder.path(), &["run"]);
        command.env("DISCORD_TOKEN", token);
        let ended = Process::start(command).ended().await;
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        told += &ended.err;
    }
    std::fs::remove_file(folder.file("cogbox.toml")).unwrap();
    let missing = run(folder.path(), &["run"]).await;
    assert_eq!(missing.code, Some(2));
    told += &missing.err;
    for (name, value) in [("DISCORD_TOKEN", TOKEN), ("COGBOX_WEB_BNID", "x")] {
        let mut command = cogbox(folder.path(), &["run"]);
        command.env(name, value);
        let ended = Process::start(command).ended().await;
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        told += &ended.err;
    }
    insta::assert_snapshot!(told.replace(&place, "FOLDER"), @r#"
    error: cogbox.toml:2: 0.0.0.0:8080 can be reached from outside, and there is no login
      fix: write auth = "token" or "proxy" under [web], or bind a loopback address, such as "127.0.0.1:8080" (or, where whoever reaches it may see everything: let-everybody-in-without-a-login = true)
    error: cogbox.toml:2: unknown field `bnd`, expected one of `bind`, `auth`, `let-everybody-in-without-a-login`, `url`, `hosts`, `trusted-proxies`, `user-header`, `groups-header`, `admins`, `viewers`, `metrics`, `discord`
      fix: remove the key, or write one of the names listed
    error: cogbox.toml:3: `telepathy` is not an interface that can be granted
      fix: see what the cog asks for with `cogbox inspect FILE`
    error: cogbox.toml:2: a bot token doesn't belong in this file, which gets copied and shared
      fix: remove it, reset it at Discord if the file was ever shared, and set DISCORD_TOKEN or DISCORD_TOKEN_FILE instead
    error: cogbox.toml:1: unclosed table, expected `]`
      fix: see the example in the README, and TOML's own rules at toml.io
    error: DISCORD_TOKEN: this is not a bot token, which has three parts joined by dots
      fix: copy it again from discord.com/developers, under Bot (not the client secret)
    error: DISCORD_TOKEN: there is no bot token
      fix: set DISCORD_TOKEN or DISCORD_TOKEN_FILE (the token is shown once at discord.com/developers under Bot), or try `cogbox dev`, which needs none
    error: cogbox.toml: the file can't be read: No such file or directory (os error 2)
      fix: check the path and its permissions
    error: COGBOX_WEB_BNID: no such setting
      fix: the variables are COGBOX_CONFIG, COGBOX_DISCORD_REST_PROXY, COGBOX_DISCORD_SHARDS, COGBOX_LOG, COGBOX_STORE_PATH, COGBOX_WEB_ADMINS, COGBOX_WEB_AUTH, COGBOX_WEB_BIND, COGBOX_WEB_DISCORD_CLIENT_SECRET, COGBOX_WEB_DISCORD_CLIENT_SECRET_FILE, COGBOX_WEB_HOSTS, COGBOX_WEB_METRICS_ALLOW, COGBOX_WEB_METRICS_BIND, COGBOX_WEB_TRUSTED_PROXIES, COGBOX_WEB_URL, COGBOX_WEB_VIEWERS
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_ends_it_before_anything_begins() {
    let place = Place::with(&[], discord()).await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = format!("[web]\nbind = \"{address}\"");
    std::fs::write(place.folder.file("cogbox.toml"), text).unwrap();
    let ended = place.run("info").ended().await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(error(&ended).replace(&address, "ADDRESS"), @r"
    error: web.bind: ADDRESS can't be listened on: Address already in use (os error 98)
      fix: end what uses the port, or choose another with web.bind in cogbox.toml or COGBOX_WEB_BIND
    ");
    assert!(!place.folder.file("data").exists());
    assert!(place.discord.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_discord_refuses_ends_it_with_3() {
    let other = cogbox_emulator::Options {
        token: "another.good.token".to_owned(),
        ..discord()
    };
    let place = Place::with(&[], other.clone()).await;
    let ended = place.run("info").ended().await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    insta::assert_snapshot!(error(&ended), @r"
    error: Discord refused the bot token
      fix: reset it at discord.com/developers under Bot, and set DISCORD_TOKEN to the new one
    ");

    // REST takes it, and the gateway does not.
    let place = Place::with(&[], discord()).await;
    let gateway = Emulator::start(other).await.unwrap();
    let (api, gateway_url) = (place.discord.api_url(), gateway.gateway_url());
    let arguments = ["run", "--api", &api, "--gateway", &gateway_url];
    let mut command = cogbox(place.folder.path(), &arguments);
    command.env("DISCORD_TOKEN", TOKEN);
    let ended = Process::start(command).ended().await;
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(error(&ended).starts_with("error: Discord refused the bot token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn intents_that_discord_refuses_end_it_with_4() {
    let options = cogbox_emulator::Options {
        privileged_intents: 0,
        ..discord()
    };
    let place = Place::with(&["rogue"], options).await;
    let ended = place.run("info").ended().await;
    assert_eq!(ended.code, Some(4), "{}", ended.err);
    insta::assert_snapshot!(error(&ended), @r"
    error: Discord refused the intents the cogs need (close code 4014: GUILDS, GUILD_VOICE_STATES, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT)
      fix: switch on the privileged intents at discord.com/developers under Bot, or remove the cogs that need them (`cogbox inspect` tells which)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_that_discord_refuses_end_it_with_5() {
    let options = cogbox_emulator::Options {
        guilds_per_shard: 0,
        ..discord()
    };
    let place = Place::with(&[], options).await;
    let ended = place.run("info").ended().await;
    assert_eq!(ended.code, Some(5), "{}", ended.err);
    insta::assert_snapshot!(error(&ended), @r"
    error: Discord refused the shards or the gateway's version (close code 4011)
      fix: update Cogbox, and leave out discord.shards, so that Discord says how many there should be; a shard serves 2,500 guilds at most
    ");

    for code in [4010, 4012] {
        let place = Place::with(&[], discord()).await;
        let program = place.run("info");
        place.discord.bot_ready().await;
        place.discord.disconnect_bot(Some(code));
        let ended = program.ended().await;
        assert_eq!(ended.code, Some(5), "{}", ended.err);
        assert!(error(&ended).contains(&code.to_string()));
    }
}
