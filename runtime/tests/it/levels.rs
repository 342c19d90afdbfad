//! The stock cog `levels`: who writes has points, and what comes with them.
//!
//! A message earns what the settings say, here always the same; minutes pass by the clock.

use std::time::{Duration, SystemTime};

use cogbox::config::Grant;
use cogbox::store::Scope;
use cogbox::store::subjects::Subject;
use cogbox_emulator::model::permissions::{ADMINISTRATOR, MANAGE_GUILD, MANAGE_ROLES};
use cogbox_emulator::{Answer, Here};
use futures_util::future::join_all;
use insta::assert_snapshot;

use crate::harness::{Bot, Setup};

fn setup() -> Setup {
    let mut setup = Setup::with(&["levels"]);
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

/// A bot whose messages earn so many points, and whose role is high enough to give others.
async fn bot_with(points: &str, change: impl FnOnce(&mut Setup)) -> Bot {
    let mut setup = setup();
    setup.share_code = true;
    change(&mut setup);
    let bot = setup.start().await;
    let lab = bot.discord.guild("Cogbox Lab");
    lab.add_role("Bots", ADMINISTRATOR);
    lab.move_role("Bots", 9);
    lab.give_bot_role("Bots");
    lab.add_role("Regulars", 0);
    lab.add_role("Veterans", 0);
    let ann = bot.here("ann");
    chooses(&ann, "least", points).await;
    chooses(&ann, "most", points).await;
    bot
}

async fn bot(points: &str) -> Bot {
    bot_with(points, |_| {}).await
}

/// Ann chooses a value of a setting: a number, a word of a choice, a channel, or a button's label.
async fn chooses(ann: &Here, key: &str, value: &str) {
    let menu = ann.runs("/cogs settings cog:levels").await;
    let one = ann.selects(&menu, "~m:levels", &[key]).await;
    match key {
        "least" | "most" => {
            let form = ann.clicks(&one, "Change").await;
            ann.submits(&form, &[("value", value)]).await;
        }
        "keep-rewards" => drop(ann.clicks(&one, value).await),
        _ => {
            let id = format!("~v:levels:{key}");
            ann.selects(&one, &id, &[value]).await;
        }
    }
}

/// The messages that the cog heard of without a fault.
const HEARD: &str =
    "cogbox_cog_calls_total{cog=\"levels\",export=\"message-created.created\",outcome=\"ok\"}";

/// Somebody writes, and the cog has heard it; then a minute passes.
async fn writes(bot: &Bot, here: &Here) {
    let before = bot.metric(HEARD);
    here.says("something").await;
    bot.counts(HEARD, before + 1.0).await;
    bot.app.services.clock.jump(60);
}

/// What the bot wrote to a channel by itself, with names in the place of ids.
fn announced(bot: &Bot, here: &Here) -> String {
    let text = here.channel().transcript_for(here);
    let lines = text.lines().filter(|line| line.contains("🎉"));
    named(bot, &lines.collect::<Vec<_>>().join("\n"))
}

fn named(bot: &Bot, text: &str) -> String {
    let lab = bot.discord.guild("Cogbox Lab");
    let mut text = text.to_owned();
    for name in ["ann", "ben", "cleo"] {
        text = text.replace(&bot.discord.person(name).id.to_string(), name);
    }
    for role in ["Helpers", "Regulars", "Veterans"] {
        text = text.replace(&lab.role(role).to_string(), role);
    }
    let text = text.replace(&lab.channel("general").id.to_string(), "GENERAL");
    let parts = text.split("<t:").enumerate();
    let parts = parts.map(|(index, part)| match (index, part.split_once('>')) {
        (1.., Some((_, rest))) => format!("<t:…>{rest}"),
        _ => part.to_owned(),
    });
    parts.collect()
}

fn description(answer: &Answer) -> String {
    let text = &answer.message()["embeds"][0]["description"];
    text.as_str().unwrap_or_default().to_owned()
}

fn foot(answer: &Answer) -> String {
    let text = &answer.message()["embeds"][0]["footer"]["text"];
    text.as_str().unwrap_or_default().to_owned()
}

/// The id of a message's only menu, as Discord has it.
fn menu_of(answer: &Answer) -> String {
    let menu = &answer.message()["components"][0]["components"][0];
    menu["custom_id"].as_str().unwrap().to_owned()
}

/// The roles that were given and taken, and whether Discord did it.
fn role_changes(bot: &Bot) -> Vec<String> {
    let lab = bot.discord.guild("Cogbox Lab");
    let requests = bot.discord.requests().into_iter();
    let changes = requests.filter_map(|request| {
        let (_, role) = request.path.split_once("/roles/")?;
        let known = ["Regulars", "Veterans"].into_iter();
        let mut known = known.filter(|name| lab.role(name).to_string() == role);
        let name = known.next().unwrap_or("another role");
        Some(format!("{} {name}: {}", request.method, request.status))
    });
    changes.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_has_points_once_a_minute() {
    let bot = bot("60").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ben.runs("/leaderboard").await;
    ben.runs("/rank").await;
    for _ in 0..3 {
        // Within one minute: the first of them counts.
        let before = bot.metric(HEARD);
        ben.says("quick").await;
        bot.counts(HEARD, before + 1.0).await;
    }
    bot.app.services.clock.jump(60);
    ben.runs("/rank").await;
    writes(&bot, &ben).await;
    writes(&bot, &ann).await;
    bot.discord.person("ben").in_dm().says("in private").await;
    ben.runs("/rank").await;
    ann.runs("/rank member:@ben").await;
    ann.runs("/leaderboard").await;
    let me = bot.app.services.cache.me().unwrap().id;
    ann.runs(&format!("/rank member:{me}")).await;
    assert_snapshot!(named(&bot, &ben.channel().transcript_for(&ben)), @r"
    ben used /leaderboard
    Cogbox: Nobody has points yet. They come with messages.
    ben used /rank
    Cogbox: ben has no points yet. They come with messages, once a minute.
      (only you can see this)
    ben: quick
    ben: quick
    ben: quick
    ben used /rank
    Cogbox: | ben
      | Level 0
      | ▰▰▰▰▰▰▰▰▱▱▱▱▱▱
      | 60 of 100 points to level 1
      | Place: 1 of 1
      | Points: 60
    ben: something
    Cogbox: 🎉 <@ben> has reached level **1**!
    ann: something
    ben used /rank
    Cogbox: | ben
      | Level 1
      | ▰▱▱▱▱▱▱▱▱▱▱▱▱▱
      | 20 of 155 points to level 2
      | Place: 1 of 2
      | Points: 120
    ann used /rank
    Cogbox: | ben
      | Level 1
      | ▰▱▱▱▱▱▱▱▱▱▱▱▱▱
      | 20 of 155 points to level 2
      | Place: 1 of 2
      | Points: 120
    ann used /leaderboard
    Cogbox: | Leaderboard
      | `1.` <@ben> · level 1 · 120 points
      | `2.` <@ann> · level 0 · 60 points
      | You are 2 of 2
    ");
    // Whoever reached a level is pinged, and nobody else.
    let requests = bot.discord.requests().into_iter();
    let told = requests.filter(|request| request.path.ends_with("/messages"));
    let pings: Vec<_> = told
        .map(|one| one.body["allowed_mentions"]["users"].clone())
        .collect();
    assert_eq!(pings, [serde_json::json!([ben.id.to_string()])]);
    assert!(bot.cog("levels").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_levels_are_told_of_where_that_was_chosen() {
    let bot = bot("100").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let bots = bot.discord.guild("Cogbox Lab").channel("bots");
    let there = bot.discord.person("ann").in_channel(&bots);
    writes(&bot, &ben).await;
    chooses(&ann, "announce", "off").await;
    for _ in 0..2 {
        writes(&bot, &ben).await;
    }
    chooses(&ann, "announce", "in a channel").await;
    chooses(&ann, "announce-channel", &bots.id.to_string()).await;
    for _ in 0..2 {
        writes(&bot, &ben).await;
    }
    chooses(&ann, "announce", "direct message").await;
    for _ in 0..3 {
        writes(&bot, &ben).await;
    }
    // Where nothing can be said, nothing is, and the points count.
    bot.discord.person("ben").blocks_bot(true);
    for _ in 0..4 {
        writes(&bot, &ben).await;
    }
    let dm = bot.discord.person("ben").in_dm();
    let told = [&ben, &there, &dm].map(|here| announced(&bot, here));
    assert_snapshot!(told.join("\n--\n"), @r"
    Cogbox: 🎉 <@ben> has reached level **1**!
    --
    Cogbox: 🎉 <@ben> has reached level **3**!
    --
    Cogbox: 🎉 You have reached level **4** on Cogbox Lab!
    ");
    assert_snapshot!(named(&bot, &description(&ben.runs("/leaderboard").await)), @"`1.` <@ben> · level 5 · 1,200 points");
    assert!(bot.cog("levels").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_earned_where_admins_say_so() {
    let bot = bot("50").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    let general = lab.channel("general").id.to_string();
    let menu = ann.runs("/levels ignore").await;
    let mut said = vec![ann.selects(&menu, &menu_of(&menu), &[&general]).await];
    writes(&bot, &ben).await;
    let there = bot.discord.person("ben").in_channel(&lab.channel("bots"));
    writes(&bot, &there).await;
    said.push(ben.runs("/rank").await);
    let again = ann.runs("/levels ignore").await;
    let picked = &again.message()["components"][0]["components"][0]["default_values"][0];
    assert_eq!(picked["id"], general);
    said.push(ann.runs("/levels show").await);
    said.push(ann.selects(&again, &menu_of(&again), &[]).await);
    writes(&bot, &ben).await;
    said.push(ben.runs("/rank").await);
    let said = said.iter().map(|answer| {
        let fields = &answer.message()["embeds"][0]["fields"];
        let last = fields.as_array().and_then(|fields| fields.last());
        let last = last.map_or(String::new(), |field| field["value"].to_string());
        format!("{}{last}", answer.text())
    });
    assert_snapshot!(named(&bot, &said.collect::<Vec<_>>().join("\n")), @r#"
        Nothing is earned in <#GENERAL>.
        "50"
        "<#GENERAL>"
        Points are earned in all channels.
        "100"
        "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_bring_roles() {
    let bot = bot("100").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    let said = [
        ann.runs("/levels reward level:1 role:@Regulars").await,
        ann.runs("/levels reward level:2 role:@Veterans").await,
        ann.runs("/levels unreward level:7").await,
    ];
    let said = said.map(|answer| answer.text().to_owned());
    let said = named(&bot, &said.join("\n"));
    assert_snapshot!(said, @r"
    Whoever reaches level 1 gets <@&Regulars>. Whoever is there already gets it with their next message.
    Whoever reaches level 2 gets <@&Veterans>. Whoever is there already gets it with their next message.
    Level 7 has no reward.
    ");
    writes(&bot, &ben).await;
    let shown = description(&ann.runs("/levels show").await);
    assert_eq!(role_changes(&bot), ["PUT Regulars: 204"], "{shown}");
    // Who lost it gets it again.
    lab.take_role(&bot.discord.person("ben"), "Regulars");
    writes(&bot, &ben).await;
    chooses(&ann, "keep-rewards", "Off").await;
    for _ in 0..2 {
        writes(&bot, &ben).await;
    }
    assert_snapshot!(role_changes(&bot).join("\n"), @r"
    PUT Regulars: 204
    PUT Regulars: 204
    PUT Veterans: 204
    DELETE Regulars: 204
    ");
    ann.runs("/levels unreward level:2").await;
    let shown = ann.runs("/levels show").await;
    assert_snapshot!(named(&bot, &description(&shown)), @r"
    Points and announcements: `/cogs settings cog:levels`. Rewards: `/levels reward`. Channels: `/levels ignore`.

    **Rewards**
    Level 1: <@&Regulars>
    ");
    assert!(bot.cog("levels").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_can_not_be_given_is_told_to_admins_and_is_no_fault() {
    // The bot stands below the role, then may not act by itself.
    let bot = bot("100").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    ann.runs("/levels reward level:1 role:@Regulars").await;
    lab.take_bot_role("Bots");
    for _ in 0..3 {
        writes(&bot, &ben).await;
    }
    let tried = role_changes(&bot);
    assert!(tried.len() <= 1, "{tried:?}");
    let below = description(&ann.runs("/levels show").await);
    lab.give_bot_role("Bots");
    bot.app.services.clock.jump(3_600);
    writes(&bot, &ben).await;
    assert_eq!(role_changes(&bot).last().unwrap(), "PUT Regulars: 204");
    // What moderates is the operator's to allow.
    ann.runs("/levels reward level:2 role:@Helpers").await;
    writes(&bot, &ben).await;
    let mended = description(&ann.runs("/levels show").await);
    assert!(bot.cog("levels").last_fault().is_none());

    let asks = [
        "direct-messages",
        "guilds",
        "member-roles",
        "messages",
        "roles",
    ];
    let only = Grant::Only(asks.map(str::to_owned).to_vec());
    let alone = bot_with("100", |setup| {
        setup.cogs.get_mut("levels").unwrap().grant = only;
    });
    let alone = alone.await;
    let ann = alone.here("ann");
    ann.runs("/levels reward level:1 role:@Regulars").await;
    writes(&alone, &alone.here("ben")).await;
    assert_eq!(role_changes(&alone), [""; 0]);
    let denied = description(&ann.runs("/levels show").await);
    let shown = [
        named(&bot, &below),
        named(&bot, &mended),
        named(&alone, &denied),
    ];
    let lines = shown.iter().map(|text| text.split_once("**\n").unwrap().1);
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n--\n"), @r"
    Level 1: <@&Regulars>
    ⚠️ I need the permission Manage Roles, and a role above it. (<t:…>)
    --
    Level 1: <@&Regulars>
    Level 2: <@&Helpers>
    ⚠️ it would give people MANAGE_MESSAGES, which the operator has to grant by name, such as `hand-out.manage-messages` (<t:…>)
    --
    Level 1: <@&Regulars>
    ⚠️ nobody asked for this, and it may not act by itself: the operator can grant it `act-alone` (<t:…>)
    ");
    assert!(alone.cog("levels").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_role_a_reward_that_they_could_not_give() {
    let bot = bot("100").await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    let lab = bot.discord.guild("Cogbox Lab");
    lab.add_role("Managers", MANAGE_GUILD);
    lab.add_role("Leaders", MANAGE_GUILD | MANAGE_ROLES);
    lab.move_role("Leaders", 5);
    lab.give_role(&bot.discord.person("ben"), "Leaders");
    lab.give_role(&bot.discord.person("cleo"), "Managers");
    let mut said = vec![
        cleo.runs("/levels reward level:3 role:@Helpers").await,
        ben.runs("/levels reward level:3 role:@Leaders").await,
        ben.runs("/levels reward level:3 role:@Helpers").await,
        ann.runs(&format!("/levels reward level:4 role:{}", lab.id))
            .await,
    ];
    let person = bot.discord.person("cleo");
    let question = cleo.runs("/levels reset-all").await;
    // Who loses the permission while the button is there loses what it does.
    lab.take_role(&person, "Managers");
    said.push(cleo.clicks(&question, "Reset everybody").await);
    let said = said.iter().map(|answer| answer.text().to_owned());
    let said = named(&bot, &said.collect::<Vec<_>>().join("\n"));
    let said = said.replace(&lab.role("Leaders").to_string(), "LEADERS");
    assert_snapshot!(said.replace(&lab.id.to_string(), "EVERYONE"), @r"
    You can't make <@&Helpers> a reward: for that you need the permission Manage Roles and a higher role.
    You can't make <@&LEADERS> a reward: for that you need the permission Manage Roles and a higher role.
    Whoever reaches level 3 gets <@&Helpers>. Whoever is there already gets it with their next message.
    <@&EVERYONE> can't be given to anybody: it belongs to everyone, to a bot or to boosters.
    For this you need the permission Manage Server.
    ");
    assert!(cleo.cannot_run("/levels show").contains("sees no command"));
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_set_points_and_take_them() {
    let bot = bot("100").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    for typed in [
        "/levels reset user:@ben",
        "/levels set member:@ben points:1000",
        "/levels set member:@cleo points:99",
        "/rank member:@ben",
        "/levels reset user:@cleo",
        "/rank member:@cleo",
    ] {
        ann.runs(typed).await;
    }
    let question = ann.runs("/levels reset-all").await;
    ann.clicks(&question, "Reset everybody").await;
    ann.runs("/leaderboard").await;
    assert_snapshot!(named(&bot, &ann.channel().transcript_for(&ann)), @r"
    ann used /cogs settings
    Cogbox: **Fewest points of a message**
      A message earns a random number, once a minute
      Now: 15
      [Change]
      [Default] [Back]
      (edited) (only you can see this)
    Cogbox: Settings of **levels** in this server
      **Fewest points of a message**: 100 (saved)
      **Most points of a message**: 25
      **Tell of new levels**: `where it was`
      **Tell in**: not set
      **Keep earlier rewards**: on
      [Change one ▾]
      (only you can see this)
    ann used /cogs settings
    Cogbox: **Most points of a message**
      Now: 25
      [Change]
      [Default] [Back]
      (edited) (only you can see this)
    Cogbox: Settings of **levels** in this server
      **Fewest points of a message**: 100
      **Most points of a message**: 100 (saved)
      **Tell of new levels**: `where it was`
      **Tell in**: not set
      **Keep earlier rewards**: on
      [Change one ▾]
      (only you can see this)
    ann used /levels reset
    Cogbox: <@ben> has no points.
      (only you can see this)
    ann used /levels set
    Cogbox: <@ben> has 1,000 points now, which is level 4.
      (only you can see this)
    ann used /levels set
    Cogbox: <@cleo> has 99 points now, which is level 0.
      (only you can see this)
    ann used /rank
    Cogbox: | ben
      | Level 4
      | ▰▰▰▰▰▰▰▰▱▱▱▱▱▱
      | 230 of 380 points to level 5
      | Place: 1 of 2
      | Points: 1,000
    ann used /levels reset
    Cogbox: <@cleo> begins again without points.
      (only you can see this)
    ann used /rank
    Cogbox: cleo has no points yet. They come with messages, once a minute.
      (only you can see this)
    ann used /levels reset-all
    Cogbox: Everybody begins again without points. Roles stay as they are.
      (edited) (only you can see this)
    ann used /leaderboard
    Cogbox: Nobody has points yet. They come with messages.
    ");
    // Who writes begins anew, and hears of the first level.
    writes(&bot, &ben).await;
    assert!(description(&ben.runs("/leaderboard").await).ends_with("level 1 · 100 points"));
    assert_snapshot!(ann.cannot_run("/levels set member:@ben points:-1"), @"/levels set: points must be at least 0.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaderboard_of_ten_thousand_has_pages() {
    let bot = bot("100").await;
    let ben = bot.here("ben");
    let lab = bot.discord.guild("Cogbox Lab").id.0;
    for number in 1..=10_000u64 {
        let scope = Scope {
            guild: lab,
            user: number,
        };
        let value = format!("{} 0 0", 20_000 - number);
        let store = &bot.app.services.store;
        let set = store.set("levels", scope, "points", value.as_bytes(), 1 << 20);
        set.await.unwrap();
    }
    writes(&bot, &ben).await;
    let first = ben.runs("/leaderboard").await;
    let next = bot.here("ann").clicks(&first, "Next").await;
    let said = [&first, &next].map(|page| {
        let lines = description(page);
        let (first, last) = (lines.lines().next(), lines.lines().last());
        format!("{}\n{}\n{}", first.unwrap(), last.unwrap(), foot(page))
    });
    assert_snapshot!(said.join("\n--\n"), @r"
    `1.` <@1> · level 18 · 19,999 points
    `10.` <@10> · level 18 · 19,990 points
    Page 1 of 1,001 · You are 10,001 of 10,001
    --
    `11.` <@11> · level 18 · 19,989 points
    `20.` <@20> · level 18 · 19,980 points
    Page 2 of 1,001
    ");
    let rank = ben.runs("/rank").await;
    let place = &rank.message()["embeds"][0]["fields"][0]["value"];
    assert_eq!(place, "10,001 of 10,001");
    assert!(bot.cog("levels").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn points_outlive_a_restart_and_go_with_the_person() {
    let bot = bot("100").await;
    for person in ["ann", "ben", "cleo"] {
        writes(&bot, &bot.here(person)).await;
    }
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    for number in 0..10 {
        let person = bot.discord.add_person(&format!("p{number}"));
        bot.discord.guild("Cogbox Lab").add_member(&person);
        ann.runs(&format!("/levels set member:@p{number} points:7"))
            .await;
    }
    let page = ben.runs("/leaderboard").await;
    let (discord, data) = bot.stop().await;
    let bot = setup().start_on(discord, data).await;
    let ben = bot.here("ben");
    let last = ben.clicks(&page, "Next").await;
    assert_eq!(foot(&last), "Page 2 of 2 · You are 2 of 13");
    let of = Subject {
        user: Some(ben.id.to_string().parse().unwrap()),
        ..Subject::default()
    };
    let store = &bot.app.services.store;
    store.delete_of(&of, SystemTime::now()).await.unwrap();
    assert_eq!(foot(&ben.clicks(&last, "Back").await), "Page 1 of 2");
    assert!(
        ben.runs("/rank")
            .await
            .text()
            .starts_with("ben has no points yet.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_and_withheld_grants_stop_neither_the_rest_nor_the_cog() {
    let full = |setup: &mut Setup| {
        setup.cogs.get_mut("levels").unwrap().limits.storage = 30;
    };
    let bot = bot_with("100", full).await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    ann.runs("/cogs withhold cog:levels grant:guilds").await;
    for here in [&ben, &ann, &ben] {
        writes(&bot, here).await;
    }
    let board = description(&ben.runs("/leaderboard").await);
    assert_snapshot!(named(&bot, &board), @"`1.` <@ben> · level 1 · 200 points");
    assert_eq!(announced(&bot, &ben), "");
    assert!(bot.cog("levels").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_at_once_have_their_points() {
    let bot = bot("70").await;
    let people = ["ann", "ben", "cleo"].map(|name| bot.here(name));
    for round in 1..=3 {
        join_all(people.iter().map(|here| here.says("all at once"))).await;
        bot.counts(HEARD, f64::from(3 * round)).await;
        bot.app.services.clock.jump(60);
    }
    let board = people[0].runs("/leaderboard").await;
    assert_snapshot!(named(&bot, &description(&board)), @r"
    `1.` <@ann> · level 1 · 210 points
    `2.` <@ben> · level 1 · 210 points
    `3.` <@cleo> · level 1 · 210 points
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_speak_german() {
    let bot = bot("1000").await;
    let ben = bot.here("ben");
    let lab = bot.discord.guild("Cogbox Lab");
    lab.moderator(&bot.discord.person("ann"))
        .sets_language("de");
    bot.discord.person("ben").set_locale("de");
    ben.runs("/rank").await;
    writes(&bot, &ben).await;
    ben.runs("/rank").await;
    ben.runs("/leaderboard").await;
    assert_snapshot!(named(&bot, &ben.channel().transcript_for(&ben)), @r"
    ben used /rank
    Cogbox: ben hat noch keine Punkte. Sie kommen mit Nachrichten, einmal in der Minute.
      (only you can see this)
    ben: something
    Cogbox: 🎉 <@ben> hat Level **4** erreicht!
    ben used /rank
    Cogbox: | ben
      | Level 4
      | ▰▰▰▰▰▰▰▰▱▱▱▱▱▱
      | 230 von 380 Punkten bis Level 5
      | Platz: 1 von 1
      | Punkte: 1.000
    ben used /leaderboard
    Cogbox: | Bestenliste
      | `1.` <@ben> · Level 4 · 1.000 Punkte
      | Du bist 1. von 1
    ");
}
