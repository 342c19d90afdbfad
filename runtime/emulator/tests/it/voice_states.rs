//! Who is in voice, as the main gateway tells it: op 4, VOICE_STATE_UPDATE, VOICE_SERVER_UPDATE.

use cogbox_emulator::model::permissions::{CONNECT, MOVE_MEMBERS, MUTE_MEMBERS, VIEW_CHANNEL};
use cogbox_emulator::{Channel, Emulator, Fault, Guild, Id};
use serde_json::{Value, json};

use crate::client::{ALL_INTENTS, Bot, Socket, options};

const VOICE_STATES: u64 = 1 << 7;

/// Returns the data of the next dispatch with this name.
async fn told(socket: &mut Socket, name: &str) -> Value {
    socket.dispatch(name).await["d"].take()
}

/// Asks by op 4 to be in a channel, or in none.
async fn ask(socket: &mut Socket, guild: Id, channel: Option<Id>) {
    // songbird writes ids as numbers, others as texts.
    let asked = json!({
        "guild_id": guild.0,
        "channel_id": channel.map(|id| id.0),
        "self_mute": false,
        "self_deaf": true,
    });
    socket.send(json!({"op": 4, "d": asked})).await;
}

/// Asserts that nothing of voice comes of all that was asked and done so far.
async fn nothing(discord: &Emulator, socket: &mut Socket) {
    // What was asked before a heartbeat is done before its answer.
    socket.send(json!({"op": 1, "d": null})).await;
    loop {
        let payload = socket.payload().await;
        let name = payload["t"].as_str().unwrap_or_default();
        assert!(!name.starts_with("VOICE"), "{payload}");
        if payload["op"] == 11 {
            discord.dispatch_raw("NOTHING_MORE", &json!({}));
        }
        if name == "NOTHING_MORE" {
            return;
        }
    }
}

/// A bot with every intent, and a voice channel for two.
async fn start() -> (Emulator, Bot, Guild, Channel) {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    let music = lab.add_voice_channel("Music", 2);
    let mut bot = Bot::connect(&discord).await;
    told(&mut bot.socket, "GUILD_CREATE").await;
    (discord, bot, lab, music)
}

/// Returns the channels of the next changes of somebody's place.
async fn moved(socket: &mut Socket, times: usize) -> Vec<(Value, Value)> {
    let mut seen = Vec::new();
    for _ in 0..times {
        let mut state = told(socket, "VOICE_STATE_UPDATE").await;
        let part = |state: &mut Value, key: &str| state[key].take();
        seen.push((part(&mut state, "user_id"), part(&mut state, "channel_id")));
    }
    seen
}

#[tokio::test]
async fn a49_a_join_yields_the_state_with_the_session_and_the_server_with_a_token() {
    let (discord, mut bot, lab, music) = start().await;
    let (user, session) = (
        bot.ready["user"]["id"].clone(),
        bot.ready["session_id"].clone(),
    );
    ask(&mut bot.socket, lab.id, Some(music.id)).await;
    let state = told(&mut bot.socket, "VOICE_STATE_UPDATE").await;
    assert_eq!(state["member"]["user"]["id"], user);
    for (key, value) in [
        ("guild_id", json!(lab.id)),
        ("channel_id", json!(music.id)),
        ("user_id", user),
        ("session_id", session),
        ("self_deaf", json!(true)),
        ("self_mute", json!(false)),
        ("suppress", json!(false)),
    ] {
        assert_eq!(state[key], value, "{key}");
    }
    let server = told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
    assert_eq!(server["guild_id"], json!(lab.id));
    assert!(!server["token"].as_str().unwrap().is_empty());
    // To change only what is switched off brings no other server.
    let muted =
        json!({"guild_id": lab.id, "channel_id": music.id, "self_mute": true, "self_deaf": true});
    bot.socket.send(json!({"op": 4, "d": muted})).await;
    let state = told(&mut bot.socket, "VOICE_STATE_UPDATE").await;
    assert_eq!(state["self_mute"], true);
    ask(&mut bot.socket, lab.id, None).await;
    let left = told(&mut bot.socket, "VOICE_STATE_UPDATE").await;
    assert_eq!(left["channel_id"], Value::Null);
    nothing(&discord, &mut bot.socket).await;
    assert_eq!(lab.bot_voice(), None);
}

#[tokio::test]
async fn a51_the_endpoint_has_a_host_and_a_port_and_no_scheme() {
    let (_discord, mut bot, lab, music) = start().await;
    ask(&mut bot.socket, lab.id, Some(music.id)).await;
    let server = told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
    let endpoint = server["endpoint"].as_str().unwrap();
    let (host, port) = endpoint.split_once(':').unwrap();
    assert!(
        !host.is_empty() && port.parse::<u16>().is_ok(),
        "{endpoint}"
    );
}

