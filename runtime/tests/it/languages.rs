//! The stock cogs in Python and JavaScript, as members use them: every command, and the mistakes
//! members make. What is random is looked up in the cog's own data.

use std::time::{Duration, SystemTime};

use cogbox::store::subjects::Subject;
use cogbox_emulator::{Answer, Here};
use insta::assert_snapshot;
use serde_json::Value;

use crate::harness::{Bot, Setup};

const MANAGE_MESSAGES: u64 = 1 << 13;

/// Starts a bot with a cog whose compiling takes long, once for all tests.
async fn bot(cog: &str) -> Bot {
    bot_with(&[cog]).await
}

async fn bot_with(cogs: &[&str]) -> Bot {
    let mut setup = Setup::with(cogs);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer; a busy machine is no reason for one.
    setup.deadlines.defer = Duration::from_secs(20);
    setup.start().await
}

/// The letter of the right answer to the question that a message asks, and of a wrong one.
fn letters(asked: &Answer) -> (String, String) {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cogs/trivia/src/questions.json"
    );
    let deck: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut lines = asked.text().lines();
    let question = lines.next().unwrap().split_once(":** ").unwrap().1;
    let known = deck.iter().find(|known| known["question"] == question);
    let right = known.unwrap()["right"].as_str().unwrap();
    let letter = |fits: &dyn Fn(&str) -> bool| {
        let line = lines
            .clone()
            .find(|line| line.split_once(") ").is_some_and(|(_, text)| fits(text)));
        line.unwrap()[..1].to_owned()
    };
    (letter(&|text| text == right), letter(&|text| text != right))
}

