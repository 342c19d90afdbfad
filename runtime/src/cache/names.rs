//! What guilds are called. It is always kept, for the dashboard.

use serde::Deserialize;
use serenity::model::id::GuildId;

use super::Cache;
use crate::rest::{Rest, RestError, Route};

/// Most guilds that Discord tells at a time.
const AT_A_TIME: usize = 200;
/// Most times that it is asked in a row.
const TIMES: usize = 10;

/// A guild, as Discord lists those that the bot is in.
#[derive(Deserialize)]
struct Listed {
    id: GuildId,
    name: String,
}

impl Cache {
    /// Returns what a guild is called, as far as Discord said.
    pub fn name_of(&self, guild: GuildId) -> Option<String> {
        let inner = self.read();
        match inner.guilds.get(&guild) {
            Some(known) => Some(known.name.clone()),
            None => inner.unseen.get(&guild)?.clone(),
        }
    }

    /// Asks Discord for the names that are not known: after a restart that resumed, it does not show
    /// those guilds again. Of very many guilds some are left for the next time.
    pub async fn learn_names(&self, rest: &Rest) -> Result<(), RestError> {
        let mut last = 0;
        for _ in 0..TIMES {
            let Some(next) = self.nameless_after(last) else {
                return Ok(());
            };
            let query = format!("after={}&limit={AT_A_TIME}", next.get() - 1);
            let told: Vec<Listed> = rest.ask(Route::OwnGuilds(query)).await?;
            let Some(end) = told.last() else {
                return Ok(());
            };
            last = end.id.get();
            let all = told.len() < AT_A_TIME;
            let mut inner = self.write();
            for guild in told {
                if let Some(name) = inner.unseen.get_mut(&guild.id) {
                    *name = Some(guild.name);
                }
            }
            if all {
                return Ok(());
            }
        }
        Ok(())
    }

    fn nameless_after(&self, last: u64) -> Option<GuildId> {
        let inner = self.read();
        let nameless = inner.unseen.iter().filter(|(_, name)| name.is_none());
        let later = nameless.map(|(id, _)| *id).filter(|id| id.get() > last);
        later.min()
    }
}
