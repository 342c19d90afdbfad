//! What was heard, told in stretches of one sound each: "440 Hz at -9 dB for 10.0 s".

use std::fmt;
use std::time::Duration;

use super::tone::Frame;
use crate::clock::Time;

/// The length of a frame.
pub const FRAME: Duration = Duration::from_millis(20);

/// Frames further apart have a stretch of nothing between them: the bot paused. A busy machine alone
/// does not bring that about.
pub const APART: Duration = Duration::from_millis(500);

/// So many frames that differ from those around them are part of those: where a sound begins and ends
/// within a frame, the frame is neither.
const BLUR: usize = 3;

/// Frames whose frequency or loudness differs more than that from the stretch so far begin another.
const DETUNED: f32 = 0.03;
const LOUDER: f32 = 3.0;

/// One sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sound {
    /// One tone.
    Tone { hertz: f32, decibels: f32 },
    /// Any other sound.
    Other { decibels: f32 },
    /// Frames without a sound.
    Silence,
    /// No frames at all.
    Nothing,
}

/// One sound and how long it lasted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub sound: Sound,
    pub length: Duration,
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sound {
            Sound::Tone { hertz, decibels } => write!(f, "{hertz:.0} Hz at {decibels:.0} dB")?,
            Sound::Other { decibels } => write!(f, "sound at {decibels:.0} dB")?,
            Sound::Silence => f.write_str("silence")?,
            Sound::Nothing => f.write_str("nothing")?,
        }
        write!(f, " for {:.1} s", self.length.as_secs_f64())
    }
}

/// Frames that sound alike, one after the other.
struct Run {
    sound: Sound,
    frames: usize,
    /// The loudness of each frame.
    levels: Vec<f32>,
    /// The time that a run of nothing takes.
    waited: Duration,
}

impl Run {
    fn of(frame: Frame) -> Run {
        let decibels = frame.decibels;
        let sound = match frame.hertz {
            _ if frame.is_silent() => Sound::Silence,
            Some(hertz) => Sound::Tone { hertz, decibels },
            None => Sound::Other { decibels },
        };
        Run {
            sound,
            frames: 1,
            levels: vec![decibels],
            waited: Duration::ZERO,
        }
    }

    /// Takes another run in, if it sounds alike.
    fn joins(&mut self, other: &mut Run) -> bool {
        let sum = (self.frames + other.frames) as f32;
        let mean = |one: f32, two: f32| one + (two - one) * other.frames as f32 / sum;
        let sound = match (self.sound, other.sound) {
            (
                Sound::Tone { hertz, decibels },
                Sound::Tone {
                    hertz: next,
                    decibels: loud,
                },
            ) if (next - hertz).abs() < DETUNED * hertz && (loud - decibels).abs() < LOUDER => {
                Sound::Tone {
                    hertz: mean(hertz, next),
                    decibels: mean(decibels, loud),
                }
            }
            (Sound::Other { decibels }, Sound::Other { decibels: loud }) => Sound::Other {
                decibels: mean(decibels, loud),
            },
            (Sound::Silence, Sound::Silence) => Sound::Silence,
            _ => return false,
        };
        self.sound = sound;
        self.frames += other.frames;
        self.levels.append(&mut other.levels);
        true
    }

    /// Ends it. Most of its frames are as loud as the stretch is told to be: a sound after silence
    /// takes some frames to get there.
    fn ends(mut self) -> Stretch {
        self.levels.sort_unstable_by(f32::total_cmp);
        let middle = self.levels.get(self.levels.len() / 2);
        let sound = (&mut self.sound, middle);
        if let (Sound::Tone { decibels, .. } | Sound::Other { decibels }, Some(middle)) = sound {
            *decibels = *middle;
        }
        Stretch {
            sound: self.sound,
            length: self.waited + FRAME * self.frames as u32,
        }
    }

    /// Whether it is too short to be a sound of its own.
    fn blurs(&self) -> bool {
        self.sound != Sound::Nothing && self.frames <= BLUR
    }
}

