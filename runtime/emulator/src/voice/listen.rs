//! Listens to a bot's stream: decodes it, and notes what it sounds like and what is wrong with it.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use opus2::{Channels, Decoder};

use super::rtp::Header;
use super::stretch::{self, APART, Stretch};
use super::tone::Frame;
use crate::clock::Time;

/// The frame that tells of silence: five of them end every sound.
pub const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

/// The samples of a frame of 20 ms, of each channel.
pub const SAMPLES: usize = 960;

/// The most that one Opus packet holds: 120 ms.
const LONGEST: usize = 6 * SAMPLES;

/// What is kept to look back on: frames (half an hour of them), and counters of packets.
const KEPT_FRAMES: usize = 90_000;
const KEPT_COUNTERS: usize = 8_192;

/// What was heard of a bot in a guild, since the start or since it was last forgotten.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// What it sounded like, in order.
    pub stretches: Vec<Stretch>,
    /// Packets with sound or silence that were good.
    pub packets: u64,
    /// How many of them were encrypted end to end.
    pub sealed: u64,
    /// How many were frames of silence.
    pub silent: u64,
    /// What stands for each frame of sound as it was encoded, by [`Heard::mark`], in order: by that one
    /// tells whether a bot sent what it was given or encoded it anew.
    pub marks: Vec<u64>,
    /// How many did not come, and how many came after a later one.
    pub lost: u64,
    pub late: u64,
    /// How many nobody heard, because the bot is muted or in the audience of a stage.
    pub muted: u64,
    /// Short datagrams, which keep the way open.
    pub keep_alives: u64,
    /// What was wrong with packets, with how many it concerned. Those were not listened to.
    pub faults: BTreeMap<&'static str, u64>,
    /// How long after the one before a packet came: the longest wait, and the one that 99 of 100 keep.
    pub longest_wait: Duration,
    pub usual_wait: Duration,
}

impl Heard {
    /// Returns what stands for an encoded frame.
    pub fn mark(opus: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        opus.hash(&mut hasher);
        hasher.finish()
    }

    /// Tells everything in lines: the stretches, and what was wrong.
    pub fn transcript(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for stretch in &self.stretches {
            writeln!(f, "{stretch}")?;
        }
        for (fault, times) in &self.faults {
            writeln!(f, "fault: {fault} ({times} times)")?;
        }
        Ok(())
    }
}

/// Listens to one stream after the other of a guild.
#[derive(Default)]
pub struct Listener {
    frames: VecDeque<(Time, Frame)>,
    waits: VecDeque<Duration>,
    tally: Heard,
    stream: Option<Stream>,
}

/// A stream: the packets of one session.
struct Stream {
    decoder: Decoder,
    newest: Option<Newest>,
    /// The counters of the newest packets: one that comes twice gives the key away.
    counters: HashSet<u32>,
    order: VecDeque<u32>,
}

/// The newest packet of a stream.
struct Newest {
    header: Header,
    at: Time,
    silent: bool,
}

impl Listener {
    /// Begins to listen to a new session's stream.
    pub fn begin(&mut self) {
        self.stream = Decoder::new(48_000, Channels::Stereo)
            .ok()
            .map(|decoder| Stream {
                decoder,
                newest: None,
                counters: HashSet::new(),
                order: VecDeque::new(),
            });
    }

    /// Notes what is wrong with a packet.
    pub fn fault(&mut self, what: &'static str) {
        *self.tally.faults.entry(what).or_default() += 1;
    }

    /// Notes a short datagram.
    pub fn keep_alive(&mut self) {
        self.tally.keep_alives += 1;
    }

    /// Notes a packet that nobody hears.
    pub fn muted(&mut self) {
        self.tally.muted += 1;
    }

    /// Takes in the order of a packet that could be decrypted, and tells whether it is to be heard: it
    /// isn't after a later one. It fails with what is wrong with it.
    pub fn arrived(
        &mut self,
        header: Header,
        counter: u32,
        silent: bool,
        now: Time,
    ) -> Result<bool, &'static str> {
        let Some(stream) = &mut self.stream else {
            return Err("a packet came before the session was described");
        };
        if !stream.counters.insert(counter) {
            return Err("a nonce was used twice");
        }
        stream.order.push_back(counter);
        if stream.order.len() > KEPT_COUNTERS
            && let Some(old) = stream.order.pop_front()
        {
            stream.counters.remove(&old);
        }
        let newest = Newest {
            header,
            at: now,
            silent,
        };
        let Some(before) = stream.newest.replace(newest) else {
            return Ok(true);
        };
        let step = header.sequence.wrapping_sub(before.header.sequence) as i16;
        if step <= 0 {
            stream.newest = Some(before);
            self.tally.late += 1;
            self.tally.lost = self.tally.lost.saturating_sub(1);
            return Ok(false);
        }
        let steps = u32::from(step.unsigned_abs());
        let samples = header.timestamp.wrapping_sub(before.header.timestamp);
        // While a bot is silent some count on and some don't.
        if !before.silent {
            self.tally.lost += u64::from(steps) - 1;
            if samples != steps * SAMPLES as u32 {
                return Err("a timestamp does not go on by 960 a packet");
            }
        }
        let waited = now.since(before.at);
        if waited <= APART {
            self.waits.push_back(waited);
            if self.waits.len() > KEPT_FRAMES {
                self.waits.pop_front();
            }
        }
        Ok(true)
    }

    /// Listens to the Opus frame of a packet, and returns its samples, of both channels by turns.
    pub fn hear(&mut self, opus: &[u8], sealed: bool, now: Time) -> Result<Vec<f32>, &'static str> {
        let Some(stream) = &mut self.stream else {
            return Err("a packet came before the session was described");
        };
        if opus.is_empty() {
            return Err("a frame is empty");
        }
        let mut pcm = [0f32; 2 * LONGEST];
        let decoded = stream.decoder.decode_float(opus, &mut pcm, false);
        let count = decoded.map_err(|_| "a frame is no Opus")?;
        if count != SAMPLES {
            return Err("a frame does not last 20 ms");
        }
        let silent = opus == SILENCE;
        let both = pcm[..2 * count].chunks_exact(2);
        let samples: Vec<f32> = both.map(|pair| (pair[0] + pair[1]) / 2.0).collect();
        // What fades out after the last sound is silence already.
        let frame = if silent {
            Frame::SILENCE
        } else {
            Frame::of(&samples)
        };
        self.tally.packets += 1;
        self.tally.sealed += u64::from(sealed);
        self.tally.silent += u64::from(silent);
        if !silent && self.tally.marks.len() < KEPT_FRAMES {
            self.tally.marks.push(Heard::mark(opus));
        }
        self.frames.push_back((now, frame));
        if self.frames.len() > KEPT_FRAMES {
            self.frames.pop_front();
        }
        Ok(pcm[..2 * count].to_vec())
    }

    /// Forgets what was heard so far.
    pub fn forget(&mut self) {
        self.frames.clear();
        self.waits.clear();
        self.tally = Heard::default();
    }

    /// Tells what was heard.
    pub fn heard(&self) -> Heard {
        let mut waits: Vec<Duration> = self.waits.iter().copied().collect();
        waits.sort_unstable();
        let usual = waits.len().saturating_sub(1) * 99 / 100;
        Heard {
            stretches: stretch::stretches(&self.frames),
            longest_wait: waits.last().copied().unwrap_or_default(),
            usual_wait: waits.get(usual).copied().unwrap_or_default(),
            ..self.tally.clone()
        }
    }
}
