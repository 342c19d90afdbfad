//! What the admins of a guild chose for each cog, and the commands that only one guild has.

use serenity::model::id::GuildId;
use sqlx::Row;

use super::{Store, StoreError};
use crate::telemetry::Query;

/// One cog in one guild, as far as it differs from what the operator configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenRow {
    /// Where.
    pub guild: GuildId,
    /// Which cog.
    pub cog: String,
    /// Whether it is on; `None` leaves that to the operator.
    pub on: Option<bool>,
    /// What it was granted and may not do here: names of interfaces with spaces between.
    pub withheld: String,
}

/// The commands of one cog for one guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandsRow {
    /// Where.
    pub guild: GuildId,
    /// Which cog.
    pub cog: String,
    /// The commands, as JSON.
    pub commands: String,
}

impl Store {
    /// Returns what was chosen, of all guilds.
    pub async fn chosen(&self) -> Result<Vec<ChosenRow>, StoreError> {
        let _timed = self.timed(Query::Host);
        let rows = sqlx::query("SELECT guild, cog, enabled, withheld FROM guild_cogs")
            .fetch_all(&self.readers)
            .await?;
        let read = |row: sqlx::sqlite::SqliteRow| ChosenRow {
            guild: guild(&row),
            cog: row.get(1),
            on: row.get(2),
            withheld: row.get(3),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Writes what was chosen for one cog in one guild; what leaves everything as configured is
    /// forgotten.
    pub async fn choose(&self, row: &ChosenRow) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        let (guild, cog) = (row.guild.get() as i64, row.cog.as_str());
        let query = match row.on.is_none() && row.withheld.is_empty() {
            true => sqlx::query("DELETE FROM guild_cogs WHERE guild = ?1 AND cog = ?2"),
            false => sqlx::query(
                "INSERT INTO guild_cogs (guild, cog, enabled, withheld) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET enabled = ?3, withheld = ?4",
            ),
        };
        query
            .bind(guild)
            .bind(cog)
            .bind(row.on)
            .bind(&row.withheld)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Returns the commands that only one guild has, of all guilds.
    pub async fn guild_commands(&self) -> Result<Vec<CommandsRow>, StoreError> {
        let _timed = self.timed(Query::Host);
        let rows = sqlx::query("SELECT guild, cog, commands FROM guild_commands")
            .fetch_all(&self.readers)
            .await?;
        let read = |row: sqlx::sqlite::SqliteRow| CommandsRow {
            guild: guild(&row),
            cog: row.get(1),
            commands: row.get(2),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Replaces the commands of one cog for one guild.
    pub async fn set_guild_commands(&self, row: &CommandsRow) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        sqlx::query(
            "INSERT INTO guild_commands (guild, cog, commands) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET commands = ?3",
        )
        .bind(row.guild.get() as i64)
        .bind(&row.cog)
        .bind(&row.commands)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Returns the guilds to which Discord was given commands of their own.
    pub async fn guild_scopes(&self) -> Result<Vec<GuildId>, StoreError> {
        let _timed = self.timed(Query::Host);
        let rows = sqlx::query("SELECT guild FROM guild_scopes")
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(guild).collect())
    }

    /// Notes whether Discord has commands of a guild's own.
    pub async fn set_guild_scope(&self, guild: GuildId, some: bool) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        let query = match some {
            true => sqlx::query("INSERT OR IGNORE INTO guild_scopes (guild) VALUES (?1)"),
            false => sqlx::query("DELETE FROM guild_scopes WHERE guild = ?1"),
        };
        query.bind(guild.get() as i64).execute(&self.writer).await?;
        Ok(())
    }
}

fn guild(row: &sqlx::sqlite::SqliteRow) -> GuildId {
    // Only ids are written, and none of them is 0.
    GuildId::new((row.get::<i64, _>(0) as u64).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_as_configured_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let row = |on, withheld: &str| ChosenRow {
            guild: 7.into(),
            cog: "music".into(),
            on,
            withheld: withheld.into(),
        };
        store.choose(&row(Some(false), "")).await.unwrap();
        store.choose(&row(None, "http messages")).await.unwrap();
        assert_eq!(store.chosen().await.unwrap(), [row(None, "http messages")]);
        store.choose(&row(None, "")).await.unwrap();
        assert_eq!(store.chosen().await.unwrap(), []);
    }
}
