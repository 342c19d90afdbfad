//! The stock cogs, as members use them: every command in a server and in direct messages, and the
//! mistakes members make. What is random is checked by its shape.

use std::collections::BTreeSet;
use std::time::Duration;

use insta::{allow_duplicates, assert_snapshot};

use crate::harness::{Bot, Setup};

const MANAGE_GUILD: u64 = 1 << 5;

#[tokio::test(flavor = "multi_thread")]
async fn utility_in_a_server() {
    let bot = Bot::with(&["utility"]).await;
    let ann = bot.here("ann");
    ann.runs("/serverinfo").await;
    ann.runs("/userinfo").await;
    let lab = bot.discord.guild("Cogbox Lab");
    lab.give_role(&bot.discord.person("ben"), "Helpers");
    ann.runs("/userinfo user:@ben").await;
    ann.runs("/avatar").await;
    ann.runs("/avatar user:@ben").await;
    assert_snapshot!(without_ids(&ann.channel().transcript_for(&ann)), @r"
    ann used /serverinfo
    Cogbox: | Cogbox Lab
      | Owner: <@…>
      | Members: 4
      | Boosts: 0
      | Created: <t:…:R>
      | Language: en-US
      | ID …
    ann used /userinfo
    Cogbox: | ann
      | <@…>
      | Name: `ann`
      | Account made: <t:…:R>
      | Joined: <t:…:R>
      | Roles (0): none
      | [image]
      | ID …
    ann used /userinfo
    Cogbox: | ben
      | <@…>
      | Name: `ben`
      | Account made: <t:…:R>
      | Joined: <t:…:R>
      | Roles (1): <@&…>
      | [image]
      | ID …
    ann used /avatar
    Cogbox: | ann's avatar
      | [image]
    ann used /avatar
    Cogbox: | ben's avatar
      | [image]
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn utility_in_direct_messages() {
    let bot = Bot::with(&["utility"]).await;
    let ann = bot.discord.person("ann").in_dm();
    ann.runs("/serverinfo").await;
    ann.runs("/userinfo").await;
    ann.runs("/avatar").await;
    assert_snapshot!(without_ids(&ann.channel().transcript_for(&ann)), @r"
    ann used /serverinfo
    Cogbox: This works only in a server, not in direct messages.
      (only you can see this)
    ann used /userinfo
    Cogbox: | ann
      | <@…>
      | Name: `ann`
      | Account made: <t:…:R>
      | [image]
      | ID …
    ann used /avatar
    Cogbox: | ann's avatar
      | [image]
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn uptime_tells_since_when_and_in_how_many_servers() {
    let bot = Bot::with(&["utility"]).await;
    for here in [bot.here("ann"), bot.discord.person("ann").in_dm()] {
        here.runs("/uptime").await;
        let shown = without_ids(&here.channel().transcript_for(&here));
        let shown = shown.replace(env!("CARGO_PKG_VERSION"), "…");
        let (before, rest) = shown.split_once("Up for **").unwrap();
        let (how_long, after) = rest.split_once("**").unwrap();
        assert!(how_long.contains("second"), "{how_long}");
        allow_duplicates! { assert_snapshot!(format!("{before}Up for **…**{after}"), @r"
        ann used /uptime
        Cogbox: | ⏱️ Uptime
          | Up for **…**, since <t:…:f>.
          | Servers: 1
          | Shard: 1 of 1
          | Version: …
        "); }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ping_shows_a_latency_once_there_is_one() {
    let bot = Bot::with(&["utility"]).await;
    let ann = bot.here("ann");
    let card = |answer: &cogbox_emulator::Answer, field: usize| {
        let text = answer.message()["embeds"][0]["fields"][field]["value"].clone();
        text.as_str().unwrap().to_owned()
    };
    // The commands were registered, so REST has been measured; no heartbeat is due yet.
    let fresh = ann.runs("/ping").await;
    assert_eq!(card(&fresh, 0), "not measured yet");
    assert!(milliseconds(&card(&fresh, 1)).is_some(), "{fresh:?}");

    let mut setup = Setup::with(&["utility"]);
    setup.discord.heartbeat_interval = Duration::from_millis(20);
    let bot = setup.start().await;
    for here in [bot.here("ann"), bot.discord.person("ann").in_dm()] {
        let measured = loop {
            let answer = here.runs("/ping").await;
            if card(&answer, 0) != "not measured yet" {
                break answer;
            }
        };
        assert!(milliseconds(&card(&measured, 0)).is_some(), "{measured:?}");
        assert!(milliseconds(&card(&measured, 1)).is_some(), "{measured:?}");
    }
    assert!(bot.metric(r#"cogbox_gateway_heartbeat_seconds{shard="0"}"#) > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn fun_rolls_what_it_was_asked_to() {
    let bot = Bot::with(&["fun"]).await;
    for here in [bot.here("ann"), bot.discord.person("ann").in_dm()] {
        let one = here.runs("/roll").await;
        let rolled = between(one.text(), "🎲 1d6: **", "**");
        assert!((1..=6).contains(&rolled), "{}", one.text());
        let sum = here.runs("/roll dice:2d6+1").await;
        let (dice, total) = sum.text().rsplit_once(" = ").unwrap();
        let (first, second) = dice
            .strip_prefix("🎲 2d6+1: (")
            .and_then(|faces| faces.strip_suffix(") + 1")?.split_once(" + "))
            .unwrap_or_else(|| panic!("{dice}"));
        let faces = [first, second].map(|face| face.parse::<i64>().unwrap());
        assert!(faces.iter().all(|face| (1..=6).contains(face)), "{dice}");
        assert_eq!(
            between(total, "**", "**"),
            faces.iter().sum::<i64>() + 1,
            "{}",
            sum.text()
        );
        assert!(!one.is_private() && !one.was_deferred());
    }
    let mut faces = BTreeSet::new();
    while faces.len() < 2 {
        // Two dice with a thousand sides that always agree would be no dice.
        faces.insert(
            bot.here("ben")
                .runs("/roll dice:d1000")
                .await
                .text()
                .to_owned(),
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dice_are_offered_while_people_type_and_chosen_by_admins() {
    let bot = Bot::with(&["fun"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    assert_eq!(ben.types("/roll dice:20").await, ["1d20", "2d20"]);
    let menu = ann.runs("/cogs settings cog:fun").await;
    assert_snapshot!(menu.text(), @r"
    Settings of **fun** in this server
    **Dice**: `1d6`
    ");
    let one = ann.selects(&menu, "~m:fun", &["dice"]).await;
    ann.selects(&one, "~v:fun:dice", &["2d20"]).await;
    let rolled = ben.runs("/roll").await;
    assert!(rolled.text().starts_with("🎲 2d20: ("), "{}", rolled.text());
    // Direct messages are nobody's to set, and what is typed goes first.
    let dm = bot.discord.person("ben").in_dm();
    assert!(dm.runs("/roll").await.text().starts_with("🎲 1d6: "));
    let typed = ben.runs("/roll dice:d4").await;
    assert!(typed.text().starts_with("🎲 1d4: "), "{}", typed.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ball_rests_after_three_questions() {
    let bot = Bot::with(&["fun"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    for _ in 0..3 {
        assert!(!ann.runs("/8ball question:Again?").await.is_private());
    }
    let fourth = ann.runs("/8ball question:Again?").await;
    assert!(fourth.is_private(), "{}", fourth.text());
    assert!(!ben.runs("/8ball question:Now me?").await.is_private());
}

#[tokio::test(flavor = "multi_thread")]
async fn fun_chooses_flips_and_knows_everything() {
    let bot = Bot::with(&["fun"]).await;
    for here in [bot.here("ann"), bot.discord.person("ann").in_dm()] {
        let coin = here.runs("/coin").await;
        assert!(["🪙 **Heads**", "🪙 **Tails**"].contains(&coin.text()));
        let choice = here.runs("/choose options:tea, green tea, coffee").await;
        let chosen = ["tea", "green tea", "coffee"].map(|it| format!("I choose **{it}**."));
        assert!(
            chosen.contains(&choice.text().to_owned()),
            "{}",
            choice.text()
        );
        let ball = here.runs("/8ball question:Will it rain, or *not*?").await;
        let answer = ball
            .text()
            .strip_prefix("> Will it rain, or \\*not\\*?\n🎱 ");
        assert!(
            answer.is_some_and(|answer| answer.ends_with('.')),
            "{}",
            ball.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_with_dice_and_choices_are_told_in_private() {
    let bot = Bot::with(&["fun"]).await;
    let ann = bot.here("ann");
    for typed in [
        "/roll dice:two dice",
        "/roll dice:2d6+",
        "/roll dice:0d6",
        "/roll dice:1d1",
        "/roll dice:101d6",
        "/roll dice:7",
        "/roll dice:99999999999d6",
        "/choose options:tea",
        "/choose options:, ,",
    ] {
        ann.runs(typed).await;
    }
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /roll
    Cogbox: I don't understand `two`. Write dice such as `2d6+1`, `d20` or `4d6-2+1d4`.
      (only you can see this)
    ann used /roll
    Cogbox: Something is missing there. Write dice such as `2d6+1`, `d20` or `4d6-2+1d4`.
      (only you can see this)
    ann used /roll
    Cogbox: `0d6` rolls no die at all.
      (only you can see this)
    ann used /roll
    Cogbox: A die has 2 to 1,000 sides, and `1d1` asks for 1.
      (only you can see this)
    ann used /roll
    Cogbox: That is 101 dice; I roll at most 100 at once.
      (only you can see this)
    ann used /roll
    Cogbox: There is no die in that. Write dice such as `2d6+1`, `d20` or `4d6-2+1d4`.
      (only you can see this)
    ann used /roll
    Cogbox: `99999999999` is more than I can count.
      (only you can see this)
    ann used /choose
    Cogbox: Give me at least two things with a comma between them, such as `tea, coffee`.
      (only you can see this)
    ann used /choose
    Cogbox: Give me at least two things with a comma between them, such as `tea, coffee`.
      (only you can see this)
    ");
    // A member's mistake is none of the cog's: nothing failed.
    let rolls = r#"cogbox_interactions_total{cog="fun",command="roll",outcome="ok"}"#;
    bot.counts(rolls, 7.0).await;
    assert!(bot.cog("fun").last_fault().is_none());
    // Others see nothing of it.
    let ben = bot.here("ben");
    assert_eq!(ben.channel().transcript_for(&ben), "");
    // And what can't be typed is refused by the client.
    assert_snapshot!(ann.cannot_run("/choose"), @"/choose needs options: What to choose from, with commas between: tea, coffee, water.");
    assert_snapshot!(ann.cannot_run(&format!("/roll dice:{}", "d6+".repeat(40))), @"/roll: dice takes at most 100 characters.");
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_together_and_the_button() {
    let bot = Bot::with(&["counter"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ann.runs("/count-show").await;
    let counted = ann.runs("/count").await;
    let pressed = ben.clicks(&counted, "+1").await;
    assert_eq!(pressed.text(), "This server has counted to **2**.");
    ann.clicks(&pressed, "+1").await;
    ben.runs("/count-show").await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ann used /count-show
    Cogbox: Nobody has counted yet.
    ann used /count
    Cogbox: This server has counted to **3**.
      [+1]
      (edited)
    ben used /count-show
    Cogbox: This server has counted to **3**.
    ");
    // Another server counts for itself.
    let cleo = bot.elsewhere("cleo");
    assert_eq!(
        cleo.runs("/count").await.text(),
        "This server has counted to **1**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_manage_the_server_resets_the_count() {
    let bot = Bot::with(&["counter"]).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ben.runs("/count").await;
    assert_snapshot!(ben.cannot_run("/count-reset"), @"ben sees no command /count-reset; there are /count, /count-show");
    let lab = bot.discord.guild("Cogbox Lab");
    lab.set_role("Helpers", MANAGE_GUILD, false);
    lab.give_role(&bot.discord.person("ben"), "Helpers");
    ben.runs("/count-reset").await;
    ann.runs("/count-show").await;
    assert_snapshot!(ann.channel().transcript_for(&ann), @r"
    ben used /count
    Cogbox: This server has counted to **1**.
      [+1]
    ben used /count-reset
    Cogbox: The count starts again at 0.
    ann used /count-show
    Cogbox: Nobody has counted yet.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_is_not_offered_in_direct_messages() {
    let bot = Bot::with(&["counter"]).await;
    let ann = bot.discord.person("ann").in_dm();
    for command in ["/count", "/count-show", "/count-reset"] {
        let refused = ann.cannot_run(command);
        assert!(refused.contains("sees no command"), "{command}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_count_at_once_and_nothing_is_lost() {
    let bot = Bot::with(&["counter"]).await;
    let ann = bot.here("ann");
    let counts = (0..100).map(|_| ann.runs("/count"));
    let answers = futures_util::future::join_all(counts).await;
    assert!(answers.iter().all(|answer| answer.failed().is_none()));
    assert_eq!(
        ann.runs("/count-show").await.text(),
        "This server has counted to **100**."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_command_lists_the_cogs() {
    let bot = Bot::with(&["counter", "fun", "utility"]).await;
    for here in [bot.here("ann"), bot.discord.person("ann").in_dm()] {
        let listed = here.runs("/cogs list").await;
        assert!(listed.is_private());
        allow_duplicates! { assert_snapshot!(listed.text(), @r"
        **counter** 0.1.0: `/count` `/count-show` `/count-reset`
        **fun** 0.1.0: `/roll` `/choose` `/8ball` `/coin`
        **utility** 0.1.0: `/ping` `/uptime` `/serverinfo` `/userinfo` `/avatar`
        "); }
    }
    let alone = Setup::with(&[]).start().await;
    assert_snapshot!(alone.here("ann").runs("/cogs list").await.text(), @"This bot has no cogs yet.");
    let counted = r#"cogbox_interactions_total{cog="cogbox",command="cogs",outcome="ok"}"#;
    bot.counts(counted, 2.0).await;
    alone.counts(counted, 1.0).await;
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

fn milliseconds(text: &str) -> Option<u32> {
    text.strip_suffix(" ms")?.parse().ok()
}

#[track_caller]
fn between(text: &str, before: &str, after: &str) -> i64 {
    let number = text
        .strip_prefix(before)
        .and_then(|text| text.strip_suffix(after));
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("no number between `{before}` and `{after}` in `{text}`"))
}
