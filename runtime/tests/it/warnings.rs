//! The stock cog `warnings`, as moderators use it, and what those read who are warned.

use std::time::{Duration, SystemTime};

use cogbox::config::Grant;
use cogbox::store::subjects::Subject;
use cogbox_emulator::model::permissions::{MANAGE_GUILD, MODERATE_MEMBERS};
use insta::assert_snapshot;
use serde_json::json;

use crate::court::{Court, setup};
use crate::harness::eventually;

const COG: &str = "warnings";
const DAY: i64 = 24 * 3_600;

/// A server with rules: a reason, and what three, five and eight points lead to.
async fn court() -> Court {
    let court = Court::sits(COG).await;
    rules(&court).await;
    court
}

async fn rules(court: &Court) {
    for typed in [
        "/warnrules reason name:Spam points:2 text:No *adverts* here.",
        "/warnrules action points:3 what:Timeout length:10m",
        "/warnrules action points:5 what:Kick",
        "/warnrules action points:8 what:Ban length:2 days",
    ] {
        court.ann.runs(typed).await;
    }
}

/// What the bot asked Discord to do to people, and whether it did.
fn deeds(court: &Court) -> String {
    let requests = court.bot.discord.requests().into_iter();
    let deeds = requests.filter_map(|request| {
        let on_members = request.path.contains("/members/") || request.path.contains("/bans/");
        let is_deed = on_members && request.method != "GET";
        is_deed.then(|| format!("{} {}: {}", request.method, request.path, request.status))
    });
    let guild = court.lab.id.to_string();
    let text = court.named(&deeds.collect::<Vec<_>>().join("\n"));
    text.replace(&guild, "lab")
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_add_up_to_what_the_rules_say() {
    let court = court().await;
    let said = court
        .says(
            &court.ben,
            &[
                "/warn who:@cleo reason:spam",
                "/warn who:@cleo reason:called ben a *potato*",
                "/warn who:@cleo reason:Spam points:1",
                "/warn who:@dora reason:just so that you know points:0",
                "/warnings who:@cleo",
                "/warnings",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /warn who:@cleo reason:spam
      ⚠️ **cleo** is warned: 2 points, 2 in all. Warning 1.
      > No \*adverts\* here.
    /warn who:@cleo reason:called ben a *potato*
      ⚠️ **cleo** is warned: 1 point, 3 in all. Warning 2.
      > called ben a \*potato\*
      With 3 points: timeout of 10 minutes.
    /warn who:@cleo reason:Spam points:1
      ⚠️ **cleo** is warned: 1 point, 4 in all. Warning 3.
      > No \*adverts\* here.
    /warn who:@dora reason:just so that you know points:0
      ⚠️ **dora** is warned: 0 points, 0 in all. Warning 4.
      > just so that you know
    /warnings who:@cleo
      3 warnings, 4 points
      <@cleo>
      `3` **1 point** · <@ben> · <D>
      > No \*adverts\* here.
      `2` **1 point** · <@ben> · <D>
      > called ben a \*potato\*
      `1` **2 points** · <@ben> · <D>
      > No \*adverts\* here. (private)
    /warnings
      4 warnings in this server
      `4` **0 points** · <@dora> · <@ben> · <D>
      > just so that you know
      `3` **1 point** · <@cleo> · <@ben> · <D>
      > No \*adverts\* here.
      `2` **1 point** · <@cleo> · <@ben> · <D>
      > called ben a \*potato\*
      `1` **2 points** · <@cleo> · <@ben> · <D>
      > No \*adverts\* here. (private)
    ");
    let offered = court.ben.types("/warn who:@cleo reason:adv").await;
    assert_eq!(offered, ["Spam (2 points): No *adverts* here."]);
    // Who is timed out uses no commands.
    court.bot.discord.advance(Duration::from_secs(11 * 60));
    let cleo = court.bot.here("cleo");
    assert_snapshot!(court.says(&cleo, &["/mywarnings"]).await, @r"
    /mywarnings
      3 warnings, 4 points
      <@cleo>
      `3` **1 point** · <D>
      > No \*adverts\* here.
      `2` **1 point** · <D>
      > called ben a \*potato\*
      `1` **2 points** · <D>
      > No \*adverts\* here. (private)
    ");
    // At the fifth point they are out, after they were told.
    let last = court
        .says(&court.ben, &["/warn who:@cleo reason:spam"])
        .await;
    assert_snapshot!(format!("{last}\n{}", deeds(&court)), @r"
    /warn who:@cleo reason:spam
      ⚠️ **cleo** is warned: 2 points, 6 in all. Warning 5.
      > No \*adverts\* here.
      With 6 points: kick.
    PATCH /api/v10/guilds/lab/members/cleo: 200
    DELETE /api/v10/guilds/lab/members/cleo: 204
    ");
    assert_snapshot!(court.told("cleo"), @r"
    Cogbox: You were warned in **Cogbox Lab**: 2 points, 2 in all.
      > No \*adverts\* here.
    Cogbox: You were warned in **Cogbox Lab**: 1 point, 3 in all.
      > called ben a \*potato\*
      This leads to: timeout of 10 minutes.
    Cogbox: You were warned in **Cogbox Lab**: 1 point, 4 in all.
      > No \*adverts\* here.
    Cogbox: You were warned in **Cogbox Lab**: 2 points, 6 in all.
      > No \*adverts\* here.
      This leads to: kick.
    ");
    assert_snapshot!(court.written(), @r"
    Cogbox: | Warning 1
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Points: 2 points, 2 in all
      | Reason: No \*adverts\* here.
      | ID cleo
    Cogbox: | Warning 2
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Points: 1 point, 3 in all
      | Reason: called ben a \*potato\*
      | Led to: With 3 points: timeout of 10 minutes.
      | ID cleo
    Cogbox: | Warning 3
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Points: 1 point, 4 in all
      | Reason: No \*adverts\* here.
      | ID cleo
    Cogbox: | Warning 4
      | Person: <@dora> `dora`
      | Moderator: <@ben>
      | Points: 0 points, 0 in all
      | Reason: just so that you know
      | ID dora
    Cogbox: | Warning 5
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Points: 2 points, 6 in all
      | Reason: No \*adverts\* here.
      | Led to: With 6 points: kick.
      | ID cleo
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_done_is_said() {
    let court = Court::sits(COG).await;
    let said = court
        .says(
            &court.ben,
            &[
                "/warn who:@ben reason:x",
                "/warn who:@Cogbox reason:x",
                "/warn who:@ann reason:x",
                "/unwarn number:7",
                "/clearwarnings who:@cleo",
                "/clearwarnings who:@ben",
                "/warnings",
                "/mywarnings",
            ],
        )
        .await;
    let rules = court
        .says(
            &court.ann,
            &[
                "/warnrules show",
                "/warnrules action points:3 what:Timeout",
                "/warnrules action points:3 what:Timeout length:29d",
                "/warnrules action points:3 what:Kick length:1h",
                "/warnrules action points:3 what:Ban length:1s",
                "/warnrules action points:3 what:Ban length:soon",
                "/warnrules unaction points:3",
                "/warnrules unreason name:spam",
            ],
        )
        .await;
    assert_snapshot!(format!("{said}\n{rules}"), @r"
    /warn who:@ben reason:x
      That's you. Choose somebody else. (private)
    /warn who:@Cogbox reason:x
      That's me. Ask an admin to remove me from the server. (private)
    /warn who:@ann reason:x
      <@ann> stands as high as you or higher. (private)
    /unwarn number:7
      There is no warning 7. (private)
    /clearwarnings who:@cleo
      <@cleo> has no warnings. (private)
    /clearwarnings who:@ben
      Your own warnings are for others to take back. (private)
    /warnings
      No warnings yet (private)
    /mywarnings
      No warnings
      <@ben> (private)
    /warnrules show
      Rules for warnings
      Change them with `/warnrules reason`, `unreason`, `action` and `unaction`; the rest is in `/cogs settings`.
      
      **What points lead to**
      None yet.
      
      **Reasons**
      None yet. (private)
    /warnrules action points:3 what:Timeout
      Say for how long the timeout is, such as `30m`. (private)
    /warnrules action points:3 what:Timeout length:29d
      A timeout lasts at most 28 days. (private)
    /warnrules action points:3 what:Kick length:1h
      A kick has no length. (private)
    /warnrules action points:3 what:Ban length:1s
      A ban for a time lasts from one minute to five years. Without a length it is for good. (private)
    /warnrules action points:3 what:Ban length:soon
      I don't understand that length of time. Write `30m`, `12h` or `7 days`. (private)
    /warnrules unaction points:3
      At 3 points nothing happens. (private)
    /warnrules unreason name:spam
      There is no reason `spam`. (private)
    ");
    // What a server's own reasons are for.
    court.chooses("free-reasons", "Off").await;
    let none = court.says(&court.ben, &["/warn who:@cleo reason:x"]).await;
    court
        .ann
        .runs("/warnrules reason name:Rude points:1 text:Be kind.")
        .await;
    let own = court
        .says(
            &court.ben,
            &["/warn who:@cleo reason:x", "/warn who:@cleo reason:RUDE"],
        )
        .await;
    assert_snapshot!(format!("{none}\n{own}"), @r"
    /warn who:@cleo reason:x
      This server takes its own reasons alone, and has none yet. Whoever manages it adds some with `/warnrules reason`. (private)
    /warn who:@cleo reason:x
      This server takes these reasons alone: `Rude`. (private)
    /warn who:@cleo reason:RUDE
      ⚠️ **cleo** is warned: 1 point, 1 in all. Warning 1.
      > Be kind.
    ");
    // Nobody makes a rule of what they may not do.
    court.lab.add_role("Managers", MANAGE_GUILD);
    court.lab.give_role(&court.person("dora"), "Managers");
    let dora = court.bot.here("dora");
    let rule = "/warnrules action points:1 what:Ban";
    assert_snapshot!(court.says(&dora, &[rule]).await, @r"
    /warnrules action points:1 what:Ban
      You may not do that yourself, so it can't be a rule of yours: you lack the permission **Ban Members**. (private)
    ");
    let cleo = court.bot.here("cleo");
    assert_snapshot!(cleo.cannot_run("/warn who:@dora reason:x"), @"cleo sees no command /warn; there are /mywarnings");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_taken_back() {
    let court = Court::sits(COG).await;
    for reason in ["one", "two", "three", "four", "five", "six"] {
        court
            .ben
            .runs(&format!("/warn who:@cleo reason:{reason}"))
            .await;
    }
    court.ann.runs("/warn who:@ben reason:asleep").await;
    let offered = court.ben.types("/unwarn number:2").await;
    assert_eq!(offered, ["2 cleo: two"]);
    let said = court
        .says(
            &court.ben,
            &[
                "/unwarn number:2 reason:was *me*",
                "/unwarn number:2",
                "/unwarn number:7",
                "/warnings who:@cleo",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /unwarn number:2 reason:was *me*
      Warning 2 of **cleo** is taken back.
    /unwarn number:2
      There is no warning 2. (private)
    /unwarn number:7
      Your own warnings are for others to take back. (private)
    /warnings who:@cleo
      5 warnings, 5 points
      <@cleo>
      `6` **1 point** · <@ben> · <D>
      > six
      `5` **1 point** · <@ben> · <D>
      > five
      `4` **1 point** · <@ben> · <D>
      > four
      `3` **1 point** · <@ben> · <D>
      > three
      `1` **1 point** · <@ben> · <D>
      > one (private)
    ");
    assert!(court.told("cleo").contains("was taken back"));
    court.ben.runs("/warn who:@cleo reason:seven").await;
    let first = court.ben.runs("/warnings who:@cleo").await;
    let second = court.ben.clicks(&first, "Next").await;
    let question = court.ben.runs("/clearwarnings who:@cleo").await;
    // Whoever moderates no more does neither.
    court.lab.take_role(&court.person("ben"), "Moderators");
    let turned = court.ben.clicks(&second, "Back").await;
    let cleared = court.ben.clicks(&question, "Take them back").await;
    court.lab.give_role(&court.person("ben"), "Moderators");
    let again = court.ben.clicks(&question, "Take them back").await;
    let said = [&second, &turned, &question, &cleared, &again].map(|answer| court.reads(answer));
    assert_snapshot!(said.join("\n"), @r"
    6 warnings, 6 points
      <@cleo>
      `1` **1 point** · <@ben> · <D>
      > one
      Page 2 of 2 (private)
    You may not do that any more. (private)
    Take all 6 warnings of <@cleo> back? It can't be undone. (private)
    You may not do that any more. (private)
    6 warnings of <@cleo> are taken back. (private)
    ");
    assert_snapshot!(court.says(&court.ben, &["/warnings who:@cleo"]).await, @r"
    /warnings who:@cleo
      No warnings
      <@cleo> (private)
    ");
    assert!(court.written().contains("took back all 6 warnings"));
}

#[tokio::test(flavor = "multi_thread")]
async fn points_expire_and_bans_end_over_a_restart() {
    let court = court().await;
    court.chooses("days", "7").await;
    court.ben.runs("/warn who:@cleo reason:spam").await;
    let court = court.restarts().await;
    court.bot.app.services.clock.jump(8 * DAY);
    // Two points that expired and two new ones are two.
    let said = court
        .says(
            &court.ben,
            &["/warn who:@cleo reason:spam", "/warnings who:@cleo"],
        )
        .await;
    assert_snapshot!(said, @r"
    /warn who:@cleo reason:spam
      ⚠️ **cleo** is warned: 2 points, 2 in all. Warning 2.
      > No \*adverts\* here.
    /warnings who:@cleo
      2 warnings, 2 points
      <@cleo>
      `2` **2 points** · <@ben> · <D> · expires <R>
      > No \*adverts\* here.
      `1` **2 points** · <@ben> · <D> · expired <R>
      > No \*adverts\* here. (private)
    ");
    court.ben.runs("/warn who:@dora reason:raid points:9").await;
    assert_snapshot!(deeds(&court), @"PUT /api/v10/guilds/lab/bans/dora: 204");
    let court = court.restarts().await;
    // The bot's clock is the machine's again.
    court.bot.app.services.clock.jump(9 * DAY);
    assert!(!court.written().contains("is over"));
    court.bot.app.services.clock.jump(DAY);
    court.writes("The ban of <@dora> is over.").await;
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_was_lifted_by_hand_ends_no_later_one() {
    let court = court().await;
    let dora = court.person("dora");
    court.ben.runs("/warn who:@dora reason:raid points:9").await;
    let ben = court.lab.moderator(&court.person("ben"));
    ben.unbans(&dora);
    let heard = "cogbox_cog_calls_total{cog=\"warnings\",export=\"bans.unbanned\",outcome=\"ok\"}";
    court.bot.counts(heard, 1.0).await;
    ben.bans(&dora);
    court.bot.app.services.clock.jump(3 * DAY);
    // Whatever is due by then has fired.
    court
        .bot
        .counts("cogbox_timers{cog=\"warnings\"}", 0.0)
        .await;
    assert!(!deeds(&court).contains("DELETE"), "{}", deeds(&court));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moderators_at_once() {
    let court = court().await;
    let typed = "/warn who:@cleo reason:spam points:3";
    let (first, second) = tokio::join!(court.ben.runs(typed), court.ann.runs(typed));
    let texts = [&first, &second].map(|answer| court.reads(answer));
    let busy = texts.iter().filter(|text| text.contains("Somebody else"));
    match busy.count() {
        // Both were in time, one after the other: what three points lead to happened once.
        0 => assert_eq!(deeds(&court).matches("PATCH").count(), 1, "{texts:?}"),
        busy => assert_eq!(busy, 1, "{texts:?}"),
    }
    let timeouts = texts.iter().filter(|text| text.contains("timeout"));
    assert_eq!(timeouts.count(), 1, "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_discord_fails_and_when_the_bot_may_not() {
    let court = court().await;
    let discord = &court.bot.discord;
    court.person("cleo").blocks_bot(true);
    let body = json!({ "message": "Missing Permissions", "code": 50013 });
    discord.fail_next("PATCH", "/guilds/*/members/*", 403, body);
    let failed = court
        .says(&court.ben, &["/warn who:@cleo reason:spam points:3"])
        .await;
    court.person("cleo").blocks_bot(false);
    court.lab.take_bot_role("Bots");
    let weak = court
        .says(&court.ben, &["/warn who:@cleo reason:spam"])
        .await;
    let shown = court.says(&court.ann, &["/warnrules show"]).await;
    court
        .lab
        .moderator(&court.person("ann"))
        .deletes_channel(&court.log);
    let gone = court
        .says(&court.ben, &["/warn who:@dora reason:spam"])
        .await;
    assert_snapshot!(format!("{failed}\n{weak}\n{shown}\n{gone}"), @r"
    /warn who:@cleo reason:spam points:3
      ⚠️ **cleo** is warned: 3 points, 3 in all. Warning 1.
      > No \*adverts\* here.
      With 3 points: timeout of 10 minutes. It could not be done: Discord answered PATCH /guilds/{guild}/members/{user} with 403: Missing Permissions
      They could not be told: their direct messages are closed.
    /warn who:@cleo reason:spam
      ⚠️ **cleo** is warned: 2 points, 5 in all. Warning 2.
      > No \*adverts\* here.
      With 5 points: kick. It could not be done: I may not do that: I lack the permission **Kick Members**.
    /warnrules show
      Rules for warnings
      Change them with `/warnrules reason`, `unreason`, `action` and `unaction`; the rest is in `/cogs settings`.
      
      **What points lead to**
      **3 points** timeout of 10 minutes
      ⚠️ I may not do that: I lack the permission **Time Out Members**.
      **5 points** kick
      ⚠️ I may not do that: I lack the permission **Kick Members**.
      **8 points** ban of 2 days
      ⚠️ I may not do that: I lack the permission **Ban Members**.
      
      **Reasons**
      `Spam` **2 points** No \*adverts\* here. (private)
    /warn who:@dora reason:spam
      ⚠️ **dora** is warned: 2 points, 2 in all. Warning 3.
      > No \*adverts\* here.
      It is done, but could not be written into <#cases>: Discord answered GET /channels/{channel} with 404: Unknown Channel. See `/cogs settings`.
    ");
    // What does not happen is not announced.
    assert_snapshot!(court.told("cleo"), @r"
    Cogbox: You were warned in **Cogbox Lab**: 2 points, 5 in all.
      > No \*adverts\* here.
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_power_a_rule_does_what_the_moderator_may() {
    let asks = [
        "direct-messages",
        "guilds",
        "members",
        "messages",
        "moderation",
        "schedule",
    ];
    let setup = setup(COG).cog(COG, |cog| {
        cog.grant = Grant::Only(asks.map(str::to_owned).into());
    });
    let court = Court::with(COG, setup).await;
    rules(&court).await;
    court.lab.add_role("Wardens", MODERATE_MEMBERS);
    court.lab.give_role(&court.person("dora"), "Wardens");
    let dora = court.bot.here("dora");
    let said = court
        .says(
            &dora,
            &[
                "/warn who:@cleo reason:spam points:3",
                "/warn who:@cleo reason:spam",
            ],
        )
        .await;
    assert_snapshot!(format!("{said}\n{}", deeds(&court)), @r"
    /warn who:@cleo reason:spam points:3
      ⚠️ **cleo** is warned: 3 points, 3 in all. Warning 1.
      > No \*adverts\* here.
      With 3 points: timeout of 10 minutes.
    /warn who:@cleo reason:spam
      ⚠️ **cleo** is warned: 2 points, 5 in all. Warning 2.
      > No \*adverts\* here.
      With 5 points: kick. It could not be done: whoever asked for this lacks the permission KICK_MEMBERS
    PATCH /api/v10/guilds/lab/members/cleo: 200
    ");
    assert!(court.bot.cog(COG).last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn by_form_and_in_german() {
    let court = court().await;
    court
        .lab
        .moderator(&court.person("ann"))
        .sets_language("de");
    court.person("ben").set_locale("de");
    let cleo = court.bot.here("cleo");
    let form = court.ben.clicks_user("Verwarnen", &cleo).await;
    let odd = court
        .ben
        .submits(&form, &[("reason", "spam"), ("points", "x")])
        .await;
    let form = court.ben.clicks(&odd, "Weiterschreiben").await;
    assert_eq!(form.filled_in(), ["spam", "x"]);
    let done = court
        .ben
        .submits(&form, &[("reason", "spam"), ("points", "")])
        .await;
    let list = court.ben.clicks_user("Verwarnungen", &cleo).await;
    let by_form = [&odd, &done, &list].map(|answer| court.reads(answer));
    let said = court
        .says(
            &court.ben,
            &[
                "/verwarnen wen:@cleo grund:Streit punkte:1",
                "/verwarnung-zurück nummer:2 grund:Irrtum",
                "/verwarnungen wessen:@cleo",
            ],
        )
        .await;
    assert_snapshot!(format!("{}\n{said}", by_form.join("\n")), @r"
    Schreib eine ganze Zahl von Punkten, 0 bis 100. (private)
    ⚠️ **cleo** ist verwarnt: 2 Punkte, insgesamt 2. Verwarnung 1.
      > No \*adverts\* here.
    Eine Verwarnung, 2 Punkte
      <@cleo>
      `1` **2 Punkte** · <@ben> · <D>
      > No \*adverts\* here. (private)
    /verwarnen wen:@cleo grund:Streit punkte:1
      ⚠️ **cleo** ist verwarnt: 1 Punkt, insgesamt 3. Verwarnung 2.
      > Streit
      Bei 3 Punkte: Auszeit (10 Minuten).
    /verwarnung-zurück nummer:2 grund:Irrtum
      Verwarnung 2 von **cleo** ist zurückgenommen.
    /verwarnungen wessen:@cleo
      Eine Verwarnung, 2 Punkte
      <@cleo>
      `1` **2 Punkte** · <@ben> · <D>
      > No \*adverts\* here. (private)
    ");
    assert_snapshot!(court.told("cleo"), @r"
    Cogbox: Du wurdest auf **Cogbox Lab** verwarnt: 2 Punkte, insgesamt 2.
      > No \*adverts\* here.
    Cogbox: Du wurdest auf **Cogbox Lab** verwarnt: 1 Punkt, insgesamt 3.
      > Streit
      Das führt zu: Auszeit (10 Minuten).
    Cogbox: Eine deiner Verwarnungen auf **Cogbox Lab** wurde zurückgenommen:
      > Streit
      Irrtum
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_go_with_the_person() {
    let court = court().await;
    court.ben.runs("/warn who:@cleo reason:spam").await;
    court.ben.runs("/warn who:@dora reason:spam").await;
    let of = Subject {
        user: Some(court.person("cleo").id.to_string().parse().unwrap()),
        ..Subject::default()
    };
    let store = &court.bot.app.services.store;
    store.delete_of(&of, SystemTime::now()).await.unwrap();
    let said = court
        .says(&court.ben, &["/warnings who:@cleo", "/warnings"])
        .await;
    assert_snapshot!(said, @r"
    /warnings who:@cleo
      No warnings
      <@cleo> (private)
    /warnings
      One warning in this server
      `2` **2 points** · <@dora> · <@ben> · <D>
      > No \*adverts\* here. (private)
    ");
    assert!(eventually(|| court.told("dora").contains("warned")).await);
}
