//! One call: the bot's session with the voice server of a guild, the people it is with, and their
//! encryption.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::audience::{Audience, Speech};
use super::cipher::Cipher;
use super::close::Close;
use super::dave::{self, Group, Told};
use super::listen::{Listener, SILENCE};
use super::message::{Frame, Message, Writer};
use super::rtp::Header;
use crate::clock::Time;
use crate::snowflake::Id;

/// How many packets may come before op 5: it goes another way than they do, which takes longer.
const EARLY: usize = 25;

/// The flags of op 5: microphone, soundshare, priority.
const SPEAKING: u64 = 0b111;

/// Where a bot is in voice, and what opens it.
#[derive(Clone, Debug)]
pub struct Place {
    pub guild: Id,
    pub channel: Id,
    pub bot: Id,
    pub session: String,
    pub token: String,
    pub people: BTreeSet<Id>,
    /// Whether nobody hears what it plays.
    pub muted: bool,
    /// The version of DAVE, 0 for none.
    pub dave: u64,
}

/// A session with the voice server.
pub struct Call {
    pub place: Place,
    /// What is passed on of it.
    pub speech: Speech,
    pub ssrc: u32,
    /// Where it sends its packets from.
    pub peer: Option<SocketAddr>,
    /// Which connection it has, or had last.
    pub line: u64,
    link: Option<UnboundedSender<Frame>>,
    /// Since when it has none.
    lost: Option<Time>,
    writer: Writer,
    cipher: Option<Cipher>,
    /// Whether it ever told that it speaks.
    spoke: bool,
    /// What came before it did.
    early: Vec<(Vec<u8>, Time)>,
    group: Option<Group>,
    /// What was wrong and is not told yet.
    faults: Vec<&'static str>,
}

impl Call {
    pub fn new(place: Place, ssrc: u32, version: u8, audience: Audience) -> Self {
        let speech = Speech::new(audience, place.guild, place.channel, place.bot);
        Call {
            place,
            speech,
            ssrc,
            peer: None,
            line: 0,
            link: None,
            lost: None,
            writer: Writer::new(version),
            cipher: None,
            spoke: false,
            early: Vec::new(),
            group: None,
            faults: Vec::new(),
        }
    }

    /// Takes a new connection for this session. One that it still has is closed.
    pub fn connect(&mut self, line: u64, link: UnboundedSender<Frame>) {
        self.close(Close::SessionInvalid);
        (self.line, self.link, self.lost) = (line, Some(link), None);
    }

    /// Notes that a connection is lost, if it is the present one.
    pub fn disconnect(&mut self, line: u64, now: Time) {
        if self.line == line {
            (self.link, self.lost) = (None, Some(now));
        }
    }

    /// Returns since when it has no connection.
    pub fn lost(&self) -> Option<Time> {
        self.lost
    }

    /// Closes the connection.
    pub fn close(&mut self, close: Close) {
        if let Some(link) = self.link.take() {
            // A connection that ends by itself needs no close.
            let _ = link.send(Frame::Close(close));
        }
    }

    /// Sends a message, or keeps it for a resume.
    pub fn send(&mut self, message: Message) {
        let frame = self.writer.write(message);
        if let Some(link) = &self.link {
            let _ = link.send(frame);
        }
    }

    fn json(&mut self, op: u8, data: Value) {
        self.send(Message::Json(op, data));
    }

    /// Sends what came after a number again. False when that is gone.
    pub fn resend(&mut self, number: i64) -> bool {
        let Some(missed) = self.writer.after(number) else {
            return false;
        };
        self.json(9, Value::Null);
        for frame in missed {
            if let Some(link) = &self.link {
                let _ = link.send(frame);
            }
        }
        true
    }

    /// Answers Identify (op 2).
    pub fn greet(&mut self, port: u16, modes: &[String]) {
        let ready = json!({
            "ssrc": self.ssrc,
            "ip": "127.0.0.1",
            "port": port,
            "modes": modes,
            "experiments": [],
        });
        self.json(2, ready);
    }

    /// Describes the session (op 4), and begins its encryption.
    pub fn describe(&mut self, mode: &str, cipher: Cipher) {
        let described = json!({
            "mode": mode,
            "secret_key": cipher.key(),
            "dave_protocol_version": self.place.dave,
            "audio_codec": "opus",
            "media_session_id": format!("{:08x}", self.ssrc),
        });
        self.cipher = Some(cipher);
        self.json(4, described);
        self.introduce(self.place.people.iter().copied().collect());
        if self.place.dave == 0 || self.group.is_some() {
            return;
        }
        let people = self.place.people.iter().copied();
        match Group::new(self.place.bot, self.place.channel, people) {
            Ok(group) => {
                self.send(Message::Binary(25, group.sender().to_vec()));
                self.group = Some(group);
            }
            Err(error) => tracing::error!(%error, "a call can't be encrypted here"),
        }
    }

    /// Tells who is there (op 11), and what real servers tell besides.
    fn introduce(&mut self, people: Vec<Id>) {
        if people.is_empty() {
            return;
        }
        self.json(11, json!({"user_ids": people}));
        for person in people {
            self.json(18, json!({"user_id": person, "flags": 2}));
            self.json(20, json!({"user_id": person, "platform": 0}));
        }
    }

