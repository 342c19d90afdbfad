//! The database: what cogs keep and set, their timers, the host's own secrets, and how many
//! commands were new. Only this file and its children write SQL.
//!
//! SQLite in WAL mode with one writing connection and several reading ones. `synchronous = NORMAL`:
//! a write that was acknowledged survives a crash of the process; a power cut may take the last
//! moments. Migrations are an append-only list.
//!
//! Whatever fails is noted in [`trouble::Condition`]; while something does, [`Store::watch`] tries
//! whether it works again.

pub mod actions;
mod connections;
pub mod copy;
mod creates;
mod daily;
mod entries;
mod left;
pub mod logins;
pub mod members;
mod migrate;
pub mod minutes;
mod opening;
mod per_guild;
mod settings;
pub mod subjects;
#[cfg(test)]
mod tests;
mod timers;
pub mod trouble;
mod volumes;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use prometheus::HistogramTimer;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use tokio::sync::watch;

pub use creates::Made;
pub use entries::{KEY_MAX, SCAN_BYTES, SCAN_MAX, Scope, VALUE_MAX};
pub use per_guild::{ChosenRow, CommandsRow};
pub use timers::{Repeat, Timer, TimerKey};

use connections::Connections;
use trouble::{Condition, Lasting, QUIET, Trouble};

use crate::telemetry::{Metrics, Query};

/// How long a write waits for another program's, and as long again for those of this one.
const WAIT: Duration = Duration::from_secs(5);

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
    "
    CREATE TABLE volumes (
        guild    INTEGER PRIMARY KEY,
        percent  INTEGER NOT NULL
    );
",
    "
    CREATE TABLE minutes (
        minute  INTEGER NOT NULL,  -- since 1970
        cog     TEXT    NOT NULL,
        uses    INTEGER NOT NULL,
        failed  INTEGER NOT NULL,
        took    INTEGER NOT NULL,  -- milliseconds, of all uses together
        PRIMARY KEY (minute, cog)
    ) WITHOUT ROWID;
    CREATE TABLE actions (
        at     INTEGER NOT NULL,   -- milliseconds since 1970
        by     TEXT    NOT NULL,   -- discord or dashboard
        user   INTEGER NOT NULL,   -- 0: an account of another kind
        name   TEXT    NOT NULL,
        guild  INTEGER NOT NULL,   -- 0: the whole bot
        cog    TEXT    NOT NULL,
        what   TEXT    NOT NULL
    );
    CREATE INDEX actions_by_time ON actions (at);
",
    "
    CREATE TABLE web_sessions (
        digest  BLOB    PRIMARY KEY,
        made    INTEGER NOT NULL,  -- milliseconds since 1970
        ends    INTEGER NOT NULL,
        user    INTEGER NOT NULL,  -- 0: who has the dashboard's token
        name    TEXT    NOT NULL,
        guilds  TEXT    NOT NULL   -- ids with spaces between: those that the user manages
    ) WITHOUT ROWID;
    CREATE TABLE web_links (
        digest  BLOB    PRIMARY KEY,
        ends    INTEGER NOT NULL
    ) WITHOUT ROWID;
",
    "
    -- Timers of no guild belong to whoever set them.
    CREATE TABLE timers_of_people (
        cog      TEXT    NOT NULL,
        guild    INTEGER NOT NULL,  -- 0: of no guild
        user     INTEGER NOT NULL,  -- whose it is when it is of no guild; 0: nobody's
        name     TEXT    NOT NULL,
        due      INTEGER NOT NULL,  -- milliseconds since 1970
        every    INTEGER,           -- milliseconds between two firings
        cron     TEXT,
        zone     TEXT,              -- of the cron expression
        payload  BLOB    NOT NULL,
        PRIMARY KEY (cog, guild, user, name)
    ) WITHOUT ROWID;
    INSERT INTO timers_of_people (cog, guild, user, name, due, every, cron, zone, payload)
        SELECT cog, guild, 0, name, due, every, cron, zone, payload FROM timers;
    DROP TABLE timers;
    ALTER TABLE timers_of_people RENAME TO timers;
    CREATE INDEX timers_by_due ON timers (due);
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
    /// It can't be opened: where, what is wrong, and what to do.
    #[error("{}: {what}\n  fix: {fix}", path.display())]
    Unusable {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        what: String,
        /// What to do.
        fix: &'static str,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Returns the error with what an operator does about it.
    pub fn with_fix(&self) -> String {
        let fix = match self {
            Self::Database(error) => Trouble::of(error).map(Trouble::fix),
            Self::Unusable { .. } => return self.to_string(),
            Self::Invalid(_) | Self::Quota { .. } => None,
        };
        let fix = fix.unwrap_or("check its path, its permissions and the free space");
        format!("{self}\n  fix: {fix}")
    }
}

