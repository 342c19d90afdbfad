//! Before a database is used: whether it is one, whether it is whole, and whether it is known.
//!
//! What is wrong is told and left as it is. Nothing is made anew where something was.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row, SqliteConnection, SqliteExecutor};

use super::copy::{InUse, with_ending};
use super::trouble::Trouble;
use super::{MIGRATIONS, StoreError, WAIT, private_file, private_folder};

/// The largest database that is checked before it is used, in bytes. It takes about a second; a larger
/// one is checked while the bot runs.
const CHECKED_AT_ONCE: u64 = 64 << 20;
/// What is to be done where another file is in the database's place.
const NO_DATABASE: &str = "name the database in `[store] path`; if this was one, keep a copy of the file and put the last backup in its place: `cogbox restore BACKUP --force`";
/// The same for its folder.
const NO_FOLDER: &str = "move away what is in its place, or name another one in `[store] path`";

/// Sees to the folder and the file, and returns that the database is in use.
pub fn prepare(path: &Path) -> Result<InUse, StoreError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    private_folder(folder).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            unusable(folder, "the database's folder is none", NO_FOLDER)
        }
        _ => of_io(folder, "the database's folder can't be made", &error),
    })?;
    let size = match std::fs::metadata(path) {
        Ok(file) if file.is_file() => file.len(),
        Ok(_) => return Err(unusable(path, "it is not a file", NO_DATABASE)),
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(of_io(path, "it can't be looked at", &error)),
    };
    // SQLite would begin anew, and delete what waits there.
    let wal = with_ending(path, "-wal");
    if size == 0 && std::fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
        let what = format!(
            "it is gone or empty, and {}, which belongs to it, is not",
            wal.display()
        );
        let fix = "put the database back beside that file, or a backup in the place of both: `cogbox restore BACKUP --force`";
        return Err(unusable(path, what, fix));
    }
    let in_use = InUse::shared(path).map_err(|error| match error {
        StoreError::Database(sqlx::Error::Io(error)) => {
            of_io(folder, "nothing can be written into the folder", &error)
        }
        StoreError::Invalid(what) => unusable(path, what, "run one of the two at a time"),
        other => other,
    })?;
    private_file(path).map_err(|error| of_io(path, "it can't be made", &error))?;
    Ok(in_use)
}

/// Opens the first connection. Where several make a new database at once SQLite lets one of them set
/// the journal's mode, and refuses the others at once: its `busy_timeout` does not count for that.
pub async fn first(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let until = Instant::now() + WAIT;
    loop {
        match options.connect().await {
            Err(error)
                if Trouble::of(&error) == Some(Trouble::Locked) && Instant::now() < until =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            done => return done,
        }
    }
}

/// Checks an open database: that its schema is known, and that it is whole, unless it is large.
pub async fn check(db: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    let schema = schema(&mut *db).await?;
    if schema > MIGRATIONS.len() {
        let what = format!(
            "it is at schema {schema}, made by a newer Cogbox; this one knows {}",
            MIGRATIONS.len()
        );
        let fix = "run that version or a newer one, or put a backup of this version in its place: `cogbox restore BACKUP --force`";
        return Err(unusable(path, what, fix));
    }
    if is_large(path) {
        return Ok(());
    }
    match damage(db).await? {
        None => Ok(()),
        Some(damage) => {
            let what = format!("{}: {damage}", Trouble::Damaged.what());
            Err(unusable(path, what, Trouble::Damaged.fix()))
        }
    }
}

/// Whether nobody should wait until a whole database is checked.
pub fn is_large(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_AT_ONCE)
}

/// Reads the whole database, and returns what is wrong with it.
pub async fn damage(db: impl SqliteExecutor<'_>) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("PRAGMA quick_check(1)").fetch_one(db).await?;
    let told: String = row.get(0);
    // A head comes before what is wrong.
    let wrong = told.lines().last().unwrap_or_default();
    Ok((told != "ok").then(|| wrong.to_owned()))
}

/// Returns at which schema a database is.
pub async fn schema(db: &mut SqliteConnection) -> Result<usize, StoreError> {
    let row = sqlx::query("PRAGMA user_version").fetch_one(db).await?;
    Ok(row.get::<i64, _>(0) as usize)
}

/// Says of an error at which database it happened, and what to do.
pub fn at(path: &Path, error: StoreError) -> StoreError {
    let StoreError::Database(cause) = error else {
        return error;
    };
    let code = cause.as_database_error().and_then(|error| error.code());
    match (Trouble::of(&cause), code.as_deref()) {
        (_, Some("26")) => unusable(
            path,
            "it is no database, or its beginning is destroyed",
            NO_DATABASE,
        ),
        (Some(trouble), _) => {
            unusable(path, format!("{} ({cause})", trouble.what()), trouble.fix())
        }
        (None, _) => StoreError::Database(cause),
    }
}

fn unusable(path: &Path, what: impl Into<String>, fix: &'static str) -> StoreError {
    StoreError::Unusable {
        path: path.to_owned(),
        what: what.into(),
        fix,
    }
}

fn of_io(path: &Path, what: &str, error: &std::io::Error) -> StoreError {
    unusable(
        path,
        format!("{what}: {error}"),
        Trouble::of_io(error).fix(),
    )
}
