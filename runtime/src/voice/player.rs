//! One guild's player, as cogs use it: in which channel the bot is, what plays, and what waits.
//!
//! Whatever changes something holds the player's lock; `turns` is what follows when a track ends, and
//! `happens` what songbird and the gateway tell.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use serenity::model::id::{ChannelId, GuildId};
use songbird::{CoreEvent, Event};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

pub use super::told::{Departure, Item, Playback, PlayerError, Song, Told};

use super::driver::Connections;
use super::happens::{self, Happens};
use super::people::{self, Listener, SharedPeople};
use super::queue::{End, Queue, Repeat};
use super::sound::Tools;
use super::sounding::Sounding;
use super::turns::Opening;
use super::{SharedCall, Telling};
use crate::telemetry::Stage;

/// Loudness at first, and the most there is, in percent.
pub const VOLUME: u8 = 100;
pub const VOLUME_MAX: u8 = 200;

/// A player. One for each guild.
pub struct Player {
    pub(super) guild: GuildId,
    pub(super) call: SharedCall,
    pub(super) people: SharedPeople,
    pub(super) happens: mpsc::UnboundedSender<Happens>,
    pub(super) telling: Telling,
    pub(super) tools: Tools,
    pub(super) state: Mutex<State>,
}

/// What changes of it.
pub(super) struct State {
    pub channel: Option<ChannelId>,
    pub queue: Queue<Arc<Item>>,
    pub sounding: Option<Sounding>,
    /// The sound that is being opened, or is open before its turn.
    pub opening: Opening,
    pub paused: bool,
    pub volume: u8,
    /// The last track that could not be played to its end, and why.
    pub broke: Option<String>,
    /// How often the voice server was lost of late, and when the bot came in last.
    pub lost: usize,
    pub joined: Instant,
    /// What goes into the channel again after a while, unless the connection is there by then.
    pub again: JoinSet<()>,
}

impl Player {
    /// Makes the player of a guild, which is in no channel yet.
    pub(super) async fn start(
        guild: GuildId,
        call: SharedCall,
        people: SharedPeople,
        telling: Telling,
        tools: Tools,
        volume: u8,
        alone: Duration,
    ) -> Arc<Self> {
        let (happens, happened) = mpsc::unbounded_channel();
        {
            let mut call = call.lock().await;
            for event in [
                CoreEvent::DriverConnect,
                CoreEvent::DriverReconnect,
                CoreEvent::DriverDisconnect,
            ] {
                let connections = Connections(happens.clone());
                call.add_global_event(Event::Core(event), connections);
            }
        }
        let state = State {
            channel: None,
            queue: Queue::default(),
            sounding: None,
            opening: Opening::Nothing,
            paused: false,
            volume: volume.min(VOLUME_MAX),
            broke: None,
            lost: 0,
            joined: Instant::now(),
            again: JoinSet::new(),
        };
        let player = Arc::new(Self {
            guild,
            call,
            people,
            happens,
            telling,
            tools,
            state: Mutex::new(state),
        });
        tokio::spawn(happens::listen(Arc::downgrade(&player), happened, alone));
        player
    }

    pub(super) fn happens(&self, what: Happens) {
        // The listener lives as long as the player does.
        let _ = self.happens.send(what);
    }

    /// Goes into a channel, from another one too. What plays goes on.
    pub async fn join(&self, channel: ChannelId) -> Result<(), PlayerError> {
        let mut state = self.state.lock().await;
        if let Err(error) = self.enter(channel).await {
            if state.channel.is_some() {
                self.silence(&mut state);
                state.channel = None;
                self.tell(Told::Left(Departure::Lost));
            }
            return Err(error);
        }
        if state.channel.replace(channel).is_none() {
            self.telling.joined();
        }
        state.joined = Instant::now();
        state.lost = 0;
        self.happens(Happens::Company);
        Ok(())
    }

    pub(super) async fn enter(&self, channel: ChannelId) -> Result<(), PlayerError> {
        let joining = {
            let mut call = self.call.lock().await;
            // The bot hears nobody, and everybody sees that.
            if !call.is_deaf() {
                call.deafen(true).await.map_err(PlayerError::unjoined)?;
            }
            call.join(NonZeroU64::from(channel))
                .await
                .map_err(PlayerError::unjoined)?
        };
        let joined = joining.await;
        if joined.is_err() {
            // Otherwise Discord may think that the bot is there.
            let left = self.call.lock().await.leave().await;
            if let Err(error) = left {
                tracing::debug!(guild = self.guild.get(), %error, "a channel can't be left");
            }
        }
        joined.map_err(|error| {
            self.telling.failed(Stage::Join);
            PlayerError::unjoined(error)
        })
    }

