//! Wrong bodies of threads, forums and webhooks, field by field.

use serde_json::{Value, json};

use crate::client::id;
use crate::hostile::{message, spoil, start};

#[tokio::test]
async fn spoilt_threads_are_refused() {
    let (_discord, bot, ann) = start().await;
    let path = format!("/channels/{}/threads", ann.channel);
    let thread = json!({
        "name": "plans", "auto_archive_duration": 60, "rate_limit_per_user": 5, "type": 11,
        "invitable": true,
    });
    spoil("a thread", &thread, &[], async |body| {
        bot.post(&path, body).await
    })
    .await;
    let target = ann.says("question").await;
    let about = format!("/channels/{}/messages/{target}/threads", ann.channel);
    spoil("a thread about a message", &thread, &[], async |body| {
        bot.post(&about, body).await
    })
    .await;
    let edit = json!({
        "name": "plans", "archived": false, "locked": false, "invitable": true,
        "auto_archive_duration": 60, "rate_limit_per_user": 5, "flags": 2,
    });
    let one = format!("/channels/{target}");
    spoil("an edit of a thread", &edit, &[], async |body| {
        bot.patch(&one, body).await
    })
    .await;
    let forward = json!({"message_reference": {
        "type": 1, "message_id": target.to_string(), "channel_id": ann.channel.to_string(),
        "fail_if_not_exists": true,
    }});
    let messages = format!("/channels/{}/messages", ann.channel);
    spoil("a forward", &forward, &[], async |body| {
        bot.post(&messages, body).await
    })
    .await;
}

#[tokio::test]
async fn spoilt_forums_are_refused() {
    let (_discord, bot, _) = start().await;
    let path = format!("/guilds/{}/channels", bot.guild);
    let forum = json!({
        "name": "help", "type": 15,
        "available_tags": [{"name": "question", "moderated": false, "emoji_name": "❓"}],
        "default_reaction_emoji": {"emoji_name": "👍"},
        "default_thread_rate_limit_per_user": 5, "default_sort_order": 1,
        "default_forum_layout": 1, "default_tag_setting": "match_all", "flags": 0,
    });
    let made = bot.post(&path, forum.clone()).await.body;
    let one = format!("/channels/{}", id(&made));
    spoil("a forum", &forum, &[], async |body| {
        bot.patch(&one, body).await
    })
    .await;
    let tag = bot.get(&one).await.body["available_tags"][0]["id"].clone();
    let tags: Vec<Value> = tag.is_string().then_some(tag).into_iter().collect();
    let post = json!({
        "name": "How?", "auto_archive_duration": 60, "applied_tags": tags, "message": message(),
    });
    let posts = format!("{one}/threads");
    spoil("a post", &post, &[], async |body| {
        bot.post(&posts, body).await
    })
    .await;
}

#[tokio::test]
async fn spoilt_webhooks_are_refused() {
    let (_discord, bot, ann) = start().await;
    let path = format!("/channels/{}/webhooks", ann.channel);
    let webhook = json!({"name": "News", "avatar": "data:image/png;base64,aGVsbG8="});
    let made = bot.post(&path, webhook.clone()).await.body;
    spoil("a webhook", &webhook, &[], async |body| {
        bot.post(&path, body).await
    })
    .await;
    let one = format!("/webhooks/{}", id(&made));
    let mut edit = webhook;
    edit["channel_id"] = json!(ann.channel.to_string());
    spoil("an edit of a webhook", &edit, &[], async |body| {
        bot.patch(&one, body).await
    })
    .await;
    let send = format!("{one}/{}", made["token"].as_str().unwrap());
    let mut body = message();
    body["username"] = json!("Cass");
    body["avatar_url"] = json!("https://a.example/a.png");
    spoil("a webhook's message", &body, &[], async |body| {
        bot.post(&send, body).await
    })
    .await;
}
