//! Changes to who may use which command in a guild.

use super::{Event, World};
use crate::model::{Command, CommandPermission};
use crate::snowflake::Id;

impl World {
    /// Returns the overwrites of a command in a guild, or of all commands: then the target is the
    /// application.
    pub fn command_overwrites(&self, guild: Id, target: Id) -> &[CommandPermission] {
        let found = self.command_permissions.get(&(guild, target));
        found.map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn set_command_permissions(
        &mut self,
        guild: Id,
        target: Id,
        permissions: Vec<CommandPermission>,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        self.guilds.get(&guild)?;
        match permissions.is_empty() {
            true => self.command_permissions.remove(&(guild, target)),
            false => self
                .command_permissions
                .insert((guild, target), permissions),
        };
        events.push(Event::CommandPermissionsChanged { guild, target });
        events.push(Event::CommandsChanged);
        Some(target)
    }

    /// Drops the overwrites of commands that are gone, or that have another name.
    pub(super) fn drop_command_permissions(&mut self, renamed: Option<&Command>) {
        let application = self.application.id;
        let commands = &self.commands;
        self.command_permissions.retain(|(_, target), _| {
            let renamed = renamed.is_some_and(|command| command.id == *target);
            *target == application || (commands.contains_key(target) && !renamed)
        });
    }
}
