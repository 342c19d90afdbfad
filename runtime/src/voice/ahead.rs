//! Sound that is read and decoded ahead, in a thread of its own.
//!
//! songbird asks for packets in a thread that serves many calls: a source that is slow, or that makes
//! a decoder fail, must do so elsewhere. What has not come in time is silence.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use songbird::input::core::audio::Layout;
use songbird::input::core::codecs::{CODEC_TYPE_OPUS, CODEC_TYPE_PCM_F32LE, CodecParameters};
use songbird::input::core::errors::{
    Error, Result, SeekErrorKind, end_of_stream_error, seek_error,
};
use songbird::input::core::formats::{
    Cue, FormatOptions, FormatReader, Packet, SeekMode, SeekTo, SeekedTo, Track,
};
use songbird::input::core::io::{MediaSource, MediaSourceStream};
use songbird::input::core::meta::{Metadata, MetadataLog};

use super::course::Course;
use super::decode::{FRAMES, TIME};
use super::decoder::{Decoder, Decoders};
use super::sound::{About, Unheard};
use super::stereo::RATE;

/// Packets that are kept ahead: a second.
const AHEAD: usize = 50;
/// Packets that must be there before it goes on after it had none.
const ENOUGH: usize = 20;
/// How long the first of them are waited for.
const FIRST: Duration = Duration::from_secs(3);
/// A frame of silence in Opus.
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

/// The end of it that songbird reads.
pub struct Ahead {
    shared: Arc<Shared>,
    course: Course,
    tracks: [Track; 1],
    silence: Box<[u8]>,
    meta: MetadataLog,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told at every change.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    packets: VecDeque<Packet>,
    /// Where songbird wants to go, and what became of that.
    wish: Option<Duration>,
    granted: Option<Result<u64>>,
    /// No packet follows.
    over: bool,
    /// The decoder failed, and is not asked again.
    failed: bool,
    /// Nobody listens any more.
    closed: bool,
    /// There was nothing when something was wanted.
    starved: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let woken = self.changed.wait(state);
        woken.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ahead {
    /// Opens a source, and waits a moment until there is enough to begin with. It blocks. What the
    /// sound says about itself is returned too.
    pub fn open(
        decoders: &Decoders,
        source: Box<dyn MediaSource>,
        course: Course,
    ) -> std::result::Result<(Self, About), Unheard> {
        let shared = Arc::<Shared>::default();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::Builder::new().name("sound".to_owned());
        let started = thread.spawn({
            let (decoders, shared, course) = (decoders.clone(), shared.clone(), course.clone());
            // A decoder ends with the thread that starts it, so it is this one that does.
            move || match held(|| Decoder::open(&decoders, source, course.clone())) {
                Ok((decoder, about)) => {
                    // Somebody waits for it.
                    let _ = tell.send(Ok((decoder.is_opus(), about)));
                    run(decoder, &shared, &course);
                }
                Err(why) => drop(tell.send(Err(why))),
            }
        });
        started.map_err(|error| Unheard(format!("there is no thread to play it: {error}")))?;
        let opened = told.recv().unwrap_or_else(|_| Err(broken()));
        let (opus, about) = opened?;
        let silence = match opus {
            true => SILENCE.into(),
            false => [0; FRAMES * 2 * size_of::<f32>()].into(),
        };
        let tracks = [Track::new(0, params(opus))];
        let ahead = Self {
            shared,
            course,
            tracks,
            silence,
            meta: MetadataLog::default(),
        };
        let waits = |state: &mut State| !state.over && state.packets.len() < ENOUGH;
        let state = ahead.shared.lock();
        drop(ahead.shared.changed.wait_timeout_while(state, FIRST, waits));
        Ok((ahead, about))
    }

    /// Returns what its packets hold.
    pub fn params(&self) -> &CodecParameters {
        &self.tracks[0].codec_params
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        // It may wait for the web.
        self.course.close();
    }
}

/// Keeps some packets ready.
fn run(mut decoder: Decoder, shared: &Shared, course: &Course) {
    loop {
        let mut state = shared.lock();
        let wish = loop {
            if state.closed {
                return;
            }
            if let Some(wish) = state.wish.take() {
                break Some(wish);
            }
            if !state.over && state.packets.len() < AHEAD {
                break None;
            }
            state = shared.wait(state);
        };
        let failed = state.failed;
        drop(state);
        match wish {
            Some(to) => {
                let went = match failed {
                    true => Ok(None),
                    false => held(|| decoder.seek(to)),
                };
                let mut state = shared.lock();
                state.granted = Some(match went {
                    Ok(Some(at)) => {
                        state.packets.clear();
                        (state.over, state.starved) = (false, true);
                        Ok(at)
                    }
                    Ok(None) => seek_error(SeekErrorKind::Unseekable),
                    Err(why) => {
                        course.breaks(why.to_string());
                        (state.over, state.failed) = (true, true);
                        seek_error(SeekErrorKind::Unseekable)
                    }
                });
            }
            None => {
                let next = held(|| decoder.next());
                let mut state = shared.lock();
                match next {
                    Ok(Some(bytes)) => state.packets.push_back(packet(bytes.into())),
                    Ok(None) => state.over = true,
                    Err(why) => {
                        course.breaks(why.to_string());
                        (state.over, state.failed) = (true, true);
                    }
                }
            }
        }
        shared.changed.notify_all();
    }
}

/// Does something that reads strangers' data, such as a playlist, which must end no more than it.
fn held<T>(
    work: impl FnOnce() -> std::result::Result<T, Unheard>,
) -> std::result::Result<T, Unheard> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broken()))
}

