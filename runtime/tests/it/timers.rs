//! Timers: what fires when, once, and what happens when the bot is down, the clock jumps, or the
//! bot is not in the guild any more.
//!
//! `clockwork` sets them by command, and says in the channel which one fired. No test waits for a
//! timer: it moves the clock.

use std::time::Duration;

use cogbox::store::{Repeat, Timer, TimerKey};
use cogbox_emulator::Here;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup, eventually};

const HOUR: i64 = 3_600;

#[tokio::test(flavor = "multi_thread")]
async fn once_is_once_and_late_is_late() {
    let bot = Bot::with(&["clockwork"]).await;
    let (ann, now) = (bot.here("ann"), now(&bot));
    ann.runs("/after name:now seconds:0").await;
    fires(&ann, &["now"]).await;
    ann.runs("/after name:tea seconds:300").await;
    ann.runs(&format!("/at name:cake time:{}", now + 7_200))
        .await;
    ann.runs(&format!("/at name:past time:{}", now - 7_200))
        .await;
    fires(&ann, &["now", "past"]).await;
    assert_snapshot!(ann.runs("/waiting").await.text(), @"2 wait: cake in 120 min, tea in 5 min");
    bot.app.services.clock.jump(HOUR);
    fires(&ann, &["now", "past", "tea"]).await;
    assert_snapshot!(ann.runs("/waiting").await.text(), @"1 wait: cake in 60 min");
    // Back and forth again: nothing fires a second time.
    bot.app.services.clock.jump(-2 * HOUR);
    bot.app.services.clock.jump(3 * HOUR);
    fires(&ann, &["now", "past", "tea", "cake"]).await;
    assert_snapshot!(ann.runs("/waiting").await.text(), @"0 wait: ");
    bot.counts(&calls("ok"), 4.0).await;
    let late = r#"cogbox_timer_lateness_seconds_count{cog="clockwork"}"#;
    assert_eq!(bot.metric(late), 4.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_recurs_fires_once_for_all_it_missed_and_keeps_its_rhythm() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    ann.runs("/every name:bell seconds:3600").await;
    ann.runs("/cron name:noon expression:0 12 * * * zone:Asia/Tokyo")
        .await;
    for (hours, bells) in [(1, 1), (10, 2), (1, 3)] {
        bot.app.services.clock.jump(hours * HOUR + 1);
        bells_ring(&ann, bells).await;
    }
    // Three seconds past the hour, so the next bell is in the twelfth hour still.
    assert_eq!(ann.runs("/rung name:bell").await.text(), "3 times");
    bot.app.services.clock.jump(24 * HOUR);
    bells_ring(&ann, 4).await;
    assert!(eventually(|| says(&ann).contains(&"noon fired".to_owned())).await);
    let waiting = ann.runs("/waiting").await;
    assert!(
        waiting
            .text()
            .starts_with("2 wait: bell in 60 min, noon in"),
        "{}",
        waiting.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rhythm_goes_on_when_the_clock_is_set_back() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    ann.runs("/every name:bell seconds:600").await;
    bot.app.services.clock.jump(-300 * 24 * HOUR);
    let pulled = async || ann.runs("/waiting").await.text() == "1 wait: bell in 10 min";
    while !pulled().await {}
    bot.app.services.clock.jump(601);
    bells_ring(&ann, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn timers_are_cancelled_and_set_anew() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    let said = said(
        &ann,
        &[
            "/after name:tea seconds:60",
            "/after name:tea seconds:600",
            "/after name:cake seconds:60",
            "/waiting",
            "/cancel name:cake",
            "/cancel name:cake",
            "/cancel name:never",
            "/waiting",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /after name:tea seconds:60 -> set
    /after name:tea seconds:600 -> set
    /after name:cake seconds:60 -> set
    /waiting -> 2 wait: cake in 1 min, tea in 10 min
    /cancel name:cake -> true
    /cancel name:cake -> false
    /cancel name:never -> false
    /waiting -> 1 wait: tea in 10 min
    ");
    bot.app.services.clock.jump(60);
    ann.runs("/after name:done seconds:0").await;
    fires(&ann, &["done"]).await;
    bot.app.services.clock.jump(541);
    fires(&ann, &["done", "tea"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_missed_while_the_bot_was_down_fires_once() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    // The bot lives some hours ago, and is started again now.
    bot.app.services.clock.jump(-10 * HOUR);
    ann.runs("/after name:tea seconds:3600").await;
    ann.runs("/after name:cake seconds:86400").await;
    ann.runs("/every name:bell seconds:3600").await;
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["clockwork"]).start_on(discord, data).await;
    let ann = bot.here("ann");
    bot.counts(&calls("ok"), 2.0).await;
    let mut fired = says(&ann);
    fired.retain(|line| line.ends_with("fired"));
    fired.sort();
    assert_eq!(fired, ["bell fired", "tea fired"]);
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["clockwork"]).start_on(discord, data).await;
    let ann = bot.here("ann");
    ann.runs("/after name:done seconds:0").await;
    bot.counts(&calls("ok"), 1.0).await;
    assert_eq!(ann.runs("/rung name:tea").await.text(), "1 times");
    assert_eq!(ann.runs("/rung name:bell").await.text(), "1 times");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_cut_off_is_not_made_again() {
    let mut setup = Setup::with(&["clockwork"]);
    setup.deadlines.drain = Duration::from_millis(50);
    let bot = setup.start().await;
    let ann = bot.here("ann");
    let wait = json!({ "message": "Slow down.", "retry_after": 30.0 });
    bot.discord
        .fail_next("POST", "/channels/*/messages", 429, wait);
    ann.runs("/after name:tea seconds:0").await;
    bot.discord.request(|request| request.status == 429).await;
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["clockwork"]).start_on(discord, data).await;
    let ann = bot.here("ann");
    ann.runs("/after name:cake seconds:0").await;
    fires(&ann, &["cake"]).await;
    assert_eq!(ann.runs("/rung name:tea").await.text(), "1 times");
    assert_snapshot!(ann.runs("/waiting").await.text(), @"0 wait: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_that_crashes_its_cog_does_so_once() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    ann.runs("/after name:crash seconds:0").await;
    bot.counts(&calls("trap"), 1.0).await;
    ann.runs("/after name:tea seconds:0").await;
    fires(&ann, &["tea"]).await;
    assert_eq!(bot.metric(&calls("trap")), 1.0);
    assert_snapshot!(ann.runs("/waiting").await.text(), @"0 wait: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn guilds_have_timers_of_their_own() {
    let bot = Bot::with(&["clockwork"]).await;
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    let dm = bot.discord.person("ann").in_dm();
    ann.runs("/after name:tea seconds:60").await;
    there.runs("/after name:tea seconds:600").await;
    dm.runs("/after name:tea seconds:600").await;
    assert_snapshot!(there.runs("/waiting").await.text(), @"1 wait: tea in 10 min");
    assert_snapshot!(there.runs("/cancel name:tea").await.text(), @"true");
    // Outside of guilds, each person has their own.
    let ben = bot.discord.person("ben").in_dm();
    assert_snapshot!(ben.runs("/cancel name:tea").await.text(), @"false");
    assert_snapshot!(dm.runs("/waiting").await.text(), @"1 wait: tea in 10 min");
    bot.app.services.clock.jump(61);
    fires(&ann, &["tea"]).await;
    bot.app.services.clock.jump(HOUR);
    bot.counts(&calls("ok"), 2.0).await;
    assert_snapshot!(ann.runs("/rung name:tea").await.text(), @"2 times");

    // Neither another guild's nor those of none are within a guild's reach, and the other way round.
    let other = bot.discord.guild("Elsewhere").id;
    let here = bot.discord.guild("Cogbox Lab").id;
    let abroad = format!("/after name:x seconds:0 guild:{other}");
    let inward = format!("/after name:x seconds:0 guild:{here}");
    let reach = [
        ann.runs(&abroad).await,
        ann.runs("/after name:x seconds:0 guild:none").await,
        ann.runs("/cancel name:x guild:none").await,
        ann.runs(&format!("/waiting guild:{other}")).await,
        ann.runs("/after name:x seconds:0 guild:home").await,
        dm.runs(&inward).await,
    ]
    .map(|answer| answer.text().to_owned());
    assert_snapshot!(reach.join("\n"), @r"
    ErrorKind::Denied: this call came from another guild, and stays in it
    ErrorKind::Denied: this call came from a server: name that server as the timer's
    ErrorKind::Denied: this call came from a server: name that server as the timer's
    ErrorKind::Denied: this call came from another guild, and stays in it
    ErrorKind::Invalid: `home` is not the id of a guild
    ErrorKind::Denied: this call came from no guild, and reaches none
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn timers_of_a_guild_that_the_bot_left_wait() {
    let bot = Bot::with(&["clockwork"]).await;
    let (ann, there) = (bot.here("ann"), bot.elsewhere("ann"));
    there.runs("/after name:theirs seconds:60").await;
    ann.runs("/after name:ours seconds:60").await;
    let other = bot.discord.guild("Elsewhere");
    other.remove_bot();
    let cache = &bot.app.services.cache;
    assert!(eventually(|| !cache.is_in(other.id.0.into())).await);
    bot.app.services.clock.jump(HOUR);
    fires(&ann, &["ours"]).await;
    let waiting = r#"cogbox_timers{cog="clockwork"}"#;
    bot.counts(waiting, 1.0).await;
    bot.counts(&calls("ok"), 1.0).await;
    let store = &bot.app.services.store;
    let theirs = store
        .timers_of("clockwork", other.id.0, 0, 10)
        .await
        .unwrap();
    assert_eq!(theirs.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_refused_in_a_sentence() {
    let bot = Bot::with(&["clockwork"]).await;
    let ann = bot.here("ann");
    let long = format!("/after name:{} seconds:1", "n".repeat(101));
    let said = said(
        &ann,
        &[
            &long,
            "/after name:x seconds:600 size:4096",
            "/after name:x seconds:1 size:4097",
            "/every name:x seconds:9",
            "/after name:x seconds:4294967295",
            "/cron name:x expression:every day",
            "/cron name:x expression:0 12 * * * zone:Mars/Olympus",
        ],
    )
    .await;
    assert_snapshot!(said, @r"
    /after name:nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn -> ErrorKind::Invalid: a timer's name has at most 100 bytes; this one has 101
    /after name:x seconds:600 size:4096 -> set
    /after name:x seconds:1 size:4097 -> ErrorKind::Invalid: a timer's payload has at most 4096 bytes; this one has 4097
    /every name:x seconds:9 -> ErrorKind::Invalid: a timer fires every 10 seconds at most; this one would every 9
    /after name:x seconds:4294967295 -> ErrorKind::Invalid: a timer is due within five years at most; this one would be later (times are in seconds)
    /cron name:x expression:every day -> ErrorKind::Invalid: `every day` is not a cron expression of five fields, such as `30 8 * * MON-FRI`: Invalid pattern: Pattern must have 5 fields when seconds are disallowed
    /cron name:x expression:0 12 * * * zone:Mars/Olympus -> ErrorKind::Invalid: `Mars/Olympus` is not a time zone, such as Europe/Berlin
    ");
    let guild = bot.discord.guild("Cogbox Lab").id.0;
    for n in 0..999 {
        put(&bot, &format!("{n:03}"), guild, Repeat::Every(HOUR * 1_000)).await;
    }
    assert_snapshot!(ann.runs("/after name:one-more seconds:60").await.text(), @"ErrorKind::Quota: the cog has 1000 timers in this server already; cancel one first");
    // In place of another, there is room.
    assert_snapshot!(ann.runs("/after name:000 seconds:60").await.text(), @"set");
    let all = ann.runs("/waiting").await;
    assert!(all.text().starts_with("1000 wait: "), "{}", all.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_at_once_than_a_lane_holds_all_fire_once() {
    let bot = Setup::with(&["clockwork"])
        .cog("clockwork", |cog| cog.limits.cpu_share = 64.0)
        .start()
        .await;
    let ann = bot.here("ann");
    bot.app.services.clock.jump(-HOUR);
    // A look that is under way still has the time before.
    tokio::time::sleep(Duration::from_millis(500)).await;
    for n in 0..300 {
        put(&bot, &format!("{n:03}"), 0, Repeat::Once).await;
    }
    assert_eq!(bot.metric(&calls("ok")), 0.0);
    bot.app.services.clock.jump(HOUR);
    bot.counts(&calls("ok"), 300.0).await;
    bot.counts(r#"cogbox_timers{cog="clockwork"}"#, 0.0).await;
    for name in ["000", "150", "299"] {
        let rung = ann.runs(&format!("/rung name:{name}")).await;
        assert_eq!(rung.text(), "1 times");
    }
}

/// Puts a timer of `clockwork` into the database, due in ten minutes.
async fn put(bot: &Bot, name: &str, guild: u64, repeat: Repeat) {
    let services = &bot.app.services;
    let timer = Timer {
        key: TimerKey {
            cog: "clockwork".to_owned(),
            guild,
            user: 0,
            name: name.to_owned(),
        },
        due: services.clock.millis() + 600_000,
        repeat,
    };
    let channel = bot.here("ann").channel.to_string();
    let set = services.store.set_timer(&timer, channel.as_bytes(), 2_000);
    assert!(set.await.unwrap());
}

fn now(bot: &Bot) -> i64 {
    bot.app.services.clock.millis() / 1_000
}

fn calls(outcome: &str) -> String {
    format!(
        "cogbox_cog_calls_total{{cog=\"clockwork\",export=\"timers.fired\",outcome=\"{outcome}\"}}"
    )
}

/// What the bot said in a channel by itself.
fn says(here: &Here) -> Vec<String> {
    let transcript = here.channel().transcript_for(here);
    let lines = transcript.lines();
    let said = lines.filter_map(|line| line.strip_prefix("Cogbox: "));
    said.map(str::to_owned).collect()
}

/// Waits until these timers and no others have said that they fired.
async fn fires(here: &Here, names: &[&str]) {
    let expected: Vec<_> = names.iter().map(|name| format!("{name} fired")).collect();
    let fired = || {
        let mut said = says(here);
        said.retain(|line| line.ends_with(" fired"));
        said
    };
    for _ in 0..2 {
        if eventually(|| fired().len() >= expected.len()).await {
            break;
        }
    }
    assert_eq!(fired(), expected);
}

async fn bells_ring(here: &Here, count: usize) {
    let bells = || {
        says(here)
            .iter()
            .filter(|line| *line == "bell fired")
            .count()
    };
    assert!(eventually(|| bells() >= count).await, "{} bells", bells());
    assert_eq!(bells(), count);
}

/// Runs the commands one after the other and returns what was answered to each.
async fn said(here: &Here, commands: &[&str]) -> String {
    let mut lines = Vec::new();
    for typed in commands {
        let answer = here.runs(typed).await;
        let typed: String = typed.chars().take(60).collect();
        lines.push(format!("{typed} -> {}", answer.text()));
    }
    lines.join("\n")
}
