//! What stops a message whose body is well-formed: automatic moderation, and what voice messages
//! and polls are not.

use super::channels::need;
use crate::hub::State;
use crate::model::permissions::SEND_VOICE_MESSAGES;
use crate::model::{Message, flags};
use crate::rules::Refusal;
use crate::rules::message::Body;
use crate::snowflake::Id;
use crate::world::NewFile;

/// Judges a new message.
pub fn new(state: &State, channel: Id, body: &Body) -> Result<(), Refusal> {
    if body.flags.unwrap_or(0) & flags::IS_VOICE_MESSAGE != 0 {
        voice(state, channel, body)?;
    }
    unblocked(state, channel, body)
}

/// Refuses what automatic moderation of the guild blocks.
pub fn unblocked(state: &State, channel: Id, body: &Body) -> Result<(), Refusal> {
    let content = body.content.as_deref().unwrap_or_default();
    match state.world.blocks(channel, content) {
        None => Ok(()),
        Some(word) if word.starts_with("http") => {
            let text = "Message blocked by harmful links filter";
            Err(Refusal::new(400, 240_000, text))
        }
        Some(_) => {
            let text = "Message was blocked by automatic moderation";
            Err(Refusal::new(400, 200_000, text))
        }
    }
}

/// Refuses to change what cannot be changed once it is sent.
pub fn editable(message: &Message) -> Result<(), Refusal> {
    if message.flags & flags::IS_VOICE_MESSAGE != 0 {
        return Err(Refusal::new(400, 50162, "Voice messages cannot be edited"));
    }
    match message.poll {
        Some(_) => Err(Refusal::new(400, 520_003, "Cannot edit a poll message")),
        None => Ok(()),
    }
}

/// A voice message is one recording, with what clients show of it, and nothing else.
fn voice(state: &State, channel: Id, body: &Body) -> Result<(), Refusal> {
    let is_audio = |file: &NewFile| {
        let told = file.content_type.as_deref().unwrap_or_default();
        let named = [".ogg", ".mp3", ".m4a", ".wav"];
        told.starts_with("audio/") || named.iter().any(|end| file.filename.ends_with(end))
    };
    let alone = Body {
        files: Vec::new(),
        ..body.clone()
    };
    let (code, text) = match body.files.as_slice() {
        _ if !alone.is_empty() => (50159, "Voice messages do not support additional content."),
        [file] if is_audio(file) && file.voice.is_some() => {
            return need(state, channel, SEND_VOICE_MESSAGES);
        }
        [file] if is_audio(file) => (50161, "Voice messages must have supporting metadata."),
        _ => (50160, "Voice messages must have a single audio attachment."),
    };
    Err(Refusal::new(400, code, text))
}
