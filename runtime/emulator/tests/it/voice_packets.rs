//! Packets of sound: their form, their encryption, and what is heard of them.

use cogbox_emulator::{Fault, voice_authority};
use serde_json::json;
use std::time::Duration;

use crate::client::read;
use crate::control::Page;
use crate::voice_client::{AES, Lab, Media, SILENCE, Voice, XCHACHA};

const MUTE_MEMBERS: u64 = 1 << 22;
const REQUEST_TO_SPEAK: u64 = 1 << 32;

/// Waits until so many packets were good or at fault, and returns the faults.
async fn faults(lab: &Lab, packets: u64) -> Vec<(&'static str, u64)> {
    let heard = lab.guild.hears(|heard| {
        heard.packets + heard.muted + heard.late + heard.faults.values().sum::<u64>() >= packets
    });
    let faults = heard.await.faults;
    faults.into_iter().collect()
}

#[tokio::test]
async fn g24_the_seen_address_is_told() {
    let lab = Lab::start().await;
    let (_voice, ready) = lab.identified(8).await;
    let media = Media::open(&ready).await;
    let answer = media.discovers(media.ssrc).await.unwrap();
    assert_eq!(answer.len(), 74);
    assert_eq!(answer[..4], [0, 2, 0, 70]);
    assert_eq!(answer[4..8], media.ssrc.to_be_bytes());
    let address: Vec<u8> = answer[8..72]
        .iter()
        .copied()
        .take_while(|b| *b != 0)
        .collect();
    assert_eq!(address, b"127.0.0.1");
    let port = media.socket.local_addr().unwrap().port();
    assert_eq!(answer[72..], port.to_be_bytes());
    // A stream that does not exist has no address.
    assert_eq!(media.discovers(media.ssrc + 1).await, None);
}

#[tokio::test]
async fn g25_short_datagrams_keep_the_way_open() {
    let lab = Lab::start().await;
    let (_voice, media) = lab.speaking(8, AES).await;
    media.discovers(media.ssrc).await.unwrap();
    for length in [1, 8, 31] {
        media.sends(&vec![0; length]).await;
    }
    let heard = lab.guild.hears(|heard| heard.keep_alives == 3).await;
    assert_eq!(heard.to_string(), "");
}

#[tokio::test]
async fn g27_g28_g29_both_modes_are_decrypted_and_a_tone_is_heard() {
    let lab = Lab::start().await;
    for (version, mode) in [(4, AES), (8, XCHACHA)] {
        lab.guild.forget_heard();
        let (_voice, mut media) = lab.speaking(version, mode).await;
        media.plays_tone(440.0, 50).await;
        media.plays_tone(880.0, 25).await;
        for _ in 0..5 {
            media.plays(SILENCE).await;
        }
        let heard = lab.guild.hears(|heard| heard.packets == 80).await;
        assert_eq!(
            heard.transcript(),
            "440 Hz at -9 dB for 1.0 s\n880 Hz at -9 dB for 0.5 s\nsilence for 0.1 s\n"
        );
        assert_eq!((heard.silent, heard.lost, heard.late), (5, 0, 0));
    }
}

#[tokio::test]
async fn g13_packets_before_op_5_are_not_heard_without_it() {
    let lab = Lab::start().await;
    let (mut voice, mut media) = lab.described(8, AES).await;
    media.plays_tone(440.0, 28).await;
    // Op 5 goes another way, so half a second of them waits for it.
    let fault = "a packet came long before op 5 told that the bot speaks";
    assert_eq!(faults(&lab, 3).await, [(fault, 3)]);
    assert_eq!(lab.guild.heard().packets, 0);
    voice
        .send(5, json!({"speaking": 1, "ssrc": media.ssrc}))
        .await;
    lab.guild.hears(|heard| heard.packets == 25).await;
}

#[tokio::test]
async fn g26_a_header_that_is_wrong_is_reported_and_dropped() {
    let lab = Lab::start().await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    media.discovers(media.ssrc).await.unwrap();
    let frame = media.tone(440.0);
    for (at, byte, fault) in [
        (0, 0x40, "a packet does not begin with 0x80 or 0x90"),
        (0, 0xa0, "a packet does not begin with 0x80 or 0x90"),
        (1, 0xf8, "a packet's second byte is not 0x78"),
        (11, 0xff, "a packet has another ssrc than op 2 gave"),
    ] {
        lab.guild.forget_heard();
        let mut header = media.header();
        header[at] = byte;
        let packet = media.seal(&header, &frame);
        media.sends(&packet).await;
        assert_eq!(faults(&lab, 1).await, [(fault, 1)]);
        media.advance();
    }
    // Numbers that jump are loss; timestamps that don't go with them are a fault.
    lab.guild.forget_heard();
    media.plays(&frame).await;
    media.sequence += 3;
    media.timestamp += 3 * 960;
    media.plays(&frame).await;
    media.timestamp += 480;
    media.plays(&frame).await;
    let expected = [("a timestamp does not go on by 960 a packet", 1)];
    assert_eq!(faults(&lab, 3).await, expected);
    assert_eq!(lab.guild.heard().lost, 3);
}

