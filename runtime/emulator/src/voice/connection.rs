//! One connection to the voice gateway: what the client sends.

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::call::{Call, agree};
use super::cipher::Cipher;
use super::close::Close;
use super::message::{Frame, Message, NUMBERED};
use super::{Calls, Voice, is_stage, place};
use crate::clock::Time;
use crate::hub::{Hub, State};
use crate::model::VoiceState;
use crate::snowflake::Id;

/// A connection, and the call it is for once that is known.
pub struct Connection {
    pub line: u64,
    version: u8,
    link: UnboundedSender<Frame>,
    guild: Option<Id>,
    /// When the client was last known to be there.
    pub beat: Time,
}

impl Connection {
    pub fn new(voice: &Voice, version: u8, link: UnboundedSender<Frame>, now: Time) -> Self {
        let mut calls = voice.lock();
        calls.lines += 1;
        Connection {
            line: calls.lines,
            version,
            link,
            guild: None,
            beat: now,
        }
    }

    /// Takes a text in.
    pub fn text(&mut self, hub: &Hub, text: &str) -> Result<(), Close> {
        let payload: Value = serde_json::from_str(text).map_err(|_| Close::DecodeError)?;
        let op = payload["op"].as_u64().ok_or(Close::DecodeError)?;
        let data = &payload["d"];
        let now = hub.clock().now();
        match (op, self.guild) {
            (0, None) => return hub.with_quietly(|state| self.identify(state, data)),
            (7, None) => return hub.with_quietly(|state| self.resume(state, data)),
            (0 | 7, Some(_)) => return Err(Close::AlreadyAuthenticated),
            _ => {}
        }
        self.in_call(hub, |connection, calls, guild| {
            let modes = calls.modes.clone();
            let Calls {
                calls, listeners, ..
            } = calls;
            let call = calls.get_mut(&guild).ok_or(Close::SessionInvalid)?;
            let listener = listeners.entry(guild).or_default();
            match op {
                1 => {
                    select(call, &modes, data)?;
                    listener.begin();
                    Ok(())
                }
                3 => connection.heartbeat(data, now),
                5 => call.speaks(data, listener),
                23 | 31 => call.dave(op, data, now),
                // Video and what else clients tell of themselves.
                12 | 14 | 15 | 16 | 18 | 20 => Ok(()),
                _ => Err(Close::UnknownOpcode),
            }
        })
    }

    /// Takes bytes in: an opcode and its content.
    pub fn binary(&mut self, hub: &Hub, bytes: &[u8]) -> Result<(), Close> {
        let now = hub.clock().now();
        let (op, body) = bytes.split_first().ok_or(Close::DecodeError)?;
        self.in_call(hub, |_, calls, guild| {
            let call = calls.calls.get_mut(&guild).ok_or(Close::SessionInvalid)?;
            match op {
                26 | 28 => call.binary(*op, body, now),
                _ => Err(Close::UnknownOpcode),
            }
        })
    }

    /// Returns when something of the call happens by itself.
    pub fn due(&self, hub: &Hub) -> Option<Time> {
        let calls = hub.voice().lock();
        self.own(&calls)?.due()
    }

    /// Lets that happen.
    pub fn tick(&mut self, hub: &Hub) {
        let now = hub.clock().now();
        // A call that is over has nothing due.
        let _ = self.in_call(hub, |_, calls, guild| {
            let call = calls.calls.get_mut(&guild).ok_or(Close::SessionInvalid)?;
            call.tick(now);
            Ok(())
        });
    }

    /// Notes that the connection is over; the session goes on unless it `ended`.
    pub fn close(&self, hub: &Hub, ended: bool) {
        let now = hub.clock().now();
        let mut calls = hub.voice().lock();
        let Some(guild) = self.guild.filter(|_| self.own(&calls).is_some()) else {
            return;
        };
        if let Some(call) = calls.calls.get_mut(&guild) {
            call.disconnect(self.line, now);
        }
        if ended {
            calls.end(guild, Close::Disconnected);
        }
        drop(calls);
        hub.voice().touch();
    }

    /// Runs a section with the calls, when the client has said which is its own.
    fn in_call(
        &mut self,
        hub: &Hub,
        section: impl FnOnce(&mut Self, &mut Calls, Id) -> Result<(), Close>,
    ) -> Result<(), Close> {
        let guild = self.guild.ok_or(Close::NotAuthenticated)?;
        let mut calls = hub.voice().lock();
        if self.own(&calls).is_none() {
            // The close that tells of it is on its way.
            return Ok(());
        }
        let done = section(self, &mut calls, guild);
        calls.tell_faults(guild);
        drop(calls);
        hub.voice().touch();
        done
    }

