//! Sound that is read and decoded ahead, in a thread of its own.
//!
//! songbird asks for packets in a thread that serves many calls: a source that is slow, or that makes
//! a decoder fail, must do so elsewhere. What has not come in time is silence.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use songbird::input::core::codecs::CodecParameters;
use songbird::input::core::errors::{
    Error, Result, SeekErrorKind, end_of_stream_error, seek_error,
};
use songbird::input::core::formats::{
    Cue, FormatOptions, FormatReader, Packet, SeekMode, SeekTo, SeekedTo, Track,
};
use songbird::input::core::io::MediaSourceStream;
use songbird::input::core::meta::{Metadata, MetadataLog};
use songbird::input::core::units::Time;

use super::course::Course;
use super::decode::{Decoding, FRAMES, TIME};

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
    wish: Option<Time>,
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
    /// Starts, and waits a moment until there is enough to begin with. It blocks.
    pub fn start(decoding: Decoding, course: Course) -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let silence = match decoding.is_opus() {
            true => SILENCE.into(),
            false => [0; FRAMES * 2 * size_of::<f32>()].into(),
        };
        let tracks = [Track::new(0, decoding.params())];
        let (own, told) = (Arc::clone(&shared), course.clone());
        let thread = std::thread::Builder::new().name("sound".to_owned());
        thread.spawn(move || run(decoding, &own, &told))?;
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
        Ok(ahead)
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
fn run(mut decoding: Decoding, shared: &Shared, course: &Course) {
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
                    true => seek_error(SeekErrorKind::Unseekable),
                    false => held(|| decoding.seek(to)).unwrap_or_else(|| {
                        shared.lock().failed = true;
                        seek_error(SeekErrorKind::Unseekable)
                    }),
                };
                let mut state = shared.lock();
                if went.is_ok() {
                    state.packets.clear();
                    state.over = false;
                    state.starved = true;
                }
                state.granted = Some(went);
            }
            None => {
                let next = held(|| decoding.next());
                let mut state = shared.lock();
                match next {
                    Some(Ok(Some(packet))) => state.packets.push_back(packet),
                    Some(Ok(None)) => state.over = true,
                    Some(Err(why)) => {
                        course.breaks(why.to_string());
                        (state.over, state.failed) = (true, true);
                    }
                    None => {
                        course.breaks("its sound is broken".to_owned());
                        (state.over, state.failed) = (true, true);
                    }
                }
            }
        }
        shared.changed.notify_all();
    }
}

/// Does something that strangers' data may make panic; none then.
fn held<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
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
            None => {
                let silence = self.silence.clone();
                Ok(Packet::new_from_boxed_slice(0, 0, FRAMES as u64, silence))
            }
        }
    }

    fn seek(&mut self, _: SeekMode, to: SeekTo) -> Result<SeekedTo> {
        let time = match to {
            SeekTo::Time { time, .. } => time,
            SeekTo::TimeStamp { ts, .. } => TIME.calc_time(ts),
        };
        let mut state = self.shared.lock();
        state.wish = Some(time);
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
