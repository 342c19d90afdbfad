//! What all members of a guild have: a cog's leaderboards, without a list of members of its own.

use sqlx::Row;

use super::entries::{SCAN_BYTES, SCAN_MAX, successor};
use super::{Store, StoreError};
use crate::telemetry::Query;

/// An entry of a member's.
#[derive(Debug, PartialEq, Eq)]
pub struct MemberEntry {
    /// The member.
    pub user: u64,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Vec<u8>,
}

impl Store {
    /// Returns entries of a guild's members whose keys begin so, by member and then by key: at most
    /// `limit`, at most [`SCAN_BYTES`], all after `after`.
    pub async fn scan_members(
        &self,
        cog: &str,
        guild: u64,
        prefix: &str,
        after: Option<(u64, &str)>,
        limit: u16,
    ) -> Result<Vec<MemberEntry>, StoreError> {
        let _timed = self.timed(Query::Scan);
        let (user, key) = after.unwrap_or_default();
        let rows = sqlx::query(
            "SELECT user, key, value FROM entries
             WHERE cog = ?1 AND guild = ?2 AND user <> 0
               AND key >= ?3 AND (?4 IS NULL OR CAST(key AS BLOB) < ?4)
               AND (user, key) > (?5, ?6)
             ORDER BY user, key LIMIT ?7",
        )
        .bind(cog)
        .bind(guild as i64)
        .bind(prefix)
        .bind(successor(prefix))
        .bind(user as i64)
        .bind(key)
        .bind(i64::from(limit.min(SCAN_MAX)))
        .fetch_all(&self.readers)
        .await?;
        let mut bytes = 0;
        let entries = rows.into_iter().map(|row| MemberEntry {
            user: row.get::<i64, _>(0) as u64,
            key: row.get(1),
            value: row.get(2),
        });
        // The first one always fits, as in `scan`.
        let fits = entries.take_while(|entry| {
            bytes += entry.key.len() + entry.value.len();
            bytes <= SCAN_BYTES
        });
        Ok(fits.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Scope;

    #[tokio::test]
    async fn members_are_scanned_in_order_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("t.db")).await.unwrap();
        for (cog, guild, user, key) in [
            ("a", 7, 2, "p/1"),
            ("a", 7, 1, "p/2"),
            ("a", 7, 1, "p/1"),
            ("a", 7, 1, "q"),
            // The guild's own, the person's own, another guild's, another cog's.
            ("a", 7, 0, "p/1"),
            ("a", 0, 1, "p/1"),
            ("a", 8, 1, "p/1"),
            ("b", 7, 1, "p/1"),
        ] {
            let place = Scope { guild, user };
            store.set(cog, place, key, b"x", 1 << 20).await.unwrap();
        }
        let scan = async |prefix, after, limit| -> Vec<(u64, String)> {
            let found = store.scan_members("a", 7, prefix, after, limit).await;
            let found = found.unwrap().into_iter();
            found.map(|entry| (entry.user, entry.key)).collect()
        };
        let own = |all: &[(u64, &str)]| -> Vec<(u64, String)> {
            all.iter()
                .map(|(user, key)| (*user, key.to_string()))
                .collect()
        };
        let all = own(&[(1, "p/1"), (1, "p/2"), (2, "p/1")]);
        assert_eq!(scan("p/", None, 100).await, all);
        assert_eq!(scan("p/1", None, 100).await, own(&[(1, "p/1"), (2, "p/1")]));
        assert_eq!(scan("", None, 2).await, all[..2]);
        assert_eq!(scan("p/", Some((1, "p/1")), 100).await, all[1..]);
        assert_eq!(scan("p/", Some((1, "p/9")), 100).await, all[2..]);
        assert_eq!(scan("p/", None, 0).await, []);
    }
}
