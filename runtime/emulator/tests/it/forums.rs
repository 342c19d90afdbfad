//! Forums: what they ask of posts, and posts.

use cogbox_emulator::model::permissions::{
    ATTACH_FILES, MANAGE_CHANNELS, MANAGE_THREADS, SEND_MESSAGES,
};
use serde_json::{Value, json};

use crate::client::{Bot, id, start_with};

/// Makes a forum with a plain tag and a moderated one, and returns its path and theirs.
async fn forum(bot: &Bot) -> (String, String, String) {
    let body = json!({
        "name": "help",
        "type": 15,
        "available_tags": [
            {"name": "question", "emoji_name": "❓"},
            {"name": "solved", "moderated": true},
        ],
    });
    let made = bot
        .post(&format!("/guilds/{}/channels", bot.guild), body)
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let tags = &made.body["available_tags"];
    (
        format!("/channels/{}", id(&made.body)),
        id(&tags[0]),
        id(&tags[1]),
    )
}

#[tokio::test]
async fn e33_a_forum_has_tags_and_defaults() {
    let (_discord, mut bot) = start_with(MANAGE_CHANNELS).await;
    let (path, question, solved) = forum(&bot).await;
    let made = bot.get(&path).await.body;
    assert_eq!(
        made["available_tags"],
        json!([
            {
                "id": question,
                "name": "question",
                "moderated": false,
                "emoji_id": null,
                "emoji_name": "❓",
            },
            {
                "id": solved,
                "name": "solved",
                "moderated": true,
                "emoji_id": null,
                "emoji_name": null,
            },
        ])
    );
    assert_eq!(
        (&made["flags"], &made["default_forum_layout"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(made["default_reaction_emoji"], Value::Null);
    assert_eq!(made["default_sort_order"], Value::Null);
    // Tags keep their ids; those that are not listed are gone.
    let edit = json!({
        "available_tags": [{"id": solved, "name": "done", "moderated": true}, {"name": "new"}],
        "default_reaction_emoji": {"emoji_id": null, "emoji_name": "👍"},
        "default_thread_rate_limit_per_user": 10,
        "default_sort_order": 1,
        "default_forum_layout": 2,
        "default_tag_setting": "match_all",
        "flags": 16,
    });
    let edited = bot.patch(&path, edit).await.body;
    let tags = edited["available_tags"].as_array().unwrap();
    assert_eq!(
        (tags.len(), &tags[0]["id"], &tags[0]["name"]),
        (2, &json!(solved), &json!("done"))
    );
    assert_ne!(tags[1]["id"], json!(question));
    assert_eq!(edited["default_reaction_emoji"]["emoji_name"], "👍");
    assert_eq!(edited["default_thread_rate_limit_per_user"], 10);
    assert_eq!(
        (
            &edited["default_sort_order"],
            &edited["default_forum_layout"],
            &edited["flags"]
        ),
        (&json!(1), &json!(2), &json!(16))
    );
    let told = bot.socket.dispatch("CHANNEL_UPDATE").await["d"].clone();
    assert_eq!(told, edited);
    let many: Vec<Value> = (0..21).map(|n| json!({"name": n.to_string()})).collect();
    for (body, field) in [
        (json!({"available_tags": many}), "available_tags"),
        (json!({"available_tags": [{}]}), "available_tags.0.name"),
        (
            json!({"available_tags": [{"name": "x".repeat(51)}]}),
            "available_tags.0.name",
        ),
        (
            json!({"available_tags": [{"name": "x", "emoji_id": "1", "emoji_name": "x"}]}),
            "available_tags.0.emoji_name",
        ),
        (json!({"default_sort_order": 2}), "default_sort_order"),
        (json!({"default_forum_layout": 3}), "default_forum_layout"),
        (
            json!({"default_tag_setting": "match"}),
            "default_tag_setting",
        ),
        (
            json!({"default_thread_rate_limit_per_user": 21_601}),
            "default_thread_rate_limit_per_user",
        ),
    ] {
        bot.patch(&path, body).await.faults_at(field);
    }
}

#[tokio::test]
async fn e33_a_post_is_a_thread_and_its_first_message() {
    let (discord, mut bot) = start_with(MANAGE_CHANNELS | ATTACH_FILES).await;
    let (path, question, _) = forum(&bot).await;
    let path = format!("{path}/threads");
    let post = json!({
        "name": "How?",
        "applied_tags": [question],
        "message": {"content": "Like this?"},
    });
    let file: [(&str, &str, &[u8]); 1] = [("files[0]", "a.txt", b"alpha")];
    let made = bot
        .form(reqwest::Method::POST, &path, post.clone(), &file)
        .await;
    assert_eq!(
        (made.status, &made.body["type"]),
        (201, &json!(11)),
        "{}",
        made.body
    );
    assert_eq!(made.body["applied_tags"], json!([question]));
    let first = &made.body["message"];
    assert_eq!(
        (&first["id"], &first["channel_id"]),
        (&made.body["id"], &made.body["id"])
    );
    assert_eq!(first["attachments"][0]["filename"], "a.txt");
    assert_eq!(
        (
            &made.body["message_count"],
            &made.body["total_message_sent"]
        ),
        (&json!(0), &json!(0))
    );
    let told = bot.socket.dispatch("THREAD_CREATE").await["d"].clone();
    assert_eq!(
        (&told["id"], &told["newly_created"]),
        (&made.body["id"], &json!(true))
    );
    let told = bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!(
        (&told["id"], &told["content"]),
        (&made.body["id"], &json!("Like this?"))
    );
    let thread = format!("/channels/{}", id(&made.body));
    bot.post(&format!("{thread}/messages"), json!({"content": "No."}))
        .await;
    let counted = bot.get(&thread).await.body;
    assert_eq!(
        (&counted["message_count"], &counted["total_message_sent"]),
        (&json!(1), &json!(1))
    );
    for (body, field) in [
        (json!({"name": "x"}), "message"),
        (json!({"message": {"content": "x"}}), "name"),
        (
            json!({"name": "x", "message": {"content": "x".repeat(2001)}}),
            "message.content",
        ),
        (
            json!({"name": "x", "message": {"content": "x"}, "applied_tags": [1, 2, 3, 4, 5, 6]}),
            "applied_tags",
        ),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    let empty = json!({"name": "x", "message": {}});
    assert_eq!(bot.post(&path, empty).await.refusal(), (400, 50006));
    let help = discord.guild("Cogbox Lab").channel("help");
    help.set_bot(0, SEND_MESSAGES);
    assert_eq!(bot.post(&path, post).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn e33_tags_are_asked_for_and_some_are_for_moderators() {
    let (discord, bot) = start_with(MANAGE_CHANNELS).await;
    let (forum, question, solved) = forum(&bot).await;
    let path = format!("{forum}/threads");
    let post =
        |tags: Value| json!({"name": "x", "message": {"content": "x"}, "applied_tags": tags});
    assert_eq!(
        bot.post(&path, post(json!(["42"]))).await.refusal(),
        (404, 10087)
    );
    assert_eq!(
        bot.post(&path, post(json!([solved]))).await.refusal(),
        (403, 50013)
    );
    bot.patch(&forum, json!({"flags": 16})).await;
    assert_eq!(
        bot.post(&path, post(json!([]))).await.refusal(),
        (400, 40067)
    );
    let made = bot.post(&path, post(json!([question]))).await.body;
    let thread = format!("/channels/{}", id(&made));
    let tags = |tags: Value| json!({"applied_tags": tags});
    assert_eq!(
        bot.patch(&thread, tags(json!([]))).await.refusal(),
        (400, 40067)
    );
    let both = tags(json!([question, solved]));
    assert_eq!(
        bot.patch(&thread, both.clone()).await.refusal(),
        (403, 50013)
    );
    let pinned = json!({"flags": 2});
    assert_eq!(
        bot.patch(&thread, pinned.clone()).await.refusal(),
        (403, 50013)
    );
    let lab = discord.guild("Cogbox Lab");
    lab.set_role("Cogbox", MANAGE_THREADS | MANAGE_CHANNELS, false);
    let edited = bot.patch(&thread, both).await.body;
    assert_eq!(edited["applied_tags"], json!([question, solved]));
    assert_eq!(bot.patch(&thread, pinned).await.body["flags"], 2);
    // A tag that the forum has no more is no more on its posts.
    let rest = json!({"available_tags": [{"id": question, "name": "question"}]});
    bot.patch(&forum, rest).await;
    assert_eq!(
        bot.get(&thread).await.body["applied_tags"],
        json!([question])
    );
    // People are asked for the same.
    let help = lab.channel("help");
    let ben = discord.person("ben").in_channel(&help);
    let tag = question.parse().unwrap();
    let theirs = ben.posts("Mine", "hello", &[tag]);
    let first = format!("/channels/{}/messages/{}", theirs.id, theirs.id);
    assert_eq!(bot.get(&first).await.body["content"], "hello");
    assert_eq!(
        ben.cannot_start_thread("Mine"),
        "A post begins with 1 to 2000 characters."
    );
}