#[tokio::test]
async fn g27_sources_and_the_start_of_an_extension_go_in_the_clear() {
    let lab = Lab::start().await;
    let (_voice, mut media) = lab.speaking(8, XCHACHA).await;
    for _ in 0..10 {
        let frame = media.tone(440.0);
        let mut header = media.header();
        header[0] = 0x91;
        header.extend([0, 0, 0, 7]);
        // A profile, and the length of two words.
        header.extend([0xbe, 0xde, 0, 2]);
        let packet = media.seal(&header, &[&[1; 8], &frame[..]].concat());
        media.sends(&packet).await;
        media.advance();
    }
    let heard = lab.guild.hears(|heard| heard.packets == 10).await;
    assert_eq!(heard.to_string(), "440 Hz at -9 dB for 0.2 s\n");
}

#[tokio::test]
async fn g27_what_is_altered_or_used_twice_is_reported() {
    let lab = Lab::start().await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    let frame = media.tone(440.0);
    let mut packet = media.seal(&media.header(), &frame);
    packet[20] ^= 1;
    media.sends(&packet).await;
    // The header is authenticated too.
    let mut packet = media.seal(&media.header(), &frame);
    packet[7] ^= 1;
    media.sends(&packet).await;
    let expected = [("a packet can't be decrypted with the session's key", 2)];
    assert_eq!(faults(&lab, 2).await, expected);
    lab.guild.forget_heard();
    media.plays(&frame).await;
    media.counter -= 1;
    media.plays(&frame).await;
    assert_eq!(faults(&lab, 2).await, [("a nonce was used twice", 1)]);
}

#[tokio::test]
async fn g28_frames_are_opus_of_20_ms() {
    let lab = Lab::start().await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    // Two frames of 20 ms in one packet.
    let twice = [&[0xf9], &SILENCE[1..], &SILENCE[1..]].concat();
    for (content, fault) in [
        (&[][..], "a frame is empty"),
        (&[0xff, 0xff, 0xff][..], "a frame is no Opus"),
        (&twice[..], "a frame does not last 20 ms"),
    ] {
        lab.guild.forget_heard();
        media.plays(content).await;
        assert_eq!(faults(&lab, 1).await, [(fault, 1)]);
    }
}

