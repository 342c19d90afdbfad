//! The connections to the database, as queries use them: each failure is noted, whoever asked.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryFutureExt, TryStreamExt};
use sqlx::sqlite::{
    SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteQueryResult, SqliteRow,
    SqliteStatement, SqliteTypeInfo,
};
use sqlx::{Connection, Either, Execute, Executor, SqlStr, Sqlite};

use super::WAIT;
use super::trouble::Condition;

/// Some connections. Clones share them.
#[derive(Clone)]
pub struct Connections {
    pool: SqlitePool,
    noted: Noted,
}

/// Where failures are noted.
#[derive(Clone)]
struct Noted {
    condition: Arc<Condition>,
    /// Whether it is the one connection that others wait for while it waits for another program.
    /// Several wait for one another alone, and say nothing of the database.
    alone: bool,
}

impl Noted {
    fn failed(&self, error: &sqlx::Error) {
        if self.alone || !matches!(error, sqlx::Error::PoolTimedOut) {
            self.condition.failed(error);
        }
    }
}

/// Several queries that are done together or not at all. Without a commit they are not.
pub struct Transaction {
    inner: sqlx::Transaction<'static, Sqlite>,
    noted: Noted,
}

impl Connections {
    /// Opens at most so many.
    pub async fn open(
        max: u32,
        options: SqliteConnectOptions,
        condition: Arc<Condition>,
    ) -> Result<Self, sqlx::Error> {
        let pool = SqlitePoolOptions::new()
            .max_connections(max)
            .acquire_timeout(WAIT)
            // Once all are closed SQLite removes its files beside the database, and can't make them
            // again while the disk is full; nothing could be read then.
            .idle_timeout(None)
            .max_lifetime(None)
            // Where a disk is full SQLite ends a transaction by itself. sqlx does not notice, and
            // would begin none on that connection again.
            .before_acquire(|connection, _| {
                let is_free = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_free) })
            })
            .connect_with(options)
            .await?;
        let alone = max == 1;
        Ok(Self {
            pool,
            noted: Noted { condition, alone },
        })
    }

    /// Begins a transaction that writes, when nobody else writes.
    pub async fn write(&self) -> Result<Transaction, sqlx::Error> {
        self.transaction("BEGIN IMMEDIATE").await
    }

    /// Begins a transaction that reads everything as it is at one moment.
    pub async fn read(&self) -> Result<Transaction, sqlx::Error> {
        self.transaction("BEGIN").await
    }

    async fn transaction(&self, begin: &'static str) -> Result<Transaction, sqlx::Error> {
        let begun = self.pool.begin_with(begin).await;
        Ok(Transaction {
            inner: begun.inspect_err(|error| self.noted.failed(error))?,
            noted: self.noted.clone(),
        })
    }

    /// Closes them.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Transaction {
    /// Keeps what was done.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        let done = self.inner.commit().await;
        done.inspect_err(|error| self.noted.failed(error))
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

type Step = Either<SqliteQueryResult, SqliteRow>;

impl<'c> Executor<'c> for &Connections {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        noting(self.pool.fetch_many(query), &self.noted)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        noting_one(self.pool.fetch_optional(query), &self.noted)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        noting_one(self.pool.prepare_with(sql, parameters), &self.noted)
    }
}

impl<'c> Executor<'c> for &'c mut Transaction {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        noting(self.inner.fetch_many(query), &self.noted)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<SqliteRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        noting_one(self.inner.fetch_optional(query), &self.noted)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        noting_one(self.inner.prepare_with(sql, parameters), &self.noted)
    }
}

fn noting<'e>(
    steps: BoxStream<'e, Result<Step, sqlx::Error>>,
    noted: &Noted,
) -> BoxStream<'e, Result<Step, sqlx::Error>> {
    let noted = noted.clone();
    steps.inspect_err(move |error| noted.failed(error)).boxed()
}

fn noting_one<'e, T: 'e>(
    answer: BoxFuture<'e, Result<T, sqlx::Error>>,
    noted: &Noted,
) -> BoxFuture<'e, Result<T, sqlx::Error>> {
    let noted = noted.clone();
    answer.inspect_err(move |error| noted.failed(error)).boxed()
}
