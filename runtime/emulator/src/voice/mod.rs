//! The voice server: the voice gateway, versions 4 to 8, over TLS, and the packets of sound.
//! Rules: Discord's documentation, "Voice Connections" and "Opcodes and Status Codes"; the DAVE
//! protocol.
//!
//! `server` listens, `connection` reads what a client sends, `call` is a session with everyone in it,
//! `dave` its encryption end to end, `listen` hears what is played, and `audience` passes it on. One mutex guards all calls; it
//! is taken after that of the hub where both are.

mod audience;
mod call;
mod cipher;
mod close;
mod connection;
mod dave;
mod disturb;
mod listen;
mod message;
mod rtp;
mod server;
mod stretch;
mod tls;
mod tone;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{broadcast, watch};

pub use audience::Packet;
pub use close::Close;
pub use listen::Heard;
pub use server::{Sockets, serve};
pub use stretch::{Sound, Stretch};
pub use tls::voice_authority;

use crate::clock::{Clock, Time};
use crate::model::{STAGE_CHANNEL, VoiceState};
use crate::snowflake::Id;
use crate::world::{Event, World};
use audience::Audience;
use call::{Call, Place};
use disturb::Disturbance;
use listen::Listener;

/// All calls of a local Discord.
pub struct Voice {
    calls: Mutex<Calls>,
    audience: Audience,
    /// The ports of the gateway and of the packets.
    gateway: u16,
    packets: u16,
    /// Counts what changes, so that whoever waits for something looks again.
    changes: watch::Sender<u64>,
}

/// What the mutex guards, by guild.
pub struct Calls {
    calls: BTreeMap<Id, Call>,
    listeners: BTreeMap<Id, Listener>,
    /// The modes of encryption that are offered, in order.
    modes: Vec<String>,
    disturbance: Disturbance,
    /// How many connections and streams there were.
    lines: u64,
    streams: u32,
}

impl Voice {
    /// Makes voice without a call. Who listens to all events is told who speaks.
    pub fn new(sockets: &Sockets, people: broadcast::Sender<Arc<Event>>) -> Self {
        let calls = Calls {
            calls: BTreeMap::new(),
            listeners: BTreeMap::new(),
            modes: [cipher::AES, cipher::XCHACHA].map(str::to_owned).to_vec(),
            disturbance: Disturbance::default(),
            lines: 0,
            streams: 0,
        };
        Voice {
            calls: Mutex::new(calls),
            audience: Audience::new(people),
            gateway: sockets.gateway,
            packets: sockets.packets,
            changes: watch::Sender::new(0),
        }
    }

    /// Returns where bots are sent to: a host and a port.
    pub fn endpoint(&self) -> String {
        format!("{}:{}", tls::HOST, self.gateway)
    }

    /// Takes in where somebody is in voice now.
    pub fn moved(&self, world: &World, guild: Id, user: Id, state: &VoiceState, now: Time) {
        let mut calls = self.lock();
        let Some(call) = calls.calls.get_mut(&guild) else {
            return;
        };
        let here = state.channel == Some(call.place.channel);
        if user != call.place.bot {
            return match here {
                true => call.comes(user, now),
                false => call.goes(user, now),
            };
        }
        if here && state.token == call.place.token && state.session == call.place.session {
            call.place.muted = is_muted(world, guild, state, user);
            return;
        }
        // Without its channel the call is over for everyone.
        let gone = !world.channels.contains_key(&call.place.channel);
        calls.end(
            guild,
            if gone {
                Close::CallTerminated
            } else {
                Close::Disconnected
            },
        );
        drop(calls);
        self.touch();
    }

    /// Ends a call whose token is not the newest any more: it goes on at another server.
    pub fn renewed(&self, world: &World, guild: Id) {
        let place = world.voice_of(guild, world.application.bot);
        let mut calls = self.lock();
        let call = calls.calls.get(&guild);
        if call.is_some_and(|call| place.is_none_or(|place| place.token != call.place.token)) {
            calls.end(guild, Close::CallTerminated);
        }
    }

    /// Ends all calls.
    pub fn stop(&self) {
        let mut calls = self.lock();
        for guild in calls.calls.keys().copied().collect::<Vec<_>>() {
            calls.end(guild, Close::Stopping);
        }
    }

    /// Closes the connection of a guild's call. False when there is none.
    pub fn close(&self, guild: Id, code: u16) -> bool {
        let mut calls = self.lock();
        let Some(call) = calls.calls.get_mut(&guild) else {
            return false;
        };
        if close::may_resume(code) {
            call.close(Close::Other(code));
        } else {
            calls.end(guild, Close::Other(code));
        }
        true
    }

    /// Has a guild's call encrypted end to end or in the clear from now on. False when there is none
    /// that could be.
    pub fn set_encrypted(&self, guild: Id, on: bool, now: Time) -> bool {
        let mut calls = self.lock();
        let call = calls.calls.get_mut(&guild);
        call.is_some_and(|call| call.set_encrypted(on, now))
    }

