//! Threads: how they are started, how they look, who is told, and what may be done in them.

use cogbox_emulator::model::permissions::{
    CREATE_PRIVATE_THREADS, CREATE_PUBLIC_THREADS, MANAGE_THREADS, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS, VIEW_AUDIT_LOG, VIEW_CHANNEL,
};
use cogbox_emulator::{Emulator, Options};
use serde_json::{Value, json};

use crate::client::{Bot, id, options, start_with};

#[tokio::test]
async fn e29_a_thread_about_a_message_has_its_id_and_is_its_only_one() {
    let (discord, mut bot) = start_with(VIEW_AUDIT_LOG).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let message = discord.person("ann").in_channel(&general).says("hi").await;
    let path = format!("/channels/{}/messages/{message}/threads", general.id);
    let plans = json!({"name": "plans", "auto_archive_duration": 60, "rate_limit_per_user": 5});
    let made = bot
        .because("big", reqwest::Method::POST, &path, plans.clone())
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let metadata = &made.body["thread_metadata"];
    let owner = &bot.ready["user"]["id"];
    assert_eq!(
        made.body,
        json!({
            "id": message,
            "type": 11,
            "guild_id": bot.guild,
            "name": "plans",
            "parent_id": general.id,
            "owner_id": owner,
            "last_message_id": made.body["last_message_id"],
            "last_pin_timestamp": null,
            "rate_limit_per_user": 5,
            "flags": 0,
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "thread_metadata": {
                "archived": false,
                "archive_timestamp": metadata["create_timestamp"],
                "auto_archive_duration": 60,
                "locked": false,
                "create_timestamp": metadata["create_timestamp"],
            },
            "member": {
                "id": message,
                "user_id": owner,
                "join_timestamp": metadata["create_timestamp"],
                "flags": 0,
            },
        })
    );
    // The message shows its thread, and the thread begins with what it is about.
    let told = bot.socket.dispatch("THREAD_CREATE").await["d"].clone();
    assert_eq!(
        (&told["id"], &told["newly_created"]),
        (&json!(message), &json!(true))
    );
    let shown = bot.socket.dispatch("MESSAGE_UPDATE").await["d"].clone();
    assert_eq!(
        (&shown["flags"], &shown["thread"]["id"]),
        (&json!(32), &json!(message))
    );
    let first = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&first["type"], &first["channel_type"]),
        (&json!(21), &json!(11))
    );
    assert_eq!(first["referenced_message"]["content"], "hi");
    assert_eq!(
        first["message_reference"],
        json!({
            "type": 0,
            "channel_id": general.id,
            "message_id": message,
            "guild_id": bot.guild,
        })
    );
    let log = bot
        .get(&format!("/guilds/{}/audit-logs", bot.guild))
        .await
        .body;
    let entry = &log["audit_log_entries"][0];
    assert_eq!(
        (&entry["action_type"], &entry["reason"], &entry["target_id"]),
        (&json!(110), &json!("big"), &json!(message))
    );
    assert_eq!(log["threads"][0]["id"], json!(message));

    assert_eq!(
        bot.post(&path, plans.clone()).await.refusal(),
        (400, 160_004)
    );
    let unknown = format!("/channels/{}/messages/42/threads", general.id);
    assert_eq!(
        bot.post(&unknown, plans.clone()).await.refusal(),
        (404, 10008)
    );
    let inside = bot
        .post(
            &format!("/channels/{message}/messages"),
            json!({"content": "x"}),
        )
        .await;
    let nested = format!("/channels/{message}/messages/{}/threads", id(&inside.body));
    assert_eq!(
        bot.post(&nested, plans.clone()).await.refusal(),
        (400, 50024)
    );
    let note = id(&first);
    let system = format!("/channels/{message}/messages/{note}");
    assert_eq!(bot.get(&system).await.body["type"], 21);
    general.set_bot(0, CREATE_PUBLIC_THREADS);
    assert_eq!(bot.post(&path, plans.clone()).await.refusal(), (403, 50013));
    general.set_bot(0, VIEW_CHANNEL);
    assert_eq!(bot.post(&path, plans.clone()).await.refusal(), (403, 50001));
    let dm = discord.person("ann").in_dm();
    let hello = dm.says("hello").await;
    let path = format!("/channels/{}/messages/{hello}/threads", dm.channel);
    assert_eq!(bot.post(&path, plans).await.refusal(), (403, 50003));
}

