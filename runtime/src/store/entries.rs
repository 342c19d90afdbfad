//! What cogs keep: values by keys, apart for each cog, guild and person, within a quota.

use sqlx::{Row, SqliteExecutor};

use super::connections::Transaction;
use super::{Store, StoreError};
use crate::telemetry::Query;

/// Longest key, in bytes.
pub const KEY_MAX: usize = 512;
/// Largest value, in bytes.
pub const VALUE_MAX: usize = 64 << 10;
/// Most entries that one scan returns.
pub const SCAN_MAX: u16 = 1_000;
/// Most bytes of keys and values that one scan returns; the rest is read with `after`.
pub const SCAN_BYTES: usize = 1 << 20;

/// Whose entries: the bot's, a guild's, a user's, or a member's of a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The guild, or 0.
    pub guild: u64,
    /// The user, or 0.
    pub user: u64,
}

impl Scope {
    /// What the quota is counted for: a guild with its members together, a user, or the bot.
    fn owner(self) -> Self {
        match self.guild {
            0 => self,
            guild => Self { guild, user: 0 },
        }
    }
}

impl Store {
    /// Returns the value of a key, or `None`.
    pub async fn get(
        &self,
        cog: &str,
        scope: Scope,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let _timed = self.timed(Query::Get);
        check_key(key)?;
        Ok(value(&self.readers, cog, scope, key).await?)
    }

    /// Writes a key.
    pub async fn set(
        &self,
        cog: &str,
        scope: Scope,
        key: &str,
        new: &[u8],
        quota: u64,
    ) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Set);
        let mut write = self.begin(key).await?;
        let old = value(&mut write, cog, scope, key).await?;
        put(&mut write, cog, scope, key, old, Some(new), quota).await?;
        Ok(write.commit().await?)
    }

    /// Deletes a key; deleting what is not there is fine.
    pub async fn delete(&self, cog: &str, scope: Scope, key: &str) -> Result<(), StoreError> {
        let _timed = self.timed(Query::Delete);
        let mut write = self.begin(key).await?;
        let old = value(&mut write, cog, scope, key).await?;
        put(&mut write, cog, scope, key, old, None, u64::MAX).await?;
        Ok(write.commit().await?)
    }

    /// Returns entries in key order: at most `limit`, at most [`SCAN_BYTES`], all after `after`.
    pub async fn scan(
        &self,
        cog: &str,
        scope: Scope,
        prefix: &str,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let _timed = self.timed(Query::Scan);
        let rows = sqlx::query(
            "SELECT key, value FROM entries
             WHERE cog = ?1 AND guild = ?2 AND user = ?3
               AND key >= ?4 AND (?5 IS NULL OR CAST(key AS BLOB) < ?5)
               AND (?6 IS NULL OR key > ?6)
             ORDER BY key LIMIT ?7",
        )
        .bind(cog)
        .bind(scope.guild as i64)
        .bind(scope.user as i64)
        .bind(prefix)
        .bind(successor(prefix))
        .bind(after)
        .bind(i64::from(limit.min(SCAN_MAX)))
        .fetch_all(&self.readers)
        .await?;
        let mut bytes = 0;
        Ok(rows
            .into_iter()
            .map(|row| (row.get::<String, _>(0), row.get::<Vec<u8>, _>(1)))
            .take_while(|(key, value)| {
                // The first one always fits: VALUE_MAX is far below SCAN_BYTES.
                bytes += key.len() + value.len();
                bytes <= SCAN_BYTES
            })
            .collect())
    }

    /// Adds to a decimal number, 0 when absent, and returns the sum.
    pub async fn add(
        &self,
        cog: &str,
        scope: Scope,
        key: &str,
        delta: i64,
        quota: u64,
    ) -> Result<i64, StoreError> {
        let _timed = self.timed(Query::Add);
        let mut write = self.begin(key).await?;
        let old = value(&mut write, cog, scope, key).await?;
        let number = match &old {
            None => 0,
            Some(text) => std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse::<i64>().ok())
                .ok_or_else(|| StoreError::Invalid(format!("`{key}` is not a whole number")))?,
        };
        let sum = number.checked_add(delta).ok_or_else(|| {
            StoreError::Invalid(format!("{number} plus {delta} does not fit into 64 bits"))
        })?;
        put(
            &mut write,
            cog,
            scope,
            key,
            old,
            Some(sum.to_string().as_bytes()),
            quota,
        )
        .await?;
        write.commit().await?;
        Ok(sum)
    }

    /// Writes `new` only when the value is still `old`; `None` means absent.
    pub async fn swap(
        &self,
        cog: &str,
        scope: Scope,
        key: &str,
        old: Option<&[u8]>,
        new: Option<&[u8]>,
        quota: u64,
    ) -> Result<bool, StoreError> {
        let _timed = self.timed(Query::Swap);
        let mut write = self.begin(key).await?;
        let current = value(&mut write, cog, scope, key).await?;
        if current.as_deref() != old {
            return Ok(false);
        }
        put(&mut write, cog, scope, key, current, new, quota).await?;
        write.commit().await?;
        Ok(true)
    }

    async fn begin(&self, key: &str) -> Result<Transaction, StoreError> {
        check_key(key)?;
        Ok(self.writer.write().await?)
    }
}

