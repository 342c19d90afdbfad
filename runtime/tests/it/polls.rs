//! The stock cog `polls`, as members use it: votes that change, bars that move, and the end.

use std::time::Duration;

use cogbox_emulator::{Answer, Fault, Here, Id, Scope};
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const SEND: u64 = 1 << 11;
const MANAGE_MESSAGES: u64 = 1 << 13;

fn setup() -> Setup {
    let mut setup = Setup::with(&["polls"]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

async fn bot() -> Bot {
    setup().start().await
}

/// Waits until the bars were moved, and the channel reads so.
async fn moves(bot: &Bot, here: &Here, text: &str) {
    bot.app.services.clock.jump(4);
    bot.shows(here, text).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_vote_change_and_withdraw() {
    let bot = bot().await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    let made = ann
        .runs("/poll question:Where do we *eat*? answers:Pizza | Pasta | Soup | length:2 hours")
        .await;
    assert_snapshot!(bot.reads(&made), @"📊 The poll runs and ends <t:…:R>. (alone)");
    let mut said = Vec::new();
    for (here, answer) in [
        (&ann, "Pizza"),
        (&ben, "Pizza"),
        (&cleo, "Soup"),
        (&ben, "Soup"),
        (&ann, "Pizza"),
    ] {
        said.push(bot.reads(&here.clicks_newest(answer).await));
    }
    assert_snapshot!(said.join("\n"), @r"
    You vote for **Pizza**. Press again to withdraw. (alone)
    You vote for **Pizza**. Press again to withdraw. (alone)
    You vote for **Soup**. Press again to withdraw. (alone)
    You vote for **Soup**. Press again to withdraw. (alone)
    You have withdrawn your vote. (alone)
    ");
    moves(&bot, &ben, "2 people have voted").await;
    assert_snapshot!(bot.transcript(&ben), @r"
    Cogbox: | Where do we \*eat\*?
      | 1️⃣ **Pizza**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 2️⃣ **Pasta**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 3️⃣ **Soup**
      | ▰▰▰▰▰▰▰▰▰▰▰▰ 100 % · 2
      | 
      | Ends <t:…:R> · by <@ann>
      | 2 people have voted
      [Pizza] [Pasta] [Soup]
      [Who] [End]
      (edited)
    Cogbox: You vote for **Pizza**. Press again to withdraw.
      (only you can see this)
    Cogbox: You vote for **Soup**. Press again to withdraw.
      (only you can see this)
    ");
    bot.app.services.clock.jump(2 * HOUR);
    bot.shows(&ben, "has ended").await;
    assert_snapshot!(bot.transcript(&ben), @r"
    Cogbox: | Where do we \*eat\*?
      | 1️⃣ **Pizza**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 2️⃣ **Pasta**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 3️⃣ **Soup** 🏆
      | ▰▰▰▰▰▰▰▰▰▰▰▰ 100 % · 2
      | 
      | Ended · by <@ann>
      | 2 people have voted
      (edited)
    Cogbox: You vote for **Pizza**. Press again to withdraw.
      (only you can see this)
    Cogbox: You vote for **Soup**. Press again to withdraw.
      (only you can see this)
    Cogbox: 📊 **Where do we \*eat\*?** has ended: 🏆 **Soup**, with 2 of 2 votes (100 %).
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_may_choose_several_and_nobody_learns_who_did() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ann.runs(
        "/poll question:Which days? answers:Mo|Tu|We|Th|Fr|Sa|Su multiple:true anonymous:true",
    )
    .await;
    let said = [
        ben.clicks_newest("Fr").await,
        ben.clicks_newest("Mo").await,
        ben.clicks_newest("Fr").await,
    ];
    assert_snapshot!(said.map(|said| bot.reads(&said)).join("\n"), @r"
    You vote for **Fr**. Press again to withdraw. (alone)
    You vote for **Mo**, **Fr**. Press again to withdraw. (alone)
    You vote for **Mo**. Press again to withdraw. (alone)
    ");
    ann.clicks_newest("Mo").await;
    ann.clicks_newest("Su").await;
    moves(&bot, &ben, "2 people have voted").await;
    assert_snapshot!(bot.transcript(&ben), @r"
    Cogbox: | Which days?
      | 1️⃣ **Mo**
      | ▰▰▰▰▰▰▰▰▰▰▰▰ 100 % · 2
      | 2️⃣ **Tu**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 3️⃣ **We**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 4️⃣ **Th**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 5️⃣ **Fr**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 6️⃣ **Sa**
      | ▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · 0
      | 7️⃣ **Su**
      | ▰▰▰▰▰▰▱▱▱▱▱▱ 50 % · 1
      | 
      | Ends <t:…:R> · by <@ann>
      | 2 people have voted · several answers · anonymous
      [Mo] [Tu] [We] [Th] [Fr]
      [Sa] [Su]
      [End]
      (edited)
    Cogbox: You vote for **Fr**. Press again to withdraw.
      (only you can see this)
    Cogbox: You vote for **Mo**, **Fr**. Press again to withdraw.
      (only you can see this)
    Cogbox: You vote for **Mo**. Press again to withdraw.
      (only you can see this)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_made_it_or_moderates_ends_it() {
    let bot = bot().await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    ben.runs("/poll question:Now? answers:Yes|No").await;
    ann.clicks_newest("Yes").await;
    cleo.clicks_newest("No").await;
    assert_snapshot!(bot.reads(&cleo.clicks_newest("End").await), @"This is <@ben>'s poll. They end it, or a moderator. (alone)");
    let who = cleo.clicks_newest("Who").await;
    assert_snapshot!(bot.named(&who.message()["embeds"][0]["fields"].to_string()), @r#"[{"inline":false,"name":"1️⃣ Yes (1)","value":"<@ann>"},{"inline":false,"name":"2️⃣ No (1)","value":"<@cleo>"}]"#);
    let lab = bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_MESSAGES, false);
    lab.give_role(&bot.discord.person("cleo"), "Helpers");
    // Both mean it at once: it ends once.
    let [sure, own] = [
        cleo.clicks_newest("End").await,
        ben.clicks_newest("End").await,
    ];
    assert_snapshot!(bot.reads(&sure), @"End **Now?** now? (alone)");
    tokio::join!(
        cleo.clicks(&sure, "End it now"),
        ben.clicks(&own, "End it now")
    );
    bot.shows(&ann, "has ended in a tie").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(bot.transcript(&ann).matches("has ended").count(), 1);
    bot.keeps_nothing("polls").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_asks_for_the_answers() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let form = ann.runs("/poll question:Which film? length:3 days").await;
    assert_snapshot!(labels(&form), @"Question, Answers, one on each line, When it ends");
    let filled = [
        ("question", "Which film?"),
        ("answers", "Alien\n\nBrazil\n"),
        ("length", "3 days"),
    ];
    assert_snapshot!(bot.reads(&ann.submits(&form, &filled).await), @"📊 The poll runs and ends <t:…:R>. (alone)");
    bot.shows(&bot.here("ben"), "Brazil").await;
    let form = ann.runs("/poll question:Which film?").await;
    let only = [
        ("question", "Which film?"),
        ("answers", "Alien"),
        ("length", ""),
    ];
    let told = ann.submits(&form, &only).await;
    assert_snapshot!(bot.reads(&told), @"A poll takes 2 to 10 answers; there is one. Put `|` between them: `pizza | pasta`. (alone)");
    let form = ann.clicks(&told, "Go on writing").await;
    assert_eq!(form.filled_in(), ["Which film?", "Alien", ""]);
    let answers = [("question", "Which film?"), ("answers", "Alien\nDune")];
    assert_snapshot!(bot.reads(&ann.submits(&form, &answers).await), @"📊 The poll runs and ends <t:…:R>. (alone)");
    bot.shows(&bot.here("ben"), "Dune").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_to_whoever_makes_them() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let long = format!("/poll question:Q answers:{}|b", "a".repeat(76));
    let said = [
        "/poll question:Q answers:one",
        "/poll question:Q answers:| |",
        "/poll question:Q answers:1|2|3|4|5|6|7|8|9|10|11",
        "/poll question:Q answers:Yes|yes",
        "/poll question:Q answers:a|b length:soon",
        "/poll question:Q answers:a|b length:1s",
        "/poll question:Q answers:a|b length:3 months",
    ];
    assert_snapshot!(bot.all(&ben, &said).await, @r"
    /poll question:Q answers:one
      A poll takes 2 to 10 answers; there is one. Put `|` between them: `pizza | pasta`. (alone)
    /poll question:Q answers:| |
      A poll takes 2 to 10 answers; there are none. Put `|` between them: `pizza | pasta`. (alone)
    /poll question:Q answers:1|2|3|4|5|6|7|8|9|10|11
      A poll takes 2 to 10 answers; there are 11. (alone)
    /poll question:Q answers:Yes|yes
      “yes” is there twice. (alone)
    /poll question:Q answers:a|b length:soon
      “soon” is no length of time. Write `30 minutes`, `2 hours` or `3 days`. (alone)
    /poll question:Q answers:a|b length:1s
      A poll lasts from a minute to 60 days. (alone)
    /poll question:Q answers:a|b length:3 months
      A poll lasts from a minute to 60 days. (alone)
    ");
    assert_snapshot!(bot.reads(&ben.runs(&long).await), @"Answer 1 is too long: an answer has 75 characters at most. (alone)");
    assert_eq!(bot.transcript(&ann), "");
    bot.discord.person("ben").set_locale("de");
    assert_snapshot!(bot.all(&ben, &["/poll question:Q answers:one"]).await, @r"
    /poll question:Q answers:one
      Eine Umfrage braucht 2 bis 10 Antworten, und hier ist eine. Setz `|` dazwischen: `Pizza | Nudeln`. (alone)
    ");
    // Where the bot may not write, and where a server lets few make polls.
    ann.channel().set_bot(0, SEND);
    assert_snapshot!(bot.all(&ann, &["/poll question:Q answers:a|b"]).await, @r"
    /poll question:Q answers:a|b
      I may not write in this channel. (alone)
    ");
    ann.channel().set_bot(SEND, 0);
    bot.chooses(&ann, "polls", "most", "1", true).await;
    ben.runs("/poll question:Q answers:a|b").await;
    assert_snapshot!(bot.all(&ben, &["/poll question:Q answers:a|b"]).await, @r"
    /poll question:Q answers:a|b
      Von dir darf hier eine Umfrage laufen, und die läuft. (alone)
    ");
    let helpers = bot.discord.guild("Cogbox Lab").role("Helpers").to_string();
    bot.chooses(&ann, "polls", "makers", &helpers, false).await;
    assert_snapshot!(bot.all(&ben, &["/poll question:Q answers:a|b"]).await, @r"
    /poll question:Q answers:a|b
      Nur <@&HELPERS> machen hier Umfragen. (alone)
    ");
    assert!(bot.cog("polls").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_vote_at_once_and_the_bars_are_moved_once() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab");
    let crowd: Vec<Here> = (0..30)
        .map(|n| {
            let person = bot.discord.add_person(&format!("guest{n}"));
            lab.add_member(&person);
            person.in_channel(&ann.channel())
        })
        .collect();
    ann.runs("/poll question:Who comes? answers:Me|Not me")
        .await;
    bot.discord.clear_requests();
    let votes = crowd.iter().enumerate().map(|(n, here)| async move {
        here.clicks_newest(if n % 3 == 0 { "Not me" } else { "Me" })
            .await
    });
    let said: Vec<Answer> = join_all(votes).await;
    assert!(
        said.iter()
            .all(|said| said.text().starts_with("You vote for"))
    );
    moves(&bot, &ann, "30 people have voted").await;
    bot.shows(&ann, "67 % · 20").await;
    let requests = bot.discord.requests();
    let edits = requests.iter().filter(|request| request.method == "PATCH");
    // A slow machine may take longer than the three seconds in which votes are gathered.
    let edits = edits.count();
    assert!((1..=5).contains(&edits), "{edits} edits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_the_poll_and_one_that_is_over_ends_late() {
    let bot = bot().await;
    let ann = bot.here("ann");
    ann.runs("/poll question:Still there? answers:Yes|No length:1h")
        .await;
    ann.clicks_newest("Yes").await;
    let bot = bot.restarts(setup()).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ben.clicks_newest("Yes").await;
    moves(&bot, &ann, "2 people have voted").await;
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(2 * HOUR);
    bot.shows(&bot.here("ann"), "has ended: 🏆 **Yes**, with 2 of 2 votes")
        .await;
    bot.keeps_nothing("polls").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_can_t_do_now_is_done_later() {
    let bot = bot().await;
    let ann = bot.here("ann");
    ann.runs("/poll question:Now? answers:Yes|No length:1h")
        .await;
    ann.clicks_newest("Yes").await;
    moves(&bot, &ann, "One person has voted").await;
    bot.discord.cause(Fault::Limit {
        method: "POST".into(),
        path: "/channels/*/messages".into(),
        retry_after: 300.0,
        scope: Scope::Shared,
        times: 1,
    });
    bot.app.services.clock.jump(HOUR);
    bot.shows(&ann, "Ended").await;
    assert!(!bot.transcript(&ann).contains("has ended"));
    // The limit lasts for minutes, which nobody waits for: by then the bot was started anew.
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(2 * HOUR);
    bot.shows(&bot.here("ann"), "has ended: 🏆 **Yes**, with the one vote")
        .await;
    bot.keeps_nothing("polls").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_goes_with_its_message_and_with_the_data_of_whoever_made_it() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ben.runs("/poll question:Now? answers:Yes|No").await;
    ann.clicks_newest("Yes").await;
    ben.clicks_newest("No").await;
    let kept = [bot.keeps_of("ann").await, bot.keeps_of("ben").await];
    assert_eq!(kept, [1, 2]);
    bot.deletes_data_of("ben").await;
    assert_snapshot!(bot.reads(&ann.clicks_newest("No").await), @"This poll is over. (alone)");
    bot.app.services.clock.jump(2 * DAY);
    bot.keeps_nothing("polls").await;
    assert!(bot.cog("polls").last_fault().is_none());

    // Somebody deletes the message of another.
    bot.discord.clear_requests();
    ann.runs("/poll question:Gone? answers:Yes|No").await;
    ann.clicks_newest("Yes").await;
    moves(&bot, &ann, "One person has voted").await;
    let edited = bot
        .discord
        .request(|request| request.method == "PATCH")
        .await;
    let id = edited
        .path
        .rsplit('/')
        .next()
        .and_then(|id| id.parse().ok());
    ann.deletes(Id(id.expect("the path ends in the message's id")));
    assert!(!bot.transcript(&ann).contains("Gone?"));
    bot.app.services.clock.jump(2 * DAY);
    bot.keeps_nothing("polls").await;
    assert!(bot.cog("polls").last_fault().is_none());
}

/// The labels of a form's inputs.
fn labels(form: &Answer) -> String {
    let modal = form.modal().to_string();
    let mut labels: Vec<&str> = modal.split("\"label\":\"").skip(1).collect();
    for label in &mut labels {
        *label = label.split('"').next().unwrap_or_default();
    }
    labels.join(", ")
}
