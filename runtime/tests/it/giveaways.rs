//! The stock cog `giveaways`, as members use it: joining, leaving, the draw, and drawing again.

use std::collections::BTreeSet;
use std::time::Duration;

use cogbox_emulator::{Fault, Here, Id, Scope};
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const SEND: u64 = 1 << 11;

fn setup() -> Setup {
    let mut setup = Setup::with(&["giveaways"]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

async fn bot() -> Bot {
    setup().start().await
}

/// Waits until the number was shown, and the channel reads so.
async fn counts(bot: &Bot, here: &Here, text: &str) {
    bot.app.services.clock.jump(4);
    bot.shows(here, text).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_join_leave_and_one_wins() {
    let bot = bot().await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    let started = ann
        .runs("/giveaway start prize:A *mug* length:2 hours")
        .await;
    assert_snapshot!(bot.reads(&started), @r"🎁 **A \*mug\*** is given away <t:…:R>. (alone)");
    let joined = ben.clicks_newest("Join").await;
    cleo.clicks_newest("Join").await;
    let again = cleo.clicks_newest("Join").await;
    let left = cleo.clicks(&again, "Leave").await;
    let said = [joined, again, left].map(|said| bot.reads(&said));
    assert_snapshot!(said.join("\n"), @r"
    You're in for **A \*mug\***. Good luck! (alone)
    You're in already. Do you want to leave? (alone)
    You're out. (alone)
    ");
    counts(&bot, &ann, "One has joined").await;
    assert_snapshot!(bot.transcript(&ann), @r"
    Cogbox: | 🎁 A \*mug\*
      | Ends <t:…:R> (<t:…:f>)
      | One winner
      | Hosted by <@ann>
      | One has joined
      [Join]
      (edited)
    ann used /giveaway start
    Cogbox: 🎁 **A \*mug\*** is given away <t:…:R>.
      (only you can see this)
    ");
    bot.app.services.clock.jump(2 * HOUR);
    bot.shows(&ann, "Congratulations").await;
    assert_snapshot!(bot.transcript(&ann), @r"
    Cogbox: | 🎁 A \*mug\*
      | 🏆 Winner: <@ben>
      | Hosted by <@ann>
      | One has joined
      (edited)
    ann used /giveaway start
    Cogbox: 🎁 **A \*mug\*** is given away <t:…:R>.
      (only you can see this)
    Cogbox: 🎉 <@ben> won **A \*mug\***! Congratulations!
    ");
    // The winner is pinged, and nobody else.
    let told = |request: &cogbox_emulator::Recorded| {
        request.body["content"]
            .as_str()
            .is_some_and(|text| text.contains("Congratulations"))
    };
    let told = bot.discord.request(told).await;
    assert_snapshot!(bot.named(&told.body["allowed_mentions"].to_string()), @r#"{"parse":[],"replied_user":false,"roles":[],"users":["ben"]}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wins_once_and_only_who_is_there_and_has_the_role() {
    let bot = bot().await;
    let ann = bot.here("ann");
    let lab = bot.discord.guild("Cogbox Lab");
    let crowd: Vec<_> = (0..8)
        .map(|n| {
            let person = bot.discord.add_person(&format!("guest{n}"));
            lab.add_member(&person);
            lab.give_role(&person, "Helpers");
            person
        })
        .collect();
    ann.runs("/giveaway start prize:Mugs length:1h winners:3 role:@Helpers")
        .await;
    assert_snapshot!(bot.reads(&bot.here("ben").clicks_newest("Join").await), @"Only <@&HELPERS> can join this giveaway. (alone)");
    let joins = crowd.iter().map(|person| {
        let here = person.in_channel(&ann.channel());
        async move { here.clicks_newest("Join").await }
    });
    let joined = join_all(joins).await;
    assert!(
        joined
            .iter()
            .all(|said| said.text().starts_with("You're in"))
    );
    counts(&bot, &ann, "8 have joined").await;
    // Two leave, and one loses the role: five are left for five places in two draws.
    lab.remove_member(&crowd[0]);
    lab.remove_member(&crowd[1]);
    lab.take_role(&crowd[2], "Helpers");
    ann.runs("/giveaway end giveaway:Mugs").await;
    bot.shows(&ann, "Congratulations").await;
    let first = winners(&bot, "won **Mugs**").await;
    assert_eq!(first.len(), 3);
    is_drawn(&bot).await;
    assert_snapshot!(bot.all(&ann, &["/giveaway reroll giveaway:mugs winners:5"]).await, @r"
    /giveaway reroll giveaway:mugs winners:5
      **Mugs** is drawn again. (alone)
    ");
    bot.shows(&ann, "Drawn again").await;
    let second = winners(&bot, "Drawn again").await;
    until(&bot, &ann, "/giveaway reroll giveaway:mugs").await;
    let all: BTreeSet<_> = first.iter().chain(&second).cloned().collect();
    let able: BTreeSet<_> = crowd[3..].iter().map(|person| person.id).collect();
    assert_eq!(all, able);
    assert_eq!(second.len(), 2);
    bot.shows(&ann, "can't be drawn again").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    // After two weeks it is forgotten.
    bot.app.services.clock.jump(15 * DAY);
    bot.keeps_nothing("giveaways").await;
    assert_snapshot!(bot.all(&ann, &["/giveaway reroll giveaway:mugs", "/giveaway list"]).await, @r"
    /giveaway reroll giveaway:mugs
      I know no giveaway “mugs”. Pick one that is offered while you type; those that are over can be drawn again for two weeks. (alone)
    /giveaway list
      There are no giveaways. (alone)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_hosts_give_away_and_mistakes_are_told() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let start = "/giveaway start prize:A mug length:1h";
    assert_snapshot!(bot.all(&ben, &[start]).await, @r"
    /giveaway start prize:A mug length:1h
      Only those who manage the server give something away here. (alone)
    ");
    let lab = bot.discord.guild("Cogbox Lab");
    let helpers = lab.role("Helpers").to_string();
    bot.chooses(&ann, "giveaways", "hosts", &helpers, false)
        .await;
    assert_snapshot!(bot.all(&ben, &[start]).await, @r"
    /giveaway start prize:A mug length:1h
      Only <@&HELPERS> and those who manage the server give something away here. (alone)
    ");
    lab.give_role(&bot.discord.person("ben"), "Helpers");
    bot.chooses(&ann, "giveaways", "most", "1", true).await;
    let said = [
        "/giveaway start prize:A mug length:soon",
        "/giveaway start prize:A mug length:1s",
        start,
        start,
        "/giveaway reroll giveaway:A mug",
        "/giveaway end giveaway:A car",
        "/giveaway list",
    ];
    assert_snapshot!(bot.all(&ben, &said).await, @r"
    /giveaway start prize:A mug length:soon
      “soon” is no length of time. Write `30 minutes`, `2 hours` or `3 days`. (alone)
    /giveaway start prize:A mug length:1s
      A giveaway lasts from a minute to 90 days. (alone)
    /giveaway start prize:A mug length:1h
      🎁 **A mug** is given away <t:…:R>. (alone)
    /giveaway start prize:A mug length:1h
      One giveaway may run here at once, and it does. (alone)
    /giveaway reroll giveaway:A mug
      This giveaway runs still. `/giveaway end` ends it. (alone)
    /giveaway end giveaway:A car
      I know no giveaway “A car”. Pick one that is offered while you type; those that are over can be drawn again for two weeks. (alone)
    /giveaway list
      [**A mug**](https://discord.com/channels/LAB/general/ID) · <t:…:R> · Nobody has joined (alone)
    ");
    assert_eq!(ben.types("/giveaway end giveaway:mu").await, ["A mug"]);
    assert_eq!(ben.types("/giveaway reroll giveaway:mu").await, [""; 0]);
    ann.clicks_newest("Join").await;
    assert_snapshot!(bot.all(&ben, &["/giveaway cancel giveaway:A mug", "/giveaway end giveaway:A mug"]).await, @r"
    /giveaway cancel giveaway:A mug
      **A mug** is cancelled. Nobody wins. (alone)
    /giveaway end giveaway:A mug
      I know no giveaway “A mug”. Pick one that is offered while you type; those that are over can be drawn again for two weeks. (alone)
    ");
    bot.keeps_nothing("giveaways").await;
    bot.discord.person("ben").set_locale("de");
    ann.channel().set_bot(0, SEND);
    assert_snapshot!(bot.all(&ben, &[start]).await, @r"
    /giveaway start prize:A mug length:1h
      In diesem Kanal darf ich nicht schreiben. (alone)
    ");
    assert!(bot.cog("giveaways").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_nobody_and_one_that_is_over_ends_late() {
    let bot = bot().await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ann.runs("/giveaway start prize:A mug length:1h winners:2")
        .await;
    ben.clicks_newest("Join").await;
    let bot = bot.restarts(setup()).await;
    let (ann, cleo) = (bot.here("ann"), bot.here("cleo"));
    cleo.clicks_newest("Join").await;
    counts(&bot, &ann, "2 have joined").await;
    // Discord can't take the announcement for some minutes.
    bot.discord.cause(Fault::Limit {
        method: "POST".into(),
        path: "/channels/*/messages".into(),
        retry_after: 300.0,
        scope: Scope::Shared,
        times: 1,
    });
    bot.app.services.clock.jump(2 * HOUR);
    bot.shows(&ann, "Winners: ").await;
    assert!(!bot.transcript(&ann).contains("Congratulations"));
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(3 * HOUR);
    bot.shows(&bot.here("ann"), "Congratulations").await;
    let [ben, cleo] = ["ben", "cleo"].map(|name| bot.discord.person(name).id);
    assert_eq!(
        winners(&bot, "won **A mug**").await,
        BTreeSet::from([ben, cleo])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_joins_and_two_end_it_at_once() {
    let bot = bot().await;
    let ann = bot.here("ann");
    ann.runs("/giveaway start prize:A mug length:1h").await;
    let end = "/giveaway end giveaway:A mug";
    let (one, two) = tokio::join!(ann.runs(end), ann.runs(end));
    let mut said = [one, two].map(|said| bot.reads(&said));
    said.sort();
    assert_snapshot!(said.join("\n"), @r"
    **A mug** ends, and its winners are drawn. (alone)
    This giveaway is over. (alone)
    ");
    bot.shows(&ann, "goes to nobody").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(bot.transcript(&ann).matches("goes to nobody").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giveaway_goes_with_its_message_or_its_host_s_data_and_an_entry_with_its_member() {
    let bot = bot().await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    ann.runs("/giveaway start prize:A mug length:1h").await;
    for here in [&ben, &cleo] {
        here.clicks_newest("Join").await;
    }
    bot.deletes_data_of("cleo").await;
    ann.runs("/giveaway end giveaway:A mug").await;
    let ben = bot.discord.person("ben").id;
    bot.shows(&ann, "Congratulations").await;
    assert_eq!(winners(&bot, "won **A mug**").await, BTreeSet::from([ben]));
    is_drawn(&bot).await;

    bot.app.services.clock.jump(15 * DAY);
    bot.keeps_nothing("giveaways").await;
    ann.runs("/giveaway start prize:A car length:1h").await;
    cleo.clicks_newest("Join").await;
    bot.deletes_data_of("ann").await;
    assert_snapshot!(bot.reads(&cleo.clicks_newest("Join").await), @"This giveaway is over. (alone)");
    bot.app.services.clock.jump(2 * HOUR);
    bot.keeps_nothing("giveaways").await;

    ann.runs("/giveaway start prize:A house length:1h").await;
    bot.discord.clear_requests();
    cleo.clicks_newest("Join").await;
    counts(&bot, &ann, "One has joined").await;
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
    // Who joined wins all the same; it is only nobody's to join any more.
    bot.app.services.clock.jump(2 * HOUR);
    bot.shows(&ann, "won **A house**").await;
    assert!(bot.cog("giveaways").last_fault().is_none());
}

/// Who is named in the newest message that says so.
async fn winners(bot: &Bot, text: &str) -> BTreeSet<Id> {
    let requests = bot.discord.requests();
    let told = requests.iter().rev().find(|request| {
        request.status == 200
            && request.body["content"]
                .as_str()
                .is_some_and(|said| said.contains(text))
    });
    let users = &told.expect("winners were told").body["allowed_mentions"]["users"];
    let users = users.as_array().cloned().unwrap_or_default();
    users
        .iter()
        .map(|id| Id(id.as_str().unwrap().parse().unwrap()))
        .collect()
}

/// Waits until a draw is over, and not only told.
async fn is_drawn(bot: &Bot) {
    let guild = bot.discord.guild("Cogbox Lab").id.0;
    for _ in 0..2_000 {
        let timers = bot.app.services.store.timers_of("giveaways", guild, 0, 9);
        let timers = timers.await.unwrap();
        if timers
            .iter()
            .any(|(timer, _)| timer.key.name.starts_with("forget:"))
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing is drawn");
}

/// Draws again, as soon as the draw before is over.
async fn until(bot: &Bot, here: &Here, reroll: &str) {
    for _ in 0..500 {
        let said = here.runs(reroll).await;
        if !said.text().contains("being drawn") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is drawn for ever:\n{}", bot.transcript(here));
}