fn check_key(key: &str) -> Result<(), StoreError> {
    match key.len() {
        1..=KEY_MAX => Ok(()),
        0 => Err(StoreError::Invalid("a key can't be empty".into())),
        length => Err(StoreError::Invalid(format!(
            "a key has at most {KEY_MAX} bytes; this one has {length}"
        ))),
    }
}

async fn value(
    db: impl SqliteExecutor<'_>,
    cog: &str,
    scope: Scope,
    key: &str,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT value FROM entries WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND key = ?4",
    )
    .bind(cog)
    .bind(scope.guild as i64)
    .bind(scope.user as i64)
    .bind(key)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| row.get(0)))
}

/// Writes or deletes an entry inside a transaction, and keeps the owner's usage in step.
async fn put(
    db: &mut Transaction,
    cog: &str,
    scope: Scope,
    key: &str,
    old: Option<Vec<u8>>,
    new: Option<&[u8]>,
    quota: u64,
) -> Result<(), StoreError> {
    let size = |value: &[u8]| (key.len() + value.len()) as i64;
    if let Some(new) = new.filter(|new| new.len() > VALUE_MAX) {
        return Err(StoreError::Invalid(format!(
            "a value has at most {VALUE_MAX} bytes; this one has {}",
            new.len()
        )));
    }
    let growth = new.map_or(0, size) - old.as_deref().map_or(0, size);
    let owner = scope.owner();
    if growth != 0 {
        let row = sqlx::query(
            "INSERT INTO usage (cog, guild, user, bytes) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET bytes = bytes + ?4 RETURNING bytes",
        )
        .bind(cog)
        .bind(owner.guild as i64)
        .bind(owner.user as i64)
        .bind(growth)
        .fetch_one(&mut *db)
        .await?;
        let bytes = row.get::<i64, _>(0);
        if growth > 0 && bytes as u64 > quota {
            // The transaction is dropped with this error, and the sum with it.
            return Err(StoreError::Quota {
                used: (bytes - growth) as u64,
                quota,
            });
        }
    }
    let query = match new {
        Some(new) => sqlx::query(
            "INSERT INTO entries (cog, guild, user, key, value) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET value = ?5",
        )
        .bind(cog)
        .bind(scope.guild as i64)
        .bind(scope.user as i64)
        .bind(key)
        .bind(new.to_vec()),
        None => sqlx::query(
            "DELETE FROM entries WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND key = ?4",
        )
        .bind(cog)
        .bind(scope.guild as i64)
        .bind(scope.user as i64)
        .bind(key),
    };
    query.execute(db).await?;
    Ok(())
}

