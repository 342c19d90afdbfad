//! The stock cog `moderation`, as moderators use it, and what those read whom it is about.

use cogbox::config::Grant;
use insta::assert_snapshot;
use serde_json::json;

use crate::court::{Court, setup};
use crate::harness::eventually;

const DAY: i64 = 24 * 3_600;

/// Waits until so many cases are written, and returns them.
async fn writes(court: &Court, cases: usize) -> String {
    assert!(eventually(|| court.written().matches("Case ").count() >= cases).await);
    court.written()
}

/// Whether somebody is banned, as a moderator sees it in Discord's own list.
async fn is_banned(court: &Court, name: &str) -> bool {
    let banned = court.ben.types(&format!("/unban who:{name}")).await;
    !banned.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_at_work() {
    let court = Court::sits("moderation").await;
    let ben = &court.ben;
    let said = court
        .says(
            ben,
            &[
                "/timeout who:@cleo length:10m reason:calm *down*",
                "/untimeout who:@cleo reason:calm now",
                "/nick who:@cleo name:Clio",
                "/nick who:@cleo",
                "/slowmode length:30s",
                "/slowmode length:off",
                "/kick who:@dora reason:spam",
                "/ban who:@cleo",
                "/reason number:4 text:came back with another account",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /timeout who:@cleo length:10m reason:calm *down*
      🔇 **cleo** is timed out. It ends <R>. Case 1.
      > calm \*down\*
    /untimeout who:@cleo reason:calm now
      🔊 **cleo** may write and speak again. Case 2.
      > calm now
    /nick who:@cleo name:Clio
      **cleo** is called **Clio** here now.
    /nick who:@cleo
      **cleo** has no nickname any more.
    /slowmode length:30s
      🐌 In <#general> everybody waits 30 seconds between two messages.
    /slowmode length:off
      Slow mode is off in <#general>.
    /kick who:@dora reason:spam
      👢 **dora** is out. Case 3.
      > spam
    /ban who:@cleo
      🔨 **cleo** is banned. Case 4.
    /reason number:4 text:came back with another account
      Case 4 has its reason. (private)
    ");
    assert_snapshot!(writes(&court, 4).await, @r"
    Cogbox: | Case 1 · Timeout
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Until: <f>
      | Reason: calm \*down\*
      | ID cleo
    Cogbox: | Case 2 · End of a timeout
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Reason: calm now
      | ID cleo
    Cogbox: | Case 3 · Kick
      | Person: <@dora> `dora`
      | Moderator: <@ben>
      | Reason: spam
      | ID dora
    Cogbox: | Case 4 · Ban
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Reason: came back with another account
      | ID cleo
      (edited)
    ");
    assert_snapshot!(court.told("cleo"), @r"
    Cogbox: You were timed out in **Cogbox Lab**: you can neither write nor speak there. It ends <f>.
      > calm \*down\*
    Cogbox: Your timeout in **Cogbox Lab** is over.
      > calm now
    Cogbox: You were banned from **Cogbox Lab**.
    ");
    assert_snapshot!(court.told("dora"), @r"
    Cogbox: You were kicked from **Cogbox Lab**. You may come back.
      > spam
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_done_is_said() {
    let court = Court::sits("moderation").await;
    let said = court
        .says(
            &court.ben,
            &[
                "/kick who:@ben",
                "/kick who:@Cogbox",
                "/ban who:@ann",
                "/timeout who:@cleo length:soon",
                "/timeout who:@cleo length:29 days",
                "/tempban who:@cleo length:30s",
                "/untimeout who:@cleo",
                "/voicekick who:@cleo",
                "/unban who:nobody",
                "/unban who:123456789012345678",
                "/massban who:them all",
                "/slowmode length:7h",
                "/slowmode length:fast",
                "/case number:7",
                "/cases",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /kick who:@ben
      That's you. Choose somebody else. (private)
    /kick who:@Cogbox
      That's me. Ask an admin to remove me from the server. (private)
    /ban who:@ann
      <@ann> stands as high as you or higher. (private)
    /timeout who:@cleo length:soon
      I don't understand that length of time. Write `30m`, `12h` or `7 days`. (private)
    /timeout who:@cleo length:29 days
      A timeout lasts at most 28 days. `/tempban` can last longer. (private)
    /tempban who:@cleo length:30s
      A temporary ban lasts from one minute to five years. For good it is `/ban`. (private)
    /untimeout who:@cleo
      <@cleo> is not timed out. (private)
    /voicekick who:@cleo
      <@cleo> is in no voice channel. (private)
    /unban who:nobody
      Nobody is banned as nobody here. (private)
    /unban who:123456789012345678
      Nobody is banned as <@123456789012345678> here. (private)
    /massban who:them all
      I found no ids in that. Write them one after the other, such as `123456789012345678 223456789012345678`. (private)
    /slowmode length:7h
      Slow mode is at most 6 hours. (private)
    /slowmode length:fast
      I don't understand that length of time. Write `30m`, `12h` or `7 days`. (private)
    /case number:7
      There is no case 7. (private)
    /cases
      No cases yet (private)
    ");
    // The bot's own place and permissions.
    court.lab.add_role("Elders", 0);
    court.lab.move_role("Elders", 10);
    court.lab.give_role(&court.person("cleo"), "Elders");
    let elder = court.says(&court.ann, &["/kick who:@cleo"]).await;
    court.lab.take_bot_role("Bots");
    let weak = court
        .says(&court.ann, &["/ban who:@dora", "/nick who:@dora name:D"])
        .await;
    assert_snapshot!(format!("{elder}\n{weak}"), @r"
    /kick who:@cleo
      <@cleo> stands as high as I or higher. Put my role above theirs in the server's settings. (private)
    /ban who:@dora
      I may not do that: I lack the permission **Ban Members**. (private)
    /nick who:@dora name:D
      I may not do that: I lack the permission **Manage Nicknames**. (private)
    ");
    // Nothing was done, so there is nothing to tell.
    assert_eq!(court.written(), "");
    assert_eq!(court.told("cleo"), "");
    court.ann.cannot_run("/kick");
    let cleo = court.bot.here("cleo");
    assert_snapshot!(cleo.cannot_run("/kick who:@dora"), @"cleo sees no command /kick; there are none here");
}

#[tokio::test(flavor = "multi_thread")]
async fn bans_come_and_go() {
    let court = Court::sits("moderation").await;
    let ben = &court.ben;
    let said = court
        .says(
            ben,
            &[
                "/ban who:@cleo reason:raid delete:The last day",
                "/ban who:@cleo",
                "/softban who:@dora reason:adverts",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /ban who:@cleo reason:raid delete:The last day
      🔨 **cleo** is banned. Case 1.
      > raid
    /ban who:@cleo
      <@cleo> is banned already. (private)
    /softban who:@dora reason:adverts
      🧹 **dora** is out, with their messages, and may come back. Case 2.
      > adverts
    ");
    let offered = ben.types("/unban who:cl").await;
    assert_eq!(court.named(&offered.join(", ")), "cleo (cleo)");
    court.lab.add_member(&court.person("dora"));
    let (cleo, dora) = (court.person("cleo").id, court.person("dora").id);
    let ann = court.person("ann").id;
    let mass = format!("/massban who:<@{dora}> {ann} 555555555555555555 reason:raid");
    let said = court
        .says(
            ben,
            &[
                "/unban who:CLEO reason:sorry",
                &format!("/unban who:{cleo}"),
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /unban who:CLEO reason:sorry
      🕊️ **cleo** is no longer banned. Case 3.
      > sorry
    /unban who:cleo
      Nobody is banned as <@cleo> here. (private)
    ");
    let answer = ben.runs(&mass).await;
    assert_snapshot!(court.reads(&answer), @r"
    🔨 One person is banned.
      Case 4.
      <@ann> stands as high as you or higher.
      <@555555555555555555>: Discord answered PUT /guilds/{guild}/bans/{user} with 404: Unknown User
    ");
    assert_snapshot!(court.reads(&ben.runs("/cases who:@cleo").await), @r"
    2 cases
      <@cleo>
      `3` **Unban** · <@cleo> · <@ben> · <D>
      > sorry
      `1` **Ban** · <@cleo> · <@ben> · <D>
      > raid (private)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_ban_ends_over_a_restart() {
    let court = Court::sits("moderation").await;
    let said = court
        .says(
            &court.ben,
            &["/tempban who:@cleo length:2 days reason:cool off"],
        )
        .await;
    assert_snapshot!(said, @r"
    /tempban who:@cleo length:2 days reason:cool off
      🔨 **cleo** is banned for a time. It ends <R>. Case 1.
      > cool off
    ");
    let court = court.restarts().await;
    court.bot.app.services.clock.jump(DAY);
    assert!(is_banned(&court, "cleo").await);
    court.bot.app.services.clock.jump(DAY);
    assert_snapshot!(writes(&court, 2).await, @r"
    Cogbox: | Case 1 · Temporary ban
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Until: <f>
      | Reason: cool off
      | ID cleo
    Cogbox: | Case 2 · Unban
      | Person: <@cleo> `cleo`
      | Moderator: by itself
      | Reason: The time is over.
      | ID cleo
    ");
    assert!(!is_banned(&court, "cleo").await);
    // One for good takes the place of one for a time.
    let said = court
        .says(
            &court.ben,
            &[
                "/tempban who:@dora length:1d",
                "/ban who:@dora",
                "/ban who:@dora",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /tempban who:@dora length:1d
      🔨 **dora** is banned for a time. It ends <R>. Case 3.
    /ban who:@dora
      🔨 **dora** is banned. Case 4.
    /ban who:@dora
      <@dora> is banned already. (private)
    ");
    court.bot.app.services.clock.jump(3 * DAY);
    assert!(is_banned(&court, "dora").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_can_not_be_lifted_is_told() {
    let mut setup = setup("moderation");
    let asks = [
        "channel-admin",
        "direct-messages",
        "guilds",
        "member-edit",
        "members",
        "messages",
        "moderation",
        "schedule",
    ];
    setup = setup.cog("moderation", |cog| {
        cog.grant = Grant::Only(asks.map(str::to_owned).into());
    });
    let court = Court::with("moderation", setup).await;
    court.ben.runs("/tempban who:@cleo length:1h").await;
    court.bot.app.services.clock.jump(DAY);
    assert!(eventually(|| court.written().contains("can't lift")).await);
    assert_snapshot!(court.written(), @r"
    Cogbox: | Case 1 · Temporary ban
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Until: <f>
      | Reason: None yet: `/reason 1`
      | ID cleo
    Cogbox: The ban of <@cleo> is over, but I can't lift it: nobody asked for this, and it may not act by itself: the operator can grant it `act-alone`. Use `/unban`.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moderators_at_once() {
    let court = Court::sits("moderation").await;
    let typed = "/kick who:@cleo reason:me first";
    let (first, second) = tokio::join!(court.ben.runs(typed), court.ann.runs(typed));
    let done = [&first, &second].map(|answer| !answer.is_private());
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    let refused = if done[0] { second } else { first };
    // They may also be gone already.
    let (busy, gone) = ("Somebody else is punishing them", "not a member");
    let text = refused.text();
    assert!(text.contains(busy) || text.contains(gone), "{text}");
    assert_eq!(writes(&court, 1).await.matches("Case 1").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_discord_fails() {
    let court = Court::sits("moderation").await;
    let discord = &court.bot.discord;
    let body = json!({ "message": "Missing Permissions", "code": 50013 });
    discord.fail_next("PUT", "/guilds/*/bans/*", 403, body);
    let ban = court.says(&court.ben, &["/ban who:@cleo"]).await;
    court.person("cleo").blocks_bot(true);
    let closed = court.says(&court.ben, &["/kick who:@cleo"]).await;
    court
        .lab
        .moderator(&court.person("ann"))
        .deletes_channel(&court.log);
    let gone = court
        .says(
            &court.ben,
            &["/timeout who:@dora length:1m", "/case number:2"],
        )
        .await;
    assert_snapshot!(format!("{ban}\n{closed}\n{gone}"), @r"
    /ban who:@cleo
      That doesn't work: Discord answered PUT /guilds/{guild}/bans/{user} with 403: Missing Permissions. (private)
    /kick who:@cleo
      👢 **cleo** is out. Case 1.
      They could not be told: their direct messages are closed.
    /timeout who:@dora length:1m
      🔇 **dora** is timed out. It ends <R>. Case 2.
      The case is kept, but could not be written into <#cases>: Discord answered GET /channels/{channel} with 404: Unknown Channel. See `/cogs settings`.
    /case number:2
      Case 2 · Timeout
      ID dora (private)
    ");
    assert!(court.bot.cog("moderation").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_by_hand_gets_a_case_too() {
    let court = Court::sits("moderation").await;
    court.ben.runs("/tempban who:@cleo length:1h").await;
    let ben = court.lab.moderator(&court.person("ben"));
    ben.clone()
        .because("was a mistake")
        .unbans(&court.person("cleo"));
    writes(&court, 2).await;
    ben.clone().because("adverts").kicks(&court.person("dora"));
    assert_snapshot!(writes(&court, 3).await, @r"
    Cogbox: | Case 1 · Temporary ban
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Until: <f>
      | Reason: None yet: `/reason 1`
      | ID cleo
    Cogbox: | Case 2 · Unban
      | Person: <@cleo> `cleo`
      | Moderator: <@ben>
      | Reason: was a mistake
      | ID cleo
    Cogbox: | Case 3 · Kick
      | Person: <@dora> `dora`
      | Moderator: <@ben>
      | Reason: adverts
      | ID dora
    ");
    // The timer went with the ban.
    court.bot.app.services.clock.jump(DAY);
    court.chooses("by-hand", "Off").await;
    ben.bans(&court.person("dora"));
    court.ben.runs("/slowmode length:5s").await;
    let cases = court.ann.runs("/cases").await;
    assert_snapshot!(court.reads(&cases), @r"
    3 cases in this server
      `3` **Kick** · <@dora> · <@ben> · <D>
      > adverts
      `2` **Unban** · <@cleo> · <@ben> · <D>
      > was a mistake
      `1` **Temporary ban** · <@cleo> · <@ben> · <D> (private)
    ");
    assert!(court.bot.cog("moderation").last_fault().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_looked_up_and_explained() {
    let court = Court::sits("moderation").await;
    for number in 1..=6 {
        let typed = format!("/timeout who:@cleo length:{number}m");
        let done = court.says(&court.ann, &[&typed]).await;
        assert!(done.contains(&format!("Case {number}.")), "{done}");
    }
    let first = court.ben.runs("/cases who:@cleo").await;
    let before = court.reads(&first);
    let second = court.ben.clicks(&first, "Next").await;
    assert_snapshot!(format!("{before}\n{}", court.reads(&second)), @r"
    6 cases
      <@cleo>
      `6` **Timeout** · <@cleo> · <@ann> · <D>
      `5` **Timeout** · <@cleo> · <@ann> · <D>
      `4` **Timeout** · <@cleo> · <@ann> · <D>
      `3` **Timeout** · <@cleo> · <@ann> · <D>
      `2` **Timeout** · <@cleo> · <@ann> · <D>
      Page 1 of 2 (private)
    6 cases
      <@cleo>
      `1` **Timeout** · <@cleo> · <@ann> · <D>
      Page 2 of 2 (private)
    ");
    let said = court
        .says(&court.ben, &["/reason number:6 text:mine"])
        .await;
    assert_snapshot!(said, @r"
    /reason number:6 text:mine
      Another moderator's case is for those to change who manage the server. (private)
    ");
    // Who moderates no more turns no more pages.
    court.lab.take_role(&court.person("ben"), "Moderators");
    let refused = court.ben.clicks(&second, "Back").await;
    assert_snapshot!(court.reads(&refused), @"You may not see cases any more. (private)");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_speaks_german() {
    let court = Court::sits("moderation").await;
    court
        .lab
        .moderator(&court.person("ann"))
        .sets_language("de");
    court.person("ben").set_locale("de");
    let said = court
        .says(
            &court.ben,
            &[
                "/auszeit wem:@cleo dauer:2 Stunden grund:Ruhe bitte",
                "/auszeit wem:@cleo dauer:bald",
                "/langsam dauer:5 Minuten",
                "/zeitbann wen:@dora dauer:7 Tage",
                "/fälle",
            ],
        )
        .await;
    assert_snapshot!(said, @r"
    /auszeit wem:@cleo dauer:2 Stunden grund:Ruhe bitte
      🔇 **cleo** hat eine Auszeit. Das endet <R>. Fall 1.
      > Ruhe bitte
    /auszeit wem:@cleo dauer:bald
      Diese Dauer verstehe ich nicht. Schreib `30m`, `12h` oder `7 Tage`. (private)
    /langsam dauer:5 Minuten
      🐌 In <#general> wartet jeder 5 Minuten zwischen zwei Nachrichten.
    /zeitbann wen:@dora dauer:7 Tage
      🔨 **dora** ist auf Zeit gebannt. Das endet <R>. Fall 2.
    /fälle
      2 Fälle auf diesem Server
      `2` **Bann auf Zeit** · <@dora> · <@ben> · <D>
      `1` **Auszeit** · <@cleo> · <@ben> · <D>
      > Ruhe bitte (private)
    ");
    assert_snapshot!(court.told("cleo"), @r"
    Cogbox: Du hast auf **Cogbox Lab** eine Auszeit: dort kannst du weder schreiben noch sprechen. Das endet <f>.
      > Ruhe bitte
    ");
    assert_snapshot!(writes(&court, 0).await, @r"
    Cogbox: | Fall 1 · Auszeit
      | Person: <@cleo> `cleo`
      | Moderation: <@ben>
      | Bis: <f>
      | Grund: Ruhe bitte
      | ID cleo
    Cogbox: | Fall 2 · Bann auf Zeit
      | Person: <@dora> `dora`
      | Moderation: <@ben>
      | Bis: <f>
      | Grund: Noch keiner: `/grund 2`
      | ID dora
    ");
}
