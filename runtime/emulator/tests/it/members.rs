//! Members: changed, timed out, kicked, and what may be done to whom.

use std::time::Duration;

use cogbox_emulator::model::intents::{GUILD_MESSAGES, GUILDS};
use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, CHANGE_NICKNAME, DEAFEN_MEMBERS, EVERYONE, KICK_MEMBERS, MANAGE_NICKNAMES,
    MANAGE_ROLES, MODERATE_MEMBERS, MOVE_MEMBERS, MUTE_MEMBERS,
};
use cogbox_emulator::{Clock, Emulator, Options, Time};
use serde_json::{Value, json};

use crate::client::{Bot, options, says, slash, start_with};

const DAY: Duration = Duration::from_secs(86_400);

/// Shorter than a heartbeat may be late.
const AWHILE: Duration = Duration::from_secs(30);

fn until(now: Time, wait: Duration) -> Value {
    json!({"communication_disabled_until": now.plus(wait).iso()})
}

#[tokio::test]
async fn f08_each_trait_of_a_member_needs_its_own_permission() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let ben = discord.person("ben").id;
    let path = format!("/guilds/{}/members/{ben}", bot.guild);
    let (voice, text) = (lab.add_channel("voice"), lab.channel("general"));
    voice.set_kind(2);
    let now = discord.now();
    for (body, permission, reply) in [
        (json!({"nick": "Benny"}), MANAGE_NICKNAMES, (200, u64::MAX)),
        (json!({"roles": []}), MANAGE_ROLES, (200, u64::MAX)),
        (until(now, DAY), MODERATE_MEMBERS, (200, u64::MAX)),
        (json!({"mute": true}), MUTE_MEMBERS, (400, 40032)),
        (json!({"deaf": false}), DEAFEN_MEMBERS, (400, 40032)),
        (json!({"channel_id": null}), MOVE_MEMBERS, (400, 40032)),
        (json!({"channel_id": voice.id}), MOVE_MEMBERS, (400, 40032)),
        (json!({"channel_id": text.id}), MOVE_MEMBERS, (400, 50024)),
        (json!({"channel_id": "42"}), MOVE_MEMBERS, (404, 10003)),
    ] {
        lab.set_role("Cogbox", 0, false);
        let refused = bot.patch(&path, body.clone()).await;
        assert_eq!(refused.refusal(), (403, 50013), "{body}");
        lab.set_role("Cogbox", permission, false);
        assert_eq!(
            bot.patch(&path, body.clone()).await.refusal(),
            reply,
            "{body}"
        );
    }
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(
        (&told["nick"], &told["guild_id"]),
        (&json!("Benny"), &json!(bot.guild))
    );
    let all = MANAGE_NICKNAMES | MANAGE_ROLES | MODERATE_MEMBERS;
    lab.set_role("Cogbox", all, false);
    for (body, field) in [
        (json!({"nick": "x".repeat(33)}), "nick"),
        (json!({"roles": "all"}), "roles"),
        (json!({"roles": ["x"]}), "roles.0"),
        (json!({"mute": 1}), "mute"),
        (json!({"channel_id": "x"}), "channel_id"),
        (
            json!({"communication_disabled_until": "soon"}),
            "communication_disabled_until",
        ),
    ] {
        bot.patch(&path, body).await.faults_at(field);
    }
    let nobody = format!("/guilds/{}/members/42", bot.guild);
    let body = json!({"nick": "x"});
    assert_eq!(bot.patch(&nobody, body).await.refusal(), (404, 10007));
    let plain = bot.patch(&path, json!({"nick": ""})).await;
    assert_eq!(plain.body["nick"], Value::Null);
    voice.set_bot(0, 1 << 20);
    lab.set_role("Cogbox", MOVE_MEMBERS, false);
    let moved = bot.patch(&path, json!({"channel_id": voice.id})).await;
    assert_eq!(moved.refusal(), (403, 50013));
}

#[tokio::test]
async fn f08_the_bot_names_itself_with_a_permission_of_its_own() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/members/@me", bot.guild);
    let renamed = bot.patch(&path, json!({"nick": "Cog"})).await;
    assert_eq!(
        (renamed.status, &renamed.body["nick"]),
        (200, &json!("Cog"))
    );
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(told["nick"], "Cog");
    let old = format!("{path}/nick");
    let renamed = bot.patch(&old, json!({"nick": null})).await;
    assert_eq!((renamed.status, renamed.body), (200, json!({"nick": null})));
    bot.patch(&path, json!({"nick": "x".repeat(33)}))
        .await
        .faults_at("nick");
    lab.set_role("@everyone", EVERYONE & !CHANGE_NICKNAME, false);
    let refused = bot.patch(&path, json!({"nick": "Cog"})).await;
    assert_eq!(refused.refusal(), (403, 50013));
}

