//! `cogbox:discord/bot`: the bot itself.

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::bot::{Host, Vitals};
use cogbox_world::cogbox::discord::model::User;
use cogbox_world::cogbox::host::basics::ErrorKind;

use super::grants::Interface;
use super::{Guest, convert, error};
use crate::cache::shard_of;

impl Host for Guest {
    async fn me(&mut self) -> Result<User, Fault> {
        self.require(Interface::Bot)?;
        match self.services.cache.me() {
            Some(user) => Ok(convert::user(&user)),
            None => Err(Fault::Told(error(
                ErrorKind::Unavailable,
                "not connected yet",
            ))),
        }
    }

    async fn health(&mut self) -> Result<Vitals, Fault> {
        self.require(Interface::Bot)?;
        let services = &self.services;
        let millis = |time: std::time::Duration| time.as_millis().min(u32::MAX.into()) as u32;
        let shards = services.cache.shards();
        let shard = self.origin.guild.map_or(0, |guild| shard_of(guild, shards));
        Ok(Vitals {
            gateway_latency_ms: services.cache.latency(shard).map(millis),
            rest_latency_ms: services.rest.latency().map(millis),
            started: super::timestamp(services.started),
            shard,
            shards,
            guilds: services.cache.guild_count() as u32,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}
