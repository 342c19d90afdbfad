//! Channels of a guild, made, changed, moved and deleted over REST, and their overwrites.

use cogbox_emulator::Emulator;
use cogbox_emulator::model::permissions::{
    ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_MESSAGES, MANAGE_ROLES, SEND_MESSAGES, VIEW_CHANNEL,
};
use serde_json::{Value, json};

use crate::client::{Bot, id, options, start_with};

#[tokio::test]
async fn f23_channels_are_made_changed_and_deleted_by_those_who_manage_them() {
    let (discord, mut bot) = start_with(0).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/channels", bot.guild);
    let news = json!({"name": "news", "topic": "What is new", "rate_limit_per_user": 5});
    assert_eq!(bot.post(&path, news.clone()).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_CHANNELS, false);
    let made = bot.post(&path, news).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["type"], 0);
    assert_eq!(made.body["guild_id"], bot.guild);
    assert_eq!(made.body["topic"], "What is new");
    assert_eq!(made.body["rate_limit_per_user"], 5);
    let told = bot.socket.dispatch("CHANNEL_CREATE").await["d"].clone();
    assert_eq!(told, made.body);

    let one = format!("/channels/{}", id(&made.body));
    let edit = json!({"name": "old-news", "topic": null, "nsfw": true});
    let changed = bot.patch(&one, edit).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.body["name"], "old-news");
    assert_eq!(changed.body["topic"], Value::Null);
    assert_eq!(changed.body["nsfw"], true);
    let told = bot.socket.dispatch("CHANNEL_UPDATE").await["d"].clone();
    assert_eq!(told, changed.body);

    let gone = bot.delete(&one).await;
    assert_eq!((gone.status, &gone.body), (200, &changed.body));
    let told = bot.socket.dispatch("CHANNEL_DELETE").await["d"].clone();
    assert_eq!(told, changed.body);
    assert_eq!(bot.get(&one).await.refusal(), (404, 10003));
    assert_eq!(bot.delete(&one).await.refusal(), (404, 10003));

    let general = format!("/channels/{}", lab.channel("general").id);
    lab.channel("general").set_bot(0, MANAGE_CHANNELS);
    assert_eq!(bot.delete(&general).await.refusal(), (403, 50013));
    lab.channel("general").set_bot(0, VIEW_CHANNEL);
    let edit = json!({"name": "x"});
    assert_eq!(bot.patch(&general, edit).await.refusal(), (403, 50001));
    let dm = discord.person("ann").in_dm().channel;
    let edit = bot.patch(&format!("/channels/{dm}"), json!({})).await;
    assert_eq!(edit.refusal(), (403, 50003));
}

#[tokio::test]
async fn f23_wrong_channels_are_refused_field_by_field() {
    let (_discord, bot) = start_with(MANAGE_CHANNELS).await;
    let path = format!("/guilds/{}/channels", bot.guild);
    let long = "x".repeat(101);
    let text = id(&bot.post(&path, json!({"name": "text"})).await.body);
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": long}), "name"),
        (json!({"name": "x", "type": 1}), "type"),
        (json!({"name": "x", "topic": "x".repeat(1025)}), "topic"),
        (
            json!({"name": "x", "rate_limit_per_user": 21_601}),
            "rate_limit_per_user",
        ),
        (json!({"name": "x", "type": 2, "bitrate": 7_999}), "bitrate"),
        (
            json!({"name": "x", "type": 2, "user_limit": 100}),
            "user_limit",
        ),
        (json!({"name": "x", "parent_id": "42"}), "parent_id"),
        (json!({"name": "x", "parent_id": text}), "parent_id"),
        (
            json!({"name": "x", "default_auto_archive_duration": 61}),
            "default_auto_archive_duration",
        ),
        (
            json!({"name": "x", "permission_overwrites": [{"id": "1"}]}),
            "permission_overwrites.0.type",
        ),
    ] {
        bot.post(&path, body).await.faults_at(field);
    }
    let one = format!("/channels/{text}");
    bot.patch(&one, json!({"type": 2})).await.faults_at("type");
    let announced = bot.patch(&one, json!({"type": 5})).await;
    assert_eq!(announced.body["type"], 5);
    // A forum's topic is longer, since it holds the rules for posts.
    let forum = json!({"name": "forum", "type": 15, "topic": "x".repeat(4096)});
    assert_eq!(bot.post(&path, forum).await.status, 201);
    let voice = bot
        .post(&path, json!({"name": "voice", "type": 2}))
        .await
        .body;
    assert_eq!(
        (&voice["bitrate"], &voice["user_limit"]),
        (&json!(64_000), &json!(0))
    );
}

