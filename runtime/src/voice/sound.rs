//! Where sound comes from, and what it says about itself.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use songbird::input::codecs::get_codec_registry;
use songbird::input::core::codecs::DecoderOptions;
use songbird::input::core::io::MediaSource;
use songbird::input::{Input, LiveInput, Parsed};

use super::ahead::Ahead;
use super::course::Course;
use super::decode::Decoding;
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
    pub async fn open(&self, web: &web::Client) -> Result<Opened, Unheard> {
        let course = Course::default();
        let opening = self.ready(web, course.clone());
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

    async fn ready(&self, web: &web::Client, course: Course) -> Result<Opened, Unheard> {
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
        // Reading blocks, and what strangers made may make a decoder panic.
        let opened = tokio::task::spawn_blocking(move || prepare(source, course)).await;
        opened.unwrap_or_else(|_| Err(Unheard("its sound is broken".to_owned())))
    }
}

fn prepare(source: Box<dyn MediaSource>, course: Course) -> Result<Opened, Unheard> {
    let seekable = source.is_seekable();
    let opened = Decoding::open(source, course.clone());
    // What broke off says more than what follows from it.
    let (mut decoding, mut meta) = opened.map_err(|why| course.broken().map_or(why, Unheard))?;
    let mut about = decoding.about(&mut meta);
    about.title = course.name().or(about.title);
    let failed = |why: String| Unheard(format!("it can't be played: {why}"));
    let ahead = Ahead::start(decoding, course.clone()).map_err(|why| failed(why.to_string()))?;
    let decoder = get_codec_registry().make(ahead.params(), &DecoderOptions::default());
    let parsed = Parsed {
        decoder: decoder.map_err(|why| failed(why.to_string()))?,
        format: Box::new(ahead),
        track_id: 0,
        meta,
        supports_backseek: true,
    };
    Ok(Opened {
        input: Input::Live(LiveInput::Parsed(parsed), None),
        about,
        course,
        seekable,
    })
}

/// Cuts a foreign text to one short line.
pub fn shown(text: &str) -> String {
    let line = text.chars().filter(|c| !c.is_control());
    line.take(TITLE_MAX).collect::<String>().trim().to_owned()
}
