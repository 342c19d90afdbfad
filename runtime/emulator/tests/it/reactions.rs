//! Reactions by several people, bulk deletion, pins.

use std::time::Duration;

use cogbox_emulator::model::permissions::{MANAGE_MESSAGES, PIN_MESSAGES, READ_MESSAGE_HISTORY};
use cogbox_emulator::{Clock, Emulator, Here, Id, Options};
use serde_json::{Value, json};

use crate::client::{Bot, options};

struct Scene {
    discord: Emulator,
    bot: Bot,
    ann: Here,
    ben: Here,
    path: String,
}

impl Scene {
    async fn set() -> Scene {
        Scene::with(options()).await
    }

    async fn with(options: Options) -> Scene {
        let discord = Emulator::start(options).await.unwrap();
        let bot = Bot::connect(&discord).await;
        let general = discord.guild("Cogbox Lab").channel("general");
        Scene {
            ann: discord.person("ann").in_channel(&general),
            ben: discord.person("ben").in_channel(&general),
            path: format!("/channels/{}", general.id),
            discord,
            bot,
        }
    }

    /// Allows and denies permissions to the bot in #general.
    fn let_bot(&self, allow: u64, deny: u64) {
        let general = self.discord.guild("Cogbox Lab").channel("general");
        general.set_bot(allow, deny);
    }

    fn of(&self, message: Id, rest: &str) -> String {
        format!("{}/messages/{message}{rest}", self.path)
    }
}

const THUMB: &str = "%F0%9F%91%8D";

