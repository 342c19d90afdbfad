//! How many commands were new, and when: Discord takes so many a day.

use std::time::{Duration, SystemTime};

use sqlx::Row;

use super::{Store, StoreError, millis};
use crate::telemetry::Query;

/// New commands that a cog registered at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Whose.
    pub cog: String,
    /// When.
    pub at: SystemTime,
    /// How many.
    pub count: usize,
}

impl Store {
    /// Returns which new commands were registered between two moments: for one guild, or with 0 for
    /// every guild.
    pub async fn command_creates(
        &self,
        guild: u64,
        after: SystemTime,
        until: SystemTime,
    ) -> Result<Vec<Made>, StoreError> {
        let _timed = self.timed(Query::Host);
        let rows = sqlx::query(
            "SELECT cog, at, count FROM command_creates
             WHERE guild = ?3 AND at > ?1 AND at <= ?2 ORDER BY at, cog",
        )
        .bind(millis(after))
        .bind(millis(until))
        .bind(guild as i64)
        .fetch_all(&self.readers)
        .await?;
        let made = rows.into_iter().map(|row| Made {
            cog: row.get(0),
            at: SystemTime::UNIX_EPOCH + Duration::from_millis(row.get::<i64, _>(1) as u64),
            count: row.get::<i64, _>(2) as usize,
        });
        Ok(made.collect())
    }

    /// Notes that new commands were registered, and forgets what is older.
    pub async fn add_command_creates(
        &self,
        guild: u64,
        made: &[Made],
        older: SystemTime,
    ) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Host);
        let mut write = self.writer.write().await?;
        sqlx::query("DELETE FROM command_creates WHERE at <= ?1")
            .bind(millis(older))
            .execute(&mut write)
            .await?;
        for made in made {
            sqlx::query(
                "INSERT INTO command_creates (guild, cog, at, count) VALUES (?4, ?1, ?2, ?3)",
            )
            .bind(&made.cog)
            .bind(millis(made.at))
            .bind(made.count as i64)
            .bind(guild as i64)
            .execute(&mut write)
            .await?;
        }
        Ok(write.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn new_commands_are_counted_for_as_long_as_they_matter() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let at = |second: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        let made = |cog: &str, second, count| Made {
            cog: cog.to_owned(),
            at: at(second),
            count,
        };
        let (old, new) = (made("a", 10, 3), made("b", 20, 5));
        let add = async |made: &Made, older| {
            let made = [made.clone()];
            store
                .add_command_creates(0, &made, at(older))
                .await
                .unwrap();
        };
        add(&old, 0).await;
        add(&new, 0).await;
        let between = async |after, until| {
            store
                .command_creates(0, at(after), at(until))
                .await
                .unwrap()
        };
        assert_eq!(between(0, 30).await, [old.clone(), new.clone()]);
        assert_eq!(between(10, 30).await, std::slice::from_ref(&new));
        assert_eq!(between(0, 19).await, [old]);
        let newest = made("a", 40, 1);
        add(&newest, 15).await;
        assert_eq!(between(0, 50).await, [new, newest]);
    }
}