#[tokio::test]
async fn e29_a_thread_about_nothing_is_private_unless_it_says_otherwise() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let path = format!("/channels/{}/threads", general.id);
    let secret = bot
        .post(&path, json!({"name": "secret", "invitable": false}))
        .await;
    assert_eq!((secret.status, &secret.body["type"]), (201, &json!(12)));
    assert_eq!(secret.body["thread_metadata"]["invitable"], false);
    assert_eq!(
        secret.body["thread_metadata"]["auto_archive_duration"],
        1440
    );
    let open = bot.post(&path, json!({"name": "open", "type": 11})).await;
    assert_eq!((open.status, &open.body["type"]), (201, &json!(11)));
    // Of a public one the channel is told, of a private one it is not.
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&told["type"], &told["content"]),
        (&json!(18), &json!("open"))
    );
    assert_eq!(
        told["message_reference"],
        json!({"type": 0, "channel_id": open.body["id"], "guild_id": bot.guild})
    );
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "x".repeat(101)}), "name"),
        (
            json!({"name": "x", "auto_archive_duration": 61}),
            "auto_archive_duration",
        ),
        (
            json!({"name": "x", "rate_limit_per_user": 21_601}),
            "rate_limit_per_user",
        ),
        (json!({"name": "x", "type": 1}), "type"),
        (json!({"name": "x", "type": 10}), "type"),
        (json!({"name": "x", "invitable": 1}), "invitable"),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    for (bits, kind) in [(CREATE_PRIVATE_THREADS, 12), (CREATE_PUBLIC_THREADS, 11)] {
        general.set_bot(0, bits);
        let body = json!({"name": "x", "type": kind});
        assert_eq!(bot.post(&path, body).await.refusal(), (403, 50013));
    }
    let news = lab.add_channel("news");
    news.set_kind(5);
    let path = format!("/channels/{}/threads", news.id);
    bot.post(&path, json!({"name": "x"}))
        .await
        .faults_at("type");
    let made = bot.post(&path, json!({"name": "x", "type": 10})).await;
    assert_eq!((made.status, &made.body["type"]), (201, &json!(10)));
    news.set_kind(2);
    let refused = bot.post(&path, json!({"name": "x"})).await;
    assert_eq!(refused.refusal(), (400, 50024));
}

#[tokio::test]
async fn e30_threads_are_told_to_those_who_see_them() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let here = ann.in_channel(&general);
    let secret = here.starts_private_thread("secret");
    let open = here.starts_thread("open");
    // The private one comes only when the bot is brought in.
    let told = bot.socket.dispatch("THREAD_CREATE").await["d"].clone();
    assert_eq!(
        (&told["id"], &told["newly_created"]),
        (&json!(open.id), &json!(true))
    );
    assert_eq!(told["owner_id"], json!(ann.id));
    assert_eq!(told.get("member"), None);
    let path = format!("/channels/{}", secret.id);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
    ann.in_channel(&secret).adds_bot_to_thread();
    let told = bot.socket.dispatch("THREAD_CREATE").await["d"].clone();
    assert_eq!(
        (&told["id"], told.get("newly_created")),
        (&json!(secret.id), None)
    );
    assert_eq!(told["member"]["user_id"], bot.ready["user"]["id"]);
    let told = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    assert_eq!(told["member_count"], 2);
    assert_eq!(
        told["added_members"][0]["member"]["user"]["id"],
        bot.ready["user"]["id"]
    );
    assert_eq!(bot.get(&path).await.status, 200);
    // Those who manage threads see all of them.
    assert_eq!(
        ben.in_channel(&secret).cannot_say("hi"),
        "ben may not write here."
    );
    general.set_person(&ben, MANAGE_THREADS, 0);
    ben.in_channel(&secret).says("hi").await;
    // A session without the intent is told of no thread.
    let mut deaf = Bot::connect_with(&discord, 1 << 9).await;
    here.starts_thread("more");
    let before = deaf.socket.names_before("MESSAGE_CREATE").await;
    assert_eq!(before, Vec::<String>::new());
}

