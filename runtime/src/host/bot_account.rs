//! `cogbox:discord/bot-account`: the bot's own account.

use std::time::{Duration, Instant};

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::bot_account::Host;
use cogbox_world::cogbox::discord::model::GuildId;
use cogbox_world::cogbox::host::basics::{Error, ErrorKind};
use serenity::model::permissions::Permissions;

use super::grants::Interface;
use super::powers::ACROSS_GUILDS;
use super::{Guest, error, id, invalid};
use crate::rest::Route;

/// Longest status, in characters of Discord's.
const STATUS_MAX: usize = 128;

impl Host for Guest {
    async fn leave(&mut self, guild: GuildId) -> Result<(), Fault> {
        self.require(Interface::BotAccount)?;
        let guild = id("guild", &guild)?.into();
        let needed = Permissions::MANAGE_GUILD;
        self.require_right(Interface::BotAccount, guild, None, needed)
            .await?;
        self.act(Route::LeaveGuild(guild), None, None).await
    }

    async fn set_status(&mut self, text: Option<String>) -> Result<(), Fault> {
        self.require(Interface::BotAccount)?;
        // Every server sees it.
        if !self.identity.powers.across_guilds {
            let why = format!(
                "the status shows in every server: the operator can grant it `{ACROSS_GUILDS}`"
            );
            return Err(self.denied(Interface::BotAccount, &why));
        }
        let length = text.as_ref().map_or(0, |text| text.chars().count());
        if length > STATUS_MAX {
            return Err(invalid(format!(
                "a status has at most {STATUS_MAX} characters; this has {length}"
            )));
        }
        match self.services.ways.set_status(text, Instant::now()) {
            true => Ok(()),
            false => Err(Fault::Told(Error {
                retry_after_ms: Some(Duration::from_secs(60).as_millis() as u32),
                ..error(
                    ErrorKind::RateLimited,
                    "the status was set five times within a minute",
                )
            })),
        }
    }
}
