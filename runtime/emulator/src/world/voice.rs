//! Voice channels: who comes, moves and goes.

use super::{Event, World};
use crate::clock::Time;
use crate::model::permissions::{CONNECT, MOVE_MEMBERS, VIEW_CHANNEL};
use crate::model::{STAGE_CHANNEL, VoiceState, VoiceWish};
use crate::snowflake::Id;

impl World {
    /// Returns everyone who is in voice in a guild.
    pub fn in_voice(&self, guild: Id) -> impl Iterator<Item = (Id, &VoiceState)> {
        let places = self.voice.range((guild, Id(0))..=(guild, Id(u64::MAX)));
        places.map(|((_, user), place)| (*user, place))
    }

    /// Returns a member's place in voice.
    pub fn voice_of(&self, guild: Id, user: Id) -> Option<&VoiceState> {
        self.voice.get(&(guild, user))
    }

    /// Tells why somebody can't go into a voice channel of a guild, if they can't.
    pub fn voice_refusal(
        &self,
        guild: Id,
        user: Id,
        channel: Id,
        now: Time,
    ) -> Option<&'static str> {
        let place = self.channels.get(&channel);
        let Some(place) = place.filter(|place| place.guild == Some(guild)) else {
            return Some("There is no such channel.");
        };
        if !place.is_voice() {
            return Some("This is no voice channel.");
        }
        let allowed = self.permissions(user, channel, now);
        if allowed & (VIEW_CHANNEL | CONNECT) != VIEW_CHANNEL | CONNECT {
            return Some("This person may not connect here.");
        }
        let others = self
            .in_voice(guild)
            .filter(|(other, state)| *other != user && state.channel == Some(channel));
        let full = place.user_limit > 0 && others.count() as u64 >= place.user_limit;
        if full && allowed & MOVE_MEMBERS == 0 {
            return Some("This channel is full.");
        }
        None
    }

    /// Puts a member into a voice channel, or takes them out. A person is in one guild's voice at a
    /// time; a bot may be in one of each guild.
    pub(super) fn set_voice(
        &mut self,
        guild: Id,
        user: Id,
        wish: Option<VoiceWish>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let before = self.voice.get(&(guild, user)).cloned();
        let was = before.as_ref().and_then(|place| place.channel);
        let Some(wish) = wish else {
            let place = self.voice.remove(&(guild, user))?;
            events.push(Event::VoiceChanged {
                guild,
                user,
                was,
                state: Box::new(VoiceState {
                    channel: None,
                    suppress: false,
                    asks_to_speak: None,
                    ..place
                }),
            });
            return Some(user);
        };
        let kind = self.channels.get(&wish.channel)?.kind;
        self.member(guild, user)?;
        let bot = user == self.application.bot;
        if !bot {
            let elsewhere = self.voice.keys().filter(|(g, u)| *u == user && *g != guild);
            for (other, _) in elsewhere.copied().collect::<Vec<_>>() {
                self.set_voice(other, user, None, events);
            }
        }
        let stays = before
            .filter(|before| was == Some(wish.channel) && before.session == wish.session)
            .map(|before| (before.token, before.suppress, before.asks_to_speak));
        let connects = bot && stays.is_none();
        let (token, suppress, asks_to_speak) =
            stays.unwrap_or_else(|| (self.voice_token(), kind == STAGE_CHANNEL, None));
        let place = VoiceState {
            channel: Some(wish.channel),
            session: wish.session,
            self_mute: wish.self_mute,
            self_deaf: wish.self_deaf,
            suppress,
            asks_to_speak,
            token,
        };
        self.voice.insert((guild, user), place.clone());
        events.push(Event::VoiceChanged {
            guild,
            user,
            was,
            state: Box::new(place),
        });
        if connects {
            events.push(Event::VoiceServerChosen(guild));
        }
        Some(user)
    }

    /// Has a member speak on a stage or be in its audience, and raise their hand or lower it.
    pub(super) fn set_stage(
        &mut self,
        guild: Id,
        user: Id,
        suppress: Option<bool>,
        asks_to_speak: Option<Option<Time>>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let place = self.voice.get_mut(&(guild, user))?;
        place.suppress = suppress.unwrap_or(place.suppress);
        place.asks_to_speak = asks_to_speak.unwrap_or(place.asks_to_speak);
        if !place.suppress {
            place.asks_to_speak = None;
        }
        self.tell_voice(guild, user, events);
        Some(user)
    }

    /// Gives the bot's call in a guild another voice server, by a new token.
    pub(super) fn change_voice_server(&mut self, guild: Id, events: &mut Vec<Event>) -> Option<Id> {
        let (bot, token) = (self.application.bot, self.voice_token());
        self.voice.get_mut(&(guild, bot))?.token = token;
        events.push(Event::VoiceServerChosen(guild));
        Some(bot)
    }

    fn voice_token(&mut self) -> String {
        format!("{:016x}", self.random())
    }

    /// Tells of a place in voice that others changed.
    pub(super) fn tell_voice(&self, guild: Id, user: Id, events: &mut Vec<Event>) {
        if let Some(place) = self.voice_of(guild, user) {
            events.push(Event::VoiceChanged {
                guild,
                user,
                was: place.channel,
                state: Box::new(place.clone()),
            });
        }
    }

    /// Takes everyone out of a channel that is no more.
    pub(super) fn clear_voice(&mut self, guild: Id, channel: Id, events: &mut Vec<Event>) {
        let there = self.in_voice(guild);
        let there = there.filter(|(_, place)| place.channel == Some(channel));
        for user in there.map(|(user, _)| user).collect::<Vec<_>>() {
            self.set_voice(guild, user, None, events);
        }
    }
}