#[tokio::test]
async fn g29_pauses_and_packets_that_come_late_are_told() {
    let lab = Lab::start().await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    media.plays_tone(440.0, 10).await;
    let early = media.tone(440.0);
    let early_packet = media.seal(&media.header(), &early);
    media.advance();
    media.plays_tone(440.0, 1).await;
    media.sends(&early_packet).await;
    for _ in 0..5 {
        media.plays(SILENCE).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    // Numbers went on while nothing was sent.
    media.sequence += 15;
    media.plays_tone(440.0, 10).await;
    let heard = lab.guild.hears(|heard| heard.packets == 26).await;
    assert_eq!((heard.lost, heard.late), (0, 1));
    let sounds: Vec<String> = heard.stretches.iter().map(|s| s.to_string()).collect();
    assert_eq!(sounds.len(), 4, "{sounds:?}");
    assert!(sounds[2].starts_with("nothing for 0."), "{sounds:?}");
    assert!(heard.faults.is_empty(), "{heard}");
    assert!(heard.longest_wait < Duration::from_millis(500));
}

#[tokio::test]
async fn g51_g50_nobody_hears_who_is_muted_or_in_the_audience_of_a_stage() {
    let lab = Lab::start().await;
    let stage = lab.guild.add_voice_channel("Stage", 0);
    stage.set_kind(13);
    let lab = Lab::enter(lab.discord, lab.guild, stage).await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    media.plays_tone(440.0, 3).await;
    let heard = lab.guild.hears(|heard| heard.muted == 3).await;
    assert_eq!((heard.packets, heard.to_string().as_str()), (0, ""));
    // Only who moderates the stage takes the word; who may not even ask is refused that too.
    let own = format!("/guilds/{}/voice-states/@me", lab.guild.id);
    let (speaks, asks) = (
        json!({ "channel_id": lab.channel.id, "suppress": false }),
        json!({ "request_to_speak_timestamp": "2026-01-01T00:00:00Z" }),
    );
    lab.channel.set_bot(0, REQUEST_TO_SPEAK);
    for body in [&speaks, &asks] {
        let refusal = lab.bot.patch(&own, body.clone()).await.refusal();
        assert_eq!(refusal, (403, 50013));
    }
    lab.channel.set_bot(REQUEST_TO_SPEAK, 0);
    assert_eq!(lab.bot.patch(&own, asks).await.status, 204);
    assert!(lab.guild.bot_asks_to_speak());
    lab.channel.set_bot(MUTE_MEMBERS, 0);
    assert_eq!(lab.bot.patch(&own, speaks.clone()).await.status, 204);
    assert!(!lab.guild.bot_asks_to_speak());
    media.plays_tone(440.0, 3).await;
    assert_eq!(lab.guild.hears(|heard| heard.packets == 3).await.muted, 3);
    // None of it is there in other channels.
    lab.channel.set_kind(2);
    let refusal = lab.bot.patch(&own, speaks).await.refusal();
    assert_eq!(refusal, (400, 50024));
}

#[tokio::test]
async fn g14_packets_go_on_over_a_resume() {
    let lab = Lab::start().await;
    let (voice, mut media) = lab.speaking(4, AES).await;
    media.plays_tone(440.0, 10).await;
    drop(voice);
    media.plays_tone(440.0, 10).await;
    let mut resumed = Voice::open(&lab.ticket.endpoint, 4).await;
    resumed.send(7, lab.ticket.resume(-1)).await;
    resumed.opcode(9).await;
    media.plays_tone(440.0, 10).await;
    resumed.send(3, json!(1)).await;
    let heard = lab.guild.hears(|heard| heard.packets == 30).await;
    assert_eq!(heard.to_string(), "440 Hz at -9 dB for 0.6 s\n");
}

#[tokio::test]
async fn x40_packets_get_lost_and_come_late() {
    let lab = Lab::start().await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    lab.discord.cause(Fault::VoicePackets { lose: 10, swap: 0 });
    media.plays_tone(440.0, 49).await;
    let heard = lab.guild.hears(|heard| heard.packets == 45).await;
    assert_eq!((heard.lost, heard.late), (4, 0));
    lab.guild.forget_heard();
    lab.discord.cause(Fault::VoicePackets { lose: 0, swap: 10 });
    media.plays_tone(440.0, 49).await;
    let heard = lab
        .guild
        .hears(|heard| heard.packets + heard.late == 49)
        .await;
    assert_eq!((heard.lost, heard.late), (0, 4));
    assert!(heard.faults.is_empty(), "{heard}");
    // With everything lost not even the own address is told.
    lab.discord.cause(Fault::VoicePackets { lose: 1, swap: 0 });
    assert_eq!(media.discovers(media.ssrc).await, None);
}

#[tokio::test]
async fn the_control_api_tells_what_was_heard_and_lets_people_come_and_go() {
    let lab = Lab::start().await;
    let page = Page::of(&lab.discord, "ann");
    let place = format!("/channels/{}/voice", lab.channel.id);
    for (joined, status) in [(json!(null), 400), (json!(false), 400), (json!(true), 200)] {
        let reply = page.post(&place, json!({"joined": joined})).await;
        assert_eq!(reply.status, status, "{joined}");
    }
    let (mut voice, mut media) = lab.speaking(8, AES).await;
    let there = voice.opcode(11).await;
    assert_eq!(there["d"]["user_ids"], json!([page.person]));
    assert_eq!(
        page.post(&place, json!({"joined": false})).await.status,
        200
    );
    voice.opcode(13).await;
    media.plays_tone(440.0, 25).await;
    lab.guild.hears(|heard| heard.packets == 25).await;
    let path = format!("/guilds/{}/voice", lab.guild.id);
    let told = page.get(&path).await.body;
    assert_eq!(told["transcript"], "440 Hz at -9 dB for 0.5 s\n");
    assert_eq!(told["stretches"][0]["sound"], "tone");
    assert_eq!(told["stretches"][0]["seconds"], 0.5);
    assert_eq!((&told["packets"], &told["lost"]), (&json!(25), &json!(0)));
    assert_eq!(page.get("/guilds/42/voice").await.status, 400);
    let forget = page.http.delete(format!("{}/_local{path}", page.base));
    let token = format!("Local {}", lab.discord.token());
    assert_eq!(
        read(forget.header("authorization", token)).await.status,
        200
    );
    assert_eq!(page.get(&path).await.body["packets"], 0);
    let pem = page.get("/voice/authority").await.body;
    assert_eq!(pem, json!(voice_authority().unwrap()));
}
