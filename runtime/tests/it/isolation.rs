//! Isolation: what a cog's own memory remembers, and of whom.
//!
//! `rogue`'s `/state` says which words its instance has seen.

use cogbox::config::Isolation;
use cogbox_emulator::Here;
use futures_util::future::join_all;

use crate::harness::{Bot, Setup};

async fn kept_per_guild() -> Bot {
    let setup = Setup::with(&["rogue"]);
    setup
        .cog("rogue", |rogue| {
            rogue.isolation = Isolation::Guild;
            rogue.limits.cpu_share = 64.0;
        })
        .start()
        .await
}

async fn state(bot: &Bot, here: &Here, key: &str) -> String {
    let typed = format!("/state key:{key}");
    bot.ends(here, "rogue", &typed).await.text().to_owned()
}

/// The same without waiting for the call's end, for calls at the same time.
async fn said(here: &Here, key: &str) -> String {
    let answer = here.runs(&format!("/state key:{key}")).await;
    answer.text().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_finds_nothing_of_the_one_before() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    for key in ["one", "two", "three"] {
        assert_eq!(
            state(&bot, &ann, key).await,
            format!("call 1 of this instance: {key}")
        );
    }
    // Nor do calls at the same time, nor those after a fault.
    let keys: Vec<String> = (0..50).map(|n| format!("key-{n}")).collect();
    let all = join_all(keys.iter().map(|key| said(&ann, key))).await;
    for (key, said) in keys.iter().zip(all) {
        assert_eq!(said, format!("call 1 of this instance: {key}"));
    }
    bot.ends(&ann, "rogue", "/trap").await;
    assert_eq!(
        state(&bot, &ann, "four").await,
        "call 1 of this instance: four"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_stays_with_its_guild() {
    let bot = kept_per_guild().await;
    let (ann, cleo) = (bot.here("ann"), bot.elsewhere("cleo"));
    assert_eq!(state(&bot, &ann, "a1").await, "call 1 of this instance: a1");
    assert_eq!(
        state(&bot, &cleo, "c1").await,
        "call 1 of this instance: c1"
    );
    assert_eq!(
        state(&bot, &ann, "a2").await,
        "call 2 of this instance: a1, a2"
    );
    let ben = bot.here("ben");
    assert_eq!(
        state(&bot, &ben, "b3").await,
        "call 3 of this instance: a1, a2, b3"
    );
    assert_eq!(
        state(&bot, &cleo, "c2").await,
        "call 2 of this instance: c1, c2"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_share_nothing() {
    let bot = kept_per_guild().await;
    state(&bot, &bot.here("ann"), "of-the-guild").await;
    let (ann, ben) = (bot.discord.person("ann"), bot.discord.person("ben"));
    for here in [ann.in_dm(), ann.in_dm(), ben.in_dm()] {
        assert_eq!(
            state(&bot, &here, "dm").await,
            "call 1 of this instance: dm"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_throws_the_instance_away_and_an_error_does_not() {
    let bot = kept_per_guild().await;
    let ann = bot.here("ann");
    state(&bot, &ann, "one").await;
    bot.ends(&ann, "rogue", "/fails").await;
    assert_eq!(
        state(&bot, &ann, "two").await,
        "call 2 of this instance: one, two"
    );
    for fault in ["/trap", "/deep", "/bomb", "/huge megabytes:1"] {
        bot.ends(&ann, "rogue", fault).await;
        assert_eq!(
            state(&bot, &ann, "new").await,
            "call 1 of this instance: new",
            "{fault}"
        );
        assert_eq!(
            state(&bot, &ann, "next").await,
            "call 2 of this instance: new, next"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_in_a_kept_instance_has_limits_of_its_own() {
    let setup = Setup::with(&["rogue"]);
    let kept = setup.cog("rogue", |rogue| {
        rogue.isolation = Isolation::Guild;
        rogue.limits.cpu = std::time::Duration::from_millis(150);
        rogue.limits.cpu_share = 64.0;
    });
    let bot = kept.start().await;
    let ann = bot.here("ann");
    // Together they take more CPU time than one call may, and more of the log.
    for _ in 0..4 {
        assert_eq!(
            bot.ends(&ann, "rogue", "/slow ms:60").await.text(),
            "took 60 ms"
        );
    }
    assert_eq!(
        state(&bot, &ann, "still").await,
        "call 1 of this instance: still"
    );
    assert_eq!(
        state(&bot, &ann, "here").await,
        "call 2 of this instance: still, here"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_the_same_time_never_mix_guilds() {
    let bot = kept_per_guild().await;
    let (ann, cleo) = (bot.here("ann"), bot.elsewhere("cleo"));
    let of_ann = (0..60).map(|_| said(&ann, "ann"));
    let of_cleo = (0..60).map(|_| said(&cleo, "cleo"));
    let (of_ann, of_cleo) = tokio::join!(join_all(of_ann), join_all(of_cleo));
    assert!(
        of_ann.iter().all(|said| !said.contains("cleo")),
        "{of_ann:?}"
    );
    assert!(
        of_cleo.iter().all(|said| !said.contains("ann")),
        "{of_cleo:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_64_guilds_are_kept() {
    let bot = kept_per_guild().await;
    let ann = bot.here("ann");
    state(&bot, &ann, "first").await;
    for _ in 0..64 {
        state(&bot, &bot.elsewhere("cleo"), "x").await;
    }
    assert_eq!(
        state(&bot, &ann, "again").await,
        "call 1 of this instance: again"
    );
}
