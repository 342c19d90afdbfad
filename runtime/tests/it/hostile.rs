//! A cog that misbehaves, and a good one beside it that never notices.

use std::time::Duration;

use cogbox::config::Isolation;

use crate::harness::{Bot, Setup};

/// What a member reads of a fault: nothing of its inside.
const WRONG: &str = "Something went wrong with that. The bot's operator can see what.";
const STOPPED: &str = "That took too long and was stopped.";

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_has_its_outcome_and_the_good_cog_goes_on() {
    let setup = Setup::with(&["rogue", "counter"]).cog("rogue", |cog| {
        cog.limits.cpu = Duration::from_millis(300);
        cog.limits.cpu_share = 8.0;
    });
    let bot = setup.start().await;
    let ann = bot.here("ann");
    for (command, outcome, sentence) in [
        ("/spin", "cpu", STOPPED),
        ("/bomb", "memory", WRONG),
        ("/deep", "trap", WRONG),
        ("/trap", "trap", WRONG),
        ("/fails", "error", WRONG),
        ("/huge megabytes:20", "transfer", WRONG),
    ] {
        let series = |export: &str| {
            format!(
                "cogbox_cog_calls_total{{cog=\"rogue\",export=\"{export}\",outcome=\"{outcome}\"}}"
            )
        };
        let before = bot.metric(&series("commands.invoked"));
        let (faulty, good) = tokio::join!(ann.runs(command), ann.runs("/count"));
        assert_eq!(faulty.text(), sentence, "{command}");
        assert_eq!(good.failed(), None, "beside {command}");
        assert_eq!(
            bot.metric(&series("commands.invoked")),
            before + 1.0,
            "{command}"
        );
    }
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **6**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_too_long_is_stopped_by_the_clock() {
    let setup = Setup::with(&["rogue"]).cog("rogue", |cog| {
        cog.limits.wall = Duration::from_millis(150);
        cog.limits.cpu = Duration::from_secs(60);
    });
    let bot = setup.start().await;
    assert_eq!(bot.here("ann").runs("/slow ms:60000").await.text(), STOPPED);
    let fault = bot
        .app
        .registry
        .snapshot()
        .cogs()
        .next()
        .unwrap()
        .last_fault()
        .unwrap();
    assert_eq!((fault.outcome, fault.export), ("wall", "commands.invoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_burns_its_share_waits_and_the_other_does_not() {
    let setup = Setup::with(&["rogue", "counter"]).cog("rogue", |cog| {
        cog.limits.cpu = Duration::from_millis(200);
        // A tenth of a second over ten.
        cog.limits.cpu_share = 0.01;
    });
    let bot = setup.start().await;
    let ann = bot.here("ann");
    assert_eq!(ann.runs("/spin").await.text(), STOPPED);
    assert_eq!(
        ann.runs("/ok").await.text(),
        "That is busy right now. Try again in a moment."
    );
    assert_eq!(ann.runs("/count").await.failed(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cogs_own_series_are_bounded() {
    let bot = Bot::with(&["rogue"]).await;
    assert_eq!(bot.here("ann").runs("/series").await.failed(), None);
    let text = bot.app.services.metrics.text();
    let series = text
        .lines()
        .filter(|line| line.starts_with("cog_rogue__"))
        .count();
    assert_eq!(series, 200);
    assert_eq!(
        bot.metric("cogbox_cog_dropped_series_total{cog=\"rogue\"}"),
        800.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_never_seen_by_another_call_or_guild() {
    for (isolation, second) in [(Isolation::Call, false), (Isolation::Guild, true)] {
        let setup = Setup::with(&["rogue"]).cog("rogue", |cog| cog.isolation = isolation);
        let bot = setup.start().await;
        let other = bot.discord.add_guild("Other", &["general"], &["ann"]);
        let elsewhere = bot
            .discord
            .person("ann")
            .in_channel(&other.channel("general"));
        let ann = bot.here("ann");
        ann.runs("/state key:first").await;
        // The answer comes before the call ends, and only then is the instance kept.
        let series =
            "cogbox_cog_calls_total{cog=\"rogue\",export=\"commands.invoked\",outcome=\"ok\"}";
        while bot.metric(series) < 1.0 {
            tokio::task::yield_now().await;
        }
        let again = ann.runs("/state key:second").await;
        assert_eq!(
            again.text().contains("first"),
            second,
            "{isolation:?}: {}",
            again.text()
        );
        let there = elsewhere.runs("/state key:third").await;
        assert!(
            !there.text().contains("first"),
            "{isolation:?}: {}",
            there.text()
        );
        // A fault throws the instance away, and what it remembered with it.
        ann.runs("/trap").await;
        let fresh = ann.runs("/state key:fourth").await;
        assert!(
            !fresh.text().contains("first"),
            "{isolation:?}: {}",
            fresh.text()
        );
        let direct = bot.discord.person("ann").in_dm();
        direct.runs("/state key:fifth").await;
        let direct = direct.runs("/state key:sixth").await;
        assert!(
            !direct.text().contains("fifth"),
            "{isolation:?}: {}",
            direct.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_stays_in_its_guild() {
    let bot = Bot::with(&["rogue"]).await;
    let other = bot.discord.add_guild("Other", &["general"], &["ben"]);
    let channel = other.channel("general");
    let before = channel.transcript_for(&bot.discord.person("ben").in_channel(&channel));
    let command = format!("/abroad guild:{} channel:{}", other.id, channel.id);
    let answer = bot.here("ann").runs(&command).await;
    let lines: Vec<_> = answer.text().lines().collect();
    assert!(
        lines.len() >= 3 && lines.iter().all(|line| line.contains("denied")),
        "{lines:?}"
    );
    let after = channel.transcript_for(&bot.discord.person("ben").in_channel(&channel));
    assert_eq!(before, after);
    let unserved = bot.here("ann").runs("/unserved").await;
    let lines = unserved.text().lines();
    assert!(lines.clone().count() == 2 && lines.clone().all(|line| line.contains("unsupported")));
}
