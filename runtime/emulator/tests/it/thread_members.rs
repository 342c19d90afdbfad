//! Who is in a thread, and how a bot comes to see threads.

use cogbox_emulator::model::permissions::{MANAGE_THREADS, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL};
use cogbox_emulator::{Emulator, Options};
use serde_json::{Value, json};

use crate::client::{ALL_INTENTS, Bot, PLAIN_INTENTS, options, start_with};

#[tokio::test]
async fn e30_bots_join_and_leave_threads() {
    let (discord, mut bot) = start_with(0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let here = discord.person("ann").in_channel(&general);
    let thread = here.starts_thread("plans");
    let me = format!("/channels/{}/thread-members/@me", thread.id);
    let own = &bot.ready["user"]["id"].clone();
    let by_id = format!(
        "/channels/{}/thread-members/{}",
        thread.id,
        own.as_str().unwrap()
    );
    assert_eq!(bot.get(&by_id).await.refusal(), (404, 10007));
    for _ in 0..2 {
        assert_eq!(bot.put(&me, Value::Null).await.status, 204);
    }
    let member = bot.get(&by_id).await;
    assert_eq!(
        (member.status, &member.body["user_id"], &member.body["id"]),
        (200, own, &json!(thread.id))
    );
    let with = bot.get(&format!("{by_id}?with_member=true")).await.body;
    assert_eq!(&with["member"]["user"]["id"], own);
    assert_eq!(bot.delete(&me).await.status, 204);
    let mut told = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    while told["removed_member_ids"] != json!([own]) {
        told = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    }
    assert_eq!(
        (&told["member_count"], told.get("added_members")),
        (&json!(1), None)
    );
    assert_eq!(bot.get(&by_id).await.refusal(), (404, 10007));
    here.in_thread(&thread).archives_thread(true);
    assert_eq!(bot.put(&me, Value::Null).await.refusal(), (400, 50083));
    assert_eq!(bot.delete(&me).await.refusal(), (400, 50083));
    let elsewhere = format!("/channels/{}/thread-members/@me", general.id);
    assert_eq!(
        bot.put(&elsewhere, Value::Null).await.refusal(),
        (400, 50024)
    );
    general.set_bot(0, VIEW_CHANNEL);
    assert_eq!(bot.put(&me, Value::Null).await.refusal(), (403, 50001));
}

#[tokio::test]
async fn e30_members_are_brought_in_and_taken_out() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let thread = ann.in_channel(&general).starts_thread("plans");
    let path =
        |user: &dyn std::fmt::Display| format!("/channels/{}/thread-members/{user}", thread.id);
    assert_eq!(bot.put(&path(&ben.id), Value::Null).await.status, 204);
    let mut told = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    while told["added_members"][0]["user_id"] != json!(ben.id) {
        told = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    }
    assert_eq!(
        told,
        json!({
            "id": thread.id,
            "guild_id": bot.guild,
            "member_count": 2,
            "added_members": [{
                "id": thread.id,
                "user_id": ben.id,
                "join_timestamp": told["added_members"][0]["join_timestamp"],
                "flags": 0,
                "member": told["added_members"][0]["member"],
                "presence": null,
            }],
        })
    );
    // The thread itself is told, too.
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!((&told["type"], &told["content"]), (&json!(1), &json!("")));
    assert_eq!(told["mentions"][0]["id"], json!(ben.id));
    assert_eq!(told["author"]["id"], bot.ready["user"]["id"]);
    let stranger = discord.add_person("dora");
    assert_eq!(
        bot.put(&path(&stranger.id), Value::Null).await.refusal(),
        (404, 10007)
    );
    assert_eq!(
        bot.put(&path(&42), Value::Null).await.refusal(),
        (404, 10013)
    );
    assert_eq!(bot.delete(&path(&ben.id)).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_THREADS, false);
    assert_eq!(bot.delete(&path(&ben.id)).await.status, 204);
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&told["type"], &told["mentions"][0]["id"]),
        (&json!(2), &json!(ben.id))
    );
    assert_eq!(bot.delete(&path(&ben.id)).await.refusal(), (404, 10007));
    general.set_bot(0, SEND_MESSAGES_IN_THREADS);
    assert_eq!(
        bot.put(&path(&ben.id), Value::Null).await.refusal(),
        (403, 50013)
    );
    // Into a private thread that is closed to that, only its owner brings others.
    general.set_bot(0, MANAGE_THREADS);
    let threads = format!("/channels/{}/threads", general.id);
    let closed = json!({"name": "closed", "invitable": false});
    let closed = bot.post(&threads, closed).await.body;
    let closed = format!("/channels/{}", closed["id"].as_str().unwrap());
    let one = format!("{closed}/thread-members/{}", ben.id);
    assert_eq!(bot.put(&one, Value::Null).await.status, 204);
    assert_eq!(bot.delete(&one).await.status, 204);
    // Who leaves the guild leaves its threads.
    bot.put(&one, Value::Null).await;
    lab.remove_member(&ben);
    assert_eq!(bot.get(&one).await.refusal(), (404, 10007));
}

