//! Who changed what about the cogs: the dashboard's list, and `/api/changes`.

use schemars::JsonSchema;
use serde::Serialize;
use serenity::model::id::GuildId;

use super::status::Timestamp;
use crate::host::Services;
use crate::store::StoreError;

/// Changes that are shown at most.
const SHOWN: u32 = 200;

/// Something that somebody changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// From where: `discord` or `dashboard`.
    pub by: String,
    /// Who, as Discord's id; none for an account of another kind.
    pub user: Option<String>,
    /// What they were called then.
    pub name: String,
    /// In which server; none for the whole bot.
    pub guild: Option<String>,
    /// What that server is called, as far as it is kept.
    pub guild_name: Option<String>,
    /// To which cog.
    pub cog: String,
    /// What, such as `switched off`.
    pub what: String,
}

/// Reads the newest 200 of them, newest first; with a guild, those in it.
pub async fn changes(
    services: &Services,
    guild: Option<GuildId>,
) -> Result<Vec<Change>, StoreError> {
    let kept = services
        .store
        .apart()
        .actions(guild.map(GuildId::get), SHOWN)
        .await?;
    let told = kept.into_iter().map(|action| {
        let guild = (action.guild != 0).then(|| GuildId::new(action.guild));
        let known = guild.and_then(|guild| services.cache.name_of(guild));
        Change {
            at: Timestamp(action.at),
            by: action.by,
            user: (action.user != 0).then(|| action.user.to_string()),
            name: action.name,
            guild: guild.map(|guild| guild.to_string()),
            guild_name: known,
            cog: action.cog,
            what: action.what,
        }
    });
    Ok(told.collect())
}
