//! The main job, through the real binary: it starts, answers, ends, and says what is wrong.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use cogbox_emulator::{Emulator, Options};

use crate::harness::{Bot, Setup, component};
use cogbox::config::Grant;

/// A folder with a configuration that names one cog, and the binary to run in it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("cogbox.toml"), config).unwrap();
        Self { folder }
    }

    fn counter(grant: &str) -> Self {
        let source = component("counter");
        let config = "[web]\nbind = \"127.0.0.1:0\"\n[cogs.counter]\n";
        Self::with(&format!("{config}source = {source:?}\n{grant}"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cogbox"));
        command.args(arguments).current_dir(self.folder.path());
        command
            .env_remove("DISCORD_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("log")
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap()
    }

    fn runs(&self, discord: &Emulator, token: &str) -> Child {
        let (api, gateway) = (discord.api_url(), discord.gateway_url());
        // A file takes what a pipe that nobody reads would not.
        let log = std::fs::File::create(self.log()).unwrap();
        self.command(&[
            "run",
            "--api",
            &api,
            "--gateway",
            &gateway,
            "--log",
            // The compiler's own trace is of no interest, and hundreds of megabytes.
            "trace,cranelift_codegen=off,cranelift_frontend=off,regalloc2=off",
        ])
        .env("DISCORD_TOKEN", token)
        .stderr(log)
        .spawn()
        .unwrap()
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn ended(child: Child) -> Output {
    tokio::task::spawn_blocking(|| child.wait_with_output().unwrap())
        .await
        .unwrap()
}

async fn discord(options: Options) -> Emulator {
    Emulator::start(Options {
        identify_interval: std::time::Duration::ZERO,
        ..options
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_answers_and_ends_as_asked_without_showing_its_token() {
    let discord = discord(Options::default()).await;
    let place = Place::counter("");
    let lock = place.command(&["lock"]).output().unwrap();
    assert_eq!(text(&lock), "counter 0.1.0: accepted\n");
    let bot = place.runs(&discord, discord.token());
    discord.bot_ready().await;
    discord.commands_registered().await;
    let ann = discord
        .person("ann")
        .in_channel(&discord.guild("Cogbox Lab").channel("general"));
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    let pid = rustix::process::Pid::from_raw(bot.id() as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let output = ended(bot).await;
    assert_eq!(output.status.code(), Some(0), "{}", place.said());
    assert!(place.said().contains("connected") && !place.said().contains(discord.token()));
    discord.bot_gone().await;

    // The second start finds the commands as they are, and the number where it was.
    discord.clear_requests();
    let bot = place.runs(&discord, discord.token());
    discord.bot_ready().await;
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **2**."
    );
    assert!(
        discord
            .requests()
            .iter()
            .all(|request| request.method != "PUT")
    );
    drop(Killed(bot));
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_an_exit_code_and_a_cure() {
    let local = discord(Options::default()).await;
    let cases: [(Place, &str, i32, &str); 4] = [
        (
            Place::with("[web]\nbnd = 1"),
            local.token(),
            2,
            "cogbox.toml:2: unknown field `bnd`",
        ),
        (
            Place::with("[web]\nbind = \"127.0.0.1:0\""),
            "not.the.token",
            3,
            "refused the bot token",
        ),
        (
            Place::with("[store]\npath = \".\"\n[web]\nbind = \"127.0.0.1:0\""),
            local.token(),
            6,
            "database",
        ),
        (Place::with(""), "nonsense", 2, "is not a bot token"),
    ];
    for (place, token, code, sentence) in cases {
        let output = ended(place.runs(&local, token)).await;
        let said = place.said();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let error = said.rsplit("error: ").next().unwrap();
        assert!(
            error.contains(sentence) && error.contains("fix: "),
            "{said}"
        );
    }
    // One shard is refused more guilds than it may have.
    let crowded = discord(Options {
        guilds_per_shard: 0,
        ..Options::default()
    })
    .await;
    let place = Place::with("[web]\nbind = \"127.0.0.1:0\"");
    let output = ended(place.runs(&crowded, crowded.token())).await;
    assert_eq!(output.status.code(), Some(5), "{}", place.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_was_not_accepted_stays_out() {
    let discord = discord(Options::default()).await;
    let place = Place::counter("");
    let bot = place.runs(&discord, discord.token());
    discord.bot_ready().await;
    discord.commands_registered().await;
    let names: Vec<_> = discord
        .commands()
        .iter()
        .map(|command| command.name.to_string())
        .collect();
    assert_eq!(names, ["cogs"]);
    drop(Killed(bot));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_asks_for_more_than_it_is_granted_stays_out_and_the_others_run() {
    let setup = Setup::with(&["counter", "utility"]);
    let bot = setup
        .cog("utility", |cog| cog.grant = Grant::Only(Vec::new()))
        .start()
        .await;
    let snapshot = bot.app.registry.snapshot();
    let (name, refusal) = snapshot.refused().next().unwrap();
    assert_eq!(name, "utility");
    assert_eq!(
        refusal.what,
        "it asks for \"guilds\", which it is not granted"
    );
    assert!(
        refusal
            .fix
            .ends_with("[cogs.utility]: grant = [\"guilds\"]"),
        "{}",
        refusal.fix
    );
    assert_eq!(bot.here("ann").runs("/count").await.failed(), None);
    let setup = Setup::with(&["utility"]);
    let granted = |cog: &mut cogbox::config::CogConfig| {
        cog.grant = Grant::Only(vec!["guilds".into()]);
    };
    let bot = setup.cog("utility", granted).start().await;
    assert_eq!(bot.here("ann").runs("/serverinfo").await.failed(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_loses_no_command() {
    let bot = Bot::with(&["counter"]).await;
    let ann = bot.here("ann");
    for break_it in [
        |discord: &Emulator| discord.send_op7(),
        |discord: &Emulator| discord.drop_bot(),
        |discord: &Emulator| discord.disconnect_bot(Some(4000)),
        |discord: &Emulator| discord.disconnect_bot(None),
    ] {
        break_it(&bot.discord);
        // What is run meanwhile comes with the resume.
        assert_eq!(ann.runs("/count").await.failed(), None);
    }
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **4**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compiled_cog_is_kept_in_a_folder_of_its_own() {
    use std::os::unix::fs::PermissionsExt;
    let bot = Bot::with(&["counter"]).await;
    let cache = bot.data.path().join("cache");
    let mode = std::fs::metadata(&cache).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let kept = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
    assert_eq!(kept(&cache), 2, "one file of code, one MAC");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_the_api_and_the_metrics_tell_of_a_command() {
    let bot = Bot::with(&["counter"]).await;
    bot.here("ann").runs("/count").await;
    let get = async |path: &str| {
        let answer = reqwest::get(format!("http://{}{path}", bot.web))
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.unwrap()
    };
    let series = "cogbox_interactions_total{cog=\"counter\",command=\"count\",outcome=\"ok\"}";
    while bot.metric(series) < 1.0 {
        tokio::task::yield_now().await;
    }
    assert!(get("/metrics").await.contains(&format!("{series} 1\n")));
    let status: serde_json::Value = serde_json::from_str(&get("/api/status").await).unwrap();
    assert_eq!(status["cogs"][0]["name"], "counter");
    assert_eq!(status["cogs"][0]["calls"]["total"], 1);
    assert!(get("/").await.contains("Counts together"));
}
