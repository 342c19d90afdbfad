//! The stock cog `automod`: what members write, what becomes of it, and what moderators see.

use std::time::{Duration, SystemTime};

use cogbox::config::Grant;
use cogbox::store::subjects::Subject;
use cogbox_emulator::model::permissions::{MANAGE_GUILD, MODERATE_MEMBERS};
use cogbox_emulator::{Here, Id};
use insta::assert_snapshot;
use serde_json::json;

use crate::court::{Court, setup};
use crate::harness::eventually;

const COG: &str = "automod";
const HOUR: i64 = 3_600;

fn calls(export: &str) -> String {
    format!("cogbox_cog_calls_total{{cog=\"automod\",export=\"{export}\",outcome=\"ok\"}}")
}

/// Somebody writes, and the cog is done with it.
async fn writes(court: &Court, here: &Here, text: &str) -> Id {
    let heard = calls("message-created.created");
    let before = court.bot.metric(&heard);
    let id = here.says(text).await;
    court.bot.counts(&heard, before + 1.0).await;
    id
}

/// Somebody edits what they wrote, and the cog is done with it.
async fn edits(court: &Court, here: &Here, id: Id, text: &str) {
    let heard = calls("message-edited.edited");
    let before = court.bot.metric(&heard);
    here.edits(id, text);
    court.bot.counts(&heard, before + 1.0).await;
}

/// Somebody new joins, and the cog is done with it.
async fn joins(court: &Court, name: &str) {
    let heard = calls("member-joined.joined");
    let before = court.bot.metric(&heard);
    court.lab.add_member(&court.bot.discord.add_person(name));
    court.bot.counts(&heard, before + 1.0).await;
}

/// Fills a form in.
async fn fills(court: &Court, typed: &str, list: &str) -> String {
    let form = court.ann.runs(typed).await;
    let answer = court.ann.submits(&form, &[("list", list)]).await;
    format!("{typed}\n  {}", court.reads(&answer))
}

/// What everybody reads in #general.
fn public(court: &Court) -> String {
    let cleo = court.bot.here("cleo");
    court.named(&cleo.channel().transcript_for(&cleo))
}

