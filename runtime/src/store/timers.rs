//! Timers: when each is due, and how it goes on. A timer is taken before its call begins, so that
//! no crash can make it fire twice.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, StoreError};
use crate::telemetry::Query;

/// Which timer: a cog has one of each name in each guild, and for each person outside of guilds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerKey {
    /// Whose.
    pub cog: String,
    /// The guild, or 0.
    pub guild: u64,
    /// Who set it outside of guilds; 0 for nobody, and in a guild.
    pub user: u64,
    /// The cog's name for it.
    pub name: String,
}

/// How a timer goes on after it fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// Not at all.
    Once,
    /// So many milliseconds after it was due.
    Every(i64),
    /// When the expression says so, on the clocks of a time zone.
    Cron {
        /// The five fields.
        expression: String,
        /// The zone's name in the IANA database.
        zone: String,
    },
}

/// A timer that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// Which.
    pub key: TimerKey,
    /// When, in milliseconds since 1970.
    pub due: i64,
    /// How it goes on.
    pub repeat: Repeat,
}

impl Store {
    /// Sets a timer, in place of one of the same key; `false` when the cog has `max` others in that
    /// guild, or of that person, already.
    pub async fn set_timer(
        &self,
        timer: &Timer,
        payload: &[u8],
        max: u32,
    ) -> Result<bool, StoreError> {
        let _timed = self.timed(Query::Timer);
        let (every, cron, zone) = match &timer.repeat {
            Repeat::Once => (None, None, None),
            Repeat::Every(every) => (Some(*every), None, None),
            Repeat::Cron { expression, zone } => (None, Some(expression), Some(zone)),
        };
        let key = &timer.key;
        let mut write = self.writer.write().await?;
        let others =
            sqlx::query("SELECT COUNT(*) FROM timers WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND name <> ?4")
                .bind(&key.cog)
                .bind(key.guild as i64)
                .bind(key.user as i64)
                .bind(&key.name)
                .fetch_one(&mut write)
                .await?;
        if others.get::<i64, _>(0) >= i64::from(max) {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO timers (cog, guild, user, name, due, every, cron, zone, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT DO UPDATE SET due = ?5, every = ?6, cron = ?7, zone = ?8, payload = ?9",
        )
        .bind(&key.cog)
        .bind(key.guild as i64)
        .bind(key.user as i64)
        .bind(&key.name)
        .bind(timer.due)
        .bind(every)
        .bind(cron)
        .bind(zone)
        .bind(payload)
        .execute(&mut write)
        .await?;
        write.commit().await?;
        Ok(true)
    }

    /// Deletes a timer; `false` when there was none.
    pub async fn cancel_timer(&self, key: &TimerKey) -> Result<bool, StoreError> {
        let _timed = self.timed(Query::Timer);
        let done = sqlx::query(
            "DELETE FROM timers WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND name = ?4",
        )
        .bind(&key.cog)
        .bind(key.guild as i64)
        .bind(key.user as i64)
        .bind(&key.name)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Returns a cog's timers of a guild, or of a person outside of guilds, by name, with their
    /// payloads; at most `max`.
    pub async fn timers_of(
        &self,
        cog: &str,
        guild: u64,
        user: u64,
        max: u32,
    ) -> Result<Vec<(Timer, Vec<u8>)>, StoreError> {
        let _timed = self.timed(Query::Timer);
        let rows = sqlx::query(
            "SELECT cog, guild, user, name, due, every, cron, zone, payload FROM timers
             WHERE cog = ?1 AND guild = ?2 AND user = ?3 ORDER BY name LIMIT ?4",
        )
        .bind(cog)
        .bind(guild as i64)
        .bind(user as i64)
        .bind(max)
        .fetch_all(&self.readers)
        .await?;
        let read = |row: SqliteRow| {
            let payload = row.get(8);
            (timer(&row), payload)
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Returns timers that are due after a moment and until another, the longest due first. At most
    /// `max`, and all after `last` when it is given.
    pub async fn due_timers(
        &self,
        after: i64,
        until: i64,
        last: Option<&Timer>,
        max: u32,
    ) -> Result<Vec<Timer>, StoreError> {
        let _timed = self.timed(Query::Timer);
        let rows = sqlx::query(
            "SELECT cog, guild, user, name, due, every, cron, zone FROM timers
             WHERE due > ?1 AND due <= ?2
               AND (?3 IS NULL OR (due, cog, guild, user, name) > (?3, ?4, ?5, ?6, ?7))
             ORDER BY due, cog, guild, user, name LIMIT ?8",
        )
        .bind(after)
        .bind(until)
        .bind(last.map(|last| last.due))
        .bind(last.map(|last| &last.key.cog))
        .bind(last.map(|last| last.key.guild as i64))
        .bind(last.map(|last| last.key.user as i64))
        .bind(last.map(|last| &last.key.name))
        .bind(max)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(timer).collect())
    }

    /// Returns when the first timer after a moment is due.
    pub async fn next_due(&self, after: i64) -> Result<Option<i64>, StoreError> {
        let _timed = self.timed(Query::Timer);
        let row = sqlx::query("SELECT MIN(due) FROM timers WHERE due > ?1")
            .bind(after)
            .fetch_one(&self.readers)
            .await?;
        Ok(row.get(0))
    }

    /// Takes a timer that fires now, and returns its payload: it is gone, or due again at `next`.
    /// `None` when it was cancelled, set anew or taken since it was read.
    pub async fn take_timer(
        &self,
        timer: &Timer,
        next: Option<i64>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let _timed = self.timed(Query::Timer);
        let query = match next {
            Some(next) => sqlx::query(
                "UPDATE timers SET due = ?6
                 WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND name = ?4 AND due = ?5
                 RETURNING payload",
            )
            .bind(&timer.key.cog)
            .bind(timer.key.guild as i64)
            .bind(timer.key.user as i64)
            .bind(&timer.key.name)
            .bind(timer.due)
            .bind(next),
            None => sqlx::query(
                "DELETE FROM timers
                 WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND name = ?4 AND due = ?5
                 RETURNING payload",
            )
            .bind(&timer.key.cog)
            .bind(timer.key.guild as i64)
            .bind(timer.key.user as i64)
            .bind(&timer.key.name)
            .bind(timer.due),
        };
        let row = query.fetch_optional(&self.writer).await?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Brings forward what recurs and is further away than its own rhythm, which happens when the
    /// clock was set back.
    pub async fn pull_timers(&self, now: i64) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Timer);
        sqlx::query("UPDATE timers SET due = ?1 + every WHERE due > ?1 + every")
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Returns how many timers each cog has.
    pub async fn timer_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let _timed = self.timed(Query::Timer);
        let rows = sqlx::query("SELECT cog, COUNT(*) FROM timers GROUP BY cog")
            .fetch_all(&self.readers)
            .await?;
        let count = |row: SqliteRow| (row.get(0), row.get::<i64, _>(1) as u64);
        Ok(rows.into_iter().map(count).collect())
    }

    /// Returns what waits of each cog. What was due until a moment is late.
    pub async fn timers_waiting(
        &self,
        until: i64,
    ) -> Result<BTreeMap<String, Waiting>, StoreError> {
        let _timed = self.timed(Query::Timer);
        let rows = sqlx::query(
            "SELECT cog, COUNT(*), SUM(due <= ?1), MIN(CASE WHEN due > ?1 THEN due END)
             FROM timers GROUP BY cog",
        )
        .bind(until)
        .fetch_all(&self.readers)
        .await?;
        let read = |row: SqliteRow| {
            let waiting = Waiting {
                timers: row.get::<i64, _>(1) as u64,
                late: row.get::<i64, _>(2) as u64,
                next: row.get(3),
            };
            (row.get(0), waiting)
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

/// What waits of one cog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How many timers.
    pub timers: u64,
    /// How many of them are late.
    pub late: u64,
    /// When the first of the others is due.
    pub next: Option<i64>,
}

fn timer(row: &SqliteRow) -> Timer {
    let every: Option<i64> = row.get(5);
    let cron: Option<String> = row.get(6);
    let zone: Option<String> = row.get(7);
    Timer {
        key: TimerKey {
            cog: row.get(0),
            guild: row.get::<i64, _>(1) as u64,
            user: row.get::<i64, _>(2) as u64,
            name: row.get(3),
        },
        due: row.get(4),
        repeat: match (every, cron, zone) {
            (Some(every), ..) => Repeat::Every(every),
            (None, Some(expression), Some(zone)) => Repeat::Cron { expression, zone },
            _ => Repeat::Once,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        (folder, store)
    }

    fn once(name: &str, due: i64) -> Timer {
        Timer {
            key: TimerKey {
                cog: "a".into(),
                guild: 7,
                user: 0,
                name: name.into(),
            },
            due,
            repeat: Repeat::Once,
        }
    }

    #[tokio::test]
    async fn a_timer_is_taken_once_and_only_as_it_was_read() {
        let (_folder, store) = open().await;
        let timer = once("t", 10);
        assert!(store.set_timer(&timer, b"x", 9).await.unwrap());
        let taken = store.take_timer(&timer, None).await.unwrap();
        assert_eq!(taken.as_deref(), Some(&b"x"[..]));
        assert_eq!(store.take_timer(&timer, None).await.unwrap(), None);

        // It was set anew while it waited for its turn.
        let later = once("t", 20);
        store.set_timer(&timer, b"x", 9).await.unwrap();
        store.set_timer(&later, b"y", 9).await.unwrap();
        assert_eq!(store.take_timer(&timer, None).await.unwrap(), None);
        // What recurs stays.
        let taken = store.take_timer(&later, Some(30)).await.unwrap();
        assert_eq!(taken.as_deref(), Some(&b"y"[..]));
        assert_eq!(store.next_due(0).await.unwrap(), Some(30));
    }

    #[tokio::test]
    async fn due_timers_come_in_pages_and_in_order() {
        let (_folder, store) = open().await;
        for (name, due) in [("c", 5), ("a", 9), ("b", 5), ("d", 11)] {
            store.set_timer(&once(name, due), b"", 9).await.unwrap();
        }
        let mut names = Vec::new();
        let mut last = None;
        loop {
            let page = store.due_timers(0, 10, last.as_ref(), 2).await.unwrap();
            let Some(end) = page.last() else { break };
            last = Some(end.clone());
            names.extend(page.into_iter().map(|timer| timer.key.name));
        }
        assert_eq!(names, ["b", "c", "a"]);
        assert_eq!(store.due_timers(5, 10, None, 9).await.unwrap().len(), 1);
        assert_eq!(store.next_due(10).await.unwrap(), Some(11));
    }

    #[tokio::test]
    async fn a_guild_has_so_many_and_no_more() {
        let (_folder, store) = open().await;
        assert!(store.set_timer(&once("a", 1), b"", 2).await.unwrap());
        assert!(store.set_timer(&once("b", 1), b"", 2).await.unwrap());
        assert!(!store.set_timer(&once("c", 1), b"", 2).await.unwrap());
        assert!(store.set_timer(&once("b", 2), b"", 2).await.unwrap());
        let mut elsewhere = once("c", 1);
        elsewhere.key.guild = 8;
        assert!(store.set_timer(&elsewhere, b"", 2).await.unwrap());
        assert_eq!(store.timer_counts().await.unwrap()["a"], 3);
        let waiting = async |until| store.timers_waiting(until).await.unwrap()["a"];
        let (timers, late, next) = (3, 2, Some(2));
        assert_eq!(waiting(1).await, Waiting { timers, late, next });
        let (late, next) = (3, None);
        assert_eq!(waiting(2).await, Waiting { timers, late, next });
        // And so has each person outside of guilds.
        for user in [1, 1, 2] {
            let mut theirs = once("c", 1);
            (theirs.key.guild, theirs.key.user) = (0, user);
            assert!(store.set_timer(&theirs, b"", 1).await.unwrap());
        }
        assert_eq!(store.timers_of("a", 0, 1, 9).await.unwrap().len(), 1);
        assert_eq!(store.timer_counts().await.unwrap()["a"], 5);
        assert!(store.cancel_timer(&elsewhere.key).await.unwrap());
        assert!(!store.cancel_timer(&elsewhere.key).await.unwrap());
    }

    #[tokio::test]
    async fn a_rhythm_is_kept_when_the_clock_goes_back() {
        let (_folder, store) = open().await;
        let every = Timer {
            repeat: Repeat::Every(60),
            ..once("every", 1_000)
        };
        store.set_timer(&every, b"", 9).await.unwrap();
        store.set_timer(&once("once", 1_000), b"", 9).await.unwrap();
        store.pull_timers(950).await.unwrap();
        assert_eq!(store.next_due(0).await.unwrap(), Some(1_000));
        store.pull_timers(100).await.unwrap();
        let found = store.timers_of("a", 7, 0, 9).await.unwrap();
        let dues: Vec<_> = found.iter().map(|(timer, _)| timer.due).collect();
        assert_eq!(dues, [160, 1_000]);
    }
}
