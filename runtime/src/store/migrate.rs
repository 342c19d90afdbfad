//! From any schema to the newest. Forward alone, all of it or nothing.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::opening::schema;
use super::{MIGRATIONS, StoreError};

/// Brings a database to the newest schema.
pub async fn migrate(db: &mut SqliteConnection) -> Result<(), StoreError> {
    if schema(&mut *db).await? == MIGRATIONS.len() {
        return Ok(());
    }
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *db).await?;
    // Another process may have been first. Whoever fails here closes the connection, and nothing is
    // kept.
    let done = schema(&mut *db).await?;
    let missing = MIGRATIONS.get(done..).unwrap_or_default();
    let text = missing.join(";");
    let newest = done.max(MIGRATIONS.len());
    let text = format!("{text}; PRAGMA user_version = {newest}; COMMIT;");
    sqlx::raw_sql(AssertSqlSafe(text)).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
