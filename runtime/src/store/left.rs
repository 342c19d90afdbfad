//! When the bot left a guild under which something lies.

use std::time::{Duration, SystemTime};

use sqlx::Row;

use super::{Store, StoreError, millis};
use crate::telemetry::Query;

impl Store {
    /// Returns the guilds that are noted as left, and since when.
    pub async fn left_guilds(&self) -> Result<Vec<(u64, SystemTime)>, StoreError> {
        let _timed = self.timed(Query::Host);
        let rows = sqlx::query("SELECT guild, at FROM left_guilds ORDER BY guild")
            .fetch_all(&self.readers)
            .await?;
        let read = rows.into_iter().map(|row| {
            let at = Duration::from_millis(row.get::<i64, _>(1) as u64);
            (row.get::<i64, _>(0) as u64, SystemTime::UNIX_EPOCH + at)
        });
        Ok(read.collect())
    }

    /// Notes that the bot is no longer in a guild; an earlier note stays.
    pub async fn note_left(&self, guild: u64, at: SystemTime) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        sqlx::query("INSERT INTO left_guilds (guild, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            .bind(guild as i64)
            .bind(millis(at))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Takes the note back.
    pub async fn clear_left(&self, guild: u64) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        sqlx::query("DELETE FROM left_guilds WHERE guild = ?1")
            .bind(guild as i64)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