#[tokio::test]
async fn a48_without_the_intent_not_even_the_bots_own_state_comes() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    let music = lab.add_voice_channel("Music", 0);
    let intents = ALL_INTENTS & !VOICE_STATES;
    let mut bot = Bot::connect_with(&discord, intents).await;
    ask(&mut bot.socket, lab.id, Some(music.id)).await;
    // The server comes without an intent.
    let before = bot.socket.names_before("VOICE_SERVER_UPDATE").await;
    assert_eq!(before, ["GUILD_CREATE"]);
    nothing(&discord, &mut bot.socket).await;
    assert_eq!(lab.bot_voice(), Some(music.id));
}

#[tokio::test]
async fn a25_those_in_voice_come_with_the_guild_and_without_its_id() {
    let discord = Emulator::start(options()).await.unwrap();
    let lab = discord.guild("Cogbox Lab");
    let music = lab.add_voice_channel("Music", 0);
    let ann = discord.person("ann");
    ann.joins_voice(&music);
    let mut bot = Bot::connect(&discord).await;
    let guild = told(&mut bot.socket, "GUILD_CREATE").await;
    let states = guild["voice_states"].as_array().unwrap();
    assert_eq!(states.len(), 1);
    assert_eq!(states[0]["user_id"], json!(ann.id));
    assert_eq!(states[0]["channel_id"], json!(music.id));
    assert_eq!(states[0].get("guild_id"), None);
}

#[tokio::test]
async fn what_the_bot_may_not_enter_is_ignored_without_a_word() {
    let (discord, mut bot, lab, music) = start().await;
    let closed = lab.add_voice_channel("Closed", 0);
    closed.set_bot(0, CONNECT);
    let hidden = lab.add_voice_channel("Hidden", 0);
    hidden.set_bot(0, VIEW_CHANNEL);
    let gone = lab.add_voice_channel("Gone", 0);
    lab.delete_channel(&gone);
    let text = lab.channel("general");
    let elsewhere = discord.add_guild("Elsewhere", &[], &["cleo"]);
    let foreign = elsewhere.add_voice_channel("Foreign", 0);
    discord.person("ann").joins_voice(&music);
    discord.person("ben").joins_voice(&music);
    moved(&mut bot.socket, 2).await;
    for channel in [&closed, &hidden, &gone, &text, &foreign, &music] {
        ask(&mut bot.socket, lab.id, Some(channel.id)).await;
    }
    // Where it is not it can't leave.
    ask(&mut bot.socket, lab.id, None).await;
    ask(&mut bot.socket, Id(42), Some(music.id)).await;
    nothing(&discord, &mut bot.socket).await;
    assert_eq!(lab.bot_voice(), None);
    assert_eq!(
        discord.person("cleo").cannot_join_voice(&music),
        "This channel is full."
    );
    // Who moves members gets in all the same.
    lab.set_role("Cogbox", VIEW_CHANNEL | MOVE_MEMBERS, false);
    ask(&mut bot.socket, lab.id, Some(music.id)).await;
    told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
    assert_eq!(lab.bot_voice(), Some(music.id));
}

#[tokio::test]
async fn op_4_that_can_t_be_read_closes_the_connection() {
    let discord = Emulator::start(options()).await.unwrap();
    for asked in [
        json!({"channel_id": null}),
        json!({"guild_id": "lab", "channel_id": null}),
        json!({"guild_id": "1", "channel_id": true}),
    ] {
        let mut bot = Bot::connect(&discord).await;
        bot.socket.send(json!({"op": 4, "d": asked})).await;
        assert_eq!(bot.socket.closed().await, Some(4002), "{asked}");
    }
}

