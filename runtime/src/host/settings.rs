//! `cogbox:host/settings`: what a guild's admins set for the cog.

use cogbox_world::Fault;
use cogbox_world::cogbox::host::basics::Value;
use cogbox_world::cogbox::host::settings::Host;

use super::grants::Interface;
use super::{Guest, id, invalid, store};
use crate::settings::{self, SetError};

impl Host for Guest {
    async fn get(&mut self, guild: String, key: String) -> Result<Option<Value>, Fault> {
        self.require(Interface::Settings)?;
        let guild = self.settings_guild(&guild)?;
        let (cog, form) = (&self.identity.name, &self.identity.settings);
        let found = settings::get(&self.services.store, cog, form, guild, &key).await;
        found.map_err(store::told)
    }

    async fn set(&mut self, guild: String, key: String, value: Value) -> Result<(), Fault> {
        self.require(Interface::Settings)?;
        let guild = self.settings_guild(&guild)?;
        let (cog, form) = (&self.identity.name, &self.identity.settings);
        let set = settings::set(&self.services.store, cog, form, guild, &key, Some(value)).await;
        set.map_err(|failed| match failed {
            SetError::Invalid(sentence) => invalid(sentence),
            SetError::Store(failed) => store::told(failed),
        })
    }
}

impl Guest {
    fn settings_guild(&self, guild: &str) -> Result<u64, Fault> {
        let guild = id("guild", guild)?;
        self.require_guild(Interface::Settings, guild.into())?;
        Ok(guild)
    }
}
