//! Encoded sound as packets that a call plays: Opus as it is, everything else decoded. It is strangers'
//! sound, so this runs in a `decoder` alone.

use std::sync::OnceLock;
use std::time::Duration;

use songbird::input::codecs::get_codec_registry;
use songbird::input::core::codecs::{CODEC_TYPE_OPUS, Decoder, DecoderOptions};
use songbird::input::core::errors::Error;
use songbird::input::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, Track};
use songbird::input::core::io::{MediaSource, MediaSourceStream};
use songbird::input::core::meta::{MetadataOptions, MetadataRevision, StandardTagKey};
use songbird::input::core::probe::{Hint, Probe, ProbedMetadata};
use songbird::input::core::units::TimeBase;
use symphonia::default::register_enabled_formats;

use super::sound::{About, Unheard, shown};
use super::stereo::{RATE, Stereo};

/// Frames of a packet: 20 ms, as calls send them.
pub const FRAMES: usize = 960;
/// The time of packets that are given on.
pub const TIME: TimeBase = TimeBase {
    numer: 1,
    denom: RATE,
};
/// Broken packets in a row after which nothing good is expected.
const BROKEN_MAX: u32 = 100;

/// What is being decoded.
pub struct Decoding {
    format: Box<dyn FormatReader>,
    track: u32,
    /// None: its packets are Opus.
    decoder: Option<Box<dyn Decoder>>,
    stereo: Stereo,
    broken: u32,
    over: bool,
}

/// What comes next.
pub enum Next {
    /// A packet.
    Packet(Box<[u8]>),
    /// What plays is called so from here on.
    Title(String),
    /// Nothing.
    End,
}

/// The formats that are played. songbird's own are left out: they are nobody's files.
fn formats() -> &'static Probe {
    static FORMATS: OnceLock<Probe> = OnceLock::new();
    FORMATS.get_or_init(|| {
        let mut formats = Probe::default();
        register_enabled_formats(&mut formats);
        formats
    })
}

impl Decoding {
    /// Finds out what a source holds, and what the sound says about itself.
    pub fn open(source: Box<dyn MediaSource>) -> Result<(Self, About), Unheard> {
        let stream = MediaSourceStream::new(source, Default::default());
        let (format, meta) = (FormatOptions::default(), MetadataOptions::default());
        let probed = formats().format(&Hint::new(), stream, &format, &meta);
        let mut probed = probed.map_err(unopened)?;
        let (track, decoder) = choose(probed.format.tracks())?;
        let mut decoding = Self {
            format: probed.format,
            track,
            decoder,
            stereo: Stereo::default(),
            broken: 0,
            over: false,
        };
        let about = decoding.about(&mut probed.metadata);
        Ok((decoding, about))
    }

    /// Whether its packets are Opus.
    pub fn is_opus(&self) -> bool {
        self.decoder.is_none()
    }

    fn about(&mut self, around: &mut ProbedMetadata) -> About {
        let tracks = self.format.tracks().iter();
        let track = tracks.clone().find(|track| track.id == self.track);
        let duration = track.and_then(|track| {
            let (base, frames) = (track.codec_params.time_base, track.codec_params.n_frames?);
            let time = base?.calc_time(frames);
            Some(Duration::from_secs(time.seconds) + Duration::from_secs_f64(time.frac))
        });
        let around = || {
            let mut meta = around.get()?;
            meta.skip_to_latest().and_then(title)
        };
        About {
            title: self.title().or_else(around),
            duration,
        }
    }

    fn title(&mut self) -> Option<String> {
        self.format.metadata().skip_to_latest().and_then(title)
    }