/// Returns what bounds the keys that begin so: they are compared byte by byte. Nothing, when all do.
pub(super) fn successor(prefix: &str) -> Option<Vec<u8>> {
    let mut bound = prefix.as_bytes().to_vec();
    while bound.last() == Some(&0xff) {
        bound.pop();
    }
    *bound.last_mut()? += 1;
    Some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: Scope = Scope { guild: 7, user: 0 };

    async fn open() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn what_is_written_is_there_after_reopening() {
        let (folder, store) = open().await;
        store.set("a", GUILD, "k", b"v", 100).await.unwrap();
        let secret = store.secret("cache").await.unwrap();
        store.close().await;
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        assert_eq!(
            store.get("a", GUILD, "k").await.unwrap().as_deref(),
            Some(&b"v"[..])
        );
        assert_eq!(store.secret("cache").await.unwrap(), secret);
    }

    #[tokio::test]
    async fn cogs_and_scopes_are_apart() {
        let (_folder, store) = open().await;
        store.set("a", GUILD, "k", b"1", 100).await.unwrap();
        let member = Scope { guild: 7, user: 9 };
        for (cog, scope) in [
            ("b", GUILD),
            ("a", member),
            ("a", Scope { guild: 8, user: 0 }),
        ] {
            assert_eq!(store.get(cog, scope, "k").await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn a_guild_and_its_members_share_one_quota() {
        let (_folder, store) = open().await;
        store.set("a", GUILD, "k", &[0; 50], 100).await.unwrap();
        let member = Scope { guild: 7, user: 9 };
        let full = store.set("a", member, "k", &[0; 50], 100).await;
        assert!(
            matches!(
                full,
                Err(StoreError::Quota {
                    used: 51,
                    quota: 100
                })
            ),
            "{full:?}"
        );
        assert_eq!(store.get("a", member, "k").await.unwrap(), None);
        store
            .set("a", Scope { guild: 8, user: 0 }, "k", &[0; 50], 100)
            .await
            .unwrap();
        store.delete("a", GUILD, "k").await.unwrap();
        store.set("a", member, "k", &[0; 50], 100).await.unwrap();
    }

    #[tokio::test]
    async fn a_hundred_adds_at_once_lose_nothing() {
        let (_folder, store) = open().await;
        let adds = (0..100).map(|_| store.add("a", GUILD, "n", 1, 100));
        let mut sums = futures_util::future::try_join_all(adds).await.unwrap();
        sums.sort_unstable();
        assert_eq!(sums, (1..=100).collect::<Vec<_>>());
        store.set("a", GUILD, "word", b"x", 100).await.unwrap();
        assert!(store.add("a", GUILD, "word", 1, 100).await.is_err());
        assert!(store.add("a", GUILD, "n", i64::MAX, 100).await.is_err());
        assert_eq!(store.add("a", GUILD, "n", 0, 100).await.unwrap(), 100);
    }

    #[tokio::test]
    async fn one_of_two_swaps_wins() {
        let (_folder, store) = open().await;
        let swap = |new: &'static [u8]| store.swap("a", GUILD, "k", None, Some(new), 100);
        let (first, second) = tokio::join!(swap(b"1"), swap(b"2"));
        assert_ne!(first.unwrap(), second.unwrap());
    }

    #[tokio::test]
    async fn scans_are_bounded_and_in_order() {
        let (_folder, store) = open().await;
        for key in ["a/2", "a/1", "b/1", "a", "a/é"] {
            store.set("a", GUILD, key, b"v", 1000).await.unwrap();
        }
        let keys = async |prefix: &str, after: Option<&str>, limit| {
            let found = store.scan("a", GUILD, prefix, after, limit).await.unwrap();
            found.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(keys("a/", None, 10).await, ["a/1", "a/2", "a/é"]);
        assert_eq!(keys("a/", Some("a/1"), 1).await, ["a/2"]);
        assert_eq!(keys("", None, 10).await.len(), 5);
        for n in 0..20 {
            store
                .set("b", GUILD, &format!("{n:02}"), &[0; VALUE_MAX], 10 << 20)
                .await
                .unwrap();
        }
        assert_eq!(
            store.scan("b", GUILD, "", None, 100).await.unwrap().len(),
            15
        );
        assert!(
            store
                .set("b", GUILD, "k", &[0; VALUE_MAX + 1], 10 << 20)
                .await
                .is_err()
        );
        assert!(store.set("b", GUILD, "", b"", 10 << 20).await.is_err());
    }
}
