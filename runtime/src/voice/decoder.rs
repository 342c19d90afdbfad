//! A decoder: a process of its own that finds out what a sound holds, and makes packets of it.
//!
//! What strangers made may make a decoder take all memory, run for ever or fall, and none of that can
//! be kept from happening inside. So it happens to a process that can do nothing else: this program
//! again, confined. It has no files and no network; what it reads it asks the host for.

mod child;
mod confine;
mod trial;
mod wire;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use songbird::input::core::io::MediaSource;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use child::main;
pub use trial::{Confined, try_out};

use super::course::Course;
use super::decode::FRAMES;
use super::sound::{About, Unheard, shown};
use super::stereo::RATE;
use wire::{BATCH, MOST, Order, Word};

/// Decoders at a time: one for each track that plays or is looked at.
const DECODERS_MAX: usize = 256;
/// How often it is looked after, while it is waited for.
const TICK: Duration = Duration::from_millis(100);
/// How long it may say nothing.
const SILENT: Duration = Duration::from_secs(15);
/// CPU time that it may take beyond what its packets last.
const SPARE: Duration = Duration::from_secs(10);
/// What a packet lasts.
const PACKET: Duration = Duration::from_millis(20);
/// No sound is longer; one that says so is not believed.
const LONGEST: Duration = Duration::from_secs(1_000 * 3_600);

/// Starts decoders. It is cheap to clone.
#[derive(Debug, Clone)]
pub struct Decoders {
    program: PathBuf,
    slots: Arc<Semaphore>,
}

impl Decoders {
    /// Takes the program that is one when it is told `decode`.
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            slots: Arc::new(Semaphore::new(DECODERS_MAX)),
        }
    }

    fn slot(&self) -> Result<OwnedSemaphorePermit, Unheard> {
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        slot.map_err(|_| {
            let sentence = format!("{DECODERS_MAX} sounds are open already, which is the most");
            Unheard(sentence)
        })
    }

    fn start(&self) -> Result<(Process, UnixStream), Unheard> {
        let started = || {
            let (ours, own) = UnixStream::pair()?;
            ours.set_read_timeout(Some(TICK))?;
            ours.set_write_timeout(Some(TICK))?;
            let mut command = Command::new(&self.program);
            // Its group is its own, so that Ctrl-C reaches the bot first.
            command.arg0("cogbox").arg("decode").process_group(0);
            command.env_clear().current_dir("/");
            command.stdin(OwnedFd::from(own));
            command.stdout(Stdio::null()).stderr(Stdio::null());
            Ok((Process(command.spawn()?), ours))
        };
        started().map_err(|error: io::Error| {
            let program = self.program.display();
            tracing::warn!(%program, %error, "a decoder can't be started");
            Unheard(format!("its decoder can't be started: {error}"))
        })
    }
}

/// A decoder and what it decodes. Dropping it ends it.
pub(super) struct Decoder {
    process: Process,
    line: Line,
    source: Box<dyn MediaSource>,
    opus: bool,
    /// Packets that it still owes of the last order.
    owes: usize,
    _slot: OwnedSemaphorePermit,
}

impl Decoder {
    /// Starts one for a source, and returns also what the sound says about itself.
    ///
    /// It ends with the thread that calls this, so that none is left when the bot is killed.
    pub fn open(
        decoders: &Decoders,
        source: Box<dyn MediaSource>,
        course: Course,
    ) -> Result<(Self, About), Unheard> {
        let slot = decoders.slot()?;
        let (process, stream) = decoders.start()?;
        let order = Order::Open {
            seekable: source.is_seekable(),
            length: source.byte_len(),
        };
        let mut decoder = Self {
            line: Line::new(stream, process.0.id(), course),
            process,
            source,
            opus: false,
            owes: 0,
            _slot: slot,
        };
        decoder.order(&order)?;
        match decoder.answer()? {
            Word::Opened {
                opus,
                duration,
                title,
            } => {
                decoder.opus = opus;
                let title = title.map(|title| shown(&title));
                let about = About {
                    title: title.filter(|title| !title.is_empty()),
                    duration: duration.filter(|length| *length <= LONGEST),
                };
                Ok((decoder, about))
            }
            _ => Err(decoder.fell(nonsense())),
        }
    }

    /// Whether its packets are Opus.
    pub fn is_opus(&self) -> bool {
        self.opus
    }

