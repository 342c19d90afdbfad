//! Faults of the database, as they come out of SQLite while a store is open.

use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use tempfile::TempDir;
use tokio::sync::watch;

use super::trouble::Trouble;
use super::{Scope, Store, StoreError, WAIT};

const HERE: Scope = Scope { guild: 7, user: 0 };
const QUOTA: u64 = 1 << 30;

async fn open() -> (TempDir, PathBuf, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cogbox.db");
    let store = Store::open(&path).await.unwrap();
    store.set("a", HERE, "k", b"v", QUOTA).await.unwrap();
    (folder, path, store)
}

/// Tells the one connection that writes something.
async fn tell(store: &Store, pragma: &str) {
    let told = sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA {pragma}")));
    told.execute(&store.writer).await.unwrap();
}

fn trouble(store: &Store) -> Option<Trouble> {
    store.trouble().map(|lasting| lasting.trouble)
}

async fn is_whole(store: &Store) -> bool {
    let row = sqlx::query("PRAGMA integrity_check")
        .fetch_one(&store.readers)
        .await;
    row.unwrap().get::<String, _>(0) == "ok"
}

async fn is_read(store: &Store) -> bool {
    let found = store.get("a", HERE, "k").await;
    found.unwrap().as_deref() == Some(b"v")
}

/// Watches a store, as a bot does, until all is well.
async fn recovers(store: &Store) -> bool {
    let (_stop, stopped) = watch::channel(false);
    let watching = tokio::spawn(store.clone().watch(stopped));
    let began = Instant::now();
    while store.trouble().is_some() && began.elapsed() < WAIT * 3 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    watching.abort();
    store.trouble().is_none()
}

#[tokio::test]
async fn what_does_not_fit_is_refused_whole_and_the_next_write_is_taken() {
    let (_folder, _path, store) = open().await;
    tell(&store, "max_page_count = 1").await;
    let big = vec![1; super::VALUE_MAX];
    let full = store.set("a", HERE, "big", &big, QUOTA).await;
    assert!(matches!(full, Err(StoreError::Database(_))), "{full:?}");
    assert_eq!(trouble(&store), Some(Trouble::Full));
    assert!(is_read(&store).await);
    assert_eq!(store.get("a", HERE, "big").await.unwrap(), None);

    // SQLite ended the transaction by itself, and the connection must not be stuck in it.
    tell(&store, "max_page_count = 1000000").await;
    store.set("a", HERE, "big", &big, QUOTA).await.unwrap();
    assert!(recovers(&store).await);
    assert!(is_whole(&store).await);
}

#[tokio::test]
async fn while_another_program_writes_reads_go_on_and_writes_wait_for_so_long() {
    let (_folder, path, store) = open().await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut other = options.connect().await.unwrap();
    let begin = sqlx::raw_sql("BEGIN IMMEDIATE");
    begin.execute(&mut other).await.unwrap();

    let began = Instant::now();
    let writes = async {
        let all = (0..8).map(|_| store.add("a", HERE, "n", 1, QUOTA));
        let all = futures_util::future::join_all(all).await;
        assert!(all.iter().all(Result::is_err), "{all:?}");
        began.elapsed()
    };
    let reads = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let began = Instant::now();
        assert!(is_read(&store).await);
        began.elapsed()
    };
    let (writes, reads) = tokio::join!(writes, reads);
    assert!(writes >= WAIT && writes < WAIT * 4, "{writes:?}");
    assert!(reads < WAIT - Duration::from_secs(1), "{reads:?}");
    assert_eq!(trouble(&store), Some(Trouble::Locked));

    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    assert_eq!(store.add("a", HERE, "n", 1, QUOTA).await.unwrap(), 1);
    assert!(recovers(&store).await);
}

#[tokio::test]
async fn what_became_read_only_is_read() {
    let (_folder, _path, store) = open().await;
    tell(&store, "query_only = 1").await;
    assert!(store.set("a", HERE, "k", b"w", QUOTA).await.is_err());
    assert_eq!(trouble(&store), Some(Trouble::ReadOnly));
    assert!(store.probe().await.is_err());
    assert!(is_read(&store).await);
    tell(&store, "query_only = 0").await;
    assert!(recovers(&store).await);
    store.set("a", HERE, "k", b"w", QUOTA).await.unwrap();
}

#[tokio::test]
async fn what_is_damaged_stays_so_and_the_rest_is_read() {
    let (_folder, path, store) = open().await;
    for n in 0..100 {
        let (key, value) = (format!("{n:03}"), vec![b'x'; 3_000]);
        store.set("a", HERE, &key, &value, QUOTA).await.unwrap();
    }
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    for page in 40..60 {
        file.write_all_at(&[0xaa; 4_096], page * 4_096).unwrap();
    }
    let (mut read, mut failed) = (0, 0);
    for n in 0..100 {
        match store.get("a", HERE, &format!("{n:03}")).await {
            Ok(Some(_)) => read += 1,
            _ => failed += 1,
        }
    }
    assert!(read > 0 && failed > 0, "{read} read, {failed} failed");
    assert_eq!(trouble(&store), Some(Trouble::Damaged));
    store.probe().await.unwrap();
    store.condition.wrote();
    assert_eq!(trouble(&store), Some(Trouble::Damaged));
}

#[tokio::test]
async fn a_large_database_is_checked_while_it_is_used() {
    let (_folder, path, store) = open().await;
    let value = vec![b'x'; 60_000];
    for n in 0..20 {
        let key = format!("{n:03}");
        store.set("a", HERE, &key, &value, QUOTA).await.unwrap();
    }
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    store.check().await;
    assert_eq!(trouble(&store), None);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.write_all_at(&[0xaa; 40_960], 100 * 4_096).unwrap();
    store.check().await;
    assert_eq!(trouble(&store), Some(Trouble::Damaged));
}

#[tokio::test]
async fn a_mistake_in_one_query_is_no_trouble() {
    let (_folder, _path, store) = open().await;
    let wrong = sqlx::query("SELECT nothing FROM nowhere");
    assert!(wrong.fetch_one(&store.readers).await.is_err());
    assert!(store.set("a", HERE, "k", &[0; 64], 10).await.is_err());
    assert_eq!(trouble(&store), None);
}
