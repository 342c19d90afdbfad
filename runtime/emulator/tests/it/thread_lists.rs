//! Lists of threads, open and archived; and what people do with threads over the control API.

use cogbox_emulator::model::permissions::{
    CREATE_PUBLIC_THREADS, MANAGE_THREADS, READ_MESSAGE_HISTORY, VIEW_CHANNEL,
};
use serde_json::{Value, json};

use crate::client::{control, http, read, start_with};

#[tokio::test]
async fn e30_b28_open_and_archived_threads_are_listed() {
    let (discord, bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let here = discord.person("ann").in_channel(&general);
    let mut archived = Vec::new();
    for name in ["one", "two", "three"] {
        let thread = here.starts_thread(name);
        here.in_thread(&thread).archives_thread(true);
        archived.push(thread.id);
    }
    let secret = here.starts_private_thread("secret");
    let inside = here.in_thread(&secret);
    inside.adds_bot_to_thread();
    let open = bot
        .get(&format!("/guilds/{}/threads/active", bot.guild))
        .await
        .body;
    assert_eq!(open["threads"][0]["id"], json!(secret.id));
    assert_eq!(open["members"][0]["id"], json!(secret.id));
    assert_eq!(
        (open["threads"].as_array().unwrap().len(), &open["has_more"]),
        (1, &json!(false))
    );
    inside.archives_thread(true);
    let path = format!("/channels/{}/threads/archived", general.id);
    let ids = |page: &Value| -> Vec<Value> {
        let threads = page["threads"].as_array().unwrap();
        threads.iter().map(|thread| thread["id"].clone()).collect()
    };
    let first = bot.get(&format!("{path}/public?limit=2")).await.body;
    assert_eq!(ids(&first), [json!(archived[2]), json!(archived[1])]);
    assert_eq!(first["has_more"], true);
    let last = &first["threads"][1]["thread_metadata"]["archive_timestamp"];
    let last = last.as_str().unwrap().replace('+', "%2B");
    let rest = bot.get(&format!("{path}/public?before={last}")).await.body;
    assert_eq!(
        (ids(&rest), &rest["has_more"]),
        (vec![json!(archived[0])], &json!(false))
    );
    bot.get(&format!("{path}/public?before=yesterday"))
        .await
        .faults_at("before");
    bot.get(&format!("{path}/public?limit=101"))
        .await
        .faults_at("limit");
    // Private ones are listed for moderators, and the own ones for everybody.
    let private = format!("{path}/private");
    assert_eq!(bot.get(&private).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_THREADS, false);
    assert_eq!(ids(&bot.get(&private).await.body), [json!(secret.id)]);
    let own = format!(
        "/channels/{}/users/@me/threads/archived/private",
        general.id
    );
    assert_eq!(ids(&bot.get(&own).await.body), [json!(secret.id)]);
    let before = bot.get(&format!("{own}?before={}", secret.id)).await.body;
    assert_eq!(ids(&before), Vec::<Value>::new());
    general.set_bot(0, READ_MESSAGE_HISTORY);
    for path in [format!("{path}/public"), private, own] {
        assert_eq!(bot.get(&path).await.refusal(), (403, 50013), "{path}");
    }
    general.set_bot(0, VIEW_CHANNEL);
    assert_eq!(
        bot.get(&format!("{path}/public")).await.refusal(),
        (403, 50001)
    );
    let unknown = "/guilds/42/threads/active";
    assert_eq!(bot.get(unknown).await.refusal(), (404, 10004));
}

#[tokio::test]
async fn people_start_threads_by_the_control_api() {
    let (discord, mut bot) = start_with(0).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let (ann, ben) = (discord.person("ann").id, discord.person("ben").id);
    let local = discord.page_url();
    let local = format!("{}/_local", local.trim_end_matches('/'));
    let post = async |path: String, body: Value| control(&format!("{local}{path}"), &body).await;
    let threads = format!("/channels/{}/threads", general.id);
    let made = post(threads.clone(), json!({"as": ann, "name": "plans"})).await;
    assert_eq!((made.status, &made.body["type"]), (200, &json!(11)));
    let thread = made.body["id"].as_str().unwrap().to_owned();
    let said = post(
        format!("/channels/{thread}/messages"),
        json!({"as": ben, "content": "hi"}),
    )
    .await;
    assert_eq!(said.status, 200);
    bot.socket.dispatch("THREAD_CREATE").await;
    let one = format!("/channels/{thread}/thread");
    let closed = post(
        one.clone(),
        json!({"as": ann, "archived": true, "locked": true}),
    )
    .await;
    assert_eq!(closed.status, 200, "{}", closed.body);
    let hers = format!(
        "/channels/{thread}/messages/{}/edit",
        said.body["id"].as_str().unwrap()
    );
    let late = post(hers, json!({"as": ben, "content": "late"})).await;
    assert_eq!(late.body["message"], "This thread is archived.");
    let refused = post(one, json!({"as": ben, "archived": false})).await;
    assert_eq!(
        (refused.status, &refused.body["message"]),
        (400, &json!("ben may not do that to this thread."))
    );
    let shown = read(http().get(format!("{local}/state?as={ann}")))
        .await
        .body;
    assert_eq!(shown["guilds"][0]["threads"][0]["name"], "plans");
    let nameless = post(threads.clone(), json!({"as": ann, "name": " "})).await;
    assert_eq!(
        nameless.body["message"],
        "The name of a thread has 1 to 100 characters."
    );
    general.set_everyone(0, CREATE_PUBLIC_THREADS);
    let ben = discord.person("ben").in_channel(&general);
    assert_eq!(
        ben.cannot_start_thread("x"),
        "ben may not start such a thread here."
    );
}
