//! Sounds that Cogbox makes itself, as files.

/// Samples in a second of such a file.
pub const RATE: u32 = 48_000;

/// Returns a WAV file of one channel with 16 bits for each sample.
pub fn wav(samples: &[i16]) -> Vec<u8> {
    // Such a file can't be longer than 4 GiB; 12 hours are less.
    let length = u32::try_from(2 * samples.len()).unwrap_or(u32::MAX);
    let mut wav = Vec::with_capacity(44 + 2 * samples.len());
    wav.extend(b"RIFF");
    wav.extend(length.saturating_add(36).to_le_bytes());
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
    wav.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    wav
}
