//! Cogs are exchanged while the bot runs, and rest when they fail again and again.

use std::path::PathBuf;
use std::time::Duration;

use cogbox::cog::health::IN_A_ROW;
use cogbox::cog::keeper::Reloaded;
use cogbox::cog::shape::{Metadata, Shape};
use cogbox::config::{CogConfig, Grant};
use cogbox::lock::{Entry, Lock};
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::components::{offering, with_metadata};
use crate::events::read;
use crate::harness::{Bot, Setup, component, eventually};

/// A bot with one cog, whose file the test writes.
pub struct Workshop {
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Workshop {
    pub fn new(setup: &mut Setup, name: &str, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(format!("{name}.wasm"));
        std::fs::write(&file, bytes).unwrap();
        setup
            .cogs
            .insert(name.to_owned(), CogConfig::dev(file.clone()));
        Self {
            file,
            _folder: folder,
        }
    }

    pub fn write(&self, bytes: &[u8]) {
        std::fs::write(&self.file, bytes).unwrap();
    }
}

/// A built cog in another version.
pub fn version(name: &str, version: &str) -> Vec<u8> {
    let bytes = std::fs::read(component(name)).unwrap();
    let metadata = Metadata {
        version: version.to_owned(),
        ..Shape::read(&bytes).unwrap().metadata
    };
    with_metadata(bytes, &metadata)
}

pub fn running(bot: &Bot, name: &str) -> String {
    bot.cog(name).shape.metadata.version.clone()
}

/// A cog with a command that always fails, in a version.
pub fn failing(version: &str) -> Vec<u8> {
    with_metadata(
        offering(&[("count", "Fails whatever happens")]),
        &Metadata {
            version: version.into(),
            ..Metadata::default()
        },
    )
}

fn command_writes(bot: &Bot) -> usize {
    let asked = bot.discord.requests();
    let writes = asked
        .iter()
        .filter(|request| request.method == "PUT" && request.path.ends_with("/commands"));
    writes.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_exchanges_under_load_lose_nothing() {
    let mut setup = Setup::with(&[]);
    // Nobody else looks at the file.
    setup.deadlines.follow = Duration::from_secs(3_600);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let bot = setup.start().await;
    let before = command_writes(&bot);
    let people = ["ann", "ben", "cleo"].map(|person| bot.here(person));
    let load = async {
        let counting = people.iter().map(async |person| {
            for _ in 0..40 {
                let answer = person.runs("/count").await;
                assert!(
                    answer.text().starts_with("This server has counted to"),
                    "{}",
                    answer.text()
                );
            }
        });
        join_all(counting).await;
    };
    let exchange = async {
        for n in 1..=50 {
            workshop.write(&version("counter", &format!("1.0.{n}")));
            let reloaded = bot.app.keeper.reload("counter").await;
            let version = format!("1.0.{n}");
            assert_eq!(reloaded, Ok(Reloaded::Swapped { version }));
        }
    };
    tokio::join!(load, exchange);
    let total = people[0].runs("/count-show").await;
    assert_eq!(total.text(), "This server has counted to **120**.");
    assert_eq!(
        bot.metric("cogbox_cog_reloads_total{cog=\"counter\",outcome=\"ok\"}"),
        50.0
    );
    // The commands were the same all the time.
    assert_eq!(command_writes(&bot), before);
    assert_eq!(
        bot.metric("cogbox_cog_up{cog=\"counter\",version=\"1.0.50\"}"),
        1.0
    );
    assert!(
        !bot.app
            .services
            .metrics
            .text()
            .contains("version=\"1.0.49\"")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_is_followed() {
    let mut setup = Setup::with(&[]);
    setup.deadlines.follow = Duration::from_millis(20);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let bot = setup.start().await;
    let ann = bot.here("ann");
    let button = ann.runs("/count").await;
    workshop.write(&version("counter", "1.1.0"));
    assert!(eventually(|| running(&bot, "counter") == "1.1.0").await);
    // A button of the version before leads to the one that runs.
    assert_eq!(
        ann.clicks(&button, "+1").await.text(),
        "This server has counted to **2**."
    );
    // What is no component stays out, and so does half of one.
    let whole = version("counter", "1.2.0");
    workshop.write(&whole[..whole.len() / 2]);
    let refused = || bot.app.registry.snapshot().refused().count() == 1;
    assert!(eventually(refused).await);
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **3**."
    );
    workshop.write(&whole);
    assert!(eventually(|| running(&bot, "counter") == "1.2.0").await);
    assert!(!refused());
    // Other commands are told to Discord.
    workshop.write(&offering(&[("other", "Another command")]));
    let offered = || {
        bot.discord
            .commands()
            .iter()
            .any(|command| command.name == "other")
    };
    assert!(eventually(offered).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_asks_for_more_stays_out() {
    let mut setup = Setup::with(&[]);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let setup = setup.cog("counter", |cog| cog.grant = Grant::Only(Vec::new()));
    let bot = setup.start().await;
    let ann = bot.here("ann");
    workshop.write(&version("keyhole", "2.0.0"));
    let answer = ann.runs("/cogs reload cog:counter").await;
    assert_snapshot!(answer.text(), @r#"**counter** was not exchanged: it asks for "messages", which it is not granted. To mend it: if you trust it with that, write under [cogs.counter]: grant = ["messages"]."#);
    assert_eq!(running(&bot, "counter"), "1.0.0");
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    // One that hears of more than the bot's connection does.
    let mut setup = Setup::with(&[]);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let bot = setup.start().await;
    workshop.write(&version("rogue", "2.0.0"));
    let answer = bot.here("ann").runs("/cogs reload cog:counter").await;
    assert_snapshot!(answer.text(), @"**counter** was not exchanged: the bot has to connect anew to hear of what it listens to (GUILD_VOICE_STATES, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT). To mend it: restart the bot.");
    assert_eq!(running(&bot, "counter"), "1.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_fails_at_once_goes_again() {
    let mut setup = Setup::with(&[]);
    setup.deadlines.follow = Duration::from_millis(20);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let bot = setup.start().await;
    let ann = bot.here("ann");
    workshop.write(&failing("2.0.0"));
    assert!(eventually(|| running(&bot, "counter") == "2.0.0").await);
    for _ in 0..5 {
        assert!(!ann.runs("/count").await.text().contains("counted"));
    }
    assert!(eventually(|| running(&bot, "counter") == "1.0.0").await);
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    let snapshot = bot.app.registry.snapshot();
    let (_, refusal) = snapshot.refused().next().unwrap();
    assert_snapshot!(refusal.what, @"version 2.0.0 failed 5 times right after it came in; the one before runs again");
    bot.counts(
        "cogbox_cog_reloads_total{cog=\"counter\",outcome=\"rolled_back\"}",
        1.0,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_fails_again_and_again_rests_where_it_fails() {
    let bot = Bot::with(&["rogue", "counter"]).await;
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    for _ in 0..IN_A_ROW {
        bot.ends(&ann, "rogue", "/trap").await;
    }
    let answer = ann.runs("/ok").await;
    assert!(answer.is_private());
    assert_snapshot!(answer.text(), @"**rogue** failed again and again, and rests now. Try again in 60 seconds.");
    assert_eq!(there.runs("/ok").await.text(), "ok");
    assert_eq!(
        ann.runs("/count").await.text(),
        "This server has counted to **1**."
    );
    assert_eq!(
        bot.metric("cogbox_cog_quarantines_total{cog=\"rogue\",where=\"guild\"}"),
        1.0
    );
    assert_eq!(
        ann.runs("/cogs release cog:rogue").await.text(),
        "**rogue** is called again."
    );
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    // By hand it rests everywhere.
    ann.runs("/cogs quarantine cog:rogue").await;
    assert!(there.runs("/ok").await.text().contains("rests now"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_is_on_the_dashboard_and_told_to_the_owner_once() {
    let mut setup = Setup::with(&["rogue"]);
    setup.deadlines.follow = Duration::from_millis(20);
    let bot = setup.start().await;
    let ann = bot.here("ann");
    for _ in 0..2 {
        for _ in 0..IN_A_ROW {
            bot.ends(&ann, "rogue", "/trap").await;
        }
        bot.counts("cogbox_cog_quarantined{cog=\"rogue\"}", 1.0)
            .await;
        let status = reqwest::get(format!("http://{}/api/status", bot.web)).await;
        let status: serde_json::Value = status.unwrap().json().await.unwrap();
        let quarantines = &status["cogs"][0]["quarantines"];
        assert_eq!(quarantines[0]["place"], "guild");
        assert_eq!(quarantines[0]["by_hand"], false);
        let page = reqwest::get(format!("http://{}/", bot.web)).await.unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains("because it failed again and again"), "{page}");
        ann.runs("/cogs release cog:rogue").await;
        bot.counts("cogbox_cog_quarantined{cog=\"rogue\"}", 0.0)
            .await;
    }
    let told = bot.discord.person("ann").in_dm();
    assert!(eventually(|| !read(&told).is_empty()).await);
    // The second rest of the day brings no second message.
    assert_snapshot!(read(&told), @r"
    Cogbox: **rogue** 0.1.0 failed 10 times in a row and rests in the server Cogbox Lab for a while, longer each time.
      The last fault, in `commands.invoked`: wasm trap: wasm unreachable instruction executed.
      The log and the dashboard have the faults. `/cogs release` ends the rest. You are told of this once a day.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_accepts_meanwhile_comes_in() {
    let mut setup = Setup::with(&[]);
    let workshop = Workshop::new(&mut setup, "counter", &version("counter", "1.0.0"));
    let lock = workshop.file.with_file_name("cogbox.lock");
    let accept = || {
        let bytes = std::fs::read(&workshop.file).unwrap();
        let entry = Entry::of(&Shape::read(&bytes).unwrap(), &workshop.file);
        let cogs = [("counter".to_owned(), entry)].into();
        Lock { cogs }.write(&lock).unwrap();
    };
    accept();
    setup.lock = Some(lock.clone());
    let bot = setup.start().await;
    let ann = bot.here("ann");
    workshop.write(&version("counter", "2.0.0"));
    let reload = async || {
        let said = ann.runs("/cogs reload cog:counter").await;
        said.text().replace(&*lock.to_string_lossy(), "cogbox.lock")
    };
    let mut said = vec![reload().await];
    accept();
    said.push(reload().await);
    workshop.write(&version("counter", "3.0.0"));
    std::fs::write(&lock, "cogs = 3").unwrap();
    said.push(reload().await);
    assert_snapshot!(said.join("\n"), @r"
    **counter** was not exchanged: its file is not the one that was accepted (version 1.0.0). To mend it: look at it with `cogbox inspect`, then accept it with `cogbox lock`.
    **counter** runs in version 2.0.0 now.
    **counter** was not exchanged: cogbox.lock: invalid type: integer `3`, expected a map. To mend it: give the value the type that is expected there.
    ");
    assert_eq!(running(&bot, "counter"), "2.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_comes_in_late_is_no_longer_counted_as_down() {
    let mut setup = Setup::with(&[]);
    setup.deadlines.follow = Duration::from_millis(20);
    let workshop = Workshop::new(&mut setup, "counter", b"no component");
    let bot = setup.start().await;
    let up = || {
        let text = bot.app.services.metrics.text();
        let lines = text
            .lines()
            .filter(|line| line.starts_with("cogbox_cog_up{"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(up(), [r#"cogbox_cog_up{cog="counter",version=""} 0"#]);
    workshop.write(&version("counter", "1.0.0"));
    let now = [r#"cogbox_cog_up{cog="counter",version="1.0.0"} 1"#];
    assert!(eventually(|| up() == now).await, "{:?}", up());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_loads_and_stops_cogs() {
    let bot = Bot::with(&["counter"]).await;
    let other = bot.discord.add_guild("Bens", &["hall"], &["ben"]);
    let ben = bot.discord.person("ben").in_channel(&other.channel("hall"));
    let refused = "That is for the owner of the bot.";
    for what in ["reload", "rollback", "quarantine", "release"] {
        assert_eq!(
            ben.runs(&format!("/cogs {what} cog:counter")).await.text(),
            refused
        );
    }
    let ann = bot.here("ann");
    let same = ann.runs("/cogs reload cog:counter").await;
    assert_eq!(same.text(), "**counter** runs as it lies on disk.");
}