    /// Sets which modes of encryption coming sessions are offered, in order.
    pub fn set_modes(&self, modes: Vec<String>) -> Result<(), String> {
        let unknown = |mode: &&String| ![cipher::AES, cipher::XCHACHA].contains(&mode.as_str());
        if let Some(mode) = modes.iter().find(unknown) {
            let (one, two) = (cipher::AES, cipher::XCHACHA);
            return Err(format!(
                "There is no mode {mode}; there are {one} and {two}."
            ));
        }
        self.lock().modes = modes;
        Ok(())
    }

    /// Loses every so manieth datagram from now on, or has it come after the next one; 0 for none.
    pub fn disturb(&self, lose: u32, swap: u32) {
        self.lock().disturbance = Disturbance::new(lose, swap);
    }

    /// Returns what was heard of the bot in a guild.
    pub fn heard(&self, guild: Id) -> Heard {
        let calls = self.lock();
        calls
            .listeners
            .get(&guild)
            .map(Listener::heard)
            .unwrap_or_default()
    }

    /// Forgets what was heard in a guild.
    pub fn forget(&self, guild: Id) {
        if let Some(listener) = self.lock().listeners.get_mut(&guild) {
            listener.forget();
        }
    }

    /// Returns what is heard from now on, everywhere.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Packet>> {
        self.audience.listen()
    }

    /// Tells whether the bot speaks in a guild.
    pub fn speaks(&self, guild: Id) -> bool {
        let calls = self.lock();
        let call = calls.calls.get(&guild);
        call.is_some_and(|call| call.speech.due().is_some())
    }

    /// Ends speech after which nothing came, for as long as it is polled.
    async fn end_speech(&self, clock: &Clock) {
        loop {
            clock
                .sleep_until(self.until(Voice::speech_ends).await)
                .await;
            let now = clock.now();
            for call in self.lock().calls.values_mut() {
                if call.speech.due().is_some_and(|due| due <= now) {
                    call.speech.ends();
                }
            }
        }
    }

    fn speech_ends(&self) -> Option<Time> {
        let calls = self.lock();
        calls
            .calls
            .values()
            .filter_map(|call| call.speech.due())
            .min()
    }

    /// Returns how many members the encrypted group of a guild's call has.
    pub fn group_size(&self, guild: Id) -> usize {
        self.lock().calls.get(&guild).map_or(0, Call::group_size)
    }

    /// Waits until the section finds what it looks for, looking again after every change.
    pub async fn until<T>(&self, mut section: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(found) = section(self) {
                return found;
            }
            // The sender lives in `self`, so this only ever ends by a change.
            let _ = changes.changed().await;
        }
    }

    /// Takes a datagram in, and returns the answer if it gets one.
    fn datagram(&self, datagram: &[u8], from: SocketAddr, now: Time) -> Option<[u8; 74]> {
        let mut calls = self.lock();
        let mut answer = None;
        for datagram in calls.disturbance.passes(datagram) {
            answer = calls.datagram(&datagram, from, now).or(answer);
        }
        drop(calls);
        self.touch();
        answer
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        // As in the hub: the state is still the best there is.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Calls {
    fn end(&mut self, guild: Id, close: Close) {
        self.tell_faults(guild);
        if let Some(mut call) = self.calls.remove(&guild) {
            call.close(close);
        }
    }

    /// Notes what a call found wrong.
    fn tell_faults(&mut self, guild: Id) {
        if let Some(call) = self.calls.get_mut(&guild) {
            let listener = self.listeners.entry(guild).or_default();
            for fault in call.faults() {
                listener.fault(fault);
            }
        }
    }

    fn datagram(&mut self, datagram: &[u8], from: SocketAddr, now: Time) -> Option<[u8; 74]> {
        if let Some((ssrc, answer)) = rtp::discovery(datagram, from) {
            let call = self.calls.values_mut().find(|call| call.ssrc == ssrc)?;
            call.peer = Some(from);
            return Some(answer);
        }
        let ssrc = rtp::Header::read(datagram).map(|header| header.ssrc);
        let is_of = |call: &&mut Call| Ok(call.ssrc) == ssrc || call.peer == Some(from);
        let call = self.calls.values_mut().find(is_of)?;
        let listener = self.listeners.entry(call.place.guild).or_default();
        if datagram.len() < cipher::SHORTEST {
            listener.keep_alive();
        } else if let Err(fault) = call.packet(datagram, listener, now) {
            listener.fault(fault);
        }
        None
    }
}

/// Finds where a bot is in voice, and who is there too.
fn place(world: &World, guild: Id, state: &VoiceState) -> Option<Place> {
    let (bot, channel) = (world.application.bot, state.channel?);
    let others = world
        .in_voice(guild)
        .filter(|(user, other)| *user != bot && other.channel == Some(channel));
    Some(Place {
        guild,
        channel,
        bot,
        session: state.session.clone(),
        token: state.token.clone(),
        people: others.map(|(user, _)| user).collect(),
        muted: is_muted(world, guild, state, bot),
        dave: 0,
    })
}

fn is_muted(world: &World, guild: Id, state: &VoiceState, user: Id) -> bool {
    let member = world.member(guild, user);
    state.suppress || member.is_some_and(|member| member.mute)
}

fn is_stage(world: &World, channel: Id) -> bool {
    let kind = world.channels.get(&channel).map(|channel| channel.kind);
    kind == Some(STAGE_CHANNEL)
}
