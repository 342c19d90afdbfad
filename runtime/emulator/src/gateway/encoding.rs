//! How payloads leave a connection: as text, or compressed as the client asked. Owns the zlib
//! context of one connection; it never looks into a payload.
//! Rules: Discord's documentation, "Gateway", payload and transport compression.

use std::io::Write;

use axum::extract::ws::{Message, Utf8Bytes};
use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};

/// Payloads from this size on, in bytes, are compressed for a client that asked for it in its
/// Identify. Discord compresses some payloads and does not say which.
const WORTH_COMPRESSING: usize = 1_024;

/// The room added to the output whenever it is full, in bytes.
const ROOM: usize = 4_096;

/// Turns payloads into frames.
pub enum Encoder {
    Text,
    /// Large payloads are zlib streams of their own.
    Payloads,
    /// All payloads are one zlib stream, flushed after each of them.
    Stream(Box<Compress>),
}

impl Encoder {
    /// Makes the encoder for a connection whose address says `compress=...`. A kind that is not
    /// served leaves the payloads as text, which clients take as well.
    pub fn new(compress: Option<&str>) -> Self {
        match compress {
            Some("zlib-stream") => {
                Encoder::Stream(Box::new(Compress::new(Compression::fast(), true)))
            }
            _ => Encoder::Text,
        }
    }

    /// Compresses large payloads from now on, unless everything is compressed already.
    pub fn compress_payloads(&mut self) {
        if matches!(self, Encoder::Text) {
            *self = Encoder::Payloads;
        }
    }

    pub fn frame(&mut self, payload: Utf8Bytes) -> Message {
        match self {
            Encoder::Payloads if payload.len() >= WORTH_COMPRESSING => {
                match deflate(payload.as_bytes()) {
                    Ok(bytes) => Message::Binary(bytes.into()),
                    Err(_) => Message::Text(payload),
                }
            }
            Encoder::Text | Encoder::Payloads => Message::Text(payload),
            Encoder::Stream(context) => Message::Binary(flush(context, payload.as_bytes()).into()),
        }
    }
}

fn deflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Compresses one payload and flushes, so that the output ends with `00 00 ff ff`.
fn flush(context: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(bytes.len() / 4 + ROOM);
    let before = context.total_in();
    loop {
        let taken = usize::try_from(context.total_in() - before).unwrap_or(bytes.len());
        // Compressing fails only in a finished context, and this one is never finished.
        let _ = context.compress_vec(&bytes[taken..], &mut output, FlushCompress::Sync);
        let taken = context.total_in() - before;
        // Room left over means that nothing waits inside any more.
        if taken >= bytes.len() as u64 && output.len() < output.capacity() {
            return output;
        }
        output.reserve(ROOM);
    }
}
