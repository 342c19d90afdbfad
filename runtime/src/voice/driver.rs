//! What songbird's driver tells a player.

use async_trait::async_trait;
use songbird::events::context_data::DisconnectReason;
use songbird::tracks::PlayMode;
use songbird::{Event, EventContext, EventHandler};
use tokio::sync::mpsc;

use super::player::Happens;

/// Tells when a track has ended.
pub(super) struct Ends(pub mpsc::UnboundedSender<Happens>);

#[async_trait]
impl EventHandler for Ends {
    async fn act(&self, context: &EventContext<'_>) -> Option<Event> {
        if let EventContext::Track(tracks) = context {
            for (state, handle) in *tracks {
                let error = match &state.playing {
                    PlayMode::Errored(error) => Some(error.to_string()),
                    _ => None,
                };
                // The player may be gone.
                let _ = self.0.send(Happens::Ended(handle.uuid().as_u128(), error));
            }
        }
        None
    }
}

/// Tells when the voice server is lost.
pub(super) struct Lost(pub mpsc::UnboundedSender<Happens>);

#[async_trait]
impl EventHandler for Lost {
    async fn act(&self, context: &EventContext<'_>) -> Option<Event> {
        if let EventContext::DriverDisconnect(data) = context {
            let why = match data.reason {
                // The bot left, or another request took this one's place.
                None | Some(DisconnectReason::Requested | DisconnectReason::AttemptDiscarded) => {
                    return None;
                }
                Some(why) => format!("{why:?}"),
            };
            let _ = self.0.send(Happens::Disconnected(why));
        }
        None
    }
}
