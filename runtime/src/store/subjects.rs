//! What lies under a person, a guild or a cog: exported and deleted when somebody asks for it.
//!
//! Every table with a `user` or a `guild` column is in one list, [`TABLES`]; a test fails when one is
//! missing.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Column, Row, TypeInfo, ValueRef};

use super::connections::Transaction;
use super::{Store, StoreError, millis};

/// One table that says something about a person, a guild or a cog.
struct Table {
    name: &'static str,
    /// Which of `cog`, `guild` and `user` are its columns.
    under: &'static [&'static str],
    holds: Holds,
}

/// What becomes of a table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// They are exported and deleted with whom they are about.
    Data,
    /// The host counts or notes something for itself, which tells nothing of what people did. It
    /// goes with the data, or by itself after some time.
    Notes,
}

/// Every table with a `user` or a `guild` column.
const TABLES: &[Table] = &[
    Table {
        name: "entries",
        under: &["cog", "guild", "user"],
        holds: Holds::Data,
    },
    // What a server's admins chose.
    Table {
        name: "settings",
        under: &["cog", "guild"],
        holds: Holds::Data,
    },
    Table {
        name: "guild_cogs",
        under: &["cog", "guild"],
        holds: Holds::Data,
    },
    Table {
        name: "guild_commands",
        under: &["cog", "guild"],
        holds: Holds::Data,
    },
    // Who changed something, and where.
    Table {
        name: "actions",
        under: &["cog", "guild", "user"],
        holds: Holds::Data,
    },
    Table {
        name: "timers",
        under: &["cog", "guild", "user"],
        holds: Holds::Data,
    },
    Table {
        name: "volumes",
        under: &["guild"],
        holds: Holds::Data,
    },
    // What is to be taken back at Discord once `guild_commands` has nothing more.
    Table {
        name: "guild_scopes",
        under: &["guild"],
        holds: Holds::Notes,
    },
    // Follows `entries`.
    Table {
        name: "usage",
        under: &["cog", "guild", "user"],
        holds: Holds::Notes,
    },
    // Forgotten after a day. Deleting it would let a cog pass its limits and Discord's.
    Table {
        name: "command_creates",
        under: &["cog", "guild"],
        holds: Holds::Notes,
    },
    Table {
        name: "daily",
        under: &["cog", "guild"],
        holds: Holds::Notes,
    },
    // Ends by itself within an hour.
    Table {
        name: "web_sessions",
        under: &["user"],
        holds: Holds::Notes,
    },
    // Kept until the bot returns, or the guild's data are deleted.
    Table {
        name: "left_guilds",
        under: &["guild"],
        holds: Holds::Notes,
    },
];

/// Whose data. What is named must all hold: a user and a guild are the member's data there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// A person.
    pub user: Option<u64>,
    /// A guild, with its members' data there.
    pub guild: Option<u64>,
    /// A cog, by the operator's name for it.
    pub cog: Option<String>,
}

/// How many rows of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// How many.
    pub count: u64,
}

impl Subject {
    /// Returns a guild with all that lies under it.
    pub fn guild(guild: u64) -> Self {
        Self {
            guild: Some(guild),
            ..Self::default()
        }
    }