    /// Returns what comes next.
    pub fn next(&mut self) -> Result<Next, Unheard> {
        loop {
            if let Some(bytes) = self.stereo.take(FRAMES) {
                return Ok(Next::Packet(bytes));
            }
            if self.over {
                return Ok(Next::End);
            }
            let next = match self.format.next_packet() {
                Ok(next) => next,
                Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    self.over = true;
                    self.stereo.finish().map_err(Unheard)?;
                    continue;
                }
                // Another song begins in the same stream.
                Err(Error::ResetRequired) => {
                    let was_opus = self.is_opus();
                    (self.track, self.decoder) = choose(self.format.tracks())?;
                    if was_opus != self.is_opus() {
                        return Err(Unheard("its sound becomes another format".to_owned()));
                    }
                    if let Some(title) = self.title() {
                        return Ok(Next::Title(title));
                    }
                    continue;
                }
                Err(error) => return Err(unreadable(error)),
            };
            if next.track_id() != self.track {
                continue;
            }
            let Some(decoder) = &mut self.decoder else {
                match next.data.is_empty() {
                    true => continue,
                    false => return Ok(Next::Packet(next.data)),
                }
            };
            match decoder.decode(&next) {
                Ok(sound) => {
                    self.broken = 0;
                    self.stereo.push(&sound).map_err(Unheard)?;
                }
                Err(Error::DecodeError(_) | Error::IoError(_)) if self.broken < BROKEN_MAX => {
                    self.broken += 1;
                }
                Err(error) => return Err(unreadable(error)),
            }
        }
    }

    /// Goes to a moment, or near it, and returns where it is, in the packets' time.
    pub fn seek(&mut self, to: Duration) -> Result<u64, Error> {
        let to = SeekTo::Time {
            time: to.into(),
            track_id: Some(self.track),
        };
        let there = self.format.seek(SeekMode::Accurate, to)?;
        self.stereo.clear();
        self.over = false;
        if let Some(decoder) = &mut self.decoder {
            decoder.reset();
        }
        let tracks = self.format.tracks().iter();
        let base = tracks.clone().find(|track| track.id == self.track);
        let base = base.and_then(|track| track.codec_params.time_base);
        let at = base.unwrap_or(TIME).calc_time(there.actual_ts);
        Ok(TIME.calc_timestamp(at))
    }
}

/// Chooses the first track that can be heard, and makes its decoder; Opus needs none.
fn choose(tracks: &[Track]) -> Result<(u32, Option<Box<dyn Decoder>>), Unheard> {
    let mut crowded = false;
    for track in tracks {
        let params = &track.codec_params;
        if params.codec == CODEC_TYPE_OPUS {
            // More than two are several streams in one, which Discord's clients don't take apart.
            if params.channels.is_none_or(|channels| channels.count() <= 2) {
                return Ok((track.id, None));
            }
            crowded = true;
        } else if let Ok(decoder) = get_codec_registry().make(params, &DecoderOptions::default()) {
            return Ok((track.id, Some(decoder)));
        }
    }
    let sentence = match crowded {
        true => "its Opus has more than two channels, which is not played",
        false => "it holds no sound in a format that can be played",
    };
    Err(Unheard(sentence.to_owned()))
}

fn unopened(error: Error) -> Unheard {
    match error {
        Error::Unsupported(_) => Unheard("it is in no format that can be played".to_owned()),
        // The probe's word for bytes that are of no format it knows.
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Unheard("it is no sound, or it is cut off".to_owned())
        }
        other => unreadable(other),
    }
}

fn unreadable(error: Error) -> Unheard {
    match error {
        // A source says itself what is wrong.
        Error::IoError(error) => Unheard(error.to_string()),
        other => Unheard(format!("it can't be read: {other}")),
    }
}

/// Returns artist and title, if it says them.
fn title(tags: &MetadataRevision) -> Option<String> {
    let tag = |wanted| {
        let found = tags.tags().iter().find(|tag| tag.std_key == Some(wanted));
        let text = found.map(|tag| shown(&tag.value.to_string()));
        text.filter(|text| !text.is_empty())
    };
    let title = tag(StandardTagKey::TrackTitle)?;
    Some(match tag(StandardTagKey::Artist) {
        Some(artist) => shown(&format!("{artist} – {title}")),
        None => title,
    })
}
