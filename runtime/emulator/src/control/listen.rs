//! Listening: what the bot plays, as a page gets it. Each packet is one binary message: the ids of
//! the channel and of who speaks (8 bytes each), the timestamp in samples (4), the sequence number
//! (2), all big-endian, then the sound, as Opus or as samples (`f32`, little-endian, left and right
//! by turns, 48,000 a second).

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{Query, State as Shared, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;

use super::look::person;
use super::refuse;
use crate::hub::Hub;
use crate::snowflake::Id;
use crate::voice::Packet;
use crate::world::World;

/// A page has nothing to say here.
const LARGEST: usize = 1 << 10;

#[derive(Deserialize)]
pub struct ListenQuery {
    r#as: String,
    format: Option<String>,
}

/// How a page wants the sound.
#[derive(Clone, Copy)]
enum Format {
    Opus,
    Pcm,
}

/// Sends a person what the bot plays in the channel they are in, wherever they go.
pub async fn listen(
    Shared(hub): Shared<Arc<Hub>>,
    Query(query): Query<ListenQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let format = match query.format.as_deref() {
        None | Some("opus") => Format::Opus,
        Some("pcm") => Format::Pcm,
        Some(_) => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "The format is \"opus\" or \"pcm\".",
            );
        }
    };
    match hub.with_quietly(|state| person(state, &query.r#as)) {
        Ok(person) => upgrade
            .max_message_size(LARGEST)
            .on_upgrade(move |socket| follow(hub, socket, person, format)),
        Err(message) => refuse(StatusCode::BAD_REQUEST, &message),
    }
}

/// Follows until the page goes. A page that is slow is waited for here alone, and misses what is
/// oldest.
async fn follow(hub: Arc<Hub>, mut socket: WebSocket, person: Id, format: Format) {
    let mut packets = hub.voice().listen();
    loop {
        let packet = tokio::select! {
            packet = packets.recv() => packet,
            read = socket.recv() => match read {
                None | Some(Err(_) | Ok(Message::Close(_))) => return,
                Some(Ok(_)) => continue,
            },
            () = hub.stopped() => return,
        };
        let packet = match packet {
            Ok(packet) => packet,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if !hub.with_quietly(|state| hears(&state.world, person, &packet)) {
            continue;
        }
        let sent = tokio::select! {
            sent = socket.send(Message::Binary(written(&packet, format).into())) => sent,
            () = hub.stopped() => return,
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Tells whether a person hears what is said in a channel.
fn hears(world: &World, person: Id, packet: &Packet) -> bool {
    let place = world.voice_of(packet.guild, person);
    let here = place.filter(|place| place.channel == Some(packet.channel) && !place.self_deaf);
    let member = world.member(packet.guild, person);
    here.is_some() && member.is_some_and(|member| !member.deaf)
}

fn written(packet: &Packet, format: Format) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(22 + packet.opus.len());
    bytes.extend(packet.channel.0.to_be_bytes());
    bytes.extend(packet.user.0.to_be_bytes());
    bytes.extend(packet.timestamp.to_be_bytes());
    bytes.extend(packet.sequence.to_be_bytes());
    match format {
        Format::Opus => bytes.extend(&packet.opus),
        Format::Pcm => bytes.extend(packet.pcm.iter().flat_map(|sample| sample.to_le_bytes())),
    }
    bytes
}