#[tokio::test]
async fn f05_only_members_below_the_bot_can_be_moderated_and_never_the_owner() {
    let rights = KICK_MEMBERS | MANAGE_NICKNAMES | MODERATE_MEMBERS | 1 << 2;
    let (discord, bot) = start_with(rights).await;
    let lab = discord.guild("Cogbox Lab");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let member = |id| format!("/guilds/{}/members/{id}", bot.guild);
    lab.give_role(&ben, "Helpers");
    lab.move_role("Helpers", 2);
    for id in [ann.id, ben.id] {
        let path = member(id);
        for body in [json!({"nick": "x"}), until(discord.now(), DAY)] {
            assert_eq!(bot.patch(&path, body).await.refusal(), (403, 50013));
        }
        assert_eq!(bot.delete(&path).await.refusal(), (403, 50013));
        let ban = format!("/guilds/{}/bans/{id}", bot.guild);
        assert_eq!(bot.put(&ban, json!({})).await.refusal(), (403, 50013));
    }
    // At the same position the older role stands higher, and the bot's is the older one.
    lab.move_role("Helpers", 1);
    assert_eq!(
        bot.patch(&member(ben.id), json!({"nick": "x"}))
            .await
            .status,
        200
    );
    // The owner is out of reach also for an administrator above all.
    lab.set_role("Cogbox", ADMINISTRATOR, false);
    assert_eq!(bot.delete(&member(ann.id)).await.refusal(), (403, 50013));
    assert_eq!(bot.delete(&member(ben.id)).await.status, 204);
    // The same order holds among people.
    let cleo = discord.person("cleo");
    let refused = lab.moderator(&cleo).cannot_kick(&ann);
    assert_eq!(refused, "cleo may not kick members in Cogbox Lab.");
    lab.set_role("Helpers", KICK_MEMBERS, false);
    lab.give_role(&cleo, "Helpers");
    let refused = lab.moderator(&cleo).cannot_kick(&ann);
    assert_eq!(refused, "cleo does not stand above ann.");
    lab.moderator(&ann).kicks(&cleo);
}

#[tokio::test]
async fn f09_a_timeout_lasts_at_most_28_days_and_spares_administrators() {
    let (discord, mut bot) = start_with(MODERATE_MEMBERS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/members/{}", bot.guild, discord.person("ben").id);
    let key = "communication_disabled_until";
    let now = discord.now();
    bot.patch(&path, until(now, 29 * DAY)).await.faults_at(key);
    let timed_out = bot.patch(&path, until(now, 27 * DAY)).await;
    assert_eq!(timed_out.status, 200, "{}", timed_out.body);
    assert_eq!(timed_out.body[key], now.plus(27 * DAY).iso());
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(told[key], timed_out.body[key]);
    let lifted = bot.patch(&path, json!({key: null})).await;
    assert_eq!((lifted.status, &lifted.body[key]), (200, &Value::Null));
    lab.set_role("Helpers", ADMINISTRATOR, false);
    lab.give_role(&discord.person("ben"), "Helpers");
    let refused = bot.patch(&path, until(now, DAY)).await;
    assert_eq!(refused.refusal(), (403, 50013));
}

#[tokio::test]
async fn f04_f10_a_timeout_leaves_looking_and_reading_and_ends_without_an_event() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let mut bot = Bot::connect(&discord).await;
    bot.registers(json!([slash("ping")])).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let (ann, ben) = (
        discord.person("ann"),
        discord.person("ben").in_channel(&general),
    );
    ann.in_channel(&general).says("hello").await;
    lab.moderator(&ann)
        .times_out(&discord.person("ben"), AWHILE);
    bot.socket.dispatch("GUILD_MEMBER_UPDATE").await;
    assert_eq!(ben.cannot_say("hello"), "ben may not write here.");
    assert!(general.transcript_for(&ben).contains("hello"));
    assert!(ben.cannot_run("/ping").contains("/ping"));
    discord.advance(AWHILE);
    ben.says("again").await;
    let between = bot.socket.names_before("MESSAGE_CREATE").await;
    assert_eq!(between, Vec::<String>::new());
    // An administrator is not held by a timeout that came before the role.
    lab.moderator(&ann)
        .times_out(&discord.person("ben"), AWHILE);
    assert_eq!(ben.cannot_say("hello"), "ben may not write here.");
    lab.set_role("Helpers", ADMINISTRATOR, false);
    lab.give_role(&discord.person("ben"), "Helpers");
    ben.says("free").await;
}

