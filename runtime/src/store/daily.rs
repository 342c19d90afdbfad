//! How often a cog did today what it may do so many times a day.

use std::time::SystemTime;

use sqlx::Row;

use super::{Store, StoreError};
use crate::telemetry::Query;

impl Store {
    /// Counts one more use of today, UTC, unless there were `most` already; tells whether there was
    /// room. `guild` is 0 for what is counted over all guilds.
    pub async fn spend_daily(
        &self,
        cog: &str,
        guild: u64,
        what: &str,
        most: u32,
        now: SystemTime,
    ) -> Result<bool, StoreError> {
        let _timed = self.timed(Query::Host);
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        let today = (since.unwrap_or_default().as_secs() / 86_400) as i64;
        let mut write = self.writer.write().await?;
        sqlx::query("DELETE FROM daily WHERE day < ?1")
            .bind(today)
            .execute(&mut write)
            .await?;
        let row = sqlx::query(
            "INSERT INTO daily (cog, guild, what, day, count) VALUES (?1, ?2, ?3, ?4, 1)
             ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count",
        )
        .bind(cog)
        .bind(guild as i64)
        .bind(what)
        .bind(today)
        .fetch_one(&mut write)
        .await?;
        let room = row.get::<i64, _>(0) <= i64::from(most);
        if room {
            write.commit().await?;
        }
        Ok(room)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_day_has_room_for_so_many_and_the_next_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let spend = async |cog: &str, guild, day: u64| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400 + 5);
            store.spend_daily(cog, guild, "x", 2, now).await.unwrap()
        };
        assert!(spend("a", 7, 1).await && spend("a", 7, 1).await);
        assert!(!spend("a", 7, 1).await && !spend("a", 7, 1).await);
        assert!(spend("a", 8, 1).await && spend("b", 7, 1).await);
        assert!(spend("a", 7, 2).await);
    }
}
