//! What sounds in a call at this moment.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use songbird::tracks::TrackHandle;
use tokio::task::JoinSet;

use super::course::Course;
use super::told::{Item, PlayerError, Song};

/// How long songbird may take to say how far a sound is. While there is no voice server, it says nothing.
const SAYING: Duration = Duration::from_millis(80);
/// How long it may take to go to a moment, for which a server may have to be asked.
const SEEKING: Duration = Duration::from_secs(15);

/// A sound that plays.
pub(super) struct Sounding {
    /// songbird's hold on it.
    pub handle: TrackHandle,
    /// How it goes on.
    pub course: Course,
    /// Whether one can go to a moment of it.
    pub seekable: bool,
    /// What looks again and again how far it is, until it ends.
    pub _looks: JoinSet<()>,
    /// How far it was when that was known last.
    pub far: Mutex<Duration>,
}

impl Sounding {
    /// Ends it.
    pub fn stop(&self) {
        // One that has ended already can't be stopped.
        let _ = self.handle.stop();
        self.course.close();
    }

    /// Has it wait, or go on.
    pub fn set_paused(&self, paused: bool) -> Result<(), PlayerError> {
        let done = match paused {
            true => self.handle.pause(),
            false => self.handle.play(),
        };
        done.map_err(|_| PlayerError::Silent)
    }

    /// Moves it to a moment.
    pub async fn seek(&self, to: Duration) -> Result<(), PlayerError> {
        if !self.seekable {
            let sentence =
                "this track can't be moved: it is live, or its server sends it as a whole";
            return Err(PlayerError::Seek(sentence.to_owned()));
        }
        let moved = tokio::time::timeout(SEEKING, self.handle.seek_async(to)).await;
        let late = |_| PlayerError::Seek("the track can't be moved at the moment".to_owned());
        let moved = moved.map_err(late)?;
        let fails =
            |error| PlayerError::Seek(format!("the track can't be moved to there: {error}"));
        moved.map(drop).map_err(fails)
    }

    /// Sets how loud it is, in percent.
    pub fn set_volume(&self, percent: u8) {
        // One that has just ended has no loudness.
        let _ = self.handle.set_volume(f32::from(percent) / 100.0);
    }

    /// Returns how far it is, as far as that is known at the moment.
    pub async fn position(&self) -> Duration {
        let info = tokio::time::timeout(SAYING, self.handle.get_info()).await;
        let mut far = self.far.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(Ok(info)) = info {
            *far = info.position;
        }
        *far
    }

    /// Gives its track the title that it says now, as a radio does for each song.
    pub fn called(&self, song: Song) -> Song {
        let Some(title) = self.course.title() else {
            return song;
        };
        let what = Item {
            title,
            ..(*song.what).clone()
        };
        Song {
            what: Arc::new(what),
            ..song
        }
    }
}