    /// Takes op 5 in. What came before it is heard now.
    pub fn speaks(&mut self, data: &Value, listener: &mut Listener) -> Result<(), Close> {
        let flags = data["speaking"].as_u64();
        let flags = flags.filter(|flags| flags & !SPEAKING == 0);
        let flags = flags.ok_or(Close::BadRequest("`speaking` is no sum of 1, 2 and 4."))?;
        let own = data["ssrc"].is_null() || data["ssrc"] == self.ssrc;
        if !own {
            return Err(Close::BadRequest("`ssrc` is not the one of op 2."));
        }
        self.spoke |= flags != 0;
        if self.spoke {
            for (packet, came) in std::mem::take(&mut self.early) {
                if let Err(fault) = self.packet(&packet, listener, came) {
                    listener.fault(fault);
                }
            }
        }
        Ok(())
    }

    /// A person comes into the channel.
    pub fn comes(&mut self, person: Id, now: Time) {
        if self.place.people.insert(person) && self.cipher.is_some() {
            self.introduce(vec![person]);
            self.in_group(|group, told| group.comes(person, now, told));
        }
    }

    /// A person leaves the channel.
    pub fn goes(&mut self, person: Id, now: Time) {
        if self.place.people.remove(&person) && self.cipher.is_some() {
            self.json(13, json!({"user_id": person}));
            self.in_group(|group, told| group.goes(person, now, told));
        }
    }

    /// Takes a message about the encryption in.
    pub fn dave(&mut self, op: u64, data: &Value, now: Time) -> Result<(), Close> {
        let id = data["transition_id"].as_u64();
        let id = id.ok_or(Close::BadRequest("`transition_id` is missing."))?;
        self.in_group(|group, told| match op {
            23 => group.ready(id, now, told),
            _ => group.invalid(),
        });
        Ok(())
    }

    /// Takes a binary message in.
    pub fn binary(&mut self, op: u8, body: &[u8], now: Time) -> Result<(), Close> {
        let taken = self.in_group(|group, told| match op {
            26 => group.package(body, now, told),
            _ => {
                group.commit(body, now, told);
                Ok(())
            }
        });
        taken.unwrap_or(Ok(())).map_err(Close::BadRequest)
    }

    /// Has the call encrypted or in the clear from now on. False when it never is encrypted.
    pub fn set_encrypted(&mut self, on: bool, now: Time) -> bool {
        let set = self.in_group(|group, told| match on {
            true => group.raise(told),
            false => group.lower(now, told),
        });
        set.is_some()
    }

    /// Returns when something of the encryption happens by itself.
    pub fn due(&self) -> Option<Time> {
        self.group.as_ref().and_then(Group::due)
    }

    /// Lets that happen.
    pub fn tick(&mut self, now: Time) {
        self.in_group(|group, told| group.tick(now, told));
    }

    /// Returns how many members the encrypted group has.
    pub fn group_size(&self) -> usize {
        self.group.as_ref().map_or(0, Group::size)
    }

    fn in_group<T>(&mut self, section: impl FnOnce(&mut Group, &mut Told) -> T) -> Option<T> {
        let mut told = Told::default();
        let done = section(self.group.as_mut()?, &mut told);
        self.faults.extend(told.faults);
        for message in told.messages {
            self.send(message);
        }
        Some(done)
    }

    /// Takes what was wrong since it was last asked.
    pub fn faults(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.faults)
    }

    /// Takes a packet in. It fails with what is wrong with it.
    pub fn packet(
        &mut self,
        packet: &[u8],
        listener: &mut Listener,
        now: Time,
    ) -> Result<(), &'static str> {
        let header = Header::read(packet)?;
        if header.ssrc != self.ssrc {
            return Err("a packet has another ssrc than op 2 gave");
        }
        let cipher = self.cipher.as_ref();
        let cipher = cipher.ok_or("a packet came before the session was described")?;
        let (content, counter) = cipher.open(packet, &header)?;
        if !self.spoke {
            if self.early.len() >= EARLY {
                return Err("a packet came long before op 5 told that the bot speaks");
            }
            self.early.push((packet.to_vec(), now));
            return Ok(());
        }
        if !listener.arrived(header, counter, content == SILENCE, now)? {
            return Ok(());
        }
        let (opus, sealed) = match &mut self.group {
            Some(group) => group.open(&content, now)?,
            None => (content, false),
        };
        if self.place.muted {
            listener.muted();
            return Ok(());
        }
        let pcm = listener.hear(&opus, sealed, now)?;
        self.speech.sounds(&header, opus, pcm, now);
        Ok(())
    }
}

/// Returns the version of DAVE for a call, or why there is none: a stage is not encrypted, and
/// everything else has to be.
pub fn agree(stage: bool, required: bool, highest: u64) -> Result<u64, Close> {
    match highest {
        _ if stage => Ok(0),
        0 if required => Err(Close::DaveRequired),
        highest => Ok(highest.min(dave::VERSION)),
    }
}