    /// Leaves the channel and forgets the queue.
    pub async fn leave(&self) -> Result<(), PlayerError> {
        let mut state = self.state.lock().await;
        match state.channel {
            Some(_) => {
                self.depart(&mut state, Departure::Asked).await;
                Ok(())
            }
            None => Err(PlayerError::NoChannel),
        }
    }

    pub(super) async fn depart(&self, state: &mut State, why: Departure) {
        self.silence(state);
        (state.channel, state.broke) = (None, None);
        state.again = JoinSet::new();
        let left = self.call.lock().await.leave().await;
        if let Err(error) = left {
            tracing::warn!(guild = self.guild.get(), %error, "a voice channel can't be left");
        }
        tracing::info!(guild = self.guild.get(), ?why, "left a voice channel");
        self.tell(Told::Left(why));
    }

    /// Ends what plays and forgets what waits.
    pub(super) fn silence(&self, state: &mut State) {
        let ended = state.queue.playing().cloned();
        state.queue.advance(End::Stopped);
        state.paused = false;
        state.opening = Opening::Nothing;
        if let Some(sounding) = state.sounding.take() {
            sounding.stop();
        }
        if let Some(ended) = ended {
            self.tell(Told::Ended(ended, End::Stopped));
        }
    }

    /// Puts something at the end of the queue. When nothing plays, it plays at once.
    pub async fn enqueue(&self, item: Item) -> Result<Song, PlayerError> {
        // Before the lock: opening takes its time.
        let opened = item.sound.open(&self.tools).await;
        let opened = opened.inspect_err(|_| self.telling.failed(Stage::Open))?;
        let about = opened.about.clone();
        let own = [item.title, about.title.unwrap_or_default(), item.name];
        let mut titles = own.into_iter().chain(["untitled".to_owned()]);
        let item = Item {
            name: String::new(),
            duration: item.duration.or(about.duration),
            title: titles.find(|title| !title.is_empty()).unwrap_or_default(),
            ..item
        };
        let mut state = self.state.lock().await;
        if state.channel.is_none() {
            return Err(PlayerError::NoChannel);
        }
        let song = state.queue.push(Arc::new(item))?.clone();
        if state.queue.playing().is_none() {
            // Nothing waits while nothing plays, so it is this one's turn.
            self.advance_with(&mut state, End::Finished, Some(opened))
                .await;
        }
        Ok(song)
    }

    /// The same for tracks of a list, as many as there is room for. They are opened one by one, each
    /// when it plays.
    pub async fn enqueue_all(&self, items: Vec<Item>) -> Result<Vec<Song>, PlayerError> {
        let mut state = self.state.lock().await;
        if state.channel.is_none() {
            return Err(PlayerError::NoChannel);
        }
        let mut songs = Vec::new();
        for item in items {
            match state.queue.push(Arc::new(item)) {
                Ok(song) => songs.push(song.clone()),
                Err(full) if songs.is_empty() => return Err(full.into()),
                Err(_) => break,
            }
        }
        if state.queue.playing().is_none() {
            self.advance(&mut state, End::Finished).await;
        }
        Ok(songs)
    }

    /// Returns the tracks that wait.
    pub async fn waiting(&self) -> Vec<Song> {
        self.state.lock().await.queue.waiting().cloned().collect()
    }

    /// Takes a track out that waits.
    pub async fn remove(&self, id: u32) -> Result<(), PlayerError> {
        let mut state = self.state.lock().await;
        let removed = state.queue.remove(id);
        removed.map(drop).ok_or(PlayerError::NoTrack(id))
    }

    /// Moves a track that waits to a place.
    pub async fn put(&self, id: u32, place: usize) -> Result<(), PlayerError> {
        let moved = self.state.lock().await.queue.put(id, place);
        moved.then_some(()).ok_or(PlayerError::NoTrack(id))
    }

    /// Forgets the tracks that wait.
    pub async fn clear(&self) {
        self.state.lock().await.queue.clear();
    }