/// Leaves the questions and their answers out of a transcript.
fn without_questions(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let answer = line.trim_start();
        if let Some((before, _)) = line.split_once(":** ") {
            format!("{before}:** …\n")
        } else if let Some((before, _)) = line.split_once("was first: **") {
            format!("{before}was first: **…**\n")
        } else if let Some((before, _)) = line.split_once("it was **") {
            format!("{before}it was **…**.\n")
        } else if ["A) ", "B) ", "C) ", "D) "]
            .iter()
            .any(|letter| answer.starts_with(letter))
        {
            String::new()
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

/// Leaves out who is meant: ids differ from run to run.
fn without_ids(text: &str, people: &[(&str, &Here)]) -> String {
    people.iter().fold(text.to_owned(), |text, (name, here)| {
        text.replace(&format!("<@{}>", here.id), &format!("<@{name}>"))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_of_trivia() {
    let bot = bot("trivia").await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    let first = ann.runs("/trivia start questions:3").await;
    let (right, wrong) = letters(&first);
    ben.clicks(&first, &wrong).await;
    ben.clicks(&first, &right).await;
    let won = cleo.clicks(&first, &right).await;
    let second = ben.clicks(&won, "Next question").await;
    ben.clicks(&second, "Skip").await;
    let skipped = ann.clicks(&second, "Skip").await;
    let third = ann.clicks(&skipped, "Next question").await;
    cleo.clicks(&third, &letters(&third).0).await;
    ben.runs("/trivia top").await;
    let people = [("ann", &ann), ("ben", &ben), ("cleo", &cleo)];
    let seen = |here: &Here| {
        without_ids(
            &without_questions(&here.channel().transcript_for(here)),
            &people,
        )
    };
    assert_snapshot!(seen(&ann), @r"
    ann used /trivia start
    Cogbox: **Question 1 of 3:** …
      <@cleo> was first: **…**
      [Next question]
      (edited)
    Cogbox: **Question 2 of 3:** …
      Skipped; it was **…**.
      [Next question]
      (edited)
    Cogbox: **Question 3 of 3:** …
      <@cleo> was first: **…**
      
      The game is over.
      1. <@cleo>: 2 points
      (edited)
    ben used /trivia top
    Cogbox: | Trivia
      | 1. <@cleo>: 2 points
    ");
    assert_snapshot!(seen(&ben), @r"
    ann used /trivia start
    Cogbox: **Question 1 of 3:** …
      <@cleo> was first: **…**
      [Next question]
      (edited)
    Cogbox: That is wrong.
      (only you can see this)
    Cogbox: You had your try. The next question is another chance.
      (only you can see this)
    Cogbox: **Question 2 of 3:** …
      Skipped; it was **…**.
      [Next question]
      (edited)
    Cogbox: Only <@ann>, who started the game, can skip a question.
      (only you can see this)
    Cogbox: **Question 3 of 3:** …
      <@cleo> was first: **…**
      
      The game is over.
      1. <@cleo>: 2 points
      (edited)
    ben used /trivia top
    Cogbox: | Trivia
      | 1. <@cleo>: 2 points
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_trivia_are_told_in_private() {
    let bot = bot("trivia").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ben.runs("/trivia stop").await;
    ben.runs("/trivia top").await;
    let first = ann.runs("/trivia start").await;
    ben.runs("/trivia start").await;
    ben.runs("/trivia stop").await;
    ann.runs("/trivia stop").await;
    ben.clicks(&first, &letters(&first).0).await;
    let people = [("ann", &ann), ("ben", &ben)];
    let seen = without_ids(
        &without_questions(&ben.channel().transcript_for(&ben)),
        &people,
    );
    assert_snapshot!(seen, @r"
    ben used /trivia stop
    Cogbox: No game is on. Start one with `/trivia start`.
      (only you can see this)
    ben used /trivia top
    Cogbox: Nobody has a point yet. Start a game with `/trivia start`.
      (only you can see this)
    ann used /trivia start
    Cogbox: **Question 1 of 5:** …
      [A] [B] [C] [D] [Skip]
    ben used /trivia start
    Cogbox: A game is on already. Whoever started it can end it with `/trivia stop`.
      (only you can see this)
    ben used /trivia stop
    Cogbox: Only <@ann> or someone who may manage messages can end it.
      (only you can see this)
    ann used /trivia stop
    Cogbox: The game is over.
      Nobody has a point.
    Cogbox: That question is over.
      (only you can see this)
    ");
    assert!(bot.cog("trivia").last_fault().is_none());
    // Who may manage messages ends anybody's game.
    ann.runs("/trivia start").await;
    let lab = bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_MESSAGES, false);
    lab.give_role(&bot.discord.person("ben"), "Helpers");
    let stopped = ben.runs("/trivia stop").await;
    assert_eq!(stopped.text(), "The game is over.\nNobody has a point.");
    // What can't be typed is refused by the client.
    assert_snapshot!(ann.cannot_run("/trivia start questions:21"), @r"
    /trivia start: questions must be at most 20.
    ");
    let dm = bot.discord.person("ann").in_dm();
    assert!(dm.cannot_run("/trivia start").contains("sees no command"));
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_play_for_themselves_and_only_one_is_first() {
    let bot = bot("trivia").await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.elsewhere("cleo"));
    let (here, there) = tokio::join!(
        ann.runs("/trivia start questions:1"),
        cleo.runs("/trivia start questions:2")
    );
    let (letter, other) = (letters(&here).0, letters(&there).0);
    let (a, b, c) = tokio::join!(
        ann.clicks(&here, &letter),
        ben.clicks(&here, &letter),
        cleo.clicks(&there, &other)
    );
    let late = [&a, &b]
        .into_iter()
        .filter(|answer| answer.is_private())
        .count();
    assert_eq!(late, 1, "{} / {}", a.text(), b.text());
    assert!(c.text().contains("was first"), "{}", c.text());
    let top = ann.runs("/trivia top").await;
    let shown = top.message()["embeds"][0]["description"].as_str().unwrap();
    assert!(
        shown.ends_with(": 1 point") && shown.lines().count() == 1,
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_are_kept_found_and_removed() {
    let bot = bot("quotes").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let said = ben.says("Grüße aus dem 🌍:\nall is well").await;
    ann.runs("/quote add text:It compiles, so it works. by:@ben")
        .await;
    ann.clicks_said("Quote this", said).await;
    ann.runs("/quote search words:GRÜSSE").await;
    ann.runs("/quote search words:aus dem 🌍:").await;
    ann.runs("/quote search").await;
    ann.runs("/quote remove number:1").await;
    let random = ben.runs("/quote random").await;
    assert!(
        random.message()["embeds"][0]["footer"]["text"] == "Number 2",
        "{random:?}"
    );
    let shown = without_ids(
        &without_times(&ann.channel().transcript_for(&ann)),
        &[("ann", &ann), ("ben", &ben)],
    );
    assert_snapshot!(shown, @r"
    ben: Grüße aus dem 🌍:
      all is well
    ann used /quote add
    Cogbox: Kept as number 1.
      | > It compiles, so it works.
      | <@ben>, <t:…>
      | Number 1
    ann used Quote this
    Cogbox: Kept as number 2.
      | > Grüße aus dem 🌍:
      | > all is well
      | <@ben>, <t:…>
      | Number 2
    ann used /quote search
    Cogbox: No quote contains “GRÜSSE”.
      (only you can see this)
    ann used /quote search
    Cogbox: | Quotes with “aus dem 🌍:”
      | Number 2: > Grüße aus dem 🌍:
      |   > all is well
      |   <@ben>
      | 1 in all, page 1 of 1
    ann used /quote search
    Cogbox: | Quotes
      | Number 1: > It compiles, so it works.
      |   <@ben>
      | Number 2: > Grüße aus dem 🌍:
      |   > all is well
      |   <@ben>
      | 2 in all, page 1 of 1
    ann used /quote remove
    Cogbox: Quote number 1 is gone.
    ben used /quote random
    Cogbox: | > Grüße aus dem 🌍:
      | > all is well
      | <@ben>, <t:…>
      | Number 2
    ");
    assert!(bot.cog("quotes").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_with_quotes_are_told_in_private() {
    let bot = bot("quotes").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let said = ann.says("Once is enough").await;
    ben.runs("/quote random").await;
    ben.runs("/quote search").await;
    ben.runs("/quote search words:nothing").await;
    ben.runs("/quote remove number:7").await;
    ann.clicks_said("Quote this", said).await;
    ben.clicks_said("Quote this", said).await;
    ben.runs("/quote remove number:1").await;
    let shown = without_ids(
        &without_times(&ben.channel().transcript_for(&ben)),
        &[("ann", &ann), ("ben", &ben)],
    );
    assert_snapshot!(shown, @r"
    ann: Once is enough
    ben used /quote random
    Cogbox: There are no quotes yet. Add one with `/quote add`.
      (only you can see this)
    ben used /quote search
    Cogbox: There are no quotes yet. Add one with `/quote add`.
      (only you can see this)
    ben used /quote search
    Cogbox: No quote contains “nothing”.
      (only you can see this)
    ben used /quote remove
    Cogbox: There is no quote number 7.
      (only you can see this)
    ann used Quote this
    Cogbox: Kept as number 1.
      | > Once is enough
      | <@ann>, <t:…>
      | Number 1
    ben used Quote this
    Cogbox: That message is quote number 1 already.
      (only you can see this)
    ben used /quote remove
    Cogbox: Someone else added that quote; only they and members who may manage messages can remove it.
      (only you can see this)
    ");
    assert!(bot.cog("quotes").last_fault().is_none());
    let lab = bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_MESSAGES, false);
    lab.give_role(&bot.discord.person("ben"), "Helpers");
    assert_eq!(
        ben.runs("/quote remove number:1").await.text(),
        "Quote number 1 is gone."
    );
    // What was removed can be kept again, and another server has quotes of its own.
    assert!(!ben.clicks_said("Quote this", said).await.is_private());
    let cleo = bot.elsewhere("cleo");
    assert_eq!(
        cleo.runs("/quote random").await.text(),
        "There are no quotes yet. Add one with `/quote add`."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_quotes_come_on_pages() {
    let bot = bot("quotes").await;
    let ann = bot.here("ann");
    for number in 1..=12 {
        ann.runs(&format!("/quote add text:saying {number}")).await;
    }
    let footer = |answer: &Answer| {
        answer.message()["embeds"][0]["footer"]["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = ann.runs("/quote search words:saying").await;
    let second = ann.clicks(&first, "Next").await;
    let third = ann.clicks(&second, "Next").await;
    let back = ann.clicks(&third, "Previous").await;
    let footers = [&first, &second, &third, &back].map(footer);
    assert_snapshot!(footers.join("\n"), @r"
    12 in all, page 1 of 3
    12 in all, page 2 of 3
    12 in all, page 3 of 3
    12 in all, page 2 of 3
    ");
    for number in 1..=12 {
        ann.runs(&format!("/quote remove number:{number}")).await;
    }
    assert_eq!(
        ann.clicks(&back, "Next").await.text(),
        "Those quotes were removed."
    );
}

/// Leaves out when a quote was added.
fn without_times(text: &str) -> String {
    let parts = text.split("<t:").enumerate();
    let parts = parts.map(|(index, part)| match (index, part.split_once(":d>")) {
        (1.., Some((_, rest))) => format!("<t:…>{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

/// What the cogs keep of somebody: which cog, under what, by which key.
async fn kept_of(bot: &Bot, here: &Here) -> String {
    let of = Subject {
        user: Some(here.id.to_string().parse().unwrap()),
        ..Subject::default()
    };
    let mut rows = Vec::new();
    let take = |row: serde_json::Map<String, Value>| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        rows.push(format!(
            "{} {} {}\n",
            text("cog"),
            text("scope"),
            text("key")
        ));
        Ok(())
    };
    let store = &bot.app.services.store;
    store.export(&of, take).await.unwrap();
    rows.sort();
    rows.concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn points_and_quotes_are_exported_and_deleted_with_the_person() {
    let bot = bot_with(&["quotes", "trivia"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    for here in [&ann, &ben] {
        let asked = ann.runs("/trivia start questions:1").await;
        here.clicks(&asked, &letters(&asked).0).await;
    }
    let said = ben.says("I said so").await;
    ann.clicks_said("Quote this", said).await;
    ben.runs("/quote add text:I never said that by:@ann").await;
    assert_snapshot!(kept_of(&bot, &ann).await, @r"
    quotes member added/000000001
    quotes member quote/000000002
    trivia member points
    ");
    assert_snapshot!(kept_of(&bot, &ben).await, @r"
    quotes member added/000000002
    quotes member quote/000000001
    trivia member points
    ");

    let of = Subject {
        user: Some(ben.id.to_string().parse().unwrap()),
        ..Subject::default()
    };
    let store = &bot.app.services.store;
    store.delete_of(&of, SystemTime::now()).await.unwrap();
    assert_eq!(kept_of(&bot, &ben).await, "");
    ann.runs("/trivia top").await;
    ann.runs("/quote search").await;
    // What ben added stays ann's, and only a moderator can remove it now.
    ben.runs("/quote remove number:2").await;
    // The message was a quote until its author's data went.
    ann.clicks_said("Quote this", said).await;
    let people = [("ann", &ann), ("ben", &ben)];
    let shown = without_times(&ben.channel().transcript_for(&ben));
    let (_, after) = shown.split_once("used /trivia top").unwrap();
    assert_snapshot!(without_ids(after, &people), @r"
    Cogbox: | Trivia
      | 1. <@ann>: 1 point
    ann used /quote search
    Cogbox: | Quotes
      | Number 2: > I never said that
      |   <@ann>
      | 1 in all, page 1 of 1
    ben used /quote remove
    Cogbox: Someone else added that quote; only they and members who may manage messages can remove it.
      (only you can see this)
    ann used Quote this
    Cogbox: Kept as number 3.
      | > I said so
      | <@ben>, <t:…>
      | Number 3
    ");
    assert!(bot.cog("quotes").last_fault().is_none());
    assert!(bot.cog("trivia").last_fault().is_none());
}
