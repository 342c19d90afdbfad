//! What a guild's admins set for a cog, as JSON. What the values mean is told elsewhere.

use std::collections::BTreeMap;

use sqlx::Row;

use super::{Store, StoreError};
use crate::telemetry::Query;

impl Store {
    /// Returns one setting.
    pub async fn setting(
        &self,
        cog: &str,
        guild: u64,
        key: &str,
    ) -> Result<Option<String>, StoreError> {
        let _timed = self.timed(Query::Setting);
        let row =
            sqlx::query("SELECT value FROM settings WHERE cog = ?1 AND guild = ?2 AND key = ?3")
                .bind(cog)
                .bind(guild as i64)
                .bind(key)
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Returns all settings of a cog in a guild, by key.
    pub async fn settings(
        &self,
        cog: &str,
        guild: u64,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        let _timed = self.timed(Query::Setting);
        let rows = sqlx::query("SELECT key, value FROM settings WHERE cog = ?1 AND guild = ?2")
            .bind(cog)
            .bind(guild as i64)
            .fetch_all(&self.readers)
            .await?;
        let read = |row: sqlx::sqlite::SqliteRow| (row.get(0), row.get(1));
        Ok(rows.into_iter().map(read).collect())
    }

    /// Writes a setting, or forgets it.
    pub async fn set_setting(
        &self,
        cog: &str,
        guild: u64,
        key: &str,
        value: Option<&str>,
    ) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Setting);
        let query = match value {
            Some(value) => sqlx::query(
                "INSERT INTO settings (cog, guild, key, value) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET value = ?4",
            )
            .bind(cog)
            .bind(guild as i64)
            .bind(key)
            .bind(value),
            None => sqlx::query("DELETE FROM settings WHERE cog = ?1 AND guild = ?2 AND key = ?3")
                .bind(cog)
                .bind(guild as i64)
                .bind(key),
        };
        query.execute(&self.writer).await?;
        Ok(())
    }
}