    /// Returns the tables that hold data of it.
    fn tables(&self) -> impl Iterator<Item = &'static Table> {
        let named = [
            ("user", self.user.is_some()),
            ("guild", self.guild.is_some()),
            ("cog", self.cog.is_some()),
        ];
        let any = named.iter().any(|(_, named)| *named);
        TABLES.iter().filter(move |table| {
            let has = |column| table.under.contains(&column);
            any && table.holds == Holds::Data && named.iter().all(|(c, named)| !named || has(c))
        })
    }

    /// Returns the condition that picks its rows; [`Subject::bind`] gives its values.
    fn condition(&self) -> String {
        let named = [
            self.user.map(|_| "user = ?"),
            self.guild.map(|_| "guild = ?"),
            self.cog.as_ref().map(|_| "cog = ?"),
        ];
        named
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" AND ")
    }

    fn query(&self, sql: String) -> sqlx::query::Query<'_, sqlx::Sqlite, SqliteArguments> {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in [self.user, self.guild].into_iter().flatten() {
            query = query.bind(id as i64);
        }
        match &self.cog {
            Some(cog) => query.bind(cog),
            None => query,
        }
    }

    /// What the audit says of it: a guild and a cog by name, and of a person that it was one. A
    /// person's id would be what they asked to be rid of.
    fn told(&self) -> String {
        let of = [
            self.user.map(|_| "a user".to_owned()),
            self.guild.map(|guild| format!("guild {guild}")),
            self.cog.as_ref().map(|cog| format!("cog {cog}")),
        ];
        of.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Store {
    /// Counts what lies under a subject, table by table.
    pub async fn count_of(&self, of: &Subject) -> Result<Vec<Rows>, StoreError> {
        let mut all = Vec::new();
        for table in of.tables() {
            let condition = of.condition();
            let sql = format!("SELECT COUNT(*) FROM {} WHERE {condition}", table.name);
            let row = of.query(sql).fetch_one(&self.readers).await?;
            all.push(Rows {
                table: table.name,
                count: row.get::<i64, _>(0) as u64,
            });
        }
        Ok(all)
    }

    /// Hands over what lies under a subject, row by row, as it was at one moment. A failure to take
    /// a row ends it.
    pub async fn export(
        &self,
        of: &Subject,
        mut take: impl FnMut(Map<String, Value>) -> std::io::Result<()>,
    ) -> Result<(), StoreError> {
        let mut read = self.readers.read().await?;
        for table in of.tables() {
            let (name, condition) = (table.name, of.condition());
            let query = of.query(format!("SELECT * FROM {name} WHERE {condition}"));
            let mut rows = query.fetch(&mut read);
            while let Some(row) = rows.try_next().await? {
                let mut row = json(&row)?;
                row.insert("table".into(), name.into());
                take(row).map_err(sqlx::Error::Io)?;
            }
        }
        Ok(())
    }

    /// Deletes what lies under a subject, notes in the audit that it did, and returns how many rows
    /// went.
    ///
    /// What one quota holds goes at once, so that a running bot never waits long for the database.
    pub async fn delete_of(&self, of: &Subject, now: SystemTime) -> Result<Vec<Rows>, StoreError> {
        let row =
            sqlx::query("INSERT INTO audit (at, what, count) VALUES (?1, ?2, 0) RETURNING rowid")
                .bind(millis(now))
                .bind(format!("deleted data of {}", of.told()))
                .fetch_one(&self.writer)
                .await?;
        let audit: i64 = row.get(0);
        let mut all = Vec::new();
        for table in of.tables() {
            let count = match table.name {
                "entries" => self.delete_entries(of, audit).await?,
                name => {
                    let mut write = self.writer.write().await?;
                    let sql = format!("DELETE FROM {name} WHERE {}", of.condition());
                    let gone = of.query(sql).execute(&mut write).await?.rows_affected();
                    add_to_audit(&mut write, audit, gone).await?;
                    write.commit().await?;
                    gone
                }
            };
            let table = table.name;
            all.push(Rows { table, count });
        }
        Ok(all)
    }

    async fn delete_entries(&self, of: &Subject, audit: i64) -> Result<u64, StoreError> {
        let condition = of.condition();
        let sql = format!(
            "SELECT DISTINCT cog, guild, CASE guild WHEN 0 THEN user ELSE 0 END AS owner
             FROM entries WHERE {condition}"
        );
        let owners = of.query(sql).fetch_all(&self.readers).await?;
        let mut all = 0;
        for owner in owners {
            let (cog, guild, user) = (
                owner.get::<String, _>(0),
                owner.get::<i64, _>(1),
                owner.get::<i64, _>(2),
            );
            // Under a guild the quota is the members' too, whoever of them is meant.
            let whole =
                format!("{condition} AND cog = ? AND guild = ? AND (guild <> 0 OR user = ?)");
            let owned = |sql: String| of.query(sql).bind(cog.clone()).bind(guild).bind(user);
            let mut write = self.writer.write().await?;
            let sum = format!(
                "SELECT COALESCE(SUM(LENGTH(CAST(key AS BLOB)) + LENGTH(value)), 0)
                 FROM entries WHERE {whole}"
            );
            let bytes: i64 = owned(sum).fetch_one(&mut write).await?.get(0);
            let delete = format!("DELETE FROM entries WHERE {whole}");
            let gone = owned(delete).execute(&mut write).await?.rows_affected();
            sqlx::query(
                "UPDATE usage SET bytes = bytes - ?4 WHERE cog = ?1 AND guild = ?2 AND user = ?3",
            )
            .bind(&cog)
            .bind(guild)
            .bind(user)
            .bind(bytes)
            .execute(&mut write)
            .await?;
            sqlx::query(
                "DELETE FROM usage WHERE cog = ?1 AND guild = ?2 AND user = ?3 AND bytes <= 0",
            )
            .bind(&cog)
            .bind(guild)
            .bind(user)
            .execute(&mut write)
            .await?;
            add_to_audit(&mut write, audit, gone).await?;
            write.commit().await?;
            all += gone;
        }
        Ok(all)
    }

    /// Returns every guild under which something lies.
    pub async fn guilds_with_data(&self) -> Result<Vec<u64>, StoreError> {
        // What `entries` has is summed up in `usage`, which is far shorter.
        let tables = TABLES.iter().filter(|table| {
            let data = table.holds == Holds::Data && table.name != "entries";
            table.under.contains(&"guild") && (data || table.name == "usage")
        });
        let each = tables.map(|table| format!("SELECT guild FROM {} WHERE guild <> 0", table.name));
        let sql = each.collect::<Vec<_>>().join(" UNION ");
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| row.get::<i64, _>(0) as u64).collect())
    }
}

