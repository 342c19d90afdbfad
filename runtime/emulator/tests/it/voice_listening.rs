//! What the page gets of a call: who is there, who speaks, and the sound.

use std::time::Duration;

use cogbox_emulator::Id;
use futures_util::StreamExt;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::control::Page;
use crate::voice_client::{AES, Lab, SILENCE};

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page that listens.
struct Ear(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// A packet as it comes.
#[derive(Debug, PartialEq)]
struct Packet {
    channel: Id,
    user: Id,
    timestamp: u32,
    sequence: u16,
    sound: Vec<u8>,
}

impl Ear {
    async fn try_open(page: &Page, query: &str, origin: &str) -> Result<Ear, Error> {
        let address = page.base.replace("http", "ws");
        let url = format!("{address}/_local/voice/listen?{query}");
        let mut request = url.into_client_request()?;
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        Ok(Ear(connect_async(request).await?.0))
    }

    async fn open(page: &Page, more: &str) -> Ear {
        let query = format!("as={}{more}", page.person);
        Ear::try_open(page, &query, &page.base).await.unwrap()
    }

    async fn next(&mut self) -> Packet {
        let read = tokio::time::timeout(PATIENCE, self.0.next());
        let bytes = match read.await.expect("nothing came") {
            Some(Ok(Message::Binary(bytes))) => bytes,
            other => panic!("unexpected: {other:?}"),
        };
        let number = |from, to| {
            bytes[from..to]
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        };
        Packet {
            channel: Id(number(0, 8)),
            user: Id(number(8, 16)),
            timestamp: number(16, 20) as u32,
            sequence: number(20, 22) as u16,
            sound: bytes[22..].to_vec(),
        }
    }
}

/// Returns with which status a page is not let in.
async fn refused(page: &Page, query: &str, origin: &str) -> u16 {
    match Ear::try_open(page, query, origin).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was let in"),
    }
}

#[tokio::test]
async fn who_is_in_the_channel_gets_each_packet() {
    let lab = Lab::start().await;
    let [ann, ben] = ["ann", "ben"].map(|name| Page::of(&lab.discord, name));
    lab.discord.person("ann").joins_voice(&lab.channel);
    let (mut opus, mut pcm) = (
        Ear::open(&ann, "").await,
        Ear::open(&ann, "&format=pcm").await,
    );
    let mut elsewhere = Ear::open(&ben, "").await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    media.sequence = 65_535;
    let sent: Vec<_> = (0..2).map(|_| media.tone(440.0)).collect();
    for frame in &sent {
        media.plays(frame).await;
    }
    for (frame, (sequence, timestamp)) in sent.iter().zip([(65_535, 0), (0, 960)]) {
        let heard = opus.next().await;
        assert_eq!(&heard.sound, frame);
        assert_eq!(heard.user.to_string(), lab.ticket.user.as_str().unwrap());
        assert_eq!(
            (heard.channel, heard.sequence, heard.timestamp),
            (lab.channel.id, sequence, timestamp)
        );
        let heard = pcm.next().await;
        assert_eq!((heard.sequence, heard.sound.len()), (sequence, 960 * 2 * 4));
    }
    let loud = pcm_peak(&pcm_of(&mut media, &mut pcm).await);
    assert!((0.4..0.6).contains(&loud), "{loud}");
    // Who comes hears what follows, and who is deaf nothing.
    lab.discord.person("ben").joins_voice(&lab.channel);
    let place = format!("/channels/{}/voice", lab.channel.id);
    let deaf = ann.post(&place, json!({"self_deaf": true})).await;
    assert_eq!(deaf.status, 200);
    media.plays(SILENCE).await;
    assert_eq!(elsewhere.next().await.sound, SILENCE);
    ann.post(&place, json!({"self_deaf": false})).await;
    media.plays(SILENCE).await;
    let heard = opus.next().await;
    assert_eq!(heard.sequence, 1, "{heard:?}");
    assert_eq!(opus.next().await.sequence, 3);
}

/// Plays a moment of a tone and returns the samples of it that come.
async fn pcm_of(media: &mut crate::voice_client::Media, ear: &mut Ear) -> Vec<f32> {
    media.plays_tone(440.0, 1).await;
    let bytes = ear.next().await.sound;
    let samples = bytes.chunks_exact(4);
    samples
        .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect()
}

fn pcm_peak(samples: &[f32]) -> f32 {
    samples.iter().copied().fold(0.0, f32::max)
}

