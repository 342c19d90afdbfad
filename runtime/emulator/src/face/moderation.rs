//! People as moderators.

use std::sync::Arc;
use std::time::Duration;

use super::{Channel, Guild, Person};
use crate::hub::Hub;
use crate::model::{Actor, Overwrite, OverwriteKind};
use crate::people;
use crate::snowflake::Id;
use crate::world::{Action, Change, ChannelEdit, GuildEdit, MemberEdit, NewInvite, RoleEdit};

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
}

impl Moderator {
    /// Gives a reason for what follows.
    pub fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// Sets the language of the guild.
    #[track_caller]
    pub fn sets_language(&self, locale: &str) {
        let edit = GuildEdit {
            locale: Some(locale.to_owned()),
            ..Default::default()
        };
        self.does(Action::EditGuild(Box::new(edit)));
    }

    /// Calls the guild something else.
    #[track_caller]
    pub fn renames_guild(&self, name: &str) {
        let edit = GuildEdit {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        self.does(Action::EditGuild(Box::new(edit)));
    }

    /// Sets how much Discord wants to know of new members, from 0 to 4.
    #[track_caller]
    pub fn sets_verification(&self, level: u64) {
        let edit = GuildEdit {
            verification_level: Some(level),
            ..Default::default()
        };
        self.does(Action::EditGuild(Box::new(edit)));
    }

    /// Makes a text channel.
    #[track_caller]
    pub fn makes_channel(&self, name: &str) {
        let edit = ChannelEdit {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        self.does(Action::CreateChannel(Box::new(edit)));
    }

    /// Calls a channel something else.
    #[track_caller]
    pub fn renames_channel(&self, channel: &Channel, name: &str) {
        let edit = ChannelEdit {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        self.does(Action::EditChannel(channel.id, Box::new(edit)));
    }

    /// Allows and denies a role something in a channel.
    #[track_caller]
    pub fn overwrites(&self, channel: &Channel, role: Id, allow: u64, deny: u64) {
        let overwrite = Overwrite {
            target: role,
            kind: OverwriteKind::Role,
            allow,
            deny,
        };
        self.does(Action::SetOverwrite(channel.id, overwrite));
    }

    /// Makes a role.
    #[track_caller]
    pub fn makes_role(&self, name: &str) {
        let edit = RoleEdit {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        self.does(Action::CreateRole(edit));
    }

    /// Calls the role with this id something else.
    #[track_caller]
    pub fn renames_role(&self, role: Id, name: &str) {
        let edit = RoleEdit {
            name: Some(name.to_owned()),
            ..Default::default()
        };
        self.does(Action::EditRole(role, edit));
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

    /// Makes an invite into a channel that lasts for good.
    #[track_caller]
    pub fn invites_to(&self, channel: &Channel) {
        self.does(Action::CreateInvite(NewInvite {
            channel: channel.id,
            max_age: 0,
            max_uses: 0,
            temporary: false,
            unique: true,
        }));
    }

    /// Returns the codes of the guild's invites.
    pub fn invites(&self) -> Vec<String> {
        self.hub.with_quietly(|state| {
            let guild = state.world.guilds.get(&self.guild);
            let codes = guild.into_iter().flat_map(|guild| guild.invites.keys());
            codes.cloned().collect()
        })
    }

    /// Takes back all invites of the guild.
    #[track_caller]
    pub fn takes_back_invites(&self) {
        let codes = self.hub.with_quietly(|state| {
            let guild = state.world.guilds.get(&self.guild);
            let invites = guild.map(|guild| guild.invites.keys().cloned());
            invites.into_iter().flatten().collect::<Vec<_>>()
        });
        for code in codes {
            self.does(Action::DeleteInvite(code));
        }
    }

    #[track_caller]
    pub fn deletes_channel(&self, channel: &Channel) {
        self.does(Action::DeleteChannel(channel.id));
    }

    #[track_caller]
    pub fn deletes_thread(&self, thread: &Channel) {
        self.does(Action::DeleteThread(thread.id));
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