#[tokio::test]
async fn e30_guilds_come_with_their_open_threads() {
    let (discord, _bot) = start_with(0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ann").in_channel(&general);
    here.starts_private_thread("secret");
    let old = here.starts_thread("old");
    here.in_thread(&old).archives_thread(true);
    let open = here.starts_thread("open");
    let mut second = Bot::connect(&discord).await;
    let guild = second.socket.dispatch("GUILD_CREATE").await["d"].clone();
    let threads = guild["threads"].as_array().unwrap();
    assert_eq!((threads.len(), &threads[0]["id"]), (1, &json!(open.id)));
    assert_eq!(threads[0]["guild_id"], json!(second.guild));
}

#[tokio::test]
async fn e30_deleting_a_thread_needs_the_right_and_is_told() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let here = discord.person("ann").in_channel(&general);
    let message = here.says("hi").await;
    let thread = here.starts_thread_on(message, "plans");
    let path = format!("/channels/{}", thread.id);
    assert_eq!(bot.delete(&path).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_THREADS, false);
    let gone = bot.delete(&path).await;
    assert_eq!((gone.status, &gone.body["name"]), (200, &json!("plans")));
    assert_eq!(
        bot.socket.dispatch("THREAD_DELETE").await["d"],
        json!({
            "id": thread.id,
            "guild_id": bot.guild,
            "parent_id": general.id,
            "type": 11,
        })
    );
    assert_eq!(bot.get(&path).await.refusal(), (404, 10003));
    let starter = format!("/channels/{}/messages/{message}", general.id);
    let starter = bot.get(&starter).await.body;
    assert_eq!(
        (&starter["flags"], starter.get("thread")),
        (&json!(0), None)
    );
}

#[tokio::test]
async fn f03_threads_have_the_rights_of_their_channel_but_for_sending() {
    let (discord, bot) = start_with(0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ann").in_channel(&general);
    let thread = here.starts_thread("plans");
    let path = format!("/channels/{}/messages", thread.id);
    let sends = async || bot.post(&path, json!({"content": "x"})).await.refusal();
    general.set_bot(0, SEND_MESSAGES);
    assert_eq!(sends().await.0, 200);
    general.set_bot(0, SEND_MESSAGES_IN_THREADS);
    assert_eq!(sends().await, (403, 50013));
    let typing = format!("/channels/{}/typing", thread.id);
    assert_eq!(bot.post(&typing, Value::Null).await.refusal(), (403, 50013));
    general.set_bot(0, VIEW_CHANNEL);
    assert_eq!(sends().await, (403, 50001));
    // What a role may not in the channel, it may not in the thread.
    let ben = discord.person("ben").in_channel(&thread);
    general.set_everyone(0, SEND_MESSAGES_IN_THREADS);
    assert_eq!(ben.cannot_say("hi"), "ben may not write here.");
    // Threads have no overwrites of their own.
    general.set_bot(VIEW_CHANNEL, 0);
    let own = format!("/channels/{}/permissions/{}", thread.id, bot.guild);
    let reply = bot.put(&own, json!({"type": 0})).await;
    assert_eq!(reply.refusal(), (400, 50024));
}

#[tokio::test]
async fn h10_a_guild_has_1000_open_threads() {
    let discord = Emulator::start(Options { ..options() }).await.unwrap();
    let bot = Bot::connect_with(&discord, 0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ann").in_channel(&general);
    let first = here.starts_private_thread("first");
    for _ in 1..1_000 {
        here.starts_private_thread("more");
    }
    let path = format!("/channels/{}/threads", general.id);
    let last = json!({"name": "last"});
    assert_eq!(
        bot.post(&path, last.clone()).await.refusal(),
        (400, 160_006)
    );
    here.in_thread(&first).archives_thread(true);
    assert_eq!(bot.post(&path, last).await.status, 201);
}
