//! Whose turn it is: sounds are opened beside the player, since that may take long and whoever skips
//! one must not wait for it. The one that follows is opened some seconds before its turn, where it is
//! known when that comes, so that servers which answer slowly leave no gap.

use std::sync::Mutex;
use std::time::Duration;

use songbird::{Event, TrackEvent};
use tokio::task::JoinSet;

use super::driver::Ends;
use super::happens::Happens;
use super::player::{Player, Song, State, Told};
use super::queue::End;
use super::sound::{Opened, Unheard};
use super::sounding::Sounding;
use crate::telemetry::Stage;

/// How long before its turn a sound is opened.
const EARLY: Duration = Duration::from_secs(10);
/// How often it is looked whether that is now.
const LOOK: Duration = Duration::from_secs(1);

/// The sound that is being opened, of one track at a time.
pub(super) enum Opening {
    /// None is.
    Nothing,
    /// It is under way, and ends with this.
    UnderWay { track: u32, _task: JoinSet<()> },
    /// It waits for its turn.
    Ready(u32, Box<Opened>),
    /// It could not be opened before its turn, and is tried again then.
    Failed(u32),
}

impl Opening {
    /// Returns the track that it is of.
    fn track(&self) -> Option<u32> {
        match self {
            Self::Nothing => None,
            Self::UnderWay { track, .. } | Self::Ready(track, _) | Self::Failed(track) => {
                Some(*track)
            }
        }
    }

    fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Nothing)
    }
}

impl Player {
    /// Plays what comes next, once its sound is open.
    pub(super) async fn advance(&self, state: &mut State, why: End) {
        self.advance_with(state, why, None).await;
    }

    /// The same, when the sound of what comes next is open already.
    pub(super) async fn advance_with(&self, state: &mut State, why: End, opened: Option<Opened>) {
        state.sounding = None;
        let early = state.opening.take();
        let Some(song) = state.queue.advance(why).cloned() else {
            state.paused = false;
            return self.tell(Told::Idle);
        };
        let opened = match (opened, early) {
            (Some(opened), _) => opened,
            (None, Opening::Ready(track, opened)) if track == song.id => *opened,
            (None, early @ Opening::UnderWay { track, .. }) if track == song.id => {
                state.opening = early;
                return;
            }
            (None, _) => {
                state.opening = self.opens(song);
                return;
            }
        };
        self.sound(state, song, opened).await;
    }

    /// Opens a sound.
    fn opens(&self, song: Song) -> Opening {
        let (tools, happens) = (self.tools.clone(), self.happens.clone());
        let mut task = JoinSet::new();
        let track = song.id;
        task.spawn(async move {
            let opened = song.what.sound.open(&tools).await;
            // The player may be gone.
            let _ = happens.send(Happens::Opened(track, opened));
        });
        Opening::UnderWay { track, _task: task }
    }

    /// Takes a sound that is open, or can't be opened.
    pub(super) async fn opened(
        &self,
        state: &mut State,
        track: u32,
        opened: Result<Opened, Unheard>,
    ) {
        let awaited = matches!(state.opening, Opening::UnderWay { track: own, .. } if own == track);
        if !awaited {
            return;
        }
        let playing = state.queue.playing().filter(|song| song.id == track);
        let turn = playing.filter(|_| state.sounding.is_none()).cloned();
        state.opening = Opening::Nothing;
        match (turn, opened) {
            (Some(song), Ok(opened)) => self.sound(state, song, opened).await,
            (Some(song), Err(error)) => {
                let (guild, title) = (self.guild.get(), &song.what.title);
                tracing::info!(guild, title, %error, "a track can't be played");
                state.broke = Some(format!("{title} can't be played: {error}"));
                self.telling.failed(Stage::Open);
                self.tell(Told::Ended(song, End::Failed));
                self.advance(state, End::Failed).await;
            }
            (None, Ok(opened)) => state.opening = Opening::Ready(track, Box::new(opened)),
            (None, Err(_)) => state.opening = Opening::Failed(track),
        }
    }

    /// Opens what follows, when the end of what plays is near.
    pub(super) async fn look_ahead(&self, state: &mut State) {
        let (Some(sounding), Some(song)) = (&state.sounding, state.queue.playing()) else {
            return;
        };
        let Some(length) = song.what.duration.filter(|_| !state.paused) else {
            return;
        };
        let left = length.saturating_sub(sounding.position().await);
        // It may have been moved back, and the queue changed.
        let next = state.queue.following().filter(|_| left <= EARLY);
        if next.map(|next| next.id) != state.opening.track() {
            state.opening = match next.cloned() {
                Some(next) => self.opens(next),
                None => Opening::Nothing,
            };
        }
    }

    async fn sound(&self, state: &mut State, song: Song, opened: Opened) {
        let track = songbird::tracks::Track::from(opened.input);
        let track = track.volume(f32::from(state.volume) / 100.0);
        let track = if state.paused { track.pause() } else { track };
        let handle = self.call.lock().await.play(track);
        let ends = Ends(self.happens.clone());
        // It fails when the track has ended, and then so has the driver.
        let _ = handle.add_event(Event::Track(TrackEvent::End), ends);
        let mut looks = JoinSet::new();
        let happens = self.happens.clone();
        looks.spawn(async move {
            let mut looks = tokio::time::interval(LOOK);
            loop {
                looks.tick().await;
                // The player may be gone.
                let _ = happens.send(Happens::GoesOn);
            }
        });
        state.sounding = Some(Sounding {
            handle,
            course: opened.course,
            seekable: opened.seekable,
            _looks: looks,
            far: Mutex::default(),
        });
        self.tell(Told::Started(song));
    }
}