#[tokio::test]
async fn f04_a_bot_in_a_timeout_may_only_look_and_read() {
    let (discord, bot) = start_with(KICK_MEMBERS).await;
    let lab = discord.guild("Cogbox Lab");
    lab.time_out_bot(DAY);
    let messages = format!("/channels/{}/messages", lab.channel("general").id);
    let hello = json!({"content": "hello"});
    assert_eq!(bot.post(&messages, hello).await.refusal(), (403, 50013));
    assert_eq!(bot.get(&messages).await.status, 200);
    let ben = format!("/guilds/{}/members/{}", bot.guild, discord.person("ben").id);
    assert_eq!(bot.delete(&ben).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", ADMINISTRATOR, false);
    assert_eq!(bot.delete(&ben).await.status, 204);
}

#[tokio::test]
async fn f14_a_kick_removes_a_member_once() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let ben = discord.person("ben");
    let path = format!("/guilds/{}/members/{}", bot.guild, ben.id);
    assert_eq!(bot.delete(&path).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", KICK_MEMBERS, false);
    let kicked = bot.delete(&path).await;
    assert_eq!((kicked.status, kicked.body), (204, json!("")));
    let told = bot.socket.dispatch("GUILD_MEMBER_REMOVE").await["d"].clone();
    assert_eq!(told["guild_id"], json!(bot.guild));
    assert_eq!(told["user"]["username"], "ben");
    assert_eq!(bot.delete(&path).await.refusal(), (404, 10007));
    assert_eq!(bot.get(&path).await.refusal(), (404, 10007));
    // Whoever was kicked may come back, and somebody may leave by themselves.
    lab.add_member(&ben);
    let told = bot.socket.dispatch("GUILD_MEMBER_ADD").await["d"].clone();
    assert_eq!(told["flags"], 1, "Discord tells who was there before");
    lab.remove_member(&ben);
    bot.socket.dispatch("GUILD_MEMBER_REMOVE").await;
    // Without the members intent nobody is told.
    let mut deaf = Bot::connect_with(&discord, GUILDS | GUILD_MESSAGES).await;
    lab.add_member(&ben);
    lab.remove_member(&ben);
    lab.add_role("Last", 0);
    let between = deaf.socket.names_before("GUILD_ROLE_CREATE").await;
    assert_eq!(between, ["GUILD_CREATE"]);
}

#[tokio::test]
async fn f19_members_come_in_parts_by_where_they_stand() {
    let (discord, mut bot) = start_with(0).await;
    bot.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let ann = discord.person("ann").in_channel(&general);
    ann.says("hello").await;
    let message = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert!(message["member"].get("user").is_none());
    assert!(message["member"]["roles"].is_array());
    assert!(message["member"]["joined_at"].is_string());
    ann.starts("/ping").await;
    let interaction = bot.interaction().await;
    assert!(interaction["member"]["permissions"].is_string());
    assert_eq!(interaction["member"]["user"]["username"], "ann");
    bot.answers(&interaction, says("pong")).await;
}

#[tokio::test]
async fn f26_a_join_may_be_told_twice() {
    let (discord, mut bot) = start_with(0).await;
    let (lab, dora) = (discord.guild("Cogbox Lab"), discord.add_person("dora"));
    lab.add_member(&dora);
    let first = bot.socket.dispatch("GUILD_MEMBER_ADD").await["d"].clone();
    lab.add_member(&dora);
    lab.repeat_member_add(&dora);
    let again = bot.socket.dispatch("GUILD_MEMBER_ADD").await["d"].clone();
    assert_eq!(first, again);
    lab.add_role("Last", 0);
    let between = bot.socket.names_before("GUILD_ROLE_CREATE").await;
    assert_eq!(between, Vec::<String>::new());
}

#[tokio::test]
async fn f27_a_new_member_is_pending_until_they_agree_to_the_rules() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let dora = discord.add_person("dora");
    lab.set_screening(true);
    lab.add_member(&dora);
    let told = bot.socket.dispatch("GUILD_MEMBER_ADD").await["d"].clone();
    assert_eq!(told["pending"], true);
    let refused = dora.in_channel(&general).cannot_say("hello");
    assert_eq!(refused, "dora may not write here.");
    lab.pass_screening(&dora);
    let told = bot.socket.dispatch("GUILD_MEMBER_UPDATE").await["d"].clone();
    assert_eq!(told["pending"], false);
    dora.in_channel(&general).says("hello").await;
    // Moderators may let somebody pass by.
    let mia = discord.add_person("mia");
    lab.add_member(&mia);
    bot.socket.dispatch("GUILD_MEMBER_ADD").await;
    let path = format!("/guilds/{}/members/{}", bot.guild, mia.id);
    let passes = json!({"flags": 4});
    assert_eq!(
        bot.patch(&path, passes.clone()).await.refusal(),
        (403, 50013)
    );
    lab.set_role("Cogbox", MANAGE_ROLES, false);
    bot.patch(&path, json!({"flags": 1}))
        .await
        .faults_at("flags");
    assert_eq!(bot.patch(&path, passes).await.body["flags"], 4);
    mia.in_channel(&general).says("hello").await;
    lab.set_screening(false);
    let eve = discord.add_person("eve");
    lab.add_member(&eve);
    let told = bot.socket.dispatch("GUILD_MEMBER_ADD").await["d"].clone();
    assert_eq!(told["pending"], false);
}
