//! People who come and go, what a guild asks of them, and where its roles stand.

use std::time::Duration;

use super::{Guild, Person};
use crate::emulator::Emulator;
use crate::model::Actor;
use crate::snowflake::Id;
use crate::world::{Action, Change, Demand, EmojiEdit};

impl Guild {
    /// Adds an emoji in the owner's name and returns its id.
    pub fn add_emoji(&self, name: &str) -> Id {
        let guild = self.id;
        let edit = EmojiEdit {
            name: Some(name.to_owned()),
            roles: None,
        };
        let made = self.hub.with(|state| {
            let by = Actor {
                user: state.world.guilds.get(&guild)?.owner,
                reason: None,
            };
            let action = Action::CreateEmoji {
                edit,
                animated: false,
            };
            let action = Box::new(action);
            state.apply(Change::Audited { guild, by, action })
        });
        made.unwrap_or_default()
    }

    /// Lets a person leave, which the owner cannot.
    #[track_caller]
    pub fn remove_member(&self, person: &Person) {
        let (guild, user) = (self.id, person.id);
        let left = self.apply(Change::Leave { guild, user });
        assert!(left.is_some(), "only a member can leave, and not the owner");
    }

    /// Lets a person join by the invite with this code.
    #[track_caller]
    pub fn accept_invite(&self, person: &Person, code: &str) {
        let (guild, user, code) = (self.id, person.id, code.to_owned());
        let joined = self.apply(Change::AcceptInvite { guild, code, user });
        assert!(
            joined.is_some(),
            "this invite lets nobody in, or the person is in already"
        );
    }

    /// Asks moderators for two-factor authentication, or no longer.
    pub fn set_mfa(&self, asks: bool) {
        self.demand(Demand::Mfa(asks));
    }

    /// Asks new members to agree to rules before they may talk, or no longer.
    pub fn set_screening(&self, asks: bool) {
        self.demand(Demand::Screening(asks));
    }

    /// Lets automatic moderation block messages with these words, and with links that begin like
    /// those among them that begin with `http`.
    pub fn set_blocked(&self, words: &[&str]) {
        let words = words.iter().map(|word| word.to_lowercase()).collect();
        self.demand(Demand::Blocked(words));
    }

    /// Lets a new member agree to the rules.
    pub fn pass_screening(&self, person: &Person) {
        let (guild, user) = (self.id, person.id);
        self.apply(Change::PassScreening { guild, user });
    }

    /// Puts a role at a position; the higher stands above the lower.
    #[track_caller]
    pub fn move_role(&self, name: &str, position: u64) {
        let (guild, role) = (self.id, self.role(name));
        self.apply(Change::MoveRole {
            guild,
            role,
            position,
        });
    }

    /// Gives the bot a role.
    #[track_caller]
    pub fn give_bot_role(&self, name: &str) {
        let (guild, user, role) = (self.id, self.bot(), self.role(name));
        self.apply(Change::GiveRole { guild, user, role });
    }

    /// Takes a role from the bot.
    #[track_caller]
    pub fn take_bot_role(&self, name: &str) {
        let (guild, user, role) = (self.id, self.bot(), self.role(name));
        self.apply(Change::TakeRole { guild, user, role });
    }

    /// Times the bot out from now on.
    pub fn time_out_bot(&self, length: Duration) {
        let (guild, user) = (self.id, self.bot());
        self.hub.with(|state| {
            let until = Some(state.now.plus(length));
            state.apply(Change::TimeOut { guild, user, until })
        });
    }

    fn bot(&self) -> Id {
        self.hub.with_quietly(|state| state.world.application.bot)
    }

    /// Tells the bot once more that somebody joined, as Discord sometimes does.
    pub fn repeat_member_add(&self, person: &Person) {
        let (guild, user) = (self.id, person.id);
        self.apply(Change::RepeatMemberAdd { guild, user });
    }

    fn demand(&self, demand: Demand) {
        let guild = self.id;
        self.apply(Change::Demand { guild, demand });
    }

    fn apply(&self, change: Change) -> Option<Id> {
        self.hub.with(|state| state.apply(change))
    }
}

impl Emulator {
    /// Gives the bot's owner two-factor authentication, which they have at first, or takes it away.
    pub fn set_owner_mfa(&self, has: bool) {
        self.hub.with(|state| state.apply(Change::SetOwnerMfa(has)));
    }
}