#[tokio::test]
async fn e30_listing_members_needs_the_intent() {
    let (discord, bot) = start_with(0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let thread = ann.in_channel(&general).starts_thread("plans");
    ann.in_channel(&thread).adds_to_thread(&ben);
    let path = format!("/channels/{}/thread-members", thread.id);
    let all = bot.get(&path).await.body;
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!(all[0].get("member"), None);
    let page = format!("{path}?with_member=true&limit=1&after={}", ann.id);
    let page = bot.get(&page).await.body;
    assert_eq!(page[0]["member"]["user"]["username"], "ben");
    assert_eq!(page.as_array().unwrap().len(), 1);
    bot.get(&format!("{path}?limit=101"))
        .await
        .faults_at("limit");
    let privileged_intents = 0;
    let plain = Emulator::start(Options {
        privileged_intents,
        ..options()
    });
    let plain = plain.await.unwrap();
    let bot = Bot::connect_with(&plain, PLAIN_INTENTS).await;
    let general = plain.guild("Cogbox Lab").channel("general");
    let thread = plain.person("ann").in_channel(&general).starts_thread("x");
    let path = format!("/channels/{}/thread-members", thread.id);
    assert_eq!(bot.get(&path).await.refusal(), (403, 50001));
}

#[tokio::test]
async fn e30_without_the_intent_a_bot_is_told_of_itself_alone() {
    let (discord, _) = start_with(0).await;
    let mut bot = Bot::connect_with(&discord, ALL_INTENTS & !(1 << 1)).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let thread = ann.in_channel(&general).starts_thread("plans");
    ann.in_channel(&thread).adds_to_thread(&ben);
    ann.in_channel(&thread).adds_bot_to_thread();
    let told = bot.socket.dispatch("THREAD_MEMBERS_UPDATE").await["d"].clone();
    assert_eq!(told["added_members"][0]["user_id"], bot.ready["user"]["id"]);
}

#[tokio::test]
async fn e31_gaining_a_channel_brings_its_threads_and_losing_it_nothing() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let here = discord.person("ann").in_channel(&general);
    let thread = here.starts_thread("plans");
    here.in_thread(&thread).adds_bot_to_thread();
    let old = here.starts_thread("old");
    here.in_thread(&old).archives_thread(true);
    general.set_bot(0, VIEW_CHANNEL);
    general.set_bot(VIEW_CHANNEL, 0);
    let names = bot.socket.names_before("THREAD_LIST_SYNC").await;
    assert!(!names.contains(&"THREAD_DELETE".to_owned()), "{names:?}");
    // By a role, it comes the same way.
    general.set_bot(0, 0);
    lab.add_role("Watch", 0);
    general.set_everyone(0, VIEW_CHANNEL);
    general.set_role("Watch", VIEW_CHANNEL, 0);
    lab.give_bot_role("Watch");
    let sync = bot.socket.dispatch("THREAD_LIST_SYNC").await["d"].clone();
    assert_eq!(sync["guild_id"], json!(bot.guild));
    assert_eq!(sync["channel_ids"], json!([general.id]));
    let threads = sync["threads"].as_array().unwrap();
    assert_eq!((threads.len(), &threads[0]["id"]), (1, &json!(thread.id)));
    assert_eq!(sync["members"][0]["user_id"], bot.ready["user"]["id"]);
}

#[tokio::test]
async fn e30_who_is_pinged_in_a_thread_comes_into_it() {
    let (discord, bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    lab.set_role("Helpers", 0, true);
    lab.give_role(&discord.person("cleo"), "Helpers");
    let threads = format!("/channels/{}/threads", general.id);
    let private = json!({"name": "closed", "invitable": false});
    let made = bot.post(&threads, private).await.body;
    let closed = lab.thread("closed");
    let is_in = async |user: cogbox_emulator::Id| {
        let path = format!("/channels/{}/thread-members/{user}", closed.id);
        bot.get(&path).await.status == 200
    };
    let says = async |content: String, parse: Value| {
        let path = format!("/channels/{}/messages", made["id"].as_str().unwrap());
        let body = json!({"content": content, "allowed_mentions": {"parse": parse}});
        assert_eq!(bot.post(&path, body).await.status, 200);
    };
    // A name that pings nobody brings nobody in.
    says(format!("<@{}>", ann.id), json!([])).await;
    assert!(!is_in(ann.id).await);
    says(
        format!("<@{}> <@&{}>", ann.id, lab.role("Helpers")),
        json!(["users", "roles"]),
    )
    .await;
    assert!(is_in(ann.id).await && is_in(discord.person("cleo").id).await);
    // Who is no moderator brings nobody into a thread that is closed to that.
    let cleo = discord
        .person("cleo")
        .in_channel(&general)
        .in_thread(&closed);
    cleo.says(&format!("<@{}>", ben.id)).await;
    assert!(!is_in(ben.id).await);
    lab.set_role("Helpers", MANAGE_THREADS, true);
    cleo.says(&format!("<@{}>", ben.id)).await;
    assert!(is_in(ben.id).await);
}
