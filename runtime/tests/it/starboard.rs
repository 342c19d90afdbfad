//! The stock cog `starboard`: what many give a star to is shown once more.

use std::time::Duration;

use cogbox_emulator::model::permissions::{ADMINISTRATOR, VIEW_CHANNEL};
use cogbox_emulator::{Answer, Here, Id};
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Bot, Setup};
use crate::shown::patiently;

const STAR: &str = "⭐";
const TIMERS: &str =
    "cogbox_cog_calls_total{cog=\"starboard\",export=\"timers.fired\",outcome=\"ok\"}";

fn setup() -> Setup {
    let mut setup = Setup::with(&["starboard"]);
    setup.share_code = true;
    // A reply that others don't see looks different after a defer.
    setup.deadlines.defer = Duration::from_secs(20);
    setup
}

/// A bot whose starboard is #bots, where so many stars are enough.
async fn bot(stars: &str) -> Bot {
    let bot = setup().start().await;
    let ann = bot.here("ann");
    let board = bot.discord.guild("Cogbox Lab").channel("bots");
    bot.chooses(&ann, "starboard", "channel", &board.id.to_string(), false)
        .await;
    bot.chooses(&ann, "starboard", "threshold", stars, true)
        .await;
    bot
}

fn board(bot: &Bot, person: &str) -> Here {
    let board = bot.discord.guild("Cogbox Lab").channel("bots");
    bot.discord.person(person).in_channel(&board)
}

/// Waits until the cog has heard of what somebody does with one message, and has counted its stars.
async fn counts(bot: &Bot, events: u32, act: impl FnOnce()) {
    let before = bot.metric(TIMERS);
    hears(bot, events, act).await;
    bot.app.services.clock.jump(3);
    bot.counts(TIMERS, before + 1.0).await;
}

/// Waits until the cog has heard of so many things that somebody does.
async fn hears(bot: &Bot, events: u32, act: impl FnOnce()) {
    let heard = || {
        let exports = [
            "reaction-added.added",
            "reaction-removed.removed",
            "message-edited.edited",
            "message-deleted.deleted",
        ];
        let count = |export: &str| {
            let cog = "cogbox_cog_calls_total{cog=\"starboard\",export=";
            bot.metric(&format!("{cog}\"{export}\",outcome=\"ok\"}}"))
        };
        exports.map(count).iter().sum::<f64>()
    };
    let expected = heard() + f64::from(events);
    act();
    let all = patiently(|| heard() >= expected).await;
    assert!(all, "{} of {expected} events were heard of", heard());
}

/// What the starboard shows.
fn shown(bot: &Bot) -> String {
    bot.transcript(&board(bot, "ann"))
}

/// The newest post of the starboard.
fn post(bot: &Bot) -> Id {
    let requests = bot.discord.requests().into_iter();
    let mut edits = requests.filter(|one| one.method == "PATCH" && one.path.contains("/messages/"));
    let path = edits.next_back().expect("the post was changed").path;
    path.rsplit('/').next().unwrap().parse().unwrap()
}

