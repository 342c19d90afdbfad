//! Shards over time and over processes: a bot that is started again goes on where it stopped, a bot
//! that grows changes to more shards, and each process may run some of them.

use std::collections::BTreeSet;
use std::time::Duration;

use cogbox::config::Shards;
use cogbox_emulator::{Emulator, Fault, Here, Seen};

use crate::events::{calls, echoes};
use crate::harness::{Bot, Setup, eventually};

const RESUMES: &str = r#"cogbox_gateway_reconnects_total{kind="resume",shard="0"}"#;

/// The connected shards, as Discord sees them.
fn connected(discord: &Emulator) -> BTreeSet<(u64, u64)> {
    let sessions = discord.gateway_sessions().into_iter();
    let connected = sessions.filter(|session| session.connected);
    connected.map(|session| session.shard).collect()
}

/// A person in #bots, where nobody echoes: what is counted here is public too.
fn counting(discord: &Emulator) -> Here {
    let bots = discord.guild("Cogbox Lab").channel("bots");
    discord.person("ben").in_channel(&bots)
}

/// Setup for a bot of several shards, which may identify at once.
fn several(shards: u64) -> Setup {
    let mut setup = Setup::with(&["rogue", "counter"]);
    (setup.discord.shards, setup.discord.max_concurrency) = (shards, 16);
    setup
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_started_again_resumes_and_hears_what_it_missed_once() {
    for shards in [1, 3] {
        let discord = Emulator::start(several(shards).discord).await.unwrap();
        for n in 0..4 {
            discord.add_guild(&format!("Guild {n}"), &["lobby"], &["cleo"]);
        }
        let all = (0..shards).map(|shard| (shard, shards)).collect();
        let mut bot = several(shards)
            .start_on(discord, tempfile::tempdir().unwrap())
            .await;
        bot.counts("cogbox_ready", 1.0).await;
        let session = bot.discord.gateway_sessions();
        let mut said = Vec::new();
        for round in 0..3 {
            let ann = bot.here("ann");
            let text = format!("{shards} shards, round {round}");
            ann.says(&format!("rogue: {text}")).await;
            said.push(text);
            assert!(eventually(|| echoes(&ann) == said).await);
            let (discord, data) = bot.stop().await;
            // While nobody is there, somebody speaks and the bot is invited and removed.
            let text = format!("{shards} shards, after round {round}");
            let ann = discord
                .person("ann")
                .in_channel(&discord.guild("Cogbox Lab").channel("general"));
            ann.says(&format!("rogue: {text}")).await;
            said.push(text);
            let new = discord.add_guild(&format!("New {round}"), &["lobby"], &["cleo"]);
            if round > 0 {
                discord.guild(&format!("New {}", round - 1)).remove_bot();
            }
            discord.clear_requests();
            bot = several(shards).start_on(discord, data).await;
            bot.counts("cogbox_ready", 1.0).await;
            assert_eq!(connected(&bot.discord), all);
            let ann = bot.here("ann");
            assert!(
                eventually(|| echoes(&ann) == said).await,
                "{:?}",
                echoes(&ann)
            );
            bot.counts(&calls("rogue"), 1.0).await;
            bot.counts(RESUMES, 1.0).await;
            // It knows its guilds without having been shown them again, and who it is.
            let cache = &bot.app.services.cache;
            assert!(eventually(|| cache.guild_count() == 6).await);
            assert!(cache.is_in(new.id.0.into()));
            let ben = counting(&bot.discord);
            assert_eq!(ben.runs("/count").await.failed(), None);
            let cleo = bot.discord.person("cleo").in_channel(&new.channel("lobby"));
            assert_eq!(cleo.runs("/ok").await.text(), "ok");
        }
        assert_eq!(
            bot.discord.identifies(),
            shards,
            "no session was begun anew"
        );
        let now = bot.discord.gateway_sessions();
        let ids = |sessions: &[cogbox_emulator::SessionView]| -> BTreeSet<String> {
            sessions.iter().map(|session| session.id.clone()).collect()
        };
        assert_eq!(ids(&now), ids(&session));
        assert_eq!(
            counting(&bot.discord).runs("/count-show").await.text(),
            "This server has counted to **3**."
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_can_t_be_resumed_after_a_restart_is_begun_anew() {
    let bot = several(1).start().await;
    let (discord, data) = bot.stop().await;
    discord.cause(Fault::LoseSessions { shard: None });
    let bot = several(1).start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(bot.discord.identifies(), 2);
    let cache = &bot.app.services.cache;
    assert!(eventually(|| cache.guild_count() == 1).await);
    // Other intents are another session.
    let (discord, data) = bot.stop().await;
    let setup = Setup::with(&["counter"]);
    let bot = setup.start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(bot.discord.identifies(), 3);
    // And so is another number of shards.
    let (discord, data) = bot.stop().await;
    let mut setup = Setup::with(&["counter"]);
    setup.shards = Shards::parse("0-1/2").unwrap();
    let bot = setup.start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(bot.discord.identifies(), 5);
    assert_eq!(bot.here("ann").runs("/count").await.failed(), None);
    let (discord, data) = bot.stop().await;
    let names = std::fs::read_dir(data.path().join("sessions")).unwrap();
    let names: BTreeSet<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    let ours = ["0-of-2", "1-of-2", "seen"];
    assert_eq!(names, ours.map(Into::into).into());
    drop(discord);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_may_share_the_shards() {
    let discord = Emulator::start(several(1).discord).await.unwrap();
    let mut places = Vec::new();
    for n in 0..6 {
        let guild = discord.add_guild(&format!("Guild {n}"), &["lobby"], &["cleo"]);
        places.push(discord.person("cleo").in_channel(&guild.channel("lobby")));
    }
    let data = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut apps = Vec::new();
    for (shards, data) in ["0-1/4", "2-3/4"].into_iter().zip(&data) {
        let mut setup = several(1);
        setup.shards = Shards::parse(shards).unwrap();
        apps.push(setup.app(&discord, data.path()).await.0);
    }
    let ready = |apps: &[cogbox::App]| apps.iter().all(|app| app.services.metrics.ready.get() == 1);
    assert!(eventually(|| ready(&apps)).await);
    let all: BTreeSet<_> = (0..4).map(|shard| (shard, 4)).collect();
    assert_eq!(connected(&discord), all);
    for cleo in &places {
        assert_eq!(cleo.runs("/ok").await.text(), "ok");
        cleo.says("rogue: here").await;
        assert!(eventually(|| echoes(cleo).contains(&"here".to_owned())).await);
    }
    let guilds: Vec<_> = apps
        .iter()
        .map(|app| app.services.cache.guild_count())
        .collect();
    assert_eq!(guilds.iter().sum::<usize>(), 7, "{guilds:?}");
    assert_eq!(apps[1].services.cache.own_shards(), [2, 3]);
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_grows_changes_to_more_shards_while_the_old_ones_serve() {
    let mut setup = several(1);
    (
        setup.discord.guilds_per_shard,
        setup.discord.max_concurrency,
    ) = (3, 0);
    setup.deadlines.reshard = Duration::from_millis(50);
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    let (ann, ben) = (bot.here("ann"), counting(&bot.discord));
    let mut said = 0;
    let mut counted = 0;
    for shards in [2, 3] {
        for n in 0..3 {
            let guild = bot
                .discord
                .add_guild(&format!("{shards} {n}"), &["lobby"], &["cleo"]);
            let cleo = bot
                .discord
                .person("cleo")
                .in_channel(&guild.channel("lobby"));
            assert_eq!(cleo.runs("/ok").await.text(), "ok");
        }
        // Until the change, and in the middle of it, people go on.
        let all: BTreeSet<_> = (0..shards).map(|shard| (shard, shards)).collect();
        let begun = std::time::Instant::now();
        while connected(&bot.discord) != all {
            ann.says(&format!("rogue: {said}")).await;
            said += 1;
            assert!(eventually(|| echoes(&ann).len() == said).await, "{said}");
            assert_eq!(ben.runs("/count").await.failed(), None);
            counted += 1;
            assert!(begun.elapsed() < Duration::from_secs(60), "no change");
        }
        let cache = &bot.app.services.cache;
        assert!(eventually(|| cache.shards() == shards as u32).await);
        bot.counts("cogbox_ready", 1.0).await;
    }
    ann.says(&format!("rogue: {said}")).await;
    let expected: Vec<_> = (0..=said).map(|n| n.to_string()).collect();
    assert!(
        eventually(|| echoes(&ann) == expected).await,
        "{:?}",
        echoes(&ann)
    );
    assert_eq!(
        ben.runs("/count-show").await.text(),
        format!("This server has counted to **{counted}**.")
    );
    assert_eq!(bot.app.services.cache.guild_count(), 7);
    assert_eq!(bot.discord.identifies(), 1 + 2 + 3);
    // After a restart these are the shards that are resumed.
    let (discord, data) = bot.stop().await;
    let mut setup = several(1);
    setup.discord.guilds_per_shard = 3;
    let bot = setup.start_on(discord, data).await;
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(bot.discord.identifies(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn x17_discord_that_asks_for_more_shards_gets_them() {
    let mut setup = several(1);
    setup.discord.guilds_per_shard = 2;
    let bot = setup.start().await;
    bot.counts("cogbox_ready", 1.0).await;
    for n in 0..3 {
        bot.discord
            .add_guild(&format!("Guild {n}"), &["lobby"], &["cleo"]);
    }
    // The session is over, and the next one is refused with 4011.
    bot.discord.send_op9(false);
    let all = BTreeSet::from([(0, 2), (1, 2)]);
    assert!(eventually(|| connected(&bot.discord) == all).await);
    bot.counts("cogbox_ready", 1.0).await;
    assert_eq!(bot.app.services.cache.guild_count(), 4);
    assert_eq!(bot.here("ann").runs("/ok").await.text(), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn x18_new_sessions_are_counted_over_restarts() {
    let remaining = "cogbox_gateway_identify_remaining";
    let setup = || {
        let mut setup = Setup::with(&["rogue"]);
        setup.discord.identifies = 20;
        // Without a key nobody waits.
        setup.discord.max_concurrency = 0;
        setup
    };
    let mut bot: Bot = setup().start().await;
    for times in 1..4 {
        bot.counts(remaining, f64::from(20 - times)).await;
        let (discord, data) = bot.stop().await;
        discord.cause(Fault::LoseSessions { shard: None });
        bot = setup().start_on(discord, data).await;
        let identified = |seen: &Seen| matches!(seen, Seen::Identified { .. });
        let log = bot.discord.gateway_log();
        assert_eq!(
            log.iter().filter(|seen| identified(seen)).count(),
            times as usize + 1
        );
    }
    // Another Discord has counted nothing, but the bot has.
    let (_, data) = bot.stop().await;
    let discord = Emulator::start(setup().discord).await.unwrap();
    let bot = setup().start_on(discord, data).await;
    bot.counts(remaining, 15.0).await;
}
