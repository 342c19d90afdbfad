//! What songbird's driver tells a player.

use async_trait::async_trait;
use songbird::events::context_data::DisconnectReason;
use songbird::tracks::PlayMode;
use songbird::{Event, EventContext, EventHandler};
use tokio::sync::mpsc;

use super::happens::Happens;

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

/// Tells when there is a connection to the voice server, and when it ended by itself.
pub(super) struct Connections(pub mpsc::UnboundedSender<Happens>);

#[async_trait]
impl EventHandler for Connections {
    async fn act(&self, context: &EventContext<'_>) -> Option<Event> {
        let happens = match context {
            EventContext::DriverConnect(_) | EventContext::DriverReconnect(_) => Happens::Connected,
            EventContext::DriverDisconnect(data) => match data.reason {
                // The bot left, or another request took this one's place.
                None | Some(DisconnectReason::Requested | DisconnectReason::AttemptDiscarded) => {
                    return None;
                }
                Some(why) => Happens::Disconnected(format!("{why:?}")),
            },
            _ => return None,
        };
        let _ = self.0.send(happens);
        None
    }
}
