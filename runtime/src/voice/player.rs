//! One guild's player: in which channel the bot is, what plays, and what follows when it ends.
//!
//! Whatever changes something holds the player's lock; what songbird and the gateway tell comes
//! through one queue, to one task, which takes the lock in its turn.

use std::num::NonZeroU64;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serenity::model::id::{ChannelId, GuildId};
use songbird::{CoreEvent, Event, TrackEvent};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

pub use super::told::{Departure, Item, Playback, PlayerError, Song, Told};

use super::driver::{Ends, Lost};
use super::people::{self, Listener, SharedPeople};
use super::queue::{End, Queue, Repeat};
use super::sound::{Opened, Unheard};
use super::sounding::Sounding;
use super::{SharedCall, Telling, web};
use crate::telemetry::Stage;

/// Loudness at first, and the most there is, in percent.
pub const VOLUME: u8 = 100;
pub const VOLUME_MAX: u8 = 200;
/// Waits before the bot goes into its channel again after the voice server was lost.
const AGAIN: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(20),
];
/// A connection that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(600);

/// A player. One for each guild.
pub struct Player {
    guild: GuildId,
    call: SharedCall,
    people: SharedPeople,
    happens: mpsc::UnboundedSender<Happens>,
    telling: Telling,
    web: web::Client,
    state: Mutex<State>,
}

struct State {
    channel: Option<ChannelId>,
    queue: Queue<Arc<Item>>,
    sounding: Option<Sounding>,
    /// What opens the sound of the track that plays, until it does.
    opening: JoinSet<()>,
    paused: bool,
    volume: u8,
    /// The last track that could not be played to its end, and why.
    broke: Option<String>,
    /// How often the voice server was lost of late, and when the bot came in last.
    lost: usize,
    joined: Instant,
}

/// What a player is told by songbird and the gateway.
pub(super) enum Happens {
    /// The sound of a track is open, or can't be opened.
    Opened(u32, Result<Opened, Unheard>),
    /// A sound ended, by itself or by an error.
    Ended(u128, Option<String>),
    /// The gateway said where the bot is; the call knows.
    Placed,
    /// Who else is in the channels changed.
    Company,
    /// The connection to the voice server ended by itself.
    Disconnected(String),
    /// Time to go into the channel again.
    Again,
}

