//! Compression: of large payloads, and of the whole connection.

use cogbox_emulator::Emulator;
use flate2::{Decompress, FlushDecompress};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{ALL_INTENTS, Socket, identify, options};

/// Returns the next frame as it came.
async fn frame(socket: &mut Socket) -> Message {
    socket.0.next().await.unwrap().unwrap()
}

fn inflate(context: &mut Decompress, bytes: &[u8]) -> Value {
    let mut text = Vec::with_capacity(1 << 20);
    context
        .decompress_vec(bytes, &mut text, FlushDecompress::Sync)
        .unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[tokio::test]
async fn a55_large_payloads_are_zlib_when_identify_asks_for_it() {
    let discord = Emulator::start(options()).await.unwrap();
    let mut socket = Socket::open(&discord).await;
    assert!(
        matches!(frame(&mut socket).await, Message::Text(_)),
        "Hello"
    );
    let mut payload = identify(&discord, ALL_INTENTS);
    payload["d"]["compress"] = json!(true);
    socket.send(payload).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        match frame(&mut socket).await {
            // Each is a stream of its own.
            Message::Binary(bytes) => {
                let payload = inflate(&mut Decompress::new(true), &bytes);
                seen.push((payload["t"].clone(), true));
            }
            Message::Text(text) => {
                assert!(text.len() < 1_024, "small");
                let payload: Value = serde_json::from_str(&text).unwrap();
                seen.push((payload["t"].clone(), false));
            }
            other => panic!("unexpected frame {other:?}"),
        }
    }
    assert_eq!(
        seen,
        [(json!("READY"), false), (json!("GUILD_CREATE"), true)]
    );
    socket.send(json!({"op": 1, "d": null})).await;
    assert!(
        matches!(frame(&mut socket).await, Message::Text(_)),
        "small"
    );
}

#[tokio::test]
async fn a56_a_zlib_stream_is_one_context_flushed_after_each_payload() {
    let discord = Emulator::start(options()).await.unwrap();
    let url = format!(
        "{}/?v=10&encoding=json&compress=zlib-stream",
        discord.gateway_url()
    );
    let mut socket = Socket::open_at(&url).await;
    let mut context = Decompress::new(true);
    let mut seen = Vec::new();
    let mut payload = identify(&discord, ALL_INTENTS);
    // A55: over a stream the wish for compressed payloads says nothing.
    payload["d"]["compress"] = json!(true);
    for n in 0..3 {
        let Message::Binary(bytes) = frame(&mut socket).await else {
            panic!("all of it is compressed");
        };
        assert!(bytes.ends_with(&[0, 0, 0xff, 0xff]));
        let got = inflate(&mut context, &bytes);
        seen.push((got["op"].clone(), got["t"].clone()));
        if n == 0 {
            socket.send(payload.clone()).await;
        }
    }
    let wanted = [
        (json!(10), Value::Null),
        (json!(0), json!("READY")),
        (json!(0), json!("GUILD_CREATE")),
    ];
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a57_a_compression_that_is_not_served_leaves_text() {
    let discord = Emulator::start(options()).await.unwrap();
    let url = format!("{}/?v=10&compress=zstd-stream", discord.gateway_url());
    let mut socket = Socket::open_at(&url).await;
    assert_eq!(socket.payload().await["op"], 10);
}
