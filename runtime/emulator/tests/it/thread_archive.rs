//! Threads that are archived, locked and opened again.

use std::time::Duration;

use cogbox_emulator::model::permissions::MANAGE_THREADS;
use cogbox_emulator::{Clock, Emulator, Options};
use serde_json::json;

use crate::client::{Bot, options, slash, start_with};

#[tokio::test]
async fn e30_e32_writing_opens_an_archived_thread_and_joins_it() {
    let (discord, mut bot) = start_with(0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ann").in_channel(&general);
    let thread = here.starts_thread("plans");
    let (path, myself) = (
        format!("/channels/{}/messages", thread.id),
        bot.ready["user"]["id"].clone(),
    );
    let hello = json!({"content": "hello"});
    let sent = bot.post(&path, hello.clone()).await;
    assert_eq!(sent.status, 200);
    let joined = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    assert_eq!(
        joined["added_members"][0]["user_id"],
        json!(discord.person("ann").id)
    );
    let joined = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    assert_eq!(joined["added_members"][0]["user_id"], myself);
    here.in_thread(&thread).archives_thread(true);
    let told = bot.socket.dispatch("THREAD_UPDATE").await["d"].clone();
    assert_eq!(told["thread_metadata"]["archived"], true);
    // Nothing but deleting works in it.
    let one = format!("{path}/{}", sent.body["id"].as_str().unwrap());
    let edit = json!({"content": "other"});
    assert_eq!(bot.patch(&one, edit).await.refusal(), (400, 50083));
    let react = format!("{one}/reactions/%F0%9F%91%8D/@me");
    assert_eq!(bot.put(&react, json!({})).await.refusal(), (400, 50083));
    assert_eq!(bot.delete(&one).await.status, 204);
    // The order is: the thread, the own membership, the message.
    assert_eq!(bot.post(&path, hello.clone()).await.status, 200);
    let told = bot.socket.dispatch("THREAD_UPDATE").await["d"].clone();
    assert_eq!(told["thread_metadata"]["archived"], false);
    let own = bot.socket.payload().await;
    assert_eq!(own["t"], "THREAD_MEMBER_UPDATE");
    assert_eq!(
        (&own["d"]["user_id"], &own["d"]["guild_id"]),
        (&myself, &json!(bot.guild))
    );
    assert_eq!(bot.socket.payload().await["t"], "MESSAGE_CREATE");
    let counted = bot.get(&format!("/channels/{}", thread.id)).await.body;
    assert_eq!(
        (&counted["message_count"], &counted["total_message_sent"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn e30_a_locked_thread_is_for_moderators() {
    let (discord, bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let here = discord.person("ann").in_channel(&general);
    let thread = here.starts_thread("plans");
    let path = format!("/channels/{}/messages", thread.id);
    let hello = json!({"content": "hello"});
    let moderator = here.in_thread(&thread);
    moderator.locks_thread(true);
    assert_eq!(
        bot.post(&path, hello.clone()).await.refusal(),
        (400, 160_005)
    );
    let ben = discord.person("ben").in_channel(&thread);
    assert_eq!(ben.cannot_say("hello"), "This thread is locked.");
    moderator.archives_thread(true);
    assert_eq!(bot.post(&path, hello.clone()).await.refusal(), (400, 50083));
    let open = json!({"archived": false});
    let one = format!("/channels/{}", thread.id);
    assert_eq!(bot.patch(&one, open.clone()).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_THREADS, false);
    assert_eq!(bot.patch(&one, open).await.status, 200);
    assert_eq!(bot.post(&path, hello).await.status, 200);
}

#[tokio::test]
async fn e29_e30_editing_a_thread_is_for_its_owner_and_for_moderators() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let theirs = discord
        .person("ann")
        .in_channel(&general)
        .starts_thread("hers");
    let theirs = format!("/channels/{}", theirs.id);
    let rename = json!({"name": "other"});
    assert_eq!(
        bot.patch(&theirs, rename.clone()).await.refusal(),
        (403, 50013)
    );
    let path = format!("/channels/{}/threads", general.id);
    let mine = bot
        .post(&path, json!({"name": "mine", "type": 11}))
        .await
        .body;
    let mine = format!("/channels/{}", mine["id"].as_str().unwrap());
    let edit = json!({"name": "other", "auto_archive_duration": 60});
    let edited = bot.patch(&mine, edit).await;
    assert_eq!(
        (edited.status, &edited.body["name"]),
        (200, &json!("other"))
    );
    assert_eq!(edited.body["thread_metadata"]["auto_archive_duration"], 60);
    let told = bot.socket.dispatch("THREAD_UPDATE").await["d"].clone();
    assert_eq!(told["name"], edited.body["name"]);
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&told["type"], &told["content"], &told["channel_id"]),
        (&json!(4), &json!("other"), &edited.body["id"])
    );
    for moderating in [json!({"locked": true}), json!({"rate_limit_per_user": 5})] {
        assert_eq!(bot.patch(&mine, moderating).await.refusal(), (403, 50013));
    }
    for (body, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "x".repeat(101)}), "name"),
        (
            json!({"auto_archive_duration": 61}),
            "auto_archive_duration",
        ),
        (
            json!({"rate_limit_per_user": 21_601}),
            "rate_limit_per_user",
        ),
        (json!({"archived": "yes"}), "archived"),
        (json!({"applied_tags": [1, 2, 3, 4, 5, 6]}), "applied_tags"),
    ] {
        bot.patch(&mine, body).await.faults_at(field);
    }
    let archived = bot.patch(&mine, json!({"archived": true})).await;
    assert_eq!(archived.body["thread_metadata"]["archived"], true);
    assert_eq!(
        bot.patch(&mine, rename.clone()).await.refusal(),
        (400, 50083)
    );
    let both = json!({"archived": false, "name": "back"});
    assert_eq!(bot.patch(&mine, both).await.body["name"], "back");
    lab.set_role("Cogbox", MANAGE_THREADS, false);
    let slow = json!({"locked": true, "rate_limit_per_user": 5});
    let slow = bot.patch(&theirs, slow).await.body;
    assert_eq!(slow["rate_limit_per_user"], 5);
    assert_eq!(slow["thread_metadata"]["locked"], true);
}

