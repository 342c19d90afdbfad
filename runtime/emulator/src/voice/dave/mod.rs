//! DAVE, the end-to-end encryption of calls, version 1: the group of everyone in a channel, its
//! people as members of it, and how the bot comes in and others come and go.
//! Rules: the DAVE protocol, "Voice Gateway Opcodes" and "MLS Group".
//!
//! The people are members in this process. What they would send and get goes the short way; what
//! concerns the bot are messages.

mod delivery;
mod member;
mod version;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::json;

use super::listen::SILENCE;
use super::message::Message;
use crate::clock::Time;
use crate::snowflake::Id;
use delivery::{Delivery, Failed};
use member::{Commit, Member};
use version::Clear;

/// The version of the protocol.
pub const VERSION: u64 = 1;

/// How every encrypted frame ends.
const MARKER: [u8; 2] = [0xfa, 0xfa];

/// How long a bot may take to commit what is proposed, and to be ready for what was committed.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long frames may still come in the clear after encryption took effect.
const GRACE: Duration = Duration::from_secs(2);

/// The group of a channel with a bot in it.
pub struct Group {
    bot: Id,
    channel: Id,
    delivery: Delivery,
    members: BTreeMap<Id, Member>,
    /// The bot's key package, until it is used.
    package: Option<Vec<u8>>,
    bot_in: bool,
    /// The bot could not use what it was sent, and is to be taken out and in again.
    broken: bool,
    asked: Option<Asked>,
    /// Who comes and goes after that.
    waiting: VecDeque<Wanted>,
    /// Transitions that the bot has to be ready for, with the ends of the wait.
    transitions: BTreeMap<u16, Time>,
    last_transition: u16,
    /// Since when everything has to be encrypted.
    sealed_since: Option<Time>,
    clear: Clear,
}

#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Add(Id),
    Remove(Id),
}

/// What was proposed and is not committed yet.
struct Asked {
    wanted: Wanted,
    newcomer: Option<Member>,
    epoch: u64,
    due: Time,
    /// What another member commits when the bot does not.
    instead: Option<Commit>,
}

/// What is done for the bot is told here: messages to it, and what it did wrong.
#[derive(Default)]
pub struct Told {
    pub messages: Vec<Message>,
    pub faults: Vec<&'static str>,
}

impl Told {
    fn json(&mut self, op: u8, data: serde_json::Value) {
        self.messages.push(Message::Json(op, data));
    }

    fn binary(&mut self, op: u8, body: Vec<u8>) {
        self.messages.push(Message::Binary(op, body));
    }
}

impl Group {
    /// Makes the group of the people who are in a channel when a bot comes.
    pub fn new(bot: Id, channel: Id, people: impl IntoIterator<Item = Id>) -> Result<Self, Failed> {
        let mut group = Group {
            bot,
            channel,
            delivery: Delivery::new(channel)?,
            members: BTreeMap::new(),
            package: None,
            bot_in: false,
            broken: false,
            asked: None,
            waiting: VecDeque::new(),
            transitions: BTreeMap::new(),
            last_transition: 0,
            sealed_since: None,
            clear: Clear::Never,
        };
        for person in people {
            group.gather(person)?;
        }
        Ok(group)
    }

    /// Returns who proposes, the body of op 25.
    pub fn sender(&self) -> &[u8] {
        self.delivery.sender()
    }

