//! Choices that a cog offers while people type: who is asked, what reaches Discord, and how long
//! anybody waits.
//!
//! `typist` offers what the typed text says.

use std::time::Duration;

use cogbox::commands::check_completed;

use crate::harness::{Bot, Setup};

fn counted(outcome: &str) -> String {
    format!("cogbox_interactions_total{{cog=\"typist\",command=\"paint\",outcome=\"{outcome}\"}}")
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_offered_what_the_cog_offers() {
    let bot = Bot::with(&["typist", "counter"]).await;
    let ann = bot.here("ann");
    assert_eq!(ann.types("/paint colour:RED").await, ["red", "dark red"]);
    assert_eq!(ann.types("/paint colour:violet").await, [""; 0]);
    // A subcommand, in a server and in a direct message.
    bot.discord.person("ann").set_locale("de");
    assert_eq!(ann.types("/shop buy what:oil").await, ["oil in de, true"]);
    let dm = bot.discord.person("ann").in_dm();
    assert_eq!(dm.types("/shop buy what:oil").await, ["oil in de, false"]);
    bot.counts(&counted("ok"), 2.0).await;
    let series = r#"discord_event_on_interaction_total{command="paint",interaction="autocomplete",shard="0"}"#;
    bot.counts(series, 2.0).await;
    assert_eq!(
        ann.runs("/paint colour:red coats:2").await.text(),
        "2 coats of red, 0.5 mm"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_would_refuse_is_left_out() {
    let bot = Bot::with(&["typist"]).await;
    let ann = bot.here("ann");
    assert_eq!(ann.types("/paint colour:many").await.len(), 25);
    assert_eq!(ann.types("/paint colour:bad").await, ["good"]);
    assert_eq!(ann.types("/paint colour:red coats:2").await, ["two"]);
    assert_eq!(ann.types("/paint colour:red thick:2").await, ["thin"]);
    assert_eq!(bot.discord.invalid_requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_is_late_or_fails_offers_nothing() {
    let mut setup = Setup::with(&["typist"]).cog("typist", |typist| {
        typist.limits.cpu = Duration::from_secs(60);
        typist.limits.cpu_share = 64.0;
    });
    setup.deadlines.autocomplete = Duration::from_millis(300);
    let bot = setup.start().await;
    let ann = bot.here("ann");
    // Cut off long before its CPU time is used up: nothing would be answered within Discord's three seconds.
    assert_eq!(ann.types("/paint colour:slow").await, [""; 0]);
    bot.counts(&counted("late"), 1.0).await;
    assert_eq!(ann.types("/paint colour:fail").await, [""; 0]);
    bot.counts(&counted("error"), 1.0).await;
    assert_eq!(ann.types("/paint colour:trap").await, [""; 0]);
    bot.counts(&counted("trap"), 1.0).await;
    assert_eq!(ann.types("/paint colour:green").await, ["green"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_nobody_completes_is_refused() {
    let bot = Bot::with(&["typist"]).await;
    let mut commands = bot.cog("typist").commands.clone();
    assert_eq!(check_completed(&commands, true), Ok(()));
    let refused = check_completed(&commands, false).unwrap_err();
    assert_eq!(
        refused.what,
        "the option `colour` of the command `paint` is to be completed, and the cog does not export `autocomplete`"
    );
    commands.retain(|command| command.name != "paint");
    let refused = check_completed(&commands, false).unwrap_err();
    assert!(
        refused.what.contains("`what` of the command `shop`"),
        "{}",
        refused.what
    );
    commands.clear();
    assert_eq!(check_completed(&commands, false), Ok(()));
}
