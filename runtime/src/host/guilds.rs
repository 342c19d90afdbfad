//! `cogbox:discord/guilds`.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::guilds::Host;
use cogbox_world::cogbox::discord::model::{Guild, GuildId};

use super::grants::Interface;
use super::{Guest, convert, id, told};
use crate::rest::Route;

impl Host for Guest {
    async fn all(&mut self, after: Option<GuildId>, limit: u16) -> Result<Vec<GuildId>, Fault> {
        self.require(Interface::Guilds)?;
        let after = after
            .map(|after| id("guild", &after))
            .transpose()?
            .unwrap_or(0);
        if self.identity.powers.across_guilds {
            let all = self
                .services
                .cache
                .guilds_after(after, limit.min(1_000).into());
            let per_guild = &self.services.per_guild;
            let on = |guild: &&_| per_guild.is_on(&self.identity, Some(**guild));
            return Ok(all.iter().filter(on).map(ToString::to_string).collect());
        }
        let own = self
            .origin
            .guild
            .filter(|guild| guild.get() > after && limit > 0);
        Ok(own.map(|guild| guild.to_string()).into_iter().collect())
    }

    async fn get(&mut self, guild: GuildId) -> Result<Guild, Fault> {
        self.require(Interface::Guilds)?;
        let guild = id("guild", &guild)?.into();
        self.require_guild(Interface::Guilds, guild)?;
        if let Some(known) = self.services.cache.guild(guild) {
            return Ok(convert::guild(&known));
        }
        let fetched = self.rest().ask(Route::Guild(guild)).await.map_err(told)?;
        Ok(convert::guild(&fetched))
    }
}
