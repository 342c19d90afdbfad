//! What a frame of sound is: silent, one tone, or anything else.

use std::f32::consts::TAU;

/// Samples a second of everything on Discord.
pub const RATE: f32 = 48_000.0;

/// Below that loudness, in decibels of full scale, a frame is silent.
const SILENT: f32 = -60.0;

/// The share of a frame's power that one frequency has when the frame is a tone.
const PURE: f32 = 0.9;

/// What one frame sounds like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The frequency in hertz when it is one tone; None for any other sound, and for silence.
    pub hertz: Option<f32>,
    /// The loudness in decibels of full scale (0 is the loudest square wave, -3 the loudest tone).
    pub decibels: f32,
}

impl Frame {
    /// Listens to samples of one channel.
    pub fn of(samples: &[f32]) -> Frame {
        let power = samples.iter().map(|sample| sample * sample).sum::<f32>();
        let power = power / samples.len().max(1) as f32;
        // The quietest that 16 bits can tell is -96.
        let decibels = (10.0 * power.log10()).max(-96.0);
        let hertz = frequency(samples)
            .filter(|hertz| decibels > SILENT && strength(samples, *hertz) >= PURE * power);
        Frame { hertz, decibels }
    }

    /// A frame that holds no sound.
    pub const SILENCE: Frame = Frame {
        hertz: None,
        decibels: -96.0,
    };

    pub fn is_silent(self) -> bool {
        self.decibels <= SILENT
    }
}

/// Returns how often the samples go from below zero to above it in a second, measured between the
/// first time and the last.
fn frequency(samples: &[f32]) -> Option<f32> {
    let crossings = samples.windows(2).enumerate().filter_map(|(at, pair)| {
        let (low, high) = (pair[0], pair[1]);
        // Where between the two samples zero lies.
        (low < 0.0 && high >= 0.0).then(|| at as f32 + low / (low - high))
    });
    let mut times = crossings;
    let first = times.next()?;
    let (count, last) = times.fold((0, first), |(count, _), time| (count + 1, time));
    (count > 0).then(|| count as f32 * RATE / (last - first))
}

/// Returns the power of one frequency in the samples.
fn strength(samples: &[f32], hertz: f32) -> f32 {
    let step = TAU * hertz / RATE;
    let parts = samples.iter().enumerate().map(|(at, sample)| {
        let (sine, cosine) = (step * at as f32).sin_cos();
        (sample * cosine, sample * sine)
    });
    let (real, imaginary) = parts.fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
    let count = samples.len().max(1) as f32;
    2.0 * (real * real + imaginary * imaginary) / (count * count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, loud: f32) -> Vec<f32> {
        let wave = |at| loud * (TAU * hertz * at as f32 / RATE).sin();
        (0..960).map(wave).collect()
    }

    #[test]
    fn a_tone_is_told_by_its_frequency_and_loudness() {
        for hertz in [110.0, 440.0, 1_000.0, 3_000.0] {
            let heard = Frame::of(&tone(hertz, 0.5));
            let told = heard.hertz.unwrap();
            assert!(
                (told - hertz).abs() < hertz / 100.0,
                "{told} is not {hertz}"
            );
            assert!((heard.decibels + 9.0).abs() < 0.5, "{heard:?}");
        }
    }

    #[test]
    fn two_tones_and_noise_are_no_tone() {
        let both: Vec<f32> = tone(440.0, 0.3)
            .iter()
            .zip(tone(1_130.0, 0.3))
            .map(|(a, b)| a + b)
            .collect();
        assert_eq!(Frame::of(&both).hertz, None);
        let noise: Vec<f32> = (0..960u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 16) as f32 / 32_768.0 - 1.0)
            .collect();
        assert_eq!(Frame::of(&noise).hertz, None);
    }

    #[test]
    fn silence_has_no_tone() {
        assert!(Frame::of(&tone(440.0, 0.0001)).is_silent());
        assert!(Frame::of(&[]).is_silent());
        assert_eq!(Frame::of(&[0.0; 960]).hertz, None);
    }
}
