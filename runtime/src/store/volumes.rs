//! How loud a guild wants the player.

use serenity::model::id::GuildId;
use sqlx::Row;

use super::{Store, StoreError};
use crate::telemetry::Query;

impl Store {
    /// Returns how loud a guild wants it, in percent, once somebody said.
    pub async fn volume(&self, guild: GuildId) -> Result<Option<u8>, StoreError> {
        let _timed = self.timed(Query::Host);
        let row = sqlx::query("SELECT percent FROM volumes WHERE guild = ?1")
            .bind(guild.get() as i64)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.and_then(|row| u8::try_from(row.get::<i64, _>(0)).ok()))
    }

    /// Keeps how loud a guild wants it, in percent.
    pub async fn set_volume(&self, guild: GuildId, percent: u8) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        sqlx::query(
            "INSERT INTO volumes (guild, percent) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET percent = ?2",
        )
        .bind(guild.get() as i64)
        .bind(i64::from(percent))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