#[tokio::test]
async fn foreign_pages_nobody_and_odd_formats_are_not_let_in() {
    let lab = Lab::start().await;
    let page = Page::of(&lab.discord, "ann");
    let own = format!("as={}", page.person);
    assert_eq!(refused(&page, &own, "http://evil.example").await, 403);
    assert_eq!(refused(&page, &own, "null").await, 403);
    assert_eq!(refused(&page, "as=42", &page.base).await, 400);
    let bot = format!("as={}", lab.ticket.user.as_str().unwrap());
    assert_eq!(refused(&page, &bot, &page.base).await, 400);
    let odd = format!("{own}&format=mp3");
    assert_eq!(refused(&page, &odd, &page.base).await, 400);
}

#[tokio::test]
async fn a_page_that_takes_nothing_holds_nobody_up_and_misses_what_is_oldest() {
    const FRAMES: u64 = 3_000;
    let lab = Lab::start().await;
    let page = Page::of(&lab.discord, "ann");
    lab.discord.person("ann").joins_voice(&lab.channel);
    let mut slow = Ear::open(&page, "&format=pcm").await;
    let mut quick = Ear::open(&page, "").await;
    let (_voice, mut media) = lab.speaking(8, AES).await;
    let frame = media.tone(440.0);
    for sent in 1..=FRAMES {
        media.plays(&frame).await;
        assert_eq!(quick.next().await.sound, frame);
        assert_eq!(lab.guild.heard().packets, sent);
    }
    // 23 MB do not fit between two sockets.
    let mut got = Vec::new();
    loop {
        got.push(slow.next().await.sequence);
        if got.last() == Some(&(FRAMES as u16 - 1)) {
            break;
        }
    }
    assert!(got.is_sorted());
    assert!(
        got.len() > 256 && got.len() < FRAMES as usize,
        "{}",
        got.len()
    );
}

#[tokio::test]
async fn a_page_is_told_who_is_in_voice_and_who_speaks() {
    let lab = Lab::start().await;
    let page = Page::of(&lab.discord, "ann");
    let mut events = page.events().await;
    let place = format!("/channels/{}/voice", lab.channel.id);
    let joined = json!({"joined": true, "self_mute": true});
    assert_eq!(page.post(&place, joined).await.status, 200);
    events.next("voice").await;
    let told = events.next("voice").await;
    assert_eq!(
        (&told["user_id"], &told["channel_id"], &told["self_mute"]),
        (&json!(page.person), &json!(lab.channel.id), &json!(true))
    );
    let odd = page.post(&place, json!({"self_mute": "yes"})).await;
    assert_eq!(odd.body["message"], "\"self_mute\" is true or false.");

    let (_voice, mut media) = lab.speaking(8, AES).await;
    let speaking = |on: bool| json!({"channel_id": lab.channel.id, "user_id": lab.ticket.user, "speaking": on});
    media.plays_tone(440.0, 5).await;
    assert_eq!(events.next("speaking").await, speaking(true));
    let state = page.get(&format!("/state?as={}", page.person)).await.body;
    let guild = &state["guilds"][0];
    assert_eq!(guild["speaking"], json!([lab.ticket.user]));
    let inside = guild["voice_states"].as_array().unwrap();
    assert_eq!(inside.len(), 2);
    // The frame of silence ends it, and without one the end of packets does.
    media.plays(SILENCE).await;
    assert_eq!(events.next("speaking").await, speaking(false));
    media.plays_tone(440.0, 5).await;
    assert_eq!(events.next("speaking").await, speaking(true));
    assert_eq!(events.next("speaking").await, speaking(false));
    media.plays_tone(440.0, 5).await;
    assert_eq!(events.next("speaking").await, speaking(true));
    // So does the end of the call.
    lab.guild.move_bot(None);
    assert_eq!(events.next("speaking").await, speaking(false));
    let left = events.next("voice").await;
    assert_eq!(
        (&left["user_id"], &left["channel_id"]),
        (&lab.ticket.user, &json!(null))
    );
}

#[tokio::test]
async fn who_does_not_see_a_channel_is_told_nothing_of_it() {
    let lab = Lab::start().await;
    let page = Page::of(&lab.discord, "cleo");
    lab.channel
        .set_everyone(0, cogbox_emulator::model::permissions::VIEW_CHANNEL);
    let ann = lab.discord.person("ann");
    let mut events = page.events().await;
    ann.joins_voice(&lab.channel);
    let state = page.get(&format!("/state?as={}", page.person)).await.body;
    assert_eq!(state["guilds"][0]["voice_states"], json!([]));
    let open = lab.guild.add_voice_channel("Open", 0);
    for _ in 0..2 {
        // Once into the open and once back, of which she sees that he left.
        ann.joins_voice(&open);
        assert_eq!(events.next("voice").await["channel_id"], json!(open.id));
        ann.joins_voice(&lab.channel);
        assert_eq!(events.next("voice").await["channel_id"], json!(null));
    }
}
