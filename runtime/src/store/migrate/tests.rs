//! Every schema there ever was is brought to the newest, and what lay in it stays.
//!
//! `released/` has one database for each release, as SQL: its schema, and rows of every table.
//! `make freeze` writes one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};

use super::*;
use crate::store::{Scope, Store};

/// The rows of each table's columns.
type Content = BTreeMap<(String, String), Vec<String>>;

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    options.create_if_missing(true).connect().await.unwrap()
}

async fn run(db: &mut SqliteConnection, sql: String) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await;
    done.unwrap();
}

async fn texts(db: &mut SqliteConnection, sql: String) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(db).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Returns how every table and index is made.
async fn schema_of(db: &mut SqliteConnection) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name";
    texts(db, sql.into()).await
}

async fn tables(db: &mut SqliteConnection) -> Vec<(String, Vec<(String, String)>)> {
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let mut tables = Vec::new();
    for name in texts(db, names.into()).await {
        let sql = format!("SELECT name, type FROM pragma_table_info('{name}')");
        let columns = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *db).await;
        let columns = columns.unwrap().into_iter();
        let columns = columns.map(|row| (row.get(0), row.get(1))).collect();
        tables.push((name, columns));
    }
    tables
}

async fn content(db: &mut SqliteConnection) -> Content {
    let mut content = Content::new();
    for (table, columns) in tables(db).await {
        for (column, _) in columns {
            let sql = format!("SELECT quote({column}) FROM {table} ORDER BY 1");
            let values = texts(db, sql).await;
            content.insert((table.clone(), column), values);
        }
    }
    content
}

/// Returns SQL that puts two rows into every table.
async fn rows(db: &mut SqliteConnection) -> String {
    let mut sql = String::new();
    for (table, columns) in tables(db).await {
        for row in 1..=2 {
            let values = columns
                .iter()
                .enumerate()
                .map(|(at, (name, kind))| match kind.as_str() {
                    "INTEGER" => format!("{}", row * 1_000 + at),
                    "BLOB" => format!("x'00ff0{row}'"),
                    _ => format!("'{name} {row}'"),
                });
            let values: Vec<_> = values.collect();
            sql += &format!("INSERT INTO {table} VALUES ({});\n", values.join(", "));
        }
    }
    sql
}

/// Opens a database as a bot does, and returns its schema and content then.
async fn opened(path: &Path) -> (Vec<String>, Content) {
    let store = Store::open(path).await.unwrap();
    let scope = Scope { guild: 7, user: 0 };
    store.set("a", scope, "k", b"v", 100).await.unwrap();
    store.delete("a", scope, "k").await.unwrap();
    store.close().await;
    let mut db = connect(path).await;
    (schema_of(&mut db).await, content(&mut db).await)
}

/// Returns the schema of a new database.
async fn newest() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    opened(&folder.path().join("new.db")).await.0
}

/// Fails unless all that was there still is. What a migration takes away on purpose is named here.
fn is_kept(before: &Content, after: &Content, from: &str) {
    for (place @ (table, column), rows) in before {
        let kept = after
            .get(place)
            .unwrap_or_else(|| panic!("{from}: {table}.{column} is gone"));
        let lost: Vec<_> = rows.iter().filter(|row| !kept.contains(row)).collect();
        assert!(lost.is_empty(), "{from}: {table}.{column} lost {lost:?}");
    }
}

#[tokio::test]
async fn every_schema_is_brought_to_the_newest_and_keeps_what_lies_in_it() {
    let (folder, newest) = (tempfile::tempdir().unwrap(), newest().await);
    for schema in 1..=MIGRATIONS.len() {
        let path = folder.path().join(format!("{schema}.db"));
        let mut db = connect(&path).await;
        for migration in &MIGRATIONS[..schema] {
            run(&mut db, (*migration).to_owned()).await;
        }
        run(&mut db, format!("PRAGMA user_version = {schema}")).await;
        let rows = rows(&mut db).await;
        run(&mut db, rows).await;
        let before = content(&mut db).await;
        assert!(before.values().all(|rows| rows.len() == 2), "{before:?}");
        db.close().await.unwrap();
        let (made, after) = opened(&path).await;
        assert_eq!(made, newest, "from schema {schema}");
        is_kept(&before, &after, &format!("from schema {schema}"));
    }
}

#[tokio::test]
async fn every_release_is_brought_to_the_newest_schema_and_keeps_what_lies_in_it() {
    let (folder, newest) = (tempfile::tempdir().unwrap(), newest().await);
    let mut releases = 0;
    for file in std::fs::read_dir(released()).unwrap() {
        let file = file.unwrap().path();
        let release = file.file_stem().unwrap().to_string_lossy().into_owned();
        let path = folder.path().join(format!("{release}.db"));
        let mut db = connect(&path).await;
        run(&mut db, std::fs::read_to_string(&file).unwrap()).await;
        let before = content(&mut db).await;
        db.close().await.unwrap();
        let (made, after) = opened(&path).await;
        let changed: Vec<_> = newest.iter().filter(|sql| !made.contains(sql)).collect();
        assert!(
            changed.is_empty() && made.len() == newest.len(),
            "a database of {release} gets another schema than a new one: a migration that was released \
             with it was changed.\nPut it back as it was and add another one at the end; if {release} is \
             not released yet, run `make freeze RELEASE={release}`.\nchanged: {changed:#?}"
        );
        is_kept(&before, &after, &release);
        releases += 1;
    }
    assert!(releases > 0, "there is nothing in {}", released().display());
}

#[tokio::test]
async fn two_that_open_a_new_database_at_once_make_it_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..8 {
        let path = folder.path().join(format!("{round}.db"));
        let opened = (0..8).map(|_| Store::open(&path));
        for store in futures_util::future::join_all(opened).await {
            store.unwrap();
        }
    }
}

fn released() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrate/released")
}

/// Writes down the schema of today as that of a release.
#[tokio::test]
#[ignore = "`make freeze`"]
async fn freeze() {
    let release = std::env::var("COGBOX_FREEZE").expect("COGBOX_FREEZE names the release");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    opened(&path).await;
    let mut db = connect(&path).await;
    let head =
        "-- The database of a release, written by `make freeze`. Never change it after that.";
    let sql = format!(
        "{head}\n{};\n{}PRAGMA user_version = {};\n",
        schema_of(&mut db).await.join(";\n"),
        rows(&mut db).await,
        MIGRATIONS.len()
    );
    std::fs::create_dir_all(released()).unwrap();
    std::fs::write(released().join(format!("{release}.sql")), sql).unwrap();
}
