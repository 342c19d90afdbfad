//! `cogbox:discord/guild-commands`: commands that only one guild sees.

use std::sync::Arc;

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::command_types::Command;
use cogbox_world::cogbox::discord::guild_commands::Host;
use cogbox_world::cogbox::discord::model::GuildId;
use cogbox_world::cogbox::host::basics::ErrorKind;

use super::grants::Interface;
use super::{Guest, error, id, invalid};
use crate::commands::Scoped;

impl Host for Guest {
    async fn set(&mut self, guild: GuildId, commands: Vec<Command>) -> Result<(), Fault> {
        let (guild, commands) = self.checked(&guild, &commands)?;
        let services = Arc::clone(&self.services);
        let (made_up, name) = (&services.guild_commands, self.identity.name.clone());
        let set = made_up.set(guild, &name, commands).await;
        set.map_err(|failed| {
            let sentence = format!("the commands can't be kept: {failed}");
            Fault::Told(error(ErrorKind::Unavailable, sentence))
        })
    }

    async fn check(&mut self, guild: GuildId, commands: Vec<Command>) -> Result<(), Fault> {
        self.checked(&guild, &commands).map(drop)
    }
}

impl Guest {
    /// Returns the guild, and commands that it can have beside those that are there.
    fn checked(
        &mut self,
        guild: &GuildId,
        commands: &[Command],
    ) -> Result<(serenity::model::id::GuildId, Vec<Scoped>), Fault> {
        self.require(Interface::GuildCommands)?;
        let guild = id("guild", guild)?.into();
        self.require_guild(Interface::GuildCommands, guild)?;
        let made_up = &self.services.guild_commands;
        let commands = made_up.check(guild, &self.identity.name, commands);
        Ok((guild, commands.map_err(invalid)?))
    }
}
