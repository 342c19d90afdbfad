//! Which commands a person is offered in a channel.
//! Rules: Discord's documentation, "Application Commands", permissions and contexts.

use crate::clock::Time;
use crate::model::permissions::{ADMINISTRATOR, USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use crate::model::{Command, CommandKind};
use crate::snowflake::Id;
use crate::world::World;

const IN_GUILD: u64 = 0;
const IN_BOT_DM: u64 = 1;
const GUILD_INSTALL: u64 = 0;

/// Returns the commands offered to a person in a channel, by name.
pub fn offered(world: &World, person: Id, channel: Id, now: Time) -> Vec<&Command> {
    let Some(place) = world.channels.get(&channel) else {
        return Vec::new();
    };
    let allowed = world.permissions(person, channel, now);
    let needed = VIEW_CHANNEL | USE_APPLICATION_COMMANDS;
    if allowed & needed != needed {
        return Vec::new();
    }
    let context = if place.guild.is_some() {
        IN_GUILD
    } else {
        IN_BOT_DM
    };
    let fits = |command: &&Command| {
        let scoped = command.guild.is_none() || command.guild == place.guild;
        let contexts = command.contexts.as_ref();
        let installed = command.integration_types.as_ref();
        scoped
            && contexts.is_none_or(|contexts| contexts.contains(&context))
            && installed.is_none_or(|types| types.contains(&GUILD_INSTALL))
            && (!command.nsfw || place.nsfw || place.guild.is_none())
            && (place.guild.is_none() || may_use(command, allowed))
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

fn may_use(command: &Command, allowed: u64) -> bool {
    match command.default_member_permissions {
        _ if allowed & ADMINISTRATOR != 0 => true,
        None => true,
        Some(0) => false,
        Some(needed) => allowed & needed == needed,
    }
}
