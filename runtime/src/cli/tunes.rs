//! Two tunes to play in `cogbox dev`, for whoever has no sound files at hand. Both are older than any
//! copyright, and are made here note by note.

use std::f64::consts::TAU;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::files;
use crate::voice::wav::{RATE, wav};

/// How long a note of one is, in seconds: an eighth.
const EIGHTH: f64 = 0.22;
/// The loudest that a tune gets, of 1.
const LOUDNESS: f64 = 0.35;

/// The names of their files, and their notes: from middle C on, a capital is the octave below, and each
/// with its length in eighths.
const TUNES: [(&str, &str); 2] = [
    (
        "Ode to Joy.wav",
        "e2 e2 f2 g2 g2 f2 e2 d2 c2 c2 d2 e2 e3 d1 d4 \
         e2 e2 f2 g2 g2 f2 e2 d2 c2 c2 d2 e2 d3 c1 c4 \
         d2 d2 e2 c2 d2 e1 f1 e2 c2 d2 e1 f1 e2 d2 c2 d2 G4 \
         e2 e2 f2 g2 g2 f2 e2 d2 c2 c2 d2 e2 d3 c1 c4",
    ),
    (
        "Twinkle, twinkle.wav",
        "c2 c2 g2 g2 a2 a2 g4 f2 f2 e2 e2 d2 d2 c4 \
         g2 g2 f2 f2 e2 e2 d4 g2 g2 f2 f2 e2 e2 d4 \
         c2 c2 g2 g2 a2 a2 g4 f2 f2 e2 e2 d2 d2 c4",
    ),
];

/// Writes the tunes into a folder of `data`, and returns it.
pub fn write(data: &Path) -> Result<PathBuf, Failure> {
    let folder = data.join("tunes");
    let lacking = TUNES
        .iter()
        .filter(|(name, _)| !folder.join(name).is_file());
    let written = std::fs::create_dir_all(&folder).and_then(|()| {
        let mut lacking = lacking;
        lacking.try_for_each(|(name, notes)| files::put(&folder.join(name), &wav(&sound(notes))))
    });
    let place = folder.display();
    written.map(|()| folder.clone()).map_err(|error| {
        Failure::new(format!(
            "{place}: the tunes to play can't be written: {error}\n  fix: name a folder that can be written to with --data, or sound files of yours with --media"
        ))
    })
}

/// Plays notes as if they were plucked.
fn sound(notes: &str) -> Vec<i16> {
    let mut samples = Vec::new();
    for note in notes.split(' ') {
        let (name, eighths) = note.split_at(1);
        let hertz = hertz(name);
        let seconds = eighths.parse().unwrap_or(1.0) * EIGHTH;
        let length = (seconds * f64::from(RATE)) as u32;
        for sample in 0..length {
            let at = f64::from(sample) / f64::from(RATE);
            // It begins and ends without a click.
            let swell = (at / 0.01).min((seconds - at) / 0.03).min(1.0) * (-1.5 * at).exp();
            let wave = (TAU * hertz * at).sin() * 0.8 + (2.0 * TAU * hertz * at).sin() * 0.2;
            samples.push((wave * swell * LOUDNESS * f64::from(i16::MAX)) as i16);
        }
    }
    samples
}

fn hertz(name: &str) -> f64 {
    let octave = if name == name.to_uppercase() {
        0.5
    } else {
        1.0
    };
    let half_tones = match name.to_lowercase().as_str() {
        "d" => 2.0,
        "e" => 4.0,
        "f" => 5.0,
        "g" => 7.0,
        "a" => 9.0,
        _ => 0.0,
    };
    261.63 * octave * 2f64.powf(half_tones / 12.0)
}
