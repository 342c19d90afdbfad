//! Whether decoders work where the bot runs, and how far they are confined there.

use std::io::Cursor;
use std::path::PathBuf;

use super::{Course, Decoder, Decoders};
use crate::voice::wav::wav;

/// How far a decoder is confined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confined {
    /// The kernel ends it at every call that it has no use for.
    Wholly,
    /// It has given up files, processes and memory, and its calls are not filtered.
    Partly,
}

/// A tenth of a second of silence.
const SAMPLES: usize = 4_800;

/// Decodes a short sound of ours, in a process as for every sound. It blocks.
pub fn try_out(program: PathBuf) -> Result<Confined, String> {
    let sound = Box::new(Cursor::new(wav(&[0; SAMPLES])));
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