impl Player {
    /// Makes the player of a guild, which is in no channel yet.
    pub(super) async fn start(
        guild: GuildId,
        call: SharedCall,
        people: SharedPeople,
        telling: Telling,
        web: web::Client,
        volume: u8,
        alone: Duration,
    ) -> Arc<Self> {
        let (happens, happened) = mpsc::unbounded_channel();
        {
            let mut call = call.lock().await;
            let lost = Lost(happens.clone());
            call.add_global_event(Event::Core(CoreEvent::DriverDisconnect), lost);
        }
        let state = State {
            channel: None,
            queue: Queue::default(),
            sounding: None,
            opening: JoinSet::new(),
            paused: false,
            volume: volume.min(VOLUME_MAX),
            broke: None,
            lost: 0,
            joined: Instant::now(),
        };
        let player = Arc::new(Self {
            guild,
            call,
            people,
            happens,
            telling,
            web,
            state: Mutex::new(state),
        });
        tokio::spawn(listen(Arc::downgrade(&player), happened, alone));
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

    async fn enter(&self, channel: ChannelId) -> Result<(), PlayerError> {
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

    async fn depart(&self, state: &mut State, why: Departure) {
        self.silence(state);
        (state.channel, state.broke) = (None, None);
        let left = self.call.lock().await.leave().await;
        if let Err(error) = left {
            tracing::warn!(guild = self.guild.get(), %error, "a voice channel can't be left");
        }
        tracing::info!(guild = self.guild.get(), ?why, "left a voice channel");
        self.tell(Told::Left(why));
    }

    /// Ends what plays and forgets what waits.
    fn silence(&self, state: &mut State) {
        let ended = state.queue.playing().cloned();
        state.queue.advance(End::Stopped);
        state.paused = false;
        state.opening = JoinSet::new();
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
        let opened = item.sound.open(&self.web).await;
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

    /// Plays what comes next, once its sound is open.
    async fn advance(&self, state: &mut State, why: End) {
        self.advance_with(state, why, None).await;
    }

    /// The same, when the sound of what comes next is open already.
    async fn advance_with(&self, state: &mut State, why: End, opened: Option<Opened>) {
        state.sounding = None;
        state.opening = JoinSet::new();
        match (state.queue.advance(why).cloned(), opened) {
            (Some(song), Some(opened)) => self.sound(state, song, opened).await,
            (Some(song), None) => {
                // It may take long, and whoever skips it must not wait for that.
                let (web, happens) = (self.web.clone(), self.happens.clone());
                state.opening.spawn(async move {
                    let opened = song.what.sound.open(&web).await;
                    // The player may be gone.
                    let _ = happens.send(Happens::Opened(song.id, opened));
                });
            }
            (None, _) => {
                state.paused = false;
                self.tell(Told::Idle);
            }
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
        state.sounding = Some(Sounding {
            handle,
            course: opened.course,
            seekable: opened.seekable,
        });
        self.tell(Told::Started(song));
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

    fn tell(&self, told: Told) {
        self.telling.tell(self.guild, told);
    }

    async fn take(&self, happened: Happens) {
        let mut state = self.state.lock().await;
        match happened {
            Happens::Opened(id, opened) => {
                let next = state.queue.playing().filter(|song| song.id == id).cloned();
                let Some(song) = next.filter(|_| state.sounding.is_none()) else {
                    return;
                };
                match opened {
                    Ok(opened) => self.sound(&mut state, song, opened).await,
                    Err(error) => {
                        let (guild, title) = (self.guild.get(), &song.what.title);
                        tracing::info!(guild, title, %error, "a track can't be played");
                        state.broke = Some(format!("{title} can't be played: {error}"));
                        self.telling.failed(Stage::Open);
                        self.tell(Told::Ended(song, End::Failed));
                        self.advance(&mut state, End::Failed).await;
                    }
                }
            }
            Happens::Ended(sound, error) => {
                let own = state.sounding.as_ref();
                let Some(own) = own.filter(|own| own.handle.uuid().as_u128() == sound) else {
                    return;
                };
                // songbird takes a source that fails for one that ends.
                let error = error.or_else(|| own.course.broken());
                let Some(song) = state.queue.playing().cloned() else {
                    return;
                };
                let why = match &error {
                    None => End::Finished,
                    Some(error) => {
                        let (guild, title) = (self.guild.get(), &song.what.title);
                        tracing::info!(guild, title, error, "a track broke off");
                        self.telling.failed(Stage::Play);
                        state.broke = Some(format!("{title} broke off: {error}"));
                        End::Failed
                    }
                };
                self.tell(Told::Ended(song, why));
                self.advance(&mut state, why).await;
            }
            Happens::Placed => {
                let Some(known) = state.channel else { return };
                let call = self.call.lock().await;
                let now = call.current_channel().map(|channel| channel.0.into());
                drop(call);
                match now {
                    Some(now) => state.channel = Some(now),
                    None => {
                        let (guild, channel) = (self.guild.get(), known.get());
                        tracing::info!(guild, channel, "the bot was taken out of a voice channel");
                        self.silence(&mut state);
                        state.channel = None;
                        self.tell(Told::Left(Departure::Removed));
                    }
                }
            }
            Happens::Disconnected(why) if state.channel.is_some() => {
                let guild = self.guild.get();
                if state.joined.elapsed() >= LASTED {
                    state.lost = 0;
                }
                let wait = AGAIN.get(state.lost);
                state.lost += 1;
                tracing::warn!(guild, why, again = ?wait, "the voice server is lost");
                self.telling.failed(Stage::Connection);
                let Some(&wait) = wait else {
                    self.depart(&mut state, Departure::Lost).await;
                    return;
                };
                let again = self.happens.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(wait).await;
                    // The player may be gone by then.
                    let _ = again.send(Happens::Again);
                });
            }
            Happens::Again => {
                let Some(channel) = state.channel else { return };
                match self.enter(channel).await {
                    Ok(()) => state.joined = Instant::now(),
                    Err(error) => self.happens(Happens::Disconnected(error.to_string())),
                }
            }
            Happens::Disconnected(_) | Happens::Company => {}
        }
    }

    /// Whether it is in a channel and nobody else is.
    async fn is_alone(&self) -> bool {
        let channel = self.state.lock().await.channel;
        channel.is_some_and(|channel| !people::lock(&self.people).any(self.guild, channel))
    }

    async fn leave_if_in(&self, why: Departure) {
        let mut state = self.state.lock().await;
        if state.channel.is_some() {
            self.depart(&mut state, why).await;
        }
    }
}

/// Does what follows from what happens, and leaves when nobody is there for a while.
async fn listen(
    player: Weak<Player>,
    mut happened: mpsc::UnboundedReceiver<Happens>,
    patience: Duration,
) {
    let mut alone_until: Option<Instant> = None;
    loop {
        let alone = async {
            match alone_until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        let next = tokio::select! {
            next = happened.recv() => next,
            () = alone => {
                alone_until = None;
                let Some(player) = player.upgrade() else { return };
                player.leave_if_in(Departure::Alone).await;
                continue;
            }
        };
        let (Some(next), Some(player)) = (next, player.upgrade()) else {
            return;
        };
        player.take(next).await;
        match player.is_alone().await {
            true => drop(alone_until.get_or_insert_with(|| Instant::now() + patience)),
            false => alone_until = None,
        }
    }
}