#[tokio::test]
async fn e19_b28_reactions_are_listed_by_emoji_in_pages() {
    let scene = Scene::set().await;
    let message = scene.ann.says("vote").await;
    scene.ben.reacts(message, "👍");
    scene.ann.reacts(message, "👍");
    let path = scene.of(message, &format!("/reactions/{THUMB}"));
    let names = |body: &Value| -> Vec<String> {
        let users = body.as_array().unwrap().iter();
        users
            .map(|u| u["username"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&scene.bot.get(&path).await.body), ["ann", "ben"]);
    let first = scene.bot.get(&format!("{path}?limit=1")).await.body;
    assert_eq!(names(&first), ["ann"]);
    let after = format!("{path}?after={}", first[0]["id"].as_str().unwrap());
    assert_eq!(names(&scene.bot.get(&after).await.body), ["ben"]);
    let super_ones = scene.bot.get(&format!("{path}?type=1")).await.body;
    assert_eq!(super_ones, json!([]));
    let other = scene.of(message, "/reactions/blob:42");
    assert_eq!(scene.bot.get(&other).await.body, json!([]));
    for limit in ["0", "101", "x"] {
        let reply = scene.bot.get(&format!("{path}?limit={limit}")).await;
        reply.faults_at("limit");
    }
    let wrong = scene.of(message, "/reactions/thumbsup");
    assert_eq!(scene.bot.get(&wrong).await.refusal(), (400, 10014));
    let gone = scene.of(Id(42), &format!("/reactions/{THUMB}"));
    assert_eq!(scene.bot.get(&gone).await.refusal(), (404, 10008));
}

#[tokio::test]
async fn e19_a_message_bears_twenty_emoji_and_needs_the_history() {
    let scene = Scene::set().await;
    let message = scene.ann.says("many").await;
    let put = async |n: u64| {
        let path = scene.of(message, &format!("/reactions/blob:{n}/@me"));
        scene.bot.put(&path, Value::Null).await
    };
    for n in 1..=20 {
        assert_eq!(put(n).await.status, 204);
    }
    assert_eq!(put(21).await.refusal(), (400, 30010));
    assert_eq!(put(20).await.status, 204, "not a new one");
    scene.let_bot(0, READ_MESSAGE_HISTORY);
    assert_eq!(put(20).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn e21_b35_others_reactions_go_one_by_one_by_emoji_or_all_at_once() {
    let mut scene = Scene::set().await;
    let message = scene.ann.says("vote").await;
    scene.ann.reacts(message, "👍");
    scene.ann.reacts(message, "🎉");
    scene.ben.reacts(message, "👍");
    scene.ben.reacts(message, "🚀");
    scene.ben.unreacts(message, "🚀");
    let removed = scene.bot.socket.dispatch("MESSAGE_REACTION_REMOVE").await["d"].clone();
    assert_eq!(removed["emoji"]["name"], "🚀");
    let of_ann = scene.of(message, &format!("/reactions/{THUMB}/{}", scene.ann.id));
    let of_emoji = scene.of(message, &format!("/reactions/{THUMB}"));
    let all = scene.of(message, "/reactions");
    for path in [&of_ann, &of_emoji, &all] {
        assert_eq!(scene.bot.delete(path).await.refusal(), (403, 50013));
    }
    scene.let_bot(MANAGE_MESSAGES, 0);
    let nobody = scene.of(message, &format!("/reactions/{THUMB}/42"));
    assert_eq!(scene.bot.delete(&nobody).await.refusal(), (404, 10013));
    let place = json!({
        "channel_id": scene.ann.channel,
        "message_id": message,
        "guild_id": scene.bot.guild,
    });
    for (path, name) in [
        (&of_ann, "MESSAGE_REACTION_REMOVE"),
        (&of_emoji, "MESSAGE_REACTION_REMOVE_EMOJI"),
        (&all, "MESSAGE_REACTION_REMOVE_ALL"),
    ] {
        let reply = scene.bot.delete(path).await;
        assert_eq!((reply.status, &reply.body), (204, &json!("")));
        let told = scene.bot.socket.dispatch(name).await["d"].clone();
        for (key, value) in place.as_object().unwrap() {
            assert_eq!(&told[key], value, "{name}");
        }
        match name {
            "MESSAGE_REACTION_REMOVE" => assert_eq!(told["user_id"], json!(scene.ann.id)),
            "MESSAGE_REACTION_REMOVE_EMOJI" => {
                assert_eq!(told["emoji"], json!({"id": null, "name": "👍"}));
            }
            _ => assert_eq!(told, place),
        }
    }
    let read = scene.bot.get(&scene.of(message, "")).await.body;
    assert_eq!(read["reactions"], Value::Null);
}

#[tokio::test]
async fn e18_b35_bulk_deletion_has_its_limits_and_one_event() {
    let clock = Clock::manual();
    // The heartbeats of two weeks are nobody's concern here.
    let heartbeat_tolerance = Duration::from_secs(30 * 86_400);
    let mut scene = Scene::with(Options {
        clock,
        heartbeat_tolerance,
        ..options()
    })
    .await;
    let path = format!("{}/messages/bulk-delete", scene.path);
    let old = scene.ann.says("old").await;
    scene.discord.advance(Duration::from_secs(15 * 86_400));
    let (one, two) = (scene.ann.says("one").await, scene.ann.says("two").await);
    let ids = |ids: &[Id]| json!({"messages": ids});
    let refused = scene.bot.post(&path, ids(&[one, two])).await;
    assert_eq!(refused.refusal(), (403, 50013));
    scene.let_bot(MANAGE_MESSAGES, 0);
    let many: Vec<Id> = (0..101).map(|n| Id(two.0 + 1 + n)).collect();
    for few_or_many in [ids(&[one]), ids(&[]), ids(&many)] {
        let refused = scene.bot.post(&path, few_or_many).await;
        assert_eq!(refused.refusal(), (400, 50016));
    }
    let refused = scene.bot.post(&path, ids(&[one, old])).await;
    assert_eq!(refused.refusal(), (400, 50034));
    let twice = scene.bot.post(&path, ids(&[one, two, one])).await;
    twice.faults_at("messages.2");
    scene.bot.post(&path, json!({})).await.faults_at("messages");
    let unknown = Id(two.0 + 1);
    let reply = scene.bot.post(&path, ids(&[one, unknown, two])).await;
    assert_eq!((reply.status, &reply.body), (204, &json!("")));
    let told = scene.bot.socket.dispatch("MESSAGE_DELETE_BULK").await["d"].clone();
    let expected = json!({
        "ids": [one, two],
        "channel_id": scene.ann.channel,
        "guild_id": scene.bot.guild,
    });
    assert_eq!(told, expected);
    let left = scene
        .bot
        .get(&format!("{}/messages", scene.path))
        .await
        .body;
    assert_eq!(left.as_array().unwrap().len(), 1);
    let dm = scene.discord.person("ann").in_dm().channel;
    let path = format!("/channels/{dm}/messages/bulk-delete");
    let refused = scene.bot.post(&path, ids(&[one, two])).await;
    assert_eq!(refused.refusal(), (403, 50003));
}

#[tokio::test]
async fn e22_b28_b35_pins_need_their_own_right_and_are_told() {
    let clock = Clock::manual();
    let mut scene = Scene::with(Options { clock, ..options() }).await;
    let (one, two) = (scene.ann.says("one").await, scene.ann.says("two").await);
    let pins = format!("{}/messages/pins", scene.path);
    let pin = |message: Id| format!("{pins}/{message}");
    scene.let_bot(MANAGE_MESSAGES, 0);
    assert_eq!(
        scene.bot.put(&pin(one), Value::Null).await.refusal(),
        (403, 50013)
    );
    scene.let_bot(PIN_MESSAGES, 0);
    assert_eq!(
        scene.bot.put(&pin(Id(42)), Value::Null).await.refusal(),
        (404, 10008)
    );
    let reply = scene.bot.put(&pin(one), Value::Null).await;
    assert_eq!((reply.status, &reply.body), (204, &json!("")));
    let told = scene.bot.socket.dispatch("CHANNEL_PINS_UPDATE").await["d"].clone();
    assert_eq!(told["channel_id"], json!(scene.ann.channel));
    assert_eq!(told["guild_id"], scene.bot.guild);
    assert!(told["last_pin_timestamp"].is_string());
    let note = scene.bot.socket.dispatch("MESSAGE_CREATE").await["d"].clone();
    assert_eq!((&note["type"], &note["content"]), (&json!(6), &json!("")));
    let reference = json!({
        "type": 0,
        "channel_id": scene.ann.channel,
        "message_id": one,
        "guild_id": scene.bot.guild,
    });
    assert_eq!(note["message_reference"], reference);
    let note = Id::from_json(&note["id"]).unwrap();
    assert_eq!(
        scene.bot.put(&pin(note), Value::Null).await.refusal(),
        (403, 50021)
    );
    scene.discord.advance(Duration::from_secs(1));
    scene.ann.pins(two);
    let listed = scene.bot.get(&format!("{pins}?limit=1")).await.body;
    assert_eq!(listed["has_more"], true);
    assert_eq!(listed["items"][0]["message"]["content"], "two");
    assert_eq!(listed["items"][0]["message"]["pinned"], true);
    let before = listed["items"][0]["pinned_at"]
        .as_str()
        .unwrap()
        .replace('+', "%2B");
    let rest = scene.bot.get(&format!("{pins}?before={before}")).await.body;
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&rest["items"][0]["message"]["content"], &rest["has_more"]),
        (&json!("one"), &json!(false))
    );
    scene
        .bot
        .get(&format!("{pins}?limit=51"))
        .await
        .faults_at("limit");
    scene
        .bot
        .get(&format!("{pins}?before=noon"))
        .await
        .faults_at("before");
    assert_eq!(scene.bot.delete(&pin(two)).await.status, 204);
    scene.let_bot(0, READ_MESSAGE_HISTORY);
    assert_eq!(
        scene.bot.get(&pins).await.body,
        json!({"items": [], "has_more": false})
    );
    scene.let_bot(0, 0);
    assert_eq!(scene.bot.delete(&pin(one)).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn e22_a_channel_has_up_to_250_pins() {
    let scene = Scene::set().await;
    scene.let_bot(PIN_MESSAGES, 0);
    for n in 0..250 {
        let message = scene.ann.says(&format!("message {n}")).await;
        scene.ann.pins(message);
    }
    let last = scene.ann.says("one too many").await;
    let path = format!("{}/messages/pins/{last}", scene.path);
    assert_eq!(
        scene.bot.put(&path, Value::Null).await.refusal(),
        (400, 30003)
    );
}

#[tokio::test]
async fn e23_the_older_pin_routes_still_answer() {
    let scene = Scene::set().await;
    let message = scene.ann.says("old ways").await;
    let (pins, pin) = (
        format!("{}/pins", scene.path),
        format!("{}/pins/{message}", scene.path),
    );
    assert_eq!(
        scene.bot.put(&pin, Value::Null).await.refusal(),
        (403, 50013)
    );
    scene.let_bot(PIN_MESSAGES, 0);
    assert_eq!(scene.bot.put(&pin, Value::Null).await.status, 204);
    let listed = scene.bot.get(&pins).await.body;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["content"], "old ways");
    assert_eq!(scene.bot.delete(&pin).await.status, 204);
    assert_eq!(scene.bot.get(&pins).await.body, json!([]));
}
