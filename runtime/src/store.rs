//! The database: what cogs keep and set, their timers, the host's own secrets, and how many
//! commands were new. Only this file and its children write SQL.
//!
//! SQLite in WAL mode with one writing connection and several reading ones. `synchronous = NORMAL`:
//! a write that was acknowledged survives a crash of the process; a power cut may take the last
//! moments. Migrations are an append-only list.

pub mod copy;
mod creates;
mod daily;
mod entries;
mod left;
pub mod members;
mod per_guild;
mod settings;
pub mod subjects;
mod timers;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row, SqliteConnection};

pub use creates::Made;
pub use entries::{KEY_MAX, SCAN_BYTES, SCAN_MAX, Scope, VALUE_MAX};
pub use per_guild::{ChosenRow, CommandsRow};
pub use timers::{Repeat, Timer, TimerKey};

/// Every migration ever released, in order. Never edit one: add another.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE entries (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,  -- 0: of no guild
        user   INTEGER NOT NULL,  -- 0: of no user
        key    TEXT    NOT NULL,
        value  BLOB    NOT NULL,
        PRIMARY KEY (cog, guild, user, key)
    ) WITHOUT ROWID;
    CREATE INDEX entries_by_user ON entries (user, guild) WHERE user <> 0;
    CREATE TABLE usage (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,
        user   INTEGER NOT NULL,  -- 0 for all that lies under a guild
        bytes  INTEGER NOT NULL,
        PRIMARY KEY (cog, guild, user)
    ) WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
",
    "
    CREATE TABLE identifies (
        bot    TEXT    NOT NULL,  -- a digest of the token
        shard  INTEGER NOT NULL,
        at     INTEGER NOT NULL   -- milliseconds since 1970
    );
",
    "
    CREATE TABLE command_creates (
        guild  INTEGER NOT NULL,  -- 0: the commands of every guild
        cog    TEXT    NOT NULL,
        at     INTEGER NOT NULL,  -- milliseconds since 1970
        count  INTEGER NOT NULL
    );
    CREATE INDEX command_creates_by_age ON command_creates (at);
",
    "
    CREATE TABLE daily (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,  -- 0: over all guilds
        what   TEXT    NOT NULL,
        day    INTEGER NOT NULL,  -- days since 1970, UTC
        count  INTEGER NOT NULL,
        PRIMARY KEY (cog, guild, what, day)
    ) WITHOUT ROWID;
",
    "
    CREATE TABLE guild_cogs (
        guild     INTEGER NOT NULL,
        cog       TEXT    NOT NULL,
        enabled   INTEGER,           -- NULL: as the operator configured
        withheld  TEXT    NOT NULL,  -- names of interfaces with spaces between
        PRIMARY KEY (guild, cog)
    ) WITHOUT ROWID;
    CREATE TABLE guild_commands (
        guild     INTEGER NOT NULL,
        cog       TEXT    NOT NULL,
        commands  TEXT    NOT NULL,  -- JSON
        PRIMARY KEY (guild, cog)
    ) WITHOUT ROWID;
    -- Guilds to which Discord was given commands of their own.
    CREATE TABLE guild_scopes (guild INTEGER PRIMARY KEY);
",
    "
    CREATE TABLE timers (
        cog      TEXT    NOT NULL,
        guild    INTEGER NOT NULL,  -- 0: of no guild
        name     TEXT    NOT NULL,
        due      INTEGER NOT NULL,  -- milliseconds since 1970
        every    INTEGER,           -- milliseconds between two firings
        cron     TEXT,
        zone     TEXT,              -- of the cron expression
        payload  BLOB    NOT NULL,
        PRIMARY KEY (cog, guild, name)
    ) WITHOUT ROWID;
    CREATE INDEX timers_by_due ON timers (due);
",
    "
    CREATE TABLE settings (
        cog    TEXT    NOT NULL,
        guild  INTEGER NOT NULL,
        key    TEXT    NOT NULL,
        value  TEXT    NOT NULL,  -- JSON
        PRIMARY KEY (cog, guild, key)
    ) WITHOUT ROWID;