fn page(bot: &Bot, answer: &Answer) -> String {
    bot.reads(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gets_enough_stars_is_shown_and_counted_on() {
    let bot = bot("2").await;
    let [ann, ben, cleo] = ["ann", "ben", "cleo"].map(|name| bot.here(name));
    let said = ben.says("Look at *this*").await;
    counts(&bot, 1, || ann.reacts(said, STAR)).await;
    assert_snapshot!(shown(&bot), @"");
    counts(&bot, 1, || cleo.reacts(said, STAR)).await;
    assert_snapshot!(shown(&bot), @r"
    Cogbox: ⭐ **2** · <#general>
      | ben
      | Look at *this*
      [Go to the message]
    ");
    // Another emoji says nothing; what is changed is shown so.
    hears(&bot, 1, || ann.reacts(said, "🎉")).await;
    counts(&bot, 1, || ben.edits(said, "Look at that")).await;
    // A star on the starboard counts, and once for each.
    let dora = bot.discord.add_person("dora");
    bot.discord.guild("Cogbox Lab").add_member(&dora);
    let dora = board(&bot, "dora");
    let at = post(&bot);
    counts(&bot, 1, || dora.reacts(at, STAR)).await;
    counts(&bot, 1, || board(&bot, "cleo").reacts(at, STAR)).await;
    assert_snapshot!(shown(&bot), @r"
    Cogbox: ⭐ **3** · <#general>
      | ben
      | Look at that
      [Go to the message]
      ⭐ 2
      (edited)
    ");
    counts(&bot, 1, || dora.unreacts(at, STAR)).await;
    counts(&bot, 1, || board(&bot, "cleo").unreacts(at, STAR)).await;
    assert!(shown(&bot).contains("⭐ **2**"), "{}", shown(&bot));
    // Below, it goes, and comes back.
    counts(&bot, 1, || cleo.unreacts(said, STAR)).await;
    assert_eq!(shown(&bot), "");
    counts(&bot, 1, || cleo.reacts(said, STAR)).await;
    assert!(shown(&bot).contains("⭐ **2**"));
    hears(&bot, 1, || ben.deletes(said)).await;
    let gone = patiently(|| shown(&bot).is_empty()).await;
    assert!(gone, "{}", shown(&bot));
    bot.keeps_nothing("starboard").await;
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn own_stars_and_those_of_bots_count_only_where_that_is_set() {
    let bot = bot("1").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let helper = bot.discord.add_bot("helper");
    let lab = bot.discord.guild("Cogbox Lab");
    lab.add_member(&helper);
    let helper = helper.in_channel(&lab.channel("general"));
    let said = ben.says("I like me").await;
    counts(&bot, 1, || ben.reacts(said, STAR)).await;
    counts(&bot, 1, || helper.reacts(said, STAR)).await;
    assert_eq!(shown(&bot), "");
    bot.chooses(&ann, "starboard", "own", "On", false).await;
    bot.chooses(&ann, "starboard", "remove", "Off", false).await;
    counts(&bot, 1, || helper.unreacts(said, STAR)).await;
    assert!(shown(&bot).contains("⭐ **1**"));
    // What is shown stays where that is set.
    counts(&bot, 1, || ben.unreacts(said, STAR)).await;
    assert!(shown(&bot).contains("⭐ **0**"));
    bot.chooses(&ann, "starboard", "emoji", "🌟", true).await;
    let other = ben.says("By another emoji").await;
    counts(&bot, 1, || ann.reacts(other, "🌟")).await;
    assert!(shown(&bot).contains("🌟 **1**"), "{}", shown(&bot));
    bot.chooses(&ann, "starboard", "emoji", "star", true).await;
    assert_snapshot!(page(&bot, &ann.runs("/starboard show").await), @r"
    On: a message that one person gives ⭐ is shown in <#bots>.
    ⚠️ What is set as the emoji is none, so it is ⭐.
    Channel, number and emoji: `/cogs settings cog:starboard`. Channels that are left out: `/starboard ignore`. Channels that not everybody sees who sees the starboard are always left out. (alone)
    ");
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_shown_and_other_files_are_linked() {
    let bot = bot("1").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let files = [
        ("a.png", "image/png"),
        ("b.png", "image/png"),
        ("SPOILER_c.png", "image/png"),
        ("notes.txt", "text/plain"),
    ];
    let said = ben.sends("Four files", &files);
    counts(&bot, 1, || ann.reacts(said, STAR)).await;
    let sent = bot
        .discord
        .request(|one| one.method == "POST" && one.path.ends_with("/messages"))
        .await;
    let pictures = sent.body["embeds"].as_array().unwrap().iter();
    let pictures = pictures.filter_map(|embed| {
        embed["image"]["url"]
            .as_str()?
            .rsplit('/')
            .next()?
            .split('?')
            .next()
    });
    let pictures: Vec<&str> = pictures.collect();
    assert_eq!(pictures, ["a.png", "b.png"]);
    let text = sent.body["embeds"][0]["description"].as_str().unwrap();
    let links = text.lines().map(|line| line.split("](").next().unwrap());
    assert_snapshot!(links.collect::<Vec<_>>().join("\n"), @r"
    Four files
    📎 ||[SPOILER\_c.png
    📎 [notes.txt
    ");
    let empty = ben.sends("", &[("SPOILER_d.png", "image/png")]);
    counts(&bot, 1, || ann.reacts(empty, STAR)).await;
    assert!(shown(&bot).contains("📎 ||[SPOILER"), "{}", shown(&bot));
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_that_are_not_for_everybody_are_left_out() {
    let bot = bot("1").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    lab.add_role("Bots", ADMINISTRATOR);
    lab.give_bot_role("Bots");
    let [team, hot, quiet] = ["team", "hot", "quiet"].map(|name| lab.add_channel(name));
    team.set_everyone(0, VIEW_CHANNEL);
    team.set_person(&bot.discord.person("ben"), VIEW_CHANNEL, 0);
    hot.set_nsfw(true);
    let menu = ann.runs("/starboard ignore").await;
    let said = ann
        .selects(&menu, &menu_of(&menu), &[&quiet.id.to_string()])
        .await;
    assert_snapshot!(page(&bot, &said), @"Messages in <#ID> are not shown any more. What is there already stays. (alone)");
    for place in [&team, &hot, &quiet] {
        let there = bot.discord.person("ben").in_channel(place);
        let said = there.says("Not for everybody").await;
        counts(&bot, 1, || there.reacts(said, STAR)).await;
        let ann = bot.discord.person("ann").in_channel(place);
        counts(&bot, 1, || ann.reacts(said, STAR)).await;
    }
    let thread = ben.starts_private_thread("Whispers");
    ben.in_thread(&thread).adds_bot_to_thread();
    ben.in_thread(&thread)
        .adds_to_thread(&bot.discord.person("ann"));
    let whispered = ben.in_thread(&thread).says("Psst").await;
    counts(&bot, 1, || ann.in_thread(&thread).reacts(whispered, STAR)).await;
    assert_eq!(shown(&bot), "");
    // A thread of a channel for everybody is one too.
    let open = ben.starts_thread("Cats");
    let cat = ben.in_thread(&open).says("Meow").await;
    counts(&bot, 1, || ann.in_thread(&open).reacts(cat, STAR)).await;
    assert!(shown(&bot).contains("Meow"), "{}", shown(&bot));
    // What the board itself restricts may be shown there.
    lab.channel("bots").set_nsfw(true);
    let there = bot.discord.person("ben").in_channel(&hot);
    let said = there.says("Hot").await;
    let reader = bot.discord.person("ann").in_channel(&hot);
    counts(&bot, 1, || reader.reacts(said, STAR)).await;
    assert!(shown(&bot).contains("Hot"), "{}", shown(&bot));
    assert!(bot.cog("starboard").last_fault().is_none());
}

fn menu_of(answer: &Answer) -> String {
    let menu = &answer.message()["components"][0]["components"][0];
    menu["custom_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_stars_at_once_give_one_post_also_over_a_restart() {
    let bot = bot("2").await;
    let (ann, ben, cleo) = (bot.here("ann"), bot.here("ben"), bot.here("cleo"));
    let said = ben.says("Everybody likes it").await;
    counts(&bot, 2, || {
        ann.reacts(said, STAR);
        cleo.reacts(said, STAR);
    })
    .await;
    let other = ben.says("This as well").await;
    hears(&bot, 2, || {
        ann.reacts(other, STAR);
        cleo.reacts(other, STAR);
    })
    .await;
    let bot = bot.restarts(setup()).await;
    bot.app.services.clock.jump(10);
    bot.shows(&board(&bot, "ann"), "This as well").await;
    bot.counts(TIMERS, 1.0).await;
    let here = bot.here("cleo");
    counts(&bot, 1, || here.unreacts(said, STAR)).await;
    counts(&bot, 1, || here.reacts(said, STAR)).await;
    let text = shown(&bot);
    assert_eq!(text.matches("Everybody likes it").count(), 1, "{text}");
    assert_eq!(text.matches("This as well").count(), 1, "{text}");
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moderators_take_down_stays_down() {
    let bot = bot("1").await;
    let [ann, ben, cleo] = ["ann", "ben", "cleo"].map(|name| bot.here(name));
    let said = ben.says("Not that one").await;
    counts(&bot, 1, || ann.reacts(said, STAR)).await;
    counts(&bot, 1, || cleo.reacts(said, STAR)).await;
    let at = post(&bot);
    board(&bot, "ann").deletes(at);
    counts(&bot, 1, || cleo.unreacts(said, STAR)).await;
    counts(&bot, 1, || cleo.reacts(said, STAR)).await;
    assert_eq!(shown(&bot), "");
    assert!(page(&bot, &ann.runs("/stars top").await).starts_with("Nothing has got"));
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_that_is_closed_is_told_of_and_what_passes_is_tried_again() {
    let bot = bot("1").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    lab.channel("bots").set_everyone(0, 1 << 11);
    let said = ben.says("Nowhere to show it").await;
    counts(&bot, 1, || ann.reacts(said, STAR)).await;
    let closed = page(&bot, &ann.runs("/starboard show").await);
    lab.channel("bots").set_everyone(0, 0);
    // Discord fails for a while.
    for _ in 0..4 {
        let path = "/channels/*/messages/*/reactions/*";
        bot.discord.fail_next("GET", path, 503, json!({}));
    }
    let cleo = bot.here("cleo");
    counts(&bot, 1, || cleo.reacts(said, STAR)).await;
    assert_eq!(shown(&bot), "");
    // What was wrong is forgotten after the post: the call has ended by then.
    let before = bot.metric(TIMERS);
    bot.app.services.clock.jump(61);
    bot.counts(TIMERS, before + 1.0).await;
    bot.shows(&board(&bot, "ann"), "⭐ **2**").await;
    let mended = page(&bot, &ann.runs("/starboard show").await);
    assert_snapshot!([closed, mended].join("\n--\n"), @r"
        On: a message that one person gives ⭐ is shown in <#bots>.
        ⚠️ I may not write there. (<t:…:R>)
        Channel, number and emoji: `/cogs settings cog:starboard`. Channels that are left out: `/starboard ignore`. Channels that not everybody sees who sees the starboard are always left out. (alone)
        --
        On: a message that one person gives ⭐ is shown in <#bots>.
        Channel, number and emoji: `/cogs settings cog:starboard`. Channels that are left out: `/starboard ignore`. Channels that not everybody sees who sees the starboard are always left out. (alone)
        ");
    assert!(bot.cog("starboard").last_fault().is_none());
    // What an admin withholds is told as well.
    let withholds = "/cogs withhold cog:starboard grant:message-history";
    ann.runs(withholds).await;
    counts(&bot, 1, || cleo.unreacts(said, STAR)).await;
    assert_snapshot!(page(&bot, &ann.runs("/starboard show").await), @r"
    On: a message that one person gives ⭐ is shown in <#bots>.
    ⚠️ the cog called cogbox:discord/message-history which an admin of this server withholds from it (<t:…:R>)
    Channel, number and emoji: `/cogs settings cog:starboard`. Channels that are left out: `/starboard ignore`. Channels that not everybody sees who sees the starboard are always left out. (alone)
    ");
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_tell_who_and_what_has_the_most_and_forget_people() {
    let bot = bot("1").await;
    let [ann, ben, cleo] = ["ann", "ben", "cleo"].map(|name| bot.here(name));
    let empty = page(&bot, &ben.runs("/stars random").await);
    for (here, text, stars) in [
        (&ben, "one", &[&ann, &cleo][..]),
        (&ben, "two", &[&ann]),
        (&ann, "three", &[&ben]),
    ] {
        let said = here.says(text).await;
        counts(&bot, stars.len() as u32, || {
            for giver in stars {
                giver.reacts(said, STAR);
            }
        })
        .await;
    }
    for number in 0..9 {
        let said = cleo.says(&format!("more {number}")).await;
        counts(&bot, 1, || ann.reacts(said, STAR)).await;
    }
    let first = cleo.runs("/stars top").await;
    let next = ann.clicks(&first, "Next").await;
    let people = cleo.runs("/stars top what:People").await;
    let random = cleo.runs("/stars random").await;
    assert!(page(&bot, &random).contains("channels/LAB/general/ID"));
    let said = [
        empty,
        page(&bot, &first),
        page(&bot, &next),
        page(&bot, &people),
    ];
    assert_snapshot!(said.join("\n--\n"), @r"
    Nothing has got its stars here yet. (alone)
    --
    `1.` ⭐ **2** · <@ben> · <#general> · https://discord.com/channels/LAB/general/ID
    `2.` ⭐ **1** · <@ann> · <#general> · https://discord.com/channels/LAB/general/ID
    `3.` ⭐ **1** · <@ben> · <#general> · https://discord.com/channels/LAB/general/ID
    `4.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `5.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `6.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `7.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `8.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `9.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `10.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    --
    `11.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    `12.` ⭐ **1** · <@cleo> · <#general> · https://discord.com/channels/LAB/general/ID
    --
    `1.` <@cleo> · **9** for 9 messages
    `2.` <@ben> · **3** for 2 messages
    `3.` <@ann> · **1** for one message
    ");
    bot.deletes_data_of("cleo").await;
    assert_eq!(bot.keeps_of("cleo").await, 0);
    let people = page(&bot, &ann.runs("/stars top what:People").await);
    assert_snapshot!(people, @r"
    `1.` <@ben> · **3** for 2 messages
    `2.` <@ann> · **1** for one message
    ");
    assert!(
        ben.cannot_run("/starboard show")
            .contains("sees no command")
    );
    assert!(bot.cog("starboard").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_starboard_speaks_german() {
    let bot = bot("1").await;
    let (ann, ben) = (bot.here("ann"), bot.here("ben"));
    let lab = bot.discord.guild("Cogbox Lab");
    lab.moderator(&bot.discord.person("ann"))
        .sets_language("de");
    bot.discord.person("ann").set_locale("de");
    let said = ben.says("Schau!").await;
    counts(&bot, 1, || ann.reacts(said, STAR)).await;
    let mut texts = vec![shown(&bot)];
    for typed in ["/starboard show", "/stars top what:People"] {
        texts.push(page(&bot, &ann.runs(typed).await));
    }
    assert_snapshot!(texts.join("\n--\n"), @r"
        Cogbox: ⭐ **1** · <#general>
          | ben
          | Schau!
          [Zur Nachricht]

        --
        An: Was von einer Person ⭐ bekommt, steht in <#bots>.
        Kanal, Anzahl und Emoji: `/cogs settings cog:starboard`. Kanäle ohne Sternetafel: `/sternetafel ohne`. Kanäle, die nicht alle sehen, die die Sternetafel sehen, bleiben immer außen vor. (alone)
        --
        `1.` <@ben> · **1** für eine Nachricht
        ");
}
