//! The stock cogs in several languages: who reads which, what commands are called, and what a member
//! whose language a cog does not speak gets instead.

use std::time::Duration;

use cogbox_emulator::Here;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

/// Starts a bot with these cogs, in no hurry: a reply that others don't see looks different after a
/// defer, and a busy machine is no reason for one.
async fn bot(cogs: &[&str]) -> Bot {
    let mut setup = Setup::with(cogs);
    setup.share_code = true;
    setup.deadlines.defer = Duration::from_secs(20);
    setup.start().await
}

/// A German, a French and an English member in #general, of a server in that language.
fn members(bot: &Bot, server: &str) -> [Here; 3] {
    let lab = bot.discord.guild("Cogbox Lab");
    lab.moderator(&bot.discord.person("ann"))
        .sets_language(server);
    let speaking = |name: &str, locale: &str| {
        bot.discord.person(name).set_locale(locale);
        bot.here(name)
    };
    [
        speaking("ann", "de"),
        speaking("ben", "fr"),
        speaking("cleo", "en-GB"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_no_language_of_the_cog_reads_the_server_s() {
    let bot = bot(&["counter"]).await;
    let [german, french, english] = members(&bot, "de");
    for here in [&german, &french, &english] {
        here.runs("/count").await;
    }
    members(&bot, "en-US");
    french.runs("/count-show").await;
    // Neither of the two is spoken.
    members(&bot, "ja");
    french.runs("/count-show").await;
    assert_snapshot!(german.channel().transcript_for(&german), @r"
    ann used /count
    Cogbox: Dieser Server hat bis **1** gezählt.
      [+1]
    ben used /count
    Cogbox: Dieser Server hat bis **2** gezählt.
      [+1]
    cleo used /count
    Cogbox: This server has counted to **3**.
      [+1]
    ben used /count-show
    Cogbox: This server has counted to **3**.
    ben used /count-show
    Cogbox: This server has counted to **3**.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_have_names_in_each_client_s_language() {
    let bot = bot(&["counter", "fun", "utility"]).await;
    let [german, french, _] = members(&bot, "de");
    german.runs("/zählen").await;
    german.runs("/zählstand").await;
    german.runs("/wählen auswahl:Tee").await;
    german.runs("/nutzerinfo nutzer:@ben").await;
    // The client is the person's alone: the server's language names no command.
    assert_snapshot!(french.cannot_run("/zählen"), @"ben sees no command /zählen; there are /8ball, /avatar, /choose, /coin, /count, /count-show, /ping, /roll, /serverinfo, /uptime, /userinfo");
    assert_snapshot!(without_ids(&german.channel().transcript_for(&german)), @r"
    ann used /count
    Cogbox: Dieser Server hat bis **1** gezählt.
      [+1]
    ann used /count-show
    Cogbox: Dieser Server hat bis **1** gezählt.
    ann used /choose
    Cogbox: Gib mir mindestens zwei Dinge mit einem Komma dazwischen, etwa `Tee, Kaffee`.
      (only you can see this)
    ann used /userinfo
    Cogbox: | ben
      | <@…>
      | Name: `ben`
      | Konto angelegt: <t:…:R>
      | Beigetreten: <t:…:R>
      | Rollen (0): keine
      | [image]
      | ID …
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_words_that_go_with_them_are_the_language_s_own() {
    let bot = bot(&["fun", "utility"]).await;
    let [german, french, english] = members(&bot, "de");
    for here in [&german, &french, &english] {
        here.runs("/roll dice:d1001").await;
        here.runs("/roll dice:101d6").await;
    }
    assert_snapshot!(told(&german), @r"
    Cogbox: Ein Würfel hat 2 bis 1.000 Seiten, und `d1001` will 1.001.
    Cogbox: Das sind 101 Würfel; ich werfe höchstens 100 auf einmal.
    ");
    assert_snapshot!(told(&french), @r"
    Cogbox: Ein Würfel hat 2 bis 1.000 Seiten, und `d1001` will 1.001.
    Cogbox: Das sind 101 Würfel; ich werfe höchstens 100 auf einmal.
    ");
    assert_snapshot!(told(&english), @r"
    Cogbox: A die has 2 to 1,000 sides, and `d1001` asks for 1,001.
    Cogbox: That is 101 dice; I roll at most 100 at once.
    ");
    // A second is one second, and two are two.
    loop {
        let answer = german.runs("/laufzeit").await;
        let text = &answer.message()["embeds"][0]["description"];
        let how_long = text.as_str().unwrap().split("**").nth(1).unwrap();
        match how_long.split_once(' ').unwrap() {
            ("keine" | "1", word) => assert_eq!(word, "Sekunde"),
            (_, word) => break assert_eq!(word, "Sekunden"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_there_is_no_server_to_fall_back_on() {
    let bot = bot(&["utility"]).await;
    members(&bot, "de");
    let german = bot.discord.person("ann").in_dm();
    let french = bot.discord.person("ben").in_dm();
    for here in [&german, &french] {
        here.runs("/serverinfo").await;
    }
    assert_snapshot!(german.channel().transcript_for(&german), @r"
    ann used /serverinfo
    Cogbox: Das geht nur auf einem Server, nicht in Direktnachrichten.
      (only you can see this)
    ");
    assert_snapshot!(french.channel().transcript_for(&french), @r"
    ben used /serverinfo
    Cogbox: This works only in a server, not in direct messages.
      (only you can see this)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn cogs_in_python_and_javascript_speak_german_too() {
    let bot = bot(&["quotes", "trivia"]).await;
    let [german, french, english] = members(&bot, "de");
    for here in [&german, &french, &english] {
        here.runs("/quote random").await;
        here.runs("/trivia stop").await;
    }
    german.runs("/zitat entfernen nummer:7").await;
    let game = german.runs("/quiz starten fragen:1").await;
    // The game is everyone's and in the server's language, what one member is told in theirs.
    assert!(
        game.text().starts_with("**Frage 1 von 1:** "),
        "{}",
        game.text()
    );
    english.clicks(&game, "Überspringen").await;
    german.clicks(&game, "Überspringen").await;
    assert_snapshot!(without_ids(&told(&german)), @r"
    Cogbox: Es gibt noch keine Zitate. Füge eines mit `/zitat hinzufügen` hinzu.
    Cogbox: Es läuft kein Spiel. Beginne eines mit `/quiz starten`.
    Cogbox: Es gibt kein Zitat Nummer 7.
    ");
    assert_snapshot!(told(&french), @r"
    Cogbox: Es gibt noch keine Zitate. Füge eines mit `/zitat hinzufügen` hinzu.
    Cogbox: Es läuft kein Spiel. Beginne eines mit `/quiz starten`.
    ");
    assert_snapshot!(without_ids(&told(&english)), @r"
    Cogbox: There are no quotes yet. Add one with `/quote add`.
    Cogbox: No game is on. Start one with `/trivia start`.
    Cogbox: Only <@…>, who started the game, can skip a question.
    ");
}

/// The lines of a transcript that only this person sees.
fn told(here: &Here) -> String {
    let shown = here.channel().transcript_for(here);
    let lines: Vec<&str> = shown.lines().collect();
    let private = lines
        .windows(2)
        .filter(|pair| pair[1].contains("only you can see this"));
    private.map(|pair| format!("{}\n", pair[0])).collect()
}

/// Leaves out ids and times: whatever has nine digits and more.
fn without_ids(text: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        shown += if digits.len() < 9 { &digits } else { "…" };
        digits.clear();
        shown.push(c);
    }
    shown
}
