//! The stock cog `reminders`, as members use it. No test waits for a reminder: it moves the clock.

use std::time::Duration;

use cogbox_emulator::{Fault, Here};
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};
use crate::shown::patiently;

/// Friday the 27th of November 2026, 9:00 in UTC.
const FRIDAY: i64 = 1_795_770_000;
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const VIEW: u64 = 1 << 10;
const SEND: u64 = 1 << 11;

fn setup() -> Setup {
    let mut setup = Setup::with(&["reminders"]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

async fn bot() -> Bot {
    let bot = setup().start().await;
    bot.clock_shows(FRIDAY);
    bot
}

fn dm(bot: &Bot, person: &str) -> Here {
    bot.discord.person(person).in_dm()
}

/// Waits until somebody was reminded of something so often.
async fn reminded(bot: &Bot, here: &Here, of: &str, times: usize) {
    let count = || bot.transcript(here).matches(&format!("⏰{of}")).count();
    assert!(
        patiently(|| count() >= times).await,
        "{}",
        bot.transcript(here)
    );
    assert_eq!(count(), times);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_comes_in_the_channel_and_is_put_off_by_whom_it_is_for() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    assert_snapshot!(bot.all(&ann, &["/remind me when:in 2 hours what:Take the *cake* out"]).await, @r"
    /remind me when:in 2 hours what:Take the *cake* out
      ⏰ <t:…:f> (<t:…:R>), <#general>: Take the \*cake\* out (alone)
    ");
    assert_eq!(bot.transcript(&ben), "");
    bot.app.services.clock.jump(2 * HOUR + 1);
    bot.shows(&ben, "cake").await;
    let others = ben.clicks_newest("10 min").await;
    assert_snapshot!(bot.reads(&others), @"That is somebody else's reminder. `/remind me` sets one of yours. (alone)");
    ann.clicks_newest("10 min").await;
    bot.app.services.clock.jump(10 * MINUTE + 1);
    reminded(&bot, &ben, " <@ann> Take", 2).await;
    ann.clicks_newest("Done").await;
    bot.app.services.clock.jump(10 * DAY);
    assert_snapshot!(bot.transcript(&ben), @r"
    Cogbox: ⏰ <@ann> Take the *cake* out
      💤 Again <t:…:f>
      (edited)
    Cogbox: That is somebody else's reminder. `/remind me` sets one of yours.
      (only you can see this)
    Cogbox: ⏰ <@ann> Take the *cake* out
      ✅ Done
      (edited)
    ");
    // It pings whose it is, and nobody else.
    let sent = bot
        .discord
        .request(|request| request.path.ends_with("/messages"))
        .await;
    let pings = sent.body["allowed_mentions"].to_string();
    assert_snapshot!(bot.named(&pings), @r#"{"parse":[],"replied_user":false,"roles":[],"users":["ann"]}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_meant_on_one_s_own_clocks() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    assert_snapshot!(ann.types("/timezone zone:new y").await.join("\n"), @"America/New_York · 04:00");
    let said = [
        "/timezone",
        "/remind me when:tomorrow 9:00 what:In UTC",
        "/timezone zone:Tokyo",
        "/timezone zone:Atlantis",
        "/remind me when:tomorrow 9:00 what:In Tokyo",
    ];
    assert_snapshot!(bot.all(&ann, &said).await, @r"
    /timezone
      You have chosen no time zone, so this server's counts: **UTC**, where it is 09:00. `/timezone zone:` chooses yours. (alone)
    /remind me when:tomorrow 9:00 what:In UTC
      ⏰ <t:…:f> (<t:…:R>), <#general>: In UTC
      Your time zone is not known, so I took UTC. `/timezone` changes that. (alone)
    /timezone zone:Tokyo
      Your time zone is **Asia/Tokyo**, where it is 18:00. (alone)
    /timezone zone:Atlantis
      I know no time zone “Atlantis”. Type your city or one near you and pick what is offered, such as `Europe/Berlin`. (alone)
    /remind me when:tomorrow 9:00 what:In Tokyo
      ⏰ <t:…:f> (<t:…:R>), <#general>: In Tokyo (alone)
    ");
    bot.chooses(&ann, "reminders", "time-zone", "Europe/Berlin", true)
        .await;
    assert_snapshot!(bot.all(&ben, &["/timezone"]).await, @r"
    /timezone
      You have chosen no time zone, so this server's counts: **Europe/Berlin**, where it is 10:00. `/timezone zone:` chooses yours. (alone)
    ");
    assert_snapshot!(ben.types("/remind me when:fri").await.join("\n"), @r"
    fri → Friday, 2026-12-04, 09:00
    friday 18:30 → Friday, 2026-11-27, 18:30
    ");
    bot.discord.person("ben").set_locale("de");
    let offered = [
        ben.types("/remind me when:morgen um 7").await,
        ben.types("/remind me when:jeden").await,
        ben.types("/remind me when:balt").await,
    ];
    assert_snapshot!(offered.map(|offered| offered.join("\n")).join("\n\n"), @r"
    morgen um 7 → Samstag, 28.11.2026, 07:00

    jeden Tag um 9:00 → jeden Tag um 09:00, zuerst Samstag, 28.11.2026, 09:00
    jeden Montag um 9:00 → jede Woche Montag um 09:00, zuerst Montag, 30.11.2026, 09:00

    „balt“ verstehe ich in dieser Zeit nicht. Schreib `in 2 Stunden`, `morgen 9:00`, `Freitag 18:30`, `…
    ");
    // Saturday 0:00 in UTC is 9:00 in Tokyo.
    bot.clock_shows(FRIDAY + 15 * HOUR + 1);
    reminded(&bot, &ben, " <@ann> In Tokyo", 1).await;
    reminded(&bot, &ben, " <@ann> In UTC", 0).await;
    bot.clock_shows(FRIDAY + DAY + 1);
    reminded(&bot, &ben, " <@ann> In UTC", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_to_whoever_makes_them() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let said = [
        "/remind me when:soon what:x",
        "/remind me when:in 10 what:x",
        "/remind me when:5/6 what:x",
        "/remind me when:31.2. what:x",
        "/remind me when:yesterday what:x",
        "/remind me when:today 8:00 what:x",
        "/remind me when:2040-01-01 what:x",
        "/remind me when:friday monday what:x",
        "/remind me when:every 5 minutes what:x",
        "/remind list",
    ];
    assert_snapshot!(bot.all(&ann, &said).await, @r"
    /remind me when:soon what:x
      I don't understand “soon” in that time. Write `in 2 hours`, `tomorrow 9:00`, `friday 18:30`, `2027-01-05 14:00` or `every monday at 9`. (alone)
    /remind me when:in 10 what:x
      What is “10” in that time? Write `10 minutes`, `10 hours`, or `at 9:00`. (alone)
    /remind me when:5/6 what:x
      “5/6” is another day in other countries. Write `2027-01-05` or `5 january`. (alone)
    /remind me when:31.2. what:x
      There is no such day. (alone)
    /remind me when:yesterday what:x
      I don't understand “yesterday” in that time. Write `in 2 hours`, `tomorrow 9:00`, `friday 18:30`, `2027-01-05 14:00` or `every monday at 9`. (alone)
    /remind me when:today 8:00 what:x
      That is in the past. (alone)
    /remind me when:2040-01-01 what:x
      That is too far away: I look ahead five years. (alone)
    /remind me when:friday monday what:x
      Those times don't go together. Name one day and one time of it, such as `friday 18:30`; or `every monday and thursday at 9`. (alone)
    /remind me when:every 5 minutes what:x
      That is too often: at least 1 hour lies between two times here. (alone)
    /remind list
      No reminders of yours wait here. `/remind me` sets one. (alone)
    ");
    bot.discord.person("ann").set_locale("de");
    assert_snapshot!(bot.all(&ann, &["/remind me when:bald what:x"]).await, @r"
    /remind me when:bald what:x
      „bald“ verstehe ich in dieser Zeit nicht. Schreib `in 2 Stunden`, `morgen 9:00`, `Freitag 18:30`, `5.1.2027 14:00` oder `jeden Montag um 9`. (alone)
    ");
    assert_eq!(bot.transcript(&bot.here("ben")), "");
    assert!(bot.cog("reminders").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_repeats_goes_on_until_it_is_ended() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let set = ann
        .runs("/remind me when:every day at 10 what:Stretch")
        .await;
    assert_snapshot!(bot.reads(&set), @r"
    ⏰ <t:…:f> (<t:…:R>), <#general>: Stretch
    🔁 every day at 10:00
    Your time zone is not known, so I took UTC. `/timezone` changes that. (alone)
    ");
    bot.clock_shows(FRIDAY + HOUR + 1);
    reminded(&bot, &ben, " <@ann> Stretch", 1).await;
    // Three days without the bot's clock are told once.
    bot.clock_shows(FRIDAY + 3 * DAY + 2 * HOUR);
    reminded(&bot, &ben, " <@ann> Stretch", 2).await;
    bot.shows(&ben, "I was not there in time").await;
    bot.clock_shows(FRIDAY + 4 * DAY + HOUR + 1);
    reminded(&bot, &ben, " <@ann> Stretch", 3).await;
    ann.clicks_newest("No more").await;
    bot.clock_shows(FRIDAY + 9 * DAY);
    assert_snapshot!(bot.all(&ann, &["/remind list"]).await, @r"
    /remind list
      No reminders of yours wait here. `/remind me` sets one. (alone)
    ");
    reminded(&bot, &ben, " <@ann> Stretch", 3).await;
    assert!(
        bot.transcript(&ben)
            .ends_with("🔕 This was the last time.\n  (edited)\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_have_reminders_of_their_own() {
    let bot = bot().await;
    let people = ["ann", "ben"].map(|name| dm(&bot, name));
    join_all(
        people
            .iter()
            .map(|here| here.runs("/remind me when:1h what:Call home")),
    )
    .await;
    bot.here("ann")
        .runs("/remind me when:3h what:In the server")
        .await;
    bot.app.services.clock.jump(HOUR + 1);
    for here in &people {
        reminded(&bot, here, " Call home", 1).await;
    }
    let [ann, ben] = people;
    ann.clicks_newest("1 h").await;
    let list = ann.runs("/remind list").await;
    assert_eq!(
        list.message()["embeds"][0]["footer"]["text"],
        "One reminder"
    );
    bot.app.services.clock.jump(HOUR + 1);
    reminded(&bot, &ann, " Call home", 2).await;
    assert_eq!(bot.transcript(&ben).matches("Call home").count(), 2);
    assert_snapshot!(bot.transcript(&ann), @r"
    ann used /remind me
    Cogbox: ⏰ <t:…:f> (<t:…:R>), by direct message: Call home
      [Remove]
      (only you can see this)
    Cogbox: ⏰ Call home
      💤 Again <t:…:f>
      (edited)
    ann used /remind list
    Cogbox: | Your reminders
      | <t:…:f> · Call home · by direct message
      | One reminder
      [Remove… ▾]
      (only you can see this)
    Cogbox: ⏰ Call home
      [10 min] [1 h] [1 day] [Done]
    ");
    assert_eq!(bot.transcript(&bot.here("ben")), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_server_it_comes_by_direct_message_where_that_is_chosen() {
    let bot = bot().await;
    let (ann, ben, ann_dm) = (bot.here("ann"), bot.here("ben"), dm(&bot, "ann"));
    ann.runs("/remind me when:1h what:Secret where:By direct message")
        .await;
    ann.runs("/remind me when:every day at 10:00 what:Vitamins where:By direct message")
        .await;
    bot.app.services.clock.jump(HOUR + 1);
    reminded(&bot, &ann_dm, " Secret", 1).await;
    reminded(&bot, &ann_dm, " Vitamins", 1).await;
    // Ended out there, it does not come again, and is in no list of the server.
    ann_dm.clicks_newest("No more").await;
    assert_snapshot!(bot.all(&ann, &["/remind list"]).await, @r"
    /remind list
      No reminders of yours wait here. `/remind me` sets one. (alone)
    ");
    bot.app.services.clock.jump(DAY);
    assert_eq!(bot.transcript(&ann_dm).matches("⏰ Vitamins").count(), 1);

    // Whoever takes no direct messages is told in the channel, and not of what.
    bot.discord.person("ann").blocks_bot(true);
    ann.runs("/remind me when:1h what:Secret where:By direct message")
        .await;
    bot.app.services.clock.jump(HOUR + 1);
    bot.shows(&ben, "a reminder of yours is due").await;
    let shown = [
        ben.clicks_newest("Show").await,
        ann.clicks_newest("Show").await,
    ];
    assert_snapshot!(shown.map(|shown| bot.reads(&shown)).join("\n"), @r"
    That is somebody else's reminder. `/remind me` sets one of yours. (alone)
    ⏰ Secret (alone)
    ");
    assert!(!bot.transcript(&ben).contains("Secret"));
    bot.discord.person("ann").blocks_bot(false);

    // The server may want it so for all, and who may not write in a channel is not written about.
    bot.chooses(&ann, "reminders", "channels", "Off", false)
        .await;
    assert_snapshot!(bot.all(&ann, &["/remind me when:1h what:x"]).await, @r"
    /remind me when:1h what:x
      ⏰ <t:…:f> (<t:…:R>), by direct message: x
      Reminders come by direct message in this server. (alone)
    ");
    bot.chooses(&ann, "reminders", "channels", "On", false)
        .await;
    ben.channel().set_everyone(VIEW, SEND);
    assert_snapshot!(bot.all(&ben, &["/remind me when:1h what:x"]).await, @r"
    /remind me when:1h what:x
      ⏰ <t:…:f> (<t:…:R>), by direct message: x
      You may not write here, so it comes by direct message. (alone)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_closed_is_no_reason_to_forget() {
    let bot = bot().await;
    let (ann, ann_dm) = (bot.here("ann"), dm(&bot, "ann"));
    ann.runs("/remind me when:1h what:Tea").await;
    ann.channel().set_bot(0, SEND);
    bot.app.services.clock.jump(HOUR + 1);
    reminded(&bot, &ann_dm, " Tea", 1).await;
    // With both closed it is lost, and nothing fails again and again.
    ann.runs("/remind me when:1h what:Cake").await;
    bot.discord.person("ann").blocks_bot(true);
    bot.app.services.clock.jump(HOUR + 1);
    bot.counts(&calls("ok"), 2.0).await;
    assert_eq!(bot.metric(&calls("error")), 0.0);
    assert!(ann.runs("/remind list").await.message()["embeds"][0]["footer"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_can_t_do_now_is_told_later() {
    let bot = setup().start().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ann.runs("/remind me when:1h what:Tea").await;
    bot.discord.cause(Fault::Limit {
        method: "POST".into(),
        path: "/channels/*/messages".into(),
        retry_after: 300.0,
        scope: cogbox_emulator::Scope::Shared,
        times: 1,
    });
    bot.app.services.clock.jump(HOUR + 1);
    bot.counts(&calls("ok"), 1.0).await;
    assert!(!bot.transcript(&ben).contains("Tea"));
    // It is in the list again. The limit lasts for minutes, which nobody waits for: by then the bot
    // was started anew.
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(HOUR + 2 * MINUTE);
    reminded(&bot, &bot.here("ben"), " <@ann> Tea", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_nothing_and_says_that_it_is_late() {
    let bot = setup().start().await;
    let ann = bot.here("ann");
    ann.runs("/remind me when:1h what:Tea").await;
    dm(&bot, "ann").runs("/remind me when:1h what:Cake").await;
    ann.runs("/remind me when:2 days what:Later").await;
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(5 * HOUR);
    let (ann, ann_dm) = (bot.here("ann"), dm(&bot, "ann"));
    reminded(&bot, &ann, " <@ann> Tea", 1).await;
    reminded(&bot, &ann_dm, " Cake", 1).await;
    assert_snapshot!(bot.transcript(&bot.here("ben")), @r"
    Cogbox: ⏰ <@ann> Tea
      I was not there in time: this was due <t:…:R>.
      [10 min] [1 h] [1 day] [Done]
    ");
    ann.clicks_newest("1 day").await;
    let list = ann.runs("/remind list").await;
    assert_eq!(list.message()["embeds"][0]["footer"]["text"], "2 reminders");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_has_so_many_and_removes_them_from_a_list() {
    let bot = bot().await;
    let ann = bot.here("ann");
    for hours in 1..=12 {
        ann.runs(&format!(
            "/remind me when:in {hours} hours what:No. {hours}"
        ))
        .await;
    }
    bot.chooses(&ann, "reminders", "most", "12", true).await;
    assert_snapshot!(bot.all(&ann, &["/remind me when:13h what:Too many"]).await, @r"
    /remind me when:13h what:Too many
      You may have 12 reminders here, and have them. `/remind list` removes some. (alone)
    ");
    let first = ann.runs("/remind list").await;
    assert_eq!(
        first.message()["embeds"][0]["footer"]["text"],
        "12 reminders · Page 1 of 2"
    );
    let second = ann.clicks(&first, "On").await;
    let text = second.message()["embeds"][0]["description"].clone();
    assert_snapshot!(bot.named(text.as_str().unwrap()), @r"
    <t:…:f> · No. 11 · <#general>
    <t:…:f> · No. 12 · <#general>
    ");
    let menu = &second.message()["components"][0]["components"][0]["custom_id"];
    let menu = menu.as_str().unwrap().to_owned();
    let left = ann.selects(&second, &menu, &["No. 11", "No. 12"]).await;
    assert_eq!(
        left.message()["embeds"][0]["footer"]["text"],
        "10 reminders"
    );
    // What was set just now goes with its button.
    let set = ann.runs("/remind me when:13h what:A slip").await;
    assert_snapshot!(bot.reads(&ann.clicks(&set, "Remove").await), @"The reminder is removed. (alone)");
    bot.app.services.clock.jump(DAY);
    reminded(&bot, &bot.here("ben"), " <@ann> No.", 10).await;
    assert!(!bot.transcript(&bot.here("ben")).contains("slip"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_remembered_by_its_menu() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let said = ben.says("The meeting is on Monday.").await;
    let form = ann.clicks_said("Remind me of this", said).await;
    assert_eq!(form.modal()["title"], "Remind me of this");
    let refused = ann
        .submits(&form, &[("when", "whenever"), ("what", "Ask Ben.")])
        .await;
    assert_snapshot!(bot.reads(&refused), @"I don't understand “whenever” in that time. Write `in 2 hours`, `tomorrow 9:00`, `friday 18:30`, `2027-01-05 14:00` or `every monday at 9`. (alone)");
    let form = ann.clicks(&refused, "Go on writing").await;
    assert_eq!(form.filled_in(), ["whenever", "Ask Ben."]);
    let set = ann
        .submits(&form, &[("when", "in 1 hour"), ("what", "")])
        .await;
    assert_snapshot!(bot.reads(&set), @"⏰ <t:…:f> (<t:…:R>), <#general>: About this message (alone)");
    bot.app.services.clock.jump(HOUR + 1);
    reminded(&bot, &ben, " <@ann>", 1).await;
    assert_snapshot!(bot.transcript(&ben), @r"
    ben: The meeting is on Monday.
    Cogbox: ⏰ <@ann> About this message
      https://discord.com/channels/LAB/general/ID
      [10 min] [1 h] [1 day] [Done]
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_lose_nothing_and_a_person_s_data_go() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let typed = |n: i64| format!("/remind me when:in {n} minutes what:No. {n}");
    let set = (1..=20).map(|n| {
        let here = if n % 2 == 0 { &ann } else { &ben };
        async move { here.runs(&typed(n)).await }
    });
    let answers = join_all(set).await;
    assert!(answers.iter().all(|answer| answer.failed().is_none()));
    dm(&bot, "ann").runs("/remind me when:1h what:Mine").await;
    bot.deletes_data_of("ann").await;
    bot.counts(r#"cogbox_timers{cog="reminders"}"#, 1.0).await;
    bot.app.services.clock.jump(2 * HOUR);
    reminded(&bot, &ben, " <@ben> No.", 10).await;
    assert!(!bot.transcript(&ben).contains("<@ann>"));
    assert!(!bot.transcript(&dm(&bot, "ann")).contains("⏰ Mine"));
    assert_eq!(bot.keeps_of("ann").await, 0);
}

fn calls(outcome: &str) -> String {
    format!(
        "cogbox_cog_calls_total{{cog=\"reminders\",export=\"timers.fired\",outcome=\"{outcome}\"}}"
    )
}
