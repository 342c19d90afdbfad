//! Who follows a call in the page: those who listen get the bot's packets, and everyone is told when
//! it begins to speak and when it has ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;

use super::rtp::Header;
use crate::clock::Time;
use crate::snowflake::Id;
use crate::world::Event;

/// The packets that a slow page may lag behind, about five seconds of one call. It loses the oldest.
const BUFFER: usize = 256;

/// How long somebody speaks after the newest sound, when no frame of silence tells of the end.
const LINGERS: Duration = Duration::from_millis(300);

/// A packet as it was heard.
#[derive(Debug)]
pub struct Packet {
    pub guild: Id,
    pub channel: Id,
    pub user: Id,
    pub sequence: u16,
    pub timestamp: u32,
    pub opus: Vec<u8>,
    /// The same decoded: the samples of both channels by turns.
    pub pcm: Vec<f32>,
}

/// Everyone who follows calls.
#[derive(Clone)]
pub struct Audience {
    packets: broadcast::Sender<Arc<Packet>>,
    people: broadcast::Sender<Arc<Event>>,
}

impl Audience {
    /// Begins with nobody who listens, and with those who are told of everything.
    pub fn new(people: broadcast::Sender<Arc<Event>>) -> Self {
        let packets = broadcast::Sender::new(BUFFER);
        Audience { packets, people }
    }

    /// Returns what is heard from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Packet>> {
        self.packets.subscribe()
    }
}

/// What a call sounds like to its audience.
pub struct Speech {
    audience: Audience,
    guild: Id,
    channel: Id,
    user: Id,
    /// When it ends unless something follows.
    ends: Option<Time>,
}

impl Speech {
    pub fn new(audience: Audience, guild: Id, channel: Id, user: Id) -> Self {
        Speech {
            audience,
            guild,
            channel,
            user,
            ends: None,
        }
    }

    /// Passes on what was heard. Nobody is waited for.
    pub fn sounds(&mut self, header: &Header, opus: Vec<u8>, pcm: Vec<f32>, now: Time) {
        if opus == super::listen::SILENCE {
            self.ends();
        } else if self.ends.replace(now.plus(LINGERS)).is_none() {
            self.tell(true);
        }
        let packet = Packet {
            guild: self.guild,
            channel: self.channel,
            user: self.user,
            sequence: header.sequence,
            timestamp: header.timestamp,
            opus,
            pcm,
        };
        // Without a page that listens there is nobody to send it to.
        let _ = self.audience.packets.send(Arc::new(packet));
    }

    /// Returns when it ends unless something follows; none where it is silent.
    pub fn due(&self) -> Option<Time> {
        self.ends
    }

    /// Ends it.
    pub fn ends(&mut self) {
        if self.ends.take().is_some() {
            self.tell(false);
        }
    }

    fn tell(&self, speaking: bool) {
        let event = Event::SpeakingChanged {
            channel: self.channel,
            user: self.user,
            speaking,
        };
        // Without a page open there is nobody to tell.
        let _ = self.audience.people.send(Arc::new(event));
    }
}

impl Drop for Speech {
    fn drop(&mut self) {
        self.ends();
    }
}
