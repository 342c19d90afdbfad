//! What sounds in a call at this moment.

use std::sync::Arc;
use std::time::Duration;

use songbird::tracks::TrackHandle;

use super::course::Course;
use super::told::{Item, PlayerError, Song};

/// A sound that plays.
pub(super) struct Sounding {
    /// songbird's hold on it.
    pub handle: TrackHandle,
    /// How it goes on.
    pub course: Course,
    /// Whether one can go to a moment of it.
    pub seekable: bool,
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
        let moved = self.handle.seek_async(to).await;
        let fails =
            |error| PlayerError::Seek(format!("the track can't be moved to there: {error}"));
        moved.map(drop).map_err(fails)
    }

    /// Sets how loud it is, in percent.
    pub fn set_volume(&self, percent: u8) {
        // One that has just ended has no loudness.
        let _ = self.handle.set_volume(f32::from(percent) / 100.0);
    }

    /// Returns how far it is.
    pub async fn position(&self) -> Duration {
        let info = self.handle.get_info().await;
        info.map(|info| info.position).unwrap_or_default()
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
