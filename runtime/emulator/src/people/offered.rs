//! Which commands a person is offered in a channel.
//! Rules: Discord's documentation, "Application Commands", permissions and contexts.

use super::{installs, permitted};
use crate::clock::Time;
use crate::model::permissions::{USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use crate::model::{Command, CommandKind};
use crate::snowflake::Id;
use crate::wire::interaction::{IN_BOT_DM, IN_GUILD, IN_PRIVATE_CHANNEL};
use crate::world::World;

/// Returns the commands offered to a person in a channel, by name.
pub fn offered(world: &World, person: Id, channel: Id, now: Time) -> Vec<&Command> {
    let Some(place) = world.channels.get(&channel) else {
        return Vec::new();
    };
    // Nothing can be run in an archived thread.
    if place.thread.as_ref().is_some_and(|thread| thread.archived) {
        return Vec::new();
    }
    let allowed = world.permissions(person, channel, now);
    let needed = VIEW_CHANNEL | USE_APPLICATION_COMMANDS;
    if allowed & needed != needed {
        return Vec::new();
    }
    let context = match (place.guild, place.recipient) {
        (Some(_), _) => IN_GUILD,
        (None, Some(_)) => IN_BOT_DM,
        (None, None) => IN_PRIVATE_CHANNEL,
    };
    let fits = |command: &&Command| {
        let scoped = command.guild.is_none() || command.guild == place.guild;
        let contexts = command.contexts.as_ref();
        let installs = installs::of_command(world, person, channel, command);
        scoped
            && installs.any()
            && contexts.is_none_or(|contexts| contexts.contains(&context))
            && (!command.nsfw || place.nsfw || place.guild.is_none())
            // What a guild decides holds for the application that it installed.
            && place.guild.filter(|_| installs.guild.is_some()).is_none_or(|guild| {
                permitted::may_use(world, command, guild, person, place, allowed)
            })
    };
    let mut offered: Vec<&Command> = world.commands.values().filter(fits).collect();
    // A guild's own command hides the global one of the same name.
    let hidden: Vec<(CommandKind, &str)> = offered
        .iter()
        .filter(|command| command.guild.is_some())
        .map(|command| (command.kind, command.name.as_str()))
        .collect();
    offered.retain(|command| {
        command.guild.is_some() || !hidden.contains(&(command.kind, command.name.as_str()))
    });
    offered.sort_by(|a, b| (&a.name, a.kind).cmp(&(&b.name, b.kind)));
    offered
}

/// Finds an offered command by type and name, or says which there are.
pub fn find<'a>(
    world: &'a World,
    person: Id,
    channel: Id,
    kind: CommandKind,
    name: &str,
    now: Time,
) -> Result<&'a Command, String> {
    let offered = offered(world, person, channel, now);
    let locale = world.user(person).map_or("", |user| &user.locale);
    let mut same = offered.iter().filter(|command| command.kind == kind);
    if let Some(command) = same.clone().find(|command| command.is_called(name, locale)) {
        return Ok(command);
    }
    let slash = if kind == CommandKind::ChatInput {
        "/"
    } else {
        ""
    };
    let who = world.user(person).map_or("nobody", |user| user.shown());
    let names: Vec<String> = same
        .by_ref()
        .map(|c| format!("{slash}{}", c.name))
        .collect();
    Err(match names.is_empty() {
        true => format!("{who} sees no command {slash}{name}; there are none here"),
        false => format!(
            "{who} sees no command {slash}{name}; there are {}",
            names.join(", ")
        ),
    })
}