/// What the bot asked Discord to do to people, and whether it did.
fn deeds(court: &Court) -> String {
    let requests = court.bot.discord.requests().into_iter();
    let deeds = requests.filter_map(|request| {
        let on_members = request.path.contains("/members/") || request.path.contains("/bans/");
        let is_deed = on_members && request.method != "GET";
        is_deed.then(|| format!("{} {}: {}", request.method, request.path, request.status))
    });
    let text = court.named(&deeds.collect::<Vec<_>>().join("\n"));
    text.replace(&court.lab.id.to_string(), "lab")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_makes_rules() {
    let court = Court::sits(COG).await;
    let mut said = vec![
        court.says(&court.ann, &["/automod show"]).await,
        fills(
            &court,
            "/automod words rule:Insults",
            "Potato\n*idiot*\nyou fool",
        )
        .await,
        fills(&court, "/automod invites", "").await,
        fills(&court, "/automod links", "example.org https://docs.rs/x").await,
    ];
    let rest = [
        r"/automod pattern name:nitro pattern:free\s+nitro",
        "/automod repeats times:3 seconds:60",
        "/automod flood messages:5 seconds:5",
        "/automod mentions most:4",
        "/automod capitals percent:70",
        "/automod emoji most:8",
        "/automod action rule:insults punish:Timeout length:10m after:3",
        "/automod action rule:nitro notice:false punish:Ban",
        "/automod action rule:capitals delete:false notice:false",
        "/automod remove rule:emoji",
        "/automod show",
    ];
    said.push(court.says(&court.ann, &rest).await);
    assert_snapshot!(said.join("\n"), @r"
    /automod show
      Rules
      There are no rules yet. Make one, such as `/automod invites`.
      The rules hold everywhere, and for all but moderators and bots.
      /automod action changes what happens, /automod remove ends a rule. Moderators and bots are exempt. (private)
    /automod words rule:Insults
      **Words: insults** · 3 words and phrases
      → delete, notice (private)
    /automod invites
      **Invites** · welcome: nothing
      → delete, notice (private)
    /automod links
      **Links** · welcome: `example.org` `docs.rs`
      → delete, notice (private)
    /automod pattern name:nitro pattern:free\s+nitro
      **Pattern: nitro** · `free\s+nitro`
      → delete, notice (private)
    /automod repeats times:3 seconds:60
      **Repeats** · 3 times the same within 60 seconds
      → delete, notice (private)
    /automod flood messages:5 seconds:5
      **Flood** · 5 messages within 5 seconds
      → delete, notice (private)
    /automod mentions most:4
      **Mentions** · more than 4
      → delete, notice (private)
    /automod capitals percent:70
      **Capitals** · from 70 % of the letters on
      → delete, notice (private)
    /automod emoji most:8
      **Emoji** · more than 8
      → delete, notice (private)
    /automod action rule:insults punish:Timeout length:10m after:3
      **Words: insults** → delete, notice, timeout of 10 minutes at hit 3 of an hour (private)
    /automod action rule:nitro notice:false punish:Ban
      **Pattern: nitro** → delete, ban (private)
    /automod action rule:capitals delete:false notice:false
      **Capitals** → only the log channel (private)
    /automod remove rule:emoji
      The rule **Emoji** is gone. (private)
    /automod show
      Rules
      **Capitals** · from 70 % of the letters on
      → only the log channel
      **Flood** · 5 messages within 5 seconds
      → delete, notice
      **Words: insults** · 3 words and phrases
      → delete, notice, timeout of 10 minutes at hit 3 of an hour
      **Invites** · welcome: nothing
      → delete, notice
      **Links** · welcome: `example.org` `docs.rs`
      → delete, notice
      **Mentions** · more than 4
      → delete, notice
      **Pattern: nitro** · `free\s+nitro`
      → delete, ban
      **Repeats** · 3 times the same within 60 seconds
      → delete, notice
      The rules hold everywhere, and for all but moderators and bots.
      /automod action changes what happens, /automod remove ends a rule. Moderators and bots are exempt. (private)
    ");
    // A list comes back as it was written, and keeps what happens.
    let form = court.ann.runs("/automod words rule:insults").await;
    assert_eq!(form.filled_in(), ["potato\n*idiot*\nyou fool"]);
    let kept = court.ann.submits(&form, &[("list", "potato")]).await;
    assert_snapshot!(court.reads(&kept), @r"
    **Words: insults** · one word or phrase
      → delete, notice, timeout of 10 minutes at hit 3 of an hour (private)
    ");
    let offered = court.ann.types("/automod remove rule:i").await;
    assert_snapshot!(offered.join(" | "), @"Capitals | Words: insults | Invites | Links | Mentions | Pattern: nitro");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_costs_nobody_a_long_list() {
    let court = Court::sits(COG).await;
    let ann = &court.ann;
    for (command, list, better) in [
        ("words rule:x", "fine\n**", "fine\n*fine*"),
        ("invites", "what/ever", "discord-developers"),
        ("links", "example.org\nnothing", "example.org"),
    ] {
        let form = ann.runs(&format!("/automod {command}")).await;
        let told = ann.submits(&form, &[("list", list)]).await;
        let form = ann.clicks(&told, "Go on writing").await;
        assert_eq!(form.filled_in(), [list]);
        let saved = ann.submits(&form, &[("list", better)]).await;
        assert!(saved.text().contains("→ delete"), "{}", saved.text());
        let gone = ann.clicks(&told, "Go on writing").await;
        assert!(gone.text().contains("not kept any more"), "{}", gone.text());
    }
    let rules = court.says(ann, &["/automod show"]).await;
    assert_snapshot!(rules, @"
    /automod show
      Rules
      **Invites** · welcome: `discord-developers`
      → delete, notice
      **Links** · welcome: `example.org`
      → delete, notice
      **Words: x** · 2 words and phrases
      → delete, notice
      The rules hold everywhere, and for all but moderators and bots.
      /automod action changes what happens, /automod remove ends a rule. Moderators and bots are exempt. (private)
    ");
    // Nobody goes on who may not do it any more.
    let eve = court.bot.discord.add_person("eve");
    court.lab.add_member(&eve);
    court.lab.add_role("Managers", MANAGE_GUILD);
    court.lab.give_role(&eve, "Managers");
    let eve = court.bot.here("eve");
    let form = eve.runs("/automod words rule:mine").await;
    let told = eve.submits(&form, &[("list", "**")]).await;
    let again = eve.clicks(&told, "Go on writing").await;
    court.lab.take_role(&court.person("eve"), "Managers");
    let late = eve.submits(&again, &[("list", "potato")]).await;
    assert_snapshot!(court.reads(&late), @"You may not manage this server any more. (private)");
    let late = eve.clicks(&told, "Go on writing").await;
    assert_snapshot!(court.reads(&late), @"You may not manage this server any more. (private)");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_said() {
    let court = Court::sits(COG).await;
    let mut said = vec![
        fills(&court, "/automod words rule:x", "fine\n**").await,
        fills(&court, "/automod invites", "what/ever").await,
        fills(&court, "/automod links", "nothing").await,
    ];
    let typed = [
        "/automod words rule:links",
        "/automod pattern name:x pattern:(",
        "/automod pattern name:x pattern:a*",
        "/automod pattern name:x pattern:((a{99}){99}){99}",
        "/automod action rule:x punish:Ban",
        "/automod action rule:x length:10m",
        "/automod action rule:x punish:Timeout",
        "/automod remove rule:x",
        "/automod test text:hello",
        "/automod raid what:End",
    ];
    said.push(court.says(&court.ann, &typed).await);
    // Nobody makes a rule of what they may not do.
    court.lab.add_role("Managers", MANAGE_GUILD);
    court.lab.give_role(&court.person("dora"), "Managers");
    let dora = court.bot.here("dora");
    fills(&court, "/automod words rule:x", "potato").await;
    let ban = "/automod action rule:x punish:Ban";
    let nobody = "/automod action rule:x punish:Nobody";
    said.push(court.says(&dora, &[ban]).await);
    court.ann.runs(ban).await;
    let form = dora.runs("/automod words rule:x").await;
    let changed = dora.submits(&form, &[("list", "hello")]).await;
    said.push(court.reads(&changed));
    court.chooses("raid-action", "ban").await;
    let raid = "/automod raid what:Start";
    said.push(court.says(&dora, &[raid, nobody, ban]).await);
    assert_snapshot!(said.join("\n"), @r"
    /automod words rule:x
      `**` is found in every message. Write more than `*`. (private)
    /automod invites
      `what/ever` is no invite. Write codes or links, one on each line. (private)
    /automod links
      `nothing` is no host. Write such as `example.org`, one on each line. (private)
    /automod words rule:links
      `links` is the name of another rule. Choose one of your own. (private)
    /automod pattern name:x pattern:(
      That is no pattern: found open group without closing ')' (private)
    /automod pattern name:x pattern:a*
      That pattern is found in every message. Make it say more. (private)
    /automod pattern name:x pattern:((a{99}){99}){99}
      That is no pattern: compiled regex exceeded size limit (private)
    /automod action rule:x punish:Ban
      There is no rule `x`. See `/automod show`. (private)
    /automod action rule:x length:10m
      The length is that of a timeout or a ban. Choose one under `punish`. (private)
    /automod action rule:x punish:Timeout
      Say for how long the timeout is, such as `30m`. (private)
    /automod remove rule:x
      There is no rule `x`. See `/automod show`. (private)
    /automod test text:hello
      There are no rules yet. Make one, such as `/automod invites`. (private)
    /automod raid what:End
      Raid mode is not on. (private)
    /automod action rule:x punish:Ban
      You may not do that yourself, so it can't be a rule of yours: you lack the permission **Ban Members**. (private)
    You may not do that yourself, so it can't be a rule of yours: you lack the permission **Ban Members**. (private)
    /automod raid what:Start
      You may not do that yourself, so it can't be a rule of yours: you lack the permission **Ban Members**. (private)
    /automod action rule:x punish:Nobody
      **Words: x** → delete, notice (private)
    /automod action rule:x punish:Ban
      You may not do that yourself, so it can't be a rule of yours: you lack the permission **Ban Members**. (private)
    ");
    let cleo = court.bot.here("cleo");
    assert_snapshot!(cleo.cannot_run("/automod show"), @"cleo sees no command /automod; there are none here");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_goes_and_is_written_down() {
    let court = Court::sits(COG).await;
    fills(&court, "/automod words rule:insults", "potato\n*idiot*").await;
    let ann = &court.ann;
    ann.runs("/automod action rule:insults punish:Timeout length:10m after:2")
        .await;
    let (cleo, dora) = (court.bot.here("cleo"), court.bot.here("dora"));
    writes(&court, &cleo, "I like potatoes").await;
    let fine = writes(&court, &cleo, "hello").await;
    writes(&court, &dora, "you **pota**to").await;
    // An edited message is read anew.
    edits(&court, &cleo, fine, "hello, idiots").await;
    let read = public(&court);
    assert_snapshot!(read, @r"
    cleo: I like potatoes
    Cogbox: <@dora> ⚠️ That is not welcome here.
    Cogbox: <@cleo> ⚠️ That is not welcome here.
    ");
    court.bot.app.services.clock.jump(20);
    // The notices are gone again.
    assert!(eventually(|| !public(&court).contains("⚠️")).await);
    writes(&court, &dora, "potato!").await;
    assert_snapshot!(dora.cannot_say("sorry"), @"dora may not write here.");
    assert_snapshot!(deeds(&court), @"PATCH /api/v10/guilds/lab/members/dora: 200");
    assert_snapshot!(court.writes("timeout of").await, @r"
    Cogbox: | A message broke a rule
      | **Words: insults**: `potato`
      | Person: <@dora> `dora`
      | Channel: <#general>
      | Done: message deleted
      | Message: you \*\*pota\*\*to
      | ID dora
    Cogbox: | A message broke a rule
      | **Words: insults**: `idiots`
      | Person: <@cleo> `cleo`
      | Channel: <#general>
      | Done: message deleted
      | Message: hello, idiots
      | ID cleo
    Cogbox: | A message broke a rule
      | **Words: insults**: `potato`
      | Person: <@dora> `dora`
      | Channel: <#general>
      | Done: timeout of 10 minutes
      |   message deleted
      | Message: potato!
      | ID dora
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_take_no_more_time_than_there_is() {
    let court = Court::sits(COG).await;
    // As many as a server may have, each as large as it may be.
    for number in 0..10 {
        let typed = format!("/automod pattern name:p{number} pattern:(a|b?a){{40}}c");
        court.ann.runs(&typed).await;
    }
    let eleventh = court
        .says(&court.ann, &["/automod pattern name:p10 pattern:potato"])
        .await;
    assert_snapshot!(eleventh, @r"
    /automod pattern name:p10 pattern:potato
      A server has at most 10 patterns. Remove one with `/automod remove`. (private)
    ");
    writes(&court, &court.bot.here("cleo"), &"a".repeat(2_000)).await;
    let test = format!("/automod test text:{}c", "a".repeat(1_999));
    let found = court.reads(&court.ann.runs(&test).await);
    assert_eq!(found.matches("Pattern: p").count(), 10, "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn invites_and_links() {
    let court = Court::sits(COG).await;
    fills(&court, "/automod invites", "friends").await;
    fills(&court, "/automod links", "example.org").await;
    let general = court.lab.channel("general");
    let ann = court.lab.moderator(&court.person("ann"));
    ann.invites_to(&general);
    let own = ann.invites().pop().unwrap();
    let cleo = court.bot.here("cleo");
    writes(&court, &cleo, &format!("ours: https://discord.gg/{own}")).await;
    writes(&court, &cleo, "discord.gg/friends").await;
    writes(&court, &cleo, "https://a.example.org/x").await;
    writes(&court, &cleo, "theirs: DISCORD.gg/elsewhere").await;
    writes(&court, &cleo, "see https://example.org@evil.com/").await;
    let left = public(&court).replace(&own, "OWN");
    assert_snapshot!(left, @r"
    cleo: ours: https://discord.gg/OWN
    cleo: discord.gg/friends
    cleo: https://a.example.org/x
    Cogbox: <@cleo> ⚠️ Invites to other servers are not welcome here.
    ");
    let test = format!("/automod test text:discord.gg/{own} discord.gg/x https://b.org <@1>");
    let answer = court.ann.runs(&test).await;
    assert_snapshot!(court.reads(&answer), @r"
    **Invites**: `x` → delete, notice
      **Links**: `b.org` → delete, notice
      Floods and repeats depend on what was written before, and are not tested. (private)
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_and_repeats() {
    let court = Court::sits(COG).await;
    for typed in [
        "/automod repeats times:3 seconds:60",
        "/automod flood messages:4 seconds:5",
        "/automod action rule:flood punish:Timeout length:1h",
        "/automod capitals percent:70",
        "/automod action rule:capitals delete:false",
    ] {
        court.ann.runs(typed).await;
    }
    let (cleo, dora) = (court.bot.here("cleo"), court.bot.here("dora"));
    writes(&court, &cleo, "before").await;
    court.bot.discord.advance(Duration::from_secs(30));
    for text in ["Buy this", "BUY  this", "buy This"] {
        writes(&court, &cleo, text).await;
        court.bot.discord.advance(Duration::from_secs(10));
    }
    for text in ["a", "b", "c", "d"] {
        writes(&court, &dora, text).await;
    }
    writes(&court, &cleo, "WHY IS IT GONE").await;
    assert_snapshot!(public(&court), @r"
    cleo: before
    Cogbox: <@cleo> ⚠️ Once is enough.
    Cogbox: <@dora> ⚠️ Slow down, please.
    cleo: WHY IS IT GONE
    ");
    assert_snapshot!(deeds(&court), @"PATCH /api/v10/guilds/lab/members/dora: 200");
    assert_snapshot!(court.writes("Capitals").await, @r"
    Cogbox: | A message broke a rule
      | **Repeats**: `3`
      | Person: <@cleo> `cleo`
      | Channel: <#general>
      | Done: 3 messages deleted
      | Message: buy This
      | ID cleo
    Cogbox: | A message broke a rule
      | **Flood**: `4`
      | Person: <@dora> `dora`
      | Channel: <#general>
      | Done: timeout of 1 hour
      |   4 messages deleted
      | Message: d
      | ID dora
    Cogbox: | A message broke a rule
      | **Capitals**: `100 %`
      | Person: <@cleo> `cleo`
      | Channel: <#general>
      | Done: nothing
      | Message: WHY IS IT GONE
      | ID cleo
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_and_what_is_exempt_are_left_alone() {
    let court = Court::sits(COG).await;
    fills(&court, "/automod words rule:x", "potato").await;
    let bots = court.lab.channel("bots");
    court.lab.add_role("Cooks", 0);
    let (cook, bots_id) = (court.lab.role("Cooks").to_string(), bots.id.to_string());
    let menu = court.ann.runs("/automod exempt").await;
    let id = |row: usize| {
        let menu = &menu.message()["components"][row]["components"][0];
        menu["custom_id"].as_str().unwrap().to_owned()
    };
    court.ann.selects(&menu, &id(0), &[&bots_id]).await;
    let both = court.ann.selects(&menu, &id(1), &[&cook]).await;
    let named = court
        .reads(&both)
        .replace(&cook, "Cooks")
        .replace(&bots_id, "bots");
    assert_snapshot!(named, @"No rule holds for <#bots> <@&Cooks>. (private)");
    let (cleo, dora) = (court.bot.here("cleo"), court.bot.here("dora"));
    court.lab.give_role(&court.person("dora"), "Cooks");
    let there = court.person("cleo").in_channel(&bots);
    writes(&court, &court.ben, "potato 1").await;
    writes(&court, &dora, "potato 2").await;
    writes(&court, &there, "potato 3").await;
    let thread = there.starts_thread("soup");
    writes(&court, &there.in_thread(&thread), "potato 4").await;
    writes(&court, &cleo, "potato 5").await;
    // A new thread is a message too.
    let written = court.writes("potato 5").await;
    assert!(!written.contains("potato 4"), "{written}");
    assert_snapshot!(public(&court), @r"
    ben: potato 1
    dora: potato 2
    Cogbox: <@cleo> ⚠️ That is not welcome here.
    ");
    assert_snapshot!(court.named(&bots.transcript_for(&there)), @r"
    cleo: potato 3
    cleo: soup
    ");
    // Whoever manages the server no more changes nothing.
    court.lab.add_role("Managers", MANAGE_GUILD);
    court.lab.give_role(&court.person("dora"), "Managers");
    let menu = dora.runs("/automod exempt").await;
    court.lab.take_role(&court.person("dora"), "Managers");
    let id = menu.message()["components"][0]["components"][0]["custom_id"].clone();
    let refused = dora.selects(&menu, id.as_str().unwrap(), &[]).await;
    assert_snapshot!(court.reads(&refused), @"You may not manage this server any more. (private)");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raid_is_met_and_ends_by_itself_over_a_restart() {
    let court = Court::sits(COG).await;
    // dora came before.
    court.bot.counts(&calls("member-joined.joined"), 1.0).await;
    court.chooses("raid-joins", "3").await;
    court.chooses("raid-action", "kick").await;
    joins(&court, "eve").await;
    court.bot.app.services.clock.jump(60);
    joins(&court, "finn").await;
    joins(&court, "gwen").await;
    assert_eq!(court.written(), "");
    joins(&court, "hugo").await;
    let court = court.restarts().await;
    court.bot.app.services.clock.jump(300);
    joins(&court, "iris").await;
    // Ten minutes since the last of them.
    court.bot.app.services.clock.jump(400);
    let shown = court.ann.runs("/automod show").await;
    assert!(court.reads(&shown).contains("Raid mode is on."));
    court.bot.app.services.clock.jump(300);
    assert_snapshot!(court.writes("The raid is over").await, @r"
    Cogbox: 🚨 A raid: 3 have joined within seconds.
      Who joins: kick.
      It ends <R>, later when more join.
      [End raid mode]
    Cogbox: The raid is over.
      Joined: 4, dealt with: 4, spared: 0.
    ");
    let people = ["eve", "finn", "gwen", "hugo", "iris"];
    let mut deeds = deeds(&court);
    for name in people {
        deeds = deeds.replace(&court.person(name).id.to_string(), name);
    }
    assert_snapshot!(deeds, @r"
    DELETE /api/v10/guilds/lab/members/finn: 204
    DELETE /api/v10/guilds/lab/members/gwen: 204
    DELETE /api/v10/guilds/lab/members/hugo: 204
    DELETE /api/v10/guilds/lab/members/iris: 204
    ");
    joins(&court, "jack").await;
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn raid_mode_by_hand_and_by_its_button() {
    let court = Court::sits(COG).await;
    // dora came before.
    court.bot.counts(&calls("member-joined.joined"), 1.0).await;
    let said = court
        .says(
            &court.ann,
            &["/automod raid what:Start", "/automod raid what:Start"],
        )
        .await;
    assert_snapshot!(said, @r"
    /automod raid what:Start
      Raid mode is on, but does nothing to those who join: choose that in `/cogs settings`. (private)
    /automod raid what:Start
      Raid mode is on already. (private)
    ");
    joins(&court, "eve").await;
    court.lab.add_role("Wardens", MODERATE_MEMBERS);
    let there = court.person("cleo").in_channel(&court.log);
    let refused = there.clicks_newest("End raid mode").await;
    court.lab.give_role(&court.person("cleo"), "Wardens");
    let done = there.clicks_newest("End raid mode").await;
    let again = there.clicks_newest("End raid mode").await;
    let said = [&refused, &done, &again].map(|answer| court.reads(answer));
    assert_snapshot!(said.join("\n"), @r"
    That is for moderators. (private)
    Raid mode is over. (private)
    Raid mode is not on. (private)
    ");
    assert_snapshot!(court.writes("ended raid mode").await, @r"
    Cogbox: 🚨 <@ann> started raid mode.
      Nothing is done to those who join; see `/cogs settings`.
      It ends <R>, later when more join.
      [End raid mode]
    Cogbox: <@cleo> ended raid mode.
      Joined: 1, dealt with: 0, spared: 0.
    ");
    assert_eq!(deeds(&court), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_done_is_written_down() {
    let court = Court::sits(COG).await;
    fills(&court, "/automod words rule:x", "potato").await;
    let ann = &court.ann;
    ann.runs("/automod action rule:x punish:Timeout length:1m")
        .await;
    let cleo = court.bot.here("cleo");
    let body = json!({ "message": "Missing Permissions", "code": 50013 });
    let discord = &court.bot.discord;
    discord.fail_next("DELETE", "/channels/*/messages/*", 403, body.clone());
    discord.fail_next("PATCH", "/guilds/*/members/*", 403, body);
    writes(&court, &cleo, "potato").await;
    assert_snapshot!(court.writes("potato").await, @r"
    Cogbox: | A message broke a rule
      | **Words: x**: `potato`
      | Person: <@cleo> `cleo`
      | Channel: <#general>
      | Done: ⚠️ Discord answered PATCH /guilds/{guild}/members/{user} with 403: Missing Permissions
      |   ⚠️ it could not be deleted: Discord answered DELETE /channels/{channel}/messages/{message} with 403: Missing Permissions
      | Message: potato
      | ID cleo
    ");
    court.lab.take_bot_role("Bots");
    let shown = court.says(ann, &["/automod show"]).await;
    assert_snapshot!(shown, @r"
    /automod show
      Rules
      **Words: x** · one word or phrase
      → delete, notice, timeout of 1 minute
      The rules hold everywhere, and for all but moderators and bots.
      ⚠️ I may not do that: I lack the permission **Manage Messages**.
      ⚠️ I may not do that: I lack the permission **Time Out Members**.
      ⚠️ Discord answered PATCH /guilds/{guild}/members/{user} with 403: Missing Permissions (<R>)
      /automod action changes what happens, /automod remove ends a rule. Moderators and bots are exempt. (private)
    ");
    court.bot.app.services.clock.jump(60);
    court
        .lab
        .moderator(&court.person("ann"))
        .deletes_channel(&court.log);
    writes(&court, &cleo, "potato again").await;
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_power_nothing_is_done_and_admins_read_why() {
    let asks = [
        "channels",
        "guilds",
        "invites",
        "members",
        "message-admin",
        "messages",
        "moderation",
        "schedule",
    ];
    let setup = setup(COG).cog(COG, |cog| {
        cog.grant = Grant::Only(asks.map(str::to_owned).into());
    });
    let court = Court::with(COG, setup).await;
    fills(&court, "/automod words rule:x", "potato").await;
    writes(&court, &court.bot.here("cleo"), "potato").await;
    let shown = court.says(&court.ann, &["/automod show"]).await;
    assert_snapshot!(shown, @r"
    /automod show
      Rules
      **Words: x** · one word or phrase
      → delete, notice
      The rules hold everywhere, and for all but moderators and bots.
      ⚠️ it could not be deleted: nobody asked for this, and it may not act by itself: the operator can grant it `act-alone` (<R>)
      /automod action changes what happens, /automod remove ends a rule. Moderators and bots are exempt. (private)
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_somebody_goes_with_them_and_with_time() {
    let court = Court::sits(COG).await;
    court
        .ann
        .runs("/automod flood messages:3 seconds:600")
        .await;
    let cleo = court.bot.here("cleo");
    let of = Subject {
        user: Some(cleo.id.to_string().parse().unwrap()),
        ..Subject::default()
    };
    let forgets = async || {
        let store = &court.bot.app.services.store;
        let rows = store.delete_of(&of, SystemTime::now()).await.unwrap();
        rows.iter().map(|rows| rows.count).sum::<u64>()
    };
    writes(&court, &cleo, "one").await;
    writes(&court, &cleo, "two").await;
    assert_eq!(forgets().await, 1);
    // With them it would be three.
    writes(&court, &cleo, "three").await;
    assert_eq!(public(&court).lines().count(), 3);
    // What is older than any rule looks back is forgotten without being asked for.
    court.bot.app.services.clock.jump(HOUR);
    court.bot.counts(&calls("timers.fired"), 1.0).await;
    assert_eq!(forgets().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_german() {
    let court = Court::sits(COG).await;
    court
        .lab
        .moderator(&court.person("ann"))
        .sets_language("de");
    court.person("ann").set_locale("de");
    let words = fills(&court, "/automod wörter regel:Knollen", "kartoffel*").await;
    let said = court
        .says(
            &court.ann,
            &[
                "/automod folge regel:knollen strafe:Auszeit dauer:1 Tag nach:5",
                "/automod flut nachrichten:5 sekunden:3",
                "/automod zeigen",
                "/automod prüfen text:Kartoffelsalat",
            ],
        )
        .await;
    assert_snapshot!(format!("{words}\n{said}"), @r"
    /automod wörter regel:Knollen
      **Wörter: knollen** · ein Wort oder Ausdruck
      → löschen, Hinweis (private)
    /automod folge regel:knollen strafe:Auszeit dauer:1 Tag nach:5
      **Wörter: knollen** → löschen, Hinweis, Auszeit (1 Tag) beim 5. Mal in einer Stunde (private)
    /automod flut nachrichten:5 sekunden:3
      **Flut** · 5 Nachrichten in 3 Sekunden
      → löschen, Hinweis (private)
    /automod zeigen
      Regeln
      **Flut** · 5 Nachrichten in 3 Sekunden
      → löschen, Hinweis
      **Wörter: knollen** · ein Wort oder Ausdruck
      → löschen, Hinweis, Auszeit (1 Tag) beim 5. Mal in einer Stunde
      Die Regeln gelten überall und für alle außer Moderation und Bots.
      /automod folge ändert, was geschieht, /automod entfernen beendet eine Regel. Moderation und Bots sind ausgenommen. (private)
    /automod prüfen text:Kartoffelsalat
      **Wörter: knollen**: `kartoffelsalat` → löschen, Hinweis, Auszeit (1 Tag) beim 5. Mal in einer Stunde
      Flut und Wiederholungen hängen davon ab, was vorher geschrieben wurde, und sind nicht geprüft. (private)
    ");
    writes(&court, &court.bot.here("cleo"), "Kartoffeln!").await;
    assert_snapshot!(public(&court), @"Cogbox: <@cleo> ⚠️ Das ist hier nicht willkommen.");
    assert_snapshot!(court.writes("Kartoffeln!").await, @r"
    Cogbox: | Eine Nachricht verstieß gegen eine Regel
      | **Wörter: knollen**: `kartoffeln`
      | Person: <@cleo> `cleo`
      | Kanal: <#general>
      | Getan: Nachricht gelöscht
      | Nachricht: Kartoffeln!
      | ID cleo
    ");
}
