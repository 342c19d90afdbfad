//! Changes to the registered commands, and the daily budget for making them.

use std::time::Duration;

use super::{CommandScope, Event, World};
use crate::clock::Time;
use crate::model::{Command, CommandKind};
use crate::snowflake::Id;

/// New commands per scope and day.
pub const CREATES_PER_DAY: u32 = 200;

const DAY: Duration = Duration::from_secs(86_400);

impl World {
    /// Returns the commands of one scope, in the order they were made.
    pub fn commands_of(&self, scope: CommandScope) -> impl Iterator<Item = &Command> {
        self.commands
            .values()
            .filter(move |command| command.guild == scope)
    }

    /// Returns the command with this name and type in the scope.
    pub fn command_named(
        &self,
        scope: CommandScope,
        kind: CommandKind,
        name: &str,
    ) -> Option<&Command> {
        self.commands_of(scope)
            .find(|command| command.kind == kind && command.name == name)
    }

    /// Returns how many new commands the scope may still get today.
    pub fn creates_left(&self, scope: CommandScope, now: Time) -> u32 {
        match self.creates.get(&scope) {
            Some((since, made)) if now.since(*since) < DAY => CREATES_PER_DAY.saturating_sub(*made),
            _ => CREATES_PER_DAY,
        }
    }

    pub(super) fn put_command(
        &mut self,
        command: Command,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Id {
        let id = self.store(command, now);
        self.command_writes += 1;
        events.push(Event::CommandsChanged);
        id
    }

    pub(super) fn replace_commands(
        &mut self,
        scope: CommandScope,
        commands: Vec<Command>,
        now: Time,
        events: &mut Vec<Event>,
    ) -> Option<Id> {
        let kept: Vec<Id> = commands.into_iter().map(|c| self.store(c, now)).collect();
        self.commands
            .retain(|id, command| command.guild != scope || kept.contains(id));
        self.drop_command_permissions(None);
        self.command_writes += 1;
        events.push(Event::CommandsChanged);
        None
    }

    pub(super) fn delete_command(&mut self, id: Id, events: &mut Vec<Event>) -> Option<Id> {
        self.commands.remove(&id)?;
        self.drop_command_permissions(None);
        self.command_writes += 1;
        events.push(Event::CommandsChanged);
        Some(id)
    }

    /// Keeps a command: a new one gets an id and is counted, a changed one gets a new version,
    /// one that is as before stays as it is.
    fn store(&mut self, mut command: Command, now: Time) -> Id {
        if command.id == Id(0) {
            command.id = self.ids.next(now);
            self.count_create(command.guild, now);
        }
        if let Some(before) = self.commands.get(&command.id) {
            command.version = before.version;
            if *before == command {
                return command.id;
            }
            let renamed = before.name != command.name;
            if renamed {
                self.drop_command_permissions(Some(&command));
            }
        }
        command.version = self.ids.next(now);
        let id = command.id;
        self.commands.insert(id, command);
        id
    }

    fn count_create(&mut self, scope: CommandScope, now: Time) {
        let (since, made) = self.creates.entry(scope).or_insert((now, 0));
        if now.since(*since) >= DAY {
            (*since, *made) = (now, 0);
        }
        *made += 1;
    }
}
