//! Copies of the whole database, and who may put one in its place.

use std::fs::File;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{MIGRATIONS, StoreError, WAIT, opening};

/// That somebody uses a database: many may at once, but nobody while another has it alone. It ends
/// with this value, or with the process.
pub struct InUse {
    _file: File,
}

impl InUse {
    /// Uses it beside others.
    pub fn shared(database: &Path) -> Result<Self, StoreError> {
        let taken = "it is being restored; wait until that is done";
        Self::take(database, FlockOperation::NonBlockingLockShared, taken)
    }

    /// Has it alone.
    pub fn alone(database: &Path) -> Result<Self, StoreError> {
        let taken = "a bot or another command uses it; stop the bot first";
        Self::take(database, FlockOperation::NonBlockingLockExclusive, taken)
    }

    fn take(database: &Path, how: FlockOperation, taken: &str) -> Result<Self, StoreError> {
        // Not the database itself: closing a second handle of that drops SQLite's own locks.
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside(database, "in-use"))
            .map_err(sqlx::Error::Io)?;
        match rustix::fs::flock(&file, how) {
            Ok(()) => Ok(Self { _file: file }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(StoreError::Invalid(taken.to_owned())),
            Err(error) => Err(sqlx::Error::Io(error.into()).into()),
        }
    }
}

/// Returns a path beside a database, by what is added to its name.
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    with_ending(database, &format!(".{ending}"))
}

/// Returns the path of a file that SQLite keeps beside a database, such as `-wal`.
pub fn with_ending(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    database.with_file_name(name)
}

/// The schema that this program makes.
pub fn schema() -> usize {
    MIGRATIONS.len()
}

/// Copies a database as it is at one moment, while others write to it, into an empty file or a new
/// one.
pub async fn copy(database: &Path, into: &Path) -> Result<(), StoreError> {
    let mut db = connect(database).await?;
    sqlx::query("VACUUM INTO ?1")
        .bind(into.to_string_lossy().into_owned())
        .execute(&mut db)
        .await?;
    Ok(db.close().await?)
}

/// Checks that a copy is a whole database, and returns its schema.
pub async fn check(copy: &Path) -> Result<usize, StoreError> {
    let mut db = connect(copy).await?;
    if let Some(damage) = opening::damage(&mut db).await? {
        return Err(StoreError::Invalid(format!("it is damaged: {damage}")));
    }
    let schema = opening::schema(&mut db).await?;
    db.close().await?;
    Ok(schema)
}

async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(WAIT);
    Ok(options.connect().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Scope, Store};

    #[tokio::test]
    async fn a_copy_is_whole_while_others_write() {
        let folder = tempfile::tempdir().unwrap();
        let (path, into) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let store = Store::open(&path).await.unwrap();
        let scope = Scope { guild: 1, user: 0 };
        store.set("a", scope, "k", b"v", 100).await.unwrap();
        copy(&path, &into).await.unwrap();
        store.set("a", scope, "k", b"w", 100).await.unwrap();
        assert_eq!(check(&into).await.unwrap(), schema());
        let copied = Store::open(&into).await.unwrap();
        assert_eq!(copied.get("a", scope, "k").await.unwrap().unwrap(), b"v");

        assert!(InUse::alone(&path).is_err());
        drop(store);
        let alone = InUse::alone(&path).unwrap();
        assert!(Store::open(&path).await.is_err());
        drop(alone);
        Store::open(&path).await.unwrap();
        std::fs::write(&into, b"SQLite format 3\0 and no more of it").unwrap();
        assert!(check(&into).await.is_err());
    }
}
