//! The tables, brought up to date when a server starts.

use super::StorageError;
use sqlx::AnyPool;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};
use std::pin::Pin;

/// Every migration there has been, in order. Released ones never change.
const MIGRATIONS: [(i64, &str, &str); 1] =
    [(1, "initial", include_str!("../../migrations/0001_initial.sql"))];

pub(super) async fn run(pool: &AnyPool, is_sqlite: bool) -> Result<(), StorageError> {
    Ok(Migrator::new(Embedded { is_sqlite }).await?.run(pool).await?)
}

#[derive(Debug)]
struct Embedded {
    is_sqlite: bool,
}

impl MigrationSource<'static> for Embedded {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 'static>> {
        let translated = move |sql: &'static str| match self.is_sqlite {
            true => sql.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER").into(),
            false => sql.into(),
        };
        let migration = move |(version, name, sql): (i64, &'static str, &'static str)| {
            Migration::new(version, name.into(), MigrationType::Simple, translated(sql), false)
        };
        let all = MIGRATIONS.into_iter().map(migration).collect();
        Box::pin(async move { Ok(all) })
    }
}
