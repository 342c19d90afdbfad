//! Where the application is installed, and the places where only its users bring it.

use super::{Event, World};
use crate::clock::Time;
use crate::model::{Channel, GROUP_DM, USER_INSTALL};
use crate::snowflake::Id;

impl World {
    /// Tells whether the application's commands were granted to a guild.
    pub fn grants_commands(&self, guild: Id) -> bool {
        self.guilds.get(&guild).is_some_and(|guild| guild.commands)
    }

    pub(super) fn grant_commands(
        &mut self,
        guild: Id,
        granted: bool,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.guilds.get_mut(&guild)?.commands = granted;
        events.push(Event::CommandsChanged);
        Some(guild)
    }

    /// Installs the application for a user; from then on it can be installed so.
    pub(super) fn install_for(&mut self, user: Id, events: &mut Vec<Event>) -> Option<Id> {
        self.users.get(&user)?;
        self.installed_by.insert(user);
        let types = &mut self.application.integration_types;
        if !types.contains(&USER_INSTALL) {
            types.push(USER_INSTALL);
        }
        events.push(Event::CommandsChanged);
        Some(user)
    }

    pub(super) fn open_group(&mut self, people: Vec<Id>, now: Time) -> Id {
        let id = self.ids.next(now);
        let channel = Channel {
            id,
            kind: GROUP_DM,
            people,
            ..Channel::default()
        };
        self.channels.insert(id, channel);
        id
    }
}
