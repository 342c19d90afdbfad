//! Events: what reaches which cog, in which order, and what is dropped.
//!
//! `rogue` answers messages that begin with `rogue:`; `keyhole` answers every message with what it
//! could read of it, and does not ask for the content.

use cogbox_emulator::Here;
use futures_util::future::join_all;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup, eventually};

/// The series of the cog's calls for messages that ended well.
pub fn calls(cog: &str) -> String {
    format!(
        "cogbox_cog_calls_total{{cog=\"{cog}\",export=\"message-created.created\",outcome=\"ok\"}}"
    )
}

pub fn read(here: &Here) -> String {
    here.channel().transcript_for(here)
}

/// What the bot wrote, line by line.
pub fn echoes(here: &Here) -> Vec<String> {
    let text = read(here);
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("Cogbox: "));
    lines.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_guild_come_in_their_order() {
    let bot = Bot::with(&["rogue"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let bots = bot.discord.guild("Cogbox Lab").channel("bots");
    let elsewhere = bot.discord.person("ben").in_channel(&bots);
    let said: Vec<String> = (0..30).map(|n| format!("word {n}")).collect();
    for (n, word) in said.iter().enumerate() {
        // Two people in two channels: order is the guild's.
        let here = [&ann, &ben, &elsewhere][n % 3];
        here.says(&format!("rogue: {word}")).await;
    }
    bot.counts(&calls("rogue"), 30.0).await;
    let sent = bot.discord.requests().into_iter();
    let sent = sent.filter(|r| r.method == "POST" && r.path.ends_with("/messages"));
    let sent: Vec<_> = sent
        .map(|r| r.body["content"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(sent, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_does_not_hear_itself() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    // What it echoes begins with `rogue:` again.
    ann.says("rogue: rogue: rogue: hello").await;
    assert!(eventually(|| echoes(&ann).len() == 1).await);
    ann.says("rogue: done").await;
    bot.counts(&calls("rogue"), 2.0).await;
    assert_snapshot!(read(&ann), @r"
    ann: rogue: rogue: rogue: hello
    Cogbox: rogue: rogue: hello
    ann: rogue: done
    Cogbox: done
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_reads_only_what_it_asked_for() {
    // The bot has the content of messages, because `rogue` asks for it; `keyhole` does not.
    let bot = Bot::with(&["keyhole", "rogue"]).await;
    let ann = bot.here("ann");
    let me = bot.app.services.cache.me().unwrap().id;
    ann.says("my secret").await;
    bot.counts(&calls("keyhole"), 1.0).await;
    // What is said to the bot is for all its cogs.
    ann.says(&format!("<@{me}> hello")).await;
    bot.counts(&calls("keyhole"), 2.0).await;
    ann.says("rogue: still heard").await;
    bot.counts(&calls("keyhole"), 3.0).await;
    bot.counts(&calls("rogue"), 3.0).await;
    let mut heard = echoes(&ann);
    heard.sort();
    assert_snapshot!(heard.join("\n").replace(&me.to_string(), "…"), @r"
    read `<@…> hello`, and 0 embeds
    read ``, and 0 embeds
    read ``, and 0 embeds
    still heard
    ");

    let dm = bot.discord.person("ben").in_dm();
    dm.says("just between us").await;
    assert!(eventually(|| echoes(&dm).len() == 1).await);
    assert_snapshot!(read(&dm), @r"
    ben: just between us
    Cogbox: read `just between us`, and 0 embeds
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_cog_that_asks_discord_sends_no_content() {
    let bot = Bot::with(&["keyhole"]).await;
    let ann = bot.here("ann");
    ann.says("my secret").await;
    assert!(eventually(|| echoes(&ann).len() == 1).await);
    assert_snapshot!(read(&ann), @r"
    ann: my secret
    Cogbox: read ``, and 0 embeds
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_is_handled_once() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab").id.to_string();
    let message = message(&ann, &lab, "once, to nobody");
    bot.discord.dispatch_raw("MESSAGE_CREATE", &message);
    bot.discord.dispatch_raw("MESSAGE_CREATE", &message);
    // One more in the same lane, so that both have been looked at.
    ann.says("rogue: afterwards").await;
    assert!(eventually(|| echoes(&ann) == ["afterwards"]).await);
    // Two raw ones, ann's, and the bot's own echo.
    let received = r#"cogbox_gateway_events_total{event="MESSAGE_CREATE",shard="0"}"#;
    bot.counts(received, 4.0).await;
    bot.counts(&calls("rogue"), 2.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_makes_no_sense_ends_nothing() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    for nonsense in [
        json!({}),
        json!({ "id": "x" }),
        json!([]),
        json!("text"),
        json!(null),
    ] {
        bot.discord.dispatch_raw("MESSAGE_CREATE", &nonsense);
        bot.discord.dispatch_raw("INTERACTION_CREATE", &nonsense);
        bot.discord.dispatch_raw("GUILD_CREATE", &nonsense);
        bot.discord.dispatch_raw("SOMETHING_NEW", &nonsense);
    }
    ann.says("rogue: still here").await;
    assert!(eventually(|| echoes(&ann) == ["still here"]).await);
    assert_eq!(ann.runs("/ok").await.text(), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_lane_drops_what_comes_and_counts_it() {
    let bot = Setup::with(&["rogue"])
        .cog("rogue", |rogue| rogue.limits.cpu_share = 64.0)
        .start()
        .await;
    let ann = bot.here("ann");
    // The first message keeps the guild's lane busy for as long as Discord lets its echo wait.
    let wait = json!({ "message": "Slow down.", "retry_after": 3.0 });
    bot.discord
        .fail_next("POST", "/channels/*/messages", 429, wait);
    ann.says("rogue: first").await;
    bot.discord.request(|request| request.status == 429).await;
    for n in 0..300 {
        ann.says(&format!("filler {n}")).await;
    }
    // 256 wait, the rest is dropped; nobody else notices.
    bot.counts(
        r#"cogbox_cog_dropped_events_total{cog="rogue",reason="queue_full"}"#,
        44.0,
    )
    .await;
    assert_eq!(ann.runs("/ok").await.text(), "ok");
    bot.counts(&calls("rogue"), 257.0).await;
    assert!(echoes(&ann).contains(&"first".to_owned()));
    assert_eq!(
        bot.metric(r#"cogbox_gateway_dropped_events_total{kind="event"}"#),
        0.0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_call_in_one_guild_holds_up_no_other() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    let cleo = bot.elsewhere("cleo");
    let wait = json!({ "message": "Slow down.", "retry_after": 0.2 });
    bot.discord
        .fail_next("POST", "/channels/*/messages", 429, wait);
    ann.says("rogue: slow").await;
    bot.discord.request(|request| request.status == 429).await;
    ann.says("rogue: behind it").await;
    cleo.says("rogue: elsewhere").await;
    assert!(eventually(|| echoes(&cleo).len() == 1).await);
    assert_eq!(echoes(&ann).len(), 0, "the slow one was not slow");
    assert!(eventually(|| echoes(&ann).len() == 2).await);
    assert_eq!(echoes(&ann), ["slow", "behind it"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cog_that_fails_on_an_event_hears_of_the_next() {
    let bot = Bot::with(&["rogue"]).await;
    let ann = bot.here("ann");
    bot.discord.fail_next(
        "POST",
        "/channels/*/messages",
        403,
        json!({ "message": "Missing Access", "code": 50001 }),
    );
    ann.says("rogue: lost").await;
    ann.says("rogue: heard").await;
    assert!(eventually(|| echoes(&ann) == ["heard"]).await);
    let failed = calls("rogue").replace("\"ok\"", "\"error\"");
    bot.counts(&failed, 1.0).await;
    let all = join_all((0..5).map(|n| ann.says(&format!("rogue: {n}")))).await;
    assert!(eventually(|| echoes(&ann).len() == 1 + all.len()).await);
}

/// A message as Discord would send it.
pub fn message(here: &Here, guild: &str, content: &str) -> serde_json::Value {
    let author = json!({ "id": here.id.to_string(), "username": "ann", "discriminator": "0",
        "avatar": null });
    json!({
        "id": "1234567890123456789", "channel_id": here.channel.to_string(), "guild_id": guild,
        "type": 0, "content": content, "author": author, "channel_type": 0, "flags": 0,
        "timestamp": "2024-01-01T00:00:00+00:00", "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
        "embeds": [], "pinned": false,
    })
}