async fn add_to_audit(db: &mut Transaction, audit: i64, count: u64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE audit SET count = count + ?2 WHERE rowid = ?1")
        .bind(audit)
        .bind(count as i64)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns a row as it is exported: ids as text, since they don't fit into every reader's numbers,
/// and bytes as text where they are some, or else as `NAME-base64`.
fn json(row: &SqliteRow) -> Result<Map<String, Value>, sqlx::Error> {
    let mut out = Map::new();
    let (mut guild, mut user) = (None, None);
    let id = |index| -> Result<Option<u64>, sqlx::Error> {
        Ok(Some(row.try_get::<i64, _>(index)? as u64).filter(|&id| id != 0))
    };
    for (index, column) in row.columns().iter().enumerate() {
        let kind = row.try_get_raw(index)?.type_info().name().to_owned();
        let mut name = column.name().to_owned();
        let value: Value = match (name.as_str(), kind.as_str()) {
            (_, "NULL") => continue,
            ("guild", _) => {
                guild = id(index)?;
                continue;
            }
            ("user", _) => {
                user = id(index)?;
                continue;
            }
            (_, "INTEGER") => row.try_get::<i64, _>(index)?.into(),
            (_, "REAL") => row.try_get::<f64, _>(index)?.into(),
            (_, "TEXT") => row.try_get::<String, _>(index)?.into(),
            _ => match String::from_utf8(row.try_get(index)?) {
                Ok(text) => text.into(),
                Err(bytes) => {
                    name += "-base64";
                    BASE64.encode(bytes.as_bytes()).into()
                }
            },
        };
        out.insert(name, value);
    }
    let scope = match (guild, user) {
        (None, None) => "global",
        (Some(_), None) => "guild",
        (None, Some(_)) => "user",
        (Some(_), Some(_)) => "member",
    };
    out.insert("scope".into(), scope.into());
    for (name, id) in [("guild", guild), ("user", user)] {
        if let Some(id) = id {
            out.insert(name.into(), id.to_string().into());
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::Scope;

    const COLUMNS: [&str; 8] = [
        "user",
        "guild",
        "user_id",
        "guild_id",
        "member",
        "member_id",
        "owner",
        "author",
    ];

    async fn store(folder: &Path) -> Store {
        Store::open(&folder.join("cogbox.db")).await.unwrap()
    }

    #[tokio::test]
    async fn no_table_about_people_or_guilds_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let rows = sqlx::query(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' ORDER BY t.name, c.cid",
        );
        let rows = rows.fetch_all(&store.readers).await.unwrap();
        let mut there = std::collections::BTreeMap::<String, Vec<String>>::new();
        for row in rows {
            there.entry(row.get(0)).or_default().push(row.get(1));
        }
        assert!(there.contains_key("entries"));
        for (table, columns) in &there {
            let has = |column: &&str| columns.iter().any(|there| there == column);
            let about: Vec<_> = COLUMNS.iter().copied().filter(has).collect();
            let listed = TABLES.iter().find(|listed| listed.name == table);
            let is_listed = listed.is_some();
            assert_eq!(
                !about.is_empty(),
                is_listed,
                "`{table}` has {about:?}: see TABLES"
            );
            if let Some(listed) = listed {
                let under = ["cog", "guild", "user"].into_iter().filter(has);
                assert_eq!(under.collect::<Vec<_>>(), listed.under, "{table}");
            }
        }
        for listed in TABLES {
            assert!(there.contains_key(listed.name), "{} is gone", listed.name);
        }
    }

    #[tokio::test]
    async fn what_is_deleted_is_one_s_own_and_leaves_the_quotas_right() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let at = |guild, user| Scope { guild, user };
        for (cog, scope) in [
            ("a", at(0, 0)),
            ("a", at(0, 9)),
            ("a", at(7, 0)),
            ("a", at(7, 9)),
            ("a", at(7, 8)),
            ("b", at(8, 9)),
        ] {
            let set = store.set(cog, scope, "ké", &[0xff; 50], 1 << 20);
            set.await.unwrap();
        }
        let now = SystemTime::UNIX_EPOCH;
        let count = async |of: &Subject| {
            let rows = store.count_of(of).await.unwrap();
            rows.iter().map(|rows| rows.count).sum::<u64>()
        };
        let ann = Subject {
            user: Some(9),
            ..Subject::default()
        };
        let in_7 = Subject {
            user: Some(9),
            ..Subject::guild(7)
        };
        let guild = Subject::guild(7);
        assert_eq!(
            [count(&ann).await, count(&in_7).await, count(&guild).await],
            [3, 1, 3]
        );
        assert_eq!(
            count(&Subject::default()).await,
            0,
            "nobody is not everybody"
        );

        store.delete_of(&ann, now).await.unwrap();
        assert_eq!([count(&ann).await, count(&guild).await], [0, 2]);
        // 53 bytes each for the guild itself and its other member leave room for 44.
        let full = store.set("a", at(7, 1), "k", &[0; 44], 150).await;
        assert!(
            matches!(full, Err(StoreError::Quota { used: 106, .. })),
            "{full:?}"
        );
        let fits = store.set("a", at(7, 1), "k", &[0; 43], 150);
        fits.await.unwrap();
        let fits = store.set("a", at(0, 9), "k", &[0; 99], 100);
        fits.await.unwrap();

        assert_eq!(store.guilds_with_data().await.unwrap(), [7]);
        let cog = Subject {
            cog: Some("a".into()),
            ..Subject::default()
        };
        store.delete_of(&cog, now).await.unwrap();
        assert!(store.guilds_with_data().await.unwrap().is_empty());
        let left = sqlx::query("SELECT COUNT(*) FROM usage").fetch_one(&store.readers);
        assert_eq!(left.await.unwrap().get::<i64, _>(0), 0);
        let audit = sqlx::query("SELECT what, count FROM audit").fetch_all(&store.readers);
        let audit = audit.await.unwrap();
        let audit: Vec<(String, i64)> = audit.iter().map(|r| (r.get(0), r.get(1))).collect();
        let line = |what: &str, count| (format!("deleted data of {what}"), count);
        assert_eq!(audit, [line("a user", 3), line("cog a", 5)]);
    }
}
