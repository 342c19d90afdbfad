//! Decoded sound of any rate and number of channels, as what a call mixes: 48 kHz in two channels.

use rubato::{FftFixedInOut, Resampler};
use songbird::input::core::audio::{AudioBufferRef, Channels};

/// What a call mixes, in frames a second.
pub const RATE: u32 = 48_000;
/// What sound may have.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Frames that are resampled at a time, about.
const CHUNK: usize = 1_024;
/// A rate whose ratio to ours has larger terms would be resampled in very large chunks.
const TERM_MAX: u32 = 1_000;
/// How much of the middle goes to either side.
const MIDDLE: f32 = 0.7;

/// Takes decoded sound and gives it on in stereo.
#[derive(Default)]
pub struct Stereo {
    rate: u32,
    resampler: Option<FftFixedInOut<f32>>,
    waiting: [Vec<f32>; 2],
    done: [Vec<f32>; 2],
}

impl Stereo {
    /// Takes some in. It fails for a rate that sound does not have.
    pub fn push(&mut self, sound: &AudioBufferRef<'_>) -> Result<(), String> {
        let spec = *sound.spec();
        if self.rate != spec.rate {
            self.change(spec.rate)?;
        }
        let mut samples = sound.make_equivalent::<f32>();
        sound.convert(&mut samples);
        let planes = samples.planes();
        let planes = planes.planes();
        let Some(left) = planes.first() else {
            return Ok(());
        };
        let right = planes.get(1).unwrap_or(left);
        let middle = planes
            .get(2)
            .filter(|_| spec.channels.contains(Channels::FRONT_CENTRE));
        for (side, into) in [left, right].into_iter().zip(&mut self.waiting) {
            match middle {
                None => into.extend_from_slice(side),
                Some(middle) => {
                    let both = side.iter().zip(*middle);
                    into.extend(both.map(|(side, middle)| side + MIDDLE * middle));
                }
            }
        }
        self.resample()
    }

    /// Takes what waits, though it is less than a chunk.
    pub fn finish(&mut self) -> Result<(), String> {
        let Some(resampler) = &self.resampler else {
            return Ok(());
        };
        // What the resampler holds back comes with the chunk after the last.
        let length = self.waiting[0].len() + resampler.input_frames_next();
        let whole = length.next_multiple_of(resampler.input_frames_next());
        for side in &mut self.waiting {
            side.resize(whole, 0.0);
        }
        self.resample()
    }

    /// Forgets what it has, as when the sound goes on elsewhere.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns up to so many frames of what is done, as interleaved little-endian numbers.
    pub fn take(&mut self, most: usize) -> Option<Box<[u8]>> {
        let frames = self.done[0].len().min(most);
        if frames == 0 {
            return None;
        }
        let [left, right] = &mut self.done;
        let both = left.drain(..frames).zip(right.drain(..frames));
        let bytes = both.flat_map(|(left, right)| [left.to_le_bytes(), right.to_le_bytes()]);
        Some(bytes.flatten().collect())
    }

    fn change(&mut self, rate: u32) -> Result<(), String> {
        self.finish()?;
        let unfit = || format!("its sound has {rate} samples a second, which is not played");
        if !RATES.contains(&rate) || rate / common(rate, RATE) > TERM_MAX {
            return Err(unfit());
        }
        self.rate = rate;
        self.waiting = Default::default();
        self.resampler = match rate {
            RATE => None,
            _ => {
                let made = FftFixedInOut::new(rate as usize, RATE as usize, CHUNK, 2);
                Some(made.map_err(|_| unfit())?)
            }
        };
        Ok(())
    }

    fn resample(&mut self) -> Result<(), String> {
        let Some(resampler) = &mut self.resampler else {
            for (from, to) in self.waiting.iter_mut().zip(&mut self.done) {
                to.append(from);
            }
            return Ok(());
        };
        loop {
            let chunk = resampler.input_frames_next();
            if self.waiting[0].len() < chunk {
                return Ok(());
            }
            let sides = [&self.waiting[0][..chunk], &self.waiting[1][..chunk]];
            let made = resampler.process(&sides, None);
            let made = made.map_err(|error| format!("its sound can't be resampled: {error}"))?;
            for (side, to) in made.iter().zip(&mut self.done) {
                to.extend_from_slice(side);
            }
            for side in &mut self.waiting {
                side.drain(..chunk);
            }
        }
    }
}

fn common(a: u32, b: u32) -> u32 {
    match b {
        0 => a,
        _ => common(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use songbird::input::core::audio::{AsAudioBufferRef, AudioBuffer, Signal, SignalSpec};

    use super::*;

    fn sound(rate: u32, channels: Channels, frames: usize) -> AudioBuffer<f32> {
        let mut sound = AudioBuffer::new(frames as u64, SignalSpec::new(rate, channels));
        sound.render_reserved(Some(frames));
        for side in sound.planes_mut().planes() {
            side.fill(0.25);
        }
        sound
    }

    fn frames(stereo: &mut Stereo) -> usize {
        let bytes = std::iter::from_fn(|| stereo.take(960)).map(|part| part.len());
        bytes.sum::<usize>() / 8
    }

    #[test]
    fn every_usual_rate_becomes_ours_in_the_same_time() {
        for rate in [
            8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000,
        ] {
            let mut stereo = Stereo::default();
            for _ in 0..10 {
                let part = sound(rate, Channels::FRONT_LEFT, rate as usize / 10);
                stereo.push(&part.as_audio_buffer_ref()).unwrap();
            }
            stereo.finish().unwrap();
            let frames = frames(&mut stereo);
            assert!(
                (48_000..48_000 + 24_000).contains(&frames),
                "{rate}: {frames}"
            );
        }
    }

    #[test]
    fn a_rate_that_no_sound_has_is_refused() {
        for rate in [1, 4_000, 44_101, 400_000] {
            let part = sound(rate, Channels::FRONT_LEFT, 100);
            let told = Stereo::default().push(&part.as_audio_buffer_ref());
            let sentence = format!("its sound has {rate} samples a second, which is not played");
            assert_eq!(told, Err(sentence));
        }
    }

    #[test]
    fn the_middle_is_heard_on_both_sides() {
        let channels = Channels::FRONT_LEFT | Channels::FRONT_RIGHT | Channels::FRONT_CENTRE;
        let mut stereo = Stereo::default();
        stereo
            .push(&sound(48_000, channels, 1).as_audio_buffer_ref())
            .unwrap();
        let one = (0.25 + 0.25 * MIDDLE).to_le_bytes();
        assert_eq!(stereo.take(9).unwrap().to_vec(), [one, one].concat());
    }
}
