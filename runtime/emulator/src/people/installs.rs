//! By which installations a person uses the application: their guild's, their own, or both.
//! Rules: Discord's documentation, "Application", installation context.

use crate::model::{Command, GUILD_INSTALL, Installs, Message, USER_INSTALL};
use crate::snowflake::Id;
use crate::world::World;

/// Returns the installations that bring a command to a person in a channel.
pub fn of_command(world: &World, person: Id, channel: Id, command: &Command) -> Installs {
    let Some(place) = world.channels.get(&channel) else {
        return Installs::default();
    };
    let types = command.integration_types.as_ref();
    let types = types.unwrap_or(&world.application.integration_types);
    // A guild's own commands come with its installation, and with no other.
    let own = command.guild.is_some();
    let by_guild = own || types.contains(&GUILD_INSTALL);
    let by_user = !own && types.contains(&USER_INSTALL);
    let guild = match (place.guild, place.recipient) {
        (Some(guild), _) => world.grants_commands(guild).then_some(guild),
        (None, Some(_)) => Some(Id(0)),
        (None, None) => None,
    };
    let installed = world.installed_by.contains(&person);
    Installs {
        guild: guild.filter(|_| by_guild),
        user: (by_user && installed).then_some(person),
    }
}

/// Returns the installations that brought a message whose component is used: for everyone those
/// of whoever made the application write it.
pub fn of_message(world: &World, message: &Message) -> Installs {
    let usual = Installs {
        guild: Some(message.guild.unwrap_or_default()),
        user: None,
    };
    let note = message.interaction.as_ref();
    let installs = note.map_or(usual, |note| note.installs);
    match message.guild {
        // The application may have come into the guild, or left it, since.
        Some(guild) if !world.bot_is_in(guild) => Installs {
            guild: installs.guild.filter(|_| world.grants_commands(guild)),
            ..installs
        },
        _ => installs,
    }
}