/// The open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Connections,
    readers: Connections,
    lookers: Connections,
    condition: Arc<Condition>,
    metrics: Option<Arc<Metrics>>,
    path: Arc<Path>,
    _in_use: Arc<copy::InUse>,
}

impl Store {
    /// Opens the database, makes it when it is missing, and migrates it. One that is damaged or
    /// unknown is refused, and left as it is.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = Self::open_there(path).await;
        opened.map_err(|error| opening::at(path, error))
    }

    /// Looks at a database that is there as [`Self::open`] does, and changes nothing in it.
    pub async fn examine(path: &Path) -> Result<(), StoreError> {
        let examined = async {
            let _in_use = opening::prepare(path)?;
            let options = SqliteConnectOptions::new().filename(path);
            let mut db = options.read_only(true).connect().await?;
            opening::check(&mut db, path).await?;
            Ok(db.close().await?)
        };
        let examined: Result<(), StoreError> = examined.await;
        examined.map_err(|error| opening::at(path, error))
    }

    async fn open_there(path: &Path) -> Result<Self, StoreError> {
        let in_use = Arc::new(opening::prepare(path)?);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(WAIT);
        let mut first = opening::first(&options).await?;
        opening::check(&mut first, path).await?;
        migrate::migrate(&mut first).await?;
        let condition = Arc::new(Condition::default());
        let open = |count, options| Connections::open(count, options, Arc::clone(&condition));
        let writer = open(1, options.clone()).await?;
        let options = options.read_only(true);
        let readers = open(4, options.clone()).await?;
        let lookers = open(2, options).await?;
        first.close().await?;
        Ok(Self {
            writer,
            readers,
            lookers,
            condition,
            metrics: None,
            path: path.into(),
            _in_use: in_use,
        })
    }

    /// Returns the same database, read over other connections, for whoever may read so much that
    /// nobody else should have to wait for it. It writes as all do.
    pub fn apart(&self) -> Self {
        Self {
            readers: self.lookers.clone(),
            ..self.clone()
        }
    }

    /// Returns what is wrong with the database now.
    pub fn trouble(&self) -> Option<Lasting> {
        self.condition.lasting()
    }

    /// Tries whether the database can be written, by writing what is there.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let tried = async {
            let mut write = self.writer.write().await?;
            let row = sqlx::query("PRAGMA user_version")
                .fetch_one(&mut write)
                .await?;
            let same = format!("PRAGMA user_version = {}", row.get::<i64, _>(0));
            sqlx::raw_sql(AssertSqlSafe(same))
                .execute(&mut write)
                .await?;
            write.commit().await
        };
        tried
            .await
            .map_err(|error| opening::at(&self.path, error.into()))
    }

    /// Checks the whole database.
    async fn check(&self) {
        // Over a connection of its own: SQLite does not stop in the middle of it, and whoever closes
        // the others must not wait for that.
        let damage = async {
            let options = SqliteConnectOptions::new().filename(&*self.path);
            let mut db = options.read_only(true).connect().await?;
            opening::damage(&mut db).await
        };
        match damage.await {
            Ok(None) => {}
            Ok(Some(damage)) => self.condition.troubled(Trouble::Damaged, &damage),
            Err(error) => self.condition.failed(&error),
        }
    }

    /// Tries again and again whether the database works, while it does not.
    pub async fn watch(self, mut stop: watch::Receiver<bool>) {
        let watch = async {
            if opening::is_large(&self.path) {
                self.check().await;
            }
            loop {
                self.condition.fails().await;
                while self.trouble().is_some_and(|now| now.trouble.passes()) {
                    tokio::time::sleep(QUIET).await;
                    if self.probe().await.is_ok() {
                        self.condition.wrote();
                    }
                }
            }
        };
        tokio::select! {
            // An error means that the sender is gone, which is a stop as well.
            _ = stop.wait_for(|&stop| stop) => {}
            () = watch => {}
        }
    }

    /// Has queries timed, and failures counted, from now on.
    pub fn timed_by(mut self, metrics: Arc<Metrics>) -> Self {
        self.condition.counted_by(Arc::clone(&metrics));
        self.metrics = Some(metrics);
        self
    }

    /// Times a query until what is returned is dropped.
    fn timed(&self, query: Query) -> Option<HistogramTimer> {
        Some(self.metrics.as_ref()?.query(query))
    }

    /// Closes the connections, so that the WAL is folded into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.lookers.close().await;
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

/// Makes an empty file that only this user can read, unless there is one. SQLite gives its other
/// files the same rights.
fn private_file(path: &Path) -> std::io::Result<()> {
    match crate::files::private(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