    /// Takes in the bot's key package (op 26). It fails with what is wrong with it.
    pub fn package(
        &mut self,
        package: &[u8],
        now: Time,
        told: &mut Told,
    ) -> Result<(), &'static str> {
        self.delivery.judge(package, self.bot)?;
        if self.is_clear() {
            told.faults
                .push("a key package came though the call is not encrypted");
            return Ok(());
        }
        self.package = Some(package.to_vec());
        self.go_on(now, told);
        Ok(())
    }

    /// A person comes into the channel.
    pub fn comes(&mut self, person: Id, now: Time, told: &mut Told) {
        self.waiting.push_back(Wanted::Add(person));
        self.go_on(now, told);
    }

    /// A person leaves the channel.
    pub fn goes(&mut self, person: Id, now: Time, told: &mut Told) {
        let before = self.waiting.len();
        self.waiting.retain(|wanted| *wanted != Wanted::Add(person));
        if self.waiting.len() == before {
            self.waiting.push_back(Wanted::Remove(person));
        }
        self.go_on(now, told);
    }

    /// Takes in what the bot commits (op 28). What comes after the first good commit of an epoch is
    /// dropped.
    pub fn commit(&mut self, body: &[u8], now: Time, told: &mut Told) {
        let committed = match self.delivery.take_apart(body) {
            Ok(committed) => committed,
            Err(fault) => return told.faults.push(fault),
        };
        let Some(mut asked) = self.asked.take_if(|asked| asked.epoch == committed.epoch) else {
            return;
        };
        let welcome = Some(committed.welcome).filter(|welcome| !welcome.is_empty());
        let commit = Commit {
            commit: committed.commit,
            welcome,
        };
        match self.settle(&mut asked, &commit, now, told) {
            Ok(()) => self.go_on(now, told),
            Err(fault) => {
                told.faults.push(fault);
                self.asked = Some(asked);
            }
        }
    }

    /// The bot is ready for a transition (op 23).
    pub fn ready(&mut self, transition: u64, now: Time, told: &mut Told) {
        let id = u16::try_from(transition).ok();
        let known = id.filter(|id| self.transitions.remove(id).is_some());
        match known {
            Some(id) => self.execute(id, now, told),
            None => told
                .faults
                .push("op 23 names a transition that waits for nobody"),
        }
    }

    /// The bot could not use a commit or a welcome (op 31). It is added anew when its next key package
    /// comes.
    pub fn invalid(&mut self) {
        self.broken = self.bot_in;
        self.package = None;
        self.sealed_since = None;
    }

    /// Returns when something happens by itself.
    pub fn due(&self) -> Option<Time> {
        let asked = self.asked.as_ref().map(|asked| asked.due);
        self.transitions.values().copied().chain(asked).min()
    }

    /// Lets happen what is due: what the bot is not ready for is executed, and what it does not
    /// commit another member commits.
    pub fn tick(&mut self, now: Time, told: &mut Told) {
        let late = self.transitions.iter().filter(|(_, due)| **due <= now);
        for id in late.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.transitions.remove(&id);
            told.faults
                .push("the bot was not ready for a transition within 2 s");
            self.execute(id, now, told);
        }
        let Some(mut asked) = self.asked.take_if(|asked| asked.due <= now) else {
            return;
        };
        told.faults
            .push("the bot did not commit what was proposed within 2 s");
        match asked.instead.take() {
            Some(instead) => match self.settle(&mut asked, &instead, now, told) {
                Ok(()) => self.go_on(now, told),
                Err(fault) => self.fails(fault.to_owned()),
            },
            // Nobody else is there to do it.
            None => {
                asked.due = Time::from_micros(u64::MAX);
                self.asked = Some(asked);
            }
        }
    }

    /// Makes Opus of a frame of the bot, and tells whether it was encrypted. It fails with what is
    /// wrong with the frame.
    pub fn open(&mut self, frame: &[u8], now: Time) -> Result<(Vec<u8>, bool), &'static str> {
        if frame == SILENCE {
            return Ok((frame.to_vec(), false));
        }
        let established = self.bot_in && !self.broken;
        if frame.ends_with(&MARKER) && (established || self.fades(now)) {
            let bot = self.bot;
            let opened = self
                .members
                .values_mut()
                .next()
                .map(|member| member.open(bot, frame));
            return match opened {
                Some(Ok(opus)) => Ok((opus, true)),
                _ => Err("a frame can't be decrypted by the others in the call"),
            };
        }
        if frame.ends_with(&MARKER) && self.is_clear() {
            return Err("a frame is encrypted end to end, though the call is not any more");
        }
        match self.sealed_since {
            Some(since) if now.since(since) > GRACE => {
                Err("a frame is not encrypted end to end, though others are in the call")
            }
            _ => Ok((frame.to_vec(), false)),
        }
    }

    /// Returns how many members the group has, the bot among them.
    pub fn size(&self) -> usize {
        self.members.len() + usize::from(self.bot_in)
    }

    /// Does what waits and can be done.
    fn go_on(&mut self, now: Time, told: &mut Told) {
        while self.asked.is_none() {
            if self.package.is_some()
                && !self.members.is_empty()
                && (!self.bot_in || self.broken)
                && let Err(error) = self.let_bot_in(now, told)
            {
                return self.fails(error);
            }
            let Some(wanted) = self.waiting.pop_front() else {
                return;
            };
            let done = match wanted {
                // Among themselves people come and go without the bot.
                Wanted::Add(person) if !self.bot_in && self.package.is_none() => {
                    self.gather(person)
                }
                Wanted::Remove(person) if !self.bot_in => self.scatter(person),
                Wanted::Remove(person) if !self.members.contains_key(&person) => Ok(()),
                Wanted::Remove(person) if self.members.len() == 1 => {
                    self.begin_anew(person, told);
                    Ok(())
                }
                wanted => self.ask(wanted, now, told),
            };
            if let Err(error) = done {
                return self.fails(error);
            }
        }
        // Who was asked for and leaves before anything is committed leaves the bot alone.
        let alone = self.members.is_empty();
        if let Some(Asked {
            wanted: Wanted::Add(person),
            ..
        }) = self.asked
            && alone
            && self.waiting.contains(&Wanted::Remove(person))
        {
            self.waiting
                .retain(|wanted| *wanted != Wanted::Remove(person));
            self.begin_anew(person, told);
        }
    }

    /// Proposes to the members to add or to remove somebody (op 27), and waits for the bot to commit
    /// it.
    fn ask(&mut self, wanted: Wanted, now: Time, told: &mut Told) -> Result<(), Failed> {
        let epoch = self.epoch();
        let mut newcomer = None;
        let proposal = match wanted {
            Wanted::Add(person) => {
                let sender = self.delivery.sender();
                let member = newcomer.insert(Member::new(person, self.channel, sender)?);
                let package = member.key_package()?;
                self.delivery.add(&package, epoch)?
            }
            Wanted::Remove(person) => {
                let Some(gone) = self.members.remove(&person) else {
                    return Ok(());
                };
                let leaf = gone.leaf(person).ok_or("who leaves is in no group")?;
                self.delivery.remove(leaf, epoch)?
            }
        };
        let body = delivery::append(&[proposal])?;
        let mut instead = None;
        for member in self.members.values_mut() {
            let commit = member.propose(&body)?;
            instead.get_or_insert(commit);
        }
        told.binary(27, body);
        self.asked = Some(Asked {
            wanted,
            newcomer,
            epoch,
            due: now.plus(PATIENCE),
            instead,
        });
        Ok(())
    }

    /// Makes a commit count (op 29): it has to do what was proposed and nothing else.
    fn settle(
        &mut self,
        asked: &mut Asked,
        commit: &Commit,
        now: Time,
        told: &mut Told,
    ) -> Result<(), &'static str> {
        let mut expected: Vec<Id> = self.members.keys().copied().chain([self.bot]).collect();
        if let (Wanted::Add(person), Some(newcomer)) = (asked.wanted, &mut asked.newcomer) {
            expected.push(person);
            expected.sort_unstable();
            let Some(welcome) = &commit.welcome else {
                return Err("a commit adds a member and op 28 has no welcome");
            };
            if newcomer.welcome(welcome).is_err() {
                return Err("a welcome can't be used by who is added");
            }
            if newcomer.users() != expected {
                return Err("a commit does something else than what was proposed");
            }
        }
        expected.sort_unstable();
        for member in self.members.values_mut() {
            if member.commit(&commit.commit).is_err() || member.users() != expected {
                return Err("a commit can't be used by the other members");
            }
        }
        if let (Wanted::Add(person), Some(newcomer)) = (asked.wanted, asked.newcomer.take()) {
            self.members.insert(person, newcomer);
        }
        self.bot_in = true;
        self.announce(29, asked.epoch, &commit.commit, now, told);
        Ok(())
    }

    /// Has a member add the bot (op 30), after taking it out if it is broken.
    fn let_bot_in(&mut self, now: Time, told: &mut Told) -> Result<(), Failed> {
        let epoch = self.epoch();
        let package = self.package.take().unwrap_or_default();
        let mut proposals = Vec::new();
        if self.broken {
            let first = self.members.values().next();
            let leaf = first.and_then(|member| member.leaf(self.bot));
            let leaf = leaf.ok_or("the bot is in no group")?;
            proposals.push(self.delivery.remove(leaf, epoch)?);
        }
        proposals.push(self.delivery.add(&package, epoch)?);
        let welcome = self.commit_among_people(&delivery::append(&proposals)?)?;
        (self.bot_in, self.broken) = (true, false);
        self.announce(30, epoch, &welcome, now, told);
        Ok(())
    }

    /// Has the first of the people commit what is proposed, and returns the welcome.
    fn commit_among_people(&mut self, body: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut first = None;
        for member in self.members.values_mut() {
            let commit = member.propose(body)?;
            let commit = first.get_or_insert(commit);
            member.commit(&commit.commit)?;
        }
        let welcome = first.and_then(|commit| commit.welcome);
        welcome.ok_or_else(|| "nobody was added".to_owned())
    }

    /// Tells the bot of a commit or a welcome. What begins a group takes effect at once.
    fn announce(&mut self, op: u8, epoch: u64, body: &[u8], now: Time, told: &mut Told) {
        let id = match epoch {
            0 => 0,
            _ => self.next_transition(),
        };
        told.binary(op, [&id.to_be_bytes(), body].concat());
        if id == 0 {
            self.sealed_since.get_or_insert(now);
        } else {
            self.transitions.insert(id, now.plus(PATIENCE));
        }
    }

    fn next_transition(&mut self) -> u16 {
        self.last_transition = self.last_transition.checked_add(1).unwrap_or(1);
        self.last_transition
    }

    fn execute(&mut self, transition: u16, now: Time, told: &mut Told) {
        told.json(22, json!({"transition_id": transition}));
        if self.clear == Clear::Asked(transition) {
            self.clears(now);
        } else if self.clear == Clear::Never {
            self.sealed_since.get_or_insert(now);
        }
    }

    /// Adds a person to the people's own group.
    fn gather(&mut self, person: Id) -> Result<(), Failed> {
        let mut member = Member::new(person, self.channel, self.delivery.sender())?;
        if !self.members.is_empty() {
            let proposal = self.delivery.add(&member.key_package()?, self.epoch())?;
            let welcome = self.commit_among_people(&delivery::append(&[proposal])?)?;
            member.welcome(&welcome)?;
        }
        self.members.insert(person, member);
        Ok(())
    }

    /// Makes the people's own group anew without a person.
    fn scatter(&mut self, person: Id) -> Result<(), Failed> {
        self.members.remove(&person);
        self.regroup()
    }

    /// Makes the people's own group anew.
    fn regroup(&mut self) -> Result<(), Failed> {
        let others = std::mem::take(&mut self.members);
        for person in others.into_keys() {
            self.gather(person)?;
        }
        Ok(())
    }

    /// The bot is alone and begins a new group (op 24), for which it makes a new key package.
    fn begin_anew(&mut self, person: Id, told: &mut Told) {
        self.members.remove(&person);
        self.forget_bot();
        told.json(24, json!({"protocol_version": VERSION, "epoch": 1}));
        told.json(21, json!({"transition_id": 0, "protocol_version": VERSION}));
    }

    fn forget_bot(&mut self) {
        (self.bot_in, self.broken, self.clear) = (false, false, Clear::Never);
        (self.package, self.asked, self.sealed_since) = (None, None, None);
        self.transitions.clear();
    }

    fn epoch(&self) -> u64 {
        self.members.values().next().map_or(0, Member::epoch)
    }

    /// The library failed at something of our own: the log says so, and the call goes on in the clear.
    fn fails(&mut self, error: Failed) {
        tracing::error!(%error, "the encryption of a call failed here");
        self.forget_bot();
    }
}