",
    "
    CREATE TABLE left_guilds (
        guild  INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL   -- milliseconds since 1970
    );
    CREATE TABLE audit (
        at     INTEGER NOT NULL,  -- milliseconds since 1970
        what   TEXT    NOT NULL,
        count  INTEGER NOT NULL   -- rows
    );
",
];

/// A new gateway session that a shard asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identified {
    /// The shard.
    pub shard: u32,
    /// When, in milliseconds since 1970.
    pub at: u64,
}

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The caller's mistake, in a sentence.
    #[error("{0}")]
    Invalid(String),
    /// The write would pass the cog's quota.
    #[error("the cog's storage here is full ({used} of {quota} bytes); delete something first")]
    Quota {
        /// Bytes stored before the write.
        used: u64,
        /// Bytes allowed.
        quota: u64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// The open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    _in_use: Arc<copy::InUse>,
}

impl Store {
    /// Opens the database, makes it when it is missing, and migrates it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            private_folder(folder).map_err(sqlx::Error::Io)?;
        }
        let in_use = Arc::new(copy::InUse::shared(path)?);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5));
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(10))
        };
        let writer = pool(1).connect_with(options.clone()).await?;
        migrate(&mut *writer.acquire().await?).await?;
        let readers = pool(4).connect_with(options.read_only(true)).await?;
        Ok(Self {
            writer,
            readers,
            _in_use: in_use,
        })
    }

    /// Closes the connections, so that the WAL is folded into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Returns a secret of the host's own, 32 random bytes made when it is first asked for.
    pub async fn secret(&self, name: &str) -> Result<[u8; 32], StoreError> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh)
            .map_err(|error| StoreError::Invalid(format!("no randomness: {error}")))?;
        let row = sqlx::query(
            "INSERT INTO secrets (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = value RETURNING value",
        )
        .bind(name)
        .bind(&fresh[..])
        .fetch_one(&self.writer)
        .await?;
        row.get::<Vec<u8>, _>(0)
            .try_into()
            .map_err(|_| StoreError::Invalid(format!("the secret `{name}` is damaged")))
    }

    /// Writes down that a shard of a bot asks for a new session.
    pub async fn identified(&self, bot: &str, made: Identified) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO identifies (bot, shard, at) VALUES (?1, ?2, ?3)")
            .bind(bot)
            .bind(i64::from(made.shard))
            .bind(made.at as i64)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Returns which shards of a bot asked for new sessions since a moment, in milliseconds since
    /// 1970, and forgets what was before.
    pub async fn identified_since(
        &self,
        bot: &str,
        since: u64,
    ) -> Result<Vec<Identified>, StoreError> {
        sqlx::query("DELETE FROM identifies WHERE at < ?1")
            .bind(since as i64)
            .execute(&self.writer)
            .await?;
        let rows = sqlx::query("SELECT shard, at FROM identifies WHERE bot = ?1 ORDER BY at")
            .bind(bot)
            .fetch_all(&self.writer)
            .await?;
        let read = |row: sqlx::sqlite::SqliteRow| Identified {
            shard: row.get::<i64, _>(0) as u32,
            at: row.get::<i64, _>(1) as u64,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Returns the database's size in bytes.
    pub async fn size(&self) -> Result<u64, StoreError> {
        let row =
            sqlx::query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(&self.readers)
                .await?;
        Ok(row.get::<i64, _>(0) as u64)
    }
}

/// Returns a moment as the database keeps it: milliseconds since 1970, rounded up.
fn millis(at: SystemTime) -> i64 {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    since.as_nanos().div_ceil(1_000_000) as i64
}

/// Makes a folder that only this user can enter.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

async fn migrate(db: &mut SqliteConnection) -> Result<(), StoreError> {
    let row = sqlx::query("PRAGMA user_version")
        .fetch_one(&mut *db)
        .await?;
    let done = row.get::<i64, _>(0) as usize;
    if done > MIGRATIONS.len() {
        return Err(StoreError::Invalid(format!(
            "the database is at schema {done}, made by a newer Cogbox; this one knows {}",
            MIGRATIONS.len()
        )));
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        let text = format!(
            "BEGIN; {migration}; PRAGMA user_version = {}; COMMIT;",
            index + 1
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(text))
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
