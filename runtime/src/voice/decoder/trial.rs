//! Whether decoders work where the bot runs, and how far they are confined there.

use std::io::Cursor;
use std::path::PathBuf;

use super::{Course, Decoder, Decoders};

/// How far a decoder is confined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confined {
    /// The kernel ends it at every call that it has no use for.
    Wholly,
    /// It has given up files, processes and memory, and its calls are not filtered.
    Partly,
}

/// A tenth of a second.
const SAMPLES: u32 = 4_800;

/// Decodes a short sound of ours, in a process as for every sound. It blocks.
pub fn try_out(program: PathBuf) -> Result<Confined, String> {
    let sound = Box::new(Cursor::new(silence()));
    let decoders = Decoders::new(program);
    let opened = Decoder::open(&decoders, sound, Course::default());
    let (mut decoder, _) = opened.map_err(|why| why.to_string())?;
    let packet = decoder.next().map_err(|why| why.to_string())?;
    match packet {
        Some(_) => Ok(confined(decoder.process.0.id())),
        None => Err("it found nothing in a sound".to_owned()),
    }
}

/// Asks the kernel about a running one.
fn confined(process: u32) -> Confined {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.unwrap_or_default();
    let mut lines = status.lines();
    let mode = lines.find_map(|line| line.strip_prefix("Seccomp:"));
    // 2 is a filter.
    match mode.is_some_and(|mode| mode.trim() == "2") {
        true => Confined::Wholly,
        false => Confined::Partly,
    }
}

/// Returns a file of silence: WAV, one channel, 16 bits.
fn silence() -> Vec<u8> {
    const RATE: u32 = 48_000;
    let length = 2 * SAMPLES;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    // PCM, one channel.
    wav.extend([1, 0, 1, 0]);
    wav.extend(RATE.to_le_bytes());
    wav.extend((2 * RATE).to_le_bytes());
    // Two bytes of 16 bits.
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.resize(wav.len() + length as usize, 0);
    wav
}
