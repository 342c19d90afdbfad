//! Where sound comes from, and what it says about itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use songbird::input::codecs::{get_codec_registry, get_probe};
use songbird::input::core::errors::Error as Undecodable;
use songbird::input::core::meta::{MetadataRevision, StandardTagKey};
use songbird::input::{AudioStreamError, File, Input, MakePlayableError, Parsed};

use super::page::Page;
use super::web::{self, Web};

/// How long it may take until a sound can be heard.
const PATIENCE: Duration = Duration::from_secs(15);
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

/// Why a sound can't be heard, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unheard(pub String);

impl Sound {
    /// Opens it for songbird, and reads what it says about itself.
    pub async fn open(&self, web: &web::Client) -> Result<(Input, About), Unheard> {
        let input: Input = match self {
            Self::File(path) => File::new(path.clone()).into(),
            Self::Bytes(bytes) => bytes.clone().into(),
            Self::Page(page) => return page.open(web).await,
            Self::Web(there) => {
                let (_, _response) = web.get(&there.url, &there.headers).await?;
                return Err(Unheard("sound from the web is not played yet".to_owned()));
            }
        };
        let opening = input.make_playable_async(get_codec_registry(), get_probe());
        let opened = tokio::time::timeout(PATIENCE, opening).await;
        let late = || Unheard("it took too long to open".to_owned());
        let mut input = opened.map_err(|_| late())?.map_err(unheard)?;
        let about = input.parsed_mut().map(about).unwrap_or_default();
        Ok((input, about))
    }
}

fn unheard(error: MakePlayableError) -> Unheard {
    let sentence = match error {
        MakePlayableError::Create(AudioStreamError::Fail(why)) => {
            format!("it can't be opened: {why}")
        }
        MakePlayableError::Parse(Undecodable::Unsupported(_)) => {
            "it is in no format that can be played".to_owned()
        }
        // The probe's word for bytes that are of no format it knows.
        MakePlayableError::Parse(Undecodable::IoError(error))
            if error.kind() == std::io::ErrorKind::UnexpectedEof =>
        {
            "it is no sound, or it is cut off".to_owned()
        }
        MakePlayableError::Parse(why) => format!("it can't be read: {why}"),
        other => other.to_string(),
    };
    Unheard(sentence)
}

fn about(parsed: &mut Parsed) -> About {
    let tracks = parsed.format.tracks().iter();
    let track = tracks
        .clone()
        .find(|track| track.id == parsed.track_id)
        .or(tracks.clone().next());
    let duration = track.and_then(|track| {
        let (base, frames) = (track.codec_params.time_base, track.codec_params.n_frames?);
        let time = base?.calc_time(frames);
        Some(Duration::from_secs(time.seconds) + Duration::from_secs_f64(time.frac))
    });
    let inside = parsed.format.metadata().skip_to_latest().and_then(title);
    let outside = || {
        let mut meta = parsed.meta.get()?;
        meta.skip_to_latest().and_then(title)
    };
    About {
        title: inside.or_else(outside),
        duration,
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

/// Cuts a foreign text to one short line.
pub fn shown(text: &str) -> String {
    let line = text.chars().filter(|c| !c.is_control());
    line.take(TITLE_MAX).collect::<String>().trim().to_owned()
}