#[tokio::test]
async fn g52_bit_rates_and_seats_have_bounds_by_the_kind_of_channel() {
    let (_discord, bot) = start_with(MANAGE_CHANNELS).await;
    let path = format!("/guilds/{}/channels", bot.guild);
    // The guild has no boosts.
    for (kind, most_bits, most_seats) in [(2, 96_000, 99), (13, 64_000, 10_000)] {
        let made = |bits: u64, seats: u64| json!({"name": "x", "type": kind, "bitrate": bits, "user_limit": seats});
        for (bits, seats) in [(8_000, 0), (most_bits, most_seats)] {
            let channel = bot.post(&path, made(bits, seats)).await;
            assert_eq!(channel.status, 201, "{}", channel.body);
            assert_eq!(channel.body["bitrate"], bits);
            assert_eq!(channel.body["user_limit"], seats);
        }
        for (bits, seats, field) in [
            (7_999, 0, "bitrate"),
            (most_bits + 1, 0, "bitrate"),
            (8_000, most_seats + 1, "user_limit"),
        ] {
            bot.post(&path, made(bits, seats)).await.faults_at(field);
        }
    }
}

#[tokio::test]
async fn f23_a_deleted_category_leaves_its_channels() {
    let (_discord, mut bot) = start_with(MANAGE_CHANNELS).await;
    let path = format!("/guilds/{}/channels", bot.guild);
    let category = bot.post(&path, json!({"name": "rooms", "type": 4})).await;
    let category = id(&category.body);
    let mut inside = Vec::new();
    for name in ["one", "two"] {
        let room = json!({"name": name, "parent_id": category});
        let room = bot.post(&path, room).await.body;
        assert_eq!(room["parent_id"], json!(category));
        inside.push(id(&room));
    }
    let nested = json!({"name": "x", "type": 4, "parent_id": category});
    bot.post(&path, nested).await.faults_at("parent_id");
    bot.delete(&format!("/channels/{category}")).await;
    for room in inside {
        let told = bot.socket.dispatch("CHANNEL_UPDATE").await["d"].clone();
        assert_eq!(told["id"], json!(room));
        assert_eq!(told["parent_id"], Value::Null);
    }
    let told = bot.socket.dispatch("CHANNEL_DELETE").await["d"].clone();
    assert_eq!(told["id"], json!(category));
}