    /// Returns the call, if it is still this connection's.
    fn own<'a>(&self, calls: &'a Calls) -> Option<&'a Call> {
        let call = calls.calls.get(&self.guild?)?;
        (call.line == self.line).then_some(call)
    }

    fn identify(&mut self, state: &State, data: &Value) -> Result<(), Close> {
        let (guild, bot) = known(state, data)?;
        let mut place = place(&state.world, guild, bot).ok_or(Close::SessionInvalid)?;
        let user = Id::from_json(&data["user_id"]);
        if user != Some(place.bot) {
            return Err(Close::AuthenticationFailed);
        }
        let highest = data["max_dave_protocol_version"].as_u64().unwrap_or(0);
        let stage = is_stage(&state.world, place.channel);
        place.dave = agree(stage, state.options.dave_required, highest)?;
        let mut calls = state.voice.lock();
        calls.end(guild, Close::SessionInvalid);
        calls.streams += 1;
        // Numbers that look like Discord's, and are never used twice.
        let ssrc = 4_200 + calls.streams;
        let mut call = Call::new(place, ssrc, self.version, state.voice.audience.clone());
        call.connect(self.line, self.link.clone());
        call.greet(state.voice.packets, &calls.modes);
        calls.calls.insert(guild, call);
        self.guild = Some(guild);
        drop(calls);
        state.voice.touch();
        Ok(())
    }

    fn resume(&mut self, state: &State, data: &Value) -> Result<(), Close> {
        let (guild, _) = known(state, data)?;
        let mut calls = state.voice.lock();
        let call = calls.calls.get_mut(&guild);
        let call = call.filter(|call| {
            let lost = call.lost().map(|lost| state.now.since(lost));
            let alive = lost.is_none_or(|lost| lost <= state.options.session_life);
            alive && data["token"] == *call.place.token
        });
        let call = call.ok_or(Close::SessionInvalid)?;
        call.connect(self.line, self.link.clone());
        if !call.resend(data["seq_ack"].as_i64().unwrap_or(-1)) {
            return Err(Close::SessionInvalid);
        }
        self.guild = Some(guild);
        Ok(())
    }

    /// Answers a heartbeat: a nonce before version 8, and since then an object.
    fn heartbeat(&mut self, data: &Value, now: Time) -> Result<(), Close> {
        let answer = if self.version < NUMBERED {
            let nonce = data.as_u64();
            nonce.ok_or(Close::BadRequest(
                "A heartbeat is a number before version 8.",
            ))?;
            data.clone()
        } else {
            let nonce = data["t"].as_u64();
            json!({"t": nonce.ok_or(Close::BadRequest("A heartbeat has `t` from version 8 on."))?})
        };
        self.beat = now;
        // An acknowledgement is for this connection alone, and is never sent again.
        let payload = json!({"op": 6, "d": answer});
        let _ = self.link.send(Frame::Text(payload.to_string()));
        Ok(())
    }
}

/// Returns the guild and the bot's place there, when a client shows that it may know of it.
fn known<'a>(state: &'a State, data: &Value) -> Result<(Id, &'a VoiceState), Close> {
    if !data.is_object() {
        return Err(Close::BadRequest("`d` is no object."));
    }
    let guild = Id::from_json(&data["server_id"]);
    let guild = guild.filter(|guild| state.world.guilds.contains_key(guild));
    let guild = guild.ok_or(Close::ServerNotFound)?;
    let place = state.world.voice_of(guild, state.world.application.bot);
    let place = place.ok_or(Close::SessionInvalid)?;
    if data["session_id"] != *place.session {
        return Err(Close::SessionInvalid);
    }
    if data["token"] != *place.token {
        return Err(Close::AuthenticationFailed);
    }
    Ok((guild, place))
}

/// Takes op 1 in: how packets are to be sent.
fn select(call: &mut Call, modes: &[String], data: &Value) -> Result<(), Close> {
    if data["protocol"] != "udp" {
        return Err(Close::UnknownProtocol);
    }
    let chosen = &data["data"];
    let address = chosen["address"]
        .as_str()
        .and_then(|text| text.parse::<std::net::IpAddr>().ok());
    let port = chosen["port"]
        .as_u64()
        .and_then(|port| u16::try_from(port).ok());
    if address.is_none() || port.is_none() {
        return Err(Close::BadRequest(
            "`address` and `port` are missing, or wrong.",
        ));
    }
    let mode = chosen["mode"].as_str();
    let mode = mode.filter(|mode| modes.iter().any(|offered| offered == mode));
    let mode = mode.ok_or(Close::UnknownMode)?;
    let cipher = Cipher::new(mode).ok_or(Close::UnknownMode)?;
    call.describe(mode, cipher);
    Ok(())
}

/// Returns what a connection begins with (op 8).
pub fn hello(interval: std::time::Duration, version: u8) -> Message {
    let interval = interval.as_millis() as u64;
    Message::Json(8, json!({"v": version, "heartbeat_interval": interval}))
}