    /// Returns the next packet; none at the end.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Unheard> {
        if self.owes == 0 {
            self.order(&Order::Next)?;
            self.owes = BATCH;
        }
        match self.answer()? {
            Word::Packet(bytes) if self.fits(&bytes) => {
                self.owes -= 1;
                self.line.spare = SPARE.min(self.line.spare + PACKET);
                Ok(Some(bytes))
            }
            Word::End => {
                self.owes = 0;
                Ok(None)
            }
            _ => Err(self.fell(nonsense())),
        }
    }

    /// Whether a packet may be one.
    fn fits(&self, bytes: &[u8]) -> bool {
        let frame = 2 * size_of::<f32>();
        let decoded = bytes.len() <= FRAMES * frame && bytes.len().is_multiple_of(frame);
        !bytes.is_empty() && (self.opus || decoded)
    }

    /// Goes to a moment, or near it, and returns where it is, in the packets' time; none when it
    /// can't, and is where it was.
    pub fn seek(&mut self, to: Duration) -> Result<Option<u64>, Unheard> {
        let most = LONGEST.as_secs() * u64::from(RATE);
        while self.owes > 0 {
            self.next()?;
        }
        self.order(&Order::Go(to))?;
        match self.answer()? {
            Word::Went(at) if at <= most => Ok(Some(at)),
            Word::Stayed => Ok(None),
            _ => Err(self.fell(nonsense())),
        }
    }

    fn order(&mut self, order: &Order) -> Result<(), Unheard> {
        let told = order.write(&mut self.line);
        told.map_err(|why| self.fell(why))
    }

    /// Serves it until it has an answer.
    fn answer(&mut self) -> Result<Word, Unheard> {
        match self.serve().map_err(|why| self.fell(why))? {
            Word::Failed(why) => Err(Unheard(shown(&why))),
            word => Ok(word),
        }
    }

    fn serve(&mut self) -> io::Result<Word> {
        loop {
            let served = match Word::read(&mut self.line)? {
                Word::Read => {
                    let mut bytes = vec![0; MOST];
                    self.read(&mut bytes).map(|length| {
                        bytes.truncate(length);
                        Order::Data(bytes)
                    })
                }
                Word::Seek(to) => self.source.seek(SeekFrom::Start(to)).map(Order::At),
                Word::Title(title) => {
                    self.line.course.says(shown(&title));
                    continue;
                }
                word => return Ok(word),
            };
            let served = served.unwrap_or_else(|why| Order::Broken(why.to_string()));
            served.write(&mut self.line)?;
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(into) {
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Ends it, and returns why it is of no use any more.
    fn fell(&mut self, error: io::Error) -> Unheard {
        if let Some(why) = error
            .get_ref()
            .and_then(|why| why.downcast_ref::<Unheard>())
        {
            // It fails only for one that has ended.
            let _ = self.process.0.kill();
            return why.clone();
        }
        let status = self.process.ends();
        tracing::info!(?status, %error, "a decoder fell");
        let signal = status.and_then(|status| status.signal());
        let sentence = match signal == Some(Signal::ABORT.as_raw()) {
            // So Rust ends when there is no more memory.
            true => "it wants more memory than sound needs",
            false => "its sound is broken",
        };
        Unheard(sentence.to_owned())
    }
}

/// The process of a decoder. Dropping it ends it.
struct Process(Child);

impl Process {
    /// Returns how it ended, and ends it when it does not by itself in a moment.
    fn ends(&mut self) -> Option<ExitStatus> {
        for _ in 0..20 {
            if let Ok(Some(status)) = self.0.try_wait() {
                return Some(status);
            }
            std::thread::sleep(TICK / 20);
        }
        let _ = self.0.kill();
        self.0.wait().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for one that has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The line to a decoder, on which nothing is waited for too long.
struct Line {
    stream: UnixStream,
    process: u32,
    course: Course,
    /// When it was looked after.
    looked: Instant,
    /// CPU time that it took, and may still take.
    took: Duration,
    spare: Duration,
}

impl Line {
    fn new(stream: UnixStream, process: u32, course: Course) -> Self {
        Self {
            stream,
            process,
            course,
            looked: Instant::now(),
            took: Duration::ZERO,
            spare: SPARE,
        }
    }

    /// Fails when the decoder is not to go on, for which it was waited since then.
    fn look(&mut self, since: Instant) -> io::Result<()> {
        if self.looked.elapsed() < TICK {
            return Ok(());
        }
        self.looked = Instant::now();
        if self.course.is_closed() {
            return Err(ends("nobody listens any more"));
        }
        let took = cpu(self.process).unwrap_or(self.took);
        let more = took.saturating_sub(self.took);
        self.took = took;
        match self.spare.checked_sub(more) {
            Some(spare) if since.elapsed() < SILENT => self.spare = spare,
            _ => return Err(ends("its sound takes too long to decode")),
        }
        Ok(())
    }

    fn patiently(
        &mut self,
        mut work: impl FnMut(&mut UnixStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let since = Instant::now();
        loop {
            self.look(since)?;
            match work(&mut self.stream) {
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }
}

impl Read for Line {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.patiently(|stream| stream.read(into))
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the CPU time that a process took, where that can be known.
fn cpu(process: u32) -> Option<Duration> {
    // Linux counts in hundredths there, on every machine.
    const HUNDREDTH: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Its name comes before, and may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut times = rest.split(' ').skip(11).map(|time| time.parse().ok());
    let (user, system): (u32, u32) = (times.next()??, times.next()??);
    Some(HUNDREDTH * user.saturating_add(system))
}

fn ends(sentence: &str) -> io::Error {
    io::Error::other(Unheard(sentence.to_owned()))
}

fn nonsense() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it says what it was not asked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_only_so_many_at_a_time() {
        let decoders = Decoders::new("cogbox".into());
        let mut slots: Vec<_> = (0..DECODERS_MAX).map(|_| decoders.slot()).collect();
        assert!(slots.iter().all(Result::is_ok));
        let told = decoders.clone().slot().unwrap_err().to_string();
        assert_eq!(told, "256 sounds are open already, which is the most");
        slots.pop();
        assert!(decoders.slot().is_ok());
    }

    #[test]
    fn the_cpu_time_of_a_process_is_known() {
        if cfg!(target_os = "linux") {
            assert!(cpu(std::process::id()).is_some());
        }
        assert_eq!(cpu(0), None);
    }
}
