//! What a cog may do so many times a day: ping everyone, and write to people.

use std::time::SystemTime;

use cogbox_world::Fault;
use cogbox_world::cogbox::discord::model::Mentions;
use cogbox_world::cogbox::host::basics::ErrorKind;
use serenity::model::id::{ChannelId, GuildId};
use serenity::model::permissions::Permissions;

use super::grants::Interface;
use super::powers::EVERYONE;
use super::{Guest, error};

impl Guest {
    /// Refuses a text that pings everyone, unless the cog was granted it, whoever asked for it may do
    /// it too, and today has room for it.
    pub async fn require_pings(
        &mut self,
        interface: Interface,
        guild: Option<GuildId>,
        channel: ChannelId,
        text: &str,
        mentions: &Mentions,
    ) -> Result<(), Fault> {
        let pings = mentions.everyone && (text.contains("@everyone") || text.contains("@here"));
        let Some(guild) = guild.filter(|_| pings) else {
            return Ok(());
        };
        if !self.identity.powers.everyone {
            let why = format!("it would ping everyone: the operator can grant it `{EVERYONE}`");
            return Err(self.denied(interface, &why));
        }
        let needed = Permissions::MENTION_EVERYONE;
        self.require_right(interface, guild, Some(channel), needed)
            .await?;
        let most = self.identity.limits.everyone_a_day;
        self.spend(
            "everyone",
            guild.get(),
            most,
            "pings of everyone in this server",
        )
        .await
    }

    /// Counts a direct message that is about to be sent.
    pub async fn spend_direct_message(&mut self) -> Result<(), Fault> {
        let most = self.identity.limits.direct_messages_a_day;
        self.spend("direct-messages", 0, most, "direct messages")
            .await
    }

    async fn spend(&mut self, what: &str, guild: u64, most: u32, words: &str) -> Result<(), Fault> {
        let (store, cog) = (&self.services.store, self.identity.name.as_str());
        let room = store
            .spend_daily(cog, guild, what, most, SystemTime::now())
            .await;
        match room {
            Ok(true) => Ok(()),
            Ok(false) => {
                let sentence = format!("this cog has had its {most} {words} of today");
                Err(Fault::Told(error(ErrorKind::Quota, sentence)))
            }
            Err(failed) => {
                let sentence = format!("today's {words} can't be counted: {failed}");
                Err(Fault::Told(error(ErrorKind::Unavailable, sentence)))
            }
        }
    }
}
