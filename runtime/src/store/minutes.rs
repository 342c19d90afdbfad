//! How often commands were used in each minute, by cog.

use std::collections::BTreeMap;

use sqlx::Row;

use super::{Store, StoreError};

/// The uses of one cog's commands in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uses {
    /// How often.
    pub uses: u64,
    /// How many of them failed.
    pub failed: u64,
    /// How long all of them took together, in milliseconds.
    pub took: u64,
}

impl std::ops::AddAssign for Uses {
    fn add_assign(&mut self, more: Self) {
        self.uses += more.uses;
        self.failed += more.failed;
        self.took += more.took;
    }
}

impl Store {
    /// Adds to what is known of each minute (counted since 1970) and cog.
    pub async fn add_minutes(
        &self,
        minutes: &BTreeMap<(u64, String), Uses>,
    ) -> Result<(), StoreError> {
        let mut write = self.writer.write().await?;
        for ((minute, cog), uses) in minutes {
            sqlx::query(
                "INSERT INTO minutes (minute, cog, uses, failed, took) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET uses = uses + ?3, failed = failed + ?4, took = took + ?5",
            )
            .bind(*minute as i64)
            .bind(cog)
            .bind(uses.uses as i64)
            .bind(uses.failed as i64)
            .bind(uses.took as i64)
            .execute(&mut write)
            .await?;
        }
        write.commit().await?;
        Ok(())
    }

    /// Forgets what was before a minute.
    pub async fn forget_minutes(&self, before: u64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM minutes WHERE minute < ?1")
            .bind(before as i64)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Returns the uses since a minute in stretches of so many minutes each, by the stretch's first
    /// minute, which is a multiple of its length, and by cog.
    pub async fn minutes_since(
        &self,
        minute: u64,
        stretch: u64,
    ) -> Result<BTreeMap<(u64, String), Uses>, StoreError> {
        let rows = sqlx::query(
            "SELECT minute / ?2 * ?2 AS first, cog, SUM(uses), SUM(failed), SUM(took)
             FROM minutes WHERE minute >= ?1 GROUP BY first, cog",
        )
        .bind(minute as i64)
        .bind(stretch.max(1) as i64)
        .fetch_all(&self.readers)
        .await?;
        let number = |row: &sqlx::sqlite::SqliteRow, column| row.get::<i64, _>(column) as u64;
        let read = rows.iter().map(|row| {
            let uses = Uses {
                uses: number(row, 2),
                failed: number(row, 3),
                took: number(row, 4),
            };
            ((number(row, 0), row.get(1)), uses)
        });
        Ok(read.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn minutes_add_up_and_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let uses = |uses, failed, took| Uses { uses, failed, took };
        let of = |minute, cog: &str, uses| ((minute, cog.to_owned()), uses);
        let first = BTreeMap::from([
            of(100, "a", uses(2, 1, 30)),
            of(101, "a", uses(1, 0, 5)),
            of(110, "b", uses(1, 0, 7)),
        ]);
        store.add_minutes(&first).await.unwrap();
        let more = BTreeMap::from([of(101, "a", uses(4, 0, 10))]);
        store.add_minutes(&more).await.unwrap();
        let since = async |minute, stretch| store.minutes_since(minute, stretch).await.unwrap();
        assert_eq!(
            since(100, 10).await,
            BTreeMap::from([of(100, "a", uses(7, 1, 45)), of(110, "b", uses(1, 0, 7)),])
        );
        assert_eq!(
            since(101, 1).await.into_iter().next(),
            Some(of(101, "a", uses(5, 0, 15)))
        );
        store.forget_minutes(101).await.unwrap();
        assert_eq!(since(0, 1).await.len(), 2);
    }
}
