//! Voice channels, and who is in them.

use std::panic::Location;

use super::{Channel, Guild, Person};
use crate::model::{Actor, VOICE_CHANNEL};
use crate::people;
use crate::snowflake::Id;
use crate::voice::{Heard, Voice};
use crate::world::{Action, Change, ChannelEdit};

impl Guild {
    /// Adds a voice channel that so many may be in; 0 for any number.
    pub fn add_voice_channel(&self, name: &str, user_limit: u64) -> Channel {
        let guild = self.id;
        let edit = ChannelEdit {
            kind: Some(VOICE_CHANNEL),
            name: Some(name.to_owned()),
            user_limit: Some(user_limit),
            ..ChannelEdit::default()
        };
        let id = self.by_owner(Action::CreateChannel(Box::new(edit)));
        Channel {
            hub: self.hub.clone(),
            id: id.filter(|id| *id != guild).unwrap_or_default(),
        }
    }

    /// Deletes a channel.
    pub fn delete_channel(&self, channel: &Channel) {
        self.by_owner(Action::DeleteChannel(channel.id));
    }

    /// Returns the voice channel that the bot is in.
    pub fn bot_voice(&self) -> Option<Id> {
        self.hub.with_quietly(|state| {
            let bot = state.world.application.bot;
            state.world.voice_of(self.id, bot)?.channel
        })
    }

    /// Moves the bot to another voice channel as a moderator does, or disconnects it.
    #[track_caller]
    pub fn move_bot(&self, channel: Option<&Channel>) {
        let (guild, to) = (self.id, channel.map(|channel| channel.id));
        let moved = self.hub.with(|state| {
            let user = state.world.application.bot;
            let change = people::move_voice(&state.world, guild, user, to)?;
            state.apply(change);
            Ok::<_, String>(())
        });
        moved.unwrap_or_else(|sentence| panic!("the bot can't be moved: {sentence}"));
    }

    /// Lets the bot speak on its stage as a moderator does, or puts it back into the audience.
    #[track_caller]
    pub fn lets_bot_speak(&self, speaks: bool) {
        let guild = self.id;
        let done = self.hub.with(|state| {
            state.apply(Change::SetStage {
                guild,
                user: state.world.application.bot,
                suppress: Some(!speaks),
                asks_to_speak: None,
            })
        });
        done.expect("the bot is in voice");
    }

    /// Whether the bot has its hand raised on a stage.
    pub fn bot_asks_to_speak(&self) -> bool {
        self.hub.with_quietly(|state| {
            let bot = state.world.application.bot;
            let place = state.world.voice_of(self.id, bot);
            place.is_some_and(|place| place.asks_to_speak.is_some())
        })
    }

    /// Returns what was heard of the bot in this guild's voice channels.
    pub fn heard(&self) -> Heard {
        self.hub.voice().heard(self.id)
    }

    /// Waits until what was heard fits, and returns it.
    #[track_caller]
    pub fn hears(&self, fits: impl Fn(&Heard) -> bool) -> impl Future<Output = Heard> {
        let what = "what is heard does not become what it should be";
        self.in_voice(what, move |voice, guild| {
            Some(voice.heard(guild)).filter(|heard| fits(heard))
        })
    }

    /// Forgets what was heard so far.
    pub fn forget_heard(&self) {
        self.hub.voice().forget(self.id);
    }

    /// Waits until the call of the bot is encrypted among so many, the bot included.
    #[track_caller]
    pub fn encrypts_among(&self, members: usize) -> impl Future<Output = ()> {
        let what = "the call is not encrypted among so many";
        self.in_voice(what, move |voice, guild| {
            (voice.group_size(guild) == members).then_some(())
        })
    }

    #[track_caller]
    fn in_voice<T>(
        &self,
        what: &'static str,
        section: impl Fn(&Voice, Id) -> Option<T>,
    ) -> impl Future<Output = T> {
        let (hub, guild) = (self.hub.clone(), self.id);
        let caller = Location::caller();
        async move {
            let found = hub.voice().until(|voice| section(voice, guild));
            let found = tokio::time::timeout(hub.options().patience, found).await;
            found.unwrap_or_else(|_| {
                let heard = hub.voice().heard(guild);
                panic!("{caller}: {what}; this was heard:\n{heard}")
            })
        }
    }

    fn by_owner(&self, action: Action) -> Option<Id> {
        let guild = self.id;
        self.hub.with(|state| {
            let by = Actor {
                user: state.world.guilds.get(&guild)?.owner,
                reason: None,
            };
            let action = Box::new(action);
            state.apply(Change::Audited { guild, by, action })
        })
    }
}

impl Person {
    /// Goes into a voice channel, or from another into it.
    #[track_caller]
    pub fn joins_voice(&self, channel: &Channel) {
        if let Err(sentence) = self.try_voice(channel) {
            panic!("this person can't join: {sentence}");
        }
    }

    /// Tries to go into a voice channel that lets them not in, and returns the client's sentence.
    #[track_caller]
    pub fn cannot_join_voice(&self, channel: &Channel) -> String {
        let refused = self.try_voice(channel);
        refused.expect_err("this person can join, but the test says that they can't")
    }

    /// Leaves the voice channel of a guild.
    #[track_caller]
    pub fn leaves_voice(&self, guild: &Guild) {
        let left = self.hub.with(|state| {
            let change = people::leave_voice(&state.world, self.id, guild.id)?;
            state.apply(change);
            Ok::<_, String>(())
        });
        left.unwrap_or_else(|sentence| panic!("this person can't leave: {sentence}"));
    }

    fn try_voice(&self, channel: &Channel) -> Result<(), String> {
        self.hub.with(|state| {
            let change = people::join_voice(&state.world, self.id, channel.id, state.now)?;
            state.apply(change);
            Ok(())
        })
    }
}
