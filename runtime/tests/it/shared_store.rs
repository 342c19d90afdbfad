//! The shared store: one cog under several names, with and without the bucket's grant.
//!
//! `teller` does what a message says, and every copy of it that runs answers.

use cogbox::config::{CogConfig, Grant};
use cogbox_emulator::Here;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup, component, eventually};

/// A bot with a copy of `teller` for each name, which is granted these buckets.
async fn tellers(granted: &[(&str, &[&str])]) -> Bot {
    let mut setup = Setup::with(&[]);
    for (name, buckets) in granted {
        let mut config = CogConfig::dev(component("teller"));
        let buckets = buckets.iter().map(|name| format!("shared-store.{name}"));
        let messages = std::iter::once("messages".to_owned());
        config.grant = Grant::Only(messages.chain(buckets).collect());
        setup.cogs.insert(name.to_string(), config);
    }
    setup.start().await
}

/// Says something, and returns what so many cogs answered, in alphabetical order.
async fn answers(here: &Here, said: &str, count: usize) -> String {
    let all = || {
        let transcript = here.channel().transcript_for(here);
        let lines = transcript
            .lines()
            .filter_map(|line| line.strip_prefix("Cogbox: "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = all().len();
    here.says(said).await;
    assert!(
        eventually(|| all().len() >= before + count).await,
        "{:?}",
        all()
    );
    let mut new = all().split_off(before);
    new.sort();
    new.join(" | ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_shared_by_those_who_are_granted_it() {
    let bot = tellers(&[
        ("teller-one", &["bank"]),
        ("teller-two", &["bank", "safe"]),
        ("stranger", &["other"]),
    ])
    .await;
    let ann = bot.here("ann");
    let mut lines = Vec::new();
    for said in [
        "teller add bank gold 5",
        "teller claim bank seat mine",
        "teller set safe code 1234",
        "teller get safe code -",
        "teller get bank code -",
        "teller scan bank s -",
        "teller delete bank seat -",
        "teller get Bank! gold -",
    ] {
        lines.push(format!("{said} -> {}", answers(&ann, said, 3).await));
    }
    assert_snapshot!(lines.join("\n"), @r"
    teller add bank gold 5 -> 10 | 5 | ErrorKind::Denied: the bucket `bank` is not granted to this cog
    teller claim bank seat mine -> ErrorKind::Denied: the bucket `bank` is not granted to this cog | false | true
    teller set safe code 1234 -> ErrorKind::Denied: the bucket `safe` is not granted to this cog | ErrorKind::Denied: the bucket `safe` is not granted to this cog | written
    teller get safe code - -> 1234 | ErrorKind::Denied: the bucket `safe` is not granted to this cog | ErrorKind::Denied: the bucket `safe` is not granted to this cog
    teller get bank code - -> ErrorKind::Denied: the bucket `bank` is not granted to this cog | nothing | nothing
    teller scan bank s - -> ErrorKind::Denied: the bucket `bank` is not granted to this cog | seat | seat
    teller delete bank seat - -> ErrorKind::Denied: the bucket `bank` is not granted to this cog | deleted | deleted
    teller get Bank! gold - -> ErrorKind::Denied: the bucket `Bank!` is not granted to this cog | ErrorKind::Denied: the bucket `Bank!` is not granted to this cog | ErrorKind::Denied: the bucket `Bank!` is not granted to this cog
    ");
    // A bucket has scopes as a store has.
    let there = bot.elsewhere("ann");
    assert_snapshot!(answers(&there, "teller get bank gold -", 3).await, @"ErrorKind::Denied: the bucket `bank` is not granted to this cog | nothing | nothing");
    let denied = r#"cogbox_cog_denied_total{cog="stranger",interface="shared-store"}"#;
    assert_eq!(bot.metric(denied), 9.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_is_the_buckets() {
    let bot = tellers(&[("teller-one", &["bank"]), ("teller-two", &["bank"])]).await;
    let ann = bot.here("ann");
    for n in 0..15 {
        answers(&ann, &format!("teller fill bank {n} 65536"), 2).await;
    }
    let full = answers(&ann, "teller fill bank last 65536", 2).await;
    assert_snapshot!(full, @"ErrorKind::Quota: the cog's storage here is full (983060 of 1048576 bytes); delete something first | ErrorKind::Quota: the cog's storage here is full (983060 of 1048576 bytes); delete something first");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_bucket_it_stays_out() {
    let bot = tellers(&[("teller", &[])]).await;
    let snapshot = bot.app.registry.snapshot();
    let (_, refusal) = snapshot.refused().next().unwrap();
    assert_snapshot!(refusal.to_string(), @r#"
    it asks for "shared-store.BUCKET", which it is not granted
      fix: if you trust it with that, write under [cogs.teller]: grant = ["messages", "shared-store.BUCKET"]
    "#);
}
