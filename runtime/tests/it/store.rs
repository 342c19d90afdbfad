//! The store, as a cog meets it: scopes, quotas, the two atomic steps, and what outlives a restart.

use cogbox::store::Scope;
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_until_they_are_deleted() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let said = said(
        &ann,
        &[
            "/store get scope:Guild key:pet",
            "/store set scope:Guild key:pet value:cat",
            "/store set scope:Guild key:pet value:dog",
            "/store get scope:Guild key:pet",
            "/store delete scope:Guild key:pet",
            "/store delete scope:Guild key:pet",
            "/store get scope:Guild key:pet",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /store get scope:Guild key:pet -> nothing
    /store set scope:Guild key:pet value:cat -> written
    /store set scope:Guild key:pet value:dog -> written
    /store get scope:Guild key:pet -> dog
    /store delete scope:Guild key:pet -> deleted
    /store delete scope:Guild key:pet -> deleted
    /store get scope:Guild key:pet -> nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_kept_apart() {
    let bot = Bot::with(&["rogue", "counter"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    for scope in ["Global", "Guild", "User", "Member"] {
        ann.runs(&format!("/store set scope:{scope} key:k value:{scope}"))
            .await;
    }
    let reads = ["Global", "Guild", "User", "Member"]
        .map(|scope| format!("/store get scope:{scope} key:k"));
    let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
    assert_snapshot!(said(&ann, &reads).await, @r"
    /store get scope:Global key:k -> Global
    /store get scope:Guild key:k -> Guild
    /store get scope:User key:k -> User
    /store get scope:Member key:k -> Member
    ");
    // Of another person, in another server, and in direct messages.
    assert_snapshot!(said(&ben, &reads).await, @r"
    /store get scope:Global key:k -> Global
    /store get scope:Guild key:k -> Guild
    /store get scope:User key:k -> nothing
    /store get scope:Member key:k -> nothing
    ");
    let there = bot.elsewhere("ann");
    assert_snapshot!(said(&there, &reads).await, @r"
    /store get scope:Global key:k -> Global
    /store get scope:Guild key:k -> nothing
    /store get scope:User key:k -> User
    /store get scope:Member key:k -> nothing
    ");
    let dm = bot.discord.person("ann").in_dm();
    assert_snapshot!(said(&dm, &reads).await, @r"
    /store get scope:Global key:k -> Global
    /store get scope:Guild key:k -> This works only in a server, not in direct messages.
    /store get scope:User key:k -> User
    /store get scope:Member key:k -> This works only in a server, not in direct messages.
    ");
    // And of another cog.
    ann.runs("/count").await;
    assert_snapshot!(said(&ann, &["/store get scope:Guild key:total"]).await, @"/store get scope:Guild key:total -> nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_guilds_keys_are_out_of_reach() {
    let bot = Bot::with(&["rogue"]).await;
    let other = bot.discord.add_guild("Elsewhere", &["lobby"], &["ann"]);
    let there = bot
        .discord
        .person("ann")
        .in_channel(&other.channel("lobby"));
    there
        .runs("/store set scope:Guild key:secret value:42")
        .await;
    let ann = bot.here("ann");
    let typed = format!("/abroad guild:{} channel:{}", other.id, ann.channel);
    let tried = ann.runs(&typed).await;
    let line = tried
        .text()
        .lines()
        .find(|line| line.starts_with("store.get"))
        .unwrap();
    assert_snapshot!(line, @"store.get: denied: this call came from another guild, and stays in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_counts_and_refuses_what_is_no_number() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let said = said(
        &ann,
        &[
            "/store add scope:Guild key:n delta:5",
            "/store add scope:Guild key:n delta:-7",
            "/store get scope:Guild key:n",
            "/store set scope:Guild key:n value:many",
            "/store add scope:Guild key:n delta:1",
            "/store get scope:Guild key:n",
            "/store set scope:Guild key:n value:9223372036854775807",
            "/store add scope:Guild key:n delta:1",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /store add scope:Guild key:n delta:5 -> 5
    /store add scope:Guild key:n delta:-7 -> -2
    /store get scope:Guild key:n -> -2
    /store set scope:Guild key:n value:many -> written
    /store add scope:Guild key:n delta:1 -> invalid: `n` is not a whole number
    /store get scope:Guild key:n -> many
    /store set scope:Guild key:n value:9223372036854775807 -> written
    /store add scope:Guild key:n delta:1 -> invalid: 9223372036854775807 plus 1 does not fit into 64 bits
    ");
    let all = join_all((0..50).map(|_| ann.runs("/store add scope:User key:n delta:2"))).await;
    assert!(all.iter().any(|answer| answer.text() == "100"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_writes_only_over_what_it_expects() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let said = said(
        &ann,
        &[
            "/store swap scope:Guild key:s old:a new:b",
            "/store swap scope:Guild key:s new:a",
            "/store swap scope:Guild key:s new:c",
            "/store swap scope:Guild key:s old:a new:b",
            "/store get scope:Guild key:s",
            "/store swap scope:Guild key:s old:b",
            "/store get scope:Guild key:s",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /store swap scope:Guild key:s old:a new:b -> false
    /store swap scope:Guild key:s new:a -> true
    /store swap scope:Guild key:s new:c -> false
    /store swap scope:Guild key:s old:a new:b -> true
    /store get scope:Guild key:s -> b
    /store swap scope:Guild key:s old:b -> true
    /store get scope:Guild key:s -> nothing
    ");
    // Of many who want the same place, one gets it.
    let typed = "/store swap scope:Guild key:place new:mine";
    let all = join_all((0..30).map(|_| ann.runs(typed))).await;
    let won = all.iter().filter(|answer| answer.text() == "true").count();
    assert_eq!(won, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_in_key_order_and_keeps_to_its_prefix() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    for key in ["b/2", "a/9", "b/10", "c", "b/1", "b0", "ä/1", "B/3"] {
        ann.runs(&format!("/store set scope:Guild key:{key} value:x"))
            .await;
    }
    let said = said(
        &ann,
        &[
            "/store scan scope:Guild",
            "/store scan scope:Guild prefix:b/",
            "/store scan scope:Guild prefix:ä",
            "/store scan scope:Guild prefix:z",
            "/store scan scope:User",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /store scan scope:Guild -> 8 keys: B/3=x, a/9=x, b/1=x, b/10=x, b/2=x, b0=x, c=x, ä/1=x
    /store scan scope:Guild prefix:b/ -> 3 keys: b/1=x, b/10=x, b/2=x
    /store scan scope:Guild prefix:ä -> 1 keys: ä/1=x
    /store scan scope:Guild prefix:z -> 0 keys:
    /store scan scope:User -> 0 keys:
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_goes_on_past_a_page() {
    let bot = Bot::with(&["rogue"]).await;
    let (ann, store) = (bot.here("ann"), &bot.app.services.store);
    // More keys than one page has.
    let global = Scope { guild: 0, user: 0 };
    for n in 0..1_100 {
        let key = format!("{n:04}");
        let written = store.set("rogue", global, &key, b"", u64::MAX);
        written.await.unwrap();
    }
    let found = ann.runs("/store scan scope:Global").await;
    let begins = "1100 keys: 0000=, 0001=, 0002=,";
    assert!(found.text().starts_with(begins), "{}", found.text());
    // More bytes than one page holds.
    let own = Scope {
        guild: 0,
        user: ann.id.0,
    };
    for n in 0..20 {
        let (key, value) = (format!("{n:02}"), vec![b'x'; 60_000]);
        let written = store.set("rogue", own, &key, &value, u64::MAX);
        written.await.unwrap();
    }
    let page = store.scan("rogue", own, "", None, 1_000).await.unwrap();
    assert!((1..20).contains(&page.len()), "one page held them all");
    let found = ann.runs("/store scan scope:User").await;
    assert!(found.text().starts_with("20 keys: "), "{}", found.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_values_have_a_length() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let fits = format!("/store set scope:Guild key:{} value:x", "k".repeat(512));
    let long = format!("/store set scope:Guild key:{} value:x", "k".repeat(513));
    assert_snapshot!(said(&ann, &[&fits, &long]).await, @r"
    /store set scope:Guild key:kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -> written
    /store set scope:Guild key:kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -> invalid: a key has at most 512 bytes; this one has 513
    ");
    // 64 KiB is the most; the host refuses before it writes.
    let huge = ann.runs("/huge to:Store megabytes:1").await;
    assert!(huge.text().contains("went wrong"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_guild_has_a_quota_of_its_own() {
    let bot = Setup::with(&["rogue"])
        .cog("rogue", |rogue| rogue.limits.storage = 100)
        .start()
        .await;
    let ann = bot.here("ann");
    let half = "x".repeat(49);
    let set = |scope: &str, key: &str| format!("/store set scope:{scope} key:{key} value:{half}");
    // A guild's members share its quota; a person and the bot have their own.
    let said_here = said(
        &ann,
        &[
            &set("Guild", "a"),
            &set("Member", "b"),
            &set("Guild", "c"),
            &set("Member", "d"),
            "/store add scope:Guild key:n delta:1",
            "/store swap scope:Guild key:s new:1",
            &set("User", "a"),
            &set("Global", "a"),
            // To write less, or as much as before, is always possible.
            &set("Guild", "a"),
            "/store set scope:Guild key:a value:x",
            "/store set scope:Guild key:c value:now it fits",
            "/store delete scope:Member key:b",
            &set("Guild", "d"),
        ],
    )
    .await;
    assert_snapshot!(said_here, @r"
    /store set scope:Guild key:a value:xxxxxxxxxxxxxxxxxxxxxxxxx -> written
    /store set scope:Member key:b value:xxxxxxxxxxxxxxxxxxxxxxxx -> written
    /store set scope:Guild key:c value:xxxxxxxxxxxxxxxxxxxxxxxxx -> quota: the cog's storage here is full (100 of 100 bytes); delete something first
    /store set scope:Member key:d value:xxxxxxxxxxxxxxxxxxxxxxxx -> quota: the cog's storage here is full (100 of 100 bytes); delete something first
    /store add scope:Guild key:n delta:1 -> quota: the cog's storage here is full (100 of 100 bytes); delete something first
    /store swap scope:Guild key:s new:1 -> quota: the cog's storage here is full (100 of 100 bytes); delete something first
    /store set scope:User key:a value:xxxxxxxxxxxxxxxxxxxxxxxxxx -> written
    /store set scope:Global key:a value:xxxxxxxxxxxxxxxxxxxxxxxx -> written
    /store set scope:Guild key:a value:xxxxxxxxxxxxxxxxxxxxxxxxx -> written
    /store set scope:Guild key:a value:x -> written
    /store set scope:Guild key:c value:now it fits -> written
    /store delete scope:Member key:b -> deleted
    /store set scope:Guild key:d value:xxxxxxxxxxxxxxxxxxxxxxxxx -> written
    ");
    let cleo = bot.elsewhere("cleo");
    assert_snapshot!(said(&cleo, &[&set("Guild", "a")]).await, @"/store set scope:Guild key:a value:xxxxxxxxxxxxxxxxxxxxxxxxx -> written");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_outlives_a_restart() {
    let bot = Bot::with(&["rogue", "counter"]).await;
    let ann = bot.here("ann");
    for scope in ["Global", "Guild", "User", "Member"] {
        ann.runs(&format!("/store set scope:{scope} key:k value:{scope}"))
            .await;
    }
    let count = ann.runs("/count").await;
    drop(ann);
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["rogue", "counter"])
        .start_on(discord, data)
        .await;
    let ann = bot.here("ann");
    let reads = ["Global", "Guild", "User", "Member"]
        .map(|scope| format!("/store get scope:{scope} key:k"));
    let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
    assert_snapshot!(said(&ann, &reads).await, @r"
    /store get scope:Global key:k -> Global
    /store get scope:Guild key:k -> Guild
    /store get scope:User key:k -> User
    /store get scope:Member key:k -> Member
    ");
    // A button from before the restart goes on where it was.
    let pressed = ann.clicks(&count, "+1").await;
    assert_eq!(pressed.text(), "This server has counted to **2**.");
    // The commands were as Discord had them.
    let writes = bot.discord.requests().into_iter();
    let writes = writes.filter(|r| r.path.ends_with("/commands") && r.method != "GET");
    assert_eq!(writes.count(), 1);
}

/// Runs the commands one after the other and returns what was answered to each.
async fn said(here: &cogbox_emulator::Here, commands: &[&str]) -> String {
    let mut lines = Vec::new();
    for typed in commands {
        let answer = here.runs(typed).await;
        let typed: String = typed.chars().take(60).collect();
        lines.push(format!("{typed} -> {}", answer.text()));
    }
    lines.join("\n")
}