#[tokio::test]
async fn people_come_move_and_go_and_the_bot_hears_of_those_it_sees() {
    let (discord, mut bot, lab, music) = start().await;
    let talk = lab.add_voice_channel("Talk", 0);
    let hidden = lab.add_voice_channel("Hidden", 0);
    hidden.set_bot(0, VIEW_CHANNEL);
    let (ann, ben) = (discord.person("ann"), discord.person("ben"));
    let none = Value::Null;
    let (a, b) = (json!(ann.id), json!(ben.id));
    ann.joins_voice(&music);
    ann.joins_voice(&talk);
    ben.joins_voice(&hidden);
    ben.joins_voice(&talk);
    ann.joins_voice(&hidden);
    ann.leaves_voice(&lab);
    ben.leaves_voice(&lab);
    assert_eq!(
        moved(&mut bot.socket, 5).await,
        [
            (a.clone(), json!(music.id)),
            (a.clone(), json!(talk.id)),
            (b.clone(), json!(talk.id)),
            (a.clone(), none.clone()),
            (b.clone(), none.clone()),
        ]
    );
    // A person is in one voice channel of all; one who leaves the guild leaves its voice.
    let elsewhere = discord.add_guild("Elsewhere", &[], &["ann", "ben"]);
    let foreign = elsewhere.add_voice_channel("Foreign", 0);
    ann.joins_voice(&music);
    ann.joins_voice(&foreign);
    ben.joins_voice(&talk);
    lab.remove_member(&ben);
    assert_eq!(
        moved(&mut bot.socket, 5).await,
        [
            (a.clone(), json!(music.id)),
            (a.clone(), none.clone()),
            (a.clone(), json!(foreign.id)),
            (b.clone(), json!(talk.id)),
            (b, none.clone()),
        ]
    );
    // A deleted channel leaves nobody in it.
    elsewhere.delete_channel(&foreign);
    assert_eq!(moved(&mut bot.socket, 1).await, [(a, none)]);
    nothing(&discord, &mut bot.socket).await;
}

#[tokio::test]
async fn g21_a_move_of_the_bot_brings_a_new_token() {
    let (_discord, mut bot, lab, music) = start().await;
    let talk = lab.add_voice_channel("Talk", 0);
    ask(&mut bot.socket, lab.id, Some(music.id)).await;
    let first = told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
    lab.move_bot(Some(&talk));
    let state = told(&mut bot.socket, "VOICE_STATE_UPDATE").await;
    assert_eq!(state["channel_id"], json!(talk.id));
    let second = told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
    assert_eq!(second["endpoint"], first["endpoint"]);
    assert_ne!(second["token"], first["token"]);
}

#[tokio::test]
async fn g22_a_moderator_and_a_deleted_channel_disconnect_the_bot() {
    let (discord, mut bot, lab, music) = start().await;
    for kick in [true, false] {
        ask(&mut bot.socket, lab.id, Some(music.id)).await;
        told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
        match kick {
            true => lab.move_bot(None),
            false => lab.delete_channel(&music),
        }
        let state = told(&mut bot.socket, "VOICE_STATE_UPDATE").await;
        assert_eq!(state["channel_id"], Value::Null);
    }
    nothing(&discord, &mut bot.socket).await;
}

#[tokio::test]
async fn f08_members_in_voice_are_muted_moved_and_disconnected() {
    let (discord, mut bot, lab, music) = start().await;
    let talk = lab.add_voice_channel("Talk", 0);
    let ben = discord.person("ben");
    lab.set_role("Cogbox", VIEW_CHANNEL | MOVE_MEMBERS | MUTE_MEMBERS, false);
    ben.joins_voice(&music);
    moved(&mut bot.socket, 1).await;
    let path = format!("/guilds/{}/members/{}", lab.id, ben.id);
    let muted = bot.patch(&path, json!({"mute": true})).await;
    assert_eq!(muted.body["mute"], true);
    let state = told(&mut bot.socket, "VOICE_STATE_UPDATE").await;
    assert_eq!(
        (&state["mute"], &state["self_mute"]),
        (&json!(true), &json!(false))
    );
    for to in [json!(talk.id), Value::Null] {
        let reply = bot.patch(&path, json!({"channel_id": to})).await;
        assert_eq!(reply.status, 200);
        assert_eq!(moved(&mut bot.socket, 1).await, [(json!(ben.id), to)]);
    }
    let refused = bot.patch(&path, json!({"channel_id": talk.id})).await;
    assert_eq!(refused.refusal(), (400, 40032));
}

#[tokio::test]
async fn a_place_in_voice_ends_with_the_session_it_belongs_to_and_not_with_the_connection() {
    let (discord, mut bot, lab, music) = start().await;
    ask(&mut bot.socket, lab.id, Some(music.id)).await;
    told(&mut bot.socket, "VOICE_SERVER_UPDATE").await;
    discord.drop_bot();
    discord.bot_gone().await;
    assert_eq!(lab.bot_voice(), Some(music.id));
    // Another session of the same shard takes the place over by asking.
    let mut other = Bot::connect(&discord).await;
    told(&mut other.socket, "GUILD_CREATE").await;
    ask(&mut other.socket, lab.id, Some(music.id)).await;
    let state = told(&mut other.socket, "VOICE_STATE_UPDATE").await;
    assert_eq!(state["session_id"], other.ready["session_id"]);
    told(&mut other.socket, "VOICE_SERVER_UPDATE").await;
    discord.cause(Fault::LoseSessions { shard: None });
    assert_eq!(lab.bot_voice(), None);
}