#[tokio::test]
async fn f23_h10_a_guild_has_500_channels_and_a_category_50() {
    let (discord, bot) = start_with(MANAGE_CHANNELS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/channels", bot.guild);
    let category = bot.post(&path, json!({"name": "rooms", "type": 4})).await;
    let room = json!({"name": "room", "parent_id": id(&category.body)});
    for _ in 0..50 {
        assert_eq!(bot.post(&path, room.clone()).await.status, 201);
    }
    bot.post(&path, room).await.faults_at("parent_id");
    for n in 53..500 {
        lab.add_channel(&format!("c{n}"));
    }
    let last = json!({"name": "the 501st"});
    assert_eq!(bot.post(&path, last).await.refusal(), (400, 30013));
}

#[tokio::test]
async fn f23_overwrites_need_manage_roles_and_give_only_what_the_bot_has() {
    let (discord, mut bot) = start_with(MANAGE_CHANNELS).await;
    let lab = discord.guild("Cogbox Lab");
    let general = lab.channel("general");
    let ben = discord.person("ben");
    let path = format!("/channels/{}/permissions/{}", general.id, ben.id);
    let mute = json!({"type": 1, "allow": "0", "deny": SEND_MESSAGES.to_string()});
    assert_eq!(bot.put(&path, mute.clone()).await.refusal(), (403, 50013));
    lab.set_role("Cogbox", MANAGE_CHANNELS | MANAGE_ROLES, false);
    assert_eq!(bot.put(&path, mute.clone()).await.status, 204);
    let overwrite = json!({"id": ben.id, "type": 1, "allow": "0", "deny": "2048"});
    loop {
        let told = bot.socket.dispatch("CHANNEL_UPDATE").await["d"].clone();
        if told["permission_overwrites"] == json!([overwrite]) {
            break;
        }
    }
    assert_eq!(
        ben.in_channel(&general).cannot_say("hello"),
        "ben may not write here."
    );
    // What the bot may not do itself, and managing permissions, are not the bot's to give.
    for bits in [MANAGE_MESSAGES, MANAGE_ROLES] {
        let gift = json!({"type": 1, "allow": bits.to_string()});
        assert_eq!(bot.put(&path, gift).await.refusal(), (403, 50013));
    }
    bot.put(&path, json!({})).await.faults_at("type");
    let unknown = format!("/channels/{}/permissions/42", general.id);
    let role = json!({"type": 0});
    assert_eq!(bot.put(&unknown, role).await.refusal(), (404, 10011));
    assert_eq!(bot.put(&unknown, mute).await.refusal(), (404, 10007));
    assert_eq!(bot.delete(&unknown).await.refusal(), (404, 10009));
    assert_eq!(bot.delete(&path).await.status, 204);
    ben.in_channel(&general).says("hello").await;
    // The same holds for the lists of whole channels.
    let list = json!([{"id": ben.id, "type": 1, "allow": MANAGE_MESSAGES.to_string()}]);
    let body = json!({"name": "x", "permission_overwrites": list});
    let made = format!("/guilds/{}/channels", bot.guild);
    assert_eq!(bot.post(&made, body.clone()).await.refusal(), (403, 50013));
    let edited = format!("/channels/{}", general.id);
    assert_eq!(
        bot.patch(&edited, body.clone()).await.refusal(),
        (403, 50013)
    );
    lab.set_role("Cogbox", ADMINISTRATOR, false);
    assert_eq!(bot.patch(&edited, body.clone()).await.status, 200);
    assert_eq!(bot.post(&made, body).await.status, 201);
}

#[tokio::test]
async fn f23_channels_are_moved_in_a_list() {
    let (discord, mut bot) = start_with(MANAGE_CHANNELS).await;
    let lab = discord.guild("Cogbox Lab");
    let path = format!("/guilds/{}/channels", bot.guild);
    let category = bot.post(&path, json!({"name": "rooms", "type": 4})).await;
    let category = id(&category.body);
    let (general, bots) = (lab.channel("general").id, lab.channel("bots").id);
    let swapped = json!([{"id": general, "position": 1}, {"id": bots, "position": 0}]);
    let moved = bot.patch(&path, swapped).await;
    assert_eq!((moved.status, moved.body), (204, json!("")));
    for (channel, position) in [(general, 1), (bots, 0)] {
        let told = bot.socket.dispatch("CHANNEL_UPDATE").await["d"].clone();
        assert_eq!(
            (&told["id"], &told["position"]),
            (&json!(channel), &json!(position))
        );
    }
    let into = |id| json!({"id": id, "parent_id": category});
    let both = json!([into(general), into(bots)]);
    assert_eq!(bot.patch(&path, both).await.refusal(), (400, 40009));
    let one = json!([into(general)]);
    assert_eq!(bot.patch(&path, one).await.status, 204);
    let told = bot.socket.dispatch("CHANNEL_UPDATE").await["d"].clone();
    assert_eq!(told["parent_id"], json!(category));
    let unknown = json!([{"id": "42", "position": 1}]);
    assert_eq!(bot.patch(&path, unknown).await.refusal(), (404, 10003));
    let wrong = json!([{"id": general, "position": -1}]);
    bot.patch(&path, wrong).await.faults_at("0.position");
    let synced = json!([{"id": general, "parent_id": null, "lock_permissions": true}]);
    assert_eq!(bot.patch(&path, synced).await.status, 204);
    bot.patch(&path, json!({})).await.faults_at("");
    lab.set_role("Cogbox", 0, false);
    assert_eq!(bot.patch(&path, json!([])).await.refusal(), (403, 50013));
}

#[tokio::test]
async fn h10_a_channel_has_1000_overwrites() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    lab.set_role("Cogbox", MANAGE_ROLES, false);
    let general = lab.channel("general");
    let ben = discord.person("ben");
    for n in 0..1_000 {
        general.set_person(&discord.add_person(&format!("p{n}")), 0, 0);
    }
    let bot = Bot::connect(&discord).await;
    let path = format!("/channels/{}/permissions/{}", general.id, ben.id);
    let mute = json!({"type": 1, "deny": SEND_MESSAGES.to_string()});
    assert_eq!(bot.put(&path, mute).await.refusal(), (400, 30060));
}
