//! Messages in channels: what they may hold, edits, deletes, replies, mentions, reactions.

use cogbox_emulator::{Emulator, Here};
use serde_json::{Value, json};

use crate::client::{Bot, Reply, options};

/// A bot and someone in a channel.
pub struct Scene {
    discord: Emulator,
    pub bot: Bot,
    ann: Here,
    path: String,
}

impl Scene {
    pub async fn set() -> Scene {
        let discord = Emulator::start(options()).await.unwrap();
        let bot = Bot::connect(&discord).await;
        let general = discord.guild("Cogbox Lab").channel("general");
        Scene {
            ann: discord.person("ann").in_channel(&general),
            path: format!("/channels/{}/messages", general.id),
            discord,
            bot,
        }
    }

    pub async fn sends(&self, body: Value) -> Reply {
        self.bot.post(&self.path, body).await
    }

    /// Sends something good and returns the message.
    pub async fn sent(&self, body: Value) -> Value {
        let reply = self.sends(body).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    pub fn one(&self, message: &Value) -> String {
        format!("{}/{}", self.path, message["id"].as_str().unwrap())
    }
}

#[tokio::test]
async fn e01_content_has_up_to_2000_characters() {
    let scene = Scene::set().await;
    let reply = scene.sends(json!({"content": "ä".repeat(2001)})).await;
    assert_eq!(reply.faults_at("content"), "BASE_TYPE_BAD_LENGTH");
    scene.sent(json!({"content": "ä".repeat(2000)})).await;
    scene
        .sends(json!({"content": 5}))
        .await
        .faults_at("content");
}

#[tokio::test]
async fn e02_a_message_holds_something() {
    let scene = Scene::set().await;
    for body in [
        json!({}),
        json!({"content": " \n"}),
        json!({"embeds": [], "components": []}),
    ] {
        assert_eq!(scene.sends(body).await.refusal(), (400, 50006));
    }
    scene
        .sent(json!({"embeds": [{"title": "only an embed"}]}))
        .await;
}

#[tokio::test]
async fn e03_embeds_have_their_limits() {
    let scene = Scene::set().await;
    let long = |length: usize| "x".repeat(length);
    for (embed, at) in [
        (json!({"title": long(257)}), "title"),
        (json!({"description": long(4097)}), "description"),
        (json!({"footer": {"text": long(2049)}}), "footer.text"),
        (json!({"author": {"name": long(257)}}), "author.name"),
        (
            json!({"fields": [{"name": long(257), "value": "v"}]}),
            "fields.0.name",
        ),
        (
            json!({"fields": [{"name": "n", "value": long(1025)}]}),
            "fields.0.value",
        ),
        (json!({"fields": [{"value": "v"}]}), "fields.0.name"),
        (
            json!({"fields": vec![json!({"name": "n", "value": "v"}); 26]}),
            "fields",
        ),
    ] {
        let reply = scene.sends(json!({"embeds": [embed]})).await;
        reply.faults_at(&format!("embeds.0.{at}"));
    }
    let many = vec![json!({"title": "t"}); 11];
    scene
        .sends(json!({"embeds": many}))
        .await
        .faults_at("embeds");
    scene.sent(json!({"embeds": &many[..10]})).await;
}

#[tokio::test]
async fn e04_embeds_have_up_to_6000_characters_in_all() {
    let scene = Scene::set().await;
    let half = "x".repeat(3000);
    let over = json!({"embeds": [{"description": half}, {"description": half, "title": "t"}]});
    assert_eq!(
        scene.sends(over).await.faults_at("embeds"),
        "MAX_EMBED_SIZE_EXCEEDED"
    );
    scene
        .sent(json!({"embeds": [{"description": half}, {"description": half, "title": " "}]}))
        .await;
}

#[tokio::test]
async fn e05_colours_addresses_and_times_are_judged() {
    let scene = Scene::set().await;
    for (embed, at) in [
        (json!({"title": "t", "color": 0x100_0000}), "color"),
        (json!({"title": "t", "color": "#ff0000"}), "color"),
        (json!({"title": "t", "color": -1}), "color"),
        (json!({"title": "t", "url": "javascript:alert(1)"}), "url"),
        (json!({"title": "t", "url": "attachment://a.txt"}), "url"),
        (json!({"image": {"url": "ftp://x"}}), "image.url"),
        (
            json!({"title": "t", "url": format!("https://x/{}", "y".repeat(2048))}),
            "url",
        ),
        (json!({"title": "t", "timestamp": "yesterday"}), "timestamp"),
    ] {
        let reply = scene.sends(json!({"embeds": [embed]})).await;
        reply.faults_at(&format!("embeds.0.{at}"));
    }
}

#[tokio::test]
async fn e06_what_bots_cannot_set_in_embeds_is_ignored() {
    let scene = Scene::set().await;
    let embed = json!({"title": "t", "type": "video", "provider": {"name": "p"}, "color": 7});
    let message = scene.sent(json!({"embeds": [embed]})).await;
    assert_eq!(
        message["embeds"],
        json!([{"title": "t", "type": "rich", "color": 7}])
    );
}

#[tokio::test]
async fn e07_allowed_mentions_do_not_contradict_themselves() {
    let scene = Scene::set().await;
    let ann = scene.ann.id.to_string();
    let both = json!({"parse": ["users"], "users": [ann]});
    let reply = scene
        .sends(json!({"content": "x", "allowed_mentions": both}))
        .await;
    reply.faults_at("allowed_mentions.users");
    let reply = scene
        .sends(json!({"content": "x", "allowed_mentions": {"parse": ["all"]}}))
        .await;
    reply.faults_at("allowed_mentions.parse.0");
    let many = vec!["1"; 101];
    let reply = scene
        .sends(json!({"content": "x", "allowed_mentions": {"users": many}}))
        .await;
    reply.faults_at("allowed_mentions.users");
    let text = format!("<@{ann}>");
    let quiet = scene
        .sent(json!({"content": text, "allowed_mentions": {"parse": []}}))
        .await;
    assert_eq!(quiet["mentions"], json!([]));
    let loud = scene.sent(json!({"content": text})).await;
    assert_eq!(loud["mentions"][0]["username"], "ann");
}

#[tokio::test]
async fn e07_ids_narrow_what_is_mentioned_and_unknown_ones_are_passed_over() {
    let scene = Scene::set().await;
    let (ann, ben) = (scene.ann.id, scene.discord.person("ben").id);
    let allowed = json!({"users": [ben, "42"], "roles": ["43"]});
    let body = json!({"content": format!("<@{ann}> <@{ben}> <@42>"), "allowed_mentions": allowed});
    let message = scene.sent(body).await;
    let mentions = message["mentions"].as_array().unwrap();
    let names: Vec<&Value> = mentions.iter().map(|user| &user["username"]).collect();
    assert_eq!(names, [&json!("ben")]);
    assert_eq!(message["mention_roles"], json!([]));
    let hundred: Vec<String> = (1..=100).map(|id| id.to_string()).collect();
    let body = json!({"content": "x", "allowed_mentions": {"users": hundred}});
    assert_eq!(scene.sends(body).await.status, 200);
}

#[tokio::test]
async fn e08_everyone_and_roles_need_the_right_to_be_mentioned() {
    let scene = Scene::set().await;
    let lab = scene.discord.guild("Cogbox Lab");
    let role = lab.role("Helpers");
    let body = json!({"content": format!("@everyone <@&{role}>")});
    let message = scene.sent(body.clone()).await;
    assert_eq!(
        (&message["mention_everyone"], &message["mention_roles"]),
        (&json!(false), &json!([]))
    );
    lab.set_role("Helpers", 0, true);
    assert_eq!(
        scene.sent(body.clone()).await["mention_roles"],
        json!([role])
    );
    lab.set_role("Helpers", 0, false);
    lab.channel("general").set_bot(1 << 17, 0);
    let message = scene.sent(body).await;
    assert_eq!(
        (&message["mention_everyone"], &message["mention_roles"]),
        (&json!(true), &json!([role]))
    );
}

#[tokio::test]
async fn e09_an_edit_finds_its_mentions_anew() {
    let scene = Scene::set().await;
    let text = format!("<@{}>", scene.ann.id);
    let quiet = json!({"content": text, "allowed_mentions": {"parse": []}});
    let message = scene.sent(quiet).await;
    let edited = scene
        .bot
        .patch(&scene.one(&message), json!({"embeds": [{"title": "t"}]}))
        .await;
    assert_eq!(edited.body["mentions"][0]["username"], "ann");
}

#[tokio::test]
async fn e10_a_nonce_comes_back_and_can_be_enforced() {
    let mut scene = Scene::set().await;
    let reply = scene
        .sends(json!({"content": "x", "nonce": "n".repeat(26)}))
        .await;
    reply.faults_at("nonce");
    let body = json!({"content": "x", "nonce": "n1", "enforce_nonce": true});
    let first = scene.sent(body.clone()).await;
    assert_eq!(first["nonce"], "n1");
    let created = scene.bot.socket.dispatch("MESSAGE_CREATE").await;
    assert_eq!(created["d"]["nonce"], "n1");
    assert_eq!(scene.sent(body.clone()).await["id"], first["id"]);
    let mut free = body;
    free["enforce_nonce"] = json!(false);
    assert_ne!(scene.sent(free).await["id"], first["id"]);
}

#[tokio::test]
async fn e10_an_enforced_nonce_is_forgotten_after_some_minutes() {
    let clock = cogbox_emulator::Clock::manual();
    let options = cogbox_emulator::Options {
        clock: clock.clone(),
        ..options()
    };
    let discord = Emulator::start(options).await.unwrap();
    let bot = Bot::connect(&discord).await;
    let general = discord.guild("Cogbox Lab").channel("general");
    let path = format!("/channels/{}/messages", general.id);
    let body = json!({"content": "x", "nonce": 7, "enforce_nonce": true});
    let send = async || bot.post(&path, body.clone()).await.body;
    let first = send().await;
    assert_eq!(first["nonce"], 7);
    clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(send().await["id"], first["id"]);
    clock.advance(std::time::Duration::from_secs(600));
    assert_ne!(send().await["id"], first["id"]);
    let wrong = json!({"content": "x", "nonce": true});
    bot.post(&path, wrong).await.faults_at("nonce");
}

#[tokio::test]
async fn e11_only_some_flags_can_be_set() {
    let scene = Scene::set().await;
    let message = scene
        .sent(json!({"content": "x", "flags": 4 | 64 | 128 | 1 << 12}))
        .await;
    assert_eq!(message["flags"], 4 | 1 << 12);
    let edited = scene
        .bot
        .patch(&scene.one(&message), json!({"flags": 0}))
        .await;
    assert_eq!(edited.body["flags"], 1 << 12);
}

/// Gives the bot every right in #general again.
fn general_bot_all(scene: &Scene) {
    let lab = scene.discord.guild("Cogbox Lab");
    lab.channel("general").set_bot(u64::MAX >> 11, 0);
}

#[tokio::test]
async fn e12_replies_need_something_to_reply_to() {
    let scene = Scene::set().await;
    let target = scene.ann.says("question").await;
    let reply = json!({"content": "answer", "message_reference": {"message_id": target}});
    let message = scene.sent(reply.clone()).await;
    assert_eq!(message["type"], 19);
    assert_eq!(message["referenced_message"]["content"], "question");
    assert_eq!(message["mentions"][0]["username"], "ann");
    let gone = json!({"content": "x", "message_reference": {"message_id": "42"}});
    scene.sends(gone).await.faults_at("message_reference");
    let gone = json!({"message_id": "42", "fail_if_not_exists": false});
    let message = scene
        .sent(json!({"content": "x", "message_reference": gone}))
        .await;
    assert_eq!(message["type"], 0);
    scene
        .discord
        .guild("Cogbox Lab")
        .channel("general")
        .set_bot(0, 1 << 16);
    assert_eq!(scene.sends(reply).await.refusal(), (403, 50013));
    general_bot_all(&scene);
    let pin = format!("{}/pins/{target}", scene.path);
    assert_eq!(scene.bot.put(&pin, Value::Null).await.status, 204);
    let newest = scene.bot.get(&format!("{}?limit=1", scene.path)).await.body[0].clone();
    assert_eq!(newest["type"], 6, "a pin leaves a note of the system");
    let to_note = json!({"content": "x", "message_reference": {"message_id": newest["id"]}});
    scene.sends(to_note).await.faults_at("message_reference");
}

#[tokio::test]
async fn e14_others_messages_cannot_be_edited() {
    let scene = Scene::set().await;
    let said = scene.ann.says("mine").await;
    let path = format!("{}/{said}", scene.path);
    let reply = scene.bot.patch(&path, json!({"content": "yours"})).await;
    assert_eq!(reply.refusal(), (403, 50005));
    let hide = json!({"flags": 4});
    assert_eq!(
        scene.bot.patch(&path, hide.clone()).await.refusal(),
        (403, 50013)
    );
    scene
        .discord
        .guild("Cogbox Lab")
        .channel("general")
        .set_bot(1 << 13, 0);
    assert_eq!(scene.bot.patch(&path, hide).await.body["flags"], 4);
}

#[tokio::test]
async fn e15_an_edit_lists_the_attachments_that_stay() {
    let scene = Scene::set().await;
    let files: [(&str, &str, &[u8]); 2] =
        [("files[0]", "a.txt", b"a"), ("files[1]", "b.txt", b"b")];
    let message = scene
        .bot
        .form(
            reqwest::Method::POST,
            &scene.path,
            json!({"content": "x"}),
            &files,
        )
        .await
        .body;
    let stays = json!([{"id": message["attachments"][1]["id"]}]);
    let edited = scene
        .bot
        .patch(&scene.one(&message), json!({"attachments": stays}))
        .await
        .body;
    let names: Vec<&Value> = edited["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["filename"])
        .collect();
    assert_eq!(names, ["b.txt"]);
    let untouched = scene
        .bot
        .patch(&scene.one(&message), json!({"content": "y"}))
        .await
        .body;
    assert_eq!(untouched["attachments"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn e16_an_edit_is_told_whole() {
    let mut scene = Scene::set().await;
    let message = scene
        .sent(json!({"content": "one", "embeds": [{"title": "t"}]}))
        .await;
    assert_eq!(message["edited_timestamp"], Value::Null);
    let edited = scene
        .bot
        .patch(&scene.one(&message), json!({"content": "two"}))
        .await
        .body;
    assert!(edited["edited_timestamp"].is_string());
    let update = scene.bot.socket.dispatch("MESSAGE_UPDATE").await["d"].clone();
    assert_eq!(
        (&update["content"], &update["embeds"]),
        (&json!("two"), &message["embeds"])
    );
    let nothing = json!({"content": "", "embeds": []});
    assert_eq!(
        scene
            .bot
            .patch(&scene.one(&message), nothing)
            .await
            .refusal(),
        (400, 50006)
    );
}

#[tokio::test]
async fn e17_deleting_others_messages_needs_the_right() {
    let mut scene = Scene::set().await;
    let mine = scene.sent(json!({"content": "mine"})).await;
    assert_eq!(scene.bot.delete(&scene.one(&mine)).await.status, 204);
    let told = scene.bot.socket.dispatch("MESSAGE_DELETE").await["d"].clone();
    let channel = scene.ann.channel.to_string();
    assert_eq!(
        told,
        json!({"id": mine["id"], "channel_id": channel, "guild_id": scene.bot.guild})
    );
    let said = scene.ann.says("hers").await;
    let path = format!("{}/{said}", scene.path);
    assert_eq!(scene.bot.delete(&path).await.refusal(), (403, 50013));
    scene
        .discord
        .guild("Cogbox Lab")
        .channel("general")
        .set_bot(1 << 13, 0);
    assert_eq!(scene.bot.delete(&path).await.status, 204);
    assert_eq!(scene.bot.delete(&path).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn e19_e20_reactions_are_idempotent_and_need_a_real_emoji() {
    let mut scene = Scene::set().await;
    let message = scene.sent(json!({"content": "x"})).await;
    let path = |emoji: &str| format!("{}/reactions/{emoji}/@me", scene.one(&message));
    let (thumb, custom) = (path("%F0%9F%91%8D"), path("blob:42"));
    for wrong in ["thumbsup", "blob:x"] {
        assert_eq!(
            scene.bot.put(&path(wrong), Value::Null).await.refusal(),
            (400, 10014)
        );
    }
    for path in [&thumb, &thumb, &custom] {
        assert_eq!(scene.bot.put(path, Value::Null).await.status, 204);
    }
    assert_eq!(scene.bot.delete(&custom).await.status, 204);
    let first = scene.bot.socket.dispatch("MESSAGE_REACTION_ADD").await["d"].clone();
    assert_eq!(first["emoji"], json!({"id": null, "name": "👍"}));
    assert_eq!(
        (&first["burst"], &first["type"]),
        (&json!(false), &json!(0))
    );
    assert!(first["member"].is_object());
    let second = scene.bot.socket.dispatch("MESSAGE_REACTION_ADD").await["d"].clone();
    assert_eq!(
        second["emoji"],
        json!({"id": "42", "name": "blob"}),
        "no second event for 👍"
    );
    scene.bot.socket.dispatch("MESSAGE_REACTION_REMOVE").await;
    let read = scene.bot.get(&scene.one(&message)).await.body;
    assert_eq!(read["reactions"][0]["count"], 1);
    assert_eq!(read["reactions"][0]["me"], true);
    assert_eq!(read["reactions"].as_array().unwrap().len(), 1);
    scene
        .discord
        .guild("Cogbox Lab")
        .channel("general")
        .set_bot(0, 1 << 6);
    assert_eq!(
        scene.bot.put(&thumb, Value::Null).await.status,
        204,
        "not a new one"
    );
    assert_eq!(
        scene.bot.put(&custom, Value::Null).await.refusal(),
        (403, 50013)
    );
}

#[tokio::test]
async fn e26_direct_messages_are_opened_once() {
    let scene = Scene::set().await;
    let open = json!({"recipient_id": scene.ann.id});
    let first = scene
        .bot
        .post("/users/@me/channels", open.clone())
        .await
        .body;
    let second = scene.bot.post("/users/@me/channels", open).await.body;
    assert_eq!((&first["type"], &first["id"]), (&json!(1), &second["id"]));
    assert_eq!(first["recipients"][0]["username"], "ann");
    let unknown = scene
        .bot
        .post("/users/@me/channels", json!({"recipient_id": "42"}))
        .await;
    assert_eq!(unknown.refusal(), (404, 10013));
    scene
        .bot
        .post("/users/@me/channels", json!({}))
        .await
        .faults_at("recipient_id");
    let path = format!("/channels/{}/messages", first["id"].as_str().unwrap());
    assert_eq!(
        scene
            .bot
            .post(&path, json!({"content": "psst"}))
            .await
            .status,
        200
    );
    let dm = scene.discord.person("ann").in_dm();
    assert_eq!(dm.channel().transcript_for(&dm), "Cogbox: psst\n");
}

#[tokio::test]
async fn e35_typing_is_told() {
    let mut scene = Scene::set().await;
    let path = format!("/channels/{}/typing", scene.ann.channel);
    assert_eq!(scene.bot.post(&path, Value::Null).await.status, 204);
    let typing = scene.bot.socket.dispatch("TYPING_START").await["d"].clone();
    assert_eq!(typing["user_id"], scene.bot.ready["user"]["id"]);
}

#[tokio::test]
async fn e42_odd_characters_do_not_come_back() {
    let scene = Scene::set().await;
    let message = scene
        .sent(json!({"content": " \u{0}one\u{1b}\n\ttwo \n"}))
        .await;
    assert_eq!(message["content"], "one\n\ttwo");
    let edited = scene
        .bot
        .patch(&scene.one(&message), json!({"content": "th\u{7}ree\r\n"}))
        .await;
    assert_eq!(edited.body["content"], "three");
}
