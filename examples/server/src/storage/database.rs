//! The database: SQLite in a file or in memory, or Postgres.

use super::{StorageError, migrations};
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AnyConnection, AnyPool, pool::PoolConnection};
use std::time::Duration;

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool of connections. SQL that both databases understand is used throughout.
#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
}

impl Database {
    /// One that is gone with the process.
    pub const IN_MEMORY: &str = "sqlite::memory:";

    /// Connects, and brings the tables up to date.
    pub async fn open(url: &str) -> Result<Self, StorageError> {
        install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        let in_memory = url == Self::IN_MEMORY;
        let options = AnyPoolOptions::new()
            .acquire_timeout(PATIENCE)
            // SQLite has one writer at a time, and a database in memory lives as long as its
            // only connection.
            .max_connections(if is_sqlite { 1 } else { 16 })
            .min_connections(u32::from(in_memory));
        let options = match in_memory {
            true => options.idle_timeout(None).max_lifetime(None),
            false => options,
        };
        let options = options.after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    // Durable before the answer; other processes are waited for.
                    for pragma in [
                        "PRAGMA journal_mode = WAL",
                        "PRAGMA synchronous = FULL",
                        "PRAGMA busy_timeout = 5000",
                        "PRAGMA secure_delete = ON",
                    ] {
                        sqlx::query(pragma).execute(&mut *connection).await?;
                    }
                }
                Ok(())
            })
        });
        let pool = options.connect(&connectable(url)).await?;
        migrations::run(&pool, is_sqlite).await?;
        Ok(Self { pool })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        sqlx::query("SELECT 1").execute(self.pool()).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    pub(super) async fn connection(&self) -> Result<PoolConnection<sqlx::Any>, StorageError> {
        Ok(self.pool.acquire().await?)
    }
}

/// A file is created if it is not there.
fn connectable(url: &str) -> String {
    match url.strip_prefix("sqlite:") {
        Some(file) if !file.contains(":memory:") && !file.contains('?') => {
            format!("sqlite:{file}?mode=rwc")
        }
        _ => url.to_owned(),
    }
}

/// Numbers are stored as SQL has them, signed.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Bytes of a fixed length.
pub(super) fn fixed<const K: usize>(
    bytes: Vec<u8>,
    what: &'static str,
) -> Result<[u8; K], StorageError> {
    bytes.try_into().map_err(|_| StorageError::Impossible(what))
}

/// For code that runs several statements on one connection.
pub(super) type Connection = AnyConnection;
