//! What people changed about the cogs, and when.

use std::time::{Duration, SystemTime};

use sqlx::Row;

use super::{Store, StoreError, millis};

/// How long it is kept.
const KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Something that somebody changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// When, to the millisecond.
    pub at: SystemTime,
    /// From where: `discord` or `dashboard`.
    pub by: String,
    /// Who, as Discord's id; 0 for an account that is not one of Discord's.
    pub user: u64,
    /// What they were called then.
    pub name: String,
    /// In which guild; 0 for the whole bot.
    pub guild: u64,
    /// To which cog.
    pub cog: String,
    /// What, such as `switched off`.
    pub what: String,
}

impl Store {
    /// Writes down what somebody changed, and forgets what is older than 90 days.
    pub async fn acted(&self, action: &Action) -> Result<(), StoreError> {
        let mut write = self.writer.write().await?;
        sqlx::query("DELETE FROM actions WHERE at < ?1")
            .bind(millis(action.at) - KEPT.as_millis() as i64)
            .execute(&mut write)
            .await?;
        sqlx::query(
            "INSERT INTO actions (at, by, user, name, guild, cog, what)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(millis(action.at))
        .bind(&action.by)
        .bind(action.user as i64)
        .bind(&action.name)
        .bind(action.guild as i64)
        .bind(&action.cog)
        .bind(&action.what)
        .execute(&mut write)
        .await?;
        write.commit().await?;
        Ok(())
    }

    /// Returns the newest so many, newest first; with a guild, those in it.
    pub async fn actions(&self, guild: Option<u64>, most: u32) -> Result<Vec<Action>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, by, user, name, guild, cog, what FROM actions
             WHERE ?1 IS NULL OR guild = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2",
        )
        .bind(guild.map(|guild| guild as i64))
        .bind(most)
        .fetch_all(&self.readers)
        .await?;
        let read = |row: sqlx::sqlite::SqliteRow| Action {
            at: SystemTime::UNIX_EPOCH + Duration::from_millis(row.get::<i64, _>(0) as u64),
            by: row.get(1),
            user: row.get::<i64, _>(2) as u64,
            name: row.get(3),
            guild: row.get::<i64, _>(4) as u64,
            cog: row.get(5),
            what: row.get(6),
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_done_is_kept_for_ninety_days_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let action = |day: u64, guild, what: &str| Action {
            at: SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400),
            by: "discord".to_owned(),
            user: u64::MAX,
            name: "ann".to_owned(),
            guild,
            cog: "fun".to_owned(),
            what: what.to_owned(),
        };
        let (old, on, off) = (action(1, 7, "a"), action(50, 7, "b"), action(100, 0, "c"));
        for action in [&old, &on, &off] {
            store.acted(action).await.unwrap();
        }
        let all = async |guild, most| store.actions(guild, most).await.unwrap();
        assert_eq!(all(None, 9).await, [off.clone(), on.clone()]);
        assert_eq!(all(Some(7), 9).await, [on]);
        assert_eq!(all(None, 1).await, [off]);
    }
}