#[tokio::test]
async fn e29_silence_archives_a_thread() {
    let clock = Clock::manual();
    let discord = Emulator::start(Options { clock, ..options() })
        .await
        .unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/threads", general.id);
    let hour = json!({"name": "plans", "type": 11, "auto_archive_duration": 60});
    let made = bot.post(&path, hour).await.body;
    let thread = format!("/channels/{}", made["id"].as_str().unwrap());
    let minute = Duration::from_secs(60);
    discord.advance(minute * 30);
    bot.post(&format!("{thread}/messages"), json!({"content": "x"}))
        .await;
    discord.advance(minute * 59);
    let open = bot.get(&thread).await.body;
    assert_eq!(open["thread_metadata"]["archived"], false);
    // The gateway has closed by now, since nobody sent heartbeats.
    let mut later = Bot::connect(&discord).await;
    discord.advance(minute);
    let told = later.socket.dispatch("THREAD_UPDATE").await["d"].clone();
    assert_eq!(
        (&told["id"], &told["thread_metadata"]["archived"]),
        (&made["id"], &json!(true))
    );
}

#[tokio::test]
async fn c35_no_command_runs_in_an_archived_thread() {
    let (discord, bot) = start_with(0).await;
    bot.registers(json!([slash("ping")])).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ann").in_channel(&general);
    let thread = here.starts_thread("plans");
    let inside = here.in_thread(&thread);
    inside.prepares("/ping");
    inside.archives_thread(true);
    assert_eq!(
        inside.cannot_run("/ping"),
        "ann sees no command /ping; there are none here"
    );
    inside.archives_thread(false);
    inside.prepares("/ping");
}
