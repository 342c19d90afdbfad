//! Who is logged in to the dashboard, and by what others may log in. None of it can be used by who
//! reads it: of what browsers and people have, only digests lie here.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serenity::model::id::{GuildId, UserId};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, StoreError, millis};

/// The name of the dashboard's token among the secrets.
const TOKEN: &str = "dashboard-token";
/// How many may be logged in with the token, and as many by Discord; the one that has been for longest
/// makes room.
const SESSIONS_MAX: i64 = 200;
/// How often one person may be logged in by Discord, so that nobody takes the room of others.
const OWN_MAX: i64 = 5;

/// A digest of what a browser has.
pub type Digest = [u8; 32];

/// Somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Since when.
    pub made: SystemTime,
    /// Until when.
    pub ends: SystemTime,
    /// Who, as Discord knows them; none has the dashboard's token.
    pub person: Option<Person>,
}

/// Somebody who logged in by Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The guilds that they managed then.
    pub guilds: BTreeSet<GuildId>,
}

impl Store {
    /// Returns the hash of the dashboard's token, once there is one.
    pub async fn login_token(&self) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT CAST(value AS TEXT) FROM secrets WHERE name = ?1")
            .bind(TOKEN)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Exchanges the dashboard's token. Whoever is logged in is so no more, and no link is good.
    pub async fn set_login_token(&self, hash: &str) -> Result<(), StoreError> {
        let mut change = self.writer.write().await?;
        sqlx::query(
            "INSERT INTO secrets (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = ?2",
        )
        .bind(TOKEN)
        .bind(hash.as_bytes())
        .execute(&mut change)
        .await?;
        sqlx::raw_sql("DELETE FROM web_sessions; DELETE FROM web_links;")
            .execute(&mut change)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// Keeps a link that logs in once.
    pub async fn add_login_link(&self, link: Digest, ends: SystemTime) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO web_links (digest, ends) VALUES (?1, ?2)")
            .bind(&link[..])
            .bind(millis(ends))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Takes a link, and tells whether it was good. It is taken once, whoever else asks.
    pub async fn use_login_link(&self, link: Digest, now: SystemTime) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM web_links WHERE ends <= ?1")
            .bind(millis(now))
            .execute(&self.writer)
            .await?;
        let taken = sqlx::query("DELETE FROM web_links WHERE digest = ?1")
            .bind(&link[..])
            .execute(&self.writer)
            .await?;
        Ok(taken.rows_affected() == 1)
    }

    /// Logs somebody in. Whoever did it by the token names its hash: when it was exchanged meanwhile,
    /// nobody is logged in, and the answer is no.
    pub async fn begin_session(
        &self,
        digest: Digest,
        session: &Session,
        hash: Option<&str>,
    ) -> Result<bool, StoreError> {
        let person = session.person.as_ref();
        let guilds = person.map(|person| person.guilds.iter().map(GuildId::to_string).collect());
        let guilds: Vec<_> = guilds.unwrap_or_default();
        let mut change = self.writer.write().await?;
        let made = sqlx::query(
            "INSERT INTO web_sessions (digest, made, ends, user, name, guilds)
             SELECT ?1, ?2, ?3, ?6, ?7, ?8
             WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM secrets WHERE name = ?5 AND value = ?4)",
        )
        .bind(&digest[..])
        .bind(millis(session.made))
        .bind(millis(session.ends))
        .bind(hash.map(str::as_bytes))
        .bind(TOKEN)
        .bind(person.map_or(0, |person| person.user.get() as i64))
        .bind(person.map_or("", |person| &person.name))
        .bind(guilds.join(" "))
        .execute(&mut change)
        .await?;
        sqlx::query(
            "DELETE FROM web_sessions WHERE ends <= ?1 OR digest IN (
                SELECT digest FROM (
                    SELECT digest, user,
                        row_number() OVER (PARTITION BY user ORDER BY made DESC) AS own,
                        row_number() OVER (PARTITION BY user = 0 ORDER BY made DESC) AS alike
                    FROM web_sessions
                ) WHERE alike > ?2 OR (user <> 0 AND own > ?3)
             )",
        )
        .bind(millis(session.made))
        .bind(SESSIONS_MAX)
        .bind(OWN_MAX)
        .execute(&mut change)
        .await?;
        change.commit().await?;
        Ok(made.rows_affected() == 1)
    }

    /// Returns who is logged in with this.
    pub async fn session(
        &self,
        digest: Digest,
        now: SystemTime,
    ) -> Result<Option<Session>, StoreError> {
        let row =
            sqlx::query("SELECT made, ends, user, name, guilds FROM web_sessions WHERE digest = ?1 AND ends > ?2")
                .bind(&digest[..])
                .bind(millis(now))
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.as_ref().map(read))
    }

    /// Returns everybody who is logged in, the last one first.
    pub async fn sessions(&self, now: SystemTime) -> Result<Vec<Session>, StoreError> {
        let rows =
            sqlx::query("SELECT made, ends, user, name, guilds FROM web_sessions WHERE ends > ?1 ORDER BY made DESC")
                .bind(millis(now))
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.iter().map(read).collect())
    }

    /// Logs somebody out.
    pub async fn end_session(&self, digest: Digest) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM web_sessions WHERE digest = ?1")
            .bind(&digest[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Logs everybody out.
    pub async fn end_sessions(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM web_sessions")
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Session {
    let time = |column| {
        let millis = row.get::<i64, _>(column).max(0) as u64;
        SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(millis)
    };
    let user = row.get::<i64, _>(2) as u64;
    let guilds: String = row.get(4);
    let guilds = guilds.split(' ').filter_map(|id| id.parse().ok());
    Session {
        made: time(0),
        ends: time(1),
        person: (user != 0).then(|| Person {
            user: UserId::new(user),
            name: row.get(3),
            guilds: guilds.filter(|id| *id != 0).map(GuildId::new).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn nobody_takes_the_room_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cogbox.db")).await.unwrap();
        let at = |second| SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        let begin = async |number: u64, user: u64| {
            let mut digest = Digest::default();
            digest[..8].copy_from_slice(&number.to_be_bytes());
            let session = Session {
                made: at(number),
                ends: at(9_999),
                person: (user != 0).then(|| Person {
                    user: UserId::new(user),
                    name: "ann".to_owned(),
                    guilds: BTreeSet::from([GuildId::new(7), GuildId::new(8)]),
                }),
            };
            assert!(store.begin_session(digest, &session, None).await.unwrap());
            session
        };
        let operator = begin(1, 0).await;
        let first = begin(2, 1).await;
        for number in 3..10 {
            begin(number, 2).await;
        }
        let all = store.sessions(at(100)).await.unwrap();
        assert_eq!((all.len(), &all[5], &all[6]), (7, &first, &operator));
        for number in 10..300 {
            begin(number, number).await;
        }
        let all = store.sessions(at(300)).await.unwrap();
        assert_eq!((all.len(), &all[200]), (201, &operator));
    }
}
