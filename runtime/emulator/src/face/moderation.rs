//! People as moderators, and people who come and go.

use std::sync::Arc;
use std::time::Duration;

use super::{Channel, Guild, Person};
use crate::emulator::Emulator;
use crate::hub::Hub;
use crate::model::Actor;
use crate::people;
use crate::snowflake::Id;
use crate::world::{Action, Change, Demand, EmojiEdit, MemberEdit};

/// A person who moderates a guild.
#[derive(Clone)]
pub struct Moderator {
    hub: Arc<Hub>,
    guild: Id,
    id: Id,
    reason: Option<String>,
}

impl Guild {
    /// Lets a person moderate the guild, as far as their roles reach.
    pub fn moderator(&self, person: &Person) -> Moderator {
        Moderator {
            hub: self.hub.clone(),
            guild: self.id,
            id: person.id,
            reason: None,
        }
    }

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

impl Moderator {
    /// Gives a reason for what follows.
    pub fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    #[track_caller]
    pub fn kicks(&self, person: &Person) {
        self.does(Action::Kick(person.id));
    }

    /// Bans somebody; their messages stay.
    #[track_caller]
    pub fn bans(&self, person: &Person) {
        self.does(Action::Ban {
            user: person.id,
            delete_since: None,
        });
    }

    #[track_caller]
    pub fn unbans(&self, person: &Person) {
        self.does(Action::Unban(person.id));
    }

    /// Times somebody out from now on.
    #[track_caller]
    pub fn times_out(&self, person: &Person, length: Duration) {
        let now = self.hub.with_quietly(|state| state.now);
        self.edits(
            person,
            MemberEdit {
                timed_out_until: Some(Some(now.plus(length))),
                ..MemberEdit::default()
            },
        );
    }

    #[track_caller]
    pub fn lifts_timeout(&self, person: &Person) {
        self.edits(
            person,
            MemberEdit {
                timed_out_until: Some(None),
                ..MemberEdit::default()
            },
        );
    }

    /// Gives somebody a nickname; an empty one takes it away.
    #[track_caller]
    pub fn renames(&self, person: &Person, nick: &str) {
        let nick = Some(nick.to_owned()).filter(|nick| !nick.is_empty());
        self.edits(
            person,
            MemberEdit {
                nick: Some(nick),
                ..MemberEdit::default()
            },
        );
    }

    /// Gives somebody a role.
    #[track_caller]
    pub fn gives_role(&self, person: &Person, name: &str) {
        self.does(self.roles(person, name, true));
    }

    /// Takes a role from somebody.
    #[track_caller]
    pub fn takes_role(&self, person: &Person, name: &str) {
        self.does(self.roles(person, name, false));
    }

    /// Tries to give somebody a role, and returns the sentence with which that is refused.
    #[track_caller]
    pub fn cannot_give_role(&self, person: &Person, name: &str) -> String {
        self.cannot(self.roles(person, name, true))
    }

    /// Returns the change of somebody's roles by one.
    #[track_caller]
    fn roles(&self, person: &Person, name: &str, give: bool) -> Action {
        let guild = Guild {
            hub: self.hub.clone(),
            id: self.guild,
        };
        let role = guild.role(name);
        let had = self.hub.with_quietly(|state| {
            let member = state.world.member(self.guild, person.id);
            member.map(|member| member.roles.clone())
        });
        let mut roles = had.unwrap_or_default();
        match give {
            true => roles.insert(role),
            false => roles.remove(&role),
        };
        let edit = MemberEdit {
            roles: Some(roles),
            ..MemberEdit::default()
        };
        Action::EditMember(person.id, edit)
    }

    #[track_caller]
    pub fn deletes_channel(&self, channel: &Channel) {
        self.does(Action::DeleteChannel(channel.id));
    }

    /// Deletes the role with this id.
    #[track_caller]
    pub fn deletes_role(&self, role: Id) {
        self.does(Action::DeleteRole(role));
    }

    /// Tries to kick somebody, and returns the sentence with which that is refused.
    #[track_caller]
    pub fn cannot_kick(&self, person: &Person) -> String {
        self.cannot(Action::Kick(person.id))
    }

    #[track_caller]
    fn edits(&self, person: &Person, edit: MemberEdit) {
        self.does(Action::EditMember(person.id, edit));
    }

    #[track_caller]
    fn cannot(&self, action: Action) -> String {
        match self.tries(action) {
            Err(sentence) => sentence,
            Ok(()) => panic!("it was done, but the test says that it cannot be"),
        }
    }

    #[track_caller]
    fn does(&self, action: Action) {
        if let Err(sentence) = self.tries(action) {
            panic!("{sentence}");
        }
    }

    fn tries(&self, action: Action) -> Result<(), String> {
        let guild = self.guild;
        let by = Actor {
            user: self.id,
            reason: self.reason.clone(),
        };
        self.hub.with(|state| {
            people::moderate(&state.world, guild, self.id, &action, state.now)?;
            let action = Box::new(action);
            state.apply(Change::Audited { guild, by, action });
            Ok(())
        })
    }
}
