//! Every event of the contract, as a cog hears of it.
//!
//! `listener` hears everything and writes one line for each into the channel where `/listen` was
//! used; what came before an arrow is what was before, `?` where that was not known.

use std::time::Duration;

use cogbox_emulator::{Emulator, Fault, Guild, Here, Person};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::events::echoes;
use crate::harness::{Bot, Setup, eventually};

const ADMINISTRATOR: u64 = 8;

/// A bot that may see everything, and the person at the channel where it writes.
async fn listening(bot: &Bot) -> (Here, usize) {
    let (guild, bots) = (lab(&bot.discord), lab(&bot.discord).channel("bots"));
    guild.add_role("Powers", ADMINISTRATOR);
    guild.give_bot_role("Powers");
    // Whoever moderates: "ann" owns no guild, but may do everything.
    guild.give_role(&bot.discord.person("ann"), "Powers");
    let log = bot.discord.person("ben").in_channel(&bots);
    assert_eq!(log.runs("/listen").await.text(), "listening");
    let mut since = 1;
    heard(&log, &mut since).await;
    (log, since)
}

fn lab(discord: &Emulator) -> Guild {
    discord.guild("Cogbox Lab")
}

/// Waits until everything so far was written, and returns it since the last time.
async fn heard(log: &Here, since: &mut usize) -> String {
    let mark = format!("mark {since}");
    log.says(&mark).await;
    let line = format!("posted: `{mark}` by ben");
    assert!(
        eventually(|| echoes(log).contains(&line)).await,
        "{:#?}",
        echoes(log)
    );
    let all = echoes(log);
    let lines = all[*since..].iter().filter(|it| **it != line);
    let text = lines.cloned().collect::<Vec<_>>().join("\n");
    *since = all.len();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_and_reactions_are_heard_with_what_was_before() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let ann = bot.here("ann");
    let first = ann.says("first").await;
    ann.edits(first, "first, changed");
    ann.edits(first, "first, changed again");
    ann.reacts(first, "👍");
    ann.unreacts(first, "👍");
    ann.reacts(first, "👍");
    ann.deletes(first);
    let (one, two) = (ann.says("one").await, ann.says("two").await);
    let many = json!({ "ids": [one.to_string(), two.to_string(), "7"],
        "channel_id": ann.channel.to_string(), "guild_id": lab(&bot.discord).id.to_string() });
    bot.discord.dispatch_raw("MESSAGE_DELETE_BULK", &many);
    assert_snapshot!(heard(&log, &mut since).await, @r"
    posted: `first` by ann
    edited: `first` by ann -> `first, changed` by ann
    edited: `first, changed` by ann -> `first, changed again` by ann
    reacted: 👍
    unreacted: 👍
    reacted: 👍
    deleted: 1 messages, known: `first, changed again` by ann
    posted: `one` by ann
    posted: `two` by ann
    deleted: 3 messages, known: `one` by ann, `two` by ann
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_bans_are_heard() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let guild = lab(&bot.discord);
    let dora = bot.discord.add_person("dora");
    let ann = guild
        .moderator(&bot.discord.person("ann"))
        .because("for order");
    guild.add_member(&dora);
    // Discord may add somebody who is there already.
    guild.repeat_member_add(&dora);
    guild.add_role("Guests", 0);
    ann.gives_role(&dora, "Guests");
    ann.renames(&dora, "Dodo");
    ann.kicks(&dora);
    ann.bans(&dora);
    ann.unbans(&dora);
    // Whom the host has not seen come was something else before that it does not know.
    ann.renames(&bot.discord.person("cleo"), "Cleopatra");
    assert_snapshot!(heard(&log, &mut since).await, @r"
    joined: dora
    role made: Guests
    member: dora nick none roles 0 -> dora nick none roles 1
    logged: 25, for order
    member: dora nick none roles 1 -> dora nick Dodo roles 1
    logged: 24, for order
    left: dora
    logged: 20, for order
    banned: dora
    logged: 22, for order
    unbanned: dora
    logged: 23, for order
    member: ? -> cleo nick Cleopatra roles 0
    logged: 24, for order
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_heard_with_what_was_before() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let guild = lab(&bot.discord);
    let person = bot.discord.person("ann");
    let ann = guild.moderator(&person);
    let hall = guild.add_channel("hall");
    hall.set_slow_mode(30);
    guild.channel("general").set_slow_mode(5);
    let here = person.in_channel(&hall);
    let talk = here.starts_thread("talk");
    here.in_thread(&talk).archives_thread(true);
    ann.deletes_thread(&talk);
    ann.invites_to(&hall);
    ann.takes_back_invites();
    ann.deletes_channel(&hall);
    let role = guild.add_role("Guests", 0);
    guild.set_role("Guests", 1024, true);
    guild.set_role("Powers", 8 | 1024, true);
    ann.deletes_role(role);
    assert_snapshot!(heard(&log, &mut since).await, @r"
    channel made: hall
    channel: hall slow 0 -> hall slow 30
    channel: general slow 0 -> general slow 5
    thread made: talk
    posted: `talk` by ann
    logged: 110, no reason
    thread: talk archived false -> talk archived true
    logged: 111, no reason
    thread gone: `talk`
    logged: 112, no reason
    invite made, by somebody: true
    logged: 40, no reason
    invite gone
    logged: 42, no reason
    channel gone: hall
    logged: 12, no reason
    role made: Guests
    role: Guests 0 -> Guests 1024
    role: Powers 8 -> Powers 1032
    role gone
    logged: 32, no reason
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_the_server_are_heard_with_what_was_before() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let guild = lab(&bot.discord);
    let ann = guild.moderator(&bot.discord.person("ann"));
    guild.add_member(&bot.discord.add_person("dora"));
    ann.renames_guild("The Lab");
    // What the contract does not show is told of as well, and the audit log says what it was.
    ann.sets_verification(2);
    ann.renames_guild("Cogbox Lab");
    assert_snapshot!(heard(&log, &mut since).await, @r#"
    joined: dora
    server: Cogbox Lab of 4 -> The Lab of 5
    logged: 1, no reason, name "Cogbox Lab" -> "The Lab"
    server: The Lab of 5 -> The Lab of 5
    logged: 1, no reason, verification_level 0 -> 2
    server: The Lab of 5 -> Cogbox Lab of 5
    logged: 1, no reason, name "The Lab" -> "Cogbox Lab"
    "#);
    // After a lost session it is shown anew.
    bot.discord.cause(Fault::LoseSessions { shard: None });
    bot.discord.drop_bot();
    assert!(eventually(|| bot.discord.identifies() == 2).await);
    bot.counts("cogbox_ready", 1.0).await;
    ann.renames_guild("The Lab");
    ann.renames_guild("Cogbox Lab");
    // What Discord sends odd is told as far as it makes sense.
    let entry = json!({ "id": "9", "guild_id": guild.id.to_string(), "action_type": 1,
        "changes": [{ "new_value": 1 }, { "key": "owner_id", "old_value": "17" }, 5, {
            "key": "x", "old_value": null, "new_value": [{ "id": "7" }] }],
        "options": { "count": "3", "days": 7, "none": null } });
    bot.discord
        .dispatch_raw("GUILD_AUDIT_LOG_ENTRY_CREATE", &entry);
    assert_snapshot!(heard(&log, &mut since).await, @r#"
    server: Cogbox Lab of 5 -> The Lab of 5
    logged: 1, no reason, name "Cogbox Lab" -> "The Lab"
    server: The Lab of 5 -> Cogbox Lab of 5
    logged: 1, no reason, name "The Lab" -> "Cogbox Lab"
    logged: 1, no reason, owner_id "17" -> nothing, x nothing -> [{"id":"7"}], count is 3, days is 7
    "#);
}

/// Somebody's state in voice, as Discord tells it.
fn voice(guild: &Guild, person: u64, channel: Option<&str>, muted: bool) -> Value {
    json!({ "guild_id": guild.id.to_string(), "user_id": person.to_string(),
        "channel_id": channel, "session_id": "s", "deaf": false, "mute": false,
        "self_deaf": false, "self_mute": muted, "self_video": false, "suppress": false,
        "request_to_speak_timestamp": null })
}

#[tokio::test(flavor = "multi_thread")]
async fn voice_is_heard_but_not_the_bots_own() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let guild = lab(&bot.discord);
    let (ann, me) = (
        bot.here("ann").id.0,
        bot.app.services.cache.me().unwrap().id.get(),
    );
    for (person, channel, muted) in [
        (ann, Some("5"), false),
        (me, Some("5"), false),
        (ann, Some("5"), true),
        (ann, None, false),
        (ann, Some("6"), false),
    ] {
        let state = voice(&guild, person, channel, muted);
        bot.discord.dispatch_raw("VOICE_STATE_UPDATE", &state);
    }
    assert_snapshot!(heard(&log, &mut since).await, @r"
    voice: ? -> speaking
    voice: speaking -> muted
    voice: muted -> away
    voice: ? -> speaking
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_the_bot_comes_into_and_leaves_are_heard_once() {
    let bot = Bot::with(&["listener"]).await;
    let ben = bot.here("ben");
    assert_eq!(ben.runs("/noted").await.text(), "nothing", "it was there");
    let cleo = bot.elsewhere("cleo");
    let elsewhere = bot.discord.guild("Elsewhere");
    cleo.runs("/listen").await;
    // An outage is none, and neither is a session that begins anew.
    elsewhere.set_available(false);
    elsewhere.set_available(true);
    bot.discord.cause(Fault::LoseSessions { shard: None });
    bot.discord.drop_bot();
    assert!(eventually(|| bot.discord.identifies() == 2).await);
    bot.counts("cogbox_ready", 1.0).await;
    elsewhere.remove_bot();
    let left = || bot.metric(&told("guild-left.left"));
    assert!(eventually(|| left() == 1.0).await);
    assert_eq!(bot.metric(&told("guild-joined.joined")), 1.0);
    assert_snapshot!(ben.runs("/noted").await.text(), @r"
    came into Elsewhere with 2 members
    left a server, which was listened to: true
    ");
}

fn told(export: &str) -> String {
    format!("cogbox_cog_calls_total{{cog=\"listener\",export=\"{export}\",outcome=\"ok\"}}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_before_is_not_known_after_a_restart_or_a_lost_session() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let ann = bot.here("ann");
    let first = ann.says("first").await;
    heard(&log, &mut since).await;
    // A session that goes on misses nothing.
    bot.discord.drop_bot();
    ann.edits(first, "while away");
    assert_snapshot!(heard(&log, &mut since).await, @"edited: `first` by ann -> `while away` by ann");
    bot.discord.cause(Fault::LoseSessions { shard: None });
    bot.discord.drop_bot();
    assert!(eventually(|| bot.discord.identifies() == 2).await);
    bot.counts("cogbox_ready", 1.0).await;
    ann.edits(first, "after a lost session");
    assert_snapshot!(heard(&log, &mut since).await, @"edited: ? -> `after a lost session` by ann");
    let (discord, data) = bot.stop().await;
    let bot = Setup::with(&["listener"]).start_on(discord, data).await;
    let (ann, log) = (bot.here("ann"), Here::clone(&log));
    ann.edits(first, "after a restart");
    assert_snapshot!(heard(&log, &mut since).await, @"edited: ? -> `after a restart` by ann");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_shards_change_each_event_is_heard_once() {
    let mut setup = Setup::with(&["listener"]);
    setup.discord.guilds_per_shard = 2;
    setup.deadlines.reshard = Duration::from_millis(50);
    let bot = setup.start().await;
    let dm = bot.discord.person("ann").in_dm();
    let message = dm.says("first").await;
    for n in 0..2 {
        let name = format!("Guild {n}");
        bot.discord.add_guild(&name, &["lobby"], &["cleo"]);
    }
    // The same again and again: what comes from both sets and what happens twice look alike.
    let toggles = |times: usize| {
        for _ in 0..times {
            dm.reacts(message, "👍");
            dm.unreacts(message, "👍");
        }
    };
    let heard = |times: f64| {
        let count = |export| bot.metric(&told(export)) == times;
        count("reaction-added.added") && count("reaction-removed.removed")
    };
    let connected = |of: u64| {
        let sessions = bot.discord.gateway_sessions().into_iter();
        let new = sessions.filter(|session| session.shard.1 == of && session.connected);
        new.count()
    };
    // The new set has been started, and waits for its turn.
    tokio::time::sleep(Duration::from_millis(200)).await;
    toggles(5);
    assert!(eventually(|| heard(5.0)).await);
    // Its first shard is there, which brings direct messages; the second waits.
    let ready = r#"cogbox_gateway_events_total{event="READY",shard="0"}"#;
    until(|| bot.metric(ready) == 2.0).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    toggles(20);
    assert!(eventually(|| heard(25.0)).await);
    assert_eq!((connected(1), connected(2)), (1, 1), "both brought them");
    until(|| bot.app.services.cache.shards() == 2).await;
    toggles(5);
    assert!(eventually(|| heard(30.0)).await);
    let noted = dm.runs("/noted").await;
    let lines: Vec<_> = noted.text().lines().collect();
    let reactions = lines.iter().filter(|line| line.ends_with("👍"));
    let expected = ["reacted: 👍", "unreacted: 👍"].iter().cycle().take(60);
    assert!(reactions.eq(expected), "{lines:#?}");
    let came = lines.iter().filter(|line| line.starts_with("came into"));
    assert_eq!(came.count(), 2);
}

/// Waits for what takes longer than anything else: shards begin five seconds apart.
async fn until(so: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never comes");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cog_may_not_read_is_blank_before_as_well_as_after() {
    // `rogue` asks for the content, so that Discord sends it; `keyhole` does not.
    let bot = Bot::with(&["keyhole", "rogue"]).await;
    let (ann, me) = (bot.here("ann"), bot.app.services.cache.me().unwrap().id);
    let secret = ann.says("my secret").await;
    ann.edits(secret, "no secret");
    ann.deletes(secret);
    let open = ann.says("mine again").await;
    ann.edits(open, &format!("<@{me}> open"));
    ann.edits(open, "closed");
    ann.deletes(open);
    assert!(eventually(|| echoes(&ann).len() == 7).await);
    assert_snapshot!(echoes(&ann).join("\n").replace(&me.to_string(), "…"), @r"
    read ``, and 0 embeds
    read `` where `` was
    read ``, which is gone
    read ``, and 0 embeds
    read `<@…> open` where `` was
    read `` where `<@…> open` was
    read ``, which is gone
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_does_not_hear_of_its_own_doing() {
    let bot = Bot::with(&["listener", "counter"]).await;
    let (log, mut since) = listening(&bot).await;
    let guild = lab(&bot.discord);
    let me = bot.app.services.cache.me().unwrap().id.to_string();
    let ben = bot
        .discord
        .person("ben")
        .in_channel(&guild.channel("general"));
    // Its answer is posted, changed by a button, and deleted by somebody.
    let answer = ben.runs("/count").await;
    ben.clicks(&answer, "+1").await;
    let id: u64 = answer.message()["id"].as_str().unwrap().parse().unwrap();
    let ann: Person = bot.discord.person("ann");
    ann.in_channel(&guild.channel("general"))
        .deletes(cogbox_emulator::Id(id));
    let (place, lab) = (ben.channel.to_string(), guild.id.to_string());
    let reaction = json!({ "user_id": me, "channel_id": place, "message_id": "9", "guild_id": lab,
        "emoji": { "id": null, "name": "👍" }, "burst": false, "type": 0 });
    bot.discord.dispatch_raw("MESSAGE_REACTION_ADD", &reaction);
    bot.discord
        .dispatch_raw("MESSAGE_REACTION_REMOVE", &reaction);
    let entry =
        json!({ "id": "9", "guild_id": lab, "user_id": me, "target_id": "8", "action_type": 22 });
    bot.discord
        .dispatch_raw("GUILD_AUDIT_LOG_ENTRY_CREATE", &entry);
    let user = json!({ "id": me, "username": "cogbox", "discriminator": "0", "avatar": null });
    let invite = json!({ "guild_id": lab, "channel_id": place, "code": "x", "inviter": user });
    bot.discord.dispatch_raw("INVITE_CREATE", &invite);
    let thread = json!({ "id": "11", "guild_id": lab, "type": 11, "name": "mine", "owner_id": me,
        "parent_id": place, "newly_created": true, "message_count": 0,
        "thread_metadata": { "archived": false, "locked": false } });
    bot.discord.dispatch_raw("THREAD_CREATE", &thread);
    // That Ann did something is hers.
    let heard = heard(&log, &mut since).await;
    assert_eq!(heard, "logged: 72, no reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_payloads_cost_no_event_after_them() {
    let bot = Bot::with(&["listener"]).await;
    let (log, mut since) = listening(&bot).await;
    let ann = bot.here("ann");
    let lab = lab(&bot.discord).id.to_string();
    for kind in [
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_UPDATE",
        "GUILD_MEMBER_REMOVE",
        "GUILD_BAN_ADD",
        "GUILD_BAN_REMOVE",
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_UPDATE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "THREAD_CREATE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "THREAD_LIST_SYNC",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "INVITE_CREATE",
        "INVITE_DELETE",
        "GUILD_AUDIT_LOG_ENTRY_CREATE",
        "VOICE_STATE_UPDATE",
    ] {
        for odd in [
            json!({}),
            json!([]),
            json!(null),
            json!({ "guild_id": lab, "user": null }),
        ] {
            bot.discord.dispatch_raw(kind, &odd);
        }
    }
    ann.says("still here").await;
    assert_snapshot!(heard(&log, &mut since).await, @"posted: `still here` by ann");
}
