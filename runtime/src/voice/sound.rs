//! Where sound comes from, and what it says about itself.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use songbird::input::codecs::get_codec_registry;
use songbird::input::core::codecs::DecoderOptions;
use songbird::input::core::errors::Error;
use songbird::input::core::io::{MediaSource, MediaSourceStream};
use songbird::input::core::probe::{Hint, Probe, ProbedMetadata};
use songbird::input::{Input, LiveInput, Parsed};
use symphonia::default::formats::WavReader;

use super::ahead::Ahead;
use super::course::Course;
use super::decoder::Decoders;
use super::page::Page;
use super::web::{self, Web};

/// How long it may take until a sound can be heard.
const PATIENCE: Duration = Duration::from_secs(15);
/// How much longer when a page has to be asked first.
const ASKING: Duration = Duration::from_secs(30);
/// Longest title, in characters.
pub const TITLE_MAX: usize = 200;

/// Something that can be heard, as often as one likes.
#[derive(Debug, Clone)]
pub enum Sound {
    /// A file.
    File(PathBuf),
    /// Encoded audio.
    Bytes(Bytes),
    /// On the web.
    Web(Web),
    /// On a page of a site, which says where on the web.
    Page(Arc<Page>),
}

/// What sounds are opened with. It is cheap to clone.
#[derive(Clone)]
pub struct Tools {
    /// Fetches those on the web.
    pub web: web::Client,
    /// Starts what decodes them.
    pub decoders: Decoders,
}

/// What a sound says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What it is called, with whoever made it.
    pub title: Option<String>,
    /// How long it is.
    pub duration: Option<Duration>,
}

/// A sound that is ready to play.
pub struct Opened {
    /// It, for songbird.
    pub input: Input,
    /// What it says about itself.
    pub about: About,
    /// How it goes on.
    pub course: Course,
    /// Whether one can go to a moment of it.
    pub seekable: bool,
}

/// Why a sound can't be heard, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unheard(pub String);

impl Sound {
    /// Opens it for songbird, and reads what it says about itself.
    pub async fn open(&self, tools: &Tools) -> Result<Opened, Unheard> {
        let course = Course::default();
        let opening = self.ready(tools, course.clone());
        let patience = match self {
            Self::Page(_) => PATIENCE + ASKING,
            _ => PATIENCE,
        };
        let opened = tokio::time::timeout(patience, opening).await;
        opened.unwrap_or_else(|_| {
            course.close();
            Err(Unheard("it took too long to open".to_owned()))
        })
    }

    async fn ready(&self, tools: &Tools, course: Course) -> Result<Opened, Unheard> {
        let web = &tools.web;
        let source: Box<dyn MediaSource> = match self {
            Self::File(path) => {
                let file = tokio::fs::File::open(path).await;
                let file = file.map_err(|why| Unheard(format!("it can't be opened: {why}")))?;
                Box::new(file.into_std().await)
            }
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
            Self::Web(there) => web.open(there, course.clone()).await?,
            Self::Page(page) => page.open(web, course.clone()).await?,
        };
        let decoders = tools.decoders.clone();
        // Reading blocks.
        let opened = tokio::task::spawn_blocking(move || prepare(&decoders, source, course)).await;
        opened.unwrap_or_else(|_| Err(Unheard("the host failed at that".to_owned())))
    }
}

fn prepare(
    decoders: &Decoders,
    source: Box<dyn MediaSource>,
    course: Course,
) -> Result<Opened, Unheard> {
    let seekable = source.is_seekable();
    let opened = Ahead::open(decoders, source, course.clone());
    // What broke off says more than what follows from it.
    let (ahead, mut about) = opened.map_err(|why| course.broken().map_or(why, Unheard))?;
    about.title = course.name().or(about.title);
    // What comes in fragments says so of its beginning.
    about.duration = about.duration.filter(|length| !length.is_zero());
    let failed = |why: Error| Unheard(format!("it can't be played: {why}"));
    let decoder = get_codec_registry().make(ahead.params(), &DecoderOptions::default());
    let parsed = Parsed {
        decoder: decoder.map_err(failed)?,
        format: Box::new(ahead),
        track_id: 0,
        meta: no_metadata().map_err(failed)?,
        supports_backseek: true,
    };
    Ok(Opened {
        input: Input::Live(LiveInput::Parsed(parsed), None),
        about,
        course,
        seekable,
    })
}

/// What songbird wants to have beside a sound, and what comes of probing alone. So it comes of an empty
/// sound of ours.
fn no_metadata() -> Result<ProbedMetadata, Error> {
    const EMPTY: &[u8; 44] = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\
        \0\x77\x01\0\x02\0\x10\0data\0\0\0\0";
    let mut probe = Probe::default();
    probe.register_all::<WavReader>();
    let stream = MediaSourceStream::new(Box::new(Cursor::new(EMPTY)), Default::default());
    let (format, meta) = Default::default();
    let probed = probe.format(&Hint::new(), stream, &format, &meta)?;
    Ok(probed.metadata)
}

/// Cuts a foreign text to one short line.
pub fn shown(text: &str) -> String {
    let line = text.chars().filter(|c| !c.is_control());
    line.take(TITLE_MAX).collect::<String>().trim().to_owned()
}