fn broken() -> Unheard {
    Unheard("its sound is broken".to_owned())
}

fn packet(bytes: Box<[u8]>) -> Packet {
    Packet::new_from_boxed_slice(0, 0, FRAMES as u64, bytes)
}

/// What packets hold.
fn params(opus: bool) -> CodecParameters {
    let mut params = CodecParameters::new();
    let codec = match opus {
        true => CODEC_TYPE_OPUS,
        false => CODEC_TYPE_PCM_F32LE,
    };
    params
        .for_codec(codec)
        .with_sample_rate(RATE)
        .with_time_base(TIME)
        .with_bits_per_coded_sample(32)
        .with_bits_per_sample(32)
        .with_max_frames_per_packet(FRAMES as u64)
        .with_channel_layout(Layout::Stereo);
    params
}

impl FormatReader for Ahead {
    fn try_new(_: MediaSourceStream, _: &FormatOptions) -> Result<Self> {
        Err(Error::Unsupported("it is made of what is decoded already"))
    }

    fn next_packet(&mut self) -> Result<Packet> {
        let mut state = self.shared.lock();
        let waits = state.starved && !state.over && state.packets.len() < ENOUGH;
        let next = match waits {
            true => None,
            false => state.packets.pop_front(),
        };
        state.starved = next.is_none();
        let over = state.over;
        drop(state);
        match next {
            Some(packet) => {
                self.shared.changed.notify_all();
                Ok(packet)
            }
            None if over => end_of_stream_error(),
            None => Ok(packet(self.silence.clone())),
        }
    }

    fn seek(&mut self, _: SeekMode, to: SeekTo) -> Result<SeekedTo> {
        let time = match to {
            SeekTo::Time { time, .. } => time,
            SeekTo::TimeStamp { ts, .. } => TIME.calc_time(ts),
        };
        let mut state = self.shared.lock();
        state.wish = Some(time.into());
        self.shared.changed.notify_all();
        let at = loop {
            match state.granted.take() {
                Some(granted) => break granted?,
                None => state = self.shared.wait(state),
            }
        };
        Ok(SeekedTo {
            track_id: 0,
            required_ts: TIME.calc_timestamp(time),
            actual_ts: at,
        })
    }

    fn cues(&self) -> &[Cue] {
        &[]
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.meta.metadata()
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    fn into_inner(self: Box<Self>) -> MediaSourceStream {
        // Nobody takes it apart; what it reads from is in another thread.
        let nothing = std::io::Cursor::new(Vec::new());
        MediaSourceStream::new(Box::new(nothing), Default::default())
    }
}