/// Makes stretches of frames and the moments at which they came.
pub fn stretches<'a>(frames: impl IntoIterator<Item = &'a (Time, Frame)>) -> Vec<Stretch> {
    let mut runs: Vec<Run> = Vec::new();
    let mut before: Option<Time> = None;
    for (at, frame) in frames {
        let waited = before.map_or(Duration::ZERO, |before| at.since(before));
        if waited > APART {
            runs.push(Run {
                sound: Sound::Nothing,
                frames: 0,
                levels: Vec::new(),
                waited,
            });
        }
        before = Some(*at);
        let mut next = Run::of(*frame);
        if !runs.last_mut().is_some_and(|last| last.joins(&mut next)) {
            runs.push(next);
        }
    }
    settle(runs).into_iter().map(Run::ends).collect()
}

/// Gives runs that are too short to the run before them, or else to the one after.
fn settle(runs: Vec<Run>) -> Vec<Run> {
    let mut settled: Vec<Run> = Vec::new();
    let mut early = 0;
    let mut runs = runs.into_iter().peekable();
    while let Some(mut run) = runs.next() {
        let alone = runs.peek().is_none_or(|next| next.sound == Sound::Nothing);
        match settled.last_mut() {
            Some(last) if run.blurs() && last.sound != Sound::Nothing => last.frames += run.frames,
            _ if run.blurs() && !alone => early += run.frames,
            last => {
                run.frames += std::mem::take(&mut early);
                // What was one sound before it was disturbed is one sound again.
                if !last.is_some_and(|last| last.joins(&mut run)) {
                    settled.push(run);
                }
            }
        }
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(frames: &[(u64, Frame)]) -> Vec<String> {
        let mut now = Time::default();
        let mut all = Vec::new();
        for (wait, frame) in frames {
            now = now.plus(Duration::from_millis(*wait));
            all.push((now, *frame));
        }
        stretches(&all).iter().map(Stretch::to_string).collect()
    }

    fn tone(hertz: f32) -> Frame {
        Frame {
            hertz: Some(hertz),
            decibels: -9.0,
        }
    }

    fn times(frame: Frame, count: usize) -> Vec<(u64, Frame)> {
        vec![(20, frame); count]
    }

    #[test]
    fn each_sound_is_told_once_with_its_length() {
        let noise = Frame {
            hertz: None,
            decibels: -20.0,
        };
        let heard = [
            times(noise, 1),
            times(tone(440.0), 99),
            times(tone(442.0), 100),
            times(tone(880.0), 50),
            times(noise, 10),
            times(Frame::SILENCE, 5),
            vec![(2_000, tone(440.0)); 1],
            times(tone(440.0), 9),
        ];
        assert_eq!(
            told(&heard.concat()),
            [
                "441 Hz at -9 dB for 4.0 s",
                "880 Hz at -9 dB for 1.0 s",
                "sound at -20 dB for 0.2 s",
                "silence for 0.1 s",
                "nothing for 2.0 s",
                "440 Hz at -9 dB for 0.2 s",
            ]
        );
    }

    #[test]
    fn a_disturbance_of_some_frames_ends_no_tone_and_silence_does() {
        let noise = Frame {
            hertz: None,
            decibels: -20.0,
        };
        let disturbed = [
            times(tone(440.0), 50),
            times(noise, 2),
            times(tone(440.0), 48),
        ];
        assert_eq!(told(&disturbed.concat()), ["440 Hz at -9 dB for 2.0 s"]);
        let broken = [
            times(tone(440.0), 50),
            times(Frame::SILENCE, 5),
            times(tone(440.0), 45),
        ];
        assert_eq!(
            told(&broken.concat()),
            [
                "440 Hz at -9 dB for 1.0 s",
                "silence for 0.1 s",
                "440 Hz at -9 dB for 0.9 s"
            ]
        );
    }

    #[test]
    fn what_gets_louder_is_told_apart() {
        let loud = Frame {
            hertz: Some(440.0),
            decibels: -3.0,
        };
        let heard = [times(tone(440.0), 50), times(loud, 50)];
        assert_eq!(
            told(&heard.concat()),
            ["440 Hz at -9 dB for 1.0 s", "440 Hz at -3 dB for 1.0 s"]
        );
        assert_eq!(told(&[]), [""; 0]);
    }
}
