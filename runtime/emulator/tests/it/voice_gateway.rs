//! The voice gateway: who gets in, in which order, with which answers, and what closes.

use std::time::Duration;

use cogbox_emulator::{Clock, Fault, Options};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Error;

use crate::client::{control, options};
use crate::voice_client::{AES, Got, Lab, Ticket, Voice, XCHACHA, connect, join, select, told};

/// Identifies with other data, and returns the close code.
async fn refused(lab: &Lab, change: impl Fn(&mut Value)) -> Option<u16> {
    let mut voice = Voice::open(&lab.ticket.endpoint, 8).await;
    let mut identify = lab.ticket.identify();
    change(&mut identify);
    voice.send(0, identify).await;
    voice.closed().await
}

#[tokio::test]
async fn g01_both_events_of_the_main_gateway_open_the_voice_server() {
    let lab = Lab::start().await;
    let (_voice, ready) = lab.identified(8).await;
    assert!(ready["ssrc"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn g02_versions_4_to_8_are_served_and_no_others() {
    let lab = Lab::start().await;
    for version in 4..=8 {
        let mut voice = Voice::open(&lab.ticket.endpoint, version).await;
        assert_eq!(voice.opcode(8).await["d"]["v"], version);
    }
    for query in ["", "?v=3", "?v=9", "?v=eight", "?version=8"] {
        let refused = connect(&lab.ticket.endpoint, query).await.err();
        match refused {
            Some(Error::Http(response)) => assert_eq!(response.status(), 400, "{query}"),
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn g03_hello_comes_at_once() {
    let lab = Lab::start().await;
    let mut voice = Voice::open(&lab.ticket.endpoint, 8).await;
    let hello = json!({"op": 8, "d": {"v": 8, "heartbeat_interval": 13_750}});
    assert_eq!(voice.got().await, Got::Json(hello));
}

#[tokio::test]
async fn g04_identify_shows_what_the_main_gateway_told() {
    let lab = Lab::start().await;
    for (key, wrong, code) in [
        ("server_id", json!("42"), 4011),
        ("server_id", Value::Null, 4011),
        ("session_id", json!("elsewhere"), 4006),
        ("token", json!("guessed"), 4004),
        ("token", Value::Null, 4004),
        ("user_id", json!("42"), 4004),
    ] {
        let closed = refused(&lab, |identify| identify[key] = wrong.clone()).await;
        assert_eq!(closed, Some(code), "{key}: {wrong}");
    }
    assert_eq!(
        refused(&lab, |identify| *identify = json!(1)).await,
        Some(4020)
    );
    // Ids may be numbers.
    let mut voice = Voice::open(&lab.ticket.endpoint, 4).await;
    let mut identify = lab.ticket.identify();
    identify["server_id"] = json!(lab.guild.id.0);
    voice.send(0, identify.clone()).await;
    voice.opcode(2).await;
    voice.send(0, identify).await;
    assert_eq!(voice.closed().await, Some(4005));
}

#[tokio::test]
async fn g04_nothing_comes_before_identify() {
    let lab = Lab::start().await;
    for (op, data) in [
        (1, select(AES, 5_000)),
        (3, json!(5)),
        (5, json!({"speaking": 1})),
        (23, json!({"transition_id": 1})),
    ] {
        let mut voice = Voice::open(&lab.ticket.endpoint, 4).await;
        voice.send(op, data).await;
        assert_eq!(voice.closed().await, Some(4003), "op {op}");
    }
    let mut voice = Voice::open(&lab.ticket.endpoint, 8).await;
    voice.send_bytes(26, &[]).await;
    assert_eq!(voice.closed().await, Some(4003));
}

#[tokio::test]
async fn g04_a_bot_that_is_in_no_channel_has_no_session() {
    let mut lab = Lab::start().await;
    let leave = json!({"guild_id": lab.guild.id, "channel_id": null});
    lab.bot.socket.send(json!({"op": 4, "d": leave})).await;
    lab.bot.socket.dispatch("VOICE_STATE_UPDATE").await;
    assert_eq!(refused(&lab, |_| {}).await, Some(4006));
}

#[tokio::test]
async fn g05_g06_ready_has_a_stream_an_address_and_the_modes() {
    let lab = Lab::start().await;
    let (_voice, ready) = lab.identified(8).await;
    assert_eq!(ready["ip"], "127.0.0.1");
    assert!(ready["port"].as_u64().unwrap() > 0);
    assert_eq!(ready["modes"], json!([AES, XCHACHA]));
}

#[tokio::test]
async fn g07_the_protocol_is_udp_and_the_mode_one_that_is_offered() {
    let lab = Lab::start().await;
    let wrong = |change: fn(&mut Value)| {
        let mut data = select(AES, 5_000);
        change(&mut data);
        data
    };
    for (data, code) in [
        (wrong(|data| data["protocol"] = json!("webrtc")), 4012),
        (
            wrong(|data| data["data"]["mode"] = json!("xsalsa20_poly1305")),
            4016,
        ),
        (wrong(|data| data["data"]["mode"] = Value::Null), 4016),
        (wrong(|data| data["data"]["address"] = json!("here")), 4020),
        (wrong(|data| data["data"]["port"] = json!(70_000)), 4020),
        (wrong(|data| data["data"] = Value::Null), 4020),
    ] {
        let (mut voice, _) = lab.identified(8).await;
        voice.send(1, data.clone()).await;
        assert_eq!(voice.closed().await, Some(code), "{data}");
    }
}

#[tokio::test]
async fn g08_the_session_is_described_with_a_key_of_its_own() {
    let lab = Lab::start().await;
    let mut keys = Vec::new();
    for mode in [AES, XCHACHA] {
        let (mut voice, _) = lab.identified(8).await;
        voice.send(1, select(mode, 5_000)).await;
        let description = voice.opcode(4).await["d"].take();
        assert_eq!(description["mode"], mode);
        assert_eq!(description["dave_protocol_version"], 1);
        let key = description["secret_key"].as_array().unwrap().clone();
        assert_eq!(key.len(), 32);
        keys.push(key);
    }
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn g09_heartbeats_are_numbers_before_version_8_and_objects_from_then_on() {
    let lab = Lab::start().await;
    let (mut old, _) = lab.identified(4).await;
    old.send(3, json!(1_501_184_119_561_u64)).await;
    assert_eq!(old.opcode(6).await["d"], json!(1_501_184_119_561_u64));
    let (mut new, _) = lab.identified(8).await;
    new.send(3, json!({"t": 17, "seq_ack": -1})).await;
    assert_eq!(new.opcode(6).await["d"], json!({"t": 17}));
    new.send(3, json!(17)).await;
    assert_eq!(new.closed().await, Some(4020));
    let (mut old, _) = lab.identified(4).await;
    old.send(3, json!({"t": 17})).await;
    assert_eq!(old.closed().await, Some(4020));
}

#[tokio::test]
async fn g10_g14_a_resume_of_version_8_sends_what_was_missed_with_its_numbers() {
    let lab = Lab::start().await;
    let (voice, _) = lab.described(8, AES).await;
    drop(voice);
    let ann = lab.discord.person("ann");
    ann.joins_voice(&lab.channel);
    ann.leaves_voice(&lab.guild);
    let mut resumed = Voice::open(&lab.ticket.endpoint, 8).await;
    // The external sender had number 1.
    resumed.send(7, lab.ticket.resume(1)).await;
    let mut seen = Vec::new();
    for got in resumed.so_far().await {
        if let Got::Json(payload) = got {
            seen.push((payload["op"].as_u64().unwrap(), payload["seq"].as_u64()));
        }
    }
    let expected = [
        (8, None),
        (9, None),
        (11, Some(2)),
        (18, Some(3)),
        (20, Some(4)),
        (13, Some(5)),
    ];
    assert_eq!(seen, expected);
    // What was never sent can't have been seen.
    let mut ahead = Voice::open(&lab.ticket.endpoint, 8).await;
    ahead.send(7, lab.ticket.resume(900)).await;
    assert_eq!(ahead.closed().await, Some(4006));
}

#[tokio::test]
async fn g14_a_resume_needs_the_session_and_its_token() {
    let lab = Lab::start().await;
    let (voice, _) = lab.described(4, AES).await;
    drop(voice);
    for (key, wrong, code) in [
        ("token", "guessed", 4004),
        ("session_id", "elsewhere", 4006),
        ("server_id", "42", 4011),
    ] {
        let mut resume = lab.ticket.resume(-1);
        resume[key] = json!(wrong);
        let mut voice = Voice::open(&lab.ticket.endpoint, 4).await;
        voice.send(7, resume).await;
        assert_eq!(voice.closed().await, Some(code), "{key}");
    }
    let mut voice = Voice::open(&lab.ticket.endpoint, 4).await;
    voice.send(7, lab.ticket.resume(-1)).await;
    assert_eq!(voice.opcode(9).await, json!({"op": 9, "d": null}));
    // Closing normally ends the session, and what is ended can't be resumed.
    voice.close(1000).await;
    let mut voice = Voice::open(&lab.ticket.endpoint, 4).await;
    voice.send(7, lab.ticket.resume(-1)).await;
    assert_eq!(voice.closed().await, Some(4006));
}

#[tokio::test]
async fn g14_a_session_is_kept_for_its_time() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let lab = Lab::start_with(options).await;
    let (voice, _) = lab.described(8, AES).await;
    voice.close(4999).await;
    lab.discord.advance(Duration::from_secs(181));
    let mut late = Voice::open(&lab.ticket.endpoint, 8).await;
    late.send(7, lab.ticket.resume(-1)).await;
    assert_eq!(late.closed().await, Some(4006));
}

#[tokio::test]
async fn g15_who_is_there_is_told_and_who_comes_and_goes() {
    let lab = Lab::start().await;
    let (ann, ben) = (lab.discord.person("ann"), lab.discord.person("ben"));
    ann.joins_voice(&lab.channel);
    let (mut voice, _) = lab.described(8, AES).await;
    assert_eq!(voice.opcode(11).await["d"], json!({"user_ids": [ann.id]}));
    ben.joins_voice(&lab.channel);
    assert_eq!(voice.opcode(11).await["d"], json!({"user_ids": [ben.id]}));
    let other = lab.guild.add_voice_channel("Other", 0);
    ann.joins_voice(&other);
    assert_eq!(voice.opcode(13).await["d"], json!({"user_id": ann.id}));
    ben.leaves_voice(&lab.guild);
    assert_eq!(voice.opcode(13).await["d"], json!({"user_id": ben.id}));
}

#[tokio::test]
async fn g16_other_opcodes_are_sent_and_taken() {
    let lab = Lab::start().await;
    lab.discord.person("ann").joins_voice(&lab.channel);
    let (mut voice, _) = lab.described(8, AES).await;
    let ann = json!(lab.discord.person("ann").id);
    assert_eq!(voice.opcode(18).await["d"]["user_id"], ann);
    assert_eq!(voice.opcode(20).await["d"]["user_id"], ann);
    for op in [12, 14, 15, 16, 18, 20] {
        voice.send(op, json!({})).await;
    }
    voice.so_far().await;
}

#[tokio::test]
async fn g17_without_heartbeats_the_connection_closes_4009_and_can_be_resumed() {
    let clock = Clock::manual();
    let options = Options {
        clock: clock.clone(),
        ..options()
    };
    let lab = Lab::start_with(options).await;
    let (mut voice, _) = lab.described(8, AES).await;
    lab.discord.advance(Duration::from_secs(13));
    voice.so_far().await;
    lab.discord.advance(Duration::from_secs(33));
    voice.so_far().await;
    lab.discord.advance(Duration::from_secs(34));
    assert_eq!(voice.closed().await, Some(4009));
    let mut resumed = Voice::open(&lab.ticket.endpoint, 8).await;
    resumed.send(7, lab.ticket.resume(1)).await;
    resumed.opcode(9).await;
}

#[tokio::test]
async fn g18_g22_a_bot_that_is_disconnected_is_closed_4014() {
    let mut lab = Lab::start().await;
    let (mut voice, _) = lab.described(8, AES).await;
    lab.guild.move_bot(None);
    assert_eq!(voice.closed().await, Some(4014));
    let state = lab.bot.socket.dispatch("VOICE_STATE_UPDATE").await;
    assert_eq!(state["d"]["channel_id"], Value::Null);
    assert_eq!(refused(&lab, |_| {}).await, Some(4006));
}

#[tokio::test]
async fn g18_a_call_ends_with_the_session_of_the_main_gateway() {
    let lab = Lab::start().await;
    let (mut voice, _) = lab.described(8, AES).await;
    lab.bot.socket.close(1000).await;
    assert_eq!(voice.closed().await, Some(4014));
}

#[tokio::test]
async fn g22_with_its_channel_a_call_ends_for_everyone() {
    let lab = Lab::start().await;
    let (mut voice, _) = lab.described(8, AES).await;
    lab.guild.delete_channel(&lab.channel);
    assert_eq!(voice.closed().await, Some(4022));
}

#[tokio::test]
async fn g21_who_is_moved_gets_a_new_token_and_the_old_session_is_dead() {
    let mut lab = Lab::start().await;
    let (mut voice, _) = lab.described(8, AES).await;
    let other = lab.guild.add_voice_channel("Other", 0);
    lab.guild.move_bot(Some(&other));
    let next: Ticket = told(&mut lab.bot, &lab.guild).await;
    assert_ne!(next.token, lab.ticket.token);
    assert_eq!(next.endpoint, lab.ticket.endpoint);
    assert_eq!(voice.closed().await, Some(4014));
    let mut old = Voice::open(&lab.ticket.endpoint, 8).await;
    old.send(7, lab.ticket.resume(-1)).await;
    assert_eq!(old.closed().await, Some(4004));
    lab.ticket = next;
    lab.described(8, AES).await;
}

#[tokio::test]
async fn a_second_connection_takes_the_place_of_the_first() {
    let lab = Lab::start().await;
    let (mut first, _) = lab.described(8, AES).await;
    let (mut second, _) = lab.described(8, AES).await;
    assert_eq!(first.closed().await, Some(4006));
    second.so_far().await;
}

#[tokio::test]
async fn g19_a_client_without_dave_is_refused_where_it_is_required() {
    let lab = Lab::start().await;
    for highest in [Value::Null, json!(0)] {
        let set = |identify: &mut Value| identify["max_dave_protocol_version"] = highest.clone();
        assert_eq!(refused(&lab, set).await, Some(4017), "{highest}");
    }
    let relaxed = Options {
        dave_required: false,
        ..options()
    };
    let mut lab = Lab::start_with(relaxed).await;
    let mut identify = lab.ticket.identify();
    identify["max_dave_protocol_version"] = json!(0);
    let mut voice = Voice::open(&lab.ticket.endpoint, 8).await;
    voice.send(0, identify.clone()).await;
    voice.opcode(2).await;
    voice.send(1, select(AES, 5_000)).await;
    assert_eq!(voice.opcode(4).await["d"]["dave_protocol_version"], 0);
    // Stages are not encrypted end to end.
    let stage = lab.guild.add_voice_channel("Stage", 0);
    stage.set_kind(13);
    lab.ticket = join(&mut lab.bot, &lab.guild, &stage).await;
    let (mut voice, _) = lab.identified(8).await;
    voice.send(1, select(AES, 5_000)).await;
    assert_eq!(voice.opcode(4).await["d"]["dave_protocol_version"], 0);
}

#[tokio::test]
async fn g20_what_makes_no_sense_closes() {
    let lab = Lab::start().await;
    for (text, code) in [
        (r#"{"op":99,"d":{}}"#, 4001),
        (r#"{"op":2,"d":{}}"#, 4001),
        ("{\"op\":", 4002),
        (r#"{"d":{}}"#, 4002),
        (r#"[3]"#, 4002),
        (r#"{"op":23,"d":{}}"#, 4020),
        (r#"{"op":5,"d":null}"#, 4020),
    ] {
        let (mut voice, _) = lab.described(8, AES).await;
        voice.send_text(text.to_owned()).await;
        assert_eq!(voice.closed().await, Some(code), "{text}");
    }
    let (mut voice, _) = lab.described(8, AES).await;
    voice.send_bytes(25, &[]).await;
    assert_eq!(voice.closed().await, Some(4001));
}

#[tokio::test]
async fn g13_op_5_has_flags_and_the_own_stream() {
    let lab = Lab::start().await;
    for wrong in [
        json!({"speaking": 8, "ssrc": null}),
        json!({"speaking": true}),
        json!({"speaking": 1, "ssrc": 1}),
    ] {
        let (mut voice, _) = lab.described(8, AES).await;
        voice.send(5, wrong.clone()).await;
        assert_eq!(voice.closed().await, Some(4020), "{wrong}");
    }
    let (mut voice, media) = lab.described(8, AES).await;
    for flags in [1, 2, 5, 0] {
        voice
            .send(
                5,
                json!({"speaking": flags, "delay": 0, "ssrc": media.ssrc}),
            )
            .await;
    }
    voice.so_far().await;
}

#[tokio::test]
async fn g49_the_certificate_is_for_the_host_of_the_endpoint() {
    let lab = Lab::start().await;
    assert!(lab.ticket.endpoint.starts_with("localhost:"));
    // The client of these tests trusts this authority alone, and checks the name.
    Voice::open(&lab.ticket.endpoint, 8).await;
}

#[tokio::test]
async fn the_end_of_the_local_discord_closes_1001() {
    let lab = Lab::start().await;
    let (mut voice, _) = lab.described(8, AES).await;
    lab.discord.stop().await;
    assert_eq!(voice.closed().await, Some(1001));
}

#[tokio::test]
async fn g06_the_modes_come_in_any_order_and_one_may_be_alone() {
    let lab = Lab::start().await;
    for modes in [vec![XCHACHA, AES], vec![XCHACHA]] {
        let modes: Vec<String> = modes.into_iter().map(str::to_owned).collect();
        lab.discord.cause(Fault::VoiceModes {
            modes: modes.clone(),
        });
        let (_voice, ready) = lab.identified(8).await;
        assert_eq!(ready["modes"], json!(modes));
    }
    let (mut voice, _) = lab.identified(8).await;
    voice.send(1, select(AES, 5_000)).await;
    assert_eq!(voice.closed().await, Some(4016));
}

#[tokio::test]
async fn g23_x35_a_server_goes_and_another_one_comes() {
    let mut lab = Lab::start().await;
    let (mut voice, _) = lab.described(8, AES).await;
    let guild = lab.guild.id;
    lab.discord.cause(Fault::VoiceServer { guild, gone: true });
    let gone = lab.bot.socket.dispatch("VOICE_SERVER_UPDATE").await;
    assert_eq!(gone["d"]["endpoint"], Value::Null);
    voice.so_far().await;
    lab.discord.cause(Fault::VoiceServer { guild, gone: false });
    let mut server = lab.bot.socket.dispatch("VOICE_SERVER_UPDATE").await;
    assert_eq!(voice.closed().await, Some(4022));
    assert_ne!(server["d"]["token"], lab.ticket.token);
    lab.ticket.token = server["d"]["token"].take();
    lab.ticket.endpoint = server["d"]["endpoint"].as_str().unwrap().to_owned();
    lab.described(8, AES).await;
}

#[tokio::test]
async fn x38_connections_close_with_a_code_and_some_can_be_resumed() {
    let lab = Lab::start().await;
    let guild = lab.guild.id;
    for (code, resumes) in [(4015, true), (4009, true), (4006, false), (4021, false)] {
        let (mut voice, _) = lab.described(8, AES).await;
        lab.discord.cause(Fault::VoiceClose { guild, code });
        assert_eq!(voice.closed().await, Some(code));
        let mut next = Voice::open(&lab.ticket.endpoint, 8).await;
        next.send(7, lab.ticket.resume(-1)).await;
        match resumes {
            true => {
                next.opcode(9).await;
            }
            false => assert_eq!(next.closed().await, Some(4006)),
        }
    }
}

#[tokio::test]
async fn x36_x37_the_bot_is_moved_and_disconnected() {
    let mut lab = Lab::start().await;
    let stage = lab.guild.add_voice_channel("Stage", 0);
    stage.set_kind(13);
    let (mut voice, _) = lab.described(8, AES).await;
    let (guild, channel) = (lab.guild.id, Some(stage.id));
    lab.discord.cause(Fault::VoiceMove { guild, channel });
    assert_eq!(voice.closed().await, Some(4014));
    let state = lab.bot.socket.dispatch("VOICE_STATE_UPDATE").await["d"].take();
    assert_eq!(
        (&state["channel_id"], &state["suppress"]),
        (&json!(stage.id), &json!(true))
    );
    let channel = None;
    lab.discord.cause(Fault::VoiceMove { guild, channel });
    let state = lab.bot.socket.dispatch("VOICE_STATE_UPDATE").await["d"].take();
    assert_eq!(state["channel_id"], Value::Null);
    let again = json!({"fault": "voice_move", "guild": guild, "channel": null});
    let reply = control(&format!("{}_local/faults", lab.discord.page_url()), &again).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
}
