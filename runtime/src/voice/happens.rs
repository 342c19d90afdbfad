//! What happens to a player, as songbird and the gateway tell: it comes through one queue, to one task,
//! which takes the player's lock in its turn.

use std::sync::Weak;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::people;
use super::player::{Departure, Player, State, Told};
use super::queue::End;
use super::sound::{Opened, Unheard};
use crate::telemetry::Stage;

/// Waits before the bot goes into its channel again when the voice server is lost. A bot that is moved,
/// or whose server changes, is connected anew well within the first.
const AGAIN: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(20),
];
/// A connection that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(600);

/// What a player is told.
pub(super) enum Happens {
    /// The sound of a track is open, or can't be opened.
    Opened(u32, Result<Opened, Unheard>),
    /// A sound goes on: time to look whether the next one is to be opened.
    GoesOn,
    /// A sound ended, by itself or by an error.
    Ended(u128, Option<String>),
    /// The gateway said where the bot is; the call knows.
    Placed,
    /// Who else is in the channels changed.
    Company,
    /// There is a connection to the voice server.
    Connected,
    /// The connection to the voice server ended by itself.
    Disconnected(String),
    /// It did not come back within a while: time to go into the channel again.
    Again(String),
}

impl Player {
    async fn take(&self, happened: Happens) {
        let mut state = self.state.lock().await;
        match happened {
            Happens::Opened(id, opened) => self.opened(&mut state, id, opened).await,
            Happens::GoesOn => self.look_ahead(&mut state).await,
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
            Happens::Connected => state.again = JoinSet::new(),
            Happens::Disconnected(why) if state.channel.is_some() => {
                self.disconnected(&mut state, why).await;
            }
            Happens::Again(why) => {
                let Some(channel) = state.channel else { return };
                state.lost += 1;
                let (guild, times) = (self.guild.get(), state.lost);
                tracing::warn!(
                    guild,
                    why,
                    times,
                    "the voice server is lost, and joined again"
                );
                self.telling.failed(Stage::Connection);
                match self.enter(channel).await {
                    Ok(()) => state.joined = Instant::now(),
                    Err(error) => self.happens(Happens::Disconnected(error.to_string())),
                }
            }
            Happens::Disconnected(_) | Happens::Company => {}
        }
    }

    /// Waits for the connection to come back, which is all there is to do when the bot is moved.
    async fn disconnected(&self, state: &mut State, why: String) {
        if state.joined.elapsed() >= LASTED {
            state.lost = 0;
        }
        let Some(&wait) = AGAIN.get(state.lost) else {
            tracing::warn!(
                guild = self.guild.get(),
                why,
                "the voice server is lost for good"
            );
            self.telling.failed(Stage::Connection);
            return self.depart(state, Departure::Lost).await;
        };
        let again = self.happens.clone();
        state.again = JoinSet::new();
        state.again.spawn(async move {
            tokio::time::sleep(wait).await;
            // The player may be gone by then.
            let _ = again.send(Happens::Again(why));
        });
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
pub(super) async fn listen(
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