    /// Puts the tracks that wait into another order.
    pub async fn shuffle(&self) {
        let mut state = self.state.lock().await;
        state.queue.shuffle(|below| {
            let mut bytes = [0; 8];
            // Without randomness the order stays as it is.
            match getrandom::fill(&mut bytes) {
                Ok(()) => (u64::from_le_bytes(bytes) % below as u64) as usize,
                Err(_) => below - 1,
            }
        });
    }

    /// Ends the track that plays, where one is named only that one, and returns the one that follows.
    pub async fn skip(&self, only: Option<u32>) -> Result<Option<Song>, PlayerError> {
        let mut state = self.state.lock().await;
        let song = state.queue.playing().cloned();
        let song = match only {
            Some(id) => song
                .filter(|song| song.id == id)
                .ok_or(PlayerError::Over(id)),
            None => song.ok_or(PlayerError::Silent),
        }?;
        if let Some(sounding) = state.sounding.take() {
            sounding.stop();
        }
        self.tell(Told::Ended(song, End::Skipped));
        state.paused = false;
        self.advance(&mut state, End::Skipped).await;
        Ok(state.queue.playing().cloned())
    }

    /// Ends playback, and forgets what waits. The bot stays where it is.
    pub async fn stop(&self) -> Result<(), PlayerError> {
        let mut state = self.state.lock().await;
        if state.queue.playing().is_none() {
            return Err(PlayerError::Silent);
        }
        self.silence(&mut state);
        self.tell(Told::Idle);
        Ok(())
    }

    /// Has the track that plays wait, or go on.
    pub async fn set_paused(&self, paused: bool) -> Result<(), PlayerError> {
        let mut state = self.state.lock().await;
        state.queue.playing().ok_or(PlayerError::Silent)?;
        // One that is not open yet begins as it is told here.
        if let Some(sounding) = &state.sounding {
            sounding.set_paused(paused)?;
            if paused {
                // Its server would not wait for so long.
                state.opening = Opening::Nothing;
            }
        }
        state.paused = paused;
        Ok(())
    }

    /// Moves the track that plays to a moment.
    pub async fn seek(&self, to: Duration) -> Result<(), PlayerError> {
        let state = self.state.lock().await;
        let song = state.queue.playing().ok_or(PlayerError::Silent)?;
        let sounding = state.sounding.as_ref().ok_or(PlayerError::Silent)?;
        if let Some(length) = song.what.duration.filter(|length| to >= *length) {
            return Err(PlayerError::Seek(format!(
                "the track is only {} seconds long",
                length.as_secs()
            )));
        }
        sounding.seek(to).await
    }

    /// Sets how loud it is, in percent, for what plays and what follows.
    pub async fn set_volume(&self, percent: u8) {
        let mut state = self.state.lock().await;
        state.volume = percent.min(VOLUME_MAX);
        if let Some(sounding) = &state.sounding {
            sounding.set_volume(state.volume);
        }
    }

    /// Sets what is played again.
    pub async fn set_repeat(&self, repeat: Repeat) {
        self.state.lock().await.queue.set_repeat(repeat);
    }

    /// Returns what it does; `None` when it is in no channel.
    pub async fn playback(&self) -> Option<Playback> {
        let state = self.state.lock().await;
        let (mut playing, mut position) = (state.queue.playing().cloned(), Duration::ZERO);
        if let Some(sounding) = &state.sounding {
            position = sounding.position().await;
            playing = playing.map(|song| sounding.called(song));
        }
        Some(Playback {
            channel: state.channel?,
            playing,
            position,
            paused: state.paused,
            volume: state.volume,
            repeat: state.queue.repeat(),
            waiting: state.queue.waiting().len(),
            broke: state.broke.clone(),
        })
    }

    /// Returns who else is in its channel and no bot; nobody when it is in none.
    pub async fn listeners(&self) -> Vec<Listener> {
        let Some(channel) = self.channel().await else {
            return Vec::new();
        };
        people::lock(&self.people).listeners(self.guild, channel)
    }

    /// Returns the channel it is in.
    pub async fn channel(&self) -> Option<ChannelId> {
        self.state.lock().await.channel
    }

    pub(super) fn tell(&self, told: Told) {
        self.telling.tell(self.guild, told);
    }
}
